"""Solves the identities of a month as a linear system: the smallest sets of cells whose change satisfies them all.

The principle is Fellegi and Holt's (1976): of all ways to make the figures consistent, the ones that change the
fewest cells. An identity that is broken must contain a changed cell; eliminating the cells chosen so far leaves the
implied identities that the others must satisfy. The search deepens one cell at a time and leaves a branch only where
broken identities without a common cell prove that more cells are needed, so it misses no smallest set.
Knows matrices of whole numbers, and nothing of tables.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]
Changes: TypeAlias = dict[int, int]
"""Change of each cell that is not right, by the cell's column: `{12: -1}`."""

_BRANCHES = 1000
"""Branches searched for one month at most; a number rather than a time, so that results repeat."""


class SearchTooLargeError(Exception):
    """So many cells are wrong that the search was given up; nothing is known of the smallest sets."""


def smallest_changes(matrix: Integers, values: Integers, allowed: Sequence[int] | None = None) -> tuple[Changes, ...]:
    """Return every way to satisfy `matrix @ values == 0` by changing the fewest cells, ordered by their columns.

    Each row of `matrix` is an identity, each column a cell; entries are whole numbers. Changed values are whole and
    not negative. Where `allowed` is given, only these cells may change, and nothing is returned if that can't do.
    Returns one empty change where all is well; raises `SearchTooLargeError` where the search was given up.
    """
    wanted = -(matrix @ values)
    if not wanted.any():
        return ({},)
    system = matrix.astype(np.int32)
    if allowed is not None:
        system[:, np.setdiff1d(np.arange(values.size), allowed)] = 0
    search = _Search()
    for size in range(_needed(system[wanted != 0], values.size), values.size + 1):
        found = set(search.supports(system, wanted, size))
        solved = (solve_changes(matrix, values, support) for support in sorted(found))
        if changes := tuple(change for change in solved if change is not None):
            return changes
        if not search.cut:
            return ()
    raise SearchTooLargeError


def least_changes(matrix: Integers, values: Integers) -> int:
    """Return how many cells must change at least: broken identities that share no cell need one each."""
    return _needed(matrix[matrix @ values != 0], values.size)


def solve_changes(matrix: Integers, values: Integers, support: tuple[int, ...]) -> Changes | None:
    """Return the change of exactly these cells that satisfies every identity; none where there is no such change.

    `None` also where a changed value would be negative or no whole number, or a cell needs no change.
    """
    columns = matrix[:, support]
    residual = matrix @ values
    solution, *_ = np.linalg.lstsq(columns.astype(float), -residual.astype(float))
    change = np.rint(solution).astype(np.int64)
    if (columns @ change + residual).any() or (values[list(support)] + change < 0).any() or not change.all():
        return None
    return {column: int(amount) for column, amount in zip(support, change, strict=True)}


class _Search:
    """A search that gives up after so many branches."""

    def __init__(self) -> None:
        self.branches = 0
        self.cut = False
        """Whether more cells might do where these did not."""

    def supports(self, matrix: NDArray[np.int32], wanted: Integers, size: int) -> Iterator[tuple[int, ...]]:
        """Yield sets of so many columns that span `wanted`: every smallest one, where none is smaller."""
        self.branches += 1
        if self.branches > _BRANCHES:
            raise SearchTooLargeError
        broken = np.flatnonzero(wanted)
        if not broken.size:
            return
        if not np.count_nonzero(matrix[broken], axis=1).all():
            return  # no open cell can mend this identity
        if size > 1 and _needed(matrix[broken], size) > size:
            self.cut = True
            return
        row = int(broken[np.argmin(np.count_nonzero(matrix[broken], axis=1))])
        columns = np.flatnonzero(matrix[row])
        if size == 1:
            self.cut = True
            parallel = (matrix[:, columns] * wanted[row] == np.outer(wanted, matrix[row, columns])).all(axis=0)
            yield from ((int(column),) for column in columns[parallel])
            return
        remaining = matrix.copy()
        for column in columns:
            system, rest = _eliminate(remaining, wanted, row, int(column))
            for support in self.supports(system, rest, size - 1):
                yield tuple(sorted((int(column), *support)))
            remaining[:, column] = 0  # sets with this column are all found


def _needed(broken: NDArray[np.signedinteger], enough: int) -> int:
    """Return the number of these rows, chosen shortest first, that share no column; stop above `enough`."""
    involved = broken != 0
    taken = np.zeros(broken.shape[1], bool)
    needed = 0
    for row in np.argsort(np.count_nonzero(involved, axis=1), kind="stable"):
        if not (involved[row] & taken).any():
            taken |= involved[row]
            needed += 1
            if needed > enough:
                break
    return needed


def _eliminate(
    matrix: NDArray[np.int32], wanted: Integers, row: int, column: int
) -> tuple[NDArray[np.int32], Integers]:
    """Free a column: return the identities that hold whatever its value, without the `row` that fixes it."""
    system, rest = matrix.copy(), wanted.copy()
    pivot = matrix[row, column]
    for other in np.flatnonzero(matrix[:, column]):
        factor = matrix[other, column]
        system[other] = matrix[other] * pivot - matrix[row] * factor
        rest[other] = wanted[other] * pivot - wanted[row] * factor
    return system, rest
