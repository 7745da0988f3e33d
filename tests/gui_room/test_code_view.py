"""The Code pane: the lecture's code, its numbers, and where it stops."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from nnviz.core.code_variables import variables_at
from nnviz.core.conditions import Quantity
from nnviz.core.notation import Source
from nnviz.gui.predictor import Predictor
from nnviz.gui.theme import DARK, LIGHT, Theme
from nnviz.gui.views.code_values import MOST_ENTRIES
from nnviz.gui.views.code_view import CodeView
from nnviz.gui.views.condition_bar import BREAKPOINT, PLACE, SIZE
from nnviz.gui.views.variables_model import NAME, SHAPE, VALUE
from nnviz.gui.views.walk_links import WELCOME, neat_number
from tests.gui_room.code_views import code_view, go_to, lecture
from tests.gui_room.walks import number_of, spec_of, trace_of


def values(view: CodeView) -> dict[str, str]:
    rows = view.table.rows
    return {rows.text(row, NAME): rows.text(row, VALUE) for row in range(rows.rowCount())}


def test_that_the_lecture_s_numbers_stand_beside_its_code(qtbot: QtBot) -> None:
    trace = lecture()
    view = code_view(qtbot, trace, len(trace.lines))
    shown = values(view)
    assert shown["out1"] == "[[0.761594, 0.833655]]"
    assert shown["loss"] == "0.513154"
    assert shown["dloss_W2"] == "[[−0.305700], [−0.334625]]"
    assert shown["dloss_sum1"] == "[[−0.118003, 0.0489735]]"
    assert shown["W2"] == "[[0.730570], [−0.366537]]"
    assert shown["b2"] == "[0.240140]"
    rows = view.code().splitlines()
    assert "dloss_sum1 = dloss_out1 * local1" in rows
    assert "learning_rate = 0.1" in rows


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_that_the_values_are_those_at_the_cursor(qtbot: QtBot, theme: Theme) -> None:
    trace = trace_of(spec_of("maxout", l2=0.1), rows=3)
    view = code_view(qtbot, trace, theme=theme)
    for line in (0, *(line.number for line in trace.lines)):
        go_to(view, line)
        variables = variables_at(trace, line)
        assert list(values(view)) == [variable.name for variable in variables]
        for row, variable in enumerate(variables):
            text = view.table.rows.text(row, VALUE)
            shape = " × ".join(map(str, variable.value.shape))
            assert view.table.rows.text(row, SHAPE) == shape
            if variable.value.size <= MOST_ENTRIES:
                for number in variable.value.ravel():
                    assert neat_number(float(number)) in text
            else:
                least, most = variable.value.min(), variable.value.max()
                assert text.startswith(f"min {neat_number(float(least), 4)}, max ")
                assert neat_number(float(most), 4) in text
            assert view.table.rows.is_written(row) == (bool(line) and variable.made_at == line)


def test_that_the_current_line_is_lit_and_in_view(qtbot: QtBot) -> None:
    trace = trace_of(spec_of(sizes=(2, 4, 4, 4, 2)))
    view = code_view(qtbot, trace, size=(700, 260))
    for line in [*trace.lines, *reversed(trace.lines)]:
        go_to(view, line.number)
        indices = view.editor.rows_of(line.number)
        assert indices
        height = view.editor.viewport().height()
        for index in indices:
            place = view.editor.row_rect(index)
            assert place.top() >= -1
            assert place.top() + view.editor.fontMetrics().height() <= height + 1
        lit = {each.cursor.blockNumber() for each in view.editor.extraSelections()}
        assert lit == set(indices)
    go_to(view, 0)
    assert view.editor.extraSelections() == []


def test_that_the_lit_rows_have_the_accent_s_bar(qtbot: QtBot) -> None:
    view = code_view(qtbot, trace_of(), 3)
    (index,) = view.editor.rows_of(3)
    image: QImage = view.editor.margin.grab().toImage()
    y = round(view.editor.row_rect(index).center().y() * image.devicePixelRatio())
    colours = {QColor(image.pixel(x, y)).name() for x in range(image.width())}
    assert QColor(DARK.accent).name() in colours


def test_that_a_click_on_a_row_goes_to_its_line(qtbot: QtBot) -> None:
    trace = trace_of()
    view = code_view(qtbot, trace, 1)
    number = number_of(trace, "a1 =")
    place = view.editor.row_rect(view.editor.rows_of(number)[0]).center().toPoint()
    QTest.mouseClick(view.editor.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, place.y()))
    assert view.display.playback.position == number
    heading = next(i for i, row in enumerate(view.editor.rows) if row.text.startswith("# eval"))
    place = view.editor.row_rect(heading).center().toPoint()
    QTest.mouseClick(view.editor.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, place.y()))
    assert view.display.playback.position == number


def test_that_the_editor_is_worked_with_the_keyboard(qtbot: QtBot) -> None:
    view = code_view(qtbot, trace_of(), 1)
    view.activateWindow()
    view.editor.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(view.editor.hasFocus)
    QTest.keyClick(view.editor, Qt.Key.Key_Down)
    assert view.editor.accessibleDescription().startswith("out1 = ")
    QTest.keyClick(view.editor, Qt.Key.Key_F9)
    assert view.editor.breakpoints == {2}
    QTest.keyClick(view.editor, Qt.Key.Key_Return)
    assert view.display.playback.position == 2


def test_that_the_code_is_copied_and_the_script_saved(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = trace_of()
    view = code_view(qtbot, trace, 2)
    QTest.mouseClick(view.copy_button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == view.code()
    assert view.message.accessibleName() == "Copied."
    path = tmp_path / "step.py"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    QTest.mouseClick(view.save_button, Qt.MouseButton.LeftButton)
    assert view.message.accessibleName() == f"Saved as {path}"
    names: dict[str, Any] = {}
    exec(path.read_text(encoding="utf-8"), names)
    np.testing.assert_allclose(names["W1"], trace.value("W1"), rtol=1e-12)
    missing = tmp_path / "none" / "step.py"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(missing), ""))
    view.save_script()
    assert f"{missing} could not be written" in view.message.accessibleName()


def test_that_a_number_to_predict_is_hidden(qtbot: QtBot) -> None:
    trace = lecture()
    view = code_view(qtbot, trace, number_of(trace, "dz1 ="))
    predictor = Predictor.of(view.display.playback)
    predictor.switch(True)
    view.refresh()
    assert values(view)["dloss_sum1"] == "[[?, 0.0489735]]"
    predictor.reveal()
    view.refresh()
    assert values(view)["dloss_sum1"] == "[[−0.118003, 0.0489735]]"


def test_that_a_number_under_the_mouse_marks_its_variable(qtbot: QtBot) -> None:
    view = code_view(qtbot, trace_of(), 1)
    view.display.selection.hover(Source("W1", (0, 0)))
    view.refresh()
    assert view.table.hovered == "W1"
    view.display.selection.hover(None)
    view.refresh()
    assert view.table.hovered == ""


def test_that_without_a_walk_it_says_how_to_begin(qtbot: QtBot) -> None:
    view = code_view(qtbot, trace_of(), 3)
    view.display.playback.leave()
    view.refresh()
    assert view.welcome.isVisible()
    assert view.welcome.text() == WELCOME
    assert not view.editor.isVisible()
    assert view.facts == ""


@pytest.mark.parametrize("width", [320, 560, 1000])
def test_that_everything_is_reached_at_any_width(qtbot: QtBot, width: int) -> None:
    view = code_view(qtbot, trace_of(), 3, size=(width, 420))
    for subject in (Quantity.DELTA.name, SIZE, PLACE, BREAKPOINT):
        view.bar.subject.show_key(subject)
        for field in (view.bar.subject, view.bar.button, view.bar.buffer, view.bar.number):
            if field.isVisible():
                right = field.mapTo(view, QPoint(field.width(), 0)).x()
                assert right <= width
                assert field.width() >= 40
    written = [row for row in range(view.table.rows.rowCount()) if view.table.rows.is_written(row)]
    place = view.table.visualRect(view.table.rows.index(written[0], NAME))
    assert view.table.viewport().rect().contains(place)
    assert view.editor.height() > 60
    assert view.table.height() > 60
    assert view.splitter.orientation() is (
        Qt.Orientation.Vertical if width < 680 else Qt.Orientation.Horizontal
    )


def test_that_a_wide_network_is_summarised(qtbot: QtBot) -> None:
    trace = trace_of(spec_of("relu", sizes=(64, 40, 10)), rows=16)
    view = code_view(qtbot, trace, 1)
    assert values(view)["W1"].startswith("min ")
    row = list(values(view)).index("W1")
    tip = view.table.rows.data(view.table.rows.index(row, VALUE), Qt.ItemDataRole.ToolTipRole)
    assert isinstance(tip, str)
    assert tip.startswith("W1: 64 × 40\nmin ")
    assert "standard deviation" in tip
