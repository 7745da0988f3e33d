"""The engine against PyTorch's numbers (tests/data/reference_cases.json)."""

import json
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pytest
from numpy.typing import ArrayLike

from nnviz.core.activations import evaluate
from nnviz.core.compiler import TRAINING, compile_program
from nnviz.core.network import Network
from nnviz.core.optimizers import bind_optimizer
from nnviz.core.spec import LayerSpec, NetworkSpec, OptimizerSpec
from nnviz.core.targets import one_hot

REFERENCE = json.loads(
    (Path(__file__).parents[1] / "data" / "reference_cases.json").read_text(encoding="utf-8")
)
CASES = {case["id"]: case for case in REFERENCE["cases"]}
LOSS_NAMES = {
    "mse": "mean_squared_error",
    "bce_with_logits": "binary_cross_entropy",
    "cross_entropy": "softmax_cross_entropy",
}
OPTIMIZERS = {
    "sgd": OptimizerSpec("sgd", 0.05),
    "momentum": OptimizerSpec("sgd", 0.05, momentum=0.9),
    "momentum_dampening": OptimizerSpec("sgd", 0.05, momentum=0.9, dampening=0.5),
    "nesterov": OptimizerSpec("sgd", 0.05, momentum=0.9, nesterov=True),
    "sgd_weight_decay": OptimizerSpec("sgd", 0.05, weight_decay=0.01),
    "rmsprop": OptimizerSpec("rmsprop", 0.01),
    "rmsprop_centered_momentum": OptimizerSpec(
        "rmsprop", 0.01, momentum=0.9, smoothing=0.9, centred=True
    ),
    "adam": OptimizerSpec("adam", 0.01),
    "adam_coupled_weight_decay": OptimizerSpec("adam", 0.01, weight_decay=0.1),
    "adamw": OptimizerSpec("adamw", 0.01, weight_decay=0.1),
    "adagrad": OptimizerSpec("adagrad", 0.1),
}


class Tolerance(NamedTuple):
    relative: float
    absolute: float

    def check(self, actual: ArrayLike, expected: ArrayLike) -> None:
        np.testing.assert_allclose(
            np.asarray(actual), np.asarray(expected), rtol=self.relative, atol=self.absolute
        )


EXACT = Tolerance(1e-10, 1e-12)
AFTER_TEN_STEPS = Tolerance(1e-8, 1e-10)
SINGLE = Tolerance(1e-4, 1e-5)

every_batch = pytest.mark.parametrize(
    ("case_id", "batch_id"),
    [(case_id, batch_id) for case_id, case in CASES.items() for batch_id in case["batches"]],
)


def network_of(case: dict[str, Any], dtype: str = "float64") -> Network:
    layers = tuple(
        LayerSpec(
            layer["out"],
            "maxout" if layer["kind"] == "maxout" else layer["activation"],
            layer.get("alpha"),
            layer.get("pieces") or 2,
        )
        for layer in case["architecture"]
    )
    network = Network(NetworkSpec(case["input_dim"], layers, LOSS_NAMES[case["loss"]]), dtype=dtype)
    for weights, biases, given in zip(
        network.weights, network.biases, case["parameters"], strict=True
    ):
        weights[...] = given["W"]
        biases[...] = given["b"]
    return network


def targets_of(batch: dict[str, Any], network: Network) -> np.ndarray:
    targets = np.asarray(batch["T"])
    if network.spec.loss == "softmax_cross_entropy":
        return one_hot(targets, network.spec.output_size)
    return targets.reshape(len(batch["X"]), -1)


@every_batch
@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", EXACT), ("float32", SINGLE)])
def test_that_forward_and_backward_agree_with_the_reference(
    case_id: str, batch_id: str, dtype: str, tolerance: Tolerance
) -> None:
    case = CASES[case_id]
    batch = case["batches"][batch_id]
    network = network_of(case, dtype)
    forward = network.forward(batch["X"])
    backward = network.backward(batch["X"], targets_of(batch, network))
    tolerance.check(forward.outputs, batch["output"])
    tolerance.check(backward.loss, batch["loss"])
    tolerance.check(backward.input_grads, batch["dL_dX"])
    for number, layer in enumerate(batch["layers"]):
        tolerance.check(forward.pre_activations[number], layer["z"])
        tolerance.check(forward.activations[number], layer["a"])
        tolerance.check(backward.deltas[number], layer["dL_dz"])
        gradient = batch["gradients"][number]
        tolerance.check(backward.weight_grads[number], gradient["W"])
        tolerance.check(backward.bias_grads[number], gradient["b"])
    if batch.get("probabilities") is not None:
        predictions = network.predict(batch["X"])
        tolerance.check(predictions, batch["probabilities"])


@every_batch
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_that_ten_steps_of_an_optimizer_agree_with_the_reference(
    case_id: str, batch_id: str, name: str
) -> None:
    case = CASES[case_id]
    batch = case["batches"][batch_id]
    expected = batch["optimisers"][name]
    network = network_of(case)
    gradients = np.zeros_like(network.parameters)
    program = compile_program(
        network.spec,
        network.parameters,
        len(batch["X"]),
        TRAINING,
        gradients,
        bind_optimizer(OPTIMIZERS[name], network.parameters, gradients),
    )
    program.load(np.asarray(batch["X"]), targets_of(batch, network))
    steps = len(expected["loss_before_each_step"])
    assert steps in (1, 10)
    for step in range(1, steps + 1):
        program.run()
        AFTER_TEN_STEPS.check(program.losses(0, 1)[0], expected["loss_before_each_step"][step - 1])
        known = expected["parameters_after_step"].get(str(step))
        if known is not None:
            for number, layer in enumerate(known):
                AFTER_TEN_STEPS.check(network.weights[number], layer["W"])
                AFTER_TEN_STEPS.check(network.biases[number], layer["b"])


@every_batch
@pytest.mark.parametrize("kind", ["l1", "l2", "l1_l2"])
def test_that_penalties_and_their_gradients_agree_with_the_reference(
    case_id: str, batch_id: str, kind: str
) -> None:
    case = CASES[case_id]
    batch = case["batches"][batch_id]
    expected = batch["penalties"][kind]
    plain = network_of(case)
    spec = msgspec.structs.replace(plain.spec, l1=expected["l1"], l2=expected["l2"])
    network = Network(spec)
    network.set_parameters(plain.parameters)
    backward = network.backward(batch["X"], targets_of(batch, network))
    EXACT.check(backward.loss, expected["total_loss"])
    for number, gradient in enumerate(expected["gradients"]):
        EXACT.check(backward.weight_grads[number], gradient["W"])
        EXACT.check(backward.bias_grads[number], gradient["b"])


@pytest.mark.parametrize(
    ("key", "name", "alpha"),
    [
        ("sigmoid", "sigmoid", None),
        ("tanh", "tanh", None),
        ("relu", "relu", None),
        ("leaky_relu_0.1", "leaky_relu", 0.1),
        ("elu_1.0", "elu", 1.0),
        ("elu_0.5", "elu", 0.5),
    ],
)
def test_that_an_activation_agrees_with_the_reference_pointwise(
    key: str, name: str, alpha: float | None
) -> None:
    table = REFERENCE["pointwise_activations"][key]
    function, derivative = evaluate(name, np.asarray(table["z"]), alpha)
    EXACT.check(function, table["f"])
    EXACT.check(derivative, table["df"])


def test_that_the_gradient_at_a_kink_follows_the_stated_convention() -> None:
    kinks = REFERENCE["kinks"]
    zero = np.zeros(1)
    assert evaluate("relu", zero)[1][0] == kinks["relu_at_0"]
    assert evaluate("leaky_relu", zero, 0.1)[1][0] == pytest.approx(kinks["leaky_relu_0.1_at_0"])
    assert evaluate("elu", zero, 1.0)[1][0] == kinks["elu_1.0_at_0"]
    assert evaluate("elu", zero, 0.5)[1][0] == kinks["elu_0.5_at_0"]
    tie = evaluate("maxout", np.ones((2, 1, 1)))[1]
    np.testing.assert_array_equal(tie.reshape(-1), kinks["amax_tie_2"])


def test_that_sigmoid_and_its_derivative_are_right_far_from_zero() -> None:
    scalars = REFERENCE["stable_scalars"]
    z = np.array([entry["z"] for entry in scalars])
    function, derivative = evaluate("sigmoid", z)
    for name, values in (("sigmoid", function), ("dsigmoid", derivative)):
        expected = np.array([entry[name] for entry in scalars])
        np.testing.assert_allclose(values, expected, rtol=1e-15, atol=1e-300)


def test_that_binary_cross_entropy_is_right_for_every_logit() -> None:
    network = Network(NetworkSpec(1, (LayerSpec(1, "linear"),), "binary_cross_entropy"))
    network.weights[0][...] = 1
    for entry in REFERENCE["stable_scalars"]:
        for target, key in ((0.0, "bce_t0"), (1.0, "bce_t1"), (0.3, "bce_t0_3")):
            loss = network.loss([[entry["z"]]], [[target]])
            assert loss == pytest.approx(entry[key], rel=1e-14, abs=1e-15)


@pytest.mark.parametrize("entry", REFERENCE["softmax_vectors"])
def test_that_softmax_cross_entropy_is_right_for_every_vector(entry: dict[str, Any]) -> None:
    size = len(entry["z"])
    network = Network(NetworkSpec(size, (LayerSpec(size, "linear"),), "softmax_cross_entropy"))
    network.weights[0][...] = np.eye(size)
    np.testing.assert_allclose(network.predict([entry["z"]])[0], entry["softmax"], rtol=1e-14)
    for number, expected in enumerate(entry["ce_by_class"]):
        assert network.loss([entry["z"]], np.array([number])) == pytest.approx(expected, rel=1e-14)
