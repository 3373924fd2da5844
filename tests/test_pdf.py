"""The PDF has every figure, its pages are shared out as designed, and what WeasyPrint complains of stops the build."""

import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]
from sample_report import example_report, small_report
from test_page import all_tables

from reportgen.errors import RenderError
from reportgen.page import render_print
from reportgen.pdf_layout import lay_out_pdf
from reportgen.report import Report

LANGUAGES = ("nb", "en")
DOCUMENT = '<html lang="en"><head><title>T</title><style>{style}</style></head><body><p>{body}</p></body></html>'


@cache
def example_pdf(language: str) -> bytes:
    """Render the example once for all tests."""
    return lay_out_pdf(render_print(example_report(language)))


@cache
def page_texts(language: str) -> tuple[str, ...]:
    """Return the text of each page on one line, its no-break spaces kept."""
    with PdfDocument(example_pdf(language)) as document:
        return tuple(re.sub(r"[ \r\n]+", " ", page.get_textpage().get_text_range()) for page in document)


def rows_of(report_language: str) -> Counter[str]:
    """Return how often each row of cells stands in the report's tables."""
    tables = all_tables(example_report(report_language))
    return Counter(" ".join(row.cells) for table in tables for block in table.blocks for row in block)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_figure_can_be_read_from_the_pdf(language: str) -> None:
    """Each row of each table is found in the extracted text, as often as tables have it."""
    whole = " ".join(page_texts(language))
    for row, times in rows_of(language).items():
        assert whole.count(row) >= times, row


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_table_stands_on_one_page(language: str) -> None:
    """None of the tables is divided: one page has its title and all its rows."""
    for table in (table for section in example_report(language).sections for table in section.tables):
        rows = [" ".join(row.cells) for block in table.blocks for row in block]
        pages = [page for page in page_texts(language)[2:] if f"{table.label} {table.title}" in page]
        assert len(pages) == 1, table.title
        assert all(row in pages[0] for row in rows), table.title


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_page_has_the_news_and_nothing_else(language: str) -> None:
    """Headline, key figures and main figure stand on the first page; the contents begin the second."""
    report, (first, second, *_) = example_report(language), page_texts(language)
    assert report.headline in first
    assert all(figure.value in first for figure in report.key_figures)
    assert report.main_figure.title in first
    assert report.sections[0].heading not in first
    assert f"{report.words['contents']} {report.sections[0].heading}" in second


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_says_where_it_is_and_whose_it_is_not(language: str) -> None:
    """The foot has the page's number and the example note; the head of all but the first, statistic and month."""
    report, texts = example_report(language), page_texts(language)
    for number, page in enumerate(texts, start=1):
        assert report.words["page_number"].format(page=number, pages=len(texts)) in page
        assert report.example_note in page
    assert all(f"{report.title} · {report.month_name}" in page for page in texts[1:])


def test_contents_and_bookmarks_lead_to_the_sections() -> None:
    """The page number in the contents is that of the section, which has a bookmark too."""
    report, texts = example_report("nb"), page_texts("nb")
    reader = PdfReader(BytesIO(example_pdf("nb")))
    bookmarks = {
        str(entry["/Title"]): reader.get_destination_page_number(entry)
        for entry in reader.outline
        if not isinstance(entry, list)
    }
    for section in report.sections:
        page = bookmarks[section.heading]
        assert page is not None
        assert f"{section.heading} {page + 1} " in texts[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf_is_tagged(language: str) -> None:
    """Language, title, a table element for each table, an alternative text for each drawing."""
    report = example_report(language)
    with pikepdf.open(BytesIO(example_pdf(language))) as pdf:
        assert str(pdf.Root.Lang) == language
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.docinfo["/Title"]) == f"{report.title} · {report.month_name}"
        elements = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item]
        assert sum(item.S == "/Table" for item in elements) >= len(all_tables(report))
        spoken = {str(item.Alt) for item in elements if item.S == "/Figure"}
    figures = [report.main_figure, *(figure for section in report.sections for figure in section.figures)]
    assert spoken == {figure.alt for figure in figures if figure.svg}


@pytest.mark.parametrize(
    ("style", "body", "complaint"),
    [
        ("p { colour: red }", "", "colour"),
        ("", '<img alt="A lake" src="https://example.org/lake.png"/>', "example.org"),
        ("", '<img alt="Passwords" src="file:///etc/passwd"/>', "may not fetch"),
        ("", '<img alt="" src="data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22/%3E"/>', "alt"),
        ("@font-face { font-family: X; src: url(font:no-such-font) }", "", "Font-face 'X' cannot be loaded"),
    ],
)
def test_complaints_are_errors(style: str, body: str, complaint: str) -> None:
    """What WeasyPrint only logs stops the build: unknown properties, other hosts, the machine's files, a lost text."""
    with pytest.raises(RenderError, match=re.escape(complaint)) as caught:
        lay_out_pdf(DOCUMENT.format(style=style, body=body))
    assert caught.value.problems[0].kind == "pdf-warning"


def test_sloppy_html_is_refused() -> None:
    """The document is read as XML, in which an element that is not ended has no meaning."""
    with pytest.raises(RenderError, match="not well-formed: mismatched tag") as caught:
        lay_out_pdf('<html lang="en"><body><p>One<p>Two</body></html>')
    assert caught.value.problems[0].kind == "pdf-markup"


def test_same_bytes_in_another_process() -> None:
    """The PDF depends on nothing but its HTML."""
    program = (
        "import sys; from sample_report import small_report; from reportgen.page import render_print; "
        "from reportgen.pdf_layout import lay_out_pdf; "
        "sys.stdout.buffer.write(lay_out_pdf(render_print(small_report())))"
    )
    other = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, cwd=Path(__file__).parent, timeout=60
    )
    assert other.stdout == lay_out_pdf(render_print(small_report()))


def long_table(rows: int) -> Report:
    """Return a small report whose one table is that long."""
    report = small_report()
    table = all_tables(report)[0]
    row = table.blocks[0][0]
    blocks = tuple((replace(row, label=f"row {number}"),) for number in range(rows))
    section = replace(report.sections[0], tables=(replace(table, label="Table 7", title="Long", blocks=blocks),))
    return replace(report, sections=(section,))


def test_a_table_that_goes_on_overleaf_says_so() -> None:
    """A table longer than a page has its head and its name again on each further page, and nowhere else."""
    with PdfDocument(lay_out_pdf(render_print(long_table(150)))) as document:
        texts = [re.sub(r"[ \r\n]+", " ", page.get_textpage().get_text_range()) for page in document]
    numbers = [[int(row) for row in re.findall(r"row (\d+)", text)] for text in texts]
    pages = [page for page, rows in enumerate(numbers) if rows]
    assert len(pages) >= 3
    assert [row for page in pages for row in numbers[page]] == list(range(150))
    told = [page for page, text in enumerate(texts) if "Table 7. Long (continued)" in text]
    assert told == pages[1:]
