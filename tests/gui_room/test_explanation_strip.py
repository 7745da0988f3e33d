"""The strip shows as much of the arithmetic as there is room for."""

from pytestqt.qtbot import QtBot

from nnviz.gui.selection import UnitRef
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.explanation import HINT
from nnviz.gui.views.explanation_strip import ExplanationStrip
from tests.gui_room.network_displays import display_of


def strip_of(qtbot: QtBot, width: int, unit: UnitRef | None) -> ExplanationStrip:
    display = display_of("iris", (16, 16))
    display.selection.select_unit(unit)
    strip = ExplanationStrip(display, DARK)
    qtbot.addWidget(strip)
    strip.resize(width, 40)
    strip.refresh()
    return strip


def line(strip: ExplanationStrip) -> str:
    return "".join(span.text for span in strip.shown)


def test_that_it_gives_a_hint_while_nothing_is_selected(qtbot: QtBot) -> None:
    strip = strip_of(qtbot, 800, None)
    assert line(strip) == HINT
    assert strip.height() == 40


def test_that_a_narrow_strip_leaves_out_extras_and_then_terms_but_never_the_result(
    qtbot: QtBot,
) -> None:
    strip = strip_of(qtbot, 3000, UnitRef(2, 3))
    assert "sample 1 of" in line(strip)
    assert "more term" not in line(strip)
    result = strip.explanation.tail[-1].text
    strip.resize(700, 40)
    strip.refresh()
    assert "sample" not in line(strip)
    assert "more terms" in line(strip)
    assert line(strip).endswith(result)


def test_that_the_whole_is_read_aloud_and_in_the_tooltip(qtbot: QtBot) -> None:
    strip = strip_of(qtbot, 300, UnitRef(2, 3))
    assert strip.accessibleDescription() == strip.explanation.text()
    assert "Hidden 2, unit 4" in strip.toolTip()


def test_that_it_paints_in_both_themes(qtbot: QtBot) -> None:
    strip = strip_of(qtbot, 600, UnitRef(2, 3))
    dark = strip.grab().toImage()
    strip.set_theme(LIGHT)
    light = strip.grab().toImage()
    assert dark.pixelColor(300, 3).lightness() < 40
    assert light.pixelColor(300, 3).lightness() > 220
