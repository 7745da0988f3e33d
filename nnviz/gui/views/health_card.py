"""FindingCard: one finding, the way to it, and what may help."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnviz.core.vitals import Finding, Severity
from nnviz.gui.icons import icon_pixmap
from nnviz.gui.theme import Theme
from nnviz.gui.views.health_content import tip_of, title_of
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.widgets.text import as_sentence, wrapping_label
from nnviz.training.remedies import Remedy

# A shape for each severity: colour alone would not do.
_ICONS = {
    Severity.BAD: "octagon-x",
    Severity.WARNING: "triangle-alert",
    Severity.NOTE: "info",
}
_WORDS = {Severity.BAD: "bad", Severity.WARNING: "warning", Severity.NOTE: "note"}
_SIDES = (10, 8, 8, 8)
_LINE, _PADDING, _NARROWEST = 14, 16, 60


class RemedyButton(PlotButton):
    """Tries a remedy; its words take as many lines as they need."""

    def __init__(self, name: str, remedy: Remedy, parent: QWidget) -> None:
        super().__init__(name, "", name, parent, is_framed=True)
        self._words: tuple[str, ...] = ()
        self._room = 200
        self.offer(remedy)

    def offer(self, remedy: Remedy) -> None:
        """Offer this remedy, perhaps of another step than before."""
        ending = " on a branch" if remedy.is_branch else ""
        spoken = (
            f"Branch at step {remedy.step:,} with {remedy.label}; this run is kept"
            if remedy.step is not None
            else f"Begin a new run: {remedy.label}. This run is given up"
        )
        words = tuple(f"Try {remedy.label}{ending}".split())
        self.setAccessibleName(spoken)
        self.setToolTip(spoken)
        if words != self._words:
            self._words = words
            self.fit(self._room)

    def fit(self, room: int) -> None:
        """Break the words into lines of at most this width."""
        self._room = room
        metrics = QFontMetricsF(self.font())
        lines = [""]
        for word in self._words:
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and metrics.horizontalAdvance(longer) > room - _PADDING:
                lines.append(word)
            else:
                lines[-1] = longer
        self.setText("\n".join(lines))
        size = self.sizeHint()
        # It may be squeezed for a moment, so that the card can become narrower.
        self.setMinimumSize(min(_NARROWEST, size.width()), size.height())
        self.setMaximumSize(size)
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the size that all lines need."""
        metrics, lines = QFontMetricsF(self.font()), self.text().split("\n")
        width = max(metrics.horizontalAdvance(line) for line in lines)
        return QSize(round(width) + _PADDING, self.HEIGHT + _LINE * (len(lines) - 1))


class FindingCard(QFrame):
    """A card in the health view.

    Signals
    -------
    show_requested
        A person wants to see the place.
    remedy_chosen
        A person wants to try this Remedy.
    """

    show_requested = Signal()
    remedy_chosen = Signal(object)

    def __init__(
        self,
        finding: Finding,
        remedies: tuple[Remedy, ...],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.finding, self.remedies = finding, remedies
        name = f"finding_{finding.kind}_{finding.layer or 0}"
        self.setObjectName(name)
        self.setProperty("role", "well")
        self.setToolTip(tip_of(finding))
        self._sign = QLabel(self)
        self._title = wrapping_label("", "label", self)
        self._title.setObjectName(f"{name}_title")
        show = PlotButton(f"{name}_show", "Show", "Go to where this can be seen", self, True)
        show.clicked.connect(self.show_requested)
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        head.addWidget(show, 0, Qt.AlignmentFlag.AlignTop)
        self._sentence = wrapping_label("", "label", self)
        self._sentence.setObjectName(f"{name}_sentence")
        column = QVBoxLayout(self)
        column.setContentsMargins(*_SIDES)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._sentence)
        self._buttons = [
            RemedyButton(f"{name}_try_{place}", remedy, self)
            for place, remedy in enumerate(remedies)
        ]
        for place, button in enumerate(self._buttons):
            button.clicked.connect(lambda _=False, at=place: self._choose(at))
            column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.wear(theme)
        self.show_finding(finding, remedies)

    def _choose(self, place: int) -> None:
        self.remedy_chosen.emit(self.remedies[place])

    @property
    def key(self) -> tuple[object, ...]:
        """The same for findings that the same card can show."""
        return key_of(self.finding, self.remedies)

    def show_finding(self, finding: Finding, remedies: tuple[Remedy, ...]) -> None:
        """Show newer numbers of the same finding."""
        is_other = finding.severity is not self.finding.severity
        self.finding, self.remedies = finding, remedies
        self._sentence.setText(f"{as_sentence(finding.sentence)}.")
        self.setAccessibleName(f"{title_of(finding)}: {finding.sentence}")
        for button, remedy in zip(self._buttons, remedies, strict=True):
            button.offer(remedy)
        if is_other:
            self.wear(self._theme)

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        self._theme = theme
        severity = self.finding.severity
        colour = theme.danger if severity is Severity.BAD else theme.text_secondary
        self._sign.setPixmap(icon_pixmap(_ICONS[severity], colour, 16, self.devicePixelRatioF()))
        self._title.setText(
            f'<span style="color:{theme.text}; font-weight:600">{title_of(self.finding)}</span>'
            f' <span style="color:{theme.text_tertiary}">{_WORDS[severity]}</span>'
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the words of the buttons anew."""
        super().resizeEvent(event)
        for button in self._buttons:
            button.fit(self.width() - _SIDES[0] - _SIDES[2])


def key_of(finding: Finding, remedies: tuple[Remedy, ...]) -> tuple[object, ...]:
    """Return what decides whether a card can show a finding."""
    return finding.kind, finding.layer, len(remedies)
