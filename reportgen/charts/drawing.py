"""Turns a picture into the text of an SVG file that a page can hold, and that into PNG.

Title and description are in the document's language, identifiers are the drawing's own, and the font is said once.
"""

import xml.etree.ElementTree as ET
from base64 import b64encode
from functools import cache

import vl_convert

from reportgen import fonts, resources
from reportgen.charts.descriptions import Chart, Heading
from reportgen.charts.elements import SERIES, SVG, draw_marks, translation, write_number
from reportgen.charts.marks import Lettering, Picture
from reportgen.charts.outlines import outline_texts
from reportgen.charts.theme import HEAVY, Size, colours, wrap
from reportgen.errors import Problem, RenderError

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
FONTS = f"'{resources.FONT_FAMILY}', Arial, sans-serif"
LEADING, DESCENT = 1.22, 0.28
"""Height of a line of the heading, and how far its base line is above its end, in parts of the font size."""


def draw_svg(picture: Picture, *, chart: Chart, size: Size, heading: Heading | None) -> str:
    """Return a picture as an SVG element; with a heading it stands on paper of its own, with margins."""
    name = f"{chart.id}-{size.name}"
    attributes = {
        "id": name,
        "role": "img",
        XML_LANG: chart.language,
        "aria-labelledby": f"{name}-title",
        "aria-describedby": f"{name}-desc",
        "font-family": FONTS,
    }
    root = ET.Element(f"{SVG}svg", attributes)
    ET.SubElement(root, f"{SVG}title", {"id": f"{name}-title"}).text = chart.title
    ET.SubElement(root, f"{SVG}desc", {"id": f"{name}-desc"}).text = chart.alt
    if heading:
        width, height = _set_on_paper(root, picture, heading, size)
    else:
        root.append(draw_marks(picture))
        width, height = picture.width, picture.height
    root.set("width", write_number(width))
    root.set("height", write_number(height))
    root.set("viewBox", f"0 0 {write_number(width)} {write_number(height)}")
    return _serialise(root)


def draw_png(svg: str, *, scale: float = 2) -> bytes:
    """Return the PNG of a drawing, `scale` pixels for each of its own; raise `RenderError` if it can't be made.

    A drawing with a picture in it is refused: vl-convert would read whatever file its address names.
    """
    if "<image" in svg:
        raise RenderError(_problem("a chart can't be made into PNG: it holds a picture"))
    drawing = ET.fromstring(svg)  # noqa: S314 - written by this module
    outline_texts(drawing)
    for style in drawing.findall(f"{SVG}style"):  # fonts, which outlines don't need
        drawing.remove(style)
    try:
        return vl_convert.svg_to_png(_serialise(drawing), scale=scale)
    except ValueError as error:
        raise RenderError(_problem(f"a chart can't be made into PNG: {error}")) from error


def _serialise(element: ET.Element) -> str:
    """Write an element without namespace prefixes, which an HTML page would not understand.

    Each time anew: WeasyPrint takes the empty prefix for itself as soon as it is imported.
    """
    ET.register_namespace("", SVG.strip("{}"))
    return ET.tostring(element, encoding="unicode")


def _problem(message: str) -> Problem:
    return Problem(
        kind="chart-not-drawn", message=message, hint="report this with the month and the language that were built"
    )


@cache
def _font_faces() -> str:
    """Return rules with the fonts themselves inside: without them another typeface would cut or overlap the texts."""
    return fonts.font_face_rules(
        lambda font: "data:font/woff2;base64," + b64encode(fonts.web_font(font).content).decode("ascii")
    )


def _set_on_paper(root: ET.Element, picture: Picture, heading: Heading, size: Size) -> tuple[float, float]:
    """Put fonts, heading, marks and source note below each other, and return width and height of the paper."""
    tones, margin = colours(), size.margin
    ET.SubElement(root, f"{SVG}style").text = _font_faces()
    paper = ET.SubElement(root, f"{SVG}rect", {"fill": tones["paper"]})
    title = Lettering(size=size.text * 1.5, colour=tones["ink"], weight=HEAVY)
    subtitle = Lettering(size=size.text * 1.08, colour=tones["ink-soft"])
    source_note = Lettering(size=size.small, colour=tones["ink-faint"])
    y = margin * 0.8
    for text, lettering in ((heading.title, title), (heading.subtitle, subtitle)):
        y = _write(root, wrap(text, picture.width, lettering.size, lettering.weight), (margin, y), lettering) + 3
    y += size.text * 1.1
    marks = draw_marks(picture)
    for group in marks:
        group.attrib.pop(SERIES, None)
    ET.SubElement(root, f"{SVG}g", {"transform": translation(margin, y)}).append(marks)
    y += picture.height
    if heading.source_note:
        lines = wrap(heading.source_note, picture.width, source_note.size)
        y = _write(root, lines, (margin, y + size.text), source_note)
    width, height = picture.width + 2 * margin, y + margin * 0.8
    paper.set("width", write_number(width))
    paper.set("height", write_number(height))
    return width, height


def _write(root: ET.Element, lines: list[str], place: tuple[float, float], lettering: Lettering) -> float:
    """Write lines from `place` (left, top) down, and return where the next one can start."""
    x, y = place
    for line in filter(None, lines):
        y += lettering.size * LEADING
        attributes = {
            "x": write_number(x),
            "y": write_number(y - lettering.size * DESCENT),
            "font-size": write_number(lettering.size),
            "font-weight": str(lettering.weight),
            "fill": lettering.colour,
        }
        ET.SubElement(root, f"{SVG}text", attributes).text = line
    return y
