"""Data made on the spot. All of it follows from a Recipe, seed included."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Classes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides a data set that is made.

    Attributes
    ----------
    samples
        Number of rows.
    noise
        Strength of the noise; each generator says in which units.
    classes
        Number of classes, for spirals and Gaussians.
    dimensions
        Number of inputs, for linear regression.
    seed
        The same seed gives the same rows.
    """

    samples: int
    noise: float
    classes: int
    dimensions: int
    seed: int

    def generator(self) -> np.random.Generator:
        """Return the source of all randomness."""
        return np.random.default_rng([self.seed, 0])

    def balanced(self, classes: int) -> Classes:
        """Return one class number per row, as evenly as the number of rows allows."""
        return np.arange(self.samples) % classes


def xor(recipe: Recipe) -> tuple[Floats, Classes]:
    """Return four squares, class 1 where the signs differ; noise moves points (units of x)."""
    generator = recipe.generator()
    quadrant = recipe.balanced(4)
    signs = np.stack((np.where(quadrant < 2, -1.0, 1.0), np.where(quadrant % 2 == 0, -1.0, 1.0)), 1)
    points = signs * generator.uniform(0.08, 1.0, (recipe.samples, 2))
    points += recipe.noise * generator.normal(size=points.shape)
    return points, (signs[:, 0] != signs[:, 1]).astype(np.int64)


def circles(recipe: Recipe) -> tuple[Floats, Classes]:
    """Return a disc (class 1) within a ring; noise is the spread of the radius."""
    generator = recipe.generator()
    classes = recipe.balanced(2)
    inner = 0.45 * np.sqrt(generator.uniform(0, 1, recipe.samples))
    outer = generator.uniform(0.75, 1.0, recipe.samples)
    radius = np.where(classes == 1, inner, outer)
    radius = radius + recipe.noise * generator.normal(size=recipe.samples)
    angle = generator.uniform(0, 2 * np.pi, recipe.samples)
    return radius[:, np.newaxis] * np.stack((np.cos(angle), np.sin(angle)), 1), classes


def gaussians(recipe: Recipe) -> tuple[Floats, Classes]:
    """Return round clouds on a circle; noise is their standard deviation."""
    generator = recipe.generator()
    classes = recipe.balanced(recipe.classes)
    angle = 2 * np.pi * classes / recipe.classes + np.pi / 4
    centres = np.stack((np.cos(angle), np.sin(angle)), 1)
    return centres + recipe.noise * generator.normal(size=centres.shape), classes


def moons(recipe: Recipe) -> tuple[Floats, Classes]:
    """Return two half circles that reach into one another; noise moves points."""
    generator = recipe.generator()
    classes = recipe.balanced(2)
    angle = np.pi * generator.uniform(0, 1, recipe.samples)
    across = np.where(classes == 0, np.cos(angle), 1 - np.cos(angle)) - 0.5
    up = np.where(classes == 0, np.sin(angle), 0.5 - np.sin(angle)) - 0.25
    points = np.stack((across, up), 1)
    return points + recipe.noise * generator.normal(size=points.shape), classes


def spiral(recipe: Recipe) -> tuple[Floats, Classes]:
    """Return one arm per class, 1.25 turns each; noise moves points."""
    generator = recipe.generator()
    classes = recipe.balanced(recipe.classes)
    along = np.sqrt(generator.uniform(0.01, 1.0, recipe.samples))
    angle = 2 * np.pi * (1.25 * along + classes / recipe.classes)
    points = along[:, np.newaxis] * np.stack((np.cos(angle), np.sin(angle)), 1)
    return points + recipe.noise * generator.normal(size=points.shape), classes


def checkerboard(recipe: Recipe) -> tuple[Floats, Classes]:
    """Return a board of 4 x 4 fields in two colours; noise moves points."""
    generator = recipe.generator()
    field = generator.permutation(np.arange(recipe.samples) % 16)
    column, row = field % 4, field // 4
    corner = np.stack((column, row), 1) / 2.0 - 1.0
    points = corner + generator.uniform(0.03, 0.47, corner.shape)
    points += recipe.noise * generator.normal(size=points.shape)
    return points, ((column + row) % 2).astype(np.int64)


def _curve(recipe: Recipe, heights: Floats, generator: np.random.Generator) -> Floats:
    return (heights + recipe.noise * generator.normal(size=recipe.samples))[:, np.newaxis]


def sine(recipe: Recipe) -> tuple[Floats, Floats]:
    """Return sin(x) over two periods; noise is added to y."""
    generator = recipe.generator()
    x = np.sort(generator.uniform(-2 * np.pi, 2 * np.pi, recipe.samples))
    return x[:, np.newaxis], _curve(recipe, np.sin(x), generator)


def step(recipe: Recipe) -> tuple[Floats, Floats]:
    """Return -1 below zero and +1 above; noise is added to y."""
    generator = recipe.generator()
    x = np.sort(generator.uniform(-1, 1, recipe.samples))
    return x[:, np.newaxis], _curve(recipe, np.where(x < 0, -1.0, 1.0), generator)


def bumps(recipe: Recipe) -> tuple[Floats, Floats]:
    """Return two hills and a valley of different widths; noise is added to y."""
    generator = recipe.generator()
    x = np.sort(generator.uniform(-3, 3, recipe.samples))
    heights = np.exp(-((x + 1.8) ** 2) / 0.18) - 0.8 * np.exp(-(x**2) / 0.5)
    heights += 0.6 * np.exp(-((x - 1.6) ** 2) / 0.08)
    return x[:, np.newaxis], _curve(recipe, heights, generator)


def linear(recipe: Recipe) -> tuple[Floats, Floats]:
    """Return y = x w + b with fixed random w and b; noise is added to y."""
    generator = recipe.generator()
    weights, bias = generator.normal(size=recipe.dimensions), generator.normal()
    inputs = generator.normal(size=(recipe.samples, recipe.dimensions))
    return inputs, _curve(recipe, inputs @ weights + bias, generator)
