"""Lays out one self-contained HTML document as a tagged PDF. Knows HTML and nothing else.

WeasyPrint lays out and writes PDF/A-3a; `pdf_tags` mends the tags, which makes the same file PDF/UA-1.

Nothing is fetched but what the document carries (`data:`) and the typeface (`font:source-sans-400`).
WeasyPrint only logs what it can't do and goes on; here each of its warnings is an error,
for a page that lost something must not be published.
"""

import gc
import logging
import os
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time
from functools import cache
from io import BytesIO
from typing import Any, BinaryIO

import pikepdf
import pydyf
import weasyprint
from weasyprint import CSS, HTML
from weasyprint.html import UA
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from reportgen.errors import Problem, RenderError
from reportgen.fonts import print_fonts
from reportgen.pdf_attachments import Attachment
from reportgen.pdf_drawings import whole_texts
from reportgen.pdf_pages import pages_in_one_go
from reportgen.pdf_shortcuts import shortcuts
from reportgen.pdf_tags import mend_tags, prepare_words, read_layout

_VARIANT = "pdf/a-3a"
_UNUSED_RULES = ("::footnote-", "::note-")
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


class _Source(HTML):  # type: ignore[misc] # WeasyPrint has no types
    """A document as WeasyPrint takes it, got ready in a tenth of the time."""

    wrapper_element: Any

    def __init__(self, html: str) -> None:
        """Parse the document as XML, which Python does in C; what is given here is both."""
        try:
            root = ET.fromstring(html)  # noqa: S314 - from our own templates
        except ET.ParseError as error:
            message = f"the HTML for paper is not well-formed: {error}"
            hint = "end every element and quote every attribute in the print templates; texts may have no control signs"
            raise RenderError(Problem(kind="pdf-markup", message=message, hint=hint)) from error
        super().__init__(string="<html></html>", base_url=None, url_fetcher=_Fetcher())
        self.wrapper_element = type(self.wrapper_element).from_html_root(root)
        self.etree_element = root

    def _ua_stylesheets(self, forms: bool = False) -> list[CSS]:  # noqa: FBT001, FBT002 - as it is called
        """Return the style sheet under all others."""
        return super()._ua_stylesheets(forms) if forms else [_default_style()]


@cache
def _default_style() -> CSS:
    """Return WeasyPrint's default style without notes, which no document here has, and with markers for items alone.

    A rule that begins with a pseudo-element is matched by every element, and each gets a style computed for it.
    """
    rules = (rule for rule in UA.splitlines() if not rule.startswith(_UNUSED_RULES))
    return CSS(string="\n".join(f"li{rule}" if rule.startswith("::marker") else rule for rule in rules))


class _Complaints(logging.Handler):
    """Keeps what WeasyPrint warns of, once each, in its order."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.messages.setdefault(record.getMessage())

    def refuse(self) -> None:
        """Raise `RenderError` if there were any."""
        if self.messages:
            hint = "mend the template, style sheet or drawing that it names"
            raise RenderError(
                [
                    Problem(kind="pdf-warning", message=f"the PDF would lose something: {message}", hint=hint)
                    for message in self.messages
                ]
            )


def lay_out_pdf(html: str, attachments: Sequence[Attachment] = ()) -> bytes:
    """Return the document as PDF/A-3a and PDF/UA-1 in one; the same bytes for the same input.

    The HTML must be well-formed XML too: every element ended, every attribute quoted.
    Raise `RenderError` if it isn't, and with all that WeasyPrint complains of, such as an unknown property or a
    missing glyph.
    """
    with _without_garbage_collection(), _file_in_memory() as file:
        _lay_out(html, attachments, file)
        return _pack(file)


def _file_in_memory() -> BinaryIO:
    """Open a file that no disk needs room for.

    To pikepdf it is bytes, if the system has such files; of a stream it would ask Python for each object by itself.
    """
    return os.fdopen(os.memfd_create("pdf"), "w+b") if hasattr(os, "memfd_create") else BytesIO()


def _lay_out(html: str, attachments: Sequence[Attachment], file: BinaryIO) -> None:
    """Write the PDF as WeasyPrint does, with its tags mended."""
    complaints = _Complaints()
    with _listening(complaints), shortcuts(), pages_in_one_go():
        source = _Source(html)
        preparation = prepare_words(source.etree_element)
        document = source.render(font_config=FontConfiguration(), pdf_variant=_VARIANT)
        layout = read_layout(document.pages, preparation)

        def finish(_document: object, pdf: pydyf.PDF) -> None:
            complaints.refuse()
            mend_tags(pdf, layout)

        with warnings.catch_warnings(), whole_texts():
            warnings.simplefilter("ignore", ResourceWarning)  # it leaves the closing of its colour profile to chance
            document.write_pdf(
                file,
                finisher=finish,
                pdf_variant=_VARIANT,
                attachments=[_attach(each) for each in attachments],
                # Both are done by `_pack`, and here they would take as long as the writing itself.
                uncompressed_pdf=True,
                pdf_identifier=False,
            )


def _pack(file: BinaryIO) -> bytes:
    """Compress a PDF, leave out what nothing leads to, such as tags that were joined to others, and identify it."""
    file.flush()
    packed = BytesIO()
    with pikepdf.open(file, access_mode=pikepdf.AccessMode.mmap) as pdf:
        pdf.save(packed, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return packed.getvalue()


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
