"""Writing files whole: what is half written must never replace what was there."""

import os
from collections.abc import Iterable
from pathlib import Path


def write_whole(path: Path, parts: Iterable[bytes], what: str = "the file") -> None:
    """Write a file beside the one it becomes, then let it take that place.

    Parameters
    ----------
    path
        Where to.
    parts
        The content, one after the other.
    what
        What to call the file in a sentence.

    Raises
    ------
    OSError
        If it cannot be written; what was there before is untouched.
    """
    if path.is_dir():
        raise OSError(f"{what} cannot be written to {path}, which is a folder: add a file name")
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            for part in parts:
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise OSError(
            f"{what} {path} could not be written: {error.strerror}; "
            "is the folder there, and is there room?"
        ) from error
