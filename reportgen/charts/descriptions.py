"""What a chart shows, ready to be drawn: frozen records with finished words in one language.

Positions are numbers; every text, a value's label included, is finished. Only the axes' round numbers are
written by the drawing itself, in the `Notation` that the description carries. A reading is what a point of the
drawing says when it is pointed at, `Opplæring, mars 2013:` and its figures on a line of their own; empty for none.
"""

from dataclasses import dataclass
from typing import Literal

SeriesRole = Literal["main", "second", "third", "women", "men", "context"]
RowLevel = Literal["group", "member"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """How a language writes the numbers on an axis."""

    decimal: str
    """Decimal sign: `,`."""
    thousands: str
    """Between groups of three digits: a no-break space, U+00A0."""
    minus: str = "\u2212"
    after: str = ""
    """Unit after the number, with its space: U+00A0 and `%`."""

    def write(self, value: float) -> str:
        """Return the number with as many decimals as it has, at most three.

        >>> Notation(decimal=",", thousands=" ").write(-12500)
        '−12 500'
        """
        digits = f"{abs(value):,.3f}".rstrip("0").rstrip(".")
        written = digits.translate({ord(","): self.thousands, ord("."): self.decimal})
        return (self.minus if value < 0 else "") + written + self.after


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """The words around a picture that leaves its page; they are drawn inside it."""

    title: str
    """What it shows, the finding."""
    subtitle: str = ""
    """Unit and period."""
    source_note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A month that is marked with a word."""

    month: int
    """Position among the chart's months, from 0."""
    word: str
    """`Juli: ferie`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What every chart has."""

    id: str
    """Unique on a page; every identifier in the drawing begins with it: `july-dip`."""
    language: str
    """Code of the language of all its words: `nb`."""
    title: str
    """Short name for those who can't see it, written as the drawing's `<title>`."""
    alt: str
    """Alternative text, written as the drawing's `<desc>`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One line."""

    name: str
    """Label at the line's end; empty where the chart has one line only."""
    values: tuple[float | None, ...]
    """One for each month from the chart's first; None for a gap; may end before the months do."""
    value_texts: tuple[str, ...]
    """The same values as finished texts, in the same order: `75 769`; empty for a gap."""
    role: SeriesRole = "main"
    """Decides the colour."""
    readings: tuple[str, ...] = ()
    """One for each value; empty where the line has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineChart(Chart):
    """Lines over the months, each labelled at its end with its name and last value."""

    months: tuple[str, ...]
    """Short month names, oldest first; months without values leave room for what is to come."""
    series: tuple[Series, ...]
    """One to five."""
    notation: Notation
    highlight: int | None = None
    """Position of the month in question."""
    mark: Mark | None = None
    from_zero: bool = True
    """Whether the axis starts at 0; otherwise at a round number below the lowest value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRow:
    """One bar."""

    label: str
    value: float
    value_text: str
    previous: float | None = None
    """The level that is marked on the bar; None for no mark."""
    highlight: bool = False
    """Whether this bar is the point; where no bar is, all have the main colour."""
    reading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart(Chart):
    """Bars from 0, in the order given."""

    rows: tuple[BarRow, ...]
    """Values of 0 or more."""
    value_word: str = ""
    """What the bars are, shown only beside the previous level's word: `november 2013`."""
    previous_word: str = ""
    """What the marks on the bars are: `oktober 2013`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergingRow:
    """One bar to the left or right of 0."""

    label: str
    value: float | None
    """None where it can't be shown: the text stands at the zero line."""
    value_text: str
    highlight: bool = False
    reading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DivergingBars(Chart):
    """Bars to both sides of 0, in the order given."""

    rows: tuple[DivergingRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatCell:
    """One cell: the text that is read and the value that gives its colour."""

    value: float | None
    """None for a cell without a figure: neutral ground."""
    text: str
    """`104`, or the symbol for a missing figure."""
    reading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatRow:
    """One row of cells."""

    label: str
    cells: tuple[HeatCell, ...]
    """One for each month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeatMap(Chart):
    """Rows by months; seven colours from far below to far above."""

    months: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    breaks: tuple[float, float, float, float, float, float]
    """Where one colour ends and the next begins, rising: `(60, 80, 95, 105, 120, 140)`. A value on it is above."""
    low_word: str
    """What the colours to the left say: `Færre enn i januar`."""
    middle_word: str
    """`Om lag som i januar`."""
    high_word: str
    """`Flere enn i januar`."""
    notation: Notation
    highlight: int | None = None
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DotRow:
    """One row with a dot."""

    label: str
    value: float | None
    """None where there is no figure: the row has its text only."""
    text: str
    """The value, or the symbol for a missing figure; empty for a mere heading."""
    level: RowLevel = "member"
    """A `group` row opens a section and stands out."""
    reading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DotChart(Chart):
    """A dot for each row on one scale, and how far it is from the reference line."""

    rows: tuple[DotRow, ...]
    reference: float
    reference_text: str
    """Label of the reference line: `I alt 52,3 %`."""
    domain: tuple[float, float]
    """Ends of the scale: `(0, 100)`."""
    notation: Notation


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One month of a recovery."""

    month: str
    value: float
    value_text: str
    gap_text: str = ""
    """Distance from the reference: `−19,8 %`; empty for none."""
    reading: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryChart(Chart):
    """Months as columns from 0, with the first one's level as a line across."""

    columns: tuple[Column, ...]
    """The month before the fall, the fall, and each month until the level is reached again."""
    reference_text: str
    """Label of the line: `Nivået i juni: 71 491`."""
    recovered: int | None
    """Position of the first month that reached the level again; None where none has."""
    note: str = ""
    """What is still to come, right of the last column: `Ikke nådd ennå`."""
