"""Predict, then reveal: what is hidden, what counts, and the score."""

import numpy as np
import pytest

from nnviz.core.equation import explain
from nnviz.core.looking_glass import Focus
from nnviz.core.notation import Source, six_digits
from nnviz.core.prediction import AnswerError, Prediction, read_number
from nnviz.core.program import LineKind
from nnviz.core.spec import OptimizerSpec
from nnviz.core.trace import StepToRecord, Trace, record
from tests.core.test_trace import network, recipe_for


def step() -> Trace:
    return record(recipe_for(network(), rows=1))


def asking(trace: Trace, line: int, focus: Focus | None = None) -> Prediction:
    game = Prediction()
    game.switch(True)
    game.ask(trace, line, focus or Focus())
    return game


def test_that_the_result_of_a_line_is_asked_for() -> None:
    trace = step()
    game = asking(trace, 1)
    assert game.question is not None
    assert game.question.words == "How much is z₁,₁?"
    assert game.question.value == trace.value("z1")[0, 0]
    assert game.question.source == Source("z1", (0, 0), 1)


def test_that_only_the_result_is_hidden() -> None:
    trace = step()
    game = asking(trace, 1)
    assert game.hides(Source("z1", (0, 0), 1))
    assert not game.hides(Source("z1", (0, 1), 1))
    assert not game.hides(Source("x", (0, 0), 0))
    assert not game.hides(None)
    game.switch(False)
    assert not game.hides(Source("z1", (0, 0), 1))


def test_that_the_rows_before_the_last_of_an_update_stay_readable() -> None:
    recipe = recipe_for(network())
    recipe = StepToRecord(
        recipe.network, recipe.parameters, recipe.inputs, recipe.targets, OptimizerSpec("adam", 0.1)
    )
    trace = record(recipe)
    line = next(line for line in trace.lines if line.line.kind is LineKind.UPDATE)
    game = asking(trace, line.number)
    rows = explain(trace, line.number, Focus()).scalar
    results = [row.numbers[-1] for row in rows]
    hidden = [game.hides(piece.source, piece.value) for piece in results]
    assert hidden == [False] * (len(rows) - 1) + [True]


def test_that_an_answer_within_one_per_cent_counts() -> None:
    trace = step()
    for factor, is_right in ((1.0, True), (1.0099, True), (0.991, True), (1.011, False)):
        game = asking(trace, 1)
        assert game.question is not None
        verdict = game.answer(repr(game.question.value * factor))
        assert verdict.is_right is is_right


def test_that_the_old_value_of_a_parameter_is_no_answer() -> None:
    trace = step()
    line = next(line for line in trace.lines if line.line.kind is LineKind.UPDATE)
    before, after = trace.value("W1", 1), trace.value("W1")
    least = np.argmin(np.abs((after - before) / after))
    source, unit = (int(i) for i in np.unravel_index(least, after.shape))
    game = asking(trace, line.number, Focus(source=source, unit=unit))
    old, new = float(before[source, unit]), float(after[source, unit])
    assert abs(old - new) < 0.01 * abs(new)
    assert game.answer(repr(old)).mistake == "no_update"
    assert game.answer(six_digits(new)).is_right


def test_that_a_right_answer_shows_the_number() -> None:
    game = asking(step(), 1)
    assert game.question is not None
    verdict = game.answer(six_digits(game.question.value))
    assert verdict.words == f"Right: it is {six_digits(game.question.value)}."
    assert not game.hides(game.question.source)


def test_that_a_wrong_answer_is_explained_and_stays_hidden() -> None:
    trace = step()
    line = next(line for line in trace.lines if line.line.kind is LineKind.THROUGH_ACTIVATION)
    game = asking(trace, line.number)
    downstream = trace.value(line.line.reads[0])[0, 0]
    verdict = game.answer(repr(float(downstream)))
    assert verdict.mistake == "forgot_derivative"
    assert "f'(z)" in verdict.words
    assert game.question is not None
    assert game.hides(game.question.source)


def test_that_an_answer_without_a_known_mistake_gets_a_hint() -> None:
    game = asking(step(), 1)
    assert game.question is not None
    value = game.question.value
    assert "more digits" in game.answer(repr(value * 1.03)).words
    assert game.answer(repr(value * 7.3)).words.endswith("its size is smaller.")
    assert game.answer(repr(value / 7.3)).words.endswith("its size is larger.")
    assert "sign" in game.answer(repr(-value * 7.3)).words


def test_that_the_sign_is_answer_enough() -> None:
    game = asking(step(), 1)
    assert game.question is not None
    right = 1 if game.question.value > 0 else -1
    assert not game.answer_sign(-right).is_right
    assert game.answer_sign(right).is_right
    assert (game.right, game.asked) == (0, 1)
    assert not asking(step(), 1).answer_sign(0).is_right


def test_that_the_score_counts_first_answers() -> None:
    trace = step()
    game = asking(trace, 1)
    assert game.question is not None
    game.answer("1000")
    game.answer(repr(game.question.value))
    assert (game.right, game.asked) == (0, 1)
    game.ask(trace, 2, Focus())
    assert game.question.line_number == 2
    game.answer(repr(game.question.value))
    assert (game.right, game.asked) == (1, 2)
    game.ask(trace, 3, Focus())
    game.reveal()
    assert (game.right, game.asked) == (1, 3)


def test_that_a_number_that_was_shown_is_not_asked_for_again() -> None:
    trace = step()
    game = asking(trace, 1)
    game.reveal()
    game.ask(trace, 2, Focus())
    game.ask(trace, 1, Focus())
    assert game.is_open
    game.ask(step(), 1, Focus())
    assert not game.is_open


def test_that_the_score_outlives_the_game() -> None:
    game = asking(step(), 1)
    game.reveal()
    game.switch(False)
    game.switch(True)
    assert game.asked == 1
    assert game.question is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        (" -0,5 ", -0.5),
        ("−.25", -0.25),
        ("1e-3", 0.001),
        ("2/3", 2 / 3),
        ("-1/4", -0.25),
        ("+7", 7.0),
    ],
)
def test_that_numbers_are_read_as_people_type_them(text: str, value: float) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize("text", ["", "abc", "1..2", "1/0", "nan", "--1"])
def test_that_what_is_no_number_is_refused_in_words(text: str) -> None:
    with pytest.raises(AnswerError, match=r"is no number|below its bar"):
        read_number(text)


def test_that_nothing_can_be_answered_where_nothing_is_asked() -> None:
    game = Prediction()
    game.ask(step(), 1, Focus())
    assert game.question is None
    with pytest.raises(LookupError, match="no number to predict"):
        game.answer("1")
    game = asking(step(), 1)
    game.forget_question()
    with pytest.raises(LookupError, match="no number to predict"):
        game.reveal()
