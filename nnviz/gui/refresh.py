"""RefreshScheduler: who is drawn at which tick, so that the window stays fluent.

Every visible view with something new gets its turn when its interval is over,
the one that is most overdue first, as long as the turns of one tick cost no more
than about 8 ms; the rest wait for the next tick. Where drawing takes more than
half of the time there is, everything is drawn less often, which leaves the
machine to the training.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QWidget

TICK_MS = 16
BUDGET_MS = 8.0
BUSY_SHARE = 0.4
CALM_SHARE = 0.28
LONGEST_STRETCH = 8.0
_PAINTED = QEvent.Type(QEvent.registerEventType())
_AFTER_PAINTING = -1000


@dataclass(slots=True)
class _Turn:
    """One view's place in the rota; times in milliseconds."""

    view: QWidget
    refresh: Callable[[], None]
    interval: float
    is_cheap: bool
    follows_walk: bool
    cost: float = 2.0
    last: float = -1e9
    is_dirty: bool = True

    def overdue(self, now: float, stretch: float) -> float:
        """Return how many of its intervals have passed since the last turn."""
        return (now - self.last) / (self.interval * (1.0 if self.is_cheap else stretch))


class RefreshScheduler(QObject):
    """Gives views their turns; :meth:`mark_dirty` says that there is something new.

    Attributes
    ----------
    stretch
        All intervals but the cheap views' are multiplied by this; 1 while drawing is cheap.
    """

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = perf_counter
    ) -> None:
        super().__init__(parent)
        self.stretch = 1.0
        self._clock = clock
        self._turns: list[_Turn] = []
        self._drawn: list[_Turn] = []
        self._started = 0.0
        self._last_end = 0.0
        self._awaits_paint = False
        self._wants_walk = False
        self._share = 0.0
        self._frames: deque[float] = deque(maxlen=240)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.tick)

    def add(
        self,
        view: QWidget,
        refresh: Callable[[], None],
        interval: float,
        is_cheap: bool = False,
        follows_walk: bool = False,
    ) -> None:
        """Call ``refresh`` for a view when there is news, at most every ``interval`` ms.

        What is cheap, a line of text, keeps its interval however busy the window is.
        What follows the walk has news at every move of its cursor.
        """
        self._turns.append(_Turn(view, refresh, interval, is_cheap, follows_walk))

    def mark_dirty(self) -> None:
        """Every view has something new to show; draw those whose turn it is."""
        for turn in self._turns:
            turn.is_dirty = True
        self.tick()

    def draw_walk(self) -> None:
        """Draw what follows the walk at once: a person made a move and waits for its picture."""
        turns = [turn for turn in self._turns if turn.follows_walk]
        for turn in turns:
            turn.is_dirty = True
        if self._awaits_paint:
            # The picture before is not on the screen yet; this one follows it.
            self._wants_walk = True
            return
        self._draw([turn for turn in turns if _is_seen(turn.view)], self._now())

    def wake(self) -> None:
        """Something became visible that may have missed news."""
        if not self._timer.isActive():
            self._timer.start(0)

    def frames_per_second(self) -> float:
        """Return how many ticks of the last second have drawn something."""
        now = self._now()
        while self._frames and now - self._frames[0] > 1000:
            self._frames.popleft()
        return float(len(self._frames))

    @property
    def is_busy(self) -> bool:
        """Whether what was drawn last is not on the screen yet, or more is to be drawn."""
        return self._awaits_paint or any(
            turn.is_dirty and _is_seen(turn.view) for turn in self._turns
        )

    def refresh_all(self) -> None:
        """Draw every view at once, visible or not; for pictures."""
        for turn in self._turns:
            turn.refresh()
            turn.is_dirty = False

    def tick(self) -> None:
        """Give the views their turns that fit into this tick."""
        if self._awaits_paint:
            return
        now = self._now()
        chosen = self._choose(now)
        if chosen:
            self._draw(chosen, now)
        elif any(turn.is_dirty and _is_seen(turn.view) for turn in self._turns):
            self._timer.start(TICK_MS)

    def _draw(self, turns: list[_Turn], now: float) -> None:
        self._drawn, self._started, self._wants_walk = turns, now, False
        for turn in turns:
            turn.is_dirty = False
            turn.last = self._now()
            turn.refresh()
        self._awaits_paint = True
        QCoreApplication.postEvent(self, QEvent(_PAINTED), _AFTER_PAINTING)

    def _choose(self, now: float) -> list[_Turn]:
        due = [
            turn
            for turn in self._turns
            if turn.is_dirty and turn.overdue(now, self.stretch) >= 1 and _is_seen(turn.view)
        ]
        due.sort(key=lambda turn: turn.overdue(now, self.stretch), reverse=True)
        chosen: list[_Turn] = []
        budget = BUDGET_MS
        for turn in due:
            if not chosen or turn.cost <= budget:
                chosen.append(turn)
                budget -= turn.cost
        return chosen

    def customEvent(self, event: QEvent) -> None:
        """Learn what the tick has cost, its painting included."""
        if event.type() != _PAINTED:
            return
        now = self._now()
        self._awaits_paint = False
        self._frames.append(now)
        self._learn_costs(now - self._started)
        self._adapt(now)
        if self._wants_walk:
            self.draw_walk()
        elif any(turn.is_dirty for turn in self._turns):
            self._timer.start(max(1, round(TICK_MS - (now - self._started))))

    def _learn_costs(self, elapsed: float) -> None:
        expected = sum(turn.cost for turn in self._drawn)
        for turn in self._drawn:
            turn.cost += 0.2 * (elapsed * turn.cost / expected - turn.cost)
            turn.cost = max(turn.cost, 0.05)

    def _adapt(self, now: float) -> None:
        """Draw less often while drawing takes more than half of the time."""
        period = max(now - self._last_end, TICK_MS)
        self._last_end = now
        self._share += 0.1 * (min((now - self._started) / period, 1.0) - self._share)
        if self._share > BUSY_SHARE:
            self.stretch = min(self.stretch * 1.05, LONGEST_STRETCH)
        elif self._share < CALM_SHARE:
            self.stretch = max(self.stretch / 1.05, 1.0)

    def _now(self) -> float:
        return self._clock() * 1000


def _is_seen(view: QWidget) -> bool:
    window = view.window()
    if not view.isVisible() or window.isMinimized():
        return False
    # A dock behind another's tab counts as visible for Qt, but lies outside the window.
    place = QRect(view.mapTo(window, QPoint(0, 0)), view.size())
    return window.rect().intersects(place)
