"""Turns a printed table document into pages of cells; every cell knows its file, line and column.

Knows no statistic: which caption is a table's name and which label means which code is `tidy`'s business.
What it knows is print: a page is captions, a header of months and rows; a line of dashes is a ruled line;
whatever stands between pages is prose.
"""

import codecs
import re
import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from reportgen.errors import Problem, SourceError, Where
from reportgen.intake import LARGEST, UnfitFileError, read_file

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LINE_END = re.compile(r"\r\n|\n|\r")
_NOT_OF_RULES = re.compile(r"[^-–—_=\s]")
_DASHES = re.compile(r"[-–—_=]{3}")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Characters that turn the direction of writing: with them a line reads otherwise than it is."""
_OTHER_FORMATS = (
    (b"PK\x03\x04", "a zip file, as workbooks (.xlsx) and word processor's documents are"),
    (b"\xd0\xcf\x11\xe0", "a file of an older office program (.xls, .doc)"),
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "rich text (.rtf)"),
    (b"<?xml", "XML"),
    (b"<!DOCTYPE", "HTML or XML"),
    (b"<html", "HTML"),
)
"""How files begin that are no text documents, though a name may say so."""
_LONGEST_LABEL = 1000
"""Characters; what is longer is prose."""
_PAGE_GAP = 2
"""So many blank lines between captions mean that a new page begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in one place of the document."""

    text: str
    """The text without the space around it, composed (NFC) unless it is prose: `74 256`; empty for a blank cell."""
    where: Where
    """File, line and column; column 1 is the label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table."""

    label: Cell
    """The first cell: `Mentor`."""
    figures: tuple[Cell, ...]
    """The cells after the label, blank ones included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One printed page, or a piece of prose where it has neither header nor rows."""

    captions: tuple[Cell, ...]
    """The lines above the header, in order: title, table name, period, member; often some are missing."""
    header: tuple[Cell, ...]
    """The column labels: `Januar`; empty where none is printed."""
    rows: tuple[Row, ...]
    rules: tuple[Where, ...]
    """Lines of dashes between the rows."""

    @property
    def where(self) -> Where:
        """The page's first line."""
        first = (*self.captions, *self.header, *(row.label for row in self.rows))[0]
        return Where(file=first.where.file, line=first.where.line)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDocument:
    """A document as it is printed."""

    name: str
    """File name without folders: `2013-11.txt`."""
    sha256: str
    """Of the very bytes that were read: the file may be another one by now."""
    text: str
    """The whole text as read, line ends included, without a byte order mark."""
    pages: tuple[Page, ...]
    """In document order."""
    warnings: tuple[Problem, ...] = ()
    """What was read but is worth a look: kind `encoding`."""

    @property
    def end(self) -> Where:
        """The last line that is not blank."""
        filled = (number for number, line in enumerate(split_lines(self.text), start=1) if line.strip())
        return Where(file=self.name, line=max(filled, default=0))


def read_source(path: Path) -> SourceDocument:
    """Read a document from disk; raise `SourceError` (`unreadable`, and all that `parse_source` raises)."""
    try:
        content = read_file(path, LARGEST)
    except FileNotFoundError:
        problem = Problem(
            kind="unreadable",
            message=f"there is no source document {path.name}",
            hint="put the month's document there, or build a month that has one",
            where=(Where(file=path.name),),
        )
        raise SourceError(problem) from None
    except UnfitFileError as error:
        problem = Problem(
            kind="unfit-file",
            message=f"{path.name} is not read: {error.strerror}",
            hint="fetch the document again; it is text, and seldom larger than 0.1 MB",
            where=(Where(file=path.name),),
        )
        raise SourceError(problem) from None
    except OSError as error:
        problem = Problem(
            kind="unreadable",
            message=f"{path.name} can't be read: {error.strerror}",
            hint="check that it is a file that you may read",
            where=(Where(file=path.name),),
        )
        raise SourceError(problem) from None
    return parse_source(content, path.name)


def parse_source(content: str | bytes, name: str) -> SourceDocument:
    """Split a document's text into pages; `name` is what its places are called.

    Bytes may be UTF-8, with or without a byte order mark, UTF-16 or UTF-32 with one, or Latin-1 where
    nothing but letters is outside ASCII (with a warning). Any kind of line end is understood.
    Raises `SourceError` of kind `empty`, `encoding`, `other-format` or `no-table`.
    """
    text, warnings = (content, ()) if isinstance(content, str) else _decode(content, name)
    _check_characters(text, name)
    if not text.strip():
        raise SourceError(
            Problem(
                kind="empty",
                message=f"{name} is empty",
                hint="fetch the document again",
                where=(Where(file=name),),
            )
        )
    digest = sha256(content.encode(errors="surrogatepass") if isinstance(content, str) else content).hexdigest()
    document = SourceDocument(name=name, sha256=digest, text=text, pages=_split_pages(text, name), warnings=warnings)
    if not any(page.rows for page in document.pages):
        raise SourceError(
            Problem(
                kind="no-table",
                message=f"{name} has no table: no line has a label and cells separated by tabs",
                hint="export the document as text with a tab between cells",
                where=(Where(file=name),),
            )
        )
    return document


def split_lines(text: str) -> list[str]:
    r"""Split text into lines at `\n`, `\r\n` and `\r` only, so that line numbers are an editor's.

    >>> split_lines("a\r\nb\x0cc\n")
    ['a', 'b\x0cc', '']
    """
    return _LINE_END.split(text)


def _decode(content: bytes, name: str) -> tuple[str, tuple[Problem, ...]]:
    """Turn bytes into text, and warn where the encoding had to be told from the text itself."""
    where = (Where(file=name),)
    beginning = content.removeprefix(codecs.BOM_UTF8).lstrip()
    for mark, what in _OTHER_FORMATS:
        if beginning.startswith(mark):
            hint = "export the tables as text with a tab between cells"
            raise SourceError(
                Problem(kind="other-format", message=f"{name} is {what}, and no text document", hint=hint, where=where)
            )
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            try:
                return content[len(mark) :].decode(encoding), ()
            except UnicodeDecodeError as error:
                place = Where(file=name, line=content.count(b"\n", 0, error.start) + 1)
                raise SourceError(_encoding_problem(f"{name} says that it is {encoding} and is not", place)) from None
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        place = Where(file=name, line=content.count(b"\n", 0, error.start) + 1)
        text = content.decode("latin-1")
        foreign = [character for character in text if not character.isascii()]
        if _CONTROL.search(text) or not all(character.isalpha() or character == "\xa0" for character in foreign):
            raise SourceError(_encoding_problem(f"{name} is not UTF-8 text", place)) from None
        warning = Problem(
            kind="encoding",
            message=f"{name} is not UTF-8; it was read as Latin-1",
            hint="check the letters outside a to z, and save the document as UTF-8",
            where=where,
            subject="latin-1",
        )
        return text, (warning,)
    return text, ()


def _check_characters(text: str, name: str) -> None:
    """Refuse a text with characters that no printed page has."""
    for characters, what in ((_CONTROL, "control characters"), (_TURNING, "characters that turn its direction")):
        found = characters.search(text)
        if found:
            where = Where(file=name, line=len(split_lines(text[: found.start()])))
            message = f"{name} is not text: it holds {what}, the first of them U+{ord(found[0]):04X}"
            raise SourceError(_encoding_problem(message, where))


def _encoding_problem(message: str, where: Where) -> Problem:
    return Problem(kind="encoding", message=message, hint="save the document as plain text in UTF-8", where=(where,))


class _PageBuilder:
    """Collects lines into pages; a page ends where captions follow rows or a gap."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self._begin()

    def _begin(self) -> None:
        self.captions: list[Cell] = []
        self.header: tuple[Cell, ...] = ()
        self.rows: list[Row] = []
        self.rules: list[Where] = []
        self.gap = 0

    def end_page(self) -> None:
        """Close the page that is being collected, if there is anything on it."""
        if self.captions or self.header or self.rows:
            self.pages.append(
                Page(
                    captions=tuple(self.captions),
                    header=self.header,
                    rows=tuple(self.rows),
                    rules=tuple(self.rules),
                )
            )
        self._begin()

    def add_caption(self, cell: Cell) -> None:
        """Take a line without tabs."""
        if self.header or self.rows or self.gap >= _PAGE_GAP:
            self.end_page()
        self.captions.append(cell)

    def add_header(self, cells: tuple[Cell, ...]) -> None:
        """Take a line of column labels."""
        if self.header or self.rows:
            self.end_page()
        self.header = cells


def _split_pages(text: str, name: str) -> tuple[Page, ...]:
    builder = _PageBuilder()
    for number, line in enumerate(split_lines(text), start=1):
        if not line.strip():
            builder.gap += 1
            continue
        cells = tuple(
            Cell(text=_compose(cell), where=Where(file=name, line=number, column=column))
            for column, cell in enumerate(line.split("\t"), start=1)
        )
        if _is_rule(line):
            builder.rules.append(Where(file=name, line=number))
        elif len(cells) == 1:
            builder.add_caption(cells[0])
        elif _is_header(cells):
            builder.add_header(cells[1:])
        else:
            builder.rows.append(Row(label=cells[0], figures=cells[1:]))
        builder.gap = 0
    builder.end_page()
    return tuple(builder.pages)


def _compose(cell: str) -> str:
    """Return a cell's text without the space around it, composed if it is short enough to be a label.

    Composing takes time with the square of the marks above one letter, and a text can be nothing but marks.
    """
    text = cell.strip()
    return unicodedata.normalize("NFC", text) if len(text) <= _LONGEST_LABEL else text


def _is_rule(line: str) -> bool:
    """Tell a line of dashes; three of them stand together."""
    return not _NOT_OF_RULES.search(line) and bool(_DASHES.search(line))


def _is_header(cells: tuple[Cell, ...]) -> bool:
    """Tell column labels from figures: words in every column, or no label and no digit."""
    columns = [cell.text for cell in cells[1:]]
    if any(character.isdigit() for text in columns for character in text):
        return False
    return all(columns) or (not cells[0].text and any(columns))
