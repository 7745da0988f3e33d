"""Where activations jump: limits, and the value that the table takes there."""

import numpy as np
import pytest

from nnviz.core.activations import ACTIVATIONS, evaluate
from nnviz.core.jumps import Jump, jumps_of, jumps_of_maxout

PLAIN = [name for name, record in ACTIVATIONS.items() if not record.has_pieces]


def test_that_the_step_jumps_itself_and_is_1_at_0() -> None:
    assert jumps_of("step") == ((Jump(0.0, 0.0, 1.0, 1.0),), ())


@pytest.mark.parametrize(
    ("name", "alpha", "left"),
    [("relu", None, 0.0), ("leaky_relu", 0.3, 0.3), ("leaky_relu", 1.5, 1.5), ("elu", 0.5, 0.5)],
)
def test_that_a_slope_jumps_to_1_and_takes_the_left_limit(
    name: str, alpha: float | None, left: float
) -> None:
    function, (jump,) = jumps_of(name, alpha)
    assert function == ()
    assert (jump.at, jump.right) == (0.0, 1.0)
    assert jump.left == jump.taken == pytest.approx(left, rel=1e-15)
    assert jump.untaken == (1.0,)


@pytest.mark.parametrize(("name", "alpha"), [("elu", 1.0), ("leaky_relu", 1.0)])
def test_that_there_is_no_jump_where_both_sides_meet(name: str, alpha: float) -> None:
    assert jumps_of(name, alpha) == ((), ())


@pytest.mark.parametrize("name", PLAIN)
def test_that_exactly_those_with_a_kink_jump(name: str) -> None:
    # An ELU is smooth at its default alpha of 1.
    function, derivative = jumps_of(name, 0.5 if name == "elu" else None)
    assert bool(function or derivative) == bool(ACTIVATIONS[name].kink)


@pytest.mark.parametrize("name", PLAIN)
def test_that_what_is_taken_is_what_the_table_computes(name: str) -> None:
    for curve, jumps in zip(evaluate(name, np.zeros(1)), jumps_of(name), strict=True):
        assert all(jump.taken == curve[0] for jump in jumps)


def test_that_maxout_pieces_that_tie_share_the_slope() -> None:
    (jump,) = jumps_of_maxout(np.array([1.0, 0.0]), np.array([-1.0, 3.0]))
    assert jump == Jump(0.25, -1.0, 1.0, 3.0)
    assert jump.untaken == (-1.0, 3.0)


def test_that_three_pieces_through_one_point_share_it_in_thirds() -> None:
    (jump,) = jumps_of_maxout(np.zeros(3), np.array([3.0, -2.0, 0.5]))
    assert (jump.at, jump.left, jump.right) == (0.0, -2.0, 3.0)
    assert jump.taken == pytest.approx(0.5)


def test_that_crossings_below_the_greatest_piece_are_no_jumps() -> None:
    # |x| - 1 below a constant 0: the two slanted lines cross at 0, under the third.
    jumps = jumps_of_maxout(np.array([-1.0, -1.0, 0.0]), np.array([1.0, -1.0, 0.0]))
    assert [(jump.at, jump.left, jump.right) for jump in jumps] == [
        (-1.0, -1.0, 0.0),
        (1.0, 0.0, 1.0),
    ]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_that_pieces_that_are_no_numbers_have_no_jumps(bad: float) -> None:
    assert jumps_of_maxout(np.array([bad, 1.0]), np.array([1.0, 2.0])) == ()
    assert jumps_of_maxout(np.ones(2), np.ones(2)) == ()
