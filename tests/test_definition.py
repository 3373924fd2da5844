"""A definition is read whole, or every mistake in it is told at once."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from reportgen.definition import ReportDefinition, find_source, read_definition, sources
from reportgen.errors import DefinitionError, Problem, SourceError
from reportgen.period import Period

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "tiltaksdeltakere"


CORRECTION = """[[corrections]]
month = "2013-08"
date = 2013-09-09
text = { nb = "a", en = "a" }
changed = { nb = "b", en = "b" }

[source]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the example that a test may spoil."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "report"))


def change(file: Path, old: str, new: str) -> None:
    """Replace a text that stands in the file once."""
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file.name}"
    file.write_text(text.replace(old, new), encoding="utf-8")


def mistakes(folder: Path) -> list[Problem]:
    """Return every problem that the definition has."""
    with pytest.raises(DefinitionError) as caught:
        read_definition(folder)
    return list(caught.value.problems)


def told(folder: Path) -> list[tuple[str, str, str]]:
    """Return place, message and hint of every problem that the definition has."""
    return [(", ".join(map(str, problem.where)), problem.message, problem.hint) for problem in mistakes(folder)]


def test_the_example_is_read_whole() -> None:
    """What stands in the files stands in the definition, in order, and nothing can be changed."""
    definition = read_definition(EXAMPLE)
    assert definition.report.languages == ("nb", "en")
    assert [(codes.dimension, len(codes.codes)) for codes in definition.code_lists] == [
        ("programme", 1 + 10 + 38),
        ("main_group", 1 + 3),
        ("sex", 1 + 2),
    ]
    assert definition.code_list("sex")["women"].labels == {"nb": "Kvinner", "nn": "Kvinner", "en": "Women"}
    assert definition.code_list("programme")["mentor"].parent == "follow-up"
    assert definition.releases["2013-11"].released == date(2013, 12, 3)
    assert len(definition.tables) == 6
    assert definition.folder == EXAMPLE


@pytest.mark.parametrize(
    ("old", "new", "message", "hint"),
    [
        (
            "accept = []",
            "acept = []",
            'unknown key "source.acept"',
            "did you mean accept?",
        ),
        (
            'contact = "nav.statistikk@nav.no"',
            "",
            'the key "report.contact" is missing',
            'add "report.contact"',
        ),
        (
            "small_base = 20 ",
            'small_base = "twenty" ',
            "\"report.small_base\" has a wrong value: 'twenty'",
            "input should be a valid integer",
        ),
        (
            "small_base = 20 ",
            "small_base = 0 ",
            '"report.small_base" has a wrong value: 0',
            "input should be greater than or equal to 1",
        ),
        (
            "released = 2013-12-03,",
            'released = "3 December",',
            "\"releases.2013-11.released\" has a wrong value: '3 December'",
            "input should be a valid date",
        ),
        (
            "released = 2013-12-03, next = 2014-01-07",
            "released = 2013-12-03, next = 2013-12-03",
            "the release after 2013-11 is not later than its own",
            "correct releases",
        ),
        (
            'time_zone = "Europe/Oslo"',
            'time_zone = "Oslo/Europe"',
            '"site.time_zone" is no time zone: "Oslo/Europe"',
            "write it as Europe/Oslo",
        ),
        (
            "[source]\n",
            CORRECTION.replace("2013-08", "2014-08"),
            'a correction names the unknown "2014-08"',
            "did you mean 2013-08, 2013-10 or 2013-09?",
        ),
        (
            "[source]\n",
            CORRECTION.replace("2013-09-09", "2013-08-09"),
            "the correction of 2013-08 is older than its release",
            "correct its date",
        ),
        (
            "[source]\n",
            CORRECTION.replace(', en = "b"', ""),
            "the correction of 2013-08 on 2013-09-09 is not told in en",
            'add "en" to its text and to changed',
        ),
        (
            'code = "job-creation-projects"',
            'code = "job-creation-project"',
            'the alias "Jobbskappingsprosjekter" names the unknown "job-creation-project"',
            "did you mean job-creation-projects or job-creation?",
        ),
        (
            'dimension = "sex"\ncode = "women"',
            'dimension = "gender"\ncode = "women"',
            'share names the unknown "gender"',
            "remove it, or see docs/how-to/add-a-statistic.md",
        ),
        (
            'dimension = "sex"\ncode = "women"',
            'dimension = "sex"\ncode = "woman"',
            'share names the unknown "woman"',
            "did you mean women?",
        ),
        (
            'printed = "Hovedgrupper"\nrows = "main_group"',
            'printed = "Hovedgrupper"\nrows = "main_groups"',
            'the table "main-groups" names the unknown "main_groups"',
            "did you mean main_group?",
        ),
        (
            '    "programmes-by-sex",\n    "indicators"',
            '    "programmes-by-age",\n    "indicators"',
            'the section "tables" names the unknown "programmes-by-age"',
            "did you mean programmes-by-sex, programmes-by-main-group or programmes?",
        ),
        (
            'figures = ["index"]',
            'figures = ["indices"]',
            'the section "index" names the unknown "indices"',
            "did you mean index?",
        ),
        (
            'nb = "tiltaksdeltakere"\n',
            "",
            '"report.file_name" has no "nb"',
            'add "nb" to report.file_name',
        ),
        (
            'files = "sources/{month}.txt"',
            'files = "sources/2013-11.txt"',
            '"source.files" must be a path below this folder with {month} in it: "sources/2013-11.txt"',
            "write it as sources/{month}.txt",
        ),
        (
            'id = "tiltaksdeltakere"',
            'id = "Tiltak / deltakere"',
            "\"report.id\" has a wrong value: 'Tiltak / deltakere'",
            "string should match pattern '^[a-z0-9]+([-_][a-z0-9]+)*$'",
        ),
        (
            'codes = "codes.csv"',
            'codes = "../../codes.csv"',
            '"../../codes.csv" stands outside the definition\'s folder',
            "move the file below the folder of report.toml",
        ),
    ],
)
def test_a_mistake_in_the_definition_is_told_with_a_hint(
    folder: Path, old: str, new: str, message: str, hint: str
) -> None:
    """Each mistake names the file, the offending key or value, and what to do about it."""
    change(folder / "report.toml", old, new)
    assert told(folder) == [("report.toml", message, hint)]


@pytest.mark.parametrize(
    ("old", "new", "place", "message", "hint"),
    [
        (
            "parent,nb,nn,en",
            "parent,bokmål,nn,en",
            "codes.csv:1",
            'the column "nb" is missing',
            'add the column "nb" to the first line',
        ),
        (
            "\nmentor,programme,",
            "\nmentor,programmes,",
            "codes.csv:12",
            'unknown dimension "programmes"',
            "did you mean programme?",
        ),
        (
            "\nmentor,programme,programme,follow-up,Mentor,Mentor,Mentor",
            "\nmentor,programme,programme,follow-up,Mentor, the,Mentor,Mentor",
            "codes.csv:12",
            "the row has too few or too many cells",
            "put labels with a comma in quotation marks",
        ),
        (
            "\nmentor,programme,programme,follow-up,Mentor,Mentor,Mentor",
            "\nmentor,programme,programme,follow-up,Mentor,Mentor, ",
            "codes.csv:12",
            '"mentor" has no label in en',
            "add it",
        ),
        (
            "\nmentor,programme,programme,follow-up,",
            "\nmentor,programme,programme,folow-up,",
            "codes.csv",
            '"mentor" has the unknown parent "folow-up"',
            "did you mean follow-up or follow-up-ordinary?",
        ),
        (
            "\nmentor,programme,programme,follow-up,",
            "\njob-club,programme,programme,follow-up,",
            "codes.csv",
            'the code "job-club" stands twice in "programme"',
            "give each code a name of its own",
        ),
        (
            "\ntotal,sex,total,,I alt,I alt,Total",
            "",
            "codes.csv",
            '"sex" doesn\'t begin with its total',
            'make "total" the first code of the dimension',
        ),
    ],
)
def test_a_mistake_in_the_code_list_is_told_with_its_line(
    folder: Path, old: str, new: str, place: str, message: str, hint: str
) -> None:
    """Each mistake in the code list names the line, where there is one, and what to do about it."""
    change(folder / "codes.csv", old, new)
    assert (place, message, hint) in told(folder)


def test_invalid_toml_names_the_line(folder: Path) -> None:
    """A definition that TOML can't read is told with the line and column."""
    change(folder / "report.toml", 'licence = "NLOD 2.0"', "licence = NLOD")
    line = 1 + (folder / "report.toml").read_text(encoding="utf-8").split("\n").index("licence = NLOD")
    (problem,) = mistakes(folder)
    assert (problem.kind, problem.message, problem.hint) == (
        "definition-syntax",
        f"the definition is not valid TOML: Invalid value (at line {line}, column 11)",
        "put texts in quotation marks and write each key once",
    )


def test_a_folder_without_definition_is_told(tmp_path: Path) -> None:
    """A folder that has no report.toml is named, with the option that chooses another."""
    assert told(tmp_path) == [
        (
            "",
            f"report.toml can't be read in {tmp_path}: No such file or directory",
            "choose another folder with --report",
        )
    ]


def test_a_code_list_that_is_not_there_is_told(folder: Path) -> None:
    """A code list that is missing is named with the key that names it."""
    (folder / "codes.csv").unlink()
    assert told(folder) == [
        (
            "",
            f"codes.csv can't be read in {folder}: No such file or directory",
            'correct the name "codes.csv" in report.toml, or add the file',
        )
    ]


@pytest.mark.parametrize("name", ["report.toml", "codes.csv"])
def test_another_encoding_than_utf_8_is_told(folder: Path, name: str) -> None:
    """Latin-1 is refused with the first byte that is not UTF-8."""
    text = (folder / name).read_text(encoding="utf-8").replace("л", "l").replace("у", "u").replace("б", "b")
    content = text.replace("–", "-").encode("latin-1")
    (folder / name).write_bytes(content)
    first = next(place for place, byte in enumerate(content) if byte > 0x7F)
    assert told(folder) == [("", f"{name} is not UTF-8 text: byte {first} can't be read", "save the file as UTF-8")]


def test_several_mistakes_are_told_at_once(folder: Path) -> None:
    """Mistakes in different parts of the definition come together, and so do those of the code list."""
    change(folder / "report.toml", "small_base = 20 ", "smallbase = 20 ")
    change(folder / "report.toml", 'licence = "NLOD 2.0"', "licence = 2")
    assert [message for _, message, _ in told(folder)] == [
        'the key "report.small_base" is missing',
        '"report.licence" has a wrong value: 2',
        'unknown key "report.smallbase"',
    ]


def test_several_mistakes_of_the_code_list_are_told_at_once(folder: Path) -> None:
    """A row that can't be read doesn't hide the mistakes of the rows after it."""
    change(folder / "codes.csv", "\njob-club,programme,", "\njob-club,program,")
    change(folder / "codes.csv", "\nmentor,programme,programme,follow-up,", "\nmentor,programme,programme,follow,")
    assert [message for _, message, _ in told(folder)] == [
        'unknown dimension "program"',
        '"mentor" has the unknown parent "follow"',
    ]


@pytest.mark.parametrize(
    "pattern", ["../elsewhere/{month}.txt", "/etc/{month}.txt", "sources/{year}/{month}.txt", "sources/{month}{.txt"]
)
def test_a_strange_pattern_of_source_files_is_told(folder: Path, pattern: str) -> None:
    """A pattern that leads out of the folder, or has another placeholder, is a mistake and no crash."""
    change(folder / "report.toml", 'files = "sources/{month}.txt"', f'files = "{pattern}"')
    assert told(folder) == [
        (
            "report.toml",
            f'"source.files" must be a path below this folder with {{month}} in it: "{pattern}"',
            "write it as sources/{month}.txt",
        )
    ]


def test_a_month_is_built_from_its_own_document_or_the_next(folder: Path) -> None:
    """Of several documents the month's own is taken, else the first later one; other files are passed over."""
    for name in ("2013-08", "2013-10", "notes"):
        shutil.copy(folder / "sources" / "2013-11.txt", folder / "sources" / f"{name}.txt")
    definition = read_definition(folder)
    assert [str(month) for month in sources(definition)] == ["2013-08", "2013-10", "2013-11"]
    chosen = {month: find_source(definition, Period(2013, month)).name for month in (1, 8, 9, 11)}
    assert chosen == {1: "2013-08.txt", 8: "2013-08.txt", 9: "2013-10.txt", 11: "2013-11.txt"}


@pytest.mark.parametrize(
    ("kept", "hint"),
    [
        (True, "put the document at sources/2013-12.txt, or choose a month up to 2013-11"),
        (False, "put the document at sources/2013-12.txt"),
    ],
)
def test_a_month_without_document_is_told(folder: Path, *, kept: bool, hint: str) -> None:
    """A month later than every document names the file that would have it."""
    if not kept:
        (folder / "sources" / "2013-11.txt").unlink()
    definition: ReportDefinition = read_definition(folder)
    with pytest.raises(SourceError) as caught:
        find_source(definition, Period(2013, 12))
    assert [(problem.message, problem.hint) for problem in caught.value.problems] == [
        ("no source document covers 2013-12", hint)
    ]
