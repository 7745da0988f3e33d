"""FindingCard: one finding, the way to it, and what may help."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from nnviz.core.vitals import Finding, Severity
from nnviz.gui.icons import icon_pixmap
from nnviz.gui.theme import Theme
from nnviz.gui.views.health_content import tip_of, title_of
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.widgets.text import as_sentence, role_label, wrapping_label
from nnviz.training.remedies import Remedy

_ICONS = {
    Severity.BAD: "triangle-alert",
    Severity.WARNING: "triangle-alert",
    Severity.NOTE: "info",
}
_WORDS = {Severity.BAD: "bad", Severity.WARNING: "warning", Severity.NOTE: "note"}


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
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._sign)
        head.addWidget(role_label(title_of(finding), "value", self))
        head.addWidget(role_label(_WORDS[finding.severity], "hint", self))
        head.addStretch(1)
        spoken = "Go to where this can be seen"
        show = PlotButton(f"{name}_show", "Show", spoken, self, is_framed=True)
        show.clicked.connect(self.show_requested)
        head.addWidget(show)
        self._sentence = wrapping_label("", "label", self)
        self._sentence.setObjectName(f"{name}_sentence")
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 8, 8)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._sentence)
        self._buttons: list[PlotButton] = []
        for place, remedy in enumerate(remedies):
            self._add_button(column, f"{name}_try_{place}", remedy)
        self.wear(theme)
        self.show_finding(finding, remedies)

    def _add_button(self, column: QVBoxLayout, name: str, remedy: Remedy) -> None:
        text = f"Try {remedy.label}"
        spoken = (
            f"Branch at step {remedy.step:,} with {remedy.label}; this run is kept"
            if remedy.step is not None
            else f"Begin a new run: {remedy.label}. This run is given up"
        )
        button = PlotButton(name, text, spoken, self, is_framed=True)
        place = len(self._buttons)
        button.clicked.connect(lambda: self.remedy_chosen.emit(self.remedies[place]))
        self._buttons.append(button)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def key(self) -> tuple[object, ...]:
        """The same for findings that the same card can show."""
        return key_of(self.finding, self.remedies)

    def show_finding(self, finding: Finding, remedies: tuple[Remedy, ...]) -> None:
        """Show newer numbers of the same finding."""
        self.finding, self.remedies = finding, remedies
        self._sentence.setText(f"{as_sentence(finding.sentence)}.")
        self.setAccessibleName(f"{title_of(finding)}: {finding.sentence}")

    def wear(self, theme: Theme) -> None:
        """Use the colours of a theme."""
        severe = self.finding.severity is Severity.BAD
        colour = theme.danger if severe else theme.text_secondary
        name = _ICONS[self.finding.severity]
        self._sign.setPixmap(icon_pixmap(name, colour, 16, self.devicePixelRatioF()))


def key_of(finding: Finding, remedies: tuple[Remedy, ...]) -> tuple[object, ...]:
    """Return what decides whether a card can show a finding."""
    return (
        finding.kind,
        finding.layer,
        finding.severity,
        tuple((remedy.label, remedy.is_branch) for remedy in remedies),
    )
