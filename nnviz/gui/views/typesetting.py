"""Formulas typeset by ziamath, as pictures that are kept.

A formula takes ziamath 5 to 50 ms, so a view never waits for one: it asks, shows
its own quick setting meanwhile, and is told when the picture is there.
"""

import warnings
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import cast

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

KEPT_FORMULAS = 512
# After the last move of the cursor, before formulas are typeset, ms.
PATIENCE = 90
MARGIN = 1.0


@dataclass(frozen=True, slots=True)
class FormulaKey:
    """A formula in TeX, the height of its letters in px, and their colour."""

    tex: str
    size: float
    colour: str


class Formula:
    """A typeset formula.

    Attributes
    ----------
    width, ascent, descent
        Size in px; the ascent is above the baseline, the descent below.
    """

    def __init__(self, svg: str) -> None:
        self._renderer = QSvgRenderer(QByteArray(svg.encode()))
        self._view = self._renderer.viewBoxF()
        self.width = self._view.width()
        self.ascent, self.descent = -self._view.top(), self._view.bottom()
        self._pixmaps: dict[tuple[float, float], QPixmap] = {}

    def draw(self, painter: QPainter, x: float, baseline: float, scale: float = 1.0) -> None:
        """Draw it with its left end and its baseline here."""
        ratio = painter.device().devicePixelRatioF()
        key = (ratio, scale)
        if key not in self._pixmaps:
            self._pixmaps[key] = self._rendered(ratio, scale)
        # On whole device pixels, so that it is as sharp as it was rendered.
        top = round((baseline - self.ascent * scale) * ratio) / ratio
        left = round(x * ratio) / ratio
        pixmap = self._pixmaps[key]
        area = QRectF(left, top, pixmap.width() / ratio, pixmap.height() / ratio)
        painter.drawPixmap(area, pixmap, QRectF(pixmap.rect()))

    def _rendered(self, ratio: float, scale: float) -> QPixmap:
        width = max(1, round(self._view.width() * scale * ratio))
        height = max(1, round(self._view.height() * scale * ratio))
        pixmap = QPixmap(width, height)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self._renderer.render(painter, QRectF(0, 0, width, height))
        painter.end()
        return pixmap


def typeset(key: FormulaKey) -> Formula:
    """Typeset a formula now, which takes its time."""
    svg = (
        _ziamath()
        .Latex(_for_ziamath(key.tex), size=key.size, color=key.colour, margin=MARGIN)
        .svg()
    )
    return Formula(svg)


@lru_cache(maxsize=1)
def _ziamath() -> ModuleType:
    """Import ziamath, which takes a fifth of a second."""
    with warnings.catch_warnings():
        # Its fonts are found in a way that Python 3.11 deprecates and later ones allow again.
        warnings.simplefilter("ignore", DeprecationWarning)
        import ziamath
    # QSvgRenderer draws SVG 1.1 only: with SVG 2 symbols come out as garbage.
    ziamath.config.svg2 = False
    return cast(ModuleType, ziamath)


class FormulaStore(QObject):
    """Typesets formulas while nothing else happens, and keeps them.

    Signals
    -------
    formulas_ready
        Some that were asked for are there now.
    """

    formulas_ready = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[FormulaKey, Formula] = OrderedDict()
        self._wanted: list[FormulaKey] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.work)

    def formula(self, key: FormulaKey) -> Formula | None:
        """Return a formula if it is there; else it is typeset soon."""
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        if key not in self._wanted:
            self._wanted.append(key)
        self._timer.start(PATIENCE)
        return None

    def forget_wishes(self) -> None:
        """Drop what was asked for before and is not on the screen any more."""
        self._wanted.clear()

    def work(self) -> None:
        """Typeset one formula, and come back for the next."""
        if self._wanted:
            self._keep(self._wanted.pop(0))
        if self._wanted:
            self._timer.start(0)
        else:
            self.formulas_ready.emit()

    def finish(self) -> None:
        """Typeset all that was asked for at once, as for a picture of the window."""
        while self._wanted:
            self._keep(self._wanted.pop(0))
        self._timer.stop()
        self.formulas_ready.emit()

    def _keep(self, key: FormulaKey) -> None:
        self._kept[key] = typeset(key)
        while len(self._kept) > KEPT_FORMULAS:
            self._kept.popitem(last=False)


def _for_ziamath(tex: str) -> str:
    """Return the TeX that looks right when ziamath sets it."""
    # In braces a sign is a letter: no room around it, as for a minus that stands alone.
    tex = tex.replace(r"\partial", r"{\partial}").replace("(-", "({-}")
    # Brackets of growing size run wild around [ ]; nothing in them is high.
    tex = tex.replace(r"\left", "").replace(r"\right", "")
    return f"{{-}}{tex[1:]}" if tex.startswith("-") else tex
