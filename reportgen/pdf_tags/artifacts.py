"""Marks as artifacts what is seen and not read: heads and feet of pages (#1836), and what left the structure tree."""

from collections.abc import Set as AbstractSet

import pydyf

from reportgen.pdf_tags.tree import Content, Tree, follow, unexpected


def mark_artifacts(tree: Tree, hidden: AbstractSet[Content]) -> None:
    """Make an artifact of each marked content that no tag holds: ornament if hidden, else repeated on every page.

    Raise `RenderError` where the content is not written as WeasyPrint 70 does.
    """
    read = {kid for tag in tree.root.walk() for kid in tag.kids if isinstance(kid, Content)}
    marked = set()
    for index, page in enumerate(tree.pages):
        instructions = follow(tree.pdf, page["Contents"]).stream
        for place, operand in enumerate(instructions):
            if not isinstance(operand, pydyf.Dictionary) or "MCID" not in operand:
                continue
            content = Content(index, operand["MCID"])
            marked.add(content)
            if content not in read:
                kind = "/Layout" if content in hidden else "/Pagination"
                instructions[place - 1 : place + 1] = "/Artifact", pydyf.Dictionary({"Type": kind})
    if not read <= marked:
        message = "the marked content of pages is written in another way"
        raise unexpected(message)
