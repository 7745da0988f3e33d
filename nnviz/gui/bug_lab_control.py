"""BugLabControl: the bug lab of a Playback, for all that show its steps."""

from typing import cast

import numpy as np
from PySide6.QtCore import QObject, Signal

from nnviz.core.bug_lab import BugLab, shows
from nnviz.core.fault_setup import Fault, FaultSetup
from nnviz.core.faults import faults_for, setup_of
from nnviz.core.program import Phase
from nnviz.gui.playback import Playback

_MOST_DRAWS = 40


class BugLabControl(QObject):
    """Switches faults on and off in the steps that are recorded.

    There is one for each Playback; get it with :meth:`of`. A fault ends with the walk, and
    nothing that trains ever has one.

    Attributes
    ----------
    lab
        The fault, and the score.
    is_found
        Whether a check has noticed it.
    problem
        A sentence, if what was asked for cannot be done, or "".

    Signals
    -------
    lab_changed
        Another fault is on, or none; or there is something new to say about it.
    """

    lab_changed = Signal()

    def __init__(self, playback: Playback) -> None:
        super().__init__(playback)
        self.lab = BugLab()
        self.is_found = False
        self.problem = ""
        # Whether what is on show still has a fault that was switched off.
        self._lingers = False
        self._playback = playback
        self._generator = np.random.default_rng()
        self._draws = 0
        playback.trace_changed.connect(self._follow)

    @staticmethod
    def of(playback: Playback) -> "BugLabControl":
        """Return the control of a Playback, made when it is first asked for."""
        found = cast(BugLabControl | None, playback.findChild(BugLabControl))
        return BugLabControl(playback) if found is None else found

    @property
    def key(self) -> str | None:
        """The fault that recordings are to have."""
        return None if self.lab.fault is None else self.lab.fault.key

    @property
    def setup(self) -> FaultSetup | None:
        """What is walked over, or ``None``."""
        trace = self._playback.trace
        return None if trace is None else setup_of(trace)

    @property
    def choices(self) -> tuple[Fault, ...]:
        """The faults that can be made in the step that is walked over."""
        return () if self.setup is None else faults_for(self.setup)

    def hide_one(self) -> None:
        """Hide a fault in the steps from now on."""
        if self.setup is not None:
            self._draws = 0
            self._draw(self.setup)

    def _draw(self, setup: FaultSetup) -> None:
        self._draws += 1
        try:
            self.lab.hide(setup, self._generator)
        except ValueError as error:
            self.problem = str(error)
            self.lab_changed.emit()
            return
        self._record_anew()

    def show(self, key: str) -> None:
        """Switch a chosen fault on."""
        self.lab.show(key)
        self._record_anew()

    def end(self) -> None:
        """Record right steps again."""
        if self.lab.is_on:
            self.lab.end()
            self._lingers = True
            self._record_anew()

    def _record_anew(self) -> None:
        self.is_found, self.problem = False, ""
        self._playback.refresh()
        self.lab_changed.emit()

    def name(self, key: str) -> None:
        """Judge a name for the fault."""
        trace = self._playback.trace
        if trace is not None and self.lab.is_on:
            self.lab.name(key, trace)
            self.lab_changed.emit()

    def reveal(self) -> None:
        """Tell which fault it is."""
        self.lab.reveal()
        self.lab_changed.emit()

    def note_check(self, has_failed: bool) -> None:
        """Learn what a check of the whole step came to."""
        is_found = has_failed and self.lab.is_on
        if is_found != self.is_found:
            self.is_found = is_found
            self.lab_changed.emit()

    @property
    def banner(self) -> str:
        """What must be on the screen as long as a fault is; "" without one."""
        fault = self.lab.fault
        if fault is None:
            words = "Bug lab: the fault is off, and the right step is being recorded."
            return words if self._lingers else ""
        what = "one that is hidden" if self.lab.is_hidden else fault.label
        return f"Bug lab: the recorded steps have a fault ({what}). Training has none."

    @property
    def finding(self) -> str:
        """What the check has noticed, in a sentence; "" while it has noticed nothing."""
        fault = self.lab.fault
        if fault is None or not self.is_found:
            return ""
        if fault.phase is Phase.BACKWARD:
            return "The gradient check fails: the gradients are wrong."
        return "The gradients pass, the update is not the one that the optimiser defines."

    def _follow(self) -> None:
        """End with the walk; draw again where a hidden fault has no effect on this step."""
        if not self._playback.is_active:
            if self.lab.is_on or self._lingers:
                self.lab.end()
                self._lingers = False
                self.lab_changed.emit()
            return
        trace, setup = self._playback.trace, self.setup
        if trace is None or setup is None or self._playback.is_waiting:
            return
        fault, self._lingers = self.lab.fault, False
        if fault is not None and not fault.applies(setup):
            self.end()
        elif self.lab.is_hidden and self._draws < _MOST_DRAWS and not shows(trace):
            self.lab.asked -= 1
            self._draw(setup)
        else:
            self._draws = _MOST_DRAWS
            self.lab_changed.emit()
