"""Publishes a site where whole folders can't change places: file by file, in an order that hides what isn't finished.

First goes all that is new, which nothing that stands there links to yet; then what changes; at last what is gone is
removed. In each step pages come after what they show, and indexes after the pages. What stands there already is told
by the months' manifests, or read.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import IntEnum
from hashlib import sha256
from itertools import groupby
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TypeVar

from reportgen.checksums import LIST
from reportgen.errors import OutputError, Problem
from reportgen.manifest import NAME, Manifest, parse_manifest, write_manifest
from reportgen.output import SITE, Staging, stage
from reportgen.period import Period
from reportgen.storage import Place, RemoteFolder, Storage, matching_start

AT_ONCE = 8
"""How many files are sent or read at the same time, where the storage can."""

_T = TypeVar("_T")
_R = TypeVar("_R")


class Rank(IntEnum):
    """The order in which files are sent: each rank is there before the next one begins."""

    FILE = 0
    """Links to nothing: data, figures, documents, style sheets, fonts; and what is kept of earlier versions."""
    PAGE = 1
    """A month's page."""
    MANIFEST = 2
    """Says that all of a month is there."""
    INDEX = 3
    """What the site has around its months: feeds, catalogue, the newest month's data."""
    FRONT = 4
    """A page of the site's own."""
    ENTRY = 5
    """The page at the site's address."""
    CHECKSUMS = 6
    """Says what every file of the site is."""


@contextmanager
def stage_site(place: Place) -> Iterator[Staging]:
    """Prepare a new tree for a site, wherever that stands; it is gone afterwards, published or not.

    Raise `OutputError` where the folder holds something else than a site, or can't be written beside.
    """
    if isinstance(place, Path):
        with stage(place) as staging:
            yield staging
    else:
        with TemporaryDirectory(prefix="reportgen-") as folder:
            yield RemoteStaging(Path(folder), place)


class RemoteStaging(Staging):
    """A new tree on this machine, whose files are sent to where they belong when it is published."""

    def __init__(self, folder: Path, remote: RemoteFolder) -> None:
        """Begin with nothing in it."""
        super().__init__(folder, folder, SITE)
        self._remote = remote
        self._listed: bytes | None = None

    @property
    def stands(self) -> Storage:
        """What reads the site as it stands."""
        return self._remote

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Remember which list of files stands there: a storage has no lock that every kind of it knows."""
        self._listed = self._remote.content(LIST)
        yield

    def publish(self, replaced: Sequence[str] = ()) -> None:
        """Send what is new or changed, and then remove what was replaced and is no longer there.

        Raise `OutputError` where that can't be done, or another build has published meanwhile. No page that a reader
        can come to leads nowhere then, and the same build, run again, sends the rest.
        """
        publish_remotely(self._remote, list(self.paths()), self.read, replaced, listed=self._listed)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Month:
    """A month whose manifest is to be sent."""

    path: PurePosixPath
    """Where the manifest belongs."""
    manifest: Manifest
    vouched: Mapping[PurePosixPath, str]
    """What the manifest that stands there says of the month's permanent files: their SHA-256."""

    def open_manifest(self, unsent: Collection[PurePosixPath]) -> bytes | None:
        """Return the manifest without the hashes of files that stand there otherwise; none where there are no such."""
        if not any(file.permanent and file.path in unsent for file in self.manifest.files):
            return None
        files = (
            replace(file, sha256="") if file.permanent and file.path in unsent else file for file in self.manifest.files
        )
        return write_manifest(replace(self.manifest, files=tuple(files))).content


def publish_remotely(
    remote: RemoteFolder,
    paths: Sequence[PurePosixPath],
    read: Callable[[PurePosixPath], bytes],
    replaced: Sequence[str] = (),
    *,
    listed: bytes | None = None,
) -> None:
    """Make a site of these files and of what stands there, without what matches the patterns in `replaced`.

    `read` returns a file's content; it is called when the file's turn comes. `listed` is the list of files that stood
    there when the indexes were made, empty for none; it is read now where it isn't given.
    Raise `OutputError` where something else than a site stands there, another build has published meanwhile, or a
    file can't be sent or removed.
    """
    before = remote.content(LIST) if listed is None else listed
    sending = _Sending(remote=remote, before=before, after=read(LIST) if LIST in paths else before)
    standing = remote.sizes()
    _refuse_foreign(remote, standing, paths)
    months = [_read_month(remote, path, read(path), standing) for path in paths if rank(path) is Rank.MANIFEST]
    vouched = {path: digest for month in months for path, digest in month.vouched.items()}
    known = [path for path in paths if path in standing or path in vouched]
    same = _each(remote, lambda path: _is_there(remote, path, read(path), standing, vouched.get(path)), known)
    changed = {path for path, is_there in zip(known, same, strict=True) if not is_there}
    new = [path for path in paths if path not in standing and path not in vouched]
    opened = {month.path: content for month in months if (content := month.open_manifest(changed))}
    already = {path for path in opened if path in new}
    sending.send(new, lambda path: opened.get(path) or read(path))
    sending.send([path for path in opened if path not in already], opened.__getitem__)
    if changed:
        sending.check()
    sending.send(changed | opened.keys(), read)
    kept = set(paths)
    gone = [path for path in standing if path not in kept and any(matching_start(path, each) for each in replaced)]
    for _, ranked in groupby(sorted(gone, key=rank, reverse=True), rank):
        _each(remote, remote.remove, list(ranked))


def rank(path: PurePosixPath) -> Rank:
    """Return when a file is sent.

    >>> rank(PurePosixPath("nb/2013-11/index.html")).name, rank(PurePosixPath("nb/index.html")).name
    ('PAGE', 'FRONT')
    """
    folder, *inner = path.parts
    if path == LIST:
        return Rank.CHECKSUMS
    if folder == "data" and _is_month(inner[0]) and inner[1:] == [NAME]:
        return Rank.MANIFEST
    if path.suffix == ".html":
        if not inner:
            return Rank.ENTRY if path.name == "index.html" else Rank.FRONT
        return Rank.PAGE if folder == "versions" or _is_month(inner[0]) else Rank.FRONT
    if folder in {"assets", "versions"} or (inner and _is_month(inner[0])) or path.suffix == ".svg":
        return Rank.FILE
    return Rank.INDEX


def _is_month(name: str) -> bool:
    try:
        Period.parse(name)
    except ValueError:
        return False
    return True


def _refuse_foreign(
    remote: RemoteFolder, standing: Mapping[PurePosixPath, int], paths: Collection[PurePosixPath]
) -> None:
    """Refuse a place that has other files than a site's: an index of theirs would be lost."""
    is_site = any(path.parts[0] == "data" for path in standing)
    if not is_site and not standing.keys() <= set(paths):  # the first build may have been interrupted
        problem = Problem(
            kind="foreign-folder",
            message=f"{remote} holds something else than a site",
            hint="choose an empty place, or one that reportgen has written, with --output",
        )
        raise OutputError(problem)


def _read_month(
    remote: RemoteFolder, path: PurePosixPath, content: bytes, standing: Mapping[PurePosixPath, int]
) -> _Month:
    vouched: dict[PurePosixPath, str] = {}
    if path in standing:
        try:
            old = parse_manifest(remote.read(path))
        except (ValueError, OSError):  # nothing that can be relied on; its month is built again
            pass
        else:
            vouched = {file.path: file.sha256 for file in old.files if file.permanent and file.sha256}
    return _Month(path=path, manifest=parse_manifest(content), vouched=vouched)


def _is_there(
    remote: RemoteFolder,
    path: PurePosixPath,
    content: bytes,
    standing: Mapping[PurePosixPath, int],
    vouched: str | None,
) -> bool:
    """Tell whether a file stands there with this content."""
    if standing.get(path) != len(content):
        return False
    if vouched:
        return sha256(content).hexdigest() == vouched
    try:
        return remote.read(path) == content
    except FileNotFoundError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sending:
    """The sending of files by a build that knows from which list of files it began: every other build changes it."""

    remote: RemoteFolder
    before: bytes
    """The list as it stood when the indexes were made; they lack what another build has published since."""
    after: bytes
    """The list as it is to stand; who has written the same has built the same."""

    def send(self, paths: Iterable[PurePosixPath], content: Callable[[PurePosixPath], bytes]) -> None:
        """Send files, one rank after the other; within a rank the newest month first, since older pages tell of it."""
        for place, ranked in groupby(sorted(sorted(paths, reverse=True), key=rank), rank):
            if place is Rank.CHECKSUMS:
                self._require(self.remote.write_over(LIST, self.before, self.after))
                continue
            if place >= Rank.INDEX:
                self.check()
            _each(self.remote, lambda path: self.remote.write(path, content(path)), list(ranked))

    def check(self) -> None:
        """Raise `OutputError` where another build has published meanwhile."""
        self._require(self.remote.content(LIST) in {self.before, self.after})

    def _require(self, alone: bool) -> None:  # noqa: FBT001 - it reads as a sentence
        if not alone:
            problem = Problem(
                kind="other-build",
                message=f"another build has published to {self.remote} meanwhile",
                hint="run the command again: it takes up what the other has published, and sends what is missing",
            )
            raise OutputError(problem)


def _each(remote: RemoteFolder, work: Callable[[_T], _R], items: Sequence[_T]) -> list[_R]:
    """Do something with each item, several at a time where the storage can; the first error ends it."""
    if not remote.is_quick_in_parallel:
        return [work(item) for item in items]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        futures = [pool.submit(work, item) for item in items]
        try:
            return [future.result() for future in futures]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
