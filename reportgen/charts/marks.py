"""Marks on a plane: rules, bars, dots, lines and texts as layers of one Altair chart.

Scales have the ends that they are given, and axes are drawn as rules and texts like all else: so no number or
word on a picture comes from a library, and none is in its language.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import altair as alt

from reportgen import resources
from reportgen.charts.theme import NORMAL

Row: TypeAlias = Mapping[str, float | str]
"""Where a mark is, in the units of the plane (`x`, `y`, and `x2`, `y2` for a second corner), and its `text`."""
Side = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """Room around a plane, in pixels."""

    left: float = 0
    right: float = 0
    top: float = 0
    bottom: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """The area between the axes."""

    width: float
    """In pixels."""
    height: float
    x: tuple[float, float]
    """What stands at the left and right edge."""
    y: tuple[float, float]
    """What stands at the top and bottom edge."""

    def x_pixels(self, value: float) -> float:
        """Return the distance from the left edge."""
        return (value - self.x[0]) / (self.x[1] - self.x[0]) * self.width

    def y_pixels(self, value: float) -> float:
        """Return the distance from the top edge."""
        return (value - self.y[0]) / (self.y[1] - self.y[0]) * self.height

    def x_at(self, pixels: float) -> float:
        """Return what stands so far from the left edge."""
        return self.x[0] + pixels / self.width * (self.x[1] - self.x[0])

    def y_at(self, pixels: float) -> float:
        """Return what stands so far from the top edge."""
        return self.y[0] + pixels / self.height * (self.y[1] - self.y[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart laid out: layers from back to front on a plane with margins."""

    plane: Plane
    margins: Margins
    layers: tuple[alt.Chart, ...]

    @property
    def width(self) -> float:
        """Width of the whole in pixels."""
        return self.margins.left + self.plane.width + self.margins.right

    @property
    def height(self) -> float:
        """Height of the whole in pixels."""
        return self.margins.top + self.plane.height + self.margins.bottom

    def specification(self) -> dict[str, object]:
        """Return the whole as a Vega-Lite specification with its data inside."""
        plane, margins = self.plane, self.margins
        layered = [
            layer.properties(name=f"{layer.name}_{number}").encode(
                x=alt.X("x:Q", axis=None, scale=alt.Scale(domain=list(plane.x), range=[0, plane.width], nice=False)),
                y=alt.Y("y:Q", axis=None, scale=alt.Scale(domain=list(plane.y), range=[0, plane.height], nice=False)),
            )
            for number, layer in enumerate(self.layers)  # Vega wants every name once
        ]
        whole = alt.layer(*layered).properties(
            width=plane.width,
            height=plane.height,
            padding={"left": margins.left, "right": margins.right, "top": margins.top, "bottom": margins.bottom},
            autosize=alt.AutoSizeParams(type="none"),
        )
        whole = whole.configure(font=resources.FONT_FAMILY).configure_view(stroke=None)
        specification: dict[str, object] = whole.to_dict(validate=False)
        return specification


def rules(name: str, rows: Iterable[Row], *, colour: str, width: float = 1, dash: Sequence[float] = ()) -> alt.Chart:
    """Draw straight lines from (x, y) to (x2, y2)."""
    mark = alt.Chart(_data(rows), name=name).mark_rule(
        aria=False, color=colour, strokeWidth=width, **({"strokeDash": list(dash)} if dash else {})
    )
    return mark.encode(x2="x2:Q", y2="y2:Q")


def boxes(name: str, rows: Iterable[Row], *, colour: str) -> alt.Chart:
    """Draw filled rectangles from corner (x, y) to corner (x2, y2)."""
    return alt.Chart(_data(rows), name=name).mark_rect(aria=False, color=colour).encode(x2="x2:Q", y2="y2:Q")


def dots(name: str, rows: Iterable[Row], *, colour: str, diameter: float, ring: str = "") -> alt.Chart:
    """Draw filled circles; a ring of the ground's colour parts them from a line beneath."""
    outline = {"stroke": ring, "strokeWidth": 2} if ring else {}
    size = (diameter + (1 if ring else 0)) ** 2  # Vega counts the area of the square around a circle
    return alt.Chart(_data(rows), name=name).mark_point(
        aria=False, shape="circle", filled=True, fill=colour, size=size, opacity=1, **outline
    )


def line(name: str, rows: Iterable[Row], *, colour: str, width: float) -> alt.Chart:
    """Draw one line through all points, from left to right."""
    return alt.Chart(_data(rows), name=name).mark_line(
        aria=False, color=colour, strokeWidth=width, strokeJoin="round", strokeCap="round"
    )


def texts(
    name: str, rows: Iterable[Row], *, size: float, colour: str, weight: int = NORMAL, side: Side = "left"
) -> alt.Chart:
    """Write one line at each place; `y` is its middle. Sides are those of the text at which `x` is."""
    mark = alt.Chart(_data(rows), name=name).mark_text(
        aria=False, align=side, baseline="middle", fontSize=size, fontWeight=weight, color=colour
    )
    return mark.encode(text="text:N")


def _data(rows: Iterable[Row]) -> alt.InlineData:
    return alt.InlineData(values=[dict(row) for row in rows])
