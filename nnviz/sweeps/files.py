"""Writing files whole: what is half written must never replace what was there."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside the one it becomes, then let it take that place.

    Raises
    ------
    OSError
        If it cannot be written; what was there before is untouched.
    """
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise OSError(
            f"{path} could not be written: {error.strerror}; is the folder there, and is there "
            "room?"
        ) from error
