"""Turns a picture into the text of an SVG file that a page can hold, and that into PNG.

What vl-convert writes is made anew around its marks: title and description in the document's language, no English
roles, identifiers of its own for each drawing, the font said once, numbers that end after two decimals.
"""

import re
import xml.etree.ElementTree as ET
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import vl_convert

from reportgen import fonts, resources
from reportgen.charts.descriptions import Chart, Heading
from reportgen.charts.marks import Layer, Lettering, Picture
from reportgen.charts.outlines import outline_texts
from reportgen.charts.theme import HEAVY, Size, colours, wrap
from reportgen.errors import Problem, RenderError

SVG = "http://www.w3.org/2000/svg"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FONTS = f"'{resources.FONT_FAMILY}', Arial, sans-serif"
DROPPED = {"role", "aria-hidden", "aria-roledescription", "aria-label", "pointer-events", "font-family", "style"}
DEFAULTS = {"opacity": "1", "font-weight": "400", "text-anchor": "start"}
SERIES = "data-series"
"""Which line a group of marks belongs to, for a page that lets the others step back."""
LEADING, DESCENT = 1.22, 0.28
"""Height of a line of the heading, and how far its base line is above its end, in parts of the font size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """The marks of a picture without anything around them."""

    marks: str
    """One SVG group."""
    width: float
    height: float


def draw_marks(picture: Picture, *, prefix: str) -> Drawing:
    """Draw a picture; `prefix` goes before every identifier. Raises `RenderError` if Vega can't."""
    try:
        svg = vl_convert.vegalite_to_svg(picture.specification(), allowed_base_urls=[])  # nothing is fetched
    except ValueError as error:  # vl-convert raises this for whatever goes wrong in Vega
        raise RenderError(_problem(f'chart "{prefix}" can\'t be drawn: {error}')) from error
    group = _tidy_marks(ET.fromstring(svg), prefix, picture.layers)  # noqa: S314 - what vl-convert has just written
    return Drawing(marks=_serialise(group), width=picture.width, height=picture.height)


def complete_drawing(drawing: Drawing, *, chart: Chart, size: Size, heading: Heading | None) -> str:
    """Return the whole SVG element; with a heading it stands on paper of its own, with margins."""
    name = f"{chart.id}-{size.name}"
    attributes = {
        "id": name,
        "role": "img",
        XML_LANG: chart.language,
        "aria-labelledby": f"{name}-title",
        "aria-describedby": f"{name}-desc",
        "font-family": FONTS,
    }
    root = ET.Element(f"{{{SVG}}}svg", attributes)
    ET.SubElement(root, f"{{{SVG}}}title", {"id": f"{name}-title"}).text = chart.title
    ET.SubElement(root, f"{{{SVG}}}desc", {"id": f"{name}-desc"}).text = chart.alt
    marks = ET.fromstring(drawing.marks)  # noqa: S314 - written by this module
    if heading:
        for group in marks.iter():
            group.attrib.pop(SERIES, None)
        width, height = _set_on_paper(root, marks, drawing, heading, size)
    else:
        root.append(marks)
        width, height = drawing.width, drawing.height
    root.set("width", _number(width))
    root.set("height", _number(height))
    root.set("viewBox", f"0 0 {_number(width)} {_number(height)}")
    return _serialise(root)


def draw_png(svg: str, *, scale: float = 2) -> bytes:
    """Return the PNG of a drawing, `scale` pixels for each of its own; raise `RenderError` if it can't be made.

    A drawing with a picture in it is refused: vl-convert would read whatever file its address names.
    """
    if "<image" in svg:
        raise RenderError(_problem("a chart can't be made into PNG: it holds a picture"))
    drawing = ET.fromstring(svg)  # noqa: S314 - written by this module
    outline_texts(drawing)
    for style in drawing.findall(f"{{{SVG}}}style"):  # fonts, which outlines don't need
        drawing.remove(style)
    try:
        return vl_convert.svg_to_png(_serialise(drawing), scale=scale)
    except ValueError as error:
        raise RenderError(_problem(f"a chart can't be made into PNG: {error}")) from error


def _serialise(element: ET.Element) -> str:
    """Write an element without namespace prefixes, which an HTML page would not understand.

    Each time anew: WeasyPrint takes the empty prefix for itself as soon as it is imported.
    """
    ET.register_namespace("", SVG)
    return ET.tostring(element, encoding="unicode")


def _problem(message: str) -> Problem:
    return Problem(
        kind="chart-not-drawn", message=message, hint="report this with the month and the language that were built"
    )


def _tidy_marks(svg: ET.Element, prefix: str, layers: Sequence[Layer]) -> ET.Element:
    """Return one group with all marks, each layer a group whose class is the layer's name."""
    # Lines have no fill of their own: vl-convert puts it on its root group, together with the margins.
    root = svg.find(f"{{{SVG}}}g")
    group = ET.Element(f"{{{SVG}}}g", {"fill": "none"})
    if root is not None:
        group.set("transform", root.get("transform", ""))
    for layer in svg.iter(f"{{{SVG}}}g"):
        name = re.search(r"role-mark (\S+)_(\d+)_marks", layer.get("class", ""))
        if name:
            layer.set("class", name[1].replace("_", "-"))  # Vega-Lite turned the dashes
            marks = layers[int(name[2])]
            if marks.series is not None:
                layer.set(SERIES, str(marks.series))
            if marks.texts:
                for element, text in zip(layer.iter(f"{{{SVG}}}text"), marks.texts, strict=True):
                    element.text = text
            group.append(layer)
    for element in group.iter():
        for attribute, value in list(element.attrib.items()):
            if attribute in DROPPED or DEFAULTS.get(attribute) == value:
                del element.attrib[attribute]
            else:
                element.set(attribute, _own_ids(attribute, _shorten(value), prefix))
    return group


def _own_ids(attribute: str, value: str, prefix: str) -> str:
    """Put the drawing's prefix before an identifier and before each reference to one: many can share a page."""
    return f"{prefix}-{value}" if attribute == "id" else value.replace("url(#", f"url(#{prefix}-")


def _shorten(value: str) -> str:
    """Round every number in an attribute to two decimals; those without a decimal point stay as they are."""
    return re.sub(r"-?\d+\.\d+(?:e-?\d+)?", lambda match: _number(float(match[0])), value)


def _number(value: float) -> str:
    return f"{round(value, 2) + 0.0:.10g}"  # adding 0 makes -0 plain


@cache
def _font_faces() -> str:
    """Return rules with the fonts themselves inside: without them another typeface would cut or overlap the texts."""
    return fonts.font_face_rules(
        lambda font: "data:font/woff2;base64," + b64encode(fonts.web_font(font).content).decode("ascii")
    )


def _set_on_paper(
    root: ET.Element, marks: ET.Element, drawing: Drawing, heading: Heading, size: Size
) -> tuple[float, float]:
    """Put fonts, heading, marks and source note below each other, and return width and height of the paper."""
    tones, margin = colours(), size.margin
    ET.SubElement(root, f"{{{SVG}}}style").text = _font_faces()
    paper = ET.SubElement(root, f"{{{SVG}}}rect", {"fill": tones["paper"]})
    title = Lettering(size=size.text * 1.5, colour=tones["ink"], weight=HEAVY)
    subtitle = Lettering(size=size.text * 1.08, colour=tones["ink-soft"])
    source_note = Lettering(size=size.small, colour=tones["ink-faint"])
    y = margin * 0.8
    for text, lettering in ((heading.title, title), (heading.subtitle, subtitle)):
        y = _write(root, wrap(text, drawing.width, lettering.size, lettering.weight), (margin, y), lettering) + 3
    y += size.text * 1.1
    place = f"translate({_number(margin)},{_number(y)})"
    ET.SubElement(root, f"{{{SVG}}}g", {"transform": place}).append(marks)
    y += drawing.height
    if heading.source_note:
        lines = wrap(heading.source_note, drawing.width, source_note.size)
        y = _write(root, lines, (margin, y + size.text), source_note)
    width, height = drawing.width + 2 * margin, y + margin * 0.8
    paper.set("width", _number(width))
    paper.set("height", _number(height))
    return width, height


def _write(root: ET.Element, lines: list[str], place: tuple[float, float], lettering: Lettering) -> float:
    """Write lines from `place` (left, top) down, and return where the next one can start."""
    x, y = place
    for line in filter(None, lines):
        y += lettering.size * LEADING
        attributes = {
            "x": _number(x),
            "y": _number(y - lettering.size * DESCENT),
            "font-size": _number(lettering.size),
            "font-weight": str(lettering.weight),
            "fill": lettering.colour,
        }
        ET.SubElement(root, f"{{{SVG}}}text", attributes).text = line
    return y
