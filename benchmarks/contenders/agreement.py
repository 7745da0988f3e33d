"""Whether JAX does the same as nnviz: a contender that computes something else proves nothing."""

import numpy as np

from benchmarks.contenders import jax_scan
from benchmarks.contenders.nnviz_run import started
from benchmarks.workloads import Workload


def greatest_difference(workload: Workload) -> float:
    """Return the greatest difference of a weight after one epoch on the same batches."""
    training = started(workload)
    inputs, targets = workload.data()
    order = training._feed.order.reshape(-1, workload.batch_size).copy()
    start = [
        (weights.copy(), biases.copy())
        for weights, biases in zip(training.network.weights, training.network.biases, strict=True)
    ]
    while training.epoch < 1:
        training.advance(workload.steps_per_epoch)
    (parameters, *_), _ = jax_scan.epoch_from(workload, start)(inputs, targets, order)
    return max(
        float(np.abs(np.asarray(theirs) - ours).max())
        for (theirs, _), ours in zip(parameters, training.network.weights, strict=True)
    )
