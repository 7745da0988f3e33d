"""The friendly face: shapes, sentences, and numbers that can be worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.core.targets import one_hot


def tiny(dtype: str = "float64") -> Network:
    """2-2-1, tanh then linear, with the weights of a hand calculation."""
    network = Network(NetworkSpec(2, (LayerSpec(2), LayerSpec(1, "linear"))), dtype=dtype)
    network.weights[0][...] = [[0.5, -1.0], [0.25, 2.0]]
    network.biases[0][...] = [0.1, -0.2]
    network.weights[1][...] = [[1.5], [-0.5]]
    network.biases[1][...] = [0.3]
    return network


def test_that_a_forward_pass_is_the_textbook_formula() -> None:
    x = np.array([[1.0, 2.0], [-0.5, 0.75]])
    forward = tiny().forward(x)
    z1 = x @ np.array([[0.5, -1.0], [0.25, 2.0]]) + [0.1, -0.2]
    z2 = np.tanh(z1) @ np.array([[1.5], [-0.5]]) + 0.3
    np.testing.assert_allclose(forward.pre_activations[0], z1, rtol=1e-15)
    np.testing.assert_allclose(forward.activations[0], np.tanh(z1), rtol=1e-15)
    np.testing.assert_allclose(forward.outputs, z2, rtol=1e-14)


def test_that_writing_into_the_flat_vector_changes_the_weights() -> None:
    network = tiny()
    network.parameters[...] = 0
    assert not network.weights[0].any()
    assert network.parameter_count == 2 * 2 + 2 + 2 * 1 + 1


def test_that_results_belong_to_the_caller() -> None:
    network = tiny()
    first = network.forward([[1.0, 2.0]])
    kept = first.outputs.copy()
    network.forward([[5.0, -7.0]])
    np.testing.assert_array_equal(first.outputs, kept)


@pytest.mark.parametrize(
    ("inputs", "sentence"),
    [
        ([[1.0, 2.0, 3.0]], "X has 3 columns but W1 has 2 rows"),
        ([[1.0]], "X has 1 column but W1 has 2 rows"),
        ([1.0, 2.0], "X has 1 dimension but must have 2"),
        (np.zeros((0, 2)), "X has no rows"),
    ],
)
def test_that_wrong_inputs_get_a_sentence(inputs: ArrayLike, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        tiny().forward(inputs)


def test_that_wrong_targets_get_a_sentence() -> None:
    with pytest.raises(ValueError, match="targets are 1 x 3 but must be 1 x 1"):
        tiny().backward([[1.0, 2.0]], [[1.0, 2.0, 3.0]])
    network = Network(NetworkSpec(2, (LayerSpec(3, "linear"),), "softmax_cross_entropy"))
    with pytest.raises(ValueError, match="whole numbers from 0 to 2"):
        network.loss([[1.0, 2.0]], [3])
    with pytest.raises(ValueError, match="this network has 9 parameters"):
        network.set_parameters(np.zeros(5))


def test_that_class_numbers_and_one_hot_rows_mean_the_same() -> None:
    network = Network(NetworkSpec(2, (LayerSpec(3, "linear"),), "softmax_cross_entropy"))
    x = [[1.0, 2.0], [0.5, -1.0]]
    assert network.loss(x, [2, 0]) == network.loss(x, one_hot([2, 0], 3))


def test_that_predictions_are_probabilities_after_a_cross_entropy() -> None:
    x = np.random.default_rng(0).normal(size=(5000, 2))
    softmax = Network(NetworkSpec(2, (LayerSpec(3, "linear"),), "softmax_cross_entropy"))
    rows = softmax.predict(x)
    np.testing.assert_allclose(rows.sum(axis=1), 1.0, rtol=1e-14)
    logistic = Network(NetworkSpec(2, (LayerSpec(1, "linear"),), "binary_cross_entropy"))
    expected = 1 / (1 + np.exp(-logistic.forward(x).outputs))
    np.testing.assert_allclose(logistic.predict(x), expected, rtol=1e-14)


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 6), min_size=2, max_size=5),
    activation=st.sampled_from(sorted(ACTIVATIONS)),
    rows=st.integers(1, 9),
    seed=st.integers(0, 99),
)
def test_that_a_batch_is_worked_out_like_its_rows_one_by_one(
    sizes: list[int], activation: str, rows: int, seed: int
) -> None:
    layers = tuple(LayerSpec(size, activation) for size in sizes[1:])
    network = Network(NetworkSpec(sizes[0], layers), seed)
    x = np.random.default_rng(seed).normal(size=(rows, sizes[0]))
    together = network.forward(x).outputs
    for row in range(rows):
        alone = network.forward(x[row : row + 1]).outputs
        np.testing.assert_allclose(together[row : row + 1], alone, rtol=1e-9, atol=1e-12)


def test_that_single_and_double_precision_start_from_the_same_weights() -> None:
    spec = NetworkSpec(3, (LayerSpec(4), LayerSpec(2)))
    double, single = Network(spec, 5), Network(spec, 5, "float32")
    assert single.parameters.dtype == np.float32
    np.testing.assert_array_equal(single.parameters, double.parameters.astype(np.float32))


def test_that_responses_are_the_activations_of_a_forward_pass() -> None:
    x = np.random.default_rng(1).normal(size=(50, 2))
    network = tiny()
    for response, activations in zip(
        network.responses(x), network.forward(x).activations, strict=True
    ):
        np.testing.assert_array_equal(response, activations.T)


def test_that_a_long_table_gives_the_same_loss_as_one_pass() -> None:
    network = tiny()
    generator = np.random.default_rng(1)
    x, t = generator.normal(size=(4999, 2)), generator.normal(size=(4999, 1))
    loss, outputs = network.loss_and_outputs(x, t)
    assert loss == pytest.approx(float(np.mean((outputs - t) ** 2)), rel=1e-13)
