"""Bundled data against what is published about them."""

import re

import numpy as np
import pytest

from nnviz.data.datasets import DATASETS
from nnviz.data.prepare import load
from nnviz.data.prepared import RawData
from nnviz.data.request import DataSpec
from nnviz.resource_paths import resource_path

BUNDLED = [name for name, record in DATASETS.items() if record.kind == "bundled"]


def bundled(name: str) -> RawData:
    return load(DataSpec(dataset=name))


def test_that_all_that_was_promised_is_there() -> None:
    assert sorted(BUNDLED) == ["diabetes", "digits", "iris", "penguins", "wine"]


@pytest.mark.parametrize("name", DATASETS)
def test_that_a_record_is_filed_under_its_own_name(name: str) -> None:
    record = DATASETS[name]
    assert record.name == name
    assert record.label
    assert record.summary


@pytest.mark.parametrize(
    ("name", "shape", "counts"),
    [
        ("iris", (150, 4), {"setosa": 50, "versicolor": 50, "virginica": 50}),
        ("penguins", (342, 4), {"Adelie": 151, "Chinstrap": 68, "Gentoo": 123}),
        ("wine", (178, 13), {"cultivar 1": 59, "cultivar 2": 71, "cultivar 3": 48}),
        (
            "digits",
            (1797, 64),
            dict(
                zip("0123456789", (178, 182, 177, 183, 181, 182, 181, 179, 174, 180), strict=True)
            ),
        ),
        ("diabetes", (442, 10), {}),
    ],
)
def test_that_rows_columns_and_classes_are_the_published_ones(
    name: str, shape: tuple[int, int], counts: dict[str, int]
) -> None:
    raw = bundled(name)
    assert raw.inputs.shape == shape
    assert raw.class_names == tuple(counts)
    if counts:
        assert np.bincount(raw.targets.astype(np.int64)).tolist() == list(counts.values())
    assert len(set(raw.feature_names)) == shape[1]


def test_that_iris_has_the_published_summary() -> None:
    # The summary of the data set's own description file, with the corrected rows 35 and 38.
    inputs = bundled("iris").inputs
    np.testing.assert_array_equal(inputs.min(axis=0), [4.3, 2.0, 1.0, 0.1])
    np.testing.assert_array_equal(inputs.max(axis=0), [7.9, 4.4, 6.9, 2.5])
    np.testing.assert_allclose(inputs.mean(axis=0), [5.8433, 3.0573, 3.7580, 1.1993], atol=5e-5)
    np.testing.assert_array_equal(inputs[34], [4.9, 3.1, 1.5, 0.2])
    np.testing.assert_array_equal(inputs[37], [4.9, 3.6, 1.4, 0.1])


def test_that_penguins_have_the_published_means() -> None:
    # Means of the 342 measured birds, as in the documentation of palmerpenguins.
    inputs = bundled("penguins").inputs
    np.testing.assert_allclose(inputs.mean(axis=0), [43.92, 17.15, 200.92, 4201.75], atol=5e-3)


def test_that_penguins_say_which_rows_were_left_out() -> None:
    assert bundled("penguins").notes == ("2 of 344 rows are left out: 2 with missing cells",)


def test_that_wine_has_the_published_ranges() -> None:
    raw = bundled("wine")
    ranges = {
        name: (low, high)
        for name, low, high in zip(
            raw.feature_names, raw.inputs.min(axis=0), raw.inputs.max(axis=0), strict=True
        )
    }
    assert ranges["alcohol"] == (11.03, 14.83)
    assert ranges["magnesium"] == (70, 162)
    assert ranges["proline"] == (278, 1680)
    assert round(float(raw.inputs[:, 0].mean()), 2) == 13.00


def test_that_digits_are_whole_grey_values_from_0_to_16() -> None:
    inputs = bundled("digits").inputs
    assert inputs.min() == 0
    assert inputs.max() == 16
    np.testing.assert_array_equal(inputs, np.round(inputs))
    assert round(float(inputs.mean()), 4) == 4.8842


def test_that_the_first_digit_is_a_zero() -> None:
    raw = bundled("digits")
    first = raw.inputs[0].reshape(8, 8)
    assert raw.class_names[int(raw.targets[0])] == "0"
    assert first[3:5, 3:5].max() == 0, "a zero is hollow"


def test_that_diabetes_has_the_published_target() -> None:
    raw = bundled("diabetes")
    assert raw.targets.shape == (442, 1)
    assert raw.targets.min() == 25
    assert raw.targets.max() == 346
    assert round(float(raw.targets.mean()), 2) == 152.13
    assert not raw.is_classification


@pytest.mark.parametrize("name", BUNDLED)
def test_that_source_and_licence_are_told(name: str) -> None:
    raw = bundled(name)
    assert raw.source
    assert raw.licence
    page = resource_path("datasets", "README.md").read_text(encoding="utf-8")
    file = DATASETS[name].file
    row = next(line for line in page.splitlines() if f"`{file}`" in line)
    assert re.search(r"CC BY 4\.0|CC0 1\.0|BSD", row)


def test_that_choices_that_bundled_data_do_not_offer_are_told() -> None:
    raw = load(DataSpec(dataset="iris", samples=50, noise=0.5))
    assert raw.inputs.shape == (150, 4)
    assert raw.notes == (
        "Iris has no choice of samples: 50 is not used",
        "Iris has no choice of noise: 0.5 is not used",
    )
