"""The Setup panel shows what is loaded, and asks for what a person wants."""

from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.losses import LOSSES
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.datasets import DATASETS
from nnviz.data.request import DataSpec
from nnviz.gui.panels.setup_panel import SetupPanel
from nnviz.gui.theme import DARK
from nnviz.gui.widgets.fields import Combo
from nnviz.training.commands import Load
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.host import Host
from nnviz.training.mailbox import Mailbox
from nnviz.training.snapshot import Snapshot

CIRCLES = ExperimentSpec(data=DataSpec(dataset="circles"))
SINE = ExperimentSpec(data=DataSpec(dataset="sine"))


def snapshot_of(experiment: ExperimentSpec) -> Snapshot:
    mailbox = Mailbox()
    Host(mailbox).obey(Load(experiment, generation=1))
    snapshot = mailbox.take().snapshot
    assert snapshot is not None
    return snapshot


class Listener:
    """A panel in its holder, and what it asks for."""

    def __init__(self, panel: SetupPanel, holder: QWidget) -> None:
        self.panel = panel
        self.holder = holder
        self.wanted: list[ExperimentSpec] = []
        self.rates: list[float] = []
        panel.experiment_requested.connect(self.wanted.append)
        panel.learning_rate_requested.connect(self.rates.append)

    def show(self, experiment: ExperimentSpec) -> None:
        self.panel.show_experiment(snapshot_of(experiment))

    @property
    def only(self) -> ExperimentSpec:
        assert len(self.wanted) == 1
        return self.wanted[0]


@pytest.fixture
def listener(qtbot: QtBot) -> Listener:
    holder = QWidget()
    qtbot.addWidget(holder)
    holder.resize(232, 800)
    panel = SetupPanel(DARK, holder)
    panel.resize(212, 780)
    listener = Listener(panel, holder)
    listener.show(CIRCLES)
    with qtbot.waitExposed(holder):
        holder.show()
    return listener


def choose(combo: Combo, key: str) -> None:
    """Choose an entry as a person does: by the list's own signal."""
    index = combo.findData(key)
    assert index >= 0
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def is_offered(combo: Combo, key: str) -> bool:
    return bool(combo.model().flags(combo.model().index(combo.findData(key), 0)).value & 32)


def test_that_showing_asks_for_nothing(listener: Listener) -> None:
    listener.show(SINE)
    listener.show(CIRCLES)
    assert listener.wanted == []
    assert listener.rates == []


def test_that_it_shows_what_the_snapshot_says(listener: Listener) -> None:
    experiment = ExperimentSpec(
        data=DataSpec(dataset="moons", samples=300, noise=0.25, validation=0.4, seed=3),
        model=ModelSpec((LayerSpec(7, "relu"),), initializer="he_normal"),
        optimizer=OptimizerSpec("sgd", 0.3, momentum=0.9),
        batch_size=24,
        seed=11,
        dtype="float32",
    )
    listener.show(experiment)
    panel = listener.panel
    assert panel.data.made.samples.value() == 300
    assert panel.data.made.noise.slider.accessibleDescription() == "0.25"
    assert panel.data.validation.slider.value() == 40
    assert panel.data.batch.slider.accessibleDescription() == "24"
    assert panel.data.seed.value() == 3
    assert [tile.key for tile in panel.data.picker.tiles if tile.isChecked()] == ["moons"]
    assert panel.model.layers.rows[0].size_field.value() == 7
    assert panel.model.layers.rows[0].activation.currentData() == "relu"
    assert panel.model.initializer.currentData() == "he_normal"
    assert panel.optimizer.method.currentData() == "sgd"
    assert panel.optimizer.learning_rate.value() == 0.3
    assert panel.optimizer.momentum.slider.value() == 90
    assert panel.optimizer.momentum.isVisibleTo(panel)
    assert not panel.optimizer.beta1.isVisibleTo(panel)
    assert panel.optimizer.dtype.currentData() == "float32"
    assert panel.optimizer.seed.value() == 11


def test_that_the_parameter_count_is_the_networks(listener: Listener) -> None:
    snapshot = snapshot_of(CIRCLES)
    assert listener.panel.model.count.text() == f"{snapshot.parameters.size} parameters"


def test_that_a_tile_asks_for_its_data_set(listener: Listener) -> None:
    tile = next(tile for tile in listener.panel.data.picker.tiles if tile.key == "moons")
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    assert listener.only.data.dataset == "moons"
    assert listener.only.model.hidden_layers == CIRCLES.model.hidden_layers
    assert not tile.isChecked(), "a tile follows the snapshot, not the click"


def test_that_the_list_offers_every_data_set(listener: Listener) -> None:
    combo = listener.panel.data.picker.all_sets
    assert {combo.itemData(index) for index in range(combo.count())} == set(DATASETS)
    choose(combo, "iris")
    assert listener.only.data.dataset == "iris"


def test_that_another_kind_of_target_takes_its_usual_loss(listener: Listener) -> None:
    model = msgspec.structs.replace(CIRCLES.model, loss="binary_cross_entropy")
    listener.show(msgspec.structs.replace(CIRCLES, model=model))
    choose(listener.panel.data.picker.all_sets, "sine")
    assert listener.only.model.loss is None


def test_that_noise_is_reported_at_the_end_of_a_drag(listener: Listener) -> None:
    slider = listener.panel.data.made.noise.slider
    slider.setSliderDown(True)
    for position in (20, 30, 40):
        slider.setSliderPosition(position)
    assert listener.wanted == []
    slider.setSliderDown(False)
    assert listener.only.data.noise == 0.2


def test_that_the_batch_size_goes_up_to_full(listener: Listener) -> None:
    slider = listener.panel.data.batch.slider
    slider.setValue(slider.maximum())
    assert listener.only.batch_size is None


def test_that_the_scaling_shows_its_numbers(listener: Listener) -> None:
    data = snapshot_of(CIRCLES).data
    text = listener.panel.data.scaling_numbers.text()
    assert text
    assert all(name in text for name in data.raw.feature_names)
    choose(listener.panel.data.scaling, "none")
    assert listener.only.data.scaling == "none"


def test_that_a_file_offers_its_columns_as_targets(listener: Listener, tmp_path: Path) -> None:
    table = tmp_path / "flowers.csv"
    rows = [f"{i},{i % 7},{'ab'[i % 2]},{'xyz'[i % 3]}" for i in range(40)]
    table.write_text("\n".join(["length,width,kind,place", *rows]), encoding="utf-8")
    listener.panel.request_file(str(table), "kind")
    assert listener.only.data == DataSpec(dataset=None, file=str(table), target="kind")


def test_that_a_layer_is_changed_added_moved_and_removed(listener: Listener) -> None:
    layers = CIRCLES.model.hidden_layers
    rows = listener.panel.model.layers.rows
    rows[0].size_field.setValue(9)
    assert listener.wanted[-1].model.hidden_layers == (LayerSpec(9), *layers[1:])
    listener.panel.return_to_loaded()
    QTest.mouseClick(listener.panel.model.layers.add_button, Qt.MouseButton.LeftButton)
    assert listener.wanted[-1].model.hidden_layers == (*layers, layers[-1])
    listener.panel.return_to_loaded()
    QTest.mouseClick(rows[0].later, Qt.MouseButton.LeftButton)
    assert listener.wanted[-1].model.hidden_layers[:2] == (layers[1], layers[0])
    listener.panel.return_to_loaded()
    QTest.mouseClick(rows[1].remove, Qt.MouseButton.LeftButton)
    assert listener.wanted[-1].model.hidden_layers == (layers[0], *layers[2:])


def test_that_all_hidden_layers_can_be_removed_and_one_put_back(listener: Listener) -> None:
    model = msgspec.structs.replace(CIRCLES.model, hidden_layers=())
    listener.show(msgspec.structs.replace(CIRCLES, model=model))
    assert listener.panel.model.layers.rows == []
    QTest.mouseClick(listener.panel.model.layers.add_button, Qt.MouseButton.LeftButton)
    assert len(listener.only.model.hidden_layers) == 1


def test_that_alpha_and_pieces_are_shown_only_where_they_mean_something(
    listener: Listener,
) -> None:
    kinds = ("leaky_relu", "maxout", "tanh")
    model = ModelSpec(tuple(LayerSpec(3, kind) for kind in kinds))
    listener.show(msgspec.structs.replace(CIRCLES, model=model))
    rows = listener.panel.model.layers.rows
    assert [row.alpha.isVisibleTo(row) for row in rows] == [True, False, False]
    assert [row.pieces.isVisibleTo(row) for row in rows] == [False, True, False]
    assert rows[0].alpha.value() == ACTIVATIONS["leaky_relu"].default_alpha
    rows[1].pieces.setValue(5)
    assert listener.only.model.hidden_layers[1].pieces == 5


def test_that_senseless_losses_are_disabled_and_say_why(listener: Listener) -> None:
    listener.show(SINE)
    loss = listener.panel.model.loss
    assert {key for key in LOSSES if is_offered(loss, key)} == {"mean_squared_error"}
    tip = loss.itemData(loss.findData("softmax_cross_entropy"), Qt.ItemDataRole.ToolTipRole)
    assert "mean squared error" in tip
    listener.show(CIRCLES)
    assert all(is_offered(loss, key) for key in LOSSES)


def test_that_outputs_are_linear_where_the_loss_wants_logits(listener: Listener) -> None:
    output = listener.panel.model.output
    assert {key for key in ACTIVATIONS if is_offered(output, key)} == {"linear"}
    model = ModelSpec(output_activation="tanh", loss="mean_squared_error")
    listener.show(msgspec.structs.replace(CIRCLES, model=model))
    assert is_offered(output, "sigmoid")
    choose(listener.panel.model.loss, "softmax_cross_entropy")
    assert listener.only.model.output_activation == "linear"


def test_that_a_senseless_choice_shows_a_sentence_and_keeps_what_is_loaded(
    listener: Listener,
) -> None:
    choose(listener.panel.model.output, "tanh")
    assert listener.wanted == []
    assert "linear" in listener.panel.problem_label.text()
    assert listener.panel.model.output.currentData() == "linear"


def test_that_a_network_that_cannot_learn_says_so(listener: Listener) -> None:
    model = ModelSpec((LayerSpec(3, "step"),))
    listener.show(msgspec.structs.replace(CIRCLES, model=model))
    assert "derivative is 0" in listener.panel.model.warning.text()


def test_that_a_learning_rate_is_asked_for_without_a_reset(listener: Listener) -> None:
    field = listener.panel.optimizer.learning_rate
    field.selectAll()
    QTest.keyClicks(field, "3e-4")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert listener.rates == [3e-4]
    assert listener.wanted == []
    choose(listener.panel.optimizer.method, "sgd")
    assert listener.only.optimizer == OptimizerSpec("sgd", 3e-4)


def test_that_quick_changes_build_on_each_other(listener: Listener) -> None:
    listener.panel.optimizer.seed.setValue(5)
    listener.panel.data.seed.setValue(6)
    assert listener.wanted[-1].seed == 5
    assert listener.wanted[-1].data.seed == 6


def test_that_a_refused_request_is_forgotten(listener: Listener) -> None:
    listener.panel.optimizer.seed.setValue(5)
    listener.panel.return_to_loaded()
    assert listener.panel.optimizer.seed.value() == CIRCLES.seed
    listener.panel.data.seed.setValue(6)
    assert listener.wanted[-1].seed == CIRCLES.seed


def test_that_the_panel_is_no_wider_than_its_dock(listener: Listener) -> None:
    sections = listener.panel.findChildren(QWidget)
    for widget in sections:
        if widget.isVisible():
            right = widget.mapTo(listener.panel, widget.rect().topRight()).x()
            assert right <= listener.panel.width(), widget.objectName() or widget


def test_that_every_control_has_a_name_for_people_and_one_for_code(listener: Listener) -> None:
    for widget in listener.panel.findChildren(QWidget):
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible():
            assert widget.objectName(), widget
            assert widget.accessibleName(), widget.objectName()


def test_that_tab_reaches_every_control(listener: Listener, qtbot: QtBot) -> None:
    panel = listener.panel
    expected = {
        widget.objectName()
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and widget.focusProxy() is None
    }
    reached = set()
    panel.activateWindow()
    focused: QWidget = panel
    for _ in range(2 * len(expected)):
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        focused = panel.window().focusWidget()
        reached.add(focused.objectName())
    assert expected <= reached
