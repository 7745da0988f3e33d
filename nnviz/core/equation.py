"""The arithmetic of one line of a trace: its equations and its two factors."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from nnviz.core import equation_backward as backward
from nnviz.core import equation_forward as forward
from nnviz.core import equation_weights as weights
from nnviz.core.equation_update import update
from nnviz.core.looking_glass import Factors, Focus, LookingGlass
from nnviz.core.matrix_equation import matrix_equation
from nnviz.core.notation import Equation
from nnviz.core.program import Line, LineKind
from nnviz.core.trace import Trace

EVALUATE = "evaluate the model on the data"
LOCAL = "calculate local gradients"
SAVE = "save ins and outs"
FINAL_LOSS = "calculate the final loss"
FINAL_GRADIENT = "calculate the final loss gradient"
PROPAGATE = "propagate gradients backward"
MULTIPLY = "multiply downstream by local"
UPDATE = "update the weights with the gradients"

# The sub-steps of a training step in the lecture's words and order.
SUBSTEPS = (EVALUATE, LOCAL, SAVE, FINAL_LOSS, FINAL_GRADIENT, PROPAGATE, MULTIPLY, UPDATE)

_SUBSTEPS_OF: Mapping[LineKind, tuple[str, ...]] = MappingProxyType(
    {
        LineKind.AFFINE: (EVALUATE,),
        # What a line writes stays in its buffer for the way back: that is the saving.
        LineKind.ACTIVATION: (EVALUATE, SAVE),
        LineKind.LOCAL_GRADIENT: (LOCAL, SAVE),
        LineKind.DROPOUT: (EVALUATE, SAVE),
        LineKind.LOSS: (FINAL_LOSS,),
        LineKind.PENALTY: (FINAL_LOSS,),
        LineKind.LOSS_GRADIENT: (FINAL_GRADIENT,),
        LineKind.THROUGH_ACTIVATION: (MULTIPLY,),
        LineKind.WEIGHT_GRADIENT: (MULTIPLY,),
        LineKind.TO_LAYER_BELOW: (PROPAGATE, MULTIPLY),
        LineKind.THROUGH_DROPOUT: (PROPAGATE, MULTIPLY),
        LineKind.PENALTY_GRADIENT: (MULTIPLY,),
        LineKind.UPDATE: (UPDATE,),
    }
)

_TITLES: Mapping[LineKind, str] = MappingProxyType(
    {
        LineKind.AFFINE: "Weighted sum of layer {0}",
        LineKind.ACTIVATION: "Activation of layer {0}",
        LineKind.LOCAL_GRADIENT: "Local gradient of layer {0}, saved for the way back",
        LineKind.DROPOUT: "Dropout in layer {0}",
        LineKind.LOSS: "Loss",
        LineKind.PENALTY: "Penalty on the weights",
        LineKind.LOSS_GRADIENT: "Gradient of the loss by the outputs",
        LineKind.THROUGH_ACTIVATION: "Back through the activation of layer {0}",
        LineKind.WEIGHT_GRADIENT: "Gradients of the weights and biases of layer {0}",
        LineKind.TO_LAYER_BELOW: "Back from layer {0} to {1}",
        LineKind.THROUGH_DROPOUT: "Back through the dropout of layer {0}",
        LineKind.PENALTY_GRADIENT: "The penalty's part of the gradients of layer {0}",
        LineKind.UPDATE: "Update of the weights and biases of layer {0}",
    }
)


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a line of a trace does, for one scalar and for the whole layer.

    Attributes
    ----------
    title, substeps
        What happens, in plain words and as the lecture's sub-steps.
    scalar
        Equations of the scalar in focus, the result in the last one.
    matrix, shapes
        The same for all of the layer in matrices, and their shapes.
    factors
        Both factors of a gradient; ``None`` in the other phases.
    """

    title: str
    substeps: tuple[str, ...]
    scalar: tuple[Equation, ...]
    matrix: Equation
    shapes: str
    factors: Factors | None


def explain(trace: Trace, line_number: int, focus: Focus) -> Explanation:
    """Return the arithmetic of a line.

    Parameters
    ----------
    trace
        The recorded step.
    line_number
        From 1.
    focus
        Which scalar; what lies outside the line's arrays is moved inside.

    Raises
    ------
    IndexError
        If the trace has no such line.
    """
    if line_number < 1:
        raise IndexError(f"lines are numbered from 1, not {line_number}")
    line = trace.lines[line_number - 1]
    glass = LookingGlass(trace, line, within(trace, line_number, focus))
    scalar, factors = _explain(glass)
    matrix, shapes = matrix_equation(glass)
    return Explanation(
        title_of(line.line),
        substeps_of(line.line.kind),
        scalar,
        matrix,
        shapes,
        factors,
    )


def title_of(line: Line) -> str:
    """Return what a line does, in plain words."""
    below = f"layer {line.layer - 1}" if line.layer > 1 else "the inputs"
    return _TITLES[line.kind].format(line.layer, below)


def substeps_of(kind: LineKind) -> tuple[str, ...]:
    """Return the lecture's sub-steps that a line of this kind belongs to."""
    return _SUBSTEPS_OF[kind]


def within(trace: Trace, line_number: int, focus: Focus) -> Focus:
    """Return the focus, moved inside the arrays of this line."""
    line = trace.lines[line_number - 1].line
    layer = trace.spec.layers[line.layer - 1]
    fan_in = trace.spec.layer_sizes[line.layer - 1]
    units, sources = layer.size, fan_in + 1
    if line.kind is LineKind.TO_LAYER_BELOW:
        units, sources = fan_in, layer.size * layer.piece_count
    elif line.kind is LineKind.PENALTY_GRADIENT:
        sources = fan_in
    return replace(
        focus,
        sample=min(focus.sample, trace.batch_size - 1),
        unit=min(focus.unit, units - 1),
        source=min(focus.source, sources - 1),
        piece=min(focus.piece, layer.piece_count - 1),
    )


def _explain(glass: LookingGlass) -> tuple[tuple[Equation, ...], Factors | None]:
    match glass.line.line.kind:
        case LineKind.AFFINE:
            return forward.affine(glass), None
        case LineKind.ACTIVATION:
            return forward.activation(glass), None
        case LineKind.LOCAL_GRADIENT:
            return forward.local_gradient(glass), None
        case LineKind.DROPOUT:
            return forward.dropout(glass), None
        case LineKind.LOSS:
            return forward.loss(glass), None
        case LineKind.PENALTY:
            return forward.penalty(glass), None
        case LineKind.LOSS_GRADIENT:
            return backward.loss_gradient(glass)
        case LineKind.THROUGH_ACTIVATION:
            return backward.through_activation(glass)
        case LineKind.WEIGHT_GRADIENT:
            return weights.weight_gradient(glass)
        case LineKind.TO_LAYER_BELOW:
            return backward.to_layer_below(glass)
        case LineKind.THROUGH_DROPOUT:
            return backward.through_dropout(glass)
        case LineKind.PENALTY_GRADIENT:
            return weights.penalty_gradient(glass)
        case LineKind.UPDATE:
            return update(glass), None
