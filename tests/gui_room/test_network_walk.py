"""The diagram during a walk: its numbers are the trace's, and what is not there is blank."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from pytestqt.qtbot import QtBot

from nnviz.core.losses import LOSSES
from nnviz.core.notation import Source
from nnviz.core.program import LineKind, Phase
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.core.walk import Size
from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.edge_content import EdgeContent
from nnviz.gui.predictor import Predictor
from nnviz.gui.render import trained_display
from nnviz.gui.selection import EdgeRef, UnitRef
from nnviz.gui.theme import DARK
from nnviz.gui.views.network_scene import Focus
from nnviz.gui.views.network_view import NetworkView
from nnviz.gui.views.network_walk import walk_picture
from nnviz.training.experiment import ExperimentSpec, ModelSpec

ACTIVATIONS = ["tanh", "relu", "maxout"]


def walked(activation: str = "tanh", optimizer: str = "sgd") -> Display:
    experiment = ExperimentSpec(
        data=DataSpec(dataset="circles", samples=60),
        model=ModelSpec((LayerSpec(5, activation), LayerSpec(4))),
        optimizer=OptimizerSpec(optimizer, 0.05),
        batch_size=8,
    )
    return trained_display(experiment, 1, line=0)


def test_that_at_the_start_only_the_inputs_are_there(qtbot: QtBot) -> None:
    display = walked()
    picture = walk_picture(display)
    assert picture is not None
    assert np.array_equal(picture.units[0], display.batch_inputs[0])
    assert all(np.isnan(values).all() for values in picture.units[1:])
    assert picture.lit is None
    assert np.array_equal(picture.edges[1], display.network.weights[0])


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_that_units_show_what_the_line_writes(qtbot: QtBot, activation: str) -> None:
    display = walked(activation)
    display.selection.select_sample(3)
    playback, names = display.playback, set()
    assert playback.trace is not None
    for line in playback.trace.lines:
        playback.go_to(line.number)
        picture = walk_picture(display)
        assert picture is not None
        for name in line.line.writes:
            array = line.arrays[name]
            if name[:-1] not in ("z", "a", "g", "da", "dz") or array.ndim == 3:
                continue
            layer = int(name[-1])
            if line.line.kind is LineKind.TO_LAYER_BELOW:
                assert layer == line.line.layer - 1
            assert np.array_equal(picture.units[layer], array[3])
            names.add(name)
    assert len(names) >= 8


def test_that_edges_show_weights_then_gradients_then_changes(qtbot: QtBot) -> None:
    display = walked()
    playback = display.playback
    trace = playback.trace
    assert trace is not None
    for line in trace.lines:
        playback.go_to(line.number)
        picture = walk_picture(display)
        assert picture is not None
        for layer in (1, 2, 3):
            shown = picture.edges[layer]
            if line.phase is Phase.BACKWARD:
                expected = trace.read(f"dW{layer}", line.number)
                expected = np.zeros_like(shown) if expected is None else expected
            elif line.phase is Phase.UPDATE:
                expected = trace.value(f"W{layer}", line.number) - trace.value(f"W{layer}", 0)
            else:
                expected = trace.value(f"W{layer}", 0)
            assert np.array_equal(shown, expected)


def test_that_what_edges_show_can_be_chosen(qtbot: QtBot) -> None:
    display = walked()
    display.playback.last()
    display.playback.set_edge_content(EdgeContent.WEIGHT)
    picture = walk_picture(display)
    assert picture is not None
    assert display.playback.trace is not None
    assert np.array_equal(picture.edges[2], display.playback.trace.value("W2"))
    assert picture.edge_name == "weights"


def test_that_the_edges_of_the_line_are_lit(qtbot: QtBot) -> None:
    display = walked()
    playback = display.playback
    assert playback.trace is not None
    playback.set_size(Size.UNIT)
    playback.forward()
    playback.forward()
    picture = walk_picture(display)
    assert picture is not None
    assert picture.lit is not None
    assert picture.lit.layer == 1
    assert picture.lit.flow == +1
    assert picture.lit.targets is not None
    assert picture.lit.targets.tolist() == [1]
    playback.set_size(Size.OPERATION)
    playback.go_to(playback.trace.made_at("da2"))
    picture = walk_picture(display)
    assert picture is not None
    assert picture.lit is not None
    assert (picture.lit.layer, picture.lit.flow, picture.lit.units) == (3, -1, (2, None))


def test_that_the_view_tells_every_number_of_a_unit_and_a_weight(qtbot: QtBot) -> None:
    display = walked()
    view = NetworkView(display, DARK)
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.refresh()
    trace = display.playback.trace
    assert trace is not None
    assert "∂L/∂z" not in view.tip_of(Focus(UnitRef(1, 2)))
    display.playback.last()
    view.refresh()
    tip = view.tip_of(Focus(UnitRef(1, 2)))
    for name in ("z1", "a1", "g1", "da1", "dz1"):
        assert str(trace.value(name)[0, 2]).replace("-", "−") in tip
    tip = view.tip_of(Focus(edge=EdgeRef(2, 3, 1)))
    change = trace.value("W2")[3, 1] - trace.value("W2", 0)[3, 1]
    assert f"changed by {change}".replace("-", "−") in tip
    assert not view.grab().isNull()


def test_that_pulses_run_after_a_move_unless_motion_is_reduced(qtbot: QtBot) -> None:
    display = walked()
    view = NetworkView(display, DARK)
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.refresh()
    with qtbot.waitSignal(view.pulses.moved):
        display.playback.forward()
    qtbot.waitUntil(lambda: view.pulses.share == 1.0)
    display.playback.reduces_motion = True
    display.playback.forward()
    assert view.pulses.share == 1.0


def test_that_every_loss_is_walked_to_its_outputs(qtbot: QtBot) -> None:
    for loss in ("binary_cross_entropy", "softmax_cross_entropy", "mean_squared_error"):
        assert loss in LOSSES
        experiment = ExperimentSpec(
            data=DataSpec(dataset="circles", samples=40),
            model=ModelSpec((LayerSpec(3),), loss=loss),
        )
        display = trained_display(experiment, 0, line=0)
        trace = display.playback.trace
        assert trace is not None
        display.playback.go_to(trace.made_at("p"))
        picture = walk_picture(display)
        assert picture is not None
        assert np.array_equal(picture.units[-1], trace.value("p")[0])


def test_that_a_number_under_the_mouse_is_the_same_everywhere(qtbot: QtBot) -> None:
    display = walked()
    view = NetworkView(display, DARK)
    qtbot.addWidget(view)
    view.resize(900, 500)
    display.playback.last()
    view.refresh()
    trace, scene = display.playback.trace, view.scene
    assert trace is not None
    assert scene is not None
    box = scene.layout.places[1].unit_box(2)
    position = QPointF(*box.middle)
    nothing = Qt.MouseButton.NoButton
    view.mouseMoveEvent(
        QMouseEvent(
            QEvent.Type.MouseMove, position, position, nothing, nothing, Qt.KeyboardModifier(0)
        )
    )
    assert display.selection.hovered == Source("a1", (0, 2), trace.made_at("a1"))
    display.selection.hover(Source("dW2", (3, 1), trace.made_at("dW2")))
    view.leaveEvent(QEvent(QEvent.Type.Leave))
    display.selection.hover(Source("dW2", (3, 1), trace.made_at("dW2")))
    assert view.focus == Focus(edge=EdgeRef(2, 3, 1))
    display.selection.hover(None)
    assert not view.focus


def test_that_what_is_to_be_predicted_is_blank(qtbot: QtBot) -> None:
    display = walked()
    view = NetworkView(display, DARK)
    qtbot.addWidget(view)
    view.resize(900, 500)
    predictor = Predictor.of(display.playback)
    predictor.switch(True)
    display.selection.select_unit(UnitRef(1, 2))
    trace = display.playback.trace
    assert trace is not None
    display.playback.go_to(trace.made_at("a1"))
    picture = walk_picture(display)
    assert picture is not None
    assert np.isnan(picture.units[1]).tolist() == [False, False, True, False, False]
    view.refresh()
    assert "a₁,₃ = ?" in view.tip_of(Focus(UnitRef(1, 2)))
    display.playback.go_to(trace.made_at("dW2"))
    display.selection.select_edge(EdgeRef(2, 3, 1))
    picture = walk_picture(display)
    assert picture is not None
    assert picture.edges[2][3, 1] == 0
    view.refresh()
    assert "∂L/∂w₂,₄,₂ = ?" in view.tip_of(Focus(edge=EdgeRef(2, 3, 1)))
    predictor.reveal()
    picture = walk_picture(display)
    assert picture is not None
    assert picture.edges[2][3, 1] == trace.value("dW2")[3, 1]


def test_that_a_term_lights_one_edge(qtbot: QtBot) -> None:
    display = walked()
    display.playback.set_size(Size.TERM)
    display.playback.forward()
    display.playback.forward()
    picture = walk_picture(display)
    assert picture is not None
    assert picture.lit is not None
    sources, targets = np.divmod(np.arange(10), 5)
    assert picture.lit.edges_among(sources, targets).tolist() == [5]
    display.playback.forward()
    picture = walk_picture(display)
    assert picture is not None
    assert picture.lit is not None
    assert len(picture.lit.edges_among(sources, targets)) == 0, "the bias has no edge"
