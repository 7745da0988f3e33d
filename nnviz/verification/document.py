"""Document: a JSON file read with care, where everything knows its path.

Whatever is asked of a :class:`Node` is noted, so that what nobody asked for can be told.
"""

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST_AXES = 8
_GREATEST = 1.7976931348623157e308
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*|[0-9]+")


class CaseError(ValueError):
    """Something that cannot be checked; the message says where and what to do."""


class MalformedError(CaseError):
    """A file that is not in the layout; the message names the path of the bad key."""


class Node:
    """A value in the file, with its path.

    Parameters
    ----------
    value
        What JSON made of it.
    path
        Where it is, such as ``$.cases[0].loss``.
    """

    def __init__(self, value: Any, path: str = "$") -> None:
        self.value = value
        self.path = path
        self._children: dict[str, Node] = {}

    def get(self, *names: str) -> "Node | None":
        """Return what is there by the first of these names, ``None`` where there is nothing."""
        for name in names:
            if name in self._mapping() and self.value[name] is not None:
                return self._child(name)
        return None

    def need(self, *names: str) -> "Node":
        """Return what is there by the first of these names; it must be there."""
        found = self.get(*names)
        if found is None:
            raise MalformedError(f"{self._path_of(names[0])}: this key is missing")
        return found

    def items(self) -> list[tuple[str, "Node"]]:
        """Return the names and values of an object, but for those that are null."""
        return [(n, self._child(n)) for n, value in self._mapping().items() if value is not None]

    def elements(self) -> list["Node"]:
        """Return the elements of a list."""
        if not isinstance(self.value, list):
            raise self.problem("a list")
        return [
            self._children.setdefault(str(i), Node(value, f"{self.path}[{i}]"))
            for i, value in enumerate(self.value)
        ]

    @property
    def is_object(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.value, dict)

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            raise self.problem("a text")
        return self.value

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.problem("true or false")
        return self.value

    def number(self) -> float:
        """Return a finite number."""
        value = _checked_number(self.value, self.path)
        if not math.isfinite(value):
            raise self.problem("a finite number")
        return value

    def whole(self, least: int = 1) -> int:
        """Return a whole number, which may be written as 3.0."""
        value = self.number()
        if value != int(value) or value < least:
            raise self.problem(f"a whole number from {least} up")
        return int(value)

    def array(self, *, finite: bool = False) -> NDArray[np.float64]:
        """Return a number or nested lists of numbers, all rows of one length."""
        _check_shape(self.value, self.path, finite)
        return np.array(self.value, dtype=np.float64)

    def problem(self, expected: str) -> MalformedError:
        """Return the error that something else is expected here."""
        return MalformedError(f"{self.path}: expected {expected}, found {_in_words(self.value)}")

    def unread(self) -> Iterator[str]:
        """Yield the paths of everything with a number in it that nobody asked for."""
        if not self._children:
            return
        if isinstance(self.value, dict):
            for name, value in self.value.items():
                if name in self._children:
                    yield from self._children[name].unread()
                elif _holds_numbers(value):
                    yield self._path_of(name)
        elif isinstance(self.value, list):
            for child in self._children.values():
                yield from child.unread()

    def _child(self, name: str) -> "Node":
        if name not in self._children:
            self._children[name] = Node(self.value[name], self._path_of(name))
        return self._children[name]

    def _path_of(self, name: str) -> str:
        plain = _PLAIN_KEY.fullmatch(name)
        return f"{self.path}.{name}" if plain else f"{self.path}[{json.dumps(name)}]"

    def _mapping(self) -> dict[str, Any]:
        if not isinstance(self.value, dict):
            raise self.problem("an object")
        return self.value


def read_document(path: Path) -> Node:
    """Read a JSON file; NaN and Infinity are numbers, as Python writes them.

    Raises
    ------
    CaseError
        If it cannot be read or is no JSON.
    """
    try:
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CaseError(f"{path} could not be read: {reason}") from error
    try:
        return Node(json.loads(content, object_pairs_hook=_without_twins))
    except MalformedError as error:
        raise MalformedError(f"{path}: {error}") from error
    except RecursionError as error:
        raise CaseError(f"{path} is not in the layout: it is nested too deeply") from error
    except ValueError as error:
        raise CaseError(f"{path} is not JSON: {error}") from error


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twin = next(name for name in names if names.count(name) > 1)
        raise MalformedError(f"the key {twin!r} occurs twice in one object")
    return found


def _check_shape(value: Any, path: str, finite: bool, depth: int = 0) -> tuple[int, ...]:
    """Return the shape of nested lists, or say which entry is wrong."""
    if depth > _MOST_AXES:
        raise MalformedError(f"{path}: is nested too deeply: no array has so many axes")
    if not isinstance(value, list):
        if finite and not math.isfinite(_checked_number(value, path)):
            raise MalformedError(f"{path}: expected a finite number, found {_in_words(value)}")
        _checked_number(value, path)
        return ()
    shapes = [
        _check_shape(entry, f"{path}[{i}]", finite, depth + 1) for i, entry in enumerate(value)
    ]
    for i, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise MalformedError(
                f"{path}[{i}]: has {_size_in_words(shape)}, but {path}[0] has "
                f"{_size_in_words(shapes[0])}: every row needs as many numbers as the others"
            )
    return (len(value), *(shapes[0] if shapes else ()))


def _checked_number(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise MalformedError(f"{path}: expected a number, found {_in_words(value)}")
    if isinstance(value, int) and abs(value) > _GREATEST:
        raise MalformedError(f"{path}: the number is too large")
    return float(value)


def _size_in_words(shape: tuple[int, ...]) -> str:
    if not shape:
        return "a single number"
    return " x ".join(str(length) for length in shape) + (
        " number" if shape == (1,) else " numbers"
    )


def _in_words(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _holds_numbers(value: Any) -> bool:
    waiting = [value]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, dict | list):
            waiting.extend(entry.values() if isinstance(entry, dict) else entry)
        elif isinstance(entry, int | float) and not isinstance(entry, bool):
            return True
    return False
