"""Every row of every table says what it is, what it is good for and where it comes from."""

import re
from collections.abc import Mapping
from typing import Protocol

import pytest

from nnviz.core.activations import ACTIVATIONS
from nnviz.core.initializers import INITIALIZERS
from nnviz.core.losses import LOSSES
from nnviz.core.optimizers import OPTIMIZERS
from nnviz.core.regularizers import REGULARIZERS
from nnviz.core.schedules import SCHEDULES


class Row(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def formula(self) -> str: ...
    @property
    def good_for(self) -> str: ...
    @property
    def source(self) -> str: ...


def rows(table: Mapping[str, Row]) -> list[tuple[str, Row]]:
    return list(table.items())


EVERY_ROW = [
    *rows(ACTIVATIONS),
    *rows(LOSSES),
    *rows(INITIALIZERS),
    *rows(OPTIMIZERS),
    *rows(SCHEDULES),
    *rows(REGULARIZERS),
]
every_row = pytest.mark.parametrize(("key", "row"), EVERY_ROW, ids=[key for key, _ in EVERY_ROW])


@every_row
def test_that_a_row_is_kept_under_its_name(key: str, row: Row) -> None:
    assert row.name == key
    assert re.fullmatch(r"[a-z][a-z0-9_]*", key)


@every_row
def test_that_a_row_has_label_and_formula(key: str, row: Row) -> None:
    assert row.label.strip()
    assert row.formula.strip()


@every_row
def test_that_a_row_says_what_it_is_good_for(key: str, row: Row) -> None:
    # It goes on from "Good for", and a full stop is put behind it.
    assert len(row.good_for.split()) >= 3
    assert not row.good_for.endswith(".")


@every_row
def test_that_a_row_cites_author_year_and_title(key: str, row: Row) -> None:
    for citation in row.source.split("; "):
        assert re.match(r"[A-Z][^0-9]+ (1[89]|20)\d\d, [A-Z].{8,}", citation), citation
