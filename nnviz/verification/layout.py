"""The layout of a file of cases, as the user guide describes it: what it must hold, and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nnviz.verification.document import CaseError, MalformedError, Node, read_document
from nnviz.verification.torch_names import ACTIVATION_NAMES, LOSS_NAMES, Named, read_name

Values = NDArray[np.float64]
_LOSS_OPTIONS = (
    "delta",
    "beta",
    "margin",
    "reduction",
    "label_smoothing",
    "weight",
    "pos_weight",
    "ignore_index",
    "p",
)
_ACTIVATION_OPTIONS = (
    "alpha",
    "negative_slope",
    "slope",
    "pieces",
    "approximate",
    "beta",
    "threshold",
)


@dataclass(frozen=True, slots=True)
class Given:
    """Numbers of the file, and where they are."""

    values: Values
    path: str


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """One layer of the architecture."""

    size: int
    activation: Named
    pieces: int
    node: Node


@dataclass(frozen=True, slots=True)
class Parameters:
    """Weights fan_in x fan_out (maxout: pieces first) and biases of a layer, if it has any."""

    weights: Given
    biases: Given | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Inputs and targets; the node holds every quantity that is to be checked."""

    name: str
    inputs: Given
    targets: Given
    node: Node


@dataclass(frozen=True, slots=True)
class Case:
    """A network with its parameters and batches."""

    id: str
    input_size: int
    layers: tuple[LayerEntry, ...]
    loss: Named
    parameters: tuple[Parameters, ...]
    batches: Mapping[str, Batch]
    node: Node
    dtype: str = "float64"


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The whole file; ``optimizers`` says what the names of runs stand for."""

    cases: tuple[Case, ...]
    dtype: str
    optimizers: Mapping[str, Node]
    node: Node


def read_cases(path: Path) -> CaseFile:
    """Read a file of cases.

    Raises
    ------
    CaseError
        If it cannot be read, is no JSON, or has a bad key, which is named.
    """
    node = read_document(path)
    try:
        return _file(node)
    except MalformedError as error:
        raise MalformedError(f"{path}: {error}") from error


def read_parameters(node: Node) -> tuple[Parameters, ...]:
    """Read the weights and biases, or their gradients, of all layers."""
    return tuple(_parameters(entry) for entry in node.elements())


def given(node: Node, *, finite: bool = False) -> Given:
    """Read numbers."""
    return Given(node.array(finite=finite), node.path)


def _file(node: Node) -> CaseFile:
    meta = node.get("meta")
    dtype = meta.get("dtype") if meta is not None else None
    name = "float64" if dtype is None else dtype.text().removeprefix("torch.")
    if dtype is not None and name not in ("float64", "float32", "double", "float"):
        raise dtype.problem('"float64" or "float32"')
    optimizers = meta.get("optimisers", "optimizers") if meta is not None else None
    name = "float32" if name in ("float32", "float") else "float64"
    return CaseFile(
        tuple(_case(entry, name) for entry in node.need("cases").elements()),
        name,
        {} if optimizers is None else dict(optimizers.items()),
        node,
    )


def _case(node: Node, dtype: str) -> Case:
    name = node.need("id").text()
    size = node.need("input_dim", "input_size", "in_features")
    layers = tuple(_layer(entry) for entry in node.need("architecture", "layers").elements())
    if not layers:
        raise node.need("architecture", "layers").problem("at least one layer")
    batches = node.need("batches")
    return Case(
        name,
        size.whole(),
        layers,
        _loss(node),
        tuple(_parameters(entry, finite=True) for entry in node.need("parameters").elements()),
        {name: _batch(name, batch) for name, batch in batches.items()},
        node,
        dtype,
    )


def _layer(node: Node) -> LayerEntry:
    size = node.need("out", "out_features", "units", "size").whole()
    kind = node.get("kind", "type")
    is_maxout = kind is not None and kind.text().lower() == "maxout"
    if kind is not None and kind.text().lower() not in ("dense", "linear", "maxout"):
        raise kind.problem('"dense" or "maxout"')
    where = node.get("activation")
    if is_maxout:
        if where is not None:
            where.text()
        activation = Named("maxout", "maxout", node.path)
    elif where is None:
        activation = Named("linear", "linear", node.path)
    elif where.is_object:
        activation = _with_options(where.need("name", "kind", "type", "cls"), where)
    else:
        activation = read_name(where, ACTIVATION_NAMES)
    options = {**activation.options, **_options(node, _ACTIVATION_OPTIONS)}
    pieces = options.pop("pieces", None)
    named = Named(activation.name, activation.given, activation.path, options)
    return LayerEntry(size, named, 2 if pieces is None else pieces.whole(2), node)


def _with_options(name: Node, node: Node) -> Named:
    named = read_name(name, ACTIVATION_NAMES)
    more = {key: found for key, found in node.items() if found.path != name.path}
    return Named(named.name, named.given, node.path, {**named.options, **more})


def _options(node: Node, names: tuple[str, ...]) -> dict[str, Node]:
    return {name: found for name in names if (found := node.get(name)) is not None}


def _loss(node: Node) -> Named:
    where = node.need("loss")
    sources = [node.get(key) for key in ("loss_options", "loss_config", "loss_args", "loss_kwargs")]
    if where.is_object:
        named = read_name(where.need("name", "kind", "type", "cls"), LOSS_NAMES)
        sources.append(where)
    else:
        named = read_name(where, LOSS_NAMES)
    options = {**named.options, **_options(node, _LOSS_OPTIONS)}
    for source in sources:
        if source is not None:
            options |= {
                name: found
                for name, found in source.items()
                if name not in ("name", "kind", "type", "cls")
            }
    return Named(named.name, named.given, where.path, options)


def _parameters(node: Node, *, finite: bool = False) -> Parameters:
    biases = node.get("b", "bias")
    return Parameters(
        given(node.need("W", "weight"), finite=finite),
        None if biases is None else given(biases, finite=finite),
    )


def _batch(name: str, node: Node) -> Batch:
    return Batch(
        name,
        given(node.need("X", "x"), finite=True),
        given(node.need("T", "t", "y"), finite=True),
        node,
    )


__all__ = ["CaseError", "CaseFile", "Given", "MalformedError", "read_cases"]
