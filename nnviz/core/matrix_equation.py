"""A line of a trace in matrices, with the shapes of everything in it."""

from nnviz.core.looking_glass import LookingGlass
from nnviz.core.losses import LOSSES
from nnviz.core.notation import Equation, Piece, plain, symbol
from nnviz.core.program import LineKind

_EQUALS = plain(" = ", "=")
_TIMES_ELEMENTS = plain(" ⊙ ", r"\odot")


def matrix_equation(glass: LookingGlass) -> tuple[Equation, str]:
    """Return the line for the whole layer, and its shapes in words."""
    line = glass.line.line
    names = [symbol(name) for name in line.writes]
    reads = [symbol(name) for name in line.reads]
    out = _shape(glass, line.writes[0]) if line.writes[0] not in "pR" else ""
    match line.kind:
        case LineKind.AFFINE | LineKind.WEIGHT_GRADIENT | LineKind.TO_LAYER_BELOW:
            right, factors = _product(glass, reads)
            return _equation(names[0], right), f"{out} = {factors}"
        case LineKind.THROUGH_ACTIVATION | LineKind.THROUGH_DROPOUT:
            right = [reads[0], _TIMES_ELEMENTS, reads[1]]
        case LineKind.DROPOUT:
            return _equation(names[1], [reads[0], _TIMES_ELEMENTS, names[0]]), out
        case LineKind.ACTIVATION:
            right = _applied(glass, "", reads[0])
        case LineKind.LOCAL_GRADIENT:
            right = _applied(glass, "′", reads[0])
        case LineKind.UPDATE:
            return _update(glass), out
        case LineKind.PENALTY_GRADIENT:
            change = Piece(
                f"∂R/∂{reads[0].text}", rf"\frac{{\partial R}}{{\partial {reads[0].tex}}}"
            )
            right = [reads[1], plain(" + ", "+"), change]
        case LineKind.LOSS | LineKind.PENALTY:
            return _one_number(glass, reads)
        case LineKind.LOSS_GRADIENT:
            record = LOSSES[glass.trace.spec.loss]
            right = [plain(f"gradient of {record.label}", record.gradient_formula)]
    return _equation(names[0], right), out


def _product(glass: LookingGlass, reads: list[Piece]) -> tuple[list[Piece], str]:
    """Return a matrix product in symbols, and the shapes of its factors."""
    line = glass.line.line
    first, second = (_shape(glass, name) for name in line.reads[:2])
    thin = plain(" ", r"\,")
    if line.kind is LineKind.AFFINE:
        right = [reads[0], thin, reads[1], plain(" + ", "+"), reads[2]]
        return right, f"({first}) ({second}) + {_shape(glass, line.reads[2])}"
    if line.kind is LineKind.WEIGHT_GRADIENT:
        return [_transposed(reads[0]), thin, reads[1]], f"({_flipped(first)}) ({second})"
    return [reads[0], thin, _transposed(reads[1])], f"({first}) ({_flipped(second)})"


def _one_number(glass: LookingGlass, reads: list[Piece]) -> tuple[Equation, str]:
    line, record = glass.line.line, LOSSES[glass.trace.spec.loss]
    inner = ", ".join(read.text for read in reads)
    if line.kind is LineKind.LOSS:
        right = plain(f"{record.label}({inner})", record.formula)
    else:
        right = plain(f"penalty({inner})", "R(W)")
    shape = _shape(glass, line.reads[0])
    return _equation(plain(line.writes[-1]), [right]), f"one number from {shape}"


def _flipped(shape: str) -> str:
    *lead, rows, columns = shape.split(" × ")
    return " × ".join([*lead, columns, rows])


def _equation(left: Piece, right: list[Piece]) -> Equation:
    return Equation((left, _EQUALS, *right), ())


def _shape(glass: LookingGlass, name: str) -> str:
    array = glass.trace.value(name, glass.line.number)
    return " × ".join(str(length) for length in array.shape)


def _transposed(piece: Piece) -> Piece:
    return Piece(f"{piece.text}ᵀ", f"{{{piece.tex}}}^T")


def _applied(glass: LookingGlass, prime: str, argument: Piece) -> list[Piece]:
    label = glass.layer.activation.replace("_", " ")
    tex_prime = "'" if prime else ""
    name = plain(f"{label}{prime}(", rf"\operatorname{{{label}}}{tex_prime}(")
    return [name, argument, plain(")")]


def _update(glass: LookingGlass) -> Equation:
    weights, _, grads, _ = (symbol(name) for name in glass.line.line.reads)
    rule = glass.trace.optimizer
    if rule is not None and rule.name == "sgd" and not rule.momentum:
        right = [weights, plain(" − η ", r"- \eta \,"), grads]
    else:
        label = "optimiser" if rule is None else rule.name
        right = [
            plain(f"{label}(", rf"\operatorname{{{label}}}("),
            weights,
            plain(", ", ","),
            grads,
            plain(")"),
        ]
    return _equation(weights, right)
