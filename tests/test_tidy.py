"""A printed document becomes a complete dataset, and a broken one says what is wrong with its form."""

import re
from collections import Counter
from pathlib import Path

import pytest

from reportgen.dataset import Dataset
from reportgen.definition import ReportDefinition, read_definition
from reportgen.errors import ReportgenError, SourceError
from reportgen.period import Period
from reportgen.source import parse_source, read_source
from reportgen.tidy import Tidied, tidy_source

EXAMPLE = Path("examples/tiltaksdeltakere")
SOURCE = EXAMPLE / "sources/2013-11.txt"
NOVEMBER = Period(2013, 11)


@pytest.fixture(scope="module")
def definition() -> ReportDefinition:
    """Return the example's definition."""
    return read_definition(EXAMPLE)


@pytest.fixture(scope="module")
def tidied(definition: ReportDefinition) -> Tidied:
    """Return what the example's document says."""
    return tidy_source(read_source(SOURCE), definition)


@pytest.fixture(scope="module")
def dataset(tidied: Tidied) -> Dataset:
    """Return the example's dataset."""
    return tidied.dataset


def test_document_covers_eleven_months(dataset: Dataset) -> None:
    """The months are those of the document, ascending."""
    assert [str(period) for period in dataset.periods] == [f"2013-{month:02}" for month in range(1, 12)]


def test_dataset_is_complete(dataset: Dataset) -> None:
    """Each of 49 rows stands in total, for three main groups and for both sexes, in each month."""
    assert len(dataset.observations) == 49 * (1 + 3 + 2) * 11


def test_every_printed_figure_is_read(dataset: Dataset) -> None:
    """301 series give 3,161 printed figures; repeated total rows are read once more, a line of dashes is not."""
    lines = SOURCE.read_text(encoding="utf-8").split("\n")
    figures = [cell for line in lines for cell in line.split("\t")[1:] if re.fullmatch(r"[0-9 ]+", cell)]
    printed = [cell for observation in dataset.observations for cell in observation.printed]
    assert len([cell for cell in printed if cell.text]) == len(figures) == 3161 + 15 * 11
    series = {(cell.table, observation.codes) for observation in dataset.observations for cell in observation.printed}
    assert len(series) == 301


def test_every_cell_says_what_stands_in_its_place(dataset: Dataset) -> None:
    """File, line and column of a cell lead back to its text."""
    lines = SOURCE.read_text(encoding="utf-8").split("\n")
    for observation in dataset.observations:
        for cell in observation.printed:
            assert lines[cell.where.line - 1].split("\t")[cell.where.column - 1] == cell.text


def test_total_names_every_cell_that_prints_it(dataset: Dataset) -> None:
    """The grand total of November stands in three tables, in one of them on four pages."""
    observation = dataset.observation(NOVEMBER, dataset.grand_total)
    assert observation.value == 75_769
    assert [(str(cell.where), cell.table) for cell in observation.printed] == [
        ("2013-11.txt:22:12", "main-groups"),
        ("2013-11.txt:36:12", "programme-groups"),
        ("2013-11.txt:121:12", "programmes"),
        ("2013-11.txt:149:12", "programmes"),
        ("2013-11.txt:174:12", "programmes"),
        ("2013-11.txt:200:12", "programmes"),
    ]


@pytest.mark.parametrize(
    ("codes", "series"),
    [
        (("follow-up", "total", "total"), (10_905, 11_485, 11_544, 11_847, 11_659, 10_924, 9_564, 10_330, 11_367)),
        (("follow-up-ordinary", "total", "total"), (1_893, 2_001, 2_019, 2_033, 1_967, 1_940, 1_763, 1_851, 1_909)),
        (("workplace-adaptation", "others", "total"), (256, 314, 377, 348, 317, 291, 221, 228, 263, 368, 474)),
        (("workplace-adaptation-ordinary", "others", "total"), (187, 244, 296, 270, 236, 196, 128, 132, 165, 270, 375)),
        (("in-house-job-club", "total", "women"), (94, 87, 98, 59, 95, 57, 36, 26, 18, 21, 16)),
        (("job-creation-projects", "jobseekers", "total"), (0, 0, 0, 44, 42, 16, 0, 0, 46, 54, 30)),
        (("total", "others", "total"), (1_982, 2_121, 2_316, 2_281, 2_186, 2_126, 1_599, 1_800, 1_920, 2_189, 2_365)),
        (("adapted-work", "jobseekers", "total"), (0,) * 11),
    ],
)
def test_series_are_those_of_the_document(dataset: Dataset, codes: tuple[str, ...], series: tuple[int, ...]) -> None:
    """A label means its code in its table: a group and a programme that share a label are kept apart."""
    assert dataset.series(codes)[: len(series)] == series


def test_blank_and_absent_are_implied_zeros(dataset: Dataset) -> None:
    """A blank cell is kept as a cell without text; an absent row has no cell at all."""
    blank = dataset.observation(NOVEMBER, ("in-company-training", "total", "total"))
    assert (blank.value, blank.status, [cell.text for cell in blank.printed]) == (0, "implied-zero", [""])
    absent = dataset.observation(NOVEMBER, ("adapted-work", "jobseekers", "total"))
    assert (absent.value, absent.status, absent.printed) == (0, "implied-zero", ())
    statuses = Counter(bool(o.printed) for o in dataset.observations if o.status == "implied-zero")
    assert statuses[False] > 0
    assert statuses[True] > 0


def test_what_is_worth_a_look_is_told_once(tidied: Tidied) -> None:
    """Each alias is told with all its lines, and so are the stray rule and the page without captions."""
    assert {problem.name: [str(where) for where in problem.where] for problem in tidied.warnings} == {
        "alias:Helsemessig utredning/ behandling": [f"2013-11.txt:{line}:1" for line in (44, 86, 108)],
        "alias:Intern jobbkлубb": ["2013-11.txt:128:1"],
        "alias:Jobbkлубb": ["2013-11.txt:129:1"],
        "alias:Intern jobbkubb": ["2013-11.txt:455:1"],
        "alias:Jobbkubb": ["2013-11.txt:456:1"],
        "alias:Jobbskappingsprosjekter": [f"2013-11.txt:{line}:1" for line in (253, 365, 440, 533, 632)],
        "stray-rule": ["2013-11.txt:334"],
        "page-without-title": ["2013-11.txt:443"],
        "page-without-name": ["2013-11.txt:443"],
    }


def test_prose_on_the_front_page_changes_nothing(definition: ReportDefinition, dataset: Dataset) -> None:
    """The original has a paragraph where the example has a blank line; both read to the same dataset."""
    lines = SOURCE.read_text(encoding="utf-8").split("\n")
    lines[10] = '"Om statistikken" finner du ved å følge lenken.'
    assert tidy_source(parse_source("\n".join(lines), "2013-11.txt"), definition).dataset == dataset


@pytest.mark.parametrize("space", ["", "\N{NO-BREAK SPACE}", "\N{THIN SPACE}", "\N{NARROW NO-BREAK SPACE}"])
def test_any_space_may_separate_thousands(definition: ReportDefinition, dataset: Dataset, space: str) -> None:
    """Thousands may be separated by an ordinary, no-break or thin space, or not at all."""
    text = re.sub(r"(?<=\d) (?=\d{3})", space, SOURCE.read_text(encoding="utf-8"))
    read = tidy_source(parse_source(text, "2013-11.txt"), definition).dataset
    assert [o.value for o in read.observations] == [o.value for o in dataset.observations]


SECOND = Path("tests/sources/library-visits")


def broken_documents() -> list[Path]:
    """Return every broken document whose form is wrong."""
    return [path for path in sorted(SECOND.glob("broken/*.txt")) if not is_figures_only(path)]


def is_figures_only(path: Path) -> bool:
    """Tell whether a document's form is right, though its figures are not."""
    try:
        tidy_source(read_source(path), read_definition(SECOND))
    except ReportgenError:
        return False
    return True


def test_second_statistic_needs_no_change_in_the_program() -> None:
    """A document of another statistic, in another language, is read by its own definition."""
    tidied = tidy_source(read_source(SECOND / "sound.txt"), read_definition(SECOND))
    assert tidied.warnings == ()
    assert tidied.dataset.series(("university", "children")) == (10, 0, 5)
    assert tidied.dataset.series(("college", "children")) == (0, 0, 0)
    assert tidied.dataset.series(("total", "adults")) == (3650, 3890, 3935)


@pytest.mark.parametrize("path", broken_documents(), ids=lambda path: path.stem)
def test_damaged_form_is_told(path: Path) -> None:
    """Damage to a document's form is told with its place, what was expected, and a hint."""
    with pytest.raises(SourceError) as caught:
        tidy_source(read_source(path), read_definition(SECOND))
    told = "".join(
        f"{' '.join(map(str, problem.where))}\n{problem.kind}: {problem.message}\n  {problem.hint}\n"
        for problem in caught.value.problems
    )
    assert told == path.with_suffix(".problems").read_text(encoding="utf-8")
