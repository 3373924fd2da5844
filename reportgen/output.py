"""Writes a whole site or nothing: a new tree is made beside the old one and takes its place in one step.

Does not know what is in the files.
"""

import ctypes
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from reportgen.errors import OutputError, Problem
from reportgen.storage import LocalFolder, Storage

_RENAME_EXCHANGE = 2
_AT_FDCWD = -100


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFile:
    """A file to be written."""

    path: PurePosixPath
    """Where it belongs below the site's folder: `nb/2013-11/index.html`."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderKind:
    """What a folder is for, so that one with other files in it is refused."""

    name: str
    """`a site`."""
    sign: str
    """Glob pattern of what stands in every folder of this kind: `data/`."""


SITE = FolderKind(name="a site", sign="data/")


class Staging:
    """A new tree beside the one that it will take the place of; nothing of it is seen before it is published."""

    def __init__(self, folder: Path, place: Path, kind: FolderKind, *, stood: bool = False) -> None:
        """Begin with nothing in it; `stood` says that the folder was there before, and must be there at the end."""
        self.folder = folder
        """The folder that it will become."""
        self._place, self._kind = place, kind
        self._stood = stood
        self._added: set[PurePosixPath] = set()

    @property
    def stands(self) -> Storage:
        """What reads the folder as it stands."""
        return LocalFolder(self.folder)

    def add(self, files: Iterable[OutputFile]) -> None:
        """Put files into the tree; later ones take the place of earlier ones."""
        with _told(self.folder):
            for file in files:
                _free_place(self._place, file.path).write_bytes(file.content)
                self._added.add(file.path)

    def read(self, path: PurePosixPath) -> bytes:
        """Return the content of a file that was put into the tree."""
        with _told(self.folder):
            return (self._place / path).read_bytes()

    def drop(self, paths: Iterable[PurePosixPath]) -> None:
        """Take files out of the tree again."""
        with _told(self.folder):
            for path in paths:
                (self._place / path).unlink(missing_ok=True)
                self._added.discard(path)

    def paths(self) -> Iterator[PurePosixPath]:
        """Return where each file that was put into the tree belongs, in order."""
        return iter(sorted(self._added))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Wait until no other build changes the folder, and let none until the end."""
        with _told(self.folder), _alone(self.folder.parent):
            _refuse_foreign(self.folder, self._kind)
            _refuse_mounted(self.folder)
            if self._stood:
                _refuse_gone(self.folder)
            self._stood = self.folder.exists()
            _remove_leftovers(self.folder)
            yield

    def publish(self, replaced: Sequence[str] = ()) -> None:
        """Let the tree take the folder's place, in one step; whatever else stands there is kept.

        `replaced` holds glob patterns below the folder, such as `*/2013-11`, whose matches are dropped.
        Call it while `alone`. Raise `OutputError` where the folder can't be written; it is then as it was.
        """
        with _told(self.folder), _new_tree(self.folder) as whole:
            if self._stood:
                _link_old(whole, self.folder, replaced)
            for path in self.paths():
                target = _free_place(whole, path)
                (self._place / path).rename(target)
            _exchange(whole, self.folder)


@contextmanager
def stage(folder: Path, kind: FolderKind = SITE) -> Iterator[Staging]:
    """Prepare a new tree for a folder; it is gone afterwards, published or not.

    Raise `OutputError` where the folder holds something else than its kind, or can't be written beside.
    """
    folder = Path(os.path.realpath(folder))
    put_back(folder)
    stood = folder.exists()
    with _told(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        _refuse_foreign(folder, kind)
        _refuse_mounted(folder)
        with _new_tree(folder) as place:
            yield Staging(folder, place, kind, stood=stood)


def write_site(
    folder: Path, files: Iterable[OutputFile], *, replaced: Sequence[str] = (), kind: FolderKind = SITE
) -> None:
    """Write the files into the folder, all of them or none; whatever else stands there is kept.

    `replaced` holds glob patterns below the folder, such as `*/2013-11`, whose matches are dropped first.
    Raise `OutputError` where the folder can't be written; it is then as it was.
    """
    with stage(folder, kind) as staging:
        staging.add(files)
        with staging.alone():
            staging.publish(replaced)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turn what the system refuses into an error that says what to do."""
    try:
        yield
    except OSError as error:
        hint = "check the folder's permissions and free space, or choose another with --output"
        raise OutputError(_not_written(folder, error, hint)) from error


@contextmanager
def _new_tree(folder: Path) -> Iterator[Path]:
    """Make a folder beside this one, which is gone at the end unless it was renamed; it is locked while it is used."""
    place, handle = _locked_folder(folder)
    try:
        place.chmod(0o777 & ~_umask())
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(handle)


def _locked_folder(beside: Path) -> tuple[Path, int]:
    """Make and lock a folder; until it is locked, another build may take it for a left-over and remove it."""
    while True:
        place = Path(tempfile.mkdtemp(prefix=f".{beside.name}.", suffix=".new", dir=beside.parent))
        with suppress(FileNotFoundError):
            handle = os.open(place, os.O_RDONLY)
            fcntl.flock(handle, fcntl.LOCK_EX)
            if place.exists():
                return place, handle
            os.close(handle)


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
    reason = error.strerror or str(error)
    if isinstance(error, shutil.Error):  # of a whole tree: what went wrong first, as its files' names and a text
        reason = re.sub(r"^\[Errno \d+\] |: '.*", "", str(error.args[0][0][2]))
    return Problem(kind="not-written", message=f"{path} can't be written: {reason}", hint=hint)


def write_new(files: Mapping[Path, bytes]) -> None:
    """Write files where none is yet; raise `OutputError`, and write nothing, where one exists or can't be written."""
    for path in files:
        if path.exists():
            error = FileExistsError(None, "it exists already")
            raise OutputError(_not_written(path, error, "choose another name")) from error
    written: list[Path] = []
    try:
        with ExitStack() as stack:
            for path in files:
                _remove_leftovers(path)
            whole = {path: stack.enter_context(_new_tree(path)) / "whole" for path in files}
            for path, place in whole.items():
                place.write_bytes(files[path])
            for path, place in whole.items():
                _place_new(place, path)
                written.append(path)
    except BaseException as error:
        for each in written:
            each.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        exists = isinstance(error, FileExistsError)
        hint = "choose another name" if exists else "check the folder's permissions and free space"
        raise OutputError(_not_written(path, error, hint)) from error


def _place_new(whole: Path, path: Path) -> None:
    """Let a file that is written have a name that is free, in one step where the system can."""
    try:
        os.link(whole, path)
    except FileExistsError:
        raise
    except OSError:  # a disk without links
        file = path.open("xb")
        try:
            with file:
                file.write(whole.read_bytes())
        except BaseException:
            path.unlink()
            raise


def _refuse_foreign(folder: Path, kind: FolderKind) -> None:
    """Refuse a folder that has other files than those of its kind: it would be copied and swapped whole."""
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not any(folder.glob(kind.sign)))):
        problem = Problem(
            kind="foreign-folder",
            message=f"{folder} holds something else than {kind.name}",
            hint="choose an empty folder, or one that reportgen has written, with --output",
        )
        raise OutputError(problem)


def _refuse_gone(folder: Path) -> None:
    """Refuse a folder that is no longer there: without what it held, the site would lack all other months."""
    if not folder.exists():
        problem = Problem(
            kind="site-gone",
            message=f"{folder} was removed while it was built",
            hint="put it back, and run the command again; a new site would have no other months",
        )
        raise OutputError(problem)


def _refuse_mounted(folder: Path) -> None:
    """Refuse a folder that is a mounted disk, which can't be moved, or has one inside, which would be emptied."""
    for mount in _mounts():
        if mount == folder or folder in mount.parents:
            other = f"choose a folder inside it with --output: {folder / 'site'}"
            problem = Problem(
                kind="mounted-folder",
                message=f"a disk is mounted at {mount}, so that no new site can take its place",
                hint=other if mount == folder else "unmount it, or choose another folder with --output",
            )
            raise OutputError(problem)


def _mounts() -> Iterator[Path]:
    """Return where disks and folders are mounted, as far as the system tells."""
    with suppress(OSError):
        for line in Path("/proc/self/mountinfo").read_bytes().splitlines():
            escaped = line.split()[4]
            yield Path(os.fsdecode(re.sub(rb"\\(\d{3})", lambda code: bytes([int(code[1], 8)]), escaped)))


def put_back(folder: Path) -> None:
    """Put a site back in its place that a killed run had set aside; where folders can be exchanged, none ever is."""
    folder = Path(os.path.realpath(folder))
    if folder.exists() or not folder.parent.is_dir():
        return
    with _told(folder), _alone(folder.parent):
        aside = _left_over(folder, "old")
        if aside and not folder.exists():
            aside[0].rename(folder)


def _remove_leftovers(folder: Path) -> None:
    """Remove the new trees that a killed run left behind; those that are in use are locked."""
    for left in [*_left_over(folder, "new"), *_left_over(folder, "old")]:
        with suppress(OSError):
            handle = os.open(left, os.O_RDONLY)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(left, ignore_errors=True)
            finally:
                os.close(handle)


def _left_over(folder: Path, what: str) -> list[Path]:
    """Return the trees beside a folder that a run made for it, and for no other: `.site.k3v_p0aq.new`."""
    name = re.compile(rf"\.{re.escape(folder.name)}\.[a-z0-9_]+\.{what}")
    return [path for path in folder.parent.iterdir() if name.fullmatch(path.name)]


def _link_old(tree: Path, folder: Path, replaced: Sequence[str]) -> None:
    """Link what stands in the folder into a new tree, without what is replaced."""
    try:
        shutil.copytree(folder, tree, symlinks=True, copy_function=_link_or_copy, dirs_exist_ok=True)
    finally:
        _refuse_gone(folder)
    for pattern in replaced:
        for match in tuple(tree.glob(pattern)):
            _refuse_outside(match.parent, tree)
            if match.is_symlink() or not match.is_dir():
                match.unlink()
            else:
                shutil.rmtree(match)


def _free_place(tree: Path, path: PurePosixPath) -> Path:
    """Return where a file belongs in a tree; nothing stands there."""
    target = tree / path
    _refuse_outside(target.parent, tree)
    for folder in reversed(path.parents[:-1]):  # not the tree's own: if that is gone, so are files that it had
        (tree / folder).mkdir(exist_ok=True)
    target.unlink(missing_ok=True)
    return target


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
    aside = staging.with_suffix(".old")
    folder.rename(aside)
    try:
        staging.rename(folder)
    finally:
        if not folder.exists():
            aside.rename(folder)
    aside.rename(staging)
