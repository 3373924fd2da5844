"""Pages are shared out with the shorter ways through WeasyPrint as without them, and figures get the room there is."""

import re
from base64 import b64encode
from contextlib import nullcontext
from io import BytesIO

import pytest
from hard_document import hard_document
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]
from pypdfium2.raw import FPDF_PAGEOBJ_PATH  # type: ignore[import-untyped]
from sample_report import DRAWING, example_report, small_report

import reportgen.pdf_layout
import reportgen.pdf_pages
from reportgen.page import render_print
from reportgen.pdf_layout import lay_out_pdf

PAGE = '<html lang="en"><head><title>T</title><style>{style}</style></head><body>{body}</body></html>'
REFERENCES = 'a::after { content: " " target-counter(attr(href), page); } section { break-before: page; }'
SOURCE = f"data:image/svg+xml;base64,{b64encode(DRAWING.encode()).decode()}"
A_FIGURE = f'<figure class="figure"><p>Words</p><img alt="A drawing" src="{SOURCE}"/></figure>'
FIGURES = "body, figure { margin: 0 } figure { break-inside: avoid } img { display: block; width: 200px } "


@pytest.mark.parametrize("document", ["nb 2013-11", "en 2013-07", "small", "hard"])
def test_the_shorter_ways_lead_to_the_same_bytes(document: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells, typefaces and numbers of pages are what WeasyPrint makes of them by itself, to the last digit."""
    html = {"small": lambda: render_print(small_report()), "hard": hard_document}.get(
        document, lambda: render_print(example_report(*document.split()))
    )()
    monkeypatch.setattr(reportgen.pdf_pages, "figures_with_room", lambda _pages: ())
    short = lay_out_pdf(html)
    for way in ("shortcuts", "pages_in_one_go"):
        monkeypatch.setattr(reportgen.pdf_layout, way, nullcontext)
    assert lay_out_pdf(html) == short


def test_a_reference_that_moves_its_target_is_told_again() -> None:
    """Where the number of a page takes a line more, and what follows goes overleaf, the number is the new one."""
    lines = "".join(f"<p>{number}</p>" for number in range(39))
    style = (
        REFERENCES + "@page { size: 300px 400px; margin: 0 } p { margin: 0; font: 10px/10px sans-serif; width: 6px }"
    )
    body = f'{lines}<p><a href="#last">x</a></p><p id="last">end</p>'
    with PdfDocument(BytesIO(lay_out_pdf(PAGE.format(style=style, body=body)))) as document:
        texts = [page.get_textpage().get_text_range() for page in document]
    found = [number for number, text in enumerate(texts, 1) if "end" in text]
    assert re.findall(r"x\s+(\d+)", " ".join(texts)) == [str(number) for number in found]


@pytest.mark.parametrize(("height", "width"), [(0, 500), (400, 200)])
def test_a_figure_is_as_wide_as_its_page_has_room_for(height: int, width: int) -> None:
    """On a page that would end half empty a drawing has the whole width; on a full one, its own."""
    style = FIGURES + f"@page {{ size: 500px 600px; margin: 0 }} .above {{ height: {height}px }}"
    body = f'<p class="above">Above</p>{A_FIGURE}'
    with PdfDocument(BytesIO(lay_out_pdf(PAGE.format(style=style, body=body)))) as document:
        bars = [drawn.get_bounds() for drawn in document[0].get_objects(max_depth=5) if drawn.type == FPDF_PAGEOBJ_PATH]
    assert [right - left for left, _, right, _ in bars] == [pytest.approx(width * 0.75 * 500 / 720, abs=0.1)]
