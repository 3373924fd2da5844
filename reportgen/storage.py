"""Where a site stands: a folder of this machine, or anywhere that fsspec reaches, such as a bucket.

Says what stands there, reads, and writes one file at a time elsewhere than in a folder of this machine; knows nothing
of what a site is. The only module that knows fsspec, which is optional and brings each protocol's library.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Protocol, TypeAlias

from reportgen.errors import DefinitionError, OutputError, Problem
from reportgen.media_types import media_type

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

GUIDE = "docs/how-to/publish-to-a-bucket.md has more"
_LOCAL = re.compile(r"(file|local)://(?P<path>.*)", re.DOTALL)
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]*(::[\w+.:/-]+)?://.*", re.DOTALL)
_ALMOST = re.compile(r"(?P<protocol>[A-Za-z][\w+.-]*):/*(?P<rest>.*)", re.DOTALL)
_TOP = PurePosixPath()
_SECRET = re.compile(r"//[^/@]*@")
_TYPED = {"s3": "ContentType", "s3a": "ContentType"}
"""What the protocols call the type of a file that is written."""


class Storage(Protocol):
    """What is read of a site, wherever it stands."""

    def find(self, pattern: str) -> tuple[PurePosixPath, ...]:
        """Return the files and folders that match a glob pattern such as `data/*/manifest.json`, in order."""
        ...

    def paths(self) -> tuple[PurePosixPath, ...]:
        """Return every file that stands there, in order; nothing where nothing stands."""
        ...

    def read(self, path: PurePosixPath) -> bytes:
        """Return a file's content; raise `OSError` where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """A folder of this machine."""

    folder: Path

    def find(self, pattern: str) -> tuple[PurePosixPath, ...]:
        """Return what matches a glob pattern, in order."""
        return tuple(sorted(PurePosixPath(path.relative_to(self.folder)) for path in self.folder.glob(pattern)))

    def paths(self) -> tuple[PurePosixPath, ...]:
        """Return every file, in order; whatever is no folder counts, as does a link to one, which isn't followed."""
        found = (path for path in self.folder.rglob("*") if path.is_symlink() or not path.is_dir())
        return tuple(sorted(PurePosixPath(path.relative_to(self.folder)) for path in found))

    def read(self, path: PurePosixPath) -> bytes:
        """Return a file's content."""
        file = self.folder / path
        if file.exists() and not file.is_file():  # a pipe would be waited for, a device might never end
            raise FileNotFoundError(None, "it is no file", str(file))
        return file.read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFolder:
    """A folder, or what stands for one, that fsspec reaches; problems are `OutputError`s that name its address."""

    address: str
    """As it is told, without passwords: `s3://bucket/statistics`."""
    system: "AbstractFileSystem" = field(repr=False)
    root: str
    """What the file system calls it: `bucket/statistics`."""

    def __str__(self) -> str:
        """Return the address."""
        return self.address

    @property
    def is_quick_in_parallel(self) -> bool:
        """Whether several files may be sent or read at the same time."""
        return bool(self.system.async_impl)

    def find(self, pattern: str) -> tuple[PurePosixPath, ...]:
        """Return what matches a glob pattern, in order."""
        parts = PurePosixPath(pattern).parts
        fixed = next((number for number, part in enumerate(parts) if re.search(r"[*?[]", part)), len(parts) - 1)
        files = self.sizes(PurePosixPath(*parts[:fixed]))
        return tuple(sorted({start for path in files if (start := matching_start(path, pattern))}))

    def paths(self) -> tuple[PurePosixPath, ...]:
        """Return every file, in order."""
        return tuple(self.sizes())

    def read(self, path: PurePosixPath) -> bytes:
        """Return a file's content; raise `FileNotFoundError` where there is none."""
        with self._told("can't be read", path, passing=(FileNotFoundError,)):
            content: bytes = self.system.cat_file(self._place(path))
        return content

    def content(self, path: PurePosixPath) -> bytes:
        """Return a file's content, empty where there is none."""
        try:
            return self.read(path)
        except FileNotFoundError:
            return b""

    def sizes(self, below: PurePosixPath = _TOP) -> Mapping[PurePosixPath, int]:
        """Return the bytes of each file that stands there now, or below a folder of it, by path."""
        return {PurePosixPath(name): size for name, size in self._objects(below).items() if _is_path(name)}

    def odd_names(self) -> tuple[str, ...]:
        """Return what stands there under a name that no file below a folder has, such as `nb//index.html`.

        A bucket takes any name. An empty one that ends with a slash stands for a folder.
        """
        objects = self._objects(_TOP).items()
        return tuple(name for name, size in objects if not _is_path(name) and (size or not name.endswith("/")))

    def _objects(self, below: PurePosixPath) -> Mapping[str, int]:
        """Return the bytes of each object by its name below the root, in order."""
        with self._told("can't be read"):
            self.system.invalidate_cache()
            found = self.system.find(self._place(below), detail=True)
        start = len(self._start)
        return {name[start:]: int(about["size"] or 0) for name, about in sorted(found.items()) if name[start:]}

    def write(self, path: PurePosixPath, content: bytes) -> None:
        """Write a file, with its media type where the protocol has one."""
        place, typed = self._place(path), self._typed(path)
        with self._told("can't be written", path, changing=True):
            try:
                self.system.pipe_file(place, content, **typed)
            except FileNotFoundError:
                if typed:  # a bucket needs no folders, so it is the bucket that is missing
                    raise
                self.system.makedirs(place.rpartition("/")[0], exist_ok=True)
                self.system.pipe_file(place, content)

    def write_over(self, path: PurePosixPath, known: bytes, content: bytes) -> bool:
        """Write a file in place of one that is `known`, empty for none; tell whether it stands there now.

        Another one is left alone. Where the protocol has conditions, nobody else's comes between the look and the
        writing either; a server that doesn't understand them is asked without.
        """
        conditions = self._conditions(path)
        standing = self.content(path)
        if standing == known and conditions:
            with suppress(Exception):  # each file system has errors of its own; what stands there tells more
                self.system.pipe_file(self._place(path), content, **self._typed(path), **conditions)
                return True
            standing = self.content(path)
        if standing == known:
            self.write(path, content)
        return standing in {known, content}

    def _conditions(self, path: PurePosixPath) -> Mapping[str, str]:
        """Return what lets a file be written only while that which stands there now does."""
        if _protocol(self.system) not in _TYPED:
            return {}
        with self._told("can't be read", path):
            try:
                return {"IfMatch": self.system.info(self._place(path), refresh=True)["ETag"]}
            except FileNotFoundError:
                return {"IfNoneMatch": "*"}

    def _typed(self, path: PurePosixPath) -> Mapping[str, str]:
        """Return what tells the protocol a file's media type, where it has one."""
        typed = _TYPED.get(_protocol(self.system))
        return {typed: media_type(path)} if typed else {}

    def remove(self, path: PurePosixPath) -> None:
        """Remove a file."""
        with self._told("can't be removed", path, changing=True):
            self.system.rm_file(self._place(path))

    @property
    def _start(self) -> str:
        """What each file's name begins with in the file system."""
        return f"{self.root}/" if self.root else str(self.system.root_marker)

    def _place(self, path: PurePosixPath) -> str:
        return f"{self._start}{path}" if path.parts else self.root or self._start

    @contextmanager
    def _told(
        self,
        what: str,
        path: PurePosixPath = _TOP,
        *,
        changing: bool = False,
        passing: tuple[type[Exception], ...] = (),
    ) -> Iterator[None]:
        """Turn what the file system raises into an error that says what to do; `path` is that of a file.

        Each file system has errors of its own, and nothing but its functions is called inside.
        """
        try:
            yield
        except passing:
            raise
        except Exception as error:
            kind = "not-written" if changing else "no-storage"
            name = f"{self.address}/{path}" if path.parts else self.address
            reason = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
            problem = Problem(kind=kind, message=f"{name} {what}: {reason}", hint=_hint(error, changing=changing))
            raise OutputError(problem) from error


Place: TypeAlias = Path | RemoteFolder
"""Where a site is to stand."""


def find_place(output: str) -> Place:
    """Return what `--output` names: a folder of this machine, or an address such as `s3://bucket/statistics`.

    Raise `DefinitionError` for an address that is none, or whose protocol has no library here.
    """
    if local := _LOCAL.fullmatch(output):
        return Path(local["path"])
    if _ADDRESS.fullmatch(output):
        return _open(output)
    if (almost := _ALMOST.fullmatch(output)) and not Path(output).exists():
        hint = f"write an address as {almost['protocol']}://{almost['rest']}, and a folder as ./{output}"
        raise DefinitionError(_wrong(f'"{output}" is neither a folder nor an address', hint))
    return Path(output)


def storage_of(place: Place | Storage) -> Storage:
    """Return what reads a site that stands there."""
    return LocalFolder(place) if isinstance(place, Path) else place


def matching_start(path: PurePosixPath, pattern: str) -> PurePosixPath | None:
    """Return the file or the folder above it that matches a glob pattern.

    >>> matching_start(PurePosixPath("nb/2013-11/figures/index.svg"), "*/2013-11")
    PurePosixPath('nb/2013-11')
    """
    wanted = PurePosixPath(pattern).parts
    start = path.parts[: len(wanted)]
    fits = len(start) == len(wanted) and all(map(fnmatchcase, start, wanted))
    return PurePosixPath(*start) if fits else None


def _is_path(name: str) -> bool:
    """Tell whether an object's name is that of a file below a folder."""
    return str(PurePosixPath(name)) == name and not {"..", "/"} & set(PurePosixPath(name).parts)


def _open(output: str) -> RemoteFolder:
    address = _SECRET.sub("//", output).rstrip("/")
    protocol = output.partition(":")[0]
    try:
        from fsspec import url_to_fs  # noqa: PLC0415 - optional
    except ImportError as error:
        hint = "pip install reportgen[remote]"
        raise DefinitionError(_wrong(f"{address} needs fsspec, which is not installed", hint)) from error
    if not output.partition("://")[2].strip("/"):
        raise DefinitionError(_wrong(f'"{output}" names no place', f"write it as {protocol}://bucket/folder"))
    try:
        system, root = url_to_fs(output)
    except ImportError as error:
        hint = f"install what it names; for s3:// that is pip install reportgen[remote]; {GUIDE}"
        raise DefinitionError(_wrong(f"{address} needs a library: {error}", hint)) from error
    except ValueError as error:
        hint = f"correct the address; {GUIDE}"
        raise DefinitionError(_wrong(f"{address} is no address: {error}", hint)) from error
    except OSError as error:
        message = f"{address} can't be read: {error.strerror or error}"
        hint = _hint(error, changing=False)
        raise OutputError(Problem(kind="no-storage", message=message, hint=hint)) from error
    return RemoteFolder(address=address, system=system, root=root.rstrip("/"))


def _protocol(system: "AbstractFileSystem") -> str:
    return system.protocol if isinstance(system.protocol, str) else system.protocol[0]


def _wrong(message: str, hint: str) -> Problem:
    return Problem(kind="option", message=message, hint=hint)


def _hint(error: Exception, *, changing: bool) -> str:
    if isinstance(error, NotImplementedError):
        return "choose an address that can be written to"
    if isinstance(error, FileNotFoundError):
        return "make the bucket first, or correct the address"
    if changing:
        return "mend that and run the command again: what is there already is not sent again"
    return f"check the address, the credentials and the network; {GUIDE}"
