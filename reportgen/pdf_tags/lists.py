"""Puts lists in order: nothing in them but items, and a term and its description in one.

WeasyPrint writes a list inside the list for each column it is set in, and makes items of terms and descriptions alike.
"""

from reportgen.pdf_tags.tree import Kid, Matched, Tag, Tree


def mend_lists(tree: Tree, matched: Matched) -> None:
    """Make each list one, and one item of each term and its description: the term is the item's label."""
    for tag in tree.root.walk():
        if tag.kind == "L":
            tag.kids = _items(tag)
            _pair_terms(tag, matched)


def _items(group: Tag) -> list[Kid]:
    """Return what a list may hold: no boxes around items (columns, the `div` that HTML allows), no space between them.

    A list that follows an item belongs to it, and stays.
    """
    has_items = bool(group.tags("LI"))
    items: list[Kid] = []
    for kid in group.tags("LI", "L", "Div", "Caption"):
        wraps = kid.kind == "Div" or (kid.kind == "L" and not has_items)
        items += _items(kid) if wraps else [kid]
    return items


def _pair_terms(group: Tag, matched: Matched) -> None:
    before = None
    for item in group.tags("LI"):
        name = matched[item].tag if item in matched else "li"
        if name == "dt":
            for body in item.tags("LBody"):
                body.kind = "Lbl"
        if name == "dd" and before is not None:
            before.kids += item.kids
            group.kids.remove(item)
        else:
            before = item if name == "dt" else None
