"""Turns slices of the dataset and indicators into display tables: stub, column labels, spanners, body, notes.

Every cell is finished text in one language; knows no HTML.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reportgen.dataset import TOTAL, Code, Codes
from reportgen.findings import Number
from reportgen.indicators import Indicator
from reportgen.period import Period
from reportgen.rules import INDICATOR_TABLE, TableRules
from reportgen.wording import Wording

RowKind = Literal["total", "group", "member", "plain"]

Cell: TypeAlias = Number | Indicator
"""What stands in a cell before it is written: a number of persons, or an indicator with or without a value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column label, without the stub's."""

    label: str
    """Short label as printed: `nov.`."""
    full: str = ""
    """The label in full where it is abbreviated: `november 2013`."""
    highlight: bool = False
    """Whether this is the month in question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spanner:
    """A label over several neighbouring columns; empty where a column has none."""

    label: str
    columns: int
    """How many columns it spans, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the body."""

    kind: RowKind
    """`group` rows carry their members' subtotal; `member` rows are indented below one."""
    label: str
    cells: tuple[str, ...]
    """One text for each column; `:` and the like are explained by the table's symbols."""
    numbers: tuple[Number | None, ...] = ()
    """The number that each text shows, rounded as it is, with its unit; `None` where a symbol stands."""
    trend: tuple[int, ...] = ()
    """Values of the row's small line, oldest first; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A symbol that stands in a table, and what it means there."""

    sign: str
    meanings: tuple[str, ...]
    """More than one where there is more than one reason: other months to wait for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayTable:
    """A table ready to be laid out."""

    id: str
    """Anchor, unique in the report: `programmes-by-sex-women`."""
    label: str
    """`Tabell 10`; empty for the table behind a figure."""
    title: str
    subtitle: str
    """Unit and period: `Personer, januar–november 2013`."""
    stubhead: str
    columns: tuple[Column, ...]
    blocks: tuple[tuple[Row, ...], ...]
    """Rows that belong together, with a hairline between the blocks: the total, then each group with its members."""
    spanners: tuple[Spanner, ...] = ()
    """Empty, or as many as it takes to cover all columns."""
    trend_label: str = ""
    """Label of the column of small lines; empty where there is none."""
    notes: tuple[str, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    """Only the symbols that stand in the body."""
    source_note: str = ""


def tabulate_levels(words: Wording, rules: TableRules, number: int, slice_code: str = "") -> DisplayTable:
    """Return one of the document's tables, in persons: a row for each category, a column for each month.

    `slice_code` names the code that a sliced table is shown for. A row without participants in any of the
    months is left out, as the document does, and a note says so.
    """
    dataset = words.facts.dataset
    chosen = {rules.slices: slice_code} if slice_code else {}
    rows = [
        (code, dataset.codes(**{**chosen, rules.rows: code.id}))
        for code in dataset.code_list(rules.rows).at_level(*rules.levels)
    ]
    shown = [(code, codes) for code, codes in rows if any(dataset.series(codes))]
    trend = rules.sparklines and len(dataset.periods) > 1
    values = {"slice": words.label(rules.slices, slice_code)} if slice_code else {}
    return DisplayTable(
        id=f"table-{rules.id}-{slice_code}" if slice_code else f"table-{rules.id}",
        label=words.say("table-label", number=str(number)),
        title=words.say(f"table.{rules.id}", **values),
        subtitle=words.say("table-persons"),
        stubhead=stubhead(words, rules.rows, rules.levels[-1]),
        columns=month_columns(words),
        blocks=block_rows(words, rules.rows, shown, lambda codes: levels(words, codes), trend=trend),
        trend_label=words.say("table-trend") if trend else "",
        notes=() if len(shown) == len(rows) else (words.say("table-empty-rows"),),
        source_note=words.say("source-note"),
    )


def tabulate_indicators(words: Wording, dimension: str, number: int) -> DisplayTable:
    """Return the month's indicators: a row for each category of the dimension."""
    codes = words.facts.dataset.code_list(dimension).codes
    rows = [(code, words.facts.dataset.codes(**{dimension: code.id})) for code in codes]
    names = ("change", "change-percent", "share", "share-gap", "july-fall", "july-dip")
    figures = {about: tuple(words.facts.indicators.get(name, about) for name in names) for _, about in rows}
    return DisplayTable(
        id=f"table-{INDICATOR_TABLE}",
        label=words.say("table-label", number=str(number)),
        title=words.say(f"table.{INDICATOR_TABLE}"),
        subtitle=words.language.capital(words.say("span.one")),
        stubhead=words.say(f"dimension.{dimension}"),
        columns=(
            Column(label=words.say("column-total")),
            Column(label=words.say("column-persons")),
            Column(label=words.say("column-percent")),
            Column(label=words.say("column-percent")),
            Column(label=words.say("column-gap")),
            Column(label=words.say("column-july-fall")),
            Column(label=words.say("column-july-dip")),
        ),
        spanners=(
            Spanner(label="", columns=1),
            Spanner(label=words.say("spanner-change"), columns=2),
            Spanner(label=words.say("table.share"), columns=2),
            Spanner(label=words.say("spanner-july"), columns=2),
        ),
        blocks=block_rows(
            words,
            dimension,
            rows,
            lambda about: (words.facts.level(about), *figures[about]),
        ),
        symbols=symbols(words, [figure for row in figures.values() for figure in row]),
        source_note=words.say("source-note"),
    )


def stubhead(words: Wording, dimension: str, level: str) -> str:
    """Return what the rows of a table are: its lowest level's word, else the dimension's."""
    key = f"dimension.{dimension}.{level}"
    return words.say(key if key in words.language else f"dimension.{dimension}")


def month_columns(words: Wording, periods: Sequence[Period] = ()) -> tuple[Column, ...]:
    """Return a column for each month, of the whole dataset unless others are named."""
    return tuple(
        Column(
            label=words.language.month_short(period),
            full=words.language.month(period),
            highlight=period == words.facts.month,
        )
        for period in periods or words.facts.dataset.periods
    )


def levels(words: Wording, codes: Codes, periods: Sequence[Period] = ()) -> tuple[Number, ...]:
    """Return the number of persons for each month, of the whole dataset unless others are named."""
    return tuple(words.facts.level(codes, period) for period in periods or words.facts.dataset.periods)


def level_texts(words: Wording, codes: Codes) -> tuple[str, ...]:
    """Return the number of persons for each month of the dataset as tables write it."""
    return tuple(_text(words, level) for level in levels(words, codes))


def block_rows(
    words: Wording,
    dimension: str,
    rows: Sequence[tuple[Code, Codes]],
    cells: Callable[[Codes], tuple[Cell, ...]],
    *,
    trend: bool = False,
) -> tuple[tuple[Row, ...], ...]:
    """Arrange categories in blocks: the total, then each group with its members below it.

    Categories without members in the table stand in one block of their own.
    """
    dataset = words.facts.dataset
    parents = {code.parent for code, _ in rows}
    blocks: list[list[Row]] = []
    for code, codes in rows:
        kind: RowKind = "total" if code.id == TOTAL else "plain"
        if kind == "plain" and parents - {"", TOTAL}:
            kind = "group" if code.parent == TOTAL else "member"
        content = cells(codes)
        row = Row(
            kind=kind,
            label=words.label(dimension, code.id),
            cells=tuple(_text(words, cell) for cell in content),
            numbers=tuple(map(_number, content)),
            trend=dataset.series(codes) if trend else (),
        )
        if not blocks or kind in {"total", "group"} or blocks[-1][-1].kind == "total":
            blocks.append([row])
        else:
            blocks[-1].append(row)
    return tuple(map(tuple, blocks))


def _text(words: Wording, cell: Cell) -> str:
    return words.figure(cell) if isinstance(cell, Indicator) else words.number(cell.value, cell.unit)


def _number(cell: Cell) -> Number | None:
    if isinstance(cell, Number):
        return cell
    return None if cell.shown is None else Number(cell.shown, cell.unit)


def symbols(words: Wording, figures: Sequence[Indicator]) -> tuple[Symbol, ...]:
    """Return the symbols that stand for these figures, in the order in which they first do."""
    meanings: dict[str, dict[str, None]] = {}
    for figure in figures:
        if figure.value is None:
            meanings.setdefault(words.figure(figure), {})[words.reason("symbol", figure)] = None
    return tuple(Symbol(sign=sign, meanings=tuple(reasons)) for sign, reasons in meanings.items())
