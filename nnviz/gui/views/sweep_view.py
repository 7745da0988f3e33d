"""SweepView: many runs at once; final losses as a heat map, curves as a fan."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.plot_overlay import swatch
from nnviz.gui.views.sweep_content import SweepContent, sweep_content
from nnviz.gui.views.sweep_fan import SweepFan
from nnviz.gui.views.sweep_form import SweepForm
from nnviz.gui.views.sweep_heat import SweepHeat
from nnviz.gui.views.sweep_job import SweepJob
from nnviz.gui.views.sweep_painting import measure_colour
from nnviz.gui.views.view import View
from nnviz.gui.widgets.text import ElidedLabel, as_sentence, number_text, wrapping_label
from nnviz.gui.wishes import SaveWish
from nnviz.sweeps.errors import SweepError
from nnviz.sweeps.files import write_whole
from nnviz.sweeps.plan import make_plan
from nnviz.sweeps.spec import SweepSpec
from nnviz.sweeps.table import write_table
from nnviz.sweeps.toml_file import sweep_text

# From here on, the form stands beside the pictures.
_WIDE = 560
_FORM_WIDTH = 216
# From here on, what is said of a run has two lines.
_HIGH = 220
_NO_LIMIT = 16_777_215
# Results that come close together are drawn together.
_DRAW_MILLISECONDS = 80
_EMPTY = (
    "Choose how many starts there shall be and which settings vary, then press Run: every run "
    "begins from the loaded experiment. {base}"
)


class SweepView(View):
    """Trains the loaded experiment from many starts, or over a grid of settings.

    Attributes
    ----------
    form, heat, fan
        The parts.
    job
        What is under way, and what came of it.
    content
        What is shown of it; ``None`` before the first sweep.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Compare starts")
        self.job = SweepJob(self)
        self.form = SweepForm()
        self.heat = SweepHeat(theme)
        self.fan = SweepFan(theme)
        self.empty = wrapping_label("", "hint")
        self.empty.setObjectName("sweep_empty")
        self.detail = wrapping_label("", "label")
        self.detail.setObjectName("sweep_detail")
        self.brief = ElidedLabel()
        self.brief.setObjectName("sweep_brief")
        self.content: SweepContent | None = None
        self._is_stale = False
        self._drawing = QTimer(self)
        self._drawing.setSingleShot(True)
        self._drawing.setInterval(_DRAW_MILLISECONDS)
        self._drawing.timeout.connect(self._show_results)
        self._lay_out()
        self._connect()
        self._show_results()

    def _lay_out(self) -> None:
        self._pictures = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._pictures.setSpacing(4)
        self._pictures.addWidget(self.heat, 6)
        self._pictures.addWidget(self.fan, 5)
        self._right = QWidget()
        column = QVBoxLayout(self._right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.empty)
        column.addLayout(self._pictures, 1)
        column.addWidget(self.detail)
        column.addWidget(self.brief)
        content = QWidget()
        content.setProperty("role", "scrolled")
        self._scrolled = QVBoxLayout(content)
        self._scrolled.setContentsMargins(12, 8, 12, 10)
        self._scrolled.setSpacing(10)
        self._scrolled.addWidget(self._right)
        self._scrolled.addWidget(self.form)
        self._frame = QScrollArea(self)
        self._frame.setObjectName("sweep_scroll")
        self._frame.setAccessibleName("Compare starts")
        self._frame.setFrameShape(QFrame.Shape.NoFrame)
        self._frame.setWidgetResizable(True)
        self._frame.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._frame.setWidget(content)
        self._parts = QHBoxLayout(self)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(0)
        self._parts.addWidget(self._frame)

    def _connect(self) -> None:
        self.form.run_requested.connect(self.run)
        self.form.cancel_requested.connect(self.job.cancel)
        self.form.save_requested.connect(self._save_results)
        self.form.save_spec_requested.connect(self._save_spec)
        self.form.measure_chosen.connect(self._show_results)
        self.job.changed.connect(self._draw_soon)
        self.job.failed.connect(partial(self.form.say, is_problem=True))
        for picture in (self.heat, self.fan):
            picture.run_hovered.connect(self._look_at)
            picture.run_chosen.connect(self._open)

    # What is shown.

    def refresh(self) -> None:
        """Say what the runs would begin from; the pictures follow the sweep, not the training."""
        if self.display.is_ready and self.content is None:
            self.empty.setText(_EMPTY.format(base=self._base_text()))

    def _base_text(self) -> str:
        sizes = "\N{EN DASH}".join(map(str, self.display.spec.layer_sizes))
        return f"Now that is {self.display.data.raw.name}, {sizes}."

    def apply_theme(self) -> None:
        """Colour the parts that paint themselves."""
        self.heat.apply_theme(self.theme)
        self.fan.apply_theme(self.theme)
        self._show_results()

    def _draw_soon(self) -> None:
        self._is_stale = True
        if self.isVisible() and not self._drawing.isActive():
            self._drawing.start()

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with what came while nobody looked."""
        super().showEvent(event)
        if self._is_stale:
            self._show_results()

    def _show_results(self, *_: object) -> None:
        self._is_stale = False
        job = self.job
        planned = 0 if job.plan is None else len(job.plan.runs)
        self.form.show_progress(len(job.results), planned, job.is_busy)
        self.empty.setVisible(job.plan is None)
        for part in (self.heat, self.fan):
            part.setVisible(job.plan is not None)
        self._choose_detail()
        self._share_height()
        if job.plan is None:
            return
        measure = self.form.measure_of(job.results.values())
        self.content = sweep_content(job.plan, job.results, measure)
        self.heat.show_content(self.content)
        cell = self.fan.cell if self.heat.hovered is not None else self.content.best_cell
        self.fan.show_content(self.content, min(cell, len(self.content.cells) - 1))
        self._look_at(self.heat.hovered)
        self._say_state(planned)

    def _share_height(self) -> None:
        """Give what room there is to the pictures, and to the form while there are none."""
        has_pictures = self.job.plan is not None
        self._scrolled.setStretchFactor(self._right, int(has_pictures))
        self._scrolled.setStretchFactor(self.form, int(not has_pictures))

    def _say_state(self, planned: int) -> None:
        content, done = self.content, len(self.job.results)
        assert content is not None
        facts = [f"{done:,} of {planned:,} runs"]
        if content.least is not None:
            colour = measure_colour(self.theme, content.measure)
            facts.append(swatch(colour, f"best {number_text(content.least)}"))
        diverged = sum(cell.summary.diverged for cell in content.cells)
        if diverged:
            facts.append(f"{diverged:,} diverged")
        self.set_facts("&nbsp;&nbsp;".join(facts))
        if self.form.note.property("role") == "hint":
            words = f"{done:,} of {planned:,} runs have finished."
            self.form.say(words if self.job.is_busy or done < planned else "")

    def _look_at(self, run: int | None) -> None:
        content = self.content
        if content is None:
            return
        if run is not None and content.plan.runs[run].cell != self.fan.cell:
            self.fan.show_content(content, content.plan.runs[run].cell)
        self.heat.hover(run)
        self.fan.hover(run)
        shown = content.best_run if run is None else run
        if shown is None:
            lines = ["No run has finished yet."]
        else:
            begin = "Best run: " if run is None else ""
            figures = as_sentence(content.run_figures(shown))
            lines = [f"{begin}{content.run_text(shown)}", figures]
        self.detail.setText("\n".join(lines))
        self.brief.set_text(" \N{MIDDLE DOT} ".join(reversed(lines)))

    def _choose_detail(self) -> None:
        """Say it in one line where the pictures need the room."""
        is_low = self._parts.indexOf(self._right) >= 0 and self.height() < _HIGH
        self.detail.setVisible(self.job.plan is not None and not is_low)
        self.brief.setVisible(self.job.plan is not None and is_low)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the form beside the pictures, or above them; the pictures likewise."""
        super().resizeEvent(event)
        is_wide = self.width() >= _WIDE
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        if is_wide and self._parts.indexOf(self._right) < 0:
            # Beside the pictures, the form alone scrolls.
            self._parts.addWidget(self._right, 1)
            self._right.setContentsMargins(6, 8, 10, 8)
        elif not is_wide and self._scrolled.indexOf(self._right) < 0:
            self._scrolled.insertWidget(0, self._right)
            self._right.setContentsMargins(0, 0, 0, 0)
            self._share_height()
        self._frame.setMaximumWidth(_FORM_WIDTH + 36 if is_wide else _NO_LIMIT)
        self.form.setFixedWidth(_FORM_WIDTH if is_wide else max(self.width() - 30, 60))
        room = self.width() - (_FORM_WIDTH if is_wide else 0)
        is_flat = is_wide and room > 2 * self.height()
        self._pictures.setDirection(across if is_flat else down)
        self._choose_detail()

    # What a person does.

    def run(self) -> None:
        """Train what the form describes."""
        spec = self._spec()
        if spec is None or self.job.is_busy:
            return
        try:
            plan = make_plan(spec)
        except SweepError as error:
            self.form.say(str(error), is_problem=True)
            return
        self.form.say("")
        self.heat.hover(None)
        self.job.start(plan)
        self._show_results()
        self._frame.verticalScrollBar().setValue(0)

    def _spec(self) -> SweepSpec | None:
        if not self.display.is_ready:
            return None
        try:
            return self.form.spec(self.display.snapshot.experiment)
        except SweepError as error:
            self.form.say(str(error), is_problem=True)
            return None

    def _open(self, run: int) -> None:
        assert self.content is not None
        self.display.wishes.load(self.content.plan.runs[run].experiment)

    def _save_results(self) -> None:
        plan, results = self.job.plan, list(self.job.results.values())
        if plan is None:
            return

        def write(path: Path) -> None:
            write_table(path, plan, results)

        patterns = "Tables (*.csv);;Parquet with curves (*.parquet)"
        self.display.wishes.save(SaveWish("Save the results", "sweep.csv", patterns, write))

    def _save_spec(self) -> None:
        spec = self._spec()
        if spec is None:
            return

        def write(path: Path) -> None:
            write_whole(path, sweep_text(spec).encode())

        self.display.wishes.save(SaveWish("Save the sweep", "sweep.toml", "Sweeps (*.toml)", write))

    def release(self) -> None:
        """End the sweep, and every process of it."""
        self._drawing.stop()
        self.job.close()
