"""Pictures of the window and its views, drawn without a screen."""

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSize, Qt
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from nnviz.gui.app import make_application
from nnviz.gui.display import Display
from nnviz.gui.main_window import MainWindow
from nnviz.gui.pictures import write_picture
from nnviz.gui.selection import Selection, UnitRef
from nnviz.gui.style import apply_style
from nnviz.gui.theme import THEMES, Theme
from nnviz.gui.view_table import VIEWS
from nnviz.gui.views.view import View
from nnviz.gui.widgets.card import Card
from nnviz.gui.workspaces import WORKSPACES
from nnviz.training.commands import Command, Follow, Load, RunEpoch
from nnviz.training.experiment import ExperimentSpec
from nnviz.training.host import Host
from nnviz.training.mailbox import Mailbox
from nnviz.training.snapshot import RunState

_WINDOW_SIZE = (1600, 1000)


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """Which picture is wanted.

    Attributes
    ----------
    experiment, epochs
        What to train, and for how long, before the picture is drawn.
    view
        ``"window"``, or a key of ``VIEWS``.
    out
        A ``.png`` or ``.svg`` file.
    size
        Width and height before scaling; ``None`` takes the view's usual size.
    theme
        Key of ``THEMES``.
    selected
        (layer, unit) to select, the unit counted from 0; layer 0 is the inputs.
    workspace
        Key of ``WORKSPACES``, for the window.
    line
        Where the walk through the next step stands; ``None`` is no walk, or its
        start in a workspace for walking.
    """

    experiment: ExperimentSpec
    epochs: int
    view: str
    out: Path
    size: tuple[int, int] | None = None
    theme: str = "dark"
    selected: tuple[int, int] | None = None
    workspace: str = "train"
    line: int | None = None


def render(request: RenderRequest) -> None:
    """Train, draw and write the picture.

    Raises
    ------
    ValueError
        If the network has no such unit to select, or the size is too small.
    OSError
        If the file cannot be written; an older one of that name is untouched.
    """
    app = make_application()
    theme = THEMES[request.theme]
    apply_style(app, theme)
    line = 0 if request.line is None and WORKSPACES[request.workspace].walks else request.line
    display = trained_display(request.experiment, request.epochs, line)
    if request.selected is not None:
        _select(display, UnitRef(*request.selected))
    if request.view == "window":
        widget: QWidget = _window(display, theme, request.workspace)
    else:
        widget = _card(display, theme, request.view)
    usual = _WINDOW_SIZE if request.view == "window" else VIEWS[request.view].render_size
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    wanted = QSize(*(request.size or usual))
    widget.resize(wanted)
    widget.show()
    # Layouts settle and views that depend on their size refresh in the event loop.
    for _ in range(3):
        app.processEvents()
    while any(view.is_working for view in widget.findChildren(View)):
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    # A ring around a control belongs to a person at work, not to a picture.
    focused = app.focusWidget()
    if focused is not None:
        focused.clearFocus()
    try:
        _check_size(widget, wanted)
        write_picture(widget, request.out)
    finally:
        widget.close()
        widget.deleteLater()
        app.processEvents()


def trained_display(experiment: ExperimentSpec, epochs: int, line: int | None = None) -> Display:
    """Return a Display that has followed so many epochs of training.

    With a line, a person walks through the next step and stands after that line.

    Raises
    ------
    ValueError, OSError
        If the experiment cannot be trained, or the step has no such line.
    """
    mailbox = Mailbox()
    host = Host(mailbox)
    display = Display(Selection())
    host.obey(Load(experiment, generation=1))
    _deliver(mailbox, display)
    for _ in range(epochs):
        host.obey(RunEpoch())
        while host.seconds_until_due(0.0) is not None:
            host.run_slice(float("inf"))
        _deliver(mailbox, display)
        if display.snapshot.state is RunState.DIVERGED:
            break

    def follow(command: Command) -> None:
        """Do at once what looks back; whatever trains has no place in a picture."""
        if isinstance(command, Follow):
            host.obey(command)
            host.run_slice(float("inf"))
            _deliver(mailbox, display)

    display.wishes.command_requested.connect(follow)
    if line is not None:
        display.playback.recording_requested.connect(host.obey)
        display.playback.start()
        _deliver(mailbox, display)
        display.playback.go_to(line)
    return display


def _deliver(mailbox: Mailbox, display: Display) -> None:
    delivery = mailbox.take()
    if delivery.snapshot is not None:
        display.show(delivery.snapshot)
    for chunk in delivery.losses:
        display.add_losses(chunk)
    for recording in delivery.recordings:
        display.playback.take(recording.trace)
    if delivery.track is not None:
        display.tracking.take(delivery.track)


def _select(display: Display, unit: UnitRef) -> None:
    sizes = display.spec.layer_sizes
    if unit.layer >= len(sizes) or unit.index >= sizes[unit.layer]:
        raise ValueError(
            f"there is no unit {unit.index + 1} in layer {unit.layer}: the layers "
            f"(0 is the inputs) have {', '.join(str(size) for size in sizes)} units"
        )
    display.selection.select_unit(unit)


def _window(display: Display, theme: Theme, workspace: str) -> QWidget:
    window = MainWindow(display, theme)
    window.workspaces.show_workspace(workspace)
    window.load_views()
    window.setup_panel.load_thumbnails()
    window.show_snapshot()
    window.scheduler.refresh_all()
    return window


def _card(display: Display, theme: Theme, key: str) -> QWidget:
    record = VIEWS[key]
    view = record.create(display, theme)
    holder = QWidget()
    card = Card(key, record.title, holder)
    card.body.add_content(view)
    view.facts_changed.connect(card.title.set_facts)
    margins = QVBoxLayout(holder)
    margins.setContentsMargins(8, 8, 8, 8)
    margins.addWidget(card)
    # Constraints on a window make the offscreen platform complain.
    margins.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
    view.refresh()
    return holder


def _check_size(widget: QWidget, wanted: QSize) -> None:
    least = widget.minimumSizeHint().expandedTo(widget.minimumSize())
    if wanted.expandedTo(least) != wanted:
        raise ValueError(
            f"{wanted.width()}x{wanted.height()} is too small for this picture: it needs at "
            f"least {least.width()}x{least.height()}"
        )
