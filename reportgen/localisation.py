"""Finds the printed cells that are wrong, and what they should say, from the identities that do not hold.

Month by month the smallest sets of cells whose change satisfies every identity (see `balance`); then what
belongs together over the months is told once: rows exchanged, a label misread, figures in the wrong column,
rows left out. A cell is called wrong only where every smallest explanation agrees on it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from reportgen.balance import Changes, Integers, SearchTooLargeError, least_changes, smallest_changes
from reportgen.dataset import Dataset, PrintedCell
from reportgen.identities import Identity, Variable, printed_cells
from reportgen.misprints import misprint
from reportgen.period import Period

_FEW = 3
"""So many wrong cells in one month are looked for before rows that were left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A cell that is wrong, or may be, and what it should say."""

    variable: Variable
    period: Period
    found: int
    """Persons; 0 for a blank cell and for a row that is left out."""
    expected: int
    cell: PrintedCell | None
    """The printed cell; none where the row is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """One smallest set of corrections that makes a month's figures fit."""

    corrections: tuple[Correction, ...]
    """In the order of the identities' variables."""
    misprints: tuple[str, ...]
    """The typing error that each correction looks like: `one digit differs`; empty where like none."""

    @property
    def unlikeliness(self) -> tuple[int, int]:
        """Sort key: rows that the document leaves out, then figures that look like no typing error."""
        return sum(not c.cell for c in self.corrections), self.misprints.count("")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDiagnosis:
    """What is wrong in one month."""

    period: Period
    certain: tuple[Correction, ...]
    """Corrections that every smallest explanation shares."""
    candidates: tuple[Explanation, ...]
    """What is left of each explanation, the likeliest first; empty where everything is certain."""
    explained: bool = True
    """False where no explanation was found."""


class BalanceSheet:
    """The figures of a dataset in the order of the identities' variables, as matrices."""

    def __init__(self, identities: Sequence[Identity], dataset: Dataset) -> None:
        """Take every printed figure; a row that is left out is 0."""
        self.variables = tuple(dict.fromkeys(variable for identity in identities for variable in identity.variables))
        column = {variable: place for place, variable in enumerate(self.variables)}
        self.periods = dataset.periods
        self.matrix: Integers = np.zeros((len(identities), len(self.variables)), np.int64)
        for row, identity in enumerate(identities):
            self.matrix[row, column[identity.total]] += 1
            for part in identity.parts:
                self.matrix[row, column[part]] -= 1
        self.cells = printed_cells(dataset, self.variables)
        self.values: Integers = np.array([[cell.value if cell else 0 for cell in row] for row in self.cells], np.int64)
        self.absent = tuple(place for place, row in enumerate(self.cells) if row[0] is None)

    def broken_months(self, values: Integers) -> tuple[int, ...]:
        """Return the places of the months in which an identity does not hold."""
        return tuple(int(month) for month in np.flatnonzero((self.matrix @ values).any(axis=0)))

    def correction(self, column: int, month: int, found: int, expected: int) -> Correction:
        """Return the correction of one figure."""
        return Correction(
            variable=self.variables[column],
            period=self.periods[month],
            found=int(found),
            expected=int(expected),
            cell=self.cells[column][month],
        )


def locate_month(sheet: BalanceSheet, values: Integers, month: int) -> tuple[Changes, ...]:
    """Return the smallest changes that make one month's figures fit, every one of them; nothing where none is found.

    Where many cells must change, and rows left out explain it with no more than must change anyway, they do:
    a page that is lost says so in every month.
    """
    figures = values[:, month]
    least = least_changes(sheet.matrix, figures)
    if least > _FEW:
        missing = changes_of(sheet, figures, sheet.absent)
        if missing and len(missing) == least:
            return (missing,)
    try:
        return smallest_changes(sheet.matrix, figures)
    except SearchTooLargeError:
        return ()


def changes_of(sheet: BalanceSheet, figures: Integers, columns: Sequence[int]) -> Changes | None:
    """Return the smallest change of these columns that makes a month's figures fit; none where none or several do."""
    try:
        changes = smallest_changes(sheet.matrix, figures, columns)
    except SearchTooLargeError:
        return None
    return changes[0] if len(changes) == 1 else None


def explain_month(sheet: BalanceSheet, values: Integers, month: int, changes: Sequence[Changes]) -> MonthDiagnosis:
    """Turn the smallest changes of a month into what is certain and what may be, the likeliest first."""
    period = sheet.periods[month]
    if not changes:
        return MonthDiagnosis(period=period, certain=(), candidates=(), explained=False)
    shared = set(changes[0].items()).intersection(*(change.items() for change in changes[1:]))
    figures = values[:, month]
    certain = tuple(
        sheet.correction(column, month, figures[column], figures[column] + amount) for column, amount in sorted(shared)
    )
    rest = (dict(sorted(set(change.items()) - shared)) for change in changes)
    candidates = (_explain(sheet, values, month, change) for change in rest if change)
    return MonthDiagnosis(
        period=period,
        certain=certain,
        candidates=tuple(sorted(candidates, key=lambda explanation: explanation.unlikeliness)),
    )


def exchanged_cells(figures: Integers, change: Changes) -> Iterable[tuple[int, int]]:
    """Return the pairs of cells that a change makes say what the other said."""
    for first, amount in change.items():
        for second, other in change.items():
            if first < second and amount == -other == figures[second] - figures[first]:
                yield first, second


def neighbours(figures: Integers, month: int) -> tuple[int, ...]:
    """Return a row's figures of the months before and after one."""
    return tuple(int(figures[beside]) for beside in (month - 1, month + 1) if 0 <= beside < len(figures))


def _explain(sheet: BalanceSheet, values: Integers, month: int, change: Changes) -> Explanation:
    exchanged = {column for pair in exchanged_cells(values[:, month], change) for column in pair}
    corrections, misprints = [], []
    for column, amount in change.items():
        figure = values[column, month]
        correction = sheet.correction(column, month, figure, figure + amount)
        corrections.append(correction)
        likeness = misprint(correction.found, correction.expected, neighbours(values[column], month))
        misprints.append("two figures are exchanged" if column in exchanged else likeness)
    return Explanation(corrections=tuple(corrections), misprints=tuple(misprints))
