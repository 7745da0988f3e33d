"""Time one training step, loss included: nnviz, PyTorch eager and scikit-learn's MLP.

All in one process, one thread, float32, in alternating rounds, so that what
else the machine does weighs on all of them. A ratio is the median of the
ratios within each round. Usage: see benchmarks/README.md.
"""

import argparse
import importlib.util
import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np

from benchmarks.workloads import WORKLOADS, Workload
from nnviz.core.spec import LayerSpec, OptimizerSpec
from nnviz.data.prepared import PreparedData, RawData
from nnviz.data.request import DataSpec
from nnviz.data.scaling import fit_scaling
from nnviz.training.experiment import ExperimentSpec, ModelSpec
from nnviz.training.run import TrainingRun

Contender = Callable[[int], None]


def nnviz_contender(workload: Workload) -> Contender:
    """Return what runs so many epochs in nnviz, exactly as the program itself does."""
    training = TrainingRun(_experiment(workload), _prepared(workload))
    per_epoch = training.batches_per_epoch

    def run(epochs: int) -> None:
        until = training.step + epochs * per_epoch
        while training.step < until:
            training.advance(until - training.step)

    return run


def _experiment(workload: Workload) -> ExperimentSpec:
    return ExperimentSpec(
        data=DataSpec(),
        model=ModelSpec(
            tuple(LayerSpec(size, workload.activation) for size in workload.sizes[1:-1]),
            output_activation="linear" if workload.is_classifier else "tanh",
        ),
        optimizer=OptimizerSpec(workload.optimizer, workload.learning_rate),
        batch_size=workload.batch_size,
        dtype="float32",
    )


def _prepared(workload: Workload) -> PreparedData:
    inputs, targets = workload.data()
    classes = tuple(str(index) for index in range(workload.sizes[-1]))
    raw = RawData(
        name="random numbers",
        inputs=inputs.astype(np.float64),
        targets=targets,
        feature_names=tuple(f"x{index}" for index in range(workload.sizes[0])),
        class_names=classes if workload.is_classifier else (),
        target_name="t",
    )
    nothing = np.zeros(0, dtype=np.int64)
    return PreparedData(
        raw=raw,
        scaling=fit_scaling("none", raw.inputs),
        target_scaling=fit_scaling("none", np.zeros((1, workload.sizes[-1]))),
        train_rows=np.arange(workload.rows),
        validation_rows=nothing,
        train_inputs=raw.inputs,
        validation_inputs=raw.inputs[:0],
        train_targets=targets,
        validation_targets=targets[:0],
    )


def torch_contender(workload: Workload) -> Contender:
    """Return the same in PyTorch eager with its fused optimiser, in the usual loop."""
    import torch
    from torch import nn

    torch.set_num_threads(1)
    torch.manual_seed(0)
    layers: list[nn.Module] = []
    for fan_in, fan_out in zip(workload.sizes[:-1], workload.sizes[1:], strict=True):
        layers += [nn.Linear(fan_in, fan_out), nn.ReLU() if workload.is_classifier else nn.Tanh()]
    model = nn.Sequential(*(layers[:-1] if workload.is_classifier else layers))
    loss_function = nn.CrossEntropyLoss() if workload.is_classifier else nn.MSELoss()
    optimizer = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[workload.optimizer](
        model.parameters(), lr=workload.learning_rate, fused=True
    )
    inputs, targets = (torch.from_numpy(array) for array in workload.data())

    def run(epochs: int) -> None:
        for _ in range(epochs):
            losses = []
            for rows in torch.randperm(workload.rows).split(workload.batch_size):
                optimizer.zero_grad(set_to_none=True)
                loss = loss_function(model(inputs[rows]), targets[rows])
                loss.backward()
                optimizer.step()
                losses.append(loss.item())

    return run


def sklearn_contender(workload: Workload) -> Contender:
    """Return the same in scikit-learn, whose regressor has a linear output."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    make = MLPClassifier if workload.is_classifier else MLPRegressor
    model = make(
        hidden_layer_sizes=workload.sizes[1:-1],
        activation=workload.activation,
        solver=workload.optimizer,
        alpha=0.0,
        batch_size=workload.batch_size,
        learning_rate_init=workload.learning_rate,
        momentum=0.0,
        nesterovs_momentum=False,
        tol=0.0,
        n_iter_no_change=10**9,
        warm_start=True,
        random_state=0,
    )
    inputs, targets = workload.data()
    if not workload.is_classifier:
        targets = targets[:, 0]

    def run(epochs: int) -> None:
        model.max_iter = epochs
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(inputs, targets)

    return run


CONTENDERS = {"nnviz": nnviz_contender, "torch": torch_contender, "sklearn": sklearn_contender}
NEEDS = {"nnviz": "numpy", "torch": "torch", "sklearn": "sklearn"}


def compare(workload: Workload, names: list[str], rounds: int, seconds: float) -> None:
    """Time the contenders in turns and print one line each."""
    runs = {name: CONTENDERS[name](workload) for name in names}
    epochs = {}
    for name, run in runs.items():
        run(1)
        started = time.perf_counter()
        run(1)
        epochs[name] = max(1, round(seconds / (time.perf_counter() - started)))
    times: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(rounds):
        for name, run in runs.items():
            started = time.perf_counter()
            run(epochs[name])
            elapsed = time.perf_counter() - started
            times[name].append(elapsed / (epochs[name] * workload.steps_per_epoch))
    for name in names:
        ratios = [theirs / ours for theirs, ours in zip(times[name], times["nnviz"], strict=True)]
        print(
            f"   {name:<8} {statistics.median(times[name]) * 1e6:10.2f} us/step"
            f"   x {statistics.median(ratios):6.2f}  ({min(ratios):.2f} to {max(ratios):.2f})"
        )


def main() -> None:
    """Run the workloads that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("workloads", nargs="*", default=list(WORKLOADS), help="a b c d e")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=0.4, help="per contender and round")
    arguments = parser.parse_args()
    names = [name for name in CONTENDERS if importlib.util.find_spec(NEEDS[name])]
    for key in arguments.workloads:
        workload = WORKLOADS[key]
        sizes = "-".join(str(size) for size in workload.sizes)
        print(f"({key}) {sizes} {workload.activation} B{workload.batch_size} {workload.optimizer}")
        compare(workload, names, arguments.rounds, arguments.seconds)


if __name__ == "__main__":
    main()
