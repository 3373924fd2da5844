"""Runs a command and says what it cost: time, processor time and memory, of the process and all that it starts.

Processor time and the largest process come from the kernel, which counts every process that was waited for.
The memory of all processes together is looked up ten times a second; the files that they share count once.
"""

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import psutil

_PAUSE = 0.1
"""Seconds between two looks."""
_LOOKS = 5
"""Looks between two searches for new processes, which take longer."""
_UNIT = 1 if sys.platform == "darwin" else 1024
"""Bytes that one count of the kernel's largest memory stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one run took."""

    wall: float
    """Seconds from start to end."""
    processor: float
    """Seconds of processor time, of all processes, in user and kernel mode."""
    memory: int
    """Bytes that all processes had at once, at the most."""
    largest: int
    """Bytes that the largest process had, at the most, shared pages included."""


class _Watch(Thread):
    """Looks up the memory of a process and all below it until told to stop."""

    def __init__(self, process: int) -> None:
        super().__init__(daemon=True)
        self._process = process
        self._memory = 0
        self._ended = Event()

    def run(self) -> None:
        """Keep the largest sum."""
        looks = 0
        while not self._ended.wait(_PAUSE):
            if looks % _LOOKS == 0:
                family = _find_family(self._process)
            self._memory = max(self._memory, _sum_memory(family))
            looks += 1

    def end(self) -> int:
        """Stop looking, and return the largest sum."""
        self._ended.set()
        self.join()
        return self._memory


def _find_family(process: int) -> list[psutil.Process]:
    """Return a process and all below it; nothing once it is over."""
    try:
        top = psutil.Process(process)
        return [top, *top.children(recursive=True)]
    except psutil.Error:
        return []


def _sum_memory(family: Sequence[psutil.Process]) -> int:
    """Return the memory of processes as far as they are still there: what each has alone, and what can be shared once.

    The kernel's own count of shared pages takes 30 ms for each process, which would slow down what is measured.
    """
    alone, shared = 0, [0]
    for member in family:
        try:
            known = member.memory_info()
        except psutil.Error:
            continue
        alone += known.rss - getattr(known, "shared", 0)
        shared.append(getattr(known, "shared", 0))
    return alone + max(shared)


def measure(command: Sequence[str | Path], *, folder: Path, environment: Mapping[str, str]) -> Cost:
    """Run a command in a folder to its end; raise `CalledProcessError` with what it said if it fails."""
    log = folder / "log.txt"
    with log.open("wb") as told:
        start = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - the benchmark's own commands
            command, cwd=folder, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=told, stderr=told
        )
        watch = _Watch(process.pid)
        watch.start()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    memory = watch.end()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), log.read_text(encoding="utf-8"))
    largest = usage.ru_maxrss * _UNIT
    return Cost(
        wall=wall,
        processor=usage.ru_utime + usage.ru_stime,
        memory=max(memory, largest),  # a short run may be over before it is looked at
        largest=largest,
    )
