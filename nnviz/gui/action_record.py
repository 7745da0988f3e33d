"""ActionRecord: one thing that a menu or a key can do."""

from dataclasses import dataclass


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
    needs_walk
        In the Walk menu: whether it works in a walk only.
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
    needs_walk: bool = True
