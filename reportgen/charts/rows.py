"""Sets rows below each other: labels beside their bars, or above them on a phone."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.charts.marks import Layer, Lettering, Plane, Point, PointRow, Spot, point_row, texts
from reportgen.charts.theme import NORMAL, STRONG, Size, Weight, colours, text_width, wrap

WIDEST_LABEL = 0.36
"""Largest part of a wide drawing that labels may take; longer ones break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The strip of one row; lengths in pixels from the top of the plane."""

    lines: tuple[str, ...]
    """The label, broken where it must be."""
    label_middle: float
    """Middle of the label's first line."""
    top: float
    bar_top: float
    bar_bottom: float
    bottom: float

    @property
    def bar_middle(self) -> float:
        """Middle of the bar."""
        return (self.bar_top + self.bar_bottom) / 2


def stack_rows(labels: Sequence[str], size: Size) -> tuple[list[Band], float]:
    """Return one band for each label, and how wide the column of labels is with its gap; 0 where they stand above."""
    thickness = size.text * (1.15 if size.stacked else 1.3)
    step = size.text * 1.2
    limit = size.width if size.stacked else size.width * WIDEST_LABEL
    bands: list[Band] = []
    y = 0.0
    widest = 0.0
    for label in labels:
        lines = wrap(label, limit, size.text, STRONG)
        widest = max([widest, *(text_width(line, size.text, STRONG) for line in lines)])
        if size.stacked:
            first, top = y + step / 2, y + step * len(lines) + 3
            bottom = top + thickness + size.text * 0.75
        else:
            height = max(thickness, step * len(lines)) + size.text * 0.6
            middle = y + height / 2
            first, top, bottom = middle - step * (len(lines) - 1) / 2, middle - thickness / 2, y + height
        bands.append(
            Band(lines=tuple(lines), label_middle=first, top=y, bar_top=top, bar_bottom=top + thickness, bottom=bottom)
        )
        y = bottom
    return bands, 0.0 if size.stacked else widest + 14


def row_labels(bands: Sequence[Band], strong: Sequence[bool], plane: Plane, size: Size, left: float) -> list[Layer]:
    """Write the labels from the drawing's left edge, which is `left` pixels before the plane's."""
    spots: dict[Weight, list[Spot]] = {NORMAL: [], STRONG: []}
    for band, heavy in zip(bands, strong, strict=True):
        for index, text in enumerate(band.lines):
            y = band.label_middle + index * size.text * 1.2
            spots[STRONG if heavy else NORMAL].append(plane.spot(-left, y, text))
    ink = colours()["ink"]
    return [
        texts("labels", group, Lettering(size=size.text, colour=ink, weight=weight)) for weight, group in spots.items()
    ]


def band_points(bands: Sequence[Band], ends: Sequence[float], readings: Sequence[str]) -> tuple[PointRow, ...]:
    """Return a point at the end of each band's bar; `ends` are in pixels from the plane's left edge."""
    return tuple(
        point_row(band.top, band.bottom, [Point(end, band.bar_middle, reading)])
        for band, end, reading in zip(bands, ends, readings, strict=True)
    )
