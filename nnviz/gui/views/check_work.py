"""CheckWork: the measuring behind the Check pane, a few milliseconds at a time."""

from time import perf_counter

from nnviz.core.gradcheck import RunningCheck
from nnviz.core.looking_glass import Focus
from nnviz.core.probe import Entry, Probe, entry_at, parameter_entry
from nnviz.core.program import LineKind
from nnviz.core.step_check import Findings, start_check
from nnviz.core.step_size_curve import StepSizeCurve
from nnviz.core.trace import Trace
from nnviz.core.update_check import UpdateCheck, check_update
from nnviz.core.verdicts import Comparison
from nnviz.gui.selection import Selection
from nnviz.gui.views.check_rows import CheckRow, check_rows, parameter_name

# Networks up to here are checked without being asked to.
MOST_AUTOMATIC = 4000


class CheckWork:
    """What is measured of one recorded step; parts are worked out when they are needed.

    Attributes
    ----------
    trace
        The step.
    entry
        The gradient that is looked at.
    curve
        Its errors over step sizes.
    running
        The check of all gradients, or ``None`` while nobody asked for it.
    rows
        What came of it, once it is done.
    """

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.entry = parameter_entry(trace, 1, 0, 0)
        self.curve: StepSizeCurve | None = None
        self.running: RunningCheck | None = None
        self.rows: tuple[CheckRow, ...] = ()
        self._probes: dict[str, Probe] = {}
        self._update: UpdateCheck | None = None
        if not self.is_large:
            self.check_all()

    @property
    def is_large(self) -> bool:
        """Whether measuring a single gradient takes longer than a move of the cursor may."""
        return self.trace.layout.size > MOST_AUTOMATIC

    def probe(self, dtype: str = "float64") -> Probe:
        """Return what measures single gradients at a precision."""
        if dtype not in self._probes:
            self._probes[dtype] = Probe(self.trace, dtype)
        return self._probes[dtype]

    @property
    def update(self) -> UpdateCheck | None:
        """The check of the update; ``None`` where there is none."""
        if self._update is None:
            self._update = check_update(self.trace)
        return self._update

    def look_at(self, entry: Entry) -> None:
        """Look at another gradient."""
        if entry != self.entry or self.curve is None:
            self.entry = entry
            self.curve = StepSizeCurve(self.trace, entry, self.probe)

    def check_all(self) -> None:
        """Begin to check all gradients and the update."""
        self.running, self.rows = start_check(self.trace), ()

    def stop(self) -> None:
        """Give a check up that is not done."""
        if self.is_checking:
            self.running = None

    @property
    def is_checking(self) -> bool:
        """Whether a check of all gradients is under way."""
        return self.running is not None and not self.rows

    @property
    def share(self) -> float:
        """How much of it is done, 0 to 1."""
        return 0.0 if self.running is None else self.running.done / self.running.total

    @property
    def has_work(self) -> bool:
        """Whether there is anything left to measure."""
        return self.is_checking or (self.curve is not None and not self.curve.is_done)

    def advance(self, seconds: float) -> None:
        """Measure for about so long: the curve first, then all gradients."""
        end = perf_counter() + seconds

        def is_time_up() -> bool:
            return perf_counter() >= end

        if self.curve is not None and not self.curve.advance(is_time_up):
            return
        running = self.running
        if running is not None and self.is_checking and running.advance(is_time_up):
            self.rows = check_rows(Findings(self.trace, running.result), self.update)

    def is_update_line(self, number: int) -> bool:
        """Whether a line is an update, which is compared with its definition."""
        return number > 0 and self.trace.lines[number - 1].line.kind is LineKind.UPDATE

    def compare_update(self, number: int, focus: Focus) -> tuple[str, Comparison] | None:
        """Return the parameter at the focus of an update line, and how it was updated."""
        if self.update is None:
            return None
        layer = self.trace.lines[number - 1].line.layer
        block = self.trace.layout.blocks[layer - 1]
        column = focus.piece * block.fan_out + focus.unit
        index = block.start + focus.source * block.pieces * block.fan_out + column
        name = f"{parameter_name(self.trace.layout, index, '')} after the step"
        return name, self.update.at(index)


def entry_for(trace: Trace, number: int, focus: Focus, selection: Selection) -> Entry:
    """Return the gradient to look at: the line's own, else that of what is selected."""
    entry = entry_at(trace, number, focus)
    if entry is not None:
        return entry
    layers = trace.spec.layers
    edge, unit = selection.edge, selection.unit
    if edge is not None and edge.layer <= len(layers):
        return parameter_entry(trace, edge.layer, edge.source, edge.target)
    if unit is not None and 0 < unit.layer <= len(layers):
        fan_in = trace.spec.layer_sizes[unit.layer - 1]
        return parameter_entry(trace, unit.layer, fan_in, unit.index)
    if number and trace.lines[number - 1].line.kind is LineKind.AFFINE:
        layer = trace.lines[number - 1].line.layer
        return parameter_entry(trace, layer, focus.source, focus.unit, focus.piece)
    return parameter_entry(trace, 1, 0, 0)
