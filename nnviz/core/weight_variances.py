"""The variance that each way to start gives to a weight, by the fans of its layer.

A row of ``INITIALIZERS`` has one of them beside its ``draw``; a test compares the two.
"""


def none(fan_in: int, fan_out: int, std: float) -> float:
    """Return 0: all weights are the same."""
    return 0.0


def chosen(fan_in: int, fan_out: int, std: float) -> float:
    """Return the square of the standard deviation that a person chose."""
    return std * std


def lecun(fan_in: int, fan_out: int, std: float) -> float:
    """Return 1 / fan_in: z then varies as much as the activations below do."""
    return 1.0 / fan_in


def glorot(fan_in: int, fan_out: int, std: float) -> float:
    """Return 2 / (fan_in + fan_out): between what the way up and the way down want."""
    return 2.0 / (fan_in + fan_out)


def he(fan_in: int, fan_out: int, std: float) -> float:
    """Return 2 / fan_in: twice as much, for the half that a ReLU cuts off."""
    return 2.0 / fan_in


def orthogonal(fan_in: int, fan_out: int, std: float) -> float:
    """Return the mean square of an entry of a matrix with orthonormal columns (or rows)."""
    return 1.0 / max(fan_in, fan_out)
