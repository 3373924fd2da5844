"""A month: parse, shift, compare. Knows no language; month names belong to `language`."""

import re
from dataclasses import dataclass
from typing import Self

MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One calendar month.

    >>> Period.parse("2013-11").shift(-11)
    Period(year=2012, month=12)
    """

    year: int
    """Calendar year, 1 to 9999: `2013`."""
    month: int
    """Month of the year, 1 to 12: `11`."""

    def __post_init__(self) -> None:
        """Refuse a month that no calendar has."""
        if not (1 <= self.year <= 9999 and 1 <= self.month <= MONTHS_PER_YEAR):  # noqa: PLR2004 - ISO 8601's years
            message = f"no such month: year {self.year}, month {self.month}"
            raise ValueError(message)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2013-11`; raise `ValueError` for anything else."""
        match = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
        if match is None:
            message = f"not a month: {text!r}"
            raise ValueError(message)
        return cls(int(match[1]), int(match[2]))

    def shift(self, months: int) -> "Period":
        """Return the month so many months later; earlier where `months` is negative."""
        year, month = divmod(self.year * MONTHS_PER_YEAR + self.month - 1 + months, MONTHS_PER_YEAR)
        return Period(year, month + 1)

    def months_since(self, earlier: "Period") -> int:
        """Return the number of months from `earlier` to this one.

        >>> Period(2013, 11).months_since(Period(2013, 6))
        5
        """
        return (self.year - earlier.year) * MONTHS_PER_YEAR + self.month - earlier.month

    def __str__(self) -> str:
        """Return the month as `2013-11`."""
        return f"{self.year:04}-{self.month:02}"
