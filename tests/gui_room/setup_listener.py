"""A Setup panel with somebody who listens to it."""

from PySide6.QtWidgets import QWidget

from nnviz.data.request import DataSpec
from nnviz.gui.panels.setup_panel import SetupPanel
from nnviz.gui.widgets.combo import Combo
from nnviz.training.commands import Load
from nnviz.training.experiment import ExperimentSpec
from nnviz.training.host import Host
from nnviz.training.mailbox import Mailbox
from nnviz.training.snapshot import Snapshot

CIRCLES = ExperimentSpec(data=DataSpec(dataset="circles"))
SINE = ExperimentSpec(data=DataSpec(dataset="sine"))


def snapshot_of(experiment: ExperimentSpec) -> Snapshot:
    mailbox = Mailbox()
    Host(mailbox).obey(Load(experiment, generation=1))
    snapshot = mailbox.take().snapshot
    assert snapshot is not None
    return snapshot


class Listener:
    """A panel in its holder, and what it asks for."""

    def __init__(self, panel: SetupPanel, holder: QWidget) -> None:
        self.panel = panel
        self.holder = holder
        self.wanted: list[ExperimentSpec] = []
        self.rates: list[float] = []
        panel.experiment_requested.connect(self.wanted.append)
        panel.learning_rate_requested.connect(self.rates.append)

    def show(self, experiment: ExperimentSpec) -> None:
        self.panel.show_experiment(snapshot_of(experiment))

    @property
    def only(self) -> ExperimentSpec:
        assert len(self.wanted) == 1
        return self.wanted[0]


def choose(combo: Combo, key: str) -> None:
    """Choose an entry as a person does: by the list's own signal."""
    index = combo.findData(key)
    assert index >= 0
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def is_offered(combo: Combo, key: str) -> bool:
    return bool(combo.model().flags(combo.model().index(combo.findData(key), 0)).value & 32)
