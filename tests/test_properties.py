"""Whatever is read is refused for a reason or sound, and what is printed of a statistic is read as it was meant."""

from itertools import product
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from invariants import read_catalogue, read_document, read_report
from visits import LIBRARIES, MONTHS, STATISTIC, VISITORS, Figures, print_document

from reportgen.definition import ReportDefinition, read_definition
from reportgen.errors import SourceError
from reportgen.source import parse_source, split_lines
from reportgen.texts import find_unseen, make_visible
from reportgen.tidy import tidy_source

SOUND = (STATISTIC / "sound.txt").read_text(encoding="utf-8")
FOUND = Path("tests/sources/found")
RULES = (STATISTIC / "report.toml").read_text(encoding="utf-8")
CODES = (STATISTIC / "codes.csv").read_text(encoding="utf-8")
IDS = {"Main library": "main-library", "Branch library": "branch"}
IDS |= {"University library": "university", "College library": "college"}

figures: st.SearchStrategy[Figures] = st.fixed_dictionaries(
    {key: st.tuples(*(st.integers(0, 10**9) for _ in MONTHS)) for key in product(LIBRARIES, VISITORS)}
)
bits = st.sampled_from(
    [*split_lines(SOUND), "", "\t", "---", "0", "1 803", "01", "All", "January", "\N{NO-BREAK SPACE}", "March 2024"]
)
edits = st.lists(st.tuples(st.integers(0, 63), st.integers(0, 4), bits | st.text(max_size=5)), max_size=4)
quick = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def statistic() -> ReportDefinition:
    """Return the small statistic's definition."""
    return read_definition(STATISTIC)


@quick
@given(figures)
def test_what_is_printed_is_read(statistic: ReportDefinition, printed: Figures) -> None:
    """Any figures, printed with their sums, are accepted and come back; rows that are left out as zeros."""
    document = print_document(printed)
    assert read_document(document, statistic) == "accepted"
    dataset = tidy_source(parse_source(document, "a.txt"), statistic).dataset
    read = {(library, visitor): dataset.series((IDS[library], visitor)) for library, visitor in printed}
    assert read == printed


@quick
@given(figures, st.data())
def test_no_other_figure_is_accepted(statistic: ReportDefinition, printed: Figures, data: st.DataObject) -> None:
    """One figure printed otherwise, wherever it stands, contradicts the others: each is part of some sum."""
    lines = split_lines(print_document(printed))
    rows = [number for number, line in enumerate(lines) if line.count("\t") == len(MONTHS) and line[0] != "\t"]
    row, month = data.draw(st.sampled_from(rows)), data.draw(st.integers(1, len(MONTHS)))
    cells = lines[row].split("\t")
    number = int(cells[month].replace(" ", "") or 0)
    cells[month] = str(data.draw(st.integers(0, 10**10).filter(lambda other: other != number)))
    lines[row] = "\t".join(cells)
    assert read_document("\n".join(lines), statistic) == "contradictory"


@quick
@given(st.text() | st.lists(bits).map("\n".join) | st.binary())
def test_any_document_is_refused_or_sound(statistic: ReportDefinition, content: str | bytes) -> None:
    """Random texts and bytes are told as what they are."""
    assert read_document(content, statistic) in {"refused", "contradictory", "accepted"}


@quick
@given(edits)
def test_any_change_is_refused_or_sound(statistic: ReportDefinition, changes: list[tuple[int, int, str]]) -> None:
    """A document with some lines or cells changed is refused, contradicts itself, or is sound."""
    lines = split_lines(SOUND)
    for line, column, text in changes:
        cells = lines[line % len(lines)].split("\t")
        cells[column % len(cells)] = text
        lines[line % len(lines)] = "\t".join(cells)
    assert read_document("\n".join(lines), statistic) in {"refused", "contradictory", "accepted"}


@quick
@given(st.integers(0, len(RULES)), st.integers(0, 40), st.text(max_size=20), st.booleans())
def test_any_definition_is_refused_or_sound(
    tmp_path: Path,
    start: int,
    length: int,
    text: str,
    in_codes: bool,  # noqa: FBT001 - as hypothesis calls it
) -> None:
    """A definition or code list with a piece of it replaced is refused, or a document is read by it."""
    rules = RULES if in_codes else RULES[:start] + text + RULES[start + length :]
    start %= len(CODES)
    codes = CODES[:start] + text + CODES[start + length :] if in_codes else CODES
    (tmp_path / "report.toml").write_text(rules, encoding="utf-8")
    (tmp_path / "codes.csv").write_text(codes, encoding="utf-8")
    assert read_report(tmp_path, SOUND) in {"refused", "contradictory", "accepted"}


@quick
@given(st.text())
def test_any_text_can_be_shown(text: str) -> None:
    """What is made visible holds no character that nobody sees, and what can be seen stays as it is."""
    shown = make_visible(text)
    assert find_unseen(shown, len(shown), allowed="\n\t") == ""
    if find_unseen(text, len(text)) == "":
        assert shown == text


def found(target: str) -> list[Path]:
    """Return the inputs that the fuzzer found to be faults once."""
    return sorted((FOUND / target).glob("[!.]*"))


@pytest.mark.parametrize("path", found("document"), ids=lambda path: path.name)
def test_found_documents_are_refused_or_sound(statistic: ReportDefinition, path: Path) -> None:
    """A document that was a fault once is read as any other."""
    assert read_document(path.read_bytes(), statistic) in {"refused", "contradictory", "accepted"}


@pytest.mark.parametrize("path", found("definition"), ids=lambda path: path.name)
def test_found_definitions_are_refused_or_sound(tmp_path: Path, path: Path) -> None:
    """A definition that was a fault once is read as any other."""
    rules, _, codes = path.read_bytes().partition(b"\n#### codes.csv\n")
    (tmp_path / "report.toml").write_bytes(rules)
    (tmp_path / "codes.csv").write_bytes(codes)
    assert read_report(tmp_path, SOUND) in {"refused", "contradictory", "accepted"}


@pytest.mark.parametrize("path", found("catalogue"), ids=lambda path: path.name)
def test_found_catalogues_are_refused_or_sound(tmp_path: Path, path: Path) -> None:
    """A catalogue that was a fault once is read as any other."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/en.po").write_bytes(path.read_bytes())
    assert read_catalogue(tmp_path, "en") in {"refused", "accepted"}


def test_a_document_that_is_no_text_is_told_before_anything_else() -> None:
    """Characters that no printed page has are refused in a text as in bytes."""
    with pytest.raises(SourceError, match="U\\+0000"):
        parse_source(SOUND.replace("All", "A\0ll"), "a.txt")
