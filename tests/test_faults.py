"""Whatever happens to a build, the site is the old one or the new one, it is told clearly, and the next run is clean.

The same faults at hundreds of random moments, and kills of builds that lay out PDFs: `make faults`.
"""

import os
import pty
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from faults import PROGRAM, Outcome, Scene, at, beside, finish, mounted, prepare, read_tree, remount
from naive_reading import EXAMPLE, SOURCE

FULL = "No space left on device"
ROOM = "hint: check the folder's permissions and free space, or choose another with --output"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Return a build of the data files that finds them in the cache."""
    return prepare(tmp_path_factory.mktemp("faults"), "data")


@pytest.fixture
def site(scene: Scene, tmp_path: Path) -> Path:
    """Return a copy of the old site, alone in a folder."""
    return scene.lay_out(tmp_path / "place")


def survived(scene: Scene, site: Path, outcome: Outcome, stands: str, code: int, *said: str) -> None:
    """Check which site stands, what was told, and that the next run leaves the new site and nothing beside it.

    A run that ended well leaves nothing itself.
    """
    assert "Traceback" not in outcome.errors
    assert (outcome.code, scene.judge(site)) == (code, stands), outcome.errors
    for text in said:
        assert text in outcome.errors
    if code:
        assert scene.recovers(site)
    assert beside(site) == {site.name}


@contextmanager
def disk(place: Path, *options: str) -> Iterator[Path]:
    """Mount something, or skip the test where nobody may."""
    try:
        mounting = mounted(place, *options)
        mounting.__enter__()
    except (subprocess.CalledProcessError, FileNotFoundError):
        pytest.skip("mounting a disk takes root")
    try:
        yield place
    finally:
        mounting.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("step", "stands"),
    {
        "fcntl.flock:1": "old site",  # nothing is written yet
        "open:5": "old site",  # a part of the files is
        "os.link:9": "old site",  # a part of the old site is in the new tree
        "os.rename:9": "old site",  # a part of the new files is
        "exchange:1": "old site",  # all is ready
        "shutil.rmtree:2": "new site",  # it is published
        "os.remove:40": "new site",  # a part of the old one is removed
    }.items(),
)
def test_a_killed_build(scene: Scene, site: Path, step: str, stands: str) -> None:
    """Before the exchange the old site stands whole, and the new one after it."""
    outcome = scene.run(site, environment=at(step, "kill"))
    survived(scene, site, outcome, stands, -signal.SIGKILL)


def test_a_build_that_is_killed_while_it_begins(scene: Scene, site: Path) -> None:
    """At a moment of no importance nothing has happened."""
    running = scene.start(site)
    time.sleep(0.1)
    running.kill()
    survived(scene, site, finish(running), "old site", -signal.SIGKILL)


def test_a_full_disk(scene: Scene, tmp_path: Path) -> None:
    """Where the new site doesn't fit beside the old one, that is told, and the old one stands."""
    with disk(tmp_path / "disk") as place:
        site = scene.lay_out(place)
        room = sum(len(content) for content in scene.old.values()) + 1_000_000
        remount(place, f"size={room}")
        outcome = scene.run(site)
        remount(place, "size=64m")
        assert beside(site) == {"site"}
        survived(scene, site, outcome, "old site", 6, f"error: {site} can't be written: {FULL}", ROOM)


def test_a_full_disk_at_the_last_step(scene: Scene, site: Path) -> None:
    """A folder that the system refuses to exchange is set aside, and where that is refused as well it stays."""
    survived(scene, site, scene.run(site, environment=at("exchange:1", "error:28")), "new site", 0)


@pytest.mark.parametrize(("name", "size"), [("XDG_CACHE_HOME", "300k"), ("TMPDIR", "4k")])
def test_a_full_disk_elsewhere(scene: Scene, site: Path, tmp_path: Path, name: str, size: str) -> None:
    """Without room for the cache or for temporary files the new site is built all the same."""
    with disk(tmp_path / "disk", "-t", "tmpfs", "-o", f"size={size}", "tmpfs") as place:
        outcome = scene.run(site, environment={name: str(place)})
        survived(scene, site, outcome, "new site", 0)


def test_a_folder_that_is_read_only(scene: Scene, site: Path) -> None:
    """That is told before anything is built, and the site stays."""
    parent = str(site.parent)
    with disk(site.parent, "--bind", parent):
        remount(site.parent, "bind,ro")
        outcome = scene.run(site)
    survived(scene, site, outcome, "old site", 6, f"error: {site} can't be written: Read-only file system", ROOM)


def test_a_site_on_another_disk(scene: Scene, tmp_path: Path) -> None:
    """A site needn't stand where the program, its cache or its temporary files do."""
    with disk(tmp_path / "disk") as place:
        site = scene.lay_out(place)
        survived(scene, site, scene.run(site), "new site", 0)


def test_a_site_that_is_a_disk(scene: Scene, site: Path) -> None:
    """A folder where a disk is mounted can't be exchanged: that is told before anything is built."""
    with disk(site, "--bind", str(site)):
        outcome = scene.run(site)
    said = f"error: a disk is mounted at {site}", f"hint: choose a folder inside it with --output: {site}/site"
    survived(scene, site, outcome, "old site", 6, *said)


def test_a_disk_inside_the_site(scene: Scene, site: Path, tmp_path: Path) -> None:
    """What is mounted in a site isn't emptied when the old site is removed."""
    elsewhere = Path(shutil.copytree(site / "data/2013-10", tmp_path / "elsewhere"))
    with disk(site / "data/2013-10", "--bind", str(elsewhere)):
        outcome = scene.run(site)
    assert read_tree(elsewhere) == read_tree(site / "data/2013-10")
    survived(scene, site, outcome, "old site", 6, f"error: a disk is mounted at {site}/data/2013-10", "hint: unmount")


@pytest.mark.parametrize(
    "step",
    [
        "os.mkdir:1",  # nothing is done yet
        "open:3",  # a part of the files is written
        "fcntl.flock:3",  # all is made, and the old site is about to be linked
        "os.link:9",  # a part of the old site is in the new tree
    ],
)
def test_a_site_that_is_removed(scene: Scene, site: Path, step: str) -> None:
    """No site with nothing but the built month takes its place; once it is put back, all is well."""
    outcome = scene.run(site, environment=at(step, f"remove:{site}"))
    assert beside(site) == set()
    shutil.copytree(scene.folder / "old/site", site)
    survived(scene, site, outcome, "old site", 6, f"error: {site} was removed while it was built\n  hint: put it back")


def test_a_site_that_is_removed_late(scene: Scene, site: Path) -> None:
    """When all that it held is in the new tree, the new site stands."""
    survived(scene, site, scene.run(site, environment=at("os.rename:9", f"remove:{site}")), "new site", 0)


@pytest.mark.parametrize("step", ["open:5", "os.link:9", "os.rename:9"])
def test_a_folder_that_is_removed_with_all_that_is_beside_the_site(scene: Scene, site: Path, step: str) -> None:
    """What is half built is gone as well, and nothing is made of the other half."""
    outcome = scene.run(site, environment=at(step, f"remove:{site.parent}"))
    assert not site.parent.exists()
    scene.lay_out(site.parent)
    survived(scene, site, outcome, "old site", 6, f"error: {site} ", "  hint: ")


@pytest.mark.parametrize("step", ["open:5", "os.link:9", "exchange:1"])
def test_two_builds_at_once(scene: Scene, site: Path, step: str) -> None:
    """One that stands still keeps its half-built tree, or lets the other wait; both end well, whoever is first."""
    first = scene.start(site, environment=at(step, "stop"))
    _, status = os.waitpid(first.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    second = scene.start(site)
    if step == "open:5":
        assert finish(second).code == 0
        assert scene.judge(site) == "new site"
    else:
        time.sleep(1)
        assert scene.judge(site) == "old site"
    first.send_signal(signal.SIGCONT)
    survived(scene, site, finish(first), "new site", 0)
    assert finish(second).code == 0 if second.returncode is None else second.returncode == 0


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_names_with_spaces_and_letters_of_other_languages(scene: Scene, tmp_path: Path, locale: str) -> None:
    """The names of the site, of the folder above it and of the report may be any."""
    site = scene.lay_out(tmp_path / "blåbær og rømme", "Nytt nettsted [2] – ÆØÅ 統計")
    report = Path(shutil.copytree(EXAMPLE, tmp_path / "måneds rapport"))
    plain = {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    survived(scene, site, scene.run(site, "--report", str(report), environment=plain), "new site", 0)


def test_links_that_lead_elsewhere(scene: Scene, site: Path, tmp_path: Path) -> None:
    """A link in the site stays one; nothing is written or removed where it leads."""
    elsewhere = Path(shutil.copytree(site / "data/2013-10", tmp_path / "elsewhere"))
    kept = read_tree(elsewhere)
    (site / "pictures").symlink_to(elsewhere)
    (site / "data/other.csv").symlink_to(elsewhere / "observations.csv")
    links = {"pictures": os.fsencode(elsewhere), "data/other.csv": os.fsencode(elsewhere / "observations.csv")}
    shutil.rmtree(site / "data/2013-11")
    (site / "data/2013-11").symlink_to(elsewhere)
    assert scene.run(site).code == 0
    assert read_tree(site) == scene.new | links
    assert read_tree(elsewhere) == kept

    shutil.move(site / "data", tmp_path / "data")
    (site / "data").symlink_to(tmp_path / "data")
    outcome = scene.run(site)
    assert outcome.code == 6
    assert f"error: {site} can't be written: a symbolic link leads out of the site at data\n  hint" in outcome.errors
    assert (site / "data").is_symlink()
    assert read_tree(tmp_path / "data") == read_tree(scene.folder / "new/site/data") | {
        "other.csv": links["data/other.csv"]
    }
    assert read_tree(elsewhere) == kept
    assert beside(site) == {"site"}


def test_a_clock_that_is_set_back(scene: Scene, site: Path, tmp_path: Path) -> None:
    """The site and the cache are from the future, and the clock stands at 1970: the bytes are the same."""
    cache = Path(shutil.copytree(scene.cache, tmp_path / "cache"))
    for path in (*cache.rglob("*"), *site.rglob("*")):
        os.utime(path, (4_000_000_000, 4_000_000_000))
    back = {"FAULT_CLOCK": "0", "XDG_CACHE_HOME": str(cache)}
    survived(scene, site, scene.run(site, environment=back), "new site", 0)


LATIN = {"LANG": "nb_NO", "PYTHONIOENCODING": "iso-8859-1:strict", "PYTHONUTF8": "0"}
"""What Python does where that locale is installed, which it isn't everywhere."""


@pytest.mark.parametrize(
    "locale",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LANG": "nb_NO"},
        {"LC_ALL": "no_such_locale"},
        LATIN,
    ],
    ids=str,
)
def test_any_locale(scene: Scene, site: Path, locale: Mapping[str, str]) -> None:
    """The bytes are the same, and warnings that quote letters that the locale lacks are told."""
    bare = {"LC_ALL": "", "LANG": "", **locale}
    survived(scene, site, scene.run(site, environment=bare), "new site", 0, "warning: the label")


def test_a_table_of_what_is_wrong_in_a_narrow_locale(scene: Scene, tmp_path: Path) -> None:
    """`check` prints letters of the document that standard output lacks as what stands for them."""
    document = tmp_path / "2013-11.txt"
    document.write_text(SOURCE.read_text(encoding="utf-8").replace("Jobbklubb", "Jobbклубб"), encoding="utf-8")
    for options in ([], ["--json"]):
        done = subprocess.run(
            [*PROGRAM, "check", *options, "--report", EXAMPLE, document],
            capture_output=True,
            check=False,
            env={**scene.surroundings, "LC_ALL": "", **LATIN},
        )
        assert done.returncode == 3
        assert b"Traceback" not in done.stderr
        assert rb"\u043a\u043b\u0443\u0431\u0431" in done.stdout


@pytest.mark.parametrize("home", [{}, {"HOME": "/proc/nowhere"}], ids=["none", "nowhere"])
def test_no_home(scene: Scene, site: Path, monkeypatch: pytest.MonkeyPatch, home: Mapping[str, str]) -> None:
    """Without a home, and with one that can't be written to, there is no cache, and the site is built."""
    for name in ("HOME", "XDG_CACHE_HOME", "USER", "LOGNAME"):
        monkeypatch.delenv(name, raising=False)
    nobody = {"XDG_CACHE_HOME": "", "FAULT_NOBODY": "1", **home}
    survived(scene, site, scene.run(site, environment=nobody), "new site", 0)


def test_a_terminal_that_is_closed(scene: Scene, site: Path) -> None:
    """A build that goes on after its terminal was closed, as with nohup, ends as any other."""
    leader, terminal = pty.openpty()
    with subprocess.Popen(
        ["nohup", *scene.command(site)],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=terminal,
        env={**scene.surroundings, **at("exchange:1", "stop")},
        start_new_session=True,
        encoding="utf-8",
    ) as running:
        os.close(terminal)
        os.waitpid(running.pid, os.WUNTRACED)
        os.close(leader)
        running.send_signal(signal.SIGCONT)
        output, _ = running.communicate(timeout=60)
    survived(scene, site, Outcome(code=running.returncode, output=output, errors=""), "new site", 0)


@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize(
    ("streams", "code"),
    {
        ">&-": 0,
        "2>&-": 0,
        "<&- >&- 2>&-": 0,
        ">/dev/full": 6,
        "2>/dev/full": 6,
        ">/dev/full 2>&1": 6,
    }.items(),
)
def test_streams_that_are_closed_or_full(scene: Scene, site: Path, streams: str, code: int, unbuffered: str) -> None:
    """The site is published; the exit code tells where a log could not be written, not where none was wanted."""
    done = subprocess.run(
        ["sh", "-c", f'exec "$@" {streams}', "sh", *scene.command(site)],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env={**scene.surroundings, "PYTHONUNBUFFERED": unbuffered},
    )
    outcome = Outcome(code=done.returncode, output=done.stdout, errors=done.stderr)
    said = f"error: what there is to tell can't be written: {FULL}\n  hint: " if streams == ">/dev/full" else ""
    survived(scene, site, outcome, "new site", code, said)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_reader_that_is_gone(scene: Scene, site: Path, stream: str) -> None:
    """A pipe that nobody reads any more, as behind `head -1`, changes nothing in what is built or in its exit code."""
    reader, writer = os.pipe()
    os.close(reader)
    with subprocess.Popen(
        scene.command(site),
        stdout=writer if stream == "stdout" else subprocess.PIPE,
        stderr=writer if stream == "stderr" else subprocess.PIPE,
        encoding="utf-8",
        env=scene.surroundings,
    ) as running:
        os.close(writer)
        output, errors = running.communicate(timeout=60)
    other = errors if stream == "stdout" else output
    assert "2013-11" in other
    survived(scene, site, Outcome(code=running.returncode, output="", errors=errors or ""), "new site", 0)


def test_the_exit_code_of_a_failed_month_is_kept(scene: Scene, site: Path) -> None:
    """A month that can't be built is told by the exit code where nobody reads the message; another one is published."""
    reader, writer = os.pipe()
    os.close(reader)
    command = scene.command(site, "--month=2012-05")
    assert subprocess.run(command, check=False, stderr=writer, env=scene.surroundings).returncode == 3
    os.close(writer)
    assert scene.judge(site) == "new site"
