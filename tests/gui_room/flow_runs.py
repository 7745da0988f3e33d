"""A run that the tests of the gradient inspector follow step by step."""

from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.display import Display
from nnviz.gui.selection import Selection
from nnviz.training.commands import Command, Load, StepOnce
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.host import Host
from nnviz.training.mailbox import Mailbox


class Follower:
    """A Display that follows a run step by step."""

    def __init__(self, model: ModelSpec | None = None) -> None:
        self.display = Display(Selection())
        self._mailbox = Mailbox()
        self._host = Host(self._mailbox)
        data = DataSpec("circles", samples=60)
        layers = (LayerSpec(4, "relu"), LayerSpec(3, "relu"))
        self.experiment = ExperimentSpec(data=data, model=model or ModelSpec(layers))
        self.obey(Load(self.experiment, generation=1))

    def obey(self, command: Command) -> None:
        """Let the run obey, and show what comes of it."""
        self._host.obey(command)
        while self._host.seconds_until_due(0.0) is not None:
            self._host.run_slice(float("inf"))
        snapshot = self._mailbox.take().snapshot
        if snapshot is not None:
            self.display.show(snapshot)
            self.display.travel.follow(snapshot)

    def steps(self, count: int) -> "Follower":
        """Train so many steps."""
        for _ in range(count):
            self.obey(StepOnce())
        return self
