"""The data files hold every figure, each with where it comes from, and open where they are meant to."""

import csv
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive_reading import MONTHS, SOURCE, read_codes, read_tables

from reportgen.datafiles import write_indicators, write_observations, write_table, write_value
from reportgen.dataset import Dataset
from reportgen.findings import Facts, Number
from reportgen.period import Period
from reportgen.tables import Column, DisplayTable, Row, Spanner
from reportgen.wording import Wording

FactsOf = Callable[[int], Facts]
NBSP, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"


def read(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"), newline="")))


@pytest.fixture(scope="module")
def observations(dataset: Dataset) -> list[dict[str, str]]:
    """Return the rows of November's observations.csv."""
    return read(write_observations(dataset))


def codes(row: dict[str, str]) -> tuple[str, str, str]:
    """Return what a row is about."""
    return row["programme"], row["main_group"], row["sex"]


def test_observations_are_complete_sorted_and_unique(observations: list[dict[str, str]]) -> None:
    """Each of 11 months has 49 programmes, groups and total, each for everyone, 3 main groups and 2 sexes: 294 rows."""
    known = read_codes()
    order = {dim: [code.id for code in known if code.dimension == dim] for dim in ("programme", "main_group", "sex")}
    about = [
        (programme, *rest)
        for programme in order["programme"]
        for rest in [("total", s) for s in order["sex"]] + [(m, "total") for m in order["main_group"][1:]]
    ]
    expected = [(month, *key) for month in MONTHS for key in about]
    assert len(expected) == 11 * 49 * 6 == 11 * 294
    assert [(row["period"], *codes(row)) for row in observations] == expected


def test_observations_equal_an_independent_reading(observations: list[dict[str, str]]) -> None:
    """Every figure is the one that a second, naive reading of the document finds, and 0 where it finds none."""
    printed = {
        (month, *table.codes(row)): persons
        for table in read_tables()
        for row, series in table.rows.items()
        for month, persons in zip(MONTHS, series, strict=True)
    }
    assert len(printed) > 2500
    for row in observations:
        assert int(row["persons"]) == printed.get((row["period"], *codes(row)), 0), row
    assert printed.keys() <= {(row["period"], *codes(row)) for row in observations}


def test_every_source_is_a_cell_that_prints_the_number(observations: list[dict[str, str]]) -> None:
    """The file, line and column that a figure names hold that figure, below that figure's month."""
    lines = SOURCE.read_text(encoding="utf-8").split("\n")
    cells = 0
    for row in observations:
        if row["source"] == "identity":
            assert row["persons"] == "0"
            continue
        for place in row["source"].split(";"):
            name, line, column = place.split(":")
            assert name == SOURCE.name
            text = lines[int(line) - 1].split("\t")[int(column) - 1]
            assert text.strip().replace(" ", "") == row["persons"], place
            assert int(column) == 1 + int(row["period"][-2:])
            cells += 1
    assert cells == sum(
        1
        for line in lines
        if line.strip() and "\t" in line and not line.startswith(("\t", "---"))
        for text in line.split("\t")[1:]
        if text.strip()
    )


def test_every_printed_row_of_a_figure_is_named(observations: list[dict[str, str]]) -> None:
    """A figure that several tables and pages print names each line of the second reading, and no other."""
    lines: dict[tuple[str, ...], set[int]] = {}
    for table in read_tables():
        for code, places in table.lines.items():
            lines.setdefault(table.codes(code), set()).update(places)
    for row in observations:
        if row["source"] != "identity":
            named = {int(place.split(":")[1]) for place in row["source"].split(";")}
            assert named == lines[codes(row)], row


def test_implied_zeros_are_marked(observations: list[dict[str, str]]) -> None:
    """A figure that no cell prints is 0, says so, and follows from the identities."""
    assert Counter((row["status"], row["source"] == "identity") for row in observations).keys() == {
        ("", False),
        ("implied-zero", True),
    }


@pytest.mark.parametrize("month", [1, 7, 11])
def test_a_month_has_the_rows_up_to_it(facts_of: FactsOf, observations: list[dict[str, str]], month: int) -> None:
    """An earlier month's file is the beginning of November's: 294 rows for each month."""
    rows = read(write_observations(facts_of(month).dataset))
    assert rows == observations[: 294 * month]


def test_files_are_plain_utf_8_with_a_header(dataset: Dataset, facts_of: FactsOf) -> None:
    """Data files begin with their header, without a byte order mark, and lines end alike."""
    files = {
        write_observations(dataset): b"period,programme,main_group,sex,persons,status,source\n",
        write_indicators(facts_of(11).indicators, dataset.dimensions): (
            b"period,indicator,programme,main_group,sex,value,unit,status,formula\n"
        ),
    }
    for content, header in files.items():
        assert content.startswith(header)
        assert content.endswith(b"\n")
        assert b"\r" not in content


def test_indicators_have_a_row_for_each_figure(facts_of: FactsOf, dataset: Dataset) -> None:
    """Every figure is there once, with its value or the reason why it has none."""
    indicators = facts_of(11).indicators
    rows = read(write_indicators(indicators, dataset.dimensions))
    keys = [(row["period"], row["indicator"], *codes(row)) for row in rows]
    assert len(keys) == len(set(keys)) == len(indicators.figures)
    for row, figure in zip(rows, indicators.figures, strict=True):
        assert bool(row["value"]) != bool(row["status"])
        assert (row["status"], row["unit"], row["formula"]) == (figure.status, figure.unit, figure.formula)
        if figure.value is not None:
            assert abs(Fraction(row["value"]) - figure.value) <= Fraction(1, 2 * 10**10)


@pytest.mark.parametrize(
    ("indicator", "programme", "value", "status", "formula"),
    [
        ("change-percent", "total", "3.0926853162", "", "100 * (75769 - 73496) / 73496"),  # 2273 / 734.96
        ("change", "in-company-training", "-3", "", "0 - 3"),
        ("change-percent", "in-company-training", "", "small-base", "100 * (0 - 3) / 3"),
        ("year-change", "total", "", "missing-month", ""),
        ("recovery", "total", "3", "", "10 - 7"),
    ],
)
def test_indicators_show_value_status_and_formula(
    facts_of: FactsOf, indicator: str, programme: str, value: str, status: str, formula: str
) -> None:
    """Values have no more decimals than they need; the formula stands there wherever its numbers do."""
    rows = read(write_indicators(facts_of(11).indicators, ("programme", "main_group", "sex")))
    wanted = ("2013-11", indicator, programme, "total", "total")
    (row,) = [row for row in rows if (row["period"], row["indicator"], *codes(row)) == wanted]
    assert (row["value"], row["status"], row["formula"]) == (value, status, formula)


@given(st.fractions(-(10**6), 10**6))
def test_values_are_exact_to_ten_decimals(value: Fraction) -> None:
    """A value reads back to within half of the last decimal, without needless zeros or a negative zero."""
    text = write_value(value)
    assert abs(Fraction(text) - value) <= Fraction(1, 2 * 10**10)
    assert text != "-0"
    assert "." not in text or text[-1] not in "0."


def numbers(*values: tuple[int | Fraction, str] | None) -> tuple[Number | None, ...]:
    """Return what stands behind a row's texts."""
    return tuple(value and Number(Fraction(value[0]), value[1]) for value in values)


CHANGES = numbers((75769, "persons"), (-14176, "persons"), (Fraction(-31, 10), "percent"))
TABLE = DisplayTable(
    id="x",
    label="",
    title="",
    subtitle="",
    stubhead="Tiltak",
    columns=(Column(label="nov", full="november 2013"), Column(label="Personer"), Column(label="Prosent")),
    spanners=(Spanner(label="", columns=1), Spanner(label="Endring", columns=2)),
    blocks=(
        (
            Row(
                kind="total",
                label="I alt",
                cells=(f"75{NBSP}769", f"{MINUS}14{NBSP}176", f"{MINUS}3,1{NBSP}%"),
                numbers=CHANGES,
            ),
        ),
        (
            Row(
                kind="member",
                label="Arbeid; æøå",
                cells=("0", ":", "0,0"),
                numbers=numbers((0, "persons"), None, (0, "percentage-points")),
            ),
        ),
    ),
)


def test_a_norwegian_spreadsheet_opens_a_table(words_of: Callable[[int, str], Wording]) -> None:
    """Semicolons, decimal commas, plain numbers, labels in full below their spanner, and a byte order mark."""
    content = write_table(TABLE, words_of(11, "nb").language)
    assert content.decode("utf-8-sig") == (
        'Tiltak;november 2013;Endring: Personer;Endring: Prosent\nI alt;75769;-14176;-3,1\n"Arbeid; æøå";0;:;0,0\n'
    )
    assert content.startswith(b"\xef\xbb\xbf")


def test_an_english_spreadsheet_opens_a_table(words_of: Callable[[int, str], Wording]) -> None:
    """Commas, decimal points, and no commas between thousands."""
    cells = ("75,769", f"{MINUS}14,176", f"{MINUS}3.1%")
    table = replace(
        TABLE, blocks=((Row(kind="total", label="Total, all", cells=cells, numbers=CHANGES),),), spanners=()
    )
    content = write_table(table, words_of(11, "en").language)
    assert content.decode("utf-8-sig") == ('Tiltak,november 2013,Personer,Prosent\n"Total, all",75769,-14176,-3.1\n')


def test_periods_are_written_as_months(dataset: Dataset) -> None:
    """A period is 2013-11, not a date."""
    assert read(write_observations(dataset.until(Period(2013, 1))))[0]["period"] == "2013-01"
