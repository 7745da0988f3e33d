"""DATASETS: the one table of everything there is to learn from without a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnviz.data import generators
from nnviz.data.generators import Recipe

Maker: TypeAlias = Callable[
    [Recipe], tuple[NDArray[np.float64], NDArray[np.int64] | NDArray[np.float64]]
]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One row of the table.

    Attributes
    ----------
    name, label, summary
        The saved name, the one that people read, and a line about it.
    task
        What is learned.
    make
        Makes inputs and targets; ``None`` for bundled data.
    file
        File in ``resources/datasets``; ``None`` for made data.
    target
        Target column of the file.
    samples, noise, most_noise
        Defaults of made data, and the upper end of a slider for the noise.
    classes, dimensions
        Defaults where they can be chosen, else ``None``.
    source, licence
        Where bundled data come from and how they may be used.
    """

    name: str
    label: str
    summary: str
    task: Literal["classification", "regression"]
    make: Maker | None = None
    file: str | None = None
    target: str | None = None
    samples: int = 320
    noise: float = 0.0
    most_noise: float = 0.5
    classes: int | None = None
    dimensions: int | None = None
    source: str = ""
    licence: str = ""

    @property
    def kind(self) -> Literal["made", "bundled"]:
        """Whether the data are made on the spot or bundled."""
        return "bundled" if self.make is None else "made"

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes with the default number of them; empty for regression."""
        if self.task == "regression":
            return ()
        return tuple(f"class {number}" for number in range(self.classes or 2))


_MADE = (
    Dataset(
        "circles",
        "Circles",
        "a disc within a ring",
        "classification",
        make=generators.circles,
        noise=0.05,
        most_noise=0.3,
    ),
    Dataset(
        "xor",
        "XOR",
        "four squares; class 1 where the signs differ",
        "classification",
        make=generators.xor,
        noise=0.0,
        most_noise=0.3,
    ),
    Dataset(
        "gaussians",
        "Gaussians",
        "round clouds, one per class",
        "classification",
        make=generators.gaussians,
        noise=0.35,
        most_noise=1.0,
        classes=2,
    ),
    Dataset(
        "spiral",
        "Spirals",
        "one spiral arm per class",
        "classification",
        make=generators.spiral,
        noise=0.02,
        most_noise=0.15,
        classes=2,
    ),
    Dataset(
        "moons",
        "Moons",
        "two half circles that reach into one another",
        "classification",
        make=generators.moons,
        noise=0.1,
        most_noise=0.5,
    ),
    Dataset(
        "checkerboard",
        "Checkerboard",
        "a board of 4 x 4 fields",
        "classification",
        make=generators.checkerboard,
        samples=640,
        noise=0.0,
        most_noise=0.2,
    ),
    Dataset(
        "sine",
        "Sine",
        "sin(x) over two periods",
        "regression",
        make=generators.sine,
        samples=200,
        noise=0.1,
        most_noise=1.0,
    ),
    Dataset(
        "step",
        "Step",
        "a jump at zero",
        "regression",
        make=generators.step,
        samples=200,
        noise=0.05,
        most_noise=1.0,
    ),
    Dataset(
        "bumps",
        "Bumps",
        "two hills and a valley",
        "regression",
        make=generators.bumps,
        samples=200,
        noise=0.05,
        most_noise=0.5,
    ),
    Dataset(
        "linear",
        "Linear",
        "y = x w + b with d inputs",
        "regression",
        make=generators.linear,
        samples=200,
        noise=0.3,
        most_noise=3.0,
        dimensions=2,
    ),
)
_UCI = "UCI Machine Learning Repository"
_BUNDLED = (
    Dataset(
        "iris",
        "Iris",
        "150 flowers of 3 species, 4 measures",
        "classification",
        file="iris.csv",
        target="species",
        source=f"Fisher 1936; {_UCI}",
        licence="CC BY 4.0",
    ),
    Dataset(
        "penguins",
        "Penguins",
        "342 penguins of 3 species, 4 measures",
        "classification",
        file="penguins.csv",
        target="species",
        source="Gorman et al. 2014; palmerpenguins",
        licence="CC0 1.0",
    ),
    Dataset(
        "wine",
        "Wine",
        "178 wines of 3 cultivars, 13 measures",
        "classification",
        file="wine.csv",
        target="cultivar",
        source=f"Aeberhard and Forina; {_UCI}",
        licence="CC BY 4.0",
    ),
    Dataset(
        "digits",
        "Digits",
        "1,797 handwritten digits of 8 x 8 pixels",
        "classification",
        file="digits.csv.gz",
        target="digit",
        source=f"Alpaydin and Kaynak; {_UCI}",
        licence="CC BY 4.0",
    ),
    Dataset(
        "diabetes",
        "Diabetes",
        "442 patients, 10 measures; progression after a year",
        "regression",
        file="diabetes.csv",
        target="progression",
        source="Efron et al. 2004",
        licence="BSD 3-Clause (scikit-learn)",
    ),
)

DATASETS: Mapping[str, Dataset] = MappingProxyType({row.name: row for row in (*_MADE, *_BUNDLED)})
