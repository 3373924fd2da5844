"""Turns broken identities into what an editor is told: which figure is wrong, why, and what it should be.

One `Diagnosis` for each mistake, however many figures it made wrong. What is not certain is told with its
candidates and corrects nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from reportgen.dataset import Dataset
from reportgen.definition import ReportDefinition
from reportgen.errors import Problem, Where
from reportgen.identities import (
    BrokenIdentity,
    Identity,
    Variable,
    VariableNames,
    explain_identity,
    find_broken,
    format_persons,
    variable_names,
)
from reportgen.localisation import (
    BalanceSheet,
    Correction,
    Explanation,
    MonthDiagnosis,
    explain_month,
    locate_month,
    neighbours,
)
from reportgen.misprints import misprint
from reportgen.patterns import Pattern, correct, find_page_pattern, find_row_exchange, find_row_patterns
from reportgen.period import Period
from reportgen.slices import table_slices
from reportgen.source import Row, SourceDocument

_SHOWN = 10
"""Candidates told at most; more help nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """A cell of the document and what it should say."""

    where: Where
    found: str
    """What is printed: `1 804`; empty for a blank cell."""
    expected: str
    """What should be printed, in the document's own way: `1 803`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """One mistake in the figures."""

    problem: Problem
    """Kind, sentence, hint and places. `docs/errors.md` has the kinds."""
    periods: tuple[Period, ...]
    """The months concerned, ascending."""
    corrections: tuple[Correction, ...] = ()
    """The figures that are wrong, and what they should be; empty where that is not certain."""
    candidates: tuple[Explanation, ...] = ()
    """Where several smallest explanations exist: each of them, the likeliest first."""
    changes: tuple[TextChange, ...] = ()
    """What to change in the document; empty where nothing is certain, and where whole rows are missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """Everything that a sentence about a mistake may need."""

    sheet: BalanceSheet
    document: SourceDocument
    names: VariableNames
    broken: tuple[BrokenIdentity, ...]
    order: tuple[Variable, ...]
    """Every row that the document may print, in printed order."""
    rows: dict[int, Row] = field(repr=False)
    """The document's rows by line."""

    def sentence(self, variable: Variable, period: Period) -> str:
        """Say which identity the figure breaks, the one with the fewest parts; empty where it breaks none."""
        concerned = [b for b in self.broken if b.period == period and variable in b.identity.variables]
        shortest = min(concerned, key=lambda b: len(b.identity.parts), default=None)
        return explain_identity(shortest, self.names) if shortest else ""

    def name(self, variable: Variable) -> str:
        """Return a row's label and table."""
        return str(self.names[variable.table, variable.codes])


def diagnose_figures(
    identities: Sequence[Identity], dataset: Dataset, definition: ReportDefinition, document: SourceDocument
) -> tuple[Diagnosis, ...]:
    """Return every mistake in the figures, in document order; nothing where every identity holds."""
    broken = find_broken(identities, dataset)
    if not broken:
        return ()
    sheet = BalanceSheet(identities, dataset)
    case = _Case(
        sheet=sheet,
        document=document,
        names=variable_names(definition),
        broken=broken,
        order=tuple(
            Variable(table=table_slice.table.id, codes=table_slice.codes(code.id))
            for table_slice in table_slices(definition)
            for code in table_slice.printed_order()
        ),
        rows={row.label.where.line: row for page in document.pages for row in page.rows},
    )
    pages = _page_columns(sheet, document)
    patterns, months = _find_mistakes(sheet, pages)
    certain = [correction for month in months for correction in month.certain]
    patterns += find_row_patterns(sheet, certain, pages)
    told = {correction for pattern in patterns for correction in pattern.corrections}
    diagnoses = [diagnosis for pattern in patterns for diagnosis in _tell_pattern(pattern, case)]
    diagnoses += [_tell_figure(correction, case) for correction in certain if correction not in told]
    diagnoses += [diagnosis for month in months for diagnosis in _tell_open(month, case)]
    return tuple(sorted(diagnoses, key=lambda diagnosis: (diagnosis.problem.where, diagnosis.periods)))


def _find_mistakes(sheet: BalanceSheet, pages: Sequence[tuple[int, ...]]) -> tuple[list[Pattern], list[MonthDiagnosis]]:
    """Find the patterns that span months first, then what is left of each month."""
    values, patterns = sheet.values, []
    while pattern := find_page_pattern(sheet, values, pages):
        patterns.append(pattern)
        values = correct(values, sheet, pattern.corrections)
    found = {month: locate_month(sheet, values, month) for month in sheet.broken_months(values)}
    while pattern := find_row_exchange(sheet, values, found):
        patterns.append(pattern)
        values = correct(values, sheet, pattern.corrections)
        mended = {sheet.periods.index(correction.period) for correction in pattern.corrections}
        found = {
            month: locate_month(sheet, values, month) if month in mended else found[month]
            for month in sheet.broken_months(values)
        }
    return patterns, [explain_month(sheet, values, month, changes) for month, changes in found.items()]


def _page_columns(sheet: BalanceSheet, document: SourceDocument) -> list[tuple[int, ...]]:
    """Return the balance sheet's columns that stand on each page."""
    page_of = {row.label.where.line: number for number, page in enumerate(document.pages) for row in page.rows}
    pages: dict[int, list[int]] = {}
    for column, cells in enumerate(sheet.cells):
        if cells[0]:
            pages.setdefault(page_of[cells[0].where.line], []).append(column)
    return [tuple(pages[number]) for number in sorted(pages)]


def _tell_figure(correction: Correction, case: _Case) -> Diagnosis:
    """Tell of one figure that every explanation agrees on."""
    found = format_persons(correction.found) if correction.cell and correction.cell.text else "blank"
    expected = format_persons(correction.expected)
    sheet = case.sheet
    figures = sheet.values[sheet.variables.index(correction.variable)]
    likeness = misprint(
        correction.found, correction.expected, neighbours(figures, sheet.periods.index(correction.period))
    )
    change = _text_change(correction)
    hint = f"correct the cell to {expected}" if change and change.expected else "empty the cell"
    return Diagnosis(
        problem=Problem(
            kind="wrong-figure",
            message=f"{correction.period}: {case.name(correction.variable)} is {found} and should be {expected}: "
            f"{case.sentence(correction.variable, correction.period)}",
            hint=f"{hint}; {likeness}" if likeness else hint,
            where=_places([correction]),
            subject=f"{_places([correction])[0]}={correction.expected}",
        ),
        periods=(correction.period,),
        corrections=(correction,),
        changes=(change,) if change else (),
    )


def _tell_open(month: MonthDiagnosis, case: _Case) -> Iterator[Diagnosis]:
    """Tell of what has several smallest explanations, or none that was found."""
    broken = [b for b in case.broken if b.period == month.period]
    if not month.explained:
        sentences = "; ".join(explain_identity(b, case.names) for b in broken[:_SHOWN])
        yield Diagnosis(
            problem=Problem(
                kind="unexplained-figures",
                message=f"{month.period}: {len(broken)} sums don't hold, and no small set of wrong cells explains "
                f"them: {sentences}",
                hint="compare this month's column with the original in every table",
                where=(Where(file=case.document.name),),
            ),
            periods=(month.period,),
        )
    if not month.candidates:
        return
    cells = [correction for candidate in month.candidates for correction in candidate.corrections]
    first = month.candidates[0]
    likeliest = " and ".join(
        f"{case.name(c.variable)} to {format_persons(c.expected)} ({likeness or 'like no typing error'})"
        for c, likeness in zip(first.corrections, first.misprints, strict=True)
    )
    sentence = next(filter(None, (case.sentence(c.variable, c.period) for c in cells)), "the figures contradict")
    yield Diagnosis(
        problem=Problem(
            kind="ambiguous-figures",
            message=f"{month.period}: {len(first.corrections)} cells are wrong, and {len(month.candidates)} choices of "
            f"them explain it equally well: {sentence}",
            hint=f"compare with the original; first try {likeliest}",
            where=_places(cells),
        ),
        periods=(month.period,),
        candidates=month.candidates[:_SHOWN],
    )


def _tell_pattern(pattern: Pattern, case: _Case) -> Iterator[Diagnosis]:
    """Tell of one mistake that made several figures wrong."""
    variables = [case.sheet.variables[column] for column in pattern.columns]
    periods = tuple(sorted({correction.period for correction in pattern.corrections}))
    span = f"{periods[0]} to {periods[-1]}" if len(periods) > 1 else str(periods[0])
    if pattern.kind == "rows-missing":
        yield from _tell_missing(pattern, case)
        return
    if pattern.kind == "label-misread":
        yield _tell_label(pattern, case, periods)
        return
    name = case.name(variables[0])
    other = case.name(variables[-1])
    months = f"{periods[0]} and {periods[-1]}"
    lines = sorted({where.line for where in _places(pattern.corrections)})
    message, hint = {
        "rows-exchanged": (
            f"{name} and {other} have each other's figures, {span}",
            f"exchange the figures of lines {lines[0]} and {lines[-1]}",
        ),
        "columns-exchanged": (
            f"the columns {months} are exchanged in {len(lines)} rows, lines {lines[0]} to {lines[-1]}",
            f"exchange the columns {months} in these rows",
        ),
        "columns-shifted": (
            (
                f"the figures of {len(lines)} rows, lines {lines[0]} to {lines[-1]}, "
                f"stand one column beside their own, {span}"
            ),
            "move them back below their months",
        ),
        "figures-shifted": (
            f"figures of {name} stand one column beside their own, {span}",
            "move them back below their months",
        ),
        "figures-exchanged": (
            f"the figures of {name} for {months} are exchanged",
            f"exchange the cells {' and '.join(str(where) for where in _places(pattern.corrections))}",
        ),
    }[pattern.kind]
    places = _places(pattern.corrections)
    yield Diagnosis(
        problem=Problem(kind=pattern.kind, message=message, hint=hint, where=places, subject=str(places[0])),
        periods=periods,
        corrections=pattern.corrections,
        changes=tuple(filter(None, map(_text_change, pattern.corrections))),
    )


def _tell_label(pattern: Pattern, case: _Case, periods: tuple[Period, ...]) -> Diagnosis:
    """Tell of a row that carries the label of one that is left out."""
    absent = next(column for column in pattern.columns if column in case.sheet.absent)
    printed = next(column for column in pattern.columns if column != absent)
    meant = case.sheet.variables[absent]
    label = case.names[meant.table, meant.codes].row
    cell = case.sheet.cells[printed][0]
    row = case.rows[cell.where.line] if cell else next(iter(case.rows.values()))
    return Diagnosis(
        problem=Problem(
            kind="label-misread",
            message=f"the row {case.name(case.sheet.variables[printed])} holds the figures of {case.name(meant)}",
            hint=f'correct the label to "{label}"',
            where=(row.label.where,),
            subject=f"{row.label.where}={label}",
        ),
        periods=periods,
        corrections=pattern.corrections,
        changes=(TextChange(where=row.label.where, found=row.label.text, expected=label),),
    )


def _tell_missing(pattern: Pattern, case: _Case) -> Iterator[Diagnosis]:
    """Tell of rows left out, once for each run of rows that follow each other."""
    lost = {case.sheet.variables[column] for column in pattern.columns}
    line_of = {
        variable: cells[0].where.line
        for variable, cells in zip(case.sheet.variables, case.sheet.cells, strict=True)
        if cells[0] and variable.printing == 0
    }
    seen = [variable for variable in case.order if variable in lost or variable in line_of]
    after = 0
    for is_lost, group in groupby(seen, key=lambda variable: variable in lost):
        run = tuple(group)
        if not is_lost:
            after = line_of[run[-1]]
            continue
        corrections = tuple(correction for correction in pattern.corrections if correction.variable in run)
        rows = f"{len(run)} rows are missing, from {case.name(run[0])} to {case.name(run[-1])}"
        yield Diagnosis(
            problem=Problem(
                kind="rows-missing",
                message=rows if len(run) > 1 else f"the row {case.name(run[0])} is missing",
                hint="look for lost rows or pages after this line, and fetch the document again",
                where=(Where(file=case.document.name, line=after),),
                subject="/".join(run[0].codes),
            ),
            periods=tuple(sorted({correction.period for correction in corrections})),
            corrections=corrections,
        )


def _places(corrections: Sequence[Correction]) -> tuple[Where, ...]:
    """Return the printed cells that corrections concern, in document order."""
    return tuple(sorted({correction.cell.where for correction in corrections if correction.cell}))


def _text_change(correction: Correction) -> TextChange | None:
    """Return how to print a correction, with the thousands separator that the cell has; 0 is a blank cell."""
    if correction.cell is None:
        return None
    text = correction.cell.text
    separator = next((character for character in text if not character.isdigit()), "")
    if not separator and len(text) < 4:  # noqa: PLR2004 - a number below 1000 shows no separator
        separator = " "
    expected = f"{correction.expected:,}".replace(",", separator) if correction.expected else ""
    return TextChange(where=correction.cell.where, found=text, expected=expected)
