"""Time the gradient check of all 661 parameters of workload (b) on 32 samples, float64.

Usage: see benchmarks/README.md.
"""

import timeit

import numpy as np

from benchmarks.workloads import WORKLOADS
from nnviz.core.gradcheck import check_gradients
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec


def main() -> None:
    """Print milliseconds, the least of several rounds, and the worst relative error."""
    sizes = WORKLOADS["b"].sizes
    network = Network(NetworkSpec(sizes[0], tuple(LayerSpec(size) for size in sizes[1:])))
    generator = np.random.default_rng(0)
    inputs, targets = generator.normal(size=(32, sizes[0])), generator.normal(size=(32, 1))
    rounds = timeit.repeat(lambda: check_gradients(network, inputs, targets), number=5, repeat=9)
    worst = check_gradients(network, inputs, targets).worst
    print(f"{network.parameter_count} parameters: {min(rounds) * 200:.2f} ms, worst {worst:.1e}")


if __name__ == "__main__":
    main()
