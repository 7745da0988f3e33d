"""PredictPanel: type the hidden number or choose its sign, and read what was wrong."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from nnviz.core.notation import MINUS
from nnviz.core.prediction import AnswerError
from nnviz.gui.predictor import Predictor
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.widgets.text import as_sentence, role_label, wrapping_label

_SIGNS = ((-1, MINUS, "negative"), (0, "0", "zero"), (1, "+", "positive"))


class PredictPanel(QWidget):
    """The game at the foot of the equation pane.

    Signals
    -------
    next_requested
        The number is known; on to the next one.
    """

    next_requested = Signal()

    def __init__(self, predictor: Predictor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._predictor = predictor
        self.setObjectName("predict_panel")
        self.setAccessibleName("Predict the hidden number")
        self.question_label = role_label("", "heading", self)
        self.question_label.setObjectName("predict_question")
        self.score_label = role_label("", "facts", self)
        self.score_label.setObjectName("predict_score")
        self.verdict_label = wrapping_label("", "label", self)
        self.verdict_label.setObjectName("predict_verdict")
        self.verdict_label.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Room for two lines, so that the equations stay where they are.
        self.verdict_label.setMinimumHeight(2 * self.verdict_label.fontMetrics().lineSpacing())
        self.field = QLineEdit(self)
        self.field.setObjectName("predict_answer")
        self.field.setAccessibleName("Your answer")
        self.field.setPlaceholderText("Your number")
        self.field.setMinimumWidth(72)
        self.check_button = QPushButton("Check", self)
        self.check_button.setObjectName("predict_check")
        self.check_button.setAccessibleName("Check the answer")
        self.reveal_button = QPushButton("Reveal", self)
        self.reveal_button.setObjectName("predict_reveal")
        self.reveal_button.setAccessibleName("Show the hidden number")
        self.sign_buttons = tuple(
            PlotButton(f"predict_{name}", text, f"The number is {name}", self)
            for _, text, name in _SIGNS
        )
        self._arrange()
        self.field.returnPressed.connect(self._check)
        self.field.textEdited.connect(lambda: self._mark_wrong(is_wrong=False))
        self.check_button.clicked.connect(self._check)
        self.reveal_button.clicked.connect(self._reveal)
        for (sign, _, _), button in zip(_SIGNS, self.sign_buttons, strict=True):
            button.clicked.connect(lambda *_, sign=sign: self._choose_sign(sign))

    def _arrange(self) -> None:
        head, row, signs = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.question_label, 1)
        head.addWidget(self.score_label)
        row.setSpacing(6)
        row.addWidget(self.field, 1)
        row.addWidget(self.check_button)
        row.addWidget(self.reveal_button)
        signs.setSpacing(4)
        signs.addWidget(role_label("or only its sign:", "hint", self))
        for button in self.sign_buttons:
            signs.addWidget(button)
        signs.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addLayout(row)
        column.addLayout(signs)
        column.addWidget(self.verdict_label)

    def refresh(self) -> None:
        """Show question, verdict and score."""
        self._predictor.look()
        game = self._predictor.game
        question, verdict = game.question, game.verdict
        self.setVisible(game.is_on)
        if not game.is_on:
            return
        words = "Step on to the next number" if question is None else question.words
        if words != self.question_label.text():
            self.question_label.setText(words)
            self.field.clear()
            self._mark_wrong(is_wrong=False)
        self.score_label.setText(f"{game.right} of {game.asked} right" if game.asked else "")
        can_answer = question is not None and not game.is_open
        self.field.setEnabled(can_answer)
        self.reveal_button.setEnabled(can_answer)
        self.check_button.setText("Check" if can_answer else "Next")
        for button in self.sign_buttons:
            button.setEnabled(can_answer)
        if question is None:
            said = "There is nothing to predict here."
        elif verdict is None:
            said = question.title if can_answer else "You know this one already."
        else:
            said = verdict.words
        self.verdict_label.setText(said)

    def _check(self) -> None:
        game = self._predictor.game
        if game.question is None or game.is_open:
            self.next_requested.emit()
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        try:
            verdict = self._predictor.answer(self.field.text())
        except AnswerError as error:
            self.verdict_label.setText(as_sentence(str(error)))
            self._mark_wrong(is_wrong=True)
            return
        self._mark_wrong(is_wrong=not verdict.is_right)
        if verdict.is_right:
            self.check_button.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.field.selectAll()

    def _choose_sign(self, sign: int) -> None:
        game = self._predictor.game
        if game.question is not None and not game.is_open:
            self._predictor.answer_sign(sign)

    def _reveal(self) -> None:
        game = self._predictor.game
        if game.question is not None and not game.is_open:
            self._predictor.reveal()

    def _mark_wrong(self, is_wrong: bool) -> None:
        if bool(self.field.property("wrong")) != is_wrong:
            self.field.setProperty("wrong", is_wrong)
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)
