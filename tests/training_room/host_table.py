"""A host that is told what to do, for tests of its memory."""

import numpy as np

from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.request import DataSpec
from nnviz.training import commands
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.host import Host
from nnviz.training.mailbox import Delivery, Mailbox
from nnviz.training.snapshot import Snapshot

EXPERIMENT = ExperimentSpec(
    data=DataSpec(dataset="circles", samples=60),
    model=ModelSpec((LayerSpec(5, dropout=0.2),), loss="binary_cross_entropy"),
    optimizer=OptimizerSpec("adam", 0.05),
    batch_size=7,
)


class Table:
    """A host that is told what to do, and the snapshots that came of it."""

    def __init__(self, experiment: ExperimentSpec = EXPERIMENT) -> None:
        self.awaited = False
        self.mailbox = Mailbox()
        self.host = Host(self.mailbox, is_awaited=lambda: self.awaited)
        self.snapshots: dict[int, Snapshot] = {}
        self.tell(commands.Load(experiment, 1))

    def tell(self, command: commands.Command) -> Delivery:
        self.host.obey(command)
        while self.host.seconds_until_due(0.0) is not None:
            self.host.run_slice(float("inf"))
        return self.mailbox.take()

    def snapshot(self, command: commands.Command) -> Snapshot:
        snapshot = self.tell(command).snapshot
        assert snapshot is not None
        return snapshot

    def steps(self, count: int) -> Snapshot:
        assert count > 0
        for _ in range(count):
            snapshot = self.snapshot(commands.StepOnce())
            self.snapshots[snapshot.step] = snapshot
        return snapshot

    def seek(self, step: int) -> Snapshot:
        return self.snapshot(commands.Seek(step))


def assert_same(one: Snapshot, other: Snapshot) -> None:
    assert (one.step, one.epoch, one.batch) == (other.step, other.epoch, other.batch)
    assert np.array_equal(one.parameters, other.parameters)
    assert np.array_equal(one.gradients, other.gradients)
    assert np.array_equal(one.batch_rows, other.batch_rows)
    assert one.batch_loss == other.batch_loss
    assert one.evaluation == other.evaluation
    assert one.experiment == other.experiment
