"""A chain of functions: the lecture's numbers, and gradients that quotients confirm."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnviz.core.chain import (
    CHAIN_FUNCTIONS,
    LECTURE_CHAIN,
    LECTURE_X,
    LONGEST_CHAIN,
    run_chain,
)


def test_that_the_lectures_five_functions_give_the_lectures_numbers() -> None:
    run = run_chain(LECTURE_CHAIN, LECTURE_X)
    out3 = math.tanh(0.5)
    loss = (out3 - 0.2) ** 2
    assert run.outs == pytest.approx((0.5, 1.5, 0.5, out3, out3 - 0.2, loss), abs=1e-15)
    assert run.outs[3:] == pytest.approx((0.4621172, 0.2621172, 0.0687054), abs=5e-8)
    assert run.gradients[1:5] == pytest.approx(
        (0.4122829, 0.4122829, 0.5242343, 0.5242343), abs=5e-8
    )
    assert run.gradients[0] == pytest.approx(1.2368486646, abs=1e-10)


def test_that_the_chain_rule_of_three_functions_multiplies_their_slopes() -> None:
    run = run_chain(("square", "sin", "exp"), 1.5)
    assert run.outs[1:] == pytest.approx((2.25, 0.7780732, 2.1772730), abs=5e-8)
    assert run.slopes == pytest.approx((3.0, -0.6281736, 2.1772730), abs=5e-8)
    exact = 3.0 * math.cos(2.25) * math.exp(math.sin(2.25))
    assert run.gradients[0] == pytest.approx(exact, abs=1e-10)
    assert run.gradients[0] == pytest.approx(-4.1031165, abs=5e-8)


@pytest.mark.parametrize("count", [5, 10])
def test_that_many_small_slopes_make_a_gradient_vanish(count: int) -> None:
    assert run_chain(("quarter",) * count, 1.0).gradients[0] == 0.25**count


def test_that_the_lines_are_the_lectures_code() -> None:
    lines = run_chain(LECTURE_CHAIN, LECTURE_X).lines
    assert [line.number for line in lines] == list(range(1, 11))
    assert lines[0].code == "out1 = f1(x)"
    assert lines[4].code == "loss = f5(out4)"
    assert lines[5].code == "dloss_out4 = df5(out4)"
    assert lines[9].code == "dloss_x = df1(x) * dloss_out1"


def test_that_each_backward_line_is_local_times_downstream() -> None:
    run = run_chain(LECTURE_CHAIN, LECTURE_X)
    for line in run.lines[5:]:
        assert line.is_backward
        assert line.local is not None
        assert line.downstream is not None
        assert line.value == line.local * line.downstream
    assert not any(line.is_backward for line in run.lines[:5])


@pytest.mark.parametrize("name", list(CHAIN_FUNCTIONS))
@given(u=st.floats(-3, 3).filter(lambda u: abs(u) > 1e-3))
def test_that_every_slope_agrees_with_its_difference_quotient(name: str, u: float) -> None:
    evaluate = CHAIN_FUNCTIONS[name].evaluate
    quotient = (evaluate(u + 1e-5)[0] - evaluate(u - 1e-5)[0]) / 2e-5
    assert evaluate(u)[1] == pytest.approx(quotient, rel=1e-6, abs=1e-8)


def test_that_a_chain_may_overflow() -> None:
    assert run_chain(("square", "exp"), 100.0).outs[-1] == math.inf


def test_that_a_wrong_chain_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="'cube' is not a known function of a chain"):
        run_chain(("cube",), 1.0)
    for names in ((), ("sin",) * (LONGEST_CHAIN + 1)):
        with pytest.raises(ValueError, match=f"a chain has 1 to 12 functions, not {len(names)}"):
            run_chain(names, 1.0)
