"""Turns a dataset into indicators: change, contribution, dip, recovery, share. Knows no language.

Every figure is an exact fraction and is computed once; whatever shows it reads that one value.
It keeps its formula with the numbers filled in and the observations that it reads.
What can't be computed has no value but a status that says why.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from typing import TypeAlias

from reportgen.dataset import TOTAL, Codes, Dataset
from reportgen.period import MONTHS_PER_YEAR, Period

JULY = 7
DIP_BASE = (4, 5, 6, 8, 9, 10)
"""The months that July is compared with: three before and three after it."""

DECIMALS = {"persons": 0, "percent": 1, "percentage-points": 1, "months": 0, "index": 0}
"""How many decimals a figure of each unit is shown with."""

Reference: TypeAlias = tuple[Period, Codes]
"""One observation that an indicator reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One computed figure."""

    name: str
    """`change-percent`; docs/vocabulary.md has the whole list."""
    period: Period
    """The month that the figure is about; nothing later is used."""
    codes: Codes
    value: Fraction | None
    """Exact, never rounded; `None` where it can't be computed or isn't shown."""
    unit: str
    """`persons`, `percent`, `percentage-points`, `months` or `index`."""
    status: str = ""
    """Empty, or why there is no value: `missing-month`, `zero-base`, `small-base`, `not-yet`, `not-reached`."""
    formula: str = ""
    """With its numbers: `100 * (75769 - 73496) / 73496`; empty where a number is missing."""
    reads: tuple[Reference, ...] = ()
    """The observations behind the formula, in its order, each once."""
    missing: Period | None = None
    """The first month that the figure needs and the source, up to `period`, lacks."""

    @property
    def shown(self) -> Fraction | None:
        """The value as it is shown: rounded half away from zero to its unit's decimals."""
        return None if self.value is None else rounded(self.value, DECIMALS[self.unit])


def rounded(value: Fraction, decimals: int) -> Fraction:
    """Round half away from zero.

    >>> rounded(Fraction(-25, 100), 1)
    Fraction(-3, 10)
    """
    scaled = abs(value) * 10**decimals
    size = Fraction(int(scaled + Fraction(1, 2)), 10**decimals)
    return size if value >= 0 else -size


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicators:
    """All figures of one month, and how to find one."""

    month: Period
    figures: tuple[Indicator, ...]
    _index: Mapping[tuple[str, Period, Codes], Indicator] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the figures by name, period and codes."""
        object.__setattr__(self, "_index", {(f.name, f.period, f.codes): f for f in self.figures})

    def get(self, name: str, codes: Codes, period: Period | None = None) -> Indicator:
        """Return one figure, of the month itself unless another is named; `KeyError` if there is none."""
        return self._index[name, period or self.month, codes]


@dataclass(frozen=True, slots=True)
class Formula:
    """How an indicator is computed from numbers of persons."""

    name: str
    unit: str
    text: str
    """The formula, with `{0}`, `{1}`, … for the numbers."""
    compute: Callable[..., Fraction]
    """The same as a function of the numbers."""
    base: Callable[..., Fraction] | None = None
    """What the figure is relative to: it must not be 0, nor smaller than the small base."""


def _percent_of_second(now: int, before: int) -> Fraction:
    """Return the change from `before` to `now` in per cent.

    >>> float(_percent_of_second(75, 60))
    25.0
    """
    return Fraction(100 * (now - before), before)


def _second(_: int, second: int) -> Fraction:
    return Fraction(second)


def _points_of_third(now: int, before: int, total_before: int) -> Fraction:
    """Return how many percentage points of the total's per cent change come from one part.

    A part that grows from 20 to 26 of a total of 200 adds three percentage points:

    >>> _points_of_third(26, 20, 200)
    Fraction(3, 1)
    """
    return Fraction(100 * (now - before), total_before)


def _dip(july: int, *others: int) -> Fraction:
    """Return by how many per cent July lies below (negative) or above the mean of the months around it.

    >>> _dip(60, 80, 80, 70, 70, 75, 75)
    Fraction(-20, 1)
    """
    return 100 * (july / _mean_of(*others) - 1)


def _mean_of(*numbers: int) -> Fraction:
    return Fraction(sum(numbers), len(numbers))


def _part_of_sum(part: int, rest: int) -> Fraction:
    """Return a part's share of itself and the rest, in per cent.

    >>> _part_of_sum(30, 10)
    Fraction(75, 1)
    """
    return Fraction(100 * part, part + rest)


def _sum(*numbers: int) -> Fraction:
    return Fraction(sum(numbers))


_MEAN_OF_SIX = "(({1} + {2} + {3} + {4} + {5} + {6}) / 6)"

CHANGE = Formula("change", "persons", "{0} - {1}", lambda now, before: Fraction(now - before))
CHANGE_PERCENT = Formula("change-percent", "percent", "100 * ({0} - {1}) / {1}", _percent_of_second, _second)
CONTRIBUTION = Formula(
    "contribution",
    "percentage-points",
    "100 * ({0} - {1}) / {2}",
    _points_of_third,
    lambda _now, _before, total: Fraction(total),
)
YEAR_CHANGE = replace(CHANGE, name="year-change")
YEAR_CHANGE_PERCENT = replace(CHANGE_PERCENT, name="year-change-percent")
JULY_FALL = replace(CHANGE_PERCENT, name="july-fall")
JULY_FALL_PERSONS = replace(CHANGE, name="july-fall-persons")
JULY_FALL_CONTRIBUTION = replace(CONTRIBUTION, name="july-fall-contribution")
JULY_DIP = Formula(
    "july-dip", "percent", f"100 * ({{0}} / {_MEAN_OF_SIX} - 1)", _dip, lambda _july, *others: _mean_of(*others)
)
SHARE_OF_TOTAL = Formula(
    "share-of-total", "percent", "100 * {0} / {1}", lambda part, total: Fraction(100 * part, total), _second
)
INDEX = Formula("index", "index", "100 * {0} / {1}", lambda now, first: Fraction(100 * now, first), _second)
SHARE = Formula("share", "percent", "100 * {0} / ({0} + {1})", _part_of_sum, _sum)
SHARE_GAP = Formula(
    "share-gap",
    "percentage-points",
    "100 * {0} / ({0} + {1}) - 100 * {2} / ({2} + {3})",
    lambda part, rest, total_part, total_rest: _part_of_sum(part, rest) - _part_of_sum(total_part, total_rest),
    lambda part, rest, *_: _sum(part, rest),
)
SHARE_CHANGE = replace(
    SHARE_GAP, name="share-change", base=lambda part, rest, *first: min(_sum(part, rest), _sum(*first))
)


def compute_indicators(dataset: Dataset, *, small_base: int, share: tuple[str, str]) -> Indicators:
    """Compute every figure that is known in the dataset's last month.

    `small_base` is the smallest number of persons for which per cent and share are shown;
    `share` is the dimension and code whose share is computed: `("sex", "women")`.
    Figures come in the order of the dataset's codes, each with all its indicators.
    """
    compute = _Computer(dataset, small_base, frozenset(dataset.periods))
    figures = [figure for codes in dataset.all_codes() for figure in compute.of_series(codes)]
    return Indicators(month=compute.month, figures=(*figures, *compute.shares(*share)))


@dataclass(frozen=True, slots=True)
class _Computer:
    """Applies formulas to observations, and refuses bases that are missing or too small."""

    dataset: Dataset
    small_base: int
    known: frozenset[Period]
    """The dataset's months, which are looked for with each number."""

    @property
    def month(self) -> Period:
        return self.dataset.periods[-1]

    def of_series(self, codes: Codes) -> list[Indicator]:
        """Return every indicator that each series has."""
        month, total = self.month, self.dataset.grand_total
        before, year_before, june = month.shift(-1), month.shift(-MONTHS_PER_YEAR), Period(month.year, JULY - 1)
        july = june.shift(1)
        since_january = [(Period(month.year, number), codes) for number in range(1, month.month + 1)]
        return [
            self.apply(CHANGE, (month, codes), (before, codes)),
            self.apply(CHANGE_PERCENT, (month, codes), (before, codes)),
            self.apply(CONTRIBUTION, (month, codes), (before, codes), (before, total)),
            self.apply(YEAR_CHANGE, (month, codes), (year_before, codes)),
            self.apply(YEAR_CHANGE_PERCENT, (month, codes), (year_before, codes)),
            self.apply(JULY_FALL_PERSONS, (july, codes), (june, codes)),
            self.apply(JULY_FALL, (july, codes), (june, codes)),
            self.apply(JULY_FALL_CONTRIBUTION, (july, codes), (june, codes), (june, total)),
            self.apply(JULY_DIP, (july, codes), *((Period(month.year, number), codes) for number in DIP_BASE)),
            self.recovery(codes),
            self.apply(SHARE_OF_TOTAL, (month, codes), (month, total)),
            self.apply(_mean_formula(len(since_january)), *since_january),
            *(self.apply(INDEX, read, since_january[0], period=read[0]) for read in since_january),
        ]

    def shares(self, dimension: str, code: str) -> list[Indicator]:
        """Return one code's share of its dimension for every combination of the others that has it."""
        place = self.dataset.dimensions.index(dimension)
        others = [c.id for c in self.dataset.code_list(dimension).children(TOTAL) if c.id != code]
        first = Period(self.month.year, 1)
        figures = []
        for codes in self.dataset.all_codes():
            if codes[place] != code:
                continue
            whole = self.in_place(codes, place, TOTAL)
            now, start, total = (
                [(period, self.in_place(about, place, part)) for part in (code, *others)]
                for period, about in ((self.month, whole), (first, whole), (self.month, self.dataset.grand_total))
            )
            for formula, reads in ((SHARE, now), (SHARE_GAP, now + total), (SHARE_CHANGE, now + start)):
                figures.append(replace(self.apply(formula, *reads), codes=whole))
        return figures

    @staticmethod
    def in_place(codes: Codes, place: int, code: str) -> Codes:
        return (*codes[:place], code, *codes[place + 1 :])

    def apply(self, formula: Formula, *reads: Reference, period: Period | None = None) -> Indicator:
        """Compute one figure about a month, else the dataset's last one, and the codes of its first observation."""
        figure = partial(
            Indicator,
            name=formula.name,
            period=period or self.month,
            codes=reads[0][1],
            unit=formula.unit,
            reads=tuple(dict.fromkeys(reads)),
        )
        for read, _ in reads:
            if read not in self.known:
                status = "not-yet" if read > self.month else "missing-month"
                missing = max(p for p, _ in reads) if status == "not-yet" else read
                return figure(value=None, status=status, missing=missing)
        numbers = [self.dataset.value(read, codes) for read, codes in reads]
        filled = formula.text.format(*numbers)
        base = None if formula.base is None else formula.base(*numbers)
        if base == 0:
            return figure(value=None, status="zero-base", formula=filled)
        if base is not None and base < self.small_base:
            return figure(value=None, status="small-base", formula=filled)
        return figure(value=formula.compute(*numbers), formula=filled)

    def recovery(self, codes: Codes) -> Indicator:
        """Return the months from July to the first later month with at least June's level.

        The formula is that month less July, in months of the year: `10 - 7` for October.
        """
        june = Period(self.month.year, JULY - 1)
        july = june.shift(1)
        about = Indicator(
            name="recovery", period=self.month, codes=codes, value=None, unit="months", reads=((june, codes),)
        )
        for period in (june, july):
            if period not in self.dataset.periods:
                not_yet = period > self.month  # then July is what it waits for, even in May
                status = "not-yet" if not_yet else "missing-month"
                return replace(about, status=status, missing=july if not_yet else period)
        level = self.dataset.value(june, codes)
        if level == 0:
            return replace(about, status="zero-base")
        later = [p for p in self.dataset.periods if july < p <= Period(july.year, MONTHS_PER_YEAR)]
        for period in later:
            if self.dataset.value(period, codes) >= level:
                months = period.months_since(july)
                reads = (*about.reads, (period, codes))
                return replace(about, value=Fraction(months), formula=f"{period.month} - {JULY}", reads=reads)
        return replace(about, status="not-reached", reads=(*about.reads, *((p, codes) for p in later)))


def _mean_formula(months: int) -> Formula:
    """Return the formula of the mean of so many months."""
    text = " + ".join(f"{{{number}}}" for number in range(months))
    return Formula("mean-year-to-date", "persons", f"({text}) / {months}", _mean_of)
