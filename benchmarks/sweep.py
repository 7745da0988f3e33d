"""Time 64 starts: one after the other, and on a pool of processes, its start included.

Usage: python -m benchmarks.sweep [WORKERS]. Other work on the machine shows, so rounds alternate.
"""

import statistics
import sys
import time

from nnviz.core.spec import LayerSpec
from nnviz.data.request import DataSpec
from nnviz.sweeps.plan import Plan, check_plan, make_plan
from nnviz.sweeps.pool import ProcessPool, suitable_workers
from nnviz.sweeps.scheduling import InProcess, Scheduler, sweep_results
from nnviz.sweeps.spec import Setting, SweepSpec
from nnviz.training.experiment import ExperimentSpec, ModelSpec

ROUNDS = 3
STARTS = 64
DIGITS = ExperimentSpec(
    data=DataSpec("digits"), model=ModelSpec((LayerSpec(32, "relu"),)), batch_size=32
)
RATES = Setting("optimizer.learning_rate", (0.001, 0.01, 0.1, 1.0))
INITIALIZERS = Setting("model.initializer", ("zeros", "normal", "glorot_uniform", "he_uniform"))
CASES = (
    ("circles 2-6-5-3-2, 1,000 steps", SweepSpec(steps=1000, seeds=STARTS)),
    ("circles 2-6-5-3-2, 10,000 steps", SweepSpec(steps=10_000, seeds=STARTS)),
    ("digits 64-32-10, 2,000 steps", SweepSpec(DIGITS, steps=2000, seeds=STARTS)),
    (
        "4 learning rates x 4 initialisers x 16 starts, 1,000 steps",
        SweepSpec(steps=1000, seeds=16, settings=(RATES, INITIALIZERS)),
    ),
)


def seconds_for(plan: Plan, scheduler: Scheduler) -> tuple[float, float]:
    """Return the seconds until the first result and until the last."""
    started = time.perf_counter()
    first = None
    for _ in sweep_results(plan, scheduler):
        first = first or time.perf_counter() - started
    return first or 0.0, time.perf_counter() - started


def main() -> None:
    """Print a row for each case."""
    print(f"{'':60} {'runs':>5} {'one by one':>11} {'pool':>8} {'first':>7} {'times':>6}")
    for name, spec in CASES:
        plan = make_plan(spec)
        workers = int(sys.argv[1]) if len(sys.argv) > 1 else suitable_workers(check_plan(plan))
        alone, pool, first = [], [], []
        for _ in range(ROUNDS):
            alone.append(seconds_for(plan, InProcess())[1])
            begun, ended = seconds_for(plan, ProcessPool(workers))
            first.append(begun)
            pool.append(ended)
        one, many = statistics.median(alone), statistics.median(pool)
        print(
            f"{name:60} {len(plan.runs):5} {one:9.2f} s {many:6.2f} s "
            f"{statistics.median(first):5.2f} s {one / many:6.2f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
