"""Derives what must add up in a document from the code lists and the tables present, and finds what does not.

The field calls such identities balance edits. A variable is a series as one table prints it, once for each row
that prints it: the same series in two tables, and a total row repeated on every page, are identities of their own.
Knows no way to tell which cell of a broken identity is wrong; that is `localisation`'s business.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reportgen.dataset import TOTAL, Codes, Dataset, PrintedCell
from reportgen.definition import ReportDefinition
from reportgen.errors import Problem
from reportgen.labels import code_label, row_labels, slice_title
from reportgen.period import Period
from reportgen.slices import TableSlice, table_slices

IdentityKind: TypeAlias = Literal["hierarchy", "slices", "tables", "pages"]
"""Whether members sum to their total, slices to the whole, or two tables or two pages print the same series."""

_SPELT_OUT = 4
"""A sum of more rows than this is told by its first and last row."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Variable:
    """A series as one row of the document prints it, or would print it if it were not left out."""

    table: str
    """Identifier of the table: `programmes`."""
    codes: Codes
    printing: int = 0
    """0 for the first row with these codes in the table, 1 for the next: a total row stands on every page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A sum that holds in every month: `total` equals the sum of `parts`."""

    kind: IdentityKind
    total: Variable
    parts: tuple[Variable, ...]
    """One or more; a single part is the same series, printed again."""

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The total and its parts."""
        return self.total, *self.parts


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenIdentity:
    """An identity that does not hold in one month."""

    identity: Identity
    period: Period
    total: int
    """What the total's cell says, persons."""
    parts: int
    """What the parts sum to, persons."""


def derive_identities(definition: ReportDefinition, dataset: Dataset) -> tuple[Identity, ...]:
    """Return every identity that the document carries, in the order of its tables; each holds in every month.

    The dataset only tells how often a row is printed. Rows that are left out count as printed zeros.
    """
    slices = table_slices(definition)
    printings = _count_printings(dataset)
    return (
        *_hierarchy(slices),
        *_slice_sums(slices),
        *_same_series(slices),
        *(
            Identity(kind="pages", total=first, parts=(Variable(table=first.table, codes=first.codes, printing=again),))
            for first, times in printings.items()
            for again in range(1, times)
        ),
    )


def printed_cells(dataset: Dataset, variables: Sequence[Variable]) -> tuple[tuple[PrintedCell | None, ...], ...]:
    """Return the cell that prints each variable in each of the dataset's months; none where its row is left out."""
    found: dict[tuple[str, Codes, int, Period], PrintedCell] = {}
    for observation in dataset.observations:
        printings: dict[str, int] = {}
        for cell in observation.printed:
            printing = printings.get(cell.table, 0)
            printings[cell.table] = printing + 1
            found[cell.table, observation.codes, printing, observation.period] = cell
    return tuple(
        tuple(found.get((v.table, v.codes, v.printing, period)) for period in dataset.periods) for v in variables
    )


def find_broken(identities: Sequence[Identity], dataset: Dataset) -> tuple[BrokenIdentity, ...]:
    """Return every identity that does not hold, month by month, in the identities' order."""
    variables = tuple(dict.fromkeys(variable for identity in identities for variable in identity.variables))
    cells = dict(zip(variables, printed_cells(dataset, variables), strict=True))
    rows = [(identity, cells[identity.total], [cells[part] for part in identity.parts]) for identity in identities]
    broken = []
    for month, period in enumerate(dataset.periods):
        for identity, whole, members in rows:
            total, parts = _persons(whole[month]), sum(_persons(member[month]) for member in members)
            if total != parts:
                broken.append(BrokenIdentity(identity=identity, period=period, total=total, parts=parts))
    return tuple(broken)


def _persons(cell: PrintedCell | None) -> int:
    return cell.value if cell else 0


def check_identities(
    identities: Sequence[Identity], dataset: Dataset, definition: ReportDefinition
) -> tuple[Problem, ...]:
    """Return a problem of kind `broken-identity` for each identity and month that does not hold."""
    names = variable_names(definition)
    found = find_broken(identities, dataset)
    variables = tuple(dict.fromkeys(variable for broken in found for variable in broken.identity.variables))
    cells = dict(zip(variables, printed_cells(dataset, variables), strict=True))
    problems = []
    for broken in found:
        month = dataset.periods.index(broken.period)
        printed = (cells[variable][month] for variable in broken.identity.variables)
        problems.append(
            Problem(
                kind="broken-identity",
                message=f"{broken.period}: {explain_identity(broken, names)}",
                hint="compare these cells with the original, or run: reportgen check",
                where=tuple(cell.where for cell in printed if cell),
            )
        )
    return tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class VariableName:
    """What a variable is called in messages, in the document's language."""

    row: str
    """Label of the row: `I alt opplæring`."""
    member: str
    """Label of the slice: `Menn`; empty for a table without slices."""
    table: str
    """Title of the slice, in quotation marks: `"Tiltak og kjønn", Menn`."""

    def __str__(self) -> str:
        """Return the row and its table."""
        return f'"{self.row}" in {self.table}'


VariableNames: TypeAlias = Mapping[tuple[str, Codes], VariableName]
"""Names by table and codes; every printing of a row has the same."""


def variable_names(definition: ReportDefinition) -> VariableNames:
    """Return the name of each variable, in the document's language."""
    names = {}
    for table_slice in table_slices(definition):
        printed = row_labels(definition, table_slice).printed
        table, dimension = table_slice.table.id, table_slice.table.slices
        for code in table_slice.printed_order():
            names[table, table_slice.codes(code.id)] = VariableName(
                row=printed[code.id],
                member=code_label(definition, dimension, table_slice.member) if dimension else "",
                table=slice_title(definition, table_slice),
            )
    return names


def explain_identity(broken: BrokenIdentity, names: VariableNames) -> str:
    """Say in one sentence what does not add up, with labels and numbers.

    The sentence for two slices: `"Jobbklubb": Kvinner + Menn = 1 804, but "Tiltak" says 1 803`.
    """
    identity = broken.identity
    total, parts = format_persons(broken.total), format_persons(broken.parts)
    whole = names[identity.total.table, identity.total.codes]
    members = [names[part.table, part.codes] for part in identity.parts]
    if identity.kind == "pages":
        return f"{whole} is {total} on its first page, but {parts} on a later one"
    if identity.kind == "tables":
        return f"{whole} is {total}, but {members[0]} is {parts}"
    if identity.kind == "slices":
        added = " + ".join(member.member for member in members)
        return f'"{whole.row}": {added} = {parts}, but {whole.table} says {total}'
    if len(members) > _SPELT_OUT:
        added = f'the {len(members)} rows from "{members[0].row}" to "{members[-1].row}"'
        return f"{added} sum to {parts}, but {whole} is {total}"
    added = " + ".join(member.row for member in members)
    return f"{added} = {parts}, but {whole} is {total}"


def format_persons(persons: int) -> str:
    r"""Write a number with a no-break space between thousands.

    >>> format_persons(-1804) == "−1\N{NO-BREAK SPACE}804"
    True
    """
    return f"{persons:,}".replace(",", "\N{NO-BREAK SPACE}").replace("-", "\N{MINUS SIGN}")


def _variable(table_slice: TableSlice, row: str) -> Variable:
    return Variable(table=table_slice.table.id, codes=table_slice.codes(row))


def _hierarchy(slices: Sequence[TableSlice]) -> Iterator[Identity]:
    """Say that each total and subtotal is the sum of the rows below it, in every slice."""
    for table_slice in slices:
        for code in table_slice.printed_order():
            if members := table_slice.members(code.id):
                parts = tuple(_variable(table_slice, member.id) for member in members)
                yield Identity(kind="hierarchy", total=_variable(table_slice, code.id), parts=parts)


def _slice_sums(slices: Sequence[TableSlice]) -> Iterator[Identity]:
    """Say that a row's slices sum to that row of the unsliced table with the most levels in common."""
    for table in dict.fromkeys(table_slice.table.id for table_slice in slices if table_slice.table.slices):
        parts = [table_slice for table_slice in slices if table_slice.table.id == table]
        wholes = [
            table_slice
            for table_slice in slices
            if table_slice.member == TOTAL and table_slice.table.rows == parts[0].table.rows
        ]
        wholes.sort(key=lambda whole: -len({*whole.table.levels} & {*parts[0].table.levels}))
        for code in parts[0].printed_order():
            whole = next((whole for whole in wholes if code.level in whole.table.levels), None)
            if whole:
                summed = tuple(_variable(part, code.id) for part in parts)
                yield Identity(kind="slices", total=_variable(whole, code.id), parts=summed)


def _same_series(slices: Sequence[TableSlice]) -> Iterator[Identity]:
    """Say that a series that several tables print is the same in the first and in each later one."""
    first: dict[Codes, Variable] = {}
    for table_slice in slices:
        for code in table_slice.printed_order():
            variable = _variable(table_slice, code.id)
            if variable.codes in first:
                yield Identity(kind="tables", total=first[variable.codes], parts=(variable,))
            else:
                first[variable.codes] = variable


def _count_printings(dataset: Dataset) -> Mapping[Variable, int]:
    """Return how many rows print each series of a table, where more than one does."""
    times: dict[Variable, int] = {}
    for codes in dataset.all_codes():
        for cell in dataset.observation(dataset.periods[0], codes).printed:
            variable = Variable(table=cell.table, codes=codes)
            times[variable] = times.get(variable, 0) + 1
    return {variable: count for variable, count in times.items() if count > 1}
