"""Reads what stands in columns: the period, the line of months, and the numbers of persons below it.

Knows the months' names in the document's language and no other word of it.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from babel.dates import get_month_names

from reportgen.errors import Problem, Where
from reportgen.period import Period
from reportgen.source import Cell, Page

_THOUSANDS = " \u00a0\u2007\u2009\u202f"
"""Spaces that may stand between thousands: ordinary, no-break, figure, thin, narrow no-break."""
_PERSONS = re.compile(rf"(?:0|[1-9][0-9]*|[1-9][0-9]{{0,2}}(?:[{_THOUSANDS}][0-9]{{3}})+)")
_DIGITS_AND_MARKS = re.compile(rf"[0-9][0-9.,'’·{_THOUSANDS}]*")
_LONGEST_NUMBER = 12
"""Digits: a hundred times as many persons as there are, and few enough for every library's whole numbers."""
_LONGEST_PERIOD = 120
"""Months; no page has so many columns."""
_PERIOD_LINE = re.compile(r"(\w+)(?:\s+([0-9]{4}))?(?:\s*[-–—]\s*(\w+))?\s+([0-9]{4})")


def month_numbers(language: str) -> Mapping[str, int]:
    """Return the number of each month by its name in lower case: `{"januar": 1}`."""
    names: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in get_month_names(width, context=context, locale=language).items():
                names.setdefault(unicodedata.normalize("NFC", name).casefold(), number)
    return names


def parse_periods(text: str, months: Mapping[str, int]) -> tuple[Period, ...]:
    """Read `Januar - november 2013`; empty where the text is no such line, runs backwards or covers an age."""
    match = _PERIOD_LINE.fullmatch(text)
    if match is None:
        return ()
    first, first_year, last, year = match.groups()
    last = last or first
    if first.casefold() not in months or last.casefold() not in months:
        return ()
    if "0000" in (first_year, year):  # a year that no calendar has
        return ()
    begin = Period(int(first_year or year), months[first.casefold()])
    end = Period(int(year), months[last.casefold()])
    length = end.months_since(begin) + 1
    return tuple(begin.shift(step) for step in range(length)) if length <= _LONGEST_PERIOD else ()


@lru_cache(maxsize=4096)  # a document says each number many times
def parse_persons(text: str) -> int | None:
    """Read a printed number of persons; a blank cell is 0, anything but digits grouped in threes `None`.

    >>> parse_persons("74 256"), parse_persons("74256"), parse_persons(""), parse_persons("74.256")
    (74256, 74256, 0, None)
    """
    if not text:
        return 0
    digits = re.sub(rf"[{_THOUSANDS}]", "", text) if _PERSONS.fullmatch(text) else ""
    return int(digits) if 0 < len(digits) <= _LONGEST_NUMBER else None


def header_problems(header: Sequence[Cell], periods: Sequence[Period], numbers: Mapping[str, int]) -> Iterator[Problem]:
    """Find what is wrong with a page's line of months: one problem for each line that can be read as months."""
    unknown = [cell for cell in header if cell.text.casefold() not in numbers]
    for cell in unknown:
        near = difflib.get_close_matches(cell.text.casefold(), numbers, n=1)
        yield Problem(
            kind="month-unknown",
            message=f'"{cell.text}" is no month' if cell.text else "a column has no month",
            hint=f'did you mean "{near[0]}"?' if near else "write the column's month above it",
            where=(cell.where,),
            subject=cell.text,
        )
    if unknown or not header:
        return
    found = [numbers[cell.text.casefold()] for cell in header]
    expected = [period.month for period in periods]
    if found == expected:
        return
    line = Where(file=header[0].where.file, line=header[0].where.line)
    names: dict[int, str] = {}
    for name, number in numbers.items():
        names.setdefault(number, name)
    missing = dict.fromkeys(names[number] for number in expected if number not in found)
    kind, message = "months-order", "the months are out of order, or one stands twice"
    if missing:
        kind, message = "month-missing", f"the line of months lacks {', '.join(missing)}"
    yield Problem(
        kind=kind,
        message=message,
        hint=f"write the months from {names[expected[0]]} to {names[expected[-1]]}, one above each column",
        where=(line,),
    )


def cell_problems(page: Page, months: int) -> Iterator[Problem]:
    """Find rows with too few or too many cells, and cells that are no number of persons."""
    columns = {months, len(page.header)} - {0}  # a header of the wrong length is told once
    for row in page.rows:
        if len(row.figures) not in columns:
            yield Problem(
                kind="cell-count",
                message=f'the row "{row.label.text}" has {len(row.figures)} cells after its label, not {months}',
                hint="give the row one cell for each month, an empty one where nobody takes part",
                where=(Where(file=row.label.where.file, line=row.label.where.line),),
            )
        for cell in row.figures:
            if parse_persons(cell.text) is None:
                yield _not_a_number(cell)


def _not_a_number(cell: Cell) -> Problem:
    if _DIGITS_AND_MARKS.fullmatch(cell.text) and not _PERSONS.fullmatch(cell.text):
        return Problem(
            kind="ambiguous-number",
            message=f'"{cell.text}" can be read in more than one way',
            hint="write whole numbers, with a space between thousands or nothing",
            where=(cell.where,),
            subject=cell.text,
        )
    return Problem(
        kind="not-a-number",
        message=f'"{cell.text}" is no number of persons'
        + (f": it has more than {_LONGEST_NUMBER} digits" if _PERSONS.fullmatch(cell.text) else ""),
        hint="write digits, or leave the cell empty where nobody takes part",
        where=(cell.where,),
        subject=cell.text,
    )
