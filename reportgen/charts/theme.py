"""The look of all charts: colours from `styles/tokens.css`, type and widths, and how wide a text is.

Text is measured with the very fonts that it is drawn with, so that space can be set aside for it beforehand.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from fontTools.ttLib import TTFont

from reportgen import resources
from reportgen.errors import Problem, RenderError, Where

TOKENS_FILE = "tokens.css"
Weight: TypeAlias = Literal[400, 600, 700]
NORMAL: Final = 400
STRONG: Final = 600
HEAVY: Final = 700


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much room a drawing has; lengths in CSS pixels."""

    name: str
    """Part of every identifier, so that one chart can stand on a page in two sizes."""
    width: int
    """Width of the whole drawing without the margin of a heading."""
    text: float
    """Font size of labels."""
    small: float
    """Font size of what stands on the axes."""
    ticks: int
    """Most ticks on an axis."""
    stacked: bool
    """Whether labels of rows stand above their bars instead of beside them."""
    margin: float
    """Around a drawing that has a heading."""


WIDE = Size(name="wide", width=720, text=14.5, small=13.5, ticks=5, stacked=False, margin=28)
"""The column of a page on a screen, and the width of the text on paper (170 mm)."""
NARROW = Size(name="narrow", width=340, text=15.5, small=14, ticks=4, stacked=True, margin=18)
"""A phone."""
MAIL = Size(name="mail", width=460, text=16.5, small=15, ticks=5, stacked=False, margin=8)
"""A mail, which shows one picture wider than this on a screen and smaller on a phone."""


def parse_tokens(css: str) -> dict[str, str]:
    """Read the colours of a style sheet's first `:root` block, by name without dashes; six-digit hexadecimal only.

    >>> parse_tokens(":root { --ink: #1b2430; --space: 1rem } @media print { :root { --ink: #000000 } }")
    {'ink': '#1b2430'}
    """
    block = re.search(r":root\s*\{(.*?)\}", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL), flags=re.DOTALL)
    return dict(re.findall(r"--([\w-]+)\s*:\s*(#[0-9a-f]{6})\s*(?:;|$)", block[1])) if block else {}


@cache
def colours() -> Mapping[str, str]:
    """Read the light colours of the design; the dark ones are laid over a drawing by the page's style sheet."""
    path = resources.style_folder() / TOKENS_FILE
    tokens = parse_tokens(path.read_text(encoding="utf-8"))
    if not tokens:
        raise RenderError(
            Problem(
                kind="no-colours",
                message=f"no colours in {TOKENS_FILE}",
                hint="write them as --name: #rrggbb; in the first :root block",
                where=(Where(file=TOKENS_FILE),),
            )
        )
    return MappingProxyType(tokens)


def recolouring_css(scope: str = "svg") -> str:
    """Return a style sheet that gives drawings inside a page the colours that the page has: the dark ones, if so.

    A drawing names its colours as the light tokens have them, which is right wherever no style sheet reaches it.
    """
    return "".join(
        f'{scope} [{paint}="{value}"]{{{paint}:var(--{name})}}\n'
        for name, value in colours().items()
        for paint in ("fill", "stroke")
    )


@cache
def _advances(weight: Weight) -> Mapping[str, float]:
    """Return the width of every character of one weight, in parts of the font size."""
    path = next(font.path for font in resources.font_files() if font.weight == weight)
    with TTFont(path, lazy=True) as font:
        widths, units = font["hmtx"], font["head"].unitsPerEm
        return MappingProxyType({chr(code): widths[name][0] / units for code, name in font.getBestCmap().items()})


def text_width(text: str, size: float, weight: Weight = NORMAL) -> float:
    """Return the width of one line in pixels, without kerning, which only ever makes it a little narrower."""
    advances = _advances(weight)
    widest = advances["W"]
    return size * sum(advances.get(character, widest) for character in text)


def wrap(text: str, width: float, size: float, weight: Weight = NORMAL) -> list[str]:
    """Break a text at its spaces into as few lines as the width allows, and then as even ones as it can be.

    A word that is wider than the width stands on a line of its own. No-break spaces hold.
    """
    words = text.split(" ")

    def break_at(limit: float) -> list[str]:
        lines = [words[0]]
        for word in words[1:]:
            if text_width(f"{lines[-1]} {word}", size, weight) <= limit:
                lines[-1] += f" {word}"
            else:
                lines.append(word)
        return lines

    best = break_at(width)
    if len(best) == 1:
        return best
    limits = sorted({text_width(text[:end], size, weight) for end in range(1, len(text) + 1)})
    limits = limits[: bisect_right(limits, width)]
    narrowest = bisect_left(limits, True, key=lambda limit: len(break_at(limit)) <= len(best))  # noqa: FBT003 - a key
    return break_at(limits[narrowest]) if narrowest < len(limits) else best


def spread(centres: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move labels apart so that none overlaps another, each as little as can be, all between `low` and `high`.

    Returns the new centres in the order given. Labels keep their order from low to high; where they need more
    room than there is they overflow `high`.

    >>> spread([10, 12], [10, 10], 0, 100)
    [6.0, 16.0]
    """
    order = sorted(range(len(centres)), key=lambda index: (centres[index], index))
    tops = [0.0]
    for index in order[:-1]:
        tops.append(tops[-1] + heights[index])
    # Without the room that the labels before it take, each label wants to be here; neighbours that want to be in
    # the wrong order form a block that moves to its members' mean (pool adjacent violators).
    wishes = [centres[index] - heights[index] / 2 - top for index, top in zip(order, tops, strict=True)]
    blocks: list[list[float]] = []
    for wish in wishes:
        blocks.append([wish])
        while len(blocks) > 1 and _mean(blocks[-2]) > _mean(blocks[-1]):
            last = blocks.pop()
            blocks[-1].extend(last)
    room = high - low - sum(heights)
    moved = [min(max(_mean(block) - low, 0), max(room, 0)) + low for block in blocks for _ in block]
    placed = dict(zip(order, zip(moved, tops, strict=True), strict=True))
    return [sum(placed[index]) + heights[index] / 2 for index in range(len(centres))]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def round_ticks(low: float, high: float, most: int) -> list[float]:
    """Return the round numbers from `low` to `high`, at most `most` and as many as can be; 0 is one if within.

    >>> round_ticks(0, 82_000, 5)
    [0, 20000, 40000, 60000, 80000]
    """
    for power in range(-6, 12):
        for factor in (1, 2, 2.5, 5):
            step = factor * 10.0**power
            first, last = -(-low // step), high // step
            if last - first + 1 <= most:
                return [_tidy(step * index) for index in range(int(first), int(last) + 1)]
    return []


def _tidy(value: float) -> float:
    """Take away what binary fractions leave behind: 0.30000000000000004."""
    rounded = round(value, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def keep_apart(centres: Sequence[float], widths: Sequence[float], anchor: int, gap: float) -> list[int]:
    """Choose every n-th label, counted from the anchor, with the smallest n at which none touches the next."""
    for stride in range(1, len(centres) + 1):
        chosen = [index for index in range(len(centres)) if (index - anchor) % stride == 0]
        if all(
            centres[right] - centres[left] >= (widths[left] + widths[right]) / 2 + gap
            for left, right in pairwise(chosen)
        ):
            return chosen
    return [anchor]
