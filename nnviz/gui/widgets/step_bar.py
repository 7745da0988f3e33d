"""StepBar: the walk's own row of controls, with the lecture's sub-steps as lamps."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolBar, QVBoxLayout, QWidget

from nnviz.core.equation import substeps_of, title_of
from nnviz.core.trace import Trace
from nnviz.core.walk import Place, Size
from nnviz.gui.edge_content import EdgeContent
from nnviz.gui.playback import Playback
from nnviz.gui.widgets.buttons import IconButton
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.slider import Slider
from nnviz.gui.widgets.step_lamps import Lamps, PhaseChips
from nnviz.gui.widgets.text import ElidedLabel, count_text, role_label
from nnviz.training.commands import RecordStep

PACES = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_SIZE_WORDS = {
    Size.TERM: "one term",
    Size.UNIT: "one unit",
    Size.OPERATION: "one operation",
    Size.LAYER: "one layer",
    Size.PHASE: "one phase",
    Size.STEP: "one step",
    Size.EPOCH: "one epoch",
}

_DATA_WORDS = {
    "batch": "the next batch",
    "sample": "one sample alone",
    "typed": "numbers typed in…",
}


class StepBar(QToolBar):
    """Size, moves, phases and the place in the trace; below them the sub-steps.

    Attributes
    ----------
    size_box, pace_box, data_box, edges_box, slider, phase_chips, lamps
        The controls.

    Signals
    -------
    numbers_requested
        A person wants to type the numbers that the recorded step sees.
    """

    numbers_requested = Signal()

    def __init__(self, playback: Playback, actions: Mapping[str, QAction], parent: QWidget) -> None:
        super().__init__("Walk", parent)
        self.setObjectName("step_bar")
        self.setMovable(False)
        self.toggleViewAction().setEnabled(False)
        self._playback = playback
        self._trace: Trace | None = None
        holder = QWidget(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(12, 0, 12, 4)
        column.setSpacing(3)
        column.addLayout(self._controls(actions, holder))
        second = QHBoxLayout()
        second.setSpacing(6)
        self.lamps = Lamps(holder)
        second.addWidget(self.lamps, 1)
        second.addWidget(role_label("Data", "label", holder))
        words = "What the recorded step sees; a click on a point chooses that row"
        self.data_box = _choice("walk_data", "Data of the walk", words, 150, holder)
        self.data_box.set_entries(_DATA_WORDS.items())
        self.data_box.key_chosen.connect(self._choose_data)
        second.addWidget(self.data_box)
        second.addSpacing(6)
        second.addWidget(role_label("Edges show", "label", holder))
        words = "What colour and width of the edges stand for"
        self.edges_box = _choice("walk_edges", "Edges show", words, 170, holder)
        self.edges_box.set_entries((content.name, content.value) for content in EdgeContent)
        self.edges_box.show_key(EdgeContent.AUTOMATIC.name)
        self.edges_box.key_chosen.connect(self._choose_edges)
        second.addWidget(self.edges_box)
        column.addLayout(second)
        self.addWidget(holder)
        playback.place_changed.connect(self.refresh)
        playback.trace_changed.connect(self.refresh)
        playback.playing_changed.connect(self._show_playing)
        self.refresh()

    def _controls(self, actions: Mapping[str, QAction], holder: QWidget) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        self.size_box = _choice(
            "walk_size",
            "Size of a move",
            "How far one move goes (Up and Down change it)",
            126,
            holder,
        )
        self.size_box.set_entries((size.value, words) for size, words in _SIZE_WORDS.items())
        self.size_box.key_chosen.connect(self._choose_size)
        row.addWidget(self.size_box)
        row.addSpacing(4)
        self._add_moves(row, actions, holder)
        row.addSpacing(8)
        self.phase_chips = PhaseChips(holder)
        self.phase_chips.phase_requested.connect(self._playback.go_to_phase)
        row.addWidget(self.phase_chips)
        row.addSpacing(8)
        self._add_place(row, holder)
        return row

    def _add_moves(self, row: QHBoxLayout, actions: Mapping[str, QAction], holder: QWidget) -> None:
        self.play_button = IconButton("walk_play_button", "Play the walk", "play", 30, holder)
        self.play_button.clicked.connect(self._playback.toggle_play)
        for key, spoken, icon_name in (
            ("walk_first", "Start of the step", "chevron-first"),
            ("walk_back", "Back", "step-back"),
            ("", "", ""),
            ("step", "Forward", "step-forward"),
            ("walk_last", "End of the step", "chevron-last"),
        ):
            if not key:
                row.addWidget(self.play_button)
                continue
            button = IconButton(f"walk_{key}_button", spoken, icon_name, 30, holder)
            button.follow(actions[key])
            row.addWidget(button)
        words = "Moves a second while the walk plays"
        self.pace_box = _choice("walk_pace", "Pace of the walk", words, 68, holder)
        self.pace_box.set_entries((f"{pace:g}", f"{pace:g}/s") for pace in PACES)
        self.pace_box.show_key(f"{self._playback.pace:g}")
        self.pace_box.key_chosen.connect(self._choose_pace)
        row.addWidget(self.pace_box)

    def _add_place(self, row: QHBoxLayout, holder: QWidget) -> None:
        self.slider = Slider("walk_slider", "Place in the step", holder)
        self.slider.setToolTip("Drag through the lines of the step")
        self.slider.setMinimumWidth(60)
        self.slider.valueChanged.connect(self._go_to)
        row.addWidget(self.slider, 2)
        self._place = role_label("", "value", holder)
        self._place.setObjectName("walk_place")
        row.addWidget(self._place)
        row.addSpacing(6)
        self._title = ElidedLabel(holder)
        self._title.setObjectName("walk_title")
        self._title.setMinimumWidth(40)
        row.addWidget(self._title, 3)

    def refresh(self) -> None:
        """Show where the walk stands."""
        playback = self._playback
        self.size_box.show_key(playback.size.value)
        trace, line = playback.trace, playback.line
        is_typed = playback.subject.inputs is not None
        has_rows = playback.subject.rows is not None
        self.data_box.show_key("typed" if is_typed else "sample" if has_rows else "batch")
        if trace is not self._trace:
            self._trace = trace
            self.slider.blockSignals(True)
            self.slider.setRange(0, 0 if trace is None else len(trace.lines))
            self.slider.blockSignals(False)
        place = playback.place
        number = 0 if place is None else place.line
        self.slider.blockSignals(True)
        self.slider.setValue(number)
        self.slider.blockSignals(False)
        self.slider.update()
        self._show_place(trace, place)
        self.phase_chips.show_phase(None if line is None else line.phase)
        self.lamps.show_substeps(() if line is None else substeps_of(line.line.kind))

    def _show_place(self, trace: Trace | None, place: Place | None) -> None:
        if trace is None or place is None:
            self._place.setText("")
            self._title.set_text("The next step is being recorded")
            return
        words = f"line {place.line} of {len(trace.lines)}"
        size = self._playback.size
        if place.unit and (not place.is_line_done or size in (Size.TERM, Size.UNIT)):
            words += f", unit {place.unit}"
            if not place.is_unit_done or size is Size.TERM:
                words += f", term {place.term}"
        self._place.setText(f"step {count_text(trace.step)} · {words}")
        line = self._playback.line
        self._title.set_text("Start of the step" if line is None else title_of(line.line))

    def _show_playing(self, is_playing: bool) -> None:
        self.play_button.set_icon_name("pause" if is_playing else "play")
        self.play_button.setAccessibleName("Stop the walk" if is_playing else "Play the walk")

    def _choose_size(self, key: str) -> None:
        self._playback.set_size(Size(key))

    def _choose_data(self, key: str) -> None:
        if key == "batch":
            self._playback.look_at(RecordStep())
        elif key == "sample":
            self._playback.look_at_sample()
        else:
            self.numbers_requested.emit()
        self.refresh()

    def _choose_pace(self, key: str) -> None:
        self._playback.set_pace(float(key))

    def _choose_edges(self, key: str) -> None:
        self._playback.set_edge_content(EdgeContent[key])

    def _go_to(self, number: int) -> None:
        self._playback.go_to(number)


def _choice(name: str, spoken: str, tooltip: str, width: int, parent: QWidget) -> Combo:
    box = Combo(name, spoken, parent)
    box.setToolTip(tooltip)
    box.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    box.setFixedWidth(width)
    return box
