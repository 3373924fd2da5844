"""Puts lists in order: nothing in them but items, and a term and its description in one.

WeasyPrint writes a list inside the list for each column it is set in, and makes items of terms and descriptions alike.
"""

from reportgen.pdf_tags.tree import Kid, Matched, Tag, Tree


def unbox_lists(tree: Tree) -> None:
    """Take the boxes away that stand between lists and their items, and join the items that columns divide."""
    for tag in tree.root.walk():
        if tag.kind == "L":
            tag.kids = _items(tag)


def pair_terms(tree: Tree, matched: Matched) -> None:
    """Make one item of each term and its description: the term is the item's label."""
    for group in tree.root.walk():
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


def _items(group: Tag) -> list[Kid]:
    """Return what a list may hold: no boxes around items (columns, the `div` that HTML allows), no space between them.

    A list that follows an item belongs to it, and stays.
    """
    has_items = bool(group.tags("LI"))
    items: list[Kid] = []
    for kid in group.tags("LI", "L", "Div", "Caption"):
        if kid.kind == "Div":
            items += _items(kid)
        elif kid.kind == "L" and not has_items:
            column = _items(kid)
            items += column[1:] if items and column and _joined(items[-1], column[0]) else column
        else:
            items.append(kid)
    return items


def _joined(item: Kid, rest: Kid) -> bool:
    """Join the last item of a column with the first of the next if that is its rest: it begins with a list, no words.

    Return whether it was.
    """
    if not isinstance(item, Tag) or not isinstance(rest, Tag) or rest.tags("Lbl"):
        return False
    bodies, rests = item.tags("LBody"), rest.tags("LBody")
    first = rests[0].kids[0] if rests and rests[0].kids else None
    if not bodies or not isinstance(first, Tag) or first.kind != "L":
        return False
    last = bodies[-1].kids[-1]
    if isinstance(last, Tag) and last.kind == "L":
        last.kids += first.kids
    else:
        bodies[-1].kids.append(first)
    bodies[-1].kids += rests[0].kids[1:]
    return True
