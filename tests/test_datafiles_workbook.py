"""The workbook is the report's tables: read back by others it holds the same, as numbers, and needs no eyes."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, TypeAlias

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from reportgen.datafiles import write_workbook
from reportgen.findings import Number
from reportgen.report import Report
from reportgen.tables import DisplayTable, Row
from reportgen.wording import Wording

LANGUAGES = ("nb", "en")
WORDS = {
    "nb": ("Forside", "Innhold", "Merknader", "Tabell", "Figur"),
    "en": ("Cover", "Contents", "Notes", "Table", "Figure"),
}
NBSP, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"

Write = Callable[[str], bytes]
Workbook: TypeAlias = Any
Sheet: TypeAlias = Any
Cell: TypeAlias = Any
"""What openpyxl reads has no types."""


@pytest.fixture(scope="module")
def write(report_of: Callable[[int, str], Report], words_of: Callable[[int, str], Wording]) -> Write:
    """Return a function that writes November's workbook: `write("nb")`."""
    return lambda language: write_workbook(report_of(11, language), words_of(11, language))


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    """Return each of the report's languages."""
    return str(request.param)


@pytest.fixture(scope="module")
def content(write: Write, language: str) -> bytes:
    """Return November's workbook."""
    return write(language)


@pytest.fixture(scope="module")
def workbook(content: bytes) -> Workbook:
    """Return November's workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def tables(report_of: Callable[[int, str], Report], language: str) -> dict[str, DisplayTable]:
    """Return the report's tables and the numbers behind its figures, by the name of their sheet."""
    report = report_of(11, language)
    figures = [report.main_figure, *(figure for section in report.sections for figure in section.figures)]
    named = {table.label: table for section in report.sections for table in section.tables}
    return named | {figure.label: figure.data for figure in figures if figure.data}


def shown_number(text: str, language: str) -> float:
    """Read a number as a person does who reads the table: `−3,1 %` is -3.1."""
    plain = text.replace(NBSP, "").replace(MINUS, "-").removesuffix("%")
    return float(plain.replace(",", ".") if language == "nb" else plain.replace(",", ""))


def body_of(sheet: Workbook) -> list[list[Any]]:
    """Return the cells of a sheet's only table, its row of headings first."""
    (table,) = sheet.tables.values()
    return [list(row) for row in sheet[table.ref]]


def test_sheets_are_cover_contents_notes_and_one_for_each_table(workbook: Workbook, language: str) -> None:
    """Eleven tables of the source, one of indicators and nine figures have a sheet each, named in the language."""
    *front, table, figure = WORDS[language]
    numbered = [f"{table} {n}" for n in range(1, 13)] + [f"{figure} {n}" for n in range(1, 10)]
    assert workbook.sheetnames == front + numbered


def test_every_sheet_can_be_used_without_seeing_it(workbook: Workbook) -> None:
    """A title stands in the first cell; nothing is merged, hidden or blank; text and table follow without a gap."""
    for sheet in workbook:
        assert sheet["A1"].value
        assert sheet["A1"].font.bold
        assert not sheet.merged_cells.ranges
        assert sheet.sheet_state == "visible"
        assert all(sheet.cell(row, 1).value is not None for row in range(1, sheet.max_row + 1)), sheet.title
        if sheet is workbook.worksheets[0]:
            assert not sheet.tables
            continue
        body = body_of(sheet)
        assert all(cell.value not in {None, ""} for row in body for cell in row), sheet.title
        assert body[-1][-1].row == sheet.max_row
        headings = [cell.value.casefold() for cell in body[0]]
        assert len(set(headings)) == len(headings)


def test_every_table_equals_the_printed_one(workbook: Workbook, tables: dict[str, DisplayTable], language: str) -> None:
    """Row by row the sheet has the labels, symbols and numbers that the table shows, the numbers as numbers."""
    compared = 0
    for name, table in tables.items():
        sheet = workbook[name]
        assert sheet["A1"].value == f"{name}. {table.title}"
        assert sheet["A2"].value == table.subtitle
        headings, *body = body_of(sheet)
        assert headings[0].value == table.stubhead
        assert [c.value.rpartition(": ")[2] for c in headings[1:]] == [c.full or c.label for c in table.columns]
        rows = [row for block in table.blocks for row in block]
        assert [row[0].value for row in body] == [row.label for row in rows]
        for cells, row in zip(body, rows, strict=True):
            for cell, text in zip(cells[1:], row.cells, strict=True):
                if any(character.isdigit() for character in text):
                    assert (cell.data_type, cell.value) == ("n", shown_number(text, language)), text
                    compared += 1
                else:
                    assert (cell.data_type, cell.value) == ("s", text)
    assert compared > 4000


def test_another_reader_finds_the_same_numbers(
    workbook: Workbook, content: bytes, tables: dict[str, DisplayTable]
) -> None:
    """Calamine, which shares nothing with openpyxl, reads the same values."""
    other = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert other.sheet_names == workbook.sheetnames
    for name in tables:
        rows = other.get_sheet_by_name(name).to_python()
        values = [[cell.value for cell in row] for row in body_of(workbook[name])]
        assert rows[-len(values) :] == values


def test_numbers_look_as_their_unit_does(workbook: Workbook, language: str) -> None:
    """Persons have thousands, per cent one decimal and the sign, percentage points one decimal."""
    table = WORDS[language][3]
    formats = [cell.number_format for cell in body_of(workbook[f"{table} 12"])[1]]
    percent = '#,##0.0"\N{NO-BREAK SPACE}%"' if language == "nb" else '#,##0.0"%"'
    assert formats == ["General", "#,##0", "#,##0", percent, percent, "#,##0.0", percent, percent]


def test_heads_stay_in_sight(workbook: Workbook, tables: dict[str, DisplayTable]) -> None:
    """Headings and row labels stay while the numbers scroll, and columns are wide enough for what they hold."""
    for name in tables:
        sheet = workbook[name]
        headings = body_of(sheet)[0]
        assert sheet.freeze_panes == f"B{headings[0].row + 1}"
        assert sheet.column_dimensions["A"].width >= 30


def test_notes_explain_every_symbol(workbook: Workbook, tables: dict[str, DisplayTable], language: str) -> None:
    """Each symbol is explained above the table that has it, and among the notes with the terms of the statistics."""
    notes = {row[0].value: row[1].value for row in body_of(workbook[WORDS[language][2]])}
    quote = "«{}»" if language == "nb" else "“{}”"
    explained = 0
    for name, table in tables.items():
        top = [cell.value for cell in workbook[name]["A"][: body_of(workbook[name])[0][0].row - 1]]
        for symbol in table.symbols:
            sign = quote.format(symbol.sign)
            (line,) = [text for text in top if sign in text]
            (note,) = [text for term, text in notes.items() if sign in term]
            assert all(meaning in line and meaning in note for meaning in symbol.meanings)
            explained += 1
    assert explained > 2
    assert {"Julidykk" if language == "nb" else "July dip"} <= set(notes)


def test_contents_lead_to_every_sheet_and_back(
    workbook: Workbook, tables: dict[str, DisplayTable], language: str
) -> None:
    """Every link goes to a sheet that is there, or to a named address."""
    contents = workbook[WORDS[language][1]]
    links = {cell.value: cell.hyperlink.location for row in contents["A1:A40"] for cell in row if cell.hyperlink}
    assert links == {name: f"'{name}'!A1" for name in tables}
    for name in tables:
        (back,) = [cell.hyperlink.location for cell in workbook[name]["A"] if cell.hyperlink]
        assert back == f"'{WORDS[language][1]}'!A1"
    targets = [cell.hyperlink.target for cell in workbook.worksheets[0]["A"] if cell.hyperlink]
    assert targets[-2:] == ["mailto:nav.statistikk@nav.no", "https://data.norge.no/nlod/no/2.0"]


def test_the_document_says_what_it_is(workbook: Workbook, language: str) -> None:
    """Title, language and author stand in the properties, and the day of release instead of the clock."""
    told = workbook.properties
    titles = {
        "nb": "Deltakere i arbeidsrettede tiltak, November 2013",
        "en": "Participants in labour market programmes, November 2013",
    }
    assert (told.title, told.language, told.creator) == (titles[language], language, "NAV")
    assert told.created.replace(tzinfo=UTC) == told.modified.replace(tzinfo=UTC) == datetime(2013, 12, 3, tzinfo=UTC)


def test_no_text_becomes_a_formula(
    report_of: Callable[[int, str], Report], words_of: Callable[[int, str], Wording]
) -> None:
    """A label that begins as a formula does, or as a link, stands as it is, beside a number that is one."""
    report, labels = report_of(11, "nb"), ("=1+1", "+47", "-5", "@SUM(A1)", "{=A1}", "https://example.org")
    persons = Number(Fraction(-7), "persons")
    rows = tuple(
        Row(kind="plain", label=label, cells=(f"{MINUS}7", label), numbers=(persons, None)) for label in labels
    )
    section = report.sections[-1]
    table = replace(section.tables[0], title="=HYPERLINK()", columns=section.tables[0].columns[:2], blocks=(rows,))
    hostile = replace(report, sections=(replace(section, tables=(table,)),))
    sheet = openpyxl.load_workbook(io.BytesIO(write_workbook(hostile, words_of(11, "nb"))))["Tabell 1"]
    _, *body = body_of(sheet)
    assert [(row[0].value, row[1].value, row[2].value) for row in body] == [(label, -7, label) for label in labels]
    assert {cell.data_type for row in body for cell in (row[0], row[2])} == {"s"}
    assert not [cell for row in body for cell in row if cell.hyperlink]


def test_the_same_report_gives_the_same_bytes(write: Write, content: bytes, language: str) -> None:
    """Written again it is the same file, whose parts have no time of their own."""
    assert write(language) == content
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
