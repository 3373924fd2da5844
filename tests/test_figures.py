"""Figures are described from the facts, ordered as they should be, with the numbers behind them."""

from collections.abc import Callable

import pytest

from reportgen import charts
from reportgen.definition import ReportDefinition
from reportgen.figures import KINDS, Picture

PicturesOf = Callable[[int, str], tuple[Picture, ...]]
NAMES = [
    "participants",
    "main-groups",
    "groups",
    "contributions",
    "recovery",
    "july-dip",
    "index",
    "women-men",
    "womens-share",
]


def picture(pictures: tuple[Picture, ...], name: str) -> Picture:
    """Return the figure of this name."""
    (found,) = [picture for picture in pictures if picture.id == name]
    return found


def cells(found: Picture) -> list[list[str]]:
    """Return the table behind a figure, labels first, with ordinary spaces."""
    assert found.drawing.data
    rows = [row for block in found.drawing.data.blocks for row in block]
    return [[cell.replace("\N{NO-BREAK SPACE}", " ") for cell in (row.label, *row.cells)] for row in rows]


def test_figures_come_in_the_definition_s_order(definition: ReportDefinition, pictures_of: PicturesOf) -> None:
    """November has all nine figures, each of a kind that the program draws."""
    assert [figure.id for figure in definition.figures] == [found.id for found in pictures_of(11, "nb")]
    assert sorted(found.id for found in pictures_of(11, "nb")) == sorted(NAMES)
    assert {figure.kind for figure in definition.figures} == KINDS.keys()


@pytest.mark.parametrize("language", ["nb", "en"])
@pytest.mark.parametrize("month", range(1, 12))
def test_every_figure_is_drawn_or_says_why_not(pictures_of: PicturesOf, month: int, language: str) -> None:
    """In every month each figure has words, and either a drawing with its numbers or a whole sentence."""
    for found in pictures_of(month, language):
        assert found.title
        assert found.subtitle
        assert found.alt.endswith(".")
        if found.drawing.chart:
            assert (found.drawing.missing, found.drawing.data is not None) == ("", True)
            assert all((found.svg, found.svg_narrow, found.svg_file, found.png_file))
        else:
            assert found.drawing.missing.endswith(".")
            assert not any((found.svg, found.svg_narrow, found.svg_file, found.png_file))


@pytest.mark.parametrize(
    ("month", "undrawn"),
    [
        (1, {"contributions", "recovery", "july-dip", "index"}),
        (2, {"recovery", "july-dip"}),
        (6, {"recovery", "july-dip"}),
        (7, {"july-dip"}),
        (9, {"july-dip"}),
        (10, set()),
        (11, set()),
    ],
)
def test_what_a_month_cannot_know_is_not_drawn(pictures_of: PicturesOf, month: int, undrawn: set[str]) -> None:
    """January has neither contributions nor an index worth drawing; recovery begins in July, the dip in October."""
    assert {found.id for found in pictures_of(month, "nb") if not found.drawing.chart} == undrawn


def test_reasons_name_the_month_that_is_missing(pictures_of: PicturesOf) -> None:
    """What can't be drawn says which month the source lacks, or which one it waits for."""
    january, august = pictures_of(1, "en"), pictures_of(8, "en")
    assert "December 2012" in picture(january, "contributions").drawing.missing
    assert "July" in picture(january, "recovery").drawing.missing
    assert "October" in picture(august, "july-dip").drawing.missing


def test_a_line_has_room_for_the_whole_year(pictures_of: PicturesOf) -> None:
    """Eleven months of figures on an axis of twelve, with July and November marked."""
    chart = picture(pictures_of(11, "nb"), "participants").drawing.chart
    assert isinstance(chart, charts.LineChart)
    assert len(chart.months) == 12
    (series,) = chart.series
    assert series.values[:2] == (74_256, 77_264)
    assert series.values[-1] == 75_769
    assert len(series.values) == 11
    assert chart.highlight == 10
    assert chart.mark is not None
    assert chart.mark.month == 6


def test_july_is_marked_only_once_it_is_there(pictures_of: PicturesOf) -> None:
    """Before July nothing is marked."""
    marks = []
    for month in (6, 7):
        chart = picture(pictures_of(month, "nb"), "participants").drawing.chart
        assert isinstance(chart, charts.LineChart)
        marks.append(chart.mark is not None)
    assert marks == [False, True]


def test_bars_are_ordered_by_size(pictures_of: PicturesOf) -> None:
    """Work experience, 23 052 after 21 689, is first: 30.4 per cent of 75 769; job creation's 185 last."""
    found = picture(pictures_of(11, "nb"), "groups")
    assert isinstance(found.drawing.chart, charts.BarChart)
    rows = found.drawing.chart.rows
    assert [row.value for row in rows] == sorted((row.value for row in rows), reverse=True)
    assert (rows[0].label, rows[0].value, rows[0].previous) == ("Arbeidspraksis", 23_052, 21_689)
    assert (rows[-1].label, rows[-1].value) == ("Jobbskaping og egenetablering", 185)
    assert cells(found)[0] == ["Arbeidspraksis", "23 052", "21 689", "30,4 %"]


def test_january_s_bars_have_no_month_before(pictures_of: PicturesOf) -> None:
    """Without December there is no mark for the month before, and no column for it."""
    found = picture(pictures_of(1, "nb"), "groups")
    assert isinstance(found.drawing.chart, charts.BarChart)
    assert {row.previous for row in found.drawing.chart.rows} == {None}
    assert found.drawing.chart.previous_word == ""
    assert all(len(row) == 1 + 2 for row in cells(found))


def test_contributions_begin_with_the_largest_rise(pictures_of: PicturesOf) -> None:
    """Work experience adds 1 363 of 73 496, 1.9 points; job creation loses 42 and vocational rehabilitation 28."""
    found = picture(pictures_of(11, "nb"), "contributions")
    assert isinstance(found.drawing.chart, charts.DivergingBars)
    values = [row.value for row in found.drawing.chart.rows]
    assert values == sorted((value or 0 for value in values), reverse=True)
    assert [row.highlight for row in found.drawing.chart.rows] == [True] + [False] * 9
    assert cells(found)[0] == ["Arbeidspraksis", "1 363", "6,3 %", "1,9"]  # 1 363 of 21 689 is 6.28 per cent
    assert [row[0] for row in cells(found)[-2:]] == ["Arbeidsrettet rehabilitering", "Jobbskaping og egenetablering"]


def test_dips_begin_with_the_deepest(pictures_of: PicturesOf) -> None:
    """Training's July of 11 072, 40.6 per cent below 18 640.5, is first, and the values rise from there."""
    found = picture(pictures_of(11, "nb"), "july-dip")
    assert isinstance(found.drawing.chart, charts.DivergingBars)
    values = [row.value for row in found.drawing.chart.rows if row.value is not None]
    assert values == sorted(values)
    assert cells(found)[0] == ["Opplæring", "−36,8 %", "−40,6 %"]


def test_recovery_ends_where_june_is_reached(pictures_of: PicturesOf) -> None:
    """June, July and each month until October, whose 73 496 is the first above 71 491."""
    found = picture(pictures_of(11, "nb"), "recovery")
    assert isinstance(found.drawing.chart, charts.RecoveryChart)
    assert [column.value for column in found.drawing.chart.columns] == [71_491, 57_315, 63_090, 68_751, 73_496]
    assert (found.drawing.chart.recovered, found.drawing.chart.note) == (4, "")
    assert cells(found) == [["I alt", "71 491", "57 315", "63 090", "68 751", "73 496"]]


def test_recovery_that_is_not_reached_says_so(pictures_of: PicturesOf) -> None:
    """September's 68 751 is not there yet."""
    chart = picture(pictures_of(9, "nb"), "recovery").drawing.chart
    assert isinstance(chart, charts.RecoveryChart)
    assert (len(chart.columns), chart.recovered) == (4, None)
    assert chart.note


def test_the_heat_map_begins_with_100(pictures_of: PicturesOf) -> None:
    """Ten groups by eleven months; January is 100; assessment's 3 033 of 2 730 is 111.1, shown as 111."""
    found = picture(pictures_of(11, "nb"), "index")
    assert isinstance(found.drawing.chart, charts.HeatMap)
    rows = found.drawing.chart.rows
    assert [len(row.cells) for row in rows] == [11] * 10
    assert {row.cells[0].text for row in rows} == {"100"}
    assert (rows[0].label, rows[0].cells[-1].text) == ("Avklaringstiltak", "111")


def test_women_s_share_has_every_programme_in_its_group(pictures_of: PicturesOf) -> None:
    """Ten groups and 38 programmes; the line stands at 39 056 of 75 769; few participants have no dot."""
    found = picture(pictures_of(11, "nb"), "womens-share")
    assert isinstance(found.drawing.chart, charts.DotChart)
    rows = found.drawing.chart.rows
    assert [sum(row.level == level for row in rows) for level in ("group", "member")] == [10, 38]
    assert found.drawing.chart.reference == pytest.approx(100 * 39_056 / 75_769)
    (small,) = [row for row in rows if row.label == "Resultatbasert finansiering"]
    assert (small.value, small.text) == (None, ":")
    assert cells(found)[0][:4] == ["I alt", "39 056", "36 713", "51,5 %"]


def test_women_and_men_have_their_roles(pictures_of: PicturesOf) -> None:
    """The sex whose share is published is told apart by role, not by order."""
    chart = picture(pictures_of(11, "en"), "women-men").drawing.chart
    assert isinstance(chart, charts.LineChart)
    assert [(series.name, series.role) for series in chart.series] == [("Women", "women"), ("Men", "men")]


@pytest.mark.parametrize(("language", "marks"), [("nb", (",", "\N{NO-BREAK SPACE}")), ("en", (".", ","))])
def test_axes_write_numbers_as_texts_do(pictures_of: PicturesOf, language: str, marks: tuple[str, str]) -> None:
    """Decimal and thousands marks of a chart are those of its language."""
    chart = picture(pictures_of(11, language), "participants").drawing.chart
    assert isinstance(chart, charts.LineChart)
    assert (chart.notation.decimal, chart.notation.thousands) == marks


@pytest.mark.parametrize("name", ["contributions", "july-dip", "groups", "womens-share"])
def test_a_picture_and_its_table_show_the_same(pictures_of: PicturesOf, name: str) -> None:
    """Each text in the picture stands in the row of that label in the table behind it."""
    found = picture(pictures_of(11, "nb"), name)
    chart = found.drawing.chart
    assert isinstance(chart, charts.DivergingBars | charts.BarChart | charts.DotChart)
    texts = [(row.label, row.text if isinstance(row, charts.DotRow) else row.value_text) for row in chart.rows]
    assert found.drawing.data
    table = [(row.label, row.cells) for block in found.drawing.data.blocks for row in block]
    assert len(texts) >= 10
    for label, text in texts:
        assert any(label == known and text in shown for known, shown in table), label
