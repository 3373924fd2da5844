"""Jobs, and the processes that do them: one process for each job, so that no cache outlives what it was read from.

Starts no library itself: a preview listens at once, while its first process still imports what it needs.
"""

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from reportgen.errors import Problem
from reportgen.period import Period
from reportgen.processes import interrupts_blocked


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a preview shows."""

    report: Path
    """The folder with `report.toml`."""
    months: tuple[Period, ...] = ()
    """The newest document's month where there is none."""
    languages: tuple[str, ...] = ()
    """Those of the definition where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A site to be built."""

    plan: Plan
    site: Path
    """The folder that it goes to."""
    cache: Path
    """The folder of the cache."""
    papers: bool = False
    """Whether it is the PDFs alone that are wanted, rather than all but them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a job: a site, or what is wrong."""

    problems: tuple[Problem, ...] = ()
    trace: str = ""
    """The trace of a bug."""
    warnings: tuple[Problem, ...] = ()
    """What the sources have that the definition doesn't accept."""
    pages: tuple[str, ...] = ()
    """The HTML pages below the site's folder, in the order of the build."""

    @property
    def failed(self) -> bool:
        """Tell whether there is no site."""
        return bool(self.problems or self.trace)


class Worker:
    """A process that makes itself ready, waits for one job, does it and ends."""

    def __init__(self, folder: Path) -> None:
        """Start the process, whose libraries put what they need for a while into the folder; it ends when this does."""
        spawning = get_context("spawn")  # forking after vl-convert's first use hangs
        self._connection, theirs = spawning.Pipe()
        self._process = spawning.Process(target=_work, args=(theirs, folder))
        with interrupts_blocked():
            self._process.start()
        theirs.close()

    def begin(self, job: Job) -> None:
        """Give it its job."""
        with suppress(OSError):  # it has died; the outcome will say so
            self._connection.send(job)

    def is_done(self, seconds: float) -> bool:
        """Wait at most so long for the outcome; tell whether there is one."""
        return self._connection.poll(seconds)

    def outcome(self) -> Outcome:
        """Return the outcome as soon as there is one."""
        try:
            outcome: Outcome = self._connection.recv()
        except (EOFError, OSError):
            self._process.join()
            return Outcome(trace=f"The process that builds the site has ended with {self._process.exitcode}.\n")
        return outcome

    def kill(self) -> None:
        """End the process, whatever it is doing; whoever waits for its outcome is told."""
        self._process.kill()
        self._process.join()


def _work(connection: Connection, folder: Path) -> None:
    tempfile.tempdir = str(folder)
    from reportgen.preview.building import build_site, make_ready  # noqa: PLC0415 - the libraries, in this process only

    with suppress(EOFError, OSError):  # the preview has ended
        make_ready()
        connection.send(build_site(connection.recv()))
