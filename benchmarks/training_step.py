"""Time one training step, loss included, of nnviz and others, and of the floor below it.

All in one process, in short alternating rounds, so that what else the machine does weighs
on all of them; the least of all rounds counts. Usage: see benchmarks/README.md.
"""

import argparse
import os
import statistics
import time
from dataclasses import dataclass

from benchmarks import THREADS
from benchmarks.contenders import CONTENDERS
from benchmarks.contenders.floor import call_count
from benchmarks.workloads import SETTINGS, WORKLOADS, Workload, workload_with

_PAUSE = 0.01


@dataclass(frozen=True, slots=True)
class Times:
    """Microseconds per step of each contender, one number for each round."""

    rounds: dict[str, list[float]]

    def least(self, name: str) -> float:
        """Return the time of the fastest round; the floor is the sum of its two parts."""
        if name == "floor":
            return self.least("products") + self.least("calls")
        return min(self.rounds[name])

    def spread(self, name: str) -> float:
        """Return the median round over the fastest: near 1 on a quiet machine."""
        return statistics.median(self.rounds[name]) / self.least(name)


def quietest_processor() -> int:
    """Return the processor on which a loop gets furthest in a moment."""
    allowed, counts = os.sched_getaffinity(0), {}
    for processor in allowed:
        os.sched_setaffinity(0, {processor})
        until, counts[processor] = time.perf_counter() + 0.1, 0
        while time.perf_counter() < until:
            counts[processor] += 1
    os.sched_setaffinity(0, allowed)
    return max(counts, key=lambda processor: counts[processor])


def measure(workload: Workload, names: list[str], rounds: int, seconds: float) -> Times:
    """Time the contenders in turns."""
    runs = {name: CONTENDERS[name].start(workload) for name in names}
    epochs = {}
    for name, run in runs.items():
        run(2)
        epochs[name] = max(1, round(seconds / min(run(1), run(1))))
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, run in runs.items():
            # Threads of the one before may spin for a moment after their work.
            time.sleep(_PAUSE)
            steps = epochs[name] * workload.steps_per_epoch
            times[name].append(1e6 * run(epochs[name]) / steps)
    return Times(times)


def row(key: str, setting: str, workload: Workload, times: Times) -> str:
    """Return a row of the table."""
    ours, floor = times.least("nnviz"), times.least("floor")
    cells = [f"({key}) {setting}", _three(ours), _three(floor), f"**{ours / floor:.2f}**"]
    cells += [_three(times.least("tape")), str(call_count(workload))]
    for name in ("torch", "sklearn", "jax", "playground"):
        has_run = name in times.rounds
        cells.append(f"{times.least(name) / ours:.2f}" if has_run else "")
    spreads = [times.spread(name) for name in times.rounds]
    return f"| {' | '.join(cells)} | {max(spreads):.2f} |"


def check(keys: list[str], settings: list[str]) -> None:
    """Print how far JAX and nnviz are apart after an epoch in float64."""
    from benchmarks.contenders.agreement import greatest_difference

    for key in keys:
        for setting in settings:
            difference = greatest_difference(workload_with(key, setting, "float64"))
            print(f"({key}) {setting}: weights differ by at most {difference:.1e}", flush=True)


def _three(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def main() -> None:
    """Print a table for what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workloads", nargs="*", default=list(WORKLOADS), help="a b c d e")
    parser.add_argument("--settings", nargs="*", default=list(SETTINGS), choices=SETTINGS)
    parser.add_argument("--dtypes", nargs="*", default=["float32", "float64"])
    parser.add_argument("--contenders", nargs="*", help="all that are installed")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=0.02, help="per contender and round")
    parser.add_argument("--check", action="store_true", help="compare JAX with nnviz instead")
    arguments = parser.parse_args()
    if arguments.check:
        check(arguments.workloads, arguments.settings)
        return
    if THREADS == "1":
        os.sched_setaffinity(0, {quietest_processor()})
    wanted = arguments.contenders or CONTENDERS
    names = [n for n in CONTENDERS if n in wanted and CONTENDERS[n].is_installed]
    names = list(dict.fromkeys(["nnviz", "tape", "products", "calls", *names]))
    for dtype in arguments.dtypes:
        print(f"\n{dtype}, {'one thread' if THREADS == '1' else 'threads as each likes'}\n")
        print("| workload | nnviz µs | floor µs | nnviz/floor | tape µs | calls |", end="")
        print(" torch/nnviz | sklearn/nnviz | jax/nnviz | playground/nnviz | noise |")
        print("|---|---|---|---|---|---|---|---|---|---|---|")
        for key in arguments.workloads:
            for setting in arguments.settings:
                workload = workload_with(key, setting, dtype)
                able = [name for name in names if CONTENDERS[name].applies(workload)]
                times = measure(workload, able, arguments.rounds, arguments.seconds)
                print(row(key, setting, workload, times), flush=True)


if __name__ == "__main__":
    main()
