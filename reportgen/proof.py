"""Turns a source document into a dataset with its proof, or with what is wrong in it; writes and prints nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from reportgen.dataset import Dataset
from reportgen.definition import ReportDefinition
from reportgen.diagnosis import Diagnosis, TextChange, diagnose_figures
from reportgen.errors import Problem, Where
from reportgen.identities import check_identities, derive_identities
from reportgen.source import SourceDocument, read_source
from reportgen.tidy import tidy_source

REPAIRS_SUFFIX = ".repairs.json"
"""Added to the name of a repaired document: the list of what was changed in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A document that could be read, and whether its figures add up."""

    document: SourceDocument
    sha256: str
    dataset: Dataset
    identities: int
    """How many identities there are in each month."""
    broken: tuple[Problem, ...]
    """Every identity and month that doesn't hold; nothing for a sound document."""
    diagnoses: tuple[Diagnosis, ...]
    """What the broken identities come from, one for each mistake."""
    warnings: tuple[Problem, ...]
    """Aliases, oddities of form and repairs."""

    @property
    def checked(self) -> int:
        """How many identities were checked, over all months."""
        return self.identities * len(self.dataset.periods)


def prove_source(path: Path, definition: ReportDefinition) -> Proof:
    """Read a document and check that its figures add up; raise `SourceError` where its form is wrong."""
    document = read_source(path)
    tidied = tidy_source(document, definition)
    identities = derive_identities(definition, tidied.dataset)
    broken = check_identities(identities, tidied.dataset, definition)
    repairs, warnings = _read_repairs(path)
    return Proof(
        document=document,
        sha256=sha256(path.read_bytes()).hexdigest(),
        dataset=_mark_corrected(tidied.dataset, {warning.where[0] for warning in repairs}),
        identities=len(identities),
        broken=broken,
        diagnoses=diagnose_figures(identities, tidied.dataset, definition, document) if broken else (),
        warnings=(*tidied.warnings, *repairs, *warnings),
    )


def list_repairs(content: bytes, changes: Sequence[TextChange]) -> bytes:
    """Return the list that stands beside a repaired document with this content, as JSON."""
    cells = [
        {"line": c.where.line, "column": c.where.column, "found": c.found, "expected": c.expected} for c in changes
    ]
    listed = {"sha256": sha256(content).hexdigest(), "changes": cells}
    return (json.dumps(listed, ensure_ascii=False, indent=2) + "\n").encode()


def _read_repairs(path: Path) -> tuple[list[Problem], list[Problem]]:
    """Return a warning for each cell that was repaired, and one if the list of repairs is of no use."""
    beside = path.with_name(path.name + REPAIRS_SUFFIX)
    if not beside.is_file():
        return [], []
    try:
        listed = json.loads(beside.read_bytes())
        changes = [(Where(file=path.name, line=c["line"], column=c["column"]), c) for c in listed["changes"]]
        fits = listed["sha256"] == sha256(path.read_bytes()).hexdigest()
    except (ValueError, KeyError, TypeError):
        changes, fits = [], False
    if not fits:
        message = f"the list of repairs {beside.name} does not belong to this version of {path.name}"
        hint = "delete the list, or repair the document anew with check --repair"
        return [], [Problem(kind="repairs-outdated", message=message, hint=hint, where=(Where(file=beside.name),))]
    repairs = [
        Problem(
            kind="repair",
            message=f'the cell was repaired: "{change["found"]}" was printed, "{change["expected"]}" is used',
            hint="ask the publisher for a corrected document, or accept the repair by name",
            where=(where,),
            subject=f"{where}={change['expected']}",
        )
        for where, change in changes
    ]
    return repairs, []


def _mark_corrected(dataset: Dataset, repaired: set[Where]) -> Dataset:
    """Give every observation that rests on a repaired cell the status `corrected`."""
    if not repaired:
        return dataset
    return replace(
        dataset,
        observations=tuple(
            replace(o, status="corrected") if any(cell.where in repaired for cell in o.printed) else o
            for o in dataset.observations
        ),
    )
