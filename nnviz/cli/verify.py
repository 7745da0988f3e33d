"""``nnviz verify``: check a file of somebody's numbers against the engine."""

import argparse
import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from nnviz.cli.errors import CommandError
from nnviz.verification.compare import Finding
from nnviz.verification.layout import CaseError, read_cases
from nnviz.verification.verify import Verdict, Verification, verify


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``nnviz verify``."""
    parser.add_argument("file", type=Path, metavar="FILE.json", help="see the user guide")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare, print, and return 0 if everything agrees."""
    try:
        found = verify(read_cases(arguments.file))
        if not found.verdicts:
            raise CaseError(f"{arguments.file} has no batch to check")
    except CaseError as error:
        if not arguments.json:
            raise CommandError(str(error)) from error
        _print_json({"agrees": False, "problem": str(error), "cases": [], "not_compared": []})
        return 1
    if arguments.json:
        _print_json(
            {
                "agrees": found.is_right,
                "problem": None,
                "cases": [_as_document(verdict) for verdict in found.verdicts],
                "not_compared": list(found.not_compared),
            }
        )
    else:
        # A name in the file may hold half a character, which no terminal can show.
        print("\n".join(_lines(found)).encode("utf-8", "replace").decode("utf-8"))
    return 0 if found.is_right else 1


def _print_json(document: dict[str, Any]) -> None:
    print(json.dumps(document, indent=2, allow_nan=False))


def _lines(found: Verification) -> Iterator[str]:
    for verdict in found.verdicts:
        yield f"{verdict.case}, {verdict.batch}"
        yield from _lines_of(verdict)
    if found.not_compared:
        yield "not compared, as a case has no such quantity:"
        yield from (f"  {path}" for path in found.not_compared)
    count = sum(len(verdict.findings) for verdict in found.verdicts)
    bad = sum(f.is_wrong for verdict in found.verdicts for f in verdict.findings)
    problems = sum(len(verdict.problems) for verdict in found.verdicts)
    if bad or problems:
        yield f"{bad} of {count} quantities disagree, {problems} things could not be checked"
    else:
        yield f"all {count} quantities agree"


def _lines_of(verdict: Verdict) -> Iterator[str]:
    for kind, finding in _worst(verdict.findings).items():
        mark = "WRONG" if finding.is_wrong else "ok"
        yield f"  {kind:<34} {_error_text(finding):>9}  {mark}"
    wrong = [finding for finding in verdict.findings if finding.is_wrong]
    if wrong:
        first = wrong[0]
        place = f"[{', '.join(str(i) for i in first.index)}]" if first.index else ""
        yield f"  first wrong: {first.name}{place}: theirs {first.theirs}, ours {first.ours}"
        yield f"    at {first.path}"
    if verdict.mistake:
        yield f"  it looks as if {verdict.mistake}"
    yield from (f"  {problem}" for problem in verdict.problems)


def _worst(findings: Iterable[Finding]) -> dict[str, Finding]:
    """Return the worst finding of each kind of quantity, layers and steps put together."""
    worst: dict[str, Finding] = {}
    for finding in findings:
        words = finding.name.split()
        kind = " ".join(
            word
            for place, word in enumerate(words)
            if word not in ("layer", "step")
            and not (place and words[place - 1] in ("layer", "step"))
        )
        old = worst.get(kind)
        if old is None or (finding.is_wrong, finding.error) > (old.is_wrong, old.error):
            worst[kind] = finding
    return worst


def _error_text(finding: Finding) -> str:
    if finding.has_other_shape:
        return "shape"
    return "infinite" if math.isinf(finding.error) else f"{finding.error:.1e}"


def _as_document(verdict: Verdict) -> dict[str, Any]:
    return {
        "case": verdict.case,
        "batch": verdict.batch,
        "agrees": verdict.is_right,
        "problem": "; ".join(verdict.problems) or None,
        "mistake": verdict.mistake,
        "quantities": [
            {
                "name": finding.name,
                "path": finding.path,
                "error": finding.error if math.isfinite(finding.error) else None,
                "agrees": not finding.is_wrong,
                "index": finding.index,
                "theirs": finding.theirs or None,
                "ours": finding.ours or None,
            }
            for finding in verdict.findings
        ],
    }
