"""Predictor: the prediction game of a Playback, for all views that show its numbers."""

from typing import cast

from PySide6.QtCore import QObject, Signal

from nnviz.core.notation import Source
from nnviz.core.partial_terms import progress
from nnviz.core.prediction import Prediction, Verdict
from nnviz.gui.playback import Playback


class Predictor(QObject):
    """Asks for the number at the cursor, and tells what must not be shown.

    There is one for each Playback; get it with :meth:`of`.

    Attributes
    ----------
    game
        Question, verdict and score.

    Signals
    -------
    prediction_changed
        Something is hidden or shown now that was not before, or there is a verdict.
    """

    prediction_changed = Signal()

    def __init__(self, playback: Playback) -> None:
        super().__init__(playback)
        self.game = Prediction()
        self._playback = playback

    @staticmethod
    def of(playback: Playback) -> "Predictor":
        """Return the Predictor of a Playback, made when it is first asked for."""
        found = cast(Predictor | None, playback.findChild(Predictor))
        return Predictor(playback) if found is None else found

    def hides(self, source: Source | None, value: float | None = None) -> bool:
        """Whether a number must not be shown; see :meth:`Prediction.hides`."""
        self.look()
        return self.game.hides(source, value)

    @property
    def hidden(self) -> Source | None:
        """The number that must not be shown now."""
        self.look()
        question = self.game.question
        is_hidden = question is not None and self.game.hides(question.source)
        return question.source if is_hidden and question is not None else None

    def switch(self, is_on: bool) -> None:
        """Begin or end the game."""
        if is_on != self.game.is_on:
            self.game.switch(is_on)
            self._tell()

    def answer(self, text: str) -> Verdict:
        """Judge a number that was typed; raises AnswerError where it is none."""
        verdict = self.game.answer(text)
        self._tell()
        return verdict

    def answer_sign(self, sign: int) -> Verdict:
        """Judge a sign."""
        verdict = self.game.answer_sign(sign)
        self._tell()
        return verdict

    def reveal(self) -> Verdict:
        """Show the number."""
        verdict = self.game.reveal()
        self._tell()
        return verdict

    def look(self) -> None:
        """Ask for the number at the cursor, as after a move."""
        if not self.game.is_on:
            return
        walk, focus = self._playback.walk, self._playback.focus
        line = None if walk is None else walk.line
        if walk is None or line is None or not progress(walk.trace, walk.place, focus).is_done:
            self.game.forget_question()
        else:
            self.game.ask(walk.trace, line.number, focus)

    def _tell(self) -> None:
        self.look()
        self.prediction_changed.emit()
        # Views draw anew what they show at the cursor.
        self._playback.place_changed.emit()
