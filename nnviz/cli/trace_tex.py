"""A recorded step as a LaTeX document: ``nnviz trace --format tex``."""

from collections.abc import Iterator

from nnviz.cli.trace_sections import (
    PHASE_TITLES,
    Section,
    Table,
    facts_of,
    given_of,
    sections_of,
)
from nnviz.cli.trace_source import TracedStep
from nnviz.core.notation import join_tex, six_digits_tex

_HEAD = r"""\documentclass[11pt,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage{amsmath}
\usepackage{amssymb}
\usepackage[margin=22mm]{geometry}
\setcounter{MaxMatrixCols}{12}
\setlength{\parindent}{0pt}
\raggedright
\begin{document}"""
_SPECIAL = {
    "\\": r"\textbackslash{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "×": r"$\times$",
    "−": "$-$",
    "∞": r"$\infty$",
}


def tex_of(step: TracedStep) -> str:
    """Return a document that needs nothing but amsmath and amssymb."""
    return "\n".join(_lines(step)) + "\n"


def _lines(step: TracedStep) -> Iterator[str]:
    yield _HEAD
    yield rf"\section*{{Step {step.trace.step} of training}}"
    yield r"\begin{tabular}{@{}ll@{}}"
    for head, text in facts_of(step):
        yield rf"{escaped(head)} & {escaped(text)} \\"
    yield r"\end{tabular}"
    yield r"\section*{Given}"
    for table in given_of(step.trace):
        yield from _table(table)
    phase = None
    for section in sections_of(step.trace):
        if section.phase is not phase:
            phase = section.phase
            yield rf"\section*{{{PHASE_TITLES[phase]}}}"
        yield from _section(section)
    yield r"\end{document}"


def _section(section: Section) -> Iterator[str]:
    yield rf"\subsection*{{{section.number}. {escaped(section.title)}}}"
    yield rf"\emph{{{escaped('; '.join(section.substeps))}}}"
    yield rf"\[ {join_tex(section.matrix.symbols)} \]"
    if section.shapes:
        yield rf"{{\small Shapes: {escaped(section.shapes)}}}\par"
    # Set in the text, where long sums may break.
    for equation in section.scalar:
        for part in (equation.symbols, equation.numbers):
            if part:
                yield rf"$ {join_tex(part)} $\par"
    if section.factors:
        yield rf"{{\small {escaped(section.factors[:1].upper() + section.factors[1:])}}}\par"
    yield from (r"\begin{verbatim}", *section.code, r"\end{verbatim}")
    for table in section.tables:
        yield from _table(table)


def _table(table: Table) -> Iterator[str]:
    if len(table.rows) == len(table.rows[0]) == 1:
        yield rf"\[ {table.tex} = {_cell(table.rows[0][0])} \]"
        return
    yield rf"\texttt{{{escaped(table.variable)}}} ({escaped(table.note)})\par"
    # Eight columns of six digits fit on the page in this size.
    yield r"{\footnotesize\["
    yield rf"{table.tex} = \begin{{bmatrix}}"
    yield " \\\\\n".join(" & ".join(_cell(value) for value in row) for row in table.rows)
    yield r"\end{bmatrix}"
    yield r"\]}"


def _cell(value: float | None) -> str:
    return r"\cdots" if value is None else six_digits_tex(value)


def escaped(text: str) -> str:
    """Return text in which no sign means anything to TeX."""
    # What the fonts of T1 lack would stop the compilation.
    return "".join(_SPECIAL.get(sign, sign if ord(sign) < 0x180 else "?") for sign in text)
