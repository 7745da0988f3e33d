"""The reel: what snapshots told, kept evenly in bounded memory."""

from dataclasses import replace

import numpy as np
import pytest

from nnviz.gui.reel import MOST_FRAMES, Reel
from nnviz.gui.run_records import RunRecords
from nnviz.training.commands import Branch
from nnviz.training.snapshot import Snapshot
from tests.gui_room.plot_displays import display_of


@pytest.fixture(name="snapshot")
def make_snapshot() -> Snapshot:
    return display_of(epochs=1).snapshot


def reel_of(snapshot: Snapshot, steps: int) -> Reel:
    reel = Reel()
    for step in range(1, steps + 1):
        reel.note(replace(snapshot, step=step))
    return reel


def test_that_the_first_and_the_newest_frame_stay_and_the_rest_is_even(snapshot: Snapshot) -> None:
    reel = reel_of(snapshot, 3 * MOST_FRAMES)
    steps = np.array([frame.step for frame in reel.frames])
    assert len(steps) <= MOST_FRAMES
    assert (steps[0], steps[-1]) == (1, 3 * MOST_FRAMES)
    gaps = np.diff(steps)
    assert gaps.min() >= 1
    assert gaps.max() <= 12
    assert len(steps) >= MOST_FRAMES // 4


def test_that_memory_is_bounded(snapshot: Snapshot) -> None:
    reel = reel_of(snapshot, 100)
    assert reel.nbytes == sum(frame.nbytes for frame in reel.frames)
    reel.limit(reel.nbytes // 5)
    assert len(reel.frames) in range(6, 21)
    assert reel.nbytes == sum(frame.nbytes for frame in reel.frames)
    reel.limit(0)
    assert [frame.step for frame in reel.frames] == [1, 100]


def test_that_a_look_back_adds_nothing_and_sees_only_what_was_before(snapshot: Snapshot) -> None:
    reel = reel_of(snapshot, 20)
    reel.note(replace(snapshot, step=7))
    assert [frame.step for frame in reel.frames] == list(range(1, 21))
    assert [frame.step for frame in reel.until(7)] == list(range(1, 8))


def test_that_a_branch_shares_the_frames_up_to_its_step(snapshot: Snapshot) -> None:
    runs = RunRecords()
    runs.show(replace(snapshot, generation=1))
    for step in range(1, 9):
        shown = replace(snapshot, generation=1, step=step)
        runs.show(shown)
        runs.current.note(shown, lambda _: (0.0,))
    runs.plan(Branch(5, snapshot.experiment, 2))
    runs.show(replace(snapshot, generation=2, step=5, kept=(1,)))
    assert [frame.step for frame in runs.current.reel.frames] == [1, 2, 3, 4, 5]
    assert [frame.step for frame in runs.others[0].reel.frames] == list(range(1, 9))
