"""Tables show slices and indicators as finished texts, in publication order."""

from collections.abc import Callable

import pytest

from reportgen.definition import ReportDefinition
from reportgen.period import Period
from reportgen.tables import DisplayTable, Row, month_columns, symbols, tabulate_indicators, tabulate_levels
from reportgen.wording import Wording

WordsOf = Callable[[int, str], Wording]


def table(words: Wording, name: str, slice_code: str = "") -> DisplayTable:
    """Return one of the document's tables."""
    (rules,) = [rules for rules in words.definition.tables if rules.id == name]
    return tabulate_levels(words, rules, 7, slice_code)


def plain(row: Row) -> tuple[str, str, str]:
    """Return kind, label and cells of a row, with ordinary spaces."""
    return row.kind, row.label, " | ".join(row.cells).replace("\N{NO-BREAK SPACE}", " ")


def test_a_table_shows_what_the_document_prints(words_of: WordsOf) -> None:
    """The main groups of September are the first nine columns of lines 22 to 25 of the document."""
    shown = table(words_of(9, "nb"), "main-groups")
    assert [[plain(row) for row in block] for block in shown.blocks] == [
        [("total", "I alt", "74 256 | 77 264 | 78 552 | 79 784 | 78 621 | 71 491 | 57 315 | 63 090 | 68 751")],
        [
            (
                "plain",
                "Arbeidssøkere på tiltak",
                "16 571 | 18 403 | 18 874 | 19 661 | 18 920 | 15 539 | 9 915 | 11 630 | 14 528",
            ),
            (
                "plain",
                "Nedsatt arbeidsevne, på tiltak",
                "55 703 | 56 740 | 57 362 | 57 842 | 57 515 | 53 826 | 45 801 | 49 660 | 52 303",
            ),
            ("plain", "Andre på tiltak", "1 982 | 2 121 | 2 316 | 2 281 | 2 186 | 2 126 | 1 599 | 1 800 | 1 920"),
        ],
    ]


def test_a_table_says_what_it_is(words_of: WordsOf) -> None:
    """Number, title with the slice, unit with the period, and the anchor that links lead to."""
    shown = table(words_of(9, "en"), "programmes-by-sex", "women")
    assert (shown.id, shown.label) == ("table-programmes-by-sex-women", "Table 7")
    assert "Women" in shown.title
    assert "January–September 2013" in shown.subtitle
    assert shown.stubhead == "Programme"
    assert shown.source_note == "Source: NAV"


def test_each_group_is_a_block_with_its_members(words_of: WordsOf) -> None:
    """The total stands alone; each group opens a block and its programmes follow."""
    blocks = table(words_of(11, "nb"), "programmes").blocks
    assert len(blocks) == 1 + 10
    assert [[row.kind for row in block] for block in blocks[:3]] == [
        ["total"],
        ["group"] + ["member"] * 3,
        ["group"] + ["member"] * 8,
    ]
    assert [row.label for row in blocks[1]][:2] == ["Avklaringstiltak", "Avklaring"]


def test_a_table_of_groups_is_one_block_below_the_total(words_of: WordsOf) -> None:
    """Without members there are no blocks to tell apart."""
    blocks = table(words_of(11, "nb"), "programme-groups").blocks
    assert [len(block) for block in blocks] == [1, 10]
    assert {row.kind for row in blocks[1]} == {"plain"}


def test_rows_without_participants_are_left_out_with_a_note(words_of: WordsOf) -> None:
    """Among job seekers 4 groups and 18 programmes never have anyone: 27 of 49 rows are shown, as in the document."""
    shown = table(words_of(11, "nb"), "programmes-by-main-group", "jobseekers")
    assert sum(map(len, shown.blocks)) == 27
    assert len(shown.notes) == 1
    whole = table(words_of(11, "nb"), "programmes")
    assert (sum(map(len, whole.blocks)), whole.notes) == (49, ())


def test_a_row_is_shown_from_the_month_that_someone_takes_part(words_of: WordsOf) -> None:
    """Results-based financing has 2 persons in October and none before: it is shown in October with its zeros."""
    labels = {
        month: [row.label for block in table(words_of(month, "nb"), "programmes").blocks for row in block]
        for month in (9, 10)
    }
    assert "Resultatbasert finansiering" not in labels[9]
    assert "Resultatbasert finansiering" in labels[10]


def test_small_lines_carry_the_row_s_own_numbers(words_of: WordsOf) -> None:
    """The table that the definition chooses has small lines with a column of their own, others have none."""
    shown = table(words_of(3, "nb"), "programmes")
    assert shown.trend_label
    assert shown.blocks[0][0].trend == (74_256, 77_264, 78_552)
    other = table(words_of(3, "nb"), "programme-groups")
    assert (other.trend_label, other.blocks[0][0].trend) == ("", ())


def test_columns_are_short_and_say_what_they_shorten(words_of: WordsOf) -> None:
    """A month's column has the short name, the full one, and a mark on the month in question."""
    columns = month_columns(words_of(11, "nb"), [Period(2013, 10), Period(2013, 11)])
    assert [(column.label, column.full, column.highlight) for column in columns] == [
        ("okt", "oktober 2013", False),
        ("nov", "november 2013", True),
    ]


@pytest.mark.parametrize(
    ("language", "total", "training"),
    [
        (
            "nb",
            "75 769 | 2 273 | 3,1 % | 51,5 % | 0,0 | −19,8 % | −21,0 %",
            "19 155 | 406 | 2,2 % | 57,5 % | 5,9 | −36,8 % | −40,6 %",
        ),
        (
            "en",
            "75,769 | 2,273 | 3.1% | 51.5% | 0.0 | −19.8% | −21.0%",
            "19,155 | 406 | 2.2% | 57.5% | 5.9 | −36.8% | −40.6%",
        ),
    ],
)
def test_indicators_are_those_worked_out_by_hand(words_of: WordsOf, language: str, total: str, training: str) -> None:
    """The total as in test_indicators.

    Training: 19 155 - 18 749 = 406, of 18 749 is 2.165 per cent. Women 11 011 (line 480) of 19 155 are 57.484 per
    cent, 5.938 above 51.546. June 17 510 to July 11 072 is -36.768 per cent; the mean of April to October without
    July is (22 415 + 21 620 + 17 510 + 14 451 + 17 098 + 18 749) / 6 = 18 640.5, and July 40.603 per cent below.
    """
    rows = [row for block in tabulate_indicators(words_of(11, language), "programme", 12).blocks for row in block]
    assert len(rows) == 49
    assert plain(rows[0])[2] == total
    (found,) = [plain(row)[2] for row in rows if row.kind == "group" and row.label in {"Opplæring", "Training"}]
    assert found == training


def test_spanners_cover_all_columns(words_of: WordsOf) -> None:
    """The labels over several columns are as wide as the columns are many."""
    shown = tabulate_indicators(words_of(11, "nb"), "programme", 12)
    assert sum(spanner.columns for spanner in shown.spanners) == len(shown.columns)
    assert all(len(row.cells) == len(shown.columns) for block in shown.blocks for row in block)


def test_symbols_are_listed_in_the_order_in_which_they_stand(words_of: WordsOf) -> None:
    """In January nothing can be compared, and the July fall and the July dip wait for different months."""
    shown = tabulate_indicators(words_of(1, "en"), "programme", 12)
    assert {symbol.sign: symbol.meanings for symbol in shown.symbols} == {
        ".": ("cannot be calculated: the source has no figures for December 2012",),
        "..": (
            "cannot be calculated until the figures for July are available",
            "cannot be calculated until the figures for October are available",
        ),
        ":": ("not shown: fewer than 20 people in the base",),
        "–": ("cannot be calculated: no participants in the base",),
    }
    assert [symbol.sign for symbol in shown.symbols] == [".", "..", ":", "–"]


@pytest.mark.parametrize("month", range(1, 12))
def test_the_legend_has_the_symbols_of_the_table_and_no_others(words_of: WordsOf, month: int) -> None:
    """In every month a symbol is explained if and only if it stands in the table."""
    shown = tabulate_indicators(words_of(month, "nb"), "programme", 12)
    cells = {cell for block in shown.blocks for row in block for cell in row.cells}
    assert {symbol.sign for symbol in shown.symbols} == {cell for cell in cells if not any(map(str.isdigit, cell))}


def test_figures_that_are_all_there_need_no_symbols(words_of: WordsOf, definition: ReportDefinition) -> None:
    """No legend where there is nothing to explain."""
    words = words_of(11, "nb")
    assert definition.report.small_base == 20
    assert symbols(words, [words.facts.indicators.get("change", words.facts.dataset.grand_total)]) == ()
