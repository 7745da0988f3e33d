"""InitializationView: what starting weights do to signals and gradients, before training."""

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnviz.core.initializer_numbers import worked_start
from nnviz.core.signal_flow import FlowSetup
from nnviz.core.signal_theory import prediction_problem
from nnviz.gui.background import Background, Progress
from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.initialization_canvas import InitializationCanvas
from nnviz.gui.views.initialization_choice import (
    LabChoice,
    first_seed,
    free_setup,
    loaded_setup,
    start_problem,
    with_start,
)
from nnviz.gui.views.initialization_controls import LabControls, StartControls
from nnviz.gui.views.initialization_matrix import MatrixCard
from nnviz.gui.views.initialization_words import facts, verdict
from nnviz.gui.views.initialization_work import LabFindings, measure
from nnviz.gui.views.view import View
from nnviz.gui.widgets.text import wrapping_label

# From this width on the controls stand beside the picture.
_BESIDE = 620
_SIDE = 238
_ANY_SIZE = 16777215
# What the picture leaves of a low dock, and of a higher one, to the controls, px.
_BAR, _ABOVE = 46, 86
_LOWEST, _ENOUGH = 110, 420
_LOW = 280


class InitializationView(View):
    """Skylines, spread and weight matrix of networks that have learnt nothing.

    Attributes
    ----------
    choice
        What is looked at.
    findings
        What was measured so far, or ``None``.
    layer
        The layer whose matrix is explained, from 1.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Initialisation lab")
        self.choice = LabChoice()
        self.findings: LabFindings | None = None
        self.layer = 1
        self._asked: tuple[LabChoice, int | None] | None = None
        self._shown: tuple[LabChoice, str | None] | None = None
        self._generation: int | None = None
        self._is_wide: bool | None = None
        self._is_low = False
        self.background = Background(self)
        self.start_controls = StartControls()
        self.controls = LabControls()
        self.canvas = InitializationCanvas(theme)
        self.matrix = MatrixCard(theme)
        self.verdict_label = wrapping_label("", "label")
        self.verdict_label.setObjectName("initialization_verdict")
        self._build()
        self._connect()
        self._arrange()

    def _build(self) -> None:
        self.picture = QWidget()
        column = QVBoxLayout(self.picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.verdict_label)
        column.addWidget(self.canvas, 1)
        self.content = QWidget()
        self.content.setProperty("role", "scrolled")
        self._grid = QGridLayout(self.content)
        self._grid.setContentsMargins(10, 4, 10, 6)
        self._grid.setVerticalSpacing(8)
        self.frame = QScrollArea(self)
        self.frame.setObjectName("initialization_scroll")
        self.frame.setAccessibleName("Initialisation lab")
        self.frame.setFrameShape(QFrame.Shape.NoFrame)
        self.frame.setWidgetResizable(True)
        self.frame.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.frame.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.frame.setWidget(self.content)
        self._outer = QHBoxLayout(self)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(0)
        # The dock says how small the lab may be, not the words and fields of the moment.
        self._outer.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self._outer.addWidget(self.frame)

    def _connect(self) -> None:
        self.background.progressed.connect(self._take)
        self.background.finished.connect(self._take)
        self.background.failed.connect(self._say)
        self.start_controls.choice_chosen.connect(self.choose)
        self.controls.choice_chosen.connect(self.choose)
        self.controls.shared_chosen.connect(self.canvas.set_shared)
        self.controls.start_wanted.connect(self._use)
        self.canvas.layer_chosen.connect(self.show_layer)

    # Where the parts stand.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the controls beside the picture where there is room."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        is_wide = self.width() >= _BESIDE
        is_low = self.height() < _LOW
        if is_low != self._is_low:
            self._is_low = is_low
            self._say_verdict()
        if is_wide:
            self.picture.setMinimumHeight(0)
            self.picture.setMaximumHeight(_ANY_SIZE)
        else:
            room = self.height() - (_BAR if is_low else _ABOVE)
            self.picture.setFixedHeight(min(max(room, _LOWEST), _ENOUGH))
        if is_wide == self._is_wide:
            return
        self._is_wide = is_wide
        parts: list[QWidget] = [self.start_controls, self.picture, self.controls, self.matrix]
        for part in parts:
            self._grid.removeWidget(part)
        self._outer.removeWidget(self.picture)
        self.start_controls.stack(is_wide)
        if is_wide:
            self._outer.addWidget(self.picture, 1)
            self.picture.setContentsMargins(4, 4, 8, 4)
            self.frame.setFixedWidth(_SIDE)
            parts.remove(self.picture)
        else:
            self.picture.setContentsMargins(0, 0, 0, 0)
            self.frame.setMinimumWidth(0)
            self.frame.setMaximumWidth(_ANY_SIZE)
        for row, part in enumerate(parts):
            self._grid.addWidget(part, row, 0)
        for row in range(5):
            self._grid.setRowStretch(row, int(row == (4 if is_wide else 1)))

    # What is shown.

    def refresh(self) -> None:
        """Measure anew if something else is to be looked at."""
        display = self.display
        generation = display.snapshot.generation if display.is_ready else None
        if not self.choice.is_free and generation != self._generation and display.is_ready:
            self.choice = self.choice.with_start_of(display.snapshot.experiment)
        self._generation = generation
        wanted = (self.choice, None if self.choice.is_free else generation)
        if wanted != self._asked:
            self._asked = wanted
            self._begin()
        self._show_controls()

    def choose(self, choice: LabChoice) -> None:
        """Look at something else."""
        display = self.display
        if self.choice.is_free and not choice.is_free and display.is_ready:
            choice = choice.with_start_of(display.snapshot.experiment)
        self.choice = choice
        self.refresh()

    def _begin(self) -> None:
        choice = self.choice
        if not choice.is_free and not self.display.is_ready:
            self.background.cancel()
            self._show(None)
            self._say("There is no network yet: choose data and layers in the Setup panel.")
            return
        setup: FlowSetup = (
            free_setup(choice) if choice.is_free else loaded_setup(choice, self.display)
        )
        work = partial(measure, setup, choice.starts, first_seed(choice, self.display))
        if self.isVisible():
            self.background.start(work)
        else:
            # Off the screen, as for a picture, nobody waits.
            self.background.cancel()
            self._take(work(Progress()))

    def _show_controls(self) -> None:
        shown = self.choice, start_problem(self.display, self.choice)
        # Shown anew, a field would lose what is being typed into it.
        if shown != self._shown:
            self._shown = shown
            self.start_controls.show_choice(self.choice)
            self.controls.show_choice(*shown)

    def _take(self, findings: object) -> None:
        assert isinstance(findings, LabFindings)
        self._show(findings)

    def _show(self, findings: LabFindings | None) -> None:
        self.findings = findings
        self.canvas.show_findings(findings)
        self.set_facts(facts(findings, self.theme))
        if findings is not None:
            self._say_verdict()
            self.show_layer(min(self.layer, findings.depth))

    def _say_verdict(self) -> None:
        """Say what the start does, in few words where the dock is low."""
        if self.findings is not None:
            whole = _sentences(self.findings)
            self._say(verdict(self.findings, is_short=True) if self._is_low else whole)
            self.canvas.setAccessibleDescription(whole)

    def _say(self, sentence: str) -> None:
        self.verdict_label.setText(sentence)

    def show_layer(self, layer: int) -> None:
        """Explain the matrix of another layer."""
        self.layer = layer
        self.canvas.show_layer(layer)
        if self.findings is None:
            return
        spec = self.findings.setup.spec
        fan_in, fan_out = spec.layer_sizes[layer - 1 : layer + 1]
        start = worked_start(spec.initializer, fan_in, fan_out, spec.initializer_std)
        self.matrix.show_start(layer, start, self.findings.weights[layer - 1])

    def _use(self) -> None:
        if start_problem(self.display, self.choice) is None:
            self.display.wishes.load(with_start(self.display.snapshot.experiment, self.choice))

    def apply_theme(self) -> None:
        """Use the colours of the theme."""
        self.canvas.wear(self.theme)
        self.matrix.wear(self.theme)
        self.set_facts(facts(self.findings, self.theme))

    def release(self) -> None:
        """Give up what is being measured."""
        self.background.close()


def _sentences(findings: LabFindings) -> str:
    problem = prediction_problem(findings.setup.spec)
    said = verdict(findings)
    return said if problem is None else f"{said} No prediction: {problem}."
