"""ACTIONS: everything that a menu or a key can do. One action is one row."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MENUS = ("File", "Train", "Walk", "View", "Help")


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """One row of the table.

    Attributes
    ----------
    key, label
        The name in code, and the words in the menu.
    shortcut
        Key sequence as Qt writes it; empty for none.
    icon_name
        File in ``resources/icons``; empty for none.
    tooltip
        One sentence about what it does.
    handler
        The window's method that does it, or a method of one of its parts.
    menu
        The menu that it stands in.
    begins_group
        Whether a line parts it from the row above.
    is_checkable
        Whether it is on or off.
    """

    key: str
    label: str
    shortcut: str
    icon_name: str
    tooltip: str
    handler: str
    menu: str
    begins_group: bool = False
    is_checkable: bool = False


_ROWS = (
    ActionRecord(
        "open_file",
        "Open CSV…",
        "Ctrl+O",
        "folder-open",
        "Train on a table of your own",
        "files.open_csv",
        "File",
    ),
    ActionRecord(
        "save_picture",
        "Save picture…",
        "Ctrl+S",
        "image",
        "Save a picture of the window",
        "files.save_picture",
        "File",
        begins_group=True,
    ),
    ActionRecord(
        "quit",
        "Quit",
        "Ctrl+Q",
        "log-out",
        "Stop training and close the window",
        "close",
        "File",
        begins_group=True,
    ),
    ActionRecord(
        "toggle_run",
        "Run or pause",
        "Space",
        "play",
        "Train until paused, or pause",
        "walk.toggle_run",
        "Train",
    ),
    ActionRecord(
        "step",
        "One step",
        "Right",
        "step-forward",
        "Do one update on one batch, then pause",
        "walk.forward",
        "Train",
    ),
    ActionRecord(
        "epoch",
        "One epoch",
        "E",
        "skip-forward",
        "Train to the end of the epoch, then pause",
        "transport.run_epoch",
        "Train",
    ),
    ActionRecord(
        "reset",
        "Reset to the same start",
        "R",
        "rotate-ccw",
        "Go back to step 0 with the very same weights",
        "transport.reset",
        "Train",
        begins_group=True,
    ),
    ActionRecord(
        "new_start",
        "New random start",
        "N",
        "dices",
        "Go back to step 0 with other random weights",
        "transport.start_anew",
        "Train",
    ),
    ActionRecord(
        "walk_back",
        "Back",
        "Left",
        "step-back",
        "Go back by the chosen step size",
        "walk.backward",
        "Walk",
    ),
    ActionRecord(
        "walk_first",
        "Start of the step",
        "Home",
        "chevron-first",
        "Go to the start of the step",
        "walk.first",
        "Walk",
        begins_group=True,
    ),
    ActionRecord(
        "walk_last",
        "End of the step",
        "End",
        "chevron-last",
        "Go to the end of the step",
        "walk.last",
        "Walk",
    ),
    ActionRecord(
        "walk_larger",
        "Larger steps",
        "Up",
        "chevrons-up",
        "Move in larger steps: term, unit, operation, layer, phase, step, epoch",
        "walk.larger_steps",
        "Walk",
        begins_group=True,
    ),
    ActionRecord(
        "walk_smaller",
        "Smaller steps",
        "Down",
        "chevrons-down",
        "Move in smaller steps: term, unit, operation, layer, phase, step, epoch",
        "walk.smaller_steps",
        "Walk",
    ),
    ActionRecord(
        "walk_forward_phase",
        "Forward pass",
        "1",
        "arrow-right",
        "Go to the first line of the forward pass",
        "walk.go_to_forward_phase",
        "Walk",
        begins_group=True,
    ),
    ActionRecord(
        "walk_loss_phase",
        "Loss",
        "2",
        "target",
        "Go to the loss",
        "walk.go_to_loss_phase",
        "Walk",
    ),
    ActionRecord(
        "walk_backward_phase",
        "Backward pass",
        "3",
        "arrow-left",
        "Go to the first line of the backward pass",
        "walk.go_to_backward_phase",
        "Walk",
    ),
    ActionRecord(
        "walk_update_phase",
        "Update",
        "4",
        "refresh-cw",
        "Go to the first line of the update",
        "walk.go_to_update_phase",
        "Walk",
    ),
    ActionRecord(
        "show_train",
        "Workspace: Train",
        "Ctrl+1",
        "trending-down",
        "Set up a network, train it and watch it learn",
        "workspaces.show_train",
        "View",
    ),
    ActionRecord(
        "show_step",
        "Workspace: Step",
        "Ctrl+2",
        "footprints",
        "Walk through a training step, number by number",
        "workspaces.show_step",
        "View",
    ),
    ActionRecord(
        "show_inspect",
        "Workspace: Inspect",
        "Ctrl+3",
        "search",
        "Look into gradients and matrices, and check them",
        "workspaces.show_inspect",
        "View",
    ),
    ActionRecord(
        "toggle_theme",
        "Dark or light",
        "Ctrl+T",
        "sun",
        "Change between the dark and the light theme",
        "toggle_theme",
        "View",
        begins_group=True,
    ),
    ActionRecord(
        "reduce_motion",
        "Reduce motion",
        "",
        "accessibility",
        "Walk without pulses along the edges",
        "walk.toggle_motion",
        "View",
        is_checkable=True,
    ),
    ActionRecord(
        "full_screen",
        "Full screen",
        "F11",
        "maximize",
        "Fill the screen, or go back",
        "toggle_full_screen",
        "View",
    ),
    ActionRecord(
        "reset_layout",
        "Reset layout",
        "",
        "layout-dashboard",
        "Put every panel back where it was at first",
        "workspaces.reset",
        "View",
        begins_group=True,
    ),
    ActionRecord(
        "help",
        "Keys and colours",
        "F1",
        "circle-question-mark",
        "What the keys do and what the colours mean",
        "show_help",
        "Help",
    ),
)

ACTIONS: Mapping[str, ActionRecord] = MappingProxyType({row.key: row for row in _ROWS})
