"""How fast to train: a limit in steps a second, and slices that stay short."""

_SHORT = 0.004
_LONG = 0.02


class Pace:
    """Divides time into steps.

    Without a limit, it allows as many steps at once as fit into a few
    milliseconds, so that commands are obeyed soon whatever is training.
    """

    def __init__(self) -> None:
        self._limit: float | None = None
        self._due = 0.0
        self._step_seconds = _SHORT

    def set_limit(self, steps_per_second: float | None, now: float) -> None:
        """Train at most so fast from now on; ``None`` is as fast as possible."""
        self._limit = steps_per_second
        self._due = now

    def start(self, now: float) -> None:
        """Let the first step be done at once."""
        self._due = now

    def forget(self) -> None:
        """Another network is being trained: the time that a step takes is unknown."""
        self._step_seconds = _SHORT

    def seconds_until_due(self, now: float) -> float:
        """Return how long to wait before the next step."""
        return 0.0 if self._limit is None else max(0.0, self._due - now)

    def steps_allowed(self, now: float, end: float) -> int:
        """Return how many steps may be done in one go."""
        fitting = max(1, int(_SHORT / self._step_seconds))
        if self._limit is None:
            return fitting
        if now < self._due:
            return 0
        # Up to the end of this slice: at high limits one call does several steps.
        owed = 1 + int((end - self._due) * self._limit)
        return max(1, min(fitting, owed))

    @property
    def is_slow(self) -> bool:
        """Whether a single step takes so long that a person would wait for its end."""
        return self._step_seconds > _LONG

    def note(self, steps: int, seconds: float) -> None:
        """Learn how long steps take, and when the next one is due."""
        self._step_seconds += 0.3 * (max(seconds / steps, 1e-7) - self._step_seconds)
        if self._limit is not None:
            self._due += steps / self._limit


class SpeedMeter:
    """Steps a second, measured over about half a second.

    Attributes
    ----------
    steps_per_second
        0 until there is something to measure.
    """

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget what was measured."""
        self.steps_per_second = 0.0
        self._since: tuple[int, float] | None = None

    def note(self, step: int, now: float) -> None:
        """Take down that so many steps are done by now."""
        if self._since is None:
            self._since = (step, now)
            return
        first_step, started = self._since
        elapsed = now - started
        if elapsed >= 0.5 or (self.steps_per_second == 0.0 and elapsed > 0.02):
            self.steps_per_second = (step - first_step) / elapsed
        if elapsed >= 0.5:
            self._since = (step, now)
