"""Prepares the typeface: full TrueType files for paper, WOFF2 subsets for the web. Knows no page.

One file for each weight in both places: WeasyPrint draws wrong glyphs when a family is split into subsets.
"""

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath

import uharfbuzz as harfbuzz  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont

from reportgen.output import OutputFile
from reportgen.resources import FONT_FAMILY, FontFile, font_files

FONT_SCHEME = "font:"
"""Scheme of the addresses under which a PDF's document finds its fonts: `font:source-sans-600`."""
HASH_LENGTH = 12
"""How much of a file's SHA-256 stands in its name: enough to tell versions apart."""

# What the languages of the publications need: Latin with the Sámi letters, dashes and quotation marks,
# spaces of fixed width, arrows, mathematical signs.
_WEB_CHARACTERS = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2027),
    *(0x202F, 0x2030, 0x2039, 0x203A, 0x20AC, 0x2190, 0x2191, 0x2192, 0x2193, 0x2206, 0x2212, 0x2248),
    *(0x2260, 0x2264, 0x2265),
)
_WEB_FEATURES = ["ccmp", "kern", "liga", "locl", "mark", "mkmk", "pnum"]


def font_name(font: FontFile) -> str:
    """Return the name under which the page and the PDF know one weight: `source-sans-600`."""
    return f"{FONT_FAMILY.lower().removesuffix(' pro').replace(' ', '-')}-{font.weight}"


def font_face_rules(address: Callable[[FontFile], str]) -> str:
    """Return the style sheet's `@font-face` rules; `address` says where each weight is fetched."""
    rules = (
        f'@font-face {{ font-family: "{FONT_FAMILY}"; font-weight: {font.weight}; font-style: normal; '
        f'font-display: swap; src: url("{address(font)}"); }}'
        for font in font_files()
    )
    return "\n".join(rules)


def print_font_address(font: FontFile) -> str:
    """Return where a document for paper finds one weight, with no path of this machine in it."""
    return FONT_SCHEME + font_name(font)


@cache
def print_fonts() -> Mapping[str, bytes]:
    """Return the full font files by the address that documents for paper use."""
    return {print_font_address(font): font.path.read_bytes() for font in font_files()}


@cache
def web_font(font: FontFile) -> OutputFile:
    """Return one weight for the web: a WOFF2 subset, named after its content and without a folder."""
    content = _subset(font)
    return OutputFile(path=PurePosixPath(f"{font_name(font)}-{content_hash(content)}.woff2"), content=content)


def content_hash(content: bytes) -> str:
    """Return what tells this content from any other in a file name."""
    return sha256(content).hexdigest()[:HASH_LENGTH]


def _subset(font: FontFile) -> bytes:
    """Keep the characters and features that publications use; the same bytes every time.

    HarfBuzz takes a hundredth of the time that fontTools takes, which then only packs the result.
    """
    wanted = harfbuzz.SubsetInput()
    wanted.flags = harfbuzz.SubsetFlags.NO_HINTING | harfbuzz.SubsetFlags.NOTDEF_OUTLINE
    wanted.sets(harfbuzz.SubsetInputSets.UNICODE).set(set(_WEB_CHARACTERS))
    features = wanted.sets(harfbuzz.SubsetInputSets.LAYOUT_FEATURE_TAG)
    features.clear()
    features.set({int.from_bytes(feature.encode(), "big") for feature in _WEB_FEATURES})
    kept = harfbuzz.subset(harfbuzz.Face(harfbuzz.Blob.from_file_path(str(font.path))), wanted)
    with TTFont(BytesIO(bytes(kept.blob.data)), recalcTimestamp=False) as typeface, BytesIO() as file:
        typeface.flavor = "woff2"
        typeface.save(file)
        return file.getvalue()
