"""Dropout: units that are left out at random while training (Srivastava et al. 2014).

Inverted: what is kept is divided by the share that is kept, so that prediction
needs no change. The layer above reads the dropped activations d = a * m; the
activations a themselves stay whole, and with them the local gradients.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from nnviz.core.buffers import LayerBuffers
from nnviz.core.calls import FloatArray, scalar
from nnviz.core.program import Line, LineKind, Op, Phase
from nnviz.core.spec import NetworkSpec


@dataclass(frozen=True, slots=True)
class Dropped:
    """The buffers of one layer's dropout, feature-major.

    Attributes
    ----------
    mask
        m, k x n: 0 where a unit is left out, else 1 / (1 - share).
    a_ones
        d with the row of ones, (k + 1) x n.
    grad
        dL/dd, k x n.
    """

    mask: FloatArray
    a_ones: FloatArray
    grad: FloatArray


def allocate_dropout(
    spec: NetworkSpec, layers: tuple[LayerBuffers, ...], generators: Sequence[np.random.Generator]
) -> dict[int, Dropped]:
    """Return the buffers by layer number; none without a generator, as in prediction."""
    if not generators:
        return {}
    return {
        number: Dropped(np.ones_like(layer.a), np.ones_like(layer.a_ones), np.zeros_like(layer.a))
        for number, layer in enumerate(layers, start=1)
        if spec.layers[number - 1].dropout
    }


def dropout_op(
    number: int,
    share: float,
    a: FloatArray,
    dropped: Dropped,
    generators: Sequence[np.random.Generator],
) -> Op:
    """Return the Op that draws a mask and applies it; each network has its own generator."""
    kept = 1.0 - share
    # Drawn in float64 whatever the network's type, so that a seed drops the same units.
    draws = np.empty((len(generators), len(a), a.shape[-1]))
    drawn, is_kept = draws.swapaxes(0, 1).reshape(a.shape), np.empty(a.shape, dtype=np.bool_)
    line = Line(
        LineKind.DROPOUT,
        number,
        f"m{number} = random < {kept:g}, / {kept:g}; d{number} = a{number} * m{number}",
        (f"a{number}",),
        (f"m{number}", f"d{number}"),
    )
    return Op(
        Phase.FORWARD,
        (line,),
        (
            (
                *(
                    partial(generator.random, None, np.float64, out)
                    for generator, out in zip(generators, draws, strict=True)
                ),
                partial(np.less, drawn, np.array(kept), is_kept),
                partial(np.copyto, dropped.mask, is_kept),
                partial(np.multiply, dropped.mask, scalar(1.0 / kept, a), dropped.mask),
                partial(np.multiply, a, dropped.mask, dropped.a_ones[:-1]),
            ),
        ),
    )


def through_dropout(number: int, dropped: Dropped, grad: FloatArray) -> Op:
    """Return the Op that takes the gradient back through the mask."""
    line = Line(
        LineKind.THROUGH_DROPOUT,
        number,
        f"da{number} = dd{number} * m{number}",
        (f"dd{number}", f"m{number}"),
        (f"da{number}",),
        local=f"m{number}",
        downstream=f"dd{number}",
    )
    call = partial(np.multiply, dropped.grad, dropped.mask, grad)
    return Op(Phase.BACKWARD, (line,), ((call,),))


def dropout_views(dropped: dict[int, Dropped]) -> dict[str, tuple[FloatArray, ...]]:
    """Return the public names of the buffers, rows are samples."""
    views: dict[str, tuple[FloatArray, ...]] = {}
    for number, buffers in dropped.items():
        views[f"m{number}"] = (np.moveaxis(buffers.mask, 0, -1),)
        views[f"d{number}"] = (np.moveaxis(buffers.a_ones[:-1], 0, -1),)
        views[f"dd{number}"] = (np.moveaxis(buffers.grad, 0, -1),)
    return views
