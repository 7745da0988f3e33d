"""The refresh scheduler: turns, budget, hidden views, adaption."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from nnviz.gui.refresh import BUDGET_MS, LONGEST_STRETCH, RefreshScheduler


class Clock:
    """Seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def pass_milliseconds(self, duration: float) -> None:
        self.now += duration / 1000


class Rota:
    """A scheduler with views that take a given time, driven tick by tick."""

    def __init__(self, qtbot: QtBot) -> None:
        self.clock = Clock()
        self.holder = QWidget()
        qtbot.addWidget(self.holder)
        self.row = QHBoxLayout(self.holder)
        self.row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self.holder.resize(400, 100)
        self.scheduler = RefreshScheduler(self.holder, self.clock)
        self.drawn: list[str] = []

    def add(self, name: str, interval: float, cost: float = 1.0, is_cheap: bool = False) -> QWidget:
        view = QWidget(self.holder)
        self.row.addWidget(view)
        view.show()
        self.row.activate()
        self.scheduler.add(view, self._drawing(name, cost), interval, is_cheap)
        return view

    def _drawing(self, name: str, cost: float) -> Callable[[], None]:
        def draw() -> None:
            self.drawn.append(name)
            self.clock.pass_milliseconds(cost)

        return draw

    def pass_ticks(self, count: int, news: bool = True) -> None:
        for _ in range(count):
            if news:
                self.scheduler.mark_dirty()
            else:
                self.scheduler.tick()
            QCoreApplication.sendPostedEvents(self.scheduler)
            self.clock.pass_milliseconds(16)


@pytest.fixture
def rota(qtbot: QtBot) -> Rota:
    rota = Rota(qtbot)
    with qtbot.waitExposed(rota.holder):
        rota.holder.show()
    return rota


def test_that_a_view_is_not_drawn_more_often_than_its_interval(rota: Rota) -> None:
    rota.add("quick", interval=16)
    rota.add("slow", interval=160)
    rota.pass_ticks(40)
    assert rota.drawn.count("quick") == pytest.approx(40, abs=2)
    assert rota.drawn.count("slow") == pytest.approx(4, abs=1)


def test_that_a_view_without_news_is_left_alone(rota: Rota) -> None:
    rota.add("view", interval=16)
    rota.pass_ticks(1)
    rota.pass_ticks(10, news=False)
    assert rota.drawn == ["view"]


def test_that_hidden_views_are_not_drawn_until_they_are_seen(rota: Rota) -> None:
    view = rota.add("view", interval=16)
    view.hide()
    rota.pass_ticks(5)
    assert rota.drawn == []
    view.show()
    rota.pass_ticks(1, news=False)
    assert rota.drawn == ["view"]


def test_that_a_view_behind_another_is_not_drawn(rota: Rota) -> None:
    view = rota.add("view", interval=16)
    view.setGeometry(-500, -500, 100, 100)
    rota.pass_ticks(3)
    assert rota.drawn == []


def test_that_a_view_that_its_own_children_cover_is_drawn(rota: Rota) -> None:
    view = rota.add("view", interval=16)
    cover = QTextBrowser(view)
    cover.resize(view.size())
    cover.show()
    rota.pass_ticks(1)
    assert rota.drawn == ["view"]


def test_that_one_tick_costs_no_more_than_the_budget_and_all_get_their_turn(rota: Rota) -> None:
    names = [f"view {number}" for number in range(6)]
    for name in names:
        rota.add(name, interval=16, cost=4)
    rota.pass_ticks(60)
    rota.drawn.clear()
    before = rota.clock.now
    rota.scheduler.mark_dirty()
    assert (rota.clock.now - before) * 1000 <= BUDGET_MS + 0.001
    QCoreApplication.sendPostedEvents(rota.scheduler)
    rota.clock.pass_milliseconds(16)
    rota.pass_ticks(30)
    counts = [rota.drawn.count(name) for name in names]
    assert max(counts) - min(counts) <= 1


def test_that_a_view_beyond_the_budget_still_gets_its_turn(rota: Rota) -> None:
    rota.add("heavy", interval=16, cost=30)
    rota.add("light", interval=16, cost=1)
    rota.pass_ticks(40)
    assert rota.drawn.count("heavy") > 3
    assert rota.drawn.count("light") > 3


def test_that_everything_is_drawn_less_often_while_drawing_takes_most_of_the_time(
    rota: Rota,
) -> None:
    rota.add("heavy", interval=16, cost=60)
    rota.pass_ticks(200)
    assert 1 < rota.scheduler.stretch <= LONGEST_STRETCH


def test_that_cheap_figures_keep_up_however_busy_the_window_is(rota: Rota) -> None:
    rota.add("figures", 100.0, cost=0.1, is_cheap=True)
    rota.add("view", 100.0, cost=0.1)
    rota.scheduler.stretch = LONGEST_STRETCH
    rota.pass_ticks(50)
    assert rota.drawn.count("figures") > 2 * rota.drawn.count("view")


def test_that_a_calm_window_goes_back_to_the_usual_rate(rota: Rota) -> None:
    rota.add("light", interval=16, cost=0.5)
    rota.scheduler.stretch = 4.0
    rota.pass_ticks(400)
    assert rota.scheduler.stretch == 1.0


def test_that_the_frame_rate_counts_the_last_second(rota: Rota) -> None:
    rota.add("view", interval=1, cost=0)
    rota.pass_ticks(120)
    assert rota.scheduler.frames_per_second() == pytest.approx(62, abs=2)
    rota.clock.pass_milliseconds(5000)
    assert rota.scheduler.frames_per_second() == 0


def test_that_what_was_left_over_is_drawn_without_further_news(rota: Rota, qtbot: QtBot) -> None:
    for number in range(8):
        rota.add(f"view {number}", interval=16, cost=5)
    rota.scheduler.mark_dirty()
    qtbot.waitUntil(lambda: len(set(rota.drawn)) == 8)


def test_that_a_picture_draws_everything(rota: Rota) -> None:
    rota.add("shown", interval=16)
    rota.add("hidden", interval=16).hide()
    rota.scheduler.refresh_all()
    assert rota.drawn == ["shown", "hidden"]
