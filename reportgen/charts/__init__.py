"""Turns chart descriptions into SVG and PNG; knows no HTML, no dataset and no language but finished words.

`descriptions` says what can be drawn, `line`, `bars`, `heat_map` and `dots` lay it out (`rows` sets rows below each
other), `marks` puts it on a plane, `elements` writes it as SVG, `drawing` makes the file; `theme` has colours, sizes
and type.
"""

from functools import lru_cache

from reportgen.charts.bars import lay_out_bars, lay_out_diverging
from reportgen.charts.descriptions import (
    BarChart,
    BarRow,
    Chart,
    Column,
    DivergingBars,
    DivergingRow,
    DotChart,
    DotRow,
    Heading,
    HeatCell,
    HeatMap,
    HeatRow,
    LineChart,
    Mark,
    Notation,
    RecoveryChart,
    RowLevel,
    Series,
    SeriesRole,
)
from reportgen.charts.dots import lay_out_dots
from reportgen.charts.drawing import draw_png, draw_svg
from reportgen.charts.heat_map import lay_out_heat_map
from reportgen.charts.line import lay_out_line
from reportgen.charts.marks import Picture, Point, PointRow
from reportgen.charts.recovery import lay_out_recovery
from reportgen.charts.theme import MAIL, NARROW, WIDE, Size, recolouring_css

__all__ = [
    "MAIL",
    "NARROW",
    "WIDE",
    "BarChart",
    "BarRow",
    "Chart",
    "Column",
    "DivergingBars",
    "DivergingRow",
    "DotChart",
    "DotRow",
    "Heading",
    "HeatCell",
    "HeatMap",
    "HeatRow",
    "LineChart",
    "Mark",
    "Notation",
    "Point",
    "PointRow",
    "RecoveryChart",
    "RowLevel",
    "Series",
    "SeriesRole",
    "Size",
    "draw_chart",
    "draw_png",
    "place_points",
    "recolouring_css",
]


def draw_chart(chart: Chart, *, size: Size = WIDE, heading: Heading | None = None) -> str:
    """Return a chart as the text of an SVG element, the same for the same description whenever it is drawn.

    Without a heading it is for a page: transparent ground, no words around it. With one it is a file of its own on
    paper.
    """
    return draw_svg(_lay_out(chart, size), chart=chart, size=size, heading=heading)


def place_points(chart: Chart, *, size: Size = WIDE) -> tuple[PointRow, ...]:
    """Return where a drawing without a heading can be pointed at and what it says there, row by row.

    In pixels from its top left corner. Nothing where the description has no readings.
    """
    return _lay_out(chart, size).placed_points


@lru_cache(maxsize=64)  # page, file and points share their places
def _lay_out(chart: Chart, size: Size) -> Picture:
    match chart:
        case LineChart():
            return lay_out_line(chart, size)
        case BarChart():
            return lay_out_bars(chart, size)
        case DivergingBars():
            return lay_out_diverging(chart, size)
        case HeatMap():
            return lay_out_heat_map(chart, size)
        case DotChart():
            return lay_out_dots(chart, size)
        case RecoveryChart():
            return lay_out_recovery(chart, size)
        case _:
            message = f"no layout for {type(chart).__name__}"
            raise TypeError(message)
