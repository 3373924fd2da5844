"""Turns one self-contained HTML document into a tagged PDF for everyone and for long. Knows HTML and nothing else.

WeasyPrint lays out and writes PDF/A-3a; `pdf_tags` mends the tags, which makes the same file PDF/UA-1.

Nothing is fetched but what the document carries (`data:`) and the typeface (`font:source-sans-400`).
WeasyPrint only logs what it can't do and goes on; here each of its warnings is an error,
for a page that lost something must not be published.
"""

import gc
import logging
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any

import weasyprint
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from reportgen.errors import Problem, RenderError
from reportgen.fonts import print_fonts
from reportgen.pdf_tags import label_elements, mend_tags, read_layout

_VARIANT = "pdf/a-3a"
_LOGGER = logging.getLogger("weasyprint")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file inside the PDF: the data that it shows."""

    name: str
    """File name; its ending says the format: `observations.csv`."""
    description: str
    """What it holds, in the language of the document."""
    content: bytes
    released: date
    """The day that it bears."""


class _Fetcher(URLFetcher):  # type: ignore[misc] # WeasyPrint has no types
    """Hands out fonts, and what stands in the document itself."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:  # noqa: ANN401 - WeasyPrint has no types
        """Return what the address holds; refuse every other host, file and scheme."""
        if url.startswith("data:"):
            return super().fetch(url, headers)
        fonts = print_fonts()
        if url in fonts:
            return URLFetcherResponse(url, fonts[url], {"Content-Type": "font/ttf"})
        message = f"a report may not fetch {url}"
        raise ValueError(message)


class _Complaints(logging.Handler):
    """Keeps what WeasyPrint warns of, once each, in its order."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.messages.setdefault(record.getMessage())


def render_pdf(html: str, *, attachments: Sequence[Attachment] = ()) -> bytes:
    """Return the document as PDF/A-3a and PDF/UA-1 in one; the same bytes for the same input.

    Raise `RenderError` with all that WeasyPrint complains of, such as an unknown property or a missing glyph.
    """
    complaints = _Complaints()
    with _listening(complaints), _without_garbage_collection():
        source = HTML(string=html, base_url=None, url_fetcher=_Fetcher())
        labels = label_elements(source.etree_element)
        document = source.render(font_config=FontConfiguration(), pdf_variant=_VARIANT)
        layout = read_layout(document.pages, labels)
        file = BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # it leaves the closing of its colour profile to chance
            document.write_pdf(file, pdf_variant=_VARIANT, attachments=[_attach(each) for each in attachments])
    if complaints.messages:
        raise RenderError(
            [
                Problem(
                    kind="pdf-warning",
                    message=f"the PDF would lose something: {message}",
                    hint="mend the template, style sheet or drawing that it names",
                )
                for message in complaints.messages
            ]
        )
    return mend_tags(file.getvalue(), layout)


def _attach(attachment: Attachment) -> weasyprint.Attachment:
    """Return an attachment as WeasyPrint wants it; without a date it would bear the present one."""
    released = datetime.combine(attachment.released, time(), UTC)
    return weasyprint.Attachment(
        file_obj=BytesIO(attachment.content),
        name=attachment.name,
        description=attachment.description,
        created=released,
        modified=released,
        relationship="Data",
    )


@contextmanager
def _listening(handler: logging.Handler) -> Iterator[None]:
    """Hear WeasyPrint's warnings, and keep them from the terminal."""
    propagate, _LOGGER.propagate = _LOGGER.propagate, False
    handlers, _LOGGER.handlers = _LOGGER.handlers, [handler]
    try:
        yield
    finally:
        _LOGGER.propagate, _LOGGER.handlers = propagate, handlers


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Leave the collector off: WeasyPrint's many boxes make it run often and find nothing."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
