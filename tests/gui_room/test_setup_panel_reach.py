"""The Setup panel reaches everything that makes an experiment."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from nnviz.core.spec import LayerSpec, OptimizerSpec, ScheduleSpec
from nnviz.data.request import DataSpec
from nnviz.gui.panels.setup_panel import SetupPanel
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from tests.cli_room.test_experiment_arguments import chosen, leaves
from tests.gui_room.setup_listener import Listener, choose

PLAIN = ExperimentSpec(
    data=DataSpec("spiral"),
    model=ModelSpec((LayerSpec(4, "elu", dropout=0.1),), initializer="normal"),
)
SGD = OptimizerSpec("sgd", momentum=0.5, schedule=ScheduleSpec("step"))
RMSPROP = OptimizerSpec("rmsprop")
MAXOUT = ModelSpec((LayerSpec(4, "maxout"),), loss="mean_squared_error")


def with_(**changes: Any) -> ExperimentSpec:
    return msgspec.structs.replace(PLAIN, **changes)


Act = Callable[[SetupPanel], object]

# For each choice: what is loaded, what a person does, and what comes of it. The file and
# its columns have tests of their own, with a file.
ACTS: dict[str, tuple[ExperimentSpec, Act, Any]] = {
    "data.dataset": (PLAIN, lambda p: choose(p.data.picker.all_sets, "iris"), "iris"),
    "data.samples": (PLAIN, lambda p: p.data.made.samples.setValue(40), 40),
    "data.noise": (PLAIN, lambda p: p.data.made.noise.slider.setValue(3), 0.015),
    "data.classes": (PLAIN, lambda p: p.data.made.classes.setValue(4), 4),
    "data.dimensions": (
        with_(data=DataSpec("linear")),
        lambda p: p.data.made.dimensions.setValue(3),
        3,
    ),
    "data.seed": (PLAIN, lambda p: p.data.seed.setValue(6), 6),
    "data.validation": (PLAIN, lambda p: p.data.validation.slider.setValue(50), 0.5),
    "data.scaling": (PLAIN, lambda p: choose(p.data.scaling, "min_max"), "min_max"),
    "model.hidden_layers.size": (
        PLAIN,
        lambda p: p.model.layers.rows[0].size_field.setValue(7),
        (7,),
    ),
    "model.hidden_layers.activation": (
        PLAIN,
        lambda p: choose(p.model.layers.rows[0].activation, "relu"),
        ("relu",),
    ),
    "model.hidden_layers.alpha": (
        PLAIN,
        lambda p: p.model.layers.rows[0].alpha.setValue(0.5),
        (0.5,),
    ),
    "model.hidden_layers.pieces": (
        with_(model=MAXOUT),
        lambda p: p.model.layers.rows[0].pieces.setValue(3),
        (3,),
    ),
    "model.hidden_layers.dropout": (
        PLAIN,
        lambda p: p.model.layers.rows[0].dropout.setValue(0.3),
        (0.3,),
    ),
    "model.output_activation": (
        with_(model=MAXOUT),
        lambda p: choose(p.model.output, "tanh"),
        "tanh",
    ),
    "model.loss": (PLAIN, lambda p: choose(p.model.loss, "huber"), "huber"),
    "model.initializer": (PLAIN, lambda p: choose(p.model.initializer, "zeros"), "zeros"),
    "model.initializer_std": (PLAIN, lambda p: p.model.std.setValue(0.3), 0.3),
    "model.initial_bias": (PLAIN, lambda p: p.model.bias.setValue(-0.5), -0.5),
    "model.l1": (PLAIN, lambda p: p.model.l1.setValue(0.01), 0.01),
    "model.l2": (PLAIN, lambda p: p.model.l2.setValue(0.02), 0.02),
    "optimizer.name": (PLAIN, lambda p: choose(p.optimizer.method, "adagrad"), "adagrad"),
    "optimizer.momentum": (
        with_(optimizer=SGD),
        lambda p: p.optimizer.rule.momentum.slider.setValue(90),
        0.9,
    ),
    "optimizer.beta1": (PLAIN, lambda p: p.optimizer.rule.beta1.setValue(0.8), 0.8),
    "optimizer.beta2": (PLAIN, lambda p: p.optimizer.rule.beta2.setValue(0.9), 0.9),
    "optimizer.epsilon": (PLAIN, lambda p: p.optimizer.epsilon.setValue(1e-6), 1e-6),
    "optimizer.dampening": (
        with_(optimizer=SGD),
        lambda p: p.optimizer.rule.dampening.setValue(0.5),
        0.5,
    ),
    "optimizer.nesterov": (
        with_(optimizer=SGD),
        lambda p: p.optimizer.rule.nesterov.click(),
        True,
    ),
    "optimizer.smoothing": (
        with_(optimizer=RMSPROP),
        lambda p: p.optimizer.rule.smoothing.setValue(0.9),
        0.9,
    ),
    "optimizer.centred": (
        with_(optimizer=RMSPROP),
        lambda p: p.optimizer.rule.centred.click(),
        True,
    ),
    "optimizer.weight_decay": (PLAIN, lambda p: p.optimizer.weight_decay.setValue(0.1), 0.1),
    "optimizer.clip_norm": (PLAIN, lambda p: p.optimizer.clip_norm.setValue(2), 2.0),
    "optimizer.clip_value": (PLAIN, lambda p: p.optimizer.clip_value.setValue(2), 2.0),
    "optimizer.trains_biases": (PLAIN, lambda p: p.optimizer.trains_biases.click(), False),
    "optimizer.schedule.name": (
        PLAIN,
        lambda p: choose(p.optimizer.schedule.method, "cosine"),
        "cosine",
    ),
    "optimizer.schedule.steps": (
        with_(optimizer=SGD),
        lambda p: p.optimizer.schedule.steps.setValue(7),
        7,
    ),
    "optimizer.schedule.factor": (
        with_(optimizer=SGD),
        lambda p: p.optimizer.schedule.factor.setValue(0.5),
        0.5,
    ),
    "batch_size": (PLAIN, lambda p: p.data.batch.slider.setValue(0), 1),
    "patience": (PLAIN, lambda p: p.optimizer.patience.setValue(4), 4),
    "seed": (PLAIN, lambda p: p.optimizer.seed.setValue(5), 5),
    "dtype": (PLAIN, lambda p: choose(p.optimizer.dtype, "float32"), "float32"),
}
ELSEWHERE = {
    "data.file",
    "data.typed",
    "data.target",
    "data.drop_incomplete_rows",
    "model.start",
    "optimizer.learning_rate",
}


def test_that_no_choice_is_without_a_field() -> None:
    assert set(leaves(ExperimentSpec())) == {*ACTS, *ELSEWHERE}


@pytest.mark.parametrize("path", ACTS)
def test_that_a_field_makes_its_choice(path: str, listener: Listener) -> None:
    loaded, act, expected = ACTS[path]
    listener.show(loaded)
    assert chosen(loaded, path) != expected
    act(listener.panel)
    assert chosen(listener.only, path) == expected
