"""Data made on the spot: the shapes they promise, balanced, and fixed by the seed."""

import numpy as np
import pytest
from numpy.typing import NDArray

from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.data.datasets import DATASETS
from nnviz.data.prepare import load, prepare
from nnviz.data.request import DataSpec

Floats = NDArray[np.float64]
MADE = sorted(name for name, record in DATASETS.items() if record.kind == "made")
CLASSES = [name for name in MADE if DATASETS[name].task == "classification"]
CURVES = ("sine", "step", "bumps")


def clean(
    name: str, classes: int | None = None, dimensions: int | None = None
) -> tuple[Floats, Floats]:
    spec = DataSpec(dataset=name, samples=400, noise=0.0, classes=classes, dimensions=dimensions)
    raw = load(spec)
    return raw.inputs, raw.targets.astype(np.float64)


def test_that_all_that_was_promised_is_there() -> None:
    shapes = ["checkerboard", "circles", "gaussians", "moons", "spiral", "xor"]
    assert shapes == CLASSES
    assert sorted([*CURVES, "linear", *shapes]) == MADE


@pytest.mark.parametrize("name", MADE)
def test_that_the_same_seed_gives_the_same_rows(name: str) -> None:
    first, again, other = (load(DataSpec(dataset=name, seed=seed)) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first.inputs, again.inputs)
    np.testing.assert_array_equal(first.targets, again.targets)
    assert not np.array_equal(first.inputs, other.inputs)


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("samples", [4, 5, 33, 500])
def test_that_as_many_rows_are_made_as_asked_for(name: str, samples: int) -> None:
    raw = load(DataSpec(dataset=name, samples=samples))
    assert len(raw.inputs) == len(raw.targets) == samples
    assert raw.inputs.shape[1] == len(raw.feature_names)
    assert raw.inputs.dtype == np.float64
    assert np.isfinite(raw.inputs).all()
    assert np.isfinite(raw.targets).all()


@pytest.mark.parametrize("name", MADE)
def test_that_inputs_have_a_size_that_needs_no_scaling(name: str) -> None:
    inputs = load(DataSpec(dataset=name)).inputs
    assert 0.7 < np.abs(inputs).max() < 2 * np.pi + 0.1


@pytest.mark.parametrize("name", MADE)
def test_that_more_noise_moves_the_rows(name: str) -> None:
    quiet, loud = (load(DataSpec(dataset=name, noise=noise)) for noise in (0.0, 0.2))
    assert not (
        np.array_equal(quiet.inputs, loud.inputs) and np.array_equal(quiet.targets, loud.targets)
    )


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("samples", [100, 320])
def test_that_classes_are_balanced(name: str, samples: int) -> None:
    counts = np.bincount(load(DataSpec(dataset=name, samples=samples)).targets.astype(np.int64))
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("name", ["spiral", "gaussians"])
@pytest.mark.parametrize("classes", [2, 3, 4, 5])
def test_that_the_number_of_classes_can_be_chosen(name: str, classes: int) -> None:
    raw = load(DataSpec(dataset=name, samples=101, classes=classes))
    assert raw.class_names == tuple(f"class {number}" for number in range(classes))
    counts = np.bincount(raw.targets.astype(np.int64), minlength=classes)
    assert counts.max() - counts.min() <= 1


def test_that_xor_without_noise_fills_four_squares() -> None:
    points, classes = clean("xor")
    np.testing.assert_array_equal(classes, (points[:, 0] * points[:, 1] < 0).astype(int))
    assert len(np.unique(points, axis=0)) == 400
    quadrants = np.bincount((points[:, 0] > 0) * 2 + (points[:, 1] > 0))
    assert quadrants.tolist() == [100, 100, 100, 100]


def test_that_circles_without_noise_are_parted_by_the_radius() -> None:
    points, classes = clean("circles")
    radius = np.hypot(*points.T)
    assert radius[classes == 1].max() < 0.6 < radius[classes == 0].min()


def test_that_gaussians_have_the_spread_that_was_asked_for() -> None:
    raw = load(DataSpec(dataset="gaussians", samples=20_000, noise=0.3))
    for number in (0, 1):
        cloud = raw.inputs[raw.targets == number]
        np.testing.assert_allclose(cloud.std(axis=0), 0.3, rtol=0.05)
        assert abs(np.hypot(*cloud.mean(axis=0)) - 1) < 0.02


def test_that_a_checkerboard_has_alternating_fields() -> None:
    points, classes = clean("checkerboard")
    field = np.floor((points + 1) * 2).astype(int)
    assert field.min() == 0
    assert field.max() == 3
    np.testing.assert_array_equal(classes, field.sum(axis=1) % 2)


def test_that_moons_reach_into_one_another() -> None:
    points, classes = clean("moons")
    assert points[classes == 0, 1].min() < points[classes == 1, 1].max()
    upper = points[classes == 0] + [0.5, 0.25]
    np.testing.assert_allclose(np.hypot(*upper.T), 1, rtol=1e-12)


def test_that_spiral_arms_are_the_same_arm_turned() -> None:
    points, classes = clean("spiral", classes=4)
    along = np.hypot(*points.T)
    angle = np.arctan2(points[:, 1], points[:, 0]) - 2 * np.pi * (1.25 * along + classes / 4)
    np.testing.assert_allclose(np.cos(angle), 1, atol=1e-9)


def test_that_curves_without_noise_are_the_functions_they_name() -> None:
    x, y = clean("sine")
    np.testing.assert_allclose(y, np.sin(x))
    x, y = clean("step")
    np.testing.assert_array_equal(y, np.where(x < 0, -1.0, 1.0))


@pytest.mark.parametrize("name", CURVES)
def test_that_curves_have_one_input_and_one_output(name: str) -> None:
    raw = load(DataSpec(dataset=name))
    assert raw.inputs.shape[1] == raw.targets.shape[1] == 1
    assert raw.feature_names == ("x",)
    assert not raw.is_classification


@pytest.mark.parametrize("dimensions", [1, 2, 7])
def test_that_linear_data_without_noise_are_linear(dimensions: int) -> None:
    inputs, targets = clean("linear", dimensions=dimensions)
    assert inputs.shape == (400, dimensions)
    with_bias = np.column_stack((inputs, np.ones(400)))
    found, *_ = np.linalg.lstsq(with_bias, targets)
    np.testing.assert_allclose(with_bias @ found, targets, atol=1e-12)


def test_that_more_numbers_than_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="choose fewer samples or dimensions"):
        load(DataSpec(dataset="linear", samples=100_000, dimensions=1000))


def test_that_choices_that_a_data_set_does_not_offer_are_told() -> None:
    raw = load(DataSpec(dataset="circles", classes=5, dimensions=3))
    assert raw.class_names == ("class 0", "class 1")
    assert raw.notes == (
        "Circles has no choice of classes: 5 is not used",
        "Circles has no choice of dimensions: 3 is not used",
    )


def test_that_choices_that_are_used_need_no_note() -> None:
    assert load(DataSpec(dataset="spiral", classes=3, samples=60, noise=0.1)).notes == ()


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_that_two_spirals_are_learned_without_an_error(seed: int) -> None:
    data = prepare(DataSpec(dataset="spiral", seed=seed))
    layers = (LayerSpec(16, "tanh"), LayerSpec(16, "tanh"), LayerSpec(2, "linear"))
    network = Network(NetworkSpec(2, layers, "softmax_cross_entropy"), seed=seed)
    one_hot = np.eye(2)[data.train_targets.astype(int)]
    _adam(network, data.train_inputs, one_hot, steps=1000, learning_rate=0.02)
    found = network.predict(data.train_inputs).argmax(axis=1)
    np.testing.assert_array_equal(found, data.train_targets)


def _adam(
    network: Network, inputs: Floats, targets: Floats, steps: int, learning_rate: float
) -> None:
    """Train with the textbook's Adam, apart from the program's own."""
    first = second = np.zeros(network.parameter_count)
    parameters = network.parameters.copy()
    for step in range(1, steps + 1):
        grads = network.backward(inputs, targets)
        flat = np.concatenate(
            [
                part.ravel()
                for pair in zip(grads.weight_grads, grads.bias_grads, strict=True)
                for part in pair
            ]
        )
        first = 0.9 * first + 0.1 * flat
        second = 0.999 * second + 0.001 * flat**2
        mean, square = first / (1 - 0.9**step), second / (1 - 0.999**step)
        parameters = parameters - learning_rate * mean / (np.sqrt(square) + 1e-8)
        network.set_parameters(parameters)
