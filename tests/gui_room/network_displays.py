"""Displays of real, briefly trained networks for the tests of the diagram."""

from dataclasses import replace

from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.selection import Selection
from nnviz.training.commands import Load, StepOnce
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.host import Host
from nnviz.training.mailbox import Mailbox
from nnviz.training.snapshot import RunState


def display_of(
    dataset: str = "circles",
    hidden: tuple[int, ...] = (6, 5, 3),
    activation: str = "tanh",
    *,
    output: str = "linear",
    loss: str | None = None,
    steps: int = 3,
    initializer: str = "glorot_uniform",
    state: RunState = RunState.PAUSED,
) -> Display:
    """Return a Display of a network after a few steps."""
    layers = tuple(LayerSpec(size, activation) for size in hidden)
    model = ModelSpec(layers, output, loss, initializer)
    mailbox = Mailbox()
    host = Host(mailbox)
    host.obey(Load(ExperimentSpec(DataSpec(dataset=dataset), model), generation=1))
    for _ in range(steps):
        host.obey(StepOnce())
        host.run_slice(60.0)
    snapshot = mailbox.take().snapshot
    assert snapshot is not None
    display = Display(Selection())
    display.show(replace(snapshot, state=state))
    return display
