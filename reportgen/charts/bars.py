"""Lays out bars: from 0, to both sides of 0, and the months of a fall and its recovery."""

from collections.abc import Sequence

import altair as alt

from reportgen.charts.descriptions import BarChart, BarRow, DivergingBars, DivergingRow, RecoveryChart
from reportgen.charts.marks import Margins, Picture, Plane, Row, boxes, rules, texts
from reportgen.charts.theme import NORMAL, STRONG, Size, colours, text_width, wrap
from reportgen.charts.rows import Band, label_layers, stack_rows

GAP = 7
"""Between a bar's end and its value, in pixels."""


def lay_out_bars(chart: BarChart, size: Size) -> Picture:
    """Lay out bars from 0, each with the mark of its previous level."""
    bands, left = stack_rows([row.label for row in chart.rows], size)
    with_previous = any(row.previous is not None for row in chart.rows)
    top = size.text * 2.2 if with_previous and chart.previous_word else 2
    longest = max([*(max(row.value, row.previous or 0) for row in chart.rows), 0]) or 1
    room = size.width - left
    width = min(
        [
            room - 4,
            *(
                (room - GAP - text_width(row.value_text, size.text, STRONG) - 1)
                / max(max(row.value, row.previous or 0) / longest, 0.01)
                for row in chart.rows
            ),
        ]
    )
    plane = Plane(width=width, height=bands[-1].bottom, x=(0, longest), y=(0, bands[-1].bottom))
    layers = [
        *label_layers(bands, plane, size, left, [row.highlight for row in chart.rows]),
        *_coloured_bars(
            [(row.highlight, 0, row.value, band) for row, band in zip(chart.rows, bands, strict=True)],
        ),
        rules("zero", [{"x": 0, "x2": 0, "y": 0, "y2": plane.height}], colour=colours()["rule-strong"]),
        *_previous_levels(chart.rows, bands, plane),
        _bar_values(chart.rows, bands, plane, size),
    ]
    if top > size.text:
        layers += _key(chart, plane, size)
    return Picture(plane=plane, margins=Margins(left=left, right=room - width, top=top, bottom=4), layers=tuple(layers))


def _coloured_bars(rows: Sequence[tuple[bool, float, float, Band]]) -> list[alt.Chart]:
    """Draw bars from one value to another; where some are highlighted the others step back."""
    tones = colours()
    some = any(highlight for highlight, *_ in rows)
    groups: dict[str, list[Row]] = {"blue": [], "context": []}
    for highlight, start, end, band in rows:
        tone = "blue" if highlight or not some else "context"
        groups[tone].append({"x": start, "x2": end, "y": band.bar_top, "y2": band.bar_bottom})
    return [boxes(f"bars-{tone}", group, colour=tones[tone]) for tone, group in groups.items() if group]


def _previous_levels(rows: Sequence[BarRow], bands: Sequence[Band], plane: Plane) -> list[alt.Chart]:
    """Draw the previous month's level as an upright stroke that is seen on the bar and beside it."""
    marks = [
        (row.previous, band.bar_top - 4, band.bar_bottom + 4)
        for row, band in zip(rows, bands, strict=True)
        if row.previous is not None
    ]
    return _strokes("previous", [(plane.x_pixels(level), top, bottom) for level, top, bottom in marks], plane)


def _strokes(name: str, places: Sequence[tuple[float, float, float]], plane: Plane) -> list[alt.Chart]:
    """Draw upright strokes, (x, top, bottom) in pixels, in ink with paper on both sides."""
    tones = colours()

    def box(x: float, top: float, bottom: float, half: float) -> Row:
        return {"x": plane.x_at(x - half), "x2": plane.x_at(x + half), "y": top, "y2": bottom}

    return [
        boxes(f"{name}-ground", [box(*place, 2.75) for place in places], colour=tones["paper"]),
        boxes(name, [box(*place, 1.25) for place in places], colour=tones["ink"]),
    ]


def _bar_values(rows: Sequence[BarRow], bands: Sequence[Band], plane: Plane, size: Size) -> alt.Chart:
    """Write each value right of its bar and of the mark on it."""
    places = []
    for row, band in zip(rows, bands, strict=True):
        end = plane.x_pixels(max(row.value, row.previous or 0))
        places.append({"x": plane.x_at(end + GAP), "y": band.bar_middle, "text": row.value_text})
    return texts("values", places, size=size.text, colour=colours()["ink"], weight=STRONG)


def _key(chart: BarChart, plane: Plane, size: Size) -> list[alt.Chart]:
    """Say above the first bar what bars and marks are."""
    tones = colours()
    y = -size.text * 1.25
    start = 0.0 if not size.stacked else 1.5
    layers: list[alt.Chart] = []
    if chart.value_word:
        sample = {"x": plane.x_at(start), "x2": plane.x_at(start + 16), "y": y - 6, "y2": y + 6}
        word = {"x": plane.x_at(start + 22), "y": y, "text": chart.value_word}
        layers += [
            boxes("key-bar", [sample], colour=tones["blue"]),
            texts("key-bar-word", [word], size=size.small, colour=tones["ink-soft"]),
        ]
        start += 22 + text_width(chart.value_word, size.small) + 22
    word = {"x": plane.x_at(start + 8), "y": y, "text": chart.previous_word}
    return [
        *layers,
        *_strokes("key-previous", [(start + 1, y - 9, y + 9)], plane),
        texts("key-previous-word", [word], size=size.small, colour=tones["ink-soft"]),
    ]


def lay_out_diverging(chart: DivergingBars, size: Size) -> Picture:
    """Lay out bars to both sides of 0; room for the values is set aside outside the longest ones."""
    bands, left = stack_rows([row.label for row in chart.rows], size)
    known = [(row, row.value) for row in chart.rows if row.value is not None]
    lowest, highest = min([0, *(value for _, value in known)]), max([0, *(value for _, value in known)])
    if lowest == highest:
        highest = 1
    room = size.width - left
    before, width = _fit(known, room, highest - lowest, size, lowest)
    plane = Plane(width=width, height=bands[-1].bottom, x=(lowest, highest), y=(0, bands[-1].bottom))
    margins = Margins(left=left + before, right=room - before - width, top=2, bottom=4)
    bars = [
        (row.highlight, 0.0, row.value, band)
        for row, band in zip(chart.rows, bands, strict=True)
        if row.value is not None
    ]
    return Picture(
        plane=plane,
        margins=margins,
        layers=(
            *label_layers(bands, plane, size, left + before, [row.highlight for row in chart.rows]),
            *_coloured_bars(bars),
            rules("zero", [{"x": 0, "x2": 0, "y": 0, "y2": plane.height}], colour=colours()["ink-soft"]),
            *_outer_values(chart.rows, bands, plane, size),
        ),
    )


def _fit(
    known: Sequence[tuple[DivergingRow, float]], room: float, span: float, size: Size, lowest: float
) -> tuple[float, float]:
    """Return room before the lowest value, and the plane's width, at which every value's text has its place."""
    reach = [(value, GAP + text_width(row.value_text, size.text, STRONG) + 1) for row, value in known]
    width, before = room, 0.0
    for _ in range(60):  # shrinks until everything fits; a step is a pixel or more, so this ends
        scale = width / span
        before = max([0, *(text - (value - lowest) * scale for value, text in reach if value < 0)])
        after = max([2, *(text - (lowest + span - value) * scale for value, text in reach if value >= 0)])
        surplus = before + width + after - room
        if surplus <= 0:
            break
        width -= max(surplus, 1)
    return before, width


def _outer_values(
    rows: Sequence[DivergingRow], bands: Sequence[Band], plane: Plane, size: Size
) -> list[alt.Chart]:
    """Write each value outside its bar: left of one below 0, right of any other."""
    sides: dict[bool, list[Row]] = {True: [], False: []}
    for row, band in zip(rows, bands, strict=True):
        value = row.value or 0
        below = value < 0
        x = plane.x_pixels(value) + (-GAP if below else GAP)
        sides[below].append({"x": plane.x_at(x), "y": band.bar_middle, "text": row.value_text})
    ink = colours()["ink"]
    return [
        texts("values-below", sides[True], size=size.text, colour=ink, weight=STRONG, side="right"),
        texts("values-above", sides[False], size=size.text, colour=ink, weight=STRONG),
    ]


def lay_out_recovery(chart: RecoveryChart, size: Size) -> Picture:
    """Lay out the months as columns from 0, with the level of the first one across."""
    tones = colours()
    count = len(chart.columns)
    slot = min(118.0, size.width / max(count + (1 if chart.note else 0), 3))
    highest = max(column.value for column in chart.columns) or 1
    plane = Plane(width=size.width, height=230, x=(0, size.width), y=(highest * 1.02, 0))
    reference = chart.columns[0].value
    boxes_by_tone: dict[str, list[Row]] = {"context": [], "blue": []}
    for index, column in enumerate(chart.columns):
        tone = "blue" if index == chart.recovered else "context"
        boxes_by_tone[tone].append(
            {"x": slot * (index + 0.14), "x2": slot * (index + 0.86), "y": 0, "y2": column.value}
        )
    end = slot * count if not chart.note else slot * (count + 1)
    across = {"x": 0, "x2": end, "y": reference, "y2": reference}
    level = {"x": 0, "y": plane.y_at(plane.y_pixels(reference) - size.text * 0.85), "text": chart.reference_text}
    return Picture(
        plane=plane,
        margins=Margins(top=size.text * 1.9, bottom=size.text * 4),
        layers=(
            *(boxes(f"columns-{tone}", rows, colour=tones[tone]) for tone, rows in boxes_by_tone.items() if rows),
            rules("zero", [{"x": 0, "x2": end, "y": 0, "y2": 0}], colour=tones["rule-strong"]),
            rules("reference", [across], colour=tones["ink"], width=1.5, dash=(5, 3)),
            texts("reference-text", [level], size=size.text, colour=tones["ink"], weight=STRONG),
            *_below_columns(chart, plane, slot, size),
            *_still_to_come(chart, plane, slot, size),
        ),
    )


def _below_columns(chart: RecoveryChart, plane: Plane, slot: float, size: Size) -> list[alt.Chart]:
    """Write month, value and distance below each column, where no line can cross them."""
    tones = colours()
    lines: dict[tuple[str, int, str], list[Row]] = {}
    for index, column in enumerate(chart.columns):
        point = index == chart.recovered
        for offset, text, weight, tone in (
            (1.0, column.month, STRONG if point else NORMAL, "ink" if point else "ink-soft"),
            (2.2, column.value_text, STRONG, "ink"),
            (3.4, column.gap_text, NORMAL, "ink-soft"),
        ):
            place = {"x": slot * (index + 0.5), "y": plane.y_at(plane.height + size.text * offset), "text": text}
            lines.setdefault((tone, weight, f"below-{offset:g}"), []).append(place)
    return [
        texts("below", rows, size=size.text if name == "below-2.2" else size.small, colour=tones[tone], weight=weight,
              side="center")
        for (tone, weight, name), rows in lines.items()
    ]


def _still_to_come(chart: RecoveryChart, plane: Plane, slot: float, size: Size) -> list[alt.Chart]:
    """Say right of the last column what is still to come."""
    if not chart.note:
        return []
    x = slot * (len(chart.columns) + 0.14)
    rows = wrap(chart.note, size.width - x, size.text)
    places = [
        {"x": x, "y": plane.y_at(plane.height * 0.5 + size.text * 1.25 * index), "text": row}
        for index, row in enumerate(rows)
    ]
    return [texts("note", places, size=size.text, colour=colours()["ink-soft"])]
