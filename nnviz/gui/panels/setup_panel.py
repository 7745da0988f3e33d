"""SetupPanel: what is trained, and on what, as the snapshot says and a person may change."""

import msgspec
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from nnviz.core.spec import OptimizerSpec
from nnviz.data.request import DataSpec
from nnviz.gui.panels.data_section import DataSection
from nnviz.gui.panels.model_section import ModelSection, model_problem
from nnviz.gui.panels.optimizer_section import OptimizerSection
from nnviz.gui.tab_order import set_tab_order
from nnviz.gui.theme import DARK, Theme
from nnviz.gui.widgets.text import wrapping_label
from nnviz.training.experiment import ExperimentSpec, ModelSpec, drawn_anew
from nnviz.training.snapshot import Snapshot


class SetupPanel(QWidget):
    """Edits an ExperimentSpec.

    Every change makes a new specification and asks for it. What is shown follows
    the snapshots, so a request that was refused leaves what is really loaded.

    Attributes
    ----------
    data, model, optimizer
        The three sections.
    problem_label
        Why the last request was refused; hidden when there is nothing to say.

    Signals
    -------
    experiment_requested
        A person wants this ExperimentSpec.
    learning_rate_requested
        A person wants another learning rate, without a reset.
    open_file_requested
        A person wants to choose a file.
    """

    experiment_requested = Signal(object)
    learning_rate_requested = Signal(float)
    open_file_requested = Signal()

    def __init__(self, theme: Theme = DARK, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("setup_panel")
        self._snapshot: Snapshot | None = None
        self._wanted = ExperimentSpec()
        self.data = DataSection(theme)
        self.model = ModelSection()
        self.optimizer = OptimizerSection()
        self.problem_label = wrapping_label("", "problem", self)
        self.problem_label.setObjectName("setup_problem")
        self.problem_label.hide()
        self._sections = QWidget()
        self._sections.setProperty("role", "scrolled")
        sections = QVBoxLayout(self._sections)
        sections.setContentsMargins(3, 0, 9, 4)
        sections.setSpacing(18)
        for section in (self.data, self.model, self.optimizer):
            sections.addWidget(section)
        sections.addStretch(1)
        self._sections.setEnabled(False)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(self._sections)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.problem_label)
        column.addWidget(scroll, 1)
        self._scroll = scroll
        self._connect()

    def _connect(self) -> None:
        self.data.data_chosen.connect(self._want_data)
        self.data.batch_size_chosen.connect(lambda size: self._want(batch_size=size))
        self.data.open_file_requested.connect(self.open_file_requested)
        self.model.model_chosen.connect(self._want_model)
        self.optimizer.optimizer_chosen.connect(self._want_optimizer)
        self.optimizer.learning_rate_chosen.connect(self._want_learning_rate)
        self.optimizer.patience_chosen.connect(lambda epochs: self._want(patience=epochs))
        self.optimizer.dtype_chosen.connect(lambda dtype: self._want(dtype=dtype))
        self.optimizer.seed_chosen.connect(self._want_seed)
        app = QApplication.instance()
        assert isinstance(app, QApplication), "a panel needs a QApplication"
        app.focusChanged.connect(self._scroll_to_focus)

    def _scroll_to_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        # QScrollArea does so itself only for a Tab that began inside it.
        if new is not None and self._sections.isAncestorOf(new):
            self._scroll.ensureWidgetVisible(new, 0, 8)

    def set_theme(self, theme: Theme) -> None:
        """Use these colours from now on."""
        self.data.set_theme(theme)

    def load_thumbnails(self) -> None:
        """Draw the data sets' points; not done before the first painting, as it takes a while."""
        self.data.load_thumbnails()

    def show_experiment(self, snapshot: Snapshot) -> None:
        """Show what a snapshot says, if it says anything new."""
        old = self._snapshot
        if old is not None and old.experiment is snapshot.experiment and old.data is snapshot.data:
            return
        self._snapshot = snapshot
        self._wanted = snapshot.experiment
        self._sections.setEnabled(True)
        self._show_problem("")
        self._show(snapshot)

    def return_to_loaded(self) -> None:
        """Show what is really loaded again, after a request was refused."""
        if self._snapshot is None:
            return
        refused, self._wanted = self._wanted, self._snapshot.experiment
        self._show(self._snapshot)
        is_new_file = refused.data != self._wanted.data and refused.data.file is not None
        if is_new_file and not refused.data.drop_incomplete_rows:
            self.data.offer_again(refused.data)

    def request_file(self, path: str, target: str | None = None) -> None:
        """Ask for a table; without a target column, nnviz guesses and says so."""
        old = self._wanted.data
        self._want_data(
            DataSpec(
                dataset=None,
                file=path,
                target=target,
                seed=old.seed,
                validation=old.validation,
                scaling=old.scaling,
            )
        )

    def _show(self, snapshot: Snapshot) -> None:
        experiment = snapshot.experiment
        self.data.show_data(experiment.data, snapshot.data, experiment.batch_size)
        rows = len(self.model.layers.rows)
        self.model.show_model(
            experiment.model, snapshot.network, snapshot.data, snapshot.parameters.size
        )
        if len(self.model.layers.rows) != rows:
            set_tab_order((self,))
        self.optimizer.show_experiment(experiment)

    def _show_problem(self, problem: str) -> None:
        self.problem_label.setText(problem)
        self.problem_label.setVisible(bool(problem))

    def _want(self, **changes: object) -> None:
        """Ask for the wanted experiment with these parts changed."""
        self._wanted = msgspec.structs.replace(self._wanted, **changes)
        self._show_problem("")
        self.experiment_requested.emit(self._wanted)

    def _want_data(self, data: DataSpec) -> None:
        old = self._wanted.data
        model = self._wanted.model
        if (data.dataset, data.file, data.target) != (old.dataset, old.file, old.target):
            # Another kind of target may need another loss: take the usual one for it.
            model = msgspec.structs.replace(
                model, loss=None, output_activation="linear", start=None
            )
            self.model.base = model
        self._want(data=data, model=model)

    def _want_model(self, model: ModelSpec) -> None:
        problem = model_problem(model, self._snapshot.data) if self._snapshot is not None else None
        if problem is not None:
            self.return_to_loaded()
            self._show_problem(problem)
        else:
            self._want(model=model)

    def _want_seed(self, seed: int) -> None:
        self._want(seed=seed, model=drawn_anew(self._wanted, seed).model)

    def _want_optimizer(self, optimizer: OptimizerSpec) -> None:
        self._want(optimizer=optimizer)

    def _want_learning_rate(self, learning_rate: float) -> None:
        optimizer = msgspec.structs.replace(self._wanted.optimizer, learning_rate=learning_rate)
        self._wanted = msgspec.structs.replace(self._wanted, optimizer=optimizer)
        self.learning_rate_requested.emit(learning_rate)
