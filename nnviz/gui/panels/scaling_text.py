"""The numbers of a scaling, as the Setup panel shows them."""

from nnviz.data.prepared import PreparedData

_SHOWN = 4


def scaling_lines(data: PreparedData) -> list[str]:
    """Return one line per column that was scaled, with its numbers; the target's last."""
    lines: list[str] = []
    if data.scaling.kind != "none":
        lines += data.scaling.describe(data.raw.feature_names)
    if data.target_scaling.kind != "none":
        lines += data.target_scaling.describe((data.raw.target_name,))
    return lines


def shortened(lines: list[str]) -> str:
    """Return the first lines, and how many were left out."""
    left_out = len(lines) - _SHOWN
    if left_out <= 1:
        return "\n".join(lines)
    return "\n".join([*lines[:_SHOWN], f"and {left_out} more columns: see the tip"])
