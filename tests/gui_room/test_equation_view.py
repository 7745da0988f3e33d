"""The equation pane: its numbers are the buffers', they are linked, copied and hidden."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from nnviz.core.layout import ParameterLayout
from nnviz.core.notation import Piece, Source, six_digits
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.core.trace import StepToRecord, Trace, record
from nnviz.core.walk import Size
from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, Selection, UnitRef
from nnviz.gui.theme import DARK, LIGHT, Theme
from nnviz.gui.views.equation_painting import number_colour
from nnviz.gui.views.equation_view import EquationView
from nnviz.gui.views.tex_nodes import Gap
from tests.gui_room.walks import (
    SGD,
    move_to,
    number_of,
    put,
    spec_of,
    trace_of,
    walking,
    written_on,
)

Z1 = Source("z1", (0, 0), 1)


def worked_example() -> Trace:
    """Record the lecture's worked example."""
    spec = NetworkSpec(2, (LayerSpec(2, "tanh"), LayerSpec(1, "linear")), "binary_cross_entropy")
    parameters = np.array([0.5, -0.3, 0.2, 0.8, 0.1, -0.1, 0.7, -0.4, 0.2])
    return record(StepToRecord(spec, parameters, np.array([[1.0, 2.0]]), np.array([[1.0]]), SGD))


def shown(display: Display, qtbot: QtBot, size: tuple[int, int] = (420, 500)) -> EquationView:
    view = EquationView(display, DARK)
    put(view, qtbot, size)
    return view


def middle_of(view: EquationView, source: Source) -> QPointF:
    area = view.canvas.area_of(source)
    assert area is not None
    return QPointF(area.x + area.width / 2, area.y + area.height / 2)


def hovered(view: EquationView) -> Source | None:
    return view.display.selection.hovered


def copied() -> str:
    return QGuiApplication.clipboard().text()


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_that_the_painted_numbers_are_the_buffers(qtbot: QtBot, theme: Theme) -> None:
    trace = trace_of()
    display = walking(trace)
    view = EquationView(display, theme)
    put(view, qtbot, (500, 700))
    for line in trace.lines:
        display.playback.go_to(line.number)
        view.refresh()
        texts = written_on(view.canvas)
        for area in view.canvas.page.numbers.areas:
            piece = area.owner
            assert isinstance(piece, Piece)
            if piece.source is None or piece.source.buffer[0] in "Wb":
                continue
            value = trace.value(piece.source.buffer, piece.source.position)[piece.source.index]
            assert piece.value == value
            digits = six_digits(float(value)).partition("e")[0] if value else "0"
            assert digits in texts


def test_that_the_worked_example_can_be_read_off(qtbot: QtBot) -> None:
    trace = worked_example()
    display = walking(trace)
    view = shown(display, qtbot)
    said = []
    for number in range(1, len(trace.lines) + 1):
        display.playback.go_to(number)
        view.refresh()
        view.copy_text()
        said.append(copied())
    everything = "\n".join(said)
    for piece in (
        "z₁,₁ = 1 · 0.5 + 2 · 0.2 + 0.1 = 1",
        "a₁,₁ = tanh(1) = 0.761594",
        "= 0.399654",
        "−log(0.598605) = 0.513154",
        "(0.598605 − 1) = −0.401395",
        "0.761594 · (−0.401395) = −0.3057",
        "−0.401395 · 0.7 = −0.280977",
        "1 − 0.761594² = 0.419974",
        "−0.280977 · 0.419974 = −0.118003",
        "1 · (−0.118003) = −0.118003",
        "= −0.0736936",
        "0.7 − 0.1 · (−0.3057) = 0.73057",
    ):
        assert piece in everything


def test_that_another_unit_or_weight_is_shown_when_it_is_selected(qtbot: QtBot) -> None:
    trace = worked_example()
    display = walking(trace, 1)
    view = shown(display, qtbot)
    display.selection.select_unit(UnitRef(1, 1))
    view.refresh()
    assert view.canvas.area_of(Source("z1", (0, 1), 1)) is not None
    display.playback.go_to(number_of(trace, "dW1"))
    display.selection.select_edge(EdgeRef(1, 1, 0))
    view.refresh()
    assert view.content is not None
    assert "2 · (−0.118003) = −0.236006" in view.content.text()


def test_that_a_number_under_the_mouse_is_told_to_all(qtbot: QtBot) -> None:
    display = walking(trace_of(), 1)
    view = shown(display, qtbot)
    move_to(view.canvas, middle_of(view, Z1))
    assert hovered(view) == Z1
    assert view.canvas.cursor().shape() is Qt.CursorShape.PointingHandCursor
    move_to(view.canvas, QPointF(1, 1))
    assert hovered(view) is None
    move_to(view.canvas, middle_of(view, Z1))
    QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
    assert hovered(view) is None


def test_that_the_number_is_lit_whose_source_is_hovered_elsewhere(qtbot: QtBot) -> None:
    display = walking(trace_of(), 1)
    view = shown(display, qtbot)
    dark = view.canvas.grab().toImage()
    display.selection.hover(Z1)
    view.refresh()
    assert view.canvas.lit == Z1
    lit = view.canvas.grab().toImage()
    place = middle_of(view, Z1).toPoint()
    area = view.canvas.area_of(Z1)
    assert area is not None
    corner = QPoint(round(area.x) - 1, place.y())
    assert dark.pixelColor(corner) != lit.pixelColor(corner)
    display.selection.hover(None)
    view.refresh()
    assert view.canvas.grab().toImage() == dark


def test_that_numbers_have_the_colours_of_their_signs() -> None:
    assert number_colour(DARK, 0.5) == DARK.positive
    assert number_colour(LIGHT, -0.5) == LIGHT.negative_text
    assert number_colour(DARK, 0.0) == DARK.text


def test_that_a_click_on_a_number_goes_where_it_was_made(qtbot: QtBot) -> None:
    trace = trace_of()
    number = number_of(trace, "z2 =")
    display = walking(trace, number)
    view = shown(display, qtbot)
    source = Source("a1", (0, 1), trace.made_at("a1"))
    place = middle_of(view, source).toPoint()
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=place)
    assert display.playback.position == source.position
    assert display.selection.unit == UnitRef(1, 1)


def test_that_all_digits_and_the_origin_are_told(qtbot: QtBot) -> None:
    trace = trace_of()
    display = walking(trace, 1)
    view = shown(display, qtbot)
    place = middle_of(view, Z1).toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, place, view.canvas.mapToGlobal(place))
    QApplication.sendEvent(view.canvas, event)
    text = QToolTip.text()
    assert "weighted sum z of unit 1 in layer 1, sample 1" in text
    assert repr(float(trace.value("z1")[0, 0])).replace("-", "−") in text
    assert "made in line 1" in text
    QToolTip.hideText()


def test_that_equations_are_copied_as_text_and_as_tex(qtbot: QtBot) -> None:
    display = walking(worked_example(), 1)
    view = shown(display, qtbot)
    view.text_button.click()
    assert copied() == (
        "Weighted sum of layer 1\n"
        "z₁,₁ = Σᵢ xᵢ w₁,ᵢ,₁ + b₁,₁\n"
        "z₁,₁ = 1 · 0.5 + 2 · 0.2 + 0.1 = 1\n"
        "z₁ = x W₁ + b₁\n"
        "1 × 2 = (1 × 2) (2 × 2) + 2"
    )
    view.tex_button.click()
    tex = copied()
    assert tex.startswith("\\begin{aligned}\n")
    assert tex.endswith("\n\\end{aligned}")
    assert r"z^{(1)}_{1} &= 1 \cdot 0.5 + 2 \cdot 0.2 + 0.1 = 1 \\" in tex
    assert tex.count("{") == tex.count("}")
    QGuiApplication.clipboard().clear()
    key = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    QApplication.sendEvent(view.canvas, key)
    assert copied().startswith("Weighted sum")


def test_that_the_menu_offers_both_copies(qtbot: QtBot) -> None:
    view = shown(walking(worked_example(), 1), qtbot)
    assert [action.text() for action in view.actions()] == ["Copy as text", "Copy as TeX"]
    view.actions()[1].trigger()
    assert copied().startswith("\\begin{aligned}")


def test_that_no_more_is_shown_than_is_computed(qtbot: QtBot) -> None:
    display = walking(worked_example(), 0)
    view = shown(display, qtbot)
    assert view.content is not None
    assert view.content.text().splitlines()[2].endswith("+ 0.1 = …")
    display.playback.set_size(Size.TERM)
    for ending in ("= 0.5 so far", "= 0.9 so far", "= 1"):
        display.playback.forward()
        view.refresh()
        assert view.content is not None
        assert view.content.text().splitlines()[2].endswith(ending)


def wide() -> Trace:
    """Record a step with 784 inputs."""
    spec = NetworkSpec(784, (LayerSpec(30, "relu"), LayerSpec(3, "linear")), "mean_squared_error")
    generator = np.random.default_rng(0)
    parameters = ParameterLayout(spec).initial_vector(spec, 0, "float64")
    inputs, targets = generator.normal(size=(30, 784)), generator.normal(size=(30, 3))
    return record(StepToRecord(spec, parameters, inputs, targets, SGD))


def test_that_long_sums_are_cut_and_open_by_a_click(qtbot: QtBot) -> None:
    view = shown(walking(wide(), 1), qtbot)

    def number_count() -> int:
        return sum(isinstance(area.owner, Piece) for area in view.canvas.page.numbers.areas)

    before = number_count()
    assert before < 60
    gap = next(area for area in view.canvas.page.numbers.areas if isinstance(area.owner, Gap))
    place = QPoint(round(gap.x + gap.width / 2), round(gap.y + gap.height / 2))
    QTest.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=place)
    assert number_count() == before + 48
    view.display.selection.select_unit(UnitRef(1, 5))
    view.refresh()
    assert number_count() == before


@pytest.mark.parametrize("width", [320, 420, 700])
def test_that_nothing_is_cut_off_at_any_width(qtbot: QtBot, width: int) -> None:
    trace = trace_of(spec_of("elu", "huber"))
    display = walking(trace)
    view = shown(display, qtbot, (width, 500))
    for line in trace.lines:
        display.playback.go_to(line.number)
        view.refresh()
        view.canvas.formulas.finish()
        page = view.canvas.page
        for area in page.numbers.areas:
            assert area.x + area.width <= view.canvas.width()
            assert area.y + area.height <= page.height
        for placed in page.formulas:
            assert placed.x + placed.symbols.width <= view.canvas.width() + 1
        assert view.canvas.height() >= page.height


def test_that_the_canvas_waits_for_nothing(qtbot: QtBot) -> None:
    view = shown(walking(worked_example(), 1), qtbot)
    quick = view.canvas.page
    assert all(placed.symbols.formula is None for placed in quick.formulas)
    view.canvas.formulas.finish()
    assert any(placed.symbols.formula is not None for placed in view.canvas.page.formulas)


def test_that_it_says_how_to_begin(qtbot: QtBot) -> None:
    view = shown(Display(Selection()), qtbot)
    assert view.welcome.isVisible()
    assert not view.text_button.isEnabled()
    view.copy_text()
    assert view.content is None


def test_that_a_theme_change_is_followed(qtbot: QtBot) -> None:
    view = shown(walking(worked_example(), 1), qtbot)
    dark = view.canvas.grab().toImage()
    view.set_theme(LIGHT)
    view.refresh()
    assert view.canvas.grab().toImage() != dark
