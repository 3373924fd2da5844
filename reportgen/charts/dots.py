"""Lays out a dot for each row on one scale, with the reference across all rows."""

from collections.abc import Sequence
from typing import NamedTuple

from reportgen.charts.descriptions import DotChart, DotRow
from reportgen.charts.marks import (
    Layer,
    Lettering,
    Margins,
    Picture,
    Plane,
    Point,
    Span,
    Spot,
    dots,
    point_row,
    rules,
    texts,
)
from reportgen.charts.theme import NORMAL, STRONG, Size, Weight, colours, round_ticks, text_width, wrap

SHRINK = 0.9
"""Labels are a little smaller than elsewhere: there are forty of them, and some are long."""
INSET = 8
"""Before the plane on a phone, so that a dot at its edge is whole, in pixels."""
TICKS_STACKED = 3


class Place(NamedTuple):
    """Where a row stands, in pixels from the top of the plane."""

    lines: list[str]
    label_middle: float
    middle: float
    top: float
    bottom: float


def lay_out_dots(chart: DotChart, size: Size) -> Picture:
    """Lay out a dot chart; sections are set apart by space, and the figures stand in a column of their own."""
    font = size.text * (1 if size.stacked else SHRINK)
    right = max((text_width(row.text, font, STRONG) for row in chart.rows), default=0) + 14
    widest = max((text_width(row.label, font, _weight(row)) for row in chart.rows), default=0)
    left = INSET if size.stacked else widest + 14
    places, bottom = _places(chart.rows, size, font)
    plane = Plane(width=size.width - left - right, height=bottom, x=chart.domain, y=(0, bottom))
    margins = Margins(left=left, right=right, top=size.small * 3.2, bottom=size.small * 2)
    return Picture(
        plane=plane,
        margins=margins,
        layers=(
            *_frame(chart, places, plane, size),
            *_labels(chart.rows, places, plane, font, margins),
            *_dots(chart, places),
        ),
        point_rows=tuple(
            point_row(
                place.top,
                place.bottom,
                [Point(plane.x_pixels(row.value or chart.domain[0]), place.middle, row.reading)],
            )
            for place, row in zip(places, chart.rows, strict=True)
        ),
    )


def _weight(row: DotRow) -> Weight:
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
            height = step * len(lines) + font * 1.6
            middle = y + step * len(lines) + font * 0.6
            places.append(Place(lines, y + step / 2, middle, y, y + height))
        else:
            height = font * 1.36
            places.append(Place([row.label], y + height / 2, y + height / 2, y, y + height))
        y += height
    return places, y


def _frame(chart: DotChart, places: Sequence[Place], plane: Plane, size: Size) -> list[Layer]:
    """Draw the guides of the rows, the ticks above and below, and the reference line with its label."""
    tones = colours()
    low, high = chart.domain
    guides = [
        Span(low, place.middle, high, place.middle)
        for place, row in zip(places, chart.rows, strict=True)
        if row.value is not None
    ]
    reference = plane.x_pixels(chart.reference)
    half = text_width(chart.reference_text, size.small, STRONG) / 2
    label = plane.spot(min(max(reference, half), plane.width - half), -size.small * 2.5, chart.reference_text)
    reach = size.text * 0.6
    across = [  # on a phone beside the dots only, so that the line does not cross the labels
        plane.span(reference, place.middle - reach, reference, place.middle + reach)
        for place, row in zip(places, chart.rows, strict=True)
        if row.value is not None
    ]
    if not size.stacked:
        across = [plane.span(reference, -size.small * 1.85, reference, plane.height)]
    soft = Lettering(size=size.small, colour=tones["ink-soft"], side="center")
    strong = Lettering(size=size.small, colour=tones["ink"], weight=STRONG, side="center")
    return [
        rules("guides", guides, colour=tones["rule"]),
        texts("ticks", _ticks(chart, plane, size), soft),
        rules("reference", across, colour=tones["ink-soft"], width=1.25),
        texts("reference-text", [label], strong),
    ]


def _ticks(chart: DotChart, plane: Plane, size: Size) -> list[Spot]:
    """Return the ticks below and above the rows; above, the reference line goes before the tick that it would cross."""
    reference = plane.x_pixels(chart.reference)
    spots = []
    for tick in round_ticks(*chart.domain, TICKS_STACKED if size.stacked else size.ticks):
        text = chart.notation.write(tick)
        half = text_width(text, size.small) / 2
        x = max(plane.x_pixels(tick), half - INSET)
        spots.append(plane.spot(x, plane.height + size.small * 0.9, text))
        if abs(x - reference) > half + 3:
            spots.append(plane.spot(x, -size.small * 0.9, text))
    return spots


def _labels(
    rows: Sequence[DotRow], places: Sequence[Place], plane: Plane, font: float, margins: Margins
) -> list[Layer]:
    """Write labels from the left edge and figures up to the right edge."""
    labels: dict[Weight, list[Spot]] = {NORMAL: [], STRONG: []}
    figures: dict[Weight, list[Spot]] = {NORMAL: [], STRONG: []}
    for row, place in zip(rows, places, strict=True):
        labels[_weight(row)] += [
            plane.spot(-margins.left, place.label_middle + font * 1.2 * index, text)
            for index, text in enumerate(place.lines)
        ]
        figures[_weight(row)].append(plane.spot(plane.width + margins.right, place.middle, row.text))
    ink = colours()["ink"]
    return [
        layer
        for weight in (NORMAL, STRONG)
        for layer in (
            texts("labels", labels[weight], Lettering(size=font, colour=ink, weight=weight)),
            texts("figures", figures[weight], Lettering(size=font, colour=ink, weight=weight, side="right")),
        )
    ]


def _dots(chart: DotChart, places: Sequence[Place]) -> list[Layer]:
    """Draw the distance from the reference as a line and the value as a dot, a group's larger than its members'."""
    tones = colours()
    distances: list[Span] = []
    spots: dict[str, list[Spot]] = {"group": [], "member": []}
    for row, place in zip(chart.rows, places, strict=True):
        if row.value is not None:
            distances.append(Span(row.value, place.middle, chart.reference, place.middle))
            spots[row.level].append(Spot(row.value, place.middle))
    return [
        rules("distances", distances, colour=tones["context"], width=1.5),
        dots("dots", spots["member"], colour=tones["women"], diameter=8, ring=tones["paper"]),
        dots("group-dots", spots["group"], colour=tones["women"], diameter=11, ring=tones["paper"]),
    ]
