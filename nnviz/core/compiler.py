"""From a specification to a Program: the one place where the maths is laid out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.buffers import Stack, allocate_batches, allocate_layers
from nnviz.core.calls import Call, FloatArray, by_network, product, transposed
from nnviz.core.dropout import allocate_dropout, dropout_op, dropout_views, through_dropout
from nnviz.core.held_biases import update_calls
from nnviz.core.input_products import gradients_from_inputs, products_with_inputs
from nnviz.core.layout import ParameterLayout
from nnviz.core.loss_ops import loss_ops
from nnviz.core.losses import LOSSES
from nnviz.core.optimizers import BoundOptimizer
from nnviz.core.penalties import PenaltyVectors, with_penalties
from nnviz.core.program import Batches, Line, LineKind, Op, Phase, Program
from nnviz.core.spec import NetworkSpec
from nnviz.core.twins import find_twins, twin_products
from nnviz.core.views import public_views


@dataclass(frozen=True, slots=True)
class Want:
    """How much of a training step to compile.

    Attributes
    ----------
    loss, gradients, input_gradient
        Each needs the ones before it; without any it is a forward pass.
    """

    loss: bool = False
    gradients: bool = False
    input_gradient: bool = False


FORWARD_ONLY = Want()
LOSS_ONLY = Want(loss=True)
TRAINING = Want(loss=True, gradients=True)
EVERYTHING = Want(loss=True, gradients=True, input_gradient=True)


def compile_program(
    spec: NetworkSpec,
    parameters: FloatArray,
    batch_size: int,
    want: Want = FORWARD_ONLY,
    gradients: FloatArray | None = None,
    optimizer: BoundOptimizer | None = None,
    slots: int = 1,
    generator: np.random.Generator | Sequence[np.random.Generator] | None = None,
    is_shared: bool = False,
) -> Program:
    """Compile a network, or N networks of one shape at once, for batches of one size.

    Parameters
    ----------
    spec
        The network.
    parameters
        Flat vector in the layout of the spec, or N x P of them; its dtype is the
        Program's.
    batch_size
        Samples per batch.
    want
        How much to compile.
    gradients
        Flat vector that the backward phase writes; ``None`` allocates one.
    optimizer
        Bound to the same two vectors; adds the update phase.
    slots
        Number of batches held at a time.
    generator
        Draws the masks of layers with dropout, one generator for each network;
        ``None`` drops nothing.
    is_shared
        Whether all N networks have the same batches.
    """
    if gradients is None:
        gradients = np.zeros_like(parameters if want.gradients else parameters[..., :0])
    shape = (*parameters.shape[:-1], batch_size)
    batches = allocate_batches(spec, shape, slots, parameters.dtype, is_shared)
    generators = (generator,) if isinstance(generator, np.random.Generator) else generator or ()
    compiler = _Compiler(spec, parameters, gradients, shape, batches, want, generators)
    return compiler.compile(optimizer)


class _Compiler:
    """Builds the Ops of one Program; lives for the length of one call."""

    def __init__(
        self,
        spec: NetworkSpec,
        parameters: FloatArray,
        gradients: FloatArray,
        shape: tuple[int, ...],
        batches: Batches,
        want: Want,
        generators: Sequence[np.random.Generator],
    ) -> None:
        self.spec, self.want = spec, want
        self.layout = ParameterLayout(spec)
        self.matrices = [block.matrix(parameters) for block in self.layout.blocks]
        self.parameters, self.gradients = parameters, gradients
        self.vectors = PenaltyVectors(self.layout, parameters, gradients)
        self.batches = batches
        self.layers, self.stacks = allocate_layers(spec, shape, parameters.dtype, want.gradients)
        outputs = self.layers[-1].a
        self.generators = generators
        self.dropped = allocate_dropout(spec, self.layers, generators)
        # Products of N networks take one call already.
        has_twins = not self.dropped and parameters.ndim == 1
        self.twins = find_twins(spec, self.stacks) if has_twins else {}
        self.loss = LOSSES[spec.loss]
        self.predictions = np.empty_like(outputs) if self.loss.wants_logits else outputs
        input_rows = spec.input_size if want.input_gradient else 0
        self.input_grad = np.zeros((input_rows, *shape), dtype=parameters.dtype)

    def compile(self, optimizer: BoundOptimizer | None) -> Program:
        """Lay out all Ops and tie them into a Program."""
        ops = [op for stack in self.stacks for op in self._forward(stack)]
        if self.want.loss:
            ops.extend(loss_ops(self.loss, self.layers, self.batches, self.predictions))
        if self.want.gradients:
            for number in range(len(self.layers), 0, -1):
                ops.extend(self._backward(number))
        if self.want.loss:
            ops = with_penalties(ops, self.spec, self.vectors, self.batches.penalties)
        if optimizer is not None:
            ops.append(self._update(optimizer))
        views = public_views(
            self.layout,
            self.parameters,
            self.gradients,
            self.batches,
            self.layers,
            self.predictions,
            self.input_grad,
        ) | dropout_views(self.dropped)
        scale = self.loss.scale(self.spec.output_size, self.batches.inputs.shape[-2])
        return Program(self.spec, self.layout, tuple(ops), self.batches, views, scale, optimizer)

    def _forward(self, stack: Stack) -> list[Op]:
        ops = [op for number in stack.numbers for op in self._layer_forward(number)]
        if self.want.gradients:
            record = ACTIVATIONS[stack.layer.activation]
            bind = record.bind_derivative
            # The buffer of a linear layer's local gradients starts as ones and stays so.
            is_constant = record.name == "linear"
            alpha = stack.layer.resolved_alpha
            calls = () if is_constant else bind(stack.z, stack.a, stack.g, alpha)
            lines = tuple(
                Line(
                    LineKind.LOCAL_GRADIENT,
                    i,
                    f"g{i} = {record.label}'(z{i})",
                    (f"z{i}", f"a{i}"),
                    (f"g{i}",),
                )
                for i in stack.numbers
            )
            ops.append(Op(Phase.FORWARD, lines, (calls,)))
        return ops

    def _layer_forward(self, number: int) -> list[Op]:
        layer, buffers = self.spec.layers[number - 1], self.layers[number - 1]
        record = ACTIVATIONS[layer.activation]
        source = self._output_name(number - 1)
        affine = Line(
            LineKind.AFFINE,
            number,
            f"z{number} = {source} W{number} + b{number}",
            (source, f"W{number}", f"b{number}"),
            (f"z{number}",),
        )
        activation = Line(
            LineKind.ACTIVATION,
            number,
            f"a{number} = {record.label}(z{number})",
            (f"z{number}",),
            (f"a{number}",),
        )
        activate = record.bind_function(buffers.z, buffers.a, layer.resolved_alpha)
        ops = [
            Op(Phase.FORWARD, (affine,), self._affine_calls(number)),
            Op(Phase.FORWARD, (activation,), (activate,)),
        ]
        if number not in self.dropped:
            return ops
        dropped = self.dropped[number]
        return [*ops, dropout_op(number, layer.dropout, buffers.a, dropped, self.generators)]

    def _output_name(self, number: int) -> str:
        return f"d{number}" if number in self.dropped else _activation_name(number)

    def _output(self, number: int) -> FloatArray:
        layer = self.dropped.get(number, self.layers[number - 1])
        return by_network(layer.a_ones)

    def _affine_calls(self, number: int) -> tuple[tuple[Call, ...], ...]:
        matrix, out = self.matrices[number - 1], self.layers[number - 1].z_rows
        if number > 1:
            return ((product(transposed(matrix), self._output(number - 1), by_network(out)),),)
        return tuple(products_with_inputs(x, matrix, out) for x in self.batches.inputs)

    def _backward(self, number: int) -> list[Op]:
        ops = []
        # A loss on logits hands down dL/dz itself: its output layer is linear.
        if not (self.loss.wants_logits and number == len(self.layers)):
            ops.append(self._through_activation(number))
        twins = self.twins.get(number, range(number, number + 1))
        if number == twins.start:
            ops.append(self._weight_gradients(twins))
        if number > 1 or self.want.input_gradient:
            ops.append(self._to_layer_below(number))
        if number - 1 in self.dropped:
            grad = self.layers[number - 2].grad
            ops.append(through_dropout(number - 1, self.dropped[number - 1], grad))
        return ops

    def _through_activation(self, number: int) -> Op:
        buffers = self.layers[number - 1]
        calls: tuple[Call, ...] = ()
        if buffers.delta is not buffers.grad:
            calls = (partial(np.multiply, buffers.g, buffers.grad, buffers.delta),)
        line = Line(
            LineKind.THROUGH_ACTIVATION,
            number,
            f"dz{number} = da{number} * g{number}",
            (f"da{number}", f"g{number}"),
            (f"dz{number}",),
            local=f"g{number}",
            downstream=f"da{number}",
        )
        return Op(Phase.BACKWARD, (line,), (calls,))

    def _weight_gradients(self, numbers: range) -> Op:
        lines = tuple(self._weight_gradient_line(number) for number in numbers)
        return Op(Phase.BACKWARD, lines, self._weight_gradient_calls(numbers))

    def _weight_gradient_line(self, number: int) -> Line:
        source, delta = self._output_name(number - 1), f"dz{number}"
        return Line(
            LineKind.WEIGHT_GRADIENT,
            number,
            f"dW{number} = {source}^T {delta}; db{number} = sum {delta}",
            (source, delta),
            (f"dW{number}", f"db{number}"),
            local=source,
            downstream=delta,
        )

    def _weight_gradient_calls(self, numbers: range) -> tuple[tuple[Call, ...], ...]:
        number = numbers.start
        if len(numbers) > 1:
            return ((twin_products(self.spec, self.stacks, numbers, self.layout, self.gradients),),)
        delta = self.layers[number - 1].delta_rows
        out = self.layout.blocks[number - 1].matrix(self.gradients)
        if number > 1:
            return ((product(self._output(number - 1), transposed(by_network(delta)), out),),)
        return tuple(gradients_from_inputs(x, delta, out) for x in self.batches.inputs)

    def _to_layer_below(self, number: int) -> Op:
        weights = self.matrices[number - 1][..., :-1, :]
        delta = by_network(self.layers[number - 1].delta_rows)
        below = self.dropped.get(number - 1) or self.layers[number - 2]
        out = below.grad if number > 1 else self.input_grad
        target = f"d{self._output_name(number - 1)}"
        line = Line(
            LineKind.TO_LAYER_BELOW,
            number,
            f"{target} = dz{number} W{number}^T",
            (f"dz{number}", f"W{number}"),
            (target,),
            local=f"W{number}",
            downstream=f"dz{number}",
        )
        call = product(weights, delta, by_network(out))
        return Op(Phase.BACKWARD, (line,), ((call,),))

    def _update(self, optimizer: BoundOptimizer) -> Op:
        lines = tuple(
            Line(
                LineKind.UPDATE,
                i,
                f"W{i}, b{i} = update(W{i}, b{i}, dW{i}, db{i})",
                (f"W{i}", f"b{i}", f"dW{i}", f"db{i}"),
                (f"W{i}", f"b{i}"),
            )
            for i in range(1, len(self.layers) + 1)
        )
        return Op(Phase.UPDATE, lines, (update_calls(optimizer, self.layout, self.parameters),))


def _activation_name(number: int) -> str:
    return f"a{number}" if number else "x"
