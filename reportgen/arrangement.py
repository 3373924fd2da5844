"""Checks that a document's pages and rows stand in order, once each and without gaps.

Works on rows that have their codes. A row may be absent, because nobody takes part; a subtotal may not,
where its members are printed, nor a slice, where the definition has it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from reportgen.dataset import TOTAL, Code
from reportgen.errors import Problem, Where
from reportgen.labels import RowLabels
from reportgen.source import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedRow:
    """A printed row and what it stands for."""

    labels: RowLabels
    """The slice that the row belongs to, with its labels."""
    code: Code
    """The row's code in the slice's row dimension."""
    row: Row
    page: int
    """Number of the page that the row is printed on, from 0."""

    @property
    def where(self) -> Where:
        """The row's label."""
        return self.row.label.where


def arrangement_problems(
    rows: Sequence[CodedRow], expected: Sequence[RowLabels], titles: Mapping[tuple[str, str], str], end: Where
) -> Iterator[Problem]:
    """Find slices, pages and rows that are missing, twice or out of order.

    `titles` are the slices' names in messages; `end` is the document's last line.
    """
    for labels in expected:
        in_slice = [row for row in rows if row.labels.slice.key == labels.slice.key]
        title = titles[labels.slice.key]
        if not in_slice:
            yield Problem(
                kind="table-missing",
                message=f"the table {title} is missing",
                hint="look for lost pages, and fetch the document again",
                where=(Where(file=end.file),),
            )
            continue
        yield from _twice(in_slice, title)
        yield from _out_of_order(in_slice, title)
        yield from _without_total(in_slice, labels, title)
        yield from _without_subtotal(in_slice, labels, title, end)
    yield from _slices_out_of_order(rows, expected, titles)


def missing_total_warnings(rows: Sequence[CodedRow]) -> Iterator[Problem]:
    """Find pages that continue a table without repeating its total row."""
    for key, in_slice in groupby(rows, key=lambda row: row.labels.slice.key):
        pages = [tuple(on_page) for _, on_page in groupby(in_slice, key=lambda row: row.page)]
        for page in pages[1:]:
            if TOTAL in page[0].labels.printed and TOTAL not in {row.code.id for row in page}:
                total = page[0].labels.printed[TOTAL]
                yield Problem(
                    kind="page-without-total",
                    message=f'the page doesn\'t repeat the row "{total}"',
                    hint="put the row back at the top of the page",
                    where=(Where(file=page[0].where.file, line=page[0].where.line),),
                    subject="/".join(key),
                )


def _twice(rows: Sequence[CodedRow], title: str) -> Iterator[Problem]:
    """Find rows, or whole pages, that stand twice; the total row may stand on every page."""
    first: dict[str, CodedRow] = {}
    printed = {row.code.id for row in rows}
    absent = [label for code, label in rows[0].labels.printed.items() if code not in printed]
    hint = "remove one of the two rows"
    if absent:
        hint = f"correct one of the two labels, perhaps to {_any_of(absent)}, or remove one row"
    for _, group in groupby(rows, key=lambda row: row.page):
        on_page = tuple(group)
        above = {row.code.id: row for row in reversed(on_page)}
        below = [row for row in on_page if row.code.id != TOTAL]
        totals = [row for row in on_page if row.code.id == TOTAL]
        if below and all(row.code.id in first for row in below):
            yield Problem(
                kind="page-twice",
                message=f"a page of {title} stands twice",
                hint="remove one of the two pages",
                where=(first[below[0].code.id].where, below[0].where),
            )
            continue
        again = [row for row in below if row.code.id in first or above[row.code.id] is not row]
        for row in (*again, *totals[1:]):
            other = first.get(row.code.id, above[row.code.id])
            yield Problem(
                kind="label-twice",
                message=f'the label "{row.row.label.text}" stands twice in {title}',
                hint=hint,
                where=(other.where, row.where),
                subject=row.row.label.text,
            )
        for row in below:
            first.setdefault(row.code.id, row)


def _any_of(labels: Sequence[str]) -> str:
    shown = [f'"{label}"' for label in labels[:3]]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} or {shown[-1]}"


def _out_of_order(rows: Sequence[CodedRow], title: str) -> Iterator[Problem]:
    """Find places where the rows run backwards: between pages, or on one page."""
    order = {code.id: place for place, code in enumerate(rows[0].labels.slice.printed_order())}
    below = [row for row in rows if row.code.id != TOTAL]
    first = {row.code.id: row.page for row in reversed(below)}
    for before, row in pairwise(below):
        if order[row.code.id] >= order[before.code.id]:
            continue
        if row.page != before.page:
            if first[row.code.id] < row.page:
                continue  # the page stands twice, which is told elsewhere
            yield Problem(
                kind="page-order",
                message=f'a page of {title} is out of order: "{row.row.label.text}" stands after '
                f'"{before.row.label.text}"',
                hint="put the pages in the document's order",
                where=(before.where, row.where),
            )
        else:
            yield Problem(
                kind="row-order",
                message=f'a row of {title} is out of order: "{row.row.label.text}" stands after '
                f'"{before.row.label.text}"',
                hint="put the rows in the order of the code list, with a subtotal after its members",
                where=(before.where, row.where),
            )


def _without_total(rows: Sequence[CodedRow], labels: RowLabels, title: str) -> Iterator[Problem]:
    """Find a slice whose first page lacks the total row."""
    if TOTAL in labels.printed and TOTAL not in {row.code.id for row in rows if row.page == rows[0].page}:
        yield Problem(
            kind="row-missing",
            message=f'{title} begins without the row "{labels.printed[TOTAL]}"',
            hint="put the row back, or fetch the document again",
            where=(rows[0].where,),
        )


def _without_subtotal(rows: Sequence[CodedRow], labels: RowLabels, title: str, end: Where) -> Iterator[Problem]:
    """Find blocks of members that no subtotal ends, and say whether a row, a page or the document's end is missing."""
    printed = {row.code.id for row in rows}
    for code in labels.slice.printed_order():
        members = {member.id for member in labels.slice.members(code.id)}
        if code.id in printed or code.id == TOTAL or not members & printed:
            continue
        last = max(place for place, row in enumerate(rows) if row.code.id in members)
        following = next((row for row in rows[last + 1 :] if row.code.id != TOTAL), None)
        kind, what = "row-missing", "the row is missing"
        if following is None and rows[last].where.line >= end.line:
            kind, what = "truncated", "the document ends before it"
        elif following is None or following.page != rows[last].page:
            kind, what = "page-missing", "a page is missing after it"
        yield Problem(
            kind=kind,
            message=f'{title} has no row "{labels.printed[code.id]}" after "{rows[last].row.label.text}": {what}',
            hint="look for lost rows or pages, and fetch the document again",
            where=(rows[last].where,),
        )


def _slices_out_of_order(
    rows: Sequence[CodedRow], expected: Sequence[RowLabels], titles: Mapping[tuple[str, str], str]
) -> Iterator[Problem]:
    """Find pages whose slice stands after one that should follow it."""
    order = {labels.slice.key: place for place, labels in enumerate(expected)}
    furthest: CodedRow | None = None
    for _, on_page in groupby(rows, key=lambda row: row.page):
        first = next(on_page)
        key = first.labels.slice.key
        if furthest is None or order[key] >= order[furthest.labels.slice.key]:
            furthest = first
        else:
            yield Problem(
                kind="page-order",
                message=f"a page of {titles[key]} stands after {titles[furthest.labels.slice.key]}",
                hint="put the pages in the document's order",
                where=(first.where,),
            )
