"""Lays out lines over the months, labelled at their ends."""

from collections.abc import Sequence
from typing import NamedTuple

import altair as alt

from reportgen.charts.descriptions import LineChart, Series
from reportgen.charts.marks import Margins, Picture, Plane, Row, boxes, dots, line, rules, texts
from reportgen.charts.theme import (
    HEAVY,
    NORMAL,
    STRONG,
    Size,
    colours,
    keep_apart,
    round_ticks,
    spread,
    text_width,
    wrap,
)

EDGE = 0.45
"""Room before the first and after the last month, in months."""
ROLES = {
    "main": "blue",
    "second": "series-2",
    "third": "series-3",
    "women": "women",
    "men": "men",
    "context": "context",
}


class EndLabel(NamedTuple):
    """What stands right of a line's last point."""

    names: list[str]
    value: str
    month: int
    level: float
    colour: str

    def height(self, size: Size) -> float:
        """Return the height of the whole label in pixels."""
        return (len(self.names) + 1) * size.text * 1.2 + 3

    def width(self, size: Size) -> float:
        """Return the width of the widest line in pixels."""
        names = [text_width(name, size.text, STRONG) for name in self.names]
        return max([*names, text_width(self.value, size.text * 1.1, HEAVY)])


def lay_out_line(chart: LineChart, size: Size) -> Picture:
    """Lay out a line chart; its height follows from its size, not from its data."""
    labels = [label for series in chart.series if (label := _end_label(series, size))]
    low, high, ticks = _scale(chart, size)
    tick_texts = [chart.notation.write(tick) for tick in ticks]
    left = max((text_width(text, size.small) for text in tick_texts), default=0) + 9
    plane = Plane(
        width=_plot_width(chart, labels, size, left),
        height=250 if size.stacked else 270,
        x=(-EDGE, len(chart.months) - 1 + EDGE),
        y=(high, low),
    )
    margins = Margins(left=left, right=size.width - left - plane.width, top=size.text * 1.9, bottom=size.small * 2.1)
    tones = colours()
    axis = [
        rules(
            "grid",
            [_across(plane, tick) for tick in ticks if tick != 0],
            colour=tones["rule"],
        ),
        texts(
            "ticks",
            [
                {"x": plane.x_at(-9), "y": tick, "text": text}
                for tick, text in zip(ticks, tick_texts, strict=True)
            ],
            size=size.small,
            colour=tones["ink-soft"],
            side="right",
        ),
    ]
    if 0 in ticks:
        axis.append(rules("zero", [_across(plane, 0)], colour=tones["rule-strong"]))
    return Picture(
        plane=plane,
        margins=margins,
        layers=(
            *_mark(chart, plane, size),
            *axis,
            *_months(chart, plane, size),
            *_leaders_and_labels(labels, plane, size),
            *_lines(chart, plane, size),
        ),
    )


def _across(plane: Plane, level: float) -> Row:
    return {"x": plane.x[0], "x2": plane.x[1], "y": level, "y2": level}


def _end_label(series: Series, size: Size) -> EndLabel | None:
    """Return the label of a line's last value; None for a line without any."""
    known = [(month, value) for month, value in enumerate(series.values) if value is not None]
    if not known:
        return None
    month, level = known[-1]
    names = wrap(series.name, 92 if size.stacked else 160, size.text, STRONG) if series.name else []
    return EndLabel(names, series.value_texts[month], month, level, colours()[ROLES[series.role]])


def _scale(chart: LineChart, size: Size) -> tuple[float, float, list[float]]:
    """Return both ends of the axis and its ticks; a little air above the highest value."""
    values = [value for series in chart.series for value in series.values if value is not None] or [1]
    highest, lowest = max(values), min(values)
    if chart.from_zero:
        high = highest * 1.05 or 1
        return 0, high, round_ticks(0, high, size.ticks)
    air = (highest - lowest or highest or 1) * 0.15
    ticks = round_ticks(lowest - air, highest + air, size.ticks)
    return min(ticks[0], lowest - air), highest + air, ticks


def _plot_width(chart: LineChart, labels: Sequence[EndLabel], size: Size, left: float) -> float:
    """Return the widest plane at which each end label has room between its point and the drawing's edge."""
    room = size.width - left
    span = len(chart.months) - 1 + 2 * EDGE
    fits = [(room - label.width(size) - 12) * span / (label.month + EDGE) for label in labels]
    return min([room - 2, *fits])


def _mark(chart: LineChart, plane: Plane, size: Size) -> list[alt.Chart]:
    """Draw the band behind the marked month, and its word above."""
    if chart.mark is None:
        return []
    month, word = chart.mark.month, chart.mark.word
    half = text_width(word, size.small) / 2
    centre = min(max(plane.x_pixels(month), half), max(plane.width - half, half))
    band = {"x": month - 0.5, "x2": month + 0.5, "y": plane.y[0], "y2": plane.y[1]}
    label = {"x": plane.x_at(centre), "y": plane.y_at(-size.small * 0.8), "text": word}
    return [
        boxes("band", [band], colour=colours()["ground"]),
        texts("word", [label], size=size.small, colour=colours()["ink-soft"], side="center"),
    ]


def _months(chart: LineChart, plane: Plane, size: Size) -> list[alt.Chart]:
    """Write as many month names as have room, the month in question among them and in bold."""
    centres = [plane.x_pixels(month) for month in range(len(chart.months))]
    widths = [text_width(month, size.small, STRONG) for month in chart.months]
    anchor = chart.highlight if chart.highlight is not None else len(chart.months) - 1
    kept = keep_apart(centres, widths, anchor, gap=4)
    rows: dict[bool, list[Row]] = {True: [], False: []}
    for month in kept:
        place = {"x": month, "y": plane.y_at(plane.height + size.small * 1.15), "text": chart.months[month]}
        rows[month == chart.highlight].append(place)
    tones = colours()
    return [
        texts("months", rows[False], size=size.small, colour=tones["ink-soft"], side="center"),
        texts("month-in-question", rows[True], size=size.small, colour=tones["ink"], weight=STRONG, side="center"),
    ]


def _lines(chart: LineChart, plane: Plane, size: Size) -> list[alt.Chart]:
    """Draw each line, a dot at its end, and the marked month's value where there is one line only."""
    layers = []
    tones = colours()
    for series in chart.series:
        colour = tones[ROLES[series.role]]
        runs = _runs(series.values)
        layers += [line("line", run, colour=colour, width=2.75) for run in runs if len(run) > 1]
        single = [run[0] for run in runs if len(run) == 1]
        ends = [runs[-1][-1]] if runs else []
        if single:
            layers.append(dots("point", single, colour=colour, diameter=6, ring=tones["paper"]))
        layers.append(dots("end", ends, colour=colour, diameter=9, ring=tones["paper"]))
        if len(chart.series) == 1:
            layers += _low_point(chart, series, plane, size)
    return layers


def _runs(values: Sequence[float | None]) -> list[list[Row]]:
    """Split a series at its gaps."""
    runs: list[list[Row]] = [[]]
    for month, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append({"x": month, "y": value})
    return [run for run in runs if run]


def _low_point(chart: LineChart, series: Series, plane: Plane, size: Size) -> list[alt.Chart]:
    """Label the marked month's value: below the line, where a trough leaves room."""
    last = max((month for month, value in enumerate(series.values) if value is not None), default=-1)
    month = chart.mark.month if chart.mark else last
    if month >= last or (value := series.values[month]) is None:
        return []
    tones = colours()
    label = {"x": month, "y": plane.y_at(plane.y_pixels(value) + size.text * 1.25), "text": series.value_texts[month]}
    return [
        dots("low", [{"x": month, "y": value}], colour=tones[ROLES[series.role]], diameter=7, ring=tones["paper"]),
        texts("low-value", [label], size=size.text, colour=tones["ink"], weight=NORMAL, side="center"),
    ]


def _leaders_and_labels(labels: Sequence[EndLabel], plane: Plane, size: Size) -> list[alt.Chart]:
    """Write the end labels, moved apart where they would overlap; a thin line leads to one that had to move."""
    heights = [label.height(size) for label in labels]
    wishes = [plane.y_pixels(label.level) for label in labels]
    centres = spread(wishes, heights, -size.text, plane.height + size.text * 1.5)
    step = size.text * 1.2
    layers: list[alt.Chart] = []
    leaders: list[Row] = []
    for label, height, wish, centre in zip(labels, heights, wishes, centres, strict=True):
        x = plane.x_pixels(label.month) + 11
        top = centre - step * len(label.names) / 2
        names = [
            {"x": plane.x_at(x), "y": plane.y_at(top + step * index), "text": name}
            for index, name in enumerate(label.names)
        ]
        value = {"x": plane.x_at(x), "y": plane.y_at(top + step * len(names)), "text": label.value}
        if abs(centre - wish) > height / 2:
            leaders.append({"x": label.month, "y": label.level, "x2": plane.x_at(x - 2), "y2": plane.y_at(centre)})
        layers += [
            texts("name", names, size=size.text, colour=label.colour, weight=STRONG),
            texts("value", [value], size=size.text * 1.1, colour=label.colour, weight=HEAVY),
        ]
    return [rules("leaders", leaders, colour=colours()["context"]), *layers]
