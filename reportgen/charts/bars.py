"""Lays out bars: from 0, and to both sides of 0."""

from collections.abc import Sequence

from reportgen.charts.descriptions import BarChart, BarRow, DivergingBars, DivergingRow
from reportgen.charts.marks import Layer, Lettering, Margins, Picture, Plane, Span, Spot, boxes, rules, texts
from reportgen.charts.rows import Band, band_points, row_labels, stack_rows
from reportgen.charts.theme import STRONG, Size, colours, text_width

GAP = 7
"""Between a bar's end and its value, in pixels."""


def lay_out_bars(chart: BarChart, size: Size) -> Picture:
    """Lay out bars from 0, each with the mark of its previous level."""
    bands, left = stack_rows([row.label for row in chart.rows], size)
    longest = max([0, *(_reach(row) for row in chart.rows)]) or 1
    room = size.width - left
    fits = [
        (room - GAP - text_width(row.value_text, size.text, STRONG) - 1) * longest / _reach(row)
        for row in chart.rows
        if _reach(row)
    ]
    bottom = bands[-1].bottom if bands else 1
    plane = Plane(width=min([room - 4, *fits]), height=bottom, x=(0, longest), y=(0, bottom))
    has_key = bool(chart.previous_word) and any(row.previous is not None for row in chart.rows)
    values = [
        plane.spot(plane.x_pixels(_reach(row)) + GAP, band.bar_middle, row.value_text)
        for row, band in zip(chart.rows, bands, strict=True)
    ]
    bars = [(row.highlight, row.value, band) for row, band in zip(chart.rows, bands, strict=True)]
    return Picture(
        plane=plane,
        margins=Margins(left=left, right=room - plane.width, top=size.text * 2.2 if has_key else 2, bottom=4),
        layers=(
            *row_labels(bands, [row.highlight for row in chart.rows], plane, size, left),
            *_bars(bars),
            _zero(bands, plane, size, colours()["rule-strong"]),
            *_previous_levels(chart.rows, bands, plane),
            texts("values", values, Lettering(size=size.text, colour=colours()["ink"], weight=STRONG)),
            *(_key(chart, plane, size) if has_key else ()),
        ),
        point_rows=band_points(
            bands, [plane.x_pixels(row.value) for row in chart.rows], [row.reading for row in chart.rows]
        ),
    )


def _reach(row: BarRow) -> float:
    """Return how far bar and mark reach."""
    return max(row.value, row.previous or 0)


def _bars(rows: Sequence[tuple[bool, float, Band]]) -> list[Layer]:
    """Draw bars from 0, given as (highlight, value, band); where some are highlighted the others step back."""
    some = any(highlight for highlight, *_ in rows)
    groups: dict[str, list[Span]] = {"blue": [], "context": []}
    for highlight, value, band in rows:
        tone = "blue" if highlight or not some else "context"
        groups[tone].append(Span(0, band.bar_top, value, band.bar_bottom))
    return [boxes("bars", group, colour=colours()[tone]) for tone, group in groups.items()]


def _zero(bands: Sequence[Band], plane: Plane, size: Size, colour: str) -> Layer:
    """Draw the line at 0; on a phone beside the bars only, so that it does not cross the labels."""
    whole = [Span(0, 0, 0, plane.height)]
    pieces = [Span(0, band.bar_top - 2, 0, band.bar_bottom + 2) for band in bands]
    return rules("zero", pieces if size.stacked else whole, colour=colour)


def _previous_levels(rows: Sequence[BarRow], bands: Sequence[Band], plane: Plane) -> list[Layer]:
    """Draw the previous level as an upright stroke; on a bar it has a little ground at its sides."""
    strokes, grounds = [], []
    for row, band in zip(rows, bands, strict=True):
        if row.previous is None:
            continue
        x = plane.x_pixels(row.previous)
        strokes.append(_stroke(plane, x, band.bar_middle, band.bar_bottom - band.bar_top + 8))
        if row.previous < row.value:
            grounds.append(plane.span(x - 2.75, band.bar_top, x + 2.75, band.bar_bottom))
    return [
        boxes("previous-ground", grounds, colour=colours()["paper"]),
        boxes("previous", strokes, colour=colours()["ink"]),
    ]


def _stroke(plane: Plane, x: float, y: float, height: float) -> Span:
    return plane.span(x - 1.25, y - height / 2, x + 1.25, y + height / 2)


def _key(chart: BarChart, plane: Plane, size: Size) -> list[Layer]:
    """Say above the first bar what bars and strokes are."""
    tones = colours()
    y = -size.text * 1.25
    half = size.small * 0.45
    start = 0.0
    samples, words = [], []
    if chart.value_word:
        samples.append(plane.span(0, y - half, half * 2, y + half))
        words.append(plane.spot(half * 2 + 6, y, chart.value_word))
        start = half * 2 + 6 + text_width(chart.value_word, size.small) + 20
    words.append(plane.spot(start + 9, y, chart.previous_word))
    return [
        boxes("key-bar", samples, colour=tones["blue"]),
        boxes("key-previous", [_stroke(plane, start + 1.25, y, half * 3)], colour=tones["ink"]),
        texts("key-words", words, Lettering(size=size.small, colour=tones["ink-soft"])),
    ]


def lay_out_diverging(chart: DivergingBars, size: Size) -> Picture:
    """Lay out bars to both sides of 0; room for the values is set aside outside the longest ones."""
    bands, left = stack_rows([row.label for row in chart.rows], size)
    values = [row.value or 0 for row in chart.rows]
    low, high = min([0, *values]), max([0, *values])
    if low == high:
        high = 1
    room = size.width - left
    before, width = _fit(chart.rows, (low, high), room, size)
    bottom = bands[-1].bottom if bands else 1
    plane = Plane(width=width, height=bottom, x=(low, high), y=(0, bottom))
    bars = [(row.highlight, row.value or 0, band) for row, band in zip(chart.rows, bands, strict=True)]
    return Picture(
        plane=plane,
        margins=Margins(left=left + before, right=room - before - width, top=2, bottom=4),
        layers=(
            *row_labels(bands, [row.highlight for row in chart.rows], plane, size, left + before),
            *_bars([bar for bar in bars if bar[1]]),
            _zero(bands, plane, size, colours()["ink-soft"]),
            *_outer_values(chart.rows, bands, plane, size),
        ),
        point_rows=band_points(bands, list(map(plane.x_pixels, values)), [row.reading for row in chart.rows]),
    )


def _stands_left(row: DivergingRow, high: float) -> bool:
    """Tell whether a value's text stands left of its bar; a missing one stands on the side where bars are."""
    return (row.value is None and high == 0) or (row.value or 0) < 0


def _fit(rows: Sequence[DivergingRow], ends: tuple[float, float], room: float, size: Size) -> tuple[float, float]:
    """Return the room before the lowest value, and the plane's width, at which every text has its place in `room`."""
    low, high = ends
    needs = [(row, GAP + text_width(row.value_text, size.text, STRONG) + 1) for row in rows]
    width, before = room, 0.0
    while width > 1:  # what has to go around the plane changes with its width, so it is found step by step
        unit = width / (high - low)
        lefts = [text - ((row.value or 0) - low) * unit for row, text in needs if _stands_left(row, high)]
        rights = [text - (high - (row.value or 0)) * unit for row, text in needs if not _stands_left(row, high)]
        before = max([1, *lefts])
        surplus = before + width + max([1, *rights]) - room
        if surplus <= 0:
            break
        width -= max(surplus / 2, 1)
    return before, width


def _outer_values(rows: Sequence[DivergingRow], bands: Sequence[Band], plane: Plane, size: Size) -> list[Layer]:
    """Write each value outside its bar: left of one below 0, right of any other."""
    lefts: list[Spot] = []
    rights: list[Spot] = []
    for row, band in zip(rows, bands, strict=True):
        x = plane.x_pixels(row.value or 0)
        if _stands_left(row, plane.x[1]):
            lefts.append(plane.spot(x - GAP, band.bar_middle, row.value_text))
        else:
            rights.append(plane.spot(x + GAP, band.bar_middle, row.value_text))
    ink = colours()["ink"]
    return [
        texts("values", lefts, Lettering(size=size.text, colour=ink, weight=STRONG, side="right")),
        texts("values", rights, Lettering(size=size.text, colour=ink, weight=STRONG)),
    ]
