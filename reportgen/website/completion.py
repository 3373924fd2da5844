"""Completes a site: the pages and files around its months, each made from the months' manifests.

A month that is built again changes these, and the notice of a newer month on older pages; nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from reportgen.composition import draft_mark
from reportgen.definition import ReportDefinition
from reportgen.language import Language
from reportgen.manifest import ListedFile, Manifest, list_files, write_manifest
from reportgen.metadata import PublishedFile, PublishedMonth, write_catalogue
from reportgen.output import OutputFile
from reportgen.page import page_assets
from reportgen.period import Period
from reportgen.website.feeds import MappedPage, write_calendar, write_feed, write_robots, write_site_map
from reportgen.website.pages import (
    render_chooser,
    render_doorway,
    render_front,
    render_not_found,
    render_statement,
    tell_newer,
)
from reportgen.website.state import STATEMENT, Site, keep_version, version_folder

_LATEST = ("indicators.json", "observations.csv")
"""Files of the newest month that have a second, stable address: `data/latest/`."""


Read = Callable[[PurePosixPath], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """The site as it will be: what was built now, and what stands already."""

    site: Site
    new: frozenset[PurePosixPath]
    read_new: Read

    def read(self, path: PurePosixPath) -> bytes:
        """Return a file's content; raise `OutputError` where it can't be read."""
        return self.read_new(path) if path in self.new else self.site.read(path)


def complete_site(
    definition: ReportDefinition,
    site: Site,
    built: Sequence[Manifest],
    languages: Sequence[Language],
    read: Read,
) -> tuple[OutputFile, ...]:
    """Return all that is to be written besides the files of the months that were built.

    That is their manifests, the pages and manifests of other months that change with them, and what the site has
    around its months. `read` returns a file of a month that was built; `languages` are those of `published_languages`.
    Raise `OutputError` where a page that stands on the site can't be read.
    """
    months = {**site.months, **{manifest.month: manifest for manifest in built}}
    new = {file.path for manifest in built for file in manifest.files}
    known = Tree(site=site, new=frozenset(new), read_new=read)
    files: list[OutputFile] = []
    for manifest in built:
        files += keep_version(site, manifest)
        files += _doorways(site, manifest, languages)
    for manifest in _newest_first(months):
        files += _refresh(known, manifest, months, languages, built=manifest in built)
    pages = [language for language in languages if any(language.code in m.pages for m in months.values())]
    if pages:
        files += _around(definition, known, months, pages)
    return tuple({file.path: file for file in files}.values())


def _newest_first(months: Mapping[Period, Manifest], language: str = "") -> tuple[Manifest, ...]:
    chosen = (manifest for manifest in months.values() if not language or language in manifest.pages)
    return tuple(sorted(chosen, key=lambda manifest: manifest.month, reverse=True))


def _refresh(
    known: Tree, manifest: Manifest, months: Mapping[Period, Manifest], languages: Sequence[Language], *, built: bool
) -> list[OutputFile]:
    """Return a month's pages and manifest where they change because of the newest month, or because they are new."""
    changed: list[OutputFile] = []
    listed: dict[PurePosixPath, ListedFile] = {file.path: file for file in manifest.files}
    for language in languages:
        if language.code not in manifest.pages:
            continue
        path = PurePosixPath(language.code, str(manifest.month), "index.html")
        old = known.read(path)
        newest = _newest_first(months, language.code)[0]
        newer = newest if newest.month > manifest.month else None
        page = OutputFile(path=path, content=tell_newer(old.decode(), language, newer).encode())
        if list_files([page]) != (listed.get(path),):  # what is listed may be older than what was sent to a bucket
            changed.append(page)
    listed |= {file.path: file for file in list_files(changed)}
    if changed or built:
        changed.append(write_manifest(replace(manifest, files=tuple(listed[path] for path in sorted(listed)))))
    return changed


def _doorways(site: Site, manifest: Manifest, languages: Sequence[Language]) -> list[OutputFile]:
    """Return what stands around an earlier version where its links leave it."""
    old = site.months.get(manifest.month)
    if old is None or old.corrections >= manifest.corrections:
        return []
    below, made = version_folder(old), []
    for language in languages:
        if language.code not in old.pages:
            continue
        for place in (PurePosixPath(language.code), PurePosixPath(language.code, STATEMENT)):
            content = render_doorway(language, old, place).encode()
            made.append(OutputFile(path=below / place / "index.html", content=content))
        for name in ("feed.xml", "calendar.ics"):
            path = PurePosixPath(language.code, name)
            made.append(OutputFile(path=below / path, content=site.read(path)))
    return made


def _around(
    definition: ReportDefinition, known: Tree, months: Mapping[Period, Manifest], languages: Sequence[Language]
) -> list[OutputFile]:
    """Return what the site has besides its months."""
    codes = [language.code for language in languages]
    published = [_published(definition, manifest) for manifest in reversed(_newest_first(months))]
    draft = any(manifest.draft for manifest in months.values())
    made = [
        *page_assets(draft=draft),
        *_latest_data(known, months),
        *([] if draft else write_catalogue(definition, languages, published)),
    ]
    machine_files = [str(file.path) for file in made if file.path.parts[0] == "data"]
    for language in languages:
        mark = draft_mark(language) if draft else None
        own, folder = _newest_first(months, language.code), PurePosixPath(language.code)
        front = render_front(definition, language, own, languages=codes, machine_files=machine_files, draft=mark)
        statement = render_statement(definition, language, codes, mark)
        calendar = write_calendar(definition, language, language.message("title"), mark)
        made += [
            OutputFile(path=folder / "index.html", content=front.encode()),
            OutputFile(path=folder / STATEMENT / "index.html", content=statement.encode()),
            OutputFile(path=folder / "feed.xml", content=write_feed(definition, language, own, mark)),
            OutputFile(path=folder / "calendar.ics", content=calendar),
        ]
    mark = draft_mark(languages[0]) if draft else None
    made += [
        OutputFile(path=PurePosixPath("index.html"), content=render_chooser(definition, languages, mark).encode()),
        OutputFile(path=PurePosixPath("404.html"), content=render_not_found(definition, languages, mark).encode()),
        OutputFile(path=PurePosixPath("sitemap.xml"), content=write_site_map(_map(definition, months, codes))),
        OutputFile(path=PurePosixPath("robots.txt"), content=write_robots(definition, draft=draft)),
    ]
    return made


def _published(definition: ReportDefinition, manifest: Manifest) -> PublishedMonth:
    """Return what a catalogue says of a month."""
    corrections = definition.corrections_of(manifest.month)[: manifest.corrections]
    return PublishedMonth(
        month=manifest.month,
        first=manifest.first,
        released=manifest.released,
        corrected=max((correction.date for correction in corrections), default=None),
        files=tuple(PublishedFile(path=file.path, size=file.bytes) for file in manifest.files),
    )


def _latest_data(known: Tree, months: Mapping[Period, Manifest]) -> list[OutputFile]:
    """Return the newest month's data at addresses that stay the same."""
    for manifest in _newest_first(months):
        here = {file.path.name: file.path for file in manifest.files if file.path.parent == manifest.path.parent}
        found = {name: here[name] for name in _LATEST if name in here}
        if found:
            return [
                OutputFile(path=PurePosixPath("data", "latest", name), content=known.read(path))
                for name, path in found.items()
            ]
    return []


def _map(definition: ReportDefinition, months: Mapping[Period, Manifest], codes: Sequence[str]) -> list[MappedPage]:
    """Return every page of the site in all its languages, with the day on which it last changed."""
    site = definition.site.address
    newest = _newest_first(months)

    def day(manifest: Manifest) -> str:
        corrections = definition.corrections_of(manifest.month)[: manifest.corrections]
        return max([manifest.released, *(correction.date for correction in corrections)]).isoformat()

    def mapped(place: str, languages: Sequence[str], changed: str) -> MappedPage:
        addresses = {code: f"{site}{code}/{place}" for code in languages}
        return MappedPage(addresses=addresses, default=addresses[languages[0]] if place else site, changed=changed)

    last = max(day(manifest) for manifest in newest)
    pages = [mapped("", codes, last), mapped(f"{STATEMENT}/", codes, last)]
    for manifest in newest:
        own = [code for code in codes if code in manifest.pages]
        if own:
            pages.append(mapped(f"{manifest.month}/", own, day(manifest)))
    return pages
