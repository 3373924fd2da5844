"""Turns slices of the dataset and indicators into display tables: stub, column labels, spanners, body, notes.

Every cell is finished text in one language; knows no HTML.
"""

from dataclasses import dataclass
from typing import Literal

RowKind = Literal["total", "group", "member", "plain"]


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
    trend: tuple[int, ...] = ()
    """Values of the row's small line, oldest first; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Symbol:
    """A symbol that stands in a table, and what it means."""

    sign: str
    meaning: str


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
