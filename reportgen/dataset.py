"""The statistic itself: codes, observations and the dataset that holds them.

Every observation keeps the printed cells that it was read from. Knows no language beyond
the labels that a code list carries, and nothing of how a document is printed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from reportgen.errors import Where
from reportgen.period import Period

Codes: TypeAlias = tuple[str, ...]
"""One code identifier for each dimension, in the dataset's order: `("mentor", "total", "women")`."""

TOTAL = "total"
"""The identifier, and the level, of the code that stands for a whole dimension."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One category of a dimension."""

    id: str
    """Identifier, unique within its code list: `wage-subsidy`."""
    level: str
    """Place in the hierarchy: `total`, `group` or `programme`."""
    parent: str
    """Identifier of the code that this one is part of; empty for the total."""
    labels: Mapping[str, str]
    """Label in each language: `{"nb": "Lønnstilskudd", "en": "Wage subsidies"}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeList:
    """The categories of one dimension, in the order in which they are published."""

    dimension: str
    """Name of the dimension: `programme`."""
    codes: tuple[Code, ...]
    """The total first, then each group before its members."""
    _index: Mapping[str, Code] = field(init=False, repr=False, compare=False)
    _children: Mapping[str, tuple[Code, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the codes by identifier and by parent."""
        object.__setattr__(self, "_index", {code.id: code for code in self.codes})
        children: defaultdict[str, list[Code]] = defaultdict(list)
        for code in self.codes:
            children[code.parent].append(code)
        object.__setattr__(self, "_children", {parent: tuple(codes) for parent, codes in children.items()})

    def __getitem__(self, code: str) -> Code:
        """Return the code with this identifier; `KeyError` if there is none."""
        return self._index[code]

    def __contains__(self, code: str) -> bool:
        """Tell whether there is a code with this identifier."""
        return code in self._index

    def children(self, code: str) -> tuple[Code, ...]:
        """Return the codes directly below this one, in order; empty for a leaf."""
        return self._children.get(code, ())

    def at_level(self, *levels: str) -> tuple[Code, ...]:
        """Return the codes of these levels, in the list's order."""
        return tuple(code for code in self.codes if code.level in levels)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCell:
    """A number as the document prints it, once."""

    table: str
    """Identifier of the source table that the cell stands in: `programmes-by-sex`."""
    value: int
    """The number read; 0 for a blank cell."""
    text: str
    """What is printed: `74 256`; empty for a blank cell."""
    where: Where
    """File, line and column; column 1 is the label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """The number of persons for one month and one combination of codes."""

    period: Period
    codes: Codes
    value: int
    """Persons."""
    status: str = ""
    """Empty for a printed number, `implied-zero` where the document prints none and the identities prove 0."""
    printed: tuple[PrintedCell, ...] = ()
    """Every printed cell behind the number, in document order; empty where no row is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """All observations of a statistic up to one month; complete, sorted and unique."""

    code_lists: tuple[CodeList, ...]
    """One for each dimension, in the order of the codes of an observation."""
    periods: tuple[Period, ...]
    """Every month covered, ascending and without gaps."""
    observations: tuple[Observation, ...]
    """Sorted by period, then by the order of the code lists."""
    _index: Mapping[tuple[Period, Codes], Observation] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the observations by period and codes."""
        object.__setattr__(self, "_index", {(o.period, o.codes): o for o in self.observations})

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Names of the dimensions: `("programme", "main_group", "sex")`."""
        return tuple(code_list.dimension for code_list in self.code_lists)

    @property
    def grand_total(self) -> Codes:
        """The codes of the total over every dimension."""
        return (TOTAL,) * len(self.code_lists)

    def code_list(self, dimension: str) -> CodeList:
        """Return the code list of a dimension."""
        return self.code_lists[self.dimensions.index(dimension)]

    def codes(self, **chosen: str) -> Codes:
        """Return codes with the named dimensions set and the total elsewhere: `codes(sex="women")`."""
        return tuple(chosen.get(dimension, TOTAL) for dimension in self.dimensions)

    def observation(self, period: Period, codes: Codes) -> Observation:
        """Return one observation; `KeyError` if the dataset does not cover it."""
        return self._index[period, codes]

    def value(self, period: Period, codes: Codes) -> int:
        """Return the number of persons; `KeyError` if the dataset does not cover it."""
        return self._index[period, codes].value

    def series(self, codes: Codes) -> tuple[int, ...]:
        """Return the number of persons in each of `periods`, in that order."""
        return tuple(self._index[period, codes].value for period in self.periods)

    def all_codes(self) -> tuple[Codes, ...]:
        """Return every combination of codes that the dataset covers, in order."""
        return tuple(o.codes for o in self.observations if o.period == self.periods[0])

    def until(self, period: Period) -> "Dataset":
        """Return what was known in that month: the observations up to and including it."""
        return replace(
            self,
            periods=tuple(p for p in self.periods if p <= period),
            observations=tuple(o for o in self.observations if o.period <= period),
        )


def sort_observations(observations: Sequence[Observation], code_lists: Sequence[CodeList]) -> tuple[Observation, ...]:
    """Return the observations by period, then by the order of each code list."""
    order = [{code.id: place for place, code in enumerate(code_list.codes)} for code_list in code_lists]
    return tuple(
        sorted(
            observations, key=lambda o: (o.period, [places[code] for places, code in zip(order, o.codes, strict=True)])
        )
    )
