"""SweepSpec: one experiment, several starts, and up to two settings that vary."""

import difflib
import math
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

import msgspec

from nnviz.sweeps.errors import SweepError, sentence_of
from nnviz.training.experiment import ExperimentSpec, drawn_anew

MOST_STARTS = 64
MOST_RUNS = 4096
MOST_STEPS = 10_000_000
MOST_SETTINGS = 2

Value: TypeAlias = Any
Count = Annotated[int, msgspec.Meta(ge=1, le=MOST_STEPS)]


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One setting that varies.

    Attributes
    ----------
    name
        Where it is in an ExperimentSpec, such as ``"optimizer.learning_rate"``. A name
        that leads through ``model.hidden_layers`` means every hidden layer.
    values
        What it takes, one after another. ``"full"`` is a batch of all rows; hidden
        layers may be given by their sizes, as in ``[16, 16]``.
    """

    name: str
    values: tuple[Value, ...]

    def __post_init__(self) -> None:
        """Refuse a setting without values, or with one of them twice."""
        if not self.values:
            raise ValueError(f"{self.name} has no values: give at least one")
        if any(value in self.values[:place] for place, value in enumerate(self.values)):
            raise ValueError(f"{self.name} has a value twice: give each once")


class SweepSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a sweep trains.

    Attributes
    ----------
    experiment
        What all runs share.
    steps, epochs
        How long each run is: one of the two.
    seeds
        How many starts, counted up from the seed of the experiment; or the seeds
        themselves. A seed decides starting weights and shuffles; data and split are
        those of the experiment in all runs.
    settings
        None, one or two that vary; every combination is a cell of the grid.
    """

    experiment: ExperimentSpec = ExperimentSpec()
    steps: Count | None = None
    epochs: Count | None = None
    seeds: int | tuple[Annotated[int, msgspec.Meta(ge=0)], ...] = 10
    settings: tuple[Setting, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what makes no sense together."""
        if (self.steps is None) == (self.epochs is None):
            raise ValueError("say how long each run is: give either steps or epochs, one of them")
        starts = self.seeds if isinstance(self.seeds, int) else len(self.seeds)
        if not 1 <= starts <= MOST_STARTS:
            raise ValueError(f"seeds asks for {starts} starts: choose from 1 to {MOST_STARTS}")
        if not isinstance(self.seeds, int) and len(set(self.seeds)) < starts:
            raise ValueError("seeds names a seed twice: give each once")
        if len(self.settings) > MOST_SETTINGS:
            raise ValueError(f"{len(self.settings)} settings vary: choose {MOST_SETTINGS} at most")
        if len({setting.name for setting in self.settings}) < len(self.settings):
            raise ValueError(f"{self.settings[0].name} varies twice: put all its values into one")
        if self.run_count > MOST_RUNS:
            raise ValueError(
                f"this makes {self.run_count:,} runs, and {MOST_RUNS:,} is the most: "
                "take fewer seeds or values"
            )

    @property
    def seed_list(self) -> tuple[int, ...]:
        """The seeds themselves."""
        if isinstance(self.seeds, int):
            first = self.experiment.seed
            return tuple(range(first, first + self.seeds))
        return self.seeds

    @property
    def shape(self) -> tuple[int, int]:
        """Values of the first and of the second setting; 1 where there is none."""
        counts = [len(setting.values) for setting in self.settings] + [1, 1]
        return counts[0], counts[1]

    @property
    def run_count(self) -> int:
        """Number of runs: cells times starts."""
        return math.prod(self.shape) * len(self.seed_list)


def with_settings(
    experiment: ExperimentSpec, values: Mapping[str, Value], seed: int
) -> ExperimentSpec:
    """Return the experiment with other settings, started from a seed.

    Parameters
    ----------
    experiment
        What is changed.
    values
        By dotted names, as in :class:`Setting`.
    seed
        Decides starting weights and shuffles.

    Raises
    ------
    SweepError
        If there is no such setting, or the experiment refuses the value.
    """
    document = msgspec.to_builtins(drawn_anew(experiment, seed))
    for name, value in values.items():
        if name == "seed":
            raise SweepError("seed varies by itself: list the seeds under `seeds`")
        _put(document, name, _as_field(document, name, value))
    try:
        return msgspec.convert(document, ExperimentSpec)
    except (msgspec.ValidationError, ValueError) as error:
        said = ", ".join(f"{name} = {value_text(value)}" for name, value in values.items())
        what = sentence_of(error)
        if len(values) == 1:
            what = what.removeprefix(f"{next(iter(values))}: ")
        raise SweepError(f"{said or 'experiment'}: {what}") from error


def short_name(name: str) -> str:
    """Return what people call a setting: ``learning rate``, ``optimizer``."""
    *_, owner, last = ("", *name.split("."))
    return (owner if last == "name" else last).replace("_", " ")


def value_text(value: Value) -> str:
    """Write a value of a setting as a person would type it; see ``parse_values``."""
    if isinstance(value, list | tuple):
        if all(isinstance(size, int) for size in value):
            return "-".join(map(str, value)) if value else "none"
        return msgspec.json.encode(value).decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def parse_values(name: str, text: str) -> tuple[Value, ...]:
    """Read values of a setting that were typed, parted by commas.

    Hidden layers are written as sizes, ``8, 16-16, none``.

    Raises
    ------
    SweepError
        If there is none, or one is empty.
    """
    words = [word.strip().replace("\N{MINUS SIGN}", "-") for word in text.split(",")]
    if not all(words):
        raise SweepError(f"type the values of {name} with commas between them, such as 0.01, 0.1")
    return tuple(_parse(name, word) for word in words)


def _parse(name: str, word: str) -> Value:
    if name == "model.hidden_layers":
        sizes = [] if word == "none" else word.split("-")
        if all(size.isdigit() for size in sizes):
            return tuple(map(int, sizes))
        raise SweepError(f"{word!r} are no hidden layers: write their sizes, such as 16-16")
    if word in ("true", "false"):
        return word == "true"
    for read in (int, float):
        try:
            return read(word)
        except ValueError:
            continue
    return word


def _as_field(document: Mapping[str, Any], name: str, value: Value) -> Value:
    """Return what the experiment's field holds for a value as people write it."""
    if name == "batch_size" and value == "full":
        return None
    if name == "model.hidden_layers":
        layers = document["model"]["hidden_layers"]
        like = dict(layers[0]) if layers else {}
        sizes = value if isinstance(value, list | tuple) else [value]
        return [like | ({"size": size} if isinstance(size, int) else size) for size in sizes]
    return value


def _put(document: Any, name: str, value: Value) -> None:
    """Put a value into a document, at the end of a dotted path."""
    *way, last = name.split(".")
    places = [document]
    for key in way:
        places = [below for place in places for below in _below(place, key, name)]
    for place in places:
        if last not in place:
            raise _unknown(name, document)
        place[last] = value


def _below(place: Any, key: str, name: str) -> list[Any]:
    found = place.get(key) if isinstance(place, dict) else None
    if isinstance(found, dict):
        return [found]
    if isinstance(found, list | tuple):
        return [each for each in found if isinstance(each, dict)]
    raise _unknown(name, place)


def _unknown(name: str, document: Any) -> SweepError:
    known = setting_names()
    near = difflib.get_close_matches(name, known, n=1) or difflib.get_close_matches(
        name.rpartition(".")[2], [each.rpartition(".")[2] for each in known], n=1
    )
    whole = [each for each in known if each.endswith(near[0])] if near else []
    hint = f"; did you mean {whole[0]!r}?" if whole else ""
    return SweepError(f"{name!r} is no setting of an experiment{hint}")


def setting_names() -> tuple[str, ...]:
    """List every dotted name that can vary, in the order of the fields."""
    names: list[str] = []

    def walk(document: Mapping[str, Any], front: str) -> None:
        for key, value in document.items():
            below = value[0] if isinstance(value, list | tuple) and value else value
            names.append(f"{front}{key}")
            if isinstance(below, dict):
                if below is value:
                    names.pop()
                walk(below, f"{front}{key}.")

    walk(msgspec.to_builtins(ExperimentSpec()), "")
    return tuple(name for name in names if name != "seed")
