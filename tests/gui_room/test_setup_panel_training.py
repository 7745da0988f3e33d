"""Optimiser, schedule, clipping and regularisation in the Setup panel."""

import msgspec
import pytest

from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.spec import OptimizerSpec
from tests.gui_room.setup_listener import CIRCLES, Listener, choose


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_that_every_optimizer_can_be_chosen_and_shows_its_options(
    name: str, listener: Listener
) -> None:
    section = listener.panel.optimizer
    if name != CIRCLES.optimizer.name:
        choose(section.method, name)
        assert listener.only.optimizer.name == name
    listener.show(msgspec.structs.replace(CIRCLES, optimizer=OptimizerSpec(name)))
    options = OPTIMIZERS[name].options
    assert section.momentum.isVisibleTo(section) == ("momentum" in options)
    assert section.beta1.isVisibleTo(section) == ("beta1" in options)
    assert section.smoothing.isVisibleTo(section) == ("smoothing" in options)
    assert section.weight_decay.value() == OptimizerSpec(name).resolved_weight_decay


def test_that_weight_decay_clipping_and_schedule_can_be_set(listener: Listener) -> None:
    section = listener.panel.optimizer
    section.weight_decay.setValue(0.25)
    assert listener.wanted[-1].optimizer.weight_decay == 0.25
    section.clip_norm.setValue(2.0)
    section.clip_norm.setValue(0.0)
    assert [wanted.optimizer.clip_norm for wanted in listener.wanted[-2:]] == [2.0, None]
    choose(section.schedule, "cosine")
    assert listener.wanted[-1].optimizer.schedule.name == "cosine"


def test_that_momentum_zero_takes_nesterov_with_it(listener: Listener) -> None:
    nesterov = OptimizerSpec("sgd", momentum=0.9, nesterov=True)
    listener.show(msgspec.structs.replace(CIRCLES, optimizer=nesterov))
    listener.panel.optimizer.momentum.position_chosen.emit(0)
    assert listener.only.optimizer == OptimizerSpec("sgd")


def test_that_penalties_and_dropout_can_be_set(listener: Listener) -> None:
    model = listener.panel.model
    model.l1.setValue(0.5)
    assert listener.wanted[-1].model.l1 == 0.5
    model.l2.setValue(0.01)
    assert listener.wanted[-1].model.l2 == 0.01
    model.dropout.position_chosen.emit(30)
    assert {layer.dropout for layer in listener.wanted[-1].model.hidden_layers} == {0.3}
