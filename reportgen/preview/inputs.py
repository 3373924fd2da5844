"""What a site is made from: the files of the definition's folder, templates, styles, and the program itself.

They are looked at again and again rather than watched: whatever moves, replaces or restores a file,
on whatever file system, can't be missed.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from reportgen.resources import PACKAGE, style_folder, template_folder

_IGNORED = {"__pycache__", "node_modules"}

Snapshot = Mapping[Path, tuple[int, int, int]]
"""Every file with what changes when it is saved: time, size, identity."""


def take_snapshot(report: Path) -> Snapshot:
    """Return what all inputs are like now; two are equal where nothing was saved between them."""
    found = {}
    for path in _files(report):
        try:
            status = path.stat()
        except OSError:  # it went while we looked
            continue
        found[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def changed_paths(before: Snapshot, after: Snapshot) -> set[Path]:
    """Return the files that are new, gone or saved."""
    return {path for path, _ in before.items() ^ after.items()}


def _files(report: Path) -> Iterator[Path]:
    """Return every input, each once; what is hidden is none."""
    folders = {report.resolve(), template_folder(), style_folder(), PACKAGE}
    for folder in folders:
        if any(folder != other and folder.is_relative_to(other) for other in folders):
            continue
        for place, names, files in os.walk(folder):
            names[:] = [name for name in names if name not in _IGNORED and not name.startswith(".")]
            yield from (Path(place, file) for file in files if not file.startswith("."))
