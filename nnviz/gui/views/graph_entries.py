"""Which numbers of a trace stand where in its graph."""

from collections.abc import Iterable

from nnviz.core.program import LineKind
from nnviz.core.trace import Trace
from nnviz.gui.views.graph_parts import Quantity
from nnviz.gui.views.matrix_tiles import has_pieces, title_of


class EntryNames:
    """Makes quantities of one sample of a trace.

    Parameters
    ----------
    trace
        The step.
    sample
        Row of the batch.
    piece
        The piece of maxout layers that is looked at.
    """

    def __init__(self, trace: Trace, sample: int, piece: int) -> None:
        self.trace, self.sample, self.piece = trace, sample, piece
        self._numbers = {(line.line.kind, line.line.layer): line.number for line in trace.lines}
        self._names = frozenset(trace.names)

    def lines(self, layer: int, *kinds: LineKind) -> tuple[int, ...]:
        """Return the numbers of a layer's lines of these kinds, those that there are."""
        found = (self._numbers.get((kind, layer)) for kind in kinds)
        return tuple(number for number in found if number is not None)

    def unit(self, buffer: str, unit: int, piece: int | None = None) -> Quantity | None:
        """Return the sample's entry of a unit; ``None`` if there is no such buffer."""
        if buffer not in self._names:
            return None
        lead = self._lead(buffer, piece)
        return self._quantity(buffer, (*lead, self.sample, unit), (*lead, unit))

    def weight(self, buffer: str, source: int, unit: int) -> Quantity | None:
        """Return an entry of the weights or of their gradient."""
        index = (*self._lead(buffer), source, unit)
        return self._quantity(buffer, index, index) if buffer in self._names else None

    def bias(self, buffer: str, unit: int) -> Quantity | None:
        """Return an entry of the biases or of their gradient."""
        index = (*self._lead(buffer), unit)
        return self._quantity(buffer, index, index) if buffer in self._names else None

    def whole(self, buffer: str) -> Quantity | None:
        """Return a buffer that is one number."""
        return self._quantity(buffer, (), ()) if buffer in self._names else None

    def product(
        self, factors: Iterable[Quantity | None], line: int, unit: int, term: int
    ) -> Quantity | None:
        """Return the product of numbers, made in the middle of a line."""
        known = [factor for factor in factors if factor is not None]
        if len(known) < 2:
            return None
        name = " ".join(factor.name for factor in known)
        entries = tuple(factor.entries[0] for factor in known)
        is_gradient = any(factor.is_gradient for factor in known)
        return Quantity(name, entries, line, unit, term, is_gradient)

    def wire(self, layer: int, unit: int) -> tuple[Quantity | None, Quantity | None]:
        """Return value and gradient on the wire out of a layer; 0 is the inputs."""
        if layer == 0:
            return self.unit("x", unit), self.unit("dx", unit)
        if f"d{layer}" in self._names:
            return self.unit(f"d{layer}", unit), self.unit(f"dd{layer}", unit)
        # After a loss on logits the gradient arrives as that of z, which is a.
        gradient = self.unit(f"da{layer}", unit) or self.unit(f"dz{layer}", unit)
        return self.unit(f"a{layer}", unit), gradient

    def _lead(self, buffer: str, piece: int | None = None) -> tuple[int, ...]:
        if not has_pieces(self.trace, buffer):
            return ()
        return (self.piece if piece is None else piece,)

    @staticmethod
    def _quantity(buffer: str, index: tuple[int, ...], units: tuple[int, ...]) -> Quantity:
        is_gradient = len(buffer) > 1 and buffer[0] == "d" and buffer[1].isalpha()
        return Quantity(title_of(buffer, units), ((buffer, index),), is_gradient=is_gradient)
