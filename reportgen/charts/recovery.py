"""Lays out a fall and its recovery: months as columns, with the level to be reached across."""

from reportgen.charts.descriptions import RecoveryChart
from reportgen.charts.marks import (
    Layer,
    Lettering,
    Margins,
    Picture,
    Plane,
    Point,
    Span,
    Spot,
    boxes,
    point_row,
    rules,
    texts,
)
from reportgen.charts.theme import NORMAL, STRONG, Size, colours, text_width, wrap

WIDEST_SLOT = 144
"""Most room for one column with its gaps, in pixels."""
INSET = 0.19
"""Gap at each side of a column, as a part of its slot."""


def lay_out_recovery(chart: RecoveryChart, size: Size) -> Picture:
    """Lay out the columns from 0; values stand below them, where the line of the level can't cross them."""
    tones = colours()
    slots = len(chart.columns) + (1 if chart.note else 0)
    slot = min(WIDEST_SLOT, size.width / slots)
    end = slot * slots
    reference = chart.columns[0].value
    highest = max(column.value for column in chart.columns) or 1
    plane = Plane(width=size.width, height=225, x=(0, size.width), y=(highest * 1.02, 0))
    has_gaps = any(column.gap_text for column in chart.columns)
    groups: dict[str, list[Span]] = {"context": [], "blue": []}
    for index, column in enumerate(chart.columns):
        span = Span(slot * (index + INSET), 0, slot * (index + 1 - INSET), column.value)
        groups["blue" if index == chart.recovered else "context"].append(span)
    level = plane.spot(0, plane.y_pixels(reference) - size.text * 0.9, chart.reference_text)
    return Picture(
        plane=plane,
        margins=Margins(top=size.text * 1.9, bottom=size.text * (4.3 if has_gaps else 3.1)),
        layers=(
            *(boxes("columns", spans, colour=tones[tone]) for tone, spans in groups.items()),
            rules("zero", [Span(0, 0, end, 0)], colour=tones["rule-strong"]),
            rules("reference", [Span(0, reference, end, reference)], colour=tones["ink"], width=1.5, dash=(5, 3)),
            texts("reference-text", [level], Lettering(size=size.text, colour=tones["ink"], weight=STRONG)),
            *_below_columns(chart, plane, slot, size),
            *_still_to_come(chart, plane, slot, size),
        ),
        point_rows=(
            point_row(
                0,
                plane.height,
                [
                    Point(slot * (index + 0.5), plane.y_pixels(column.value), column.reading)
                    for index, column in enumerate(chart.columns)
                ],
            ),
        ),
    )


def _below_columns(chart: RecoveryChart, plane: Plane, slot: float, size: Size) -> list[Layer]:
    """Write month, value and distance below each column."""
    tones = colours()
    widest = max(text_width(column.month, size.small, STRONG) for column in chart.columns)
    small = size.small * min(1, (slot - 3) / widest)
    month = Lettering(size=small, colour=tones["ink-soft"], side="center")
    reached = Lettering(size=small, colour=tones["ink"], weight=STRONG, side="center")
    value = Lettering(size=size.text, colour=tones["ink"], weight=STRONG, side="center")
    gap = Lettering(size=size.small, colour=tones["ink-soft"], weight=NORMAL, side="center")
    layers = []
    for index, column in enumerate(chart.columns):
        x = slot * (index + 0.5)

        def below(lines: float, text: str, x: float = x) -> list[Spot]:
            return [plane.spot(x, plane.height + size.text * lines, text)]

        layers += [
            texts("months", below(1.05, column.month), reached if index == chart.recovered else month),
            texts("values", below(2.35, column.value_text), value),
            texts("gaps", below(3.6, column.gap_text), gap),
        ]
    return layers


def _still_to_come(chart: RecoveryChart, plane: Plane, slot: float, size: Size) -> list[Layer]:
    """Say right of the last column what is still to come."""
    if not chart.note:
        return []
    x = slot * (len(chart.columns) + INSET)
    lines = wrap(chart.note, min(size.width - x, slot * 1.6), size.text)
    top = plane.y_pixels(chart.columns[0].value) + size.text * 1.6
    spots = [plane.spot(x, top + size.text * 1.25 * index, line) for index, line in enumerate(lines)]
    return [texts("note", spots, Lettering(size=size.text, colour=colours()["ink-soft"]))]
