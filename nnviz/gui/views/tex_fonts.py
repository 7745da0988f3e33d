"""The typeface of formulas: STIX Two Math, which comes with ziamath.

It is loaded from ziamath's folder without importing ziamath, which takes a fifth
of a second.
"""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF

from nnviz.gui.fonts import TEXT_FAMILIES, ui_font

FAMILY = "STIX Two Math"


@lru_cache(maxsize=1)
def _family() -> str | None:
    """Load the typeface; ``None`` where it is missing, and the window's own takes its place."""
    spec = find_spec("ziamath")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        path = Path(folder) / "fonts" / "STIXTwoMath-Regular.ttf"
        number = QFontDatabase.addApplicationFont(str(path)) if path.is_file() else -1
        if number >= 0:
            return QFontDatabase.applicationFontFamilies(number)[0]
    return None


@lru_cache(maxsize=32)
def formula_font(size: float) -> QFont:
    """Return the typeface of formulas, ``size`` px high (to a quarter of a pixel)."""
    family = _family()
    font = ui_font(max(1, round(size)))
    if family is not None:
        font.setFamilies([family, *TEXT_FAMILIES])
    return font


@lru_cache(maxsize=32)
def _metrics(size: float) -> QFontMetricsF:
    return QFontMetricsF(formula_font(size))


@lru_cache(maxsize=8192)
def extent(text: str, size: float) -> tuple[float, float, float]:
    """Return advance, height above and depth below the baseline of a text, px."""
    metrics = _metrics(size)
    ink = metrics.tightBoundingRect(text)
    return metrics.horizontalAdvance(text), max(0.0, -ink.top()), max(0.0, ink.bottom())
