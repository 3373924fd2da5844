"""Turns one self-contained HTML document into a tagged PDF for everyone and for long, in a process of its own.

Layout takes seven megabytes a page, which come back only when its process ends; and what needs no PDF needn't wait
for the library that makes one.
"""

import ctypes.util
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager

from reportgen.errors import Problem, RenderError
from reportgen.pdf_attachments import Attachment
from reportgen.processes import apart

__all__ = ["Attachment", "render_pdf"]


def render_pdf(html: str, *, attachments: Sequence[Attachment] = ()) -> bytes:
    """Return the document as PDF/A-3a and PDF/UA-1 in one; the same bytes for the same input.

    Raise `RenderError` as `pdf_layout.lay_out_pdf` does, and if the process dies of it.
    """
    try:
        return apart(_lay_out, html, tuple(attachments))
    except BrokenExecutor as error:
        message = "the process that lays out the PDF ended before it was done"
        hint = "run the command again, with a smaller --jobs if memory was short"
        raise RenderError(Problem(kind="lost-process", message=message, hint=hint)) from error


def _lay_out(html: str, attachments: Sequence[Attachment]) -> bytes:
    with _libraries_by_file_name():
        from reportgen.pdf_layout import lay_out_pdf  # noqa: PLC0415 - in that process only

    return lay_out_pdf(html, attachments)


@contextmanager
def _libraries_by_file_name() -> Iterator[None]:
    """Let native libraries be opened by the names of their files, which WeasyPrint knows.

    It tries other names first, and for each of these Python starts a compiler and a linker that it finds in `PATH`.
    """
    find = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None  # noqa: ARG005 - as it is called
    try:
        yield
    finally:
        ctypes.util.find_library = find
