"""Numbers of frames: worked out once, a little at a time, and forgotten with their frame."""

import numpy as np

from nnviz.gui.frame_numbers import FrameNumbers
from nnviz.gui.reel import ReelFrame


def frames_of(count: int) -> list[ReelFrame]:
    empty = np.zeros(0)
    return [
        ReelFrame(step, empty, empty, empty, np.zeros(0, dtype=np.int64)) for step in range(count)
    ]


def test_that_each_frame_is_worked_out_once() -> None:
    done: list[int] = []

    def work(frame: ReelFrame) -> int:
        done.append(frame.step)
        return frame.step**2

    frames = frames_of(5)
    numbers = FrameNumbers(work, clock=lambda: 0.0)
    assert numbers.follow(frames[:3], frames[:3], 1.0)
    assert numbers.follow(frames, frames, 1.0)
    assert sorted(done) == [0, 1, 2, 3, 4]
    assert [found for _, found in numbers.known(frames)] == [0, 1, 4, 9, 16]


def test_that_work_stops_when_its_time_is_over_and_goes_on_later() -> None:
    ticks = iter(range(1000))
    numbers = FrameNumbers(lambda frame: frame.step, clock=lambda: float(next(ticks)))
    frames = frames_of(10)
    assert not numbers.follow(frames, frames, 3.0)
    few = numbers.known(frames)
    assert 1 <= len(few) < 10
    assert few[-1][1] == 9
    rounds = 0
    while not numbers.follow(frames, frames, 3.0):
        rounds += 1
    assert rounds < 10
    assert len(numbers.known(frames)) == 10


def test_that_the_first_frames_worked_out_lie_all_over_the_run() -> None:
    order: list[int] = []
    numbers = FrameNumbers(lambda frame: order.append(frame.step), clock=lambda: 0.0)
    frames = frames_of(200)
    numbers.follow(frames, frames, 1.0)
    assert order[:4] == [199, 135, 71, 7]


def test_that_what_is_known_goes_with_its_frame() -> None:
    done: list[int] = []
    numbers = FrameNumbers(lambda frame: done.append(frame.step), clock=lambda: 0.0)
    frames = frames_of(6)
    numbers.follow(frames, frames, 1.0)
    numbers.follow(frames[::2], frames[::2], 1.0)
    assert len(numbers.known(frames)) == 3
    numbers.follow(frames, frames[:2], 1.0)
    assert sorted(done) == [0, 1, 1, 2, 3, 4, 5]
