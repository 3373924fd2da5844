"""Marks as artifacts what is seen and not read: heads and feet of pages (#1836), and what left the structure tree."""

import re
from collections.abc import Set as AbstractSet

from reportgen.pdf_tags.tree import Content, Tree, unexpected

_BEGIN = re.compile(rb"^/\w+\n<</MCID (\d+)>>\nBDC$", re.MULTILINE)
"""How WeasyPrint begins marked content. It writes each operand on a line and text as hexadecimal digits, so nothing
else looks like it, and a page's content need not be taken apart into its ten thousand instructions."""


def mark_artifacts(tree: Tree, hidden: AbstractSet[Content]) -> None:
    """Make an artifact of each marked content that no tag holds: ornament if hidden, else repeated on every page.

    Raise `RenderError` where the content is not written as WeasyPrint 70 does.
    """
    read = {kid for tag in tree.root.walk() for kid in tag.kids if isinstance(kid, Content)}
    for index, page in enumerate(tree.pdf.pages):
        written = page.Contents.read_bytes()

        def begin(found: re.Match[bytes], index: int = index) -> bytes:
            content = Content(index, int(found[1]))
            if content in read:
                return found[0]
            kind = b"Layout" if content in hidden else b"Pagination"
            return b"/Artifact\n<</Type/%s>>\nBDC" % kind

        changed, count = _BEGIN.subn(begin, written)
        if count != written.count(b"MCID"):
            message = f"the marked content of page {index + 1} is written in another way"
            raise unexpected(message)
        page.Contents.write(changed)
