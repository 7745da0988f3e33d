"""Where the events of a run stand on its axis of steps, worked out without Qt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from nnviz.gui.run_events import EventKind, RunEvent

# Ticks nearer than this are one, px.
_MERGED = 14.0
_GAP = 4.0


@dataclass(frozen=True, slots=True)
class EventMark:
    """One tick, for an event or for several close ones.

    Attributes
    ----------
    x
        Where it stands, px.
    events
        What it stands for, by rising steps.
    label
        What is written beside it.
    label_x
        Where the label begins, px; ``None`` where there is no room for it.
    """

    x: float
    events: tuple[RunEvent, ...]
    label: str
    label_x: float | None = None

    @property
    def is_bad(self) -> bool:
        """Whether one of them is that the run diverged."""
        return any(event.kind is EventKind.DIVERGED for event in self.events)

    @property
    def text(self) -> str:
        """The sentences of all events, one a line; the first and the last of very many."""
        lines = [event.sentence for event in self.events]
        if len(lines) > 6:
            lines[3:-2] = [f"and {len(lines) - 5} more"]
        return "\n".join(lines)


def event_marks(
    events: Sequence[RunEvent],
    place: Callable[[int], float],
    room: tuple[float, float],
    width_of: Callable[[str], float],
    taken: float = 0.0,
) -> list[EventMark]:
    """Return the ticks of the events in sight, none of them or of their labels crowding.

    Parameters
    ----------
    events
        By rising steps.
    place
        Where a step lies, px.
    room
        The left and the right end of the axis, px.
    width_of
        The width of a label, px.
    taken
        How much of the right end labels must leave free, px.
    """
    left, right = room
    seen = [(place(event.step), event) for event in events]
    groups: list[list[tuple[float, RunEvent]]] = []
    for x, event in seen:
        if not left - 0.5 <= x <= right + 0.5:
            continue
        if groups and x - groups[-1][0][0] < _MERGED:
            groups[-1].append((x, event))
        else:
            groups.append([(x, event)])
    marks = [_mark(group) for group in groups]
    return _labelled(marks, (left, right - taken), width_of)


def _mark(group: list[tuple[float, RunEvent]]) -> EventMark:
    events = tuple(event for _, event in group)
    bad = next((event for event in events if event.kind is EventKind.DIVERGED), None)
    label = events[0].label if len(events) == 1 else f"{len(events)} events"
    if bad is not None:
        label = bad.label
    elif len(events) > 1 and len({event.kind for event in events}) == 1:
        label = f"{len(events)} × {events[0].kind.value}"
    return EventMark(group[0][0], events, label)


def _labelled(
    marks: list[EventMark], room: tuple[float, float], width_of: Callable[[str], float]
) -> list[EventMark]:
    """Put each label to the right of its tick, or to the left, or leave it out."""
    placed, taken = [], room[0]
    for index, mark in enumerate(marks):
        width = width_of(mark.label)
        end = marks[index + 1].x - _GAP if index + 1 < len(marks) else room[1]
        spot = None
        if mark.x + _GAP + width <= end:
            spot = mark.x + _GAP
        elif min(mark.x - _GAP, room[1]) - width >= taken:
            spot = min(mark.x - _GAP, room[1]) - width
        taken = mark.x + _GAP if spot is None else max(mark.x, spot + width) + _GAP
        placed.append(replace(mark, label_x=spot))
    return placed
