"""What the gradient flow shows: norms, ratios and spreads of every frame, without a window."""

import numpy as np
import pytest

from nnviz.core.health import update_ratios
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec
from nnviz.gui.theme import DARK, LIGHT
from nnviz.gui.views.flow_content import FlowContent, gap_words, layer_colours
from nnviz.gui.views.flow_pictures import strips
from nnviz.gui.views.flow_strips import power_text, zero_words
from nnviz.training.commands import Branch, Seek
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from tests.gui_room.flow_runs import Follower

ALL = 1e9


def test_that_curves_are_the_norms_of_every_frame() -> None:
    display = Follower().steps(6).display
    content = FlowContent(display)
    frames = display.runs.current.reel.frames
    layout = display.network.layout
    for key, name in (
        ("gradients", "gradients"),
        ("weights", "parameters"),
        ("updates", "last_update"),
    ):
        series = content.series(key, ALL)
        assert series.is_complete
        assert series.steps.tolist() == list(range(7))
        for frame, row in zip(frames, series.values, strict=True):
            vector = getattr(frame, name)
            norms = [np.linalg.norm(vector[b.start : b.stop]) for b in layout.blocks]
            np.testing.assert_allclose(row, norms, rtol=1e-14)


def test_that_the_ratio_is_that_of_the_weights_before_and_after() -> None:
    display = Follower().steps(3).display
    frames = display.runs.current.reel.frames
    series = FlowContent(display).series("ratio", ALL)
    for before, after, row in zip(frames, frames[1:], series.values[1:], strict=False):
        expected = update_ratios(display.network.layout, before.parameters, after.parameters)
        np.testing.assert_allclose(row, expected, rtol=1e-12)


def test_that_activations_are_those_of_the_frames_own_batch_and_weights() -> None:
    display = Follower().steps(4).display
    spread = FlowContent(display).spread("activations", ALL)
    for frame, found in zip(display.runs.current.reel.frames, spread.frames, strict=True):
        network = Network(display.spec)
        network.set_parameters(frame.parameters)
        passed = network.forward(display.data.train_inputs[frame.batch_rows])
        for index, activations in enumerate(passed.activations):
            assert found.entries[index] == activations.size
            assert found.zeros[index] == np.count_nonzero(activations == 0)


def test_that_a_thinned_reel_still_ends_at_the_step_on_show() -> None:
    follower = Follower().steps(9)
    reel = follower.display.runs.current.reel
    kept = [frame for frame in reel.frames if frame.step in (0, 3, 9)]
    reel._frames = kept
    follower.obey(Seek(5))
    series = FlowContent(follower.display).series("gradients", ALL)
    assert series.steps.tolist() == [0, 3, 5]
    assert np.all(np.isfinite(series.values[-1]))


def test_that_before_a_branch_the_activation_is_the_older_runs() -> None:
    follower = Follower().steps(4)
    model = ModelSpec((LayerSpec(4, "tanh"), LayerSpec(3, "tanh")))
    branched = ExperimentSpec(data=follower.experiment.data, model=model)
    command = Branch(4, branched, generation=2, edits={})
    follower.display.runs.plan(command)
    follower.obey(command)
    follower.steps(2)
    display = follower.display
    assert display.runs.current.branch_step == 4
    spread = FlowContent(display).spread("activations", ALL)
    # A ReLU has zeros, a tanh has none.
    assert spread.frames[1].zeros[:2].sum() > 0
    assert spread.frames[-1].zeros[:2].sum() == 0


def test_that_colours_of_layers_are_no_signs() -> None:
    for theme in (DARK, LIGHT):
        colours = layer_colours(theme, 20)
        assert len(colours) == 20
        assert not {theme.positive, theme.negative} & set(colours)


def test_that_layers_without_a_point_are_named() -> None:
    names = ("Hidden 1", "Hidden 2", "Output")
    assert gap_words(names, np.array([[0.0, 1.0, np.nan]])) == (
        "0 in Hidden 1; not a number in Output"
    )
    assert gap_words(names, np.zeros((1, 3))) == "0 in all layers"
    assert gap_words(names, np.zeros((0, 3))) == gap_words(names, np.ones((2, 3))) == ""


def test_that_strips_have_whole_decades_and_fold_away_what_is_rare() -> None:
    display = Follower().steps(5).display
    spread = FlowContent(display).spread("weights", ALL)
    found = strips(spread, 5, 50)
    assert found.shades.shape[0] == 3
    assert found.shades.shape[2] == 50
    assert found.low == round(found.low)
    assert found.high - found.low >= 3
    assert found.shades.shape[1] == (found.high - found.low) * 4


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0.0, "no zero"),
        (1.0, "all 0"),
        (0.5, "50 % zero"),
        (0.001, "<1 % zero"),
        (0.999, ">99 % zero"),
    ],
)
def test_that_zeros_are_said_in_few_letters(share: float, words: str) -> None:
    assert zero_words(share) == words
    assert power_text(-12) == "10⁻¹²"
