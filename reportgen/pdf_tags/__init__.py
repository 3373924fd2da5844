"""Mends the tag tree of a PDF before WeasyPrint writes it: it then reads as the HTML does; its looks stay as they are.

WeasyPrint 70 passes validators and still misleads a screen reader: a table that crosses a page falls apart (#2903),
header cells have no scope and spanned ones head the wrong cells (#2508), running heads are read aloud (#1836),
links are called by their targets, drawings are said to be elsewhere, foreign words lose their language.
What belongs together is told by the elements of the HTML that have a box on each page.

The way through: `prepare_words` → layout → `read_layout` → `mend_tags` → writing.
Until it is written, a PDF is plain dictionaries and lists of Python, which take a tenth of the time of written ones.
"""

import pydyf

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


def mend_tags(pdf: pydyf.PDF, layout: Layout) -> None:
    """Make the PDF/A-3a file one that is PDF/UA-1 too, tagged as its HTML, before it is written.

    Raise `RenderError` where the tags are not those of the laid out elements: then nothing can be said of them.
    """
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
