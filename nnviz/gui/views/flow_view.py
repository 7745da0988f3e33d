"""FlowView: what gradients, weights, updates and activations of every layer do over the run."""

import math
from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from nnviz.core.health import first_to_last_ratio
from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.flow_content import CURVES, SPREADS, FlowContent, gap_words
from nnviz.gui.views.flow_curves import FlowCurves
from nnviz.gui.views.flow_skyline import FlowSkyline
from nnviz.gui.views.flow_strips import FlowStrips
from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.views.view import View
from nnviz.gui.widgets.card import SEPARATOR
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys
from nnviz.gui.widgets.text import count_text, number_text, wrapping_label

# How long one drawing may work on frames that are new, in seconds; the first one longer.
_SECONDS, _FIRST_SECONDS = 0.005, 0.04
_CATCH_UP_MILLISECONDS = 8
_PICTURES = (
    ("curves", "Curves", "Norms over the steps"),
    ("skyline", "Skyline", "Histograms of the step on show, layer by layer"),
    ("strips", "Strips", "How sizes are spread over the steps, layer by layer"),
)
_TIPS: Mapping[str, str] = MappingProxyType(
    {
        "gradients": "Gradients of the batch's loss by weights and biases",
        "weights": "Weights and biases",
        "updates": "What the last step changed in weights and biases",
        "ratio": (
            "Norm of the change of the weights by their norm before it, biases left out.\n"
            "About 1e-3 is a common rule of thumb (Karpathy, CS231n): far below it a layer\n"
            "hardly learns, far above it it jumps."
        ),
        "activations": "Activations of the step's batch with the weights after the step,\n"
        "without dropout",
    }
)
_WIDEST, _BUTTONS_WIDTH = 132, 170
_NO_STEP = "Train a step (press → or Space): gradients and updates begin with it."


class FlowView(View):
    """Curves of norms, a skyline or heat strips; layer by layer, in the layers' colours.

    Attributes
    ----------
    content
        The numbers.
    curves, skyline, strips
        The three pictures.
    own_scale
        The button on the skyline.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Gradient flow")
        self.content = FlowContent(display)
        self.curves = FlowCurves(theme)
        self.skyline = FlowSkyline(theme)
        self.strips = FlowStrips(theme)
        self.own_scale = PlotButton(
            "flow_own_scale",
            "Own scale",
            "Draw each layer on a scale of its own",
            self.skyline,
            is_framed=True,
        )
        self.own_scale.setCheckable(True)
        self.own_scale.clicked.connect(lambda _: self.refresh())
        self._is_first = True
        self._catch_up = QTimer(self)
        self._catch_up.setSingleShot(True)
        self._catch_up.setInterval(_CATCH_UP_MILLISECONDS)
        self._catch_up.timeout.connect(self._go_on)
        self._note = wrapping_label("", "hint")
        self._note.setObjectName("flow_note")
        self._note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedWidget(self)
        self._pages: dict[str, QWidget] = {
            "curves": self.curves,
            "skyline": _scrolling("flow_skyline_area", "Histograms of all layers", self.skyline),
            "strips": _scrolling("flow_strips_area", "Strips of all layers", self.strips),
        }
        # The keyboard goes to the strips themselves.
        self._pages["strips"].setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for page in (*self._pages.values(), self._note):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._make_bar())
        column.addWidget(self._stack, 1)
        for pointer in (self.curves.pointer, self.strips.pointer):
            pointer.step_chosen.connect(display.travel.go_to)

    def _make_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(2)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, PlotButton] = {}
        for key, text, spoken in _PICTURES:
            button = PlotButton(f"flow_{key}_button", text, spoken, self)
            button.setCheckable(True)
            keep_keys(button, CHOICE_KEYS)
            self._group.addButton(button)
            self._buttons[key] = button
            bar.addWidget(button)
        self._buttons["curves"].setChecked(True)
        self._group.buttonClicked.connect(lambda _: self.refresh())
        self._quantity = Combo("flow_quantity", "What is shown of the layers", self)
        self._quantity.setFixedWidth(_WIDEST)
        self._quantity.key_chosen.connect(lambda _: self.refresh())
        bar.addStretch(1)
        bar.addWidget(self._quantity)
        return bar

    @property
    def picture(self) -> str:
        """The key of the picture that is chosen."""
        return next(key for key, _, _ in _PICTURES if self._buttons[key].isChecked())

    @property
    def quantity(self) -> str:
        """The key of the quantity that is chosen."""
        return str(self._quantity.currentData())

    def show_picture(self, picture: str, quantity: str) -> None:
        """Choose picture and quantity, as a person does."""
        self._buttons[picture].setChecked(True)
        self._offer()
        self._quantity.show_key(quantity)
        self.refresh()

    def apply_theme(self) -> None:
        """Use the colours of the theme."""
        for page in (self.curves, self.skyline, self.strips):
            page.wear(self.theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Draw as many columns as there is room for."""
        super().resizeEvent(event)
        self._quantity.setFixedWidth(min(_WIDEST, max(86, self.width() - _BUTTONS_WIDTH)))
        self.refresh()

    def refresh(self) -> None:
        """Take in what is new, and draw."""
        if not self.display.is_ready:
            return
        self._offer()
        if self.display.snapshot.step == 0 and self.quantity in ("gradients", "updates", "ratio"):
            self._note.setText(_NO_STEP)
            self._stack.setCurrentWidget(self._note)
            self.set_facts("before the first step")
            return
        seconds = _FIRST_SECONDS if self._is_first else _SECONDS
        self._is_first = False
        show = {
            "curves": self._show_curves,
            "skyline": self._show_skyline,
            "strips": self._show_strips,
        }
        is_complete = show[self.picture](seconds)
        self._stack.setCurrentWidget(self._pages[self.picture])
        if not is_complete:
            self._catch_up.start()

    def _go_on(self) -> None:
        if self.isVisible():
            self.refresh()

    def _offer(self) -> None:
        """Offer what this picture can show."""
        entries = CURVES if self.picture == "curves" else SPREADS
        self._quantity.set_entries(entries.items())
        if self._quantity.currentIndex() < 0:
            self._quantity.show_key("gradients")
        for key in entries:
            self._quantity.describe(key, _TIPS[key])

    def _show_curves(self, seconds: float) -> bool:
        key, snapshot = self.quantity, self.display.snapshot
        series = self.content.series(key, seconds)
        names = self.content.names()
        gaps = gap_words(names, series.values)
        self.curves.show_series(series, names, snapshot.last_step, gaps, key == "ratio")
        facts = [f"step {count_text(snapshot.step)}"]
        if key == "ratio":
            facts.append("dashed: 10⁻³, the rule of thumb")
        elif len(series.values) and len(names) > 1 and key != "weights":
            ratio = first_to_last_ratio(tuple(series.values[-1].tolist()))
            if math.isfinite(ratio):
                facts.append(f"first by last layer {number_text(ratio, 3)}")
        self.set_facts(SEPARATOR.join(facts))
        return series.is_complete

    def _show_skyline(self, seconds: float) -> bool:
        is_shared = not self.own_scale.isChecked()
        found = self.content.ridges(self.quantity, is_shared)
        self.skyline.show_rows(
            tuple(zip(self.content.names(), found, strict=True)), is_shared=is_shared
        )
        scale = "one scale for all" if is_shared else "each on its own scale"
        step = count_text(self.display.snapshot.step)
        self.set_facts(SEPARATOR.join((f"step {step}", scale, "zeros apart")))
        return True

    def _show_strips(self, seconds: float) -> bool:
        spread = self.content.spread(self.quantity, seconds)
        snapshot = self.display.snapshot
        self.strips.show_spread(spread, self.content.names(), snapshot.last_step)
        self.set_facts(
            SEPARATOR.join((f"step {count_text(snapshot.step)}", "sizes |v|, zeros apart"))
        )
        return spread.is_complete


def _scrolling(name: str, spoken: str, widget: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName(name)
    area.setAccessibleName(spoken)
    area.setProperty("role", "ringed")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    return area
