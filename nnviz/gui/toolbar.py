"""TransportBar: brand, transport, speed, and the live figures."""

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.widgets.buttons import IconButton, RunButton
from nnviz.gui.widgets.keys import reach_by_tab
from nnviz.gui.widgets.slider import Slider
from nnviz.gui.widgets.text import count_text, number_text, percent_text, role_label, section_head
from nnviz.gui.workspaces import WORKSPACES
from nnviz.training.snapshot import RunState, Snapshot

HEIGHT = 54
LEAST_WIDTH = 980
# Less than this is left for the speed where it is shown in short, px.
_SPEED_ROOM = 300
SPEEDS: tuple[float | None, ...] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, None)


def speed_text(speed: float | None) -> str:
    """Write a speed limit in words."""
    if speed is None:
        return "as fast as possible"
    return "1 step/s" if speed == 1 else f"{speed:,.0f} steps/s"


class Figure(QWidget):
    """A head and a number under it, both aligned to the left."""

    def __init__(self, name: str, words: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(width)
        self._words = words
        self._head = section_head(words, self)
        self._number: QLabel = role_label("", "stat", self)
        self._number.setObjectName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 7, 0, 7)
        column.setSpacing(1)
        column.addWidget(self._head)
        column.addWidget(self._number)

    @property
    def text(self) -> str:
        """What the number reads now."""
        return self._number.text()

    def show_text(self, text: str, explanation: str) -> None:
        """Show a number and say in the tooltip what it is."""
        self._number.setText(text)
        self._number.setAccessibleName(f"{self._words}: {text}")
        self.setToolTip(explanation)


class TransportBar(QWidget):
    """The top row of the window.

    Attributes
    ----------
    run_button
        Runs and pauses.

    Signals
    -------
    speed_requested
        A person wants so many steps a second (``None``: as many as possible).
    """

    speed_requested = Signal(object)

    def __init__(
        self, display: Display, actions: Mapping[str, QAction], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._display = display
        self.setFixedHeight(HEIGHT)
        self.setMinimumWidth(LEAST_WIDTH)
        self.run_button = RunButton(self)
        self.run_button.clicked.connect(actions["toggle_run"].trigger)
        self.theme_button = IconButton("theme_button", "Dark or light", "sun", 34, self)
        self.theme_button.follow(actions["toggle_theme"])
        self._epoch = Figure("epoch_figure", "Epoch", 64, self)
        self._train_loss = Figure("train_loss_figure", "Train loss", 84, self)
        self._validation_loss = Figure("validation_loss_figure", "Val loss", 84, self)
        self._accuracy = Figure("accuracy_figure", "Accuracy", 76, self)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 12, 0)
        row.setSpacing(6)
        row.addWidget(role_label("nnviz", "brand", self))
        row.addSpacing(12)
        self._add_workspaces(row, actions)
        row.addSpacing(14)
        self._add_transport(row, actions)
        row.addSpacing(14)
        self._add_speed(row)
        row.addStretch(1)
        for figure in (self._epoch, self._train_loss, self._validation_loss, self._accuracy):
            row.addWidget(figure)
        row.addSpacing(6)
        row.addWidget(self.theme_button)
        self.refresh()

    def refresh(self) -> None:
        """Show the figures of the newest snapshot."""
        if self._display.is_ready:
            self._show(self._display.snapshot)
        else:
            for figure in (self._epoch, self._train_loss, self._validation_loss, self._accuracy):
                figure.show_text(number_text(None), "Nothing has been trained yet")

    def show_theme(self, theme: Theme) -> None:
        """Offer the other theme."""
        self.theme_button.set_icon_name("sun" if theme.is_dark else "moon")

    def _add_workspaces(self, row: QHBoxLayout, actions: Mapping[str, QAction]) -> None:
        self.workspace_buttons: dict[str, QToolButton] = {}
        buttons = QHBoxLayout()
        buttons.setSpacing(4)
        for workspace in WORKSPACES.values():
            button = QToolButton(self)
            button.setObjectName(f"{workspace.key}_workspace_button")
            button.setAccessibleName(f"Workspace {workspace.title}")
            button.setText(workspace.title)
            button.setProperty("role", "workspace")
            button.setCheckable(True)
            button.setChecked(workspace.key == "train")
            reach_by_tab(button)
            action = actions[f"show_{workspace.key}"]
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
            self.workspace_buttons[workspace.key] = button
            # Its text is never cut: there is more room between the figures.
            button.ensurePolished()
            button.setMinimumWidth(button.sizeHint().width())
            buttons.addWidget(button)
        row.addLayout(buttons)

    def show_workspace(self, key: str) -> None:
        """Mark the workspace that is on show."""
        for name, button in self.workspace_buttons.items():
            button.setChecked(name == key)

    def _add_transport(self, row: QHBoxLayout, actions: Mapping[str, QAction]) -> None:
        reset = IconButton("reset_button", "Reset to the same start", "rotate-ccw", 34, self)
        reset.follow(actions["reset"])
        step = IconButton("step_button", "One step", "step-forward", 34, self)
        step.follow(actions["step"])
        epoch = IconButton("epoch_button", "One epoch", "skip-forward", 34, self)
        epoch.follow(actions["epoch"])
        row.addWidget(reset)
        row.addWidget(self.run_button)
        row.addWidget(step)
        row.addWidget(epoch)

    def _add_speed(self, row: QHBoxLayout) -> None:
        self._speed = QWidget(self)
        inner = QHBoxLayout(self._speed)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(8)
        self.speed_slider = Slider("speed_slider", "Speed", self._speed)
        self.speed_slider.setRange(0, len(SPEEDS) - 1)
        self.speed_slider.setPageStep(3)
        self.speed_slider.setToolTip("How many training steps a second, at most")
        self._speed_label = role_label("", "value", self._speed)
        self._speed_label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._speed_word = role_label("Speed", "label", self._speed)
        inner.addWidget(self._speed_word)
        inner.addWidget(self.speed_slider)
        inner.addWidget(self._speed_label)
        row.addWidget(self._speed)
        self.speed_slider.setValue(len(SPEEDS) - 1)
        self._fit_speed(is_short=False)
        self.speed_slider.valueChanged.connect(self._request_speed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the speed in short where there is little room, and not at all without any."""
        super().resizeEvent(event)
        others = self.sizeHint().width()
        if not self._speed.isHidden():
            others -= self._speed.sizeHint().width()
        room = self.width() - others
        self._fit_speed(is_short=room < _SPEED_ROOM)
        self._speed.setVisible(room >= self._speed.sizeHint().width())

    def _fit_speed(self, is_short: bool) -> None:
        self._speed_word.setHidden(is_short)
        self.speed_slider.setFixedWidth(72 if is_short else 110)
        self._speed_label.setFixedWidth(84 if is_short else 116)
        self._shows_short_speed = is_short
        self._show_speed(self.speed_slider.value())

    def minimumSizeHint(self) -> QSize:
        """Return the size without the speed."""
        return QSize(LEAST_WIDTH, HEIGHT)

    def choose_speed(self, steps_per_second: float) -> None:
        """Move the slider to the offered speed that is nearest, as a person would."""
        limits = [speed for speed in SPEEDS if speed is not None]
        nearest = min(limits, key=lambda speed: abs(speed - steps_per_second))
        self.speed_slider.setValue(SPEEDS.index(nearest))

    def _request_speed(self, position: int) -> None:
        self._show_speed(position)
        self.speed_requested.emit(SPEEDS[position])

    def _show_speed(self, position: int) -> None:
        text = speed_text(SPEEDS[position])
        is_limited = SPEEDS[position] is not None
        self._speed_label.setText(
            text if is_limited or not self._shows_short_speed else "full speed"
        )
        self.speed_slider.setAccessibleDescription(text)

    def _show(self, snapshot: Snapshot) -> None:
        self.run_button.set_running(snapshot.state is RunState.RUNNING)
        result = snapshot.evaluation
        at_step = f"at step {count_text(result.step)}"
        done = f"{count_text(snapshot.batch)} of {count_text(snapshot.batches_per_epoch)} batches"
        self._epoch.show_text(
            count_text(snapshot.epoch),
            f"Whole passes through the training rows; {done} of the next are done",
        )
        rows = count_text(len(snapshot.data.train_rows))
        self._train_loss.show_text(
            number_text(result.train_loss), f"Mean loss over all {rows} training rows, {at_step}"
        )
        rows = count_text(len(snapshot.data.validation_rows))
        self._validation_loss.show_text(
            number_text(result.validation_loss),
            f"Mean loss over all {rows} validation rows, {at_step}",
        )
        self._show_accuracy(snapshot, at_step)

    def _show_accuracy(self, snapshot: Snapshot, at_step: str) -> None:
        self._accuracy.setVisible(snapshot.data.is_classification)
        held_back = snapshot.evaluation.validation_accuracy
        share = snapshot.evaluation.train_accuracy if held_back is None else held_back
        rows = "training" if held_back is None else "validation"
        self._accuracy.show_text(
            percent_text(share), f"Share of {rows} rows whose class is right, {at_step}"
        )
