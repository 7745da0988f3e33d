"""What the initialisation lab looks at, and what it can give to the experiment."""

from dataclasses import dataclass

import msgspec

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.signal_flow import FlowSetup, free_flow
from nnviz.core.spec import LayerSpec, NetworkSpec
from nnviz.gui.display import Display
from nnviz.training.experiment import ExperimentSpec, network_spec

SAMPLES = 200
MOST_DEPTH, MOST_WIDTH, MOST_STARTS = 50, 256, 50


@dataclass(frozen=True, slots=True)
class LabChoice:
    """What a person has chosen.

    Attributes
    ----------
    is_free
        Whether equal layers are looked at, with inputs from N(0, 1), in place of the
        network that is loaded.
    depth, width, activation
        Of the equal layers.
    initializer, std
        How weights start; the second matters to some only.
    starts
        How many starts are drawn.
    """

    is_free: bool = True
    depth: int = 10
    width: int = 64
    activation: str = "tanh"
    initializer: str = "glorot_uniform"
    std: float = 0.1
    starts: int = 20

    def with_start_of(self, experiment: ExperimentSpec) -> "LabChoice":
        """Return the same with the start that an experiment has."""
        model = experiment.model
        return LabChoice(
            self.is_free,
            self.depth,
            self.width,
            self.activation,
            model.initializer,
            model.initializer_std,
            self.starts,
        )


def free_setup(choice: LabChoice) -> FlowSetup:
    """Return the equal layers of a choice, and what is sent through them."""
    layer = LayerSpec(choice.width, choice.activation)
    start = NetworkSpec(
        choice.width,
        (layer,),
        initializer=choice.initializer,
        initializer_std=choice.std,
    )
    return free_flow(choice.depth, choice.width, layer, start, SAMPLES)


def loaded_setup(choice: LabChoice, display: Display) -> FlowSetup:
    """Return the network that is loaded, with this start, its batch and its own loss."""
    spec = msgspec.structs.replace(
        display.spec,
        initializer=choice.initializer,
        initializer_std=choice.std,
        start=None,
    )
    inputs, targets = display.batch_inputs.copy(), display.batch_targets.copy()
    return FlowSetup(spec, inputs, targets=targets)


def first_seed(choice: LabChoice, display: Display) -> int:
    """Return the seed of the first start: for the loaded network, that of its run."""
    if choice.is_free or not display.is_ready:
        return 0
    return display.snapshot.experiment.seed


def with_start(experiment: ExperimentSpec, choice: LabChoice) -> ExperimentSpec:
    """Return the experiment with the start that was chosen.

    The free lab gives its activation to all hidden layers too, which keep their sizes,
    pieces and dropout. Weights that were typed in make room for drawn ones.
    """
    record = INITIALIZERS[choice.initializer]
    changes: dict[str, object] = {"initializer": choice.initializer, "start": None}
    if record.uses_std:
        changes["initializer_std"] = choice.std
    if choice.is_free:
        changes["hidden_layers"] = tuple(
            _with_activation(layer, choice.activation) for layer in experiment.model.hidden_layers
        )
    model = msgspec.structs.replace(experiment.model, **changes)
    return msgspec.structs.replace(experiment, model=model)


def start_problem(display: Display, choice: LabChoice) -> str | None:
    """Return why the loaded experiment cannot start like that, or ``None``."""
    if not display.is_ready:
        return "there is no experiment yet"
    snapshot = display.snapshot
    wanted = with_start(snapshot.experiment, choice)
    try:
        reason = network_spec(wanted.model, snapshot.data).untrainable_reason
    except ValueError as error:
        return str(error)
    if reason is not None:
        return reason
    is_same = wanted == snapshot.experiment
    return "the loaded experiment starts like that already" if is_same else None


def start_words(choice: LabChoice) -> str:
    """Return a start in a few words."""
    record = INITIALIZERS[choice.initializer]
    words = f"{record.label} {choice.std:g}" if record.uses_std else record.label
    return f"{words} with {ACTIVATIONS[choice.activation].label}" if choice.is_free else words


def _with_activation(layer: LayerSpec, activation: str) -> LayerSpec:
    if layer.activation == activation:
        return layer
    return msgspec.structs.replace(layer, activation=activation, alpha=None)
