"""The display: what follows from a snapshot equals an independent calculation."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.input_plane import plane_through, telling_columns
from nnviz.gui.render import trained_display
from nnviz.gui.selection import EdgeRef, Selection, UnitRef
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from tests.gui_room.walks import trace_of


def display_of(dataset: str, loss: str | None = None, epochs: int = 3) -> Display:
    model = ModelSpec((LayerSpec(5), LayerSpec(3)), loss=loss)
    return trained_display(ExperimentSpec(data=DataSpec(dataset), model=model), epochs)


def network_of(display: Display) -> Network:
    network = Network(display.spec)
    network.set_parameters(display.snapshot.parameters)
    return network


def test_that_responses_are_activations_at_the_cell_centres() -> None:
    display = display_of("circles")
    plane, cells = display.plane, 8
    responses = display.responses(cells)
    row, column = 6, 1
    x = plane.low[0] + (column + 0.5) / cells * (plane.high[0] - plane.low[0])
    y = plane.low[1] + (row + 0.5) / cells * (plane.high[1] - plane.low[1])
    forward = network_of(display).forward([[x, y]])
    np.testing.assert_allclose(responses[0][:, row, column], [x, y])
    for number, activations in enumerate(forward.activations, start=1):
        np.testing.assert_allclose(responses[number][:, row, column], activations[0])


@pytest.mark.parametrize("loss", ["softmax_cross_entropy", "binary_cross_entropy"])
def test_that_a_two_class_map_is_the_difference_of_the_probabilities(loss: str) -> None:
    display = display_of("circles", loss)
    outputs = display.output_map(10)
    predictions = network_of(display).predict(display.plane.grid(10))
    is_softmax = loss == "softmax_cross_entropy"
    expected = predictions[:, 1] - predictions[:, 0] if is_softmax else 2 * predictions[:, 0] - 1
    np.testing.assert_allclose(outputs.value.reshape(-1), expected, atol=1e-12)
    assert (outputs.low, outputs.high) == ("class 0", "class 1")


def test_that_a_map_of_many_classes_names_the_most_probable() -> None:
    display = display_of("iris", epochs=30)
    outputs = display.output_map(12)
    predictions = network_of(display).predict(display.plane.grid(12))
    np.testing.assert_array_equal(outputs.class_index.reshape(-1), predictions.argmax(axis=1))
    np.testing.assert_allclose(outputs.confidence.reshape(-1), predictions.max(axis=1))


def test_that_columns_off_the_plane_stay_at_their_mean() -> None:
    display = display_of("wine")
    display.set_plane_columns(6, 2)
    grid = display.plane.grid(4)
    others = [column for column in range(13) if column not in (6, 2)]
    means = display.data.train_inputs.mean(axis=0)
    np.testing.assert_allclose(grid[:, others], np.tile(means[others], (16, 1)))
    assert len(np.unique(grid[:, 6])) == 4
    assert np.all(np.diff(grid[:4, 6]) > 0)


def test_that_the_plane_holds_every_row() -> None:
    display = display_of("iris")
    plane = plane_through(display.data, (1, 3))
    for rows in (display.data.train_inputs, display.data.validation_inputs):
        assert rows[:, 1].min() > plane.low[0]
        assert rows[:, 3].max() < plane.high[1]


def test_that_iris_is_seen_along_its_petals() -> None:
    # Known since Fisher: petal length and width tell the species apart best.
    assert telling_columns(display_of("iris").data) == (2, 3)


def test_that_gradients_and_norms_are_those_of_the_snapshot() -> None:
    display = display_of("moons")
    gradients = display.gradients
    vector = display.snapshot.gradients
    step, norms = display.gradient_norms[-1]
    assert step == display.snapshot.step
    for number in range(3):
        parts = (gradients.weights[number].ravel(), gradients.biases[number].ravel())
        assert norms[number] == pytest.approx(np.linalg.norm(np.concatenate(parts)))
    assert np.sqrt(np.sum(np.square(norms))) == pytest.approx(np.linalg.norm(vector))


def test_that_a_display_without_a_snapshot_says_so() -> None:
    display = Display(Selection())
    assert not display.is_ready
    with pytest.raises(LookupError, match="no snapshot"):
        _ = display.snapshot


def test_that_a_recorded_step_of_another_network_is_given_up() -> None:
    display, other = display_of("circles"), display_of("iris")
    display.playback.is_active = True
    display.playback.take(trace_of(display.spec))
    assert len(display.batch_inputs) == 4
    display.show(replace(other.snapshot, generation=display.snapshot.generation + 1))
    assert display.playback.trace is None
    assert display.playback.is_active
    assert len(display.batch_pass.activations[-1]) == len(display.batch_rows)


def test_that_what_the_network_does_not_have_cannot_be_selected() -> None:
    selection = display_of("circles").selection
    selection.select_unit(UnitRef(1, 4))
    selection.select_edge(EdgeRef(3, 2, 1))
    assert selection.edge == EdgeRef(3, 2, 1)
    for edge in (EdgeRef(3, 2, 2), EdgeRef(3, 3, 1), EdgeRef(4, 0, 0)):
        selection.select_edge(edge)
        assert selection.edge is None
    selection.select_unit(UnitRef(1, 5))
    assert selection.unit is None
