"""Prints sound documents of the small statistic in tests/sources/library-visits, from any figures.

Knows nothing of the program: labels, pages and sums are written here once more, by hand.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

STATISTIC = Path(__file__).parent.parent / "tests/sources/library-visits"
LIBRARIES: Mapping[str, str] = {
    "Main library": "public",
    "Branch library": "public",
    "University library": "academic",
    "College library": "academic",
}
"""The group of each library, in printed order."""
VISITORS = ("adults", "children")
MONTHS = ("January", "February", "March")

Figures = Mapping[tuple[str, str], Sequence[int]]
"""Visits by library and visitor: one number for each month."""


def print_document(figures: Figures) -> str:
    """Return the document, line by line as `sound.txt` has it; zeros are blank, or have no row in all months."""
    both = {library: _sum([figures[library, visitor] for visitor in VISITORS]) for library in LIBRARIES}
    by_visitor = {visitor: {library: figures[library, visitor] for library in LIBRARIES} for visitor in VISITORS}
    total = _sum(list(both.values()))
    pages = [
        _page("Visitors", "", [("All", total), *((v.capitalize(), _sum([*by_visitor[v].values()])) for v in VISITORS)]),
        _page("Libraries", "", [("All", total), *_rows(both)]),
        *(
            _page(
                "Libraries and visitors",
                visitor.capitalize(),
                [(f"All {visitor}", _sum([*by_visitor[visitor].values()])), *_rows(by_visitor[visitor])],
            )
            for visitor in VISITORS
        ),
    ]
    return "\n\n\n\n".join(pages) + "\n"


def _rows(series: Mapping[str, Sequence[int]]) -> list[tuple[str, Sequence[int]]]:
    """Return the libraries' rows, and a subtotal after each group."""
    rows: list[tuple[str, Sequence[int]]] = []
    for group in dict.fromkeys(LIBRARIES.values()):
        members = [library for library in LIBRARIES if LIBRARIES[library] == group]
        rows += ((library, series[library]) for library in members if any(series[library]))
        rows.append((f"All {group} libraries", _sum([series[library] for library in members])))
    return rows


def _page(name: str, member: str, rows: Sequence[tuple[str, Sequence[int]]]) -> str:
    captions = ["Library visits by month", name, "January - March 2024", *([member] if member else [])]
    lines = ["\t".join(["", *MONTHS])]
    lines += ("\t".join([label, *(f"{n:,}".replace(",", " ") if n else "" for n in series)]) for label, series in rows)
    return "\n\n".join([*captions, "\n".join(lines)])


def _sum(series: Sequence[Sequence[int]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*series, strict=True)))
