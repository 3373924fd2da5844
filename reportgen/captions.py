"""Turns the captions of a page into the slice that the page carries and the months of its columns.

A page that lacks a caption is placed by its rows, with a warning; a caption that nothing knows is an error.
"""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reportgen.columns import parse_periods
from reportgen.definition import ReportDefinition
from reportgen.errors import Problem
from reportgen.labels import RowLabels, code_label, slice_title
from reportgen.period import Period
from reportgen.source import Cell, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCaptions:
    """What a page's captions say; empty where they say nothing."""

    title: bool
    table: str
    """Printed name of the table: `Tiltak og kjønn`."""
    member: str
    """Printed label of the slice: `Kvinner`."""
    periods: tuple[Period, ...]
    unknown: tuple[Cell, ...]
    """Captions below the title that are none of these."""


def read_captions(page: Page, definition: ReportDefinition, months: Mapping[str, int]) -> PageCaptions:
    """Say what each caption of a page is; what stands above the title is prose."""
    captions = page.captions
    titles = [place for place, cell in enumerate(captions) if cell.text == definition.source.title]
    if titles:
        captions = captions[titles[-1] + 1 :]
    tables = {table.printed for table in definition.tables}
    members = _member_labels(definition)
    table = member = ""
    periods: tuple[Period, ...] = ()
    unknown: list[Cell] = []
    for cell in captions:
        if cell.text in tables and not table:
            table = cell.text
        elif cell.text in members and not member:
            member = cell.text
        elif not periods and (found := parse_periods(cell.text, months)):
            periods = found
        else:
            unknown.append(cell)
    return PageCaptions(title=bool(titles), table=table, member=member, periods=periods, unknown=tuple(unknown))


def place_page(
    page: Page,
    captions: PageCaptions,
    labels: tuple[RowLabels, ...],
    definition: ReportDefinition,
    before: RowLabels | None,
) -> RowLabels | None:
    """Return the slice that a page carries: what its captions allow and its rows fit best; none where nothing fits.

    Where several fit equally well, the slice of the page `before` goes on.
    """
    members = _member_labels(definition)
    allowed = [
        known
        for known in labels
        if captions.table in ("", known.slice.table.printed)
        and (not captions.member or (known.slice.table.slices, known.slice.member) in members[captions.member])
    ]
    fitting = {known.slice.key: sum(bool(known.find(row.label.text)) for row in page.rows) for known in allowed}
    most = max(fitting.values(), default=0)
    best = [known for known in allowed if fitting[known.slice.key] == most]
    if not best or (not most and not captions.table):
        return None
    return before if before in best else best[0]


def caption_problems(page: Page, captions: PageCaptions, definition: ReportDefinition) -> Iterator[Problem]:
    """Find captions that nothing knows."""
    known = [definition.source.title, *(table.printed for table in definition.tables), *_member_labels(definition)]
    for cell in captions.unknown:
        yield Problem(
            kind="unknown-caption",
            message=f'unknown line "{cell.text}" above a table',
            hint=_suggest(cell.text, known),
            where=(cell.where,),
            subject=cell.text,
        )
    if not page.header:
        yield Problem(
            kind="header-missing",
            message="the page has no line of months above its rows",
            hint="put the line of months back",
            where=(page.where,),
        )


def caption_warnings(
    page: Page, captions: PageCaptions, placed: RowLabels, definition: ReportDefinition
) -> Iterator[Problem]:
    """Find captions that are missing and were told from the rest of the page."""
    name = slice_title(definition, placed.slice)
    missing = {
        "page-without-title": (not captions.title, "the page has no title"),
        "page-without-name": (not captions.table, f"the page has no table name; it was read as {name}"),
        "page-without-member": (
            bool(placed.slice.table.slices) and not captions.member,
            f"the page doesn't say which part of the table it carries; it was read as {name}",
        ),
        "page-without-period": (not captions.periods, "the page has no line that says its period"),
    }
    for kind, (is_missing, message) in missing.items():
        if is_missing:
            yield Problem(kind=kind, message=message, hint="put the missing line above the table", where=(page.where,))


def _member_labels(definition: ReportDefinition) -> Mapping[str, tuple[tuple[str, str], ...]]:
    """Return the dimension and code of every label that may name a slice, aliases included."""
    members: dict[str, tuple[tuple[str, str], ...]] = {}
    for dimension in dict.fromkeys(table.slices for table in definition.tables if table.slices):
        for code in definition.code_list(dimension).codes[1:]:
            misprints = (
                alias.printed
                for alias in definition.source.aliases
                if (alias.dimension, alias.code) == (dimension, code.id)
            )
            for label in (code_label(definition, dimension, code.id), *misprints):
                members[label] = (*members.get(label, ()), (dimension, code.id))
    return members


def _suggest(text: str, known: list[str]) -> str:
    near = difflib.get_close_matches(text, known, n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else "remove the line, or move it away from the table"
