"""Difference quotients of the loss by every parameter, many parameters at a time.

Moving the weight from input j to unit k by h changes nothing below the layer, adds
h times activation j to that unit's z, and leaves the other units of the layer alone.
So only that unit is activated anew, and the layers above run once for a whole block
of moved parameters, stacked along the samples. Activations, losses and the Ops above
are those of every Program: there is no second formula.
"""

from collections.abc import Iterator

import msgspec
import numpy as np
from numpy.typing import NDArray

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import Call, FloatArray, run
from nnviz.core.compiler import compile_program
from nnviz.core.layout import ParameterLayout
from nnviz.core.loss_functions import LossBuffers
from nnviz.core.losses import LOSSES
from nnviz.core.program import Program
from nnviz.core.regularizers import REGULARIZERS
from nnviz.core.spec import NetworkSpec

# Samples times moved parameters of a block: its buffers stay in the cache.
_COLUMNS = 1536
# Penalties of so many weights take about as long as a block.
_PENALTIES = 64

Columns = NDArray[np.int64]


def measure_quotients(
    program: Program,
    parameters: FloatArray,
    step: float,
    is_central: bool,
    quotients: FloatArray,
) -> Iterator[int]:
    """Write the difference quotients of the mean loss, penalties included, a part at a time.

    Yields how many parameters are done. Nobody may run the Program in between.

    Parameters
    ----------
    program
        Has run on the batch as far as the loss, with these parameters; without dropout.
    parameters
        The flat vector; it is left alone.
    step
        How far each parameter is moved.
    is_central
        Whether to move both up and down, or up only.
    quotients
        Flat vector to write.
    """
    quotients[...] = 0
    moves = np.array([step, -step] if is_central else [step])
    unmoved, distance = float(program.read("L")), step * moves.size
    room = max(1, _COLUMNS // (program.batch_size * moves.size))
    table = _LossTable(program, room * moves.size)
    for number, block in enumerate(program.layout.blocks, start=1):
        layer = _MovedLayer(program, parameters, number, moves, table)
        for done in layer.measure():
            yield block.start + done
        reference = layer.losses[:, 1] if is_central else unmoved
        slopes = (layer.losses[:, 0] - reference) * (program.loss_scale / distance)
        block.matrix(quotients)[...] = slopes.T
    spec = program.spec
    if any(getattr(spec, name) for name in REGULARIZERS):
        penalties = np.zeros((moves.size + 1, parameters.size))
        ends = np.append(moves, 0.0)
        for _ in _move_penalties(spec, program.layout, parameters, ends, penalties):
            yield parameters.size
        quotients += (penalties[0] - penalties[1]) / distance


class _MovedLayer:
    """The losses with each parameter of one layer moved; lives for the length of one call.

    A column of the layer's matrix is a pre-activation (there are pieces x units of
    them), a row is an input or, at the end, the bias.

    Attributes
    ----------
    losses
        Raw losses, columns x moves x rows, once they are measured.
    """

    def __init__(
        self,
        program: Program,
        parameters: FloatArray,
        number: int,
        moves: FloatArray,
        table: "_LossTable",
    ) -> None:
        self.program, self.parameters, self.number = program, parameters, number
        self.layer, self.moves = program.spec.layers[number - 1], moves
        below = program.read(f"a{number - 1}" if number > 1 else "x").T
        self.inputs = np.concatenate((below, np.ones_like(below[:1])))
        z = np.swapaxes(program.read(f"z{number}"), -1, -2)
        self.z: FloatArray = z.reshape(self.layer.piece_count, self.layer.size, -1)
        self.a = program.read(f"a{number}").T
        self.table = table
        self.tails: dict[int, Program] = {}
        columns = self.layer.piece_count * self.layer.size
        self.losses = np.empty((columns, moves.size, len(self.inputs)))

    def measure(self) -> Iterator[int]:
        """Write the losses, yielding how many parameters of the layer are done."""
        columns, _, rows = self.losses.shape
        samples = self.inputs.shape[1]
        room = len(self.table.outputs) // self.moves.size
        row_count = min(rows, room)
        column_count = max(1, room // row_count)
        for row in range(0, rows, row_count):
            inputs = self.inputs[row : row + row_count]
            added = (self.moves[:, np.newaxis, np.newaxis] * inputs).reshape(-1, samples)
            for column in range(0, columns, column_count):
                block = np.arange(column, min(column + column_count, columns))
                shape = (block.size, self.moves.size, len(inputs))
                found = self._block(block, added).reshape(shape)
                self.losses[column : column + column_count, :, row : row + row_count] = found
                yield row * columns + (block[-1] + 1) * len(inputs)

    def _block(self, columns: Columns, added: FloatArray) -> FloatArray:
        """Return the raw losses with each of these z moved by each row of ``added``."""
        pieces, units = np.divmod(columns, self.layer.size)
        z = self.z[:, units, np.newaxis].repeat(len(added), axis=2)
        z[pieces, np.arange(columns.size)] += added
        a: FloatArray = np.empty((columns.size, *added.shape))
        record = ACTIVATIONS[self.layer.activation]
        run(record.bind_function(z if record.has_pieces else z[0], a, self.layer.resolved_alpha))
        last = len(self.program.spec.layers)
        outputs = self._last(units, a) if self.number == last else self._above(units, a)
        return self.table.losses(outputs.reshape(len(outputs), -1, a.shape[-1]))

    def _last(self, units: Columns, a: FloatArray) -> FloatArray:
        """Return the outputs, of which each row of blocks changes one."""
        outputs = np.empty((len(self.a), *a.shape))
        outputs[...] = self.a[:, np.newaxis, np.newaxis]
        outputs[units, np.arange(units.size)] = a
        return outputs

    def _above(self, units: Columns, a: FloatArray) -> FloatArray:
        """Return the outputs of the layers above, where one unit each has changed."""
        samples = a.shape[-1]
        tail = self._tail(a.size)
        change = a - self.a[units, np.newaxis]
        block = self.program.layout.blocks[self.number]
        weights = block.matrix(self.parameters)[units].T
        z = np.swapaxes(tail.read("z1"), -1, -2).reshape(len(weights), *a.shape)
        np.multiply(weights[..., np.newaxis, np.newaxis], change, z)
        base = np.swapaxes(self.program.read(f"z{self.number + 1}"), -1, -2)
        z += base.reshape(len(weights), 1, 1, samples)
        for op in tail.ops[1:]:
            run(op.calls_at(0))
        return tail.read(f"a{len(tail.spec.layers)}").T

    def _tail(self, columns: int) -> Program:
        """Return the Program of the layers above; its first Op, which makes z, is not for us."""
        if columns not in self.tails:
            spec = self.program.spec
            # Starting weights that were given are those of all layers.
            above = msgspec.structs.replace(
                spec, input_size=self.layer.size, layers=spec.layers[self.number :], start=None
            )
            start = self.program.layout.blocks[self.number].start
            self.tails[columns] = compile_program(above, self.parameters[start:], columns)
        return self.tails[columns]


class _LossTable:
    """The loss, bound to as many sets of outputs as a block has at most."""

    def __init__(self, program: Program, count: int) -> None:
        targets = program.batches.targets[0]
        self.outputs = np.empty((count, *targets.shape))
        self.totals = np.empty(count)
        loss, unused = LOSSES[program.spec.loss], np.empty_like(targets)
        self.calls: list[tuple[Call, ...]] = []
        for number, outputs in enumerate(self.outputs):
            predictions = unused if loss.wants_logits else outputs
            total = self.totals[number : number + 1].reshape(())
            bound = loss.bind(LossBuffers(outputs, targets, predictions, unused, total))
            self.calls.append(bound.link + bound.value)

    def losses(self, outputs: FloatArray) -> FloatArray:
        """Return the raw loss of each set of outputs, k x sets x n."""
        count = outputs.shape[1]
        np.copyto(self.outputs[:count], outputs.swapaxes(0, 1))
        for calls in self.calls[:count]:
            for call in calls:
                call()
        return self.totals[:count]


def _move_penalties(
    spec: NetworkSpec,
    layout: ParameterLayout,
    parameters: FloatArray,
    moves: FloatArray,
    penalties: FloatArray,
) -> Iterator[None]:
    """Add up the penalty of each parameter alone, moves x parameters; yield now and then."""
    mask = layout.weight_mask()
    for name, record in REGULARIZERS.items():
        strengths = mask * getattr(spec, name)
        for count, index in enumerate(np.flatnonzero(strengths)):
            moved, unused = parameters[index : index + 1].copy(), np.empty(1)
            value = np.zeros(())
            bound = record.bind(strengths[index : index + 1], moved, unused, value)
            for number, move in enumerate(moves):
                moved[0] = parameters[index] + move
                run(bound.value)
                penalties[number, index] += value
            if count % _PENALTIES == 0:
                yield
