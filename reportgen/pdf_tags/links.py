"""Describes links by their text, where WeasyPrint names the raw target, and makes one `Link` tag of each link.

A link over two lines has an annotation for each, and so has every element in it; one tag holds them all.
"""

from collections.abc import Mapping
from xml.etree.ElementTree import Element

import pydyf

from reportgen.pdf_tags.boxes import Layout
from reportgen.pdf_tags.tree import Annotation, Kid, Tag, Tree, follow, unexpected

_Owners = Mapping[bytes, Element]
"""The `a` of each annotation, by the reference to the annotation."""
_NEAR = 2
"""Points by which bold type may stand out of its line."""


def mend_links(tree: Tree, layout: Layout) -> None:
    """Give each link annotation its description, and join the tags of each link.

    Raise `RenderError` where the annotations are not those of the links.
    """
    owners: dict[bytes, Element] = {}
    for number, (page, laid_out) in enumerate(zip(tree.pages, layout.pages, strict=True), start=1):
        annotations = page.get("Annots", [])
        if len(annotations) != len(laid_out.links):
            message = f"page {number} has {len(annotations)} annotations for {len(laid_out.links)} links"
            raise unexpected(message)
        for reference, link in zip(annotations, laid_out.links, strict=True):
            follow(tree.pdf, reference)["Contents"] = pydyf.String(" ".join(_text(link).split()))
            owners[reference] = link
    for tag in tree.root.walk():
        if tag.kind == "Link":
            _gather(tag)
        _join_lines(tag, owners)


def _text(link: Element) -> str:
    """Return a link's text, and the words for its drawings."""
    own = link.get("alt") or link.text or ""
    return own + "".join(_text(child) + (child.tail or "") for child in link)


def _gather(link: Tag) -> None:
    """Move the annotations of what is in a link to the link itself; those within its own go: one stop is enough."""
    for tag in list(link.walk())[1:]:
        inner = [kid for kid in tag.kids if isinstance(kid, Annotation)]
        tag.kids = [kid for kid in tag.kids if not isinstance(kid, Annotation)]
        link.kids += [kid for kid in inner if tag.kids and not any(_covers(own, kid) for own in link.kids)]
        if tag.kind == "Link":
            tag.kind = "Span"


def _covers(outer: Kid, inner: Annotation) -> bool:
    if not isinstance(outer, Annotation) or outer.page != inner.page:
        return False
    left, top, right, bottom = outer.dictionary["Rect"]  # as WeasyPrint writes it
    x1, y1, x2, y2 = inner.dictionary["Rect"]
    return bool(left - _NEAR <= x1 and x2 <= right + _NEAR and bottom - _NEAR <= y2 and y1 <= top + _NEAR)


def _join_lines(parent: Tag, owners: _Owners) -> None:
    """Make one tag of a link's tags on following lines."""
    kept: list[Kid] = []
    for kid in parent.kids:
        before = kept[-1] if kept else None
        owner = _owner(kid, owners)
        if isinstance(before, Tag) and isinstance(kid, Tag) and owner is not None and owner is _owner(before, owners):
            before.kids += kid.kids
        else:
            kept.append(kid)
    parent.kids = kept


def _owner(tag: Kid, owners: _Owners) -> Element | None:
    """Return the `a` of a link's tag."""
    kids = tag.kids if isinstance(tag, Tag) and tag.kind == "Link" else []
    annotations = [kid for kid in kids if isinstance(kid, Annotation)]
    return owners[annotations[0].reference] if annotations else None
