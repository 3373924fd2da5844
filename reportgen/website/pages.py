"""The site's own pages: front page, accessibility statement, chooser of languages, what isn't there, doorways."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from reportgen.composition import draft_mark, page_words
from reportgen.definition import ReportDefinition
from reportgen.language import Language
from reportgen.manifest import Manifest, PageFacts
from reportgen.page import environment, language_name, lay_out_page
from reportgen.report import Download, DraftMark, Fact, Link, RichText
from reportgen.website.feeds import list_releases
from reportgen.website.state import STATEMENT

STATEMENT_PARTS = ("aim", "tested", "tools", "short", "contact")
_NEWER_BEGIN, _NEWER_END = "<!-- newer -->", "<!-- /newer -->"
_HERE = "{link}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A month on a front page."""

    facts: PageFacts
    folder: str
    """Its folder, relative to the front page: `2013-11/`."""
    address: str
    """Its permanent address."""
    released: str
    """`Publisert 3. desember 2013`."""
    corrections: tuple[str, ...]
    """`Rettet 20. desember 2013`."""
    read: str
    """`Les hele publikasjonen for november 2013`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRelease:
    """A line of the release calendar."""

    month_name: str
    date: str
    folder: str
    """The month's folder, relative to the front page; empty where it isn't out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A part of a page for readers of any language."""

    language: str
    heading: str
    text: str
    link: str
    address: str


def _frame(definition: ReportDefinition, language: Language, languages: Sequence[str], place: str) -> dict[str, object]:
    """Return what every page of the site needs; `place` is its folder below the language's: `accessibility/`."""
    address = definition.site.address
    return {
        "statistic": language.message("title"),
        "example_note": language.message("example-note"),
        "words": page_words(language),
        "addresses": {code: f"{address}{code}/{place}" for code in languages},
        "default_address": f"{address}{languages[0]}/{place}" if place else address,
    }


def render_front(
    definition: ReportDefinition,
    language: Language,
    months: Sequence[Manifest],
    *,
    languages: Sequence[str],
    machine_files: Sequence[str],
    draft: DraftMark | None = None,
) -> str:
    """Return a language's front page: `months` are those that it has, the newest first."""
    entries = tuple(_entry(definition, language, manifest) for manifest in months)
    out = {manifest.month for manifest in months}
    links = {"catalogue": "data/catalog.ttl", "latest_indicators": "data/latest/indicators.json"}
    words = page_words(language)
    return lay_out_page(
        "front.html",
        language=language.code,
        to_site=PurePosixPath(".."),
        translations={code: f"../{code}/index.html" for code in languages if code != language.code},
        draft=draft,
        to_front="",
        locale=str(language.locale),
        latest=entries[0],
        entries=entries,
        calendar=tuple(
            PlannedRelease(
                month_name=language.capital(language.month(month)),
                date=language.message("site.planned", date=language.date(day))
                if month > max(out)
                else language.date(day),
                folder=f"{month}/" if month in out else "",
            )
            for month, day in list_releases(definition)
        ),
        release_time=language.message("site.release-time", time=language.time(definition.site.release_time)),
        machine_links=tuple(
            Download(text=words[name], path=f"../{path}") for name, path in links.items() if path in machine_files
        ),
        **_frame(definition, language, languages, ""),
    )


def _entry(definition: ReportDefinition, language: Language, manifest: Manifest) -> Entry:
    month = language.month(manifest.month)
    return Entry(
        facts=manifest.pages[language.code],
        folder=f"{manifest.month}/",
        address=f"{definition.site.address}{language.code}/{manifest.month}/",
        released=language.message("site.released", date=language.date(manifest.released)),
        corrections=tuple(
            language.message("site.corrected", date=language.date(correction.date))
            for correction in definition.corrections_of(manifest.month)[: manifest.corrections]
        ),
        read=language.message("site.read", month_year=month),
    )


def render_statement(
    definition: ReportDefinition, language: Language, languages: Sequence[str], draft: DraftMark | None = None
) -> str:
    """Return a language's accessibility statement."""
    contact = Link(text=definition.report.contact, target=f"mailto:{definition.report.contact}")
    facts = tuple(
        Fact(
            term=language.message(f"statement.{part}.term"),
            text=_rich(language.pieces(f"statement.{part}.text", contact=contact)),
        )
        for part in STATEMENT_PARTS
    )
    return lay_out_page(
        "statement.html",
        language=language.code,
        to_site=PurePosixPath("..", ".."),
        translations={code: f"../../{code}/{STATEMENT}/index.html" for code in languages if code != language.code},
        draft=draft,
        to_front="../",
        heading=language.message("statement.title"),
        facts=facts,
        **_frame(definition, language, languages, f"{STATEMENT}/"),
    )


def _rich(pieces: Sequence[object]) -> RichText:
    return tuple(piece if isinstance(piece, Link) else str(piece) for piece in pieces)


def render_chooser(definition: ReportDefinition, languages: Sequence[Language], draft: DraftMark | None = None) -> str:
    """Return the page at the site's root: the statistic in each of its languages."""
    reference = languages[0]
    return lay_out_page(
        "several_languages.html",
        language=reference.code,
        to_site=PurePosixPath(),
        translations={},
        draft=draft,
        heading=reference.message("title"),
        addresses={language.code: f"{definition.site.address}{language.code}/" for language in languages},
        default_address=definition.site.address,
        parts=tuple(
            Choice(
                language=language.code,
                heading="" if language is reference else language.message("title"),
                text="",
                link=language_name(language.code),
                address=f"{language.code}/index.html",
            )
            for language in languages
        ),
    )


def render_not_found(
    definition: ReportDefinition, languages: Sequence[Language], draft: DraftMark | None = None
) -> str:
    """Return the page that a server shows for what isn't there; its links hold from any address."""
    root = PurePosixPath(urlsplit(definition.site.address).path)
    return lay_out_page(
        "several_languages.html",
        language=languages[0].code,
        to_site=root,
        translations={},
        draft=draft,
        heading=languages[0].message("site.not-found.title"),
        addresses={},
        default_address="",
        parts=tuple(
            Choice(
                language=language.code,
                heading=language.message("site.not-found.title") if place else "",
                text=language.message("site.not-found.text"),
                link=language.message("site.not-found.link"),
                address=str(root / language.code / "index.html"),
            )
            for place, language in enumerate(languages)
        ),
    )


def render_doorway(language: Language, manifest: Manifest, place: PurePosixPath) -> str:
    """Return the page that stands where the links of an earlier version leave it.

    `place` is its folder below the version's: `nb` or `nb/accessibility`.
    """
    month, code = str(manifest.month), language.code
    to_version = PurePosixPath(*[".."] * len(place.parts))
    to_site = to_version / ".." / ".." / ".."
    links = {
        "site.doorway.current": to_site / code / month / "index.html",
        "site.doorway.version": to_version / code / month / "index.html",
    }
    return lay_out_page(
        "doorway.html",
        language=code,
        to_site=to_site,
        translations={},
        draft=draft_mark(language) if manifest.draft else None,
        statistic=language.message("title"),
        heading=language.message("site.doorway.title"),
        text=language.message("site.doorway.text", month_year=language.month(manifest.month)),
        links=tuple(Download(text=language.message(key), path=str(path)) for key, path in links.items()),
    )


def tell_newer(page: str, language: Language, newest: Manifest | None) -> str:
    """Return a month's page with the notice that a newer month is out; without it where none is named."""
    before, rest = page.split(_NEWER_BEGIN, 1)
    after = rest.split(_NEWER_END, 1)[1]
    notice = ""
    if newest is not None:
        opening, closing = language.message("site.newer", link=_HERE).split(_HERE)
        notice = (
            environment()
            .get_template("partials/newer.html")
            .render(
                before=opening,
                after=closing,
                month=str(newest.month),
                month_name=language.month(newest.month),
            )
        )
    return f"{before}{_NEWER_BEGIN}{notice.strip()}{_NEWER_END}{after}"
