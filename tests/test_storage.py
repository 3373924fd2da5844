"""A site is found, read and written alike wherever it stands, and what can't be is told in one message."""

import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import ClassVar

import pytest
from click.testing import CliRunner
from fsspec.implementations.local import LocalFileSystem
from fsspec.implementations.memory import MemoryFile, MemoryFileSystem

from reportgen.cli import main
from reportgen.errors import DefinitionError, OutputError, ReportgenError
from reportgen.storage import LocalFolder, RemoteFolder, Storage, find_place

FILES = {
    "data/2013-10/manifest.json": b"{}",
    "data/latest/observations.csv": b"1,2",
    "nb/2013-10/index.html": b"page",
    "versions/2013-10/1/nb/2013-10/index.html": b"",
}
GUIDE = "docs/how-to/publish-to-a-bucket.md has more"


def problem(address: str, kind: type[ReportgenError] = DefinitionError) -> tuple[str, str, str]:
    """Return the one problem that an address has."""
    with pytest.raises(kind) as caught:
        find_place(address)
    (found,) = caught.value.problems
    return found.kind, found.message, found.hint


@pytest.mark.parametrize(
    ("output", "folder"),
    [
        ("site", "site"),
        ("../a b/site/", "../a b/site"),
        ("/srv/2013:11", "/srv/2013:11"),
        ("./s3:/bucket", "s3:/bucket"),
        ("file:///srv/site", "/srv/site"),
    ],
)
def test_a_folder_of_this_machine_is_a_path(output: str, folder: str) -> None:
    """Whatever doesn't begin like an address is a folder, and so is an address of this machine's files."""
    assert find_place(output) == Path(folder)


def test_an_address_is_a_remote_folder() -> None:
    """It is told as it was given, without a slash at its end."""
    place = find_place("memory://statistics/site/")
    assert isinstance(place, RemoteFolder)
    assert (str(place), place.root) == ("memory://statistics/site", "/statistics/site")


@pytest.mark.parametrize(
    ("address", "message", "hint"),
    [
        (
            "s3:/bucket/site",
            '"s3:/bucket/site" is neither a folder nor an address',
            "write an address as s3://bucket/site, and a folder as ./s3:/bucket/site",
        ),
        (
            "s3:bucket",
            '"s3:bucket" is neither a folder nor an address',
            "write an address as s3://bucket, and a folder as ./s3:bucket",
        ),
        ("s3://", '"s3://" names no place', "write it as s3://bucket/folder"),
        (
            "s4://bucket",
            "s4://bucket is no address: Protocol not known: s4",
            f"correct the address; {GUIDE}",
        ),
    ],
)
def test_an_address_that_is_none_is_told(address: str, message: str, hint: str) -> None:
    """A mistyped address makes no folder of that name."""
    assert problem(address) == ("option", message, hint)


def test_a_folder_that_is_there_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder whose name looks like a mistyped address is used where it exists."""
    monkeypatch.chdir(tmp_path)
    Path("site:old").mkdir()
    assert find_place("site:old") == Path("site:old")


def test_without_the_library_an_address_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who installed the program without the extra learns its name; a folder needs nothing."""
    monkeypatch.setitem(sys.modules, "fsspec", None)
    assert problem("s3://bucket") == (
        "option",
        "s3://bucket needs fsspec, which is not installed",
        "pip install reportgen[remote]",
    )
    assert find_place("site") == Path("site")


def test_without_a_protocol_s_library_its_name_is_told() -> None:
    """Most protocols have a library of their own; fsspec says which one."""
    kind, message, hint = problem("gs://bucket")
    assert (kind, message) == ("option", "gs://bucket needs a library: Please install gcsfs to access Google Storage")
    assert hint.startswith("install what it names")


def test_a_password_in_an_address_is_not_told() -> None:
    """A server that refuses is told without the password that it was to get."""
    kind, message, hint = problem("ftp://kari:secret@127.0.0.1:9/site", OutputError)
    assert (kind, message) == ("no-storage", "ftp://127.0.0.1:9/site can't be read: Connection refused")
    assert hint == f"check the address, the credentials and the network; {GUIDE}"


def local(folder: Path) -> Storage:
    """Return a folder of this machine with the files."""
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return LocalFolder(folder)


def memory(_: Path) -> Storage:
    """Return a folder in memory with the files, beside one whose name begins alike."""

    class Memory(MemoryFileSystem):  # type: ignore[misc] # no types
        store: ClassVar[dict[str, MemoryFile]] = {}
        pseudo_dirs: ClassVar[list[str]] = [""]

    place = RemoteFolder(address="memory://site", system=Memory(skip_instance_cache=True), root="/site")
    for name, content in FILES.items():
        place.write(PurePosixPath(name), content)
    place.system.pipe_file("/site-old/data/2013-09/manifest.json", b"{}")
    return place


def mounted(folder: Path) -> Storage:
    """Return a folder where folders must be made before files stand in them."""
    place = RemoteFolder(address="mounted://", system=LocalFileSystem(), root=str(folder))
    for name, content in FILES.items():
        place.write(PurePosixPath(name), content)
    return place


@pytest.mark.parametrize("storage", [local, memory, mounted])
def test_every_storage_finds_and_reads_alike(storage: Callable[[Path], Storage], tmp_path: Path) -> None:
    """Files and folders are found by patterns, in order; what isn't there is an `OSError`."""
    known = storage(tmp_path)
    assert known.find("data/*/manifest.json") == (PurePosixPath("data/2013-10/manifest.json"),)
    assert known.find("data/*") == (PurePosixPath("data/2013-10"), PurePosixPath("data/latest"))
    assert known.find("versions/[0-9]*-[0-9]*/[0-9]*") == (PurePosixPath("versions/2013-10/1"),)
    assert known.find("en/*") == ()
    assert known.find("nb/2013-10") == (PurePosixPath("nb/2013-10"),)
    assert known.read(PurePosixPath("data/latest/observations.csv")) == b"1,2"
    with pytest.raises(OSError, match=r"manifest\.json"):
        known.read(PurePosixPath("data/2013-09/manifest.json"))


@pytest.mark.parametrize("storage", [memory, mounted])
def test_a_remote_folder_tells_sizes_and_removes(storage: Callable[[Path], Storage], tmp_path: Path) -> None:
    """Each file has its size, also an empty one; a removed one is gone."""
    known = storage(tmp_path)
    assert isinstance(known, RemoteFolder)
    assert known.sizes() == {PurePosixPath(name): len(content) for name, content in FILES.items()}
    known.remove(PurePosixPath("data/latest/observations.csv"))
    assert list(known.sizes(PurePosixPath("data"))) == [PurePosixPath("data/2013-10/manifest.json")]


def test_what_a_file_system_raises_is_told() -> None:
    """Each has errors of its own: all of them name the address, and the file that was to be changed."""

    class Broken(MemoryFileSystem):  # type: ignore[misc] # no types
        def pipe_file(self, *_: object, **__: object) -> None:
            raise NotImplementedError

        def find(self, *_: object, **__: object) -> None:
            message = "the tape is full"
            raise RuntimeError(message)

    place = RemoteFolder(address="tape://1", system=Broken(skip_instance_cache=True), root="/")
    with pytest.raises(OutputError) as caught:
        place.sizes()
    assert caught.value.problems[0].message == "tape://1 can't be read: the tape is full"
    with pytest.raises(OutputError) as caught:
        place.write(PurePosixPath("nb/index.html"), b"")
    (found,) = caught.value.problems
    assert found.message == "tape://1/nb/index.html can't be written: NotImplementedError"
    assert found.hint == "choose an address that can be written to"


def test_a_mistyped_address_ends_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line refuses it as it refuses any wrong option, and makes no folder."""
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["build", "--output", "s3:/bucket", "--no-cache"])
    assert result.exit_code == 2
    assert result.stderr.startswith('error: "s3:/bucket" is neither a folder nor an address\n  hint: ')
    assert list(tmp_path.iterdir()) == []
