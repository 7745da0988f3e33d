"""RuleOptions: what one optimiser's rule can be told, and another's cannot."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.spec import OptimizerSpec
from nnviz.gui.panels.section import FieldColumn
from nnviz.gui.widgets.check_box import CheckBox
from nnviz.gui.widgets.fields import NumberField
from nnviz.gui.widgets.slider import LabelledSlider

MOST = 0.999999


class RuleOptions(FieldColumn):
    """Options of the rule in use; those without meaning for it are hidden.

    Signals
    -------
    change_chosen
        The fields of the OptimizerSpec that a person wants to be different, as a dict.
    """

    change_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = OptimizerSpec()
        self.momentum = LabelledSlider(
            "momentum", "Momentum", 100, lambda position: f"{position / 100:.2f}", self
        )
        self.dampening = NumberField("dampening", "Dampening of the momentum", 0, 1, self)
        self.dampening.setToolTip("Share of each gradient that does not enter the velocity")
        self.nesterov = CheckBox("nesterov", "Nesterov", self)
        self.nesterov.setToolTip("Look ahead along the momentum; needs some, and no dampening")
        self.beta1 = NumberField("beta1", "Beta 1", 0, MOST, self)
        self.beta1.setToolTip("Share of the old mean gradient that is kept")
        self.beta2 = NumberField("beta2", "Beta 2", 0, MOST, self)
        self.beta2.setToolTip("Share of the old mean squared gradient that is kept")
        self.smoothing = NumberField("smoothing", "Smoothing of squared gradients", 0, MOST, self)
        self.smoothing.setToolTip("Share of the old mean squared gradient that is kept")
        self.centred = CheckBox("centred", "Centred", self)
        self.centred.setToolTip("Divide by the deviation of the gradients in place of their size")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.column.addWidget(self.momentum)
        self._dampening = self.add_field("Dampening", self.dampening)
        self.column.addWidget(self.nesterov)
        self._betas = self.add_fields_in_row(("β₁", self.beta1), ("β₂", self.beta2))
        self._smoothing = self.add_field("Smoothing", self.smoothing)
        self.column.addWidget(self.centred)

    def _connect(self) -> None:
        change = self.change_chosen
        self.momentum.position_chosen.connect(lambda place: self._choose_momentum(place / 100))
        self.dampening.number_chosen.connect(self._choose_dampening)
        self.nesterov.clicked.connect(lambda: self._choose_nesterov(self.nesterov.isChecked()))
        self.beta1.number_chosen.connect(lambda value: change.emit({"beta1": value}))
        self.beta2.number_chosen.connect(lambda value: change.emit({"beta2": value}))
        self.smoothing.number_chosen.connect(lambda value: change.emit({"smoothing": value}))
        self.centred.clicked.connect(lambda: change.emit({"centred": self.centred.isChecked()}))

    # Nesterov looks ahead along the momentum: without any there is nothing to look along,
    # and PyTorch defines it without dampening only. The newest choice wins.

    def _choose_momentum(self, momentum: float) -> None:
        nesterov = self._spec.nesterov and momentum > 0
        self.change_chosen.emit({"momentum": momentum, "nesterov": nesterov})

    def _choose_dampening(self, dampening: float) -> None:
        nesterov = self._spec.nesterov and dampening == 0
        self.change_chosen.emit({"dampening": dampening, "nesterov": nesterov})

    def _choose_nesterov(self, nesterov: bool) -> None:
        dampening = 0.0 if nesterov else self._spec.dampening
        self.change_chosen.emit({"nesterov": nesterov, "dampening": dampening})

    def show_optimizer(self, optimizer: OptimizerSpec) -> None:
        """Show what is in use."""
        self._spec = optimizer
        options = OPTIMIZERS[optimizer.name].options
        self.setVisible(not set(options).isdisjoint(("momentum", "beta1", "smoothing")))
        place = round(optimizer.momentum * 100)
        is_there = place == optimizer.momentum * 100
        self.momentum.show_position(place, None if is_there else f"{optimizer.momentum:.4g}")
        self.momentum.setVisible("momentum" in options)
        self.dampening.show_number(optimizer.dampening)
        self._dampening.setVisible("dampening" in options)
        self.nesterov.setChecked(optimizer.nesterov)
        self.nesterov.setEnabled(optimizer.momentum > 0)
        self.nesterov.setVisible("nesterov" in options)
        self.beta1.show_number(optimizer.beta1)
        self.beta2.show_number(optimizer.beta2)
        for field in self._betas:
            field.setVisible("beta1" in options)
        self.smoothing.show_number(optimizer.smoothing)
        self._smoothing.setVisible("smoothing" in options)
        self.centred.setChecked(optimizer.centred)
        self.centred.setVisible("centred" in options)
