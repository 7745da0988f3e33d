"""A file that is no table is refused with a sentence that names it and says what to do."""

import gzip
import os
from pathlib import Path

import pytest

from nnviz.data import text_files
from nnviz.data.tables import read_columns, read_table
from nnviz.data.text_files import TableError


def refusal(path: Path) -> str:
    with pytest.raises(TableError) as caught:
        read_table(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty: choose a file with a row per sample"),
        (b" \n\r\n\t\n", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\xef\xbb\xbf\n\n", "is empty"),
        (b"a\n1\n2\n", "has a single column"),
        (b"a b c\n1 2 3\n", "separated by commas, semicolons, tabs or vertical bars"),
        (b"a,b,c\n", "has a header but no rows: add a row per sample"),
        (b"a,b\n1,2\n3\n4,5\n", "line 3: 1 cell, but the first row has 2"),
        (b"a,b\n1,2\n\n3,4,5\n4,5\n", "line 4: 3 cells, but the first row has 2"),
        (b"My table\na,b,c\n1,2,3\n4,5,6\n", "line 1: 1 cell, but most rows have 3: begin"),
        (b"a,b,a\n1,2,3\n", "more than one column is called 'a': give each a name of its own"),
        (b'a,b\n1,"2\n3,4\n', "line 2: unexpected end of data: check that every quote is closed"),
        (b'a,b\n1,"2"3\n3,4\n', "line 2: "),
        (b"a,b\n1,2\n3,\x004\n", "line 3: there is a zero byte"),
        (b"PK\x03\x04\x00\x00,\n1,2", "there is a zero byte, as spreadsheets"),
        ("a,b\n1,2\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        (b"a,b\n1,\x81\n", "(byte 7 is not utf-8, byte 7 is not cp1252): save it in UTF-8"),
        (b"\xff\xfea\x00,", "is encoded in an unknown way"),
        (b"a,b\n1," + b"x" * 140_000 + b"\n", "line 2: a cell has more than 131,072 characters"),
        (b"a" * 201 + b",b\nx,y\n", "the name of column 1 has 201 characters, more than 200"),
    ],
)
def test_that_a_file_that_is_no_table_is_refused(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    message = refusal(path)
    assert str(path) in message
    assert sentence in message


def test_that_a_missing_file_is_told() -> None:
    assert refusal(Path("nowhere") / "table.csv").startswith(
        f"there is no file {Path('nowhere') / 'table.csv'}: check the name and the folder"
    )


def test_that_a_folder_is_told(tmp_path: Path) -> None:
    assert refusal(tmp_path) == f"{tmp_path} is a folder: name a CSV file in it"


def test_that_a_zero_byte_in_a_name_is_told() -> None:
    assert "name of the file holds a zero byte" in refusal(Path("a\0b.csv"))


def test_that_a_name_that_no_system_allows_is_told() -> None:
    assert "could not be read" in refusal(Path("x" * 5000))


def test_that_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    # Taking the permission away does not stop an administrator, as containers often are.
    monkeypatch.setattr(Path, "open", refuse)
    assert refusal(path) == f"{path} may not be read: check its permissions"


def test_that_a_device_is_not_waited_for() -> None:
    assert "is not a file that can be read at once" in refusal(Path(os.devnull))


def test_that_a_huge_file_is_refused_unread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    with path.open("wb") as file:
        file.truncate(200_000_001)
    monkeypatch.delattr(Path, "open")
    assert "has 200 MB; nnviz reads tables of up to 200 MB: use a part of its rows" in refusal(path)


def test_that_a_small_file_that_unpacks_to_a_huge_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_files, "MOST_BYTES", 10_000)
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(b"1,2\n" * 100_000, mtime=0))
    assert "unpacks to more than" in refusal(path)


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        gzip.compress(b"a,b\n1,2\n" * 99, mtime=0)[:-12],
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03" + b"garbage" * 9,
        gzip.compress(b"a,b\n1,2\n", mtime=0)[:-8] + b"\0" * 8,
    ],
)
def test_that_a_spoilt_packed_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "table.csv.gz"
    path.write_bytes(content)
    message = refusal(path)
    assert "could not be read: " in message
    assert "get a whole copy of it" in message


def test_that_the_columns_of_a_bad_file_are_refused_alike(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(b"a,b,a\n1,2,3\n")
    with pytest.raises(TableError) as caught:
        read_columns(path)
    assert str(caught.value) == refusal(path)
