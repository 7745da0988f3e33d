"""One weight or bias, and what its update read: the ground of its equations."""

from nnviz.core.calls import FloatArray
from nnviz.core.looking_glass import LookingGlass, equate
from nnviz.core.notation import Equation, Piece, Source, from_pattern, number, plain
from nnviz.core.spec import OptimizerSpec


class UpdatedParameter:
    """One weight or bias of a layer whose update is looked at.

    Attributes
    ----------
    rule
        The optimiser.
    letter, is_bias, entry
        ``"w"`` or ``"b"``, and its index in the layer's weights or biases.
    is_held
        Whether it is a bias and biases are not trained.
    old, new, gradient
        Before and after the update, and the gradient of the loss.
    used, rate
        What the rule read as the gradient, and the learning rate.
    source
        Where numbers that belong to it come from.
    """

    def __init__(self, glass: LookingGlass, rule: OptimizerSpec) -> None:
        self.glass, self.rule = glass, rule
        trace, focus, lead = glass.trace, glass.focus, glass.lead()
        weights, biases, weight_grads, bias_grads = glass.line.line.reads
        is_bias = focus.source >= glass.fan_in
        self.entry = (*lead, focus.unit) if is_bias else (*lead, focus.source, focus.unit)
        name, grads = (biases, bias_grads) if is_bias else (weights, weight_grads)
        self.letter = "b" if is_bias else "w"
        self.is_bias = is_bias
        self.is_held = is_bias and not rule.trains_biases
        self.source = Source(name, self.entry, glass.line.number)
        self.old, self.new = glass.before(name, *self.entry), glass.after(name, *self.entry)
        self.gradient = glass.before(grads, *self.entry)
        self.used = self.read(trace.update_gradients)
        self.rate = number(trace.learning_rate)

    def read(self, vector: FloatArray) -> float:
        """Return this parameter's entry of a flat vector."""
        block = self.glass.trace.layout.blocks[self.glass.line.line.layer - 1]
        view = block.biases(vector) if self.is_bias else block.weights(vector)
        return float(view[self.entry])

    def state(self, name: str) -> tuple[Piece, float]:
        """Return what the optimiser carried for it before, and carries after."""
        trace = self.glass.trace
        old = trace.state_before.get(name)
        before = 0.0 if old is None else self.read(old)
        return number(before, self.source), self.read(trace.state_after[name])

    def row(self, left: str, text: str, tex: str, value: float, **numbers: Piece) -> Equation:
        """Return an equation from patterns: ``left`` is text|TeX, numbers by name."""
        left_text, _, left_tex = left.partition("|")
        symbols, symbols_tex = text.partition("|")[0], tex.partition("|")[0]
        filled = from_pattern(text.partition("|")[2], tex.partition("|")[2], numbers)
        result = self.new if value is self.new.value else number(value, self.source)
        return equate(
            plain(left_text, left_tex or left_text), (plain(symbols, symbols_tex),), filled, result
        )
