"""Verdicts: whether two numbers that should be the same are, as far as can be measured."""

from dataclasses import dataclass
from enum import Enum
from math import isnan

# Relative errors up to here pass: seven digits are measured, six are asked for.
LIMIT = 1e-6


class Verdict(Enum):
    """What a comparison came to."""

    PASS = "pass"
    FAIL = "fail"
    KINK = "kink"
    UNSURE = "unsure"
    LIMITED = "limited"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A number, the same one found in another way, and what to make of it.

    Attributes
    ----------
    claimed, measured
        The number in question, and the other one.
    error
        Relative error: their difference over the larger of the two.
    allowed
        Up to this absolute difference rounding may be the reason.
    uncertainty
        How far the measured number itself may be off.
    has_kink
        Whether it was measured across a kink and so says nothing.
    is_limited
        Whether the loss limits its gradient here, on purpose, so that the two differ.
    """

    claimed: float
    measured: float
    error: float
    allowed: float = 0.0
    uncertainty: float = 0.0
    has_kink: bool = False
    is_limited: bool = False

    @property
    def verdict(self) -> Verdict:
        """What the comparison came to."""
        difference = abs(self.claimed - self.measured)
        if isnan(self.claimed) and isnan(self.measured):
            return Verdict.UNSURE
        if self.error <= LIMIT or difference <= self.allowed:
            return Verdict.PASS
        if self.has_kink:
            return Verdict.KINK
        if self.is_limited:
            return Verdict.LIMITED
        return Verdict.UNSURE if difference <= self.uncertainty else Verdict.FAIL


def relative_error(claimed: float, measured: float) -> float:
    """Return the difference, relative to the larger of the two; 0 if both are the same."""
    if claimed == measured:
        return 0.0
    return abs(claimed - measured) / max(abs(claimed), abs(measured))
