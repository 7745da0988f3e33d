"""ParameterQuery: a search over weights and biases, in a few words.

A query is a row of conditions that must all hold: the beginning of a name (``W``, ``b2``,
``W1[2``, ``W1[2,3]``), or a comparison of a column with a number (``|dW| > 0.1``,
``update < 0``, ``> 0.5``). Without a column it is the value.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from nnviz.core.parameter_names import ParameterNames, places_named

Columns: TypeAlias = Mapping[str, NDArray[np.float64]]
Condition: TypeAlias = Callable[[ParameterNames, Columns], NDArray[np.bool_]]

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "": "value",
        "w": "value",
        "b": "value",
        "value": "value",
        "dw": "gradient",
        "db": "gradient",
        "gradient": "gradient",
        "update": "update",
        "ratio": "ratio",
    }
)
EXAMPLES = "W1, b2, W1[2,3], |dW| > 0.1, update < 0"
_COMPARISONS: Mapping[str, Callable[..., NDArray[np.bool_]]] = MappingProxyType(
    {
        ">=": operator.ge,
        "<=": operator.le,
        ">": operator.gt,
        "<": operator.lt,
        "=": operator.eq,
    }
)
_NUMBER = r"[-+\u2212]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+\u2212]?\d+)?"
_CONDITION = re.compile(
    rf"\s*(?:(?P<bar>\|)?\s*(?P<field>[A-Za-z]*)\s*(?(bar)\|)\s*(?P<sign>>=|<=|>|<|=)\s*"
    rf"(?P<number>{_NUMBER})(?=\s|$)"
    r"|(?P<letter>[WwBb])(?P<layer>\d+)?(?:\[(?P<first>\d+)?(?:,(?P<second>\d+)?)?\]?)?(?=\s|$))"
)


@dataclass(frozen=True, slots=True)
class ParameterQuery:
    """Conditions that must all hold."""

    conditions: tuple[Condition, ...]

    def places(self, names: ParameterNames, columns: Columns) -> NDArray[np.int64]:
        """Return the places for which all conditions hold, rising."""
        found = np.ones(len(names.layer), dtype=bool)
        with np.errstate(invalid="ignore"):
            for condition in self.conditions:
                found &= condition(names, columns)
        return np.flatnonzero(found)

    @property
    def is_empty(self) -> bool:
        """Whether everything is found."""
        return not self.conditions


def parse_query(text: str) -> ParameterQuery:
    """Return the query that a person typed.

    Raises
    ------
    ValueError
        With a sentence that says what could not be understood, and what can.
    """
    conditions, position = [], 0
    while text[position:].strip():
        match = _CONDITION.match(text, position)
        if match is None:
            raise ValueError(f"{text[position:].strip()!r} is not understood; try {EXAMPLES}")
        conditions.append(_named(match) if match["letter"] else _compared(match))
        position = match.end()
    return ParameterQuery(tuple(conditions))


def _named(match: re.Match[str]) -> Condition:
    layer, first, second = (
        None if match[key] is None else int(match[key]) for key in ("layer", "first", "second")
    )
    letter = {"w": "W", "b": "b"}[match["letter"].lower()]
    return lambda names, _: places_named(names, letter, layer, first, second)


def _compared(match: re.Match[str]) -> Condition:
    field = FIELDS.get(match["field"].lower())
    if field is None:
        raise ValueError(
            f"there is no column {match['field']!r}; compare value, gradient (dW), update or ratio"
        )
    compare, bound = _COMPARISONS[match["sign"]], float(match["number"].replace("\u2212", "-"))
    is_size = match["bar"] is not None
    return lambda _, columns: compare(np.abs(columns[field]) if is_size else columns[field], bound)
