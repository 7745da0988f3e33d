"""The mailbox: newest snapshot, every loss, every failure, bounded memory."""

import numpy as np

from nnviz.training import mailbox as module
from nnviz.training.mailbox import Mailbox
from nnviz.training.snapshot import Failure


def test_that_losses_and_failures_are_kept_until_taken() -> None:
    box = Mailbox()
    box.put_losses(1, 1, np.ones(3, dtype=np.float32))
    box.put_losses(1, 4, np.zeros(2, dtype=np.float32))
    box.put_failure(Failure(1, "first"))
    box.put_failure(Failure(1, "second"))
    delivery = box.take()
    # What follows one another comes in one piece.
    (chunk,) = delivery.losses
    assert (chunk.first_step, chunk.stride) == (1, 1)
    assert chunk.mean.tolist() == [1, 1, 1, 0, 0]
    assert [failure.message for failure in delivery.failures] == ["first", "second"]
    empty = box.take()
    assert not empty.losses
    assert not empty.failures
    assert empty.snapshot is None


def test_that_a_reader_who_never_comes_costs_bounded_memory() -> None:
    box = Mailbox()
    values = np.random.default_rng(0).normal(size=64).astype(np.float32)
    values[17] = 99.0
    count = 40_000
    for index in range(count):
        box.put_losses(1, 1 + 64 * index, values)
    chunks = box.take().losses
    assert sum(len(chunk.mean) for chunk in chunks) <= module._MOST_PENDING
    assert max(float(chunk.maximum.max()) for chunk in chunks) == 99.0
    assert min(float(chunk.minimum.min()) for chunk in chunks) == float(values.min())
    covered = 1
    for chunk in chunks:
        assert chunk.first_step == covered
        covered += len(chunk.mean) * chunk.stride
    assert covered == 1 + 64 * count


def test_that_generations_are_never_folded_together() -> None:
    box = Mailbox()
    for generation in (1, 2):
        for index in range(600):
            first = 1 + 100 * index
            box.put_losses(generation, first, np.full(100, generation, dtype=np.float32))
    for chunk in box.take().losses:
        assert set(chunk.mean.tolist()) == {float(chunk.generation)}
