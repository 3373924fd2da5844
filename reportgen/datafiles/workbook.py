"""Turns a report into an Excel workbook: cover, contents, notes, and each table and each figure's numbers on a sheet.

Laid out as the Analysis Function of the UK's civil service asks, so that it can be used without seeing it: a sheet's
title stands in its first cell, and its only table is marked as one, with one row of headings and no merged cells.
Numbers are numbers, rounded as they are shown elsewhere; no text is ever taken for a formula.
"""

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from reportgen.datafiles.csv_files import column_labels
from reportgen.indicators import DECIMALS
from reportgen.report import Figure, Report, RichText
from reportgen.tables import DisplayTable, RowKind
from reportgen.wording import Wording

_CORE = "docProps/core.xml"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The oldest time that a zip file can hold; said of every file inside, so that it says nothing."""
_NARROW, _MIDDLE, _WIDE, _WIDEST = 12, 30, 60, 100
_TALL_HEADING = 48
"""Height of a row of headings, in points: three lines."""
_MEMBER_INDENT = 1

_Line = tuple[str, str]
"""A text and where it links to; an empty address for no link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """A table with what its sheet is called."""

    name: str
    """`Tabell 10`."""
    table: DisplayTable


@dataclass(frozen=True, slots=True, kw_only=True)
class _Area:
    """Where a table stands on its sheet."""

    top: int
    """The row of headings, counted from 0."""
    rows: int
    """How many rows stand below it."""
    numbers: bool = False
    """Whether all columns but the first hold numbers."""


def write_workbook(report: Report, words: Wording) -> bytes:
    """Return the report's tables and the numbers behind its figures as one workbook in the report's language."""
    sheets = [_Sheet(name=table.label, table=table) for section in report.sections for table in section.tables]
    sheets += [_Sheet(name=figure.label, table=figure.data) for figure in _figures(report) if figure.data]
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as workbook:
        writer = _Writer(workbook=workbook, report=report, words=words)
        writer.describe()
        writer.add_cover()
        writer.add_contents(sheets)
        writer.add_notes(sheets)
        for sheet in sheets:
            writer.add_table(sheet)
    return _with_language(file.getvalue(), report.language)


def _figures(report: Report) -> list[Figure]:
    return [report.main_figure, *(figure for section in report.sections for figure in section.figures)]


class _Writer:
    """Adds sheets to a workbook, and knows its formats."""

    def __init__(self, *, workbook: Workbook, report: Report, words: Wording) -> None:
        self.workbook, self.report, self.words = workbook, report, words
        self.title = workbook.add_format({"bold": True, "font_size": 16})
        self.heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "align": "left"})
        self.number_heading = workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "align": "right"})
        self.wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self.link = workbook.add_format({"font_color": "#1d5c9e", "underline": 1, "valign": "top"})
        self.contents_name = words.say("data.sheet-contents")
        self.notes_name = words.say("data.sheet-notes")
        self._formats: dict[tuple[RowKind, str], Format] = {}

    def describe(self) -> None:
        """Set the document's properties; its date is that of the release."""
        report, site = self.report, self.words.definition.site
        self.workbook.set_properties(
            {
                "title": f"{report.title}, {report.month_name}",
                "subject": report.headline,
                "author": site.creator,
                "company": site.publisher,
                "created": datetime.fromisoformat(report.released),
            }
        )

    def add_cover(self) -> None:
        """Add the sheet that says what the workbook is, when it was released and who answers for it."""
        report, rules = self.report, self.words.definition.report
        sheet = self.workbook.add_worksheet(self.words.say("data.sheet-cover"))
        lines: list[_Line] = [
            *([(f"{report.draft.label}. {report.draft.note}", "")] if report.draft else []),
            (report.month_name, ""),
            (report.headline, ""),
            *((f"{fact.term}: {_plain(fact.text)}", "") for fact in report.facts),
            (report.main_figure.source_note, ""),
            (report.example_note, ""),
            (self.words.say("data.workbook-numbers"), ""),
            (self.contents_name, _inside(self.contents_name)),
            (self.notes_name, _inside(self.notes_name)),
            (self.words.say("data.cover-contact", contact=rules.contact), f"mailto:{rules.contact}"),
            (self.words.say("data.cover-licence", licence=rules.licence), rules.licence_url),
        ]
        self._write_top(sheet, report.title, lines, wrap=True)
        sheet.set_column(0, 0, _WIDEST)

    def add_contents(self, sheets: Sequence[_Sheet]) -> None:
        """Add the sheet that lists the others, each with a link."""
        words = self.words
        sheet = self.workbook.add_worksheet(self.contents_name)
        top = self._write_top(sheet, self.contents_name, [(words.say("data.sheet-one-table"), "")])
        headings = (words.say("data.heading-sheet"), words.say("data.heading-title"), words.say("data.heading-unit"))
        for row, entry in enumerate(sheets, start=top + 1):
            sheet.write_url(row, 0, _inside(entry.name), self.link, entry.name)
            sheet.write_string(row, 1, entry.table.title, self.wrapped)
            sheet.write_string(row, 2, entry.table.subtitle, self.wrapped)
        self._mark_table(sheet, _Area(top=top, rows=len(sheets)), headings, "contents")
        sheet.set_column(0, 0, _NARROW)
        sheet.set_column(1, 1, _WIDE)
        sheet.set_column(2, 2, _MIDDLE)

    def add_notes(self, sheets: Sequence[_Sheet]) -> None:
        """Add the sheet that explains symbols, terms and the statistics."""
        words = self.words
        symbols: dict[str, dict[str, None]] = {}
        for symbol in (symbol for entry in sheets for symbol in entry.table.symbols):
            symbols.setdefault(symbol.sign, {}).update(dict.fromkeys(symbol.meanings))
        notes = [
            *((words.say("data.symbol", sign=sign), "; ".join(meanings)) for sign, meanings in symbols.items()),
            *((fact.term, _plain(fact.text)) for fact in (*self.report.about, *self.report.glossary)),
        ]
        sheet = self.workbook.add_worksheet(self.notes_name)
        top = self._write_top(sheet, self.notes_name, [(words.say("data.sheet-one-table"), ""), self._back()])
        for row, (term, text) in enumerate(notes, start=top + 1):
            sheet.write_string(row, 0, term, self.wrapped)
            sheet.write_string(row, 1, text, self.wrapped)
        headings = (words.say("data.heading-term"), words.say("data.heading-text"))
        self._mark_table(sheet, _Area(top=top, rows=len(notes)), headings, "notes")
        sheet.set_column(0, 0, _MIDDLE)
        sheet.set_column(1, 1, _WIDEST)

    def add_table(self, entry: _Sheet) -> None:
        """Add a table's sheet: title, unit and period, notes and symbols, then the table itself."""
        table, words = entry.table, self.words
        sheet = self.workbook.add_worksheet(entry.name)
        symbols = (
            words.say("data.symbol-means", sign=symbol.sign, meaning="; ".join(symbol.meanings))
            for symbol in table.symbols
        )
        texts = (table.subtitle, words.say("data.sheet-one-table"), *table.notes, *symbols, table.source_note)
        lines = [*((text, "") for text in texts if text), self._back()]
        top = self._write_top(sheet, f"{entry.name}. {table.title}", lines)
        rows = [row for block in table.blocks for row in block]
        for place, row in enumerate(rows, start=top + 1):
            sheet.write_string(place, 0, row.label, self._format(row.kind, "label"))
            for column, (text, number) in enumerate(zip(row.cells, row.numbers, strict=True), start=1):
                if number is None:
                    sheet.write_string(place, column, text, self._format(row.kind, "symbol"))
                else:
                    sheet.write_number(place, column, float(number.value), self._format(row.kind, number.unit))
        labels = column_labels(table)
        area = _Area(top=top, rows=len(rows), numbers=True)
        self._mark_table(sheet, area, (table.stubhead, *labels), table.id)
        sheet.set_column(0, 0, min(_WIDE, max(_MIDDLE, *(len(row.label) + 2 for row in rows))))
        sheet.set_column(1, len(labels), _NARROW)
        sheet.set_row(top, _TALL_HEADING)
        sheet.freeze_panes(top + 1, 1)

    def _back(self) -> _Line:
        return self.words.say("data.back-to-contents"), _inside(self.contents_name)

    def _write_top(self, sheet: Worksheet, title: str, lines: Sequence[_Line], *, wrap: bool = False) -> int:
        """Write the title and the lines below it; return the row after them."""
        if self.report.draft:
            title = f"{self.report.draft.label}: {title}"
        sheet.write_string(0, 0, title, self.title)
        for row, (text, address) in enumerate(lines, start=1):
            if address:
                sheet.write_url(row, 0, address, self.link, text)
            else:
                sheet.write_string(row, 0, text, self.wrapped if wrap else None)
        return len(lines) + 1

    def _mark_table(self, sheet: Worksheet, area: _Area, headings: Sequence[str], name: str) -> None:
        """Write a row of headings, and mark it and the rows below it as a table; headings of numbers stand right."""
        formats = [self.number_heading if area.numbers and place else self.heading for place in range(len(headings))]
        options = {
            "name": re.sub(r"\W", "_", name),
            "columns": [
                {"header": text, "header_format": shape} for text, shape in zip(headings, formats, strict=True)
            ],
            "autofilter": False,
            "style": "Table Style Light 1",
            "banded_rows": False,
        }
        sheet.add_table(area.top, 0, area.top + area.rows, len(headings) - 1, options)

    def _format(self, kind: RowKind, content: str) -> Format:
        """Return the format of a row's label, its symbols, or its numbers of a unit."""
        if (kind, content) not in self._formats:
            properties: dict[str, object] = {"bold": kind == "total"}
            if content == "label":
                properties |= {"indent": _MEMBER_INDENT if kind == "member" else 0, "text_wrap": True, "valign": "top"}
            elif content == "symbol":
                properties["align"] = "right"
            else:
                properties["num_format"] = self._number_format(content)
            self._formats[kind, content] = self.workbook.add_format(properties)
        return self._formats[kind, content]

    def _number_format(self, unit: str) -> str:
        """Return how a unit's numbers are shown; the reader's program chooses the marks."""
        decimals = DECIMALS[unit]
        number = "#,##0" + ("." + "0" * decimals if decimals else "")
        return f'{number}"{self.words.say("percent", number="")}"' if unit == "percent" else number


def _plain(text: RichText) -> str:
    return "".join(piece if isinstance(piece, str) else piece.text for piece in text)


def _inside(name: str) -> str:
    return f"internal:'{name}'!A1"


def _with_language(content: bytes, language: str) -> bytes:
    """Say the document's language in its properties, which XlsxWriter can't."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == _CORE:
                end = b"</cp:coreProperties>"
                part = part.replace(end, f"<dc:language>{language}</dc:language>".encode() + end)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, part)
    return made.getvalue()
