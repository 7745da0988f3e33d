"""Prepared data: split, scaled by the training rows alone, and read-only."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data.datasets import DATASETS
from nnviz.data.prepare import load, prepare
from nnviz.data.prepared import PreparedData
from nnviz.data.request import DataSpec
from nnviz.data.scaling import SCALINGS
from nnviz.data.splits import split_rows


@pytest.fixture(params=DATASETS)
def data(request: pytest.FixtureRequest) -> PreparedData:
    """Every data set in turn, prepared in the usual way."""
    return prepare(DataSpec(dataset=request.param))


def test_that_sizes_agree(data: PreparedData) -> None:
    train, validation = len(data.train_rows), len(data.validation_rows)
    assert train + validation == len(data.raw.inputs) == len(data.raw.targets)
    assert data.train_inputs.shape == (train, data.input_size)
    assert data.validation_inputs.shape == (validation, data.input_size)
    assert data.input_size == len(data.raw.feature_names)
    assert abs(validation / (train + validation) - 0.25) < 0.01


def test_that_the_rows_are_those_of_the_source(data: PreparedData) -> None:
    np.testing.assert_array_equal(
        data.train_inputs, data.scaling.apply(data.raw.inputs[data.train_rows])
    )
    np.testing.assert_array_equal(
        data.validation_inputs, data.scaling.apply(data.raw.inputs[data.validation_rows])
    )
    if data.is_classification:
        np.testing.assert_array_equal(data.train_targets, data.raw.targets[data.train_rows])


def test_that_the_scaling_is_fitted_on_the_training_rows_alone(data: PreparedData) -> None:
    train = data.raw.inputs[data.train_rows]
    changes = np.ptp(train, axis=0) > 0
    np.testing.assert_allclose(data.scaling.offset, train.mean(axis=0), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(data.scaling.scale[changes], train.std(axis=0)[changes])
    np.testing.assert_allclose(data.train_inputs.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(data.train_inputs.std(axis=0), changes, atol=1e-12)


def test_that_targets_of_a_regression_are_scaled_and_classes_are_not(data: PreparedData) -> None:
    if data.is_classification:
        assert data.target_scaling.kind == "none"
        assert data.train_targets.dtype == np.int64
        assert data.class_count == len(data.raw.class_names) == len(np.unique(data.raw.targets))
        assert data.target_size == 1
        return
    assert data.class_count == 0
    assert data.target_size == data.train_targets.shape[1] == 1
    np.testing.assert_allclose(data.train_targets.std(), 1)
    np.testing.assert_allclose(
        data.target_scaling.undo(data.validation_targets.astype(np.float64)),
        data.raw.targets[data.validation_rows],
        atol=1e-9,
    )


def test_that_every_class_is_in_training_and_held_back(data: PreparedData) -> None:
    if data.is_classification:
        held, everything = (
            np.bincount(targets.astype(np.int64))
            for targets in (data.validation_targets, data.raw.targets)
        )
        shares = held / everything
        assert np.abs(shares - 0.25).max() < 0.02


def test_that_nothing_can_be_written_to(data: PreparedData) -> None:
    arrays = [
        data.raw.inputs,
        data.raw.targets,
        data.train_rows,
        data.validation_rows,
        data.train_inputs,
        data.validation_inputs,
        data.train_targets,
        data.validation_targets,
        data.scaling.offset,
        data.scaling.scale,
        data.target_scaling.offset,
        data.target_scaling.scale,
    ]
    assert not any(array.flags.writeable for array in arrays)


@pytest.mark.parametrize("scaling", SCALINGS)
@pytest.mark.parametrize("name", ["circles", "linear"])
def test_that_the_chosen_scaling_is_used(name: str, scaling: str) -> None:
    data = prepare(DataSpec(dataset=name, scaling=scaling))
    assert data.scaling.kind == scaling
    assert data.target_scaling.kind == ("none" if data.is_classification else scaling)
    if scaling == "none":
        np.testing.assert_array_equal(data.train_inputs, data.raw.inputs[data.train_rows])
    if scaling == "min_max":
        assert data.train_inputs.min() == 0
        assert data.train_inputs.max() == 1


def test_that_nothing_is_held_back_when_nothing_is_to_be() -> None:
    data = prepare(DataSpec(dataset="iris", validation=0))
    assert len(data.train_rows) == 150
    assert data.validation_inputs.shape == (0, 4)
    assert data.validation_targets.shape == (0,)


def test_that_a_seed_decides_rows_and_split() -> None:
    first, again, other = (prepare(DataSpec(dataset="iris", seed=seed)) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.train_inputs, again.train_inputs)
    assert first.validation_rows.tolist() == again.validation_rows.tolist()
    assert first.validation_rows.tolist() != other.validation_rows.tolist()


@settings(deadline=None)
@given(
    name=st.sampled_from([name for name in DATASETS if DATASETS[name].kind == "made"]),
    samples=st.integers(4, 40),
    validation=st.floats(0, 0.99),
    scaling=st.sampled_from(list(SCALINGS)),
    seed=st.integers(0, 1000),
)
def test_that_any_small_set_can_be_prepared(
    name: str, samples: int, validation: float, scaling: str, seed: int
) -> None:
    data = prepare(
        DataSpec(dataset=name, samples=samples, validation=validation, scaling=scaling, seed=seed)
    )
    assert np.isfinite(data.train_inputs).all()
    assert np.isfinite(data.validation_inputs).all()
    if data.is_classification:
        assert set(data.train_targets.tolist()) == set(data.raw.targets.tolist())


def test_that_a_file_is_prepared_like_a_data_set(tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    rows = "".join(f"{n},{n % 7},{'oak' if n % 2 else 'elm'}\n" for n in range(40))
    path.write_text(f"a,b,kind\n{rows}", encoding="utf-8")
    data = prepare(DataSpec(dataset=None, file=str(path), target="kind", seed=2))
    assert data.raw.name == "flowers.csv"
    assert data.raw.source == str(path)
    assert data.raw.class_names == ("elm", "oak")
    classes = data.raw.targets.astype(np.int64)
    train, validation = split_rows(40, 0.25, 2, classes)
    assert data.train_rows.tolist() == train.tolist()
    assert data.validation_rows.tolist() == validation.tolist()


def test_that_rows_of_a_file_are_left_out_only_on_request(tmp_path: Path) -> None:
    path = tmp_path / "flowers.csv"
    path.write_text("a,y\n1,2.5\n,3.5\n2,4.5\n3,1.5\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"row 2 \(line 3\), column 1 \(a\): empty"):
        load(DataSpec(dataset=None, file=str(path)))
    raw = load(DataSpec(dataset=None, file=str(path), drop_incomplete_rows=True))
    assert "1 of 4 rows are left out: 1 with missing cells" in raw.notes


def test_that_an_unknown_data_set_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match="did you mean 'spiral'"):
        load(DataSpec(dataset="spirale"))


@pytest.mark.parametrize(
    "document",
    [
        '{"dataset": "iris", "file": "a.csv"}',
        '{"dataset": null}',
        '{"scaling": "standardize"}',
        '{"samples": 3}',
        '{"noise": -0.1}',
        '{"classes": 6}',
        '{"dimensions": 0}',
        '{"seed": -1}',
        '{"validation": 1}',
        '{"colour": "red"}',
    ],
)
def test_that_a_senseless_request_is_refused(document: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(document, type=DataSpec)


def test_that_a_request_survives_json() -> None:
    spec = DataSpec(dataset=None, file="a.csv", target="y", drop_incomplete_rows=True, seed=9)
    assert msgspec.json.decode(msgspec.json.encode(spec), type=DataSpec) == spec
