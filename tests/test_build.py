"""A month's build gives every file that it should, the same bytes wherever and whenever, and knows nothing later."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from naive_reading import EXAMPLE, SOURCE

from reportgen import charts
from reportgen.build import build_month
from reportgen.definition import ReportDefinition, read_definition
from reportgen.errors import DataError, DefinitionError, ReportgenError, SourceError
from reportgen.period import Period
from reportgen.publication import Publication
from reportgen.publishing import write_publications

NOVEMBER = Period(2013, 11)
FIGURES = (
    "participants",
    "main-groups",
    "groups",
    "contributions",
    "recovery",
    "july-dip",
    "index",
    "women-men",
    "womens-share",
)
TABLES = (
    "main-groups",
    "programme-groups",
    "programme-groups-by-main-group-jobseekers",
    "programme-groups-by-main-group-reduced-work-capacity",
    "programme-groups-by-main-group-others",
    "programmes",
    "programmes-by-main-group-jobseekers",
    "programmes-by-main-group-reduced-work-capacity",
    "programmes-by-main-group-others",
    "programmes-by-sex-women",
    "programmes-by-sex-men",
    "indicators",
)
DATA = {
    f"data/2013-11/{name}"
    for name in (
        "observations.csv",
        "observations.csv-metadata.json",
        "observations.px",
        "observations.parquet",
        "observations.sdmx.csv",
        "indicators.csv",
        "indicators.csv-metadata.json",
        "indicators.json",
        "manifest.json",
    )
}
PDF = {"nb": "tiltaksdeltakere-2013-11-nb.pdf", "en": "labour-market-programmes-2013-11-en.pdf"}


def data_files(*languages: str) -> set[str]:
    """Return November's data files, of which JSON-stat has one for each language."""
    return DATA | {f"data/2013-11/observations.{language}.json" for language in languages}


def html_files(language: str) -> set[str]:
    """Return the files of November's page in one language, without what pages share."""
    folder = f"{language}/2013-11"
    figures = {f"{folder}/figures/participants-narrow.svg"}  # the main figure's, for the front page
    page = {f"{folder}/index.html", f"{folder}/{PDF[language].removesuffix('.pdf')}.xlsx"}
    figures |= {f"{folder}/figures/{f}.{kind}" for f in FIGURES for kind in ("svg", "png", "csv")}
    return page | figures | {f"{folder}/tables/{table}.csv" for table in TABLES}


def around(*languages: str) -> set[str]:
    """Return what a site has besides its months, without what pages share."""
    own = {f"{code}/{name}" for code in languages for name in ("index.html", "accessibility/index.html")}
    own |= {f"{code}/{name}" for code in languages for name in ("feed.xml", "calendar.ics")}
    data = {f"data/{name}" for name in ("catalog.ttl", "catalog.jsonld")}
    data |= {f"data/latest/{name}" for name in ("indicators.json", "observations.csv")}
    return own | data | {"index.html", "404.html", "robots.txt", "sitemap.xml", "sha256sums.txt"}


def contents(publication: Publication) -> dict[str, bytes]:
    """Return a publication's files by path."""
    return {str(file.path): file.content for file in publication.files}


def tree(folder: Path) -> dict[str, bytes]:
    """Return a folder's files by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Return a copy of the example that a test may change."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "report"))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put what would be drawn in the place of drawings."""
    monkeypatch.setattr(charts, "draw_chart", lambda chart, **_: f"<svg><title>{hash(chart)}</title></svg>")
    monkeypatch.setattr(charts, "draw_png", lambda _svg: b"PNG")


def mistakes(report: Path, month: Period = NOVEMBER, *, strict: bool = False) -> ReportgenError:
    """Return what stops a build of the data files."""
    with pytest.raises(ReportgenError) as caught:
        build_month(read_definition(report), month, languages=("nb",), formats=("data",), strict=strict)
    return caught.value


def test_the_site_is_the_promised_tree(site: Path) -> None:
    """Below the site stand both pages with their figures, both PDFs, the data files and what pages share."""
    written = set(tree(site))
    shared = {path for path in written if path.startswith("assets/")}
    expected = data_files("nb", "en") | {f"{language}/2013-11/{name}" for language, name in PDF.items()}
    expected |= html_files("nb") | html_files("en") | around("nb", "en") | {"favicon.svg"}
    assert written - shared == expected
    assert sorted(Path(path).suffix for path in shared) == [".css", ".js", ".woff2", ".woff2", ".woff2"]
    assert all(tree(site).values())


def test_the_manifest_lists_every_file_with_its_hash(site: Path, definition: ReportDefinition) -> None:
    """Each file but the manifest itself is listed once, sorted, with its size and SHA-256; so is the source."""
    files = tree(site)
    manifest = json.loads(files.pop("data/2013-11/manifest.json"))
    assert [file["path"] for file in manifest["files"]] == sorted(files.keys() - around("nb", "en"))
    for file in manifest["files"]:
        content = files[file["path"]]
        assert (file["bytes"], file["sha256"]) == (len(content), sha256(content).hexdigest())
    assert manifest["sources"] == [{"file": "2013-11.txt", "sha256": sha256(SOURCE.read_bytes()).hexdigest()}]
    assert (manifest["report"], manifest["month"]) == (definition.report.id, "2013-11")
    assert manifest["identities"]["broken"] == 0
    assert manifest["identities"]["checked"] >= 2398
    assert {problem["name"] for problem in manifest["problems"]} >= {"alias:Jobbkubb", "stray-rule"}
    assert not any(problem["accepted"] for problem in manifest["problems"])


def test_another_place_and_time_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    """Built by another process, from another folder to another one, on another date: every file is the same."""
    report = shutil.copytree(EXAMPLE, tmp_path / "rapport på norsk")
    elsewhere = {
        **os.environ,
        "TZ": "Pacific/Kiritimati",
        "SOURCE_DATE_EPOCH": "86400",
        "HOME": str(tmp_path),
        "LC_ALL": "C",
        "PYTHONHASHSEED": "7",
    }
    program = str(Path(sys.executable).with_name("reportgen"))
    command = [program, "build", "--month", "2013-11", "--report", str(report)]
    run = subprocess.run(command, cwd=tmp_path, env=elsewhere, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    mine, theirs = tree(site), tree(tmp_path / "site")
    assert sorted(theirs) == sorted(mine)
    assert [path for path, content in theirs.items() if content != mine[path]] == []


def test_no_file_names_a_place(site: Path) -> None:
    """No file of the site holds the folder that it was built in, or that the program stands in."""
    for path, content in tree(site).items():
        for place in (site.parent, EXAMPLE.parent.parent, Path.home()):
            assert os.fsencode(f"{place}/") not in content, path


@pytest.mark.parametrize("month", range(1, 11))
def test_every_month_builds(definition: ReportDefinition, month: int) -> None:
    """Each month before November gives its page and its PDF, whatever it can't compute yet."""
    language = ("nb", "en")[month % 2]
    files = contents(build_month(definition, Period(2013, month), languages=(language,)))
    name = definition.report.file_name[language]
    assert files[f"{language}/2013-{month:02}/index.html"].startswith(b"<!DOCTYPE html>")
    assert files[f"{language}/2013-{month:02}/{name}-2013-{month:02}-{language}.pdf"].startswith(b"%PDF-")
    observations = files[f"data/2013-{month:02}/observations.csv"].decode().splitlines()
    assert len(observations) == 1 + 294 * month


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    ("languages", "formats", "expected"),
    [
        (("nb",), ("data",), data_files("nb")),
        (("nb", "en"), ("html",), html_files("nb") | html_files("en") | {"data/2013-11/manifest.json"}),
        (("en",), ("html", "data"), html_files("en") | data_files("en")),
    ],
)
def test_only_what_is_asked_for_is_built(
    definition: ReportDefinition, languages: tuple[str, ...], formats: tuple[str, ...], expected: set[str]
) -> None:
    """A build of some formats or languages has their files, and the manifest of just these."""
    publication = build_month(definition, NOVEMBER, languages=languages, formats=formats)
    files = {path for path in contents(publication) if not path.startswith(("assets/", "favicon"))}
    assert files == expected


@pytest.mark.usefixtures("quick")
def test_what_is_not_built_is_not_linked(definition: ReportDefinition) -> None:
    """A page without PDF and data files offers neither, and leads to no language that isn't built with it."""
    publication = build_month(definition, NOVEMBER, languages=("nb",), formats=("html",))
    page = contents(publication)["nb/2013-11/index.html"].decode()
    for absent in (".pdf", "observations.csv", "../../en/"):
        assert absent not in page
    assert "figures/participants.csv" in page


@pytest.mark.usefixtures("quick")
def test_a_month_knows_nothing_later(report: Path, definition: ReportDefinition) -> None:
    """August's files stay the same when the document's figures for September and November change places."""
    lines = SOURCE.read_text(encoding="utf-8").split("\n")
    for number, line in enumerate(lines):
        cells = line.split("\t")
        if len(cells) == 12 and cells[0]:
            cells[9], cells[11] = cells[11], cells[9]
            lines[number] = "\t".join(cells)
    (report / "sources" / "2013-11.txt").write_text("\n".join(lines), encoding="utf-8")
    built = [
        contents(build_month(known, Period(2013, 8), languages=("nb", "en"), formats=("html", "data")))
        for known in (definition, read_definition(report))
    ]
    for files in built:
        manifest = json.loads(files.pop("data/2013-08/manifest.json"))
        assert len(manifest["sources"]) == 1
    assert built[0] == built[1]
    november = [
        contents(build_month(known, NOVEMBER, languages=("nb",), formats=("data",)))["data/2013-11/observations.csv"]
        for known in (definition, read_definition(report))
    ]
    assert november[0] != november[1]


@pytest.mark.usefixtures("quick")
def test_a_second_build_replaces_the_month_as_a_whole(definition: ReportDefinition, tmp_path: Path) -> None:
    """Of an earlier build with more languages nothing is left; other months stay."""
    months = Period(2013, 10), NOVEMBER
    both = [build_month(definition, month, languages=("nb", "en"), formats=("html",)) for month in months]
    write_publications(definition, both, tmp_path / "site")
    write_publications(
        definition, [build_month(definition, NOVEMBER, languages=("nb",), formats=("data",))], tmp_path / "site"
    )
    pages = {path for path in tree(tmp_path / "site") if not path.startswith("assets/")}
    assert {path for path in pages if "2013-11" in path} == data_files("nb")
    assert {"nb/2013-10/index.html", "en/2013-10/index.html"} <= pages


def test_a_strict_build_refuses_what_is_not_accepted(report: Path) -> None:
    """Under strict every alias and oddity is an error, unless the definition accepts it by name."""
    error = mistakes(report, strict=True)
    names = [problem.name for problem in error.problems]
    assert isinstance(error, SourceError)
    assert "alias:Intern jobbkлубb" in names
    file = report / "report.toml"
    accepted = ", ".join(f'"{name}"' for name in dict.fromkeys(names))
    file.write_text(file.read_text(encoding="utf-8").replace("accept = []", f"accept = [{accepted}]"), encoding="utf-8")
    publication = build_month(read_definition(report), NOVEMBER, languages=("nb",), formats=("data",), strict=True)
    manifest = json.loads(contents(publication)["data/2013-11/manifest.json"])
    assert all(problem["accepted"] for problem in manifest["problems"])


def test_figures_that_contradict_each_other_are_refused(report: Path) -> None:
    """A document with one wrong cell is not published; the cell is named first."""
    file = report / "sources" / "2013-11.txt"
    text = file.read_text(encoding="utf-8")
    assert text.count("Jobbkлубb\t1 803\t") == 1
    file.write_text(text.replace("Jobbkлубb\t1 803\t", "Jobbkлубb\t1 804\t"), encoding="utf-8")
    error = mistakes(report)
    assert isinstance(error, DataError)
    assert [str(where) for where in error.problems[0].where] == ["2013-11.txt:129:2"]
    assert len(error.problems) > 1


def test_a_month_outside_the_document_is_refused(report: Path) -> None:
    """A month before the document's first is told with the months that there are."""
    (problem,) = mistakes(report, Period(2012, 12)).problems
    assert (problem.message, problem.hint) == (
        "2013-11.txt has no figures for 2012-12",
        "choose a month from 2013-01 to 2013-11",
    )


def test_a_month_without_release_date_is_refused(report: Path) -> None:
    """Dates come from the definition: a month that has none is not published."""
    file = report / "report.toml"
    lines = [line for line in file.read_text(encoding="utf-8").split("\n") if not line.startswith('"2013-11"')]
    file.write_text("\n".join(lines), encoding="utf-8")
    error = mistakes(report)
    assert isinstance(error, DefinitionError)
    assert [(problem.message, problem.hint) for problem in error.problems] == [
        ("2013-11 has no release date", 'add "2013-11" = { released = …, next = … } to releases in report.toml')
    ]


def test_a_language_without_names_is_refused(report: Path, words_of: Callable[[int, str], object]) -> None:
    """A language that the program knows and the code list doesn't is told with the column that it needs."""
    assert words_of(11, "en")
    for name in ("report.toml", "codes.csv"):
        file = report / name
        text = file.read_text(encoding="utf-8")
        text = text.replace('languages = ["nb", "en"]', 'languages = ["nb"]').replace(",nn,en\n", ",nn,english\n")
        file.write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        build_month(read_definition(report), NOVEMBER, languages=("en",), formats=("data",))
    assert [(problem.message, problem.hint) for problem in caught.value.problems] == [
        ("the report has no names in en", 'add a column "en" to codes.csv and "en" to report.file_name')
    ]
