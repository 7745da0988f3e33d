"""Long sums: terms that are left out, written out on request, and not done yet."""

import numpy as np
import pytest

from nnviz.core.equation import explain, within
from nnviz.core.layout import ParameterLayout
from nnviz.core.long_sums import gaps, terms_of, with_terms
from nnviz.core.looking_glass import Focus
from nnviz.core.notation import join_text
from nnviz.core.partial_terms import DONE, pending_numbers, progress
from nnviz.core.program import LineKind
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.core.trace import StepToRecord, Trace, record
from nnviz.core.walk import Size, Walk
from tests.core.test_trace import SGD, network, recipe_for


def wide(rows: int = 40, activation: str = "relu") -> Trace:
    """Record a step with 784 inputs."""
    layers = (LayerSpec(30, activation), LayerSpec(3, "linear"))
    spec = NetworkSpec(784, layers, "mean_squared_error")
    generator = np.random.default_rng(0)
    inputs, targets = generator.normal(size=(rows, 784)), generator.normal(size=(rows, 3))
    parameters = ParameterLayout(spec).initial_vector(spec, 0, "float64")
    return record(StepToRecord(spec, parameters, inputs, targets, SGD))


def test_that_terms_are_told_apart() -> None:
    trace = wide()
    equation = explain(trace, 1, Focus(source=400)).scalar[-1]
    terms = terms_of(equation)
    assert terms[0].indices == range(1)
    assert [term.indices for term in terms if term.is_gap] == list(gaps(equation))
    assert gaps(equation) == (range(12, 399), range(402, 783))
    # The bias is the last term.
    assert terms[-1].indices == range(784, 785)


def test_that_more_terms_are_written_out_on_request() -> None:
    trace = wide()
    focus = Focus(sample=3, unit=2, source=400)
    equation = explain(trace, 1, focus).scalar[-1]
    longer = with_terms(trace, 1, focus, equation, frozenset({12, 13, 100}))
    assert gaps(longer) == (range(14, 100), range(101, 399), range(402, 783))
    term = next(term for term in terms_of(longer) if term.indices == range(100, 101))
    values = [piece.value for piece in term.pieces if piece.value is not None]
    assert values == [trace.value("x")[3, 100], trace.value("W1", 1)[100, 2]]
    assert join_text(longer.numbers[-1:]) == join_text(equation.numbers[-1:])


def test_that_all_terms_together_make_the_sum() -> None:
    trace = wide()
    focus = Focus(sample=3, unit=2)
    equation = explain(trace, 1, focus).scalar[-1]
    whole = with_terms(trace, 1, focus, equation, frozenset(range(784)))
    assert gaps(whole) == ()
    total = 0.0
    for term in terms_of(whole):
        values = [piece.value for piece in term.pieces if piece.value is not None]
        total += float(np.prod(values))
    assert total == pytest.approx(equation.value)


@pytest.mark.parametrize("kind", [LineKind.WEIGHT_GRADIENT, LineKind.LOSS])
def test_that_sums_over_samples_open_too(kind: LineKind) -> None:
    trace = wide()
    line = next(line for line in trace.lines if line.line.kind is kind)
    equation = explain(trace, line.number, Focus()).scalar[-1]
    (gap,) = gaps(equation)
    longer = with_terms(trace, line.number, Focus(), equation, frozenset(gap[:2]))
    assert gaps(longer) == (gap[2:],)


def test_that_a_sum_grows_term_by_term() -> None:
    trace = record(recipe_for(network(), rows=2))
    walk = Walk(trace)
    x, w = trace.value("x"), trace.value("W1", 1)
    for done in range(1, 5):
        walk.forward(Size.TERM)
        state = progress(trace, walk.place, Focus())
        assert state.is_done == (done == 4)
        equation = explain(trace, 1, Focus()).scalar[-1]
        pending = pending_numbers(equation, state)
        written = [i for i, piece in enumerate(equation.numbers[:-1]) if piece.value is not None]
        if done < 4:
            assert state.so_far == pytest.approx(float(x[0, :done] @ w[:done, 0]))
            assert [i in pending for i in written] == [False] * 2 * done + [True] * (7 - 2 * done)
        else:
            assert not pending


@pytest.mark.parametrize("activation", ["tanh", "maxout"])
def test_that_the_end_of_every_unit_is_its_result(activation: str) -> None:
    trace = record(recipe_for(network(activation), rows=2))
    walk = Walk(trace)
    while walk.forward(Size.TERM):
        place = walk.place
        kind = trace.lines[place.line - 1].line.kind
        unit = 0 if kind is LineKind.LOSS else place.unit - 1
        focus = within(trace, place.line, Focus(unit=unit, piece=99, source=99))
        if place.is_unit_done:
            assert progress(trace, place, focus).is_done
        elif kind is not LineKind.LOSS:
            assert not progress(trace, place, focus).is_done
            # Units after this one are not begun, those before it are done.
            later = progress(trace, place, Focus(unit=unit + 1))
            assert not later.is_done
            assert unit == 0 or progress(trace, place, Focus(unit=unit - 1)).is_done


def test_that_what_comes_back_grows_over_the_pieces() -> None:
    trace = record(recipe_for(network("maxout"), rows=2))
    line = next(line for line in trace.lines if line.line.formula.startswith("dx"))
    walk = Walk(trace)
    walk.go_to(line.number - 1)
    delta, w = trace.value("dz1"), trace.value("W1", 1)
    shares = (delta[:, 0] * w[:, 0]).ravel()
    for done in range(1, 8):
        walk.forward(Size.TERM)
        state = progress(trace, walk.place, Focus())
        assert state.so_far == pytest.approx(float(shares[:done].sum()))


def test_that_a_finished_line_is_done() -> None:
    trace = record(recipe_for(network(), rows=2))
    walk = Walk(trace)
    walk.go_to(3)
    assert progress(trace, walk.place, Focus(unit=3)) == DONE
