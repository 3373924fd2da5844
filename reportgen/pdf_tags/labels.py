"""Labels the elements of an HTML document before its layout, and reads off afterwards what came to stand on which page.

A label is an `id`, for WeasyPrint lists those with a box on a page, in the order of the boxes (`Page.anchors`).
An element that has one keeps it. The others' labels are taken away again, or the PDF would name them all.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol
from xml.etree.ElementTree import Element

_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_BLOCKS = {"blockquote", "dd", "div", "dl", "dt", "figure", "li", "ol", "p", "section", "table", "tr", "ul"}
_LABELLED = frozenset({"a", "article", *_HEADINGS, *_BLOCKS})
_MARK = "article"
"""An element that print templates have no use for, so that its tag (`Art`) stands out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where words begin or end that are in another language, or not to be read aloud."""

    begins: bool
    language: str = ""
    """Language of the words: `nb`; empty where they are hidden."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What was labelled."""

    elements: Mapping[str, Element]
    """Each labelled element by its `id`."""
    added: frozenset[str]
    """Labels that the document didn't have."""
    marks: Mapping[Element, Mark]
    parents: Mapping[Element, Element]
    """Of every element but the root."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What stands on one page."""

    elements: tuple[Element, ...]
    """Labelled elements that have a box here, in the order of their boxes."""
    links: tuple[Element, ...]
    """For each link annotation here, in its order, the `a` that it belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A document that is laid out."""

    pages: tuple[Page, ...]
    marks: Mapping[Element, Mark]
    parents: Mapping[Element, Element]


class LaidOutPage(Protocol):
    """What is needed of `weasyprint.document.Page`."""

    anchors: dict[str, tuple[float, ...]]
    """Left, top, right and bottom of the first box of each `id` with a box on the page, in CSS pixels."""
    links: list[tuple[str, str, tuple[float, ...], object]]
    """Kind, target, rectangle (as above) and box of each link."""


def label_elements(root: Element) -> Labels:
    """Label the elements below `html` that matter to the tags, in place."""
    marks = dict(_mark_words(root))
    elements, added = {}, set()
    for number, element in enumerate(root.iter()):
        if element.tag not in _LABELLED:
            continue
        if "id" not in element.attrib:
            element.set("id", f"tag:{number}")
            added.add(f"tag:{number}")
        elements[element.attrib["id"]] = element
    parents = {child: parent for parent in root.iter() for child in parent}
    return Labels(elements=elements, added=frozenset(added), marks=marks, parents=parents)


def read_layout(pages: Iterable[LaidOutPage], labels: Labels) -> Layout:
    """Return what stands on each page; take the added labels from the pages."""
    return Layout(pages=tuple(_read_page(page, labels) for page in pages), marks=labels.marks, parents=labels.parents)


def _read_page(page: LaidOutPage, labels: Labels) -> Page:
    here = [name for name in page.anchors if name in labels.elements]
    links = tuple(_owners(page, [name for name in here if labels.elements[name].tag == "a"], labels))
    for name in labels.added.intersection(here):
        del page.anchors[name]
    return Page(elements=tuple(labels.elements[name] for name in here), links=links)


def _owners(page: LaidOutPage, names: list[str], labels: Labels) -> Iterator[Element]:
    """Yield the `a` of each link: the next one where its first box is, else the one before, of which this is a part."""
    coming = [name for name in names if "href" in labels.elements[name].attrib]
    owner = None
    for kind, _, rectangle, _ in page.links:
        if coming and page.anchors[coming[0]] == rectangle:
            owner = labels.elements[coming.pop(0)]
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
