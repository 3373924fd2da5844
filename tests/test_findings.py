"""Each finding has the variant that its shown figures call for, and numbers that can be checked by hand."""

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented import Women, facts_about, half, invent

from reportgen.findings import FINDINGS, KEY_FIGURE_FINDINGS, VARIANTS, Finding, Name, Number, direction, find, size
from reportgen.indicators import DECIMALS, Indicator
from reportgen.period import Period
from reportgen.rules import SentenceRules

Parts = Mapping[str, list[int]]
ALL = ("total", "total")


def found(kind: str, parts: Parts, start: str = "2013-01", women: Women = half, **codes: str) -> Finding:
    """Return a finding about the last month of an invented statistic."""
    rules = SentenceRules(finding=kind, message="x", by="programme", level="group", codes=codes)
    return find(facts_about(invent(parts, start=start, women=women)), rules)


def more_women_later(persons: int) -> int:
    """Return 50 women of 100 persons, and 60 of 101."""
    return {100: 50, 101: 60}[persons]


def fewer_women_later(persons: int) -> int:
    """Return 50 women of 100 persons, and 40 of 101."""
    return {100: 50, 101: 40}[persons]


def year(first: int, last: int) -> Parts:
    """Return thirteen months that begin and end so."""
    return {"a": [first, *[50] * 11, last]}


def around_july(july: int, other: int = 100) -> list[int]:
    """Return April to October, all alike but July."""
    return [other, other, other, july, other, other, other]


CHANGES: list[tuple[str, Parts]] = [
    ("rise", {"a": [100, 110]}),
    ("fall", {"a": [110, 100]}),
    ("nearly-unchanged", {"a": [10_000, 10_004]}),  # 0.04 per cent, shown as 0.0
    ("unchanged", {"a": [100, 100]}),
    ("rise-small", {"a": [10, 12]}),
    ("fall-small", {"a": [12, 10]}),
    ("missing", {"a": [100]}),
]
CONTRIBUTIONS: list[tuple[str, Parts]] = [
    ("rise", {"a": [100, 110], "b": [100, 105]}),
    ("fall", {"a": [110, 100], "b": [105, 100]}),
    ("rise-over", {"a": [100, 120], "b": [100, 90]}),
    ("fall-over", {"a": [120, 100], "b": [90, 100]}),
    ("rise-one", {"a": [100, 110], "b": [100, 100]}),
    ("fall-one", {"a": [110, 100], "b": [100, 100]}),
    ("unchanged", {"a": [100, 110], "b": [110, 100]}),
    ("missing", {"a": [100], "b": [100]}),
    ("too-few", {"a": [9, 10], "b": [9, 10]}),
]
JULY_FALLS: list[tuple[str, str, Parts]] = [
    ("rise", "2013-06", {"a": [100, 110]}),
    ("fall", "2013-06", {"a": [110, 100]}),
    ("unchanged", "2013-06", {"a": [100, 100]}),
    ("not-yet", "2013-06", {"a": [100]}),
    ("missing-month", "2013-07", {"a": [100]}),
    ("small-base", "2013-06", {"a": [19, 10]}),
    ("zero-base", "2013-06", {"a": [0, 10]}),
]
DIPS: list[tuple[str, str, Parts]] = [
    ("rise", "2013-04", {"a": around_july(150)}),
    ("fall", "2013-04", {"a": around_july(50)}),
    ("unchanged", "2013-04", {"a": around_july(100)}),
    ("not-yet", "2013-04", {"a": around_july(50)[:6]}),
    ("missing-month", "2013-05", {"a": around_july(50)[1:]}),
    ("small-base", "2013-04", {"a": around_july(5, 10)}),
    ("zero-base", "2013-04", {"a": around_july(5, 0)}),
]
CASES: list[tuple[str, str, str, Parts, Women]] = [
    *(("change", variant, "2013-01", parts, half) for variant, parts in CHANGES),
    *(
        ("year-change", variant, "2012-05", year(*parts["a"]), half)
        for variant, parts in CHANGES
        if variant != "missing"
    ),
    ("year-change", "missing", "2012-06", {"a": [100] * 12}, half),
    ("extremes", "first", "2013-01", {"a": [100]}, half),
    ("extremes", "highest", "2013-01", {"a": [100, 110]}, half),
    ("extremes", "lowest", "2013-01", {"a": [110, 100]}, half),
    ("extremes", "between", "2013-01", {"a": [100, 120, 110]}, half),
    ("mean", "first", "2013-01", {"a": [100]}, half),
    ("mean", "several", "2013-01", {"a": [100, 110]}, half),
    ("mean", "missing", "2013-02", {"a": [100]}, half),
    ("ranking", "largest", "2013-01", {"a": [100], "b": [110], "c": [90]}, half),
    *(("contributions", variant, "2013-01", parts, half) for variant, parts in CONTRIBUTIONS),
    *(("july-contributions", variant, "2013-06", parts, half) for variant, parts in CONTRIBUTIONS),
    ("opposite", "rise-some", "2013-01", {"a": [100, 120], "b": [100, 90]}, half),
    ("opposite", "rise-none", "2013-01", {"a": [100, 120], "b": [100, 100]}, half),
    ("opposite", "fall-some", "2013-01", {"a": [120, 100], "b": [90, 100]}, half),
    ("opposite", "fall-none", "2013-01", {"a": [120, 100], "b": [100, 100]}, half),
    ("opposite", "unchanged", "2013-01", {"a": [100, 110], "b": [110, 100]}, half),
    ("opposite", "missing", "2013-01", {"a": [100], "b": [110]}, half),
    ("movers", "both", "2013-01", {"a": [100, 110], "b": [110, 100]}, half),
    ("movers", "up", "2013-01", {"a": [100, 110], "b": [100, 100]}, half),
    ("movers", "down", "2013-01", {"a": [110, 100], "b": [100, 100]}, half),
    ("movers", "unchanged", "2013-01", {"a": [100, 100], "b": [100, 100]}, half),
    ("movers", "missing", "2013-01", {"a": [100], "b": [100]}, half),
    *(("july-fall", variant, start, parts, half) for variant, start, parts in JULY_FALLS),
    *(("july-dip", variant, start, parts, half) for variant, start, parts in DIPS),
    ("dips", "fall", "2013-04", {"a": around_july(50), "b": around_july(90)}, half),
    ("dips", "rise", "2013-04", {"a": around_july(50), "b": around_july(110)}, half),
    ("dips", "unchanged", "2013-04", {"a": around_july(50), "b": around_july(100)}, half),
    ("dips", "none", "2013-04", {"a": around_july(110), "b": around_july(100)}, half),
    *(("dips", *case, half) for case in DIPS if case[0] not in {"rise", "fall", "unchanged"}),
    ("recovery", "reached", "2013-06", {"a": [100, 50, 100]}, half),
    ("recovery", "not-reached", "2013-06", {"a": [100, 50, 99]}, half),
    ("recovery", "just-fallen", "2013-06", {"a": [100, 50]}, half),
    ("recovery", "not-yet", "2013-06", {"a": [100]}, half),
    ("recovery", "missing-month", "2013-07", {"a": [50, 60]}, half),
    ("recovery", "zero-base", "2013-06", {"a": [0, 50]}, half),
    ("index", "first", "2013-01", {"a": [100]}, half),
    ("index", "several", "2013-01", {"a": [100, 110], "b": [110, 100]}, half),
    ("index", "all", "2013-01", {"a": [100, 110], "b": [100, 120]}, half),
    ("index", "none", "2013-01", {"a": [100, 100], "b": [110, 100]}, half),
    ("index", "missing", "2013-01", {"a": [19, 30]}, half),
    ("share", "first", "2013-01", {"a": [100]}, half),
    ("share", "rise", "2013-01", {"a": [100, 101]}, more_women_later),
    ("share", "fall", "2013-01", {"a": [100, 101]}, fewer_women_later),
    ("share", "unchanged", "2013-01", {"a": [100, 100]}, half),
    ("share", "missing", "2013-01", {"a": [100, 19]}, half),
    ("shares", "range", "2013-01", {"a": [100], "b": [20]}, half),
    ("shares", "none", "2013-01", {"a": [100], "b": [19]}, half),
    ("fixed", "first", "2013-01", {"a": [100]}, half),
    ("fixed", "several", "2013-01", {"a": [100, 100]}, half),
]


@pytest.mark.parametrize(("kind", "variant", "start", "parts", "women"), CASES)
def test_each_variant_is_found_where_it_should_be(
    kind: str, variant: str, start: str, parts: Parts, women: Women
) -> None:
    """A few invented months lead to each variant of each kind of finding."""
    assert found(kind, parts, start, women).variant == variant


def test_the_cases_above_are_every_variant() -> None:
    """No kind of finding has a variant that no figures lead to, and none is left out."""
    assert {(kind, variant) for kind, variant, *_ in CASES} == {
        (kind, variant) for kind, variants in VARIANTS.items() for variant in variants
    }
    assert FINDINGS.keys() == VARIANTS.keys()
    assert set(KEY_FIGURE_FINDINGS.values()) <= FINDINGS.keys()


@given(
    st.lists(st.tuples(*[st.integers(0, 130)] * 3), min_size=1, max_size=14),
    st.builds(Period, st.just(2013), st.integers(1, 12)),
)
def test_any_figures_lead_to_a_known_variant(months: list[tuple[int, int, int]], start: Period) -> None:
    """Whatever the figures are, a catalogue that has every variant has the sentence."""
    parts = dict(zip("abc", map(list, zip(*months, strict=True)), strict=True))
    facts = facts_about(invent(parts, start=str(start)))
    for kind, variants in VARIANTS.items():
        assert find(facts, SentenceRules(finding=kind, message="x", by="programme")).variant in variants


def number(finding: Finding, name: str) -> Fraction:
    """Return a number that a sentence would name."""
    value = finding.values[name]
    assert isinstance(value, Number)
    return value.value


def names(finding: Finding, *keys: str) -> list[str]:
    """Return the categories that a sentence would name."""
    values = [finding.values[key] for key in keys]
    return [value.code for value in values if isinstance(value, Name)]


def test_a_fall_is_told_without_its_sign() -> None:
    """From 120 to 90 is 30 fewer, 25 per cent: the variant says the direction, the number the size."""
    finding = found("change", {"a": [120, 90]})
    assert finding.variant == "fall"
    assert [number(finding, "change"), number(finding, "percent"), number(finding, "level")] == [30, 25, 90]
    assert finding.values["previous"] == Period(2013, 1)


@pytest.mark.parametrize(
    ("before", "now", "variant"),
    [(2000, 2001, "rise"), (2001, 2002, "nearly-unchanged"), (2000, 1999, "fall"), (2001, 2000, "nearly-unchanged")],
)
def test_a_change_that_is_shown_as_zero_is_no_change(before: int, now: int, variant: str) -> None:
    """1 of 2 000 is 0.05 per cent, shown as 0.1; 1 of 2 001 is less, shown as 0.0, and then nothing rose or fell."""
    assert found("change", {"a": [before, now]}).variant == variant


def test_a_share_that_is_shown_as_zero_is_unchanged() -> None:
    """From 5 000 of 10 000 women to 5 001 of 10 000 is 0.01 points, shown as 0.0: the share is unchanged."""
    finding = found("share", {"a": [10_000, 10_001]}, women=lambda persons: {10_000: 5000, 10_001: 5002}[persons])
    assert finding.figures[1].value != 0
    assert finding.variant == "unchanged"


def test_the_largest_contributions_are_told_in_the_total_s_direction() -> None:
    """Of 300, a adds 30, b 15 and c loses 3: 42 make 14 per cent; a has 10 points, b 5."""
    finding = found("contributions", {"c": [100, 97], "b": [100, 115], "a": [100, 130]})
    assert finding.variant == "rise"
    assert names(finding, "first", "second") == ["a", "b"]
    told = [number(finding, name) for name in ("percent", "first_points", "second_points", "first_change")]
    assert told == [14, 10, 5, 30]


def test_a_fall_tells_those_that_fell_most() -> None:
    """Of 300, a loses 30 and c 6 while b gains 6: 30 fewer make 10 per cent; a lost 10 points, c 2."""
    finding = found("july-contributions", {"c": [100, 94], "b": [100, 106], "a": [100, 70]}, "2013-06")
    assert finding.variant == "fall"
    assert names(finding, "first", "second") == ["a", "c"]
    assert [number(finding, name) for name in ("percent", "first_points", "second_points")] == [10, 10, 2]


def test_ties_go_to_the_one_that_is_published_first() -> None:
    """Equal parts are told in publication order, not the alphabet's."""
    parts = {"z": [100, 110], "m": [100, 110], "a": [100, 110]}
    assert names(found("ranking", parts), "first", "second", "third") == ["z", "m", "a"]
    assert names(found("contributions", parts), "first", "second") == ["z", "m"]
    assert names(found("movers", parts), "most_up") == ["z"]


def test_of_equal_months_the_earlier_one_is_the_extreme() -> None:
    """The highest and the lowest month are the first that had the number."""
    finding = found("extremes", {"a": [120, 100, 120, 100, 110]})
    assert (finding.values["highest_month"], finding.values["lowest_month"]) == (Period(2013, 1), Period(2013, 2))
    assert found("extremes", {"a": [100, 120, 120]}).variant == "between"


def test_extremes_are_this_year_s() -> None:
    """A higher December before doesn't take January's place: January stands alone."""
    assert found("extremes", {"a": [500, 100]}, "2012-12").variant == "first"


def test_three_largest_parts_share_what_they_share() -> None:
    """50, 30 and 15 of 100 are 95 per cent together; rounding is done once, on their exact sum."""
    finding = found("ranking", {"a": [5], "b": [30], "c": [50], "d": [15]})
    assert names(finding, "first", "second", "third") == ["c", "b", "d"]
    assert [number(finding, "first_share"), number(finding, "together")] == [50, 95]
    thirds = found("ranking", {"a": [100], "b": [100], "c": [100], "d": [400]})
    assert number(thirds, "together") == Fraction("85.7")  # 600 of 700


def test_movers_are_counted() -> None:
    """Two rise, one falls and one stays; the most is counted in persons, not per cent."""
    finding = found("movers", {"a": [1000, 1030], "b": [20, 40], "c": [100, 99], "d": [7, 7]})
    assert [finding.values[key] for key in ("parts", "up", "down", "same")] == [4, 2, 1, 1]
    assert names(finding, "most_up", "most_down") == ["a", "c"]


def test_those_against_the_total_are_counted() -> None:
    """The total rises by 50; b and c fall, c most."""
    finding = found("opposite", {"a": [100, 180], "b": [100, 90], "c": [100, 80]})
    assert (finding.values["n"], finding.values["parts"]) == (2, 3)
    assert names(finding, "first") == ["c"]
    assert number(finding, "first_change") == 20


def test_recovery_counts_months_from_july() -> None:
    """June 100, July 50, August 80, September 105: two months after July."""
    finding = found("recovery", {"a": [100, 50, 80, 105]}, "2013-06")
    assert finding.values["reached"] == Period(2013, 9)
    assert finding.values["n"] == 2
    assert [number(finding, name) for name in ("june_level", "reached_level")] == [100, 105]


def test_dips_name_the_deepest_and_the_mildest() -> None:
    """July at 50, 80 and 110 of 100 are 50 and 20 per cent below, and 10 above."""
    finding = found("dips", {"a": around_july(80), "b": around_july(50), "c": around_july(110)}, "2013-04")
    assert finding.variant == "rise"
    assert names(finding, "deepest", "mildest") == ["b", "c"]
    assert [number(finding, name) for name in ("deepest_percent", "mildest_percent")] == [50, 10]


def test_indexes_count_those_above_january() -> None:
    """From 100, a stands at 150, b at 100 and c at 80: one is above."""
    finding = found("index", {"a": [100, 150], "b": [100, 100], "c": [100, 80]})
    assert (finding.values["n"], finding.values["parts"]) == (1, 3)
    assert names(finding, "highest", "lowest") == ["a", "c"]
    assert [number(finding, name) for name in ("highest_index", "lowest_index")] == [150, 80]


def test_shares_leave_out_small_parts() -> None:
    """Half of 100, 9 of 20; the one with 19 persons doesn't count, though its share would be the lowest."""
    women = {100: 50, 20: 9, 19: 1}.__getitem__
    finding = found("shares", {"a": [100], "b": [20], "c": [19]}, women=women)
    assert names(finding, "highest", "lowest") == ["a", "b"]
    assert [number(finding, name) for name in ("highest_share", "lowest_share")] == [50, 45]
    assert number(finding, "total_share") == Fraction("43.2")  # 60 of 139
    assert finding.values["n"] == 1


def test_a_finding_is_about_the_codes_of_its_sentence() -> None:
    """A sentence about women tells women: 50 to 60."""
    finding = found("change", {"a": [100, 101]}, women=more_women_later, sex="women")
    assert [number(finding, "level"), number(finding, "change"), number(finding, "percent")] == [60, 10, 20]


@given(st.fractions(-3, 3), st.sampled_from(sorted(DECIMALS)))
def test_direction_follows_the_shown_figure(value: Fraction, unit: str) -> None:
    """Nothing that is shown as 0 is called a rise or a fall, and a size has no sign."""
    figure = Indicator(name="x", period=Period(2013, 1), codes=ALL, value=value, unit=unit)
    assert figure.shown is not None
    assert direction(figure) == {1: "rise", 0: "unchanged", -1: "fall"}[(figure.shown > 0) - (figure.shown < 0)]
    assert size(figure) == Number(abs(figure.shown), unit)
