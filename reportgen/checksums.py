"""What every file of a site must be: `sha256sums.txt`, which the program sha256sum can check.

The list changes as the site does: a build puts in what it wrote, takes out what it replaced, and leaves the rest as it
was listed, so that a file that was changed by hand is told from one that a build wrote.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import PurePosixPath

from reportgen.errors import OutputError, Problem
from reportgen.output import OutputFile
from reportgen.storage import Storage, matching_start

LIST = PurePosixPath("sha256sums.txt")
_LINE = re.compile(r"(?P<digest>[0-9a-f]{64})  (?P<path>[^\\\n\0]+)")

Checksums = Mapping[PurePosixPath, str]
"""The SHA-256 of files in hexadecimal, by their paths below the site."""


def write_checksums(checksums: Checksums) -> OutputFile:
    """Return the list as a file of the site, sorted by path."""
    lines = (f"{checksums[path]}  {path}\n" for path in sorted(checksums, key=str))
    return OutputFile(path=LIST, content="".join(lines).encode())


def parse_checksums(content: bytes) -> Checksums:
    r"""Return a list that `write_checksums` or sha256sum wrote; raise `ValueError` for anything else.

    A path must lead to a file below the site.

    >>> parse_checksums(b"0123456789abcdef" * 4 + b"  nb/index.html\n")
    {PurePosixPath('nb/index.html'): '0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef'}
    """
    checksums: dict[PurePosixPath, str] = {}
    for number, line in enumerate(content.decode().removesuffix("\n").split("\n") if content else (), start=1):
        match = _LINE.fullmatch(line)
        if match is None or not is_inside(PurePosixPath(match["path"])):
            message = f"line {number} is not a SHA-256, two spaces and the path of a file"
            raise ValueError(message)
        checksums[PurePosixPath(match["path"])] = match["digest"]
    return checksums


def is_inside(path: PurePosixPath) -> bool:
    """Tell whether a listed path names a file below the site."""
    return bool(path.parts) and not path.is_absolute() and ".." not in path.parts


def update_checksums(site: Storage, written: Checksums, replaced: Sequence[str]) -> Checksums:
    """Return the list of a site after a build: `written` are its files, `replaced` the patterns of what they replace.

    Of a site that has no list yet, all that stands there is read and listed.
    Raise `OutputError` for a list that can't be understood.
    """
    try:
        standing = parse_checksums(site.read(LIST))
    except FileNotFoundError:
        standing = _list_standing(site)
    except (ValueError, OSError) as error:
        hint = f"put {LIST} back from a copy; or remove it, and the next build lists what stands there"
        message = f"{LIST} in the site can't be read: {error}"
        raise OutputError(Problem(kind="old-site", message=message, hint=hint)) from error
    kept = {
        path: digest
        for path, digest in standing.items()
        if not any(matching_start(path, pattern) for pattern in replaced)
    }
    return {**kept, **written}


def _list_standing(site: Storage) -> Checksums:
    """List what stands in a site; what is no file, or has a name that no line can hold, stays foreign to it."""
    standing = {}
    for path in site.paths():
        with suppress(OSError, UnicodeEncodeError):
            if _LINE.fullmatch(f"{'0' * 64}  {path}".encode().decode()):
                standing[path] = sha256(site.read(path)).hexdigest()
    return standing
