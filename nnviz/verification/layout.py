"""The layout of a file of cases, as the user guide describes it."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

Numbers = list[Any] | float | int


class Parameters(msgspec.Struct, frozen=True):
    """Weights fan_in x fan_out (maxout: pieces first) and biases of a layer."""

    W: list[Any]
    b: list[Any]


class LayerEntry(msgspec.Struct, frozen=True):
    """One layer of the architecture."""

    out: int
    kind: str = "dense"
    activation: str | None = None
    alpha: float | None = None
    pieces: int | None = None


class LayerValues(msgspec.Struct, frozen=True, rename={"dl_dz": "dL_dz", "dl_da": "dL_da"}):
    """What a layer computed; any of them may be left out."""

    z: Numbers | None = None
    a: Numbers | None = None
    dl_dz: Numbers | None = None
    dl_da: Numbers | None = None


class Penalty(msgspec.Struct, frozen=True):
    """The loss and its gradients with a penalty on the weights."""

    l1: float = 0.0
    l2: float = 0.0
    penalty: float | None = None
    total_loss: float | None = None
    gradients: list[Parameters] | None = None


class Clipping(msgspec.Struct, frozen=True):
    """The gradients after clipping by their norm."""

    max_norm: float
    total_norm: float | None = None
    gradients: list[Parameters] | None = None


class OptimiserRun(msgspec.Struct, frozen=True):
    """Some steps of an optimiser on this one batch."""

    config: dict[str, Any]
    cls: str | None = None
    loss_before_each_step: list[float] | None = None
    parameters_after_step: dict[str, list[Parameters]] | None = None


class Batch(msgspec.Struct, frozen=True, rename={"dl_dx": "dL_dX"}):
    """Inputs and targets, and every quantity that is to be checked."""

    X: list[Any]
    T: list[Any]
    layers: list[LayerValues] | None = None
    output: Numbers | None = None
    probabilities: Numbers | None = None
    loss: float | None = None
    per_sample_loss: list[Any] | None = None
    gradients: list[Parameters] | None = None
    dl_dx: Numbers | None = None
    clip_grad_norm: Clipping | None = None
    penalties: dict[str, Penalty] | None = None
    optimisers: dict[str, OptimiserRun] | None = None


class Case(msgspec.Struct, frozen=True):
    """A network with its parameters and batches."""

    id: str
    input_dim: int
    architecture: list[LayerEntry]
    loss: str
    parameters: list[Parameters]
    batches: dict[str, Batch]
    title: str = ""


class Meta(msgspec.Struct, frozen=True):
    """What holds for the whole file."""

    dtype: str = "float64"
    optimisers: dict[str, dict[str, Any]] = {}


class CaseFile(msgspec.Struct, frozen=True):
    """The whole file."""

    cases: list[Case]
    meta: Meta = Meta()


class CaseError(ValueError):
    """A file that cannot be checked; the message says where and what to do."""


def read_cases(path: Path) -> CaseFile:
    """Read a file of cases.

    Raises
    ------
    CaseError
        If it cannot be read, is no JSON, or has a bad key, which is named.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CaseError(f"{path} could not be read: {error.strerror}") from error
    try:
        return msgspec.json.decode(content, type=CaseFile)
    except msgspec.ValidationError as error:
        raise CaseError(f"{path}: {error}") from error
    except msgspec.DecodeError as error:
        raise CaseError(f"{path} is not JSON: {error}") from error


def array(numbers: object, where: str) -> NDArray[np.float64]:
    """Return nested lists as an array.

    Raises
    ------
    CaseError
        If rows have different lengths or something is no number.
    """
    try:
        values: NDArray[np.float64] = np.asarray(numbers, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise CaseError(
            f"{where} is no array of numbers: every row needs as many numbers as the others"
        ) from error
    return values
