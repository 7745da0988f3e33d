"""Random tables come back as they were written; random bytes are read or refused, never worse."""

import csv
import io
import math
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nnviz.data.prepare import prepare
from nnviz.data.prepared import PreparedData
from nnviz.data.request import DataSpec
from nnviz.data.tables import read_columns, read_table
from nnviz.data.text_files import TableError

NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6).map(float),
    st.floats(-1e150, 1e150, allow_nan=False),
)
LETTERS = st.sampled_from("abcdefgh")
PLAIN_WORDS = st.text(LETTERS, min_size=1, max_size=6)
WORDS = st.builds(
    str.__add__, LETTERS, st.text(st.sampled_from("abc äö,;|\t\"'\n.5-"), max_size=6)
).map(str.strip)


@dataclass(frozen=True)
class Written:
    """A table and how it is written down."""

    names: tuple[str, ...] | None
    numbers: tuple[tuple[float, ...], ...]
    words: tuple[tuple[str, ...], ...]
    delimiter: str
    decimal_comma: bool
    line_end: str
    quoting: int
    encoding: str

    @property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The cells as they are written: columns of numbers, then columns of words."""
        texts = (tuple(self._number(value) for value in column) for column in self.numbers)
        return (*texts, *self.words)

    def _number(self, value: float) -> str:
        text = repr(value)
        return text.replace(".", ",") if self.decimal_comma else text

    def content(self) -> bytes:
        """Return the bytes of the file."""
        file = io.StringIO(newline="")
        writer = csv.writer(
            file,
            delimiter=self.delimiter,
            lineterminator=self.line_end,
            quoting=csv.QUOTE_ALL if self.quoting else csv.QUOTE_MINIMAL,
        )
        if self.names is not None:
            writer.writerow(self.names)
        writer.writerows(zip(*self.columns, strict=True))
        return file.getvalue().encode(self.encoding)


@st.composite
def written_tables(draw: st.DrawFn) -> Written:
    """Draw a table of two columns at least, the first of numbers."""
    rows = draw(st.integers(2, 12))
    number_columns = draw(st.integers(1, 4))
    word_columns = draw(st.integers(0 if number_columns > 1 else 1, 2))
    width = number_columns + word_columns
    delimiter = draw(st.sampled_from(",;\t|"))
    names = draw(st.one_of(st.none(), st.just(tuple(f"Name {n}" for n in range(width)))))
    # Without names above it, 0,5;a, may be two cells or three: nobody could tell.
    words = PLAIN_WORDS if names is None else WORDS
    return Written(
        names=names,
        numbers=tuple(
            tuple(draw(st.lists(NUMBERS, min_size=rows, max_size=rows)))
            for _ in range(number_columns)
        ),
        words=tuple(
            tuple(draw(st.lists(words, min_size=rows, max_size=rows))) for _ in range(word_columns)
        ),
        delimiter=delimiter,
        decimal_comma=delimiter != "," and draw(st.booleans()),
        line_end=draw(st.sampled_from(["\n", "\r\n"])),
        quoting=draw(st.booleans()),
        encoding=draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"])),
    )


def saved(folder: str, content: bytes, name: str = "table.csv") -> Path:
    path = Path(folder) / name
    path.write_bytes(content)
    return path


@settings(max_examples=300, deadline=None)
@given(written=written_tables())
def test_that_a_table_comes_back_as_it_was_written(written: Written) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = saved(folder, written.content())
        table = read_table(path)
        assert table.columns == written.columns
        if written.names is not None:
            assert table.names == written.names
        assert read_columns(path) == table.names


@settings(max_examples=200, deadline=None)
@given(written=written_tables())
def test_that_numbers_come_back_to_the_last_bit(written: Written) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = saved(folder, written.content())
        spec = DataSpec(dataset=None, file=str(path), target=read_table(path).names[-1])
        try:
            raw = prepare(spec).raw
        except TableError:
            # Random targets may be the same in every row, or texts without end.
            return
    names = [name for name in raw.feature_names if " = " not in name]
    places = {name: place for place, name in enumerate(read_names(written))}
    for name in names:
        expected = np.array(written.numbers[places[name]])
        np.testing.assert_array_equal(raw.inputs[:, raw.feature_names.index(name)], expected)


def read_names(written: Written) -> tuple[str, ...]:
    return written.names or tuple(f"column {n + 1}" for n in range(len(written.columns)))


def prepared_or_refused(spec: DataSpec) -> tuple[PreparedData | None, str]:
    try:
        return prepare(spec), ""
    except TableError as error:
        return None, str(error)


PIECES = st.sampled_from(
    [
        b"1", b"-2.5", b"3,5", b"1e400", b"nan", b"inf", b"x", b"y", b"target", b"NA", b"",
        b",", b",", b";", b";", b"\t", b"|", b"\n", b"\n", b"\r", b"\r\n", b'"', b" ", b"\0",
        b"\xff", b"\x81", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3\xa4", b"\xe2\x88\x92", b"sep=;",
    ]
)  # fmt: skip


@settings(max_examples=500, deadline=None)
@given(
    content=st.one_of(st.lists(PIECES, max_size=60).map(b"".join), st.binary(max_size=200)),
    drop=st.booleans(),
    suffix=st.sampled_from([".csv", ".csv", ".gz"]),
)
def test_that_any_bytes_are_read_or_refused_with_a_sentence(
    content: bytes, drop: bool, suffix: str
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = saved(folder, content, f"table{suffix}")
        spec = DataSpec(dataset=None, file=str(path), drop_incomplete_rows=drop)
        data, sentence = prepared_or_refused(spec)
    if data is None:
        assert str(path) in sentence
        assert ":" in sentence
        return
    assert np.isfinite(data.train_inputs).all()
    assert np.isfinite(data.train_targets).all()
    assert len(data.train_rows) + len(data.validation_rows) == len(data.raw.inputs) >= 2


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(
        st.tuples(NUMBERS, st.one_of(NUMBERS, st.sampled_from([math.nan, math.inf, None, "oak"]))),
        min_size=3,
        max_size=20,
    )
)
def test_that_a_row_is_trained_on_only_if_all_its_cells_are_numbers(
    rows: list[tuple[float, float | str | None]],
) -> None:
    lines = [f"{x!r},{'' if y is None else y}" for x, y in rows]
    whole = [(x, y) for x, y in rows if isinstance(y, float) and math.isfinite(y)]
    with tempfile.TemporaryDirectory() as folder:
        path = saved(folder, "\n".join(["y,a", *lines]).encode())
        spec = DataSpec(dataset=None, file=str(path), drop_incomplete_rows=True, validation=0)
        try:
            raw = prepare(spec).raw
        except TableError:
            return
    if raw.feature_names != ("a",):
        assert all(name.startswith("a = ") for name in raw.feature_names)
        assert 2 * len(whole) <= len(rows)
        return
    np.testing.assert_array_equal(raw.inputs[:, 0], [y for _, y in whole])
