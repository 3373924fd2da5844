"""What is wrong with the figures is told once, as what it is, and repaired where it is certain."""

from pathlib import Path

import pytest

from reportgen.definition import ReportDefinition, read_definition
from reportgen.diagnosis import Diagnosis, diagnose_figures
from reportgen.identities import derive_identities
from reportgen.repair import repair_changes, repair_text
from reportgen.source import SourceDocument, parse_source, read_source
from reportgen.tidy import tidy_source

EXAMPLE = Path("examples/tiltaksdeltakere")
SECOND = Path("tests/sources/library-visits")
TEXT = (EXAMPLE / "sources/2013-11.txt").read_text(encoding="utf-8")
FIGURES = [
    "columns-exchanged",
    "figure-blank",
    "figure-wrong",
    "figures-exchanged",
    "figures-shifted",
    "figures-two-explanations",
    "label-misread",
    "row-missing",
    "rows-exchanged",
    "tabs-lost",
]


@pytest.fixture(scope="module")
def definition() -> ReportDefinition:
    """Return the example's definition."""
    return read_definition(EXAMPLE)


def diagnose(document: SourceDocument, definition: ReportDefinition) -> tuple[Diagnosis, ...]:
    """Return what is wrong with a document's figures."""
    dataset = tidy_source(document, definition).dataset
    return diagnose_figures(derive_identities(definition, dataset), dataset, definition, document)


def with_cells(*cells: tuple[int, int, str]) -> SourceDocument:
    """Return the example's document with other texts in these cells."""
    lines = [line.split("\t") for line in TEXT.split("\n")]
    for line, column, text in cells:
        lines[line - 1][column - 1] = text
    return parse_source("\n".join("\t".join(line) for line in lines), "2013-11.txt")


def row(line: int) -> list[str]:
    """Return the figures of one line of the example's document."""
    return TEXT.split("\n")[line - 1].split("\t")[1:]


def replaced(line: int, figures: list[str]) -> list[tuple[int, int, str]]:
    """Return the cells that give a line other figures."""
    return [(line, column, text) for column, text in enumerate(figures, start=2)]


def test_undamaged_document_accuses_nothing(definition: ReportDefinition) -> None:
    """The real document has nothing to be told of its figures."""
    assert diagnose(parse_source(TEXT, "2013-11.txt"), definition) == ()


@pytest.mark.parametrize("name", FIGURES)
def test_damaged_figures_are_told_as_what_they_are(name: str) -> None:
    """Each kind of damage to the figures of the small statistic gives its problem, exactly."""
    path = SECOND / f"broken/{name}.txt"
    told = "".join(
        f"{' '.join(map(str, d.problem.where))}\n{d.problem.kind}: {d.problem.message}\n  {d.problem.hint}\n"
        for d in diagnose(read_source(path), read_definition(SECOND))
    )
    assert told.replace("\N{NO-BREAK SPACE}", " ") == path.with_suffix(".problems").read_text(encoding="utf-8").replace(
        "\N{NO-BREAK SPACE}", " "
    )


@pytest.mark.parametrize(
    ("cells", "kinds"),
    [
        ([(129, 2, "1 804")], ["wrong-figure"]),
        ([(149, 12, "75 679")], ["wrong-figure"]),
        ([(133, 11, "")], ["wrong-figure"]),
        ([(127, 12, "1")], ["wrong-figure"]),
        ([(129, 2, "1 830"), (456, 2, "7")], ["wrong-figure", "wrong-figure"]),
        ([(129, 2, "1"), (22, 3, "2"), (306, 4, "3")], ["wrong-figure", "wrong-figure", "wrong-figure"]),
        (replaced(457, row(458)) + replaced(458, row(457)), ["rows-exchanged"]),
        (replaced(125, row(129)) + replaced(129, row(125)), ["rows-exchanged"]),
        (replaced(129, ["", *row(129)[:10]]), ["figures-shifted"]),
        (replaced(129, [*row(129)[:3], *row(129)[4:], ""]), ["figures-shifted"]),
        ([(129, 5, row(129)[4]), (129, 6, row(129)[3])], ["figures-exchanged"]),
        ([(385, 1, "Arbeid med bistand A utvidet oppfølging")], ["label-misread"]),
        (
            [cell for line in range(448, 465) for cell in replaced(line, ["", *row(line)[:10]])],
            ["columns-shifted"],
        ),
        ([cell for line in range(59, 66) for cell in replaced(line, row(line)[::-1])], ["columns-exchanged"] * 5),
        (
            [(line, 5, "17") for line in (125, 129, 222, 277, 386, 456, 557)],
            ["wrong-figure"] * 7,
        ),
    ],
)
def test_located_damage_is_repaired(
    definition: ReportDefinition, cells: list[tuple[int, int, str]], kinds: list[str]
) -> None:
    """Every located cell gets its right text back, and no other cell changes."""
    document = with_cells(*cells)
    diagnoses = diagnose(document, definition)
    assert [diagnosis.problem.kind for diagnosis in diagnoses] == kinds
    assert repair_text(document, repair_changes(diagnoses)) == TEXT


def test_wrong_figure_says_what_it_should_be(definition: ReportDefinition) -> None:
    """A located cell has its place, its found and expected figure, and the sentence that explains why."""
    (diagnosis,) = diagnose(with_cells((129, 2, "1 804")), definition)
    assert diagnosis.problem.message.replace("\N{NO-BREAK SPACE}", " ") == (
        '2013-01: "Jobbklubb" in "Tiltak" is 1 804 and should be 1 803: '
        '"Jobbklubb": Kvinner + Menn = 1 803, but "Tiltak" says 1 804'
    )
    assert diagnosis.problem.name == "wrong-figure:2013-11.txt:129:2=1803"
    (correction,) = diagnosis.corrections
    assert (correction.found, correction.expected) == (1804, 1803)


def test_lost_page_is_told_once(definition: ReportDefinition) -> None:
    """The rows of a lost page are told together, after the line that they should follow."""
    lines = TEXT.split("\n")
    document = parse_source("\n".join(lines[:441] + lines[467:]), "2013-11.txt")
    (diagnosis,) = diagnose(document, definition)
    assert diagnosis.problem.kind == "rows-missing"
    assert "16 rows are missing" in diagnosis.problem.message
    assert diagnosis.changes == ()


def test_two_explanations_are_never_called_certain(definition: ReportDefinition) -> None:
    """Where two choices of cells explain a month, both are told, the likelier first, and nothing is repaired."""
    document = with_cells((457, 2, "39"), (458, 2, "986"))
    (diagnosis,) = diagnose(document, definition)
    assert diagnosis.problem.kind == "ambiguous-figures"
    lines = [{c.cell.where.line for c in e.corrections if c.cell} for e in diagnosis.candidates]
    assert {457, 458} in lines
    assert len(lines) > 1
    assert diagnosis.corrections == ()
    assert repair_changes([diagnosis]) == ()


def test_repair_keeps_line_ends_and_separators(definition: ReportDefinition) -> None:
    """A repaired copy differs from its source in the located cell alone."""
    text = TEXT.replace("\n", "\r\n").replace("1 803\t", "1\N{NO-BREAK SPACE}804\t", 1)
    document = parse_source(text, "2013-11.txt")
    repaired = repair_text(document, repair_changes(diagnose(document, definition)))
    assert repaired == text.replace("1\N{NO-BREAK SPACE}804", "1\N{NO-BREAK SPACE}803")
