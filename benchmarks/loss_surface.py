"""Time a loss surface of 41 x 41 cells beside one call of the network for every cell.

611 weights and 50 biases (10-14-12-14-9-1) on 200 samples, float64. Usage: see
benchmarks/README.md.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np

from nnviz.core.directions import Plane, random_direction
from nnviz.core.loss_surface import Surface, grid, loss_surface
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.gui.views.surface_content import LEVELS

ROUNDS = 9
SIZES = (14, 12, 14, 9)


def milliseconds(work: Callable[[], object]) -> list[float]:
    """Return how long each of several rounds took, rising."""
    took = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - before))
    return sorted(took)


def one_by_one(network: Network, surface: Surface, inputs: np.ndarray, targets: np.ndarray) -> None:
    """Ask the network for the loss of every cell."""
    for b in surface.ys:
        for a in surface.xs:
            network.set_parameters(surface.plane.point(a, b))
            network.loss(inputs, targets)


def main() -> None:
    """Measure, then print."""
    hidden = tuple(LayerSpec(size) for size in SIZES)
    spec = NetworkSpec(10, (*hidden, LayerSpec(1, "linear")), "mean_squared_error")
    network = Network(spec)
    generator = np.random.default_rng(0)
    inputs, targets = generator.normal(size=(200, 10)), generator.normal(size=(200, 1))
    origin = network.parameters.astype(np.float64)
    first, second = (random_direction(network.layout, origin, seed) for seed in (0, 1))
    plane = Plane(origin, first, second)
    print(f"{network.parameter_count} parameters, 200 samples")
    print("| cells | median | least | greatest |")
    print("|---|---|---|---|")
    for points in LEVELS:
        xs, ys = grid((0.0, 0.0), (1.0, 1.0), points)
        took = milliseconds(partial(loss_surface, spec, plane, xs, ys, inputs, targets))
        print(
            f"| {points} x {points} | {statistics.median(took):.1f} ms | {took[0]:.1f} ms | "
            f"{took[-1]:.1f} ms |"
        )
    surface = loss_surface(spec, plane, xs, ys, inputs, targets)
    took = milliseconds(partial(one_by_one, network, surface, inputs, targets))
    print(
        f"| {points} x {points}, one call for each cell | {statistics.median(took):.1f} ms | "
        f"{took[0]:.1f} ms | {took[-1]:.1f} ms |"
    )


if __name__ == "__main__":
    main()
