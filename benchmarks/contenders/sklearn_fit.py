"""scikit-learn's MLP through ``fit``; its regressor has a linear output."""

import time
import warnings

from benchmarks.contenders.kind import Contender, own_threads
from benchmarks.workloads import Workload


def start(workload: Workload) -> Contender:
    """Return what trains."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from threadpoolctl import threadpool_limits

    make = MLPClassifier if workload.is_classifier else MLPRegressor
    model = make(
        hidden_layer_sizes=workload.sizes[1:-1],
        activation=workload.activation,
        solver=workload.optimizer,
        # It divides its penalty by the size of the batch.
        alpha=workload.l2 * workload.batch_size,
        batch_size=workload.batch_size,
        learning_rate_init=workload.learning_rate,
        momentum=workload.momentum,
        nesterovs_momentum=False,
        tol=0.0,
        n_iter_no_change=10**9,
        warm_start=True,
        random_state=0,
    )
    inputs, targets = workload.data()
    if not workload.is_classifier:
        targets = targets[:, 0]

    def run(epochs: int) -> float:
        model.max_iter = epochs
        # nnviz shares its BLAS, and tells it how many threads nnviz wants.
        with warnings.catch_warnings(), threadpool_limits(own_threads(), user_api="blas"):
            warnings.simplefilter("ignore", ConvergenceWarning)
            begun = time.perf_counter()
            model.fit(inputs, targets)
            return time.perf_counter() - begun

    return run
