"""Mends the tag tree of a PDF that WeasyPrint wrote, so that it reads as the HTML does; its looks stay as they are.

WeasyPrint 70 passes validators and still misleads a screen reader: a table that crosses a page falls apart (#2903),
header cells have no scope and spanned ones head the wrong cells (#2508), running heads are read aloud (#1836),
links are called by their targets, drawings are said to be elsewhere, foreign words lose their language.
What belongs together is told by the elements of the HTML that have a box on each page.

The way through: `prepare_words` → layout → `read_layout` → writing → `mend_tags`.
"""

from io import BytesIO

import pikepdf

from reportgen.pdf_tags.artifacts import mark_artifacts
from reportgen.pdf_tags.boxes import (
    LaidOutPage,
    Layout,
    Page,
    Preparation,
    Rectangle,
    first_boxes,
    prepare_words,
    read_layout,
)
from reportgen.pdf_tags.conformance import claim_pdf_ua, list_attachments_once
from reportgen.pdf_tags.fragments import join_blocks
from reportgen.pdf_tags.links import mend_links
from reportgen.pdf_tags.lists import pair_terms, unbox_lists
from reportgen.pdf_tags.marks import apply_marks
from reportgen.pdf_tags.pictures import place_pictures
from reportgen.pdf_tags.tables import mend_tables
from reportgen.pdf_tags.tree import match_elements, read_tree, write_tree

__all__ = [
    "LaidOutPage",
    "Layout",
    "Page",
    "Preparation",
    "Rectangle",
    "first_boxes",
    "mend_tags",
    "prepare_words",
    "read_layout",
]


def mend_tags(content: bytes, layout: Layout) -> bytes:
    """Return the PDF/A-3a file as one that is PDF/UA-1 too, tagged as its HTML; the same bytes for the same input.

    Raise `RenderError` where the tags are not those of the laid out elements: then nothing can be said of them.
    """
    with pikepdf.open(BytesIO(content)) as pdf:
        tree = read_tree(pdf)
        unbox_lists(tree)
        matched = match_elements(tree, layout)
        mend_tables(tree, matched, layout)
        join_blocks(tree, layout)
        pair_terms(tree, matched)
        mend_links(tree, layout)
        place_pictures(tree)
        hidden = apply_marks(tree, matched, layout)
        write_tree(tree)
        mark_artifacts(tree, hidden)
        claim_pdf_ua(pdf)
        list_attachments_once(pdf)
        file = BytesIO()
        pdf.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return file.getvalue()
