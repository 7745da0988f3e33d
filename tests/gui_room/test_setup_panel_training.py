"""Optimiser, schedule, clipping and regularisation in the Setup panel."""

import msgspec
import pytest

from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.spec import OptimizerSpec, ScheduleSpec
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
    assert section.rule.momentum.isVisibleTo(section) == ("momentum" in options)
    assert section.rule.beta1.isVisibleTo(section) == ("beta1" in options)
    assert section.rule.smoothing.isVisibleTo(section) == ("smoothing" in options)
    assert section.weight_decay.value() == OptimizerSpec(name).resolved_weight_decay


def test_that_weight_decay_clipping_and_schedule_can_be_set(listener: Listener) -> None:
    section = listener.panel.optimizer
    section.weight_decay.setValue(0.25)
    assert listener.wanted[-1].optimizer.weight_decay == 0.25
    section.clip_norm.setValue(2.0)
    section.clip_norm.setValue(0.0)
    assert [wanted.optimizer.clip_norm for wanted in listener.wanted[-2:]] == [2.0, None]
    choose(section.schedule.method, "cosine")
    assert listener.wanted[-1].optimizer.schedule.name == "cosine"


def test_that_momentum_zero_takes_nesterov_with_it(listener: Listener) -> None:
    nesterov = OptimizerSpec("sgd", momentum=0.9, nesterov=True)
    listener.show(msgspec.structs.replace(CIRCLES, optimizer=nesterov))
    listener.panel.optimizer.rule.momentum.position_chosen.emit(0)
    assert listener.only.optimizer == OptimizerSpec("sgd")


def test_that_penalties_and_dropout_can_be_set(listener: Listener) -> None:
    model = listener.panel.model
    model.l1.setValue(0.5)
    assert listener.wanted[-1].model.l1 == 0.5
    model.l2.setValue(0.01)
    assert listener.wanted[-1].model.l2 == 0.01
    model.dropout.position_chosen.emit(30)
    assert {layer.dropout for layer in listener.wanted[-1].model.hidden_layers} == {0.3}


def test_that_nesterov_and_dampening_exclude_one_another(listener: Listener) -> None:
    rule = listener.panel.optimizer.rule
    listener.show(msgspec.structs.replace(CIRCLES, optimizer=OptimizerSpec("sgd")))
    assert not rule.nesterov.isEnabled(), "without momentum there is nothing to look along"
    damped = OptimizerSpec("sgd", momentum=0.9, dampening=0.5)
    listener.show(msgspec.structs.replace(CIRCLES, optimizer=damped))
    rule.nesterov.click()
    assert listener.only.optimizer == OptimizerSpec("sgd", momentum=0.9, nesterov=True)
    listener.show(listener.only)
    rule.dampening.setValue(0.25)
    assert listener.wanted[-1].optimizer == OptimizerSpec("sgd", momentum=0.9, dampening=0.25)


def test_that_clipping_is_by_norm_or_by_entries(listener: Listener) -> None:
    section = listener.panel.optimizer
    section.clip_value.setValue(0.5)
    assert listener.wanted[-1].optimizer.clip_value == 0.5
    listener.show(listener.wanted[-1])
    section.clip_norm.setValue(2.0)
    wanted = listener.wanted[-1].optimizer
    assert (wanted.clip_norm, wanted.clip_value) == (2.0, None)


def test_that_a_short_schedule_grows_into_a_cycle(listener: Listener) -> None:
    schedule = listener.panel.optimizer.schedule
    short = OptimizerSpec(schedule=ScheduleSpec("step", steps=3, factor=0.5))
    listener.show(msgspec.structs.replace(CIRCLES, optimizer=short))
    assert (schedule.steps.value(), schedule.factor.value()) == (3, 0.5)
    choose(schedule.method, "one_cycle")
    assert listener.only.optimizer.schedule == ScheduleSpec("one_cycle", 10, 0.5)
    listener.show(listener.only)
    assert not schedule.factor.isVisibleTo(schedule)


def test_that_epsilon_is_that_of_the_method(listener: Listener) -> None:
    section = listener.panel.optimizer
    listener.show(msgspec.structs.replace(CIRCLES, optimizer=OptimizerSpec("adagrad")))
    assert section.epsilon.value() == 1e-10
    listener.show(msgspec.structs.replace(CIRCLES, optimizer=OptimizerSpec("sgd")))
    assert not section.epsilon.isVisibleTo(section)


def test_that_patience_0_never_stops(listener: Listener) -> None:
    field = listener.panel.optimizer.patience
    assert field.text() == "never"
    field.setValue(5)
    field.setValue(0)
    assert [wanted.patience for wanted in listener.wanted] == [5, None]


def test_that_dropout_can_differ_from_layer_to_layer(listener: Listener) -> None:
    model = listener.panel.model
    assert not any(row.dropout.isVisibleTo(row) for row in model.layers.rows)
    model.dropout.position_chosen.emit(20)
    listener.show(listener.only)
    assert all(row.dropout.isVisibleTo(row) for row in model.layers.rows)
    model.layers.rows[1].dropout.setValue(0.5)
    listener.show(listener.wanted[-1])
    assert [row.dropout.value() for row in model.layers.rows] == [0.2, 0.5, 0.2]
    assert model.dropout.slider.accessibleDescription() == "varied"
