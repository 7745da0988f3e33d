"""By hand, in the window: Mazur's numbers and the lecture's, read off what is shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from nnviz.core.examples import EXAMPLES
from nnviz.core.notation import six_digits
from nnviz.core.spec import LayerSpec
from nnviz.core.trace import Trace
from nnviz.data.request import DataSpec
from nnviz.gui.app import Program
from nnviz.gui.by_hand_dialog import ON_SHOW, OWN, ByHandDialog
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.settings import WindowSettings
from nnviz.gui.workspaces import WORKSPACES
from nnviz.training.commands import RecordStep
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from tests.gui_room.walks import number_of, written_on


@pytest.fixture
def program(qtbot: QtBot, tmp_path: Path) -> Iterator[Program]:
    experiment = ExperimentSpec(data=DataSpec(dataset="circles", samples=60), batch_size=10)
    program = Program(experiment, WindowSettings(tmp_path / "nnviz.ini"))
    qtbot.addWidget(program.window)
    program.window.resize(1600, 1000)
    with qtbot.waitExposed(program.window):
        program.window.show()
    qtbot.waitUntil(lambda: program.display.is_ready and "gradients" in program.window.views)
    yield program
    program.close()
    # The test item holds on to the program; pyqtgraph's menus go with the last reference.
    del program.window


def opened(program: Program) -> ByHandDialog:
    program.window.actions_by_key["by_hand"].trigger()
    dialog = program.window.findChild(ByHandDialog)
    assert isinstance(dialog, ByHandDialog)
    return dialog


def choose(dialog: ByHandDialog, key: str) -> None:
    dialog.examples.setCurrentIndex(dialog.examples.findData(key))
    dialog.examples.activated.emit(dialog.examples.currentIndex())


def trace_of(program: Program) -> Trace:
    trace = program.display.playback.trace
    assert trace is not None
    return trace


def walk_through(qtbot: QtBot, program: Program, key: str) -> Trace:
    """Choose an example in the dialog, and walk."""
    dialog = opened(program)
    choose(dialog, key)
    dialog.walk_button.click()
    network = EXAMPLES[key].network()
    playback = program.display.playback
    qtbot.waitUntil(
        lambda: (
            program.display.spec == network
            and playback.trace is not None
            and playback.trace.spec == network
            and not playback.is_waiting
        )
    )
    assert program.window.workspaces.current is WORKSPACES["step"]
    assert playback.position == 0
    program.window.load_views()
    return trace_of(program)


def shown(program: Program, formula: str, view: str = "equation") -> list[str]:
    """Go to a line and return every text that a view shows there."""
    program.display.playback.go_to(number_of(trace_of(program), formula))
    program.window.scheduler.refresh_all()
    widget = program.window.views[view]
    return [text.replace("\u2212", "-") for text in written_on(widget)]


def test_that_mazur_s_numbers_stand_in_the_window(qtbot: QtBot, program: Program) -> None:
    walk_through(qtbot, program, "mazur")
    selection = program.display.selection
    selection.select_unit(UnitRef(1, 0))
    assert {"0.05", "0.15", "0.2", "0.35", "0.3775"} <= set(shown(program, "z1"))
    assert "0.59327" in shown(program, "a1")
    selection.select_unit(UnitRef(2, 0))
    assert {"1.10591", "0.6"} <= set(shown(program, "z2"))
    assert "0.751365" in shown(program, "a2")
    assert "0.298371" in shown(program, "L")
    selection.select_edge(EdgeRef(2, 0, 0))
    assert {"0.59327", "0.138499", "0.082167"} <= set(shown(program, "dW2"))
    assert "0.358916" in shown(program, "W2")
    selection.select_edge(EdgeRef(1, 0, 0))
    assert "0.000438568" in shown(program, "dW1")
    assert "0.149781" in shown(program, "W1")
    selection.select_unit(UnitRef(2, 0))
    assert {"0.741365", "0.186816", "0.138499"} <= set(shown(program, "dz2", "factors"))


def test_that_the_next_step_has_mazur_s_loss_after_the_update(
    qtbot: QtBot, program: Program
) -> None:
    first = walk_through(qtbot, program, "mazur")
    assert first.loss == pytest.approx(0.2983711088, abs=1e-10)
    QTest.keyClick(program.window, Qt.Key.Key_End)
    QTest.keyClick(program.window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: trace_of(program).step == 2)
    assert trace_of(program).loss == pytest.approx(0.2910277737, abs=1e-10)
    assert "0.291028" in shown(program, "L")
    program.window.scheduler.refresh_all()
    assert program.window.step_bar.isVisible()


def test_that_mazur_s_biases_can_be_trained(qtbot: QtBot, program: Program) -> None:
    dialog = opened(program)
    choose(dialog, "mazur")
    dialog.form.trains_biases.click()
    assert dialog.examples.currentData() == OWN
    dialog.walk_button.click()
    playback = program.display.playback
    qtbot.waitUntil(lambda: playback.trace is not None and playback.trace.batch_size == 1)
    playback.last()
    playback.forward()
    qtbot.waitUntil(lambda: trace_of(program).step == 2)
    assert trace_of(program).loss == pytest.approx(0.2804714468, abs=1e-10)
    assert "0.280471" in shown(program, "L")


def test_that_the_lecture_s_numbers_stand_in_the_window(qtbot: QtBot, program: Program) -> None:
    walk_through(qtbot, program, "lecture")
    selection = program.display.selection
    selection.select_unit(UnitRef(1, 0))
    expected = {
        "z1": 1.0,
        "a1": 0.76159416,
        "g1": 0.41997434,
        "z2": 0.39965407,
        "L": 0.51315409,
        "dz2": -0.40139546,
        "da1": -0.28097682,
        "dz1": -0.11800305,
    }
    for formula, value in expected.items():
        assert six_digits(value).replace("\u2212", "-") in shown(program, formula), formula
    assert any("= -0.3057 " in text for text in shown(program, "dW2", "matrix"))
    selection.select_edge(EdgeRef(2, 0, 0))
    assert "0.73057" in shown(program, "W2")
    program.display.playback.last()
    program.display.playback.forward()
    qtbot.waitUntil(lambda: trace_of(program).step == 2)
    assert "0.468471" in shown(program, "L")


def test_that_the_network_on_show_can_be_taken_over(qtbot: QtBot, program: Program) -> None:
    dialog = opened(program)
    before = program.display.network.weights[0].copy()
    choose(dialog, ON_SHOW)
    assert dialog.problem.text() == ""
    typed = dialog.typed()
    assert typed.layers == program.display.spec.layers
    assert [list(row) for row in typed.weights[0]] == before.tolist()
    dialog.walk_button.click()
    qtbot.waitUntil(lambda: program.display.data.raw.is_typed)
    assert program.display.network.weights[0].tolist() == before.tolist()
    program.bridge.new_start()
    qtbot.waitUntil(lambda: program.display.network.weights[0].tolist() != before.tolist())


def test_that_a_large_network_on_show_is_refused(qtbot: QtBot, program: Program) -> None:
    dialog = opened(program)

    def loaded(sizes: tuple[int, ...]) -> str:
        layers = tuple(LayerSpec(size) for size in sizes)
        program.bridge.load(ExperimentSpec(model=ModelSpec(layers)))
        qtbot.waitUntil(lambda: program.display.spec.layers[:-1] == layers)
        choose(dialog, ON_SHOW)
        return dialog.problem.text()

    assert "more than the 300" in loaded((40, 20))
    assert "32 units" in loaded((33,))
    assert dialog.examples.currentData() == "mazur"


def test_that_layers_stay_small_enough_to_type(qtbot: QtBot, program: Program) -> None:
    dialog = opened(program)
    field = dialog.form.layers.rows[0].size_field
    field.setValue(900)
    assert dialog.form.shape.layers[0].size == field.value() == 32


def test_that_what_was_typed_stays(qtbot: QtBot, program: Program) -> None:
    dialog = opened(program)
    weights = dialog.tables.layers[0].weights
    weights.type_at(1, 1, "\u22120,75")
    assert dialog.typed().weights[0][1][1] == -0.75
    dialog.form.layers.rows[0].size_field.setValue(1)
    assert weights.columnCount() == 1
    dialog.form.layers.rows[0].size_field.setValue(3)
    assert dialog.typed().weights[0] == ((0.15, 0.25, 0.0), (0.2, -0.75, 0.0))
    weights.type_at(0, 2, "half")
    choose(dialog, "lecture")
    assert dialog.typed() == EXAMPLES["lecture"]
    choose(dialog, OWN)
    assert weights.text_at(0, 2) == "half"
    dialog.close()
    assert opened(program) is dialog
    assert weights.text_at(0, 2) == "half"


def test_that_bad_numbers_are_told_in_a_sentence(qtbot: QtBot, program: Program) -> None:
    dialog = opened(program)
    weights = dialog.tables.layers[1].weights
    weights.type_at(0, 1, "half")
    dialog.walk_button.click()
    assert dialog.problem.text() == (
        "Weights of layer 2, row a₁, column unit 2: 'half' is not a number; write it like 0.25"
    )
    assert (weights.currentRow(), weights.currentColumn()) == (0, 1)
    weights.type_at(0, 1, " ")
    dialog.walk_button.click()
    assert "the cell is empty" in dialog.problem.text()
    weights.type_at(0, 1, "1")
    assert dialog.problem.text() == ""
    dialog.form.loss.setCurrentIndex(dialog.form.loss.findData("multi_class_hinge"))
    dialog.form.loss.activated.emit(dialog.form.loss.currentIndex())
    dialog.walk_button.click()
    assert "wants one 1 in each row" in dialog.problem.text()
    assert dialog.isVisible()


def test_that_cells_are_pasted_from_a_spreadsheet(qtbot: QtBot, program: Program) -> None:
    dialog = opened(program)
    weights = dialog.tables.layers[0].weights
    weights.setCurrentCell(0, 0)
    weights.paste("1,5\t\u22122\t9\n0.25\t3e-2\n7\t7\n")
    assert weights.numbers() == ((1.5, -2.0), (0.25, 0.03))
    weights.paste("1 2")
    assert weights.numbers()[0] == (1.0, 2.0)


def test_that_tab_goes_from_table_to_table(qtbot: QtBot, program: Program) -> None:
    dialog = opened(program)
    dialog.activateWindow()
    inputs, targets = dialog.tables.inputs, dialog.tables.targets
    inputs.setFocus()
    inputs.setCurrentCell(0, 0)
    assert inputs.focusNextPrevChild(True)
    assert inputs.currentColumn() == 1
    assert inputs.focusNextPrevChild(True)
    assert dialog.focusWidget() is targets
    assert inputs.tabKeyNavigation()


def test_that_drawn_weights_are_round(qtbot: QtBot, program: Program) -> None:
    dialog = opened(program)
    dialog.draw_button.click()
    weights = [number for row in dialog.typed().weights[0] for number in row]
    assert all(round(number, 1) == number for number in weights)
    assert weights != [0.15, 0.25, 0.2, 0.3]


def test_that_rows_of_other_data_are_forgotten(qtbot: QtBot, program: Program) -> None:
    program.window.workspaces.show_step()
    playback = program.display.playback
    qtbot.waitUntil(lambda: playback.trace is not None)
    playback.look_at(RecordStep((7,)))
    qtbot.waitUntil(lambda: trace_of(program).batch_size == 1)
    trace = walk_through(qtbot, program, "mazur")
    assert trace.value("x").tolist() == [[0.05, 0.1]]


def test_that_another_data_set_follows(qtbot: QtBot, program: Program) -> None:
    walk_through(qtbot, program, "mazur")
    panel = program.window.setup_panel
    qtbot.waitUntil(lambda: panel.data.picker.all_sets.currentText() == EXAMPLES["mazur"].title)
    assert not panel.optimizer.trains_biases.isChecked()
    panel.data.picker.dataset_chosen.emit("moons")
    qtbot.waitUntil(lambda: program.display.data.raw.name == "Moons")
    assert program.display.spec.start is None


def test_that_other_layers_draw_weights(qtbot: QtBot, program: Program) -> None:
    walk_through(qtbot, program, "mazur")
    panel = program.window.setup_panel
    qtbot.waitUntil(lambda: len(panel.model.layers.rows) == 1)
    panel.model.layers.rows[0].size_field.setValue(3)
    qtbot.waitUntil(lambda: program.display.spec.layer_sizes == (2, 3, 2))
    assert program.display.spec.start is None
    assert program.display.data.raw.is_typed
