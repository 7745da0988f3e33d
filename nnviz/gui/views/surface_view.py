"""SurfaceView: the loss around the weights on show, and the way that training took over it."""

import math

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from nnviz.core.loss_surface import Surface
from nnviz.core.network import Network
from nnviz.gui.background import Background
from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.surface_bar import SurfaceBar
from nnviz.gui.views.surface_content import LEVELS, chosen_plane, surface_work
from nnviz.gui.views.surface_map import SurfaceMap
from nnviz.gui.views.surface_mesh import SurfaceMesh
from nnviz.gui.views.surface_track import Projector
from nnviz.gui.views.view import View
from nnviz.gui.widgets.card import SEPARATOR
from nnviz.gui.widgets.text import ElidedLabel, number_text, wrapping_label
from nnviz.training.snapshot import RunState
from nnviz.training.surface_planes import Look, Rows, rows_of

_NEAR = 1e-6


class SurfaceView(View):
    """A map or a landscape of the loss over a plane through weight space.

    The plane goes through the weights of the run on show. It is worked out anew when the
    run has stopped somewhere else; while it trains, only the ball and its path move.

    Attributes
    ----------
    bar, map, mesh
        The controls, and the two pictures.
    surface
        What they show, ``None`` before there is anything.
    """

    def __init__(self, display: Display, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(display, theme, parent)
        self.setAccessibleName("Loss surface")
        self.surface: Surface | None = None
        self.bar = SurfaceBar(self)
        self._look: Look | None = None
        self._rows: Rows | None = None
        self._worked_for: tuple[object, ...] | None = None
        self._network: Network | None = None
        self._projector: Projector | None = None
        self._background = Background(self)
        self._background.progressed.connect(self._take)
        self._background.failed.connect(self._say)
        self.map, self.mesh = SurfaceMap(theme), SurfaceMesh(theme)
        self._note = wrapping_label("", "hint")
        self._note.setObjectName("surface_note")
        self._note.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedWidget(self)
        for page in (self.map, self.mesh, self._note):
            self._stack.addWidget(page)
        self.read_out = ElidedLabel(self)
        self.read_out.setObjectName("surface_read_out")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.bar)
        column.addWidget(self._stack, 1)
        column.addWidget(self.read_out)
        self._connect()

    def _connect(self) -> None:
        self.bar.choice_changed.connect(self.refresh)
        self.bar.picture_changed.connect(self._show_picture)
        self.bar.back_button.clicked.connect(self.display.trial.end)
        self.bar.branch_button.clicked.connect(self._branch)
        self.map.ball_moved.connect(self._try)
        self.map.place_hovered.connect(self._read)
        self.map.let_go.connect(self.display.trial.end)
        for picture in (self.map, self.mesh):
            picture.zoomed.connect(self.bar.zoom)
        self.display.selection.selection_changed.connect(self._take_selected)

    def apply_theme(self) -> None:
        """Use the colours of the theme."""
        self.map.wear(self.theme)
        self.mesh.wear(self.theme)

    @property
    def is_working(self) -> bool:
        """Whether a finer surface is being worked out."""
        return self._background.is_busy

    def release(self) -> None:
        """End the work in the background."""
        self._background.close()

    # What is shown.

    def refresh(self) -> None:
        """Work out the surface if it is another one; show where the weights are on it."""
        display = self.display
        if not display.is_ready:
            return
        self.bar.show_trial(display.trial.is_on)
        snapshot = display.trial.real or display.snapshot
        is_running = snapshot.state is RunState.RUNNING
        key = (snapshot.generation, id(snapshot.data), snapshot.network, self.bar.choice)
        at = (*key, None if is_running and self._is_worked_for(key) else snapshot.step)
        if at != self._worked_for and not (is_running and self._is_worked_for(key)):
            self._begin(at)
        if self.surface is not None:
            self._show_track(self.surface)

    def _is_worked_for(self, key: tuple[object, ...]) -> bool:
        return self._worked_for is not None and self._worked_for[: len(key)] == key

    def _begin(self, at: tuple[object, ...]) -> None:
        self._worked_for = at
        if self.surface is not None and not self._is_of_this_network(self.surface):
            self._forget()
        try:
            self._look = chosen_plane(self.display, self.bar.choice)
        except ValueError as error:
            self._background.cancel()
            self._say(str(error))
            return
        self._rows = rows_of(self.display.data, self.display.spec)
        self._background.start(surface_work(self.display.spec, self._look, self._rows))

    def _is_of_this_network(self, surface: Surface) -> bool:
        """Whether the vectors of the surface fit the network, which may be newer than it."""
        return surface.plane.origin.size == self.display.network.parameter_count

    def _forget(self) -> None:
        """Show nothing of a network of another shape."""
        self.surface = None
        self.map.show_surface(None, ("", ""))
        self.mesh.show_surface(None)

    def _take(self, partial: object) -> None:
        assert isinstance(partial, Surface)
        assert self._look is not None
        if not self._is_of_this_network(partial):
            # refresh will ask for that of the new one.
            return
        self.surface = partial
        self.map.show_surface(partial, self._look.axes)
        self.mesh.show_surface(partial)
        self._show_picture()
        self._show_track(partial)

    def _show_track(self, surface: Surface) -> None:
        if self._projector is None or self._projector.plane is not surface.plane:
            self._projector = Projector(surface.plane)
        track = self._projector.track(self.display, self.theme)
        self.map.show_track(track)
        self.mesh.show_track(track)
        self._say_facts(track.distance)

    def _show_picture(self) -> None:
        if self.surface is None:
            return
        self._stack.setCurrentWidget(self.map if self.bar.shows_map else self.mesh)
        self._read(None)

    def _say(self, sentence: str) -> None:
        self.surface = None
        self._note.setText(f"{sentence[:1].upper()}{sentence[1:]}.")
        self._stack.setCurrentWidget(self._note)
        self.read_out.set_text("")
        self.set_facts("")

    def _say_facts(self, distance: float) -> None:
        assert self.surface is not None
        assert self._rows is not None
        size = len(self.surface.xs)
        loss = self._loss_of(self.display.snapshot.parameters)
        parts = [f"loss {number_text(loss)}", f"least {number_text(self.surface.least)}"]
        if distance > _NEAR * max(1.0, float(np.linalg.norm(self.surface.plane.origin))):
            parts.append(f"{number_text(distance, 3)} off the plane")
        if size < LEVELS[-1]:
            parts.append(f"{size}×{size}")
        self.set_facts(SEPARATOR.join(parts))

    def _read(self, place: tuple[float, float] | None) -> None:
        """Say the exact loss under the pointer, or what the picture is."""
        if self.surface is None or self._rows is None or self._look is None:
            return
        if place is not None:
            if not self._is_of_this_network(self.surface):
                return
            loss = self._loss_of(self.surface.plane.point(*place))
            a, b = (number_text(value, 3) for value in place)
            self.read_out.set_text(f"({a}, {b}): loss {number_text(loss, 6)}")
            return
        words = f"mean loss and penalties over {self._rows.words}"
        self.read_out.set_text(SEPARATOR.join(part for part in (words, self._look.note) if part))

    def _loss_of(self, parameters: np.ndarray) -> float:
        spec = self.display.spec
        if self._network is None or self._network.spec != spec:
            self._network = Network(spec)
        assert self._rows is not None
        return self._rows.loss(self._network, parameters)

    # What a person does.

    def _take_selected(self) -> None:
        edge = self.display.selection.edge
        if edge is not None:
            self.bar.take_name(f"W{edge.layer}[{edge.source + 1},{edge.target + 1}]")

    def _try(self, a: float, b: float) -> None:
        surface = self.surface
        if surface is None or not self._is_of_this_network(surface):
            return
        if math.isfinite(a) and math.isfinite(b):
            point = surface.plane.point(a, b)
            self.display.trial.try_out(self.display.snapshot, point)
            self.refresh()

    def _branch(self) -> None:
        trial = self.display.trial
        real = trial.real
        if real is not None:
            edits = trial.edits(self.display.snapshot.parameters)
            self.display.travel.branch(real.step, real.experiment, edits)
