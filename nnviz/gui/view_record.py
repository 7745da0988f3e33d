"""ViewRecord: what is known of a view before it is imported."""

from dataclasses import dataclass
from importlib import import_module
from typing import Literal, TypeAlias

from PySide6.QtWidgets import QWidget

from nnviz.gui.display import Display
from nnviz.gui.theme import Theme
from nnviz.gui.views.view import View

Area: TypeAlias = Literal["centre", "strip", "dock"]


@dataclass(frozen=True, slots=True)
class ViewRecord:
    """One row of ``VIEWS``.

    Attributes
    ----------
    key, title
        The saved name, and the one that people read.
    factory
        ``module:Class``; the class takes ``(display, theme, parent)``.
    area
        Whether the view stands in the centre card, in the strip below it, or in a
        dock, whose place the workspaces know.
    interval
        Milliseconds between two drawings, at least.
    follows_walk
        Whether every move of the walk's cursor is news to it.
    minimum_size
        Below this the dock does not shrink, px.
    render_size
        Width and height of its picture when it is rendered alone, px.
    """

    key: str
    title: str
    factory: str
    area: Area
    interval: int
    minimum_size: tuple[int, int]
    render_size: tuple[int, int]
    follows_walk: bool = False

    def create(self, display: Display, theme: Theme, parent: QWidget | None = None) -> View:
        """Import the view's module and make the view."""
        module, _, name = self.factory.partition(":")
        view = getattr(import_module(module), name)(display, theme, parent)
        assert isinstance(view, View), f"{self.factory} is no View"
        view.setObjectName(f"{self.key}_view")
        return view
