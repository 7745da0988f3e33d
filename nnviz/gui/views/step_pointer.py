"""StepPointer: which of the known steps the mouse or the keyboard points at."""

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal

POINTER_KEYS = frozenset(
    {
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_Return,
        Qt.Key.Key_Enter,
    }
)


class StepPointer(QObject):
    """Stands at one of the steps that are drawn, or nowhere.

    Attributes
    ----------
    steps
        Those that are drawn, rising.
    step
        Where it stands; ``None`` while it is nowhere.

    Signals
    -------
    moved
        It stands elsewhere now.
    step_chosen
        A person wants to see this step.
    """

    moved = Signal()
    step_chosen = Signal(int)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.steps: NDArray[np.int64] = np.zeros(0, dtype=np.int64)
        self.step: int | None = None

    @property
    def place(self) -> int | None:
        """Where ``step`` stands among the steps."""
        if self.step is None or not len(self.steps):
            return None
        return int(np.argmin(np.abs(self.steps - self.step)))

    def show_steps(self, steps: NDArray[np.int64]) -> None:
        """Point at these steps from now on."""
        self.steps = steps

    def point_at(self, x: float | None) -> None:
        """Stand at the step nearest to x; ``None`` is nowhere."""
        step = None
        if x is not None and len(self.steps):
            step = int(self.steps[np.argmin(np.abs(self.steps - x))])
        if step != self.step:
            self.step = step
            self.moved.emit()

    def choose(self) -> None:
        """Ask for the step that it stands at."""
        if self.step is not None:
            self.step_chosen.emit(self.step)

    def press(self, key: int) -> bool:
        """Obey a key of ``POINTER_KEYS``; return whether it was one."""
        if key not in POINTER_KEYS or not len(self.steps):
            return False
        last = len(self.steps) - 1
        here = last if self.place is None else self.place
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose()
            return True
        ways = {
            Qt.Key.Key_Left: here - 1,
            Qt.Key.Key_Right: here + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        self.point_at(float(self.steps[min(max(ways[Qt.Key(key)], 0), last)]))
        return True
