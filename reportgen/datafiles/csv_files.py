"""Turns the dataset, the indicators and display tables into CSV: UTF-8, quoted as RFC 4180 has it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from reportgen.dataset import Dataset, Observation
from reportgen.findings import Number
from reportgen.indicators import DECIMALS, Indicators
from reportgen.language import Language
from reportgen.tables import DisplayTable, Row

IDENTITY = "identity"
"""Source of a number that no cell prints: it follows from the identities."""

_DECIMALS = 10


def write_observations(dataset: Dataset) -> bytes:
    """Return `observations.csv`: a row for each period and combination of codes, in the dataset's order."""
    header = ("period", *dataset.dimensions, "persons", "status", "source")
    return write_csv(
        header, ((o.period, *o.codes, o.value, o.status, observation_source(o)) for o in dataset.observations)
    )


def observation_source(observation: Observation) -> str:
    """Name every cell that prints the number, as `file:line:column`."""
    return ";".join(str(cell.where) for cell in observation.printed if cell.text) or IDENTITY


def write_indicators(indicators: Indicators, dimensions: Sequence[str]) -> bytes:
    """Return `indicators.csv`: a row for each figure, in the indicators' order.

    A value has up to ten decimals, of which the last is rounded half away from zero; it is empty where
    the status says why there is none. The formula has the numbers filled in.
    """
    header = ("period", "indicator", *dimensions, "value", "unit", "status", "formula")
    rows = (
        (f.period, f.name, *f.codes, "" if f.value is None else write_value(f.value), f.unit, f.status, f.formula)
        for f in indicators.figures
    )
    return write_csv(header, rows)


def write_value(value: Fraction) -> str:
    """Write a fraction with up to ten decimals and no more than it needs.

    >>> write_value(Fraction(-1, 3)), write_value(Fraction(25, 10)), write_value(Fraction(2273))
    ('-0.3333333333', '2.5', '2273')
    """
    numerator, denominator = abs(value.numerator), value.denominator
    scaled = (2 * numerator * 10**_DECIMALS + denominator) // (2 * denominator)
    whole, decimals = divmod(scaled, 10**_DECIMALS)
    text = f"{whole}.{decimals:0{_DECIMALS}}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and scaled else text


def write_table(table: DisplayTable, language: Language) -> bytes:
    """Return a display table as a spreadsheet of the language's readers opens it.

    Semicolons where the language has a decimal comma; numbers as they are shown, without spaces and per cent signs;
    a byte order mark, without which spreadsheets misread æ, ø and å.
    """
    decimal = language.number(Fraction(1, 2), 1)[1]
    rows = ((row.label, *_plain_cells(row, decimal)) for block in table.blocks for row in block)
    header = (table.stubhead, *column_labels(table))
    return b"\xef\xbb\xbf" + write_csv(header, rows, ";" if decimal == "," else ",")


def column_labels(table: DisplayTable) -> list[str]:
    """Return each column's label in full, below its spanner's: one line that says all that two lines say in print."""
    spanners = [spanner.label for spanner in table.spanners for _ in range(spanner.columns)]
    labels = [column.full or column.label for column in table.columns]
    if not spanners:
        return labels
    return [f"{spanner}: {label}" if spanner else label for spanner, label in zip(spanners, labels, strict=True)]


def _plain_cells(row: Row, decimal: str) -> Iterator[str]:
    """Return a row's numbers for programs, and the symbols that stand in the place of one."""
    for text, number in zip(row.cells, row.numbers, strict=True):
        yield text if number is None else _plain_number(number).replace(".", decimal)


def _plain_number(number: Number) -> str:
    return f"{float(number.value):.{DECIMALS[number.unit]}f}"


def write_csv(header: Sequence[object], rows: Iterable[Sequence[object]], separator: str = ",") -> bytes:
    """Return a header and rows as CSV; lines end alike everywhere."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue().encode("utf-8")
