"""Turns a definition's tables into the slices that a document must print, with the rows of each in printed order.

A table without slices is one slice. Knows no document.
"""

from dataclasses import dataclass

from reportgen.dataset import TOTAL, Code, CodeList, Codes
from reportgen.definition import ReportDefinition
from reportgen.rules import TableRules


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSlice:
    """One logical table: a table of the definition, for one code of the dimension that it is repeated for."""

    table: TableRules
    member: str
    """Code of the slice: `jobseekers`; `total` for a table that is not repeated."""
    rows: CodeList
    """Code list of the rows' dimension."""
    dimensions: tuple[str, ...]
    """Every dimension, in the order of an observation's codes."""

    @property
    def key(self) -> tuple[str, str]:
        """Identifier of the table and code of the slice: `("programmes-by-sex", "women")`."""
        return self.table.id, self.member

    def codes(self, row: str) -> Codes:
        """Return the codes of a row's observations."""
        chosen = {self.table.slices: self.member, self.table.rows: row}
        return tuple(chosen.get(dimension, TOTAL) for dimension in self.dimensions)

    def members(self, row: str) -> tuple[Code, ...]:
        """Return the rows that sum to this one: its nearest descendants among the table's levels."""
        shown: list[Code] = []
        for child in self.rows.children(row):
            shown.extend((child,) if child.level in self.table.levels else self.members(child.id))
        return tuple(shown)

    def printed_order(self) -> tuple[Code, ...]:
        """Return the rows as they are printed: the total first, each subtotal after its members."""

        def below(row: str) -> list[Code]:
            return [code for member in self.members(row) for code in (*below(member.id), member)]

        top = (self.rows[TOTAL],) if self.rows[TOTAL].level in self.table.levels else ()
        return (*top, *below(TOTAL))


def table_slices(definition: ReportDefinition) -> tuple[TableSlice, ...]:
    """Return every slice that the document must print, in its order."""
    return tuple(
        TableSlice(
            table=table,
            member=member,
            rows=definition.code_list(table.rows),
            dimensions=definition.report.dimensions,
        )
        for table in definition.tables
        for member in _slice_codes(definition, table)
    )


def _slice_codes(definition: ReportDefinition, table: TableRules) -> tuple[str, ...]:
    if not table.slices:
        return (TOTAL,)
    return tuple(code.id for code in definition.code_list(table.slices).children(TOTAL))
