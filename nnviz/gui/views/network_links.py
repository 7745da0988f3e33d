"""Between a part of the diagram and the number that it shows in a walk."""

from nnviz.core.notation import Source
from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.views.network_scene import Focus, NetworkScene

_OF_UNITS = frozenset({"z", "a", "g", "m", "d", "dz", "da", "dd"})


def source_of(display: Display, scene: NetworkScene, focus: Focus) -> Source | None:
    """Return the number that a unit or an edge shows; ``None`` without a walk or a number."""
    walk, picture = display.playback.walk, scene.walk
    if walk is None or picture is None:
        return None
    sample = display.sample_index
    if focus.unit is not None:
        name, index = picture.buffers[focus.unit.layer], (sample, focus.unit.index)
    elif focus.edge is not None:
        name, index = f"W{focus.edge.layer}", (focus.edge.source, focus.edge.target)
        if picture.shows_gradients:
            name = f"d{name}"
    else:
        return None
    array = walk.trace.read(name, walk.position) if name in walk.trace.names else None
    # Of maxout one would have to say which piece.
    if array is None or array.ndim != len(index):
        return None
    return Source(name, index, walk.trace.made_at(name, walk.position))


def focus_on(source: Source | None, layers: int) -> Focus:
    """Return the unit or the edge that a number belongs to, of a network with so many layers."""
    if source is None or not source.index:
        return Focus()
    letters = source.buffer.rstrip("0123456789")
    layer = int(source.buffer[len(letters) :] or 0)
    if letters in {"W", "dW"}:
        return Focus(edge=EdgeRef(layer, source.index[-2], source.index[-1]))
    if letters in {"p", "t"}:
        return Focus(UnitRef(layers, source.index[-1]))
    if letters in {"x", "dx"} or letters in _OF_UNITS or letters in {"b", "db"}:
        return Focus(UnitRef(layer, source.index[-1]))
    return Focus()
