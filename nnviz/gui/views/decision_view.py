"""DecisionView: what the network answers all over the input space."""

from html import escape

import numpy as np
from PySide6.QtGui import QPainterPath, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnviz.core.metrics import binary_codes
from nnviz.data.prepared import PreparedData
from nnviz.gui.display import Display
from nnviz.gui.input_plane import InputPlane
from nnviz.gui.theme import Theme
from nnviz.gui.views.decision_canvas import DecisionCanvas
from nnviz.gui.views.decision_ghosts import DecisionGhosts
from nnviz.gui.views.decision_lines import boundary, class_lines
from nnviz.gui.views.decision_picture import paint_map
from nnviz.gui.views.decision_points import class_colour, point_sets
from nnviz.gui.views.decision_scene import Scene
from nnviz.gui.views.view import View
from nnviz.gui.widgets.card import SEPARATOR
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.text import number_text, percent_text, wrapping_label
from nnviz.training.commands import RecordStep

CELLS = 100
LINE_CELLS = 50
CURVE_POINTS = 300
_LOW = 180


class DecisionView(View):
    """The map of answers with the data on top; a curve for one-dimensional regression.

    With more than two inputs, two lists choose the columns to look along; the
    other columns stay at the mean of the training rows, and the view says so. Other
    runs that can be recalled are dashed lines in their colours.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Decision boundary")
        self.canvas = DecisionCanvas(theme, self)
        self.canvas.setAccessibleName(
            "Answers of the network over the inputs, with the data; arrow keys select a sample"
        )
        self._right = Combo("decision_column_right", "Input drawn to the right", self)
        self._up = Combo("decision_column_up", "Input drawn upwards", self)
        self._note = wrapping_label("", "hint", self)
        self._chooser = self._make_chooser()
        self._scene_key: tuple[object, ...] | None = None
        self._ghosts = DecisionGhosts(display)
        self._hovered: tuple[float, float] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._chooser)
        column.addWidget(self._note)
        column.addWidget(self.canvas, 1)
        self.canvas.place_hovered.connect(self._show_answer_at)
        self.canvas.point_clicked.connect(self._select_row)
        self.canvas.sample_stepped.connect(self._step_sample)

    def _make_chooser(self) -> QWidget:
        chooser = QWidget(self)
        row = QHBoxLayout(chooser)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for caption, combo in (
            ("\N{RIGHTWARDS ARROW}", self._right),
            ("\N{UPWARDS ARROW}", self._up),
        ):
            row.addWidget(QLabel(caption, chooser))
            row.addWidget(combo, 1)
            combo.key_chosen.connect(self._choose_columns)
        return chooser

    def refresh(self) -> None:
        """Work out the answers for the newest parameters."""
        if not self.display.is_ready:
            return
        self._prepare_scene()
        canvas = self.canvas
        if self._is_curve:
            x, y = self.display.output_curve(CURVE_POINTS)
            canvas.curve = np.stack((x, y[:, 0]), axis=1)
            canvas.picture, canvas.contour = None, QPainterPath()
        else:
            outputs = self.display.output_map(CELLS)
            canvas.curve = None
            canvas.picture = paint_map(outputs, self.theme)
            canvas.contour = (
                boundary(outputs, self.display.data.is_classification)
                if outputs.kind == "signed"
                else self._class_lines()
            )
        canvas.ghosts = self._ghosts.ghosts(self.theme, self._is_curve)
        rows = self.display.batch_rows
        canvas.ring = int(rows[self.display.sample_index]) if len(rows) else None
        canvas.read_out = self._answer_at(self._hovered) if self._hovered else ""
        canvas.update()
        self.set_facts(self._fact_text())

    def _class_lines(self) -> QPainterPath:
        # Outputs before a softmax: they cross where its probabilities do, but do not
        # saturate, so that straight lines between cells stay true.
        grid = self.display.plane.grid(LINE_CELLS)
        outputs = self.display.network.forward(grid).outputs.astype(np.float64)
        return class_lines(outputs.reshape(LINE_CELLS, LINE_CELLS, -1))

    def apply_theme(self) -> None:
        """Draw points and axes in the new colours."""
        self._scene_key = None

    @property
    def _is_curve(self) -> bool:
        return not self.display.data.is_classification and self.display.data.input_size == 1

    def _prepare_scene(self) -> None:
        data, plane = self.display.data, self.display.plane
        key = (id(data), plane.columns, self.theme.name)
        if key == self._scene_key:
            return
        self._scene_key = key
        self._fill_chooser(data, plane)
        train, validation = point_sets(data, plane, self.theme)
        low, high = plane.low, plane.high
        if self._is_curve:
            heights = np.concatenate((train.places[:, 1], validation.places[:, 1]))
            margin = 0.12 * (heights.max() - heights.min()) or 1.0
            low = (low[0], float(heights.min() - margin))
            high = (high[0], float(heights.max() + margin))
        tick_low, tick_high = _source_units(data, plane, low, high)
        bar: tuple[str, ...] = ()
        if not self._is_curve and (data.class_count == 2 or not data.is_classification):
            outputs = self.display.output_map(CELLS)
            bar = (outputs.low, outputs.high)
        self.canvas.show_scene(
            Scene(
                low=low,
                high=high,
                tick_low=tick_low,
                tick_high=tick_high,
                names=_axis_names(data, plane),
                bar=bar,
                has_values=train.has_values,
                is_square=data.input_size == 2,
                train=train,
                validation=validation,
            ),
            self.theme,
        )

    # Columns.

    def _fill_chooser(self, data: PreparedData, plane: InputPlane) -> None:
        self._chooser.setVisible(data.input_size > 2)
        names = [(str(index), name) for index, name in enumerate(data.raw.feature_names)]
        for combo, chosen in zip((self._right, self._up), plane.columns, strict=True):
            combo.set_entries(names)
            combo.show_key(str(chosen))
        parts = [*self._class_key(data), *_held_words(data)]
        self._note.setText(SEPARATOR.join(parts))
        self.canvas.setToolTip(SEPARATOR.join(_held_words(data)))
        self._fit_note()

    def _fit_note(self) -> None:
        # In a very low view the map comes first; its tooltip says what is held.
        self._note.setVisible(bool(self._note.text()) and self.height() >= _LOW)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Make room for the map."""
        super().resizeEvent(event)
        self._fit_note()

    def _choose_columns(self) -> None:
        right, up = int(self._right.currentData()), int(self._up.currentData())
        self.display.set_plane_columns(right, up)
        self.refresh()

    # Words.

    def _fact_text(self) -> str:
        evaluation, data = self.display.snapshot.evaluation, self.display.data
        if data.is_classification:
            shares = [f"train {percent_text(evaluation.train_accuracy)}"]
            if evaluation.validation_accuracy is not None:
                shares.append(f"validation {percent_text(evaluation.validation_accuracy)}")
        else:
            shares = [f"train loss {number_text(evaluation.train_loss)}"]
            if evaluation.validation_loss is not None:
                shares.append(f"validation {number_text(evaluation.validation_loss)}")
        # The marks of the points, so that this is their legend too.
        has_values = not data.is_classification and data.input_size > 1
        square = "\N{BLACK SQUARE}" if has_values else "\N{WHITE SQUARE}"
        marks = ("\N{BLACK CIRCLE}", square)
        return SEPARATOR.join(f"{mark} {share}" for mark, share in zip(marks, shares, strict=False))

    def _class_key(self, data: PreparedData) -> tuple[str, ...]:
        if data.class_count < 3:
            return ()
        return (
            " ".join(
                f'<span style="color:{class_colour(self.theme, data.class_count, number)}">'
                f"\N{BLACK CIRCLE}</span> {escape(name)}"
                for number, name in enumerate(data.raw.class_names)
            ),
        )

    def _show_answer_at(self, place: tuple[float, float] | None) -> None:
        self._hovered = place if self.display.is_ready else None
        text = self._answer_at(self._hovered) if self._hovered else ""
        if text != self.canvas.read_out:
            self.canvas.read_out = text
            self.canvas.update()

    def _answer_at(self, place: tuple[float, float]) -> str:
        display, data, plane = self.display, self.display.data, self.display.plane
        inputs = np.array([plane.held])
        if not self._is_curve:
            inputs[0, plane.columns[1]] = place[1]
        inputs[0, plane.columns[0]] = place[0]
        source = data.scaling.undo(inputs)[0]
        named = [
            f"{data.raw.feature_names[column]} = {number_text(float(source[column]), 3)}"
            for column in dict.fromkeys(plane.columns)
        ]
        answer = display.network.predict(inputs)
        return f"{', '.join(named)}: {_in_words(answer[0].astype(np.float64), data, display)}"

    def _select_row(self, row: int) -> None:
        positions = np.flatnonzero(self.display.batch_rows == row)
        if len(positions):
            self.display.selection.select_sample(int(positions[0]))
        elif self.display.playback.is_active:
            # A walk can look at any row, not only at those of its batch.
            self.display.playback.look_at(RecordStep((row,)))

    def _step_sample(self, by: int) -> None:
        count = len(self.display.batch_rows) if self.display.is_ready else 0
        if count:
            self.display.selection.select_sample((self.display.sample_index + by) % count)
            self.refresh()


def _held_words(data: PreparedData) -> tuple[str, ...]:
    count = data.input_size - 2
    if count < 1:
        return ()
    return ("the other input at its mean" if count == 1 else f"{count} other inputs at their mean",)


def _axis_names(data: PreparedData, plane: InputPlane) -> tuple[str, str]:
    names = data.raw.feature_names
    if data.input_size > 1:
        return names[plane.columns[0]], names[plane.columns[1]]
    return names[0], "" if data.is_classification else data.raw.target_name


def _source_units(
    data: PreparedData, plane: InputPlane, low: tuple[float, float], high: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the corners in the units of the data."""
    corners = np.array([plane.held, plane.held])
    for column, ends in zip(
        reversed(plane.columns), zip(reversed(low), reversed(high), strict=True), strict=True
    ):
        corners[:, column] = ends
    source = data.scaling.undo(corners)
    right, up = plane.columns
    heights = source[:, up]
    if data.input_size == 1:
        heights = np.array([low[1], high[1]])
        if not data.is_classification:
            heights = data.target_scaling.undo(heights[:, np.newaxis])[:, 0]
    return (
        (float(source[0, right]), float(heights[0])),
        (float(source[1, right]), float(heights[1])),
    )


def _in_words(answer: np.ndarray, data: PreparedData, display: Display) -> str:
    if not data.is_classification:
        value = data.target_scaling.undo(answer[np.newaxis])[0, 0]
        return f"{data.raw.target_name} = {number_text(float(value))}"
    if len(answer) == 1:
        winner = int(answer[0] > sum(binary_codes(display.spec)) / 2)
        return f"{data.raw.class_names[winner]} (output {number_text(float(answer[0]))})"
    winner = int(np.argmax(answer))
    return f"{data.raw.class_names[winner]} ({number_text(float(answer[winner]), 3)})"
