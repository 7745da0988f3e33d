"""ParameterChoice: which weight or bias the optimiser microscope looks at."""

import numpy as np
from numpy.typing import NDArray

from nnviz.core.parameter_names import ParameterNames
from nnviz.gui.display import Display
from nnviz.gui.selection import EdgeRef, UnitRef


class ParameterChoice:
    """A place in the flat vector: the selected weight, or one of the selected unit.

    Of a unit it is the strongest weight into it, or the bias if that was asked for; of an
    input the strongest weight out of it. What was strongest stays chosen until something
    else is selected, however the weights change.
    """

    def __init__(self, display: Display) -> None:
        self._display = display
        self._names: ParameterNames | None = None
        self._layout: object = None
        self._selected: tuple[object, ...] | None = None
        self._place = 0

    @property
    def names(self) -> ParameterNames:
        """The names of the network's weights and biases."""
        layout = self._display.network.layout
        if self._names is None or self._layout is not layout:
            if self._names is None or len(self._names.layer) != layout.size:
                self._place, self._selected = 0, None
            self._layout, self._names = layout, ParameterNames(layout)
        return self._names

    @property
    def place(self) -> int:
        """The place, as the selection has it by now."""
        names, selection = self.names, self._display.selection
        selected = (selection.edge, selection.unit)
        if selected != self._selected:
            self._selected = selected
            self._place = self._selected_place(names)
        return self._place

    @property
    def name(self) -> str:
        """The name of the place."""
        place = self.place
        return self.names.name(place)

    def take_name(self, name: str) -> None:
        """Look at what has this name, and select it everywhere.

        Raises
        ------
        ValueError
            With a sentence that says what there is.
        """
        self._take(self.names.place(name))

    def take_bias(self) -> None:
        """Look at the bias of the unit that is looked at."""
        place, names = self.place, self.names
        same = self._of_unit(place) & (names.source < 0) & (names.piece == names.piece[place])
        self._take(int(np.flatnonzero(same)[0]))

    def take_strongest(self) -> None:
        """Look at the strongest weight into the unit that is looked at."""
        self._take(self._strongest(self._of_unit(self.place)))

    def _of_unit(self, place: int) -> NDArray[np.bool_]:
        names = self.names
        same: NDArray[np.bool_] = names.layer == names.layer[place]
        same &= names.target == names.target[place]
        return same

    def _strongest(self, among: NDArray[np.bool_]) -> int:
        sizes = np.abs(self._display.snapshot.parameters)
        return int(np.argmax(np.where(among & (self.names.source >= 0), sizes, -1.0)))

    def _take(self, place: int) -> None:
        names, selection = self.names, self._display.selection
        layer, target = int(names.layer[place]), int(names.target[place])
        source = int(names.source[place])
        if source < 0:
            selection.select_unit(UnitRef(layer, target))
        else:
            selection.select_edge(EdgeRef(layer, source, target))
        # Of several pieces of a unit it is this one.
        self._selected, self._place = (selection.edge, selection.unit), place

    def _selected_place(self, names: ParameterNames) -> int:
        edge, unit = self._display.selection.edge, self._display.selection.unit
        if edge is not None:
            among = (names.layer == edge.layer) & (names.source == edge.source)
            return self._strongest(among & (names.target == edge.target))
        if unit is None:
            return self._strongest(names.layer == 1)
        if unit.layer == 0:
            return self._strongest((names.layer == 1) & (names.source == unit.index))
        return self._strongest((names.layer == unit.layer) & (names.target == unit.index))
