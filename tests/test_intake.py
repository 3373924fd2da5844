"""Files are read only if they are ordinary and of a fair size, and tell where they stand."""

import os
from pathlib import Path

import pytest

from reportgen.intake import UnfitFileError, is_fit, read_file, stands_inside


def test_a_file_as_large_as_allowed_is_read(tmp_path: Path) -> None:
    """The limit is the largest size that is still read."""
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    assert read_file(file, 5) == b"12345"
    with pytest.raises(UnfitFileError, match="at most 0 MB"):
        read_file(file, 4)


def test_a_huge_file_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gigabyte is refused by its size, before a byte of it is read."""
    file = tmp_path / "file"
    file.touch()
    os.truncate(file, 1_000_000_000)
    monkeypatch.setattr(os, "read", None)
    with pytest.raises(UnfitFileError) as caught:
        read_file(file, 2_000_000)
    assert caught.value.strerror == "it has 1,000.0 MB, and at most 2 MB are read"


def test_what_grows_without_a_size_is_refused() -> None:
    """A file that says that it has no bytes, and has, is read to the limit and no further."""
    with pytest.raises(UnfitFileError):
        read_file(Path("/proc/self/status"), 10)


def test_a_pipe_or_a_device_is_refused_at_once(tmp_path: Path) -> None:
    """Nobody waits for what a pipe may bring some day, or reads what never ends."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(UnfitFileError, match="not an ordinary file"):
            read_file(path, 10)


def test_links_and_dots_are_followed(tmp_path: Path) -> None:
    """What stands inside is told by where the way ends, not by how it is written."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out").symlink_to(tmp_path)
    (folder / "in").symlink_to(folder)
    (folder / "loop").symlink_to(folder / "loop")
    inside = {name: stands_inside(folder / name, folder) for name in ("a", "b/../a", "in/a", "../a", "out/a", "/etc/a")}
    assert inside == {"a": True, "b/../a": True, "in/a": True, "../a": False, "out/a": False, "/etc/a": False}
    assert not stands_inside(folder / "loop", folder)


def test_only_fit_files_are_inputs(tmp_path: Path) -> None:
    """What is huge, no ordinary file or a link out of the folder is neither hashed nor sent to another machine."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret").touch()
    (folder / "small").touch()
    (folder / "huge").touch()
    os.truncate(folder / "huge", 1_000_000_000)
    os.mkfifo(folder / "pipe")
    (folder / "link").symlink_to(tmp_path / "secret")
    names = ("small", "huge", "pipe", "link", "missing")
    assert [name for name in names if is_fit(folder / name, folder)] == ["small"]
