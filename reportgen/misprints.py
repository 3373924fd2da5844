"""Tells which typing error turns one number into another: what makes one explanation likelier than another.

Likeness orders explanations; it never makes one of several certain.
"""


def misprint(found: int, expected: int, neighbours: tuple[int, ...] = ()) -> str:
    """Say how `expected` was misprinted as `found`, as the end of a sentence; empty where no typing error fits.

    `neighbours` are the right figures of the months before and after. A blank cell is 0.

    >>> misprint(1083, 1803), misprint(1803, 180), misprint(183, 1803)
    ('two digits are swapped', 'a digit too many', 'a digit is lost')
    """
    if found == 0:
        return "the figure is lost"
    if found in neighbours:
        return "it is the figure of the month beside it"
    printed, meant = str(found), str(expected)
    likeness = ""
    if len(printed) == len(meant):
        differing = [place for place, (one, other) in enumerate(zip(printed, meant, strict=True)) if one != other]
        if len(differing) == 1:
            likeness = "one digit differs"
        elif _is_swap(printed, meant, differing):
            likeness = "two digits are swapped"
    elif _lacks_one(printed, meant):
        likeness = "a digit is lost"
    elif _lacks_one(meant, printed):
        likeness = "a digit is doubled" if _is_doubling(printed, meant) else "a digit too many"
    return likeness


def _is_swap(printed: str, meant: str, differing: list[int]) -> bool:
    if len(differing) != 2:  # noqa: PLR2004 - a swap is of two digits
        return False
    first, second = differing
    return second == first + 1 and printed[first] == meant[second] and printed[second] == meant[first]


def _lacks_one(shorter: str, longer: str) -> bool:
    """Tell whether one digit taken out of `longer` leaves `shorter`."""
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def _is_doubling(printed: str, meant: str) -> bool:
    return any(meant[: place + 1] + meant[place:] == printed for place in range(len(meant)))
