"""Lets WeasyPrint set each text of a drawing whole, where it sets letter by letter.

So letters stand as close as their typeface wants them, as they do on the page; a number that is copied from the PDF
keeps its spaces; and a drawing takes a third of the time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from weasyprint import svg

_OF_LETTERS = ("rotate", "dx", "dy", "letter-spacing", "textLength")
"""What places or stretches single letters."""


class _Whole(str):
    """A text that is one letter to whoever takes it letter by letter."""

    __slots__ = ()

    def __iter__(self) -> Iterator[str]:
        """Yield all of it."""
        yield self


@contextmanager
def whole_texts() -> Iterator[None]:
    """Set texts whole as long as this lasts, but for those whose letters have places of their own."""
    set_letters, tags = svg.text, dict(svg.TAGS)

    def set_text(drawing: Any, node: Any, font_size: float) -> None:  # noqa: ANN401 - WeasyPrint has no types
        one_place = all(len(node.get(axis, "").replace(",", " ").split()) <= 1 for axis in ("x", "y"))
        if node.text and one_place and not any(name in node.attrib for name in _OF_LETTERS):
            node._etree_node.text = _Whole(node.text)  # noqa: SLF001 - a private hook
        set_letters(drawing, node, font_size)

    svg.text = set_text
    svg.TAGS.update({tag: set_text for tag, draw in tags.items() if draw is set_letters})
    try:
        yield
    finally:
        svg.text = set_letters
        svg.TAGS.update(tags)
