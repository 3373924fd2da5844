"""Shares a document out to pages: figures as wide as their page has room for, and each reference with its number.

WeasyPrint does it again for whatever is only known afterwards, from the styles on. Here styles and boxes are made once,
only the pages with figures are laid out to learn their room, and only those with references to tell their numbers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint import HTML, document, layout
from weasyprint.css.properties import Dimension
from weasyprint.layout.page import make_all_pages

from reportgen.pdf_room import PageRoom, figures_with_room, is_figure
from reportgen.pdf_shortcuts import replaced
from reportgen.pdf_tags import first_boxes


@contextmanager
def pages_in_one_go() -> Iterator[None]:
    """Let documents be shared out like this as long as it lasts."""
    with replaced(document, "layout_document", _share_out):
        yield


def _share_out(html: HTML, root: Any, context: Any) -> Iterator[Any]:  # noqa: ANN401 - WeasyPrint has no types
    """Yield the pages that boxes come to stand on."""
    _widen(root, set(figures_with_room(_draft(html, root, context))))
    told: dict[str, object] = {}

    def make_numbered(*args: Any) -> Iterator[Any]:  # noqa: ANN401 - WeasyPrint has no types
        yield from make_all_pages(*args)
        _tell_numbers(context, told)

    with replaced(layout, "make_all_pages", make_numbered):
        yield from layout.layout_document(html, root, context)


def _draft(html: HTML, root: Any, context: Any) -> Iterator[PageRoom]:  # noqa: ANN401 - WeasyPrint has no types
    """Yield what stands on each page up to the last figure: the tables come after it and take most of the time."""
    figures = {box.element for box in root.descendants() if is_figure(box.element)}
    if not figures:
        return
    layout.initialize_page_maker(context, root)
    for page in make_all_pages(context, root, html, []):
        boxes = first_boxes(page)
        yield PageRoom(top=page.content_box_y(), bottom=page.content_box_y() + page.height, boxes=boxes)
        figures -= boxes.keys()
        if not figures:
            return


def _widen(root: Any, figures: set[Element]) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Let the drawings of figures take the whole width."""
    for figure in root.descendants() if figures else ():
        for box in figure.descendants() if figure.element in figures else ():
            if box.element.tag == "img":
                box.style = box.style.copy()  # it is shared by drawings that stay as they are
                box.style["width"] = Dimension(100, "%")


def _tell_numbers(context: Any, told: dict[str, object]) -> None:  # noqa: ANN401 - WeasyPrint has no types
    """Write the numbers of pages wherever they are referred to, if they are others than those that were told before.

    The pages with references are then laid out anew: once, where WeasyPrint by itself does it twice.
    """
    targets = context.target_collector.target_lookup_items
    numbers = {anchor: target.cached_page_counter_values.get("page") for anchor, target in targets.items()}
    if numbers == told:
        return
    told.update(numbers)
    for (_, kind), reference in context.target_collector.counter_lookup_items.items():
        if kind == "content" and reference.page_maker_index is not None:
            reference.cached_page_counter_values["pages"] = [len(context.page_maker) - 1]
            reference.parse_again(reference.cached_page_counter_values)
            context.page_maker[reference.page_maker_index][-1]["content_changed"] = True
