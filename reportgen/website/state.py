"""What stands on a site, read from the months' manifests, and earlier versions kept from it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

from reportgen.definition import ReportDefinition
from reportgen.errors import OutputError, Problem
from reportgen.manifest import NAME, ListedFile, Manifest, parse_manifest
from reportgen.output import OutputFile
from reportgen.period import Period
from reportgen.storage import Place, Storage, storage_of

VERSIONS = "versions"
"""Folder of the months as they were before they were corrected: `versions/<month>/<number>/`, each a small site."""
STATEMENT = "accessibility"
"""Folder of each language's accessibility statement."""
_OF_SITE = ("index.html", "404.html", "sitemap.xml", "robots.txt")
_OF_LANGUAGE = ("index.html", f"{STATEMENT}/index.html", "feed.xml", "calendar.ics")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site as it stands, before anything is written."""

    storage: Storage
    """Where it stands."""
    months: Mapping[Period, Manifest]
    hashes: Mapping[PurePosixPath, str]
    """SHA-256 of each month's manifest as it stands, by its path."""
    versions: frozenset[tuple[Period, int]]
    """Earlier versions that are kept: month and number."""

    def read(self, path: PurePosixPath) -> bytes:
        """Return a file's content; raise `OutputError` where it can't be read."""
        try:
            return self.storage.read(path)
        except OSError as error:
            raise OutputError(_unreadable(str(path), error.strerror or str(error))) from error


def read_site(place: Place | Storage, *, rebuilt: Collection[Period] = ()) -> Site:
    """Return what stands in a site; an empty site where there is none.

    Raise `OutputError` for a manifest that can't be understood: a month that is there would else be lost from the
    indexes. One of a month that is `rebuilt` is passed over instead.
    """
    storage = storage_of(place)
    months, hashes = {}, {}
    for path in storage.find(f"data/*/{NAME}"):
        try:
            content = storage.read(path)
            manifest = parse_manifest(content)
        except (ValueError, OSError) as error:
            if path.parent.name in {str(month) for month in rebuilt}:
                continue
            raise OutputError(_unreadable(str(path), str(error))) from error
        months[manifest.month], hashes[path] = manifest, sha256(content).hexdigest()
    versions = frozenset(
        (Period.parse(path.parent.name), int(path.name)) for path in storage.find(f"{VERSIONS}/[0-9]*-[0-9]*/[0-9]*")
    )
    return Site(storage=storage, months=months, hashes=hashes, versions=versions)


def refuse_mixture(site: Site, built: Sequence[Manifest]) -> None:
    """Raise `OutputError` where drafts would come among published months, or published months among drafts."""
    draft = any(manifest.draft for manifest in built)
    others = sorted(manifest.month for manifest in site.months.values() if manifest.draft != draft)
    if others and draft:
        message, hint = (
            f"the site holds months that are no drafts: {_list(others)}",
            "choose another folder with --output",
        )
        raise OutputError(Problem(kind="published-site", message=message, hint=hint))
    if others:
        message, hint = f"the site holds drafts: {_list(others)}", "choose another folder with --output, or remove it"
        raise OutputError(Problem(kind="draft-site", message=message, hint=hint))


def _list(months: Sequence[Period]) -> str:
    return ", ".join(map(str, months))


def _unreadable(path: str, reason: str) -> Problem:
    hint = "build that month again, or choose another folder with --output"
    return Problem(kind="old-site", message=f"{path} in the site can't be read: {reason}", hint=hint)


def kept_versions(site: Site, definition: ReportDefinition, month: Period) -> frozenset[int]:
    """Return the numbers of the earlier versions of a month that stand on the site once it is built again.

    Version n is the month as it was before its nth correction.
    """
    kept = {number for known, number in site.versions if known == month}
    old = site.months.get(month)
    if old and old.corrections < len(definition.corrections_of(month)):
        kept.add(old.corrections + 1)
    return frozenset(kept)


def keep_version(site: Site, manifest: Manifest) -> tuple[OutputFile, ...]:
    """Return the files of a month as it stands, byte for byte, at their places below `versions/`.

    Nothing where the new manifest has no more corrections than the one that stands there. The month's folders,
    its data and what they share keep their places to each other, so that every link between them still leads there.
    """
    old = site.months.get(manifest.month)
    if old is None or old.corrections >= manifest.corrections:
        return ()
    below = version_folder(old)
    kept = [OutputFile(path=below / file.path, content=_read_kept(site, file, below)) for file in old.files]
    kept.append(OutputFile(path=below / old.path, content=site.read(old.path)))
    return tuple(kept)


def _read_kept(site: Site, file: ListedFile, below: PurePosixPath) -> bytes:
    """Return a file as it was; a build that was interrupted at an address may have kept it, and sent the next one."""
    content = site.read(file.path)
    if sha256(content).hexdigest() == file.sha256:
        return content
    try:
        return site.storage.read(below / file.path)
    except OSError:
        return content


def version_folder(old: Manifest) -> PurePosixPath:
    """Return where a month is kept that is about to be corrected."""
    return PurePosixPath(VERSIONS, str(old.month), str(old.corrections + 1))


def surroundings(languages: Sequence[str]) -> tuple[str, ...]:
    """Return the files that readers come by, around the months, of a site that has pages in these languages."""
    return (*_OF_SITE, *(f"{code}/{name}" for code in languages for name in _OF_LANGUAGE))


def published_languages(definition: ReportDefinition, site: Site, built: Sequence[Manifest]) -> tuple[str, ...]:
    """Return the languages that a month of the site has or had a page in, those of the definition first."""
    spoken = {code for manifest in (*site.months.values(), *built) for code in manifest.pages}
    order = dict.fromkeys((*definition.report.languages, *sorted(spoken)))
    return tuple(code for code in order if code in spoken)
