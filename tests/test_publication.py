"""From the printed document to the reader: every figure of the source stands in each page and each PDF."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from naive_reading import MAIN_GROUPS, NaiveTable, read_codes, read_tables

ANCHORS = {
    "Hovedgrupper": "table-main-groups",
    "Tiltaksgrupper": "table-programme-groups",
    "Tiltaksgrupper og hovedgruppe": "table-programme-groups-by-main-group",
    "Tiltak": "table-programmes",
    "Tiltak og hovedgrupper": "table-programmes-by-main-group",
    "Tiltak og kjønn": "table-programmes-by-sex",
}
THOUSANDS = {"nb": "\N{NO-BREAK SPACE}", "en": ","}
PDF = {"nb": "tiltaksdeltakere-2013-11-nb.pdf", "en": "labour-market-programmes-2013-11-en.pdf"}
TABLES = read_tables()


def anchor(table: NaiveTable) -> str:
    """Return where a table of the document stands in the page."""
    return f"{ANCHORS[table.name]}-{table.member}" if table.member else ANCHORS[table.name]


def published(table: NaiveTable, language: str) -> list[list[str]]:
    """Return a table's rows as they should be published: in the code list's order, those with anyone in some month."""
    return [
        [code.labels[language], *(f"{persons:,}".replace(",", THOUSANDS[language]) for persons in table.rows[code.id])]
        for code in read_codes()
        if code.dimension == table.dimension and any(table.rows.get(code.id, ()))
    ]


class TableReader(HTMLParser):
    """Collects the rows of every table's body, by the anchor that stands before it."""

    def __init__(self) -> None:
        """Begin without an anchor."""
        super().__init__()
        self.rows: dict[str, list[list[str]]] = {}
        self.anchor = ""
        self.in_body = False
        self.in_cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an anchor, a body, a row or a cell; a cell of small lines has no text."""
        given = dict(attrs)
        if (given.get("id") or "") in self.wanted:
            self.anchor = given["id"] or ""
        elif tag == "tbody":
            self.in_body = True
        elif tag == "table":
            self.in_body = False
        elif tag == "tr" and self.in_body:
            self.rows.setdefault(self.anchor, []).append([])
        elif tag in {"th", "td"} and self.in_body and "trend" not in (given.get("class") or ""):
            self.rows[self.anchor][-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag: str) -> None:
        """Close a cell, or a table and what its anchor stands for."""
        if tag in {"th", "td"}:
            self.in_cell = False
        elif tag == "table":
            self.in_body, self.anchor = False, ""

    def handle_data(self, data: str) -> None:
        """Take a cell's text."""
        if self.in_cell:
            self.rows[self.anchor][-1][-1] += data

    wanted = frozenset(map(anchor, TABLES))


def test_the_second_reading_is_whole() -> None:
    """The naive reading that all is compared with has the 11 tables, 301 series and 3 161 printed figures."""
    assert len(TABLES) == 11
    series = [row for table in TABLES for row in table.rows.values()]
    assert (len(series), sum(1 for row in series for persons in row if persons)) == (301, 3161)
    assert len({anchor(table) for table in TABLES}) == 11
    members = [table.member for table in TABLES if table.name == "Tiltaksgrupper og hovedgruppe"]
    assert members == list(MAIN_GROUPS.values())


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_figure_stands_in_the_page(site: Path, language: str) -> None:
    """All eleven tables stand in the page cell by cell: labels, order and figures."""
    reader = TableReader()
    reader.feed((site / language / "2013-11" / "index.html").read_text(encoding="utf-8"))
    for table in TABLES:
        assert reader.rows[anchor(table)] == published(table, language), anchor(table)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_every_figure_stands_in_the_pdf_s_text(site: Path, language: str) -> None:
    """What a reader can select in the PDF has every table's rows whole and in order, each below the table's label."""
    file = site / language / "2013-11" / PDF[language]
    run = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, check=True)
    text = re.sub(r"\s+", " ", run.stdout.decode("utf-8"))
    place = text.rindex({"nb": "Tabell 1 ", "en": "Table 1 "}[language])
    for number, table in enumerate(TABLES, start=1):
        heading = f"{ {'nb': 'Tabell', 'en': 'Table'}[language] } {number} "
        place = text.index(heading, place)
        for row in published(table, language):
            figures = re.sub(r"\s", " ", " ".join(row[1:]))
            found = text.find(figures, place)
            assert found >= 0, (anchor(table), row)
            assert row[0].split()[0] in text[place:found], (anchor(table), row)
            place = found + len(figures)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_data_files_and_pages_agree(site: Path, language: str) -> None:
    """The latest month's column of the page is the latest month of observations.csv."""
    reader = TableReader()
    reader.feed((site / language / "2013-11" / "index.html").read_text(encoding="utf-8"))
    lines = (site / "data/2013-11/observations.csv").read_text(encoding="utf-8").splitlines()
    persons = {tuple(cells[1:4]): int(cells[4]) for line in lines if (cells := line.split(","))[0] == "2013-11"}
    assert len(persons) == 294
    for table in TABLES:
        codes = [c.id for c in read_codes() if c.dimension == table.dimension and any(table.rows.get(c.id, ()))]
        for code, row in zip(codes, reader.rows[anchor(table)], strict=True):
            assert int(row[-1].replace(THOUSANDS[language], "")) == persons[table.codes(code)], (anchor(table), row)
