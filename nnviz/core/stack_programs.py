"""The parts of a NetworkStack: groups that train together, and the pass that only looks.

What a step touches should stay in the cache, or a stack of larger networks would be slower
than its networks one by one. So a stack trains in groups, each for many steps on end, and
looks at so many networks and samples at a time.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray, FloatType
from nnviz.core.compiler import FORWARD_ONLY, LOSS_ONLY, TRAINING, Want, compile_program
from nnviz.core.layout import ParameterLayout
from nnviz.core.optimizers import bind_optimizer
from nnviz.core.program import Program
from nnviz.core.spec import NetworkSpec, OptimizerSpec

# Measured on a machine with 1 MB of cache for each core and 32 MB for all of them.
_GROUP_BYTES = 6 << 20
_PASS_BYTES = 2 << 20
_PASS_ROWS = 1024
_MOST_SLOTS = 32
_WINDOW_BYTES = 1 << 20
_KEPT_PROGRAMS = 4


def group_parts(count: int, spec: NetworkSpec, batch_size: int, itemsize: int) -> tuple[slice, ...]:
    """Divide a stack into groups whose steps stay in the cache.

    Parameters
    ----------
    count
        Number of networks.
    spec, batch_size, itemsize
        What each is, its samples per step, and the bytes of a number.
    """
    # A unit has z, a, g and a gradient; a parameter has a gradient, perhaps two moments,
    # and two intermediate results.
    units = sum(layer.piece_count * layer.size + 1 for layer in spec.layers)
    numbers = 4 * units * batch_size + 6 * ParameterLayout(spec).size
    most = max(1, _GROUP_BYTES // (numbers * itemsize))
    groups = -(-count // most)
    bounds = [count * group // groups for group in range(groups + 1)]
    return tuple(slice(*pair) for pair in pairwise(bounds))


class Group:
    """Networks that take their steps in the same calls.

    Parameters
    ----------
    spec, optimizer
        What they are, and what trains them.
    parameters, gradients
        N x P; their rows of the stack's.
    generators
        N that draw the masks of dropout, or none.

    Attributes
    ----------
    optimizer
        Its learning rates are N x 1 or N x P.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        optimizer: OptimizerSpec,
        parameters: FloatArray,
        gradients: FloatArray,
        generators: Sequence[np.random.Generator],
    ) -> None:
        self._spec, self._generators = spec, generators
        self._parameters, self._gradients = parameters, gradients
        self.optimizer = bind_optimizer(optimizer, parameters, gradients)
        self._programs: OrderedDict[tuple[int, bool], Program] = OrderedDict()

    def train(
        self,
        inputs: FloatArray,
        targets: FloatArray,
        rows: NDArray[np.int64],
        losses: FloatArray,
    ) -> None:
        """Take a step for each entry of ``rows``, and write the losses before it.

        Parameters
        ----------
        inputs
            Rows of a data set, with a column of ones last.
        targets
            The same rows, k columns.
        rows
            steps x N x n, or steps x 1 x n if the networks share their batches.
        losses
            steps x N.
        """
        program = self._program(rows.shape[-1], rows.shape[1] < len(self._parameters))
        batches = program.batches
        for start in range(0, len(rows), program.slots):
            window = rows[start : start + program.slots]
            count = len(window)
            # Row numbers are known to be right; without "clip" NumPy gathers into a copy.
            inputs.take(window, axis=0, out=batches.inputs[:count], mode="clip")
            batches.targets[:count] = np.moveaxis(targets.take(window, axis=0), -1, 1)
            program.run_slots(0, count)
            losses[start : start + count] = program.losses(0, count)

    def _program(self, batch_size: int, is_shared: bool) -> Program:
        key = (batch_size, is_shared)
        if key not in self._programs:
            batch = len(self._parameters) * batch_size * (self._spec.input_size + 1)
            slots = max(1, _WINDOW_BYTES // (batch * self._parameters.itemsize))
            program = compile_program(
                self._spec,
                self._parameters,
                batch_size,
                TRAINING,
                self._gradients,
                self.optimizer,
                min(slots, _MOST_SLOTS),
                self._generators,
                is_shared,
            )
            self._programs[key] = program
            while len(self._programs) > _KEPT_PROGRAMS:
                self._programs.popitem(last=False)
        return self._programs[key]


class Evaluator:
    """Runs networks that need not learn over one data set, so many at a time.

    Parameters
    ----------
    spec
        What they are.
    dtype
        Of their parameters.
    """

    def __init__(self, spec: NetworkSpec, dtype: FloatType) -> None:
        self._spec, self._dtype = spec, dtype
        self._size = ParameterLayout(spec).size
        self._programs: OrderedDict[tuple[int, int, Want], tuple[FloatArray, Program]]
        self._programs = OrderedDict()

    def losses(self, parameters: FloatArray, inputs: FloatArray, targets: FloatArray) -> FloatArray:
        """Return N mean losses, penalties included."""
        totals = np.zeros(len(parameters))
        for networks, rows, program in self._passes(parameters, inputs, targets, LOSS_ONLY):
            found = program.losses(0, 1)[0, : networks.stop - networks.start]
            totals[networks] += found * (rows.stop - rows.start)
        means: FloatArray = totals / len(inputs)
        return means

    def outputs(self, parameters: FloatArray, inputs: FloatArray, name: str) -> FloatArray:
        """Return the buffer of that name after a pass: N x n x k."""
        want = LOSS_ONLY if name == "p" else FORWARD_ONLY
        shape = (len(parameters), len(inputs), self._spec.output_size)
        outputs = np.empty(shape, dtype=self._dtype)
        for networks, rows, program in self._passes(parameters, inputs, None, want):
            outputs[networks, rows] = program.read(name)[: networks.stop - networks.start]
        return outputs

    def _passes(
        self,
        parameters: FloatArray,
        inputs: FloatArray,
        targets: FloatArray | None,
        want: Want,
    ) -> Iterator[tuple[slice, slice, Program]]:
        """Run all networks on all rows; yield which are done after each piece."""
        for rows in _pieces(len(inputs), _PASS_ROWS):
            part = inputs[rows]
            vectors, program = self._ready(len(parameters), len(part), want)
            program.load(part[np.newaxis], None if targets is None else targets[np.newaxis, rows])
            for networks in _pieces(len(parameters), len(vectors)):
                # What is left over from the piece before runs along, and is not looked at.
                vectors[: networks.stop - networks.start] = parameters[networks]
                with np.errstate(all="ignore"):
                    program.run()
                yield networks, rows, program

    def _ready(self, count: int, samples: int, want: Want) -> tuple[FloatArray, Program]:
        units = sum(layer.piece_count * layer.size + layer.size for layer in self._spec.layers)
        most = max(1, _PASS_BYTES // (units * samples * self._dtype.itemsize))
        networks = min(count, most)
        key = (networks, samples, want)
        if key not in self._programs:
            vectors = np.zeros((networks, self._size), dtype=self._dtype)
            program = compile_program(self._spec, vectors, samples, want, is_shared=True)
            self._programs[key] = vectors, program
            while len(self._programs) > _KEPT_PROGRAMS:
                self._programs.popitem(last=False)
        return self._programs[key]


def _pieces(length: int, most: int) -> Iterator[slice]:
    for start in range(0, length, most):
        yield slice(start, min(start + most, length))
