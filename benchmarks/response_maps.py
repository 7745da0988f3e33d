"""Time the response maps: every unit of a network over a grid of 100 x 100 inputs.

Usage: see benchmarks/README.md.
"""

import timeit

import numpy as np

from benchmarks.workloads import WORKLOADS
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec


def main() -> None:
    """Print milliseconds per map of all units, the least of several rounds."""
    for key in "abe":
        sizes = WORKLOADS[key].sizes
        layers = tuple(LayerSpec(size, "tanh") for size in sizes[1:])
        for dtype in ("float32", "float64"):
            network = Network(NetworkSpec(sizes[0], layers), dtype=dtype)
            inputs = np.random.default_rng(0).normal(size=(10_000, sizes[0])).astype(dtype)
            rounds = timeit.repeat(lambda n=network, x=inputs: n.responses(x), number=10, repeat=9)
            print(f"({key}) {sum(sizes[1:]):4} units {dtype}  {min(rounds) * 100:.3f} ms")


if __name__ == "__main__":
    main()
