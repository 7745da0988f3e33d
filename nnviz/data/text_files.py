"""Reading a table's text: the file, its encoding, and what may be wrong with it."""

import codecs
import gzip
import zlib
from pathlib import Path

MOST_BYTES = 200_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TableError(ValueError):
    """A table cannot be used; the message says what is wrong, where, and what to do."""


def read_text(path: Path, most_bytes: int | None = None) -> tuple[str, str]:
    """Return (text, name of the encoding).

    Parameters
    ----------
    path
        A text file, or one packed by gzip whose name ends in ``.gz``.
    most_bytes
        Read so much from the beginning at most, and keep whole lines of it;
        ``None`` reads everything.

    Raises
    ------
    TableError
        If there is no such readable text file.
    """
    content = _read_bytes(path, most_bytes)
    if not content.strip():
        raise TableError(f"{path} is empty: choose a file with a row per sample")
    is_part = most_bytes is not None and len(content) == most_bytes
    text, encoding = _decode(content, path, is_part)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise TableError(
            f"{path}, line {line:,}: there is a zero byte, as spreadsheets, pictures and "
            "UTF-16 without a byte order mark have: save it as CSV, encoded in UTF-8"
        )
    return (text[: text.rfind("\n") + 1] or text) if is_part else text, encoding


def _read_bytes(path: Path, most_bytes: int | None) -> bytes:
    if "\0" in str(path):
        raise TableError("the name of the file holds a zero byte: check the name")
    try:
        if path.is_dir():
            raise TableError(f"{path} is a folder: name a CSV file in it")
        size = path.stat().st_size
        if not path.is_file():
            raise TableError(f"{path} is not a file that can be read at once: save it as CSV")
        if size > MOST_BYTES:
            raise TableError(
                f"{path} has {size / 1e6:,.0f} MB; nnviz reads tables of up to "
                f"{MOST_BYTES / 1e6:,.0f} MB: use a part of its rows"
            )
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            # One byte more tells a file that grew, or unpacks to more, from one that fits.
            content = file.read(MOST_BYTES + 1 if most_bytes is None else most_bytes)
    except FileNotFoundError as error:
        raise TableError(f"there is no file {path}: check the name and the folder") from error
    except PermissionError as error:
        raise TableError(f"{path} may not be read: check its permissions") from error
    except (OSError, EOFError, zlib.error) as error:
        raise TableError(f"{path} could not be read: {error}: get a whole copy of it") from error
    if len(content) > MOST_BYTES:
        raise TableError(
            f"{path} unpacks to more than {MOST_BYTES / 1e6:,.0f} MB: use a part of its rows"
        )
    return content


def _decode(content: bytes, path: Path, is_part: bool) -> tuple[str, str]:
    """Return (text, encoding); a character cut in two at the end of a part is left out."""
    marks = [encoding for mark, encoding in _MARKS if content.startswith(mark)]
    wrong_bytes = []
    for encoding in marks or ("utf-8", "cp1252"):
        try:
            return codecs.getincrementaldecoder(encoding)().decode(content, not is_part), encoding
        except UnicodeDecodeError as error:
            wrong_bytes.append(f"byte {error.start + 1:,} is not {encoding}")
    raise TableError(
        f"{path} is encoded in an unknown way ({', '.join(wrong_bytes)}): save it in UTF-8"
    )
