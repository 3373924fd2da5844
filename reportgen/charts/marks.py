"""Marks on a plane: rules, boxes, dots, lines and texts as layers of one Vega-Lite specification.

Scales have the ends that they are given, and axes are drawn as rules and texts like all else: so no number or
word on a picture comes from a library, and none is in its language. The specification is written as it is, which
takes a hundredth of the time that Altair's objects do; the tests hold it against Altair's schema.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

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


class Point(NamedTuple):
    """A place in pixels from the top left corner, and what it says when it is pointed at."""

    x: float
    y: float
    reading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """The points of one line or row, from left to right, and the strip across the drawing that is theirs."""

    top: float
    """In pixels, as the points are."""
    bottom: float
    points: tuple[Point, ...]
    """Those that say something."""

    def move(self, x: float, y: float) -> "PointRow":
        """Return the row so many pixels further right and down."""
        points = tuple(Point(point.x + x, point.y + y, point.reading) for point in self.points)
        return PointRow(top=self.top + y, bottom=self.bottom + y, points=points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Marks of one kind and look."""

    name: str
    """Becomes the class of the marks' group in the SVG: `bars`."""
    mark: Mapping[str, object]
    """As Vega-Lite has it: `{"type": "rect", "color": "#1d5c9e"}`."""
    rows: tuple[Spot, ...] | tuple[Span, ...]
    series: int | None = None
    """Position of the line that the marks belong to; None where they belong to no line or to all."""

    @property
    def texts(self) -> tuple[str, ...]:
        """What is written at each row; nothing where the marks are no texts."""
        return tuple(row.text for row in self.rows if isinstance(row, Spot)) if self.mark["type"] == "text" else ()

    def encoding(self) -> dict[str, object]:
        """Return what of each row is drawn, apart from `x` and `y`.

        A text is not: Vega would measure it, for nothing and longer than all else takes. `drawing` writes it.
        """
        return {"x2": {"field": "x2"}, "y2": {"field": "y2"}} if isinstance(self.rows[0], Span) else {}

    def places(self) -> list[dict[str, float]]:
        """Return where the rows are."""
        return [{name: value for name, value in row._asdict().items() if name != "text"} for row in self.rows]


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
    point_rows: tuple[PointRow, ...] = ()
    """From the plane's top left corner; a line's stand at its series' position."""

    @property
    def width(self) -> float:
        """Width of the whole in pixels."""
        return self.margins.left + self.plane.width + self.margins.right

    @property
    def height(self) -> float:
        """Height of the whole in pixels."""
        return self.margins.top + self.plane.height + self.margins.bottom

    @property
    def placed_points(self) -> tuple[PointRow, ...]:
        """The rows of points, from the drawing's top left corner; none where none says anything."""
        rows = tuple(row.move(self.margins.left, self.margins.top) for row in self.point_rows)
        return rows if any(row.points for row in rows) else ()

    def specification(self) -> dict[str, object]:
        """Return the whole as a Vega-Lite specification with its data inside."""
        plane, margins = self.plane, self.margins
        # Vega wants every name once; the number is taken away again when the drawing is made.
        layers = {f"{layer.name}_{number}": layer for number, layer in enumerate(self.layers) if layer.rows}
        axes = {"x": _axis("x", plane.x, plane.width), "y": _axis("y", plane.y, plane.height)}
        return {
            "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
            "width": plane.width,
            "height": plane.height,
            "padding": {"left": margins.left, "right": margins.right, "top": margins.top, "bottom": margins.bottom},
            "autosize": {"type": "none"},
            "config": {"font": resources.FONT_FAMILY, "view": {"stroke": None}},
            "layer": [
                {"name": name, "data": {"name": name}, "mark": layer.mark, "encoding": {**axes, **layer.encoding()}}
                for name, layer in layers.items()
            ],
            "datasets": {name: layer.places() for name, layer in layers.items()},
        }


def _axis(field: str, ends: tuple[float, float], length: float) -> dict[str, object]:
    """Return the encoding of a position: its scale, and no axis."""
    scale = {"domain": list(ends), "range": [0, length], "nice": False}
    return {"field": field, "type": "quantitative", "axis": None, "scale": scale}


def rules(name: str, spans: Iterable[Span], *, colour: str, width: float = 1, dash: Sequence[float] = ()) -> Layer:
    """Draw straight lines; `dash` is the length of strokes and gaps in pixels."""
    mark = {"type": "rule", "aria": False, "color": colour, "strokeWidth": width}
    return Layer(name=name, mark={**mark, "strokeDash": list(dash)} if dash else mark, rows=tuple(spans))


def boxes(name: str, spans: Iterable[Span], *, colour: str) -> Layer:
    """Draw filled rectangles."""
    return Layer(name=name, mark={"type": "rect", "aria": False, "color": colour}, rows=tuple(spans))


def point_row(top: float, bottom: float, points: Iterable[Point]) -> PointRow:
    """Put together the points that say something."""
    return PointRow(top=top, bottom=bottom, points=tuple(point for point in points if point.reading))


def dots(name: str, spots: Iterable[Spot], *, colour: str, diameter: float, ring: str) -> Layer:
    """Draw filled circles; a ring of the ground's colour parts them from a line beneath."""
    mark = {
        "type": "point",
        "shape": "circle",
        "aria": False,
        "fill": colour,
        "stroke": ring,
        "strokeWidth": 2,
        "opacity": 1,
        "size": (diameter + 1) ** 2,  # Vega counts the area of the square around a circle; half the ring covers it
    }
    return Layer(name=name, mark=mark, rows=tuple(spots))


def line(name: str, spots: Iterable[Spot], *, colour: str, width: float) -> Layer:
    """Draw one line through all spots, from left to right."""
    look = {"color": colour, "strokeWidth": width, "strokeJoin": "round", "strokeCap": "round"}
    mark = {"type": "line", "aria": False, **look}
    return Layer(name=name, mark=mark, rows=tuple(spots))


def texts(name: str, spots: Iterable[Spot], lettering: Lettering) -> Layer:
    """Write one line at each spot that has a text; the spot is in the middle of the line's height."""
    mark = {
        "type": "text",
        "text": "",
        "aria": False,
        "align": lettering.side,
        "baseline": "middle",
        "fontSize": lettering.size,
        "fontWeight": lettering.weight,
        "color": lettering.colour,
    }
    return Layer(name=name, mark=mark, rows=tuple(spot for spot in spots if spot.text))
