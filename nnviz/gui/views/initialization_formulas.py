"""The formulas of a start with the numbers of a layer, in the small TeX of the window."""

from nnviz.core.initializer_numbers import WorkedStart
from nnviz.core.initializers import INITIALIZERS


def captions(start: WorkedStart) -> tuple[str, str]:
    """Return what the two fans of a layer mean."""
    return (
        f"fan_in = {start.fan_in} rows: so many terms add up in the z of a unit (its column).",
        f"fan_out = {start.fan_out} columns: so many in the gradient of an input (dotted row).",
    )


def formulas(start: WorkedStart) -> tuple[str, ...]:
    """Return the lines of a start: its formula, the numbers, and what follows for z."""
    lines = list(_definition(start))
    if start.limit is not None:
        lines.append(rf"\mathrm{{std}} = b / \sqrt{{3}} = {tex_number(start.std)}")
    if start.name == "constant":
        return tuple(lines)
    variance = tex_number(start.std**2)
    lines.append(
        rf"\mathrm{{Var}}(z) = {start.fan_in} \cdot {variance} \, \mathrm{{E}}[a^2] = "
        rf"{tex_number(start.gain)} \, \mathrm{{E}}[a^2]"
    )
    lines.append(
        rf"n_{{out}} \mathrm{{Var}}(w) = {start.fan_out} \cdot {variance} = "
        rf"{tex_number(start.gain_back)}"
    )
    return tuple(lines)


def _definition(start: WorkedStart) -> tuple[str, ...]:
    label = INITIALIZERS[start.name].label
    if start.letters:
        found = start.std if start.limit is None else start.limit
        if start.letters == start.numbers or start.name == "normal":
            return (rf"{start.symbol} = \sigma = {tex_number(found)}",)
        return (
            f"{start.symbol} = {start.letters}",
            f"= {start.numbers} = {tex_number(found)}",
        )
    match start.name:
        case "orthogonal":
            largest = max(start.fan_in, start.fan_out)
            return (
                r"W^{\mathrm{T}} W = I",
                rf"\mathrm{{std}} = 1 / \sqrt{{{largest}}} = {tex_number(start.std)}",
            )
        case "zeros":
            return (r"W = 0, \mathrm{std} = 0",)
        case "constant":
            return (r"W = \sigma, \mathrm{std} = 0",)
    return (rf"\mathrm{{{label}}}",)


def tex_number(value: float) -> str:
    """Write a number as TeX, small and large ones as a power of ten."""
    mantissa, exponent, power = f"{value:.4g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(power)}}}" if exponent else mantissa
