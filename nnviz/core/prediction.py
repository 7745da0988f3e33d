"""Predict, then reveal: the next number is hidden until it has been guessed.

It knows no window: whoever shows numbers asks :meth:`Prediction.hides`.
"""

import math
import re
from dataclasses import dataclass

from nnviz.core.equation import explain
from nnviz.core.looking_glass import Focus
from nnviz.core.notation import MINUS, Piece, Source, six_digits
from nnviz.core.trace import Trace
from nnviz.core.usual_mistakes import diagnose, tolerance

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?(/\d+([.,]\d*)?)?", re.IGNORECASE)
_SIGN_NAMES = {-1: "negative", 0: "zero", 1: "positive"}


class AnswerError(ValueError):
    """What was typed is no number."""


@dataclass(frozen=True, slots=True)
class Question:
    """A number that is hidden.

    Attributes
    ----------
    line_number, focus
        The line that computes it, and which scalar of the line it is.
    symbol, value, source
        Its name, what it is, and where it stands.
    title
        What the line does, in words.
    """

    line_number: int
    focus: Focus
    symbol: Piece
    value: float
    source: Source | None
    title: str

    @property
    def words(self) -> str:
        """What is asked."""
        return f"How much is {self.symbol.text}?"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of an answer.

    Attributes
    ----------
    is_right
        Whether it counts.
    words
        A sentence: what was right, or what probably went wrong.
    mistake
        Key of the mistake that was recognised, or ``None``.
    """

    is_right: bool
    words: str
    mistake: str | None = None


class Prediction:
    """The game: one question at a time, and the score of the session.

    Attributes
    ----------
    is_on
        Whether numbers are hidden.
    question
        What is asked now; ``None`` where there is nothing to predict.
    verdict
        Of the last answer to it.
    is_open
        Whether the number may be read: answered right, or revealed.
    right, asked
        Questions that were right at the first answer, and all that were answered
        or given up.
    """

    def __init__(self) -> None:
        self.is_on = False
        self.question: Question | None = None
        self.verdict: Verdict | None = None
        self.is_open = False
        self.right = 0
        self.asked = 0
        self._trace: Trace | None = None
        self._done: set[tuple[int, Focus]] = set()

    def switch(self, is_on: bool) -> None:
        """Begin or end hiding numbers; the score is kept."""
        self.is_on = is_on
        self.question = self.verdict = None

    def ask(self, trace: Trace, line_number: int, focus: Focus) -> None:
        """Ask for the result of a line; what was answered before stays open."""
        if not self.is_on:
            return
        if trace is not self._trace:
            self._trace = trace
            self._done.clear()
            self.question = None
        old = self.question
        if old is not None and (old.line_number, old.focus) == (line_number, focus):
            return
        equation = explain(trace, line_number, focus).scalar[-1]
        result = equation.numbers[-1]
        self.verdict = None
        self.question = Question(
            line_number,
            focus,
            equation.symbols[0],
            result.value or 0.0,
            result.source,
            explain(trace, line_number, focus).title,
        )
        self.is_open = (line_number, focus) in self._done

    def forget_question(self) -> None:
        """Ask nothing, as where the number at the cursor is not computed yet."""
        self.question = self.verdict = None

    def hides(self, source: Source | None, value: float | None = None) -> bool:
        """Whether a number must not be shown.

        Parameters
        ----------
        source
            Where it comes from.
        value
            What it is, where several numbers share a source (such as the rows of
            an update, which all belong to the new weight).
        """
        question = self.question
        if not self.is_on or question is None or self.is_open or source is None:
            return False
        return source == question.source and value in (None, question.value)

    def answer(self, text: str) -> Verdict:
        """Judge a number that was typed.

        Raises
        ------
        AnswerError
            If it is no number.
        LookupError
            If nothing is asked.
        """
        guess = read_number(text)
        question = self._asked()
        assert self._trace is not None
        allowed = tolerance(self._trace, question.line_number, question.focus)
        if abs(guess - question.value) <= allowed:
            return self._settle(Verdict(True, f"Right: it is {six_digits(question.value)}."))
        mistake = diagnose(self._trace, question.line_number, question.focus, guess)
        if mistake is None:
            words = _hint(guess, question.value)
            return self._settle(Verdict(False, words))
        return self._settle(Verdict(False, mistake.words, mistake.key))

    def answer_sign(self, sign: int) -> Verdict:
        """Judge a sign: -1, 0 or 1."""
        question = self._asked()
        is_right = sign == _sign(question.value)
        names = _SIGN_NAMES[sign], _SIGN_NAMES[_sign(question.value)]
        words = f"Right: it is {names[1]}, {six_digits(question.value)}."
        if not is_right:
            words = f"It is not {names[0]}. Follow the signs of the factors, then try again."
        return self._settle(Verdict(is_right, words))

    def reveal(self) -> Verdict:
        """Give up: show the number."""
        question = self._asked()
        self.is_open = True
        return self._settle(Verdict(False, f"It is {six_digits(question.value)}."))

    def _asked(self) -> Question:
        if self.question is None:
            raise LookupError("there is no number to predict here")
        return self.question

    def _settle(self, verdict: Verdict) -> Verdict:
        question = self._asked()
        key = (question.line_number, question.focus)
        is_first = self.verdict is None and key not in self._done
        if is_first:
            self.asked += 1
            self.right += verdict.is_right
        self.verdict = verdict
        self.is_open = self.is_open or verdict.is_right
        if self.is_open:
            self._done.add(key)
        return verdict


def read_number(text: str) -> float:
    """Return what a person typed: ``0.5``, ``-0,5``, ``1e-3`` or ``2/3``.

    Raises
    ------
    AnswerError
        If it is no number.
    """
    cleaned = text.strip().replace(MINUS, "-").replace(" ", "")
    if not _NUMBER.fullmatch(cleaned):
        raise AnswerError(f"“{text.strip()}” is no number: type one such as 0.25, −1e−3 or 2/3")
    above, _, below = cleaned.replace(",", ".").partition("/")
    if below and float(below) == 0:
        raise AnswerError("a fraction cannot have 0 below its bar")
    return float(above) / float(below or 1)


def _sign(value: float) -> int:
    return (value > 0) - (value < 0)


def _hint(guess: float, value: float) -> str:
    if value and guess and abs(math.log10(abs(guess / value))) < math.log10(1.1):
        return "Close, but not within 1 %: use more digits on the way."
    if _sign(guess) != _sign(value):
        return f"Not quite: it is {_SIGN_NAMES[_sign(value)]}. Look at the signs of the factors."
    size = "smaller" if abs(guess) > abs(value) else "larger"
    return f"Not quite: the sign is right, but its size is {size}."
