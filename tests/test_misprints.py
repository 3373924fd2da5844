"""A wrong number is compared with the right one as a typist would."""

import pytest

from reportgen.misprints import misprint


@pytest.mark.parametrize(
    ("found", "expected", "neighbours", "likeness"),
    [
        (1804, 1803, (), "one digit differs"),
        (1830, 1803, (), "two digits are swapped"),
        (180, 1803, (), "a digit is lost"),
        (18003, 1803, (), "a digit is doubled"),
        (18073, 1803, (), "a digit too many"),
        (0, 1803, (), "the figure is lost"),
        (2202, 1803, (1790, 2202), "it is the figure of the month beside it"),
        (7, 1803, (), ""),
        (3081, 1803, (), ""),
    ],
)
def test_typing_errors_are_named(found: int, expected: int, neighbours: tuple[int, ...], likeness: str) -> None:
    """Each kind of typing error has its words, and what is like none has none."""
    assert misprint(found, expected, neighbours) == likeness
