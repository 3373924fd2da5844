"""Marks as artifacts what is seen and not read: heads and feet of pages (#1836), and what left the structure tree."""

from collections.abc import Set as AbstractSet

import pikepdf
from pikepdf import ContentStreamInstruction, Dictionary, Name, Operator

from reportgen.pdf_tags.tree import Content, Tree


def mark_artifacts(tree: Tree, hidden: AbstractSet[Content]) -> None:
    """Make an artifact of each marked content that no tag holds: ornament if hidden, else repeated on every page."""
    read = {kid for tag in tree.root.walk() for kid in tag.kids if isinstance(kid, Content)}
    for index, page in enumerate(tree.pdf.pages):
        instructions = pikepdf.parse_content_stream(page)
        for place, instruction in enumerate(instructions):
            number = _number(instruction)
            content = Content(index, number) if number is not None else None
            if content and content not in read:
                kind = Name.Layout if content in hidden else Name.Pagination
                operands = [Name.Artifact, Dictionary(Type=kind)]
                instructions[place] = ContentStreamInstruction(operands, Operator("BDC"))
        page.Contents = tree.pdf.make_stream(pikepdf.unparse_content_stream(instructions))


def _number(instruction: object) -> int | None:
    """Return the MCID of an instruction that begins marked content."""
    if isinstance(instruction, ContentStreamInstruction) and instruction.operator == Operator("BDC"):
        return int(instruction.operands[1].MCID)
    return None
