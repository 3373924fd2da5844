"""The pages pass judges that know nothing of this project: Nu Html Checker, axe-core, a keyboard, a reader's way.

November, January and July, in every language: a full year so far, a page that can compare nothing, and the month
that the publication makes most of. One start of Java and one of Chromium serve all tests of this file, which
therefore run in one process. Screenshots of every page are kept in `artefacts/screenshots/`.
"""

import json
import re
import shutil
import subprocess
from base64 import b64decode
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from serving import serve

from reportgen.build import build_month
from reportgen.definition import ReportDefinition
from reportgen.period import Period
from reportgen.publication import PDF_LINK
from reportgen.publishing import write_publications

pytestmark = pytest.mark.xdist_group("browser")

HERE = Path(__file__).parent
JUDGES = HERE / "judges"
MODULES = JUDGES / "node_modules"
APPROVED = HERE / "approved"
ARTEFACTS = HERE.parent / "artefacts"
MONTHS = ("2013-11", "2013-07", "2013-01")
THOROUGH = "nb/2013-11/index.html"
"""The page that the keyboard judges: the longest one."""
HEAVIEST = 200_000
"""Bytes that a whole page may cost, packed: its document, style sheet, fonts and charts."""

ACCEPTED = {
    r"Resource violates Content Security Policy \(meta tag\): external \S+ “/?(\.\./)*assets/\S+” blocked .*": (
        "the checker reads files, for which 'self' is no address; the browser's own verdict is in test_content_policy"
    ),
    r"Resource violates Content Security Policy \(meta tag\): image “2013-\d\d/figures/\S+” blocked .*": "as above",
    r"Inline script violates Content Security Policy \(meta tag\): blocked by “script-src” directive .*": (
        "JSON-LD is data, which HTML never runs and no policy covers; a script would fail in test_content_policy"
    ),
    r"CSS: Unrecognized at-rule “@container”": "the checker's CSS ends before container queries",
    r"CSS: “container-type”: Property “container-type” doesn't exist\.": "as above",
    r"CSS: “max-width”: Parse Error\.": "as above: a length of 100cqi",
    r"CSS: “vector-effect”: Property “vector-effect” doesn't exist\.": "a property of SVG 2",
}
"""What the checker says that is accepted, as patterns of whole messages, each with the reason."""

PICTURE_WIDTH = 400
COLOURS = 128
NOTICED, ALLOWED = 40, 0.002
"""A pixel counts as changed from this step of 255 on; this share of them may be, for another machine's rounding."""


def find_program(*names: str) -> str:
    """Return the path of the first of these programs that is there; skip the test if none is."""
    found = [path for path in map(shutil.which, names) if path]
    if not found:
        pytest.skip(f"{names[0]} is not installed")
    return found[0]


def require_module(name: str) -> Path:
    """Return the folder of a program that npm brings; skip the test if it isn't there."""
    if not (MODULES / name).is_dir():
        pytest.skip(f"{name} is not installed: sh scripts/set-up.sh test")
    return MODULES / name


def look_at_pages(site: Path, task: dict[str, Any]) -> dict[str, Any]:
    """Return what a browser finds on a site's pages: `tests/judges/judge_pages.mjs` says what, and what it is told."""
    node, browser = find_program("node"), find_program("chromium", "chromium-browser", "google-chrome")
    for name in ("axe-core", "playwright-core"):
        require_module(name)
    with serve(site) as address:
        argument = json.dumps({"address": address, "browser": browser, **task})
        command = [node, str(JUDGES / "judge_pages.mjs"), argument]
        result = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", timeout=600)
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found | {"address": address}


def ask_checker(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Return what the Nu Html Checker says of pages, style sheets and drawings, accepted or not."""
    jar = require_module("vnu-jar") / "build" / "dist" / "vnu.jar"
    options = ["--format", "json", "--also-check-css", "--also-check-svg", "--stdout", "--exit-zero-always"]
    command = [find_program("java"), "-jar", str(jar), *options, *map(str, files)]
    result = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=300)
    messages: list[dict[str, Any]] = json.loads(result.stdout)["messages"]
    return messages


def is_accepted(message: dict[str, Any]) -> bool:
    """Tell whether the checker says something that is known and right as it is."""
    return any(re.fullmatch(pattern, message["message"]) for pattern in ACCEPTED)


@pytest.fixture(scope="session")
def pages(definition: ReportDefinition, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site with three months in every language, as it goes out but for its PDFs."""
    folder = tmp_path_factory.mktemp("pages") / "site"
    languages = tuple(dict.fromkeys((*definition.report.languages, *definition.report.file_name)))
    publications = [
        build_month(definition, Period.parse(month), languages=languages, formats=("html", "data", PDF_LINK))
        for month in MONTHS
    ]
    write_publications(definition, publications, folder)
    return folder


@pytest.fixture(scope="session")
def paths(pages: Path) -> list[str]:
    """Return the pages below their site, the thorough one first."""
    found = sorted(str(page.relative_to(pages)) for page in pages.rglob("*.html"))
    assert len(found) >= len(MONTHS) * 2
    return sorted(found, key=lambda path: path != THOROUGH)


@pytest.fixture(scope="session")
def verdict(pages: Path, paths: list[str]) -> dict[str, Any]:
    """Return what the browser found, all of it: `tests/judges/judge_pages.mjs` says what."""
    screenshots = ARTEFACTS / "screenshots"
    shutil.rmtree(screenshots, ignore_errors=True)
    screenshots.mkdir(parents=True)
    task = {"pages": paths, "thorough": THOROUGH, "front": "nb/index.html", "screenshots": str(screenshots)}
    found = look_at_pages(pages, task)
    (ARTEFACTS / "verdict.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return found


def test_html_css_and_svg_are_valid(pages: Path) -> None:
    """Nu Html Checker has no error and no warning for any page, style sheet or drawing."""
    files = [file for kind in ("html", "css") for file in pages.rglob(f"*.{kind}")]
    files += pages.glob(f"*/{MONTHS[0]}/figures/*.svg")
    messages = ask_checker(files)
    met = {pattern for pattern in ACCEPTED for message in messages if re.fullmatch(pattern, message["message"])}
    assert met == set(ACCEPTED), "no longer said, no longer to be accepted"
    wrong = [m for m in messages if not is_accepted(m)]
    assert not [(m["message"], m.get("url", "").rpartition("site/")[2], m.get("extract")) for m in wrong]


def test_wcag(verdict: dict[str, Any]) -> None:
    """axe-core finds nothing against WCAG 2.2 A and AA or good practice: narrow and wide, light and dark."""
    expected = {f"{width} {scheme}" for width, scheme in product((360, 1280), ("light", "dark"))}
    for page in verdict["pages"]:
        assert page["axe"].keys() == expected
        assert not {where: found for where, found in page["axe"].items() if found}, page["path"]


def test_nothing_scrolls_sideways(verdict: dict[str, Any]) -> None:
    """From 320 to 1920 pixels, with large text and with wide spacing, only frames have more than they show."""
    for page in verdict["pages"]:
        assert len(page["overflow"]) == 5 + 2
        assert not {where: found for where, found in page["overflow"].items() if found}, page["path"]


def test_content_policy(verdict: dict[str, Any], pages: Path) -> None:
    """Each page has a policy that allows nothing from elsewhere, keeps to it, and asks no other host for anything."""
    for page in verdict["pages"]:
        assert 'Content-Security-Policy" content="default-src &#39;none&#39;;' in (pages / page["path"]).read_text(
            encoding="utf-8"
        )
        assert page["violations"] == []
        assert page["console"] == []
        elsewhere = [url for url in page["requests"] if not url.startswith((verdict["address"] + "/", "data:"))]
        assert not elsewhere, page["path"]


def test_pages_are_light(verdict: dict[str, Any]) -> None:
    """Document, style sheet, script, fonts and charts of a month come to at most 200 kB as they are sent."""
    weights = {page["path"]: page["weight"] for page in verdict["pages"]}
    assert all(20_000 < weight <= HEAVIEST for weight in weights.values()), weights


def test_without_script(verdict: dict[str, Any]) -> None:
    """A browser that runs no script has all of the text, and opens what can be opened."""
    assert verdict["withoutScript"]["text"] == verdict["pages"][0]["text"]
    assert verdict["withoutScript"]["opened"] == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_keyboard(verdict: dict[str, Any], width: int) -> None:
    """The first key leads past the head; each link, disclosure and table is reached, seen, and ringed."""
    (found,) = (found for found in verdict["keyboard"] if found["width"] == width)
    assert found["first"] == "skip-link"
    assert found["after"], "what follows the skip link is not in the content"
    assert len(found["stops"]) == found["expected"]
    assert not [stop for stop in found["stops"] if not (stop["ring"] and stop["seen"])]


def test_keyboard_scrolls_tables(verdict: dict[str, Any]) -> None:
    """On a phone a frame that is reached scrolls with the arrow keys."""
    narrow = verdict["keyboard"][0]
    assert not narrow["scrolled"]
    assert narrow["moved"] > 0


NUMBER = re.compile(r"−?\d[\d\N{NO-BREAK SPACE}]*(?:,\d)?(?:\N{NO-BREAK SPACE}%)?")


def count(cell: str) -> int:
    """Return the number of persons in a cell, or the size of a change, as a number."""
    return int(cell.replace("\N{NO-BREAK SPACE}", "").replace("−", "-"))


def written(number: int) -> str:
    """Write a number of persons as the page does."""
    return f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def months(table: dict[str, Any], base: int | None = None) -> list[list[str]]:
    """Return each month's number, row by row, with its distance from the month before, or from column `base`."""
    expected = []
    for _, *cells in table["rows"]:
        numbers = [count(cell) for cell in cells]
        for column, cell in enumerate(cells):
            earlier = column - 1 if base is None else base
            first = column == 0
            expected.append([cell] if first else [cell, written(abs(numbers[column] - numbers[earlier]))])
    return expected


def expected_numbers(figure: str, table: dict[str, Any], levels: dict[str, list[str]]) -> list[list[str]]:
    """Return the numbers that each point of a chart must say, from the table behind it, in reading order.

    A symbol stands alone. `levels` are the programme groups' persons month by month, which the index is made from.
    """
    rows = [cells for _, *cells in table["rows"]]
    match figure:
        case "groups":
            numbers = [[now, before] for now, before, _ in rows]
        case "contributions":
            numbers = [[points, written(abs(count(change)))] for change, _, points in rows]
        case "july-dip":
            numbers = [[dip, fall] for fall, dip in rows]
        case "index":
            pairs = [pair for label, *row in table["rows"] for pair in zip(row, levels[label], strict=True)]
            numbers = [[index, "100", level] for index, level in pairs]
        case "womens-share":
            shares = [(share, women, men) for women, men, share, *_ in rows[1:]]  # the total has no point
            numbers = [
                [share, women, written(count(women) + count(men))] if NUMBER.fullmatch(share) else [share]
                for share, women, men in shares
            ]
        case _:
            numbers = months(table, base=0 if figure == "recovery" else None)
    return numbers


def names(table: dict[str, Any], figure: str) -> list[str]:
    """Return what each point of a chart must be about, in reading order: the row, the month, or both."""
    if figure in {"participants", "recovery"}:
        return [column.capitalize() for column in table["columns"]]
    if figure in {"main-groups", "index", "women-men"}:
        return [f"{label}, {column}" for label, *_ in table["rows"] for column in table["columns"]]
    month = "juli 2013" if figure == "july-dip" else "november 2013"
    return [f"{label}, {month}" for label, *_ in table["rows"][1 if figure == "womens-share" else 0 :]]


@pytest.mark.parametrize("width", [360, 1280])
def test_charts_say_the_numbers_behind_them(verdict: dict[str, Any], width: int) -> None:
    """From Home to End each point of each chart says its cells of the figure's table, in order, and nothing else."""
    (found,) = (found for found in verdict["charts"] if found["width"] == width)
    levels = {label: cells for label, *cells in found["numbers"]["rows"]}
    assert len(found["charts"]) == 9
    for chart in found["charts"]:
        name, table = chart["id"].removeprefix("figure-"), chart["table"]
        meanings = {sign: meanings for sign, *meanings in table["symbols"]}
        expected = list(zip(names(table, name), expected_numbers(name, table, levels), strict=True))
        assert len(chart["walked"]) == len(expected), name
        for said, (about, numbers) in zip(chart["walked"], expected, strict=True):
            shown_about, figures = said["shown"].split(":\n")
            assert said["told"] == f"{about}: {figures}"
            assert shown_about == about
            if numbers[0] in meanings:
                assert figures in meanings[numbers[0]]
            else:
                assert NUMBER.findall(figures.replace(" i januar 2013", "")) == numbers, (name, about)


@pytest.mark.parametrize("width", [360, 1280])
def test_charts_answer_the_keyboard(verdict: dict[str, Any], width: int) -> None:
    """One tab stop for each chart; arrows go along and across, Home and End to the ends; Escape closes the text."""
    (found,) = (found for found in verdict["charts"] if found["width"] == width)
    for chart in found["charts"]:
        walked, rows = chart["walked"], len(chart["table"]["rows"])
        told = [said["told"] for said in walked]
        assert chart["stops"] == 1
        assert len(set(told)) == len(told) or chart["id"] == "figure-womens-share"  # a programme named as its group
        assert chart["beyond"]["told"] == told[-1]
        assert [said["told"] for said in chart["back"]] == [told[0], told[-1], told[-2]]
        several = rows > 1 and len(walked) % rows == 0
        assert [said["told"] for said in chart["across"]] == [
            told[0],
            told[len(walked) // rows if several else 1],
            told[0],
        ]
        assert chart["escaped"] is None
        assert (chart["stepsBack"] > 0) == (rows > 1), chart["id"]


@pytest.mark.parametrize("width", [360, 1280])
def test_charts_answer_the_mouse(verdict: dict[str, Any], width: int) -> None:
    """A point that is pointed at says what the keyboard reads there; its text can be pointed at, closed and left."""
    (found,) = (found for found in verdict["charts"] if found["width"] == width)
    for chart in found["charts"]:
        for said in chart["pointed"]:
            assert said.get("told") == chart["walked"][said["index"]]["told"], chart["id"]
        assert chart["hovered"]["told"] == chart["pointed"][0]["told"]
        assert [chart["closed"], chart["stillClosed"], chart["left"]] == [None, None, None], chart["id"]


def test_charts_answer_a_finger(verdict: dict[str, Any]) -> None:
    """A tap says what the keyboard reads there, a tap elsewhere closes it, and the page can be moved by its charts."""
    assert len(verdict["touched"]) == 9
    for touched, chart in zip(verdict["touched"], verdict["charts"][0]["charts"], strict=True):
        assert [said["told"] for said in touched["tapped"]] == [
            chart["walked"][said["index"]]["told"] for said in touched["tapped"]
        ]
        assert (touched["elsewhere"], touched["afterwards"]) == (None, None)
        assert touched["scrolled"] > 50


def test_texts_of_charts_are_seen(verdict: dict[str, Any]) -> None:
    """No text leaves its chart or the window, or is covered; open, it breaks no rule of axe-core or of the policy."""
    for found in verdict["charts"]:
        said = [said for chart in found["charts"] for said in (*chart["walked"], *chart["pointed"])]
        assert max(text["outside"] for text in said) < 0.5
        assert not [text for text in said if text["covered"]]
        assert [chart["axe"] for chart in found["charts"] if "axe" in chart] == [{"light": [], "dark": []}]
        assert (found["violations"], found["console"]) == ([], [])


def test_a_reader_finds_the_way(verdict: dict[str, Any], pages: Path) -> None:
    """From the front page to the latest month, on to the same place in English, a table opened, files fetched."""
    found = verdict["journey"]
    assert found["addresses"] == ["/nb/2013-11/index.html", "/en/2013-11/index.html"]
    assert found["place"] == "#page-about"
    assert not found["before"]
    assert "75,769" in found["table"]
    assert len(found["files"]) == 3
    for file in found["files"]:
        assert b64decode(file["base64"]) == (pages / file["address"].lstrip("/")).read_bytes()
    name = "labour-market-programmes-2013-11-en.xlsx"
    assert found["download"]["name"] == name
    assert b64decode(found["download"]["base64"]) == (pages / "en/2013-11" / name).read_bytes()
    assert not found["console"]
    assert not [address for address in found["requests"] if not address.startswith(verdict["address"])]


def test_screenshots_are_kept(verdict: dict[str, Any], paths: list[str]) -> None:
    """Each page has a picture in three widths, light and dark, for people to look at."""
    assert verdict
    names = {re.sub(r"(-\d)?\.png$", "", file.name) for file in (ARTEFACTS / "screenshots").iterdir()}
    assert names == {
        f"{path.removesuffix('/index.html').replace('/', '-')}-{width}-{scheme}"
        for path, width, scheme in product(paths, (360, 768, 1280), ("light", "dark"))
    }


def differs(seen: Image.Image, approved: Image.Image) -> str:
    """Return how a picture differs from the approved one; empty if it doesn't, to the eye."""
    if seen.size != approved.size:
        return f"{seen.size} instead of {approved.size}"
    steps = ImageChops.difference(seen, approved).convert("L").histogram()
    share = sum(steps[NOTICED:]) / sum(steps)
    return f"{share:.2%} of the pixels" if share > ALLOWED else ""


def test_charts_look_as_approved(pages: Path, request: pytest.FixtureRequest) -> None:
    """Each chart looks as it did when somebody last looked at it; what differs is kept in `artefacts/charts/`."""
    files = sorted(pages.glob("[!n]*/*/figures/*.png")) + sorted(pages.glob("nb/*/figures/*.png"))
    found = {}
    for file in files:
        place = file.relative_to(pages)
        with Image.open(file) as picture:
            height = round(picture.height * PICTURE_WIDTH / picture.width)
            seen = picture.convert("RGB").resize((PICTURE_WIDTH, height), Image.Resampling.LANCZOS)
        if request.config.getoption("--update-golden"):
            (APPROVED / place).parent.mkdir(parents=True, exist_ok=True)
            seen.quantize(COLOURS).save(APPROVED / place, optimize=True)
        difference = "not approved yet"
        if (APPROVED / place).is_file():
            with Image.open(APPROVED / place) as approved:
                difference = differs(seen, approved.convert("RGB"))
        if difference:
            (ARTEFACTS / "charts" / place).parent.mkdir(parents=True, exist_ok=True)
            seen.save(ARTEFACTS / "charts" / place)
            found[str(place)] = difference
    assert not found, "if that is meant, look at artefacts/charts/ and run pytest --update-golden"
    assert {file.relative_to(pages) for file in files} == {
        file.relative_to(APPROVED) for file in APPROVED.rglob("*.png")
    }
