"""Recognises wrong figures that belong together over the months: one mistake, told once.

Whole columns of a page that are exchanged or shifted, rows that are exchanged or carry another row's label,
figures of a row that are shifted, rows that are left out. Each is accepted only where it makes the figures
of its months fit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal, TypeAlias

import numpy as np

from reportgen.balance import Changes, Integers, least_changes
from reportgen.localisation import BalanceSheet, Correction, changes_of, exchanged_cells

PatternKind: TypeAlias = Literal[
    "rows-exchanged", "label-misread", "columns-exchanged", "columns-shifted", "figures-shifted", "figures-exchanged",
    "rows-missing",
]  # fmt: skip

_MENDED = 3
"""So many wrong cells of each month an exchange must explain, where it does not explain all."""

_TOGETHER: Mapping[PatternKind, PatternKind] = {
    "figures-shifted": "columns-shifted",
    "figures-exchanged": "columns-exchanged",
}
"""What a mistake in a row is called where several rows of a page have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """One mistake that made several figures wrong."""

    kind: PatternKind
    corrections: tuple[Correction, ...]
    """Every figure that is wrong because of it."""
    columns: tuple[int, ...]
    """Columns of the balance sheet that are concerned: the two rows that are exchanged, the rows left out."""


def correct(values: Integers, sheet: BalanceSheet, corrections: Sequence[Correction]) -> Integers:
    """Return the figures with these corrections made."""
    corrected = values.copy()
    for correction in corrections:
        place = sheet.variables.index(correction.variable), sheet.periods.index(correction.period)
        corrected[place] = correction.expected
    return corrected


def find_page_pattern(sheet: BalanceSheet, values: Integers, pages: Sequence[tuple[int, ...]]) -> Pattern | None:
    """Return the page on which two months are exchanged, or all months of a span shifted by one column.

    `pages` are the columns of the balance sheet that stand on each page.
    """
    months = sheet.broken_months(values)
    for page in pages:
        for pair in combinations(months, 2):
            trial = _exchange_months(values, page, pair)
            if not (sheet.matrix @ trial[:, pair]).any():
                return _pattern(sheet, "columns-exchanged", values, trial, page)
        if len(months) > 1:
            for step in (1, -1):
                shifted = _unshift(sheet, values, page, (months[0], months[-1]), step)
                if shifted is not None:
                    return _pattern(sheet, "columns-shifted", values, shifted, page)
    return _find_exchanged_months(sheet, values, pages)


def _find_exchanged_months(sheet: BalanceSheet, values: Integers, pages: Sequence[tuple[int, ...]]) -> Pattern | None:
    """Return the page on which two months are exchanged, though other figures of these months are wrong as well.

    Exchanging them back must make many cells right that are wrong for certain; the page that mends most is chosen.
    """
    least = {month: least_changes(sheet.matrix, values[:, month]) for month in sheet.broken_months(values)}
    best: tuple[int, Integers, tuple[int, ...]] | None = None
    for pair in combinations([month for month, needed in least.items() if needed >= _MENDED], 2):
        for page in pages:
            trial = _exchange_months(values, page, pair)
            mended = 0
            for month in pair:
                gain = least[month] - least_changes(sheet.matrix, trial[:, month])
                if gain < _MENDED:
                    break  # most pages mend nothing, and the first month tells
                mended += gain
            else:
                if best is None or mended > best[0]:
                    best = mended, trial, page
    return _pattern(sheet, "columns-exchanged", values, best[1], best[2]) if best else None


def _exchange_months(values: Integers, page: tuple[int, ...], pair: tuple[int, int]) -> Integers:
    trial = values.copy()
    trial[np.ix_(page, pair)] = values[np.ix_(page, pair[::-1])]
    return trial


def find_row_exchange(sheet: BalanceSheet, values: Integers, found: Mapping[int, Sequence[Changes]]) -> Pattern | None:
    """Return two rows whose figures are exchanged in two months or more; one of them may be left out.

    `found` are the smallest changes of each broken month. Where some of a month's do not exchange the rows, they
    must be exchanged in every month in which they differ, and no other rows may be exchanged instead.
    """
    exchanges = {
        month: [set(exchanged_cells(values[:, month], change)) for change in changes]
        for month, changes in found.items()
    }
    months_of: dict[tuple[int, int], list[int]] = {}
    for month, explanations in exchanges.items():
        for pair in sorted(set().union(*explanations)):
            months_of.setdefault(pair, []).append(month)
    for pair, months in sorted(months_of.items(), key=lambda item: (-len(item[1]), item[0])):
        told = [pairs for month in months for pairs in exchanges[month]]
        certain = all(pair in pairs for pairs in told)
        whole = len(months) == np.count_nonzero(values[pair[0]] != values[pair[1]])
        absent = bool({*pair} & {*sheet.absent})
        instead = any(len(months_of[other]) >= len(months) for pairs in told if pair not in pairs for other in pairs)
        enough = len(months) > 1 or (absent and certain)
        if enough and (whole or (certain and not absent)) and not instead:
            trial = values.copy()
            trial[np.ix_(pair, months)] = values[np.ix_(pair[::-1], months)]
            return _pattern(sheet, "label-misread" if absent else "rows-exchanged", values, trial, pair)
    return None


def find_row_patterns(
    sheet: BalanceSheet, corrections: Sequence[Correction], pages: Sequence[tuple[int, ...]]
) -> Iterator[Pattern]:
    """Gather corrections of single cells that are one mistake: figures shifted or exchanged, rows left out.

    Rows of one page with the same mistake in the same months are told together.
    """
    column = {variable: place for place, variable in enumerate(sheet.variables)}
    page_of = {place: number for number, page in enumerate(pages) for place in page}
    rows: dict[int, list[Correction]] = {}
    for correction in corrections:
        rows.setdefault(column[correction.variable], []).append(correction)
    missing = {place: found for place, found in rows.items() if place in sheet.absent}
    if missing:
        yield Pattern(
            kind="rows-missing",
            corrections=tuple(correction for found in missing.values() for correction in found),
            columns=tuple(missing),
        )
    alike: dict[tuple[PatternKind, int, str], list[int]] = {}
    for place in sorted(rows.keys() - missing.keys()):
        if kind := _row_kind(sheet, place, rows[place]):
            last = str(max(correction.period for correction in rows[place]))
            alike.setdefault((kind, page_of[place], last), []).append(place)
    for (kind, _, _), places in alike.items():
        yield Pattern(
            kind=_TOGETHER[kind] if len(places) > 1 else kind,
            corrections=tuple(correction for place in places for correction in rows[place]),
            columns=tuple(places),
        )


def _row_kind(sheet: BalanceSheet, column: int, found: Sequence[Correction]) -> PatternKind | None:
    """Tell whether a row's wrong figures are its right ones in other columns."""
    printed = [int(figure) for figure in sheet.values[column]]
    right = list(printed)
    months = sorted(sheet.periods.index(correction.period) for correction in found)
    for correction in found:
        right[sheet.periods.index(correction.period)] = correction.expected
    if len(months) == 2 and [printed[month] for month in months] == [right[month] for month in reversed(months)]:  # noqa: PLR2004
        return "figures-exchanged"
    span = range(months[0], months[-1] + 1)
    if len(months) > 1 and any(
        all(printed[later] == right[earlier] for earlier, later in pairwise(order)) for order in (span, span[::-1])
    ):
        return "figures-shifted"
    return None


def _unshift(
    sheet: BalanceSheet, values: Integers, page: tuple[int, ...], span: tuple[int, int], step: int
) -> Integers | None:
    """Move a page's figures back by one column within a span of months, and let the identities tell those lost."""
    columns, (first, last) = list(page), span
    months = range(first, last + 1)[::step]
    trial = values.copy()
    for right, printed in pairwise(months):
        trial[columns, right] = values[columns, printed]
    lost = months[-1]
    kept = [month for month in months if month != lost]
    if (sheet.matrix @ trial[:, kept]).any():
        return None
    changes = changes_of(sheet, trial[:, lost], page)
    if changes is None:
        return None
    for column, amount in changes.items():
        trial[column, lost] += amount
    return trial


def _pattern(
    sheet: BalanceSheet, kind: PatternKind, values: Integers, trial: Integers, columns: tuple[int, ...]
) -> Pattern:
    corrections = tuple(
        sheet.correction(int(column), int(month), values[column, month], trial[column, month])
        for column, month in np.argwhere(values != trial)
    )
    return Pattern(kind=kind, corrections=corrections, columns=columns)
