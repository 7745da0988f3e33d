"""Fonts, icons and style: everything comes from files and tokens."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontInfo, QFontMetrics, QImage, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnviz.gui.fonts import FONT_FILES, load_fonts, monospace_font, ui_font
from nnviz.gui.icons import icon_pixmap
from nnviz.gui.main_window import MainWindow
from nnviz.gui.style import apply_style, palette, style_sheet
from nnviz.gui.theme import DARK, LIGHT, THEMES, Theme
from nnviz.gui.widgets.buttons import IconButton, RunButton
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.dataset_tile import DatasetTile
from nnviz.gui.widgets.fields import NumberField
from nnviz.gui.widgets.slider import Slider
from nnviz.gui.widgets.text import role_label
from nnviz.resource_paths import resource_path

MATHS = "∇⊙ᵀℝ∂Ση−ŷ₁²"


@pytest.fixture(params=[DARK, LIGHT], ids=lambda theme: theme.name)
def theme(request: pytest.FixtureRequest) -> Theme:
    theme = request.param
    assert isinstance(theme, Theme)
    return theme


def test_that_the_bundled_fonts_are_the_ones_in_use(qapp: QApplication) -> None:
    load_fonts()
    assert QFontInfo(ui_font()).family() == "Inter"
    assert QFontInfo(monospace_font()).family() == "DejaVu Sans Mono"
    assert all(resource_path("fonts", name).is_file() for name in FONT_FILES)


def test_that_figures_are_of_one_width(qapp: QApplication) -> None:
    load_fonts()
    metrics = QFontMetrics(ui_font(13))
    assert len({metrics.horizontalAdvance(figure * 9) for figure in "0123456789"}) == 1


def test_that_figures_in_a_styled_label_are_of_one_width(qtbot: QtBot, qapp: QApplication) -> None:
    apply_style(qapp, DARK)
    holder = QWidget()
    qtbot.addWidget(holder)
    widths = {role_label(figure * 9, "stat", holder).sizeHint().width() for figure in "0189"}
    assert len(widths) == 1


def test_that_mathematical_signs_have_a_glyph(qapp: QApplication) -> None:
    load_fonts()
    pictures = {_picture_of(sign) for sign in MATHS}
    assert len(pictures) == len(MATHS), "two signs look the same: a box for a missing glyph"


def _picture_of(sign: str) -> bytes:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setFont(ui_font(24))
    painter.drawText(image.rect(), Qt.AlignmentFlag.AlignCenter, sign)
    painter.end()
    return bytes(image.constBits())


def test_that_every_icon_is_drawn_in_the_colour_that_was_asked_for(qapp: QApplication) -> None:
    for path in resource_path("icons").glob("*.svg"):
        image = icon_pixmap(path.stem, "#ff0000", 32, 2.0).toImage()
        assert image.width() == 64
        colours = {
            image.pixelColor(x, y).name()
            for x in range(0, 64, 2)
            for y in range(0, 64, 2)
            if image.pixelColor(x, y).alpha() > 200
        }
        assert colours
        assert all(QColor(colour).green() < 40 for colour in colours), path.stem


def test_that_no_token_is_left_in_the_style_sheet(theme: Theme) -> None:
    text = style_sheet(theme)
    assert "@" not in text.replace("@words are tokens", "")
    assert theme.card in text


def test_that_the_palette_carries_the_tokens(theme: Theme) -> None:
    colours = palette(theme)
    assert colours.color(QPalette.ColorRole.Window) == QColor(theme.window)
    assert colours.color(QPalette.ColorRole.Accent) == QColor(theme.accent)


def test_that_text_stands_out_from_every_background(theme: Theme) -> None:
    for background in (theme.window, theme.card, theme.raised, theme.well):
        assert _contrast(theme.text, background) >= 10
        assert _contrast(theme.text_secondary, background) >= 4.5
    assert _contrast(theme.on_accent, theme.accent_fill) >= 4.5
    assert _contrast(theme.danger, theme.raised) >= 4.5


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(QColor(first)), _luminance(QColor(second))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: QColor) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.redF(), colour.greenF(), colour.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_that_every_kind_of_control_shows_where_the_keyboard_is(
    qtbot: QtBot, qapp: QApplication, theme: Theme
) -> None:
    apply_style(qapp, theme)
    holder = QWidget()
    qtbot.addWidget(holder)
    column = QVBoxLayout(holder)
    column.setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
    controls: list[QWidget] = [
        IconButton("icon", "Icon", "play", 34, holder),
        RunButton(holder),
        Slider("slider", "Slider", holder),
        Combo("combo", "Combo", holder),
        NumberField("number", "Number", 0, 1, holder),
        DatasetTile("moons", "Moons", theme, holder),
        QPushButton("Push", holder),
        QLineEdit("Line", holder),
    ]
    for control in controls:
        column.addWidget(control)
    with qtbot.waitExposed(holder):
        holder.show()
    holder.setFocus()
    for control in controls:
        before = control.grab().toImage()
        control.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(control.hasFocus)
        after = control.grab().toImage()
        assert _pixels_that_differ(before, after) >= 40, type(control).__name__


def _pixels_that_differ(first: QImage, second: QImage) -> int:
    return sum(
        first.pixel(x, y) != second.pixel(x, y)
        for x in range(first.width())
        for y in range(first.height())
    )


def test_that_the_theme_changes_while_the_window_is_open(window: MainWindow) -> None:
    for name in ("light", "dark"):
        window.set_theme(THEMES[name])
        picture = window.grab().toImage()
        assert picture.pixelColor(2, picture.height() // 2) == QColor(THEMES[name].window)
        dock = window.docks["setup"].title_bar
        middle = dock.mapTo(window, dock.rect().center())
        assert picture.pixelColor(middle) == QColor(THEMES[name].card)
