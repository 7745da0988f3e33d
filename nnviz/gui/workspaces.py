"""Workspaces: named arrangements of the same docks.

Each remembers what a person made of it; "Reset layout" puts the one on show back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from PySide6.QtCore import QByteArray, QObject, Qt, Signal
from PySide6.QtWidgets import QDockWidget, QMainWindow

from nnviz.gui.docks import SETUP_WIDTH
from nnviz.gui.settings import LAYOUT_VERSION, WindowSettings

# Views that share a place lie behind each other's tabs; the first is in front.
Places: TypeAlias = tuple[tuple[tuple[str, ...], int], ...]

_LEFT, _RIGHT, _BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)


@dataclass(frozen=True, slots=True)
class Workspace:
    """One row of the table.

    Attributes
    ----------
    key, title, tooltip
        The saved name, the one that people read, and what it is for.
    icon_name
        File in ``resources/icons``.
    walks
        Whether a person walks through a recorded step there.
    right, bottom
        What stands at the right, from above, with its height, and at the bottom,
        from the left, with its width; keys of ``VIEWS``, sizes in px at 1600x1000.
    right_width, bottom_height
        Size of these two areas, px.
    has_setup
        Whether the Setup panel is open at the left.
    """

    key: str
    title: str
    tooltip: str
    icon_name: str
    walks: bool
    right: Places
    bottom: Places
    right_width: int
    bottom_height: int
    has_setup: bool = False

    def docks(self) -> set[str]:
        """Return the keys of all docks that are open in it."""
        keys = {key for places in (self.right, self.bottom) for group, _ in places for key in group}
        return keys | ({"setup"} if self.has_setup else set())


_ROWS = (
    Workspace(
        key="train",
        title="Train",
        tooltip="Set up a network, train it and watch it learn",
        icon_name="trending-down",
        walks=False,
        right=((("decision",), 400), (("activation",), 250), (("weights",), 230)),
        bottom=((("loss",), 500), (("gradients",), 440)),
        right_width=400,
        bottom_height=236,
        has_setup=True,
    ),
    Workspace(
        key="step",
        title="Step",
        tooltip="Walk through a training step, number by number, forwards and backwards",
        icon_name="footprints",
        walks=True,
        right=((("equation",), 360), (("factors",), 250)),
        bottom=((("code",), 460), (("matrix", "graph", "check", "decision", "activation"), 480)),
        right_width=420,
        bottom_height=300,
    ),
    Workspace(
        key="inspect",
        title="Inspect",
        tooltip="Look into gradients and matrices, and check them",
        icon_name="search",
        walks=True,
        right=((("check",), 430), (("weights", "bug_lab"), 300)),
        bottom=((("matrix",), 560), (("gradients",), 440)),
        right_width=400,
        bottom_height=330,
    ),
    Workspace(
        key="diagnose",
        title="Diagnose",
        tooltip="See how healthy the training is, where its gradients go, and what it was before",
        icon_name="stethoscope",
        walks=False,
        right=((("health",), 400), (("flow",), 330)),
        bottom=(
            (("loss", "timeline", "metrics", "watch"), 480),
            (("optimizer", "parameters", "samples"), 560),
        ),
        right_width=440,
        bottom_height=330,
    ),
    Workspace(
        key="explore",
        title="Explore",
        tooltip="Compare starts and settings, look at the loss surface, and try initialisers",
        icon_name="compass",
        walks=False,
        right=((("surface", "initialization", "workbench"), 900),),
        bottom=((("sweep", "timeline", "loss"), 900),),
        right_width=620,
        bottom_height=360,
    ),
)

WORKSPACES: Mapping[str, Workspace] = MappingProxyType({row.key: row for row in _ROWS})


class Workspaces(QObject):
    """Arranges a window's docks.

    Attributes
    ----------
    current
        The workspace on show.

    Signals
    -------
    current_changed
        Another workspace is on show.
    """

    current_changed = Signal()

    def __init__(
        self,
        window: QMainWindow,
        docks: Mapping[str, QDockWidget],
        settings: WindowSettings | None = None,
    ) -> None:
        super().__init__(window)
        self.current = WORKSPACES["train"]
        self._window, self._docks, self._settings = window, docks, settings
        self._states: dict[str, QByteArray] = {}

    def show_train(self) -> None:
        """Show what training needs."""
        self.show_workspace("train")

    def show_step(self) -> None:
        """Show what the walk through a step needs."""
        self.show_workspace("step")

    def show_inspect(self) -> None:
        """Show gradients and matrices."""
        self.show_workspace("inspect")

    def show_diagnose(self) -> None:
        """Show what tells a healthy training from a sick one."""
        self.show_workspace("diagnose")

    def show_explore(self) -> None:
        """Show other starts, other settings and the loss around this one."""
        self.show_workspace("explore")

    def show_workspace(self, key: str) -> None:
        """Change to another workspace, as it was left."""
        if key == self.current.key:
            return
        self._keep()
        self.current = WORKSPACES[key]
        # What is tied to the workspace, such as the step bar, must be there before
        # the docks get what is left of the window.
        self.current_changed.emit()
        self.restore()

    def restore(self) -> bool:
        """Arrange the docks as this workspace was left; return whether it was known."""
        state = self._states.get(self.current.key)
        if state is None and self._settings is not None:
            state = self._settings.workspace(self.current.key)
        if state is not None and self._window.restoreState(state, LAYOUT_VERSION):
            return True
        self.reset()
        return False

    def reset(self) -> None:
        """Put every dock back where it is at first in this workspace."""
        workspace, window = self.current, self._window
        window.setCorner(Qt.Corner.BottomLeftCorner, _LEFT)
        window.setCorner(Qt.Corner.TopLeftCorner, _LEFT)
        window.setCorner(Qt.Corner.BottomRightCorner, _RIGHT)
        window.setCorner(Qt.Corner.TopRightCorner, _RIGHT)
        for dock in self._docks.values():
            dock.setFloating(False)
            window.removeDockWidget(dock)
        window.addDockWidget(_LEFT, self._docks["setup"])
        self._add(_RIGHT, workspace.right, Qt.Orientation.Vertical)
        self._add(_BOTTOM, workspace.bottom, Qt.Orientation.Horizontal)
        open_docks = workspace.docks()
        for key, dock in self._docks.items():
            if key not in open_docks and key != "setup":
                # Closed here, but the View menu can open it at the right.
                window.addDockWidget(_RIGHT, dock)
            dock.setVisible(key in open_docks)
        for (first, *_), _ in (*workspace.right, *workspace.bottom):
            # Only a dock that is open can come to the front.
            self._docks[first].raise_()
        self._size()

    def _add(self, area: Qt.DockWidgetArea, places: Places, orientation: Qt.Orientation) -> None:
        for (first, *others), _ in places:
            self._window.addDockWidget(area, self._docks[first], orientation)
            for other in others:
                self._window.tabifyDockWidget(self._docks[first], self._docks[other])

    def _size(self) -> None:
        workspace, window = self.current, self._window
        narrow, low = min(1.0, window.width() / 1600), min(1.0, window.height() / 1000)
        across, up = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        right, heights = self._first_docks(workspace.right, low)
        bottom, widths = self._first_docks(workspace.bottom, narrow)
        sides = [SETUP_WIDTH] if workspace.has_setup else []
        setup = [self._docks["setup"]] if workspace.has_setup else []
        window.resizeDocks(
            [*setup, *right[:1]], [*sides, round(workspace.right_width * narrow)], across
        )
        window.resizeDocks(right, heights, up)
        window.resizeDocks(bottom[:1], [round(workspace.bottom_height * low)], up)
        window.resizeDocks(bottom, widths, across)

    def _first_docks(
        self, places: Places, share: float
    ) -> tuple[Sequence[QDockWidget], Sequence[int]]:
        docks = [self._docks[group[0]] for group, _ in places]
        return docks, [round(size * share) for _, size in places]

    def save(self) -> None:
        """Remember all arrangements for the next start of the program."""
        self._keep()
        if self._settings is not None:
            for key, state in self._states.items():
                self._settings.save_workspace(key, state)

    def _keep(self) -> None:
        self._states[self.current.key] = self._window.saveState(LAYOUT_VERSION)
