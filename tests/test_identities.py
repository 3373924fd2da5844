"""What must add up is derived from the definition, and what does not is told with labels and numbers."""

from collections import Counter
from pathlib import Path

import pytest

from reportgen.dataset import Dataset
from reportgen.definition import ReportDefinition, read_definition
from reportgen.identities import (
    Identity,
    Variable,
    check_identities,
    derive_identities,
    find_broken,
    format_persons,
    printed_cells,
)
from reportgen.period import Period
from reportgen.source import parse_source, read_source
from reportgen.tidy import tidy_source

EXAMPLE = Path("examples/tiltaksdeltakere")
SOURCE = EXAMPLE / "sources/2013-11.txt"


@pytest.fixture(scope="module")
def definition() -> ReportDefinition:
    """Return the example's definition."""
    return read_definition(EXAMPLE)


@pytest.fixture(scope="module")
def dataset(definition: ReportDefinition) -> Dataset:
    """Return the example's dataset."""
    return tidy_source(read_source(SOURCE), definition).dataset


@pytest.fixture(scope="module")
def identities(definition: ReportDefinition, dataset: Dataset) -> tuple[Identity, ...]:
    """Return the example's identities."""
    return derive_identities(definition, dataset)


def damaged(definition: ReportDefinition, line: int, column: int, text: str) -> Dataset:
    """Return the example's dataset with another text in one cell."""
    lines = SOURCE.read_text(encoding="utf-8").split("\n")
    cells = lines[line - 1].split("\t")
    cells[column - 1] = text
    lines[line - 1] = "\t".join(cells)
    return tidy_source(parse_source("\n".join(lines), "2013-11.txt"), definition).dataset


def test_undamaged_document_breaks_nothing(
    definition: ReportDefinition, dataset: Dataset, identities: tuple[Identity, ...]
) -> None:
    """Every identity of the real document holds in every month."""
    assert check_identities(identities, dataset, definition) == ()


def test_identities_are_as_many_as_the_tables_say(identities: tuple[Identity, ...]) -> None:
    """The number of each kind follows from the tables, counted by hand.

    Hierarchy: 1 + 1 + 3 totals, and (1 total + 10 groups) in 1 + 3 + 2 slices.
    Slices: 11 rows of the groups by main group, 49 of the programmes by main group, 49 by sex.
    Tables: 11 rows of the groups in `programmes`, the total in `programme-groups`; the three main groups' totals
    in two tables each; 10 groups for each of three main groups.
    Pages: 3 + 1 + 3 + 2 + 3 + 3 repeated total rows.
    """
    assert Counter(identity.kind for identity in identities) == {
        "hierarchy": 1 + 1 + 3 + 11 * 6,
        "slices": 11 + 49 + 49,
        "tables": 11 + 1 + 3 * 2 + 30,
        "pages": 15,
    }


def test_printed_rows_carry_218_identities_besides_repeated_rows(
    dataset: Dataset, identities: tuple[Identity, ...]
) -> None:
    """Without repeated rows, and without identities between rows that are left out, an independent count is met."""
    printed = [
        identity
        for identity in identities
        if identity.kind != "pages" and any(row[0] for row in printed_cells(dataset, identity.variables))
    ]
    assert len(printed) == 218


def test_every_printed_series_stands_in_two_identities(dataset: Dataset, identities: tuple[Identity, ...]) -> None:
    """Every first printing stands in at least two identities, and no two variables in the same set."""
    places: dict[Variable, frozenset[int]] = {}
    for place, identity in enumerate(identities):
        for variable in identity.variables:
            places[variable] = places.get(variable, frozenset()) | {place}
    rows = printed_cells(dataset, tuple(places))
    printed = [variable for variable, row in zip(places, rows, strict=True) if row[0]]
    assert len([variable for variable in printed if variable.printing == 0]) == 301
    assert all(len(places[variable]) >= 2 for variable in printed if variable.printing == 0)
    assert len(set(places.values())) == len(places)


NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("cell", "messages"),
    [
        (
            (129, 2, "1 804"),
            [
                (
                    '2013-01: the 8 rows from "Arbeid med bistand (AB)" to "Resultatbasert finansiering" sum to '
                    '10 906, but "I alt oppfølging" in "Tiltak" is 10 905'
                ),
                (
                    '2013-01: "Jobbklubb": Arbeidssøkere på tiltak + Nedsatt arbeidsevne, på tiltak + Andre på tiltak '
                    '= 1 803, but "Tiltak" says 1 804'
                ),
                '2013-01: "Jobbklubb": Kvinner + Menn = 1 803, but "Tiltak" says 1 804',
            ],
        ),
        (
            (22, 12, "75 768"),
            [
                (
                    "2013-11: Arbeidssøkere på tiltak + Nedsatt arbeidsevne, på tiltak + Andre på tiltak = 75 769, "
                    'but "I alt" in "Hovedgrupper" is 75 768'
                ),
                '2013-11: "I alt" in "Hovedgrupper" is 75 768, but "I alt" in "Tiltaksgrupper" is 75 769',
                '2013-11: "I alt" in "Hovedgrupper" is 75 768, but "I alt" in "Tiltak" is 75 769',
            ],
        ),
        (
            (149, 2, "1"),
            ['2013-01: "I alt" in "Tiltak" is 74 256 on its first page, but 1 on a later one'],
        ),
    ],
)
def test_broken_identities_are_told_with_labels_and_numbers(
    definition: ReportDefinition, cell: tuple[int, int, str], messages: list[str]
) -> None:
    """Each broken identity says what sums to what, and which cell says otherwise."""
    dataset = damaged(definition, *cell)
    problems = check_identities(derive_identities(definition, dataset), dataset, definition)
    assert [problem.message.replace(NBSP, " ") for problem in problems] == messages
    assert {problem.kind for problem in problems} == {"broken-identity"}
    assert all(any(where.line == cell[0] and where.column == cell[1] for where in p.where) for p in problems)


def test_absent_row_counts_as_zero(
    definition: ReportDefinition, dataset: Dataset, identities: tuple[Identity, ...]
) -> None:
    """A row that is left out takes part in its identities as 0, and has no cell."""
    variable = Variable(table="programmes-by-main-group", codes=("results-based-financing", "others", "total"))
    assert any(variable in identity.parts for identity in identities)
    assert printed_cells(dataset, [variable]) == ((None,) * 11,)
    lines = SOURCE.read_text(encoding="utf-8").split("\n")
    assert lines.pop(132).startswith("Resultatbasert finansiering")
    without = tidy_source(parse_source("\n".join(lines), "x"), definition).dataset
    broken = find_broken(identities, without)
    assert {(item.period.month, item.total - item.parts) for item in broken} == {(10, 2), (11, 2), (10, -2), (11, -2)}


def test_disagreeing_printings_are_all_kept(definition: ReportDefinition) -> None:
    """A total that one page prints otherwise keeps both cells, and the first one's value."""
    dataset = damaged(definition, 149, 2, "74 265")
    observation = dataset.observation(Period(2013, 1), dataset.grand_total)
    assert observation.value == 74_256
    assert sorted({cell.value for cell in observation.printed}) == [74_256, 74_265]


def test_numbers_have_no_break_spaces() -> None:
    """Thousands are separated by a no-break space, and minus is a minus sign."""
    assert (format_persons(1804), format_persons(-75_769)) == (f"1{NBSP}804", f"−75{NBSP}769")
