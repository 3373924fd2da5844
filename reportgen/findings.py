"""What the indicators say: each finding has a variant and the values that a sentence about it needs.

Knows no language. The variant follows the figure as it is shown, so that no sentence says
"rise" beside a 0. Which finding is told where, and in which words, stands in the definition
and its catalogues.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from reportgen.dataset import Code, Codes, Dataset
from reportgen.indicators import JULY, Indicator, Indicators, rounded
from reportgen.period import Period
from reportgen.rules import SentenceRules


@dataclass(frozen=True, slots=True)
class Number:
    """A number in a sentence; a size without sign where the variant tells the direction."""

    value: Fraction
    unit: str


@dataclass(frozen=True, slots=True)
class Name:
    """A category in a sentence."""

    dimension: str
    code: str


Value: TypeAlias = Number | Name | Period | int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that the figures say."""

    variant: str
    """`rise`, `fall`, `unchanged`, or a reason why there is nothing to say: `not-yet`."""
    values: Mapping[str, Value]
    """By the placeholder that a message uses; a plain `int` called `n` chooses the plural."""
    figures: tuple[Indicator, ...] = ()
    """The indicators that the sentence tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What findings are drawn from."""

    dataset: Dataset
    indicators: Indicators

    @property
    def month(self) -> Period:
        """The month in question."""
        return self.indicators.month

    def parts(self, by: str, level: str) -> list[tuple[Code, Codes]]:
        """Return a dimension's categories of one level with their codes, in publication order."""
        return [(code, self.dataset.codes(**{by: code.id})) for code in self.dataset.code_list(by).at_level(level)]

    def level(self, codes: Codes, period: Period | None = None) -> Number:
        """Return the number of persons, in the month itself unless another is named."""
        return Number(Fraction(self.dataset.value(period or self.month, codes)), "persons")


def find(facts: Facts, rules: SentenceRules) -> Finding:
    """Return the finding that a sentence of the definition asks for; `KeyError` for an unknown kind."""
    finding = FINDINGS[rules.finding](facts, rules)
    values = {"month": facts.month, **finding.values}
    return Finding(variant=finding.variant, values=values, figures=finding.figures)


def direction(figure: Indicator) -> str:
    """Return `rise`, `fall` or `unchanged` as shown, else the reason why there is no value."""
    if figure.shown is None:
        return figure.status
    return "rise" if figure.shown > 0 else "fall" if figure.shown < 0 else "unchanged"


def size(figure: Indicator) -> Number:
    """Return the figure as shown, without its sign."""
    return Number(abs(figure.shown or Fraction(0)), figure.unit)


def _compared(facts: Facts, codes: Codes, names: tuple[str, str], earlier: Period) -> Finding:
    """Compare with an earlier month: in persons and, where the base allows, in per cent."""
    change, percent = (facts.indicators.get(name, codes) for name in names)
    values: dict[str, Value] = {"level": facts.level(codes), "previous": earlier}
    if change.value is None:
        return Finding(variant="missing", values={**values, "missing": change.missing or earlier}, figures=(change,))
    variant = direction(change)
    if percent.value is None:
        variant += "" if variant == "unchanged" else "-small"
    elif percent.shown == 0 and change.shown != 0:
        variant = "nearly-unchanged"
    values |= {"change": size(change), "percent": size(percent), "n": int(abs(change.value))}
    return Finding(variant=variant, values=values, figures=(change, percent))


def _change(facts: Facts, rules: SentenceRules) -> Finding:
    codes = facts.dataset.codes(**rules.codes)
    return _compared(facts, codes, ("change", "change-percent"), facts.month.shift(-1))


def _year_change(facts: Facts, rules: SentenceRules) -> Finding:
    codes = facts.dataset.codes(**rules.codes)
    return _compared(facts, codes, ("year-change", "year-change-percent"), facts.month.shift(-12))


def _extremes(facts: Facts, rules: SentenceRules) -> Finding:
    """Tell the highest and the lowest month of the year so far, and where this one stands."""
    codes = facts.dataset.codes(**rules.codes)
    year = [period for period in facts.dataset.periods if period.year == facts.month.year]
    highest = max(year, key=lambda period: (facts.dataset.value(period, codes), -period.month))
    lowest = min(year, key=lambda period: (facts.dataset.value(period, codes), period.month))
    standing = {highest: "highest", lowest: "lowest"}.get(facts.month, "between")
    return Finding(
        variant="first" if len(year) == 1 else standing,
        values={
            "level": facts.level(codes),
            "highest_month": highest,
            "highest": facts.level(codes, highest),
            "lowest_month": lowest,
            "lowest": facts.level(codes, lowest),
            "first": year[0],
        },
    )


def _mean(facts: Facts, rules: SentenceRules) -> Finding:
    mean = facts.indicators.get("mean-year-to-date", facts.dataset.codes(**rules.codes))
    first = Period(facts.month.year, 1)
    variant = "missing" if mean.value is None else "first" if facts.month == first else "several"
    values: dict[str, Value] = {"mean": size(mean), "first": first, "missing": mean.missing or first}
    return Finding(variant=variant, values=values, figures=(mean,))


def _ranking(facts: Facts, rules: SentenceRules) -> Finding:
    """Tell the three largest parts and their share of all."""
    parts = sorted(facts.parts(rules.by, rules.level), key=lambda part: -facts.dataset.value(facts.month, part[1]))[:3]
    values: dict[str, Value] = {"total": facts.level(facts.dataset.grand_total)}
    together = Fraction(0)
    shares: list[Indicator] = []
    for word, (code, codes) in zip(("first", "second", "third"), parts, strict=False):
        share = facts.indicators.get("share-of-total", codes)
        together += share.value or 0
        shares.append(share)
        values |= {word: Name(rules.by, code.id), f"{word}_level": facts.level(codes), f"{word}_share": size(share)}
    values["together"] = Number(rounded(together, 1), "percent")
    return Finding(variant="largest", values=values, figures=tuple(shares))


def _contributions(facts: Facts, rules: SentenceRules, name: str = "contribution") -> Finding:
    """Tell which parts contributed most to the total's change, in the total's own direction."""
    fall = name == "july-fall-contribution"
    total = facts.indicators.get("july-fall" if fall else "change-percent", facts.dataset.codes(**rules.codes))
    if total.value is None:
        earlier = facts.month.shift(-1)
        variant = "missing" if total.missing else "too-few"
        return Finding(variant=variant, values={"missing": total.missing or earlier, "previous": earlier})
    sign = -1 if total.value < 0 else 1
    parts = [(code, codes, facts.indicators.get(name, codes)) for code, codes in facts.parts(rules.by, rules.level)]
    parts.sort(key=lambda part: -sign * (part[2].value or 0))
    values: dict[str, Value] = {"percent": size(total), "previous": facts.month.shift(-1)}
    for word, (code, codes, points) in zip(("first", "second"), parts, strict=False):
        change = facts.indicators.get("july-fall-persons" if fall else "change", codes)
        values |= {word: Name(rules.by, code.id), f"{word}_points": size(points), f"{word}_change": size(change)}
    variant = direction(total)
    if variant != "unchanged":
        values_in_direction = [sign * (points.shown or Fraction(0)) for _, _, points in parts[:2]]
        if values_in_direction[0] > abs(total.shown or Fraction(0)):
            variant += "-over"
        elif len(parts) == 1 or values_in_direction[-1] <= 0:
            variant += "-one"
    return Finding(variant=variant, values=values, figures=(total, *(part[2] for part in parts[:2])))


def _july_contributions(facts: Facts, rules: SentenceRules) -> Finding:
    return _contributions(facts, rules, "july-fall-contribution")


def _opposite(facts: Facts, rules: SentenceRules) -> Finding:
    """Tell which parts went against the total."""
    total = facts.indicators.get("change", facts.dataset.codes(**rules.codes))
    if not total.value:
        return Finding(variant="unchanged" if total.value == 0 else "missing", values={})
    parts = [(code, facts.indicators.get("change", codes)) for code, codes in facts.parts(rules.by, rules.level)]
    against = [(code, change) for code, change in parts if (change.value or 0) * total.value < 0]
    if not against:
        return Finding(variant=f"{direction(total)}-none", values={"parts": len(parts)})
    code, change = max(against, key=lambda part: abs(part[1].value or Fraction(0)))
    values: dict[str, Value] = {"n": len(against), "parts": len(parts), "first": Name(rules.by, code.id)}
    return Finding(
        variant=f"{direction(total)}-some", values={**values, "first_change": size(change)}, figures=(change,)
    )


def _movers(facts: Facts, rules: SentenceRules) -> Finding:
    """Tell how many parts rose and fell, and which did so most, in persons."""
    parts = [(code, facts.indicators.get("change", codes)) for code, codes in facts.parts(rules.by, rules.level)]
    if any(change.value is None for _, change in parts):
        missing = parts[0][1].missing or facts.month.shift(-1)
        return Finding(variant="missing", values={"missing": missing})
    changes = [(change.value or Fraction(0), code, change) for code, change in parts]
    up, down = ([part for part in changes if sign * part[0] > 0] for sign in (1, -1))
    values: dict[str, Value] = {
        "parts": len(parts), "up": len(up), "down": len(down), "same": len(parts) - len(up) - len(down),
        "previous": facts.month.shift(-1),
    }  # fmt: skip
    told = []
    for word, group, sign in (("most_up", up, 1), ("most_down", down, -1)):
        if group:
            value, code, change = max(group, key=lambda part: sign * part[0])
            values |= {word: Name(rules.by, code.id), f"{word}_change": Number(abs(value), "persons")}
            told.append(change)
    variant = "both" if up and down else "up" if up else "down" if down else "unchanged"
    return Finding(variant=variant, values=values, figures=tuple(told))


def _july(facts: Facts, codes: Codes, name: str) -> Finding:
    figure = facts.indicators.get(name, codes)
    june, july = Period(facts.month.year, JULY - 1), Period(facts.month.year, JULY)
    values: dict[str, Value] = {"june": june, "july": july, "percent": size(figure)}
    if figure.missing:
        values["missing"] = figure.missing
    if july <= facts.month and facts.dataset.periods[0] <= june:
        values |= {"june_level": facts.level(codes, june), "july_level": facts.level(codes, july)}
        values["change"] = size(facts.indicators.get("july-fall-persons", codes))
    return Finding(variant=direction(figure), values=values, figures=(figure,))


def _july_fall(facts: Facts, rules: SentenceRules) -> Finding:
    return _july(facts, facts.dataset.codes(**rules.codes), "july-fall")


def _july_dip(facts: Facts, rules: SentenceRules) -> Finding:
    return _july(facts, facts.dataset.codes(**rules.codes), "july-dip")


def _dips(facts: Facts, rules: SentenceRules) -> Finding:
    """Tell the part with the deepest July dip and the one with the mildest, or a rise."""
    dips = [(code, facts.indicators.get("july-dip", codes)) for code, codes in facts.parts(rules.by, rules.level)]
    known = sorted(((dip.value, code.id, dip) for code, dip in dips if dip.value is not None), key=lambda dip: dip[:2])
    if not known:
        return Finding(variant=dips[0][1].status, values={"missing": dips[0][1].missing or facts.month})
    deepest, mildest = known[0], known[-1]
    values: dict[str, Value] = {
        "deepest": Name(rules.by, deepest[1]), "deepest_percent": size(deepest[2]),
        "mildest": Name(rules.by, mildest[1]), "mildest_percent": size(mildest[2]),
    }  # fmt: skip
    variant = direction(mildest[2]) if direction(deepest[2]) == "fall" else "none"
    return Finding(variant=variant, values=values, figures=(deepest[2], mildest[2]))


def _recovery(facts: Facts, rules: SentenceRules) -> Finding:
    """Tell in which month June's level was reached again, or that it is not."""
    codes = facts.dataset.codes(**rules.codes)
    figure = facts.indicators.get("recovery", codes)
    june = Period(facts.month.year, JULY - 1)
    if figure.missing or figure.status == "zero-base":
        values: dict[str, Value] = {"missing": figure.missing or june, "june": june}
        return Finding(variant=figure.status, values=values, figures=(figure,))
    values = {"june": june, "june_level": facts.level(codes, june), "level": facts.level(codes)}
    if figure.value is None:
        variant = "just-fallen" if facts.month.month == JULY else "not-reached"
        return Finding(variant=variant, values=values, figures=(figure,))
    reached = june.shift(1 + int(figure.value))
    values |= {"reached": reached, "reached_level": facts.level(codes, reached), "n": int(figure.value)}
    return Finding(variant="reached", values=values, figures=(figure,))


def _index(facts: Facts, rules: SentenceRules) -> Finding:
    """Tell how many parts are above their level at the year's start, and which stand highest and lowest."""
    indexes = [(code, facts.indicators.get("index", codes)) for code, codes in facts.parts(rules.by, rules.level)]
    known = sorted(((i.value, code.id, i) for code, i in indexes if i.value is not None), key=lambda index: index[:2])
    if not known:
        return Finding(variant="missing", values={})
    lowest, highest = known[0], known[-1]
    values: dict[str, Value] = {
        "first": Period(facts.month.year, 1),
        "n": sum(1 for value, _, _ in known if value > 100),  # noqa: PLR2004 - the index of the first month
        "parts": len(known),
        "highest": Name(rules.by, highest[1]), "highest_index": size(highest[2]),
        "lowest": Name(rules.by, lowest[1]), "lowest_index": size(lowest[2]),
    }  # fmt: skip
    above = "all" if values["n"] == len(known) else "several" if values["n"] else "none"
    variant = "first" if facts.month.month == 1 else above
    return Finding(variant=variant, values=values, figures=(lowest[2], highest[2]))


def _share(facts: Facts, rules: SentenceRules) -> Finding:
    """Tell the published share, and how it has moved since the year's first month."""
    codes = facts.dataset.codes(**rules.codes)
    share, change = (facts.indicators.get(name, codes) for name in ("share", "share-change"))
    values: dict[str, Value] = {"share": size(share), "points": size(change), "first": Period(facts.month.year, 1)}
    variant = (
        "missing"
        if share.value is None
        else "first"
        if facts.month.month == 1 or change.value is None
        else direction(change)
    )
    return Finding(variant=variant, values=values, figures=(share, change))


def _shares(facts: Facts, rules: SentenceRules) -> Finding:
    """Tell the highest and the lowest share among the parts that are large enough."""
    shares = [(code, facts.indicators.get("share", codes)) for code, codes in facts.parts(rules.by, rules.level)]
    known = sorted(((s.value, code.id, s) for code, s in shares if s.value is not None), key=lambda share: share[:2])
    total = facts.indicators.get("share", facts.dataset.grand_total)
    if len(known) < 2:  # noqa: PLR2004 - a highest and a lowest
        return Finding(variant="none", values={"total_share": size(total)})
    lowest, highest = known[0], known[-1]
    values: dict[str, Value] = {
        "highest": Name(rules.by, highest[1]), "highest_share": size(highest[2]),
        "lowest": Name(rules.by, lowest[1]), "lowest_share": size(lowest[2]),
        "total_share": size(total), "n": len(shares) - len(known),
    }  # fmt: skip
    return Finding(variant="range", values=values, figures=(lowest[2], highest[2], total))


def _fixed(facts: Facts, _rules: SentenceRules) -> Finding:
    """Say the same in every month, with its name."""
    first = Period(facts.month.year, 1)
    variant = "first" if facts.month == first else "several"
    return Finding(variant=variant, values={"first": first, "previous": facts.month.shift(-1)})


FINDINGS: Mapping[str, Callable[[Facts, SentenceRules], Finding]] = {
    "change": _change,
    "year-change": _year_change,
    "extremes": _extremes,
    "mean": _mean,
    "ranking": _ranking,
    "contributions": _contributions,
    "july-contributions": _july_contributions,
    "opposite": _opposite,
    "movers": _movers,
    "july-fall": _july_fall,
    "july-dip": _july_dip,
    "dips": _dips,
    "recovery": _recovery,
    "index": _index,
    "share": _share,
    "shares": _shares,
    "fixed": _fixed,
}
"""Every kind of finding, by the name that a definition gives it."""


_COMPARED = ("rise", "fall", "nearly-unchanged", "unchanged", "rise-small", "fall-small", "missing")
_CONTRIBUTED = ("rise", "fall", "rise-over", "fall-over", "rise-one", "fall-one", "unchanged", "missing", "too-few")
_AROUND_JULY = ("rise", "fall", "unchanged", "not-yet", "missing-month", "small-base", "zero-base")

VARIANTS: Mapping[str, tuple[str, ...]] = {
    "change": _COMPARED,
    "year-change": _COMPARED,
    "extremes": ("first", "highest", "lowest", "between"),
    "mean": ("first", "several", "missing"),
    "ranking": ("largest",),
    "contributions": _CONTRIBUTED,
    "july-contributions": _CONTRIBUTED,
    "opposite": ("rise-some", "rise-none", "fall-some", "fall-none", "unchanged", "missing"),
    "movers": ("both", "up", "down", "unchanged", "missing"),
    "july-fall": _AROUND_JULY,
    "july-dip": _AROUND_JULY,
    "dips": (*_AROUND_JULY, "none"),
    "recovery": ("reached", "not-reached", "just-fallen", "not-yet", "missing-month", "zero-base"),
    "index": ("first", "several", "all", "none", "missing"),
    "share": ("first", "rise", "fall", "unchanged", "missing"),
    "shares": ("range", "none"),
    "fixed": ("first", "several"),
}
"""Every variant of each kind of finding: a catalogue has a message for each, unless the definition silences it."""

KEY_FIGURE_FINDINGS: Mapping[str, str] = {"level": "change", "share": "share", "july-dip": "july-dip", "mean": "mean"}
"""The finding that each kind of key figure tells."""

NEED_PARTS = frozenset(
    {"ranking", "contributions", "july-contributions", "opposite", "movers", "dips", "index", "shares"}
)
"""The kinds of findings that compare the parts of a dimension, named with `by`."""
