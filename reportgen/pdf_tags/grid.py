"""Says which header cells belong to a cell of an HTML table, whatever its cells span. Knows no PDF.

A column label heads the cells below it in any of its columns, a row label those beside it in any of its rows:
what the HTML standard's algorithm comes to where headers stand above and to the left of the figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from xml.etree.ElementTree import Element

Scope = Literal["Row", "Column"]
"""What a header heads, as PDF calls it."""

_SCOPES: dict[str, Scope] = {"row": "Row", "rowgroup": "Row", "col": "Column", "colgroup": "Column"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell in its place."""

    element: Element
    top: int
    """Its first row, from 0."""
    bottom: int
    """The row after its last."""
    left: int
    right: int
    scope: Scope | None
    """None for a cell that is no header."""

    def heads(self, cell: "Cell") -> bool:
        """Say whether this is a header of the other cell."""
        if self.scope == "Column":
            return self.bottom <= cell.top and self.left < cell.right and cell.left < self.right
        return self.scope == "Row" and self.right <= cell.left and self.top < cell.bottom and cell.top < self.bottom


def lay_out_cells(table: Element) -> tuple[Cell, ...]:
    """Return the cells of a table in their places, in the order of the document."""
    cells: list[Cell] = []
    top = 0
    for section in [*table.findall("thead"), *table.findall("tbody"), *table.findall("tfoot")]:
        rows = section.findall("tr")
        end = top + len(rows)
        taken: set[tuple[int, int]] = set()
        for row, cell_row in enumerate(rows, start=top):
            cells += [_place(element, section, row, taken, end) for element in cell_row]
        top = end
    return tuple(cells)


def _place(element: Element, section: Element, top: int, taken: set[tuple[int, int]], end: int) -> Cell:
    """Put a cell into the first free place of its row; no cell reaches beyond its section."""
    left = 0
    while (top, left) in taken:
        left += 1
    right = left + int(element.get("colspan", "1"))
    bottom = min(top + (int(element.get("rowspan", "1")) or end), end)
    taken |= {(row, column) for row in range(top, bottom) for column in range(left, right)}
    scope = None
    if element.tag == "th":
        scope = _SCOPES.get(element.get("scope", ""), "Column" if section.tag == "thead" else "Row")
    return Cell(element=element, top=top, bottom=bottom, left=left, right=right, scope=scope)


def header_cells(cells: tuple[Cell, ...]) -> Iterator[tuple[Cell, tuple[Cell, ...]]]:
    """Yield each cell with its headers: the row's, then the columns', from the outermost label inwards."""
    headers = [cell for cell in cells if cell.scope]
    ordered = sorted(headers, key=lambda header: (header.scope == "Column", header.top, header.left))
    lines: dict[tuple[Scope, int], set[int]] = {}  # of each row or column, which of these head something in it
    for place, header in enumerate(ordered):
        for line in _lines(header):
            if line[0] == header.scope:
                lines.setdefault(line, set()).add(place)
    for cell in cells:
        near = sorted(set().union(*(lines.get(line, ()) for line in _lines(cell))))
        yield cell, tuple(ordered[place] for place in near if ordered[place].heads(cell))


def _lines(cell: Cell) -> Iterator[tuple[Scope, int]]:
    """Yield the rows and columns that a cell is in."""
    for row in range(cell.top, cell.bottom):
        yield "Row", row
    for column in range(cell.left, cell.right):
        yield "Column", column
