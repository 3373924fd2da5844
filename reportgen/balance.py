"""Solves the identities of a month as a linear system: the smallest sets of cells whose change satisfies them all.

The principle is Fellegi and Holt's (1976): of all ways to make the figures consistent, the one that changes the
fewest cells. An identity that is still broken must contain a changed cell; eliminating the cells chosen so far
leaves the implied identities that the others must satisfy, so the search misses no smallest set and proves that
there is no smaller one. What is larger than that search can bear goes to integer programming (HiGHS).
Knows matrices of whole numbers, and nothing of tables.
"""

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Integers: TypeAlias = NDArray[np.int64]
Changes: TypeAlias = dict[int, int]
"""Change of each cell that is not right, by the cell's column: `{12: -1}`."""

_ROUNDS = 200
"""Integer programs solved for one month at most; a number rather than a time, so that results repeat."""


def smallest_changes(matrix: Integers, values: Integers, limit: int) -> tuple[Changes, ...]:
    """Return every way to satisfy `matrix @ values == 0` by changing the fewest cells, up to `limit` of them.

    Each row of `matrix` is an identity, each column a cell; entries are whole numbers. Changed values are whole and
    not negative. Returns nothing where more than `limit` cells must change, one empty change where all is well.
    Order: by the columns changed.
    """
    residual = matrix @ values
    if not residual.any():
        return ({},)
    for size in range(1, limit + 1):
        found = set(_supports(matrix, -residual, size))
        solved = (solve_changes(matrix, values, support) for support in sorted(found))
        if changes := tuple(change for change in solved if change is not None):
            return changes
    return ()


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


def propagate_changes(matrix: Integers, values: Integers, allowed: tuple[int, ...]) -> Changes | None:
    """Return the change that follows by itself if only the `allowed` cells may change; none if none does.

    An identity in which one allowed cell is left fixes that cell; solved identity by identity.
    """
    system = matrix[:, allowed].copy()
    wanted = -(matrix @ values)
    chosen: list[int] = []
    while wanted.any():
        broken = np.flatnonzero(wanted)
        fixing = [row for row in broken if np.count_nonzero(system[row]) == 1]
        if not fixing:
            return None
        column = int(np.flatnonzero(system[fixing[0]])[0])
        chosen.append(allowed[column])
        system, wanted = _eliminate(system, wanted, int(fixing[0]), column)
    return solve_changes(matrix, values, tuple(sorted(chosen)))


def fewest_changes(matrix: Integers, values: Integers) -> tuple[Changes, ...]:
    """Return up to two ways to satisfy every identity by changing the fewest cells, by integer programming.

    Two mean that the smallest change is not unique; nothing, that none was found in so many rounds. Each round
    covers the identities that are known to break with the fewest cells, and learns those implied ones that
    this choice of cells would leave broken.
    """
    residual = matrix @ values
    covers = [np.flatnonzero(row) for row in matrix[residual != 0]]
    excluded: list[tuple[int, ...]] = []
    found: list[Changes] = []
    for _ in range(_ROUNDS):
        support = _cover(covers, excluded, values.size)
        if support is None or (found and len(support) > len(found[0])):
            break
        implied = _implied_by(matrix, -residual, support)
        covers += implied
        if implied:
            continue
        change = solve_changes(matrix, values, support)
        excluded.append(support)
        if change is not None:
            found.append(change)
            if len(found) > 1:
                break
    return tuple(found)


def _supports(matrix: Integers, wanted: Integers, size: int) -> Iterator[tuple[int, ...]]:
    """Yield sets of so many columns that span `wanted`: a superset of the smallest ones where none is smaller."""
    broken = np.flatnonzero(wanted)
    if not broken.size or (size > 1 and _needed(matrix[broken], size) > size):
        return
    open_columns = np.count_nonzero(matrix[broken], axis=1)
    row = int(broken[np.argmin(open_columns)])
    columns = np.flatnonzero(matrix[row])
    if size == 1:
        parallel = (matrix[:, columns] * wanted[row] == np.outer(wanted, matrix[row, columns])).all(axis=0)
        yield from ((int(column),) for column in columns[parallel])
        return
    remaining = matrix.copy()
    for column in columns:
        system, rest = _eliminate(remaining, wanted, row, int(column))
        for support in _supports(system, rest, size - 1):
            yield tuple(sorted((int(column), *support)))
        remaining[:, column] = 0  # sets with this column are all found


def _needed(broken: Integers, enough: int) -> int:
    """Return how many cells must change at least: broken identities that share no cell need one each."""
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


def _eliminate(matrix: Integers, wanted: Integers, row: int, column: int) -> tuple[Integers, Integers]:
    """Free a column: return the identities that hold whatever its value, without the `row` that fixes it."""
    system, rest = matrix.copy(), wanted.copy()
    pivot = matrix[row, column]
    for other in np.flatnonzero(matrix[:, column]):
        factor = matrix[other, column]
        system[other] = matrix[other] * pivot - matrix[row] * factor
        rest[other] = wanted[other] * pivot - wanted[row] * factor
    return system, rest


def _implied_by(matrix: Integers, wanted: Integers, support: tuple[int, ...]) -> list[NDArray[np.intp]]:
    """Return the cells of each implied identity that stays broken whatever the cells of `support` say."""
    system, rest = matrix, wanted
    for column in support:
        rows = np.flatnonzero(system[:, column])
        if rows.size:
            shortest = rows[np.argmin(np.count_nonzero(system[rows], axis=1))]
            system, rest = _eliminate(system, rest, int(shortest), column)
    return [np.flatnonzero(system[row]) for row in np.flatnonzero(rest)]


def _cover(covers: list[NDArray[np.intp]], excluded: list[tuple[int, ...]], count: int) -> tuple[int, ...] | None:
    """Return the smallest set of cells with one in each cover, and not all of an excluded set."""
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - scipy takes long to import

    rows = np.zeros((len(covers) + len(excluded), count))
    for row, cells in zip(rows, [*covers, *map(list, excluded)], strict=True):
        row[cells] = 1
    least = [1] * len(covers) + [0] * len(excluded)
    most = [count] * len(covers) + [len(support) - 1 for support in excluded]
    result = milp(
        np.ones(count), integrality=np.ones(count), bounds=Bounds(0, 1), constraints=LinearConstraint(rows, least, most)
    )
    if result.x is None or result.status != 0:
        return None
    return tuple(int(column) for column in np.flatnonzero(np.rint(result.x)))
