"""Turns the pages of a source document into a dataset: labels to codes, print to persons.

Finds every mistake of form before it complains. Blank cells and absent rows are read as 0; that they are 0
is proved by the identities, not here.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reportgen.arrangement import CodedRow, arrangement_problems, missing_total_warnings
from reportgen.captions import (
    PageCaptions,
    caption_problems,
    caption_warnings,
    place_page,
    read_captions,
)
from reportgen.columns import cell_problems, header_problems, month_numbers, parse_persons
from reportgen.dataset import Codes, Dataset, Observation, PrintedCell, sort_observations
from reportgen.definition import ReportDefinition
from reportgen.errors import Problem, SourceError, Where
from reportgen.labels import RowLabels, alias_warnings, choose_codes, row_labels, slice_title
from reportgen.period import Period
from reportgen.slices import table_slices
from reportgen.source import Cell, Page, Row, SourceDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Tidied:
    """What a document says, and what about it is worth a look."""

    dataset: Dataset
    warnings: tuple[Problem, ...]
    """Kinds `alias`, `encoding`, `page-without-…` and `stray-rule`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _PlacedPage:
    """A page with rows, and the slice that it carries."""

    page: Page
    captions: PageCaptions
    labels: RowLabels


def tidy_source(document: SourceDocument, definition: ReportDefinition) -> Tidied:
    """Give every cell its meaning; raise `SourceError` with every mistake in the document's form.

    The dataset is complete: each slice of the definition's tables has each of its rows in each month.
    An observation that several tables or pages print keeps all those cells, in document order, and the first
    one's value; that they agree is for `identities` to say.
    """
    labels = tuple(row_labels(definition, table_slice) for table_slice in table_slices(definition))
    pages, problems = _place_pages(document, definition, labels)
    periods, found = _find_periods(pages, definition, document)
    problems += found
    rows, found = _code_rows(pages, definition)
    problems += found
    for page in pages if periods else ():
        problems += cell_problems(page.page, len(periods))
    titles = {known.slice.key: slice_title(definition, known.slice) for known in labels}
    problems += arrangement_problems(rows, labels, titles, document.end)
    if problems:
        raise SourceError(sorted(problems, key=lambda problem: problem.where))
    return Tidied(
        dataset=_build_dataset(rows, periods, definition),
        warnings=(*document.warnings, *_warnings(pages, rows, definition)),
    )


def _place_pages(
    document: SourceDocument, definition: ReportDefinition, labels: tuple[RowLabels, ...]
) -> tuple[list[_PlacedPage], list[Problem]]:
    """Find the slice of every page with rows; prose is passed over, a stray line within a table is not."""
    months = month_numbers(definition.source.language)
    placed: list[_PlacedPage] = []
    continued: defaultdict[int, list[Row]] = defaultdict(list)
    problems: list[Problem] = []
    for page in document.pages:
        captions = read_captions(page, definition, months)
        stray = not page.header and not (captions.title or captions.table or captions.member or captions.periods)
        if not page.rows:
            problems += _pages_without_rows(page, captions)
        elif stray and placed:
            problems += (_stray_text(cell) for cell in page.captions)
            continued[len(placed) - 1] += page.rows
        else:
            problems += caption_problems(page, captions, definition)
            fitting = place_page(page, captions, labels, definition, placed[-1].labels if placed else None)
            if fitting is None:
                problems.append(_unplaced(page))
            else:
                placed.append(_PlacedPage(page=page, captions=captions, labels=fitting))
    for number, rows in continued.items():
        page = placed[number].page
        placed[number] = replace(placed[number], page=replace(page, rows=(*page.rows, *rows)))
    return placed, problems


def _pages_without_rows(page: Page, captions: PageCaptions) -> Iterator[Problem]:
    if page.header or captions.table:
        yield Problem(
            kind="page-without-rows",
            message="the page has no rows",
            hint="look for lost rows, and fetch the document again",
            where=(page.where,),
        )


def _stray_text(cell: Cell) -> Problem:
    return Problem(
        kind="unexpected-text",
        message=f'text where a row should be: "{cell.text}"',
        hint="put a tab between the cells of a row, and move prose away from the table",
        where=(cell.where,),
    )


def _unplaced(page: Page) -> Problem:
    return Problem(
        kind="page-unknown",
        message="no table of the definition fits this page",
        hint="correct the captions above the table, or add the table to report.toml",
        where=(page.where,),
    )


def _find_periods(
    pages: Sequence[_PlacedPage], definition: ReportDefinition, document: SourceDocument
) -> tuple[tuple[Period, ...], list[Problem]]:
    """Return the document's months, and every page whose captions or header say others."""
    said = Counter(page.captions.periods for page in pages if page.captions.periods)
    if not said:
        return (), [
            Problem(
                kind="period-missing",
                message="no page says its period",
                hint="write the first and the last month with its year above each table",
                where=(Where(file=document.name),),
            )
        ]
    periods = said.most_common(1)[0][0]
    numbers = month_numbers(definition.source.language)
    problems = []
    for page in pages:
        if page.captions.periods and page.captions.periods != periods:
            problems.append(
                Problem(
                    kind="period-differs",
                    message=f"the page says {_span(page.captions.periods)}, other pages {_span(periods)}",
                    hint="correct the line that says the period",
                    where=(page.page.where,),
                )
            )
        problems += header_problems(page.page.header, periods, numbers)
    return periods, problems


def _span(periods: Sequence[Period]) -> str:
    return f"{periods[0]} to {periods[-1]}"


def _code_rows(pages: Sequence[_PlacedPage], definition: ReportDefinition) -> tuple[list[CodedRow], list[Problem]]:
    """Find the code of every row, slice by slice; a row with an unknown label is left out and told."""
    coded: list[CodedRow] = []
    problems: list[Problem] = []
    for key in dict.fromkeys(page.labels.slice.key for page in pages):
        in_slice = [
            (number, page.labels, row)
            for number, page in enumerate(pages)
            if page.labels.slice.key == key
            for row in page.page.rows
        ]
        codes = choose_codes([labels.find(row.label.text) for _, labels, row in in_slice])
        for (number, labels, row), code in zip(in_slice, codes, strict=True):
            if code is None:
                problems.append(_unknown_label(row.label, labels, definition))
            else:
                coded.append(CodedRow(labels=labels, code=code, row=row, page=number))
    return sorted(coded, key=lambda row: row.where), problems


def _unknown_label(label: Cell, labels: RowLabels, definition: ReportDefinition) -> Problem:
    near = labels.nearest(label.text)
    hint = "add it to the code list, or as an alias to report.toml" if label.text else "write the row's label"
    if near:
        names = " or ".join(f'"{name}"' for name in near)
        hint = f"did you mean {names}? correct the document, or add an alias to report.toml"
    title = slice_title(definition, labels.slice)
    return Problem(
        kind="unknown-label",
        message=f'unknown label "{label.text}" in {title}' if label.text else f"a row of {title} has no label",
        hint=hint,
        where=(label.where,),
        subject=label.text,
    )


def _warnings(
    pages: Sequence[_PlacedPage], rows: Sequence[CodedRow], definition: ReportDefinition
) -> Iterator[Problem]:
    cells = (*(cell for page in pages for cell in page.page.captions), *(row.row.label for row in rows))
    yield from alias_warnings(definition, sorted(cells, key=lambda cell: cell.where))
    rules = tuple(where for page in pages for where in page.page.rules)
    if rules:
        yield Problem(
            kind="stray-rule",
            message="a line of dashes stands among the rows; it was passed over",
            hint="remove the line, or accept it by name",
            where=rules,
        )
    for page in pages:
        yield from caption_warnings(page.page, page.captions, page.labels, definition)
    yield from missing_total_warnings(rows)


def _build_dataset(rows: Sequence[CodedRow], periods: Sequence[Period], definition: ReportDefinition) -> Dataset:
    """Gather the printed cells behind each observation; what no row prints is 0."""
    printed: defaultdict[Codes, list[CodedRow]] = defaultdict(list)
    for row in rows:
        printed[row.labels.slice.codes(row.code.id)].append(row)
    covered = dict.fromkeys(
        table_slice.codes(code.id) for table_slice in table_slices(definition) for code in table_slice.printed_order()
    )
    observations = [
        _observe(period, codes, tuple(_printed_cell(row, month) for row in printed[codes]))
        for month, period in enumerate(periods)
        for codes in covered
    ]
    return Dataset(
        code_lists=definition.code_lists,
        periods=tuple(periods),
        observations=sort_observations(observations, definition.code_lists),
    )


def _printed_cell(row: CodedRow, month: int) -> PrintedCell:
    cell = row.row.figures[month]
    return PrintedCell(
        table=row.labels.slice.table.id, value=parse_persons(cell.text) or 0, text=cell.text, where=cell.where
    )


def _observe(period: Period, codes: Codes, printed: tuple[PrintedCell, ...]) -> Observation:
    return Observation(
        period=period,
        codes=codes,
        value=printed[0].value if printed else 0,
        status="" if any(cell.text for cell in printed) else "implied-zero",
        printed=printed,
    )
