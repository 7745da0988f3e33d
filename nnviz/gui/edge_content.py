"""What the edges of the diagram stand for while a person walks through a step."""

from enum import Enum


class EdgeContent(Enum):
    """What colour and width of the edges show."""

    AUTOMATIC = "what the phase does"
    WEIGHT = "weights"
    GRADIENT = "gradients"
    CHANGE = "changes"
