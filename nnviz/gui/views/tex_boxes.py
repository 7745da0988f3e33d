"""Boxes: text and rules in their places, relative to the left end of a baseline."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from nnviz.core.notation import Piece
from nnviz.gui.views.tex_nodes import Gap

Owner: TypeAlias = Piece | Gap | None


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text; ``owner`` is the number, or the gap, that it belongs to."""

    x: float
    y: float
    text: str
    size: float
    owner: Owner = None
    is_pending: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight line: a fraction's bar, or a part of a root."""

    x: float
    y: float
    end_x: float
    end_y: float


@dataclass(frozen=True, slots=True)
class Area:
    """The place of a number or a gap, y downwards from the baseline."""

    x: float
    y: float
    width: float
    height: float
    owner: Owner
    is_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """Something laid out, with its size."""

    width: float = 0.0
    ascent: float = 0.0
    descent: float = 0.0
    runs: tuple[Run, ...] = ()
    rules: tuple[Rule, ...] = ()
    areas: tuple[Area, ...] = ()

    def moved(self, x: float, y: float) -> "Box":
        """Return the same elsewhere; its size is as before."""
        if x == 0 and y == 0:
            return self
        # Written out: dataclasses.replace takes four times as long, and formulas have many runs.
        return Box(
            self.width,
            self.ascent,
            self.descent,
            tuple(
                Run(run.x + x, run.y + y, run.text, run.size, run.owner, run.is_pending)
                for run in self.runs
            ),
            tuple(
                Rule(rule.x + x, rule.y + y, rule.end_x + x, rule.end_y + y) for rule in self.rules
            ),
            tuple(
                Area(area.x + x, area.y + y, area.width, area.height, area.owner, area.is_hidden)
                for area in self.areas
            ),
        )


NOTHING = Box()


def merged(width: float, parts: Iterable[tuple[Box, float, float]]) -> Box:
    """Return boxes put together: each with its x and y."""
    placed = list(parts)
    moved = [box.moved(x, y) for box, x, y in placed]
    return Box(
        width,
        max((box.ascent - y for box, _, y in placed), default=0.0),
        max((box.descent + y for box, _, y in placed), default=0.0),
        tuple(run for box in moved for run in box.runs),
        tuple(rule for box in moved for rule in box.rules),
        tuple(area for box in moved for area in box.areas),
    )
