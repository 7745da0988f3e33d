"""NetworkStack: networks of one shape that are trained, or tried out, at once.

Twenty starts, five learning rates, the loss at a thousand settings of the weights: one
network after the other would pay for every NumPy call anew. A stack runs Programs of
N networks (``calls.py`` says how their arrays lie), compiled from the same tables.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.layout import ParameterLayout
from nnviz.core.network import Network
from nnviz.core.spec import NetworkSpec, OptimizerSpec
from nnviz.core.stack_programs import Evaluator, Group, group_parts


class NetworkStack:
    """Networks of one shape, each with parameters, optimiser state and learning rate of its own.

    Each does what it would do alone, to within rounding; one that diverges does not
    touch the others.

    Parameters
    ----------
    spec
        The shape, the loss and the penalties of all of them.
    parameters
        N x P: a flat vector for each network, as ``Network.parameters`` has it; copied.
    optimizer
        Trains them; ``None`` for a stack that is only looked at.
    learning_rates
        N of them; ``None`` takes the optimiser's own for all.
    dtype
        ``"float64"`` or ``"float32"``.
    generators
        N of them, for the masks of layers with dropout; ``None`` drops nothing.

    Attributes
    ----------
    spec, layout
        What the networks are, and where their parameters lie.
    parameters, gradients
        N x P; writing into the parameters changes the networks. The gradients are
        those of the last step (N x 0 without an optimiser).
    learning_rates
        N; writing into them changes the rates from the next step on. A schedule
        multiplies them.

    Raises
    ------
    ValueError
        With a sentence, if a shape does not fit.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        parameters: ArrayLike,
        optimizer: OptimizerSpec | None = None,
        learning_rates: ArrayLike | None = None,
        dtype: str = "float64",
        generators: Sequence[np.random.Generator] | None = None,
    ) -> None:
        self.spec, self.layout = spec, ParameterLayout(spec)
        self.parameters: FloatArray = np.array(parameters, dtype=dtype, order="C")
        shape = self.parameters.shape
        if len(shape) != 2 or shape[0] == 0 or shape[1] != self.layout.size:
            raise ValueError(
                f"the parameters are {_times(shape)} but must be N x {self.layout.size}: a row "
                "for each network, a column for each weight and bias"
            )
        self.gradients = np.zeros_like(self.parameters[:, : None if optimizer else 0])
        rate = 0.0 if optimizer is None else optimizer.learning_rate
        self.learning_rates = np.full(self.count, rate)
        if learning_rates is not None:
            _check_count("learning rates", np.size(learning_rates), self.count)
            self.learning_rates[...] = learning_rates
        if generators is not None:
            _check_count("generators", len(generators), self.count)
        self._generators = generators or ()
        self._optimizer = optimizer
        self._checker = Network(spec, dtype=dtype)
        self._evaluator = Evaluator(spec, self.parameters.dtype)
        self._groups: tuple[tuple[slice, Group], ...] = ()

    @classmethod
    def from_seeds(
        cls,
        spec: NetworkSpec,
        seeds: Sequence[int],
        optimizer: OptimizerSpec | None = None,
        learning_rates: ArrayLike | None = None,
        dtype: str = "float64",
        initializers: Sequence[str] | None = None,
    ) -> "NetworkStack":
        """Return a stack whose networks start as ``Network(spec, seed)`` does.

        ``initializers`` names one for each seed; ``None`` takes that of the spec.
        """
        layout = ParameterLayout(spec)
        names = [spec.initializer] * len(seeds) if initializers is None else initializers
        _check_count("initializers", len(names), len(seeds))
        starts = [
            layout.initial_vector(msgspec.structs.replace(spec, initializer=name), seed, dtype)
            for name, seed in zip(names, seeds, strict=True)
        ]
        return cls(spec, starts, optimizer, learning_rates, dtype)

    @property
    def count(self) -> int:
        """Number of networks N."""
        return len(self.parameters)

    def network(self, index: int) -> Network:
        """Return a network of its own with the parameters that one has now."""
        network = Network(self.spec, dtype=str(self.parameters.dtype))
        network.set_parameters(self.parameters[index])
        return network

    def train(self, inputs: ArrayLike, targets: ArrayLike, rows: ArrayLike) -> FloatArray:
        """Take one step after the other; return the losses before each, steps x N.

        Parameters
        ----------
        inputs, targets
            The data set, as ``Network.loss`` takes it.
        rows
            Row numbers of each step's batch: steps x n for batches that all networks
            share, or steps x N x n. All batches of a call have the same size.

        Raises
        ------
        ValueError
            With a sentence, if the stack has no optimiser or something does not fit.
        """
        x, t = self._checker.checked(inputs, targets)
        order = self._checked_rows(rows, len(x))
        losses = np.empty((len(order), self.count))
        with_ones = np.concatenate((x, np.ones_like(x[:, :1])), axis=1)
        groups = self._ready_groups(order.shape[-1])
        with np.errstate(all="ignore"):
            for part, group in groups:
                own = order if order.shape[1] == 1 else order[:, part]
                group.optimizer.learning_rate[...] = self.learning_rates[part, np.newaxis]
                group.train(with_ones, t, own, losses[:, part])
        return losses

    def step(self, inputs: ArrayLike, targets: ArrayLike) -> FloatArray:
        """Take one step on a batch that all share, or on N batches; return N losses before it.

        Inputs are n x d or N x n x d, and targets have the same axes before their own.
        """
        x, t = np.asarray(inputs), np.asarray(targets)
        rows = np.arange(len(x))[np.newaxis]
        if x.ndim == 3:
            if t.shape[:2] != x.shape[:2]:
                raise ValueError(
                    f"the inputs are {_times(x.shape)} and the targets {_times(t.shape)}, but "
                    "both must begin with networks x samples"
                )
            rows = np.arange(x.shape[0] * x.shape[1]).reshape(1, *x.shape[:2])
            x, t = x.reshape(rows.size, -1), t.reshape(rows.size, *t.shape[2:])
        losses: FloatArray = self.train(x, t, rows)[0]
        return losses

    def losses(self, inputs: ArrayLike, targets: ArrayLike) -> FloatArray:
        """Return the N mean losses on one data set, as ``Network.loss`` does."""
        x, t = self._checker.checked(inputs, targets)
        return self._evaluator.losses(self.parameters, x, t)

    def forward(self, inputs: ArrayLike) -> FloatArray:
        """Return the outputs of all networks for inputs n x d: N x n x k."""
        x = self._checker.checked_inputs(inputs)
        return self._evaluator.outputs(self.parameters, x, f"a{len(self.spec.layers)}")

    def predict(self, inputs: ArrayLike) -> FloatArray:
        """Return the predictions N x n x k, as ``Network.predict`` does."""
        return self._evaluator.outputs(self.parameters, self._checker.checked_inputs(inputs), "p")

    def _ready_groups(self, batch_size: int) -> tuple[tuple[slice, Group], ...]:
        if self._optimizer is None:
            raise ValueError("this stack has no optimizer: give it one to train it")
        if not self._groups:
            # They keep the optimiser's state, so the first batch decides for good.
            itemsize = self.parameters.itemsize
            self._groups = tuple(
                (
                    part,
                    Group(
                        self.spec,
                        self._optimizer,
                        self.parameters[part],
                        self.gradients[part],
                        self._generators[part],
                    ),
                )
                for part in group_parts(self.count, self.spec, batch_size, itemsize)
            )
        return self._groups

    def _checked_rows(self, rows: ArrayLike, samples: int) -> NDArray[np.int64]:
        given = np.asarray(rows)
        numbers = given.astype(np.int64, copy=False)
        if numbers.ndim == 2:
            numbers = numbers[:, np.newaxis]
        elif numbers.ndim != 3 or numbers.shape[1] != self.count:
            raise ValueError(
                f"the rows are {_times(given.shape)} but must be steps x batch size, or "
                f"steps x {self.count} x batch size"
            )
        if numbers.shape[-1] == 0:
            raise ValueError("the batches have no rows; a batch needs at least one sample")
        if numbers.size and (numbers.min() < 0 or numbers.max() >= samples):
            raise ValueError(f"row numbers must be from 0 to {samples - 1}: X has {samples} rows")
        return numbers


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(str(length) for length in shape) or "a single number"


def _check_count(name: str, given: int, wanted: int) -> None:
    if given != wanted:
        raise ValueError(f"there are {given} {name} for {wanted} networks")
