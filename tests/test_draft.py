"""A draft says on every page that it is one, in the page's language, and can't be taken for what is published."""

import io
import re
from pathlib import Path

import pdfplumber
import pikepdf
import pytest
from openpyxl import load_workbook
from tagged_pdf import read_tagged_pdf
from test_build import tree
from test_html_judges import ask_checker, is_accepted, look_at_pages
from verapdf import validate_pdfs

from reportgen.definition import ReportDefinition
from reportgen.errors import OutputError
from reportgen.manifest import parse_manifest
from reportgen.period import Period
from reportgen.publication import FORMATS, order_parts
from reportgen.schedule import Plan, build_months
from reportgen.tasks import _key

NOVEMBER = Period(2013, 11)
PDF = "nn/2013-11/tiltaksdeltakarar-2013-11-nn.pdf"
NOTES = {
    "nb": "<strong>Utkast.</strong> Bare til gjennomsyn. Dette er ikke publisert, og tall og tekst kan bli endret.",
    "nn": "<strong>Utkast.</strong> Berre til gjennomsyn. Dette er ikkje publisert, og tal og tekst kan bli endra.",
    "en": "<strong>Draft.</strong> For review only. This has not been published, and figures and text may change.",
}

pytestmark = pytest.mark.xdist_group("browser")


def plan(*languages: str, draft: bool, formats: tuple[str, ...] = FORMATS) -> Plan:
    """Return a plan for November, by this process alone."""
    return Plan(months=(NOVEMBER,), languages=languages, formats=formats, versions={}, draft=draft, jobs=1)


@pytest.fixture(scope="module")
def draft(definition: ReportDefinition, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a site with a draft of November: pages in three languages, and the PDF in one."""
    site = tmp_path_factory.mktemp("draft") / "site"
    build_months(definition, plan("nn", "nb", "en", draft=True, formats=("html", "data")), site)
    paper = tmp_path_factory.mktemp("paper") / "site"
    build_months(definition, plan("nn", draft=True, formats=("pdf",)), paper)
    (site / PDF).write_bytes((paper / PDF).read_bytes())
    return site


@pytest.fixture(scope="module")
def pages(draft: Path) -> dict[str, str]:
    """Return every page of the draft by its path."""
    return {path: content.decode() for path, content in tree(draft).items() if path.endswith(".html")}


def test_every_page_says_so(pages: dict[str, str]) -> None:
    """Title, a text before all else, and a word to search engines: on months, front pages, statements, all of them."""
    names = {f"{code}/{name}" for code in NOTES for name in ("2013-11/", "", "accessibility/")}
    assert pages.keys() == {f"{name}index.html" for name in (*names, "")} | {"404.html"}
    for path, page in pages.items():
        language = re.findall(r'<html lang="(\w+)">', page)[0]
        label = "Draft" if language == "en" else "Utkast"
        assert f"<title>{label}: " in page, path
        assert page.count('<meta name="robots" content="noindex">') == 1, path
        assert page.count(NOTES[language]) == 1, path
        before = page.split("<body>", 1)[1].split(NOTES[language])[0]
        assert re.sub(r"<[^>]+>", "", before).strip() == "", path


def test_a_plain_build_says_nothing(site: Path) -> None:
    """Pages, style sheets, PDFs and manifests that may go out have no word of drafts."""
    for path, content in tree(site).items():
        if path.endswith((".html", ".css", ".json", ".xml", ".txt", ".ics")):
            assert not re.search(rb"\bdraft\b|utkast", content, re.IGNORECASE), path
    assert b"Utkast" not in (site / "nb/2013-11/tiltaksdeltakere-2013-11-nb.pdf").read_bytes()


def test_a_draft_differs_in_nothing_else(draft: Path, site: Path) -> None:
    """Its data, drawings and tables are byte for byte those that will go out."""
    drafted, published = tree(draft), tree(site)
    alike = r"(nb|en)/2013-11/(figures|tables)/.*|data/2013-11/(indicators|observations)\.csv"
    same = [path for path in published if re.fullmatch(alike, path)]
    assert len(same) > 50
    assert [path for path in same if drafted[path] != published[path]] == []


def test_every_page_of_the_pdf_says_so(draft: Path) -> None:
    """The mark of each page is an artifact, which nobody reads aloud; the first page says in full what it means."""
    content = (draft / PDF).read_bytes()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.docinfo["/Title"]).startswith("Utkast: ")
    tagged = read_tagged_pdf(content)
    first = next(node for node in tagged.root.walk() if node.kind == "P")
    assert first.text.startswith("Utkast. Berre til gjennomsyn.")
    assert first.page == 0
    read = [node for node in tagged.root.walk() if node.kind == "P" and node.text.strip().startswith("Utkast")]
    assert len(read) == 1


def test_a_pdf_page_by_itself_says_so(draft: Path) -> None:
    """Whichever page is torn out has the word in its text."""
    with pdfplumber.open(draft / PDF) as pdf:
        heads = [page.crop((0, 0, 45, 50)).extract_text() for page in pdf.pages]
    assert len(heads) > 10
    assert set(heads) == {"Utkast"}


def test_the_pdf_of_a_draft_is_sound(draft: Path, tmp_path: Path) -> None:
    """It is PDF/UA-1 and PDF/A-3a, as what goes out."""
    problems, _ = validate_pdfs([draft / PDF], tmp_path)
    assert problems == []


def test_the_workbook_says_so(draft: Path) -> None:
    """Every sheet has the word before its title, and the cover what it means."""
    workbook = load_workbook(draft / "en/2013-11/labour-market-programmes-2013-11-en.xlsx")
    assert all(str(sheet["A1"].value).startswith("Draft: ") for sheet in workbook)
    assert workbook.worksheets[0]["A2"].value == re.sub("<[^>]+>", "", NOTES["en"])


def test_what_programs_follow_says_so(draft: Path, pages: dict[str, str]) -> None:
    """Feed and calendar say it in each title; robots stay away; there are no metadata and no catalogue."""
    feed = (draft / "nb/feed.xml").read_text(encoding="utf-8")
    assert re.findall("<title>(.{8})", feed) == ["Utkast: "] * feed.count("<title>")
    calendar = (draft / "en/calendar.ics").read_text(encoding="utf-8")
    assert "X-WR-CALNAME:Draft: " in calendar
    assert calendar.count("SUMMARY:Draft: ") == calendar.count("BEGIN:VEVENT") > 1
    assert (draft / "robots.txt").read_text(encoding="utf-8") == "User-agent: *\nDisallow: /\n"
    assert not [path for path, page in pages.items() if "ld+json" in page]
    assert not list(draft.glob("data/catalog*"))
    assert parse_manifest((draft / "data/2013-11/manifest.json").read_bytes()).draft


def test_pages_of_a_draft_are_valid_and_accessible(draft: Path) -> None:
    """The judges of pages find nothing, on a phone and on a desk, in light and in dark."""
    paths = ["nn/2013-11/index.html", "nb/index.html", "index.html", "404.html"]
    wrong = [
        message["message"] for message in ask_checker([draft / path for path in paths]) if not is_accepted(message)
    ]
    assert wrong == []
    seen = {page["path"]: page for page in look_at_pages(draft, {"pages": paths[:-1]})["pages"]}
    assert {path: page["axe"] for path, page in seen.items() if any(page["axe"].values())} == {}
    assert {path: page["overflow"] for path, page in seen.items() if any(page["overflow"].values())} == {}


@pytest.mark.parametrize("first", [True, False])
def test_drafts_and_published_months_never_meet(definition: ReportDefinition, tmp_path: Path, *, first: bool) -> None:
    """A draft among published months is refused, and so is a published month among drafts, whichever month it is."""
    build_months(definition, plan("nb", draft=first, formats=("data",)), tmp_path / "site")
    before = tree(tmp_path / "site")
    for month in (NOVEMBER, Period(2013, 10)):
        other = Plan(months=(month,), languages=("nb",), formats=("data",), versions={}, draft=not first, jobs=1)
        with pytest.raises(OutputError) as raised:
            build_months(definition, other, tmp_path / "site")
        assert [problem.kind for problem in raised.value.problems] == ["draft-site" if first else "published-site"]
    assert tree(tmp_path / "site") == before
    build_months(definition, plan("nb", draft=first, formats=("data",)), tmp_path / "site")


def test_a_draft_is_another_part_to_the_cache() -> None:
    """What was made for a draft is never found for a release, nor the other way round."""
    keys = [_key(order_parts(NOVEMBER, languages=["nb"], draft=draft)[0], {}) for draft in (True, False)]
    assert keys[0] != keys[1]
