"""Keeps what was made, by a key that says all that it was made from; forgets it again when it grows too large.

Knows neither what it keeps nor what is in a key. Nothing depends on it but time: any file of it may be gone or
damaged at any moment, and several builds may use it at once.
"""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

LARGEST = 1_000_000_000
"""Bytes that the cache may hold after a build."""
_KEPT_SHARE = 0.8
"""How much of that is left when it has to forget something, so that it needn't at each build."""


def cache_folder() -> Path | None:
    """Return the folder of the user's caches for this program; None where the system doesn't name a home."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    with suppress(RuntimeError):
        home = Path(named) if Path(named).is_absolute() else Path.home() / ".cache"
        return home / "reportgen"
    return None


def digest(content: bytes | str) -> str:
    """Return what tells this content from any other."""
    return sha256(content.encode() if isinstance(content, str) else content).hexdigest()


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of contents by their own digest, and of entries: for a key, names and the contents they stand for."""

    folder: Path

    def keep(self, key: str, files: Mapping[str, bytes]) -> None:
        """Keep some files under a key; a cache that can't be written keeps nothing."""
        with suppress(OSError):
            kept = {name: self._keep_content(content) for name, content in files.items()}
            _write(self._place("entries", digest(key)), json.dumps(kept).encode())

    def recall(self, key: str) -> Mapping[str, bytes] | None:
        """Return the files under a key; None where any of them is not there whole."""
        try:
            place = self._place("entries", digest(key))
            kept = json.loads(place.read_bytes())
            files = {str(name): self._recall_content(str(known)) for name, known in kept.items()}
            os.utime(place)
        except (OSError, ValueError, AttributeError):
            return None
        return files

    def trim(self, largest: int = LARGEST) -> None:
        """Forget what was used longest ago, if all of it is larger than this."""
        files = sorted(_sizes(self.folder), key=lambda file: file[0])
        total = sum(size for _, size, _ in files)
        if total <= largest:
            return
        for _, size, path in files:
            if total <= largest * _KEPT_SHARE:
                return
            with suppress(OSError):
                path.unlink()
            total -= size

    def _keep_content(self, content: bytes) -> str:
        known = digest(content)
        place = self._place("contents", known)
        try:
            os.utime(place)
        except OSError:
            _write(place, content)
        return known

    def _recall_content(self, known: str) -> bytes:
        place = self._place("contents", known)
        content = place.read_bytes()
        if digest(content) != known:
            message = f"{place} is damaged"
            raise ValueError(message)
        os.utime(place)
        return content

    def _place(self, kind: str, known: str) -> Path:
        return self.folder / kind / known[:2] / known[2:]


def _write(place: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it meanwhile finds all of it or nothing."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _scratch(place.parent) as (handle, path):
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        path.replace(place)


@contextmanager
def _scratch(folder: Path) -> Iterator[tuple[int, Path]]:
    """Open a new file beside its place, which is gone afterwards if it wasn't moved there."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=".")
    try:
        yield handle, Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _sizes(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """Return every file below the folder with when it was last used and how large it is."""
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            with suppress(OSError):
                status = path.stat()
                yield status.st_mtime, status.st_size, path
