"""Compare starts: places, curves and words, without a window."""

import numpy as np
import pytest
from PySide6.QtCore import QRectF

from nnviz.gui.views.sweep_content import sweep_content
from nnviz.gui.views.sweep_curves import Line, extent, joined, median_of, nearest
from nnviz.gui.views.sweep_places import cell_places, tile_places
from nnviz.sweeps.plan import make_plan
from nnviz.sweeps.spec import SweepSpec


@pytest.mark.parametrize("count", [1, 2, 7, 10, 64])
def test_that_tiles_fill_their_room_without_touching(count: int) -> None:
    area = QRectF(10, 20, 130, 40)
    tiles = tile_places(area, count, 1.0)
    assert len(tiles) == count
    assert all(area.adjusted(-0.01, -0.01, 0.01, 0.01).contains(tile) for tile in tiles)
    assert not any(a.intersects(b) for i, a in enumerate(tiles) for b in tiles[:i])
    assert len({(tile.width(), tile.height()) for tile in tiles}) == 1


def test_that_a_small_cell_shows_its_median_alone() -> None:
    assert cell_places(QRectF(0, 0, 40, 20), 10, False).tiles == ()
    assert cell_places(QRectF(0, 0, 40, 60), 10, False).median.height() > 30
    assert cell_places(QRectF(0, 0, 40, 20), 1, False).tiles == (QRectF(0, 0, 40, 20),)


def line(run: int, *y: float, diverged: bool = False) -> Line:
    return Line(run, np.arange(1.0, len(y) + 1), np.array(y), diverged)


def test_that_the_median_curve_is_that_of_the_runs_that_go_on() -> None:
    x, y = median_of([line(0, 1, 2, 3), line(1, 3, 4), line(2, 8, np.nan, 9)])
    assert x.tolist() == [1, 2, 3]
    assert y.tolist() == [3, 3, 6]
    assert median_of([])[0].size == 0
    x, y = joined([(x, y), (x, y)])
    assert len(x) == 8
    assert np.flatnonzero(np.isnan(y)).tolist() == [3, 7]


def test_that_a_run_that_diverges_does_not_flatten_the_others() -> None:
    low, high = extent([line(0, 0, -2), line(1, 0, 6, diverged=True)], np.empty(0))
    assert low < -2
    assert 0.5 < high < 0.7
    assert extent([], np.empty(0)) == (-1, 0)


def test_that_the_nearest_curve_within_reach_is_found() -> None:
    lines = (line(4, 0, 1, 2), line(5, 0, 2, 4))
    assert nearest(lines, 3, 3.8, 0.1, 0.5) == 5
    assert nearest(lines, 2.5, 1.5, 0.1, 0.5) == 4
    assert nearest(lines, 2, 3, 0.1, 0.5) is None
    assert nearest(lines, 9, 4, 0.1, 0.5) is None


def test_that_nothing_is_shown_of_runs_that_have_not_finished() -> None:
    plan = make_plan(SweepSpec(steps=1, seeds=2))
    content = sweep_content(plan, {}, "train_loss")
    assert content.best_run is None
    assert content.share(3.0) == 1
    assert content.run_lines(0) == ("Seed 0", "not trained yet")
