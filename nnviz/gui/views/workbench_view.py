"""WorkbenchView: any activation function on its own, with the batch of any layer on it."""

import msgspec
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.spec import LayerSpec
from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.activation_curves import activation_curves
from nnviz.gui.views.plot_overlay import PlotButton, swatch
from nnviz.gui.views.view import View
from nnviz.gui.views.workbench_content import Bench, bench_of, piece_shares
from nnviz.gui.views.workbench_plot import WorkbenchPlot, other_colour
from nnviz.gui.widgets.card import SEPARATOR
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.fields import NumberField
from nnviz.gui.widgets.text import count_text, number_text, percent_text, wrapping_label
from nnviz.training.experiment import ExperimentSpec

_NO_LAYER = "none"
# From this width on, all controls fit in one row, in px.
_WIDE = 480
_NO_PIECES = "No layer of this network has maxout units: give one to it in the Setup panel."


class WorkbenchView(View):
    """A function and its derivative, flat zones, tangent, and other functions beside it.

    Attributes
    ----------
    activation, alpha
        The function on the bench.
    others
        Keys of the functions to compare with.
    bench
        What is drawn; ``None`` for maxout, whose pieces are drawn.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Activation workbench")
        self.activation = "tanh"
        self.alpha = 0.0
        self.others: tuple[str, ...] = ()
        self.bench: Bench | None = None
        self._layer: int | None = None
        self._followed: object = None
        self.picture = WorkbenchPlot(theme, self)
        self.read_out = wrapping_label("", "label", self)
        self.read_out.setObjectName("workbench_read_out")
        self._make_controls()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self._bars = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._bars.setSpacing(4)
        self._bars.addLayout(self._make_bar(), 1)
        self._bars.addLayout(self._make_second_bar(), 1)
        column.addLayout(self._bars)
        column.addWidget(self.picture.plot, 1)
        column.addWidget(self.read_out)
        self._show_controls()

    def _make_controls(self) -> None:
        self.functions = Combo("workbench_function", "Activation function", self)
        self.functions.set_records(ACTIVATIONS.values())
        self.functions.key_chosen.connect(self.choose)
        self.slope = NumberField("workbench_alpha", "Alpha", 0.001, 10.0, self)
        self.slope.setToolTip("Slope below zero of the leaky ReLU, or the bound of the ELU")
        self.slope.setFixedWidth(74)
        self.slope.number_chosen.connect(self._choose_alpha)
        self.layers = Combo("workbench_layer", "Layer whose z are shown", self)
        self.layers.setFixedWidth(104)
        self.layers.key_chosen.connect(self._choose_layer)
        spoken = "Draw other functions beside this one"
        self.compare = PlotButton("workbench_compare", "Compare…", spoken, self, is_framed=True)
        self.menu = self._make_menu()
        self.compare.clicked.connect(self._open_menu)
        spoken = "Use it in all hidden layers: on a branch, or in a new run for maxout"
        self.use_button = PlotButton("workbench_use", "Use", spoken, self, is_framed=True)
        self.use_button.clicked.connect(self.use)

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("workbench_menu")
        self.comparisons: dict[str, QAction] = {}
        for key, record in ACTIVATIONS.items():
            if not record.has_pieces:
                action = menu.addAction(record.label)
                action.setCheckable(True)
                action.toggled.connect(self._compare)
                self.comparisons[key] = action
        return menu

    def _make_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(4)
        bar.addWidget(self.functions, 1)
        bar.addWidget(self.slope)
        return bar

    def _make_second_bar(self) -> QHBoxLayout:
        bar = QHBoxLayout()
        bar.setSpacing(4)
        bar.addWidget(self.layers)
        bar.addWidget(self.compare)
        bar.addStretch(1)
        bar.addWidget(self.use_button)
        return bar

    def _open_menu(self) -> None:
        self.menu.popup(self.compare.mapToGlobal(QPoint(0, self.compare.height())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the controls in one row where there is room."""
        super().resizeEvent(event)
        directions = QBoxLayout.Direction
        is_wide = self.width() >= _WIDE
        self._bars.setDirection(directions.LeftToRight if is_wide else directions.TopToBottom)

    def apply_theme(self) -> None:
        """Use the colours of the theme."""
        self.picture.wear(self.theme)

    # What is shown.

    def refresh(self) -> None:
        """Draw the function with the newest batch."""
        display = self.display if self.display.is_ready else None
        if display is not None:
            self._follow_network(display)
        if ACTIVATIONS[self.activation].has_pieces:
            self._show_pieces()
            return
        layer = self._layer
        self.bench = bench_of(display, self.activation, self.alpha, self.others, layer)
        self.picture.show_bench(self.bench)
        self._say(self.bench)

    def _follow_network(self, display: Display) -> None:
        """Begin with the function and the layer that a new network uses; follow the selection."""
        count = len(display.spec.layers)
        names = [f"Hidden {number}" for number in range(1, count)] + ["Output"]
        entries = [(str(number), name) for number, name in enumerate(names, start=1)]
        self.layers.set_entries([*entries, (_NO_LAYER, "no batch")])
        picked = display.selection.edge or display.selection.unit
        if display.spec != self._followed:
            self._followed = display.spec
            self._layer = max(1, count - 1)
            self._take(display.spec.layers[self._layer - 1])
        if picked is not None and picked.layer >= 1:
            self._layer = min(picked.layer, count)
        self.layers.show_key(_NO_LAYER if self._layer is None else str(self._layer))

    def _take(self, layer: LayerSpec) -> None:
        self.activation, self.alpha = layer.activation, layer.resolved_alpha
        self._show_controls()

    def _show_controls(self) -> None:
        self.functions.show_key(self.activation)
        self.slope.setVisible(ACTIVATIONS[self.activation].uses_alpha)
        self.slope.show_number(self.alpha or 1.0)

    def _say(self, bench: Bench) -> None:
        record, theme = ACTIVATIONS[self.activation], self.theme
        marks = [swatch(theme.accent, record.label), swatch(theme.derivative, "derivative")]
        for place, (key, _) in enumerate(bench.others):
            marks.append(swatch(other_colour(theme, place), ACTIVATIONS[key].label))
        if bench.zones:
            marks.append(swatch(theme.danger, "flat"))
        self.set_facts("&nbsp;&nbsp;".join(marks))
        words = []
        tangent = bench.tangent
        if tangent is not None:
            numbers = (number_text(value) for value in (tangent.z, tangent.a, tangent.g))
            words.append("at z = {}: a = {}, slope {}".format(*numbers))
        if len(bench.z):
            share = percent_text(bench.in_zone / len(bench.z))
            words.append(
                f"{count_text(bench.in_zone)} of {count_text(len(bench.z))} z ({share}) lie where "
                f"the slope is below 5 % of its greatest, {number_text(bench.greatest, 3)}"
            )
        if record.kink:
            words.append(record.kink)
        self.read_out.setText(SEPARATOR.join(words))

    def _show_pieces(self) -> None:
        self.bench = None
        layers = self.display.spec.layers if self.display.is_ready else ()
        fitting = [n for n, layer in enumerate(layers, start=1) if layer.activation == "maxout"]
        if not fitting:
            self.picture.clear()
            self.read_out.setText(_NO_PIECES)
            self.set_facts("")
            return
        layer = self._layer if self._layer in fitting else fitting[0]
        unit = self.display.selection.unit
        index = unit.index if unit is not None and unit.layer == layer else 0
        curves = activation_curves(self.display, layer, index)
        self.picture.show_pieces(curves)
        shares = piece_shares(self.display, layer)
        wins = ", ".join(
            f"piece {piece + 1} wins {count_text(int(count))}"
            for piece, count in enumerate(shares.wins[:, index])
        )
        samples = count_text(shares.samples)
        self.read_out.setText(
            f"unit {index + 1} of layer {layer} over {curves.axis_name}: "
            f"of {samples} samples, {wins}"
        )
        marks = (
            swatch(self.theme.accent, "the greatest of the pieces"),
            swatch(self.theme.derivative, "derivative"),
        )
        self.set_facts("&nbsp;&nbsp;".join(marks))

    # What a person does.

    def choose(self, key: str) -> None:
        """Put a function on the bench, with its usual alpha."""
        self.activation, self.alpha = key, ACTIVATIONS[key].default_alpha
        self._show_controls()
        self.refresh()

    def _choose_alpha(self, alpha: float) -> None:
        self.alpha = alpha
        self.refresh()

    def _choose_layer(self, key: str) -> None:
        self._layer = None if key == _NO_LAYER else int(key)
        picked = self.display.selection.edge or self.display.selection.unit
        if picked is not None and picked.layer != self._layer:
            self.display.selection.select_unit(None)
        self.refresh()

    def _compare(self) -> None:
        self.others = tuple(key for key, action in self.comparisons.items() if action.isChecked())
        self.refresh()

    def use(self) -> None:
        """Use the function in all hidden layers, on a branch where the weights fit."""
        if not self.display.is_ready:
            return
        snapshot = self.display.snapshot
        experiment = self._with_function(snapshot.experiment)
        fits = not any(
            ACTIVATIONS[name].has_pieces
            for name in (
                self.activation,
                *(layer.activation for layer in snapshot.experiment.model.hidden_layers),
            )
        )
        if fits and snapshot.last_step > 0:
            self.display.travel.branch(snapshot.step, experiment, {})
        else:
            self.display.wishes.load(experiment)

    def _with_function(self, experiment: ExperimentSpec) -> ExperimentSpec:
        alpha = self.alpha if ACTIVATIONS[self.activation].uses_alpha else None
        layers = tuple(
            msgspec.structs.replace(layer, activation=self.activation, alpha=alpha)
            for layer in experiment.model.hidden_layers
        )
        model = msgspec.structs.replace(experiment.model, hidden_layers=layers)
        both = (*layers, *experiment.model.hidden_layers)
        if any(ACTIVATIONS[layer.activation].has_pieces for layer in both):
            # Starting weights that were typed in have the other shape.
            model = msgspec.structs.replace(model, start=None)
        return msgspec.structs.replace(experiment, model=model)
