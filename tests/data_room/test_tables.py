"""Tables are read as they were meant, however they are written down."""

import gzip
from pathlib import Path

import pytest

from nnviz.data.tables import Table, read_columns, read_table

ROWS = [("width", "height", "kind"), ("1.5", "20", "oak"), ("2.25", "30", "elm")]


def table(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Table:
    path = folder / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    assert read_columns(path) == read_table(path).names
    return read_table(path)


def cells(read: Table) -> list[tuple[str, ...]]:
    return list(zip(*read.columns, strict=True))


@pytest.mark.parametrize(
    ("delimiter", "words"),
    [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_that_delimiters_and_line_ends_are_detected(
    tmp_path: Path, delimiter: str, words: str, end: str
) -> None:
    read = table(tmp_path, end.join(delimiter.join(row) for row in ROWS) + end)
    assert read.names == ROWS[0]
    assert cells(read) == ROWS[1:]
    assert f"separated by {words}" in read.notes[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_that_encodings_are_detected(tmp_path: Path, encoding: str) -> None:
    read = table(tmp_path, "größe,art\n1.5,Ähre\n2,Öl\n", encoding)
    assert read.names == ("größe", "art")
    assert read.columns[1] == ("Ähre", "Öl")
    assert f", {encoding}," in read.notes[0]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_that_both_byte_orders_are_read(tmp_path: Path, encoding: str) -> None:
    assert table(tmp_path, "\ufeffa,b\n1,2\n3,4\n", encoding).names == ("a", "b")


def test_that_a_packed_table_is_read(tmp_path: Path) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n3,4\n"))
    assert read_table(path).columns == (("1", "3"), ("2", "4"))


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("a,b\n1,2\n3,4\n", ("a", "b")),
        ("1,2\n3,4\n", None),
        ("5.1,3.5,setosa\n4.9,3.0,setosa\n", None),
        ("oak,tall\noak,short\nelm,tall\nelm,short\n", None),
        ("tree,size\noak,short\nelm,tall\n", ("tree", "size")),
        ("0,1,2,target\n5,6,7,1\n8,9,3,0\n", ("0", "1", "2", "target")),
        ("0,1,2,height\n5,6,7,1.5\n8,9,3,0.5\n", ("0", "1", "2", "height")),
        ("1,2,y\n5,6,n\n8,9,y\n", None),
        ("3,y\n5,n\n", None),
        ("NA,3,oak\n1,2,elm\n4,5,oak\n", None),
        (",,oak\n1,2,elm\n4,5,oak\n", None),
        (",a,b\n0,2,5\n1,3,6\n", ("column 1", "a", "b")),
        ('"first\nline",b\n1,2\n', ("first line", "b")),
        ("abc,1.5,2\n3,4,5\n", None),
    ],
)
def test_that_a_header_is_told_from_a_row(
    tmp_path: Path, content: str, names: tuple[str, ...] | None
) -> None:
    read = table(tmp_path, content)
    if names is None:
        assert read.names == tuple(f"column {n}" for n in range(1, len(read.names) + 1))
        assert "without a header" in read.notes[0]
    else:
        assert read.names == names
        assert "with a header" in read.notes[0]


@pytest.mark.parametrize(
    ("content", "delimiter", "decimal_comma"),
    [
        ("1,5;2,5\n3,5;4,5\n", "semicolons", True),
        ("a;b\n1,5;2\n3;4,25\n", "semicolons", True),
        ("1,5;a;b\n2,5;b;a\n", "semicolons", True),
        ("a\tb\n1,5\t2\n", "tabs", True),
        ("a;b\n1.5;2\n3;4.25\n", "semicolons", False),
        ("a;b\n1;2\n3;4\n", "semicolons", False),
        ("a,b\n1.5,2\n", "commas", False),
        ('a,b\n"x;y",2\n"z;w",3\n', "commas", False),
        ("1,2,x|y\n3,4,z|w\n", "commas", False),
        ('a;b\n"x, y";2\n"z, w";3\n', "semicolons", False),
        ("sep=;\na;b\n1,5;2,5\n", "semicolons", True),
        ("SEP=|\r\na|b\r\n1|2\r\n", "vertical bars", False),
    ],
)
def test_that_a_decimal_comma_is_told_from_a_delimiter(
    tmp_path: Path, content: str, delimiter: str, decimal_comma: bool
) -> None:
    read = table(tmp_path, content)
    assert f"separated by {delimiter}" in read.notes[0]
    assert read.decimal_comma is decimal_comma


def test_that_a_decimal_comma_is_told_with_an_example(tmp_path: Path) -> None:
    read = table(tmp_path, "a;b\n1,234;2\n3;4\n")
    assert "with decimal commas (1,234 is read as 1.234)" in read.notes[0]


def test_that_the_number_of_rows_and_columns_is_told(tmp_path: Path) -> None:
    note = table(tmp_path, "a,b\n1,2\n3,4\n5,6\n").notes[0]
    assert note == "table.csv: 3 rows, 2 columns separated by commas, utf-8, with a header"


def test_that_quoted_cells_keep_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    read = table(tmp_path, 'a,b\n"x, ""y""\nz",2\nw,3\n')
    assert read.columns[0] == ('x, "y"\nz', "w")


def test_that_blanks_round_cells_are_no_part_of_them(tmp_path: Path) -> None:
    assert cells(table(tmp_path, " a , b\n 1 ,\t2\n")) == [("1", "2")]


def test_that_empty_lines_are_no_rows_but_rows_of_empty_cells_are(tmp_path: Path) -> None:
    read = table(tmp_path, "\na,b\n\n1,2\n   \n,\n3,4\n\n")
    assert cells(read) == [("1", "2"), ("", ""), ("3", "4")]
    assert list(read.lines) == [4, 6, 7]


def test_that_rows_know_the_line_on_which_they_begin(tmp_path: Path) -> None:
    read = table(tmp_path, 'sep=,\na,b\n"two\nlines",1\nx,2\n')
    assert list(read.lines) == [3, 5]


def test_that_columns_are_found_at_the_beginning_of_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_text("größe,b\n" + "1.25,2.5\n" * 150_000, encoding="utf-8")
    assert path.stat().st_size > 1_000_000
    assert read_columns(path) == ("größe", "b")
    assert read_table(path).row_count == 150_000
