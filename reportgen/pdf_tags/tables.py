"""Makes one `Table` tag of each table, however many pages it covers, with headers that can be followed.

WeasyPrint writes a table for each page (#2903). The first head and the last foot stay; their repetitions leave the
tree and become artifacts. Rows and cells divided by a page break become one again. Headers are found last, on the
whole table, for WeasyPrint writes no scope (#2508) and loses count where cells span.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

import pydyf

from reportgen.pdf_tags.boxes import Layout
from reportgen.pdf_tags.grid import Cell, header_cells, lay_out_cells
from reportgen.pdf_tags.tree import Matched, Tag, Tree, unexpected

_SECTIONS = ("THead", "TBody", "TFoot")
_CELLS = ("TH", "TD")


def mend_tables(tree: Tree, matched: Matched, layout: Layout) -> None:
    """Join the fragments of every table and say which headers its cells have.

    Raise `RenderError` where a row's tags are not those of its cells.
    """
    fragments: dict[Element, list[Tag]] = {}
    for tag, element in matched.items():
        if tag.kind == "Table":
            fragments.setdefault(element, []).append(tag)
    for number, (table, tags) in enumerate(fragments.items(), start=1):
        rows = _join_fragments(tags, matched, layout)
        _write_headers(lay_out_cells(table), rows, f"t{number}")
    others = {other for _, *others in fragments.values() for other in others}
    for tag in tree.root.walk():
        tag.kids = [kid for kid in tag.kids if kid not in others]


def _join_fragments(fragments: list[Tag], matched: Matched, layout: Layout) -> Mapping[Element, Tag]:
    """Move all that a table has into its first fragment; return its rows."""
    table = fragments[0]
    captions = [caption for fragment in fragments for caption in fragment.tags("Caption")]
    for caption in captions[1:]:
        captions[0].kids += caption.kids
    sections: dict[Element, list[Tag]] = {}
    for fragment in fragments:
        for section in fragment.tags(*_SECTIONS):
            if section_rows := section.tags("TR"):
                sections.setdefault(layout.parents[matched[section_rows[0]]], []).append(section)
    rows: dict[Element, Tag] = {}
    joined = []
    for parts in sections.values():
        kept = {"THead": parts[:1], "TFoot": parts[-1:]}.get(parts[0].kind, parts)
        joined.append(kept[0])
        kept[0].kids = list(_join_rows(kept, matched, rows))
    # Heads come first and feet last, whatever the order in which pages brought them.
    table.kids = [*captions[:1], *sorted(joined, key=lambda section: _SECTIONS.index(section.kind))]
    return rows


def _join_rows(parts: list[Tag], matched: Matched, rows: dict[Element, Tag]) -> list[Tag]:
    """Return the rows of a section's parts in order, each once; enter them into `rows`."""
    joined = []
    for row in (row for part in parts for row in part.tags("TR")):
        first = rows.setdefault(matched[row], row)
        if first is row:
            joined.append(row)
            continue
        cells, more = first.tags(*_CELLS), row.tags(*_CELLS)
        if len(cells) != len(more):
            message = f"a row that page {row.page + 1} continues has {len(more)} cells there and {len(cells)} before"
            raise unexpected(message)
        for cell, rest in zip(cells, more, strict=True):
            cell.kids += rest.kids
    return joined


def _write_headers(cells: tuple[Cell, ...], rows: Mapping[Element, Tag], table: str) -> None:
    """Write each cell's attributes: what it spans, what it heads, which headers it has."""
    tags: dict[Element, Tag] = {}
    for element, row in rows.items():
        if len(element) != len(row.tags(*_CELLS)):
            message = f"a row of page {row.page + 1} has {len(row.tags(*_CELLS))} tags for {len(element)} cells"
            raise unexpected(message)
        tags |= zip(element, row.tags(*_CELLS), strict=True)
    shown = tuple(cell for cell in cells if cell.element in tags)
    names = {cell.element: pydyf.String(f"{table}r{cell.top + 1}c{cell.left + 1}") for cell in shown if cell.scope}
    written = {element: name.data for element, name in names.items()}  # once, for most head many cells
    for cell, headers in header_cells(shown):
        dictionary = tags[cell.element].dictionary
        attributes = pydyf.Dictionary({"O": "/Table"})
        if cell.scope:
            attributes["Scope"] = f"/{cell.scope}"
            dictionary["ID"] = names[cell.element]
        if cell.right - cell.left > 1:
            attributes["ColSpan"] = cell.right - cell.left
        if cell.bottom - cell.top > 1:
            attributes["RowSpan"] = cell.bottom - cell.top
        if headers:
            attributes["Headers"] = pydyf.Array([written[header.element] for header in headers])
        dictionary["A"] = attributes
