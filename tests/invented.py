"""Invented statistics, small enough to compute by hand: three programme groups, women and men, any months."""

from collections.abc import Callable, Mapping, Sequence

from reportgen.dataset import TOTAL, Code, CodeList, Codes, Dataset, Observation, sort_observations
from reportgen.findings import Facts
from reportgen.indicators import compute_indicators
from reportgen.period import Period

Series = Sequence[int]
Women = Callable[[int], int]


def code_list(dimension: str, level: str, names: Sequence[str]) -> CodeList:
    """Return a total with parts of one level."""
    codes = [Code(id=TOTAL, level=TOTAL, parent="", labels={})]
    codes += [Code(id=name, level=level, parent=TOTAL, labels={}) for name in names]
    return CodeList(dimension=dimension, codes=tuple(codes))


def half(persons: int) -> int:
    """Return how many are women where nothing else is said: half, rounded down."""
    return persons // 2


def invent(parts: Mapping[str, Series], *, start: str = "2013-01", women: Women = half) -> Dataset:
    """Return a dataset with one series for each programme group: `invent({"training": [100, 120]})`."""
    first = Period.parse(start)
    lists = (code_list("programme", "group", list(parts)), code_list("sex", "sex", ("women", "men")))
    months = range(len(next(iter(parts.values()))))
    observations = []
    for month in months:
        women_of = {name: women(series[month]) for name, series in parts.items()}
        persons = {name: series[month] for name, series in parts.items()}
        for column in ("women", "men", TOTAL):
            values = {
                "women": women_of,
                "men": {part: persons[part] - women_of[part] for part in parts},
                TOTAL: persons,
            }[column]
            cells: dict[Codes, int] = {(part, column): value for part, value in values.items()}
            cells[TOTAL, column] = sum(values.values())
            observations += [Observation(period=first.shift(month), codes=c, value=v) for c, v in cells.items()]
    return Dataset(
        code_lists=lists,
        periods=tuple(first.shift(month) for month in months),
        observations=sort_observations(observations, lists),
    )


def facts_about(dataset: Dataset, *, small_base: int = 20) -> Facts:
    """Return what is known in the dataset's last month."""
    return Facts(dataset=dataset, indicators=compute_indicators(dataset, small_base=small_base, share=("sex", "women")))
