"""From a request to data that can be trained on."""

from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from nnviz.core.table import look_up
from nnviz.data.datasets import DATASETS, Dataset
from nnviz.data.from_table import raw_data
from nnviz.data.generators import Recipe
from nnviz.data.prepared import PreparedData, RawData
from nnviz.data.request import DataSpec, TypedData
from nnviz.data.scaling import fit_scaling
from nnviz.data.splits import split_rows
from nnviz.data.tables import read_table
from nnviz.resource_paths import resource_path

Array = TypeVar("Array", bound=NDArray[Any])
_MOST_NUMBERS = 10_000_000


def load(spec: DataSpec) -> RawData:
    """Return the data that are asked for, as they are; their arrays are read-only.

    Raises
    ------
    ValueError
        If there is no such data set, or the file cannot be used.
    """
    if spec.typed is not None:
        raw = _typed(spec.typed)
    elif spec.file is not None:
        raw = raw_data(read_table(Path(spec.file)), spec.target, spec.drop_incomplete_rows)
    else:
        record = look_up(DATASETS, spec.dataset or "", "data set")
        raw = _bundled(record, spec) if record.make is None else _made(record, spec)
    _read_only(raw.inputs)
    _read_only(raw.targets)
    return raw


def prepare(spec: DataSpec) -> PreparedData:
    """Return the data that are asked for, split and scaled, read-only.

    The scaling is fitted on the training rows alone, so that nothing of the
    validation rows leaks into training. Targets of a regression are scaled in
    the same way; classes are not.

    Raises
    ------
    ValueError
        As :func:`load`.
    """
    raw = load(spec)
    classes = raw.targets.astype(np.int64) if raw.is_classification else None
    train, validation = split_rows(len(raw.inputs), spec.validation, spec.seed, classes)
    scaling = fit_scaling(spec.scaling, raw.inputs[train])
    targets = raw.targets
    target_scaling = fit_scaling("none", np.zeros((1, 1)))
    if not raw.is_classification:
        values = raw.targets.astype(np.float64)
        target_scaling = fit_scaling(spec.scaling, values[train])
        targets = target_scaling.apply(values)
    inputs = scaling.apply(raw.inputs)
    return PreparedData(
        raw=raw,
        scaling=scaling,
        target_scaling=target_scaling,
        train_rows=_read_only(train),
        validation_rows=_read_only(validation),
        train_inputs=_read_only(inputs[train]),
        validation_inputs=_read_only(inputs[validation]),
        train_targets=_read_only(targets[train]),
        validation_targets=_read_only(targets[validation]),
    )


def _made(record: Dataset, spec: DataSpec) -> RawData:
    assert record.make is not None
    recipe = Recipe(
        samples=record.samples if spec.samples is None else spec.samples,
        noise=record.noise if spec.noise is None else spec.noise,
        classes=(record.classes and spec.classes) or record.classes or 2,
        dimensions=(record.dimensions and spec.dimensions) or record.dimensions or 1,
        seed=spec.seed,
    )
    if recipe.samples * recipe.dimensions > _MOST_NUMBERS:
        raise ValueError(
            f"{recipe.samples:,} samples of {recipe.dimensions:,} dimensions are more than "
            f"{_MOST_NUMBERS:,} numbers: choose fewer samples or dimensions"
        )
    inputs, targets = record.make(recipe)
    is_classification = record.task == "classification"
    width = inputs.shape[1]
    return RawData(
        name=record.label,
        inputs=inputs,
        targets=targets,
        feature_names=_feature_names(width),
        class_names=_class_names(recipe.classes) if is_classification else (),
        target_name="class" if is_classification else "y",
        source="made by nnviz",
        notes=_unused(spec, record),
    )


def _typed(numbers: TypedData) -> RawData:
    inputs = np.array(numbers.inputs, dtype=np.float64)
    return RawData(
        name=numbers.title,
        inputs=inputs,
        targets=np.array(numbers.targets, dtype=np.float64),
        feature_names=_feature_names(inputs.shape[1]),
        class_names=(),
        target_name="y",
        source="typed in",
        is_typed=True,
    )


def _feature_names(width: int) -> tuple[str, ...]:
    return ("x",) if width == 1 else tuple(f"x{i}" for i in range(1, width + 1))


def _class_names(count: int) -> tuple[str, ...]:
    return tuple(f"class {number}" for number in range(count))


def _bundled(record: Dataset, spec: DataSpec) -> RawData:
    assert record.file is not None
    table = read_table(resource_path("datasets", record.file))
    raw = raw_data(table, record.target, drop_incomplete_rows=True)
    # Of the notes only rows that were left out are news here.
    notes = tuple(note for note in raw.notes if "left out" in note)
    return replace(
        raw,
        name=record.label,
        source=record.source,
        licence=record.licence,
        notes=(*notes, *_unused(spec, record)),
    )


def _unused(spec: DataSpec, record: Dataset) -> tuple[str, ...]:
    """Return a sentence for each choice that this data set does not offer."""
    offers = {
        "samples": record.make is not None,
        "noise": record.make is not None,
        "classes": record.classes is not None,
        "dimensions": record.dimensions is not None,
        "target": False,
    }
    return tuple(
        f"{record.label} has no choice of {name}: {getattr(spec, name)!r} is not used"
        for name, is_offered in offers.items()
        if not is_offered and getattr(spec, name) is not None
    )


def _read_only(array: Array) -> Array:
    array.flags.writeable = False
    return array
