"""Lays out lines over the months, labelled at their ends."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reportgen.charts.descriptions import LineChart, Series
from reportgen.charts.marks import (
    Layer,
    Lettering,
    Margins,
    Picture,
    Plane,
    Point,
    PointRow,
    Span,
    Spot,
    boxes,
    dots,
    line,
    point_row,
    rules,
    texts,
)
from reportgen.charts.months import month_names
from reportgen.charts.theme import HEAVY, STRONG, Size, colours, round_ticks, spread, text_width, wrap

HALF = 0.5
"""Half a month, on the axis of months."""
EDGE = 0.2
"""Room after the last month, in months."""
LABEL_GAP = 12
"""Between a line's last point and its label, in pixels."""
LABEL_WIDTH, LABEL_WIDTH_STACKED = 176, 92
"""Widest line of an end label, in pixels, unless a word is wider."""
AXIS_GAP = 9
"""Between the numbers of the axis and the plane, in pixels."""
AIR = 1.05
"""How far the axis reaches above the highest value."""
ROLES = {
    "main": "blue",
    "second": "series-2",
    "third": "series-3",
    "women": "women",
    "men": "men",
    "context": "context",
}
LABEL_ROLES = {**ROLES, "context": "ink-soft"}
"""A text needs more contrast than a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndLabel:
    """What stands right of a line's last point."""

    names: tuple[str, ...]
    """The series' name, one entry for each line."""
    value: str
    end: Spot
    """The last point: month and value."""
    tone: str
    size: Size
    series: int
    """The series' position."""

    @property
    def step(self) -> float:
        """Height of one line in pixels."""
        return self.size.text * 1.2

    @property
    def height(self) -> float:
        """Height of the whole in pixels, with a little air to the next one."""
        return (len(self.names) + 1) * self.step + 3

    @property
    def width(self) -> float:
        """Width of the widest line in pixels."""
        names = [text_width(name, self.size.text, STRONG) for name in self.names]
        return max([*names, text_width(self.value, self.size.text * 1.1, HEAVY)])


def lay_out_line(chart: LineChart, size: Size) -> Picture:
    """Lay out a line chart; its height follows from its size, not from its data."""
    labels = _end_labels(chart, size)
    high, low, ticks = _scale(chart, size)
    tick_texts = [chart.notation.write(tick) for tick in ticks]
    left = max(text_width(text, size.small) for text in tick_texts) + AXIS_GAP
    last = len(chart.months) - 1
    right_edge = last + (HALF if chart.mark and chart.mark.month == last else EDGE)
    plane = Plane(
        width=_plot_width(chart, labels, right_edge, size.width - left, size),
        height=255 if size.stacked else 236,
        x=(-HALF, right_edge),
        y=(high, low),
    )
    margins = Margins(left=left, right=size.width - left - plane.width, top=size.text * 1.9, bottom=size.small * 2.1)
    tones = colours()
    numbers = [plane.spot(-AXIS_GAP, plane.y_pixels(tick), text) for tick, text in zip(ticks, tick_texts, strict=True)]
    names = month_names(
        chart.months,
        [plane.x_pixels(month) for month in range(last + 1)],
        highlight=chart.highlight,
        size=size,
        place=lambda x, text: plane.spot(x, plane.height + size.small * 1.15, text),
    )
    return Picture(
        plane=plane,
        margins=margins,
        layers=(
            *_mark(chart, plane, size),
            rules("grid", [_across(plane, tick) for tick in ticks if tick != 0], colour=tones["rule"]),
            rules("zero", [_across(plane, tick) for tick in ticks if tick == 0], colour=tones["rule-strong"]),
            texts("ticks", numbers, Lettering(size=size.small, colour=tones["ink-soft"], side="right")),
            *names,
            *_end_label_layers(chart, labels, plane),
            *_lines(chart),
            *_low_point(chart, plane, size),
        ),
        point_rows=tuple(_point_row(series, plane) for series in chart.series),
    )


def _point_row(series: Series, plane: Plane) -> PointRow:
    """Return the line's points; lines share the whole height."""
    points = [
        Point(plane.x_pixels(month), plane.y_pixels(value), reading)
        for month, (value, reading) in enumerate(zip(series.values, series.readings, strict=bool(series.readings)))
        if value is not None
    ]
    return point_row(0, plane.height, points)


def _across(plane: Plane, level: float) -> Span:
    return Span(plane.x[0], level, plane.x[1], level)


def _end_labels(chart: LineChart, size: Size) -> list[EndLabel]:
    """Return the label of each line's last value; a line without any has none."""
    words = [word for series in chart.series for word in series.name.split()]
    limit = max(
        [LABEL_WIDTH_STACKED if size.stacked else LABEL_WIDTH, *(text_width(word, size.text, STRONG) for word in words)]
    )
    labels = []
    for place, series in enumerate(chart.series):
        spots = [spot for run in _runs(series) for spot in run]
        if spots:
            names = tuple(wrap(series.name, limit, size.text, STRONG)) if series.name else ()
            labels.append(
                EndLabel(
                    names=names,
                    value=spots[-1].text,
                    end=spots[-1],
                    tone=colours()[LABEL_ROLES[series.role]],
                    size=size,
                    series=place,
                )
            )
    return labels


def _runs(series: Series) -> list[list[Spot]]:
    """Split a series at its gaps into runs of spots, each with its value's text."""
    runs: list[list[Spot]] = [[]]
    for month, (value, text) in enumerate(zip(series.values, series.value_texts, strict=True)):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(Spot(month, value, text))
    return [run for run in runs if run]


def _scale(chart: LineChart, size: Size) -> tuple[float, float, list[float]]:
    """Return what stands at the top and at the bottom, and the ticks: one above the highest value if it is near."""
    values = [value for series in chart.series for value in series.values if value is not None] or [1]
    highest, lowest = max(values), min(values)
    if chart.from_zero:
        ticks = round_ticks(0, (highest or 1) * 1.15, size.ticks)
        return max((highest or 1) * AIR, ticks[-1]), 0, ticks
    air = (highest - lowest or abs(highest) or 1) * 0.2
    ticks = round_ticks(lowest - air, highest + air, size.ticks)
    return highest + air, lowest - air, ticks


def _is_marked(chart: LineChart, month: float) -> bool:
    return chart.mark is not None and chart.mark.month == month


def _plot_width(chart: LineChart, labels: Sequence[EndLabel], right_edge: float, room: float, size: Size) -> float:
    """Return the widest plane at which each end label, and the last month's name, has room before the drawing's edge.

    Half of the name is right of the month's place; both count from the plane's left edge.
    """
    span = right_edge + HALF
    half_name = text_width(chart.months[-1], size.small, STRONG) / 2
    fits = [(room - half_name - 1) * span / (len(chart.months) - 1 + HALF)]
    for label in labels:
        reach = label.end.x + HALF + (HALF if _is_marked(chart, label.end.x) else 0)
        fits.append((room - label.width - LABEL_GAP - 1) * span / reach)
    return min([room - 2, *fits])


def _mark(chart: LineChart, plane: Plane, size: Size) -> list[Layer]:
    """Draw the band behind the marked month, and its word above."""
    if chart.mark is None:
        return []
    month, word = chart.mark.month, chart.mark.word
    half = text_width(word, size.small) / 2
    centre = min(max(plane.x_pixels(month), half), max(plane.width - half, half))
    band = Span(month - HALF, plane.y[0], month + HALF, plane.y[1])
    lettering = Lettering(size=size.small, colour=colours()["ink-soft"], side="center")
    return [
        boxes("band", [band], colour=colours()["ground"]),
        texts("word", [plane.spot(centre, -size.small * 0.8, word)], lettering),
    ]


def _lines(chart: LineChart) -> list[Layer]:
    """Draw each line in its colour with a dot at its end; a value between two gaps is a dot of its own."""
    layers = []
    for place, series in enumerate(chart.series):
        tone, ring = colours()[ROLES[series.role]], colours()["paper"]
        runs = _runs(series)
        marks = [
            *(line("line", run, colour=tone, width=2.75) for run in runs if len(run) > 1),
            dots("lone", [run[0] for run in runs[:-1] if len(run) == 1], colour=tone, diameter=6, ring=ring),
            dots("end", [run[-1] for run in runs[-1:]], colour=tone, diameter=9, ring=ring),
        ]
        layers += [replace(mark, series=place) for mark in marks]
    return layers


def _low_point(chart: LineChart, plane: Plane, size: Size) -> list[Layer]:
    """Label the marked month's value where there is one line only: below it, where a trough leaves room."""
    if chart.mark is None or len(chart.series) != 1:
        return []
    tones = colours()
    spots = [spot for run in _runs(chart.series[0]) for spot in run]
    layers = []
    for spot in [spot for spot in spots[:-1] if _is_marked(chart, spot.x)]:
        x, y = plane.x_pixels(spot.x), plane.y_pixels(spot.y) + size.text * 1.3
        half, top, bottom = text_width(spot.text, size.text) / 2 + 3, y - size.text * 0.55, y + size.text * 0.55
        left, right = plane.x_pixels(spot.x - HALF), plane.x_pixels(spot.x + HALF)
        lettering = Lettering(size=size.text, colour=tones["ink"], side="center")
        layers += [  # the ground, and the band on it, keep the grid from crossing the number
            boxes("low-ground", [plane.span(x - half, top, x + half, bottom)], colour=tones["paper"]),
            boxes("low-band", [plane.span(left, top, min(right, plane.width), bottom)], colour=tones["ground"]),
            dots("low", [spot], colour=tones[ROLES[chart.series[0].role]], diameter=7, ring=tones["paper"]),
            texts("low-value", [plane.spot(x, y, spot.text)], lettering),
        ]
    return layers


def _end_label_layers(chart: LineChart, labels: Sequence[EndLabel], plane: Plane) -> list[Layer]:
    """Write the end labels, moved apart where they would overlap; a thin line leads to one that had to move."""
    wishes = [plane.y_pixels(label.end.y) for label in labels]
    centres = spread(wishes, [label.height for label in labels], -20, plane.height)
    tones = colours()
    grounds: list[Span] = []
    leaders: list[Span] = []
    layers: list[Layer] = []
    for label, wish, centre in zip(labels, wishes, centres, strict=True):
        x = plane.x_pixels(label.end.x + (HALF if _is_marked(chart, label.end.x) else 0)) + LABEL_GAP
        first = centre - label.step * len(label.names) / 2
        names = [plane.spot(x, first + label.step * index, name) for index, name in enumerate(label.names)]
        value = plane.spot(x, first + label.step * len(names), label.value)
        if x < plane.width:  # the grid goes on behind the label
            half = label.height / 2
            grounds.append(plane.span(x - 3, centre - half, min(x + label.width + 3, plane.width), centre + half - 2))
        if abs(centre - wish) > label.height / 2:
            leaders.append(plane.span(plane.x_pixels(label.end.x), wish, x - 3, centre))
        strong = Lettering(size=label.size.text, colour=label.tone, weight=STRONG)
        heavy = Lettering(size=label.size.text * 1.1, colour=label.tone, weight=HEAVY)
        words = (texts("name", names, strong), texts("value", [value], heavy))
        layers += [replace(layer, series=label.series) for layer in words]
    return [
        boxes("label-ground", grounds, colour=tones["paper"]),
        rules("leaders", leaders, colour=tones["context"]),
        *layers,
    ]
