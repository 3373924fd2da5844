"""Gives figures the room that a page has left over: a page that would end half empty has its figures at full width.

Knows what stands where on the laid out pages, and the class `figure` of the print templates.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

_HALF_EMPTY = 0.62
"""A page of which less than this is filled has room to share out: figures a third wider still fit."""
_LINES = {"dd", "dt", "figure", "h2", "h3", "li", "p", "tr"}
"""Elements that end where what they show ends; one that goes on overleaf may be drawn down to the page's foot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRoom:
    """What stands where on a page, in CSS pixels from its top."""

    top: float
    bottom: float
    """Where the page's margins begin and end."""
    boxes: Mapping[Element, tuple[float, ...]]
    """Left, top, right and bottom of each element's first box on the page."""


def is_figure(element: Element | None) -> bool:
    """Tell whether an element is a figure with a drawing that may be wider."""
    return element is not None and element.get("class") == "figure"


def figures_with_room(pages: Iterable[PageRoom]) -> Iterator[Element]:
    """Yield the figures of pages with room to spare."""
    for page in pages:
        filled = max((box[3] for element, box in page.boxes.items() if element.tag in _LINES), default=page.bottom)
        if filled - page.top < (page.bottom - page.top) * _HALF_EMPTY:
            yield from filter(is_figure, page.boxes)
