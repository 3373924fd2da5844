"""Marks words in an HTML document before its layout, and reads off afterwards what came to stand on which page.

No element is given an `id` for it: WeasyPrint shares the computed style of elements that are alike, and no two with
an `id` are. Rows without one share theirs and that of all their cells, which is a fifth of the layout's time.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from xml.etree.ElementTree import Element

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = {"blockquote", "dd", "div", "dl", "dt", "figure", "li", "ol", "p", "section", "table", "tr", "ul"}
_FOLLOWED = frozenset({"a", "article", *_HEADINGS, *_BLOCKS})
"""Elements that matter to the tags."""
_MARK = "article"
"""An element that print templates have no use for, so that its tag (`Art`) stands out."""

Rectangle: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom in CSS pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where words begin or end that are in another language, or not to be read aloud."""

    begins: bool
    language: str = ""
    """Language of the words: `nb`; empty where they are hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """What is known of a document before its layout."""

    marks: Mapping[Element, Mark]
    parents: Mapping[Element, Element]
    """Of every element but the root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stands on one page."""

    elements: tuple[Element, ...]
    """Elements that matter to the tags and have a box here, in the order of their boxes."""
    links: tuple[Element, ...]
    """For each link annotation here, in its order, the `a` that it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A document that is laid out."""

    pages: tuple[Page, ...]
    marks: Mapping[Element, Mark]
    parents: Mapping[Element, Element]


class Box(Protocol):
    """What is needed of `weasyprint.formatting_structure.boxes.Box`."""

    element: Element | None

    def all_children(self) -> Iterable["Box"]:
        """Return what it holds."""

    def hit_area(self) -> tuple[float, float, float, float]:
        """Return left, top, width and height."""


class LaidOutPage(Protocol):
    """What is needed of `weasyprint.document.Page`."""

    _page_box: Box
    links: list[tuple[str, str, tuple[float, ...], object]]
    """Kind, target, rectangle (as above) and box of each link."""


def prepare_words(root: Element) -> Preparation:
    """Mark the words below `html` that are in another language or hidden, in place."""
    marks = dict(_mark_words(root))
    return Preparation(marks=marks, parents={child: parent for parent in root.iter() for child in parent})


def first_boxes(page: Box) -> dict[Element, Rectangle]:
    """Return where the first box of each element on a page is that matters to the tags, in the order of the boxes."""
    found: dict[Element, Rectangle] = {}
    waiting = [page]
    while waiting:
        box = waiting.pop()
        element = box.element
        if element is not None and element.tag in _FOLLOWED and element not in found:
            left, top, width, height = box.hit_area()
            found[element] = (left, top, left + width, top + height)
        waiting += reversed(list(box.all_children()))
    return found


def read_layout(pages: Iterable[LaidOutPage], preparation: Preparation) -> Layout:
    """Return what stands on each page."""
    return Layout(pages=tuple(_read_page(page) for page in pages), marks=preparation.marks, parents=preparation.parents)


def _read_page(page: LaidOutPage) -> Page:
    boxes = first_boxes(page._page_box)  # noqa: SLF001 - what has no `id` is told nowhere else
    return Page(elements=tuple(boxes), links=tuple(_owners(page, boxes)))


def _owners(page: LaidOutPage, boxes: Mapping[Element, Rectangle]) -> Iterator[Element]:
    """Yield the `a` of each link: the next one where its first box is, else the one before, of which this is a part."""
    coming = [element for element in boxes if element.tag == "a" and "href" in element.attrib]
    owner = None
    for kind, _, rectangle, _ in page.links:
        if coming and boxes[coming[0]] == rectangle:
            owner = coming.pop(0)
        if kind != "attachment" and owner is not None:
            yield owner


def _mark_words(root: Element) -> Iterator[tuple[Element, Mark]]:
    """Put a mark before and after words with a `lang` of their own, or `aria-hidden`.

    WeasyPrint breaks an inline element into one tag for each line, and tells neither where it came from nor its
    language. The marks are out of the flow and have no size: they change nothing that is seen.
    """
    body = root.find("body")
    for element in [] if body is None else list(body.iter()):
        language = element.get("lang", "")
        if language or element.get("aria-hidden") == "true":
            for holder in _text_holders(element):
                begin, end = (Element(_MARK, style="position: absolute") for _ in range(2))
                begin.tail, holder.text = holder.text, None
                holder.insert(0, begin)
                holder.append(end)
                yield begin, Mark(begins=True, language=language)
                yield end, Mark(begins=False, language=language)


def _text_holders(element: Element) -> Iterator[Element]:
    """Yield the outermost elements at or below this one that hold text themselves: marks add no line to those."""
    if any(text and not text.isspace() for text in (element.text, *(child.tail for child in element))):
        yield element
    else:
        for child in element:
            yield from _text_holders(child)
