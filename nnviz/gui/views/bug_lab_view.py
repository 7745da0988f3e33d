"""BugLabView: hide a fault in the recorded steps, find it with the check, and name it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnviz.core.fault_setup import Fault
from nnviz.gui.bug_lab_control import BugLabControl
from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.view import View
from nnviz.gui.views.walk_links import WELCOME
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.text import as_sentence, role_label, wrapping_label

_ABOUT = (
    "A fault is put into the steps that you walk through, as in a program with a mistake. "
    "Find out with the Check pane what is wrong, and name it."
)


class BugLabView(View):
    """The game: a fault is hidden, checked for, named and explained.

    Attributes
    ----------
    control
        The bug lab of this Playback.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Bug lab")
        self.control = BugLabControl.of(display.playback)
        self._choices: tuple[Fault, ...] = ()
        self._build()
        self.control.lab_changed.connect(self.refresh)
        self.hide_button.clicked.connect(self.control.hide_one)
        self.show_button.clicked.connect(self._show_chosen)
        self.name_button.clicked.connect(self._name)
        self.hint_button.clicked.connect(self._hint)
        self.reveal_button.clicked.connect(self.control.reveal)
        self.end_button.clicked.connect(self.control.end)

    def _build(self) -> None:
        self.welcome = wrapping_label(WELCOME, "hint", self)
        self.about_label = wrapping_label(_ABOUT, "label")
        self.state_label = self._text("bug_lab_state", "heading")
        self.score_label = role_label("", "facts")
        self.score_label.setObjectName("bug_lab_score")
        self.finding_label = self._text("bug_lab_finding", "label")
        self.list_box = Combo("bug_lab_faults", "Fault")
        self.hide_button = _button("bug_lab_hide", "Hide a fault", "Hide a fault, to be found")
        self.show_button = _button("bug_lab_show", "Switch on", "Switch the chosen fault on")
        self.name_button = _button("bug_lab_name", "It is this one", "Name the hidden fault")
        self.hint_button = _button("bug_lab_hint", "Hint", "Say where to look")
        self.reveal_button = _button("bug_lab_reveal", "Reveal", "Tell which fault it is")
        self.end_button = _button("bug_lab_end", "Switch off", "Record right steps again")
        self.judgement_label = self._text("bug_lab_judgement", "label")
        self.explanation_label = self._text("bug_lab_explanation", "label")
        self.source_label = self._text("bug_lab_source", "hint")
        self.content = QWidget()
        self.content.setProperty("role", "scrolled")
        column = QVBoxLayout(self.content)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.state_label, 1)
        head.addWidget(self.score_label, 0, Qt.AlignmentFlag.AlignTop)
        column.addWidget(self.welcome)
        column.addLayout(head)
        column.addWidget(self.about_label)
        column.addWidget(self.finding_label)
        column.addWidget(self.list_box)
        column.addLayout(_row(self.name_button, self.show_button, self.hide_button))
        column.addLayout(_row(self.hint_button, self.reveal_button, self.end_button))
        for label in (self.judgement_label, self.explanation_label, self.source_label):
            column.addWidget(label)
        column.addStretch(1)
        self._frame_content()

    def _frame_content(self) -> None:
        frame = QScrollArea(self)
        frame.setObjectName("bug_lab_scroll")
        frame.setAccessibleName("Bug lab")
        frame.setFrameShape(QFrame.Shape.NoFrame)
        frame.setWidgetResizable(True)
        frame.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        frame.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        frame.setWidget(self.content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(frame)

    def _text(self, name: str, role: str) -> QLabel:
        label = wrapping_label("", role)
        label.setObjectName(name)
        return label

    def refresh(self) -> None:
        """Show what is on, what was found, and what came of naming it."""
        control, lab = self.control, self.control.lab
        has_trace = control.setup is not None
        self.welcome.setVisible(not has_trace)
        self._offer(control.choices)
        self.about_label.setVisible(not lab.is_on)
        self.state_label.setText(self._state())
        self.score_label.setText(f"{lab.right} of {lab.asked} at first try" if lab.asked else "")
        finding = control.finding
        if lab.is_hidden and not finding:
            finding = "Open the Check pane: it compares the gradients, and the update."
        _say(self.finding_label, finding)
        self.list_box.setEnabled(has_trace)
        self.hide_button.setVisible(not lab.is_hidden)
        self.hide_button.setEnabled(has_trace)
        self.show_button.setVisible(not lab.is_hidden)
        self.show_button.setEnabled(has_trace and bool(self._choices))
        for button in (self.name_button, self.hint_button, self.reveal_button):
            button.setVisible(lab.is_hidden)
        self.end_button.setVisible(lab.is_on)
        said = "" if lab.judgement is None else lab.judgement.words
        _say(self.judgement_label, said or as_sentence(control.problem))
        self._explain(lab.fault if not lab.is_hidden else None)
        self.set_facts("a fault is on" if lab.is_on else "")

    def _state(self) -> str:
        lab = self.control.lab
        if lab.is_hidden:
            return "There is a fault. Which one?"
        return "No fault is on" if lab.fault is None else f"On: {lab.fault.label}"

    def _offer(self, choices: tuple[Fault, ...]) -> None:
        if choices == self._choices:
            return
        self._choices = choices
        self.list_box.set_entries((fault.key, fault.label) for fault in choices)
        if self.list_box.currentIndex() < 0 and choices:
            self.list_box.setCurrentIndex(0)

    def _explain(self, fault: Fault | None) -> None:
        _say(self.explanation_label, "" if fault is None else fault.words)
        source = "" if fault is None or not fault.source else f"Seen in: {fault.source}."
        _say(self.source_label, source)

    def _name(self) -> None:
        self.control.name(self.list_box.currentData())

    def _show_chosen(self) -> None:
        self.control.show(self.list_box.currentData())

    def _hint(self) -> None:
        fault = self.control.lab.fault
        if fault is not None:
            _say(self.judgement_label, fault.hint)


def _button(name: str, words: str, spoken: str) -> QPushButton:
    button = QPushButton(words)
    button.setObjectName(name)
    button.setAccessibleName(spoken)
    button.setToolTip(spoken)
    reach_by_tab(button)
    return button


def _row(*buttons: QPushButton) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(6)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return row


def _say(label: QLabel, text: str) -> None:
    label.setText(text)
    label.setVisible(bool(text))
