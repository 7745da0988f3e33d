"""Scene: what the decision view shows whatever the network answers."""

from dataclasses import dataclass

from nnviz.gui.views.decision_points import PointSet


@dataclass(frozen=True, slots=True)
class Scene:
    """What stays the same from snapshot to snapshot.

    Attributes
    ----------
    low, high
        Corner values of the plot, in the units that the network sees.
    tick_low, tick_high
        The same corners in the units of the data, for the ticks.
    names
        What the axes show.
    bar
        What the two ends of the colour bar stand for; empty without one.
    has_values
        Whether the points' colours are values upon that bar, not classes.
    is_square
        Whether the plot is drawn square, as it is for two inputs.
    train, validation
        The points.
    """

    low: tuple[float, float]
    high: tuple[float, float]
    tick_low: tuple[float, float]
    tick_high: tuple[float, float]
    names: tuple[str, str]
    bar: tuple[str, ...]
    has_values: bool
    is_square: bool
    train: PointSet
    validation: PointSet
