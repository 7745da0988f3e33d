"""The model in the Setup panel: layers, losses, and what makes no sense together."""

from collections.abc import Mapping

import msgspec
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.losses import LOSSES
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.schedules import SCHEDULES
from nnviz.core.spec import LayerSpec
from nnviz.gui.widgets.combo import Combo, Record, tip_for
from nnviz.training.experiment import ModelSpec
from tests.gui_room.setup_listener import CIRCLES, SINE, Listener, choose, is_offered


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
    values = {key for key, record in LOSSES.items() if record.for_values}
    assert {key for key in LOSSES if is_offered(loss, key)} == values
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


def tip_of(combo: Combo, key: str) -> str:
    return str(combo.itemData(combo.findData(key), Qt.ItemDataRole.ToolTipRole) or "")


def test_that_every_choice_says_what_it_is_good_for(listener: Listener) -> None:
    panel = listener.panel
    tables: list[tuple[Combo, Mapping[str, Record]]] = [
        (panel.model.layers.rows[0].activation, ACTIVATIONS),
        (panel.model.output, ACTIVATIONS),
        (panel.model.loss, LOSSES),
        (panel.model.initializer, INITIALIZERS),
        (panel.optimizer.method, OPTIMIZERS),
        (panel.optimizer.schedule.method, SCHEDULES),
    ]
    for combo, table in tables:
        offered = [key for key in table if is_offered(combo, key)]
        assert offered
        assert [tip_of(combo, key) for key in offered] == [tip_for(table[key]) for key in offered]
        assert combo.toolTip() == tip_for(table[combo.currentData()])


def test_that_a_tip_has_short_lines() -> None:
    tip = tip_for(OPTIMIZERS["sgd"])
    assert tip.startswith("Good for understanding")
    assert "Robbins and Monro 1951" in tip
    assert max(len(line) for line in tip.splitlines()) <= 64


def test_that_a_choice_that_makes_sense_again_has_its_own_tip_back(listener: Listener) -> None:
    loss = listener.panel.model.loss
    listener.show(SINE)
    assert "mean squared error" in tip_of(loss, "hinge")
    listener.show(CIRCLES)
    assert tip_of(loss, "hinge") == tip_for(LOSSES["hinge"])
