"""Lays out a heat map: rows by months, seven colours, the figure in each cell, the scale in words."""

from bisect import bisect_right
from collections.abc import Sequence

import altair as alt

from reportgen.charts.descriptions import HeatMap
from reportgen.charts.marks import Margins, Picture, Plane, Row, boxes, texts
from reportgen.charts.theme import NORMAL, STRONG, Size, colours, keep_apart, text_width, wrap

STEPS = ("heat-low-3", "heat-low-2", "heat-low-1", "heat-mid", "heat-high-1", "heat-high-2", "heat-high-3")
NOTHING = "heat-none"
LIGHT_TEXT = {"heat-low-3", "heat-high-3"}
"""The colours that are too strong for dark text."""
SWATCH = 14


def lay_out_heat_map(chart: HeatMap, size: Size) -> Picture:
    """Lay out a heat map; on a phone each row's label stands above its cells."""
    step = size.text * 1.2
    limit = size.width if size.stacked else size.width * 0.27
    lines = [wrap(row.label, limit, size.text) for row in chart.rows]
    widest = max((text_width(line, size.text) for label in lines for line in label), default=0)
    left = 0.0 if size.stacked else widest + 12
    tops, bottom = _row_tops(lines, size)
    cell = 27.0 if size.stacked else 28.0
    plane = Plane(width=size.width - left, height=bottom, x=(0, len(chart.months)), y=(0, bottom))
    labels = [
        {
            "x": plane.x_at(-left),
            "y": (top - step * (len(label) - index - 0.4) if size.stacked
                  else top + cell / 2 + step * (index - (len(label) - 1) / 2)),
            "text": line,
        }
        for top, label in zip(tops, lines, strict=True)
        for index, line in enumerate(label)
    ]
    key, key_height = _key(chart, plane, size, left)
    header = size.small * (1.9 if chart.mark is None else 3.2)
    return Picture(
        plane=plane,
        margins=Margins(left=left, top=header, bottom=key_height),
        layers=(
            texts("labels", labels, size=size.text, colour=colours()["ink"]),
            *_header(chart, plane, size),
            *_cells(chart, tops, cell, plane, size),
            *key,
        ),
    )


def _row_tops(lines: Sequence[Sequence[str]], size: Size) -> tuple[list[float], float]:
    """Return where each row's cells begin, and where the last row's end."""
    tops = []
    y = 0.0
    for label in lines:
        if size.stacked:
            y += size.text * 1.2 * len(label) + 5
        tops.append(y)
        y += 27 + 7 if size.stacked else 28 + 2
    return tops, y


def _header(chart: HeatMap, plane: Plane, size: Size) -> list[alt.Chart]:
    """Write the months above their columns, and the marked month's word above it."""
    tones = colours()
    count = len(chart.months)
    widths = [text_width(month, size.small, STRONG) for month in chart.months]
    centres = [plane.x_pixels(month + 0.5) for month in range(count)]
    anchor = chart.highlight if chart.highlight is not None else count - 1
    rows: dict[bool, list[Row]] = {False: [], True: []}
    for month in keep_apart(centres, widths, anchor, gap=3):
        place: Row = {"x": month + 0.5, "y": -size.small * 0.85, "text": chart.months[month]}
        rows[month == chart.highlight].append(place)
    layers = [
        texts("months", rows[False], size=size.small, colour=tones["ink-soft"], side="center"),
        texts("month-in-question", rows[True], size=size.small, colour=tones["ink"], weight=STRONG, side="center"),
    ]
    if chart.mark is not None:
        half = text_width(chart.mark.word, size.small) / 2
        centre = min(max(centres[chart.mark.month], half), plane.width - half)
        word = {"x": plane.x_at(centre), "y": -size.small * 2.2, "text": chart.mark.word}
        layers.append(texts("word", [word], size=size.small, colour=tones["ink-soft"], side="center"))
    return layers


def _cells(chart: HeatMap, tops: Sequence[float], cell: float, plane: Plane, size: Size) -> list[alt.Chart]:
    """Draw the cells, one layer for each colour, and write their texts."""
    grounds: dict[str, list[Row]] = {tone: [] for tone in (NOTHING, *STEPS)}
    words: dict[tuple[bool, bool], list[Row]] = {}
    gap = 1.0 / plane.width * len(chart.months)
    for top, row in zip(tops, chart.rows, strict=True):
        for month, content in enumerate(row.cells):
            tone = NOTHING if content.value is None else STEPS[bisect_right(chart.breaks, content.value)]
            grounds[tone].append({"x": month + gap, "x2": month + 1 - gap, "y": top, "y2": top + cell})
            place: Row = {"x": month + 0.5, "y": top + cell / 2 + 0.5, "text": content.text}
            words.setdefault((tone in LIGHT_TEXT, month == chart.highlight), []).append(place)
    tones = colours()
    font = size.small if not size.stacked else size.small * 0.93
    return [
        *(boxes(tone, group, colour=tones[tone]) for tone, group in grounds.items() if group),
        *(
            texts(
                "cells",
                group,
                size=font,
                colour=tones["heat-ink-light" if light else "heat-ink-dark"],
                weight=STRONG if strong else NORMAL,
                side="center",
            )
            for (light, strong), group in sorted(words.items())
        ),
    ]


def _key(chart: HeatMap, plane: Plane, size: Size, left: float) -> tuple[list[alt.Chart], float]:
    """Explain the colours: a strip with the numbers at which they change, and words below its ends and middle."""
    tones = colours()
    width = min(size.width, 460.0)
    each = width / len(STEPS)
    start = -left if size.stacked else 0.0
    if not size.stacked and plane.width < width:
        start = plane.width - width
    top = plane.height + size.text * 1.6
    layers = [
        boxes(
            f"key-{tone}",
            [{"x": plane.x_at(start + each * index), "x2": plane.x_at(start + each * (index + 1)),
              "y": top, "y2": top + SWATCH}],
            colour=tones[tone],
        )
        for index, tone in enumerate(STEPS)
    ]
    numbers = [
        {"x": plane.x_at(start + each * index), "y": top - size.small * 0.75, "text": chart.notation.write(number)}
        for index, number in enumerate(chart.breaks, 1)
    ]
    layers.append(texts("key-numbers", numbers, size=size.small, colour=tones["ink-soft"], side="center"))
    y = top + SWATCH + size.small * 0.95
    deepest = 1
    for side, x, word in (
        ("left", start, chart.low_word),
        ("center", start + width / 2, chart.middle_word),
        ("right", start + width, chart.high_word),
    ):
        broken = wrap(word, width / 3 - 8, size.small)
        deepest = max(deepest, len(broken))
        rows = [
            {"x": plane.x_at(x), "y": y + size.small * 1.2 * index, "text": line} for index, line in enumerate(broken)
        ]
        layers.append(texts(f"key-{side}", rows, size=size.small, colour=tones["ink-soft"], side=side))
    return layers, y - plane.height + size.small * 1.2 * (deepest - 0.4)
