"""Every link of the finished site leads somewhere: relative, absolute, to a fragment, in pages, feeds and metadata."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5  # type: ignore[import-untyped]
from lxml import etree  # type: ignore[import-untyped]

from reportgen.definition import ReportDefinition

ATTRIBUTES = ("href", "src", "srcset")
FOREIGN = {
    "data.norge.no": "the licence",
    "www.nav.no": "who made the figures",
    "organization-catalog.fellesdatakatalog.digdir.no": "who made the figures, for catalogues",
}
"""Hosts that the site may name; nothing is fetched from them."""
VOCABULARIES = ("schema.org", "publications.europa.eu", "psi.norge.no", "www.w3.org", "purl.org")


@cache
def parsed(page: Path) -> Element:
    """Return a page's elements."""
    root: Element = tinyhtml5.parse(page.read_text("utf-8"), namespace_html_elements=False)
    return root


@pytest.fixture(scope="module")
def pages(site: Path) -> tuple[Path, ...]:
    """Return every page of the site."""
    found = tuple(sorted(site.rglob("*.html")))
    assert len(found) == 2 + 2 * 3  # chooser and 404; front page, statement and November in each language
    return found


def links(page: Path) -> Iterator[str]:
    """Return every address that a page names in an attribute."""
    for element in parsed(page).iter():
        for name in ATTRIBUTES:
            if value := element.get(name):
                yield value


def target(site: Path, page: Path, address: str) -> Path:
    """Return the file that an address of a page leads to, wherever the site stands."""
    path = unquote(urlsplit(address).path)
    whole = site / path.lstrip("/") if path.startswith("/") else page.parent / path
    return whole / "index.html" if path.endswith("/") else whole if path else page


def ids(page: Path) -> set[str]:
    """Return the names of a page's elements."""
    return {str(element.get("id")) for element in parsed(page).iter() if element.get("id")}


def test_every_link_of_a_page_leads_somewhere(site: Path, pages: tuple[Path, ...]) -> None:
    """Relative links and those from the root lead to files, and their fragments to elements."""
    counted = 0
    for page in pages:
        for link in links(page):
            if re.match(r"(https?|mailto|data):", link):
                continue
            counted += 1
            file = target(site, page, link)
            assert file.is_file(), f"{page}: {link}"
            if fragment := urlsplit(link).fragment:
                assert fragment in ids(file), f"{page}: {link}"
    assert counted > 250


def own_file(site: Path, definition: ReportDefinition, address: str) -> Path:
    """Return the file that a permanent address of the site names."""
    path = urlsplit(address.removeprefix(definition.site.address)).path
    return site / path / "index.html" if not path or path.endswith("/") else site / path


def addresses(text: str) -> set[str]:
    """Return every whole address in a text."""
    return set(re.findall(r"https?://[^\s\"'<>\\)]+", text))


def test_every_permanent_address_is_there(site: Path, definition: ReportDefinition) -> None:
    """Each address of the site in its pages, feeds, site map and catalogue names a file, and no host is new."""
    files = [file for kind in ("html", "xml", "jsonld", "ttl", "txt") for file in site.rglob(f"*.{kind}")]
    found = {address for file in files for address in addresses(file.read_text("utf-8"))}
    own = {address for address in found if address.startswith(definition.site.address)}
    assert len(own) > 40
    assert sorted(address for address in own if not own_file(site, definition, address).is_file()) == []
    hosts = {urlsplit(address).hostname for address in found - own}
    assert {host for host in hosts if host not in FOREIGN and not str(host).endswith(VOCABULARIES)} == {
        "www.sitemaps.org",  # names of XML
        "data.europa.eu",
        "xmlns.com",
        "www.iana.org",
    }


def test_pages_name_themselves_and_each_other(
    site: Path, pages: tuple[Path, ...], definition: ReportDefinition
) -> None:
    """The canonical address is the page's own; what it calls its translations call it theirs; all have one default."""
    told: dict[str, dict[str, str]] = {}
    for page in pages:
        relations = {
            (str(link.get("rel")), str(link.get("hreflang"))): str(link.get("href"))
            for link in parsed(page).iter("link")
            if link.get("hreflang") or link.get("rel") == "canonical"
        }
        if page.name == "404.html":
            assert not relations
            continue
        own = definition.site.address + page.relative_to(site).as_posix().removesuffix("index.html")
        assert relations["canonical", "None"] == own
        told[own] = {
            language: address for (relation, language), address in relations.items() if relation == "alternate"
        }
    for own, others in told.items():
        assert set(others) == {"nb", "en", "x-default"}
        assert own in others.values()
        assert all(told[other] == others for other in others.values())


def test_titles_tell_pages_apart(pages: tuple[Path, ...]) -> None:
    """No two pages of a language have the same title, and each has a description of what it shows, or none."""
    titles = [(parsed(page).get("lang"), str(parsed(page).findtext(".//title"))) for page in pages]
    assert all(title.strip() for _, title in titles)
    fronts = [title for page, title in zip(pages, titles, strict=True) if page.name != "404.html"]
    assert len(set(fronts)) >= len(fronts) - 1  # the chooser is called as the statistic, as the front page is


def test_pictures_for_sharing_are_there(site: Path, definition: ReportDefinition) -> None:
    """Front pages and months name a picture with its words for those who share them."""
    for page in [*site.glob("*/index.html"), *site.glob("*/2013-11/index.html")]:
        told = {str(meta.get("property")): str(meta.get("content")) for meta in parsed(page).iter("meta")}
        assert own_file(site, definition, told["og:image"]).read_bytes().startswith(b"\x89PNG")
        assert len(told["og:image:alt"].split()) >= 30
        assert told["og:title"]


def test_feeds_tell_the_size_of_what_they_bring(site: Path, definition: ReportDefinition) -> None:
    """Each entry brings its PDF, with the right number of bytes."""
    for feed in site.glob("*/feed.xml"):
        enclosures = etree.fromstring(feed.read_bytes()).findall(".//{*}link[@rel='enclosure']")
        assert enclosures
        for link in enclosures:
            file = own_file(site, definition, link.get("href"))
            assert file.suffix == ".pdf"
            assert int(link.get("length")) == file.stat().st_size


def distributions(value: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - JSON
    """Return every part of a JSON document that names a file."""
    if isinstance(value, dict):
        if "contentUrl" in value:
            yield value
        for item in value.values():
            yield from distributions(item)
    elif isinstance(value, list):
        for item in value:
            yield from distributions(item)


def test_metadata_name_files_that_are_there(site: Path, definition: ReportDefinition) -> None:
    """The files that a page names to search engines stand on the site."""
    for page in site.glob("*/2013-11/index.html"):
        (block,) = (s for s in parsed(page).iter("script") if s.get("type") == "application/ld+json")
        named = [part["contentUrl"] for part in distributions(json.loads(str(block.text)))]
        assert len(named) > 8
        assert [address for address in named if not own_file(site, definition, address).is_file()] == []


def test_every_file_is_listed_or_the_site_s_own(site: Path) -> None:
    """What stands on the site is named by the month's manifest, or is one of the few files around months."""
    listed = {file["path"] for file in json.loads((site / "data/2013-11/manifest.json").read_bytes())["files"]}
    there = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    around = {"index.html", "404.html", "robots.txt", "sitemap.xml", "sha256sums.txt"}
    around |= {"data/catalog.ttl", "data/catalog.jsonld"}
    around |= {f"data/latest/{name}" for name in ("indicators.json", "observations.csv")}
    for language in ("nb", "en"):
        names = ("index.html", "accessibility/index.html", "feed.xml", "calendar.ics")
        around |= {f"{language}/{name}" for name in names}
    assert there == listed | around | {"data/2013-11/manifest.json"}


def test_every_file_of_the_month_is_two_links_away(site: Path, pages: tuple[Path, ...]) -> None:
    """From the month's page, or by way of one more page, a reader reaches each of its files in that language."""
    for language in ("nb", "en"):
        start = site / language / "2013-11" / "index.html"
        first = {target(site, start, link).resolve() for link in links(start) if not re.match(r"\w+:", link)}
        second = {
            target(site, page, link).resolve()
            for page in pages
            if page.resolve() in first
            for link in links(page)
            if not re.match(r"\w+:", link)
        }
        month = [file for folder in (f"{language}/2013-11", "data/2013-11") for file in (site / folder).rglob("*.*")]
        missing = {file.relative_to(site).as_posix() for file in month if file.resolve() not in first | second}
        assert missing <= {f"data/2013-11/observations.{other}.json" for other in ("nb", "en") if other != language}
