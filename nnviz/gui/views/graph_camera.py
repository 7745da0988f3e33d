"""GraphCamera: which part of a graph is seen, and how large."""

from PySide6.QtCore import QPointF, QRectF, QSizeF

LEGIBLE, LARGEST, SMALLEST = 0.82, 2.5, 0.2
MOST_AUTOMATIC = 1.2
MARGIN = 10.0


class GraphCamera:
    """Turns a graph's coordinates into pixels.

    By itself it shows the whole graph; where that would be too small to read, it
    stays legible and follows what is happening.

    Attributes
    ----------
    scale, offset
        pixel = scale * place + offset.
    is_automatic
        Whether nobody has zoomed or moved it.
    """

    def __init__(self) -> None:
        self.scale = 1.0
        self.offset = QPointF()
        self.is_automatic = True

    def to_scene(self, pixel: QPointF) -> QPointF:
        """Return the place at a pixel."""
        return (pixel - self.offset) / self.scale

    def to_pixels(self, box: QRectF) -> QRectF:
        """Return where a box is on the widget."""
        corner = box.topLeft() * self.scale + self.offset
        return QRectF(corner, box.size() * self.scale)

    def fit(self, graph: QRectF, room: QSizeF, least: float = LEGIBLE) -> None:
        """Show the whole graph, but not smaller than ``least``."""
        wide = (room.width() - 2 * MARGIN) / max(graph.width(), 1.0)
        high = (room.height() - 2 * MARGIN) / max(graph.height(), 1.0)
        self.scale = min(max(min(wide, high), least), MOST_AUTOMATIC)
        # What does not fit is seen from its beginning.
        self.offset = QPointF(MARGIN, MARGIN) - graph.topLeft() * self.scale
        self.keep_within(graph, room)

    def follow(self, part: QRectF, graph: QRectF, room: QSizeF) -> None:
        """Bring a part into view, if it is not there, by moving."""
        shown = self.to_pixels(part)
        shift_x = _shift(shown.left(), shown.right(), room.width())
        shift_y = _shift(shown.top(), shown.bottom(), room.height())
        if shift_x or shift_y:
            self.offset += QPointF(shift_x, shift_y)
            self.keep_within(graph, room)

    def keep_within(self, graph: QRectF, room: QSizeF) -> None:
        """Waste no room beside a graph that does not fit."""
        shown = self.to_pixels(graph)
        self.offset += QPointF(
            _pull(shown.left(), shown.right(), room.width()),
            _pull(shown.top(), shown.bottom(), room.height()),
        )

    def zoom(self, factor: float, about: QPointF) -> None:
        """Zoom by a factor; the place at that pixel stays where it is."""
        scale = min(max(self.scale * factor, SMALLEST), LARGEST)
        self.offset = about - (about - self.offset) * (scale / self.scale)
        self.scale = scale
        self.is_automatic = False

    def move(self, by: QPointF) -> None:
        """Move the graph by so many pixels."""
        self.offset += by
        self.is_automatic = False


def _shift(low: float, high: float, room: float) -> float:
    if low >= 0 and high <= room:
        return 0.0
    # What comes into view comes to the middle, so that what is next is seen too.
    return room / 2 - (low + high) / 2


def _pull(low: float, high: float, room: float) -> float:
    if high - low <= room - 2 * MARGIN:
        return (room - low - high) / 2
    return min(MARGIN - low, 0.0) or max(room - MARGIN - high, 0.0)
