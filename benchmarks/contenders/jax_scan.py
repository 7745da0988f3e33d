"""JAX: a whole epoch compiled into one scan over its batches."""

import time
from functools import partial
from typing import Any

import numpy as np

from benchmarks.contenders.kind import Contender
from benchmarks.workloads import Workload


def start(workload: Workload) -> Contender:
    """Return what trains; the losses of an epoch are read after it."""
    jax = _jax()
    epoch = _epoch_of(workload)
    inputs, targets = (jax.numpy.asarray(array) for array in workload.data())
    state = _first_state(workload)
    generator = np.random.default_rng(0)

    def run(epochs: int) -> float:
        nonlocal state
        begun = time.perf_counter()
        for _ in range(epochs):
            order = generator.permutation(workload.rows).reshape(-1, workload.batch_size)
            state, losses = epoch(state, inputs, targets, order)
            np.asarray(losses)
        return time.perf_counter() - begun

    return run


def _jax() -> Any:
    import jax

    jax.config.update("jax_enable_x64", True)
    return jax


def epoch_from(workload: Workload, start: Any) -> Any:
    """Return one epoch from these weights and biases: of inputs, targets and order."""
    jax = _jax()
    parameters = jax.tree.map(jax.numpy.asarray, start)
    return partial(_epoch_of(workload), _state_of(workload, parameters))


def _first_state(workload: Workload) -> Any:
    jnp = _jax().numpy
    generator = np.random.default_rng(0)
    parameters = []
    for rows, units in zip(workload.sizes[:-1], workload.sizes[1:], strict=True):
        weights = generator.normal(size=(rows, units)) / np.sqrt(rows)
        parameters.append((jnp.asarray(weights, workload.dtype), jnp.zeros(units, workload.dtype)))
    return _state_of(workload, parameters)


def _state_of(workload: Workload, parameters: Any) -> Any:
    jax = _jax()
    first, second = (jax.tree.map(jax.numpy.zeros_like, parameters) for _ in range(2))
    return parameters, first, second, jax.numpy.zeros((), workload.dtype)


def _loss_of(workload: Workload) -> Any:
    """Return the loss as a function of parameters, inputs and targets."""
    jax = _jax()
    jnp = jax.numpy
    activate = jax.nn.relu if workload.is_classifier else jnp.tanh

    def loss(parameters: Any, x: Any, t: Any) -> Any:
        for weights, biases in parameters[:-1]:
            x = activate(x @ weights + biases)
        z = x @ parameters[-1][0] + parameters[-1][1]
        if workload.is_classifier:
            value = -jnp.take_along_axis(jax.nn.log_softmax(z), t[:, None], 1).mean()
        else:
            value = ((jnp.tanh(z) - t) ** 2).mean()
        if workload.l2:
            value += workload.l2 / 2 * sum((weights**2).sum() for weights, _ in parameters)
        return value

    return loss


def _epoch_of(workload: Workload) -> Any:
    jax = _jax()
    slope = jax.value_and_grad(_loss_of(workload))
    update = _adam(workload) if workload.optimizer == "adam" else _sgd(workload)

    def epoch(state: Any, inputs: Any, targets: Any, order: Any) -> Any:
        def step(state: Any, rows: Any) -> Any:
            loss, gradients = slope(state[0], inputs[rows], targets[rows])
            return update(state, gradients), loss

        return jax.lax.scan(step, state, order)

    return jax.jit(epoch, donate_argnums=0)


def _sgd(workload: Workload) -> Any:
    tree, rate, momentum = _jax().tree, workload.learning_rate, workload.momentum

    def update(state: Any, gradients: Any) -> Any:
        parameters, velocity, unused, count = state
        step = gradients
        if momentum:
            step = velocity = tree.map(lambda v, g: momentum * v + g, velocity, gradients)
        parameters = tree.map(lambda p, v: p - rate * v, parameters, step)
        return parameters, velocity, unused, count

    return update


def _adam(workload: Workload) -> Any:
    tree, jnp, rate = _jax().tree, _jax().numpy, workload.learning_rate

    def update(state: Any, gradients: Any) -> Any:
        parameters, mean, square, count = state
        count = count + 1
        mean = tree.map(lambda m, g: 0.9 * m + 0.1 * g, mean, gradients)
        square = tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, square, gradients)
        length, root = rate / (1 - 0.9**count), jnp.sqrt(1 - 0.999**count)
        parameters = tree.map(
            lambda p, m, v: p - length * m / (jnp.sqrt(v) / root + 1e-8), parameters, mean, square
        )
        return parameters, mean, square, count

    return update
