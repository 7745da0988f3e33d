"""Fusion, an explicit palette and one style sheet, all made of a Theme's tokens.

Widgets that paint themselves read the palette, so they follow a theme change
without being told:

==================  =======================================
palette role        token
==================  =======================================
Window              window
AlternateBase       card
Base, Button        raised
Dark                well
Midlight, Mid       border, border_strong
Text                text
ToolTipText         text
PlaceholderText     text_tertiary
Light               text_secondary
Accent              accent
Highlight           accent_fill
HighlightedText     on_accent
BrightText          danger
==================  =======================================
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from nnviz.gui.fonts import load_fonts, ui_font
from nnviz.gui.theme import Theme
from nnviz.resource_paths import resource_path

_ROLE_TOKENS = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.AlternateBase: "card",
    QPalette.ColorRole.Base: "raised",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.Dark: "well",
    QPalette.ColorRole.Shadow: "window",
    QPalette.ColorRole.Midlight: "border",
    QPalette.ColorRole.Mid: "border_strong",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.Light: "text_secondary",
    QPalette.ColorRole.PlaceholderText: "text_tertiary",
    QPalette.ColorRole.Accent: "accent",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.LinkVisited: "accent",
    QPalette.ColorRole.Highlight: "accent_fill",
    QPalette.ColorRole.HighlightedText: "on_accent",
    QPalette.ColorRole.BrightText: "danger",
}

_FADING_ROLES = (
    QPalette.ColorRole.Text,
    QPalette.ColorRole.WindowText,
    QPalette.ColorRole.ButtonText,
)


def palette(theme: Theme) -> QPalette:
    """Return the palette of a theme, as the table above says."""
    result = QPalette()
    for role, token in _ROLE_TOKENS.items():
        result.setColor(role, QColor(getattr(theme, token)))
    for role in _FADING_ROLES:
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(theme.border_strong))
    return result


def style_sheet(theme: Theme) -> str:
    """Return the style sheet of a theme: the template with its tokens filled in."""
    template = resource_path("themes", "window.qss").read_text(encoding="utf-8")
    for token in sorted(_token_names(theme), key=len, reverse=True):
        template = template.replace(f"@{token}", str(getattr(theme, token)))
    return template


def apply_style(app: QApplication, theme: Theme) -> None:
    """Dress the whole application in a theme; may be called while it runs."""
    load_fonts()
    if not app.styleSheet():
        app.setStyle(QStyleFactory.create("Fusion"))
    app.setFont(ui_font(12))
    app.setPalette(palette(theme))
    app.setStyleSheet(style_sheet(theme))
    scheme = Qt.ColorScheme.Dark if theme.is_dark else Qt.ColorScheme.Light
    app.styleHints().setColorScheme(scheme)


def _token_names(theme: Theme) -> list[str]:
    return [name for name in theme.__slots__ if isinstance(getattr(theme, name), str)]
