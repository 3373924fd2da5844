"""What strangers write into documents and definitions is refused or shown as it stands; it is never obeyed."""

import io
import os
import shutil
import time
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner
from jinja2.exceptions import SecurityError, UndefinedError

from reportgen import page
from reportgen.catalogues import check_catalogues
from reportgen.charts.drawing import draw_png
from reportgen.cli import main
from reportgen.definition import ReportDefinition, find_source, read_definition
from reportgen.errors import DefinitionError, RenderError, SourceError
from reportgen.language import read_language
from reportgen.period import Period
from reportgen.proof import prove_source
from reportgen.source import parse_source, read_source
from reportgen.tasks import bundle
from reportgen.tidy import tidy_source

EXAMPLE = Path("examples/tiltaksdeltakere")
SECOND = Path("tests/sources/library-visits")
SOUND = (SECOND / "sound.txt").read_text(encoding="utf-8")
LAST_PAGE = "\n" + SOUND.rsplit("\n\n\n\n", 1)[-1]
LAUGHS = '<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY lol "lol">' + "".join(
    f'<!ENTITY lol{n} "{f"&lol{n - 1 or str()};" * 10}">' for n in range(1, 10)
)


def zip_bomb() -> bytes:
    """Return a workbook's file of a hundred kilobytes that would unpack to a hundred megabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 100_000_000)
    return file.getvalue()


def refusal(path: Path) -> str:
    """Return what is said of a document that can't be read."""
    with pytest.raises(SourceError) as caught:
        read_source(path)
    (problem,) = caught.value.problems
    return f"{problem.kind}: {problem.message}"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.txt", b"", "empty: a.txt is empty"),
        ("a.txt", bytes(range(256)) * 9, "encoding: a.txt is not UTF-8 text"),
        ("a.xlsx", LAUGHS.encode(), "other-format: a.xlsx is XML, and no text document"),
        ("a.txt", b"\xef\xbb\xbf\r\n<?xml version='1.0'?>", "other-format: a.txt is XML, and no text document"),
        ("a.txt", b"%PDF-1.7\n", "other-format: a.txt is a PDF, and no text document"),
        ("a.txt", b"Title\n\xc2\x9b31m", "encoding: a.txt is not text: it holds control characters, the first of"),
        ("a.txt", "a\n\u202eb\n".encode(), "encoding: a.txt is not text: it holds characters that turn its direction"),
    ],
)
def test_what_is_no_text_document_is_told(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    """A document is known by what is in it, whatever its name says."""
    (tmp_path / name).write_bytes(content)
    assert refusal(tmp_path / name).startswith(told)


def test_a_zip_bomb_is_told_and_not_unpacked(tmp_path: Path) -> None:
    """A workbook is refused by its first bytes."""
    (tmp_path / "a.xlsx").write_bytes(zip_bomb())
    assert refusal(tmp_path / "a.xlsx").startswith("other-format: a.xlsx is a zip file, as workbooks (.xlsx)")


def test_a_gigabyte_is_refused_by_its_size(tmp_path: Path) -> None:
    """A document that no table fills is not read into the memory."""
    (tmp_path / "a.txt").touch()
    os.truncate(tmp_path / "a.txt", 1_000_000_000)
    assert refusal(tmp_path / "a.txt") == (
        "unfit-file: a.txt is not read: it has 1,000.0 MB, and at most 2 MB are read"
    )


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    """A document that is a pipe keeps nobody waiting."""
    os.mkfifo(tmp_path / "a.txt")
    assert refusal(tmp_path / "a.txt") == "unfit-file: a.txt is not read: it is not an ordinary file"


@pytest.fixture(scope="module")
def second() -> ReportDefinition:
    """Return the second statistic's definition."""
    return read_definition(SECOND)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("March 2024", "March 0000", "period-missing"),
        ("January - March 2024", "January 0001 - March 9999", "period-missing"),
        ("4 670", "4" * 5000, "not-a-number"),
        ("4 670", "4" * 13, "not-a-number"),
    ],
)
def test_numbers_that_no_calendar_or_census_has_are_told(
    second: ReportDefinition, old: str, new: str, told: str
) -> None:
    """Years and numbers beyond all measure are mistakes, not crashes."""
    with pytest.raises(SourceError) as caught:
        tidy_source(parse_source(SOUND.replace(old, new), "a.txt"), second)
    assert told in {problem.kind for problem in caught.value.problems}


def test_a_table_that_has_no_total_goes_on_over_pages(tmp_path: Path) -> None:
    """A page that goes on with a table lacks no total where the table has none."""
    shutil.copytree(SECOND, tmp_path / "report")
    replace_in(
        tmp_path / "report/report.toml", 'levels = ["total", "group", "library"]', 'levels = ["group", "library"]'
    )
    definition = read_definition(tmp_path / "report")
    pages = SOUND.split("\n\n\n\n")
    pages[1:3] = [page.replace("All\t4 670\t4 885\t4 970\n", "") for page in pages[1:3]]
    assert tidy_source(parse_source("\n\n\n\n".join(pages), "a.txt"), definition).warnings == ()


GROWING: Mapping[str, Callable[[int], str]] = {
    "dashes before a letter": lambda size: "-" * size + "x\t1\n" + SOUND,
    "marks above one letter": lambda size: "a" + "\u0301\u0316" * size + "\n" + SOUND,
    "a row again and again": lambda size: SOUND + "Main library\t1\t2\t3\n" * size,
    "two rows, one after the other": lambda size: (
        SOUND + "Main library\t1\t2\t3\n" * size + "College library\t1\t2\t3\n" * size
    ),
    "text between rows": lambda size: SOUND + "text\nMain library\t1\t2\t3\n" * size,
    "the last page again and again": lambda size: SOUND + LAST_PAGE * (size // 10),
    "pages from the last to the first": lambda size: (
        SOUND + "\n\n\nLibraries\nAdults\nCollege library\t1\t2\t3\n\n\nLibraries\nMain library\t1\t2\t3" * (size // 5)
    ),
    "unknown rows": lambda size: SOUND + "".join(f"Library {number}\t1\t2\t3\n" for number in range(size)),
    "cells in one row": lambda size: SOUND + "x\t" * size,
    "pages with periods": lambda size: SOUND + "\n\n\nApril 2014 - March 2024\n\tMay\nAll\t1\n" * (size // 5),
}


@pytest.mark.alone
@pytest.mark.parametrize("shape", GROWING)
def test_time_grows_with_the_size_and_no_faster(second: ReportDefinition, shape: str) -> None:
    """A document four times as long takes about four times as long, not sixteen; one that is quick is not measured."""

    def seconds(size: int) -> float:
        document = GROWING[shape](size)
        start = time.process_time()
        with suppress(SourceError):
            tidy_source(parse_source(document, "a.txt"), second)
        return time.process_time() - start

    rounds = [(seconds(1000), seconds(4000)) for _ in range(4)]
    least, most = (min(times) for times in zip(*rounds, strict=True))
    assert most < max(9 * least, 0.3)


PLURALS = '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
THREE_PLURALS = (
    PLURALS.replace("2", "3", 1) + '\nmsgid "many"\nmsgid_plural "many"\nmsgstr[0] "a"\nmsgstr[1] "b"\nmsgstr[2] "c"\n'
)
"""The head of a catalogue with more forms than numbers of its language take, and a message with a form too many."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the example's definition that a test may spoil."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "report"))


def told(folder: Path) -> list[tuple[str, str]]:
    """Return kind and message of every problem of a definition and its catalogues."""
    try:
        definition = read_definition(folder)
        check_catalogues(definition, [read_language(code, folder) for code in definition.report.languages])
        find_source(definition, Period(2013, 11))
    except DefinitionError as error:
        return [(problem.kind, problem.message) for problem in error.problems]
    return []


def replace_in(file: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def deep_codes(count: int) -> str:
    """Return rows of a code list that stand one below the other."""
    parents = ["women", *(f"c{number}" for number in range(count))]
    return "".join(f"{code},sex,sex,{parent},a,a,a\n" for parent, code in pairwise(parents))


@pytest.mark.parametrize(
    ("file", "old", "new", "kind", "message"),
    [
        (
            "report.toml",
            "[site]",
            "x = " + "[" * 9999 + "\n[site]",
            "definition-syntax",
            "the definition is nested too",
        ),
        (
            "report.toml",
            "[site]",
            f"[{'.'.join('a' * 40000)}]\n[site]",
            "definition-syntax",
            "the definition is nested",
        ),
        (
            "report.toml",
            "[site]",
            "x = " + "{a = " * 9999 + "\n[site]",
            "definition-syntax",
            "the definition is nested",
        ),
        ("report.toml", "[site]", f"x = {'9' * 5000}\n[site]", "definition-syntax", "the definition is not valid TOML"),
        (
            "report.toml",
            "= 20 ",
            f"= 0x{'f' * 5000} ",
            "wrong-value",
            '"report.small_base" has a wrong value: a very long',
        ),
        ("report.toml", "accept = []", "acccept = []", "unknown-key", 'unknown key "source.acccept"'),
        ("report.toml", '"nb", "en"]', '"../../nb"]', "wrong-value", '"report.languages.0" has a wrong value'),
        ("report.toml", '"nb", "en"]', "]", "wrong-value", '"report.languages" has a wrong value'),
        ("report.toml", '"nb", "en"]', '"nb", "nb"]', "stands-twice", 'the language "nb" stands twice'),
        ("report.toml", '= "codes.csv"', '= "/etc/passwd"', "outside-folder", '"/etc/passwd" stands outside'),
        ("report.toml", '= "codes.csv"', '= "a\\u0000b"', "wrong-value", '"report.codes" has a wrong value'),
        ("report.toml", "sources/{month}", "**/{month}", "wrong-value", '"source.files" must be a path below'),
        ("report.toml", "sources/{month}", "sources/=1+{month}", "wrong-value", '"source.files" must be a path below'),
        ("report.toml", "Europe/Oslo", "Europe", "wrong-value", '"site.time_zone" is no time zone: "Europe"'),
        ("report.toml", "Europe/Oslo", "a" * 300, "wrong-value", '"site.time_zone" is no time zone: "aaa'),
        ("report.toml", "https://data.norge.no", "javascript:x", "wrong-value", '"report.licence_url" has a wrong'),
        ("report.toml", "https://www.nav.no/", "file:///etc/passwd", "wrong-value", '"site.creator_url" has a wrong'),
        ("report.toml", "nav.statistikk@nav.no", "a@b.no?bcc=c@d.no", "wrong-value", '"report.contact" has a wrong'),
        ("report.toml", '"NAV"', "\"=cmd|' /C calc'!A0\"", "wrong-value", '"site.creator" has a wrong value'),
        ("report.toml", '"NAV"', '"N\\u202eAV"', "wrong-value", '"site.creator" has a wrong value'),
        ("report.toml", '"NAV"', f'"{"N" * 6000}"', "wrong-value", '"site.creator" has a wrong value'),
        ("report.toml", '" - " =', '"" =', "wrong-value", '"source.typography..[key]" has a wrong value'),
        ("report.toml", '"2013-01" =', '"0000-01" =', "wrong-value", 'releases has "0000-01", which is no month'),
        ("report.toml", 'levels = ["total"', 'levels = ["tottal"', "unknown-name", 'the table "main-groups" names'),
        ("codes.csv", "women,sex,sex,total", "women,sex,sex,women", "wrong-hierarchy", '"women" doesn\'t lead to the'),
        ("codes.csv", "total,sex,total,,", "total,sex,total,total,", "missing-total", '"sex" doesn\'t begin with its'),
        ("codes.csv", "women,sex", "../../women,sex", "wrong-value", 'the code "../../women" is no name'),
        ("codes.csv", "men,sex,sex", "men,sex,<b>", "wrong-value", 'the level "<b>" is no name'),
        ("codes.csv", "Kvinner", "=1+1", "unfit-text", "\"women\" has a label in nb that can't be published: '=1+1'"),
        ("codes.csv", "Kvinner", "@SUM(A1)", "unfit-text", '"women" has a label in nb'),
        ("codes.csv", "Kvinner", "+47", "unfit-text", '"women" has a label in nb'),
        ("codes.csv", "Kvinner", "-2", "unfit-text", '"women" has a label in nb'),
        ("codes.csv", "Kvinner", "\t=1", "unfit-text", '"women" has a label in nb'),
        ("codes.csv", "Kvinner", "\N{FULLWIDTH EQUALS SIGN}1", "unfit-text", '"women" has a label in nb'),
        ("codes.csv", "Kvinner", "Kvi\x00nner", "unfit-text", '"women" has a label in nb'),
        ("codes.csv", "Kvinner", "Kvi\N{ZERO WIDTH SPACE}nner", "unfit-text", '"women" has a label in nb'),
        ("codes.csv", "Kvinner", "K" * 201, "unfit-text", '"women" has a label in nb'),
        ("codes.csv", "Kvinner", "K" * 200_000, "wrong-columns", "the row can't be read: field larger than"),
        ("codes.csv", "parent,", "parent,parent,", "wrong-columns", 'the column "parent" stands twice'),
        ("codes.csv", "women,sex", deep_codes(3000) + "women,sex", "wrong-hierarchy", '"c19" doesn\'t lead to'),
        ("texts/nb.po", PLURALS, THREE_PLURALS, "catalogue", '"many" has 3 forms in nb'),
        ("texts/nb.po", "charset=UTF-8", "charset=zz", "catalogue", "the catalogue nb.po can't be read: unknown encod"),
        ("texts/nb.po", 'title"\nmsgstr "', 'title"\nmsgstr "=1+', "unfit-text", 'the message "title" in nb can'),
        ("texts/nb.po", 'title"\nmsgstr "', 'title"\nmsgstr "A\\nB: ', "unfit-text", 'the message "title" in nb can'),
        (
            "texts/nb.po",
            'title"\nmsgstr "',
            'title"\nmsgstr "{',
            "unknown-placeholder",
            'the message "title" in nb has',
        ),
    ],
)
def test_a_hostile_definition_is_told(folder: Path, file: str, old: str, new: str, *, kind: str, message: str) -> None:
    """What can't be true, or would be obeyed somewhere, is refused with its key, and nothing else is told first."""
    replace_in(folder / file, old, new)
    (first, *_) = told(folder)
    assert (first[0], first[1][: len(message)]) == (kind, message)


@pytest.mark.parametrize("name", ["codes.csv", "texts/nb.po", "sources/2013-11.txt", "report.toml"])
def test_links_out_of_the_folder_are_refused(folder: Path, name: str) -> None:
    """A link is followed only where it leads to a file of the definition itself."""
    file = folder / name
    file.rename(folder / "moved")
    file.symlink_to(folder / "moved")
    assert told(folder) == []
    (folder / "moved").rename(folder.parent / "elsewhere")
    file.unlink()
    file.symlink_to(folder.parent / "elsewhere")
    ((_, message),) = told(folder)
    assert "stands outside the definition's folder" in message


def test_what_is_not_to_be_read_is_not_sent_to_a_cluster_either(folder: Path) -> None:
    """Neither a link out of the folder nor a huge document is among the files that go with a task."""
    definition = read_definition(folder)
    assert {"texts/nn.po", "sources/2013-11.txt"} <= set(bundle(definition, Period(2013, 11)))
    (folder / "texts/nn.po").rename(folder.parent / "secret")
    (folder / "texts/nn.po").symlink_to(folder.parent / "secret")
    os.truncate(folder / "sources/2013-11.txt", 1_000_000_000)
    assert not {"texts/nn.po", "sources/2013-11.txt"} & set(bundle(definition, Period(2013, 11)))


@pytest.mark.parametrize("name", ["codes.csv", "texts/nb.po", "report.toml"])
def test_huge_files_of_a_definition_are_refused_unread(folder: Path, name: str) -> None:
    """A definition is a few kilobytes; a gigabyte is a mistake."""
    os.truncate(folder / name, 1_000_000_000)
    ((_, message),) = told(folder)
    assert "it has 1,000.0 MB, and at most 1 MB are read" in message


def test_a_million_rows_are_refused_at_once(folder: Path) -> None:
    """Neither a code list of a million rows nor one that makes a million rows of its tables is gone through."""
    codes = (folder / "codes.csv").read_text(encoding="utf-8")
    rows = [f"c{number},sex,sex,total,a,a,a\n" for number in range(1_000_000)]
    start = time.process_time()
    (folder / "codes.csv").write_text(codes + "".join(rows), encoding="utf-8")
    assert [kind for kind, _ in told(folder)] == ["unfit-file"]
    (folder / "codes.csv").write_text(codes + "".join(rows[:20_000]), encoding="utf-8")
    assert told(folder)[0] == ("wrong-value", "the tables have 980342 rows, and no document has more than 50000")
    (folder / "codes.csv").write_text(codes + "".join(rows[:20_000]).replace("total", "x"), encoding="utf-8")
    assert len(told(folder)) == 20_000
    assert time.process_time() - start < 20


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[" * 100_000,
        b"null",
        b'{"sha256": "", "changes": [1]}',
        b'{"sha256": "", "changes": [{"line": [], "column": 1, "found": "", "expected": ""}]}',
        b'{"sha256": "", "changes": [{"line": 1, "column": 1}]}',
        b"\xff\xfe",
    ],
)
def test_a_hostile_list_of_repairs_is_told(tmp_path: Path, second: ReportDefinition, content: bytes) -> None:
    """A list of repairs that is none changes nothing, and is told."""
    (tmp_path / "a.txt").write_text(SOUND, encoding="utf-8")
    (tmp_path / "a.txt.repairs.json").write_bytes(content)
    proof = prove_source(tmp_path / "a.txt", second)
    assert [warning.kind for warning in proof.warnings] == ["repairs-outdated"]


def test_what_a_document_says_does_not_steer_the_terminal(tmp_path: Path, second: ReportDefinition) -> None:
    """What is quoted of a document is cut where it is long, and shows what would move the cursor or the eye."""
    assert second.report.id == "library-visits"
    document = SOUND.replace("Main library\t1 200", f"Main library {'x' * 100_000}\t1 200")
    (tmp_path / "a\x1b[2J\u202e.txt").write_text(document, encoding="utf-8")
    run = CliRunner().invoke(main, ["check", "--report", str(SECOND), *map(str, tmp_path.iterdir())])
    assert run.exit_code == 3
    assert len(run.output) < 20_000
    assert "\\u001b[2J\\u202e" in run.output
    assert not set("\x1b\u202e") & set(run.output)


def test_templates_run_in_a_sandbox() -> None:
    """A template, should one ever hold what a stranger wrote, reaches no object behind what it was given."""
    environment = page.environment()
    with pytest.raises(SecurityError):
        environment.from_string("{{ ''.__class__.__mro__ }}").render()
    with pytest.raises(SecurityError):
        environment.from_string("{{ names.append('x') }}").render(names=[])
    with pytest.raises(UndefinedError):
        environment.from_string("{{ unknown }}").render()
    assert environment.from_string("{{ label }}").render(label="<b>&\"'") == "&lt;b&gt;&amp;&#34;&#39;"


def test_a_chart_holds_no_picture() -> None:
    """An address in a drawing is not followed: a drawing with one is refused."""
    with pytest.raises(RenderError):
        draw_png('<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>')
