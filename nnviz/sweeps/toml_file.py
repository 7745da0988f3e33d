"""Sweeps as TOML files: read with sentences for what is wrong, written as people would."""

import json
import math
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from nnviz.sweeps.errors import SweepError, sentence_of
from nnviz.sweeps.spec import SweepSpec


def read_sweep(path: Path) -> SweepSpec:
    """Return the sweep that a file describes.

    Raises
    ------
    SweepError
        If the file cannot be read, is no TOML, or describes no sweep.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8 text"
        raise SweepError(f"{path} cannot be read: {reason}") from error
    try:
        return sweep_of(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise SweepError(f"{path} is no TOML: {error}") from error
    except SweepError as error:
        raise SweepError(f"{path}: {error}") from error


def sweep_of(document: Mapping[str, Any]) -> SweepSpec:
    """Return the sweep that a document describes.

    Raises
    ------
    SweepError
        If it describes none; the message begins with the key.
    """
    try:
        return msgspec.convert(_with_nothings(document), SweepSpec)
    except msgspec.ValidationError as error:
        raise SweepError(sentence_of(error)) from error


def _with_nothings(document: Mapping[str, Any]) -> dict[str, Any]:
    """Put in what TOML cannot say: no limit to a batch, no data set beside a file."""
    whole = dict(document)
    experiment = whole.get("experiment")
    if not isinstance(experiment, dict):
        return whole
    whole["experiment"] = experiment = dict(experiment)
    if experiment.get("batch_size") == "full":
        experiment["batch_size"] = None
    data = experiment.get("data")
    if isinstance(data, dict) and ("file" in data or "typed" in data):
        experiment["data"] = {"dataset": None} | data
    return whole


def sweep_text(spec: SweepSpec) -> str:
    """Write a sweep as TOML; :func:`sweep_of` reads the same sweep from it.

    Every field of the experiment is there, so that the file means the same in a later version
    whose defaults are others.
    """
    document = msgspec.to_builtins(spec)
    if document["experiment"]["batch_size"] is None:
        document["experiment"]["batch_size"] = "full"
    settings = document.pop("settings")
    lines = list(_table("", document))
    for setting in settings:
        lines += ["", "[[settings]]", *(f"{key} = {_value(each)}" for key, each in setting.items())]
    return "\n".join(lines) + "\n"


def _table(name: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a table, its own keys before the tables in it."""
    given = {key: value for key, value in table.items() if value is not None}
    plain = {key: value for key, value in given.items() if not isinstance(value, dict)}
    if name and plain:
        yield from ("", f"[{name}]")
    for key, value in plain.items():
        yield f"{key} = {_value(value)}"
    for key, value in given.items():
        if isinstance(value, dict):
            yield from _table(f"{name}.{key}" if name else key, value)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        pairs = (f"{key} = {_value(each)}" for key, each in value.items() if each is not None)
        return f"{{ {', '.join(pairs)} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    # A string of JSON is a string of TOML, as long as nothing beyond ASCII is written as a pair.
    return json.dumps(value, ensure_ascii=False)
