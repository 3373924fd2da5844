"""Turns an indicator into its trail: every number in its formula, down to the printed cells. Knows no language."""

from dataclasses import dataclass

from reportgen.dataset import Codes, Dataset
from reportgen.errors import Where
from reportgen.indicators import Indicator
from reportgen.period import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Operand:
    """One observation that an indicator reads."""

    value: int
    """Persons."""
    period: Period
    codes: Codes
    cells: tuple[Where, ...]
    """Every cell that prints the number, in document order; empty where it follows from the identities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Where an indicator comes from."""

    indicator: Indicator
    operands: tuple[Operand, ...]
    """Each observation once, in the order of the formula; empty where one of them is missing."""


def trace_indicator(dataset: Dataset, indicator: Indicator) -> Trail:
    """Return the trail of one indicator of this dataset."""
    observations = [] if indicator.missing else [dataset.observation(*reference) for reference in indicator.reads]
    operands = tuple(
        Operand(
            value=observation.value,
            period=observation.period,
            codes=observation.codes,
            cells=tuple(cell.where for cell in observation.printed if cell.text),
        )
        for observation in observations
    )
    return Trail(indicator=indicator, operands=operands)
