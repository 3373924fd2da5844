"""Kills builds at random moments, fills disks, and looks at what stands afterwards: `make faults`.

Every trial builds into a copy of the same site. Then the site must be the old one or the new one, byte for byte, and
the next run must make it the new one and leave nothing beside it. Seeded: the same moments every time, as shares of
the time that a build takes when nothing happens to it. Writes docs/reliability.md.
"""

import errno
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from speed import replace_part

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = (sys.executable, "-c", "from reportgen.cli import main; main()")
INTERFERENCE = Path(__file__).with_name("interference")
DOCUMENT = ROOT / "docs/reliability.md"
SEED = 7
PATIENCE = 600
"""Seconds after which a run that doesn't end, or a process that outlives it, is a failure."""
COUNTED = ("old site", "new site", "neither", "not told", "trace", "next run failed", "left over")

Tree = dict[str, bytes]
"""What stands in a folder by its path: a file's content, where a link leads, nothing for an empty folder."""


def read_tree(folder: Path) -> Tree:
    """Return what stands in a folder; nothing where there is no folder."""
    return {
        path.relative_to(folder).as_posix(): os.fsencode(path.readlink())
        if path.is_symlink()
        else path.read_bytes()
        if path.is_file()
        else b""
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file() or not any(path.iterdir())
    }


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of a run."""

    code: int
    """Exit code, or the signal that ended it, negative."""
    output: str
    errors: str


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A build that makes a new site of an old one, and both of them."""

    folder: Path
    formats: tuple[str, ...]
    """`data`; none for all."""
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def cache(self) -> Path:
        """The folder of caches, which knows the new site."""
        return self.folder / "cache"

    @cached_property
    def old(self) -> Tree:
        """The site before the build."""
        return read_tree(self.folder / "old/site")

    @cached_property
    def new(self) -> Tree:
        """The site after the build."""
        return read_tree(self.folder / "new/site")

    def lay_out(self, place: Path, name: str = "site") -> Path:
        """Put the old site into a new folder, alone; return where it stands."""
        return Path(shutil.copytree(self.folder / "old/site", place / name))

    def command(self, site: Path | str, *options: str) -> list[str]:
        """Return what builds November into a site."""
        formats = [f"--format={name}" for name in self.formats]
        return [*PROGRAM, "build", "--month=2013-11", *formats, *options, "--output", str(site)]

    def start(
        self, site: Path | str, *options: str, environment: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[str]":
        """Begin a build; its pipes end when the last of its processes does."""
        return subprocess.Popen(  # noqa: S603 - the program itself
            self.command(site, *options),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            env={**self.surroundings, **(environment or {})},
            cwd=self.folder,
        )

    @property
    def surroundings(self) -> dict[str, str]:
        """The environment of every build: the scene's cache, the program that stands here, and steps watched."""
        path = os.pathsep.join(map(str, (INTERFERENCE, ROOT)))
        return {**os.environ, "PYTHONPATH": path, "XDG_CACHE_HOME": str(self.cache), **self.environment}

    def run(self, site: Path | str, *options: str, environment: Mapping[str, str] | None = None) -> Outcome:
        """Build to the end."""
        return finish(self.start(site, *options, environment=environment))

    def judge(self, site: Path) -> str:
        """Return which site stands there: `old site`, `new site` or `neither`."""
        standing = read_tree(site)
        return "new site" if standing == self.new else "old site" if standing == self.old else "neither"

    def recovers(self, site: Path, *, environment: Mapping[str, str] | None = None) -> bool:
        """Build again, with nothing in the way; tell whether the new site stands there."""
        return self.run(site, environment=environment).code == 0 and self.judge(site) == "new site"


def finish(process: "subprocess.Popen[str]") -> Outcome:
    """Wait until a run and all that it started have ended."""
    try:
        output, errors = process.communicate(timeout=PATIENCE)
    finally:
        process.kill()
    return Outcome(code=process.returncode, output=output, errors=errors)


def prepare(folder: Path, *formats: str) -> Scene:
    """Build the old site, with October and November in one language, and a new one with November in both."""
    scene = Scene(folder=folder, formats=formats)
    for name in ("old", "new"):
        (folder / name).mkdir(parents=True)
    outcomes = [scene.run(folder / "old/site", "--month=2013-10", "--language=nb")]
    shutil.copytree(folder / "old/site", folder / "new/site")
    outcomes.append(scene.run(folder / "new/site"))
    for outcome in outcomes:
        if outcome.code:
            raise RuntimeError(outcome.errors)
    return scene


def at(step: str, fault: str) -> dict[str, str]:
    """Return the environment that lets something happen at a step: `at("os.link:3", "kill")`."""
    return {"FAULT_AT": step, "FAULT": fault, "PYTHONDONTWRITEBYTECODE": "1"}


def beside(site: Path) -> set[str]:
    """Return what stands in the site's parent folder."""
    return {path.name for path in site.parent.iterdir()}


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[Path]:
    """Mount a disk in memory, or what the options say; raise `CalledProcessError` where that isn't permitted."""
    place.mkdir(parents=True, exist_ok=True)
    what = options or ("-t", "tmpfs", "tmpfs")
    subprocess.run(["mount", *what, str(place)], check=True, capture_output=True)  # noqa: S603, S607 - root's own
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)  # noqa: S603, S607 - as above


def remount(place: Path, options: str) -> None:
    """Change a mount: `ro`, `size=1m`."""
    subprocess.run(["mount", "-o", f"remount,{options}", str(place)], check=True)  # noqa: S603, S607 - as above


def account(scene: Scene, site: Path, outcome: Outcome) -> Counter[str]:
    """Count what stands after a fault, what was told, and whether the next run puts all right.

    A run that was not killed must say 0 with the new site, or 6 with an error and a hint where it isn't there.
    """
    stands = scene.judge(site)
    ended = outcome.code >= 0
    right = outcome.code == (0 if stands == "new site" else 6)
    told = right and (outcome.code == 0 or ("error: " in outcome.errors and "  hint: " in outcome.errors))
    recovers = scene.recovers(site)
    return Counter(
        {
            "trials": 1,
            stands: 1,
            "not told": int(ended and not told),
            "trace": int("Traceback" in outcome.errors + outcome.output),
            "next run failed": int(not recovers),
            "left over": int(beside(site) != {site.name}),
        }
    )


def kill_at_moments(scene: Scene, place: Path, count: int, *, cached: bool) -> Iterator[Counter[str]]:
    """Kill builds at random moments of the time that the slowest of three takes; each finds the cache or an empty one.

    What the killed build has put into its cache is what the next run finds. A build that is over before is no trial.
    """
    generator = random.Random(SEED)

    def begin(trial: Path) -> tuple[Path, "subprocess.Popen[str]"]:
        site = scene.lay_out(trial)
        environment = {} if cached else {"XDG_CACHE_HOME": str(trial.parent / "cache")}
        return site, scene.start(site, environment=environment)

    longest = 0.0
    for number in range(3):
        start = time.perf_counter()
        finish(begin(place / f"timed-{number}/site")[1])
        longest = max(longest, time.perf_counter() - start)
        shutil.rmtree(place / f"timed-{number}")
    killed = 0
    while killed < count:
        trial = Path(tempfile.mkdtemp(dir=place))
        moment = generator.random() * longest
        site, running = begin(trial / "place")
        time.sleep(moment)
        running.kill()
        outcome = finish(running)
        if outcome.code:
            killed += 1
            later = scene if cached else replace(scene, environment={"XDG_CACHE_HOME": str(trial / "cache")})
            yield account(later, site, outcome)
        shutil.rmtree(trial)


def disturb_at_steps(scene: Scene, place: Path, count: int, fault: str) -> Iterator[Counter[str]]:
    """Let something happen at random steps of a build; `remove` removes the site, which is put back afterwards."""
    generator = random.Random(SEED)
    log = place / "steps.txt"
    scene.run(scene.lay_out(place / "counted"), environment={"FAULT_LOG": str(log), "PYTHONDONTWRITEBYTECODE": "1"})
    steps = len(log.read_text(encoding="utf-8").splitlines())
    for number in range(count):
        site = scene.lay_out(place / str(number))
        what = f"remove:{site}" if fault == "remove" else fault
        outcome = scene.run(site, environment=at(f"any:{generator.randint(1, steps)}", what))
        if fault == "remove" and not site.exists():
            shutil.copytree(scene.folder / "old/site", site)
        yield account(scene, site, outcome)
        shutil.rmtree(site.parent)


def fill_disks(scene: Scene, place: Path, count: int) -> Iterator[Counter[str]]:
    """Build on disks that have room for the old site and a random part of what the build writes."""
    generator = random.Random(SEED)
    written = sum(len(content) for path, content in scene.new.items() if "2013-11" in path)
    occupied = sum(-(-len(content) // 4096) * 4096 for content in scene.old.values())
    for number in range(count):
        with mounted(place / str(number)) as disk:
            site = scene.lay_out(disk)
            remount(disk, f"size={occupied + generator.randint(40_000, 2 * written)}")
            outcome = scene.run(site)
            remount(disk, "size=1g")
            yield account(scene, site, outcome)


def fill_others(scene: Scene, place: Path, count: int, variable: str) -> Iterator[Counter[str]]:
    """Build with random little room in the folder that an environment variable names."""
    generator = random.Random(SEED)
    for number in range(count):
        size = f"size={int(4096 * 2 ** (generator.random() * 12))}"
        with mounted(place / f"disk-{number}", "-t", "tmpfs", "-o", size, "tmpfs") as disk:
            site = scene.lay_out(place / str(number))
            environment = {"XDG_CACHE_HOME": str(place / f"cache-{number}"), variable: str(disk)}
            yield account(scene, site, scene.run(site, environment=environment))


def meet(scene: Scene, place: Path, count: int) -> Iterator[Counter[str]]:
    """Let two builds meet in one output, the second begun at a random moment and the first killed at another."""
    generator = random.Random(SEED)
    for number in range(count):
        site = scene.lay_out(place / str(number))
        first = scene.start(site)
        time.sleep(generator.random())
        second = scene.start(site)
        time.sleep(generator.random())
        first.kill()
        finish(first)
        yield account(scene, site, finish(second))


def experiments(scale: int, place: Path) -> Iterator[tuple[str, Iterator[Counter[str]]]]:
    """Yield each experiment's name and trials; a larger `scale` makes fewer."""
    data, whole = prepare(place / "data", "data"), prepare(place / "whole")

    def folder() -> Path:
        return Path(tempfile.mkdtemp(dir=place))

    def times(count: int) -> int:
        return max(1, count // scale)

    yield "killed: data, nothing in the cache", kill_at_moments(data, folder(), times(60), cached=False)
    yield "killed: page, PDF and data, from the cache", kill_at_moments(whole, folder(), times(135), cached=True)
    yield "killed: page, PDF and data, nothing in the cache", kill_at_moments(whole, folder(), times(5), cached=False)
    yield "killed at a step: data", disturb_at_steps(data, folder(), times(40), "kill")
    yield "a step refused: no space left", disturb_at_steps(data, folder(), times(30), f"error:{errno.ENOSPC}")
    yield "a step refused: input/output error", disturb_at_steps(data, folder(), times(30), f"error:{errno.EIO}")
    yield "site removed at a step, and put back", disturb_at_steps(data, folder(), times(30), "remove")
    yield "disk of the site full", fill_disks(data, folder(), times(30))
    yield "disk of the cache full", fill_others(data, folder(), times(10), "XDG_CACHE_HOME")
    yield "disk of temporary files full: page, PDF and data", fill_others(whole, folder(), times(2), "TMPDIR")
    yield "two builds at once, one of them killed", meet(data, folder(), times(20))


def tabulate(results: Sequence[tuple[str, Counter[str]]]) -> Iterator[str]:
    """Yield the lines of a Markdown table.

    >>> list(tabulate([("fire", Counter({"trials": 2, "new site": 2}))]))[-1]
    '| fire | 2 | 0 | 2 | 0 | 0 | 0 | 0 | 0 |'
    """
    yield f"| fault | trials | {' | '.join(COUNTED)} |"
    yield f"|---|{'---:|' * (len(COUNTED) + 1)}"
    for name, counts in results:
        yield f"| {name} | {counts['trials']} | {' | '.join(str(counts[what]) for what in COUNTED)} |"


def main() -> None:
    """Run every experiment, print the table as it grows, and write it where nothing was left out."""
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    print(f"seed {SEED}")
    results = []
    with tempfile.TemporaryDirectory(prefix="faults-") as place:
        for name, trials in experiments(scale, Path(place)):
            counts: Counter[str] = Counter()
            for outcome in trials:
                counts.update(outcome)
            results.append((name, counts))
            print(name, dict(counts), flush=True)
    lines = list(tabulate(results))
    print(*lines, sep="\n")
    if scale == 1:
        DOCUMENT.write_text(replace_part(DOCUMENT.read_text(encoding="utf-8"), "faults", lines), encoding="utf-8")
    sys.exit(any(counts[what] for _, counts in results for what in COUNTED[2:]))


if __name__ == "__main__":
    main()
