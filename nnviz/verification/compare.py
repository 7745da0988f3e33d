"""Comparing given numbers with the engine's, within the tolerances of the layout."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.verification.layout import Given
from nnviz.verification.passes import Quantities

# Above it, squares on the way overflow in single precision.
_GREAT_FOR_SINGLE = 1e18
_AFTER_STEPS = ("losses", " step ")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Two numbers agree if they differ by at most absolute + relative * abs(ours)."""

    relative: float
    absolute: float
    after_steps: bool = False
    greatest: float = np.inf

    def wrong(self, theirs: FloatArray, ours: FloatArray) -> NDArray[np.bool_]:
        """Return where the numbers disagree; NaN agrees with NaN alone, but after divergence."""
        near = np.isclose(theirs, ours, rtol=self.relative, atol=self.absolute, equal_nan=True)
        if self.after_steps:
            # Whether a run that diverged ends in infinity or NaN depends on the order of sums.
            near |= ~np.isfinite(theirs) & ~(np.abs(ours) < self.greatest)
        return ~near


def tolerance_for(name: str, dtype: str) -> Tolerance:
    """Return the tolerance of a quantity: wider after many steps and for single precision."""
    after_steps = any(word in name for word in _AFTER_STEPS)
    if dtype == "float32":
        return Tolerance(1e-4, 1e-5, after_steps, _GREAT_FOR_SINGLE)
    if after_steps:
        return Tolerance(1e-8, 1e-10, after_steps)
    return Tolerance(1e-10, 1e-12)


@dataclass(frozen=True, slots=True)
class Finding:
    """How one quantity compares.

    Attributes
    ----------
    name
        Which quantity.
    path
        Where the file has it; where an entry is wrong, the first wrong entry.
    error
        The greatest relative error; infinite if the shapes differ.
    index
        Where the first wrong entry is, counted from 0; ``None`` if all agree.
    theirs, ours
        The first wrong entry, or the shapes in words if those differ.
    """

    name: str
    path: str
    error: float
    index: tuple[int, ...] | None = None
    theirs: str = ""
    ours: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether anything disagrees."""
        return self.index is not None or self.has_other_shape

    @property
    def has_other_shape(self) -> bool:
        """Whether the shapes differ, so that no entry was compared."""
        return self.index is None and bool(self.theirs)


def compare(given: Mapping[str, Given], ours: Quantities, dtype: str) -> list[Finding]:
    """Return a finding for every given quantity that we have, in the order of the calculation."""
    order = {name: place for place, name in enumerate(ours)}
    names = sorted((name for name in given if name in ours), key=lambda name: order[name])
    return [_compare_one(name, given[name], ours[name], dtype) for name in names]


def all_agree(given: Mapping[str, Given], ours: Quantities, dtype: str) -> bool:
    """Return whether every given quantity that we have agrees."""
    for name, entry in given.items():
        if name in ours:
            theirs = _in_shape(entry.values, ours[name].shape)
            if theirs is None or tolerance_for(name, dtype).wrong(theirs, ours[name]).any():
                return False
    return True


def _compare_one(name: str, entry: Given, ours: FloatArray, dtype: str) -> Finding:
    theirs = _in_shape(entry.values, ours.shape)
    if theirs is None:
        return Finding(
            name, entry.path, np.inf, None, _shape(entry.values.shape), _shape(ours.shape)
        )
    with np.errstate(all="ignore"):
        errors = np.abs(theirs - ours) / np.maximum(np.abs(ours), 1e-12)
    wrong = tolerance_for(name, dtype).wrong(theirs, ours)
    # Where both are infinite or not numbers, they agree.
    errors = np.where(wrong & np.isnan(errors), np.inf, np.nan_to_num(errors, posinf=np.inf))
    worst = float(errors.max(initial=0.0))
    if not wrong.any():
        return Finding(name, entry.path, worst)
    index = tuple(int(i) for i in np.argwhere(np.atleast_1d(wrong))[0])
    at = index if theirs.ndim else ()
    place = "".join(f"[{i}]" for i in at) if theirs.shape == entry.values.shape else ""
    return Finding(name, entry.path + place, worst, index, f"{theirs[at]:.10g}", f"{ours[at]:.10g}")


def _in_shape(theirs: FloatArray, shape: tuple[int, ...]) -> FloatArray | None:
    """Return the numbers in our shape: a column and a list of the same numbers mean the same."""
    if theirs.shape == shape:
        return theirs
    if _without_ones(theirs.shape) == _without_ones(shape):
        return theirs.reshape(shape)
    return None


def _without_ones(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(length for length in shape if length != 1)


def _shape(shape: tuple[int, ...]) -> str:
    return "shape " + (" x ".join(str(length) for length in shape) or "of a single number")
