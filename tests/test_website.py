"""The site around its months follows from their manifests: indexes, notices, feeds, earlier versions.

Drawings are stubbed; two languages would only take longer, so most sites here are Norwegian.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import tinyhtml5  # type: ignore[import-untyped]
from lxml import etree  # type: ignore[import-untyped]

from reportgen import charts
from reportgen.build import build_month
from reportgen.definition import ReportDefinition
from reportgen.errors import OutputError
from reportgen.manifest import parse_manifest, write_manifest
from reportgen.period import Period
from reportgen.publication import Publication
from reportgen.publishing import find_versions, write_publications
from reportgen.rules import Correction

SEPTEMBER, OCTOBER, NOVEMBER = (Period(2013, month) for month in (9, 10, 11))
ATOM = {"a": "http://www.w3.org/2005/Atom"}
SITE_MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
OSLO = ZoneInfo("Europe/Oslo")
LONGEST = 75
"""Octets of a line of iCalendar without its end (RFC 5545, 3.1)."""

Build = Callable[..., Publication]
Tree = dict[str, bytes]


def corrected(definition: ReportDefinition, *days: int) -> ReportDefinition:
    """Return the definition with October corrected on these days of December."""
    corrections = tuple(
        Correction(
            month="2013-10",
            date=date(2013, 12, day),
            text={"nb": f"Tallet var feil den {day}.", "en": f"The figure was wrong on {day}."},
            changed={"nb": "tabell 6.", "en": "table 6."},
        )
        for day in days
    )
    return definition.model_copy(update={"corrections": corrections})


@pytest.fixture(scope="module")
def build(definition: ReportDefinition) -> Iterator[Build]:
    """Return a function that builds a month with stubs for drawings, each once: `build(OCTOBER, 10)`."""

    @cache
    def built(
        month: Period, *days: int, versions: tuple[int, ...] = (), languages: tuple[str, ...] = ("nb",)
    ) -> Publication:
        known = corrected(definition, *days)
        return build_month(known, month, languages=languages, formats=("html", "data"), versions=versions)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "draw_chart", lambda chart, **_: f"<svg><title>{chart.id}</title></svg>")
        patch.setattr(charts, "draw_png", lambda _svg: b"PNG")
        yield built


def tree(folder: Path) -> Tree:
    """Return a folder's files by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def write(definition: ReportDefinition, folder: Path, *runs: Sequence[Publication]) -> Tree:
    """Write months into a site, run after run, and return what stands there."""
    for run in runs:
        write_publications(definition, run, folder)
    return tree(folder)


def of_month(files: Tree, month: Period) -> Tree:
    """Return the files of one month, without earlier versions."""
    return {path: content for path, content in files.items() if path.split("/")[1:2] == [str(month)]}


def changed(before: Tree, after: Tree) -> set[str]:
    """Return the files that one tree has otherwise than the other, or not at all."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def text_of(page: bytes) -> str:
    """Return a page's text on one line."""
    root = tinyhtml5.parse(page.decode(), namespace_html_elements=False)
    return re.sub(r"\s+", " ", "".join(root.itertext()))


def test_a_manifest_is_read_as_it_was_written(build: Build) -> None:
    """What is written is read back the same, to the byte."""
    manifest = build(OCTOBER).manifest
    assert manifest is not None
    assert parse_manifest(write_manifest(manifest).content) == manifest
    assert manifest.pages["nb"].headline.startswith("73\u00a0496 personer deltok")


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"month": "2013-10"}'])
def test_a_foreign_manifest_is_refused_until_its_month_is_built_again(
    definition: ReportDefinition, build: Build, tmp_path: Path, content: bytes
) -> None:
    """A month that can't be understood would be lost from the indexes; doing what the hint says helps."""
    write(definition, tmp_path / "site", [build(OCTOBER)])
    (tmp_path / "site/data/2013-10/manifest.json").write_bytes(content)
    before = tree(tmp_path / "site")
    with pytest.raises(OutputError) as caught:
        write_publications(definition, [build(NOVEMBER)], tmp_path / "site")
    (problem,) = caught.value.problems
    assert (problem.kind, problem.hint) == (
        "old-site",
        "build that month again, or choose another folder with --output",
    )
    assert tree(tmp_path / "site") == before
    files = write(definition, tmp_path / "site", [build(OCTOBER)], [build(NOVEMBER)])
    assert json.loads(files["data/2013-10/manifest.json"])["month"] == "2013-10"


def test_a_language_without_pages_has_no_front_page(definition: ReportDefinition, build: Build, tmp_path: Path) -> None:
    """When its last month is built without it, what led to that goes too; so does all of it with the last page."""
    site = tmp_path / "site"
    both = write(definition, site, [build(OCTOBER, languages=("nb", "en"))])
    assert {"en/index.html", "en/feed.xml", "en/calendar.ics", "en/accessibility/index.html"} < both.keys()
    files = write(definition, site, [build(OCTOBER)])
    assert not [path for path in files if path.startswith("en/")]
    assert b"en/" not in files["sitemap.xml"]
    assert b'href="en/' not in files["index.html"]
    data = build_month(definition, OCTOBER, languages=("nb",), formats=("data",))
    files = write(definition, site, [data])
    assert not [path for path in files if path.endswith((".html", ".xml", "robots.txt", ".ics"))]
    assert "data/2013-10/observations.csv" in files


def test_a_newer_month_changes_only_the_notice_and_the_manifest(
    definition: ReportDefinition, build: Build, tmp_path: Path
) -> None:
    """An older month's page says that there is a newer one; all else of it stays, and the manifest says so."""
    before = write(definition, tmp_path / "site", [build(OCTOBER)])
    after = write(definition, tmp_path / "site", [build(NOVEMBER)])
    assert changed(of_month(before, OCTOBER), of_month(after, OCTOBER)) == {
        "nb/2013-10/index.html",
        "data/2013-10/manifest.json",
    }
    notice = "Det finnes nyere tall: november 2013."
    assert notice not in text_of(before["nb/2013-10/index.html"])
    assert notice in text_of(after["nb/2013-10/index.html"])
    assert "nyere tall" not in text_of(after["nb/2013-11/index.html"])
    listed = json.loads(after["data/2013-10/manifest.json"])["files"]
    assert {file["path"] for file in listed if not file["permanent"]} == {"nb/2013-10/index.html"}


def test_manifests_tell_the_truth_after_every_run(definition: ReportDefinition, build: Build, tmp_path: Path) -> None:
    """Each file that a month's manifest lists has the size and the hash that it says."""
    for run in ([build(NOVEMBER)], [build(SEPTEMBER)], [build(OCTOBER)]):
        files = write(definition, tmp_path / "site", run)
        for path in [path for path in files if path.endswith("manifest.json")]:
            for file in json.loads(files[path])["files"]:
                content = files[file["path"]]
                assert (file["bytes"], file["sha256"]) == (len(content), sha256(content).hexdigest()), file["path"]


def test_the_order_of_builds_leaves_no_trace(definition: ReportDefinition, build: Build, tmp_path: Path) -> None:
    """Months built one after the other, in either order, or together make the same site to the byte."""
    october, november = build(OCTOBER), build(NOVEMBER)
    forward = write(definition, tmp_path / "forward", [october], [november])
    assert changed(forward, write(definition, tmp_path / "backward", [november], [october])) == set()
    assert changed(forward, write(definition, tmp_path / "together", [november, october])) == set()


def test_a_correction_keeps_the_month_as_it_was(definition: ReportDefinition, build: Build, tmp_path: Path) -> None:
    """The month's files stand below `versions/1/` to the byte; page, front page and feed tell of the correction."""
    site = tmp_path / "site"
    before = write(definition, site, [build(OCTOBER)], [build(NOVEMBER)])
    known = corrected(definition, 10)
    versions = find_versions(known, [OCTOBER], site)[OCTOBER]
    assert versions == {1}
    after = write(known, site, [build(OCTOBER, 10, versions=(1,))])
    for path, content in of_month(before, OCTOBER).items():
        assert after[f"versions/2013-10/1/{path}"] == content
    page = after["nb/2013-10/index.html"]
    assert "Rettet 10. desember 2013. Tallet var feil den 10. Endret: tabell 6." in text_of(page)
    assert b'href="../../versions/2013-10/1/nb/2013-10/index.html"' in page
    assert "Rettet 10. desember 2013" in text_of(after["nb/index.html"])
    entries = [len(etree.fromstring(files["nb/feed.xml"]).findall("a:entry", ATOM)) for files in (before, after)]
    assert entries == [2, 3]


def test_versions_stay_and_grow(definition: ReportDefinition, build: Build, tmp_path: Path) -> None:
    """Building again without a new correction keeps what is kept; a second correction adds a second version."""
    site = tmp_path / "site"
    write(definition, site, [build(OCTOBER)])
    once = write(corrected(definition, 10), site, [build(OCTOBER, 10, versions=(1,))])
    again = write(corrected(definition, 10), site, [build(OCTOBER, 10, versions=(1,))])
    assert changed(once, again) == set()
    twice = write(corrected(definition, 10, 12), site, [build(OCTOBER, 10, 12, versions=(1, 2))])
    kept = {path for path in once if path.startswith("versions/")}
    assert {path: twice[path] for path in kept} == {path: once[path] for path in kept}
    assert twice["versions/2013-10/2/nb/2013-10/index.html"] == once["nb/2013-10/index.html"]


def test_a_correction_of_what_never_stood_offers_nothing(
    definition: ReportDefinition, build: Build, tmp_path: Path
) -> None:
    """A corrected month in a new site tells of its correction and links to no earlier version."""
    assert find_versions(corrected(definition, 10), [OCTOBER], tmp_path / "site")[OCTOBER] == frozenset()
    files = write(corrected(definition, 10), tmp_path / "site", [build(OCTOBER, 10)])
    assert "Tallet var feil den 10." in text_of(files["nb/2013-10/index.html"])
    assert b"versions/" not in files["nb/2013-10/index.html"]


def test_an_earlier_version_is_closed(definition: ReportDefinition, build: Build, tmp_path: Path) -> None:
    """Every relative link of a kept page leads to a file that stands there, through a doorway if need be."""
    site = tmp_path / "site"
    write(definition, site, [build(OCTOBER)])
    write(corrected(definition, 10), site, [build(OCTOBER, 10, versions=(1,))])
    pages = list((site / "versions").rglob("*.html"))
    assert len(pages) == 3
    for page in pages:
        root = tinyhtml5.parse(page.read_text("utf-8"), namespace_html_elements=False)
        links = [element.get("href") or element.get("src") for element in root.iter()]
        relative = [link.partition("#")[0] for link in links if link and not re.match(r"#|\w+:", link)]
        assert relative
        assert [link for link in relative if not (page.parent / link).is_file()] == []


@pytest.fixture(scope="module")
def whole(definition: ReportDefinition, build: Build, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """Return a site of two months in two languages."""
    months = [build(month, languages=("nb", "en")) for month in (OCTOBER, NOVEMBER)]
    return write(definition, tmp_path_factory.mktemp("whole") / "site", months)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_feed_is_atom(definition: ReportDefinition, whole: Tree, language: str) -> None:
    """The feed and each entry have what RFC 4287 requires, the newest first, each under an identifier of its own."""
    feed = etree.fromstring(whole[f"{language}/feed.xml"])
    for name in ("id", "title", "updated", "author/a:name"):
        assert feed.findtext(f"a:{name}", namespaces=ATOM), name
    entries = feed.findall("a:entry", ATOM)
    for entry in entries:
        for name in ("id", "title", "updated", "summary"):
            assert entry.findtext(f"a:{name}", namespaces=ATOM), name
        (link,) = entry.findall("a:link[@rel='alternate']", ATOM)
        path = link.get("href", "").removeprefix(definition.site.address)
        assert f"{path}index.html" in whole
    moments = [datetime.fromisoformat(str(entry.findtext("a:updated", namespaces=ATOM))) for entry in entries]
    assert moments == [datetime(2013, 12, 3, 8, tzinfo=OSLO), datetime(2013, 11, 5, 8, tzinfo=OSLO)]
    assert len({entry.findtext("a:id", namespaces=ATOM) for entry in entries}) == 2


def events(calendar: bytes) -> list[dict[str, str]]:
    """Return the properties of each event, unfolded as RFC 5545 has it."""
    lines = re.sub(r"\r\n[ \t]", "", calendar.decode()).split("\r\n")
    found: list[dict[str, str]] = []
    for line in lines:
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and name not in {"END", "BEGIN"}:
            found[-1][name] = value
    return found


@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_calendar_has_every_release(definition: ReportDefinition, whole: Tree, language: str) -> None:
    """One event for each release and the next one planned, at eight in Oslo: seven in winter and six in summer UTC."""
    calendar = whole[f"{language}/calendar.ics"]
    assert calendar.count(b"\n") == calendar.count(b"\r\n")
    assert max(map(len, calendar.split(b"\r\n"))) <= LONGEST
    starts = [event["DTSTART"] for event in events(calendar)]
    assert len(starts) == len(definition.releases) + 1
    assert (starts[0], starts[6], starts[-1]) == ("20130205T070000Z", "20130806T060000Z", "20140107T070000Z")
    assert len({event["UID"] for event in events(calendar)}) == len(starts)
    assert all(event["DTSTAMP"] for event in events(calendar))


def test_the_site_map_has_every_page_once(definition: ReportDefinition, whole: Tree) -> None:
    """Each page stands there once in each language, each names the others, and all name the same default."""
    root = etree.fromstring(whole["sitemap.xml"])
    urls = root.findall("s:url", SITE_MAP)
    places = [str(url.findtext("s:loc", namespaces=SITE_MAP)) for url in urls]
    pages = {path.removesuffix("index.html") for path in whole if path.endswith("index.html")}
    assert sorted(places) == sorted(f"{definition.site.address}{page}" for page in pages)
    alternates: dict[str, frozenset[tuple[str | None, str | None]]] = {
        place: frozenset((link.get("hreflang"), link.get("href")) for link in url.findall("x:link", SITE_MAP))
        for place, url in zip(places, urls, strict=True)
    }
    for place, others in alternates.items():
        assert {language for language, _ in others} == {"nb", "en", "x-default"}
        assert place in {address for _, address in others}
        assert {alternates[str(address)] for _, address in others} == {others}


def test_robots_leave_earlier_versions_alone(definition: ReportDefinition, whole: Tree) -> None:
    """They are told where the site map is, and that what was corrected is not to be read."""
    lines = whole["robots.txt"].decode().splitlines()
    assert lines == ["User-agent: *", "Disallow: /versions/", f"Sitemap: {definition.site.address}sitemap.xml"]


def test_what_is_not_there_can_be_said_anywhere(whole: Tree) -> None:
    """The links of the page for what isn't there begin at the site's root, and lead to what is there."""
    root = tinyhtml5.parse(whole["404.html"].decode(), namespace_html_elements=False)
    links = [str(element.get("href")) for element in root.iter() if element.get("href")]
    assert links
    assert all(link.startswith("/") and link[1:] in whole for link in links)


def test_the_latest_data_are_the_newest_month_s(whole: Tree) -> None:
    """The stable address holds the same bytes as the newest month's own."""
    for name in ("indicators.json", "observations.csv"):
        assert whole[f"data/latest/{name}"] == whole[f"data/2013-11/{name}"]


def test_a_language_that_is_gone_is_listed_no_more(definition: ReportDefinition, build: Build, tmp_path: Path) -> None:
    """After November is built in Norwegian alone, the English site ends with October."""
    both = [build(month, languages=("nb", "en")) for month in (OCTOBER, NOVEMBER)]
    files = write(definition, tmp_path / "site", both, [build(NOVEMBER)])
    assert "en/2013-11/index.html" not in files
    front = files["en/index.html"]
    assert b'href="2013-10/index.html"' in front
    assert b"2013-11/" not in front


def test_data_alone_make_no_pages(definition: ReportDefinition, tmp_path: Path) -> None:
    """A site of data has the catalogue's folder and no page that would have nothing to show."""
    november = build_month(definition, NOVEMBER, languages=("nb",), formats=("data",))
    assert not [path for path in write(definition, tmp_path / "site", [november]) if path.endswith(".html")]


@pytest.mark.usefixtures("build")
def test_hostile_corrections_are_text(definition: ReportDefinition, tmp_path: Path) -> None:
    """Markup in a correction is shown, not obeyed, on the page and in the feed."""
    hostile: dict[str, Any] = {"nb": "<script>alert(1)</script> & ]]>", "en": "x"}
    base = corrected(definition, 10)
    known = base.model_copy(
        update={"corrections": tuple(c.model_copy(update={"text": hostile}) for c in base.corrections)}
    )
    october = build_month(known, OCTOBER, languages=("nb",), formats=("html",))
    files = write(known, tmp_path / "site", [october])
    assert b"<script>alert" not in files["nb/2013-10/index.html"]
    assert "<script>alert(1)</script> & ]]>" in str(etree.fromstring(files["nb/feed.xml"]).xpath("string()"))


def test_a_manifest_keeps_what_it_does_not_know(build: Build) -> None:
    """What a month was made from is carried along unread, so that a rewritten manifest loses nothing."""
    manifest = build(OCTOBER).manifest
    assert manifest is not None
    more = replace(manifest, made={**manifest.made, "note": "kept"})
    assert parse_manifest(write_manifest(more).content).made["note"] == "kept"
