"""Verifying a whole file."""

from dataclasses import dataclass

import numpy as np

from nnviz.verification.compare import Finding, all_agree, compare
from nnviz.verification.document import CaseError
from nnviz.verification.further import further_quantities
from nnviz.verification.layout import Batch, Case, CaseFile, Given
from nnviz.verification.mistakes import guess
from nnviz.verification.passes import pass_of
from nnviz.verification.problem import Problem, problem_of
from nnviz.verification.quantities import given_quantities, with_derived
from nnviz.verification.torch_softplus import pass_with_lines

# Not quantities, but what holds for the file.
_SETTINGS = ("$.meta",)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about one batch of one case.

    Attributes
    ----------
    case, batch
        Which one.
    findings
        One per quantity.
    mistake
        The usual mistake that explains all that is wrong in the pass, if one alone does.
    problems
        What could not be checked, and why.
    not_compared
        Paths of numbers that mean nothing for this network and loss.
    skipped
        Paths of what a problem kept from being checked.
    """

    case: str
    batch: str
    findings: tuple[Finding, ...] = ()
    mistake: str | None = None
    problems: tuple[str, ...] = ()
    not_compared: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether everything could be checked and agrees."""
        return not self.problems and not any(finding.is_wrong for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Verification:
    """What was found about a file.

    Attributes
    ----------
    verdicts
        One per batch.
    not_compared
        The paths of all other numbers in the file.
    """

    verdicts: tuple[Verdict, ...]
    not_compared: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether everything could be checked and agrees."""
        return all(verdict.is_right for verdict in self.verdicts)


def verify(file: CaseFile) -> Verification:
    """Compare every quantity of every case with the engine."""
    verdicts = tuple(
        _verdict(file, case, batch) for case in file.cases for batch in case.batches.values()
    )
    known = (*_SETTINGS, *(path for verdict in verdicts for path in verdict.skipped))
    unread = [path for path in file.node.unread() if not path.startswith(known)]
    return Verification(verdicts, (*unread, *(p for v in verdicts for p in v.not_compared)))


def _verdict(file: CaseFile, case: Case, batch: Batch) -> Verdict:
    try:
        problem = problem_of(case, batch)
        given = given_quantities(case, batch)
    except CaseError as error:
        return Verdict(case.id, batch.name, problems=(str(error),), skipped=(case.node.path,))
    # Numbers that are too large are numbers here: they agree with theirs or not.
    with np.errstate(all="ignore"):
        return _compared(file, case, batch, problem, given)


def _compared(
    file: CaseFile, case: Case, batch: Batch, problem: Problem, given: dict[str, Given]
) -> Verdict:
    right = with_derived(problem, pass_of(problem))
    mistake = None
    if not all_agree(given, right, file.dtype):
        lines = pass_with_lines(problem, right)
        if lines is not None and all_agree(given, with_derived(problem, lines), file.dtype):
            right = with_derived(problem, lines)
        else:
            mistake = guess(problem, given, right, file.dtype)
    findings = compare(given, right, file.dtype)
    further = further_quantities(problem, batch.node, right, file.optimizers)
    findings += compare(further.given, further.ours, file.dtype)
    meaningless = tuple(entry.path for name, entry in given.items() if name not in right)
    return Verdict(
        case.id,
        batch.name,
        tuple(findings),
        mistake,
        tuple(further.problems),
        meaningless,
        tuple(further.skipped),
    )
