"""Reads files that others wrote: ordinary ones only, and none that is larger than its reader expects.

What is no file, such as a pipe or a device, could keep a build waiting for ever; what is huge could fill the memory.
Knows nothing of what is in them.
"""

import errno
import os
import stat
from pathlib import Path

MEGABYTE = 1_000_000
LARGEST = 2 * MEGABYTE
"""Bytes of a document, sixty times what the printed tables of a year take; no other file may be larger."""


class UnfitFileError(OSError):
    """A file that is there and is not read: no ordinary one, or too large."""


def read_file(path: Path, largest: int) -> bytes:
    """Return a file's content; raise `UnfitFileError` where it has more bytes than `largest` or is no ordinary file.

    Raises `OSError` as any reading does. Not a byte of what is refused is read.
    """
    with open(path, "rb", opener=_without_waiting) as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise UnfitFileError(errno.EINVAL, "it is not an ordinary file")
        content = b"" if found.st_size > largest else file.read(largest + 1)  # it may grow while it is read
    if max(found.st_size, len(content)) > largest:
        size = f"{found.st_size / MEGABYTE:,.1f} MB"
        raise UnfitFileError(errno.EFBIG, f"it has {size}, and at most {largest / MEGABYTE:,.0f} MB are read")
    return content


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe that nobody writes to is opened at once, rather than when somebody does."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def stands_inside(path: Path, folder: Path) -> bool:
    """Tell whether a path is still below a folder when `..` and links on its way are followed."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links, or a name that no file can have
        return False


def is_fit(path: Path, folder: Path) -> bool:
    """Tell whether there is an ordinary file of a fair size, below the folder when links are followed."""
    return stands_inside(path, folder) and path.is_file() and path.stat().st_size <= LARGEST
