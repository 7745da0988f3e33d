"""The set-ups to compute by hand, against the numbers on paper."""

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from nnviz.core.examples import EXAMPLES, ByHandSpec
from nnviz.core.layout import ParameterLayout
from nnviz.core.spec import OptimizerSpec
from nnviz.core.trace import StepToRecord, Trace, record


def stepped(example: ByHandSpec) -> Trace:
    """Return the first step of an example."""
    network = example.network()
    start = ParameterLayout(network).initial_vector(network, 0, "float64")
    return record(
        StepToRecord(
            network, start, np.array(example.inputs), np.array(example.targets), example.optimizer
        )
    )


def loss_after(example: ByHandSpec, trace: Trace) -> float:
    """Return the loss of the same sample after the update."""
    numbers = range(1, len(example.layers) + 1)
    return stepped(
        replace(
            example,
            weights=tuple(trace.value(f"W{number}").tolist() for number in numbers),
            biases=tuple(trace.value(f"b{number}").tolist() for number in numbers),
        )
    ).loss


@pytest.mark.parametrize("key", EXAMPLES)
def test_that_weights_and_biases_start_where_the_example_says(key: str) -> None:
    example, trace = EXAMPLES[key], stepped(EXAMPLES[key])
    for number, (weights, biases) in enumerate(
        zip(example.weights, example.biases, strict=True), start=1
    ):
        assert trace.value(f"W{number}", 0).tolist() == [list(row) for row in weights]
        assert trace.value(f"b{number}", 0).tolist() == list(biases)


def test_that_mazur_s_numbers_come_out() -> None:
    trace = stepped(EXAMPLES["mazur"])
    assert trace.loss == pytest.approx(0.2983711088, abs=1e-10)
    assert trace.value("a1")[0] == pytest.approx([0.593269992, 0.596884378], abs=1e-9)
    assert trace.value("a2")[0] == pytest.approx([0.75136507, 0.772928465], abs=1e-8)
    assert trace.value("dW2")[0, 0] == pytest.approx(0.082167041, abs=1e-9)
    assert trace.value("dW1")[0, 0] == pytest.approx(0.000438568, abs=1e-9)
    assert trace.value("W2") == pytest.approx(
        np.array([[0.35891648, 0.511301270], [0.408666186, 0.561370121]]), abs=1e-8
    )
    assert trace.value("W1") == pytest.approx(
        np.array([[0.149780716, 0.24975114], [0.19956143, 0.29950229]]), abs=1e-8
    )
    assert loss_after(EXAMPLES["mazur"], trace) == pytest.approx(0.2910277737, abs=1e-10)


def test_that_mazur_s_loss_is_lower_still_with_his_biases_trained() -> None:
    example = EXAMPLES["mazur"]
    trained = replace(
        example, optimizer=msgspec.structs.replace(example.optimizer, trains_biases=True)
    )
    assert loss_after(trained, stepped(trained)) == pytest.approx(0.2804714468, abs=1e-10)


def test_that_the_lecture_s_numbers_come_out() -> None:
    trace = stepped(EXAMPLES["lecture"])
    expected = {
        "z1": [[1.0, 1.2]],
        "a1": [[0.76159416, 0.83365461]],
        "g1": [[0.41997434, 0.30502]],
        "z2": [[0.39965407]],
        "p": [[0.59860454]],
        "dz2": [[-0.40139546]],
        "dW2": [[-0.30570043], [-0.33462517]],
        "da1": [[-0.28097682, 0.16055818]],
        "dz1": [[-0.11800305, 0.04897346]],
        "dW1": [[-0.11800305, 0.04897346], [-0.23600611, 0.09794691]],
        "dx": [[-0.07369356, 0.01557815]],
        "W2": [[0.73057004], [-0.36653748]],
        "b2": [0.24013955],
    }
    for name, values in expected.items():
        assert trace.value(name) == pytest.approx(np.array(values), abs=6e-9), name
    assert trace.loss == pytest.approx(0.51315409, abs=6e-9)
    assert loss_after(EXAMPLES["lecture"], trace) == pytest.approx(0.46847101, abs=6e-9)


@pytest.mark.parametrize(
    "rule",
    [
        OptimizerSpec("sgd", 0.1, momentum=0.9, weight_decay=0.1, trains_biases=False),
        OptimizerSpec("rmsprop", 0.1, trains_biases=False),
        OptimizerSpec("adamw", 0.1, trains_biases=False),
        OptimizerSpec("adagrad", 0.1, clip_norm=0.1, trains_biases=False),
    ],
)
def test_that_held_biases_stay_whatever_the_rule(rule: OptimizerSpec) -> None:
    example = replace(EXAMPLES["lecture"], optimizer=rule)
    held, trained = (
        stepped(
            replace(example, optimizer=msgspec.structs.replace(rule, trains_biases=trains_biases))
        )
        for trains_biases in (False, True)
    )
    for number in (1, 2):
        name = f"b{number}"
        assert held.value(name).tolist() == held.value(name, 0).tolist()
        assert held.value(name).tolist() != trained.value(name).tolist()
        assert held.value(f"W{number}").tolist() == trained.value(f"W{number}").tolist()


def test_that_a_start_of_the_wrong_length_is_refused() -> None:
    example = EXAMPLES["lecture"]
    with pytest.raises(ValueError, match="8 starting weights and biases, but this network has 9"):
        replace(example, biases=((0.1, -0.1), ())).network()
