"""Gives words in another language their language, and takes from the tree what is not to be read aloud.

Both stand between two marks, see `boxes`; the marks go, and with them tags that hold nothing.
"""

from collections.abc import Iterator

import pydyf

from reportgen.pdf_tags.boxes import Layout, Mark
from reportgen.pdf_tags.tree import Content, Kid, Matched, Tag, Tree

_NEEDED = frozenset({"TH", "TD", "Document"})
"""Tags that may be empty: a cell keeps its place."""


def apply_marks(tree: Tree, matched: Matched, layout: Layout) -> frozenset[Content]:
    """Mark up what stands between marks; return the content that is hidden."""
    hidden: set[Content] = set()
    within: list[Mark] = []
    for tag, kid in _contents(tree.root):
        mark = layout.marks.get(matched[kid]) if isinstance(kid, Tag) and kid in matched else None
        if mark and mark.begins:
            within.append(mark)
        elif mark:
            within.pop()
        elif isinstance(kid, Content) and any(not mark.language for mark in within):
            hidden.add(kid)
        elif isinstance(kid, Content) and within:
            tag.dictionary["Lang"] = pydyf.String(within[-1].language)
    _drop_empty(tree.root, hidden)
    return frozenset(hidden)


def _contents(tag: Tag) -> Iterator[tuple[Tag, Kid]]:
    """Yield everything in the tree below a tag, in reading order, each with the tag that holds it."""
    waiting = [(tag, kid) for kid in reversed(tag.kids)]
    while waiting:
        holder, kid = waiting.pop()
        yield holder, kid
        if isinstance(kid, Tag):
            waiting += [(kid, below) for below in reversed(kid.kids)]


def _drop_empty(tag: Tag, hidden: set[Content]) -> None:
    """Drop hidden content from the tree, and then tags that hold nothing, among them the marks."""
    for kid in tag.kids:
        if isinstance(kid, Tag):
            _drop_empty(kid, hidden)
    tag.kids = [
        kid for kid in tag.kids if kid not in hidden and (not isinstance(kid, Tag) or kid.kids or kid.kind in _NEEDED)
    ]
