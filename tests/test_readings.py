"""A chart says whole, correct texts at its points; the figures are those of the document, worked out by hand."""

from collections.abc import Callable

import pytest

from reportgen import charts
from reportgen.figures import Picture
from reportgen.findings import Facts
from reportgen.period import Period
from reportgen.readings import Teller
from reportgen.wording import Wording

WordsOf = Callable[[int, str], Wording]
PicturesOf = Callable[[int, str], tuple[Picture, ...]]


def plain(text: str) -> str:
    """Return a text with ordinary spaces, and a stroke for its line break."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\n", " / ")


def readings(pictures: tuple[Picture, ...], name: str) -> list[str]:
    """Return what a figure says, point by point."""
    (found,) = [picture for picture in pictures if picture.id == name]
    return [plain(point.reading) for row in found.points for point in row.points]


@pytest.mark.parametrize(
    ("name", "language", "place", "expected"),
    [
        ("participants", "nb", 0, "Januar 2013: / 74 256 personer"),
        ("participants", "nb", 6, "Juli 2013: / 57 315 personer, 14 176 færre enn i juni"),
        ("participants", "nn", 10, "November 2013: / 75 769 personar, 2 273 fleire enn i oktober"),
        ("participants", "en", 10, "November 2013: / 75,769 persons, 2,273 more than in October"),
        ("groups", "nb", 0, "Arbeidspraksis, november 2013: / 23 052 personer, mot 21 689 i oktober"),
        ("groups", "en", 0, "Work experience, November 2013: / 23,052 persons, against 21,689 in October"),
        (
            "contributions",
            "nb",
            -1,
            "Jobbskaping og egenetablering, november 2013: / −0,1 prosentpoeng, 42 færre enn i oktober",
        ),
        ("contributions", "nn", 0, "Arbeidspraksis, november 2013: / 1,9 prosentpoeng, 1 363 fleire enn i oktober"),
        ("recovery", "en", 0, "June 2013: / 71,491 persons"),
        ("recovery", "en", -1, "October 2013: / 73,496 persons, 2,005 more than in June"),
        ("july-dip", "en", 0, "Training, July 2013: / July dip −40.6%, July fall −36.8%"),
        ("index", "nb", 1, "Avklaringstiltak, februar 2013: / indeks 102 (januar = 100), 2 774 personer"),
        ("womens-share", "nb", 0, "Avklaringstiltak, november 2013: / Kvinneandel 58,1 %, 1 763 av 3 033 personer"),
    ],
)
def test_points_say_their_figures(pictures_of: PicturesOf, name: str, language: str, place: int, expected: str) -> None:
    """Each kind of figure tells its numbers with their month, in each language."""
    assert readings(pictures_of(11, language), name)[place] == expected


@pytest.mark.parametrize("month", [1, 2, 7, 11])
def test_every_point_of_a_drawing_answers(pictures_of: PicturesOf, month: int) -> None:
    """In every month what is drawn has points, the same texts in both widths, each about something with figures."""
    for picture in pictures_of(month, "nb"):
        wide, narrow = picture.points, picture.points_narrow
        assert bool(wide) == bool(picture.drawing.chart), picture.id
        assert [point.reading for row in wide for point in row.points] == [
            point.reading for row in narrow for point in row.points
        ]
        assert all(point.reading.count(":\n") == 1 for row in wide for point in row.points)


def test_a_figure_that_is_not_shown_says_why(pictures_of: PicturesOf) -> None:
    """A share of nobody, or of too few, has its reason in place of a number, as the table's legend has it."""
    said = readings(pictures_of(11, "nb"), "womens-share")
    assert "AMO i bedrift, november 2013: / kan ikke beregnes: ingen deltakere i grunnlaget" in said
    assert any(text.endswith("/ vises ikke: færre enn 20 personer i grunnlaget") for text in said)


def test_one_person_is_no_plural(words_of: WordsOf, facts_of: Callable[[int], Facts]) -> None:
    """A single person is counted in the singular, and nobody and equality have words of their own."""
    words, dataset = words_of(11, "en"), facts_of(11).dataset
    lone, same = (
        next(
            (codes, period)
            for codes in dataset.all_codes()
            for before, period in zip(dataset.periods, dataset.periods[1:], strict=False)
            if dataset.value(period, codes) == level and (dataset.value(before, codes) == 1) == (level == 1)
        )
        for level in (1, 0)
    )
    assert _told(words, *lone).endswith(":\n1 person, as in " + words.month(lone[1].shift(-1)))
    assert ":\n0 persons, " in _told(words, *same)


def _told(words: Wording, codes: tuple[str, ...], period: Period) -> str:
    return Teller(words=words, name="Some", codes=codes).level(period, period.shift(-1))


def test_points_come_in_the_order_of_rows(pictures_of: PicturesOf) -> None:
    """A line's points stand at its series' place, from left to right, each inside its strip."""
    (picture,) = [picture for picture in pictures_of(11, "nb") if picture.id == "main-groups"]
    chart = picture.drawing.chart
    assert isinstance(chart, charts.LineChart)
    assert len(picture.points) == len(chart.series)
    for row, series in zip(picture.points, chart.series, strict=True):
        assert [point.reading for point in row.points] == list(series.readings)
        places = [point.x for point in row.points]
        assert places == sorted(places)
        assert all(row.top <= point.y <= row.bottom for point in row.points)
