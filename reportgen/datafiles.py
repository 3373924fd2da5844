"""Turns the dataset, the indicators and the tables behind the figures into data files.

CSV in UTF-8, quoted as RFC 4180 has it; every file's bytes depend on the figures alone.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from fractions import Fraction

from reportgen.dataset import Dataset, Observation
from reportgen.indicators import Indicators
from reportgen.language import MINUS, Language
from reportgen.tables import DisplayTable

IDENTITY = "identity"
"""Source of a number that no cell prints: it follows from the identities."""

_DECIMALS = 10
_NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def write_observations(dataset: Dataset) -> bytes:
    """Return `observations.csv`: a row for each period and combination of codes, in the dataset's order."""
    header = ("period", *dataset.dimensions, "persons", "status", "source")
    return _write(header, ((o.period, *o.codes, o.value, o.status, _sources(o)) for o in dataset.observations))


def _sources(observation: Observation) -> str:
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
    return _write(header, rows)


def write_value(value: Fraction) -> str:
    """Write a fraction with up to ten decimals and no more than it needs.

    >>> write_value(Fraction(-1, 3)), write_value(Fraction(25, 10)), write_value(Fraction(2273))
    ('-0.3333333333', '2.5', '2273')
    """
    scaled = int(abs(value) * 10**_DECIMALS + Fraction(1, 2))
    whole, decimals = divmod(scaled, 10**_DECIMALS)
    text = f"{whole}.{decimals:0{_DECIMALS}}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 and scaled else text


def write_table(table: DisplayTable, language: Language) -> bytes:
    """Return a display table as a spreadsheet of the language's readers opens it.

    Semicolons where the language has a decimal comma; numbers without spaces and per cent signs;
    a byte order mark, without which spreadsheets misread æ, ø and å.
    """
    labels = _column_labels(table)
    rows = ((row.label, *map(_plain_number, row.cells)) for block in table.blocks for row in block)
    separator = ";" if language.number(Fraction(1, 2), 1)[1] == "," else ","
    grouping = language.number(1000)[1:-3]
    cleaned = ([text.replace(grouping, "") if _is_number(text, grouping) else text for text in row] for row in rows)
    return b"\xef\xbb\xbf" + _write((table.stubhead, *labels), cleaned, separator)


def _column_labels(table: DisplayTable) -> list[str]:
    """Return each column's label in full, below its spanner's."""
    spanners = [spanner.label for spanner in table.spanners for _ in range(spanner.columns)]
    labels = [column.full or column.label for column in table.columns]
    if not spanners:
        return labels
    return [f"{spanner}: {label}" if spanner else label for spanner, label in zip(spanners, labels, strict=True)]


def _plain_number(text: str) -> str:
    return text.removesuffix("%").rstrip(_NO_BREAK_SPACE).replace(MINUS, "-")


def _is_number(text: str, grouping: str) -> bool:
    return text.replace(grouping, "").lstrip("-").isdigit()


def _write(header: Sequence[object], rows: Iterable[Sequence[object]], separator: str = ",") -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=separator, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return file.getvalue().encode("utf-8")
