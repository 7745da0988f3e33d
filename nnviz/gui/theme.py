"""The colours of the window, in one place: the dark and the light theme.

Blue and orange mean the sign of a number and nothing else.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True)
class Theme:
    """Named colours, each a ``#RRGGBB`` string.

    Attributes
    ----------
    name
        ``"dark"`` or ``"light"``; the saved name.
    window, card, raised, well
        Backgrounds: the window, a panel, a button or field, a plot.
    border, border_strong
        Outlines.
    text, text_secondary, text_tertiary
        Text in falling weight; the third only for ticks and hints.
    positive, negative, negative_text, zero
        Sign colours, the negative one for small text, and the middle between them.
    accent, accent_fill, on_accent
        Selection and primary action: lines, filled areas, text upon those.
    train, validation
        Loss curves only.
    derivative
        The curve of a derivative.
    node_border
        Outline of a unit that is not selected.
    danger
        Text of a message that reports a failure.
    decision_alpha
        How strongly the decision map shows, 0 to 1.
    categories
        One colour per class when there are more than two; told apart with every
        common colour-vision deficiency (Paul Tol's schemes), then by marker.
    """

    name: str
    window: str
    card: str
    raised: str
    well: str
    border: str
    border_strong: str
    text: str
    text_secondary: str
    text_tertiary: str
    positive: str
    negative: str
    negative_text: str
    zero: str
    accent: str
    accent_fill: str
    on_accent: str
    train: str
    validation: str
    derivative: str
    node_border: str
    danger: str
    decision_alpha: float
    categories: tuple[str, ...]

    @property
    def is_dark(self) -> bool:
        """Whether text is light upon dark."""
        return self.name == "dark"


DARK = Theme(
    name="dark",
    window="#0E1116",
    card="#161B22",
    raised="#212833",
    well="#0B0E13",
    border="#262E39",
    border_strong="#3A4452",
    text="#E7ECF2",
    text_secondary="#9AA7B6",
    text_tertiary="#8391A1",
    positive="#4BA3F2",
    negative="#F59A3C",
    negative_text="#F59A3C",
    zero="#1D242E",
    accent="#8C7BF7",
    accent_fill="#6F5CE6",
    on_accent="#FFFFFF",
    train="#1FA88D",
    validation="#F4E285",
    derivative="#B7C2CF",
    node_border="#4A5666",
    danger="#FF8A80",
    decision_alpha=0.46,
    categories=(
        "#77AADD",
        "#EE8866",
        "#EEDD88",
        "#FFAABB",
        "#44BB99",
        "#BBCC33",
        "#AA6FC5",
        "#99DDFF",
        "#DDDDDD",
        "#B58A5A",
    ),
)

LIGHT = Theme(
    name="light",
    window="#EDF0F4",
    card="#FFFFFF",
    raised="#F1F4F8",
    well="#F6F8FA",
    border="#DCE2E9",
    border_strong="#BCC6D1",
    text="#18202A",
    text_secondary="#536071",
    text_tertiary="#667382",
    positive="#0B6FB8",
    negative="#DE6E0C",
    negative_text="#B85400",
    zero="#F1F3F5",
    accent="#5A48D6",
    accent_fill="#5A48D6",
    on_accent="#FFFFFF",
    train="#0A8F76",
    validation="#4A154B",
    derivative="#7A8797",
    node_border="#9AA6B4",
    danger="#B3261E",
    decision_alpha=0.42,
    categories=(
        "#332288",
        "#CC6677",
        "#B8A021",
        "#117733",
        "#3A9BC4",
        "#882255",
        "#2F9C87",
        "#7A7A25",
        "#AA4499",
        "#555555",
    ),
)

THEMES = {theme.name: theme for theme in (DARK, LIGHT)}


def mix(first: str, second: str, share: float) -> QColor:
    """Return the opaque colour that is ``share`` of the way from first to second."""
    a, b = QColor(first), QColor(second)
    keep = 1.0 - share
    return QColor.fromRgbF(
        a.redF() * keep + b.redF() * share,
        a.greenF() * keep + b.greenF() * share,
        a.blueF() * keep + b.blueF() * share,
    )


@lru_cache(maxsize=8)
def diverging_lut(theme: Theme) -> NDArray[np.uint32]:
    """Return 256 ``0xffRRGGBB`` values from -1 (negative) over 0 to +1 (positive)."""
    colours = []
    for value in np.linspace(-1.0, 1.0, 256):
        target = theme.positive if value > 0 else theme.negative
        colours.append(mix(theme.zero, target, abs(float(value)) ** 0.85).rgb())
    return np.array(colours, dtype=np.uint32)


def sign_colour(theme: Theme, value: float, for_text: bool = False) -> str:
    """Return the colour of a number's sign (as text, the readable variant)."""
    if value < 0:
        return theme.negative_text if for_text else theme.negative
    return theme.positive
