"""How signals and gradients fare on their way through layers that have not learnt yet.

The passes are those of a Program, with one Op changed: a gradient of one's choice can be
sent in at the top, in place of that of the loss. Figures are taken in float64 and with the
greatest entry divided out, so that they are right for as long as the activations are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.calls import FloatArray
from nnviz.core.compiler import EVERYTHING, compile_program
from nnviz.core.layout import ParameterLayout
from nnviz.core.program import LineKind, Op, Phase, Program
from nnviz.core.spec import LayerSpec, NetworkSpec

# An activation is at an end of its range within this share of the range: |tanh| > 0.99.
AT_END = 0.005
# Units that start alike differ by rounding at most.
_ALIKE = 1e-12
# What the buffers of networks that are looked at together may take.
_BUFFER_BYTES = 32 << 20

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FlowSetup:
    """What is sent through a network.

    Attributes
    ----------
    spec
        The network; its initialiser draws the starts. Nothing is dropped.
    inputs
        n x d.
    gradient
        dL/da of the output layer, n x k, in place of that of the loss; ``None``
        takes the loss with these ``targets``.
    targets
        n x k.
    """

    spec: NetworkSpec
    inputs: FloatArray
    gradient: FloatArray | None = None
    targets: FloatArray | None = None


@dataclass(frozen=True, slots=True)
class SignalFlow:
    """The figures of one start, an entry for the inputs (0) and one for each layer.

    Attributes
    ----------
    std, rms
        Standard deviation and root mean square of the activations of a layer, over
        all its units and samples.
    at_end
        Share of the activations within 0.5 % of an end of their range, where a unit is
        saturated (|tanh| > 0.99); NaN for activations without two ends.
    silent
        Share of the units that are 0 for every sample.
    gradient_std, gradient_rms
        The same of dL/da.
    alike
        Whether all units of the layer say the same, as those that start alike do.
    """

    std: Floats
    rms: Floats
    at_end: Floats
    silent: Floats
    gradient_std: Floats
    gradient_rms: Floats
    alike: NDArray[np.bool_]


def free_flow(
    depth: int,
    width: int,
    layer: LayerSpec,
    start: NetworkSpec | None = None,
    samples: int = 512,
    seed: int = 0,
) -> FlowSetup:
    """Return equal layers, inputs drawn from N(0, 1), and a gradient drawn from N(0, 1).

    Parameters
    ----------
    depth, width
        Number of layers, and units of each (and inputs).
    layer
        Whose activation all of them have.
    start
        Whose initialiser, std and biases; ``None`` takes the usual ones.
    samples
        Rows that are sent in.
    seed
        Of inputs and gradient.
    """
    layers = (_resized(layer, width),) * depth
    how = NetworkSpec(width, layers) if start is None else start
    spec = NetworkSpec(
        width,
        layers,
        loss="half_sum_of_squares",
        initializer=how.initializer,
        initializer_std=how.initializer_std,
        initial_bias=how.initial_bias,
    )
    # Apart from the numbers that the same seed gives to the weights.
    generator = np.random.default_rng((seed, 1))
    inputs, gradient = generator.normal(size=(2, samples, width))
    return FlowSetup(spec, inputs, gradient)


def _resized(layer: LayerSpec, size: int) -> LayerSpec:
    """Return the layer with another number of units."""
    return LayerSpec(size, layer.activation, layer.alpha, layer.pieces)


def bytes_of(setup: FlowSetup, itemsize: int = 8) -> int:
    """Return about how much memory looking at one start takes."""
    units = sum(2 * layer.size + 3 * layer.piece_count * layer.size for layer in setup.spec.layers)
    return itemsize * (units * len(setup.inputs) + 2 * setup.spec.parameter_count)


def together(setup: FlowSetup) -> int:
    """Return how many starts are best looked at at a time."""
    return max(1, _BUFFER_BYTES // bytes_of(setup))


class FlowMeter:
    """Sends signals up and gradients down through one start after the other.

    Parameters
    ----------
    setup
        The network and what is sent through it.
    count
        Starts that are looked at in the same calls.
    dtype
        ``"float64"`` or ``"float32"``.
    """

    def __init__(self, setup: FlowSetup, count: int = 1, dtype: str = "float64") -> None:
        self.setup = setup
        self._dtype = dtype
        self._layout = ParameterLayout(setup.spec)
        self._vectors = np.zeros((count, self._layout.size), dtype=dtype)
        samples = len(setup.inputs)
        program = compile_program(
            setup.spec, self._vectors, samples, EVERYTHING, slots=1, is_shared=True
        )
        self._program = _with_gradient(program, setup.gradient)
        targets = setup.targets
        self._program.load(
            setup.inputs[np.newaxis], None if targets is None else targets[np.newaxis]
        )

    def measure(self, seeds: Sequence[int]) -> tuple[SignalFlow, ...]:
        """Draw a start for each seed (no more than ``count``) and return the figures of each."""
        for vector, seed in zip(self._vectors, seeds, strict=False):
            vector[...] = self._layout.initial_vector(self.setup.spec, seed, self._dtype)
        with np.errstate(all="ignore"):
            self._program.run()
            return self._figures(len(seeds))

    def activations(self, layer: int, network: int = 0) -> FloatArray:
        """Return the activations of a layer (0 is the inputs) of the last starts, n x k."""
        values: FloatArray = self._read(f"a{layer}" if layer else "x", 1 + network)[network]
        return values

    def gradients(self, layer: int, network: int = 0) -> FloatArray:
        """Return dL/da of a layer (0 is the inputs) of the last starts, n x k."""
        values: FloatArray = self._read(f"da{layer}" if layer else "dx", 1 + network)[network]
        return values

    def _read(self, name: str, count: int) -> FloatArray:
        """Return a buffer of the first networks, N x n x k."""
        values = self._program.read(name)
        whole: FloatArray = np.broadcast_to(values, (len(self._vectors), *values.shape[1:]))
        return whole[:count]

    def _figures(self, count: int) -> tuple[SignalFlow, ...]:
        layers = range(len(self.setup.spec.layers) + 1)
        columns = [self._layer_figures(layer, count) for layer in layers]
        # columns: layers x figures x networks
        figures = np.array(columns, dtype=np.float64).transpose(2, 1, 0)
        return tuple(_flow(_until_overflow(rows)) for rows in figures)

    def _layer_figures(self, layer: int, count: int) -> list[Floats]:
        values = self._read(f"a{layer}" if layer else "x", count)
        slopes = self._read(f"da{layer}" if layer else "dx", count)
        at_end = np.full(count, np.nan)
        if layer:
            low, high = _ends(self.setup.spec.layers[layer - 1])
            margin = AT_END * (high - low)
            if np.isfinite(margin):
                at_end = ((values < low + margin) | (values > high - margin)).mean(axis=(1, 2))
        silent = (values == 0).all(axis=1).mean(axis=1)
        return [*spread(values), at_end, silent, *spread(slopes), _are_alike(values)]


def _until_overflow(rows: Floats) -> Floats:
    """Return the figures of a start, unknown where they come of numbers that overflowed."""
    too_large = ~np.isfinite(rows[1])
    if too_large.any():
        # ReLU makes 0 of NaN: what looks like silence beyond is none.
        rows[:4, int(np.argmax(too_large)) + 1 :] = np.nan
        rows[4:6, :-1] = np.nan
    return rows


def _flow(rows: Floats) -> SignalFlow:
    std, rms, at_end, silent, gradient_std, gradient_rms, alike = rows
    return SignalFlow(std, rms, at_end, silent, gradient_std, gradient_rms, alike > 0)


def spread(values: FloatArray) -> tuple[Floats, Floats]:
    """Return standard deviation and root mean square of each network, of N x n x k."""
    peak = np.abs(values).max(axis=(1, 2)).astype(np.float64)
    # Squares of tiny and of huge numbers would be lost long before the numbers are.
    unit = np.where((peak > 0) & np.isfinite(peak), peak, 1.0)
    scaled = values.astype(np.float64) / unit[:, np.newaxis, np.newaxis]
    rms: Floats = np.sqrt(np.square(scaled).mean(axis=(1, 2))) * unit
    std: Floats = scaled.std(axis=(1, 2)) * unit
    return std, rms


def _ends(layer: LayerSpec) -> tuple[float, float]:
    record = ACTIVATIONS[layer.activation]
    return record.output_range if record.trainable else (-np.inf, np.inf)


def _are_alike(values: FloatArray) -> Floats:
    """Return for each network whether its units, of which there are several, say the same."""
    if values.shape[-1] < 2:
        return np.zeros(len(values))
    apart = (values.max(axis=2) - values.min(axis=2)).max(axis=1)
    alike: Floats = (apart <= _ALIKE * np.abs(values).max(axis=(1, 2))).astype(np.float64)
    return alike


def _with_gradient(program: Program, gradient: FloatArray | None) -> Program:
    """Return the Program without what only training wants, and with that gradient on top."""
    unwanted = {LineKind.WEIGHT_GRADIENT, LineKind.PENALTY, LineKind.PENALTY_GRADIENT}
    ops = [op for op in program.ops if op.lines[0].kind not in unwanted]
    if gradient is not None:
        last = len(program.spec.layers)
        ops = [_sent(op, program, last, gradient) for op in ops if op.phase is not Phase.LOSS]
    return program.with_ops(tuple(ops))


def _sent(op: Op, program: Program, last: int, gradient: FloatArray) -> Op:
    if op.lines[0].kind is not LineKind.LOSS_GRADIENT:
        return op
    name = f"da{last}"
    line = replace(op.lines[0], formula=f"{name} = r", writes=(name,), local=name)
    return Op(op.phase, (line,), ((partial(np.copyto, program.read(name), gradient),),))
