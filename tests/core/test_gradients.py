"""Every row of the tables against central differences, in float64."""

import numpy as np
import pytest

from nnviz.core.activations import ACTIVATIONS, evaluate
from nnviz.core.losses import LOSSES
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.core.targets import one_hot

TRAINABLE = [name for name, record in ACTIVATIONS.items() if record.trainable]
STEP = 1e-6


def network_with(activation: str, loss: str, dtype: str = "float64") -> Network:
    outputs = 3 if LOSSES[loss].takes_classes else 2
    last = LOSSES[loss].required_output or activation
    layers = (
        LayerSpec(4, activation, pieces=3),
        LayerSpec(3, activation),
        LayerSpec(outputs, last),
    )
    spec = NetworkSpec(2, layers, loss, initializer="normal", initializer_std=0.8)
    network = Network(spec, seed=3, dtype=dtype)
    # Biases away from zero, so that their part of the arithmetic is tested too.
    for number, biases in enumerate(network.biases):
        biases[...] = np.linspace(-0.4, 0.7, biases.size).reshape(biases.shape) + 0.1 * number
    return network


def batch_for(network: Network, rows: int = 5) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(7)
    return generator.normal(size=(rows, 2)), targets_for(network, rows, generator)


def targets_for(network: Network, rows: int, generator: np.random.Generator) -> np.ndarray:
    """Return targets that the loss of the network can be compared with."""
    loss, shape = LOSSES[network.spec.loss], (rows, network.spec.output_size)
    if loss.takes_classes:
        return one_hot(generator.integers(0, shape[1], rows), shape[1])
    if loss.for_values:
        return generator.normal(size=shape)
    if loss.name == "hinge":
        return generator.choice([-1.0, 1.0], shape)
    return generator.uniform(size=shape)


def central_differences(network: Network, inputs: np.ndarray, targets: np.ndarray) -> np.ndarray:
    parameters = network.parameters
    slopes = np.empty_like(parameters)
    for index, value in enumerate(parameters.copy()):
        parameters[index] = value + STEP
        above = network.loss(inputs, targets)
        parameters[index] = value - STEP
        below = network.loss(inputs, targets)
        parameters[index] = value
        slopes[index] = (above - below) / (2 * STEP)
    return slopes


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", TRAINABLE)
def test_that_parameter_gradients_equal_central_differences(activation: str, loss: str) -> None:
    network = network_with(activation, loss)
    inputs, targets = batch_for(network)
    backward = network.backward(inputs, targets)
    slopes = network.layout.views(central_differences(network, inputs, targets))
    assert max(np.abs(slopes.vector)) > 1e-3
    for number in range(3):
        np.testing.assert_allclose(
            backward.weight_grads[number], slopes.weights[number], rtol=1e-6, atol=1e-8
        )
        np.testing.assert_allclose(
            backward.bias_grads[number], slopes.biases[number], rtol=1e-6, atol=1e-8
        )


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", TRAINABLE)
def test_that_input_gradients_equal_central_differences(activation: str, loss: str) -> None:
    network = network_with(activation, loss)
    inputs, targets = batch_for(network)
    gradient = network.backward(inputs, targets).input_grads
    for index in np.ndindex(*inputs.shape):
        moved = inputs.copy()
        moved[index] += STEP
        above = network.loss(moved, targets)
        moved[index] -= 2 * STEP
        below = network.loss(moved, targets)
        assert gradient[index] == pytest.approx((above - below) / (2 * STEP), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(
    "name", [name for name, record in ACTIVATIONS.items() if not record.has_pieces]
)
def test_that_a_derivative_is_the_slope_of_its_function(name: str) -> None:
    # No point lies within the step of a kink, which all are at 0.
    z = np.array([-30.0, -3.0, -1.0, -0.2, -1e-3, 1e-3, 0.3, 1.0, 2.5, 30.0])
    slope = (evaluate(name, z + STEP)[0] - evaluate(name, z - STEP)[0]) / (2 * STEP)
    np.testing.assert_allclose(evaluate(name, z)[1], slope, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("alpha", [0.01, 0.3, 1.5])
@pytest.mark.parametrize("name", ["leaky_relu", "elu"])
def test_that_alpha_shapes_function_and_derivative_alike(name: str, alpha: float) -> None:
    z = np.array([-2.0, -0.5, 0.5, 2.0])
    function, derivative = evaluate(name, z, alpha)
    slope = (evaluate(name, z + STEP, alpha)[0] - evaluate(name, z - STEP, alpha)[0]) / (2 * STEP)
    np.testing.assert_allclose(derivative, slope, rtol=1e-6)
    expected = alpha * z if name == "leaky_relu" else alpha * np.expm1(z)
    np.testing.assert_allclose(function, np.where(z > 0, z, expected), rtol=1e-14)


def test_that_a_wrong_gradient_would_be_noticed() -> None:
    network = network_with("tanh", "mean_squared_error")
    inputs, targets = batch_for(network)
    slopes = central_differences(network, inputs, targets)
    gradients = np.zeros_like(slopes)
    network.layout.views(gradients).weights[0][...] = network.backward(
        inputs, targets
    ).weight_grads[0]
    gradients[0] *= 1.001
    assert not np.isclose(gradients[0], slopes[0], rtol=1e-6, atol=1e-8)
