"""ByHandDialog: type a small network and its numbers, and walk through its first step."""

from dataclasses import dataclass, replace
from random import Random

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnviz.core.examples import EXAMPLES, ByHandSpec
from nnviz.core.spec import OptimizerSpec
from nnviz.gui.by_hand_form import ByHandForm, ByHandShape
from nnviz.gui.by_hand_tables import ByHandTables, Texts
from nnviz.gui.tab_order import set_tab_order
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.text import as_sentence, role_label, wrapping_label
from nnviz.training.by_hand import experiment_by_hand

OWN = "own"
ON_SHOW = "on_show"
_OWN = ("Numbers of my own", "typed in")
_FORM_WIDTH = 248
_WORDS = (
    "Type a small network, its weights and a few samples, and walk through one training step to "
    "compare it with paper. Tables take cells from a spreadsheet."
)


@dataclass(frozen=True, slots=True)
class _Draft:
    """Everything that a person changed, right or wrong."""

    shape: ByHandShape
    rule: OptimizerSpec
    texts: tuple[Texts, ...]


class ByHandDialog(QDialog):
    """A network to compute by hand, in tables.

    It is hidden, not deleted, when it is closed: what was typed stays.

    Attributes
    ----------
    examples
        Where the numbers came from: a key of ``EXAMPLES``, ``ON_SHOW``, or ``OWN``
        as soon as a person changed anything.
    form, tables
        Choices, and numbers.
    problem
        Says what is wrong, or nothing.

    Signals
    -------
    experiment_chosen
        A person wants to walk through this ExperimentSpec.
    network_on_show_wanted
        A person wants the numbers of the network on show in the tables.
    """

    experiment_chosen = Signal(object)
    network_on_show_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("by_hand_dialog")
        self.setWindowTitle("nnviz: by hand")
        self._own: _Draft | None = None
        self._key = ""
        self._title, self._source = _OWN
        self._draws = Random(0)
        self.examples = Combo("by_hand_examples", "Where the numbers come from", self)
        self.examples.set_entries(
            [
                *((key, example.title) for key, example in EXAMPLES.items()),
                (ON_SHOW, "The network on show"),
                (OWN, _OWN[0]),
            ]
        )
        for key, example in EXAMPLES.items():
            self.examples.describe(key, example.source)
        self.form = ByHandForm(self)
        self.tables = ByHandTables(self)
        self.draw_button = QPushButton("Draw round weights", self)
        self.draw_button.setObjectName("by_hand_draw")
        self.draw_button.setAccessibleName("Draw round weights")
        self.draw_button.setToolTip("Weights of one decimal, easy to compute with")
        reach_by_tab(self.draw_button)
        self.problem = wrapping_label("", "problem", self)
        self.problem.setObjectName("by_hand_problem")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        self.walk_button = self.buttons.addButton("Walk", QDialogButtonBox.ButtonRole.AcceptRole)
        for button in (self.walk_button, *self.buttons.buttons()):
            # Enter ends the typing of a number, and nothing else.
            if isinstance(button, QPushButton):
                button.setAutoDefault(False)
        self.walk_button.setObjectName("by_hand_walk")
        self.walk_button.setAccessibleName("Walk through the first step")
        self._lay_out()
        self._connect()
        self.show_example(EXAMPLES["mazur"], "mazur")
        self.resize(860, 680)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(12)
        left.addWidget(self.examples)
        form = _scrolled(self.form, self)
        form.setFixedWidth(_FORM_WIDTH)
        form.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.form.column.setContentsMargins(2, 0, 12, 4)
        left.addWidget(form, 1)
        right = QVBoxLayout()
        right.setSpacing(12)
        top = QHBoxLayout()
        top.addWidget(role_label("Numbers", "heading", self), 1)
        top.addWidget(self.draw_button)
        right.addLayout(top)
        right.addWidget(_scrolled(self.tables, self), 1)
        middle = QHBoxLayout()
        middle.setSpacing(20)
        middle.addLayout(left)
        middle.addLayout(right, 1)
        column = QVBoxLayout(self)
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(12)
        column.addWidget(wrapping_label(_WORDS, "label", self))
        column.addLayout(middle, 1)
        column.addWidget(self.problem)
        column.addWidget(self.buttons)

    def _connect(self) -> None:
        self.examples.key_chosen.connect(self._choose_example)
        self.form.shape_changed.connect(self._change_shape)
        self.form.rule_changed.connect(self._become_own)
        self.tables.numbers_edited.connect(self._become_own)
        self.draw_button.clicked.connect(self._draw_weights)
        self.buttons.accepted.connect(self._settle)
        self.buttons.rejected.connect(self.reject)

    def show_example(self, example: ByHandSpec, key: str) -> None:
        """Show a set-up; ``key`` says where it comes from."""
        shape = ByHandShape(
            len(example.inputs), len(example.inputs[0]), example.layers, example.loss
        )
        self.form.show_choices(shape, example.optimizer)
        self.tables.show_shape(shape)
        self.tables.show_numbers(example)
        self._title, self._source = example.title, example.source
        self._show_key(key)
        self._order_tabs()

    def _show_key(self, key: str) -> None:
        self._key = key
        self.examples.show_key(key)
        self._tell("")

    def typed(self) -> ByHandSpec:
        """Return what is typed.

        Raises
        ------
        BadNumberError
            At the first cell without a number.
        """
        return replace(
            self.tables.filled(self.form.shape),
            title=self._title,
            source=self._source,
            optimizer=self.form.rule,
        )

    def _choose_example(self, key: str) -> None:
        if self._key == OWN:
            self._own = _Draft(self.form.shape, self.form.rule, self.tables.texts())
        if key == ON_SHOW:
            self.network_on_show_wanted.emit()
        elif key in EXAMPLES:
            self.show_example(EXAMPLES[key], key)
        else:
            self._show_own()

    def _show_own(self) -> None:
        self._title, self._source = _OWN
        self._show_key(OWN)
        if self._own is not None:
            self.form.show_choices(self._own.shape, self._own.rule)
            self.tables.show_shape(self._own.shape)
            self.tables.set_texts(self._own.texts)
            self._order_tabs()

    def refuse(self, problem: str) -> None:
        """Say why the network on show cannot be shown; everything stays."""
        self._show_key(self._key)
        self._tell(problem)

    def _change_shape(self) -> None:
        self.tables.show_shape(self.form.shape)
        self._order_tabs()
        self._become_own()

    def _become_own(self) -> None:
        self._title, self._source = _OWN
        self._show_key(OWN)

    def _draw_weights(self) -> None:
        draw = self._draws.randint
        self.tables.set_weights(
            [
                tuple(
                    tuple(draw(-9, 9) / 10 for _ in range(tables.weights.columnCount()))
                    for _ in range(tables.weights.rowCount())
                )
                for tables in self.tables.layers
            ]
        )
        self._become_own()

    def _settle(self) -> None:
        try:
            experiment = experiment_by_hand(self.typed())
        except ValueError as error:
            self._tell(str(error))
            return
        self._tell("")
        self.accept()
        self.experiment_chosen.emit(experiment)

    def _tell(self, problem: str) -> None:
        self.problem.setText(as_sentence(problem))
        self.problem.setVisible(bool(problem))

    def _order_tabs(self) -> None:
        set_tab_order((self.examples, self.form, self.draw_button, self.tables, self.buttons))


def _scrolled(content: QWidget, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    content.setProperty("role", "scrolled")
    area.setWidget(content)
    return area
