"""Turns printed row labels into codes, and codes into the labels that the document prints.

A label alone names nothing: the table's levels, the total's first word and, where two codes still share a label,
the subtotal that ends the block tell which code is meant.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reportgen.dataset import TOTAL, Code
from reportgen.definition import ReportDefinition
from reportgen.errors import Problem
from reportgen.slices import TableSlice
from reportgen.source import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLabels:
    """The labels that the rows of one slice may have."""

    slice: TableSlice
    printed: Mapping[str, str]
    """Label of each code as the code list writes it: `{"training": "I alt opplæring"}`."""
    typography: Mapping[str, str]
    _codes: Mapping[str, tuple[Code, ...]] = field(repr=False)
    """Every label that is understood, aliases included, and the codes that it may mean."""

    def find(self, label: str) -> tuple[Code, ...]:
        """Return the codes that a printed label may mean; none where it is unknown."""
        return self._codes.get(_improve(label, self.typography), ())

    def nearest(self, label: str) -> tuple[str, ...]:
        """Return up to three known labels that look most like this one, the nearest first."""
        return tuple(difflib.get_close_matches(label, dict.fromkeys(self.printed.values()), n=3, cutoff=0.6))


def row_labels(definition: ReportDefinition, table_slice: TableSlice) -> RowLabels:
    """Return the labels of a slice's rows, written as the definition says that the document prints them."""
    printed = {
        code.id: _row_label(definition, table_slice, code, code_label(definition, table_slice.table.rows, code.id))
        for code in table_slice.printed_order()
    }
    codes: dict[str, tuple[Code, ...]] = {}
    for code in table_slice.printed_order():
        for label in (printed[code.id], *_misprints(definition, table_slice, code)):
            key = _improve(label, definition.source.typography)
            codes[key] = (*codes.get(key, ()), code)
    return RowLabels(slice=table_slice, printed=printed, typography=definition.source.typography, _codes=codes)


def code_label(definition: ReportDefinition, dimension: str, code: str) -> str:
    """Return a code's label in the document's language."""
    return definition.code_list(dimension)[code].labels[definition.source.language]


def slice_title(definition: ReportDefinition, table_slice: TableSlice) -> str:
    """Return what a slice is called in messages: `"Tiltak og kjønn", Menn`."""
    name = f'"{table_slice.table.printed}"'
    if not table_slice.table.slices:
        return name
    return f"{name}, {code_label(definition, table_slice.table.slices, table_slice.member)}"


def choose_codes(found: Sequence[tuple[Code, ...]]) -> tuple[Code | None, ...]:
    """Choose one code for each row of a slice: where a label fits several, the one whose parent ends the block."""
    chosen: list[Code | None] = []
    nearest: dict[str, int] = {}  # of each code that only one label fits, the first place below
    for place, candidates in reversed(tuple(enumerate(found))):
        if len(candidates) == 1:
            nearest[candidates[0].id] = place
            chosen.append(candidates[0])
        else:
            ended = [code for code in candidates if code.parent in nearest]
            chosen.append(min(ended, key=lambda code: nearest[code.parent], default=None))
    return tuple(reversed(chosen))


def alias_warnings(definition: ReportDefinition, cells: Iterable[Cell]) -> tuple[Problem, ...]:
    """Return a warning for each alias that these cells use, once, with every place."""
    cells = tuple(cells)
    warnings = []
    for alias in definition.source.aliases:
        forms = {alias.printed, f"{definition.source.total} {_lower_first(alias.printed)}"}
        where = tuple(cell.where for cell in cells if cell.text in forms)
        if where:
            warnings.append(
                Problem(
                    kind="alias",
                    message=f'the label "{alias.printed}" was read as '
                    f'"{code_label(definition, alias.dimension, alias.code)}"',
                    hint="ask the publisher to correct the label, or accept it by name",
                    where=where,
                    subject=alias.printed,
                )
            )
    return tuple(warnings)


def _row_label(definition: ReportDefinition, table_slice: TableSlice, code: Code, label: str) -> str:
    """Return how a row is printed: a total begins with the total's word, and a slice's total names the slice."""
    total = definition.source.total
    if code.id == TOTAL:
        if not table_slice.table.slices:
            return total
        return f"{total} {_lower_first(code_label(definition, table_slice.table.slices, table_slice.member))}"
    return f"{total} {_lower_first(label)}" if table_slice.members(code.id) else label


def _misprints(definition: ReportDefinition, table_slice: TableSlice, code: Code) -> list[str]:
    """Return the other labels that the definition's aliases allow for a row."""
    table = table_slice.table
    meant = (table.slices, table_slice.member) if code.id == TOTAL else (table.rows, code.id)
    misprints = [alias.printed for alias in definition.source.aliases if (alias.dimension, alias.code) == meant]
    if code.id == TOTAL or table_slice.members(code.id):
        return [f"{definition.source.total} {_lower_first(misprint)}" for misprint in misprints]
    return misprints


def _lower_first(label: str) -> str:
    return label[:1].lower() + label[1:]


def _improve(label: str, typography: Mapping[str, str]) -> str:
    """Write a label as the code list would."""
    for printed, better in typography.items():
        label = label.replace(printed, better)
    return label
