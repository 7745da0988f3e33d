"""What views of the walk share: from a number to the selection, and to text."""

from nnviz.core.notation import Source
from nnviz.gui.selection import EdgeRef, Selection, UnitRef
from nnviz.gui.views.network_values import significant

WELCOME = "Press Step to walk through the next training step, number by number."
_OF_UNITS = frozenset({"z", "a", "g", "m", "d", "dz", "da", "dd"})


def select_source(selection: Selection, source: Source, layers: int) -> None:
    """Select the unit, weight and sample that a number belongs to.

    Parameters
    ----------
    selection
        The selection to change.
    source
        Which number.
    layers
        How many layers the network has.
    """
    letters = source.buffer.rstrip("0123456789")
    layer = int(source.buffer[len(letters) :] or 0)
    index = source.index
    if letters in {"W", "dW"}:
        selection.select_edge(EdgeRef(layer, index[-2], index[-1]))
        return
    if letters in {"b", "db"}:
        selection.select_unit(UnitRef(layer, index[-1]))
        return
    if letters in {"x", "dx"}:
        layer = 0
    elif letters in {"p", "t"}:
        layer = layers
    elif letters not in _OF_UNITS:
        return
    selection.select_sample(index[-2])
    selection.select_unit(UnitRef(layer, index[-1]))


def neat_number(value: float, digits: int = 6) -> str:
    """Write a number with so many significant digits.

    Zeros at the end are left out where the number is exact without them, and 0 has
    no sign.

    >>> neat_number(0.5), neat_number(0.1 + 0.2), neat_number(-0.0)
    ('0.5', '0.300000', '0')
    """
    text = significant(value + 0.0, digits)
    if "." not in text or "e" in text:
        return text
    shorter = text.rstrip("0").rstrip(".")
    return shorter if float(shorter.replace("−", "-")) == value else text
