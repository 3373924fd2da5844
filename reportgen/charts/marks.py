"""Marks on a plane: rules, boxes, dots, lines and texts as layers of one Altair chart.

Scales have the ends that they are given, and axes are drawn as rules and texts like all else: so no number or
word on a picture comes from a library, and none is in its language.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import altair as alt

from reportgen import resources
from reportgen.charts.theme import NORMAL, Weight

Side = Literal["left", "center", "right"]


class Spot(NamedTuple):
    """A point in the units of the plane, and what is written there."""

    x: float
    y: float
    text: str = ""


class Span(NamedTuple):
    """Two points: the ends of a rule or opposite corners of a box."""

    x: float
    y: float
    x2: float
    y2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Marks of one kind and look."""

    name: str
    """Becomes the class of the marks' group in the SVG: `bars`."""
    mark: alt.MarkDef
    rows: tuple[Spot, ...] | tuple[Span, ...]

    def encoding(self) -> dict[str, alt.X2 | alt.Y2 | alt.Text]:
        """Return what of each row is drawn, apart from `x` and `y`."""
        if isinstance(self.rows[0], Span):
            return {"x2": alt.X2("x2"), "y2": alt.Y2("y2")}
        return {"text": alt.Text("text:N")} if self.mark.type == "text" else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lettering:
    """How a text is written."""

    size: float
    """Font size in pixels."""
    colour: str
    weight: Weight = NORMAL
    side: Side = "left"
    """The side of the text at which its spot is."""


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

    def spot(self, x: float, y: float, text: str = "") -> Spot:
        """Return the spot so many pixels from the left and the top edge."""
        return Spot(
            self.x[0] + x / self.width * (self.x[1] - self.x[0]),
            self.y[0] + y / self.height * (self.y[1] - self.y[0]),
            text,
        )

    def span(self, left: float, top: float, right: float, bottom: float) -> Span:
        """Return the span between two points in pixels from the left and the top edge."""
        first, second = self.spot(left, top), self.spot(right, bottom)
        return Span(first.x, first.y, second.x, second.y)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart laid out: layers from back to front on a plane with margins."""

    plane: Plane
    margins: Margins
    layers: tuple[Layer, ...]

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
        x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=list(plane.x), range=[0, plane.width], nice=False))
        y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=list(plane.y), range=[0, plane.height], nice=False))
        # Vega wants every name once; the number is taken away again when the drawing is made.
        layers = {f"{layer.name}_{number}": layer for number, layer in enumerate(self.layers) if layer.rows}
        whole = alt.LayerChart(
            layer=[
                alt.Chart(
                    alt.NamedData(name=name),
                    mark=layer.mark,
                    name=name,
                    encoding=alt.FacetedEncoding(x=x, y=y, **layer.encoding()),
                )
                for name, layer in layers.items()
            ],
            width=plane.width,
            height=plane.height,
            padding={"left": margins.left, "right": margins.right, "top": margins.top, "bottom": margins.bottom},
            autosize=alt.AutoSizeParams(type="none"),
            config=alt.Config(font=resources.FONT_FAMILY, view=alt.ViewConfig(stroke=None)),
        )
        # Data are put in last: Altair copies whatever it holds many times over.
        datasets = {name: [row._asdict() for row in layer.rows] for name, layer in layers.items()}
        return {**whole.to_dict(validate=False), "datasets": datasets}


def rules(name: str, spans: Iterable[Span], *, colour: str, width: float = 1, dash: Sequence[float] = ()) -> Layer:
    """Draw straight lines; `dash` is the length of strokes and gaps in pixels."""
    mark = alt.MarkDef(type="rule", aria=False, color=colour, strokeWidth=width, strokeDash=list(dash) or alt.Undefined)
    return Layer(name=name, mark=mark, rows=tuple(spans))


def boxes(name: str, spans: Iterable[Span], *, colour: str) -> Layer:
    """Draw filled rectangles."""
    return Layer(name=name, mark=alt.MarkDef(type="rect", aria=False, color=colour), rows=tuple(spans))


def dots(name: str, spots: Iterable[Spot], *, colour: str, diameter: float, ring: str) -> Layer:
    """Draw filled circles; a ring of the ground's colour parts them from a line beneath."""
    mark = alt.MarkDef(
        type="point",
        shape="circle",
        aria=False,
        fill=colour,
        stroke=ring,
        strokeWidth=2,
        opacity=1,
        size=(diameter + 1) ** 2,  # Vega counts the area of the square around a circle; half the ring covers it
    )
    return Layer(name=name, mark=mark, rows=tuple(spots))


def line(name: str, spots: Iterable[Spot], *, colour: str, width: float) -> Layer:
    """Draw one line through all spots, from left to right."""
    mark = alt.MarkDef(type="line", aria=False, color=colour, strokeWidth=width, strokeJoin="round", strokeCap="round")
    return Layer(name=name, mark=mark, rows=tuple(spots))


def texts(name: str, spots: Iterable[Spot], lettering: Lettering) -> Layer:
    """Write one line at each spot that has a text; the spot is in the middle of the line's height."""
    mark = alt.MarkDef(
        type="text",
        aria=False,
        align=lettering.side,
        baseline="middle",
        fontSize=lettering.size,
        fontWeight=lettering.weight,
        color=lettering.colour,
    )
    return Layer(name=name, mark=mark, rows=tuple(spot for spot in spots if spot.text))
