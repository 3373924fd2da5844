"""A month can be parsed, shifted and compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen.period import Period

PERIODS = st.builds(Period, st.integers(1, 9999), st.integers(1, 12))
MIDDLE = st.builds(Period, st.integers(1000, 8999), st.integers(1, 12))
STEPS = st.integers(-5000, 5000)


@given(PERIODS)
def test_what_is_written_is_read(period: Period) -> None:
    """Every month reads back from its own text, which is always seven characters."""
    assert Period.parse(str(period)) == period
    assert len(str(period)) == 7


@given(MIDDLE, STEPS)
def test_a_shift_can_be_undone(period: Period, months: int) -> None:
    """A shift forward and the same shift back lead to the month itself."""
    assert period.shift(months).shift(-months) == period


@given(MIDDLE, STEPS, STEPS)
def test_shifts_add_up(period: Period, first: int, second: int) -> None:
    """Two shifts are one shift by their sum."""
    assert period.shift(first).shift(second) == period.shift(first + second)


@given(MIDDLE, STEPS)
def test_the_distance_is_the_shift(period: Period, months: int) -> None:
    """A month lies as many months after another as it takes to shift there."""
    assert period.shift(months).months_since(period) == months


@given(PERIODS, PERIODS)
def test_order_is_the_calendar_s_and_the_text_s(one: Period, other: Period) -> None:
    """Months compare as the calendar does, and their texts sort alike."""
    assert (one < other) == (one.months_since(other) < 0) == (str(one) < str(other))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [("2013-01", -1, "2012-12"), ("2013-12", 1, "2014-01"), ("2013-11", -12, "2012-11"), ("2013-06", 0, "2013-06")],
)
def test_a_shift_crosses_the_turn_of_the_year(start: str, months: int, end: str) -> None:
    """The month before January is December of the year before."""
    assert Period.parse(start).shift(months) == Period.parse(end)


@pytest.mark.parametrize(
    "text",
    ["", "2013", "2013-1", "2013-13", "2013-00", "0000-01", "13-11", "2013-11-01", " 2013-11", "2013-11\n", "٢٠١٣-١١"],
)
def test_anything_else_is_not_a_month(text: str) -> None:
    """Only four digits, a hyphen and a month of the calendar are read."""
    with pytest.raises(ValueError, match=r"^not a month: |^no such month: "):
        Period.parse(text)


@pytest.mark.parametrize(("year", "month"), [(0, 1), (10_000, 1), (2013, 0), (2013, 13), (2013, -1)])
def test_no_calendar_has_such_a_month(year: int, month: int) -> None:
    """A month outside the calendar can't be made."""
    with pytest.raises(ValueError, match=rf"^no such month: year {year}, month {month}$"):
        Period(year, month)
