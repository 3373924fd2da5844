"""Writes the marks of a picture as SVG elements: a group for each layer, whose class is the layer's name.

Numbers end after two decimals, a hundredth of a pixel. No element has an identifier, a word that isn't the
picture's, or a font: all of these are the whole drawing's.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from reportgen.charts.marks import Boxes, Dots, Layer, Lettering, Line, Picture, Plane, Rules, Span, Spot, Texts
from reportgen.charts.theme import NORMAL

SVG = "{http://www.w3.org/2000/svg}"
SERIES = "data-series"
"""Which line a group of marks belongs to, for a page that lets the others step back."""
_MIDDLE = 0.3
"""From the middle of a line of text to its base line, in parts of the font size."""
_ANCHORS = {"left": {}, "center": {"text-anchor": "middle"}, "right": {"text-anchor": "end"}}
_WIDTH_OF_RINGS = 2


def draw_marks(picture: Picture) -> ET.Element:
    """Return a group with all marks of a picture, from back to front."""
    margins = picture.margins
    group = ET.Element(f"{SVG}g", {"fill": "none", "transform": translation(margins.left, margins.top)})
    for layer in picture.layers:
        elements = list(_draw(layer, picture.plane))
        if elements:
            series = {} if layer.series is None else {SERIES: str(layer.series)}
            ET.SubElement(group, f"{SVG}g", {"class": layer.name, **series}).extend(elements)
    return group


def write_number(value: float) -> str:
    """Write a number with up to two decimals.

    >>> write_number(13.456), write_number(236.0), write_number(-0.001)
    ('13.46', '236', '0')
    """
    return f"{round(value, 2) + 0.0:.10g}"  # adding 0 makes -0 plain


def translation(x: float, y: float) -> str:
    """Write the transformation that moves what it is for so many pixels right and down."""
    return f"translate({write_number(x)},{write_number(y)})"


def _draw(layer: Layer, plane: Plane) -> Iterator[ET.Element]:
    match layer:
        case Rules():
            return (_rule(layer, span, plane) for span in layer.spans)
        case Boxes():
            return (_box(layer, span, plane) for span in layer.spans)
        case Dots():
            return (_dot(layer, spot, plane) for spot in layer.spots)
        case Line():
            return iter([_line(layer, plane)] if layer.spots else [])
        case Texts():
            return (_text(layer.lettering, spot, plane) for spot in layer.spots)
        case _:
            message = f"no marks for {type(layer).__name__}"
            raise TypeError(message)


def _rule(layer: Rules, span: Span, plane: Plane) -> ET.Element:
    x, y = plane.x_pixels(span.x), plane.y_pixels(span.y)
    attributes = {
        "transform": translation(x, y),
        "x2": write_number(plane.x_pixels(span.x2) - x),
        "y2": write_number(plane.y_pixels(span.y2) - y),
        "stroke": layer.colour,
        "stroke-width": write_number(layer.width),
    }
    dash = {"stroke-dasharray": ",".join(map(write_number, layer.dash))} if layer.dash else {}
    return ET.Element(f"{SVG}line", {**attributes, **dash})


def _box(layer: Boxes, span: Span, plane: Plane) -> ET.Element:
    left, right = sorted((plane.x_pixels(span.x), plane.x_pixels(span.x2)))
    top, bottom = sorted((plane.y_pixels(span.y), plane.y_pixels(span.y2)))
    x, y, width, height = map(write_number, (left, top, right - left, bottom - top))
    back = write_number(left - right)
    return ET.Element(f"{SVG}path", {"d": f"M{x},{y}h{width}v{height}h{back}Z", "fill": layer.colour})


def _dot(layer: Dots, spot: Spot, plane: Plane) -> ET.Element:
    r = write_number(layer.radius)
    attributes = {
        "transform": translation(plane.x_pixels(spot.x), plane.y_pixels(spot.y)),
        "d": f"M{r},0A{r},{r},0,1,1,-{r},0A{r},{r},0,1,1,{r},0",
        "fill": layer.colour,
        "stroke": layer.ring,
        "stroke-width": write_number(_WIDTH_OF_RINGS),
    }
    return ET.Element(f"{SVG}path", attributes)


def _line(layer: Line, plane: Plane) -> ET.Element:
    """Draw a line; its numbers are rounded to three decimals first, as Vega does, which drew the pictures once."""
    points = [(round(plane.x_pixels(spot.x), 3), round(plane.y_pixels(spot.y), 3)) for spot in layer.spots]
    attributes = {
        "d": "M" + "L".join(f"{write_number(x)},{write_number(y)}" for x, y in points),
        "stroke": layer.colour,
        "stroke-width": write_number(layer.width),
        "stroke-linecap": "round",
        "stroke-linejoin": "round",
    }
    return ET.Element(f"{SVG}path", attributes)


def _text(lettering: Lettering, spot: Spot, plane: Plane) -> ET.Element:
    base = plane.y_pixels(spot.y) + int(_MIDDLE * lettering.size + 0.5)
    weight = {} if lettering.weight == NORMAL else {"font-weight": str(lettering.weight)}
    attributes = {
        **_ANCHORS[lettering.side],
        "transform": translation(plane.x_pixels(spot.x), base),
        "font-size": f"{write_number(lettering.size)}px",
        **weight,
        "fill": lettering.colour,
    }
    element = ET.Element(f"{SVG}text", attributes)
    element.text = spot.text
    return element
