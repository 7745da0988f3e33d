"""Time the gradient check of all parameters of some networks on 32 samples, float64.

Usage: see benchmarks/README.md.
"""

import timeit
from functools import partial

import numpy as np

from benchmarks.workloads import WORKLOADS
from nnviz.core.gradcheck import check_gradients
from nnviz.core.network import Network
from nnviz.core.spec import LayerSpec, NetworkSpec

NETWORKS = (
    (WORKLOADS["b"].sizes, "tanh"),
    ((20, 80, 80, 30, 4), "tanh"),
    (WORKLOADS["c"].sizes, "relu"),
    (WORKLOADS["e"].sizes, "tanh"),
)


def main() -> None:
    """Print milliseconds, the least of nine rounds, and the worst relative error."""
    generator = np.random.default_rng(0)
    for sizes, activation in NETWORKS:
        hidden = tuple(LayerSpec(size, activation) for size in sizes[1:-1])
        network = Network(NetworkSpec(sizes[0], (*hidden, LayerSpec(sizes[-1], "linear"))))
        inputs = generator.normal(size=(32, sizes[0]))
        targets = generator.normal(size=(32, sizes[-1]))
        check = partial(check_gradients, network, inputs, targets)
        best = min(timeit.repeat(check, number=1, repeat=9))
        name = "-".join(str(size) for size in sizes)
        print(
            f"{name} {activation}: {network.parameter_count} parameters, "
            f"{best * 1e3:.1f} ms, worst {check().worst:.1e}"
        )


if __name__ == "__main__":
    main()
