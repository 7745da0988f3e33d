"""One weight or bias, and what its update read: the ground of its equations."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.looking_glass import LookingGlass, equate
from nnviz.core.notation import Equation, Piece, Source, from_pattern, number, plain
from nnviz.core.spec import OptimizerSpec


@dataclass(frozen=True, slots=True)
class UpdatedParameter:
    """One weight or bias of a layer whose update is looked at.

    Attributes
    ----------
    rule
        The optimiser.
    letter
        ``"w"`` or ``"b"``.
    old, new, gradient
        Before and after the update, and the gradient of the loss.
    used, rate
        What the rule read as the gradient, and the learning rate.
    before, after
        What the optimiser carried for it, by name.
    source
        Where numbers that belong to it come from.
    step
        By how much the rule moves it, where that is written in a row of its own.
    """

    rule: OptimizerSpec
    letter: str
    old: Piece
    new: Piece
    gradient: Piece
    used: float
    rate: Piece
    before: Mapping[str, float]
    after: Mapping[str, float]
    source: Source | None = None
    step: float | None = None

    @property
    def is_held(self) -> bool:
        """Whether it is a bias and biases are not trained."""
        return self.letter == "b" and not self.rule.trains_biases

    def state(self, name: str) -> tuple[Piece, float]:
        """Return what the optimiser carried for it before, and carries after."""
        return number(self.before.get(name, 0.0), self.source), self.after[name]

    def row(self, left: str, text: str, tex: str, value: float, **numbers: Piece) -> Equation:
        """Return an equation from patterns: ``left`` is text|TeX, numbers by name."""
        left_text, _, left_tex = left.partition("|")
        symbols, symbols_tex = text.partition("|")[0], tex.partition("|")[0]
        filled = from_pattern(text.partition("|")[2], tex.partition("|")[2], numbers)
        result = self.new if value is self.new.value else number(value, self.source)
        return equate(
            plain(left_text, left_tex or left_text), (plain(symbols, symbols_tex),), filled, result
        )


def updated_parameter(glass: LookingGlass, rule: OptimizerSpec) -> UpdatedParameter:
    """Return the weight or bias in focus of a recorded update."""
    trace, focus, lead = glass.trace, glass.focus, glass.lead()
    weights, biases, weight_grads, bias_grads = glass.line.line.reads
    is_bias = focus.source >= glass.fan_in
    entry = (*lead, focus.unit) if is_bias else (*lead, focus.source, focus.unit)
    name, grads = (biases, bias_grads) if is_bias else (weights, weight_grads)
    block = trace.layout.blocks[glass.line.line.layer - 1]

    def read(vector: FloatArray) -> float:
        view = block.biases(vector) if is_bias else block.weights(vector)
        return float(view[entry])

    def read_all(state: Mapping[str, FloatArray]) -> dict[str, float]:
        # A count is one for all parameters.
        return {key: read(each) if np.ndim(each) else float(each) for key, each in state.items()}

    return UpdatedParameter(
        rule=rule,
        letter="b" if is_bias else "w",
        old=glass.before(name, *entry),
        new=glass.after(name, *entry),
        gradient=glass.before(grads, *entry),
        used=read(trace.update_gradients),
        rate=number(trace.learning_rate),
        before=read_all(trace.state_before),
        after=read_all(trace.state_after),
        source=Source(name, entry, glass.line.number),
    )
