"""Shorter ways through WeasyPrint for what a publication has by the thousand: cells that hold one line of text.

The same boxes come of them, at the same places to the last digit; whatever is less plain goes WeasyPrint's way.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from weasyprint.formatting_structure.boxes import LineBox, TableCellBox, TextBox
from weasyprint.layout import block, inline, percent, table
from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango
from weasyprint.text.fonts import get_font_description
from weasyprint.text.line_break import Layout, line_size, strut

Box: TypeAlias = Any  # WeasyPrint has no types
Style: TypeAlias = Any
Function: TypeAlias = Callable[..., Any]

_LENGTHS = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in ("top", "right", "bottom", "left")),
    *("width", "min_width", "max_width", "height", "min_height", "max_height"),
)
_BORDERS = tuple(f"border_{side}_width" for side in ("top", "right", "bottom", "left"))
_PLAIN_WORDS = {"letter_spacing": "normal", "word_spacing": 0, "overflow_wrap": "normal"}
_PLAIN_TEXT = {**_PLAIN_WORDS, "direction": "ltr", "vertical_align": "baseline"}
_PLAIN_CELL = {"position": "static", "continue": "auto", "box_decoration_break": "slice", "max_lines": "none"}

ffi.cdef("PangoContext * pango_layout_get_context (PangoLayout *layout);")


@contextmanager
def shortcuts() -> Iterator[None]:
    """Go the shorter ways as long as this lasts, for one document: what is kept of its styles goes with it."""
    resolve = _resolving(percent.resolve_percentages)
    with ExitStack() as stack:
        for owner, name, by in (
            *((module, "resolve_percentages", resolve) for module in (block, inline, table)),
            (block, "block_container_layout", _laying_out(block.block_container_layout, resolve)),
            (Layout, "setup", _setting_up(Layout.setup)),
            (Layout, "reactivate", _reactivating(Layout.reactivate)),
        ):
            stack.enter_context(replaced(owner, name, by))
        yield


@contextmanager
def replaced(owner: Any, name: str, by: Function) -> Iterator[None]:  # noqa: ANN401 - a module or a class
    """Let a function of WeasyPrint be another one as long as this lasts."""
    original = getattr(owner, name)
    setattr(owner, name, by)
    try:
        yield
    finally:
        setattr(owner, name, original)


class _Kept:
    """What is known of each style, found by its identity: WeasyPrint shares styles between elements that are alike."""

    def __init__(self, find: Callable[[Style], Any]) -> None:
        """Keep what the function finds."""
        self._find = find
        self._found: dict[int, tuple[Any, Style]] = {}

    def __call__(self, style: Style) -> Any:  # noqa: ANN401 - whatever is found
        """Return what is known of a style, which is held so that no other one comes to have its identity."""
        found = self._found.get(id(style))
        if found is None:
            found = self._found[id(style)] = self._find(style), style
        return found[0]


def _having(values: Mapping[str, object]) -> _Kept:
    """Tell of styles whether they have all these values."""
    return _Kept(lambda style: all(style[name] == value for name, value in values.items()))


# --- Lengths ---


def _resolving(original: Function) -> Function:
    """Return `resolve_percentages`, which looks once at a style whose lengths depend on nothing but itself."""
    kept = _Kept(_own_lengths)

    def resolve_percentages(box: Box, containing_block: Box) -> None:
        lengths = kept(box.style)
        if lengths is None:
            original(box, containing_block)
            return
        own = box.__dict__
        if box.style["border_collapse"] == "collapse":  # whose borders were settled between cells
            borders = {name: own[name] for name in _BORDERS if name in own}
            own.update(lengths)
            own.update(borders)
        else:
            own.update(lengths)

    return resolve_percentages


def _own_lengths(style: Style) -> dict[str, object] | None:
    """Return a box's lengths by name, in CSS pixels or `auto`; None where one depends on what is around the box."""
    if style["box_sizing"] != "content-box":
        return None
    lengths = {}
    for name in _LENGTHS:
        value = style[name]
        if value != "auto" and getattr(value, "unit", None) != "px":
            return None
        lengths[name] = value if value == "auto" else value.value
    for name in ("min_width", "min_height"):
        lengths[name] = 0 if lengths[name] == "auto" else lengths[name]
    return {**lengths, **{name: style[name] for name in _BORDERS}}


# --- Cells ---


def _laying_out(original: Function, resolve: Function) -> Function:
    """Return `block_container_layout`, which lays a cell with one line of plain text out by itself."""
    plain_cell, plain_text = _having(_PLAIN_CELL), _having(_PLAIN_TEXT)

    def block_container_layout(
        context: Any,  # noqa: ANN401 - WeasyPrint has no types
        box: Box,
        bottom_space: float,
        skip_stack: object,
        page_is_empty: bool,  # noqa: FBT001 - as it is called
        *args: Any,  # noqa: ANN401 - handed on
        **kwargs: Any,  # noqa: ANN401 - handed on
    ) -> tuple[Any, ...]:
        if type(box) is TableCellBox and skip_stack is None and box.height == "auto" and plain_cell(box.style):
            text = _lone_text(box)
            if text and plain_text(text.style):
                cell = _lay_out_cell(context, box, text, resolve)
                if cell and not context.overflows_page(bottom_space, cell.position_y + cell.border_height()):
                    return cell, None, {"break": "any", "page": None}, [], False, None
        laid_out: tuple[Any, ...] = original(context, box, bottom_space, skip_stack, page_is_empty, *args, **kwargs)
        return laid_out

    return block_container_layout


def _lone_text(cell: Box) -> Box | None:
    """Return the text of a cell that holds nothing else, in one line that neither begins nor ends with a space."""
    if len(cell.children) == 1 and type(line := cell.children[0]) is LineBox and len(line.children) == 1:
        text = line.children[0]
        if type(text) is TextBox and text.text == text.text.strip(" ") != "" and not {"\n", "\t"} & set(text.text):
            return text
    return None


def _lay_out_cell(context: Any, cell: Box, text: Box, resolve: Function) -> Box | None:  # noqa: ANN401 - WeasyPrint has no types
    """Return a cell with its line of text in it; None if the text needs more than one line."""
    line = cell.children[0]
    resolve(line, cell)
    resolve(text, cell)
    words = _set_in_line(text, cell.width)
    if words is None:
        return None
    half_leading = (strut(text.style)[0] - words.height) / 2
    words.margin_top = words.margin_bottom = half_leading
    words.baseline += half_leading
    line = line.copy_with_children([words])
    words.position_x = line.position_x = left = cell.content_box_x()
    line.width = left + words.margin_width() - left
    inline._adjust_line_height(line)  # noqa: SLF001 - a private function
    top = min(-words.baseline, -line.baseline)
    bottom = max(-words.baseline + words.margin_height(), -line.baseline + line.margin_height())
    indent = inline.text_align(context, line, cell.width, last=True)
    words.position_x += indent
    line.position_x += indent
    line.position_y = cell.content_box_y()
    words.position_y = -words.baseline + (line.position_y - top)
    line.baseline, line.height, line.resume_at = -top, bottom - top, None
    line.margin_top = line.margin_bottom = 0
    cell = cell.copy_with_children([line])
    cell.height = max(0, line.position_y + line.height - cell.content_box_y())
    cell.height = max(min(cell.height, cell.max_height), cell.min_height)
    return cell


def _set_in_line(text: Box, width: float) -> Box | None:
    """Return a text set in one line, with its width, height and baseline; None if it is wider than it may be."""
    layout = Layout(text.style)
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)  # noqa: FBT003 - as it is called
    layout.set_text(text.text)
    first_line, second_begins = layout.get_first_line()
    words = text.copy()
    words.width, words.height = line_size(first_line, text.style)
    words.baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
    words.pango_layout = layout
    fits = words.width <= width or text.style["white_space"] == "nowrap"
    return words if fits and second_begins is None else None


# --- Texts ---


@dataclass(frozen=True, slots=True)
class _Typesetting:
    """What texts of a style have in common."""

    first: Any
    """The first text's layout, which holds what follows."""
    context: Any
    description: Any
    attributes: Any
    known: dict[str, Any]
    """What else WeasyPrint notes of the style."""


def _setting_up(original: Function) -> Function:
    """Return `Layout.setup`, which gives texts of one style one context and one description of their typeface."""
    plain = _having(_PLAIN_WORDS)

    def begin(style: Style) -> _Typesetting:
        layout = Layout.__new__(Layout)
        original(layout, style)
        first = layout.layout
        context, attributes = pango.pango_layout_get_context(first), pango.pango_layout_get_attributes(first)
        known = {name: value for name, value in vars(layout).items() if name != "layout"}
        return _Typesetting(first, context, get_font_description(style), attributes, known)

    kept = _Kept(begin)

    def setup(layout: Any, style: Style) -> None:  # noqa: ANN401 - WeasyPrint has no types
        if not plain(style) or layout.justification_spacing:
            original(layout, style)
            return
        shared = kept(style)
        vars(layout).update(shared.known)
        layout.layout = ffi.gc(pango.pango_layout_new(shared.context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(layout.layout, False)  # noqa: FBT003 - as it is called
        pango.pango_layout_set_font_description(layout.layout, shared.description)
        if shared.attributes != ffi.NULL:
            pango.pango_layout_set_attributes(layout.layout, shared.attributes)

    return setup


def _reactivating(original: Function) -> Function:
    """Return `Layout.reactivate`, which leaves a text as it is that still is set."""

    def reactivate(layout: Any, style: Style) -> None:  # noqa: ANN401 - WeasyPrint has no types
        if "layout" not in vars(layout):
            original(layout, style)

    return reactivate
