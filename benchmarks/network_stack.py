"""Time a stack of networks against as many single runs, and the losses at many settings.

All in one process, one thread, in alternating rounds. A single run is what the program
itself does, shuffles and losses included. Usage: see benchmarks/README.md.
"""

import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.workloads import WORKLOADS
from nnviz.core.network import Network
from nnviz.core.network_stack import NetworkStack
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.data.prepared import PreparedData, RawData
from nnviz.data.request import DataSpec
from nnviz.data.scaling import fit_scaling
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.run import TrainingRun

Contender = Callable[[int], None]

ROUNDS = 9
SECONDS = 0.3
ROWS = 250
BATCH = 10
# 2-8-1, batch 10, is the case that the aim is about.
CASES = (
    ((2, 8, 1), "sgd", 8),
    ((2, 8, 1), "sgd", 32),
    ((2, 8, 1), "sgd", 128),
    ((2, 8, 1), "adam", 32),
    (WORKLOADS["a"].sizes, "sgd", 32),
    (WORKLOADS["b"].sizes, "sgd", 32),
)


def data(sizes: tuple[int, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    generator = np.random.default_rng(0)
    inputs = generator.normal(size=(ROWS, sizes[0]))
    return inputs, generator.uniform(-0.9, 0.9, (ROWS, sizes[-1]))


def single_runs(sizes: tuple[int, ...], optimizer: str, count: int, dtype: str) -> Contender:
    """Return what trains so many runs of different seeds for so many epochs, one by one."""
    runs = []
    for seed in range(count):
        experiment = ExperimentSpec(
            data=DataSpec(),
            model=ModelSpec(
                tuple(LayerSpec(size, "tanh") for size in sizes[1:-1]), output_activation="tanh"
            ),
            optimizer=OptimizerSpec(optimizer, 0.01),
            batch_size=BATCH,
            dtype=dtype,
            seed=seed,
        )
        runs.append(TrainingRun(experiment, prepared(sizes)))

    def run(epochs: int) -> None:
        for training in runs:
            until = training.step + epochs * training.batches_per_epoch
            while training.step < until:
                training.advance(until - training.step)

    return run


def prepared(sizes: tuple[int, ...]) -> PreparedData:
    """Return the data as if they had been read and split."""
    inputs, targets = data(sizes)
    raw = RawData(
        name="random numbers",
        inputs=inputs,
        targets=targets,
        feature_names=tuple(f"x{index}" for index in range(sizes[0])),
        class_names=(),
        target_name="t",
    )
    return PreparedData(
        raw=raw,
        scaling=fit_scaling("none", inputs),
        target_scaling=fit_scaling("none", np.zeros((1, sizes[-1]))),
        train_rows=np.arange(ROWS),
        validation_rows=np.zeros(0, dtype=np.int64),
        train_inputs=inputs,
        validation_inputs=inputs[:0],
        train_targets=targets,
        validation_targets=targets[:0],
    )


def stacked(
    sizes: tuple[int, ...], optimizer: str, count: int, dtype: str, is_shared: bool
) -> Contender:
    """Return what trains the stack, in one order of the rows or in an order for each network."""
    spec = NetworkSpec(sizes[0], tuple(LayerSpec(size, "tanh") for size in sizes[1:]))
    stack = NetworkStack.from_seeds(spec, range(count), OptimizerSpec(optimizer, 0.01), dtype=dtype)
    inputs, targets = data(sizes)
    generator = np.random.default_rng(0)

    def run(epochs: int) -> None:
        for _ in range(epochs):
            # All orders at once: one permutation after the other would take twice as long.
            orders = generator.random((1 if is_shared else count, ROWS)).argsort(axis=1)
            rows = orders.reshape(len(orders), -1, BATCH).swapaxes(0, 1)
            stack.train(inputs, targets, rows[:, 0] if is_shared else rows)

    return run


def compare(sizes: tuple[int, ...], optimizer: str, count: int, dtype: str) -> None:
    """Time the contenders in turns and print a line."""
    runs = (
        single_runs(sizes, optimizer, count, dtype),
        stacked(sizes, optimizer, count, dtype, is_shared=False),
        stacked(sizes, optimizer, count, dtype, is_shared=True),
    )
    epochs = []
    for run in runs:
        run(2)
        started = time.perf_counter()
        run(2)
        epochs.append(max(1, round(2 * SECONDS / (time.perf_counter() - started))))
    times: tuple[list[float], ...] = ([], [], [])
    for _ in range(ROUNDS):
        for run, number, measured in zip(runs, epochs, times, strict=True):
            started = time.perf_counter()
            run(number)
            measured.append((time.perf_counter() - started) / (number * ROWS // BATCH))
    name = "-".join(str(size) for size in sizes)
    print(f"{name} {optimizer} x {count} {dtype}: single {microseconds(times[0])}", end="")
    for label, measured in zip(("own orders", "one order"), times[1:], strict=True):
        ratios = [single / stack for single, stack in zip(times[0], measured, strict=True)]
        print(
            f", {label} {microseconds(measured)} = {statistics.median(ratios):.1f} x "
            f"({min(ratios):.1f} to {max(ratios):.1f})",
            end="",
        )
    print(flush=True)


def microseconds(seconds: list[float]) -> str:
    return f"{statistics.median(seconds) * 1e6:.1f} us"


def compare_losses(dtype: str) -> None:
    """Time the losses at 41 x 41 settings of workload (b)'s parameters, on 200 samples."""
    sizes = WORKLOADS["b"].sizes
    spec = NetworkSpec(sizes[0], tuple(LayerSpec(size, "tanh") for size in sizes[1:]))
    generator, network = np.random.default_rng(0), Network(spec, dtype=dtype)
    settings = network.parameters + generator.normal(0, 0.1, (41 * 41, network.parameter_count))
    inputs, targets = (array[:200] for array in data(sizes))
    stack = NetworkStack(spec, settings, dtype=dtype)

    def one_by_one() -> None:
        for setting in stack.parameters:
            network.set_parameters(setting)
            network.loss(inputs, targets)

    def together() -> None:
        stack.losses(inputs, targets)

    times: tuple[list[float], ...] = ([], [])
    for _ in range(ROUNDS):
        for run, measured in zip((one_by_one, together), times, strict=True):
            started = time.perf_counter()
            run()
            measured.append(time.perf_counter() - started)
    single, stacked_time = (statistics.median(measured) * 1e3 for measured in times)
    print(
        f"losses of {len(settings)} settings of {network.parameter_count} parameters, 200 samples, "
        f"{dtype}: {stacked_time:.1f} ms, one by one {single:.1f} ms"
    )


def main() -> None:
    """Run all cases in both precisions."""
    for dtype in ("float32", "float64"):
        for sizes, optimizer, count in CASES:
            compare(sizes, optimizer, count, dtype)
        compare_losses(dtype)


if __name__ == "__main__":
    main()
