"""The Setup panel shows what is loaded, and asks for what a person wants."""

from pathlib import Path

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.datasets import DATASETS
from nnviz.data.request import DataSpec
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from tests.gui_room.setup_listener import CIRCLES, SINE, Listener, choose, snapshot_of


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
    assert panel.optimizer.rule.momentum.slider.value() == 90
    assert panel.optimizer.rule.momentum.isVisibleTo(panel)
    assert not panel.optimizer.rule.beta1.isVisibleTo(panel)
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
