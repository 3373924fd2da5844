"""Texts of drawings are set whole in the PDF, but for those whose letters have places of their own."""

from base64 import b64encode
from io import BytesIO

import pytest
from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

from reportgen.pdf_layout import lay_out_pdf

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60" viewBox="0 0 300 60" '
    'font-family="Source Sans Pro" font-size="20"><text {place}>AVA 75\u00a0769</text></svg>'
)


def set_in_pdf(place: str) -> tuple[str, float]:
    """Return the text of a drawing as it is copied from a PDF, and how far its letters reach."""
    drawing = b64encode(DRAWING.format(place=place).encode()).decode()
    html = (
        '<html lang="en"><head><title>T</title></head>'
        f'<body><img alt="A text" src="data:image/svg+xml;base64,{drawing}"/></body></html>'
    )
    with PdfDocument(BytesIO(lay_out_pdf(html))) as document:
        page = document[0].get_textpage()
        return page.get_text_range().strip(), max(page.get_charbox(index)[2] for index in range(page.count_chars()))


@pytest.mark.parametrize("place", ['x="10" y="30"', 'transform="translate(10,30)"'])
def test_a_number_keeps_its_space(place: str) -> None:
    """What is copied from a drawing is what it says."""
    assert set_in_pdf(place)[0].replace("\u00a0", " ") == "AVA 75 769"


def test_letters_stand_as_their_typeface_wants() -> None:
    """A text is as wide as its kerning makes it: narrower than letters put in a row."""
    assert set_in_pdf('x="10" y="30"')[1] < set_in_pdf('x="10" y="30" letter-spacing="0"')[1] - 1


def test_letters_keep_places_of_their_own() -> None:
    """A text with a place for its second letter has it there."""
    assert set_in_pdf('x="10 150" y="30"')[1] > set_in_pdf('x="10" y="30"')[1] + 50
