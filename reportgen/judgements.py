"""Reads what judges said of a month's files, and holds it against the files as they are now.

A judge is a program of others: veraPDF, the Nu Html Checker, axe-core. Each leaves one JSON file with the SHA-256 of
what it judged, so that a word about other bytes counts for nothing. Runs no judge itself.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import BaseModel, ValidationError

from reportgen.errors import Problem, Where
from reportgen.manifest import ListedFile


class _JudgedFile(BaseModel):
    sha256: str
    problems: tuple[str, ...]


class _Report(BaseModel):
    judge: str
    files: tuple[_JudgedFile, ...]


Verdicts = Mapping[str, Sequence[str]]
"""What a judge found wrong in each file that it judged, by the file's SHA-256; nothing where it found nothing."""


def examine_files(files: Sequence[ListedFile], judges: Mapping[str, str], folder: Path | None) -> tuple[Problem, ...]:
    """Return what the judges' reports lack, and what they say against the files.

    `judges` has the pattern of the names of the files that each one must have judged: `{"verapdf": "*.pdf"}`;
    `folder` holds `<judge>.json` for each; without one nobody has judged anything.
    """
    problems: list[Problem] = []
    for judge, pattern in judges.items():
        due = [file for file in files if file.path.match(pattern)]
        if not due:
            continue
        try:
            verdicts = _read_report(folder, judge)
        except (OSError, ValueError) as error:
            problems.append(_unreadable(judge, error))
            continue
        problems += _held_against(due, judge, verdicts)
    return tuple(problems)


def _read_report(folder: Path | None, judge: str) -> Verdicts:
    """Return a judge's verdicts, or none where there is no report; raise `ValueError` for what is no report of his."""
    path = folder / f"{judge}.json" if folder else None
    if path is None or not path.exists():
        return {}
    try:
        report = _Report.model_validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        message = " ".join([".".join(map(str, first["loc"])), first["msg"]]).strip()
        raise ValueError(message) from error
    if report.judge != judge:
        message = f'it is a report of "{report.judge}"'
        raise ValueError(message)
    verdicts: dict[str, list[str]] = {}
    for file in report.files:
        verdicts.setdefault(file.sha256, []).extend(file.problems)
    return verdicts


def _held_against(due: Sequence[ListedFile], judge: str, verdicts: Verdicts) -> list[Problem]:
    problems = []
    unjudged = [file for file in due if file.sha256 not in verdicts]
    if unjudged:
        names = ", ".join(str(file.path) for file in unjudged)
        hint = "build the same into another folder, run make judge on it, and name its reports with --judged"
        message = f"{judge} has not judged {names} as built now"
        problems.append(Problem(kind="not-judged", message=message, hint=hint, subject=judge))
    for file in due:
        found = verdicts.get(file.sha256, ())
        if found:
            more = f", and {len(found) - 1} more" if len(found) > 1 else ""
            problems.append(
                Problem(
                    kind="judged-wrong",
                    message=f"{judge} found fault with {file.path}: {found[0]}{more}",
                    hint="mend what it names, build again and have it judged again",
                    subject=judge,
                )
            )
    return problems


def _unreadable(judge: str, error: Exception) -> Problem:
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return Problem(
        kind="no-judgement",
        message=f"the report of {judge} can't be read: {reason}",
        hint="have the site judged again: make judge",
        where=(Where(file=f"{judge}.json"),),
        subject=judge,
    )
