"""The pages pass judges that know nothing of this project: Nu Html Checker, axe-core, Lighthouse, a keyboard.

November, January and July, in every language: a full year so far, a page that can compare nothing, and the month
that the publication makes most of. One start of Java and one of Chromium serve all tests of this file, which
therefore run in one process. Screenshots of every page are kept in `artefacts/screenshots/`.
"""

import json
import re
import shutil
import socket
import subprocess
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from serving import serve

from reportgen.build import build_month
from reportgen.definition import ReportDefinition
from reportgen.period import Period

pytestmark = pytest.mark.xdist_group("browser")

HERE = Path(__file__).parent
JUDGES = HERE / "judges"
MODULES = JUDGES / "node_modules"
APPROVED = HERE / "approved"
ARTEFACTS = HERE.parent / "artefacts"
MONTHS = ("2013-11", "2013-07", "2013-01")
THOROUGH = "nb/2013-11/index.html"
"""The page that the keyboard and Lighthouse judge: the longest one."""
LEAST_PERFORMANCE = 90
"""Lighthouse measures time; an idle machine gives 100, one that also runs the other tests less."""
HEAVIEST = 200_000
"""Bytes that a whole page may cost, packed: its document, style sheet, fonts and charts."""

ACCEPTED = {
    r"Resource violates Content Security Policy \(meta tag\): external stylesheet “\.\./\.\./assets/\S+” blocked .*": (
        "the checker reads files, for which 'self' is no address; the browser's own verdict is in test_content_policy"
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


@pytest.fixture(scope="session")
def pages(site: Path, definition: ReportDefinition, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site with November as it goes out, and what is judged besides it without its PDF."""
    folder = tmp_path_factory.mktemp("pages") / "site"
    shutil.copytree(site, folder)
    usual = definition.report.languages
    others = tuple(code for code in definition.report.file_name if code not in usual)
    for month, languages in [(MONTHS[0], others), *((month, (*usual, *others)) for month in MONTHS[1:])]:
        for file in build_month(
            definition, Period.parse(month), languages=languages, formats=("html",) if languages else ()
        ).files:
            target = folder / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.content)
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
    node, browser = find_program("node"), find_program("chromium", "chromium-browser", "google-chrome")
    for name in ("axe-core", "lighthouse", "playwright-core"):
        require_module(name)
    screenshots = ARTEFACTS / "screenshots"
    shutil.rmtree(screenshots, ignore_errors=True)
    screenshots.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serve(pages) as address:
        task = {
            "address": address,
            "pages": paths,
            "thorough": THOROUGH,
            "browser": browser,
            "port": port,
            "screenshots": str(screenshots),
        }
        command = [node, str(JUDGES / "judge_pages.mjs"), json.dumps(task)]
        result = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", timeout=600)
    assert result.returncode == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    (ARTEFACTS / "verdict.json").write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
    return found | {"address": address}


def test_html_css_and_svg_are_valid(pages: Path) -> None:
    """Nu Html Checker has no error and no warning for any page, style sheet or drawing."""
    jar = require_module("vnu-jar") / "build" / "dist" / "vnu.jar"
    options = ["--format", "json", "--also-check-css", "--also-check-svg", "--stdout", "--exit-zero-always"]
    files = [file for kind in ("html", "css") for file in pages.rglob(f"*.{kind}")]
    files += pages.glob(f"*/{MONTHS[0]}/figures/*.svg")
    command = [find_program("java"), "-jar", str(jar), *options, *map(str, files)]
    result = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=300)
    messages = json.loads(result.stdout)["messages"]
    met = {pattern for pattern in ACCEPTED for message in messages if re.fullmatch(pattern, message["message"])}
    assert met == set(ACCEPTED), "no longer said, no longer to be accepted"
    wrong = [m for m in messages if not any(re.fullmatch(pattern, m["message"]) for pattern in ACCEPTED)]
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
    """Document, style sheet, fonts and charts of a month come to at most 200 kB as they are sent."""
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


def test_lighthouse(verdict: dict[str, Any]) -> None:
    """On a phone: accessibility and best practices 100, performance 100 but for what a busy machine takes."""
    best = verdict["lighthouse"][-1]
    scores = dict(best["scores"])
    assert scores.pop("performance") >= LEAST_PERFORMANCE, best
    assert scores == {"accessibility": 100, "best-practices": 100}, best


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
