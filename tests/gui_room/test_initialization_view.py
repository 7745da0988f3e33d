"""The initialisation lab: what it measures, says and draws, and what a person can do with it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox
from pytestqt.qtbot import QtBot

from nnviz.core.signal_flow import FlowMeter
from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.render import trained_display
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.initialization_choice import LabChoice, free_setup, with_start
from nnviz.gui.views.initialization_view import InitializationView
from nnviz.training.experiment import ExperimentSpec, ModelSpec

SMALL = LabChoice(depth=3, width=8, starts=5)
Make = Callable[..., InitializationView]


@pytest.fixture(name="display")
def make_display() -> Display:
    layers = (LayerSpec(5, dropout=0.2), LayerSpec(3, "relu"))
    model = ModelSpec(layers, initializer="normal", initializer_std=0.3)
    return trained_display(ExperimentSpec(DataSpec("moons"), model, seed=4), 1)


@pytest.fixture(name="make")
def make_view(qtbot: QtBot, display: Display) -> Iterator[Make]:
    views: list[InitializationView] = []

    def make(choice: LabChoice = SMALL, size: tuple[int, int] = (900, 600)) -> InitializationView:
        view = InitializationView(display, DARK)
        views.append(view)
        qtbot.addWidget(view)
        view.resize(*size)
        view.show()
        view.choose(choice)
        finish(view, qtbot)
        return view

    yield make
    for view in views:
        view.release()


def finish(view: InitializationView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not view.background.is_busy)


def pick(view: InitializationView, name: str, key: str) -> None:
    combo = view.findChild(QComboBox, name)
    assert combo is not None
    combo.setCurrentIndex(combo.findData(key))
    combo.activated.emit(combo.currentIndex())


def press(view: InitializationView, name: str) -> None:
    button = view.findChild(QAbstractButton, name)
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_that_all_starts_are_those_of_their_seeds(make: Make) -> None:
    view = make()
    assert view.findings is not None
    assert len(view.findings.flows) == 5
    meter = FlowMeter(free_setup(SMALL))
    for seed, flow in enumerate(view.findings.flows):
        alone = meter.measure([seed])[0]
        np.testing.assert_allclose(flow.std, alone.std, rtol=1e-12)
        np.testing.assert_allclose(flow.gradient_std, alone.gradient_std, rtol=1e-12)
    least, middle, most = view.findings.band("std")
    assert (least <= middle).all()
    assert (middle <= most).all()
    assert "5 starts" in view.facts


def test_that_the_band_grows_while_it_is_measured(make: Make, qtbot: QtBot) -> None:
    view = make()
    told: list[int] = []
    view.background.progressed.connect(lambda found: told.append(len(found.flows)))
    view.choose(replace(SMALL, starts=12))
    finish(view, qtbot)
    assert told == [1, 5, 9]
    assert view.findings is not None
    assert len(view.findings.flows) == 12


def test_that_every_change_begins_anew_and_the_newest_wins(make: Make, qtbot: QtBot) -> None:
    view = make()
    for width in (8, 16, 24):
        view.choose(replace(SMALL, width=width, starts=9))
    finish(view, qtbot)
    assert view.findings is not None
    assert view.findings.setup.spec.layer_sizes == (24, 24, 24, 24)


def test_that_every_control_changes_what_is_looked_at(make: Make, qtbot: QtBot) -> None:
    view = make()
    pick(view, "initialization_initializer", "normal")
    pick(view, "initialization_activation", "relu")
    view.start_controls.std.setValue(0.25)
    view.controls.depth_field.setValue(4)
    view.controls.width_field.setValue(6)
    view.controls.starts.setValue(2)
    assert view.choice == LabChoice(True, 4, 6, "relu", "normal", 0.25, 2)
    finish(view, qtbot)
    assert view.findings is not None
    spec = view.findings.setup.spec
    assert (spec.layer_sizes, spec.initializer_std) == ((6,) * 5, 0.25)
    assert {layer.activation for layer in spec.layers} == {"relu"}
    assert not view.start_controls.std.isHidden()
    pick(view, "initialization_initializer", "he_normal")
    assert view.start_controls.std.isHidden()
    press(view, "initialization_shared_scale")
    assert not view.canvas.is_shared


def test_that_zeros_are_said_to_make_identical_units(make: Make) -> None:
    view = make(replace(SMALL, initializer="zeros"))
    assert view.verdict_label.text().startswith("Every activation is 0: identical units learn")
    view = make(replace(SMALL, initializer="constant"))
    assert "identical units learn the same" in view.verdict_label.text()
    assert "No prediction: constant weights are no random draw" in view.verdict_label.text()
    assert "predicted" not in view.facts


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (LabChoice(depth=12, initializer="normal", std=0.01, starts=1), "vanishes"),
        (LabChoice(activation="relu", initializer="normal", std=1.0, starts=1), "explodes"),
        (LabChoice(initializer="normal", std=5.0, starts=1), "are saturated"),
        (LabChoice(activation="relu", initializer="he_normal", starts=1), "(holds)"),
        (
            LabChoice(depth=50, activation="linear", initializer="normal", std=10.0, starts=1),
            "explodes",
        ),
    ],
)
def test_that_the_verdict_says_what_becomes_of_the_signal(
    choice: LabChoice, words: str, make: Make
) -> None:
    assert words in make(replace(choice, width=16)).verdict_label.text()


def test_that_a_signal_that_died_on_its_way_is_not_taken_for_identical_units(make: Make) -> None:
    deep = LabChoice(depth=50, width=2, activation="relu", initializer="he_normal", starts=1)
    view = make(deep)
    assert view.findings is not None
    first = int(np.flatnonzero(view.findings.flows[0].rms == 0)[0])
    assert view.verdict_label.text() == (
        f"Every activation of layer {first} is 0: nothing of the inputs is left."
    )


def test_that_the_loaded_network_is_measured_with_its_own_batch(
    make: Make, display: Display, qtbot: QtBot
) -> None:
    view = make()
    pick(view, "initialization_source", "loaded")
    finish(view, qtbot)
    assert (view.choice.initializer, view.choice.std) == ("normal", 0.3)
    assert view.findings is not None
    setup = view.findings.setup
    assert setup.spec.layers == display.spec.layers
    np.testing.assert_array_equal(setup.inputs, display.batch_inputs)
    # The first start is that of the run itself.
    start = FlowMeter(setup).measure([4])[0]
    np.testing.assert_allclose(view.findings.flows[0].std, start.std)
    assert view.controls.depth_field.isHidden() or not view.controls.depth_field.isVisible()
    other = ExperimentSpec(model=ModelSpec((LayerSpec(7),), initializer="he_normal"))
    display.show(replace(trained_display(other, 0).snapshot, generation=9))
    view.refresh()
    finish(view, qtbot)
    assert view.choice.initializer == "he_normal"
    assert view.findings.setup.spec.layer_sizes[1] == 7


def test_that_a_start_is_taken_over_into_the_experiment(make: Make, display: Display) -> None:
    view = make(replace(SMALL, initializer="uniform", std=0.2, activation="elu"))
    loaded: list[ExperimentSpec] = []
    display.wishes.experiment_requested.connect(loaded.append)
    press(view, "initialization_use")
    (experiment,) = loaded
    assert (experiment.model.initializer, experiment.model.initializer_std) == ("uniform", 0.2)
    assert experiment.model.hidden_layers == (LayerSpec(5, "elu", dropout=0.2), LayerSpec(3, "elu"))
    assert experiment.data == display.snapshot.experiment.data
    loaded_only = with_start(display.snapshot.experiment, replace(view.choice, is_free=False))
    assert loaded_only.model.hidden_layers == display.snapshot.experiment.model.hidden_layers


def test_that_a_start_that_cannot_be_used_says_why(make: Make, qtbot: QtBot) -> None:
    view = make(replace(SMALL, activation="step"))
    assert not view.controls.use.isEnabled()
    assert "no gradient passes" in view.controls.use.toolTip()
    pick(view, "initialization_source", "loaded")
    finish(view, qtbot)
    assert not view.controls.use.isEnabled()
    assert "already" in view.controls.use.toolTip()
    pick(view, "initialization_initializer", "he_uniform")
    assert view.controls.use.isEnabled()
    assert "He uniform" in view.controls.use.toolTip()


def test_that_a_layer_is_chosen_with_mouse_and_keys_and_its_matrix_explained(make: Make) -> None:
    view = make(replace(SMALL, initializer="he_uniform"))
    canvas = view.canvas
    middle = QPoint(canvas.width() * 2 // 3, canvas.height() // 2)
    expected = canvas.layer_below(middle.x())
    assert expected in (2, 3)
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=middle)
    assert view.layer == view.matrix.layer == expected
    canvas.setFocus()
    for _ in range(4):
        QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert view.layer == 1
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert view.layer == view.matrix.layer == 2
    assert view.matrix.start is not None
    assert view.matrix.start.limit == pytest.approx(np.sqrt(6 / 8))
    assert "fan_in = 8 rows" in view.matrix.accessibleDescription()


def test_that_a_layer_under_the_mouse_is_read_out(make: Make) -> None:
    view = make(replace(SMALL, initializer="normal", std=1.0))
    view.canvas.hover(2)
    text = view.canvas.note.text()
    assert "<b>layer 2</b>" in text
    for words in ("std of a", "predicted", "in 5 starts", "std of dL/da", "saturated"):
        assert words in text
    view.canvas.hover(0)
    assert "inputs x" in view.canvas.note.text()
    view.canvas.hover(None)
    assert view.canvas.note.isHidden()


@pytest.mark.parametrize("size", [(280, 112), (420, 360), (420, 700), (900, 560)])
def test_that_it_is_drawn_in_every_size_and_theme(size: tuple[int, int], make: Make) -> None:
    view = make(replace(SMALL, initializer="zeros"), size)
    for theme in (DARK, LIGHT):
        view.set_theme(theme)
        assert not view.grab().isNull()
        assert not view.canvas.grab().isNull()
        assert not view.matrix.grab().isNull()
    view.choose(replace(SMALL, is_free=False))
    assert not view.canvas.grab().isNull()


def test_that_a_picture_off_the_screen_is_complete_at_once(display: Display, qtbot: QtBot) -> None:
    view = InitializationView(display, DARK)
    qtbot.addWidget(view)
    view.refresh()
    assert view.findings is not None
    assert len(view.findings.flows) == view.choice.starts
    view.release()


def test_that_a_figure_that_is_being_typed_is_left_alone(make: Make) -> None:
    view = make()
    line = view.controls.depth_field.lineEdit()
    line.setText("1")
    view.refresh()
    assert line.text() == "1"
