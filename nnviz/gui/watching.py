"""Watching: pins what a person points at."""

from PySide6.QtCore import QObject

from nnviz.gui.display import Display
from nnviz.gui.watch_list import Pin
from nnviz.gui.watch_names import pin_of
from nnviz.gui.widgets.banner import Banner

_NOTHING = (
    "point at a number, or select a unit or a weight: then this key pins it to the watch list"
)


class Watching(QObject):
    """Joins the key to the watch list.

    Parameters
    ----------
    display
        Knows what is under the mouse and what is selected.
    banner
        Tells why something cannot be watched.
    """

    def __init__(self, display: Display, banner: Banner) -> None:
        super().__init__(banner)
        self._display, self._banner = display, banner

    def pin_pointed(self) -> None:
        """Pin the number under the mouse, or else the selected weight or activation."""
        try:
            pin = self._pointed()
            self._display.watch_list.pin(pin)
        except ValueError as error:
            self._banner.show_message(str(error))
            return
        self._display.wishes.open_view("watch")

    def _pointed(self) -> Pin:
        display, selection = self._display, self._display.selection
        if not display.is_ready:
            raise ValueError(_NOTHING)
        if selection.hovered is not None:
            return pin_of(display, selection.hovered)
        edge, unit = selection.edge, selection.unit
        if edge is not None:
            layer = display.spec.layers[edge.layer - 1]
            piece = (0,) if layer.activation == "maxout" else ()
            return Pin(f"W{edge.layer}", (*piece, edge.source, edge.target))
        if unit is not None and unit.layer > 0 and len(display.batch_rows):
            row = int(display.batch_rows[display.sample_index])
            return Pin(f"a{unit.layer}", (unit.index,), row)
        raise ValueError(_NOTHING)
