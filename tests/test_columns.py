"""The period, the months and the numbers of a page are read in the document's language."""

import pytest

from reportgen.columns import month_numbers, parse_periods, parse_persons
from reportgen.period import Period


@pytest.mark.parametrize(
    ("text", "language", "first", "last", "count"),
    [
        ("Januar - november 2013", "nb", Period(2013, 1), Period(2013, 11), 11),
        ("Desember 2012 – november 2013", "nb", Period(2012, 12), Period(2013, 11), 12),
        ("Mars 2013", "nb", Period(2013, 3), Period(2013, 3), 1),
        ("January - March 2024", "en", Period(2024, 1), Period(2024, 3), 3),
    ],
)
def test_period_line_names_its_months(text: str, language: str, first: Period, last: Period, count: int) -> None:
    """A period line gives every month from its first to its last."""
    periods = parse_periods(text, month_numbers(language))
    assert (periods[0], periods[-1], len(periods)) == (first, last, count)


@pytest.mark.parametrize(
    "text",
    [
        "Hovedgrupper",
        "November - januar 2013",
        "Fjorten - november 2013",
        "2013",
        "",
        "Januar 0000",
        "Mars 0000 - mars 2013",
        "Januar 0001 - desember 9999",
    ],
)
def test_other_lines_are_no_period(text: str) -> None:
    """What names no months of the calendar, runs backwards or covers ages is no period line."""
    assert parse_periods(text, month_numbers("nb")) == ()


@pytest.mark.parametrize(
    ("text", "persons"),
    [
        ("", 0),
        ("0", 0),
        ("7", 7),
        ("1 803", 1803),
        ("1\N{NO-BREAK SPACE}803", 1803),
        ("1\N{THIN SPACE}803", 1803),
        ("1803", 1803),
        ("1 234 567", 1_234_567),
        ("123 456 789 012", 123_456_789_012),
        ("1 234 567 890 123", None),
        ("9" * 5000, None),
        ("1.803", None),
        ("1,803", None),
        ("18 03", None),
        ("1 8033", None),
        ("01", None),
        ("-3", None),
        ("+3", None),
        ("١٢", None),
        ("1 80O", None),
    ],
)
def test_numbers_are_whole_and_grouped_in_threes(text: str, persons: int | None) -> None:
    """Digits may be grouped by any space; what can be read in two ways is not read."""
    assert parse_persons(text) == persons
