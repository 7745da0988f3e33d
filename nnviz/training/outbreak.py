"""Outbreak: which numbers ran away first at the step where a run diverged."""

import numpy as np

from nnviz.core.calls import FloatArray
from nnviz.core.findings import short
from nnviz.core.program import Phase
from nnviz.core.trace import Trace, record
from nnviz.training.run import TrainingRun

# The first layer whose sums have grown so many times is where it began; what
# follows it is carried along.
_GROWTH = 10.0


def outbreak_of(last_fair: TrainingRun, before: TrainingRun) -> str:
    """Return what became of the numbers, as in "z1 grew from 2.3 to 9.5e3".

    The step that was too much is recorded, and its sums compared with those that
    the last fair parameters give for the same rows.

    Parameters
    ----------
    last_fair
        The run at the last parameters whose loss was fair.
    before
        The same run just before the step that was too much.
    """
    with np.errstate(all="ignore"):
        trace = record(before.next_step())
        fair = last_fair.network.forward(trace.value("x"))
        sizes = [_size(z) for z in fair.pre_activations]
    loss = _loss_words(trace.loss)
    for layer in range(1, len(sizes) + 1):
        for letter in "Wb":
            if not np.isfinite(trace.value(f"{letter}{layer}", 0)).all():
                return f"the step before made {letter}{layer} {_kind(trace, f'{letter}{layer}', 0)}"
    for line in trace.lines_of(Phase.FORWARD):
        for name, array in line.arrays.items():
            if not np.isfinite(array).all():
                first = f"{name} was the first to become {_kind(trace, name, line.number)}"
                return f"{first}, and the loss is {loss}"
    now = [_size(trace.value(f"z{layer}")) for layer in range(1, len(sizes) + 1)]
    growths = [after / (size or 1.0) for after, size in zip(now, sizes, strict=True)]
    place = next((i for i, growth in enumerate(growths) if growth > _GROWTH), len(growths) - 1)
    return (
        f"|z{place + 1}| grew from {short(sizes[place])} to {short(now[place])}, the loss is {loss}"
    )


def _size(values: FloatArray) -> float:
    return float(np.abs(values.astype(np.float64)).max(initial=0.0))


def _kind(trace: Trace, name: str, position: int) -> str:
    return "infinite" if np.isinf(trace.value(name, position)).any() else "not a number"


def _loss_words(loss: float) -> str:
    if np.isnan(loss):
        return "not a number"
    return short(loss) if np.isfinite(loss) else "infinite"
