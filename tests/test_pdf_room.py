"""Figures take the room that a page has left over, and no more."""

from xml.etree.ElementTree import Element

import pytest

from reportgen.pdf_room import PageRoom, figures_with_room

TOP, BOTTOM = 80.0, 1080.0


def element(tag: str, kind: str = "") -> Element:
    """Return an element of a class."""
    made = Element(tag)
    if kind:
        made.set("class", kind)
    return made


def page(ends: dict[Element, tuple[float, float]]) -> PageRoom:
    """Return a page of 1,000 pixels on which each element's box stands from here to there."""
    return PageRoom(
        top=TOP, bottom=BOTTOM, boxes={element: (60, TOP + a, 700, TOP + b) for element, (a, b) in ends.items()}
    )


@pytest.mark.parametrize(
    ("figure", "text", "widened"),
    [
        pytest.param((300, 600), (0, 250), True, id="three fifths filled"),
        pytest.param((300, 650), (0, 250), False, id="full enough"),
        pytest.param((0, 300), (310, 650), False, id="filled by what follows"),
    ],
)
def test_a_page_with_room_has_its_figures_wide(
    figure: tuple[float, float], text: tuple[float, float], *, widened: bool
) -> None:
    """A figure is widened where less than 62 of 100 parts of its page are filled; a section's box doesn't count."""
    drawing, section = element("figure", "figure"), element("section", "section")
    found = list(figures_with_room([page({section: (0, 1000), element("p"): text, drawing: figure})]))
    assert found == ([drawing] if widened else [])


def test_what_is_not_drawn_is_not_widened() -> None:
    """A figure that only says why it isn't there has nothing to be widened, and a page without figures stays."""
    undrawn, text = element("figure", "figure undrawn"), element("p")
    assert not list(figures_with_room([page({undrawn: (0, 100), text: (100, 200)}), page({}), page({text: (0, 20)})]))
