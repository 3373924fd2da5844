"""Examines source documents: what is wrong in each, for people and for programs, and a repaired copy.

Builds nothing. The JSON that `check_json` returns is described in docs/how-to/mend-a-source-document.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.definition import REPAIRS_SUFFIX, ReportDefinition
from reportgen.diagnosis import Diagnosis, TextChange
from reportgen.errors import DataError, OutputError, Problem, SourceError, Where
from reportgen.localisation import Correction, Explanation
from reportgen.output import write_new
from reportgen.proof import Proof, list_repairs, prove_source
from reportgen.repair import repair_changes, repair_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing wrong in a document."""

    problem: Problem
    period: str = ""
    """`2013-01`, or `2013-01/2013-11` for a mistake over several months; empty where none is concerned."""
    found: int | None = None
    """Persons, where one cell is wrong and it is certain which."""
    expected: int | None = None
    candidates: tuple[Explanation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What was found in one document."""

    path: Path
    proof: Proof | None
    """None where the document's form is wrong, so that its figures could not be checked."""
    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> int:
        """0 for a sound document, 3 where its form is wrong, 4 where its figures are."""
        return SourceError.exit_code if self.proof is None else DataError.exit_code if self.findings else 0


def examine_source(path: Path, definition: ReportDefinition) -> Examination:
    """Examine one document; whatever is wrong in it is a finding, not an exception."""
    try:
        proof = prove_source(path, definition)
    except SourceError as error:
        return Examination(path=path, proof=None, findings=tuple(Finding(problem=p) for p in error.problems))
    return Examination(path=path, proof=proof, findings=tuple(map(_finding, proof.diagnoses)))


def _finding(diagnosis: Diagnosis) -> Finding:
    first, last = diagnosis.periods[0], diagnosis.periods[-1]
    single = diagnosis.corrections[0] if len(diagnosis.corrections) == 1 else None
    return Finding(
        problem=diagnosis.problem,
        period=str(first) if first == last else f"{first}/{last}",
        found=single.found if single else None,
        expected=single.expected if single else None,
        candidates=diagnosis.candidates,
    )


def write_repaired(examination: Examination, target: Path) -> tuple[TextChange, ...]:
    """Write a copy in which only the cells that are certainly wrong differ, and the list of them beside it.

    Return the changes, in document order. Raise `OutputError` where the copy would stand over any file,
    and `SourceError` where the document's form is wrong or nothing certain can be repaired.
    """
    if examination.proof is None:
        raise SourceError([finding.problem for finding in examination.findings])
    changes = repair_changes(examination.proof.diagnoses)
    if not changes:
        message = f"{examination.path.name} has nothing that can be repaired with certainty"
        hint = "a sound document needs no repair; else see the candidates that check names"
        raise OutputError(Problem(kind="nothing-to-repair", message=message, hint=hint))
    content = repair_text(examination.proof.document, changes).encode()
    write_new({target: content, target.with_name(target.name + REPAIRS_SUFFIX): list_repairs(content, changes)})
    return changes


def check_json(examinations: Sequence[Examination]) -> dict[str, Any]:
    """Return what was found as plain data, ready for JSON."""
    proofs = [examination.proof for examination in examinations if examination.proof]
    return {
        "sources": [_source_json(examination) for examination in examinations],
        "identities": {
            "checked": sum(proof.checked for proof in proofs),
            "broken": sum(len(proof.broken) for proof in proofs),
        },
        "problems": [_finding_json(finding) for examination in examinations for finding in examination.findings],
        "warnings": [_problem_json(warning) for proof in proofs for warning in proof.warnings],
    }


def _source_json(examination: Examination) -> dict[str, Any]:
    proof = examination.proof
    months = [str(period) for period in proof.dataset.periods] if proof else []
    return {
        "file": examination.path.name,
        "sha256": proof.document.sha256 if proof else None,
        "months": months,
        "exit_code": examination.exit_code,
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    problem = _problem_json(finding.problem)
    return {
        **{key: problem[key] for key in ("kind", "file", "line", "column")},
        "period": finding.period or None,
        "found": finding.found,
        "expected": finding.expected,
        "message": problem["message"],
        "hint": problem["hint"],
        "places": problem["places"],
        "candidates": [list(_candidate_json(candidate)) for candidate in finding.candidates],
    }


def _candidate_json(candidate: Explanation) -> Iterator[Mapping[str, Any]]:
    for correction, misprint in zip(candidate.corrections, candidate.misprints, strict=True):
        yield {**_cell_json(correction), "misprint": misprint or None}


def _cell_json(correction: Correction) -> dict[str, Any]:
    return {
        **_place_json(correction.cell.where if correction.cell else None),
        "period": str(correction.period),
        "found": correction.found,
        "expected": correction.expected,
    }


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "kind": problem.kind,
        **_place_json(problem.where[0] if problem.where else None),
        "message": problem.message,
        "hint": problem.hint,
        "places": [str(where) for where in problem.where],
    }


def _place_json(where: Where | None) -> dict[str, Any]:
    """Return file, line and column; null where one is not known."""
    return {
        "file": where.file if where else None,
        "line": (where.line or None) if where else None,
        "column": (where.column or None) if where else None,
    }
