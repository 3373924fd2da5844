"""A document's text becomes pages of cells that know where they stand."""

from pathlib import Path

import pytest

from reportgen.errors import SourceError, Where
from reportgen.source import SourceDocument, parse_source, read_source

PAGE = "Title\n\nTable\n\nJanuar - mars 2013\n\n\tJanuar\tFebruar\tMars\nI alt\t1 074\t2\t\nMentor\t\t2\t\n"


def shape(document: SourceDocument) -> list[tuple[int, int, int]]:
    """Return the number of captions, columns and rows of each page."""
    return [(len(page.captions), len(page.header), len(page.rows)) for page in document.pages]


def test_page_has_captions_header_and_rows() -> None:
    """A page is its captions, its line of months and its rows; a blank cell is a cell."""
    (page,) = parse_source(PAGE, "x.txt").pages
    assert [cell.text for cell in page.captions] == ["Title", "Table", "Januar - mars 2013"]
    assert [cell.text for cell in page.header] == ["Januar", "Februar", "Mars"]
    assert [[cell.text for cell in row.figures] for row in page.rows] == [["1 074", "2", ""], ["", "2", ""]]


def test_cell_knows_file_line_and_column() -> None:
    """Lines count from 1 as in an editor, and column 1 is the label."""
    (page,) = parse_source(PAGE, "x.txt").pages
    assert page.rows[0].label.where == Where(file="x.txt", line=8, column=1)
    assert str(page.rows[1].figures[1].where) == "x.txt:9:3"


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encoding_and_line_ends_make_no_difference(encoding: str, line_end: str) -> None:
    """UTF-8 with or without a byte order mark and UTF-16, with any line end, read to the same pages."""
    text = PAGE.replace("Title", "Måned")
    content = text.replace("\n", line_end).encode(encoding)
    assert parse_source(content, "x.txt").pages == parse_source(text, "x.txt").pages


def test_decomposed_letters_are_composed() -> None:
    """A letter written as two characters is read as one."""
    (page,) = parse_source(PAGE.replace("Title", "Ma\u030aned"), "x.txt").pages
    assert page.captions[0].text == "Måned"


def test_latin_1_is_read_with_a_warning() -> None:
    """Latin-1 is understood where only letters are outside ASCII, and is told."""
    document = parse_source(PAGE.replace("Title", "Måned").encode("latin-1"), "x.txt")
    assert document.pages[0].captions[0].text == "Måned"
    assert [problem.name for problem in document.warnings] == ["encoding:latin-1"]


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (b"", "x.txt is empty", "fetch the document again"),
        (b"\xef\xbb\xbf \n", "x.txt is empty", "fetch the document again"),
        ("M\u00e5ned\t\u00e6".encode("cp865"), "x.txt is not UTF-8 text", "save the document as plain text in UTF-8"),
        (
            b"PK\x03\x04\x14\x00",
            "x.txt is a zip file, as workbooks (.xlsx) and word processor's documents are, and no text document",
            "export the tables as text with a tab between cells",
        ),
        (
            b"\xff\xfea\x00\x00\xd8",
            "x.txt says that it is utf-16-le and is not",
            "save the document as plain text in UTF-8",
        ),
        (
            b"Title\n\nTable, 1 2 3\n",
            "x.txt has no table: no line has a label and cells separated by tabs",
            "export the document as text with a tab between cells",
        ),
    ],
)
def test_what_is_no_table_document_is_refused(content: bytes, message: str, hint: str) -> None:
    """A document that can't be read is refused with one message and one hint."""
    with pytest.raises(SourceError) as caught:
        parse_source(content, "x.txt")
    (problem,) = caught.value.problems
    assert (problem.message, problem.hint) == (message, hint)


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    """A document that isn't there, or is a folder, is refused by name."""
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(SourceError) as caught:
            read_source(path)
        assert caught.value.problems[0].kind == "unreadable"
        assert path.name in caught.value.problems[0].message


def test_line_of_dashes_is_no_row() -> None:
    """A ruled line is kept apart, with its place."""
    (page,) = parse_source(PAGE + "---\t------\t---\t---\nAndre\t1\t2\t3\n", "x.txt").pages
    assert page.rules == (Where(file="x.txt", line=10),)
    assert len(page.rows) == 3


def test_captions_after_rows_begin_a_page() -> None:
    """A page begins where captions follow rows, also after a single blank line."""
    assert shape(parse_source(PAGE + "\nJanuar - mars 2013\n\nMenn\n\n\tJanuar\tFebruar\tMars\nx\t1\t2\t3\n", "x")) == [
        (3, 3, 2),
        (2, 3, 1),
    ]


def test_front_page_is_a_page_without_rows() -> None:
    """Prose before the first table is a page of its own."""
    assert shape(parse_source("Title\n\nAbout\n\nMany words.\n\n\n" + PAGE, "x")) == [(3, 0, 0), (3, 3, 2)]


def test_blank_line_between_rows_ends_nothing() -> None:
    """Blank lines between groups of rows belong to the page."""
    assert shape(parse_source(PAGE + "\nAndre\t1\t2\t3\n", "x")) == [(3, 3, 3)]


def test_end_is_the_last_line_with_text() -> None:
    """The document's end is where its text ends, not where its blank lines do."""
    assert parse_source(PAGE + "\n\n", "x.txt").end.line == 9
