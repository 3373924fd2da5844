"""What must be true of whatever is read, for the fuzzer and for property tests: refused for a reason, or sound.

A document is judged by what the definition means, not by the identities that the program derives:
members sum to their total wherever the dataset has both, and each cell says what stands in its place.
"""

from itertools import product
from pathlib import Path
from typing import Literal

from reportgen.catalogues import check_catalogues
from reportgen.dataset import Dataset
from reportgen.definition import ReportDefinition, read_definition
from reportgen.diagnosis import diagnose_figures
from reportgen.errors import ReportgenError
from reportgen.identities import check_identities, derive_identities
from reportgen.language import read_language
from reportgen.repair import repair_changes, repair_text
from reportgen.source import SourceDocument, parse_source, split_lines
from reportgen.tidy import tidy_source

Verdict = Literal["refused", "contradictory", "accepted"]
"""Whether the form is wrong, the figures contradict each other, or neither."""


def read_document(content: str | bytes, definition: ReportDefinition) -> Verdict:
    """Read, tidy and prove a document; raise `AssertionError`, or whatever the program did wrong."""
    try:
        document = parse_source(content, "a.txt")
        dataset = tidy_source(document, definition).dataset
    except ReportgenError as error:
        _check_problems(error)
        return "refused"
    identities = derive_identities(definition, dataset)
    if check_identities(identities, dataset, definition):
        diagnoses = diagnose_figures(identities, dataset, definition, document)
        assert diagnoses, "an identity is broken and nothing is said of it"
        parse_source(repair_text(document, repair_changes(diagnoses)), "a.txt")
        return "contradictory"
    _check_complete(dataset)
    _check_cells(dataset, document)
    _check_sums(dataset)
    return "accepted"


def read_report(folder: Path, document: str) -> Verdict:
    """Read a definition, its catalogues, and a document by it."""
    try:
        definition = read_definition(folder)
    except ReportgenError as error:
        _check_problems(error)
        return "refused"
    try:
        languages = [read_language(code, folder) for code in definition.report.languages]
        check_catalogues(definition, languages)
    except ReportgenError as error:
        _check_problems(error)
    return read_document(document, definition)


def read_catalogue(folder: Path, code: str) -> Verdict:
    """Read a catalogue, and say each of its messages."""
    try:
        language = read_language(code, folder)
    except ReportgenError as error:
        _check_problems(error)
        return "refused"
    for key in language.messages:
        for count in (0, 1, 2):
            try:
                said = language.message(key, n=count)
            except ReportgenError as error:
                _check_problems(error)
            else:
                assert said, f"{key} says nothing"
    return "accepted"


def _check_problems(error: ReportgenError) -> None:
    """Each problem is a sentence with a hint; nothing in it is empty."""
    assert all(problem.kind and problem.message and problem.hint for problem in error.problems)
    str(error).encode("utf-8")


def _check_complete(dataset: Dataset) -> None:
    """Each month has each combination of codes, once, and no month is left out."""
    months = len(dataset.periods)
    assert dataset.periods[-1].months_since(dataset.periods[0]) == months - 1
    assert len(dataset.observations) == months * len(dataset.all_codes())
    assert len({(o.period, o.codes) for o in dataset.observations}) == len(dataset.observations)


def _check_cells(dataset: Dataset, document: SourceDocument) -> None:
    """Every cell stands where it says, holds the digits that were read, and agrees with the others of its number."""
    lines = split_lines(document.text)
    for observation in dataset.observations:
        for cell in observation.printed:
            printed = lines[cell.where.line - 1].split("\t")[cell.where.column - 1]
            digits = "".join(character for character in printed if not character.isspace())
            assert int(digits or "0") == cell.value == observation.value


def _check_sums(dataset: Dataset) -> None:
    """Wherever the dataset has all children of a code, they sum to it, in each dimension and each month."""
    codes_known = set(dataset.all_codes())
    for codes, (place, code_list) in product(codes_known, enumerate(dataset.code_lists)):
        children = [(*codes[:place], child.id, *codes[place + 1 :]) for child in code_list.children(codes[place])]
        if children and codes_known.issuperset(children):
            members = zip(*(dataset.series(child) for child in children), strict=True)
            assert dataset.series(codes) == tuple(map(sum, members))
