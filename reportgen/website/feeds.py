"""What programs follow a site by: news feeds, the release calendar, the site map and the rules for robots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from urllib.parse import urlsplit

from reportgen.definition import ReportDefinition, release_moment
from reportgen.language import Language
from reportgen.manifest import Manifest
from reportgen.page import environment
from reportgen.period import Period
from reportgen.report import DraftMark


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with a feed's entry."""

    kind: str
    bytes: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """An entry of a feed: a month that came out, or was corrected."""

    id: str
    title: str
    address: str
    published: str
    """Moment as RFC 3339 writes it: `2013-12-03T08:00:00+01:00`."""
    updated: str
    summary: str
    enclosures: tuple[Enclosure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedPage:
    """A page of the site map in all its languages."""

    addresses: Mapping[str, str]
    default: str
    """Address for readers of other languages."""
    changed: str
    """Day of the last change: `2013-12-03`."""

    @property
    def all(self) -> tuple[str, ...]:
        """Every address, that for readers of other languages last where it is one of its own."""
        return tuple(dict.fromkeys((*self.addresses.values(), self.default)))


def list_news(definition: ReportDefinition, language: Language, months: Sequence[Manifest]) -> tuple[FeedItem, ...]:
    """Return a language's feed: every month and every correction, the newest first."""
    items = []
    for manifest in months:
        facts = manifest.pages[language.code]
        address = f"{definition.site.address}{language.code}/{manifest.month}/"
        about = {"title": facts.title, "month_year": language.month(manifest.month)}
        released = release_moment(definition, manifest.released).isoformat()
        sizes = {file.path.name: file.bytes for file in manifest.files if language.code in file.path.parts}
        enclosures = (
            (Enclosure(kind="application/pdf", bytes=sizes[facts.pdf], address=address + facts.pdf),)
            if facts.pdf
            else ()
        )
        items.append(
            FeedItem(
                id=address,
                title=facts.headline,
                address=address,
                published=released,
                updated=released,
                summary=facts.lead or facts.headline,
                enclosures=enclosures,
            )
        )
        for correction in definition.corrections_of(manifest.month)[: manifest.corrections]:
            moment = release_moment(definition, correction.date).isoformat()
            items.append(
                FeedItem(
                    id=f"{address}#page-corrections-{correction.date}",
                    title=language.message("site.correction-title", **about),
                    address=f"{address}#page-corrections",
                    published=moment,
                    updated=moment,
                    summary=f"{correction.text[language.code]} {correction.changed[language.code]}",
                )
            )
    return tuple(sorted(items, key=lambda item: (datetime.fromisoformat(item.updated), item.id), reverse=True))


def write_feed(
    definition: ReportDefinition, language: Language, months: Sequence[Manifest], draft: DraftMark | None = None
) -> bytes:
    """Return a language's Atom feed; that of drafts says so in each of its titles."""
    site = definition.site
    title = months[0].pages[language.code].title
    text = (
        environment()
        .get_template("feed.xml")
        .render(
            language=language.code,
            mark=f"{draft.label}: " if draft else "",
            title=language.message("site.feed-title", title=title),
            address=f"{site.address}{language.code}/",
            publisher={"name": site.publisher, "address": site.publisher_url},
            licence=definition.report.licence_url,
            items=list_news(definition, language, months),
        )
    )
    return text.encode()


def list_releases(definition: ReportDefinition) -> tuple[tuple[Period, date], ...]:
    """Return every month with its day of release, the newest first, and before them the one planned next."""
    known = {Period.parse(month): release for month, release in definition.releases.items()}
    days = {month: release.released for month, release in known.items()}
    if known:
        last = max(known)
        days[last.shift(1)] = known[last].next
    return tuple(sorted(days.items(), reverse=True))


def write_calendar(
    definition: ReportDefinition, language: Language, title: str, draft: DraftMark | None = None
) -> bytes:
    """Return a language's release calendar as iCalendar (RFC 5545); an event bears the moment of its release."""
    from icalendar import Calendar, Event  # noqa: PLC0415 - few commands need it

    host, mark = urlsplit(definition.site.address).hostname, f"{draft.label}: " if draft else ""
    calendar = Calendar()
    calendar.add("prodid", f"-//{definition.site.publisher}//{definition.report.id}//{language.code.upper()}")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{mark}{title}")
    for month, day in reversed(list_releases(definition)):
        moment = release_moment(definition, day).astimezone(UTC)
        event = Event()
        event.add("uid", f"{definition.report.id}-{month}-{language.code}@{host}")
        event.add("dtstamp", moment)
        event.add("dtstart", moment)
        summary = language.message("site.event", title=title, month_year=language.month(month))
        event.add("summary", f"{mark}{summary}")
        event.add("url", f"{definition.site.address}{language.code}/{month}/")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def write_site_map(pages: Sequence[MappedPage]) -> bytes:
    """Return `sitemap.xml` with every page in all its languages."""
    return environment().get_template("sitemap.xml").render(pages=pages).encode()


def write_robots(definition: ReportDefinition, *, draft: bool = False) -> bytes:
    """Return `robots.txt`: all may be read but what has been corrected since; of drafts, nothing."""
    address = definition.site.address
    text = environment().get_template("robots.txt").render(address=address, path=urlsplit(address).path, draft=draft)
    return text.encode()
