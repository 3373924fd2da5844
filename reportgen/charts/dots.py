"""Lays out a dot for each row on one scale, with the reference across all rows."""

from collections.abc import Sequence
from typing import NamedTuple

import altair as alt

from reportgen.charts.descriptions import DotChart, DotRow
from reportgen.charts.marks import Margins, Picture, Plane, Row, dots, rules, texts
from reportgen.charts.theme import NORMAL, STRONG, Size, colours, round_ticks, text_width, wrap

SHRINK = 0.9
"""Labels are a little smaller than elsewhere: there are forty of them, and some are long."""


class Place(NamedTuple):
    """Where a row stands, in pixels from the top of the plane."""

    lines: list[str]
    label_middle: float
    middle: float


def lay_out_dots(chart: DotChart, size: Size) -> Picture:
    """Lay out a dot chart; sections are set apart by space, and the figures stand in a column of their own."""
    font = size.text * (1 if size.stacked else SHRINK)
    figures = max((text_width(row.text, font, STRONG) for row in chart.rows), default=0) + 12
    left = 0.0 if size.stacked else max((text_width(row.label, font, _weight(row)) for row in chart.rows), default=0) + 14
    places, bottom = _places(chart.rows, size, font)
    plane = Plane(
        width=size.width - left - figures - (8 if size.stacked else 0), height=bottom, x=chart.domain, y=(0, bottom)
    )
    margins = Margins(
        left=left + (8 if size.stacked else 0), right=figures, top=size.text * 3.0, bottom=size.small * 2
    )
    return Picture(
        plane=plane,
        margins=margins,
        layers=(
            *_frame(chart, places, plane, size),
            *_labels(chart.rows, places, plane, font, margins),
            *_dots(chart, places, plane),
        ),
    )


def _weight(row: DotRow) -> int:
    return STRONG if row.level == "group" else NORMAL


def _places(rows: Sequence[DotRow], size: Size, font: float) -> tuple[list[Place], float]:
    """Return each row's place, and where the last one ends."""
    step = font * 1.2
    y = 0.0
    places = []
    for index, row in enumerate(rows):
        if row.level == "group" and index:
            y += font * (1.1 if size.stacked else 0.55)
        if size.stacked:
            lines = wrap(row.label, size.width, font, _weight(row))
            height = step * len(lines) + font * 1.45
            places.append(Place(lines, y + step / 2, y + step * len(lines) + font * 0.55))
        else:
            height = font * 1.36
            places.append(Place([row.label], y + height / 2, y + height / 2))
        y += height
    return places, y


def _frame(chart: DotChart, places: Sequence[Place], plane: Plane, size: Size) -> list[alt.Chart]:
    """Draw the guides of the rows, the ticks above and below, and the reference line with its label."""
    tones = colours()
    low, high = chart.domain
    ticks = round_ticks(low, high, size.ticks if not size.stacked else 3)
    guides = [
        {"x": low, "x2": high, "y": place.middle, "y2": place.middle}
        for place, row in zip(places, chart.rows, strict=True)
        if row.value is not None
    ]
    tick_rows = [
        {"x": tick, "y": y, "text": chart.notation.write(tick)}
        for tick in ticks
        for y in (-size.small * 0.9, plane.height + size.small * 0.9)
    ]
    across = {"x": chart.reference, "x2": chart.reference, "y": -size.small * 1.9, "y2": plane.height}
    half = text_width(chart.reference_text, size.small, STRONG) / 2
    centre = min(max(plane.x_pixels(chart.reference), half), plane.width - half)
    label = {"x": plane.x_at(centre), "y": -size.small * 2.5, "text": chart.reference_text}
    return [
        rules("guides", guides, colour=tones["rule"]),
        texts("ticks", tick_rows, size=size.small, colour=tones["ink-soft"], side="center"),
        rules("reference", [across], colour=tones["ink-soft"], width=1.25),
        texts("reference-text", [label], size=size.small, colour=tones["ink"], weight=STRONG, side="center"),
    ]


def _labels(
    rows: Sequence[DotRow], places: Sequence[Place], plane: Plane, font: float, margins: Margins
) -> list[alt.Chart]:
    """Write labels from the left edge and figures up to the right edge."""
    labels: dict[int, list[Row]] = {NORMAL: [], STRONG: []}
    figures: dict[int, list[Row]] = {NORMAL: [], STRONG: []}
    for row, place in zip(rows, places, strict=True):
        for index, text in enumerate(place.lines):
            y = place.label_middle + font * 1.2 * index
            labels[_weight(row)].append({"x": plane.x_at(-margins.left), "y": y, "text": text})
        if row.text:
            x = plane.x_at(plane.width + margins.right)
            figures[_weight(row)].append({"x": x, "y": place.middle, "text": row.text})
    ink = colours()["ink"]
    return [
        *(texts("labels", group, size=font, colour=ink, weight=weight) for weight, group in labels.items()),
        *(
            texts("figures", group, size=font, colour=ink, weight=weight, side="right")
            for weight, group in figures.items()
        ),
    ]


def _dots(chart: DotChart, places: Sequence[Place], plane: Plane) -> list[alt.Chart]:
    """Draw the distance from the reference as a line and the value as a dot, a group's larger than its members'."""
    tones = colours()
    known = [
        (row, {"x": row.value, "y": place.middle, "x2": chart.reference, "y2": place.middle})
        for row, place in zip(chart.rows, places, strict=True)
        if row.value is not None
    ]
    groups = [place for row, place in known if row.level == "group"]
    members = [place for row, place in known if row.level == "member"]
    return [
        rules("distances", [place for _, place in known], colour=tones["context"], width=1.5),
        dots("dots", members, colour=tones["women"], diameter=8, ring=tones["paper"]),
        dots("group-dots", groups, colour=tones["women"], diameter=11, ring=tones["paper"]),
    ]
