"""Turns a picture into the text of an SVG file that a page can hold, and that into PNG.

What vl-convert writes is made anew around its marks: title and description in the document's language, no English
roles, identifiers of its own for each drawing, colours and fonts said once, coordinates that end after two decimals.
"""

import re
import xml.etree.ElementTree as ET
from functools import cache

import vl_convert

from reportgen import resources
from reportgen.charts.descriptions import Chart, Heading
from reportgen.charts.marks import Picture
from reportgen.charts.theme import HEAVY, NORMAL, Size, Weight, colours, wrap
from reportgen.errors import Problem, RenderError

SVG = "http://www.w3.org/2000/svg"
FONTS = f"'{resources.FONT_FAMILY}', Arial, sans-serif"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
DROPPED = {"role", "aria-hidden", "aria-roledescription", "aria-label", "pointer-events", "font-family", "style"}
DEFAULTS = {"opacity": "1", "font-weight": "400", "text-anchor": "start"}
MARGIN_WIDE, MARGIN_NARROW = 28, 18

ET.register_namespace("", SVG)


def draw_picture(picture: Picture, *, chart: Chart, size: Size, heading: Heading | None) -> str:
    """Return the SVG of a picture; with a heading it stands on paper of its own, with margins."""
    prefix = f"{chart.id}-{size.name}"
    marks = _tidy_marks(ET.fromstring(_convert(picture, chart.id)), prefix)  # noqa: S314 - what vl-convert has just written
    root = ET.Element(
        f"{{{SVG}}}svg",
        {
            "id": prefix,
            "role": "img",
            "lang": chart.language,
            XML_LANG: chart.language,
            "aria-labelledby": f"{prefix}-title",
            "aria-describedby": f"{prefix}-desc",
            "font-family": FONTS,
        },
    )
    ET.SubElement(root, f"{{{SVG}}}title", {"id": f"{prefix}-title"}).text = chart.title
    ET.SubElement(root, f"{{{SVG}}}desc", {"id": f"{prefix}-desc"}).text = chart.alt
    width, height = _set_on_paper(root, marks, picture, heading, size) if heading else _set_bare(root, marks, picture)
    for name, value in {"width": width, "height": height, "viewBox": f"0 0 {width} {height}"}.items():
        root.set(name, value)
    return ET.tostring(root, encoding="unicode")


def draw_png(svg: str, *, scale: float = 2) -> bytes:
    """Return the PNG of a drawing, `scale` pixels for each of its own; raise `RenderError` if it can't be made."""
    _register_fonts()
    try:
        return vl_convert.svg_to_png(svg, scale=scale)
    except ValueError as error:
        raise RenderError(
            Problem(kind="chart-not-drawn", message=f"a chart can't be made into PNG: {error}", hint=_HINT)
        ) from error


_HINT = "report this with the month and the language that were built"


@cache
def _register_fonts() -> None:
    """Let vl-convert know the fonts; once for each process."""
    for folder in sorted({str(font.path.parent) for font in resources.font_files()}):
        vl_convert.register_font_directory(folder)


def _convert(picture: Picture, name: str) -> str:
    """Let Vega draw the marks; nothing is fetched."""
    _register_fonts()
    try:
        return vl_convert.vegalite_to_svg(picture.specification(), allowed_base_urls=[])
    except ValueError as error:  # vl-convert raises this for whatever goes wrong in Vega
        raise RenderError(
            Problem(kind="chart-not-drawn", message=f'chart "{name}" can\'t be drawn: {error}', hint=_HINT)
        ) from error


def _tidy_marks(svg: ET.Element, prefix: str) -> ET.Element:
    """Return one group with all marks, each layer a group whose class is the layer's name."""
    origin = svg.find(f"{{{SVG}}}g")
    group = ET.Element(f"{{{SVG}}}g")
    if origin is None:
        return group
    group.set("transform", _shorten(origin.get("transform", "")))
    # `fill="none"` on vl-convert's root group keeps lines from being filled.
    group.set("fill", "none")
    for layer in origin.iter(f"{{{SVG}}}g"):
        name = re.search(r"role-mark (\S+?)_\d+_marks", layer.get("class", ""))
        if name:
            layer.set("class", name[1].replace("_", "-"))  # Vega-Lite turns dashes round
            group.append(layer)
    for element in group.iter():
        for attribute in DROPPED & element.attrib.keys():
            del element.attrib[attribute]
        for attribute, value in DEFAULTS.items():
            if element.get(attribute) == value:
                del element.attrib[attribute]
        for attribute, value in element.attrib.items():
            element.set(attribute, _own_ids(_shorten(value), attribute, prefix))
    return group


def _own_ids(value: str, attribute: str, prefix: str) -> str:
    """Put the drawing's prefix before an identifier and before each reference to one."""
    if attribute == "id":
        return f"{prefix}-{value}"
    return re.sub(r"url\(#", f"url(#{prefix}-", value)


def _shorten(value: str) -> str:
    """Round every number in an attribute to two decimals; colours have none and stay as they are."""
    return re.sub(r"-?\d+\.\d+(?:e-?\d+)?", lambda match: f"{round(float(match[0]), 2):g}", value)


def _set_bare(root: ET.Element, marks: ET.Element, picture: Picture) -> tuple[str, str]:
    """Put the marks alone into the drawing; the page has the words around them."""
    root.append(marks)
    return _number(picture.width), _number(picture.height)


def _set_on_paper(
    root: ET.Element, marks: ET.Element, picture: Picture, heading: Heading, size: Size
) -> tuple[str, str]:
    """Put heading, marks and source note below each other on paper of their own."""
    paper, margin = colours(), MARGIN_NARROW if size.stacked else MARGIN_WIDE
    ground = ET.SubElement(root, f"{{{SVG}}}rect", {"fill": paper["paper"]})
    y = float(margin)
    title, plain, small = size.text * 1.5, size.text * 1.08, size.small
    y = _write(root, heading.title, (margin, y), picture.width, size=title, weight=HEAVY, colour=paper["ink"])
    y = _write(root, heading.subtitle, (margin, y + 3), picture.width, size=plain, colour=paper["ink-soft"])
    y += size.text * 1.2
    holder = ET.SubElement(root, f"{{{SVG}}}g", {"transform": f"translate({margin},{_number(y)})"})
    holder.append(marks)
    y += picture.height
    if heading.source_note:
        y += size.text
        y = _write(root, heading.source_note, (margin, y), picture.width, size=small, colour=paper["ink-faint"])
    width, height = _number(picture.width + 2 * margin), _number(y + margin * 0.8)
    ground.set("width", width)
    ground.set("height", height)
    return width, height


def _write(
    root: ET.Element,
    text: str,
    place: tuple[float, float],
    width: float,
    *,
    size: float,
    colour: str,
    weight: Weight = NORMAL,
) -> float:
    """Write a text in lines from `place` (left, top) down, and return where the next one can start."""
    x, y = place
    for row in wrap(text, width, size, weight) if text else []:
        y += size * 1.22
        attributes = {"x": _number(x), "y": _number(y - size * 0.28), "font-size": _number(size), "fill": colour}
        if weight != NORMAL:
            attributes["font-weight"] = str(weight)
        ET.SubElement(root, f"{{{SVG}}}text", attributes).text = row
    return y


def _number(value: float) -> str:
    return f"{round(value, 2):g}"
