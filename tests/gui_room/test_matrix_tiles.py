"""The matrices of each line: every number is the buffer's, and the products come out."""

import numpy as np
import pytest

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.looking_glass import Focus
from nnviz.core.losses import LOSSES
from nnviz.core.spec import NetworkSpec, OptimizerSpec
from nnviz.core.trace import Trace
from nnviz.core.walk import Size, Walk
from nnviz.gui.views.matrix_axes import Axis, window
from nnviz.gui.views.matrix_formulas import formula_of
from nnviz.gui.views.matrix_tiles import Formula, Tile
from nnviz.gui.views.walk_links import neat_number
from tests.gui_room.walks import (
    SGD,
    number_of,
    spec_of,
    trace_of,
)

SPECS = [
    *(spec_of(activation=name) for name in ACTIVATIONS),
    *(spec_of(loss=name) for name in LOSSES),
    spec_of("maxout", sizes=(3, 4, 5, 2), dropout=0.3, l2=0.01),
]


def formula_at(trace: Trace, walk: Walk, focus: Focus | None = None) -> Formula:
    line = walk.line or trace.lines[0]
    return formula_of(trace, line, walk.place, focus or Focus(1, 1, 1, 1))


def assert_is_the_buffer(tile: Tile, trace: Trace) -> None:
    assert tile.values is not None
    array = trace.value(tile.buffer, tile.position)
    for row, column in np.ndindex(tile.values.shape):
        index = tile.index_of(row, column)
        assert tile.value_at(row, column) == array[index]
        assert tile.cell_of(index) == (row, column)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.layers[0].activation} {spec.loss}")
def test_that_every_number_of_every_line_is_the_buffers(spec: NetworkSpec) -> None:
    trace = trace_of(spec)
    walk = Walk(trace)
    for line in trace.lines:
        walk.go_to(line.number)
        formula = formula_at(trace, walk)
        for tile in formula.tiles:
            assert_is_the_buffer(tile, trace)
            assert tile.position <= line.number
        written = {tile.buffer for tile in formula.tiles if tile.position == line.number}
        assert written >= set(line.line.writes) - {"p", "m1", "m2"}
        shown = {tile.buffer for tile in formula.tiles}
        assert shown >= {name for name in line.line.reads if not name.startswith("a")} - {"R"}
        assert formula.result is not None


@pytest.mark.parametrize("activation", ["tanh", "maxout"])
@pytest.mark.parametrize("piece", [0, 2])
def test_that_the_products_come_out(activation: str, piece: int) -> None:
    trace = trace_of(spec_of(activation, sizes=(3, 4, 2)))
    walk = Walk(trace)
    focus = Focus(1, 1, 1, piece)

    def tiles(start: str) -> tuple[Tile, ...]:
        walk.go_to(number_of(trace, start))
        return formula_at(trace, walk, focus).tiles

    def array(tile: Tile) -> np.ndarray:
        assert tile.values is not None
        return tile.values

    z, x, w, b = map(array, tiles("z1 ="))
    np.testing.assert_allclose(z, x @ w + b, rtol=1e-13)
    dw, db, xt, dz = map(array, tiles("dW1 ="))
    np.testing.assert_allclose(dw, xt @ dz, rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(db[0], dz.sum(axis=0), rtol=1e-12, atol=1e-16)
    da, dz, wt = map(array, tiles("da1 ="))
    np.testing.assert_allclose(da, dz @ wt, rtol=1e-12)
    dz, da, g = map(array, tiles("dz1 ="))
    np.testing.assert_array_equal(dz, da * g)
    new_w, new_b, old_w, old_b, dw, db = map(array, tiles("W1, b1 ="))
    np.testing.assert_allclose(new_w, old_w - 0.1 * dw, rtol=1e-13)
    np.testing.assert_allclose(new_b, old_b - 0.1 * db, rtol=1e-13, atol=1e-16)


def test_that_only_plain_descent_is_written_out_as_such() -> None:
    for optimizer, sign in ((SGD, "− 0.1 ·"), (OptimizerSpec("adam"), "= Adam (")):
        trace = trace_of(optimizer=optimizer)
        walk = Walk(trace)
        walk.go_to(len(trace.lines))
        assert sign in formula_at(trace, walk).items


def test_that_all_pieces_add_up_in_what_goes_below_maxout() -> None:
    spec = spec_of("maxout", sizes=(2, 3, 4, 2))
    trace = trace_of(spec)
    walk = Walk(trace)
    walk.go_to(number_of(trace, "da1 ="))
    total = np.zeros((4, 3))
    for piece in range(3):
        da, dz, wt = formula_at(trace, walk, Focus(0, 0, piece * 4)).tiles
        assert dz.values is not None
        assert wt.values is not None
        total += dz.values @ wt.values
    np.testing.assert_allclose(total, da.finished, rtol=1e-12)


def test_that_what_is_to_come_is_blank() -> None:
    trace = trace_of(spec_of(sizes=(2, 3, 2)))
    walk = Walk(trace)
    first = formula_at(trace, walk).tiles[0]
    assert first.buffer == "z1"
    assert first.values is None
    assert first.shape == (4, 3)
    for units in (1, 2):
        walk.forward(Size.UNIT)
        z = formula_at(trace, walk).tiles[0]
        known = [[z.value_at(row, column) is not None for column in range(3)] for row in range(4)]
        assert known == [[column < units for column in range(3)]] * 4


def test_that_an_update_begins_without_new_weights() -> None:
    trace = trace_of()
    walk = Walk(trace)
    walk.go_to(number_of(trace, "W1, b1 =") - 1)
    walk.forward(Size.TERM)
    new, _, old = formula_at(trace, walk).tiles[:3]
    assert new.values is None
    assert old.values is not None
    walk.forward(Size.UNIT)
    new, new_biases, old = formula_at(trace, walk).tiles[:3]
    assert new.value_at(0, 0) == trace.value("W1")[0, 0]
    assert new_biases.value_at(0, 1) is None


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(0.5, 6, "0.5"), (0.1 + 0.2, 6, "0.300000"), (-0.0, 6, "0"), (-1.5, 2, "−1.5")],
)
def test_that_zeros_at_the_end_mean_something(value: float, digits: int, text: str) -> None:
    assert neat_number(value, digits) == text


@pytest.mark.parametrize("count", [1, 5, 9, 100])
@pytest.mark.parametrize("most", [2, 3, 4, 7])
def test_that_what_is_looked_at_is_never_elided(count: int, most: int) -> None:
    for at in range(count):
        kept = window(count, at, most)
        if kept is None:
            assert count <= most
            continue
        assert len(kept) == most
        assert at in kept
        axis = Axis(count, 10.0, kept)
        starts = [axis.start(index) for index in kept]
        assert starts == sorted(start for start in starts if start is not None)
        for index, start in zip(kept, starts, strict=True):
            assert start is not None
            assert axis.index_at(start + 5) == index
        assert starts[-1] is not None
        assert axis.length >= starts[-1] + 10
