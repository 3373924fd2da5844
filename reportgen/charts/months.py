"""Writes the names of months along an axis: as many as have room, the month in question among them."""

from collections.abc import Callable, Sequence

from reportgen.charts.marks import Layer, Lettering, Spot, texts
from reportgen.charts.theme import STRONG, Size, colours, keep_apart, text_width


def month_names(
    months: Sequence[str],
    centres: Sequence[float],
    *,
    highlight: int | None,
    size: Size,
    place: Callable[[float, str], Spot],
) -> list[Layer]:
    """Return the names as layers, the highlighted one in bold; `centres` are in pixels from left to right."""
    widths = [text_width(month, size.small, STRONG) for month in months]
    anchor = len(months) - 1 if highlight is None else highlight
    plain: list[Spot] = []
    strong: list[Spot] = []
    for month in keep_apart(centres, widths, anchor, gap=4):
        (strong if month == highlight else plain).append(place(centres[month], months[month]))
    tones = colours()
    return [
        texts("months", plain, Lettering(size=size.small, colour=tones["ink-soft"], side="center")),
        texts(
            "month-in-question",
            strong,
            Lettering(size=size.small, colour=tones["ink"], weight=STRONG, side="center"),
        ),
    ]
