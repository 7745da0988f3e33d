"""The phases of a step as chips, and the lecture's sub-steps as lamps."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from nnviz.core.equation import SUBSTEPS
from nnviz.core.program import Phase
from nnviz.gui.widgets.text import role_label

_SUBSTEP_WORDS = dict(
    zip(
        SUBSTEPS,
        (
            "evaluate model",
            "local gradients",
            "save ins and outs",
            "final loss",
            "final loss gradient",
            "propagate back",
            "downstream × local",
            "update weights",
        ),
        strict=True,
    )
)
_PHASE_OF_SUBSTEP = (0, 0, 0, 1, 2, 2, 2, 3)


class PhaseChips(QWidget):
    """The four phases, the present one lit; a click goes to it.

    Signals
    -------
    phase_requested
        A person wants to see this Phase.
    """

    phase_requested = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("phase_chips")
        self.setAccessibleName("Phase of the step")
        self.setToolTip("Phases of a step; click, or press 1 to 4")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.phase: Phase | None = None

    def sizeHint(self) -> QSize:
        """Return room for four words."""
        metrics = self.fontMetrics()
        widest = max(metrics.horizontalAdvance(self._words(phase)) for phase in Phase)
        return QSize(4 * (widest + 18), 26)

    def minimumSizeHint(self) -> QSize:
        """Return the size that all words need."""
        return self.sizeHint()

    def show_phase(self, phase: Phase | None) -> None:
        """Light one of them, or none."""
        if phase is not self.phase:
            self.phase = phase
            words = "no phase yet" if phase is None else phase.value
            self.setAccessibleDescription(words)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for the phase under the mouse."""
        index = int(event.position().x() / max(self.width(), 1) * 4)
        self.phase_requested.emit(list(Phase)[min(max(index, 0), 3)])

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the chips."""
        colours, painter = self.palette(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / 4
        for index, phase in enumerate(Phase):
            chip = QRectF(index * width + 2, 1, width - 4, self.height() - 2)
            is_lit = phase is self.phase
            role = QPalette.ColorRole.Highlight if is_lit else QPalette.ColorRole.Base
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.color(role))
            painter.drawRoundedRect(chip, 7, 7)
            text = QPalette.ColorRole.HighlightedText if is_lit else QPalette.ColorRole.Light
            painter.setPen(colours.color(text))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, self._words(phase))
        painter.end()

    @staticmethod
    def _words(phase: Phase) -> str:
        return f"{list(Phase).index(phase) + 1} {phase.value.capitalize()}"


class Lamps(QWidget):
    """The eight sub-steps of the lecture, those of the present line lit.

    Where there is no room for all words, only those of the lit ones are written.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("lamps")
        self.setAccessibleName("Sub-steps")
        self.setFixedHeight(20)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        # The words come and go by themselves; they must not hold the window open.
        row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self._labels: dict[str, QLabel] = {}
        for substep, phase in zip(SUBSTEPS, _PHASE_OF_SUBSTEP, strict=True):
            if self._labels and phase != _PHASE_OF_SUBSTEP[len(self._labels) - 1]:
                row.addSpacing(6)
            label = role_label(_SUBSTEP_WORDS[substep], "lamp", self)
            label.setToolTip(substep.capitalize())
            label.setProperty("lit", False)
            self._labels[substep] = label
            row.addWidget(Lamp(label, self))
            row.addWidget(label)
        row.addStretch(1)

    @property
    def lit(self) -> tuple[str, ...]:
        """The sub-steps that are lit."""
        return tuple(name for name, label in self._labels.items() if label.property("lit"))

    def minimumSizeHint(self) -> QSize:
        """Return room for the lamps and a few words."""
        return QSize(300, 20)

    def show_substeps(self, substeps: tuple[str, ...]) -> None:
        """Light these."""
        if self.lit == tuple(name for name in SUBSTEPS if name in substeps):
            return
        for name, label in self._labels.items():
            label.setProperty("lit", name in substeps)
            label.style().unpolish(label)
            label.style().polish(label)
        self.setAccessibleDescription("; ".join(self.lit))
        self._choose_words()
        for lamp in self.findChildren(Lamp):
            lamp.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Write as many words as there is room for."""
        super().resizeEvent(event)
        self._choose_words()

    def _choose_words(self) -> None:
        labels = self._labels.values()
        words = sum(label.sizeHint().width() for label in labels)
        gaps = len(self._labels) * (2 * 8 + Lamp.WIDTH) + 3 * 6
        has_room = words + gaps <= self.width()
        for label in labels:
            label.setVisible(has_room or bool(label.property("lit")))


class Lamp(QWidget):
    """A small round light beside a label."""

    WIDTH = 8

    def __init__(self, label: QLabel, parent: QWidget) -> None:
        super().__init__(parent)
        self._label = label
        self.setFixedSize(self.WIDTH, 20)
        self.setToolTip(label.toolTip())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it in the accent colour while its label is lit."""
        colours = self.palette()
        is_lit = bool(self._label.property("lit"))
        role = QPalette.ColorRole.Accent if is_lit else QPalette.ColorRole.Mid
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.color(role)))
        painter.drawEllipse(QRectF(0.5, self.height() / 2 - 3.5, 7, 7))
        painter.end()
