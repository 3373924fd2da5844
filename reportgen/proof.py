"""Turns a source document into a dataset with its proof, or with what is wrong in it; writes and prints nothing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from reportgen.dataset import Dataset
from reportgen.definition import REPAIRS_SUFFIX, ReportDefinition
from reportgen.errors import Problem, Where
from reportgen.identities import check_identities, derive_identities
from reportgen.intake import MEGABYTE, read_file
from reportgen.source import SourceDocument, read_source
from reportgen.tidy import tidy_source

if TYPE_CHECKING:
    from reportgen.diagnosis import Diagnosis, TextChange

_LARGEST_LIST = MEGABYTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A document that could be read, and whether its figures add up."""

    document: SourceDocument
    dataset: Dataset
    identities: int
    """How many identities there are in each month."""
    broken: tuple[Problem, ...]
    """Every identity and month that doesn't hold; nothing for a sound document."""
    diagnoses: "tuple[Diagnosis, ...]"
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
    repairs, warnings = _read_repairs(path, document.sha256)
    diagnoses: tuple[Diagnosis, ...] = ()
    if broken:
        from reportgen.diagnosis import diagnose_figures  # noqa: PLC0415 - NumPy, which a sound document doesn't need

        diagnoses = diagnose_figures(identities, tidied.dataset, definition, document)
    return Proof(
        document=document,
        dataset=_mark_corrected(tidied.dataset, {warning.where[0] for warning in repairs}),
        identities=len(identities),
        broken=broken,
        diagnoses=diagnoses,
        warnings=(*tidied.warnings, *repairs, *warnings),
    )


def list_repairs(content: bytes, changes: Sequence["TextChange"]) -> bytes:
    """Return the list that stands beside a repaired document with this content, as JSON."""
    cells = [
        {"line": c.where.line, "column": c.where.column, "found": c.found, "expected": c.expected} for c in changes
    ]
    listed = {"sha256": sha256(content).hexdigest(), "changes": cells}
    return (json.dumps(listed, ensure_ascii=False, indent=2) + "\n").encode()


def _read_repairs(path: Path, digest: str) -> tuple[list[Problem], list[Problem]]:
    """Return a warning for each cell that was repaired, and one if the list of repairs is not of this document."""
    beside = path.with_name(path.name + REPAIRS_SUFFIX)
    if not beside.exists():
        return [], []
    try:
        listed = json.loads(read_file(beside, _LARGEST_LIST))
        repairs = [_repair(path.name, change) for change in listed["changes"]]
        fits = listed["sha256"] == digest
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        repairs, fits = [], False
    if fits:
        return repairs, []
    message = f"the list of repairs {beside.name} does not belong to this version of {path.name}"
    hint = "delete the list, or repair the document anew with check --repair"
    return [], [Problem(kind="repairs-outdated", message=message, hint=hint, where=(Where(file=beside.name),))]


def _repair(file: str, change: Mapping[str, object]) -> Problem:
    """Return the warning that a cell was repaired; raise `TypeError` or `KeyError` where that isn't what is listed."""
    line, column, found, expected = (change[key] for key in ("line", "column", "found", "expected"))
    if not (isinstance(line, int) and isinstance(column, int) and isinstance(found, str) and isinstance(expected, str)):
        raise TypeError
    where = Where(file=file, line=line, column=column)
    return Problem(
        kind="repair",
        message=f'the cell was repaired: "{found}" was printed, "{expected}" is used',
        hint="ask the publisher for a corrected document, or accept the repair by name",
        where=(where,),
        subject=f"{where}={expected}",
    )


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
