"""How numbers and quantities are written: in plain text and in TeX.

A layer is the first subscript of a quantity, then come its units: ``z₁,₂`` is
the pre-activation of unit 2 in layer 1, ``w₁,₃,₂`` the weight from unit 3 below
to unit 2 in layer 1. Counting starts at 1 for people; indices in
:class:`Source` start at 0.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MINUS = "\N{MINUS SIGN}"
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_BUFFER = re.compile(r"(d?)([Wbzagmd])(\d+)")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from.

    Attributes
    ----------
    buffer, index
        Name of the buffer, and the entry in its public shape, from 0.
    position
        Number of the line that made it; 0 if it was there from the start.
    """

    buffer: str
    index: tuple[int, ...]
    position: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A symbol or a number of an equation.

    Attributes
    ----------
    text, tex
        How it is written.
    value, source
        Of a number: what it is in full precision, and where it comes from.
    """

    text: str
    tex: str
    value: float | None = None
    source: Source | None = None


Pieces = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Equation:
    """An equation, in symbols and with the numbers in it.

    Attributes
    ----------
    symbols, numbers
        Both from left to right, the left-hand side and the equals sign included.
    value
        What comes out.
    """

    symbols: Pieces
    numbers: Pieces
    value: float | None = None

    def text(self) -> str:
        """Return both in plain text, a line each."""
        return "\n".join(join_text(part) for part in (self.symbols, self.numbers) if part)

    def tex(self) -> str:
        """Return both in TeX, for an ``aligned`` environment."""
        return " \\\\\n".join(join_tex(part) for part in (self.symbols, self.numbers) if part)


def join_text(pieces: Sequence[Piece]) -> str:
    """Return pieces as plain text."""
    return "".join(piece.text for piece in pieces)


def join_tex(pieces: Sequence[Piece]) -> str:
    """Return pieces as TeX."""
    return " ".join(piece.tex for piece in pieces if piece.tex)


def six_digits(value: float) -> str:
    """Write a number with six significant digits and a true minus sign."""
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: f"{MINUS}∞"}.get(value, "not a number")
    mantissa, _, exponent = f"{value:.6g}".partition("e")
    text = f"{mantissa}e{int(exponent)}" if exponent else mantissa
    return text.replace("-", MINUS)


def six_digits_tex(value: float) -> str:
    """Write a number with six significant digits in TeX."""
    if not math.isfinite(value):
        words = {math.inf: r"\infty", -math.inf: r"-\infty"}
        return words.get(value, r"\mathrm{not\ a\ number}")
    mantissa, _, exponent = f"{value:.6g}".partition("e")
    return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa


def plain(text: str, tex: str | None = None) -> Piece:
    """Return a sign or a word; without TeX of its own it is the same there."""
    return Piece(text, text.strip() if tex is None else tex)


def number(value: float, source: Source | None = None) -> Piece:
    """Return a number."""
    return Piece(six_digits(value), six_digits_tex(value), value, source)


def in_brackets(piece: Piece) -> Pieces:
    """Return a number as a factor: in brackets where it is negative."""
    if piece.value is not None and (piece.value < 0 or "e" in piece.text):
        return plain("("), piece, plain(")")
    return (piece,)


def symbol(buffer: str, units: Sequence[int | str] = (), sample: str = "") -> Piece:
    """Return the name of an entry of a buffer.

    Parameters
    ----------
    buffer
        Name of the buffer, such as ``"dW2"``.
    units
        Which entry: numbers from 0, or letters that run in a sum; without them
        it is the whole array.
    sample
        Letter of the sample where a sum runs over samples.
    """
    gradient, letter, layer = _parts(buffer)
    subscripts = [str(unit + 1) if isinstance(unit, int) else unit for unit in units]
    small = letter.lower() if units else letter
    text = small + ",".join(_lower(part) for part in ([layer] if layer else []) + subscripts)
    tex = small if not layer else f"{small}^{{({layer})}}"
    if subscripts:
        glue = "" if all(len(part) == 1 for part in subscripts) else ", "
        tex += f"_{{{glue.join(subscripts)}}}"
    if sample:
        text += f"⁽{_RAISED.get(sample, sample)}⁾"
        tex = f"{{{tex}}}^{{\\langle {sample} \\rangle}}" if not layer else tex
        tex = tex.replace(f"^{{({layer})}}", f"^{{({layer}) \\langle {sample} \\rangle}}", 1)
    if gradient:
        return Piece(f"∂L/∂{text}", rf"\frac{{\partial L}}{{\partial {tex}}}")
    return Piece(text, tex)


def _parts(buffer: str) -> tuple[bool, str, str]:
    if buffer == "dx":
        return True, "x", ""
    match = _BUFFER.fullmatch(buffer)
    if match is None:
        return False, buffer, ""
    return bool(match[1]), match[2], match[3]


_RAISED: Mapping[str, str] = {"n": "ⁿ"}
_LOWERED: Mapping[str, str] = {"i": "ᵢ", "j": "ⱼ"}


def _lower(part: str) -> str:
    return _LOWERED.get(part, part.translate(_SUBSCRIPTS))


def from_pattern(text: str, tex: str, values: Mapping[str, Piece]) -> Pieces:
    """Fill a pattern: ``«z»`` is the number of that name, ``«(z)»`` the same as a factor.

    The two patterns must name the same numbers in the same order, since the
    pieces between them carry both writings.
    """
    names = re.findall(r"«(.+?)»", text)
    if names != re.findall(r"«(.+?)»", tex):
        raise ValueError(f"the patterns {text!r} and {tex!r} name other numbers")
    words, tex_words = re.split(r"«.+?»", text), re.split(r"«.+?»", tex)
    pieces = [Piece(words[0], tex_words[0])]
    for name, word, tex_word in zip(names, words[1:], tex_words[1:], strict=True):
        piece = values[name.strip("()")]
        pieces += in_brackets(piece) if name.startswith("(") else (piece,)
        pieces.append(Piece(word, tex_word))
    return tuple(piece for piece in pieces if piece.text or piece.tex)
