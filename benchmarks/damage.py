"""Damages a document on purpose, in every way that the integrity benchmark counts.

Each function takes the sound document and a random generator, and returns a damaged text with what was damaged.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from reportgen.source import Page, Row, SourceDocument

Place = tuple[int, int]
"""Line and column of a cell."""


@dataclass(frozen=True, kw_only=True)
class Damaged:
    """A damaged document and what must be said of it."""

    content: str | bytes
    kinds: frozenset[str] = frozenset()
    """Kinds of problem of which one must be told; none where the damage must make no difference."""
    cells: frozenset[Place] = field(default_factory=frozenset)
    """Cells whose figures are damaged; only these may be accused."""
    every: bool = True
    """Whether each of these cells must be accused; a cut may or may not have shortened the last one."""


Damage = Callable[[SourceDocument, random.Random], Damaged]


def change_cells(document: SourceDocument, texts: Mapping[Place, str]) -> str:
    """Return the document's text with other texts in these cells."""
    lines = document.text.split("\n")
    for (line, column), text in texts.items():
        cells = lines[line - 1].split("\t")
        cells[column - 1] = text
        lines[line - 1] = "\t".join(cells)
    return "\n".join(lines)


def rows(document: SourceDocument) -> list[Row]:
    """Return every printed row."""
    return [row for page in document.pages for row in page.rows]


def amount(figure: int, generator: random.Random) -> int:
    """Return a random change of a figure, as large as the figure at most, that leaves it at least 0."""
    reach = max(figure, 9)
    return generator.choice([step for step in (generator.randint(-figure, reach) for _ in range(50)) if step])


def figure(row: Row, column: int) -> int:
    """Return the number in a cell; 0 for a blank one. Columns count from 2."""
    return int(row.figures[column - 2].text.replace(" ", "") or 0)


def printed(number: int) -> str:
    """Return a number as the document prints it."""
    return f"{number:,}".replace(",", " ") if number else ""


def change_figures(document: SourceDocument, places: Mapping[Place, int]) -> Damaged:
    """Give these cells other figures."""
    texts = {place: printed(number) for place, number in places.items()}
    return Damaged(
        content=change_cells(document, texts),
        kinds=frozenset({"wrong-figure", "ambiguous-figures", "figures-exchanged", "figures-shifted"}),
        cells=frozenset(places),
    )


def lines_of(page: Page) -> tuple[int, int]:
    """Return the first and last line of a page."""
    return page.where.line, page.rows[-1].label.where.line


def reorder(document: SourceDocument, order: list[int]) -> str:
    """Return a text whose table pages are the document's in this order, one blank line after each."""
    lines = document.text.split("\n")
    blocks = ["\n".join(lines[first - 1 : last]) for first, last in map(lines_of, table_pages(document))]
    return "\n\n\n".join(blocks[place] for place in order)


def table_pages(document: SourceDocument) -> list[Page]:
    """Return the pages that carry rows."""
    return [page for page in document.pages if page.rows]


def _cell(document: SourceDocument, generator: random.Random, *, filled: bool = True) -> tuple[Row, int]:
    while True:
        row = generator.choice(rows(document))
        column = generator.randint(2, len(row.figures) + 1)
        if row.figures[column - 2].text or not filled:
            return row, column


def _in_line(document: SourceDocument, row: Row, cells: list[str], *kinds: str) -> Damaged:
    lines = document.text.split("\n")
    lines[row.label.where.line - 1] = "\t".join(cells)
    return Damaged(content="\n".join(lines), kinds=frozenset(kinds))


def _texts(row: Row) -> list[str]:
    return [row.label.text, *(cell.text for cell in row.figures)]


def lose_cell(document: SourceDocument, generator: random.Random) -> Damaged:
    """Take one cell and its tab out of a row."""
    row, column = _cell(document, generator)
    cells = _texts(row)
    del cells[column - 1]
    return _in_line(document, row, cells, "cell-count")


def add_cell(document: SourceDocument, generator: random.Random) -> Damaged:
    """Put one cell more into a row."""
    row, column = _cell(document, generator)
    cells = _texts(row)
    cells.insert(column - 1, generator.choice(["", "0", cells[column - 1]]))
    return _in_line(document, row, cells, "cell-count")


def put_text(document: SourceDocument, generator: random.Random) -> Damaged:
    """Put text or a sign where a number should be."""
    row, column = _cell(document, generator)
    text = row.figures[column - 2].text
    wrong = generator.choice(["x", "..", "-", "n/a", f"-{text}", f"+{text}", f"{text}*", text[:-1] + "O", f"{text} a"])
    return _in_line(document, row, _with(_texts(row), column, wrong), "not-a-number", "ambiguous-number")


def put_ambiguous_separator(document: SourceDocument, generator: random.Random) -> Damaged:
    """Separate thousands by a full stop, a comma or an apostrophe, or group them wrongly."""
    while True:
        row, column = _cell(document, generator)
        text = row.figures[column - 2].text
        if " " in text:
            break
    wrong = generator.choice([text.replace(" ", mark) for mark in ".,'’"] + [f"{text[0]} {text[1:].replace(' ', '')}0"])
    return _in_line(document, row, _with(_texts(row), column, wrong), "ambiguous-number")


def put_other_space(document: SourceDocument, generator: random.Random) -> Damaged:
    """Separate the thousands of every number by another space, or by none."""
    space = generator.choice(["\u00a0", "\u2009", "\u202f", "\u2007", ""])
    texts = {
        (row.label.where.line, column): cell.text.replace(" ", space)
        for row in rows(document)
        for column, cell in enumerate(row.figures, start=2)
    }
    return Damaged(content=change_cells(document, texts))


def encode(document: SourceDocument, generator: random.Random) -> Damaged:
    """Write the document with a byte order mark, as UTF-16, or with other line ends."""
    text = document.text.replace("\n", generator.choice(["\n", "\r\n", "\r"]))
    return Damaged(content=text.encode(generator.choice(["utf-8", "utf-8-sig", "utf-16"])))


def encode_unreadably(document: SourceDocument, generator: random.Random) -> Damaged:
    """Write the document in an encoding that can't be told from its bytes, or that lacks its letters."""
    encoding = generator.choice(["cp865", "cp850", "mac-roman", "latin-1", "utf-16-le", "utf-16-be"])
    content = document.text.encode(encoding, errors="replace")
    return Damaged(content=content, kinds=frozenset({"encoding", "unknown-label"}))


def lose_page(document: SourceDocument, generator: random.Random) -> Damaged:
    """Leave out one page."""
    order = list(range(len(table_pages(document))))
    order.remove(generator.choice(order))
    kinds = frozenset({"page-missing", "table-missing", "rows-missing", "row-missing", "truncated"})
    return Damaged(content=reorder(document, order), kinds=kinds)


def repeat_page(document: SourceDocument, generator: random.Random) -> Damaged:
    """Print one page twice, the second time anywhere after the first."""
    order = list(range(len(table_pages(document))))
    page = generator.choice(order)
    order.insert(generator.randint(page + 1, len(order)), page)
    return Damaged(content=reorder(document, order), kinds=frozenset({"page-twice", "page-order"}))


def exchange_pages(document: SourceDocument, generator: random.Random) -> Damaged:
    """Exchange two pages."""
    order = list(range(len(table_pages(document))))
    first, second = generator.sample(order, 2)
    order[first], order[second] = order[second], order[first]
    return Damaged(content=reorder(document, order), kinds=frozenset({"page-order"}))


def truncate(document: SourceDocument, generator: random.Random) -> Damaged:
    """Cut the document off anywhere after its first row, within a page or between two."""
    text = document.text.rstrip()
    first = text.index(rows(document)[0].label.text + "\t")
    cut = text[: generator.randint(first + 20, len(text) - 1)]
    kinds = {"truncated", "table-missing", "cell-count", "rows-missing", "row-missing", "page-missing"}
    kinds |= {"wrong-figure", "page-without-rows", "unknown-label", "period-differs", "month-missing", "month-unknown"}
    return Damaged(content=cut, kinds=frozenset(kinds), cells=frozenset(_last_cell(cut)), every=False)


def _last_cell(text: str) -> set[Place]:
    """Return the cell that a cut may have shortened."""
    lines = text.split("\n")
    return {(len(lines), lines[-1].count("\t") + 1)}


def lose_month(document: SourceDocument, generator: random.Random) -> Damaged:
    """Leave one month out of a page's header, or out of the whole page."""
    page = generator.choice(table_pages(document))
    month = generator.randrange(len(page.header))
    lines = document.text.split("\n")
    header = page.header[0].where.line
    last = page.rows[-1].label.where.line if generator.random() < 0.5 else header  # noqa: PLR2004 - one half
    for number in range(header, last + 1):
        cells = lines[number - 1].split("\t")
        if len(cells) > month + 1:
            del cells[month + 1]
        lines[number - 1] = "\t".join(cells)
    return Damaged(content="\n".join(lines), kinds=frozenset({"month-missing"}))


def exchange_months(document: SourceDocument, generator: random.Random) -> Damaged:
    """Exchange two months in a page's header."""
    page = generator.choice(table_pages(document))
    names = [cell.text for cell in page.header]
    first, second = generator.sample(range(len(names)), 2)
    names[first], names[second] = names[second], names[first]
    lines = document.text.split("\n")
    lines[page.header[0].where.line - 1] = "\t".join(["", *names])
    return Damaged(content="\n".join(lines), kinds=frozenset({"months-order"}))


def misspell_label(document: SourceDocument, generator: random.Random) -> Damaged:
    """Drop, double or exchange letters of a label, or put a look-alike into it."""
    row = generator.choice(rows(document))
    label = row.label.text
    known = {other.label.text for other in rows(document)}
    wrong = label
    while wrong in known or not wrong.strip():
        place = generator.randrange(len(label))
        wrong = label[:place] + generator.choice(["", label[place] * 2, "\u0431", "q"]) + label[place + 1 :]
    return _in_line(document, row, [wrong, *_texts(row)[1:]], "unknown-label")


def repeat_label(document: SourceDocument, generator: random.Random) -> Damaged:
    """Give a row the label of another row of the page."""
    page = generator.choice([page for page in table_pages(document) if len(page.rows) > 2])  # noqa: PLR2004 - two below
    row, other = generator.sample(page.rows[1:], 2)
    return _in_line(document, row, [other.label.text, *_texts(row)[1:]], "label-twice", "row-order")


def lose_row(document: SourceDocument, generator: random.Random) -> Damaged:
    """Leave out one row that is not blank throughout."""
    row = generator.choice(rows(document))
    lines = document.text.split("\n")
    del lines[row.label.where.line - 1]
    kinds = {"rows-missing", "row-missing", "page-missing", "truncated", "page-without-total", "table-missing"}
    return Damaged(content="\n".join(lines), kinds=frozenset(kinds))


def lose_tabs(document: SourceDocument, generator: random.Random) -> Damaged:
    """Turn the tabs of one row into spaces."""
    row = generator.choice(rows(document))
    kinds = {"unexpected-text", "rows-missing", "row-missing", "page-missing", "truncated", "header-missing"}
    kinds |= {"unknown-caption", "page-without-total", "page-without-rows"}
    return _in_line(document, row, [" ".join(_texts(row))], *kinds)


def exchange_rows(document: SourceDocument, generator: random.Random) -> Damaged:
    """Exchange the figures of two rows of a page."""
    while True:
        page = generator.choice([page for page in table_pages(document) if len(page.rows) > 2])  # noqa: PLR2004
        one, other = generator.sample(page.rows[1:], 2)
        if _texts(one)[1:] != _texts(other)[1:]:
            break
    texts = {
        (to.label.where.line, column): cell.text
        for to, source in ((one, other), (other, one))
        for column, cell in enumerate(source.figures, start=2)
    }
    return _figures(document, texts, "rows-exchanged", "wrong-figure", "ambiguous-figures")


def shift_row(document: SourceDocument, generator: random.Random) -> Damaged:
    """Shift a row's figures one column from some month on, and lose the last one."""
    while True:
        row = generator.choice(rows(document))
        texts = _texts(row)[1:]
        start = generator.randrange(len(texts) - 2)
        shifted = [*texts[:start], "", *texts[start:-1]]
        if generator.random() < 0.5:  # noqa: PLR2004 - one half
            shifted = [*texts[:start], *texts[start + 1 :], ""]
        if sum(one != other for one, other in zip(texts, shifted, strict=True)) > 2:  # noqa: PLR2004 - several months
            break
    changed = {(row.label.where.line, column): text for column, text in enumerate(shifted, start=2)}
    return _figures(document, changed, "figures-shifted", "wrong-figure")


def exchange_cells(document: SourceDocument, generator: random.Random) -> Damaged:
    """Exchange two cells of a row, or two of a month on one page."""
    while True:
        page = generator.choice(table_pages(document))
        one, other = generator.choice(page.rows), generator.choice(page.rows)
        first, second = generator.randint(2, 12), generator.randint(2, 12)
        if generator.random() < 0.5:  # noqa: PLR2004 - one half
            other = one
        else:
            second = first
        if one.figures[first - 2].text != other.figures[second - 2].text:
            break
    texts = {
        (one.label.where.line, first): other.figures[second - 2].text,
        (other.label.where.line, second): one.figures[first - 2].text,
    }
    return _figures(document, texts, "figures-exchanged", "wrong-figure", "ambiguous-figures", "figures-shifted")


def exchange_columns(document: SourceDocument, generator: random.Random) -> Damaged:
    """Exchange two months on a whole page, with the header as it should be."""
    page = generator.choice(table_pages(document))
    first, second = generator.sample(range(2, 13), 2)
    texts = {}
    for row in page.rows:
        texts[row.label.where.line, first] = row.figures[second - 2].text
        texts[row.label.where.line, second] = row.figures[first - 2].text
    return _figures(document, texts, "columns-exchanged")


def misread_label(document: SourceDocument, generator: random.Random) -> Damaged:
    """Give a row the label of one that the page's table knows and leaves out."""
    while True:
        page = generator.choice([page for page in table_pages(document) if len(page.rows) > 3])  # noqa: PLR2004
        row = generator.choice(page.rows[1:])
        label = generator.choice(rows(document)).label.text
        if label != row.label.text:
            break
    kinds = {"label-misread", "unknown-label", "label-twice", "row-order", "page-order", "row-missing", "page-missing"}
    return _in_line(document, row, [label, *_texts(row)[1:]], *kinds, "truncated")


def _figures(document: SourceDocument, texts: dict[Place, str], *kinds: str) -> Damaged:
    before = {(row.label.where.line, cell.where.column): cell.text for row in rows(document) for cell in row.figures}
    changed = {place: text for place, text in texts.items() if before[place] != text}
    return Damaged(content=change_cells(document, changed), kinds=frozenset(kinds), cells=frozenset(changed))


def _with(cells: list[str], column: int, text: str) -> list[str]:
    return [*cells[: column - 1], text, *cells[column:]]


DAMAGES: Mapping[str, Damage] = {
    "a cell lost": lose_cell,
    "a cell too many": add_cell,
    "text or sign for a number": put_text,
    "ambiguous thousands separator": put_ambiguous_separator,
    "page missing": lose_page,
    "page twice": repeat_page,
    "pages exchanged": exchange_pages,
    "document cut off": truncate,
    "month missing": lose_month,
    "months exchanged in the header": exchange_months,
    "label misspelt": misspell_label,
    "label twice": repeat_label,
    "label of another row": misread_label,
    "row lost": lose_row,
    "tabs lost": lose_tabs,
    "unreadable encoding": encode_unreadably,
    "two rows exchanged": exchange_rows,
    "figures of a row shifted": shift_row,
    "two cells exchanged": exchange_cells,
    "two columns exchanged": exchange_columns,
}
"""Damage that must be told."""

HARMLESS: Mapping[str, Damage] = {
    "byte order mark, UTF-16, line ends": encode,
    "other space between thousands": put_other_space,
}
"""Damage that must make no difference."""
