"""Verifying a whole file."""

from dataclasses import dataclass

from nnviz.verification.compare import Finding, compare
from nnviz.verification.layout import Batch, Case, CaseError, CaseFile
from nnviz.verification.mistakes import guess
from nnviz.verification.quantities import (
    engine_quantities,
    further_quantities,
    given_quantities,
    network_of,
)


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
        The usual mistake that explains all that is wrong, if one alone does.
    problem
        Why nothing could be compared; "" if it could.
    """

    case: str
    batch: str
    findings: tuple[Finding, ...] = ()
    mistake: str | None = None
    problem: str = ""

    @property
    def is_right(self) -> bool:
        """Whether everything was compared and agrees."""
        return not self.problem and not any(finding.is_wrong for finding in self.findings)


def verify(file: CaseFile) -> list[Verdict]:
    """Compare every quantity of every case with the engine."""
    return [
        _verdict(file, case, name, batch)
        for case in file.cases
        for name, batch in case.batches.items()
    ]


def _verdict(file: CaseFile, case: Case, name: str, batch: Batch) -> Verdict:
    where, dtype = f"case {case.id}, batch {name}", file.meta.dtype
    try:
        network = network_of(case)
        given = given_quantities(batch, where)
        findings = compare(given, engine_quantities(network, batch, where), dtype)
        mistake = None
        if any(finding.is_wrong for finding in findings):
            mistake = guess(network, batch, given, where, dtype)
        more_given, more = further_quantities(network, batch, file.meta.optimisers, where)
        findings += compare(more_given, more, dtype)
    except CaseError as error:
        return Verdict(case.id, name, problem=str(error))
    return Verdict(case.id, name, tuple(findings), mistake)
