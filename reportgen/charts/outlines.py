"""Sets the texts of a drawing as outlines of their letters: whoever draws it then needs no font.

A PNG is made so: the library that draws it opens the font anew for each letter, which takes most of its time.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from functools import cache

import uharfbuzz as harfbuzz  # type: ignore[import-untyped]
from fontTools.pens.recordingPen import RecordingPen

from reportgen import resources
from reportgen.charts.elements import SVG
from reportgen.charts.theme import NORMAL

_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}
_OF_TEXT = ("x", "y", "font-size", "font-weight", "text-anchor")
"""What says how a text is set, and nothing about a path."""
_COMMANDS = {"moveTo": "m", "lineTo": "l", "qCurveTo": "q", "curveTo": "c"}
"""What fontTools calls a step of an outline, and what a path does."""


def outline_texts(drawing: ET.Element) -> None:
    """Make a path of each text of a drawing, in place; texts as `charts.drawing` writes them, on one line each."""
    for text in drawing.iter(f"{SVG}text"):
        size = float(text.get("font-size", "").removesuffix("px"))
        place = float(text.get("x", "0")), float(text.get("y", "0"))
        face = _Face.of_weight(int(text.get("font-weight", NORMAL)))
        path = face.outline(text.text or "", place, size, _ANCHORS[text.get("text-anchor", "start")])
        for attribute in _OF_TEXT:
            text.attrib.pop(attribute, None)
        text.tag, text.text = f"{SVG}path", None
        text.set("d", path)


class _Face:
    """One weight of the typeface."""

    def __init__(self, path: str) -> None:
        self._font = harfbuzz.Font(harfbuzz.Face(harfbuzz.Blob.from_file_path(path)))
        self._outlines: dict[tuple[int, float], str] = {}

    @staticmethod
    @cache
    def of_weight(weight: int) -> "_Face":
        (file,) = (font for font in resources.font_files() if font.weight == weight)
        return _Face(str(file.path))

    def outline(self, text: str, place: tuple[float, float], size: float, anchor: float) -> str:
        """Return the path of a text whose base line begins, or ends, or has its middle, at `place`."""
        line = harfbuzz.Buffer()
        line.add_str(text)
        line.guess_segment_properties()
        harfbuzz.shape(self._font, line)
        scale = size / self._font.face.upem
        x, y = place
        x -= anchor * scale * sum(position.x_advance for position in line.glyph_positions)
        path = []
        for glyph, position in zip(line.glyph_infos, line.glyph_positions, strict=True):
            left, base = x + scale * position.x_offset, y - scale * position.y_offset
            path.append(f"M{left:.3f} {base:.3f}{self._letter(glyph.codepoint, scale)}")
            x += scale * position.x_advance
        return "".join(path)

    def _letter(self, glyph: int, scale: float) -> str:
        """Return one letter's outline as a path that goes on from wherever its base line begins."""
        if (glyph, scale) not in self._outlines:
            pen = RecordingPen()
            self._font.draw_glyph_with_pen(glyph, pen)
            self._outlines[glyph, scale] = "".join(_relative(pen.value, scale))
        return self._outlines[glyph, scale]


def _relative(outline: Sequence[tuple[str, Sequence[tuple[float, float]]]], scale: float) -> Iterator[str]:
    """Yield the commands of an outline in font units as those of a path whose points count from the one before."""
    here = start = 0.0, 0.0
    for command, points in outline:
        if command == "closePath":
            yield "z"
            here = start
            continue
        yield _COMMANDS[command]
        yield " ".join(f"{(x - here[0]) * scale:.3f} {(here[1] - y) * scale:.3f}" for x, y in points)
        here = points[-1]
        if command == "moveTo":
            start = here
