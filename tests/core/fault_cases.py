"""Networks and steps in which faults are made."""

from collections.abc import Iterator
from itertools import product

import numpy as np

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import FloatArray
from nnviz.core.layout import ParameterLayout
from nnviz.core.losses import LOSSES
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec, ScheduleSpec
from nnviz.core.targets import one_hot
from nnviz.core.trace import StepToRecord, Trace, record

ROWS = 16
OPTIMIZERS = (
    OptimizerSpec("sgd", 0.1),
    OptimizerSpec("sgd", 0.1, momentum=0.9, nesterov=True),
    OptimizerSpec("sgd", 0.1, momentum=0.9, dampening=0.5, weight_decay=0.1),
    OptimizerSpec("rmsprop", 0.05),
    OptimizerSpec("rmsprop", 0.05, centred=True, momentum=0.5),
    OptimizerSpec("adam", 0.02, clip_norm=1e-3, weight_decay=0.1),
    OptimizerSpec("adamw", 0.02, clip_value=1e-3, schedule=ScheduleSpec("warm_up", 10)),
    OptimizerSpec("adagrad", 0.1, trains_biases=False),
)
TRAINABLE = sorted(name for name, record in ACTIVATIONS.items() if record.trainable)
# Layer sizes (a square matrix among them), dropout, and strength of a penalty.
SHAPES = (((2, 3, 3, 2), 0.0, 0.0), ((3, 4, 2), 0.3, 0.0), ((2, 4, 4, 4, 3), 0.0, 0.05))


def spec_of(
    activation: str, loss: str, sizes: tuple[int, ...], dropout: float = 0.0, l2: float = 0.0
) -> NetworkSpec:
    """Return a network; its output layer is what the loss needs, else like the others."""
    hidden = (LayerSpec(size, activation, pieces=3, dropout=dropout) for size in sizes[1:-1])
    output = LayerSpec(sizes[-1], LOSSES[loss].required_output or activation)
    return NetworkSpec(
        sizes[0],
        (*hidden, output),
        loss,
        initializer="he_normal",
        initial_bias=0.1,
        l1=l2 / 2,
        l2=l2,
    )


def networks() -> Iterator[NetworkSpec]:
    """Yield every activation with every loss, the shapes in turns."""
    pairs = product(TRAINABLE, sorted(LOSSES))
    for number, (activation, loss) in enumerate(pairs):
        sizes, dropout, l2 = SHAPES[number % len(SHAPES)]
        yield spec_of(activation, loss, sizes, dropout, l2)


def step_with(
    spec: NetworkSpec, rule: OptimizerSpec | None = OPTIMIZERS[0], dtype: str = "float64"
) -> Trace:
    """Return a recorded step without a fault."""
    generator = np.random.default_rng(3)
    inputs = generator.normal(size=(ROWS, spec.input_size)).astype(dtype)
    targets: FloatArray = generator.integers(0, 2, (ROWS, spec.output_size)).astype(dtype)
    if LOSSES[spec.loss].takes_classes:
        classes = generator.integers(0, spec.output_size, ROWS)
        targets = one_hot(classes, spec.output_size).astype(dtype)
    parameters = ParameterLayout(spec).initial_vector(spec, 1, dtype)
    masks = np.random.default_rng(0)
    return record(StepToRecord(spec, parameters, inputs, targets, rule, generator=masks))
