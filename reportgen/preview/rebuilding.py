"""Builds an edition whenever an input was saved, and keeps the last good one; knows no HTTP.

A save while an edition is being built ends that build and begins another: what is shown was read after the last save.
"""

import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from threading import Condition, Event, Lock

from reportgen.cache import cache_folder
from reportgen.period import Period
from reportgen.preview.inputs import Snapshot, changed_paths, take_snapshot
from reportgen.preview.workers import Job, Outcome, Plan, Worker

Tell = Callable[[Outcome, float], None]
"""Told what became of a job, and how many seconds it took."""

_PAUSE = 0.2
"""Seconds from one look at the inputs to the next."""
_QUIET = 0.05
"""Seconds without a save before a build begins: editors write several files, or one in several steps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A site that was built."""

    folder: Path
    pages: tuple[str, ...]
    """The HTML pages below `site`."""

    @property
    def site(self) -> Path:
        """The folder of everything but PDFs."""
        return self.folder / "site"

    def papers(self, language: str, month: str) -> Path:
        """Return the folder of a page's PDFs, which is there as soon as one was asked for."""
        return self.folder / f"{language}-{month}"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a preview can show."""

    version: str
    """Another one after every build, and in every preview."""
    edition: Edition | None = None
    """The last good one."""
    failure: Outcome | None = None
    """What is wrong since then."""


class Rebuilder:
    """The editions of one preview, made by `run` until `stop`."""

    def __init__(self, plan: Plan, folder: Path, tell: Tell) -> None:
        """Prepare to build the plan's site, again and again, below the folder."""
        self._plan, self._tell = plan, tell
        self._folder, self._scratch = folder / "editions", folder / "scratch"
        for made in (self._folder, self._scratch):
            made.mkdir()
        self._name, self._count = secrets.token_hex(4), 0
        self._state = State(version=f"{self._name}-0")
        self._changed = Condition()
        self._cache = cache_folder() or folder / "cache"
        self._stopped, self._paper = Event(), Lock()
        self._workers: set[Worker] = set()
        self._spare: Worker | None = None
        self._hiring = Lock()

    @property
    def state(self) -> State:
        """What can be shown now."""
        return self._state

    @property
    def stopped(self) -> bool:
        """Tell whether it is over."""
        return self._stopped.is_set()

    def wait(self, version: str, seconds: float) -> State:
        """Wait at most so long for another version than this one; return what there is then."""
        with self._changed:
            self._changed.wait_for(lambda: self.stopped or self._state.version != version, seconds)
            return self._state

    def run(self) -> None:
        """Build now, and whenever an input was saved, until it is stopped."""
        seen: Snapshot = {}
        while not self._stopped.wait(_PAUSE if seen else 0):
            now = self._settled(seen)
            if now != seen or not seen:
                if self._spare and any(path.suffix == ".py" for path in changed_paths(seen, now)):
                    self._dismiss(self._spare)  # it has read the program already
                seen = now
                self._build(now)

    def stop(self) -> None:
        """End every process, and let `run` and whoever waits return."""
        self._stopped.set()
        with self._hiring:
            for worker in self._workers:
                worker.kill()
        with self._changed:
            self._changed.notify_all()

    def paper(self, path: PurePosixPath) -> Path | Outcome | None:
        """Return the PDF at a place of the site, laid out the first time that an edition is asked for it.

        None where the site has no such PDF; an outcome where it can't be laid out.
        """
        with self._paper:
            while edition := self._state.edition:
                if f"{path.parent}/index.html" not in edition.pages:
                    return None
                language, month = path.parent.parts
                folder = edition.papers(language, month)
                if not folder.exists():
                    plan = Plan(report=self._plan.report, months=(Period.parse(month),), languages=(language,))
                    outcome = self._lay_out(Job(plan=plan, site=folder, cache=self._cache, papers=True))
                    if outcome.failed:
                        return outcome
                if self._state.edition is edition or self.stopped:
                    return folder / path if (folder / path).is_file() else None
            return None

    def _settled(self, seen: Snapshot) -> Snapshot:
        """Return what the inputs are like, once nothing is being saved any more."""
        now = take_snapshot(self._plan.report)
        while now != seen and not self._stopped.wait(_QUIET):
            before, now = now, take_snapshot(self._plan.report)
            if now == before:
                break
        return now

    def _build(self, inputs: Snapshot) -> None:
        """Build an edition, unless an input is saved meanwhile."""
        began = time.monotonic()
        self._count += 1
        folder = self._folder / str(self._count)
        worker = self._hire()
        worker.begin(Job(plan=self._plan, site=folder / "site", cache=self._cache))
        while not worker.is_done(_PAUSE):
            if take_snapshot(self._plan.report) != inputs:
                self._dismiss(worker)
                shutil.rmtree(folder, ignore_errors=True)
                return
        outcome = worker.outcome()
        self._dismiss(worker)
        if not self.stopped:
            self._publish(outcome, folder)
            self._tell(outcome, time.monotonic() - began)
            self._prepare()

    def _publish(self, outcome: Outcome, folder: Path) -> None:
        """Show an edition, or what is wrong, from now on; an edition goes when the next but one is there."""
        last = self._state.edition
        edition = last if outcome.failed else Edition(folder=folder, pages=outcome.pages)
        failure = outcome if outcome.failed else None
        with self._changed:
            self._state = State(version=f"{self._name}-{self._count}", edition=edition, failure=failure)
            self._changed.notify_all()
        for old in self._folder.iterdir():
            if old not in {folder, last and last.folder}:
                shutil.rmtree(old, ignore_errors=True)

    def _lay_out(self, job: Job) -> Outcome:
        began, worker = time.monotonic(), self._hire()
        worker.begin(job)
        outcome = worker.outcome()
        self._dismiss(worker)
        if outcome.failed and not self.stopped:
            self._tell(outcome, time.monotonic() - began)
        self._prepare()
        return outcome

    def _hire(self) -> Worker:
        """Return a process for a job: the one that is ready, else a new one."""
        with self._hiring:
            worker, self._spare = self._spare or self._start(), None
            return worker

    def _prepare(self) -> None:
        """Have a process ready for the next job, whose start would be a part of the wait."""
        with self._hiring:
            self._spare = self._spare or self._start()

    def _start(self) -> Worker:
        worker = Worker(self._scratch)
        self._workers.add(worker)
        if self.stopped:
            worker.kill()
        return worker

    def _dismiss(self, worker: Worker) -> None:
        with self._hiring:
            worker.kill()
            self._workers.discard(worker)
            self._spare = None if worker is self._spare else self._spare
