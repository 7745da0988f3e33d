"""The words of the diagram during a walk: what is computed so far, to the last digit."""

from html import escape

from nnviz.core.notation import symbol
from nnviz.gui.display import Display
from nnviz.gui.predictor import Predictor
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.views.network_values import exact
from nnviz.gui.views.network_words import unit_name


def walk_unit_tip(display: Display, unit: UnitRef) -> str:
    """Return the tooltip of a unit: every number of it that is there by now."""
    walk = display.playback.walk
    assert walk is not None
    layer, last = unit.layer, len(display.spec.layers)
    names = ["x", "dx"] if layer == 0 else [f"{n}{layer}" for n in ("z", "a", "g", "da", "dz")]
    if layer == last:
        names.insert(2, "p")
    lines = [f"<b>{escape(unit_name(display, unit))}</b>"]
    for name in names:
        values = walk.read(name) if name in walk.trace.names else None
        if values is None:
            continue
        entry = symbol(name, [unit.index]).text
        if _is_hidden(display, name, (display.sample_index, unit.index)):
            lines.append(f"{entry} = ?")
            continue
        # Of a maxout unit one number for each piece.
        own = values[..., display.sample_index, unit.index].reshape(-1)
        shown = ", ".join(exact(value) for value in own)
        lines.append(f"{entry} = {shown}")
    count = walk.trace.batch_size
    lines.append(f"for sample {display.sample_index + 1} of {count} of the batch")
    return "<br>".join(lines)


def walk_edge_tip(display: Display, edge: EdgeRef) -> str:
    """Return the tooltip of an edge: weight, gradient and change as far as they are there."""
    walk = display.playback.walk
    assert walk is not None
    ends = UnitRef(edge.layer - 1, edge.source), UnitRef(edge.layer, edge.target)
    names = " → ".join(unit_name(display, unit) for unit in ends)
    lines = [f"<b>{escape(names)}</b>"]
    before = walk.trace.value(f"W{edge.layer}", 0)[..., edge.source, edge.target].reshape(-1)
    for name in (f"W{edge.layer}", f"dW{edge.layer}"):
        values = walk.read(name) if name in walk.trace.names else None
        if values is None:
            continue
        own = values[..., edge.source, edge.target].reshape(-1)
        entry = symbol(name, [edge.source, edge.target]).text
        if _is_hidden(display, name, (edge.source, edge.target)):
            lines.append(f"{entry} = ?")
            continue
        lines.append(f"{entry} = {', '.join(exact(value) for value in own)}")
        if name.startswith("W") and (own != before).any():
            changes = ", ".join(exact(value) for value in own - before)
            lines.append(f"changed by {changes}")
    return "<br>".join(lines)


def _is_hidden(display: Display, name: str, index: tuple[int, ...]) -> bool:
    hidden = Predictor.of(display.playback).hidden
    return hidden is not None and hidden.buffer == name and hidden.index[-2:] == index
