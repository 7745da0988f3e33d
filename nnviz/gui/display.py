"""Display: the newest snapshot and what follows from it, worked out at most once.

Views read a Display and never compute in their paint event; two views that need
the same forward pass share it.
"""

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from nnviz.core.layout import ParameterViews
from nnviz.core.network import ForwardPass, Network
from nnviz.core.spec import NetworkSpec
from nnviz.data.prepared import PreparedData
from nnviz.gui.input_plane import InputPlane, plane_through, telling_columns
from nnviz.gui.output_map import OutputMap, map_outputs
from nnviz.gui.playback import Playback
from nnviz.gui.run_records import GradientNorms, RunRecords
from nnviz.gui.selection import Selection, UnitRef
from nnviz.gui.time_travel import TimeTravel
from nnviz.gui.tracking import Tracking
from nnviz.gui.trial import Trial
from nnviz.gui.watch_list import WatchList
from nnviz.gui.wishes import Wishes
from nnviz.training.history import LossHistory
from nnviz.training.snapshot import Evaluation, LossChunk, Snapshot
from nnviz.training.targets import encode_targets

FloatArray = NDArray[np.floating]
Result = TypeVar("Result")


class Display:
    """What the views read.

    Attributes
    ----------
    selection
        The selection that all views share.
    playback
        The walk through a recorded step; while there is one, the batch is its batch.
    travel
        Where in the run a person looks, and the ways to other steps and runs.
    runs
        The losses and figures of this run, and of those that can be recalled.
    wishes
        How views ask for what lies outside themselves.
    watch_list
        The numbers that a person keeps an eye on.
    trial
        Weights that a person tries out in place of those of the run.
    tracking
        What one parameter went through in the last steps, for whoever asks.
    """

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.playback = Playback(selection)
        self.playback.trace_changed.connect(self._forget_batch)
        self.travel = TimeTravel(self.playback)
        self.runs = RunRecords()
        self.wishes = Wishes()
        self.watch_list = WatchList()
        self.trial = Trial(self._put)
        self.tracking = Tracking(self.wishes)
        self._snapshot: Snapshot | None = None
        self._network: Network | None = None
        self._columns: tuple[int, int] | None = None
        self._telling_columns = (0, 0)
        self._cache: dict[object, object] = {}
        # Connected before any view is: what does not exist reaches none of them.
        selection.selection_changed.connect(self._check_selection)

    def show(self, snapshot: Snapshot) -> bool:
        """Take over a snapshot; return whether it begins a new generation."""
        is_new, old = self.runs.show(snapshot), self._snapshot
        if is_new:
            self._begin(snapshot)
        self._put(snapshot)
        if old and (old.network != snapshot.network or old.data is not snapshot.data):
            self._forget_walk()
        self.runs.current.note(snapshot, self._gradient_norms)
        self.trial.give_way()
        return is_new

    def _put(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._cache.clear()
        self.network.set_parameters(snapshot.parameters)

    def add_losses(self, chunk: LossChunk) -> None:
        """Append training losses to their run; those of no run that is known are dropped."""
        self.runs.add_losses(chunk)

    @property
    def losses(self) -> LossHistory:
        """Every training loss of this run, as a min/max pyramid."""
        return self.runs.current.losses

    @property
    def evaluations(self) -> list[Evaluation]:
        """The evaluations of this run, oldest first."""
        return self.runs.current.evaluations

    @property
    def gradient_norms(self) -> GradientNorms:
        """One (step, norms per layer) per snapshot that was shown, oldest first.

        Thinned out by half whenever there are very many.
        """
        return self.runs.current.gradient_norms

    def _forget_batch(self) -> None:
        for key in ("batch", "pass"):
            self._cache.pop(key, None)

    def _forget_walk(self) -> None:
        """Give up a recorded step of another network or of other data: it fits no more."""
        playback = self.playback
        if playback.walk is not None:
            playback.stop()
            playback.walk = None
            playback.trace_changed.emit()
            playback.place_changed.emit()

    def _check_selection(self) -> None:
        """Select nothing, where a view still shows a network that is gone."""
        if not self.is_ready:
            return
        unit, edge = self.selection.unit, self.selection.edge
        chosen = [unit] if unit else []
        if edge:
            chosen = [UnitRef(edge.layer - 1, edge.source), UnitRef(edge.layer, edge.target)]
        sizes = self.spec.layer_sizes
        if any(place.layer >= len(sizes) or place.index >= sizes[place.layer] for place in chosen):
            self.selection.select_unit(None)

    def _begin(self, snapshot: Snapshot) -> None:
        if self._snapshot is None or self._snapshot.network != snapshot.network:
            self.selection.select_unit(None)
        if self._snapshot is None or self._snapshot.data is not snapshot.data:
            self._telling_columns = telling_columns(snapshot.data)
        if self._snapshot is None or self._snapshot.data.input_size != snapshot.data.input_size:
            self._columns = None
        self._network = Network(snapshot.network, dtype=snapshot.experiment.dtype)

    def _gradient_norms(self, snapshot: Snapshot) -> tuple[float, ...]:
        return tuple(
            float(np.linalg.norm(snapshot.gradients[block.start : block.stop]))
            for block in self.network.layout.blocks
        )

    @property
    def is_ready(self) -> bool:
        """Whether there is anything to show yet."""
        return self._snapshot is not None

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot.

        Raises
        ------
        LookupError
            Before the first one; ask ``is_ready``.
        """
        if self._snapshot is None:
            raise LookupError("a Display has no snapshot before the first show()")
        return self._snapshot

    @property
    def spec(self) -> NetworkSpec:
        """The network that is being trained."""
        return self.snapshot.network

    @property
    def data(self) -> PreparedData:
        """The data that it is trained on."""
        return self.snapshot.data

    @property
    def network(self) -> Network:
        """A network with the snapshot's parameters; read it, do not train it."""
        if self._network is None:
            raise LookupError("a Display has no network before the first show()")
        return self._network

    @property
    def gradients(self) -> ParameterViews:
        """The last step's gradients: ``.weights[i]`` and ``.biases[i]`` like a Network's."""
        return self._once("gradients", lambda: self.network.layout.views(self.snapshot.gradients))

    @property
    def batch_rows(self) -> NDArray[np.int64]:
        """Row numbers of the current batch in the training set; none of numbers typed in."""
        trace = self.playback.trace
        if trace is None:
            return self.snapshot.batch_rows
        return np.zeros(0, dtype=np.int64) if trace.rows is None else trace.rows

    @property
    def batch_inputs(self) -> FloatArray:
        """Inputs of the current batch, n x d, scaled."""
        trace = self.playback.trace
        if trace is not None:
            return trace.value("x")
        return self._once("batch", lambda: self.data.train_inputs[self.batch_rows])

    @property
    def batch_targets(self) -> FloatArray:
        """Targets of the current batch as the loss compares the outputs with them, n x k."""
        trace = self.playback.trace
        if trace is not None:
            return trace.value("t")
        targets = self.data.train_targets[self.batch_rows]
        return encode_targets(targets, self.data, self.spec)

    @property
    def batch_pass(self) -> ForwardPass:
        """The forward pass of the current batch, with the snapshot's parameters."""
        return self._once("pass", lambda: self.network.forward(self.batch_inputs))

    @property
    def sample_index(self) -> int:
        """Position of the selected sample in the batch, within the batch for certain."""
        return min(self.selection.sample, len(self.batch_inputs) - 1)

    @property
    def plane(self) -> InputPlane:
        """The plane through input space that is looked along."""
        columns = self._columns or self._telling_columns
        return self._once(("plane", columns), lambda: plane_through(self.data, columns))

    def set_plane_columns(self, right: int, up: int) -> None:
        """Look along these two input columns from now on."""
        self._columns = (right, up)
        self._cache.clear()

    def responses(self, cells: int = 40) -> tuple[FloatArray, ...]:
        """Return every unit's activation over the plane, the inputs first.

        Each layer is units x cells x cells, ``[unit, row upwards, column]``; good
        until the next snapshot.
        """
        return self._once(("responses", cells), lambda: self._responses(cells))

    def _responses(self, cells: int) -> tuple[FloatArray, ...]:
        grid = self.plane.grid(cells)
        layers = (grid.T, *self.network.responses(grid))
        return tuple(layer.reshape(-1, cells, cells) for layer in layers)

    def output_map(self, cells: int = 100) -> OutputMap:
        """Return the network's answers over the plane."""
        return self._once(
            ("outputs", cells), lambda: map_outputs(self.network, self.data, self.plane, cells)
        )

    def output_curve(self, points: int = 400) -> tuple[FloatArray, FloatArray]:
        """Return (x, y), the predictions along the first column of the plane.

        x holds ``points`` scaled inputs, y is points x k.
        """
        inputs = self.plane.line(points)
        return inputs[:, self.plane.columns[0]], self.network.predict(inputs)

    def _once(self, key: object, work: Callable[[], Result]) -> Result:
        if key not in self._cache:
            self._cache[key] = work()
        return cast(Result, self._cache[key])
