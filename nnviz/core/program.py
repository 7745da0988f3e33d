"""Program: one training step as a flat list of Ops over preallocated buffers.

Training makes an Op's calls one after the other; stepping makes the same calls
and looks at what each Op wrote. Nothing else in nnviz computes a forward pass,
a backward pass or an update.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from nnviz.core.calls import Call, FloatArray, run
from nnviz.core.layout import ParameterLayout
from nnviz.core.optimizers import BoundOptimizer
from nnviz.core.spec import NetworkSpec


class Phase(Enum):
    """The four parts of a training step, in order."""

    FORWARD = "forward"
    LOSS = "loss"
    BACKWARD = "backward"
    UPDATE = "update"


class LineKind(Enum):
    """What a line of arithmetic does; l is its layer, k the layer below."""

    AFFINE = "affine"  # zl = ak Wl + bl
    ACTIVATION = "activation"  # al = f(zl)
    LOCAL_GRADIENT = "local gradient"  # gl = f'(zl)
    DROPOUT = "dropout"  # dl = al ml
    LOSS = "loss"  # p, L
    LOSS_GRADIENT = "loss gradient"  # dal, or dzl after a loss on logits
    PENALTY = "penalty"  # R
    THROUGH_ACTIVATION = "through activation"  # dzl = dal gl
    WEIGHT_GRADIENT = "weight gradient"  # dWl = ak^T dzl, dbl = sum dzl
    TO_LAYER_BELOW = "to layer below"  # dak = dzl Wl^T
    THROUGH_DROPOUT = "through dropout"  # dal = ddl ml
    PENALTY_GRADIENT = "penalty gradient"  # dWl = dWl + dR/dWl
    UPDATE = "update"  # Wl, bl


@dataclass(frozen=True, slots=True)
class Line:
    """One line of arithmetic, of one layer: what a person steps over.

    Attributes
    ----------
    kind
        What it does.
    layer
        The layer that it belongs to, from 1.
    formula
        The line in plain letters, such as ``"z1 = x W1 + b1"``.
    reads, writes
        Names of buffers.
    local, downstream
        In the backward phase, the names of the two factors: the local gradient
        of this line, and the gradient that came from the loss side.
    """

    kind: LineKind
    layer: int
    formula: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    local: str | None = None
    downstream: str | None = None


@dataclass(frozen=True, slots=True)
class Op:
    """One bundle of calls, and the lines of arithmetic that it carries out.

    Attributes
    ----------
    phase
        Where it belongs.
    lines
        More than one where layers share their calls; each is independent of the
        others in its Op.
    calls
        For each slot of the Program the bound calls; a single entry when all
        slots share them.
    """

    phase: Phase
    lines: tuple[Line, ...]
    calls: tuple[tuple[Call, ...], ...]

    @property
    def layers(self) -> tuple[int, ...]:
        """The layers of its lines."""
        return tuple(line.layer for line in self.lines)

    @property
    def formula(self) -> str:
        """All its lines in plain letters."""
        return "; ".join(line.formula for line in self.lines)

    @property
    def reads(self) -> tuple[str, ...]:
        """Names of the buffers that it reads."""
        return tuple(dict.fromkeys(name for line in self.lines for name in line.reads))

    @property
    def writes(self) -> tuple[str, ...]:
        """Names of the buffers that it writes."""
        return tuple(name for line in self.lines for name in line.writes)

    def calls_at(self, slot: int) -> tuple[Call, ...]:
        """Return the calls for the batch in this slot."""
        return self.calls[slot if len(self.calls) > 1 else 0]


@dataclass(frozen=True, slots=True)
class Batches:
    """The batches that a Program can run: one per slot.

    In a Program of N networks, n below stands for N x n (1 x n where they share their
    batches), and there are N losses of each slot.

    Attributes
    ----------
    inputs
        slots x n x (d + 1), a column of ones last.
    targets
        slots x k x n, feature-major like everything behind the inputs.
    totals
        slots; the raw loss of each batch (times ``loss_scale`` is the mean).
    penalties
        slots; what the regularisers add to it.
    """

    inputs: FloatArray
    targets: FloatArray
    totals: FloatArray
    penalties: FloatArray


class Program:
    """A network, a loss, an optimiser and a batch size, compiled.

    Build it with :func:`nnviz.core.compiler.compile_program`.

    Attributes
    ----------
    spec, batch_size
        What was compiled.
    layout
        Where parameters and gradients lie in their flat vectors.
    ops
        All Ops in the order of a step.
    batches
        Inputs, targets and losses of every slot.
    loss_scale
        Mean loss = ``loss_scale * batches.totals + batches.penalties``.
    optimizer
        ``None`` when the Program computes gradients only.
    """

    def __init__(
        self,
        spec: NetworkSpec,
        layout: ParameterLayout,
        ops: tuple[Op, ...],
        batches: Batches,
        views: dict[str, tuple[FloatArray, ...]],
        loss_scale: float,
        optimizer: BoundOptimizer | None,
    ) -> None:
        self.spec = spec
        self.layout = layout
        self.ops = ops
        self.batches = batches
        self.loss_scale = loss_scale
        self.optimizer = optimizer
        self.batch_size = int(batches.inputs.shape[-2])
        self._views = views
        self._tapes = tuple(
            tuple(call for op in ops for call in op.calls_at(slot))
            for slot in range(len(batches.inputs))
        )

    @property
    def slots(self) -> int:
        """How many batches the Program holds at a time."""
        return len(self._tapes)

    @property
    def buffer_names(self) -> tuple[str, ...]:
        """Names that :meth:`read` knows."""
        return tuple(self._views)

    def read(self, name: str, slot: int = 0) -> FloatArray:
        """Return a buffer as the lecture writes it, rows are samples.

        The result is a view: the next run overwrites it. ``z`` and ``g`` of a
        maxout layer have a leading axis of pieces.
        """
        views = self._views[name]
        return views[slot if len(views) > 1 else 0]

    def with_ops(self, ops: tuple[Op, ...]) -> "Program":
        """Return a Program over the same buffers that does these Ops in their place."""
        return Program(
            self.spec,
            self.layout,
            ops,
            self.batches,
            self._views,
            self.loss_scale,
            self.optimizer,
        )

    def load(self, inputs: FloatArray, targets: FloatArray | None = None, slot: int = 0) -> None:
        """Copy a batch in: inputs n x d, targets n x k (or N of each, or 1 that is shared)."""
        self.batches.inputs[slot, ..., :-1] = inputs
        if targets is not None:
            self.batches.targets[slot] = np.moveaxis(targets, -1, 0)

    def run(self, slot: int = 0) -> None:
        """Run the whole list for the batch in this slot."""
        run(self._tapes[slot])

    def run_unless(self, slot: int, is_stopped: Callable[[], bool]) -> bool:
        """Run the list call by call; return whether the step was done.

        Before each call but those of the update, ``is_stopped`` is asked. Once it
        says so the step is abandoned: nothing but scratch buffers has changed.
        """
        for op in self.ops:
            is_update = op.phase is Phase.UPDATE
            for call in op.calls_at(slot):
                if not is_update and is_stopped():
                    return False
                call()
        return True

    def run_slots(self, start: int, stop: int) -> None:
        """Run the whole list for the batches in these slots: training's inner loop."""
        for tape in self._tapes[start:stop]:
            for call in tape:
                call()

    def losses(self, start: int, stop: int) -> FloatArray:
        """Return the losses of the batches in these slots, penalties included (a copy)."""
        means = self.batches.totals[start:stop] * np.float64(self.loss_scale)
        losses: FloatArray = means + self.batches.penalties[start:stop]
        return losses
