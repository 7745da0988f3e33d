"""Networks trained one by one, to hold a stack of them against."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.compiler import TRAINING, compile_program
from nnviz.core.losses import LOSSES
from nnviz.core.network import Network
from nnviz.core.optimizers import bind_optimizer
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec

COUNT = 5
ROWS, STEPS, BATCH = 30, 12, 7


def close(found: FloatArray, expected: ArrayLike, tolerance: float = 1e-12) -> None:
    """Compare with a tolerance relative to the greatest number."""
    wanted = np.asarray(expected)
    size = float(np.max(np.abs(wanted), initial=0.0))
    np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * size)


def spec_of(
    activation: str = "tanh", loss: str = "mean_squared_error", l1: float = 0.0, l2: float = 0.0
) -> NetworkSpec:
    """Return a network of four layers."""
    output = LOSSES[loss].required_output or "linear"
    layers = (
        LayerSpec(5, activation, pieces=3),
        LayerSpec(4, activation),
        LayerSpec(4, "sigmoid"),
        LayerSpec(2, output),
    )
    return NetworkSpec(3, layers, loss, l1=l1, l2=l2)


def data_for(spec: NetworkSpec) -> tuple[FloatArray, NDArray[np.generic]]:
    """Return inputs and targets that suit the loss."""
    generator = np.random.default_rng(8)
    inputs = generator.normal(size=(ROWS, spec.input_size))
    if LOSSES[spec.loss].takes_classes:
        return inputs, generator.integers(0, spec.output_size, ROWS)
    if LOSSES[spec.loss].for_values:
        return inputs, generator.normal(size=(ROWS, spec.output_size))
    classes = generator.integers(0, 2, (ROWS, spec.output_size))
    return inputs, 2 * classes - 1 if spec.loss == "hinge" else classes


def orders(networks: int = COUNT, steps: int = STEPS, batch: int = BATCH) -> NDArray[np.int64]:
    """Return the rows of batches, steps x networks x samples."""
    return np.random.default_rng(3).integers(0, ROWS, (steps, networks, batch))


def train_alone(
    network: Network,
    optimizer: OptimizerSpec,
    data: tuple[FloatArray, NDArray[np.generic]],
    rows: NDArray[np.int64],
    generator: np.random.Generator | None = None,
) -> list[float]:
    """Train a network in place, one batch after the other; return the losses."""
    x, t = network.checked(*data)
    gradients = np.zeros_like(network.parameters)
    bound = bind_optimizer(optimizer, network.parameters, gradients)
    program = compile_program(
        network.spec,
        network.parameters,
        rows.shape[-1],
        TRAINING,
        gradients,
        bound,
        generator=generator,
    )
    losses = []
    for batch in rows:
        program.load(x[batch], t[batch])
        program.run()
        losses.append(float(program.losses(0, 1)[0]))
    return losses
