"""Observations are found by month and codes, and cut at a month."""

from collections.abc import Sequence
from itertools import product

import pytest

from reportgen.dataset import Code, CodeList, Codes, Dataset, Observation, sort_observations
from reportgen.period import Period

JANUARY, FEBRUARY, MARCH = (Period(2013, month) for month in (1, 2, 3))


def code(name: str, level: str, parent: str) -> Code:
    """Return a code that is called by its own identifier."""
    return Code(id=name, level=level, parent=parent, labels={"nb": name})


PROGRAMMES = CodeList(
    dimension="programme",
    codes=(
        code("total", "total", ""),
        code("training", "group", "total"),
        code("courses", "programme", "training"),
        code("adapted", "group", "total"),
    ),
)
SEXES = CodeList(dimension="sex", codes=(code("total", "total", ""), code("women", "sex", "total")))
LISTS = (PROGRAMMES, SEXES)
CODES: tuple[Codes, ...] = tuple(product([c.id for c in PROGRAMMES.codes], [c.id for c in SEXES.codes]))


def observations(periods: Sequence[Period]) -> tuple[Observation, ...]:
    """Return one observation for each month and combination: 100 times the month and its place, from 0."""
    return tuple(
        Observation(period=period, codes=codes, value=100 * period.month + place)
        for period in periods
        for place, codes in enumerate(CODES)
    )


@pytest.fixture
def dataset() -> Dataset:
    """Return three months of four programmes by sex."""
    months = (JANUARY, FEBRUARY, MARCH)
    return Dataset(code_lists=LISTS, periods=months, observations=observations(months))


def test_a_code_list_knows_its_hierarchy() -> None:
    """Codes are found by identifier, by parent and by level, in publication order."""
    assert PROGRAMMES["courses"].parent == "training"
    assert ("courses" in PROGRAMMES, "cooking" in PROGRAMMES) == (True, False)
    assert [c.id for c in PROGRAMMES.children("total")] == ["training", "adapted"]
    assert PROGRAMMES.children("courses") == ()
    assert [c.id for c in PROGRAMMES.at_level("programme", "total")] == ["total", "courses"]


def test_codes_are_the_total_where_nothing_is_chosen(dataset: Dataset) -> None:
    """Naming one dimension leaves the others at their total."""
    assert dataset.dimensions == ("programme", "sex")
    assert dataset.codes(sex="women") == ("total", "women")
    assert dataset.codes() == dataset.grand_total == ("total", "total")
    assert dataset.code_list("sex") is SEXES


def test_values_are_found_by_month_and_codes(dataset: Dataset) -> None:
    """`("courses", "women")` is the sixth combination: 205 in February, and 105, 205 and 305 as a series."""
    courses = ("courses", "women")
    assert CODES.index(courses) == 5
    assert dataset.value(FEBRUARY, courses) == dataset.observation(FEBRUARY, courses).value == 205
    assert dataset.series(courses) == (105, 205, 305)
    assert dataset.all_codes() == CODES


def test_what_is_not_covered_is_a_key_error(dataset: Dataset) -> None:
    """A month or combination that the dataset lacks is an error, never a 0."""
    with pytest.raises(KeyError):
        dataset.value(Period(2013, 4), ("total", "total"))
    with pytest.raises(KeyError):
        dataset.value(MARCH, ("total", "men"))


def test_nothing_later_is_known(dataset: Dataset) -> None:
    """A dataset cut at February is the one that February's figures would have made."""
    months = (JANUARY, FEBRUARY)
    assert dataset.until(FEBRUARY) == Dataset(code_lists=LISTS, periods=months, observations=observations(months))
    with pytest.raises(KeyError):
        dataset.until(FEBRUARY).value(MARCH, ("total", "total"))


def test_observations_sort_by_month_then_by_code_list() -> None:
    """Order is the code lists', not the alphabet's: training comes before adapted, total before women."""
    months = (JANUARY, FEBRUARY)
    assert sort_observations(tuple(reversed(observations(months))), LISTS) == observations(months)
