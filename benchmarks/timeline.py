"""Time the timeline of workload (b), 10-14-12-14-9-1: recording, seeks and memory.

Recording is measured in short rounds of training with and without it, one
after the other, so that what else the machine does weighs on both; the cost is
the median of the ratios. A seek is measured as the window meets it: from the
wish to a frozen snapshot with the losses of that step over whole sets. Half of
the steps are drawn at random, half lie just before a key-frame, where most has
to be done again. Usage: see benchmarks/README.md.
"""

import argparse
import statistics
import time
from functools import partial

import numpy as np

from benchmarks.contenders.nnviz_run import started
from benchmarks.workloads import workload_with
from nnviz.training.measuring import Measuring
from nnviz.training.past import Past
from nnviz.training.run import TrainingRun
from nnviz.training.showing import snapshot_of
from nnviz.training.snapshot import RunState

ROUND = 5_000
SLICE = 0.004


def train(run: TrainingRun, steps: int, past: Past | None) -> float:
    """Train for so many steps and return the seconds that it took."""
    before, until = time.perf_counter(), run.step + steps
    while run.step < until:
        run.advance(until - run.step)
        if past is not None:
            past.record()
    return time.perf_counter() - before


def seek(past: Past, step: int) -> float:
    """Seek as the host does, and return the milliseconds until there is a snapshot."""
    measuring = Measuring(time.perf_counter, lambda: False)
    before = time.perf_counter()
    past.want(step)
    while past.wanted is not None:
        end = time.perf_counter() + SLICE
        past.approach(lambda: False, partial(_is_over, end))
    measuring.measure(past.shown)
    assert measuring.newest is not None
    snapshot = snapshot_of(past, 1, RunState.PAUSED, "", measuring.newest, 0.0)
    took = 1000 * (time.perf_counter() - before)
    assert snapshot.step == step
    return took


def _is_over(end: float) -> bool:
    return time.perf_counter() >= end


def measure(setting: str, dtype: str, steps: int, seeks: int, budget: int) -> None:
    """Print one row of the table."""
    workload = workload_with("b", setting, dtype)
    recorded, bare = started(workload), started(workload)
    past = Past(budget)
    past.begin(recorded, 1)
    ratios, seconds = [], 0.0
    while recorded.step < steps:
        alone = train(bare, ROUND, None)
        both = train(recorded, ROUND, past)
        ratios.append(both / alone)
        seconds += both
    generator = np.random.default_rng(0)
    frames = past.key_frame_steps
    worst = generator.choice(np.append(frames[1:], recorded.step), seeks // 2) - 1
    # The first seek builds the run that does steps again; it counts like the others.
    wanted = generator.permutation(
        np.concatenate([worst, generator.integers(0, steps, seeks // 2)])
    )
    took = [seek(past, int(step)) for step in wanted]
    print(
        f"| {workload.optimizer} | {dtype} | {steps / seconds:,.0f} | "
        f"{100 * (statistics.median(ratios) - 1):.1f} % | {took[0]:.1f} ms | "
        f"{statistics.median(took):.1f} ms | {np.quantile(took, 0.99):.1f} ms | "
        f"{max(took):.1f} ms | {len(frames):,} | {np.diff(frames).max():,} | "
        f"{past.nbytes / 2**20:.1f} MB |"
    )


def main() -> None:
    """Print the table for both optimisers and both types."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--seeks", type=int, default=2000)
    parser.add_argument("--budget", type=float, default=64, help="megabytes")
    arguments = parser.parse_args()
    print(
        "| optimiser | type | steps/s | recording | first seek | p50 | p99 | worst "
        "| key-frames | widest gap | memory |\n|---|---|---|---|---|---|---|---|---|---|---|"
    )
    for setting in ("own", "adam"):
        for dtype in ("float32", "float64"):
            budget = int(arguments.budget * 2**20)
            measure(setting, dtype, arguments.steps, arguments.seeks, budget)


if __name__ == "__main__":
    main()
