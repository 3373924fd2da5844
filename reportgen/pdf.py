"""Turns one self-contained HTML document into a tagged PDF. Knows HTML and nothing else.

Nothing is fetched but what the document carries (`data:`) and the typeface (`font:source-sans-400`).
WeasyPrint only logs what it can't do and goes on; here each of its warnings is an error,
for a page that lost something must not be published.
"""

import gc
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from reportgen.errors import Problem, RenderError
from reportgen.fonts import print_fonts

_LOGGER = logging.getLogger("weasyprint")


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


def render_pdf(html: str) -> bytes:
    """Return the document as PDF/UA-1; the same bytes for the same HTML.

    Raise `RenderError` with all that WeasyPrint complains of, such as an unknown property or a missing glyph.
    """
    complaints = _Complaints()
    with _listening(complaints), _without_garbage_collection():
        fonts = FontConfiguration()
        document = HTML(string=html, base_url=None, url_fetcher=_Fetcher())
        file = BytesIO()
        document.write_pdf(file, font_config=fonts, pdf_variant="pdf/ua-1")
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
    return file.getvalue()


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
