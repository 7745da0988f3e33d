"""DataSpec: which data, how many, how split and how scaled."""

import math
from typing import Annotated

import msgspec

from nnviz.core.table import look_up
from nnviz.data.scaling import SCALINGS


class TypedData(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbers typed in, as the network sees them and its loss compares them.

    Attributes
    ----------
    title
        What to call them.
    inputs, targets
        n x d and n x k.
    """

    title: str
    inputs: tuple[tuple[float, ...], ...]
    targets: tuple[tuple[float, ...], ...]

    def __post_init__(self) -> None:
        """Refuse rows that make no table."""
        for name, rows in (("inputs", self.inputs), ("targets", self.targets)):
            if not rows or not rows[0] or len({len(row) for row in rows}) > 1:
                raise ValueError(f"the {name} must have a row, all rows of one length")
            if not all(math.isfinite(number) for row in rows for number in row):
                raise ValueError(f"the {name} must be finite numbers")
        if len(self.inputs) != len(self.targets):
            raise ValueError(
                f"there are {len(self.inputs)} rows of inputs and {len(self.targets)} of targets: "
                "each sample needs both"
            )


class DataSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which data set is wanted, and what is done to it before training.

    Attributes
    ----------
    dataset
        Key of ``DATASETS``; ``None`` when a file is given.
    file
        Path of a CSV file; ``None`` when a data set is named.
    target
        Name of the file's target column; ``None`` lets nnviz guess and say so.
    samples, noise, classes, dimensions
        For data sets that are made on the spot; ``None`` takes the default.
    seed
        Decides the rows that are made and the split.
    validation
        Share of rows held back, 0 to below 1.
    scaling
        Key of ``SCALINGS``.
    drop_incomplete_rows
        Whether rows of a file with missing or unreadable cells are left out (and
        counted in a note) instead of being an error.
    typed
        The numbers themselves, in place of a data set or a file.
    """

    dataset: str | None = "circles"
    file: str | None = None
    target: str | None = None
    samples: Annotated[int, msgspec.Meta(ge=4, le=100_000)] | None = None
    noise: Annotated[float, msgspec.Meta(ge=0, le=10)] | None = None
    classes: Annotated[int, msgspec.Meta(ge=2, le=5)] | None = None
    dimensions: Annotated[int, msgspec.Meta(ge=1, le=1000)] | None = None
    seed: Annotated[int, msgspec.Meta(ge=0)] = 0
    validation: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.25
    scaling: str = "standardise"
    drop_incomplete_rows: bool = False
    typed: TypedData | None = None

    def __post_init__(self) -> None:
        """Refuse a request for both or neither of a data set and a file."""
        if sum(given is not None for given in (self.dataset, self.file, self.typed)) != 1:
            raise ValueError("name either a data set or a file, one of the two")
        look_up(SCALINGS, self.scaling, "scaling")
