"""The small widgets: fields, numbers, banner, toolbar."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from nnviz.gui.main_window import MainWindow
from nnviz.gui.theme import DARK
from nnviz.gui.toolbar import SPEEDS, speed_text
from nnviz.gui.widgets.banner import Banner
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.dataset_tile import DatasetTile
from nnviz.gui.widgets.fields import NumberField, next_on_ladder
from nnviz.gui.widgets.slider import LabelledSlider
from nnviz.gui.widgets.text import as_sentence, number_text, percent_text
from nnviz.training.commands import SetSpeed


@pytest.fixture
def holder(qtbot: QtBot) -> QWidget:
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(300, 200)
    QVBoxLayout(holder).setSizeConstraint(QVBoxLayout.SizeConstraint.SetNoConstraint)
    with qtbot.waitExposed(holder):
        holder.show()
    return holder


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0088123, "0.0088"),
        (0.031249, "0.0312"),
        (-0.5, "−0.5000"),
        (1.23456, "1.235"),
        (123.456, "123.5"),
        (0.0, "0"),
        (8.83e-5, "8.8e−5"),
        (-1.234e12, "−1.2e12"),
        (math.inf, "∞"),
        (math.nan, "not a number"),
        (None, "–"),
    ],
)
def test_that_numbers_are_written_as_people_read_them(value: float | None, text: str) -> None:
    assert number_text(value) == text


def test_that_shares_are_written_in_percent() -> None:
    assert percent_text(0.9708) == "97.1 %"
    assert percent_text(None) == "–"


def test_that_the_ladder_goes_1_2_5_10() -> None:
    rungs = [0.001]
    for _ in range(6):
        rungs.append(next_on_ladder(rungs[-1], upwards=True))
    assert rungs == [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1]
    for rung, lower in zip(rungs[:0:-1], rungs[-2::-1], strict=True):
        assert next_on_ladder(rung, upwards=False) == lower
    assert next_on_ladder(0.003, upwards=True) == 0.005
    assert next_on_ladder(0.003, upwards=False) == 0.002


@pytest.mark.parametrize(("typed", "value"), [("0.05", 0.05), ("1e-4", 1e-4), ("0,5", 0.5)])
def test_that_a_number_field_takes_any_notation(
    holder: QWidget, qtbot: QtBot, typed: str, value: float
) -> None:
    field = NumberField("rate", "Rate", 0, 1000, holder)
    field.show()
    chosen: list[float] = []
    field.number_chosen.connect(chosen.append)
    field.selectAll()
    QTest.keyClicks(field, typed)
    assert chosen == [], "nothing is reported while typing"
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert chosen == [value]


def test_that_a_number_outside_the_range_is_not_reported(holder: QWidget) -> None:
    field = NumberField("rate", "Rate", 0, 10, holder)
    field.show()
    field.show_number(0.5)
    chosen: list[float] = []
    field.number_chosen.connect(chosen.append)
    field.selectAll()
    QTest.keyClicks(field, "99")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert chosen == []
    assert field.value() == 0.5


def test_that_a_number_field_climbs_the_ladder_by_its_arrows(holder: QWidget) -> None:
    field = NumberField("rate", "Rate", 0, 1000, holder)
    field.show_number(0.02)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 0.05
    QTest.keyClick(field, Qt.Key.Key_Down)
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.value() == 0.01


def test_that_the_ladder_goes_through_0_where_both_signs_make_sense(holder: QWidget) -> None:
    field = NumberField("bias", "Bias", -100, 100, holder)
    field.show_number(1e-4)
    seen = []
    for _ in range(4):
        QTest.keyClick(field, Qt.Key.Key_Down)
        seen.append(field.value())
    assert seen == [0.0, -1e-4, -2e-4, -5e-4]
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == -2e-4


def test_that_the_ladder_ends_at_0_where_there_is_nothing_below(holder: QWidget) -> None:
    field = NumberField("rate", "Rate", 0, 1000, holder)
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert field.value() == 0.0


def test_that_a_disabled_entry_cannot_be_chosen_by_key(holder: QWidget) -> None:
    combo = Combo("loss", "Loss", holder)
    combo.set_entries([("a", "a"), ("b", "b"), ("c", "c")])
    combo.show_key("a")
    combo.explain("b", "b makes no sense here")
    chosen: list[str] = []
    combo.key_chosen.connect(chosen.append)
    QTest.keyClick(combo, Qt.Key.Key_Down)
    assert chosen == ["c"]
    combo.explain("b", None)
    QTest.keyClick(combo, Qt.Key.Key_Up)
    assert chosen == ["c", "b"]


def test_that_a_slider_reports_a_click_and_the_end_of_a_drag(holder: QWidget) -> None:
    labelled = LabelledSlider("noise", "Noise", 11, lambda place: f"{place / 10:.1f}", holder)
    labelled.resize(220, 40)
    labelled.show()
    chosen: list[int] = []
    labelled.position_chosen.connect(chosen.append)
    slider = labelled.slider
    slider.setGeometry(0, 20, 220, 20)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    assert slider.value() == 5
    assert chosen == []
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=slider.rect().center())
    assert chosen == [5]
    assert slider.accessibleDescription() == "0.5"


def test_that_showing_a_position_reports_nothing(holder: QWidget) -> None:
    labelled = LabelledSlider("noise", "Noise", 11, str, holder)
    chosen: list[int] = []
    labelled.position_chosen.connect(chosen.append)
    labelled.show_position(7)
    labelled.set_count(4)
    labelled.set_count(20)
    assert chosen == []


def test_that_the_banner_loses_no_message(holder: QWidget) -> None:
    banner = Banner(DARK.danger, holder)
    for message in ("first", "second", "first", "third"):
        banner.show_message(message)
    assert banner.messages == ["first", "second", "third"]
    for expected in (["second", "third"], ["third"], []):
        assert banner.isVisible()
        QTest.mouseClick(banner.dismiss_button, Qt.MouseButton.LeftButton)
        assert banner.messages == expected
    assert not banner.isVisible()


def test_that_a_message_that_is_no_longer_true_is_withdrawn(holder: QWidget) -> None:
    banner = Banner(DARK.danger, holder)
    for message in ("first", "second"):
        banner.show_message(message)
    banner.withdraw("second")
    banner.withdraw("never shown")
    assert banner.messages == ["first"]
    banner.withdraw("first")
    assert not banner.isVisible()


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("the loss is not a number", "The loss is not a number"),
        ("X has 3 columns", "X has 3 columns"),
        ("flowers.csv is empty", "flowers.csv is empty"),
        ("", ""),
    ],
)
def test_that_messages_begin_as_sentences_do_and_files_keep_their_names(
    message: str, sentence: str
) -> None:
    assert as_sentence(message) == sentence


def test_that_an_entry_that_is_too_long_ends_in_dots(holder: QWidget) -> None:
    words = "sepal length in centimetres"
    cut = [f"{words[:count]}…" for count in range(3, len(words))]
    combo = Combo("column", "Column", holder)
    combo.set_entries((text, text) for text in (words, *cut))
    combo.setFixedWidth(110)
    pictures = []
    for text in (words, *cut):
        combo.show_key(text)
        pictures.append(combo.grab().toImage())
    assert pictures[0] in pictures[1:]


def test_that_a_tile_draws_its_points_in_the_colours_of_their_classes(holder: QWidget) -> None:
    tile = DatasetTile("moons", "Moons", DARK, holder)
    tile.resize(96, 64)
    tile.show()
    tile.set_points(np.array([[-1.0, 0.0], [1.0, 0.0]]), np.array([0, 1]))
    picture = tile.grab().toImage()
    colours = {
        picture.pixelColor(x, y).name().upper()
        for x in range(picture.width())
        for y in range(picture.height())
    }
    assert {DARK.negative, DARK.positive} <= colours


def test_that_the_speed_slider_goes_from_one_step_a_second_to_no_limit(
    window: MainWindow,
) -> None:
    wishes: list[object] = []
    window.transport.command_requested.connect(wishes.append)
    slider = window.toolbar.speed_slider
    slider.setValue(0)
    slider.setValue(slider.maximum())
    assert wishes == [SetSpeed(1), SetSpeed(None)]
    assert speed_text(SPEEDS[0]) == "1 step/s"
    assert speed_text(1000) == "1,000 steps/s"


def test_that_the_nearest_speed_is_chosen_and_asked_for(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.toolbar.speed_requested) as asked:
        window.toolbar.choose_speed(90.0)
    assert asked.args == [100]


def test_that_every_control_of_the_window_has_both_names(window: MainWindow) -> None:
    for widget in window.findChildren(QWidget):
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
            assert widget.objectName(), widget
            assert widget.accessibleName(), widget.objectName()
