"""Lays out a heat map: rows by months, seven colours, the figure in each cell, the scale in words."""

from bisect import bisect_right
from collections.abc import Sequence

from reportgen.charts.descriptions import HeatMap
from reportgen.charts.marks import (
    Layer,
    Lettering,
    Margins,
    Picture,
    Plane,
    Point,
    PointRow,
    Side,
    Span,
    Spot,
    boxes,
    point_row,
    texts,
)
from reportgen.charts.months import month_names
from reportgen.charts.theme import NORMAL, STRONG, Size, Weight, colours, text_width, wrap

STEPS = ("heat-low-3", "heat-low-2", "heat-low-1", "heat-mid", "heat-high-1", "heat-high-2", "heat-high-3")
NOTHING = "heat-none"
LIGHT_TEXT = {"heat-low-3", "heat-high-3"}
"""The colours that are too strong for dark text."""
CELL, CELL_GAP = 25.5, 2.0
"""Height of a cell and the gap between cells, in pixels."""
WIDEST_CELL = 72.0
WIDEST_LABEL = 0.32
"""Largest part of a wide drawing that labels may take; longer ones break."""
WIDEST_KEY = 460.0
SWATCH = 14.0
"""Height of the key's strip."""


def lay_out_heat_map(chart: HeatMap, size: Size) -> Picture:
    """Lay out a heat map; on a phone each row's label stands above its cells."""
    limit = size.width * (1 if size.stacked else WIDEST_LABEL)
    labels = [wrap(row.label, limit, size.text) for row in chart.rows]
    widest = max((text_width(line, size.text) for label in labels for line in label), default=0)
    left = 0.0 if size.stacked else widest + 12
    room = size.width - left
    tops, bottom = _row_tops(labels, size)
    months = len(chart.months)
    plane = Plane(width=min(room, WIDEST_CELL * months), height=bottom, x=(0, months), y=(0, bottom))
    key, key_height = _key(chart, plane, size, room)
    names = month_names(
        chart.months,
        [plane.x_pixels(month + 0.5) for month in range(months)],
        highlight=chart.highlight,
        size=size,
        place=lambda x, text: plane.spot(x, -size.small * 0.85, text),
    )
    return Picture(
        plane=plane,
        margins=Margins(
            left=left,
            right=room - plane.width,
            top=size.small * (1.9 if chart.mark is None else 3.2),
            bottom=key_height,
        ),
        layers=(
            _labels(labels, tops, plane, size, left),
            *names,
            *_mark(chart, plane, size),
            *_cells(chart, tops, plane, size),
            *key,
        ),
        point_rows=_point_rows(chart, labels, tops, plane, size),
    )


def _point_rows(
    chart: HeatMap, labels: Sequence[Sequence[str]], tops: Sequence[float], plane: Plane, size: Size
) -> tuple[PointRow, ...]:
    """Return a point in the middle of each cell; a label above its cells is part of their strip."""
    rows = []
    for row, label, top in zip(chart.rows, labels, tops, strict=True):
        cells = enumerate(row.cells)
        points = [Point(plane.x_pixels(month + 0.5), top + CELL / 2, cell.reading) for month, cell in cells]
        above = size.text * 1.2 * len(label) if size.stacked else 0
        rows.append(point_row(top - above, top + CELL, points))
    return tuple(rows)


def _row_tops(labels: Sequence[Sequence[str]], size: Size) -> tuple[list[float], float]:
    """Return where each row's cells begin, and where the last row's end."""
    tops = []
    y = 0.0
    for label in labels:
        if size.stacked:
            y += size.text * 1.2 * len(label) + 5
        tops.append(y)
        y += CELL + (7 if size.stacked else CELL_GAP)
    return tops, y


def _labels(labels: Sequence[Sequence[str]], tops: Sequence[float], plane: Plane, size: Size, left: float) -> Layer:
    """Write the rows' labels, in the middle of their cells' height or above them."""
    step = size.text * 1.2
    spots = []
    for label, top in zip(labels, tops, strict=True):
        first = top - step * (len(label) - 0.4) if size.stacked else top + CELL / 2 - step * (len(label) - 1) / 2
        spots += [plane.spot(-left, first + step * index, text) for index, text in enumerate(label)]
    return texts("labels", spots, Lettering(size=size.text, colour=colours()["ink"]))


def _mark(chart: HeatMap, plane: Plane, size: Size) -> list[Layer]:
    """Write the marked month's word above its column."""
    if chart.mark is None:
        return []
    half = text_width(chart.mark.word, size.small) / 2
    centre = min(max(plane.x_pixels(chart.mark.month + 0.5), half), max(plane.width - half, half))
    lettering = Lettering(size=size.small, colour=colours()["ink-soft"], side="center")
    return [texts("word", [plane.spot(centre, -size.small * 2.2, chart.mark.word)], lettering)]


def _cells(chart: HeatMap, tops: Sequence[float], plane: Plane, size: Size) -> list[Layer]:
    """Draw the cells, one layer for each colour, and write their texts."""
    grounds: dict[str, list[Span]] = {tone: [] for tone in (NOTHING, *STEPS)}
    words: dict[tuple[str, Weight], list[Spot]] = {}
    for top, row in zip(tops, chart.rows, strict=True):
        for month, cell in enumerate(row.cells):
            tone = NOTHING if cell.value is None else STEPS[bisect_right(chart.breaks, cell.value)]
            left, right = plane.x_pixels(month), plane.x_pixels(month + 1)
            grounds[tone].append(plane.span(left + CELL_GAP / 2, top, right - CELL_GAP / 2, top + CELL))
            ink = "heat-ink-light" if tone in LIGHT_TEXT else "heat-ink-dark"
            weight: Weight = STRONG if month == chart.highlight else NORMAL
            words.setdefault((ink, weight), []).append(plane.spot((left + right) / 2, top + CELL / 2 + 0.5, cell.text))
    tones = colours()
    font = size.small * (0.93 if size.stacked else 1)
    return [
        *(boxes(tone, spans, colour=tones[tone]) for tone, spans in grounds.items()),
        *(
            texts("cells", spots, Lettering(size=font, colour=tones[ink], weight=weight, side="center"))
            for (ink, weight), spots in sorted(words.items())
        ),
    ]


def _key(chart: HeatMap, plane: Plane, size: Size, room: float) -> tuple[list[Layer], float]:
    """Explain the colours: a strip with the numbers at which they change, and words below its ends and middle.

    Returns the layers, and the room that they take below the plane.
    """
    tones = colours()
    width = min(size.width, WIDEST_KEY)
    start = min(0.0, room - width)
    each = width / len(STEPS)
    top = plane.height + size.text * 1.7
    layers = [
        boxes(
            "key", [plane.span(start + each * index, top, start + each * (index + 1), top + SWATCH)], colour=tones[tone]
        )
        for index, tone in enumerate(STEPS)
    ]
    numbers = [
        plane.spot(start + each * index, top - size.small * 0.75, chart.notation.write(number))
        for index, number in enumerate(chart.breaks, 1)
    ]
    layers.append(texts("key-numbers", numbers, Lettering(size=size.small, colour=tones["ink-soft"], side="center")))
    y = top + SWATCH + size.small * 0.95
    words: tuple[tuple[Side, float, str], ...] = (
        ("left", start, chart.low_word),
        ("center", start + width / 2, chart.middle_word),
        ("right", start + width, chart.high_word),
    )
    deepest = 1
    for side, x, word in words:
        lines = wrap(word, width / 3 - 8, size.small)
        deepest = max(deepest, len(lines))
        spots = [plane.spot(x, y + size.small * 1.2 * index, text) for index, text in enumerate(lines)]
        layers.append(texts("key-words", spots, Lettering(size=size.small, colour=tones["ink-soft"], side=side)))
    return layers, y - plane.height + size.small * 1.2 * (deepest - 0.4)
