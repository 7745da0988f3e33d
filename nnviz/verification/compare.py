"""Comparing given numbers with the engine's, within the tolerances of the layout."""

from dataclasses import dataclass

import numpy as np

from nnviz.verification.quantities import Floats, Quantities

_AFTER_STEPS = ("losses", " step ")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Two numbers agree if they differ by at most absolute + relative * abs(ours)."""

    relative: float
    absolute: float

    def wrong(self, theirs: Floats, ours: Floats) -> "np.typing.NDArray[np.bool_]":
        """Return where the numbers disagree; NaN agrees with NaN alone."""
        return ~np.isclose(theirs, ours, rtol=self.relative, atol=self.absolute, equal_nan=True)


def tolerance_for(name: str, dtype: str) -> Tolerance:
    """Return the tolerance of a quantity: wider after many steps and for single precision."""
    if dtype == "float32":
        return Tolerance(1e-4, 1e-5)
    if any(word in name for word in _AFTER_STEPS):
        return Tolerance(1e-8, 1e-10)
    return Tolerance(1e-10, 1e-12)


@dataclass(frozen=True, slots=True)
class Finding:
    """How one quantity compares.

    Attributes
    ----------
    name
        Which quantity.
    error
        The greatest relative error; infinite if the shapes differ.
    index
        Where the first wrong entry is, counted from 0; ``None`` if all agree.
    theirs, ours
        The first wrong entry, or the shapes in words if those differ.
    """

    name: str
    error: float
    index: tuple[int, ...] | None = None
    theirs: str = ""
    ours: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether anything disagrees."""
        return self.index is not None or bool(self.theirs)


def compare(given: Quantities, ours: Quantities, dtype: str) -> list[Finding]:
    """Return a finding for every given quantity, in the order of the calculation."""
    order = {name: place for place, name in enumerate(ours)}
    names = sorted(given, key=lambda name: order.get(name, len(order)))
    return [_compare_one(name, given[name], ours[name], dtype) for name in names]


def _compare_one(name: str, theirs: Floats, ours: Floats, dtype: str) -> Finding:
    if theirs.shape != ours.shape:
        if theirs.size != ours.size or 1 not in (*theirs.shape, *ours.shape, theirs.ndim):
            return Finding(name, np.inf, None, f"shape {theirs.shape}", f"shape {ours.shape}")
        # A column and a list of the same numbers mean the same.
        theirs = theirs.reshape(ours.shape)
    with np.errstate(all="ignore"):
        scale = np.maximum(np.abs(ours), 1e-12)
        errors = np.abs(theirs - ours) / scale
    wrong = tolerance_for(name, dtype).wrong(theirs, ours)
    worst = float(np.nanmax(errors, initial=0.0)) if errors.size else 0.0
    if not wrong.any():
        return Finding(name, worst)
    index = tuple(int(i) for i in np.argwhere(np.atleast_1d(wrong))[0])
    at = index if theirs.ndim else ()
    return Finding(name, worst, index, f"{theirs[at]:.10g}", f"{ours[at]:.10g}")
