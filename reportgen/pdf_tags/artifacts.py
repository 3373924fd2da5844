"""Marks as artifacts what is seen and not read: heads and feet of pages (#1836), and what left the structure tree."""

from collections.abc import Set as AbstractSet

import pydyf

from reportgen.pdf_tags.tree import NOBODY, Content, Tree, follow, unexpected


def mark_artifacts(tree: Tree, hidden: AbstractSet[Content]) -> None:
    """Make an artifact of each marked content that no tag holds: ornament if hidden, else repeated on every page.

    Raise `RenderError` where the content is not written as WeasyPrint 70 does.
    """
    for index, page in enumerate(tree.pages):
        owners = tree.parents["Nums"][2 * index + 1]
        instructions = follow(tree.pdf, page["Contents"]).stream
        marked = [
            place for place, part in enumerate(instructions) if isinstance(part, pydyf.Dictionary) and "MCID" in part
        ]
        if len(marked) != len(owners):
            message = f"the marked content of page {index + 1} is written in another way"
            raise unexpected(message)
        for place in marked:
            content = Content(index, instructions[place]["MCID"])
            if owners[content.number] == NOBODY:
                kind = "/Layout" if content in hidden else "/Pagination"
                instructions[place - 1 : place + 1] = "/Artifact", pydyf.Dictionary({"Type": kind})
