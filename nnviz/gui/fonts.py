"""The bundled fonts: Inter for text, DejaVu Sans behind it for mathematical glyphs.

They are loaded from file, so that text has the same shape on every machine.
Sizes are in pixels; ``QT_SCALE_FACTOR`` and the screen's ratio apply on top.
"""

import logging

from PySide6.QtGui import QFont, QFontDatabase

from nnviz.resource_paths import resource_path

TEXT_FAMILIES = ("Inter", "DejaVu Sans")
MONOSPACE_FAMILIES = ("DejaVu Sans Mono",)

FONT_FILES = (
    "Inter-Regular.ttf",
    "Inter-Medium.ttf",
    "Inter-SemiBold.ttf",
    "Inter-Bold.ttf",
    "DejaVuSans.ttf",
    "DejaVuSans-Bold.ttf",
    "DejaVuSansMono.ttf",
)

_LOGGER = logging.getLogger(__name__)
_loaded: set[str] = set()


def load_fonts() -> None:
    """Make the bundled fonts known to Qt; a file that Qt refuses is logged.

    Needs a QGuiApplication; further calls do nothing.
    """
    for name in FONT_FILES:
        if name in _loaded:
            continue
        path = resource_path("fonts", name)
        if QFontDatabase.addApplicationFont(str(path)) < 0:
            _LOGGER.warning("The font %s could not be loaded from %s", name, path)
        _loaded.add(name)


def ui_font(pixel_size: int = 12, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return the window's font with tabular figures, ``pixel_size`` px high."""
    return _font(TEXT_FAMILIES, pixel_size, weight)


def monospace_font(pixel_size: int = 12) -> QFont:
    """Return the font for code, ``pixel_size`` px high."""
    return _font(MONOSPACE_FAMILIES, pixel_size, QFont.Weight.Normal)


def _font(families: tuple[str, ...], pixel_size: int, weight: QFont.Weight) -> QFont:
    font = QFont()
    font.setFamilies(families)
    font.setPixelSize(pixel_size)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("tnum"), 1)
    return font
