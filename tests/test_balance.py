"""The smallest changes that satisfy a system of identities are found, all of them, and only they."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportgen import balance
from reportgen.balance import SearchTooLargeError, least_changes, smallest_changes, solve_changes

# total = a + b; total = c + d; a = c' where c' is c printed again: columns are total, a, b, c, d, c again.
MATRIX = np.array([[1, -1, -1, 0, 0, 0], [1, 0, 0, -1, -1, 0], [0, 0, 0, 1, 0, -1]], np.int64)
SOUND = np.array([10, 6, 4, 7, 3, 7], np.int64)


def test_sound_figures_need_no_change() -> None:
    """Where every identity holds, the only smallest change is none at all."""
    assert smallest_changes(MATRIX, SOUND) == ({},)


@pytest.mark.parametrize(
    ("column", "alternatives"),
    [
        (0, ({0: -1},)),  # the total breaks two identities that share nothing else
        (1, ({1: -1}, {2: -1})),  # a and b stand in the same identity only
        (3, ({3: -1},)),
        (4, ({4: -1},)),
        (5, ({5: -1},)),
    ],
)
def test_one_wrong_figure_is_found_with_every_equally_small_explanation(
    column: int, alternatives: tuple[dict[int, int], ...]
) -> None:
    """A figure raised by 1 is lowered by 1, or another that stands in exactly the same identities."""
    values = SOUND.copy()
    values[column] += 1
    expected = [change for change in alternatives if change != {4: -1}] or [{4: -1}]
    assert list(smallest_changes(MATRIX, values)) == expected


def test_changed_values_are_never_negative() -> None:
    """An explanation that would make a figure negative is none."""
    matrix = np.array([[1, -1]], np.int64)
    assert smallest_changes(matrix, np.array([0, 3], np.int64)) == ({0: 3}, {1: -3})
    sums = np.array([[1, 1, -1]], np.int64)
    assert smallest_changes(sums, np.array([1, 2, 0], np.int64)) == ({2: 3},)


def test_only_allowed_cells_change() -> None:
    """Where the cells allowed can't satisfy every identity, there is no change."""
    values = SOUND.copy()
    values[0] += 1
    assert smallest_changes(MATRIX, values, allowed=[1, 4]) == ({1: 1, 4: 1},)
    assert smallest_changes(MATRIX, values, allowed=[5]) == ()


def test_identities_without_a_common_cell_need_one_change_each() -> None:
    """The least number of changes counts broken identities that share no cell."""
    assert least_changes(MATRIX, SOUND) == 0
    assert least_changes(MATRIX, np.array([10, 6, 5, 7, 3, 8], np.int64)) == 2


def test_support_that_does_not_span_the_difference_gives_nothing() -> None:
    """A set of cells is no solution where some identity would stay broken, or a cell would not change."""
    values = SOUND.copy()
    values[0] += 1
    assert solve_changes(MATRIX, values, (0,)) == {0: -1}
    assert solve_changes(MATRIX, values, (1,)) is None
    assert solve_changes(MATRIX, values, (0, 5)) is None


def test_search_gives_up_rather_than_run_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A search that would take too many branches says so."""
    monkeypatch.setattr(balance, "_BRANCHES", 1)
    with pytest.raises(SearchTooLargeError):
        smallest_changes(MATRIX, np.array([11, 6, 4, 9, 3, 1], np.int64))


@given(st.lists(st.integers(0, 50), min_size=6, max_size=6))
def test_every_explanation_satisfies_every_identity(figures: list[int]) -> None:
    """Whatever the figures, each change found satisfies all identities, and all are equally small."""
    values = np.array(figures, np.int64)
    changes = smallest_changes(MATRIX, values)
    assert len({len(change) for change in changes}) == 1
    for change in changes:
        changed = values.copy()
        for column, amount in change.items():
            changed[column] += amount
        assert not (MATRIX @ changed).any()
        assert (changed >= 0).all()
