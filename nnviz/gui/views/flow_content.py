"""What the flow view shows: the numbers of every layer, frame by frame of the reel."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.distributions import Magnitudes, Ridge, magnitudes, ridges
from nnviz.core.health import layer_norms, update_ratios
from nnviz.core.network import Network
from nnviz.core.spec import NetworkSpec
from nnviz.gui.display import Display
from nnviz.gui.frame_numbers import FrameNumbers
from nnviz.gui.reel import ReelFrame
from nnviz.gui.run_records import run_colours
from nnviz.gui.theme import Theme
from nnviz.training.experiment import network_spec

Floats = NDArray[np.float64]
CURVES: Mapping[str, str] = MappingProxyType(
    {
        "gradients": "Gradients",
        "weights": "Weights",
        "updates": "Updates",
        "ratio": "Update / weight",
    }
)
SPREADS: Mapping[str, str] = MappingProxyType(
    {
        "gradients": "Gradients",
        "activations": "Activations",
        "weights": "Weights",
        "updates": "Updates",
    }
)
# The last of the categories look like the colours of signs and losses.
_LAYER_COLOURS = 7


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One number of each of L layers at F steps.

    Attributes
    ----------
    steps
        F steps, rising.
    values
        F x L.
    is_complete
        Whether all frames are worked out.
    """

    steps: NDArray[np.int64]
    values: Floats
    is_complete: bool


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """How the numbers of every layer were spread at F steps.

    Attributes
    ----------
    steps
        F steps, rising.
    frames
        One for each step.
    is_complete
        Whether all frames are worked out.
    """

    steps: NDArray[np.int64]
    frames: tuple[Magnitudes, ...]
    is_complete: bool


class FlowContent:
    """Works out what is asked for, frame by frame, and remembers it.

    Parameters
    ----------
    display
        Whose reel is read.
    """

    def __init__(self, display: Display) -> None:
        self._display = display
        self._shown: ReelFrame | None = None
        self._network: Network | None = None
        self._norms: FrameNumbers[Floats] = FrameNumbers(self._norms_of)
        self._spreads: dict[str, FrameNumbers[Magnitudes]] = {
            kind: FrameNumbers(partial(self._magnitudes_of, kind)) for kind in SPREADS
        }

    def names(self) -> tuple[str, ...]:
        """Return what to call the layers."""
        last = len(self._display.spec.layers)
        return tuple(
            "Output" if number == last else f"Hidden {number}" for number in range(1, last + 1)
        )

    def series(self, key: str, seconds: float) -> Series:
        """Return the curves of ``CURVES``, working for about so long on frames that are new."""
        wanted, all_frames = self._frames()
        is_complete = self._norms.follow(all_frames, wanted, seconds)
        known = self._norms.known(wanted)
        row = list(CURVES).index(key)
        layers = len(self._display.spec.layers)
        return Series(
            np.array([frame.step for frame, _ in known], dtype=np.int64),
            np.array([norms[row] for _, norms in known]).reshape(-1, layers),
            is_complete,
        )

    def spread(self, key: str, seconds: float) -> Spread:
        """Return the strips of ``SPREADS``, working for about so long on frames that are new."""
        wanted, all_frames = self._frames()
        numbers = self._spreads[key]
        is_complete = numbers.follow(all_frames, wanted, seconds)
        known = numbers.known(wanted)
        steps = np.array([frame.step for frame, _ in known], dtype=np.int64)
        return Spread(steps, tuple(found for _, found in known), is_complete)

    def ridges(self, key: str, is_shared: bool) -> tuple[Ridge, ...]:
        """Return the histograms of ``SPREADS`` at the step on show."""
        return ridges(self._layers_of(key, self._frame_on_show()), is_shared)

    # Frames.

    def _frames(self) -> tuple[Sequence[ReelFrame], Sequence[ReelFrame]]:
        """Return the frames up to the step on show, and all that there are."""
        reel, shown = self._display.runs.current.reel, self._frame_on_show()
        wanted, every = list(reel.until(shown.step)), list(reel.frames)
        # The reel is thinned; a step that is looked at may be missing from it.
        if not wanted or wanted[-1].step != shown.step:
            wanted.append(shown)
            every.append(shown)
        return wanted, every

    def _frame_on_show(self) -> ReelFrame:
        snapshot = self._display.snapshot
        if self._shown is None or self._shown.parameters is not snapshot.parameters:
            self._shown = ReelFrame(
                snapshot.step,
                snapshot.parameters,
                snapshot.gradients,
                snapshot.last_update,
                snapshot.batch_rows,
            )
        return self._shown

    def _norms_of(self, frame: ReelFrame) -> Floats:
        """Return one row for each of ``CURVES``."""
        layout = self._display.network.layout
        with np.errstate(all="ignore"):
            before = frame.parameters.astype(np.float64) - frame.last_update
            return np.array(
                [
                    layer_norms(layout, frame.gradients),
                    layer_norms(layout, frame.parameters),
                    layer_norms(layout, frame.last_update),
                    update_ratios(layout, before, frame.parameters),
                ]
            )

    def _magnitudes_of(self, key: str, frame: ReelFrame) -> Magnitudes:
        return magnitudes(self._layers_of(key, frame))

    def _layers_of(self, key: str, frame: ReelFrame) -> tuple[FloatArray, ...]:
        if key == "activations":
            return self._activations(frame)
        vectors = {
            "gradients": frame.gradients,
            "weights": frame.parameters,
            "updates": frame.last_update,
        }
        blocks = self._display.network.layout.blocks
        return tuple(vectors[key][block.start : block.stop] for block in blocks)

    def _activations(self, frame: ReelFrame) -> tuple[FloatArray, ...]:
        spec = self._spec_at(frame.step)
        if self._network is None or self._network.spec != spec:
            self._network = Network(spec, dtype=self._display.snapshot.experiment.dtype)
        self._network.set_parameters(frame.parameters)
        rows = self._display.data.train_inputs[frame.batch_rows]
        return self._network.forward(rows).activations

    def _spec_at(self, step: int) -> NetworkSpec:
        """Return the network of a step: before a branch it was that of the older run."""
        display = self._display
        records = {record.number: record for record in display.runs.all}
        record = display.runs.current
        while record.parent in records and step <= record.branch_step:
            record = records[record.parent]
        if record is display.runs.current:
            return display.spec
        return network_spec(record.experiment.model, display.data)


def layer_colours(theme: Theme, count: int) -> list[str]:
    """Return a colour for each layer; they come again where there are many."""
    colours = run_colours(theme)[:_LAYER_COLOURS]
    return [colours[index % len(colours)] for index in range(count)]


def logarithms(values: Floats) -> Floats:
    """Return log10, NaN where a number is 0 or not finite."""
    fair = np.where(np.isfinite(values) & (values > 0), values, np.nan)
    found: Floats = np.log10(fair)
    return found


def gap_words(names: Sequence[str], values: Floats) -> str:
    """Say which layers have no point at the last step, and why; "" if all have one."""
    if not len(values):
        return ""
    last = values[-1]
    reasons: tuple[tuple[str, Callable[[Floats], NDArray[np.bool_]]], ...] = (
        ("0", lambda row: row == 0),
        ("not a number", lambda row: ~np.isfinite(row)),
    )
    parts = []
    for word, test in reasons:
        places = np.flatnonzero(test(last)).tolist()
        if len(places) == len(names) > 1:
            return f"{word} in all layers"
        if len(places):
            parts.append(f"{word} in {', '.join(names[place] for place in places)}")
    return "; ".join(parts)
