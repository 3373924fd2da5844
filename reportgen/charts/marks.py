"""Marks on a plane: rules, boxes, dots, lines and texts in layers. Knows no SVG.

A plane's scales have the ends that they are given, and axes are drawn as rules and texts like all else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

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
class Lettering:
    """How a text is written."""

    size: float
    """Font size in pixels."""
    colour: str
    weight: Weight = NORMAL
    side: Side = "left"
    """The side of the text at which its spot is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Marks of one kind and look."""

    name: str
    """Becomes the class of the marks' group in the SVG: `bars`."""
    series: int | None = None
    """Position of the line that the marks belong to; None where they belong to no line or to all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules(Layer):
    """Straight lines."""

    spans: tuple[Span, ...]
    colour: str
    width: float
    dash: tuple[float, ...]
    """Length of strokes and gaps in pixels; empty for a line without gaps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes(Layer):
    """Filled rectangles."""

    spans: tuple[Span, ...]
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots(Layer):
    """Filled circles with a ring around each."""

    spots: tuple[Spot, ...]
    colour: str
    radius: float
    """To the middle of the ring."""
    ring: str
    """The ring's colour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Layer):
    """One line through all spots."""

    spots: tuple[Spot, ...]
    colour: str
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts(Layer):
    """Lines of text, each at its spot."""

    spots: tuple[Spot, ...]
    lettering: Lettering


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
        return _share(value, self.x) * self.width

    def y_pixels(self, value: float) -> float:
        """Return the distance from the top edge."""
        return _share(value, self.y) * self.height

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


def _share(value: float, ends: tuple[float, float]) -> float:
    """Return how far a value is from the first end to the second: 0 at the one, 1 at the other."""
    low, high = sorted(ends)
    share = (value - low) / (high - low)
    return share if low == ends[0] else 1 - share


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


def rules(name: str, spans: Iterable[Span], *, colour: str, width: float = 1, dash: Sequence[float] = ()) -> Layer:
    """Draw straight lines; `dash` is the length of strokes and gaps in pixels."""
    return Rules(name=name, spans=tuple(spans), colour=colour, width=width, dash=tuple(dash))


def boxes(name: str, spans: Iterable[Span], *, colour: str) -> Layer:
    """Draw filled rectangles."""
    return Boxes(name=name, spans=tuple(spans), colour=colour)


def point_row(top: float, bottom: float, points: Iterable[Point]) -> PointRow:
    """Put together the points that say something."""
    return PointRow(top=top, bottom=bottom, points=tuple(point for point in points if point.reading))


def dots(name: str, spots: Iterable[Spot], *, colour: str, diameter: float, ring: str) -> Layer:
    """Draw filled circles; a ring of the ground's colour parts them from a line beneath, and covers half a pixel."""
    return Dots(name=name, spots=tuple(spots), colour=colour, radius=(diameter + 1) / 2, ring=ring)


def line(name: str, spots: Iterable[Spot], *, colour: str, width: float) -> Layer:
    """Draw one line through all spots, from left to right."""
    return Line(name=name, spots=tuple(spots), colour=colour, width=width)


def texts(name: str, spots: Iterable[Spot], lettering: Lettering) -> Layer:
    """Write one line at each spot that has a text; the spot is in the middle of the line's height."""
    return Texts(name=name, spots=tuple(spot for spot in spots if spot.text), lettering=lettering)
