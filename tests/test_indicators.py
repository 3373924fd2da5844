"""Every figure is exact, known when it says so, and the value of its own formula."""

import ast
import operator
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import facts_about, invent

from reportgen.dataset import TOTAL, Codes, Dataset
from reportgen.definition import ReportDefinition
from reportgen.findings import Facts
from reportgen.indicators import DECIMALS, Indicator, compute_indicators, rounded
from reportgen.period import Period

FactsOf = Callable[[int], Facts]
ALL: Codes = (TOTAL, TOTAL, TOTAL)
OPERATORS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
COUNTS = st.integers(0, 5000)


def programme(name: str) -> Codes:
    """Return the codes of a programme or group, everyone counted."""
    return (name, TOTAL, TOTAL)


def evaluate(formula: str) -> Fraction:
    """Compute a formula exactly: whole numbers, `+ - * /` and brackets, nothing else."""

    def value(node: ast.expr) -> Fraction:
        if isinstance(node, ast.BinOp):
            return OPERATORS[type(node.op)](value(node.left), value(node.right))
        assert isinstance(node, ast.Constant)
        assert isinstance(node.value, int)
        return Fraction(node.value)

    return value(ast.parse(formula, mode="eval").body)


@pytest.mark.parametrize(
    ("month", "name", "codes", "exact", "shown"),
    [
        # November: 75 769 after 73 496 in October.
        (11, "change", ALL, Fraction(2273), "2273"),
        (11, "change-percent", ALL, Fraction(227_300, 73_496), "3.1"),  # 3.0927
        # Work experience 21 689 to 23 052, training 18 749 to 19 155, of October's 73 496.
        (11, "contribution", programme("work-experience"), Fraction(136_300, 73_496), "1.9"),  # 1.8545
        (11, "contribution", programme("training"), Fraction(40_600, 73_496), "0.6"),  # 0.5524
        # June 71 491, July 57 315: 14 176 fewer.
        (11, "july-fall-persons", ALL, Fraction(-14_176), "-14176"),
        (11, "july-fall", ALL, Fraction(-1_417_600, 71_491), "-19.8"),  # 19.8291
        # 79 784 + 78 621 + 71 491 + 63 090 + 68 751 + 73 496 = 435 233, a sixth is 72 538.83; July is 20.987 below.
        (11, "july-dip", ALL, 100 * (Fraction(6 * 57_315, 435_233) - 1), "-21"),
        # Training: June 17 510, July 11 072: 6 438 fewer, of all 71 491 in June.
        (11, "july-fall-contribution", programme("training"), Fraction(-643_800, 71_491), "-9"),  # 9.0053
        # June's 71 491 is not reached in August (63 090) nor September (68 751), but in October (73 496).
        (11, "recovery", ALL, Fraction(3), "3"),
        # Job seekers: 18 032 of 75 769.
        (11, "share-of-total", (TOTAL, "jobseekers", TOTAL), Fraction(1_803_200, 75_769), "23.8"),  # 23.7986
        # 74 256 + 77 264 + 78 552 + 79 784 + 78 621 + 71 491 + 57 315 + 63 090 + 68 751 + 73 496 + 75 769 = 798 389
        (11, "mean-year-to-date", ALL, Fraction(798_389, 11), "72581"),  # 72 580.82
        # January 74 256.
        (11, "index", ALL, Fraction(7_576_900, 74_256), "102"),  # 102.04
        # Women 39 056 of 75 769; 38 157 of 74 256 in January.
        (11, "share", ALL, Fraction(3_905_600, 75_769), "51.5"),  # 51.5461
        (
            11,
            "share-change",
            ALL,
            Fraction(3_905_600, 75_769) - Fraction(3_815_700, 74_256),
            "0.2",
        ),  # 51.5461 - 51.3857
        # Follow-up: women 6 188, men 5 927, together 12 115.
        (11, "share-gap", programme("follow-up"), Fraction(618_800, 12_115) - Fraction(3_905_600, 75_769), "-0.5"),
        # January alone.
        (1, "mean-year-to-date", ALL, Fraction(74_256), "74256"),
        (1, "index", ALL, Fraction(100), "100"),
        (1, "share-change", ALL, Fraction(0), "0"),
        # July against June, known in July itself.
        (7, "change-percent", ALL, Fraction(-1_417_600, 71_491), "-19.8"),
        (7, "july-fall", ALL, Fraction(-1_417_600, 71_491), "-19.8"),
        # August: 63 090 after 57 315.
        (8, "change", ALL, Fraction(5_775), "5775"),
        (8, "change-percent", ALL, Fraction(577_500, 57_315), "10.1"),  # 10.0759
        # October: 73 496 after 68 751; the first month that knows the dip.
        (10, "change-percent", ALL, Fraction(474_500, 68_751), "6.9"),  # 6.9017
        (10, "july-dip", ALL, 100 * (Fraction(6 * 57_315, 435_233) - 1), "-21"),
        (10, "recovery", ALL, Fraction(3), "3"),
        # Job creation projects: 53, 50, 19, 0 in July, 0, 65, 79: nobody in July is 100 per cent below 266 / 6.
        (11, "july-dip", programme("job-creation-projects"), Fraction(-100), "-100"),
        # Permanent sheltered work: 54 and 54.
        (11, "change-percent", programme("permanent-sheltered-work"), Fraction(0), "0"),
    ],
)
def test_figures_are_those_worked_out_by_hand(
    facts_of: FactsOf, month: int, name: str, codes: Codes, exact: Fraction, shown: str
) -> None:
    """Figures from the document, by the formulas of the definition, are exact, and rounded only as shown."""
    figure = facts_of(month).indicators.get(name, codes)
    assert (figure.value, figure.status) == (exact, "")
    assert figure.shown == Fraction(shown)


@pytest.mark.parametrize(
    ("month", "name", "codes", "status", "missing"),
    [
        (1, "change", ALL, "missing-month", "2012-12"),
        (1, "change-percent", ALL, "missing-month", "2012-12"),
        (1, "contribution", programme("training"), "missing-month", "2012-12"),
        (11, "year-change", ALL, "missing-month", "2012-11"),
        (11, "year-change-percent", ALL, "missing-month", "2012-11"),
        (1, "july-fall", ALL, "not-yet", "2013-07"),
        (6, "july-fall", ALL, "not-yet", "2013-07"),
        (6, "july-fall-contribution", programme("training"), "not-yet", "2013-07"),
        (1, "recovery", ALL, "not-yet", "2013-07"),
        (6, "recovery", ALL, "not-yet", "2013-07"),
        (7, "july-dip", ALL, "not-yet", "2013-10"),
        (8, "july-dip", ALL, "not-yet", "2013-10"),
        (9, "july-dip", ALL, "not-yet", "2013-10"),
        (7, "recovery", ALL, "not-reached", None),
        (8, "recovery", ALL, "not-reached", None),
        (9, "recovery", ALL, "not-reached", None),
        # Results-based financing: nobody in September, 2 in October and November.
        (10, "change-percent", programme("results-based-financing"), "zero-base", None),
        (11, "change-percent", programme("results-based-financing"), "small-base", None),
        (11, "share", programme("results-based-financing"), "small-base", None),
        (9, "share", programme("results-based-financing"), "zero-base", None),
        # Job creation projects: 19 in June, one fewer than the small base.
        (11, "july-fall", programme("job-creation-projects"), "small-base", None),
        # Residential rehabilitation: 8 in January, the base of the index.
        (11, "index", programme("rehabilitation-residential"), "small-base", None),
    ],
)
def test_what_cannot_be_computed_says_why(
    facts_of: FactsOf, month: int, name: str, codes: Codes, status: str, missing: str | None
) -> None:
    """A figure whose months or base are missing has no value, but a reason and the month that it waits for."""
    figure = facts_of(month).indicators.get(name, codes)
    assert (figure.value, figure.status) == (None, status)
    assert figure.missing == (Period.parse(missing) if missing else None)


def test_a_small_programme_still_has_its_change_in_persons(facts_of: FactsOf) -> None:
    """Below the small base the change in persons and the contribution are shown: AMO i bedrift went from 3 to 0."""
    indicators = facts_of(11).indicators
    codes = programme("in-company-training")
    assert indicators.get("change", codes).value == -3
    assert indicators.get("contribution", codes).value == Fraction(-300, 73_496)
    assert indicators.get("change-percent", codes).status == "small-base"


def test_the_small_base_is_the_smallest_that_is_shown() -> None:
    """A base of 20 is shown and one of 19 is not: 100 * (25 - 20) / 20 = 25 per cent."""
    indicators = facts_about(invent({"twenty": [20, 25], "nineteen": [19, 25]})).indicators
    assert indicators.get("change-percent", ("twenty", TOTAL)).value == 25
    assert indicators.get("change-percent", ("nineteen", TOTAL)).status == "small-base"


@pytest.mark.parametrize("month", range(2, 12))
@pytest.mark.parametrize(("dimension", "level"), [(0, "group"), (0, "programme"), (1, "group"), (2, "sex")])
def test_contributions_sum_to_the_total_s_change(facts_of: FactsOf, month: int, dimension: int, level: str) -> None:
    """In every month the parts of every dimension contribute exactly the total's per cent change."""
    facts = facts_of(month)
    code_list = facts.dataset.code_lists[dimension]
    parts = [tuple(c.id if place == dimension else TOTAL for place in range(3)) for c in code_list.at_level(level)]
    contributions = [facts.indicators.get("contribution", codes).value for codes in parts]
    assert len(contributions) >= 2
    assert sum(filter(None, contributions)) == facts.indicators.get("change-percent", ALL).value


def test_july_contributions_sum_to_the_fall(facts_of: FactsOf) -> None:
    """The groups' contributions to the July fall are exactly the fall."""
    indicators = facts_of(11).indicators
    groups = facts_of(11).dataset.code_list("programme").at_level("group")
    values = [indicators.get("july-fall-contribution", programme(group.id)).value for group in groups]
    assert sum(filter(None, values)) == indicators.get("july-fall", ALL).value


@pytest.mark.parametrize("month", range(1, 12))
def test_each_formula_gives_its_value(facts_of: FactsOf, month: int) -> None:
    """The formula of every figure of every month, worked out by other means, is its value; a status has no value."""
    figures = facts_of(month).indicators.figures
    assert len(figures) == 294 * (12 + month) + 49 * 3  # each series has 12 and its indexes; each programme 3 shares
    for figure in figures:
        assert (figure.value is None) == bool(figure.status)
        if figure.value is not None:
            assert evaluate(figure.formula) == figure.value, figure


@pytest.mark.parametrize("month", range(1, 12))
def test_a_figure_reads_what_its_formula_says(facts_of: FactsOf, month: int) -> None:
    """Every number of persons in a formula is an observation that the figure names, and none is later."""
    facts = facts_of(month)
    for figure in facts.indicators.figures:
        assert all(period <= facts.month for period, _ in figure.reads) or figure.status == "not-yet"
        if figure.name == "recovery" or figure.missing:
            continue
        numbers = {node.value for node in ast.walk(ast.parse(figure.formula)) if isinstance(node, ast.Constant)}
        read = {facts.dataset.value(*reference) for reference in figure.reads}
        constants = {100, 1, 6, facts.month.month}
        assert read <= numbers <= read | constants, figure


def test_a_month_knows_nothing_later(dataset: Dataset, definition: ReportDefinition, facts_of: FactsOf) -> None:
    """August's figures stay the same when those of September to November are others."""
    altered = replace(
        dataset,
        observations=tuple(
            replace(o, value=o.value + 1000 * o.period.month) if o.period.month > 8 else o for o in dataset.observations
        ),
    )
    share = (definition.share.dimension, definition.share.code)
    known = compute_indicators(altered.until(Period(2013, 8)), small_base=definition.report.small_base, share=share)
    assert known == facts_of(8).indicators


def test_december_before_is_known_where_the_source_has_it() -> None:
    """Change over the turn of the year and from the year before: 40 to 50 is 25 per cent, 32 to 50 is 56.25."""
    series = [32, 33, 34, 35, 36, 37, 30, 38, 39, 39, 39, 40, 50]
    indicators = facts_about(invent({"training": series}, start="2012-01")).indicators
    training = ("training", TOTAL)
    assert indicators.month == Period(2013, 1)
    assert indicators.get("change-percent", training).value == 25
    assert indicators.get("year-change", training).value == 18
    assert indicators.get("year-change-percent", training).value == Fraction(225, 4)
    assert indicators.get("mean-year-to-date", training).value == 50
    assert indicators.get("july-fall", training).status == "not-yet"


@pytest.mark.parametrize(
    ("series", "value", "status"),
    [
        ([100, 60, 99, 100], 2, ""),  # May, June 100, July 60, August 99: reached in September
        ([100, 100, 100], 1, ""),  # July itself doesn't count, even where nothing fell
        ([100, 60, 99, 99, 99, 99, 99], None, "not-reached"),  # not by December
    ],
)
def test_recovery_is_the_first_month_after_july(series: list[int], value: int | None, status: str) -> None:
    """Recovery is the first month after July with at least June's level, counted from July."""
    figure = facts_about(invent({"training": series}, start="2013-06")).indicators.get("recovery", (TOTAL, TOTAL))
    assert (figure.value, figure.status) == (value, status)


def test_a_source_that_begins_in_july_has_no_june() -> None:
    """Without June there is neither fall nor recovery, and the source is what lacks it."""
    indicators = facts_about(invent({"training": [50, 60, 70, 80]}, start="2013-07")).indicators
    for name in ("july-fall", "recovery"):
        figure = indicators.get(name, (TOTAL, TOTAL))
        assert (figure.status, figure.missing) == ("missing-month", Period(2013, 6))
    assert indicators.get("july-dip", (TOTAL, TOTAL)).missing == Period(2013, 4)


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        ("0.05", 1, "0.1"),
        ("-0.05", 1, "-0.1"),
        ("0.25", 1, "0.3"),
        ("-0.25", 1, "-0.3"),
        ("0.0499", 1, "0"),
        ("-0.0499", 1, "0"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("1/3", 1, "0.3"),
        ("-2/3", 1, "-0.7"),
    ],
)
def test_halves_are_rounded_away_from_zero(value: str, decimals: int, shown: str) -> None:
    """A half goes up for a rise and down for a fall."""
    assert rounded(Fraction(value), decimals) == Fraction(shown)


@given(st.fractions(), st.integers(0, 3))
def test_rounding_is_near_and_even_handed(value: Fraction, decimals: int) -> None:
    """A rounded value lies at most half a unit away, and a fall is rounded as the same rise is."""
    assert abs(rounded(value, decimals) - value) * 10**decimals <= Fraction(1, 2)
    assert rounded(-value, decimals) == -rounded(value, decimals)


def test_each_unit_has_its_decimals() -> None:
    """Persons, months and index are whole numbers; per cent and percentage points have one decimal."""
    figure = Indicator(name="x", period=Period(2013, 1), codes=ALL, value=Fraction(25, 20), unit="persons")
    shown = {unit: replace(figure, unit=unit).shown for unit in DECIMALS}
    tenth, whole = Fraction(13, 10), Fraction(1)
    assert shown == {"persons": whole, "percent": tenth, "percentage-points": tenth, "months": whole, "index": whole}


@given(st.lists(st.tuples(COUNTS, COUNTS, COUNTS), min_size=1, max_size=14))
def test_invented_figures_hold_together(months: list[tuple[int, int, int]]) -> None:
    """For any figures: contributions sum to the total's change, formulas give values, statuses have none."""
    parts = dict(zip(("a", "b", "c"), map(list, zip(*months, strict=True)), strict=True))
    indicators = facts_about(invent(parts)).indicators
    total = indicators.get("change-percent", (TOTAL, TOTAL))
    contributions = [indicators.get("contribution", (part, TOTAL)) for part in parts]
    assert {figure.status for figure in contributions} == {total.status}
    if total.value is not None:
        assert sum(figure.value or 0 for figure in contributions) == total.value
    for figure in indicators.figures:
        assert (figure.value is None) == bool(figure.status)
        if figure.value is not None:
            assert evaluate(figure.formula) == figure.value


@given(st.lists(COUNTS, min_size=2, max_size=12), COUNTS)
def test_invented_months_know_nothing_later(series: list[int], other: int) -> None:
    """For any figures: what a month knows doesn't change with the month after it."""
    *known, last = series
    before = [facts_about(invent({"a": [*known, value]}).until(Period(2013, len(known)))) for value in (last, other)]
    assert before[0].indicators == before[1].indicators


@given(st.lists(COUNTS, min_size=2, max_size=12))
def test_indexes_chain(series: list[int]) -> None:
    """For any figures: two months' indexes stand to each other as their numbers of persons do."""
    indicators = facts_about(invent({"a": series}), small_base=1).indicators
    figures = [indicators.get("index", ("a", TOTAL), Period(2013, month + 1)) for month in range(len(series))]
    for (one, index), (other, next_index) in pairwise(zip(series, figures, strict=True)):
        if series[0]:
            assert (index.value or 0) * other == (next_index.value or 0) * one
        else:
            assert (index.status, next_index.status) == ("zero-base", "zero-base")
