"""Publishes months: what is on the site afterwards, and what has to change with them.

Makes nothing itself; what the site has around its months is made by `website`, when it is not known already.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path, PurePosixPath

from reportgen.artefacts import Files, Workshop
from reportgen.checksums import Checksums, update_checksums, write_checksums
from reportgen.definition import ReportDefinition
from reportgen.language import Language
from reportgen.manifest import NAME, Manifest, list_files, parse_manifest
from reportgen.month import speak
from reportgen.output import OutputFile, Staging, put_back
from reportgen.period import Period
from reportgen.publication import Publication
from reportgen.storage import Place, RemoteFolder
from reportgen.uploading import Rank, rank, stage_site
from reportgen.website.state import (
    VERSIONS,
    Site,
    kept_versions,
    published_languages,
    read_site,
    refuse_mixture,
    surroundings,
)


def find_versions(definition: ReportDefinition, months: Sequence[Period], place: Place) -> dict[Period, frozenset[int]]:
    """Return, for each month, the numbers of the earlier versions that stand on the site once it is built again."""
    if isinstance(place, Path):
        put_back(place)
    site = read_site(place, rebuilt=months)
    return {month: kept_versions(site, definition, month) for month in months}


def write_publications(definition: ReportDefinition, publications: Sequence[Publication], place: Place) -> None:
    """Write the months into the site; an earlier build of them is replaced whole.

    In a folder of this machine all are written or none.
    With them goes what the site has around its months. An earlier version of a month that is corrected is kept.
    """
    with stage_site(place) as staging:
        for publication in publications:
            staging.add(publication.files)
        publish_months(definition, [each.manifest for each in publications if each.manifest], staging)


def publish_months(
    definition: ReportDefinition,
    built: Sequence[Manifest],
    staging: Staging,
    workshop: Workshop | None = None,
    *,
    approve: Callable[[Sequence[Manifest]], bool] = lambda _months: True,
) -> None:
    """Publish months whose files are staged, with what the site has around its months.

    `approve` is given their manifests as they would stand on the site, the newest one's with the site's own pages as
    well, and says whether they go out.
    Raise `OutputError` where drafts and published months would stand together, and whatever `approve` raises.
    """
    workshop = workshop or Workshop()
    with staging.alone():
        site = read_site(staging.stands, rebuilt=[manifest.month for manifest in built])
        refuse_mixture(site, built)
        codes = published_languages(definition, site, built)
        languages = [speak(definition, code) for code in codes]
        around = workshop.make(
            "site",
            "site",
            (
                definition.rules,
                [language.messages for language in languages],
                _standing(site, built),
                sorted(site.versions),
                built,
            ),
            lambda: _around(definition, site, built, languages, staging),
        )
        staging.add(OutputFile(path=PurePosixPath(path), content=content) for path, content in around.items())
        folders = sorted({*codes, "data", *definition.report.file_name})
        months = [f"{name}/{manifest.month}" for name in folders for manifest in built]
        workshop.keep()
        if not approve(_to_approve(built, around)):
            return
        replaced = [*months, *(path for path in surroundings(codes) if path not in around)]
        written = {file.path: file.sha256 for manifest in built for file in manifest.files}
        written |= {PurePosixPath(path): sha256(content).hexdigest() for path, content in around.items()}
        listed = update_checksums(staging.stands, written, replaced)
        staging.add([write_checksums({**listed, **_list_unfinished(site, listed, built), **written})])
        staging.publish(replaced)


def _standing(site: Site, built: Sequence[Manifest]) -> dict[Period, Manifest]:
    """Return the months that the site has and needs: one that is built again, only if it is kept as it was."""
    corrections = {manifest.month: manifest.corrections for manifest in built}
    return {
        month: manifest
        for month, manifest in site.months.items()
        if month not in corrections or manifest.corrections < corrections[month]
    }


def _to_approve(built: Sequence[Manifest], around: Files) -> list[Manifest]:
    """Return the manifests as they will stand; the site's own pages, which tell of the months too, go with the last."""
    *others, newest = sorted((parse_manifest(around[str(m.path)]) for m in built), key=lambda manifest: manifest.month)
    paths = (PurePosixPath(path) for path in around)
    own = [OutputFile(path=path, content=around[str(path)]) for path in paths if rank(path) in {Rank.FRONT, Rank.ENTRY}]
    return [*others, replace(newest, files=(*newest.files, *list_files(own)))]


def _list_unfinished(site: Site, listed: Checksums, built: Sequence[Manifest]) -> Checksums:
    """Return what a build that was interrupted at an address has sent without listing it, and nobody sends again.

    That is older months' pages, which tell of a newer month already, with their manifests; and the earlier versions
    of months that are built.
    """
    if not isinstance(site.storage, RemoteFolder):
        return {}
    found: dict[PurePosixPath, str] = {}
    months = {manifest.month for manifest in built}
    for manifest in (manifest for month, manifest in site.months.items() if month not in months):
        pages = {file.path: file.sha256 for file in manifest.files if not file.permanent}
        if manifest.path in site.hashes and any(listed.get(path) != digest for path, digest in pages.items()):
            found |= {manifest.path: site.hashes[manifest.path], **pages}
    for month, number in site.versions:
        folder = PurePosixPath(VERSIONS, str(month), str(number))
        if month in months and folder / "data" / str(month) / NAME not in listed:
            standing = site.storage.sizes(folder)
            found |= {path: sha256(site.read(path)).hexdigest() for path in standing if path not in listed}
    return found


def _around(
    definition: ReportDefinition,
    site: Site,
    built: Sequence[Manifest],
    languages: Sequence[Language],
    staging: Staging,
) -> Files:
    from reportgen.website.completion import complete_site  # noqa: PLC0415 - templates and feeds, if they are needed

    files = complete_site(definition, site, built, languages, staging.read)
    return {str(file.path): file.content for file in files}
