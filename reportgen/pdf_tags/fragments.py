"""Makes one tag of each section, list or paragraph that a page break divides: WeasyPrint writes one for each page.

Tables have a module of their own.
"""

from collections.abc import Iterator
from itertools import pairwise
from xml.etree.ElementTree import Element

from reportgen.pdf_tags.boxes import Layout, Page
from reportgen.pdf_tags.tree import Kid, Tag, Tree

_KINDS = {
    "section": "Sect",
    "div": "Div",
    "p": "P",
    "ul": "L",
    "ol": "L",
    "dl": "L",
    "li": "LI",
    "figure": "NonStruct",
    "blockquote": "BlockQuote",
}


def join_blocks(tree: Tree, layout: Layout) -> None:
    """Join what a page ends with and the next begins with, where it is one element, from the outermost inwards."""
    for number, (before, page) in enumerate(pairwise(layout.pages), start=1):
        level = tree.root.kids
        for element in _divided(before, page, layout):
            joined = _join_first(level, number, _KINDS[element.tag])
            if joined is None:
                break
            level = joined.kids


def _divided(before: Page, page: Page, layout: Layout) -> Iterator[Element]:
    """Yield the elements that are open at a page break, outermost first, down to a table.

    What stands beside other things, in columns or a grid, is not followed: only the last element of a page is.
    """
    chain = list(before.elements[-1:])
    while chain and chain[0] in layout.parents:
        chain.insert(0, layout.parents[chain[0]])
    for element in chain:
        if element.tag in _KINDS and element in page.elements:
            yield element
        elif element.tag not in {"html", "body"}:
            return


def _join_first(level: list[Kid], page: int, kind: str) -> Tag | None:
    """Join the first tag of a page with the one before it if both are of the kind; return the whole."""
    for place, kid in enumerate(level):
        if isinstance(kid, Tag) and kid.page == page:
            before = level[place - 1] if place else None
            if not isinstance(before, Tag) or (before.kind, kid.kind) != (kind, kind):
                return None
            del level[place]
            before.kids += kid.kids
            bodies = before.tags("LBody")
            if kind == "LI" and len(bodies) > 1:
                bodies[0].kids += bodies[1].kids
                before.kids.remove(bodies[1])
                return bodies[0]
            return before
    return None
