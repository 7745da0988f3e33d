"""The order in which Tab walks: as one reads, not as the widgets were made."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QComboBox,
    QDockWidget,
    QLayout,
    QScrollArea,
    QWidget,
)


def set_tab_order(roots: Iterable[QWidget]) -> None:
    """Let Tab walk through these widgets' controls, one root after the other.

    A dock that floats is a window of its own, with an order of its own.
    """
    takers = [taker for root in roots for taker in tab_takers(root)]
    for window in {taker.window() for taker in takers}:
        inside = [taker for taker in takers if taker.window() is window]
        for before, after in pairwise(inside):
            QWidget.setTabOrder(before, after)


def tab_takers(root: QWidget) -> list[QWidget]:
    """Return the controls that Tab can reach in a widget, in reading order."""
    return [
        widget
        for widget in _in_reading_order(root)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
    ]


def _in_reading_order(root: QWidget) -> Iterator[QWidget]:
    yield root
    for child in _children(root):
        yield from _in_reading_order(child)


def _children(widget: QWidget) -> list[QWidget]:
    """Return what a widget holds: first as it is laid out, then what stands on top."""
    first: list[QWidget] = []
    layout = widget.layout()
    if isinstance(widget, QDockWidget):
        first = [widget.titleBarWidget(), widget.widget()]
    elif isinstance(widget, QScrollArea):
        content = widget.widget()
        return [] if content is None else [content]
    elif layout is not None:
        first = list(_laid_out(layout))
    # Qt's own parts of a field or a plot are left alone: only our buttons stand on those.
    is_whole = isinstance(widget, QAbstractScrollArea | QAbstractSpinBox | QComboBox)
    kind = QAbstractButton if is_whole else QWidget
    others = widget.findChildren(kind, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return first + [other for other in others if other not in first and not other.isWindow()]


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        assert item is not None
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            yield widget
        elif inner is not None:
            yield from _laid_out(inner)
