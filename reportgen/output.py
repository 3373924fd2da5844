"""Writes a whole site or nothing: a new tree is made beside the old one and takes its place in one step.

Does not know what is in the files.
"""

import ctypes
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reportgen.errors import OutputError, Problem

_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFile:
    """A file to be written."""

    path: PurePosixPath
    """Where it belongs below the site's folder: `nb/2013-11/index.html`."""
    content: bytes


def write_site(folder: Path, files: Sequence[OutputFile], *, replaced: Sequence[str] = ()) -> None:
    """Write the files into the folder, all of them or none; whatever else stands there is kept.

    `replaced` holds glob patterns below the folder, such as `*/2013-11`, whose matches are dropped first.
    Raise `OutputError` where the folder can't be written; it is then as it was.
    """
    folder = Path(os.path.realpath(folder))
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with _alone(folder.parent):
            _refuse_foreign(folder)
            _remove_leftovers(folder)
            staging = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".new", dir=folder.parent))
            try:
                _fill(staging, folder, files, replaced)
                _exchange(staging, folder)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        hint = "check the folder's permissions and free space, or choose another with --output"
        raise OutputError(_not_written(folder, error, hint)) from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Wait until no other build writes beside this folder; the lock goes with the process, however it ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _not_written(path: Path, error: OSError, hint: str) -> Problem:
    message = f"{path} can't be written: {error.strerror or error}"
    return Problem(kind="not-written", message=message, hint=hint)


def write_new(files: Mapping[Path, bytes]) -> None:
    """Write files where none is yet; raise `OutputError`, and write nothing, where one exists or can't be written."""
    try:
        for path in files:
            if path.exists():
                raise FileExistsError(None, "it exists already", str(path))
        for path, content in files.items():
            with path.open("xb") as file:
                file.write(content)
    except OSError as error:
        raise OutputError(_not_written(Path(error.filename or path), error, "choose another name")) from error


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder that has other files than a site's: it would be copied and swapped whole."""
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / "data").is_dir())):
        problem = Problem(
            kind="foreign-folder",
            message=f"{folder} holds something else than a site",
            hint="choose an empty folder, or one that reportgen has written, with --output",
        )
        raise OutputError(problem)


def _remove_leftovers(folder: Path) -> None:
    """Remove the staging folders that a killed run left behind."""
    for left in folder.parent.glob(f".{folder.name}.*.new"):
        shutil.rmtree(left, ignore_errors=True)


def _fill(staging: Path, folder: Path, files: Sequence[OutputFile], replaced: Sequence[str]) -> None:
    """Link what is kept into the staging folder, then add the new files."""
    if folder.exists():
        shutil.copytree(folder, staging, symlinks=True, copy_function=_link_or_copy, dirs_exist_ok=True)
    else:
        staging.chmod(0o777 & ~_umask())
    for pattern in replaced:
        for match in tuple(staging.glob(pattern)):
            _refuse_outside(match.parent, staging)
            if match.is_symlink() or not match.is_dir():
                match.unlink()
            else:
                shutil.rmtree(match)
    for file in files:
        target = staging / file.path
        _refuse_outside(target.parent, staging)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        target.write_bytes(file.content)


def _refuse_outside(place: Path, staging: Path) -> None:
    """Touch nothing that a symbolic link in the site leads to elsewhere."""
    if not place.resolve().is_relative_to(staging.resolve()):
        link = place.relative_to(staging).as_posix()
        raise OSError(None, f"a symbolic link leads out of the site at {link}")


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _exchange(staging: Path, folder: Path) -> None:
    """Let the two folders change places; in one step where the system can (Linux's `renameat2`)."""
    if not folder.exists():
        staging.rename(folder)
        return
    with suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        done = libc.renameat2(_AT_FDCWD, os.fsencode(staging), _AT_FDCWD, os.fsencode(folder), _RENAME_EXCHANGE)
        if done == 0:
            return
    aside = staging.with_suffix(".old.new")
    folder.rename(aside)
    staging.rename(folder)
    aside.rename(staging)
