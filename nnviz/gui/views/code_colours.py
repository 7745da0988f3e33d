"""The colours of code: the few kinds of words that the generated code has.

Blue and orange stay what they are everywhere, signs of numbers: the code gets
by with greys, the accent for what is called, and the loss's own green.
"""

import re
from collections.abc import Callable

from PySide6.QtGui import QColor, QFont, QTextCharFormat, QTextDocument, QTextLayout

from nnviz.gui.theme import Theme

# Pattern, colour, and whether it is bold; what matches later covers what matched before.
_RULES: tuple[tuple[re.Pattern[str], Callable[[Theme], str], bool], ...] = (
    (re.compile(r"[-+*/@=<>()\[\],:.]"), lambda theme: theme.text_secondary, False),
    (re.compile(r"\b\d[\d_]*\.?\d*(e-?\d+)?\b"), lambda theme: theme.text_secondary, False),
    (re.compile(r"\b(np|math)\b(\.\w+)*|\.\w+(?=\()|\b[a-z_]+(?=\()"), lambda t: t.accent, False),
    (re.compile(r"\b(import|as|def|return|for|in|if|else)\b"), lambda t: t.accent, True),
    (re.compile(r"\b(total_)?loss\b"), lambda theme: theme.train, False),
    (re.compile(r'"""[^"]*"""|#.*'), lambda theme: theme.text_tertiary, False),
    (re.compile(r"# ---.*"), lambda theme: theme.text_secondary, True),
)


def colour_code(document: QTextDocument, theme: Theme) -> None:
    """Colour all rows of a document."""
    block = document.firstBlock()
    while block.isValid():
        block.layout().setFormats(_formats(block.text(), theme))
        block = block.next()
    document.markContentsDirty(0, document.characterCount())


def _formats(text: str, theme: Theme) -> list[QTextLayout.FormatRange]:
    ranges = []
    for pattern, colour, is_bold in _RULES:
        look = QTextCharFormat()
        look.setForeground(QColor(colour(theme)))
        if is_bold:
            look.setFontWeight(QFont.Weight.Bold)
        for match in pattern.finditer(text):
            part = QTextLayout.FormatRange()
            part.start, part.length = match.start(), match.end() - match.start()
            part.format = look
            ranges.append(part)
    return ranges
