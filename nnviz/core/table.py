"""Looking a key up in one of the tables, with a sentence when it is not there."""

import difflib
from collections.abc import Mapping
from typing import TypeVar

Record = TypeVar("Record")


def look_up(table: Mapping[str, Record], key: str, what: str) -> Record:
    """Return ``table[key]``.

    Raises
    ------
    ValueError
        If the key is unknown; the message lists the keys and the nearest one.
    """
    if key in table:
        return table[key]
    near = difflib.get_close_matches(key, table, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"{key!r} is not a known {what}{hint} (known: {', '.join(table)})")
