"""HealthView: what is wrong with the training, where, and what may help."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from nnviz.core.vitals import Finding
from nnviz.gui.display import Display
from nnviz.gui.icons import icon_pixmap
from nnviz.gui.selection import UnitRef
from nnviz.gui.theme import Theme
from nnviz.gui.views.health_card import FindingCard, key_of
from nnviz.gui.views.health_content import PLACES, Health, health_of
from nnviz.gui.views.health_layers import HealthLayers
from nnviz.gui.views.view import View
from nnviz.gui.widgets.text import as_sentence, count_text, wrapping_label
from nnviz.training.remedies import Remedy

_WELCOME = "Load an experiment: here stands what is right and what is wrong with its training."


class HealthView(View):
    """A verdict, a card for each finding, and the state of each layer.

    Attributes
    ----------
    cards
        The findings, the worst first.
    layers
        The bars of all layers.
    health
        What was found last, ``None`` before there is anything.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Health")
        self.health: Health | None = None
        self.cards: list[FindingCard] = []
        self.verdict = wrapping_label(_WELCOME, "label")
        self.verdict.setObjectName("health_verdict")
        self.layers = HealthLayers(theme)
        content = QWidget()
        content.setProperty("role", "scrolled")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(6, 4, 6, 6)
        self._column.setSpacing(8)
        self._sign = QLabel()
        self._sign.hide()
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.verdict, 1)
        self._column.addLayout(head)
        self._column.addWidget(self.layers)
        self._column.addStretch(1)
        area = QScrollArea(self)
        area.setObjectName("health_area")
        area.setAccessibleName("Findings")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)

    def apply_theme(self) -> None:
        """Use the colours of the theme."""
        self.layers.wear(self.theme)
        self._show_sign()
        for card in self.cards:
            card.wear(self.theme)

    def refresh(self) -> None:
        """Examine the run on show."""
        if not self.display.is_ready:
            return
        self.health = health_of(self.display)
        self.verdict.setText(f"{as_sentence(self.health.verdict)}.")
        self._show_sign()
        self.layers.show_vitals(self.health.vitals)
        self._show_cards(self.health)
        count = len(self.health.findings)
        step = count_text(self.display.snapshot.step)
        self.set_facts(f"step {step} · {'all well' if not count else f'{count_text(count)} found'}")

    def _show_sign(self) -> None:
        is_well = self.health is not None and not self.health.findings
        self._sign.setVisible(is_well)
        if is_well:
            ratio = self.devicePixelRatioF()
            self._sign.setPixmap(icon_pixmap("circle-check", self.theme.text_secondary, 16, ratio))

    def _show_cards(self, health: Health) -> None:
        """Show newer numbers in the same cards, and new cards only for new findings."""
        keys = [key_of(*found) for found in health.findings]
        if keys != [card.key for card in self.cards]:
            known = {card.key: card for card in self.cards}
            for key in known.keys() - set(keys):
                self._remove(known[key])
            self.cards = [
                known[key] if key in known else self._new_card(*found)
                for key, found in zip(keys, health.findings, strict=True)
            ]
            for place, card in enumerate(self.cards):
                self._column.insertWidget(1 + place, card)
        for card, (finding, remedies) in zip(self.cards, health.findings, strict=True):
            card.show_finding(finding, remedies)

    def _new_card(self, finding: Finding, remedies: tuple[Remedy, ...]) -> FindingCard:
        card = FindingCard(finding, remedies, self.theme)
        card.show_requested.connect(self._show_place)
        card.remedy_chosen.connect(self._try)
        return card

    def _remove(self, card: FindingCard) -> None:
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _show_place(self) -> None:
        card = self.sender()
        assert isinstance(card, FindingCard)
        self.show_finding(card.finding)

    def show_finding(self, finding: Finding) -> None:
        """Select what a finding is about, and bring the view to the front that shows it."""
        if finding.layer is not None:
            unit = finding.units[0] if finding.units else 0
            self.display.selection.select_unit(UnitRef(finding.layer, unit))
        if finding.step is not None:
            self.display.travel.go_to(finding.step)
        self.display.wishes.open_view(PLACES[finding.kind])

    def _try(self, remedy: Remedy) -> None:
        if remedy.step is None:
            self.display.wishes.load(remedy.experiment)
        else:
            self.display.travel.branch(remedy.step, remedy.experiment, remedy.edits)
