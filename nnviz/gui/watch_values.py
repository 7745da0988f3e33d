"""WatchValues: what a pinned number was at every step that the reel knows."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nnviz.core.calls import FloatArray
from nnviz.core.network import BackwardPass, ForwardPass, Network
from nnviz.gui.display import Display
from nnviz.gui.reel import ReelFrame, frame_of
from nnviz.gui.watch_list import Pin
from nnviz.training.snapshot import Snapshot
from nnviz.training.targets import encode_targets


class WatchValues:
    """Reads pins from frames, each once.

    Parameters and gradients stand in the frame. What belongs to a sample is worked out
    anew: a forward and a backward pass of its row alone, with the parameters of the frame.
    """

    def __init__(self, display: Display) -> None:
        self._display = display
        self._network: Network | None = None
        self._shown: tuple[Snapshot, ReelFrame] | None = None
        self._known: dict[tuple[Pin, ReelFrame], float] = {}
        self._passes: dict[tuple[int, ReelFrame], tuple[ForwardPass, BackwardPass]] = {}

    def history(self, pin: Pin, upto: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return (steps, values) of a pin, rising, up to a step; the one on show is among them."""
        frames = self._frames(upto)
        values = np.array([self.value(pin, frame) for frame in frames], dtype=np.float64)
        return np.array([frame.step for frame in frames], dtype=np.int64), values

    def _frames(self, upto: int) -> Sequence[ReelFrame]:
        frames, snapshot = self._display.runs.current.reel.until(upto), self._display.snapshot
        if snapshot.step > upto or (frames and frames[-1].step >= snapshot.step):
            return frames
        # A look back comes to steps that were never shown before.
        return [*frames, self._on_show()]

    def _on_show(self) -> ReelFrame:
        """Return the snapshot as a frame, always the same one."""
        snapshot = self._display.snapshot
        if self._shown is None or self._shown[0] is not snapshot:
            self._shown = snapshot, frame_of(snapshot)
        return self._shown[1]

    def forget_others(self, pins: tuple[Pin, ...]) -> None:
        """Keep only what these pins and the frames of the reel need."""
        frames = {*self._display.runs.current.reel.frames, self._on_show()}
        self._known = {
            key: value for key, value in self._known.items() if key[0] in pins and key[1] in frames
        }
        self._passes.clear()

    def value(self, pin: Pin, frame: ReelFrame) -> float:
        """Return what a pin was in a frame."""
        key = pin, frame
        if key not in self._known:
            self._known[key] = self._read(pin, frame)
        return self._known[key]

    def _read(self, pin: Pin, frame: ReelFrame) -> float:
        if pin.row is None:
            vector = frame.gradients if pin.is_gradient else frame.parameters
            views = self._display.network.layout.views(vector)
            arrays = views.weights if pin.letter == "W" else views.biases
            return float(arrays[pin.layer - 1][pin.index])
        forward, backward = self._pass(pin.row, frame)
        array = _array(pin, forward, backward)
        *before, unit = pin.index
        return float(array[(*before, 0, unit)])

    def _pass(self, row: int, frame: ReelFrame) -> tuple[ForwardPass, BackwardPass]:
        key = row, frame
        if key not in self._passes:
            display, data = self._display, self._display.data
            if self._network is None or self._network.spec != display.spec:
                dtype = display.snapshot.experiment.dtype
                self._network = Network(display.spec, dtype=dtype)
            self._network.set_parameters(frame.parameters)
            inputs = data.train_inputs[row : row + 1]
            targets = encode_targets(data.train_targets[row : row + 1], data, display.spec)
            # Numbers that are not finite are shown as such.
            with np.errstate(all="ignore"):
                forward = self._network.forward(inputs)
                self._passes[key] = forward, self._network.backward(inputs, targets)
        return self._passes[key]


def _array(pin: Pin, forward: ForwardPass, backward: BackwardPass) -> FloatArray:
    arrays = {
        "z": forward.pre_activations,
        "a": forward.activations,
        "dz": backward.deltas,
    }
    return arrays[pin.buffer.rstrip("0123456789")][pin.layer - 1]
