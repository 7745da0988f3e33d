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
from nnviz.verification.verify import Verdict, verify


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``nnviz verify``."""
    parser.add_argument("file", type=Path, metavar="FILE.json", help="see the user guide")
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object and nothing else"
    )


def run(arguments: argparse.Namespace) -> int:
    """Compare, print, and return 0 if everything agrees."""
    try:
        verdicts = verify(read_cases(arguments.file))
    except CaseError as error:
        raise CommandError(str(error)) from error
    if not verdicts:
        raise CommandError(f"{arguments.file} has no batch to check")
    is_right = all(verdict.is_right for verdict in verdicts)
    if arguments.json:
        cases = [_as_document(verdict) for verdict in verdicts]
        print(json.dumps({"agrees": is_right, "cases": cases}, indent=2))
    else:
        print("\n".join(_lines(verdicts)))
    return 0 if is_right else 1


def _lines(verdicts: Iterable[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        yield f"{verdict.case}, {verdict.batch}"
        if verdict.problem:
            yield f"  {verdict.problem}"
            continue
        for kind, finding in _worst(verdict.findings).items():
            mark = "WRONG" if finding.is_wrong else "ok"
            yield f"  {kind:<34} {_error_text(finding.error):>9}  {mark}"
        wrong = [finding for finding in verdict.findings if finding.is_wrong]
        if wrong:
            first = wrong[0]
            place = f"[{', '.join(str(i) for i in first.index)}]" if first.index else ""
            yield f"  first wrong: {first.name}{place}: theirs {first.theirs}, ours {first.ours}"
        if verdict.mistake:
            yield f"  it looks as if {verdict.mistake}"
    count = sum(len(verdict.findings) for verdict in verdicts)
    bad = sum(f.is_wrong for verdict in verdicts for f in verdict.findings)
    problems = sum(bool(verdict.problem) for verdict in verdicts)
    if bad or problems:
        yield f"{bad} of {count} quantities disagree, {problems} batches could not be checked"
    else:
        yield f"all {count} quantities agree"


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


def _error_text(error: float) -> str:
    return "shape" if math.isinf(error) else f"{error:.1e}"


def _as_document(verdict: Verdict) -> dict[str, Any]:
    return {
        "case": verdict.case,
        "batch": verdict.batch,
        "agrees": verdict.is_right,
        "problem": verdict.problem or None,
        "mistake": verdict.mistake,
        "quantities": [
            {
                "name": finding.name,
                "error": finding.error if math.isfinite(finding.error) else None,
                "agrees": not finding.is_wrong,
                "index": finding.index,
                "theirs": finding.theirs or None,
                "ours": finding.ours or None,
            }
            for finding in verdict.findings
        ],
    }
