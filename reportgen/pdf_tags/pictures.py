"""Says where drawings are: WeasyPrint counts in CSS pixels from the top, PDF in points from the bottom."""

import pydyf

from reportgen.pdf_tags.tree import Tree

_POINTS_PER_PIXEL = 0.75


def place_pictures(tree: Tree) -> None:
    """Correct the box of every figure."""
    for tag in tree.root.walk():
        if tag.kind == "Figure":
            left, top, right, bottom = (edge * _POINTS_PER_PIXEL for edge in tag.dictionary["A"]["BBox"])
            height = tree.pages[tag.page]["MediaBox"][3]
            box = (left, height - bottom, right, height - top)
            tag.dictionary["A"]["BBox"] = pydyf.Array([round(edge, 3) for edge in box])
