"""Verifies a site against its own lists: which files are changed, missing or foreign.

Needs neither the definition nor what made the site, and writes nothing. The lists are `sha256sums.txt`, which has every
file, and each month's manifest, which has the month's: who changes a file must have changed both.
The JSON that `verification_json` returns is described in docs/how-to/verify-a-site.md.
"""

import json
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from reportgen.checksums import LIST, Checksums, is_inside, parse_checksums
from reportgen.errors import DefinitionError, OutputError, Problem, SiteError
from reportgen.storage import Place, RemoteFolder, Storage, matching_start, storage_of

_AT_ONCE = 8
"""How many files are read at the same time, where the storage can."""
_MANIFESTS = ("data/*/manifest.json", "versions/*/*/data/*/manifest.json")
_HINT = "put it back from a copy, or build the site anew in an empty folder and compare"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a site is, compared with what its lists say."""

    place: Place
    files: int
    """How many files were compared."""
    digest: str
    """SHA-256 of `sha256sums.txt`, which stands for the whole site; empty where there is none."""
    problems: tuple[Problem, ...]
    """What differs, by path; the path is each problem's subject."""

    @property
    def exit_code(self) -> int:
        """0 for a site that is as its lists say."""
        return SiteError.exit_code if self.problems else 0


def verify_site(place: Place) -> Verification:
    """Compare every file of a site with the site's lists; whatever differs is a problem, not an exception.

    Raise `DefinitionError` where no site stands, and `OutputError` where an address can't be read.
    """
    storage = storage_of(place)
    standing = frozenset(storage.paths())
    lists, problems = _read_lists(storage, standing)
    if not lists and not problems:
        message = f"{place} holds no site: it has neither {LIST} nor a month's manifest"
        hint = "name the folder or the address that a build wrote with --output"
        raise DefinitionError(Problem(kind="no-site", message=message, hint=hint))
    paths = sorted({path for checksums in lists.values() for path in checksums}, key=str)
    serial = isinstance(place, RemoteFolder) and not place.is_quick_in_parallel
    with ThreadPoolExecutor(1 if serial else _AT_ONCE) as pool:
        problems += filter(None, pool.map(lambda path: _compare(storage, path, lists), paths))
    if LIST in lists:
        problems += map(_foreign, {*map(str, standing - {LIST, *paths}), *_odd_names(storage)})
    elif LIST not in standing:
        message = f"the site has no {LIST}: the files around its months can't be verified, nor foreign ones told"
        hint = "build a month into it: that lists all files as they stand then"
        problems.append(Problem(kind="list-missing", message=message, hint=hint, subject=str(LIST)))
    return Verification(
        place=place,
        files=len(paths),
        digest=sha256(storage.read(LIST)).hexdigest() if LIST in lists else "",
        problems=tuple(sorted(problems, key=lambda problem: problem.subject)),
    )


def _read_lists(
    storage: Storage, standing: Collection[PurePosixPath]
) -> tuple[Mapping[PurePosixPath, Checksums], list[Problem]]:
    """Return what each list of the site says, and what is wrong with those that can't be read."""
    lists: dict[PurePosixPath, Checksums] = {}
    problems: list[Problem] = []
    manifests = [path for path in standing if any(matching_start(path, each) == path for each in _MANIFESTS)]
    for path in (LIST, *sorted(manifests)):
        if path not in lists.get(LIST, standing):
            continue  # a foreign manifest speaks for nothing
        try:
            content = storage.read(path)
            lists[path] = parse_checksums(content) if path == LIST else _parse_manifest(content, path.parents[2])
        except (ValueError, OSError) as error:
            message = f"{shown(path)} is no list of files: {(isinstance(error, OSError) and error.strerror) or error}"
            problems.append(Problem(kind="list-broken", message=message, hint=_HINT, subject=str(path)))
    return lists, problems


def _compare(storage: Storage, path: PurePosixPath, lists: Mapping[PurePosixPath, Checksums]) -> Problem | None:
    """Return what is wrong with a listed file, if anything."""
    try:
        digest = sha256(storage.read(path)).hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return Problem(kind="file-missing", message=f"{shown(path)} is missing", hint=_HINT, subject=str(path))
    except OSError as error:
        return _unreadable(path, error)
    except OutputError as error:
        if not isinstance(error.__cause__, PermissionError):
            raise  # what hides one file of an address may well hide all
        return _unreadable(path, error.__cause__)
    others = [shown(name) for name, listed in lists.items() if listed.get(path, digest) != digest]
    if not others:
        return None
    message = f"{shown(path)} is not the file listed in {' and '.join(others)}"
    return Problem(kind="file-changed", message=message, hint=_HINT, subject=str(path))


def _unreadable(path: PurePosixPath, error: OSError) -> Problem:
    message = f"{shown(path)} can't be read: {error.strerror or error}"
    return Problem(kind="file-unreadable", message=message, hint="check its permissions", subject=str(path))


def _parse_manifest(content: bytes, below: PurePosixPath) -> Checksums:
    """Return what a month's manifest lists, whichever version wrote it; raise `ValueError` for anything else.

    `below` is where its paths begin. A file without a hash is being sent to a bucket, and is not compared.
    """
    try:
        listed = {PurePosixPath(file["path"]): str(file["sha256"]) for file in json.loads(content)["files"]}
    except (KeyError, TypeError, RecursionError) as error:
        message = f"it is not what a build writes: {type(error).__name__}"
        raise ValueError(message) from error
    if not all(map(is_inside, listed)):
        message = "it names a file outside the site"
        raise ValueError(message)
    return {below / path: digest for path, digest in listed.items() if digest}


def _odd_names(storage: Storage) -> tuple[str, ...]:
    return storage.odd_names() if isinstance(storage, RemoteFolder) else ()


def _foreign(name: str) -> Problem:
    message = f"{shown(name)} stands in the site, and no list has it"
    return Problem(
        kind="file-foreign", message=message, hint="find out where it came from, and remove it", subject=name
    )


def shown(path: PurePosixPath | str) -> str:
    r"""Return a path as it may be printed: a terminal does what control characters say.

    >>> shown(PurePosixPath("nb/\x1b[2Jindex.html"))
    "'nb/\\x1b[2Jindex.html'"
    """
    text = str(path)
    return text if text.isprintable() else ascii(text)


def verification_json(verification: Verification) -> Mapping[str, Any]:
    """Return what was found as plain data, ready for JSON."""
    return {
        "site": str(verification.place),
        "sound": not verification.problems,
        "files": verification.files,
        "sha256sums": verification.digest or None,
        "problems": [
            {"kind": each.kind, "file": each.subject, "message": each.message, "hint": each.hint}
            for each in verification.problems
        ],
    }


def summarise(verification: Verification) -> Iterator[str]:
    """Return the lines that sum it up: how many files are how, and the hash that stands for the site."""
    if not verification.problems:
        yield f"{verification.place}: sound; {verification.files} files are as listed"
    else:
        kinds = [problem.kind for problem in verification.problems]
        counts = (
            f"{kinds.count(kind)} {kind.removeprefix('file-').replace('-', ' ')}" for kind in dict.fromkeys(kinds)
        )
        yield f"{verification.place}: not sound; {verification.files} files listed: {', '.join(counts)}"
    if verification.digest:
        yield f"SHA-256 of {LIST}: {verification.digest}"
