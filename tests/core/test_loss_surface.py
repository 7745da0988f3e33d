"""The loss over a plane: closed forms, central differences, and directions of all kinds."""

import numpy as np
import pytest

from nnviz.core.directions import (
    Plane,
    at_right_angles,
    axis,
    path_plane,
    random_direction,
    unit_length,
)
from nnviz.core.loss_surface import grid, loss_surface, losses_by_rows
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec

GENERATOR = np.random.default_rng(1)
INPUTS = GENERATOR.normal(size=(40, 3))
VALUES = GENERATOR.normal(size=(40, 2))


def network(*sizes: int, l2: float = 0.0, activation: str = "tanh") -> Network:
    hidden = [LayerSpec(size, activation) for size in sizes]
    spec = NetworkSpec(3, (*hidden, LayerSpec(2, "linear")), "mean_squared_error", l2=l2)
    return Network(spec, seed=4)


def test_that_a_linear_layer_has_an_exact_paraboloid() -> None:
    linear = network()
    first, second = GENERATOR.normal(size=(2, linear.parameter_count))
    plane = Plane(linear.parameters.astype(np.float64), first, second)
    xs, ys = grid((0.0, 0.0), (2.0, 3.0), 9)
    surface = loss_surface(linear.spec, plane, xs, ys, INPUTS, VALUES)
    ones = np.hstack((INPUTS, np.ones((len(INPUTS), 1))))

    def outputs(vector: np.ndarray) -> np.ndarray:
        return ones @ linear.layout.blocks[0].matrix(vector)

    rest, along, up = outputs(plane.origin) - VALUES, outputs(first), outputs(second)
    for row, b in enumerate(ys):
        for column, a in enumerate(xs):
            expected = np.mean((rest + a * along + b * up) ** 2)
            assert surface.losses[row, column] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("l2", [0.0, 0.01])
@pytest.mark.parametrize("activation", ["tanh", "relu", "maxout"])
def test_that_every_cell_is_the_loss_of_that_network(activation: str, l2: float) -> None:
    deep = network(6, 5, l2=l2, activation=activation)
    origin = deep.parameters.astype(np.float64)
    first = random_direction(deep.layout, origin, 0)
    plane = Plane(origin, first, random_direction(deep.layout, origin, 1))
    xs, ys = grid((0.0, 0.0), (1.0, 1.0), 5)
    surface = loss_surface(deep.spec, plane, xs, ys, INPUTS, VALUES)
    assert surface.losses[2, 2] == pytest.approx(deep.loss(INPUTS, VALUES), rel=1e-14)
    for row, column in ((0, 0), (1, 4), (3, 2)):
        deep.set_parameters(plane.point(xs[column], ys[row]))
        assert surface.losses[row, column] == pytest.approx(deep.loss(INPUTS, VALUES), rel=1e-12)
    assert surface.least == surface.losses.min()


def test_that_the_slope_along_the_gradient_is_its_length() -> None:
    deep = network(6)
    backward = deep.backward(INPUTS, VALUES)
    gradient = np.zeros_like(deep.parameters)
    views = deep.layout.views(gradient)
    for index in range(2):
        views.weights[index][...] = backward.weight_grads[index]
        views.biases[index][...] = backward.bias_grads[index]
    direction = unit_length(gradient)
    plane = Plane(deep.parameters.astype(np.float64), direction, axis(len(gradient), 0))
    step = 1e-5
    xs, ys = np.array([-step, step]), np.zeros(1)
    losses = loss_surface(deep.spec, plane, xs, ys, INPUTS, VALUES).losses[0]
    assert (losses[1] - losses[0]) / (2 * step) == pytest.approx(np.linalg.norm(gradient), rel=1e-8)


def test_that_pieces_of_the_grid_make_up_the_whole() -> None:
    deep = network(4)
    plane = Plane(
        deep.parameters.astype(np.float64),
        axis(deep.parameter_count, 0),
        axis(deep.parameter_count, 5),
    )
    xs, ys = grid((0.5, -0.5), (1.0, 2.0), 41)
    whole = loss_surface(deep.spec, plane, xs, ys, INPUTS, VALUES)
    seen = np.zeros(41, dtype=int)
    for first, part in losses_by_rows(deep.spec, plane, xs, ys, INPUTS, VALUES):
        assert np.array_equal(whole.losses[first : first + len(part)], part)
        seen[first : first + len(part)] += 1
    assert np.all(seen == 1)
    assert (xs[20], ys[20]) == (0.5, -0.5)


def test_that_a_random_direction_is_as_large_as_the_weights_of_each_unit() -> None:
    deep = network(6, 5)
    direction = random_direction(deep.layout, deep.parameters, 7)
    theirs, own = deep.layout.views(direction), deep.layout.views(deep.parameters)
    for index in range(3):
        lengths = np.linalg.norm(theirs.weights[index], axis=0)
        assert lengths == pytest.approx(np.linalg.norm(own.weights[index], axis=0))
        assert np.all(theirs.biases[index] == 0)
    assert np.array_equal(direction, random_direction(deep.layout, deep.parameters, 7))
    assert not np.array_equal(direction, random_direction(deep.layout, deep.parameters, 8))


def test_that_a_path_in_a_plane_is_explained_in_full() -> None:
    first, second, origin = GENERATOR.normal(size=(3, 50))
    places = GENERATOR.normal(size=(12, 2))
    path = [origin + a * first + b * second for a, b in places]
    found = path_plane(path)
    assert found.explained == pytest.approx(1.0, abs=1e-12)
    coordinates, distances = found.plane.coordinates(path)
    assert distances == pytest.approx(np.zeros(12), abs=1e-9)
    assert coordinates[-1] == pytest.approx([0, 0], abs=1e-9)
    assert float(found.plane.first @ found.plane.second) == pytest.approx(0, abs=1e-12)
    # Lengths are kept: the two directions are of length 1 and at right angles.
    for i, j in ((0, 5), (2, 9)):
        apart = np.linalg.norm(path[i] - path[j])
        assert np.linalg.norm(coordinates[i] - coordinates[j]) == pytest.approx(apart)


def test_that_the_share_explained_is_that_of_the_singular_values() -> None:
    path = GENERATOR.normal(size=(9, 30)).cumsum(axis=0)
    squares = np.linalg.svd(path - path.mean(axis=0), compute_uv=False) ** 2
    found = path_plane(list(path))
    assert found.explained == pytest.approx(squares[:2].sum() / squares.sum())
    _, distances = found.plane.coordinates(list(path))
    assert distances.max() > 0


def test_that_distances_from_a_plane_are_those_of_the_nearest_point() -> None:
    origin, first, second, other = GENERATOR.normal(size=(4, 20))
    plane = Plane(origin, first, second)
    (place,), (distance,) = plane.coordinates([other])
    nearest = plane.point(*place)
    assert np.linalg.norm(other - nearest) == pytest.approx(distance)
    assert float((other - nearest) @ first) == pytest.approx(0, abs=1e-10)
    assert float((other - nearest) @ second) == pytest.approx(0, abs=1e-10)


def test_that_directions_without_meaning_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="no direction"):
        unit_length(np.zeros(3))
    with pytest.raises(ValueError, match="parallel"):
        at_right_angles(np.ones(3), 2 * np.ones(3))
    with pytest.raises(ValueError, match="too short"):
        path_plane([np.ones(3), np.zeros(3)])
    with pytest.raises(ValueError, match="along a line"):
        path_plane([step * np.ones(3) for step in range(5)])
    right = at_right_angles(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    assert right == pytest.approx([0, np.sqrt(2)])


def test_that_what_diverges_is_left_as_it_is() -> None:
    deep = network(4, activation="relu")
    plane = Plane(
        deep.parameters.astype(np.float64),
        np.full(deep.parameter_count, 1e200),
        axis(deep.parameter_count, 0),
    )
    losses = loss_surface(
        deep.spec, plane, np.array([0.0, 1.0]), np.zeros(1), INPUTS, VALUES
    ).losses
    assert np.isfinite(losses[0, 0])
    assert not np.isfinite(losses[0, 1])
