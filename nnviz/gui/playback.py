"""Playback: the walk through a recorded training step, as the window sees it.

It holds a Walk over the newest Trace and moves its cursor; the engine is not
touched. Only at the ends of a trace it asks for more: the step is done, or an
earlier one is sought, and the trainer's recording of the next one begins.
"""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from nnviz.core.looking_glass import Focus
from nnviz.core.program import Phase
from nnviz.core.trace import Trace, TraceLine
from nnviz.core.walk import Place, Size, Walk
from nnviz.gui.edge_content import EdgeContent
from nnviz.gui.selection import Selection
from nnviz.gui.walk_entry import Entry, epoch_before
from nnviz.gui.walk_focus import focus_of
from nnviz.gui.walk_search import StopCondition, WalkSearch
from nnviz.training.commands import RecordStep

DEFAULT_PACE = 2.0


class Playback(QObject):
    """A cursor in the recorded step.

    Attributes
    ----------
    walk
        The cursor and its trace; ``None`` while nothing is walked over.
    is_active, is_waiting
        Whether a person walks, from :meth:`start` to :meth:`leave`; whether a
        recording was asked for that is not there yet.
    size, pace
        How far one move goes, and moves a second while it plays.
    subject
        What is recorded: the next batch, or chosen rows in its place.
    edge_content, reduces_motion
        What the edges of the diagram stand for; whether it does without pulses.
    steps_per_epoch
        How far one move by an epoch goes.

    Signals
    -------
    trace_changed
        There is another trace, or none.
    place_changed
        The cursor stands elsewhere, or the step size is another.
    playing_changed
        It began to play, or stopped.
    recording_requested, advance_requested, epoch_requested, seek_requested
        The trainer shall record the next step (a RecordStep); do it; train to
        the end of the epoch; go to the state after so many steps.
    """

    trace_changed = Signal()
    place_changed = Signal()
    playing_changed = Signal(bool)
    recording_requested = Signal(object)
    advance_requested = Signal()
    epoch_requested = Signal()
    seek_requested = Signal(int)

    def __init__(self, selection: Selection, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.walk: Walk | None = None
        self.is_active = False
        self.size = Size.OPERATION
        self.pace = DEFAULT_PACE
        self.subject = self._shown_subject = RecordStep()
        self.edge_content = EdgeContent.AUTOMATIC
        self.reduces_motion = False
        self.steps_per_epoch = 1
        self._selection = selection
        self._entry = Entry.START
        self.is_waiting = False
        self._search: WalkSearch | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._play_on)

    @property
    def trace(self) -> Trace | None:
        """The step that is walked over."""
        return None if self.walk is None else self.walk.trace

    @property
    def line(self) -> TraceLine | None:
        """The line at the cursor; ``None`` at the start of the step."""
        return None if self.walk is None else self.walk.line

    @property
    def position(self) -> int:
        """How many lines are wholly done."""
        return 0 if self.walk is None else self.walk.position

    @property
    def place(self) -> Place | None:
        """Where the cursor stands."""
        return self.walk.place if self.walk else None

    @property
    def is_playing(self) -> bool:
        """Whether the cursor moves by itself."""
        return self._timer.isActive()

    @property
    def focus(self) -> Focus:
        """The scalar of the current line that is looked at.

        While a unit or a term is the step, the one at the cursor; else what is
        selected, as far as it belongs to the line.
        """
        if self.walk is None:
            return Focus(sample=self._selection.sample)
        return focus_of(self.walk, self.size, self._selection)

    def start(self) -> None:
        """Begin to walk: ask for the next step's recording."""
        if not self.is_active:
            self.is_active = True
            self._ask(Entry.START)
            self.trace_changed.emit()

    def leave(self) -> None:
        """Stop walking; nothing has happened to the training."""
        self.stop()
        if self.is_active:
            self.is_active, self.is_waiting, self.walk = False, False, None
            self.trace_changed.emit()
            self.place_changed.emit()

    def restart(self) -> None:
        """Ask for the recording of another run's next step; the cursor goes to its start."""
        if self.is_active:
            self.stop()
            self._ask(Entry.START)

    def look_at(self, subject: RecordStep) -> None:
        """Walk over the step that these rows or numbers would make, or the batch's own."""
        if subject != self.subject:
            self.subject = subject
            self.refresh()

    def look_at_sample(self) -> None:
        """Walk over the step that the selected sample alone would make."""
        trace = self.trace
        if trace is not None and trace.rows is not None:
            sample = min(self._selection.sample, trace.batch_size - 1)
            self.look_at(RecordStep((int(trace.rows[sample]),)))

    def refresh(self) -> None:
        """Ask for the recording anew, as after a change from outside; the cursor stays."""
        if self.is_active:
            self._ask(Entry.STAY)

    def give_up(self, _message: str = "") -> None:
        """Wait no longer for a recording that could not be made; what is on show stays."""
        self.is_waiting, self.subject = False, self._shown_subject
        self.place_changed.emit()

    def take(self, trace: Trace) -> None:
        """Walk over a trace that was recorded."""
        if not self.is_active:
            return
        self.is_waiting, self._shown_subject = False, self.subject
        line, self.walk = self.position, Walk(trace)
        entry, self._entry = self._entry, Entry.STAY
        if self._selection.sample >= trace.batch_size:
            self._selection.select_sample(trace.batch_size - 1)
        match entry:
            case Entry.FIRST_MOVE:
                self.walk.forward(self.size)
            case Entry.END:
                self.walk.last()
                self.walk.backward(self.size)
            case Entry.STAY:
                self.walk.go_to(min(line, len(trace.lines)))
        self.trace_changed.emit()
        self.place_changed.emit()
        if entry is Entry.SEARCH:
            self._search_on()

    def _ask(self, entry: Entry, request: Callable[[], object] | None = None) -> None:
        self._entry, self.is_waiting = entry, True
        if request is not None:
            request()
        self.recording_requested.emit(self.subject)

    def set_size(self, size: Size) -> None:
        """Move so far at a time from now on."""
        if size is not self.size:
            self.size = size
            self.place_changed.emit()

    def set_edge_content(self, content: EdgeContent) -> None:
        """Show this by the edges of the diagram."""
        self.edge_content = content
        self.place_changed.emit()

    def change_size(self, by: int) -> None:
        """Move in larger steps (+1) or smaller ones (-1)."""
        sizes = list(Size)
        index = sizes.index(self.size) + by
        self.set_size(sizes[max(0, min(index, len(sizes) - 1))])

    def forward(self) -> None:
        """Go on by one step size; after the last line the next step begins."""
        if self.walk is None or self.is_waiting:
            return
        if self.size is Size.EPOCH:
            self._ask(Entry.START, self.epoch_requested.emit)
        elif self.walk.forward(self.size):
            self.place_changed.emit()
        else:
            self._ask(Entry.FIRST_MOVE, self.advance_requested.emit)

    def backward(self) -> None:
        """Go back by one step size; before the first line the step before is sought."""
        if self.walk is None or self.is_waiting:
            return
        if self.size is Size.EPOCH:
            done = self.walk.trace.step - 1
            start = epoch_before(done, self.steps_per_epoch, self.walk.is_at_start)
            if start == done:
                self.first()
            else:
                self._ask(Entry.START, partial(self.seek_requested.emit, start))
        elif self.walk.backward(self.size):
            self.place_changed.emit()
        elif self.walk.trace.step > 1:
            # The state before the step before, whose recording is then walked from its end.
            earlier = self.walk.trace.step - 2
            self._ask(Entry.END, partial(self.seek_requested.emit, earlier))

    def go_to(self, number: int) -> None:
        """Go to the end of a line; 0 is the start of the step."""
        if self.walk is not None:
            self.walk.go_to(number)
            self.place_changed.emit()

    def go_to_phase(self, phase: Phase) -> None:
        """Go to the first line of a phase."""
        if self.walk is not None:
            self.walk.go_to_phase(phase)
            self.place_changed.emit()

    def first(self) -> None:
        """Go to the start of the step."""
        self.go_to(0)

    def last(self) -> None:
        """Go to the end of the step."""
        if self.walk is not None:
            self.go_to(len(self.walk.trace.lines))

    def toggle_play(self) -> None:
        """Play on, or stop."""
        if self.is_playing:
            self.stop()
        elif self.walk is not None:
            self._timer.start(round(1000 / self.pace))
            self.playing_changed.emit(True)

    def stop(self) -> None:
        """Stop playing and searching."""
        self._search = None
        if self._timer.isActive():
            self._timer.stop()
            self.playing_changed.emit(False)

    def set_pace(self, moves_per_second: float) -> None:
        """Play at this pace."""
        self.pace = moves_per_second
        if self.is_playing:
            self._timer.setInterval(round(1000 / moves_per_second))

    def _play_on(self) -> None:
        if not self.is_waiting:
            self.forward()

    def run_condition(self, condition: StopCondition) -> None:
        """Go on, over steps if need be, to the next line where a condition is met."""
        if self.walk is not None:
            self.stop()
            self._search = WalkSearch(condition)
            self._search_on()

    def _search_on(self) -> None:
        if self.walk is None or self._search is None:
            return
        number = self._search.next_line(self.walk)
        if number is None:
            self._ask(Entry.SEARCH, self.advance_requested.emit)
            return
        self._search = None
        self.go_to(number)
