"""A recorded step as one self-contained page: ``nnviz trace --format html``."""

from collections.abc import Iterator
from html import escape

from latex2mathml.converter import convert

from nnviz.cli.trace_sections import (
    PHASE_TITLES,
    Section,
    Table,
    facts_of,
    given_of,
    sections_of,
)
from nnviz.cli.trace_source import TracedStep
from nnviz.core.notation import Equation, join_tex, six_digits

_STYLE = """\
:root { color-scheme: light dark; --text: #18202a; --second: #536071; --page: #ffffff;
  --well: #f1f4f8; --line: #bcc6d1; --positive: #0b6fb8; --negative: #b85400; }
@media (prefers-color-scheme: dark) { :root { --text: #e7ecf2; --second: #9aa7b6;
  --page: #161b22; --well: #0b0e13; --line: #3a4452; --positive: #4ba3f2; --negative: #f59a3c; } }
body { background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif;
  max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.25rem; border-bottom: 1px solid var(--line);
  margin-top: 2.5rem; } h3 { font-size: 1.05rem; margin: 2rem 0 0; }
p, dd, caption { color: var(--second); font-size: .9rem; } p { margin: .2rem 0 .6rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; }
dd { margin: 0; font-size: 1rem; color: var(--text); } dt { color: var(--second); }
pre { background: var(--well); border-radius: .4rem; padding: .6rem .8rem; overflow-x: auto; }
.scroll { overflow: auto hidden; padding: .3rem 0; } math { font-size: 1.1rem; padding: .15rem 0; }
.arrays { display: flex; flex-wrap: wrap; gap: .8rem 1.6rem; align-items: flex-start; }
.arrays > div { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; white-space: nowrap; padding-bottom: .2rem; }
td { text-align: right; padding: .05rem .5rem; white-space: nowrap; color: var(--positive); }
td.n { color: var(--negative); } td.z { color: var(--second); }
tr td:first-child { border-left: 2px solid var(--line); }
tr td:last-child { border-right: 2px solid var(--line); }"""


def html_of(step: TracedStep) -> str:
    """Return the page; it loads nothing, and follows the reader's light or dark."""
    return "\n".join(_lines(step)) + "\n"


def _lines(step: TracedStep) -> Iterator[str]:
    title = f"Step {step.trace.step:,} of training"
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>\n<style>\n{_STYLE}\n</style>\n</head>\n<body>"
    yield f"<h1>{title}</h1>\n<dl>"
    for head, text in facts_of(step):
        yield f"<dt>{escape(head)}</dt><dd>{escape(text)}</dd>"
    yield "</dl>\n<h2>Given</h2>"
    yield from _arrays(given_of(step.trace))
    phase = None
    for section in sections_of(step.trace):
        if section.phase is not phase:
            phase = section.phase
            yield f'<h2 id="{phase.value}">{PHASE_TITLES[phase]}</h2>'
        yield from _section(section)
    yield "</body>\n</html>"


def _section(section: Section) -> Iterator[str]:
    yield f'<section id="line{section.number}">'
    yield f"<h3>{section.number}. {escape(section.title)}</h3>"
    yield f"<p>{escape('; '.join(section.substeps))}</p>"
    yield _formula(join_tex(section.matrix.symbols))
    if section.shapes:
        yield f"<p>Shapes: {escape(section.shapes)}</p>"
    yield from _equations(section.scalar)
    if section.factors:
        yield f"<p>{escape(section.factors[:1].upper() + section.factors[1:])}</p>"
    code = "\n".join(section.code)
    yield f"<pre><code>{escape(code)}</code></pre>"
    yield from _arrays(section.tables)
    yield "</section>"


def _equations(equations: tuple[Equation, ...]) -> Iterator[str]:
    for equation in equations:
        for part in (equation.symbols, equation.numbers):
            if part:
                yield _formula(join_tex(part))


def _formula(tex: str) -> str:
    return f'<div class="scroll">{convert(tex, display="block")}</div>'


def _arrays(tables: tuple[Table, ...]) -> Iterator[str]:
    yield '<div class="arrays">'
    for table in tables:
        note = f" ({escape(table.note)})" if table.note else ""
        yield f"<div><table><caption><code>{table.variable}</code>{note}</caption>"
        for row in table.rows:
            yield f"<tr>{''.join(_cell(value) for value in row)}</tr>"
        yield "</table></div>"
    yield "</div>"


def _cell(value: float | None) -> str:
    if value is None:
        return '<td class="z">…</td>'
    sign = ' class="n"' if value < 0 else ' class="z"' if value == 0 else ""
    return f"<td{sign}>{six_digits(value)}</td>"
