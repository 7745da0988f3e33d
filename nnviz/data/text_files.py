"""Reading a table's text: the file, its encoding, and what may be wrong with it."""

import codecs
import gzip
from pathlib import Path

MOST_BYTES = 200_000_000


class TableError(ValueError):
    """A table cannot be used; the message says what is wrong, where, and what to do."""


def read_text(path: Path) -> tuple[str, str]:
    """Return (text, name of the encoding).

    Raises
    ------
    TableError
        If there is no such readable text file.
    """
    content = _read_bytes(path)
    if not content.strip():
        raise TableError(f"{path} is empty: choose a file with a row per sample")
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if content.startswith(mark):
            return _decode(content, encoding, path), encoding
    if b"\0" in content[:4096]:
        raise TableError(
            f"{path} is not a text file (it holds zero bytes): save it as CSV, encoded in UTF-8"
        )
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode(content, "cp1252", path), "cp1252"


def _read_bytes(path: Path) -> bytes:
    if path.is_dir():
        raise TableError(f"{path} is a folder: name a CSV file in it")
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise TableError(
                f"{path} has {size / 1e6:,.0f} MB; nnviz reads tables of up to "
                f"{MOST_BYTES / 1e6:,.0f} MB: use a part of its rows"
            )
        if path.suffix == ".gz":
            with gzip.open(path) as file:
                content = file.read(MOST_BYTES + 1)
            if len(content) > MOST_BYTES:
                raise TableError(f"{path} unpacks to more than {MOST_BYTES / 1e6:,.0f} MB")
            return content
        return path.read_bytes()
    except FileNotFoundError as error:
        raise TableError(f"there is no file {path}: check the name and the folder") from error
    except PermissionError as error:
        raise TableError(f"{path} may not be read: check its permissions") from error
    except (OSError, EOFError) as error:
        raise TableError(f"{path} could not be read: {error}") from error


def _decode(content: bytes, encoding: str, path: Path) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise TableError(
            f"{path} is encoded in an unknown way (byte {error.start:,} fits neither UTF-8 nor "
            f"{encoding}): save it in UTF-8"
        ) from error
