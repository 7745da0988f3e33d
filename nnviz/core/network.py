"""Network: parameters with forward, backward and predict, the friendly face of a Program."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from nnviz.core.calls import FloatArray
from nnviz.core.compiler import (
    EVERYTHING,
    FORWARD_ONLY,
    LOSS_ONLY,
    Want,
    compile_program,
)
from nnviz.core.layout import ParameterLayout
from nnviz.core.losses import LOSSES
from nnviz.core.program import Program
from nnviz.core.spec import NetworkSpec
from nnviz.core.targets import checked_targets

_KEPT_PROGRAMS = 6
_CHUNK_ROWS = 2048


@dataclass(frozen=True, slots=True)
class ForwardPass:
    """What a forward pass computed; all arrays belong to the caller.

    Attributes
    ----------
    pre_activations
        z of each layer, n x units (maxout: pieces x n x units).
    activations
        a of each layer, n x units.
    outputs
        The activations of the last layer.
    """

    pre_activations: tuple[FloatArray, ...]
    activations: tuple[FloatArray, ...]
    outputs: FloatArray


@dataclass(frozen=True, slots=True)
class BackwardPass:
    """What a backward pass computed; all gradients are of the mean loss.

    Attributes
    ----------
    loss
        The mean loss.
    deltas
        dL/dz of each layer, n x units (maxout: pieces x n x units).
    weight_grads, bias_grads
        dL/dW and dL/db of each layer, shaped like ``Network.weights``.
    input_grads
        dL/dX, n x d.
    """

    loss: float
    deltas: tuple[FloatArray, ...]
    weight_grads: tuple[FloatArray, ...]
    bias_grads: tuple[FloatArray, ...]
    input_grads: FloatArray


class Network:
    """A network with parameters, for notebooks, tests and the views.

    Parameters
    ----------
    spec
        The network.
    seed
        Decides the starting weights; the same seed gives the same weights.
    dtype
        ``"float64"`` or ``"float32"``.

    Attributes
    ----------
    spec, layout
        What the network is, and where its parameters lie.
    parameters
        All weights and biases in one flat vector; writing into it changes them.
    weights, biases
        Views of ``parameters``: per layer fan_in x fan_out and fan_out (maxout:
        with a leading axis of pieces).
    """

    def __init__(self, spec: NetworkSpec, seed: int = 0, dtype: str = "float64") -> None:
        self.spec = spec
        self.layout = ParameterLayout(spec)
        self.parameters = self.layout.initial_vector(spec, seed, dtype)
        views = self.layout.views(self.parameters)
        self.weights, self.biases = views.weights, views.biases
        self._programs: OrderedDict[tuple[int, Want], Program] = OrderedDict()
        self._responders: dict[int, Program] = {}

    @property
    def parameter_count(self) -> int:
        """Number of weights and biases."""
        return self.layout.size

    def set_parameters(self, vector: ArrayLike) -> None:
        """Copy all weights and biases from a flat vector.

        Raises
        ------
        ValueError
            If the vector has another length.
        """
        values = np.asarray(vector)
        if values.shape != self.parameters.shape:
            raise ValueError(
                f"the vector has shape {values.shape}, but this network has "
                f"{self.parameter_count} parameters"
            )
        self.parameters[...] = values

    def forward(self, inputs: ArrayLike) -> ForwardPass:
        """Run the forward pass on inputs n x d."""
        x = self.checked_inputs(inputs)
        program = self._program(len(x), FORWARD_ONLY)
        program.load(x)
        _run(program)
        numbers = range(1, len(self.spec.layers) + 1)
        activations = tuple(_copy(program.read(f"a{i}")) for i in numbers)
        return ForwardPass(
            tuple(_copy(program.read(f"z{i}")) for i in numbers),
            activations,
            activations[-1],
        )

    def responses(self, inputs: ArrayLike) -> tuple[FloatArray, ...]:
        """Return the activations of every layer, units x n, without copying them.

        For maps of many points, where copies would take longer than the work: the
        arrays are overwritten by the next call with as many inputs.
        """
        x = self.checked_inputs(inputs)
        if len(x) not in self._responders:
            self._responders.clear()
            self._responders[len(x)] = compile_program(self.spec, self.parameters, len(x))
        program = self._responders[len(x)]
        program.load(x)
        _run(program)
        return tuple(program.read(f"a{i}").T for i in range(1, len(self.spec.layers) + 1))

    def loss(self, inputs: ArrayLike, targets: ArrayLike) -> float:
        """Return the mean loss; targets are n x k, or n class numbers.

        After softmax cross-entropy the rows of n x k targets may be probabilities.
        """
        return self.loss_and_outputs(inputs, targets)[0]

    def loss_and_outputs(self, inputs: ArrayLike, targets: ArrayLike) -> tuple[float, FloatArray]:
        """Return the mean loss and the outputs n x k of one and the same pass."""
        x = self.checked_inputs(inputs)
        t = self._checked_targets(targets, len(x))
        outputs = np.empty((len(x), self.spec.output_size), dtype=self.parameters.dtype)
        total = 0.0
        last = f"a{len(self.spec.layers)}"
        for start, stop in _pieces(len(x)):
            program = self._program(stop - start, LOSS_ONLY)
            program.load(x[start:stop], t[start:stop])
            _run(program)
            outputs[start:stop] = program.read(last)
            total += float(program.losses(0, 1)[0]) * (stop - start)
        return total / len(x), outputs

    def backward(self, inputs: ArrayLike, targets: ArrayLike) -> BackwardPass:
        """Run forward and backward; targets are those of :meth:`loss`."""
        x = self.checked_inputs(inputs)
        t = self._checked_targets(targets, len(x))
        program = self._program(len(x), EVERYTHING)
        program.load(x, t)
        _run(program)
        numbers = range(1, len(self.spec.layers) + 1)
        return BackwardPass(
            loss=float(program.losses(0, 1)[0]),
            deltas=tuple(_copy(program.read(f"dz{i}")) for i in numbers),
            weight_grads=tuple(_copy(program.read(f"dW{i}")) for i in numbers),
            bias_grads=tuple(_copy(program.read(f"db{i}")) for i in numbers),
            input_grads=_copy(program.read("dx")),
        )

    def predict(self, inputs: ArrayLike) -> FloatArray:
        """Return predictions n x k: probabilities after a cross-entropy, else the outputs."""
        x = self.checked_inputs(inputs)
        predictions = np.empty((len(x), self.spec.output_size), dtype=self.parameters.dtype)
        for start, stop in _pieces(len(x)):
            program = self._program(stop - start, LOSS_ONLY)
            program.load(x[start:stop])
            _run(program)
            predictions[start:stop] = program.read("p")
        return predictions

    def _program(self, batch_size: int, want: Want) -> Program:
        key = (batch_size, want)
        if key not in self._programs:
            self._programs[key] = compile_program(self.spec, self.parameters, batch_size, want)
        self._programs.move_to_end(key)
        while len(self._programs) > _KEPT_PROGRAMS:
            self._programs.popitem(last=False)
        return self._programs[key]

    def checked(self, inputs: ArrayLike, targets: ArrayLike) -> tuple[FloatArray, FloatArray]:
        """Return inputs n x d and targets n x k as a Program takes them.

        Raises
        ------
        ValueError
            With a sentence, if a shape does not fit.
        """
        x = self.checked_inputs(inputs)
        return x, self._checked_targets(targets, len(x))

    def checked_inputs(self, inputs: ArrayLike) -> FloatArray:
        """Return inputs n x d as a Program takes them; a ValueError says what does not fit."""
        x = np.asarray(inputs, dtype=self.parameters.dtype)
        if x.ndim != 2:
            raise ValueError(
                f"X has {x.ndim} dimension{'' if x.ndim == 1 else 's'} but must have 2: "
                "rows are samples, columns are inputs"
            )
        if x.shape[1] != self.spec.input_size:
            columns = f"{x.shape[1]} column{'' if x.shape[1] == 1 else 's'}"
            rows = f"{self.spec.input_size} row{'' if self.spec.input_size == 1 else 's'}"
            raise ValueError(f"X has {columns} but W1 has {rows}")
        if len(x) == 0:
            raise ValueError("X has no rows; a batch needs at least one sample")
        return x

    def _checked_targets(self, targets: ArrayLike, samples: int) -> FloatArray:
        return checked_targets(
            targets,
            LOSSES[self.spec.loss],
            samples,
            self.spec.output_size,
            self.parameters.dtype,
        )


def _pieces(rows: int) -> Iterator[tuple[int, int]]:
    # Pieces of a fixed size bound the memory that a long table takes.
    for start in range(0, rows, _CHUNK_ROWS):
        yield start, min(start + _CHUNK_ROWS, rows)


def _run(program: Program) -> None:
    # Overflow to infinity is a legitimate result here; the caller sees it in the numbers.
    with np.errstate(all="ignore"):
        program.run()


def _copy(view: FloatArray) -> FloatArray:
    return view.copy(order="K")
