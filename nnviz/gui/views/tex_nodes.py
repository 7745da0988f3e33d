"""Equations as trees: a small part of TeX, with the numbers of a trace as leaves.

ziamath typesets formulas beautifully in tens of milliseconds, which is too slow
for numbers that change with every move of the cursor. These trees are laid out
by :mod:`nnviz.gui.views.tex_boxes` in microseconds, in the same typeface.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from nnviz.core.notation import Piece

# Commands that are one sign, and what kind of sign that is.
_SIGNS = {
    "cdot": "·", "odot": "⊙", "pm": "±", "leq": "≤", "geq": "≥", "neq": "≠",
    "ldots": "…", "partial": "𝜕", "infty": "∞", "ell": "ℓ", "langle": "⟨", "rangle": "⟩",
    "sum": "∑", "alpha": "\U0001d6fc", "beta": "𝛽", "eta": "𝜂", "epsilon": "𝜖", "theta": "𝜃",
    "lambda": "𝜆", "mu": "𝜇", "sigma": "\U0001d70e", "tau": "𝜏", "varphi": "𝜑", "Phi": "Φ",
    "gamma": "\U0001d6fe", "Delta": "Δ",
}  # fmt: skip
_WORDS = frozenset({"max", "min", "log", "tanh", "exp"})
_SPACES = {",": 3 / 18, ";": 5 / 18, "quad": 1.0}
_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|[a-zA-Z]{2,}|[0-9]+(?:\.[0-9]+)?|\s+|.", re.DOTALL)
_TEXT_COMMANDS = frozenset({"text", "mathrm", "operatorname"})


class Kind(Enum):
    """What a sign is, which decides the room around it."""

    ORDINARY = "ordinary"
    OPERATOR = "operator"
    BINARY = "binary"
    RELATION = "relation"
    OPENING = "opening"
    CLOSING = "closing"
    COMMA = "comma"


_KINDS = {
    **dict.fromkeys("+−·⊙±", Kind.BINARY),
    **dict.fromkeys("=<>≤≥≠", Kind.RELATION),
    **dict.fromkeys("([⟨", Kind.OPENING),
    **dict.fromkeys(")]⟩", Kind.CLOSING),
    ",": Kind.COMMA,
    "∑": Kind.OPERATOR,
}


@dataclass(frozen=True, slots=True)
class Sign:
    """Letters, digits or a sign; ``is_word`` is text with its own blanks."""

    text: str
    kind: Kind = Kind.ORDINARY
    is_word: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the trace: it has a colour, and can be hovered.

    ``is_pending`` is one that the walk has not come to yet.
    """

    piece: Piece
    is_pending: bool = False
    kind: Kind = Kind.ORDINARY


@dataclass(frozen=True, slots=True)
class Gap:
    """What stands for the terms of a long sum that are not written out.

    ``ordinal`` says which of the equation's gaps it is, from 0.
    """

    text: str
    ordinal: int = 0
    kind: Kind = Kind.ORDINARY


@dataclass(frozen=True, slots=True)
class Space:
    """Empty room, in em."""

    width: float
    kind: Kind = Kind.ORDINARY


@dataclass(frozen=True, slots=True)
class Group:
    """Nodes side by side."""

    nodes: "Nodes"
    kind: Kind = Kind.ORDINARY


@dataclass(frozen=True, slots=True)
class Fraction:
    """One row above another; ``is_small`` draws both small."""

    above: "Nodes"
    below: "Nodes"
    is_small: bool = False
    kind: Kind = Kind.ORDINARY


@dataclass(frozen=True, slots=True)
class Scripts:
    """A node with what is raised and lowered beside it, or above and below a sum sign."""

    base: "Node"
    raised: "Nodes" = ()
    lowered: "Nodes" = ()

    @property
    def kind(self) -> Kind:
        """The kind of its base."""
        return self.base.kind


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    inside: "Nodes"
    kind: Kind = Kind.ORDINARY


@dataclass(frozen=True, slots=True)
class Hat:
    """A node with a hat."""

    inside: "Nodes"
    kind: Kind = Kind.ORDINARY


Node: TypeAlias = Sign | Number | Gap | Space | Group | Fraction | Scripts | Root | Hat
Nodes: TypeAlias = tuple[Node, ...]
_Token: TypeAlias = str | Number | Gap


class UnknownTexError(ValueError):
    """A command that this small part of TeX does not have."""


def read_pieces(pieces: Sequence[Piece], pending: Collection[int] = ()) -> Nodes:
    """Return the tree of an equation.

    Parameters
    ----------
    pieces
        From left to right.
    pending
        Which of them the walk has not come to yet.

    Raises
    ------
    UnknownTexError
        If a piece needs more of TeX than there is here, such as ``cases``.
    """
    tokens: list[_Token] = []
    for index, piece in enumerate(pieces):
        if piece.value is not None:
            tokens.append(Number(piece, index in pending))
        elif piece.text.startswith("… "):
            tokens.append(Gap(piece.text, sum(isinstance(token, Gap) for token in tokens)))
        else:
            tokens += _TOKEN.findall(piece.tex)
            tokens.append(" ")
    return _Reader(tokens).row(until=None)


class _Reader:
    """Reads tokens from left to right."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def row(self, until: str | None) -> Nodes:
        """Read nodes up to a token, which is read too."""
        nodes: list[Node] = []
        while self._next < len(self._tokens):
            token = self._take()
            if token == until:
                break
            if isinstance(token, str) and token in "^_":
                self._add_script(nodes, token, self._argument())
            elif token == "'":
                self._add_script(nodes, "^", (Sign("′"),))
            elif isinstance(token, str) and token.isspace():
                continue
            else:
                nodes += self._node(token)
        return tuple(nodes)

    def _take(self) -> _Token:
        token = self._tokens[self._next]
        self._next += 1
        return token

    def _argument(self) -> Nodes:
        """Read a group in braces, or a single node."""
        token = self._take()
        while isinstance(token, str) and token.isspace():
            token = self._take()
        return self.row("}") if token == "{" else self._node(token)

    def _raw_argument(self) -> str:
        """Read a group in braces as it was typed."""
        self._take()
        parts: list[str] = []
        while (token := self._take()) != "}":
            assert isinstance(token, str), "numbers do not stand in words"
            parts.append(" " if token == "\\ " else token)
        return "".join(parts)

    def _add_script(self, nodes: list[Node], sign: str, script: Nodes) -> None:
        base = nodes.pop() if nodes else Sign("")
        old = base if isinstance(base, Scripts) else Scripts(base)
        # A second script stands behind the first one, as the T of a transposed W with a layer.
        if sign == "^":
            nodes.append(Scripts(old.base, old.raised + script, old.lowered))
        else:
            nodes.append(Scripts(old.base, old.raised, old.lowered + script))

    def _node(self, token: _Token) -> Nodes:
        if not isinstance(token, str):
            return (token,)
        if token == "{":
            inside = self.row("}")
            return inside if len(inside) == 1 else (Group(inside),)
        if token.startswith("\\"):
            return self._command(token[1:])
        if len(token) > 1 and token.isalpha():
            return (Sign(token, is_word=True), Space(1 / 4))
        return (_sign("−" if token == "-" else token),)

    def _command(self, name: str) -> Nodes:
        if name in _SIGNS:
            return (_sign(_SIGNS[name]),)
        if name in _WORDS:
            return (Sign(name, Kind.OPERATOR, is_word=True),)
        if name in _SPACES:
            return (Space(_SPACES[name]),)
        if name in _TEXT_COMMANDS:
            kind = Kind.OPERATOR if name == "operatorname" else Kind.ORDINARY
            return (Sign(self._raw_argument(), kind, is_word=True),)
        match name:
            case "frac" | "tfrac":
                above = self._argument()
                return (Fraction(above, self._argument(), name == "tfrac"),)
            case "sqrt":
                return (Root(self._argument()),)
            case "hat":
                return (Hat(self._argument()),)
            case "left" | "right":
                return ()
        raise UnknownTexError(f"\\{name} is not part of the small TeX that numbers are set in")


def _sign(text: str) -> Sign:
    return Sign(_italic(text), _KINDS.get(text, Kind.ORDINARY))


def _italic(text: str) -> str:
    """Return a single Latin letter as the mathematical italic one."""
    if len(text) != 1 or not ("a" <= text <= "z" or "A" <= text <= "Z"):
        return text
    if text == "h":
        return "\N{PLANCK CONSTANT}"
    first, offset = (0x1D44E, ord("a")) if text.islower() else (0x1D434, ord("A"))
    return chr(first + ord(text) - offset)
