"""The cache gives back what was kept, whole or not at all, and nothing depends on it."""

import os
import shutil
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from reportgen.artefacts import Consulted, Files, Workshop
from reportgen.cache import Cache, cache_folder

FILES = {"a.txt": b"one", "b/c.txt": b"", "d": b"one"}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    """Return an empty cache."""
    return Cache(tmp_path / "cache")


def contents(cache: Cache) -> list[Path]:
    """Return every file of the cache."""
    return sorted(path for path in cache.folder.rglob("*") if path.is_file())


def test_what_is_kept_comes_back(cache: Cache) -> None:
    """Names and contents are the same, also for a new object; what nobody kept isn't there."""
    cache.keep("key", FILES)
    assert Cache(cache.folder).recall("key") == FILES
    assert cache.recall("another") is None


def test_a_later_one_takes_its_place(cache: Cache) -> None:
    """What is kept under the same key again is what comes back."""
    cache.keep("key", FILES)
    cache.keep("key", {"a.txt": b"two"})
    assert cache.recall("key") == {"a.txt": b"two"}


@pytest.mark.parametrize("spoil", [b"", b"onf", b"one more", b"{}"])
def test_what_is_damaged_is_not_there(cache: Cache, spoil: bytes) -> None:
    """A file with other bytes than were kept, wherever it is, loses its entry and no other."""
    cache.keep("other", {"x": b"another"})
    before = set(contents(cache))
    cache.keep("key", {"a.txt": b"one"})
    for path in set(contents(cache)) - before:
        kept = path.read_bytes()
        path.write_bytes(spoil)
        assert cache.recall("key") in (None, {})
        assert cache.recall("other") == {"x": b"another"}
        path.write_bytes(kept)
    assert cache.recall("key") == {"a.txt": b"one"}


def test_it_may_be_deleted_at_any_time(cache: Cache) -> None:
    """After any one of its files is gone, an entry is whole or not there; without its folder, it begins anew."""
    cache.keep("key", FILES)
    for path in contents(cache):
        path.unlink()
        assert cache.recall("key") is None
        cache.keep("key", FILES)
        assert cache.recall("key") == FILES
    shutil.rmtree(cache.folder)
    assert cache.recall("key") is None


def test_a_cache_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    """Where a file stands in the folder's place, nothing is kept and nothing fails."""
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    cache = Cache(tmp_path / "file" / "cache")
    cache.keep("key", FILES)
    assert cache.recall("key") is None
    cache.trim(0)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_it_forgets_what_was_used_longest_ago(cache: Cache) -> None:
    """Trimmed to a size, it has lost the oldest entries, and those that were used since are whole."""
    for number in range(10):
        cache.keep(f"key {number}", {"file": bytes([number]) * 1000})
        for path in contents(cache):
            status = path.stat()
            os.utime(path, (status.st_atime - 100, status.st_mtime - 100))
    assert cache.recall("key 0")
    cache.trim(7000)
    kept = [number for number in range(10) if cache.recall(f"key {number}")]
    assert kept[0] == 0
    assert kept[1:] == list(range(11 - len(kept), 10))
    assert sum(path.stat().st_size for path in contents(cache)) <= 7000


def test_nothing_is_forgotten_while_there_is_room(cache: Cache) -> None:
    """A cache below its size is left alone."""
    cache.keep("key", FILES)
    cache.trim()
    assert cache.recall("key") == FILES


def keep_and_recall(folder: Path, number: int) -> bool:
    """Keep and recall entries that other processes keep as well; tell whether each came back whole or not at all."""
    cache = Cache(folder)
    sound = True
    for turn in range(100):
        key = f"key {turn % 7}"
        expected = {"file": key.encode() * 500}
        cache.keep(key, expected)
        if (turn + number) % 13 == 0:
            cache.trim(2000)
        sound &= cache.recall(key) in (None, expected)
    return sound


def test_builds_may_share_it(cache: Cache) -> None:
    """Four processes that keep, recall and trim at once never see half a file."""
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        assert all(pool.map(keep_and_recall, [cache.folder] * 4, range(4)))


def test_it_stands_where_the_system_keeps_caches(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In the folder that XDG names if that is absolute, else below the home; without a home there is none."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for named, expected in (("/var/cache/me", Path("/var/cache/me")), ("here", tmp_path / ".cache")):
        monkeypatch.setenv("XDG_CACHE_HOME", named)
        assert cache_folder() == expected / "reportgen"

    def nowhere() -> Path:
        message = "no home"
        raise RuntimeError(message)

    monkeypatch.setattr(Path, "home", nowhere)
    assert cache_folder() is None


def make(workshop: Workshop, *parts: object, messages: Mapping[str, tuple[str, ...]] | None = None) -> bytes:
    """Make or find an artefact that says how often anything was made, and what a message says."""
    catalogue = Consulted(messages or {"used": ("text",)})

    def work() -> Files:
        made.append(parts)
        return {"file": f"{len(made)} {catalogue['used']} {'absent' in catalogue}".encode()}

    return workshop.make("thing", "data", parts, work, [catalogue])["file"]


made: list[object] = []


def test_an_artefact_is_made_once(cache: Cache) -> None:
    """It is found as long as all its parts are the same, and made again when one differs."""
    first = make(one := Workshop(cache=cache), 1, "a")
    one.keep()
    assert make(Workshop(cache=cache), 1, "a") == first
    assert make(Workshop(cache=cache), 1, "b") != first
    assert make(Workshop(), 1, "a") != first


def test_what_was_not_kept_is_made_again(cache: Cache) -> None:
    """Until it is certain that no input changed meanwhile, nobody finds what was made."""
    first = make(Workshop(cache=cache), "not kept")
    assert make(Workshop(cache=cache), "not kept") != first


def test_only_the_messages_that_it_looked_up_count(cache: Cache) -> None:
    """Another text of a message in use makes it anew, as does one that was missed; any other message doesn't."""
    first = make(one := Workshop(cache=cache), 2)
    one.keep()
    assert make(Workshop(cache=cache), 2, messages={"used": ("text",), "other": ("new",)}) == first
    assert make(Workshop(cache=cache), 2, messages={"used": ("texts",)}) != first
    assert make(Workshop(cache=cache), 2, messages={"used": ("text",), "absent": ("here",)}) != first


def test_why_something_was_made(cache: Cache) -> None:
    """The first time there is no reason; later the inputs that differ from those of the last time are named."""
    told = []
    for parts, inputs in ((3, {"a": "1", "b": "1"}), (3, {"a": "1", "b": "2"}), (4, {"a": "2", "b": "2"})):
        workshop = Workshop(cache=cache, inputs=inputs, report="report")
        make(workshop, parts)
        workshop.keep()
        told += workshop.makings
    assert [(making.reused, making.changed) for making in told] == [(False, ()), (True, ()), (False, ("a",))]
    assert {making.artefact for making in told} == {"thing"}
