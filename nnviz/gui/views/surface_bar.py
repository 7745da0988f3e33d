"""SurfaceBar: which plane, which picture, and what to do with weights that are tried."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from nnviz.gui.views.plot_overlay import PlotButton
from nnviz.gui.widgets.combo import Combo
from nnviz.gui.widgets.keys import CHOICE_KEYS, keep_keys
from nnviz.training.surface_planes import MODES, Choice

_LEAST_ZOOM, _MOST_ZOOM = 1e-3, 1e6


class SurfaceBar(QWidget):
    """The controls of the loss surface.

    Attributes
    ----------
    choice
        What is chosen.
    names
        The fields for two weights.

    Signals
    -------
    choice_changed
        Another plane is chosen.
    picture_changed
        The other picture is chosen.
    """

    choice_changed = Signal()
    picture_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = Choice()
        self.modes = Combo("surface_mode", "Directions of the plane", self)
        self.modes.set_entries(MODES.items())
        self.modes.show_key(self.choice.mode)
        self.map_button = PlotButton("surface_contour", "Map", "Show the loss from above", self)
        self.mesh_button = PlotButton("surface_3d", "3-D", "Show the loss as a landscape", self)
        self.redraw_button = PlotButton("surface_redraw", "Redraw", "Other random directions", self)
        self.whole_button = PlotButton("surface_whole", "1:1", "The usual reach again", self)
        words = "Show the weights of the run again (Esc)"
        self.back_button = PlotButton("surface_back", "Back", words, self, is_framed=True)
        words = "Train on from these weights, as a branch of the run"
        self.branch_button = PlotButton("surface_branch", "Branch", words, self, is_framed=True)
        self._pictures = QButtonGroup(self)
        for button in (self.map_button, self.mesh_button):
            button.setCheckable(True)
            keep_keys(button, CHOICE_KEYS)
            self._pictures.addButton(button)
        self.map_button.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 2, 4, 0)
        column.setSpacing(4)
        column.addLayout(self._make_row())
        column.addWidget(self._make_names())
        self.modes.key_chosen.connect(lambda key: self.choose(replace(self.choice, mode=key)))
        self._pictures.buttonClicked.connect(lambda _: self.picture_changed.emit())
        self.redraw_button.clicked.connect(self._redraw)
        self.whole_button.clicked.connect(lambda: self.choose(replace(self.choice, zoom=1.0)))
        self.show_trial(False)
        self._fit()

    def _make_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(3)
        row.addWidget(self.modes, 1)
        for button in (
            self.redraw_button,
            self.whole_button,
            self.map_button,
            self.mesh_button,
            self.back_button,
            self.branch_button,
        ):
            row.addWidget(button)
        return row

    def _make_names(self) -> QWidget:
        self.fields = QWidget(self)
        row = QHBoxLayout(self.fields)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.names: list[QLineEdit] = []
        for place, where in enumerate(("to the right", "upwards")):
            field = QLineEdit(self.choice.names[place], self.fields)
            field.setObjectName(f"surface_name_{place}")
            field.setAccessibleName(f"Weight drawn {where}")
            field.setToolTip(f"Drawn {where}: a name such as W1[2,3] or b2[1], counted from 1")
            field.editingFinished.connect(self._read_names)
            row.addWidget(field, 1)
            self.names.append(field)
        return self.fields

    @property
    def shows_map(self) -> bool:
        """Whether the map is chosen, not the landscape."""
        return self.map_button.isChecked()

    def choose(self, choice: Choice) -> None:
        """Look at another plane."""
        if choice != self.choice:
            self.choice = choice
            self.modes.show_key(choice.mode)
            self._fit()
            self.choice_changed.emit()

    def zoom(self, factor: float) -> None:
        """Look closer by a factor, or from further away."""
        zoom = min(max(self.choice.zoom * factor, _LEAST_ZOOM), _MOST_ZOOM)
        self.choose(replace(self.choice, zoom=zoom))

    def take_name(self, name: str) -> None:
        """Draw this weight to the right, where two weights are looked at."""
        if self.choice.mode == "weights" and name not in self.choice.names:
            self.names[0].setText(name)
            self._read_names()

    def show_trial(self, is_on: bool) -> None:
        """Offer the ways out of a trial while there is one."""
        self.back_button.setVisible(is_on)
        self.branch_button.setVisible(is_on)

    def _fit(self) -> None:
        self.redraw_button.setVisible(self.choice.mode in ("random", "gradient"))
        self.fields.setVisible(self.choice.mode == "weights")

    def _redraw(self) -> None:
        self.choose(replace(self.choice, seed=self.choice.seed + 1))

    def _read_names(self) -> None:
        first, second = (field.text().strip() for field in self.names)
        self.choose(replace(self.choice, names=(first, second)))
