"""The optimiser microscope: its numbers are the run's, and every control does its work."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.core.notation import Piece
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.render import trained_display
from nnviz.gui.selection import EdgeRef, Selection, UnitRef
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.optimizer_view import OptimizerView
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from tests.gui_room.plot_displays import click, display_of, show

RULES = {
    **{name: OptimizerSpec(name, 0.02) for name in OPTIMIZERS},
    "momentum": OptimizerSpec("sgd", 0.02, momentum=0.9),
    "clipped": OptimizerSpec("adam", 0.02, clip_norm=0.01, weight_decay=0.1),
}


@pytest.fixture(name="display")
def make_display() -> Display:
    return display_of(dataset="moons")


@pytest.fixture(name="view")
def make_view(qtbot: QtBot, display: Display) -> OptimizerView:
    view = OptimizerView(display, DARK)
    show(view, qtbot)
    return view


def value_of(view: OptimizerView, left: str) -> float:
    assert view.shown is not None
    (value,) = (
        term.equation.value for term in view.shown.terms if term.equation.symbols[0].text == left
    )
    assert value is not None
    return value


def type_name(view: OptimizerView, name: str) -> None:
    view.field.setFocus()
    view.field.selectAll()
    QTest.keyClicks(view.field, name)
    QTest.keyClick(view.field, Qt.Key.Key_Return)


def check_numbers(view: OptimizerView) -> None:
    """Compare what stands there with the snapshot."""
    snapshot, place = view.display.snapshot, view.choice.place
    assert view.shown is not None
    assert view.shown.step == snapshot.step
    assert view.shown.name == view.choice.names.name(place) == view.field.text()
    letter = view.shown.name[0].lower()
    assert value_of(view, f"new {letter}") == snapshot.parameters[place]
    moved = snapshot.last_update[place]
    assert view.rules.rows[0].step == moved
    assert value_of(view, f"Δ{letter}") == pytest.approx(moved, rel=1e-6, abs=1e-15) or (
        # AdamW decays the weight in a row of its own.
        snapshot.experiment.optimizer.name == "adamw"
    )


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES.keys())
def test_that_the_numbers_are_those_of_the_step_on_show(qtbot: QtBot, rule: OptimizerSpec) -> None:
    experiment = ExperimentSpec(
        data=DataSpec("moons", samples=60),
        model=ModelSpec((LayerSpec(4),), l1=0.001, l2=0.01),
        optimizer=rule,
    )
    display = trained_display(experiment, 3)
    view = OptimizerView(display, DARK)
    show(view, qtbot)
    check_numbers(view)
    type_name(view, "b1[2]")
    check_numbers(view)


def test_that_the_rule_of_the_run_does_what_the_run_has_done(view: OptimizerView) -> None:
    actual, *others = view.rules.rows
    assert actual.label == "This run (Adam)"
    assert [row.label for row in others] == ["SGD", "Momentum 0.9", "RMSProp", "Adam"]
    (own,) = (row for row in others if row.is_own)
    assert own.step == pytest.approx(actual.step, rel=1e-9)
    assert own.memory.keys() == actual.memory.keys() == {"m̂", "v̂"}
    for sign, value in own.memory.items():
        assert value == pytest.approx(actual.memory[sign], rel=1e-9)
    gradient = view.display.snapshot.gradients[view.choice.place]
    assert others[0].step == pytest.approx(-0.02 * gradient)
    assert view.shown is not None
    assert "from step 1 on" in view.shown.note


def test_that_what_is_selected_is_looked_at(view: OptimizerView, display: Display) -> None:
    names, sizes = view.choice.names, np.abs(display.snapshot.parameters)
    display.selection.select_edge(EdgeRef(2, 3, 1))
    view.refresh()
    assert view.field.text() == "W2[4,2]"
    check_numbers(view)
    display.selection.select_unit(UnitRef(2, 0))
    view.refresh()
    into = [f"W2[{source},1]" for source in range(1, 6)]
    assert view.field.text() == max(into, key=lambda name: sizes[names.place(name)])
    display.selection.select_unit(UnitRef(0, 1))
    view.refresh()
    out = [f"W1[2,{target}]" for target in range(1, 6)]
    assert view.field.text() == max(out, key=lambda name: sizes[names.place(name)])
    check_numbers(view)


def test_that_a_typed_name_is_taken_and_selected_everywhere(
    view: OptimizerView, display: Display
) -> None:
    type_name(view, "W1[1,3]")
    assert display.selection.edge == EdgeRef(1, 0, 2)
    check_numbers(view)
    type_name(view, "b2[2]")
    assert display.selection.unit == UnitRef(2, 1)
    assert view.field.text() == "b2[2]"
    check_numbers(view)


def test_that_what_does_not_exist_is_told_and_nothing_changes(view: OptimizerView) -> None:
    before, name = view.shown, view.field.text()
    type_name(view, "W9[1,1]")
    view.refresh()
    assert view.field.text() == "W9[1,1]"
    assert "There is no layer 9" in view.note.text()
    assert not view.note.isHidden()
    assert view.shown is before
    type_name(view, name)
    assert view.note.isHidden()
    type_name(view, "W1[1,1]")
    check_numbers(view)
    type_name(view, "nonsense")
    view.terms.setFocus()
    assert view.field.text() == "W1[1,1]" != name
    view.field.setFocus()
    QTest.keyClicks(view.field, "x")
    QTest.keyClick(view.field, Qt.Key.Key_Escape)
    assert view.field.text() == "W1[1,1]"


def test_that_the_buttons_go_to_bias_and_strongest_weight_of_the_unit(
    view: OptimizerView, display: Display
) -> None:
    display.selection.select_edge(EdgeRef(1, 0, 2))
    view.refresh()
    click(view, "optimizer_bias")
    assert view.field.text() == "b1[3]"
    check_numbers(view)
    click(view, "optimizer_weight")
    sizes = np.abs(display.network.weights[0][:, 2])
    assert view.field.text() == f"W1[{int(np.argmax(sizes)) + 1},3]"
    check_numbers(view)


def test_that_pieces_of_maxout_units_are_told_apart(qtbot: QtBot) -> None:
    view = OptimizerView(display_of("maxout"), DARK)
    show(view, qtbot)
    type_name(view, "W1[3][2,1]")
    assert view.field.text() == "W1[3][2,1]"
    check_numbers(view)
    click(view, "optimizer_bias")
    assert view.field.text() == "b1[3][1]"
    view.refresh()
    check_numbers(view)


def test_that_everything_can_be_copied(view: OptimizerView) -> None:
    click(view, "optimizer_copy")
    text = QGuiApplication.clipboard().text()
    assert view.shown is not None
    assert text.startswith(f"{view.shown.name}, step ")
    for word in ("m̂", "Δw", "Learning rate", "RMSProp: step", "Had another rule been used"):
        assert word in text
    QGuiApplication.clipboard().setText("")
    QTest.keyClick(view.terms, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == text
    QGuiApplication.clipboard().setText("")
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == text


def test_that_numbers_are_lit_and_told_with_all_digits(
    view: OptimizerView, display: Display
) -> None:
    areas = [
        (area, area.owner.source)
        for area in view.terms.page.numbers.areas
        if isinstance(area.owner, Piece) and area.owner.source is not None
    ]
    area, source = areas[0]
    QTest.mouseMove(view.terms, QPoint(round(area.x + 4), round(area.y + 4)))
    hovered = display.selection.hovered
    assert hovered == source
    view.refresh()
    assert view.terms.lit == hovered
    first = view.rules.row_area(0).center()
    tip = view.rules.tip_at(first.y())
    assert tip.startswith("This run (Adam): the step is ")
    assert "m̂ = " in tip
    assert view.rules.tip_at(view.rules.height() - 1) == ""


def test_that_bars_have_the_sizes_and_directions_of_the_steps(view: OptimizerView) -> None:
    middle = None
    for index, row in enumerate(view.rules.rows):
        bar = view.rules.bar(index)
        zero = bar.left() if row.step > 0 else bar.right()
        assert middle is None or zero == pytest.approx(middle)
        middle = zero
        length = view.rules.bar(index).width() / abs(row.step)
        assert length == pytest.approx(view.rules.bar(0).width() / abs(view.rules.rows[0].step))


def test_that_it_is_drawn_in_both_themes_and_all_sizes(qtbot: QtBot, view: OptimizerView) -> None:
    for theme in (DARK, LIGHT):
        view.set_theme(theme)
        for width, height in ((260, 90), (340, 500), (900, 520)):
            view.resize(width, height)
            assert not view.grab().isNull()
    qtbot.waitUntil(lambda: view.rules.x() > view.terms.x())
    view.resize(400, 500)
    qtbot.waitUntil(lambda: view.rules.y() > view.terms.y())


def test_that_before_the_first_step_it_says_what_to_do(qtbot: QtBot) -> None:
    view = OptimizerView(display_of(epochs=0), DARK)
    show(view, qtbot)
    assert "No step of this run has been done yet" in view.note.text()
    assert view.frame.isHidden()
    assert view.facts == ""
    view.copy()


def test_that_it_says_why_nothing_is_trained(qtbot: QtBot) -> None:
    view = OptimizerView(display_of("step", epochs=0), DARK)
    show(view, qtbot)
    assert "no gradient passes" in view.note.text()


def test_that_an_empty_display_is_no_trouble(qtbot: QtBot) -> None:
    view = OptimizerView(Display(Selection()), DARK)
    show(view, qtbot)
    assert view.shown is None


def test_that_a_held_bias_is_told_as_such(qtbot: QtBot) -> None:
    experiment = ExperimentSpec(optimizer=OptimizerSpec("adam", 0.02, trains_biases=False))
    view = OptimizerView(trained_display(experiment, 2), DARK)
    show(view, qtbot)
    type_name(view, "b1[1]")
    assert view.shown is not None
    assert view.shown.terms[-1].name.startswith("Held")
    assert view.rules.rows == ()
