"""Processes of this machine: executors that do tasks here or in several processes, and one process for one task.

The standard library's pool takes every task with it when one of its processes dies, and waits forever for a result
that such a process had sent in part, for it holds the pipe's other end itself. Here each process has a pipe of its own.
"""

import gc
import os
import signal
import tempfile
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import current_process, get_context, parent_process
from multiprocessing.connection import Connection, wait
from tempfile import TemporaryDirectory
from threading import Lock, Thread, local
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from reportgen.errors import ReportgenError

TASKS_OF_A_PROCESS = 24
"""After so many tasks a process is replaced, so that nothing that grows in a library grows without end."""
_ATTEMPTS = 2
"""How often a task is begun whose process dies."""

P = ParamSpec("P")
T = TypeVar("T")


class Here(Executor):
    """Does each task at once, in this process."""

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Do it, and return what came of it; whatever is no `ReportgenError` is raised here."""
        future: Future[T] = Future()
        try:
            future.set_result(work(*args, **kwargs))
        except ReportgenError as error:
            future.set_exception(error)
        return future


class Processes(Executor):
    """Does tasks in several processes at once."""

    def __init__(self, jobs: int) -> None:
        """Have so many processes, each started when its first task comes."""
        self._threads = ThreadPoolExecutor(jobs)
        self._own = local()
        self._lock = Lock()
        self._running: set[_Worker] = set()
        self._abandoned = False
        self._left = ExitStack()
        self._folder = self._left.enter_context(_scratch_folder())

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a task done by a process; the future raises `BrokenExecutor` if it dies of it again and again."""
        return self._threads.submit(self._do, work, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as in the standard library
        """Take no task any more; end the processes once their tasks are done, if that is waited for."""
        self._threads.shutdown(wait=wait, cancel_futures=cancel_futures)
        if wait:
            for worker in list(self._running):
                self._part_with(worker)
            self._left.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        """Wait for every task, or end them all where something went wrong."""
        if kind is not None:
            with self._lock:
                self._abandoned = True
                for worker in self._running:
                    worker.kill()
        self.shutdown(cancel_futures=kind is not None)
        return None

    def _do(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do a task in this thread's process, and in another one if that dies."""
        for _ in range(_ATTEMPTS):
            worker = self._worker()
            try:
                outcome = worker.do(work, args, kwargs)
            except (EOFError, OSError):
                self._part_with(worker)
            else:
                result: T = outcome.get()
                return result
        raise BrokenExecutor

    def _worker(self) -> "_Worker":
        """Return this thread's process, which is a new one after some tasks."""
        worker: _Worker | None = getattr(self._own, "worker", None)
        if worker and worker.tasks == TASKS_OF_A_PROCESS:
            self._part_with(worker)
        if worker is None or worker not in self._running:
            with self._lock:
                if self._abandoned:
                    raise BrokenExecutor
                worker = self._own.worker = _Worker(self._folder)
                self._running.add(worker)
        return worker

    def _part_with(self, worker: "_Worker") -> None:
        with self._lock:
            self._running.discard(worker)
        worker.dismiss()


def apart(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Do something in a process of its own, which takes along what it leaves behind; raise `BrokenExecutor` if it dies.

    A process that may have no others does it itself.
    """
    if current_process().daemon:
        return work(*args, **kwargs)
    with _scratch_folder() as folder:
        worker = _Worker(folder)
        try:
            outcome = worker.do(work, args, kwargs)
        except (EOFError, OSError) as error:
            raise BrokenExecutor from error
        finally:
            worker.kill()
            worker.dismiss()
    result: T = outcome.get()
    return result


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of a task."""

    result: Any = None
    error: Exception | None = None

    def get(self) -> Any:  # noqa: ANN401 - whatever the task returns
        """Return the result, or raise the error."""
        if self.error:
            raise self.error
        return self.result


class _Worker:
    """A process that does one task after the other."""

    def __init__(self, folder: str) -> None:
        """Start it; what it needs for a while goes into the folder."""
        spawning = get_context("spawn")  # forking after vl-convert's first use hangs
        self.tasks = 0
        given, self._asked = spawning.Pipe(duplex=False)  # one that goes both ways would be a socket
        self._answered, answers = spawning.Pipe(duplex=False)
        self._process = spawning.Process(target=_work, args=(given, answers, folder))
        with interrupts_blocked():
            self._process.start()
        given.close()
        answers.close()  # so that the pipes end when the process dies

    def do(self, work: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Outcome:
        """Return what comes of a task; raise `EOFError` or `OSError` if the process dies of it."""
        self.tasks += 1
        self._asked.send((work, args, kwargs))
        outcome: _Outcome = self._answered.recv()
        return outcome

    def dismiss(self) -> None:
        """Let it end: it has nothing more to do."""
        self._asked.close()
        self._process.join()
        self._answered.close()

    def kill(self) -> None:
        """End it, whatever it is doing; whoever waits for it is told."""
        self._process.kill()


def _work(given: Connection, answers: Connection, folder: str) -> None:
    """Do the tasks that come, until no more can come."""
    parent = parent_process()
    if parent:
        Thread(target=_follow, args=(parent.sentinel,), daemon=True).start()
    tempfile.tempdir = folder
    gc.disable()  # what the last task leaves behind goes with the process
    with suppress(EOFError, OSError):
        while True:
            work, args, kwargs = given.recv()
            answers.send(_attempt(work, args, kwargs))
            gc.collect()
    os._exit(0)  # nothing is left that would have to be put in order


@contextmanager
def _scratch_folder() -> Iterator[str]:
    """Make a folder for what processes need for a while: one that is killed leaves it behind.

    Where none can be made they use what everybody uses, and say so themselves if they can't.
    """
    try:
        folder = TemporaryDirectory(prefix="reportgen-", ignore_cleanup_errors=True)
    except OSError:
        yield tempfile.gettempdir()
    else:
        with folder as name:
            yield name


def _attempt(work: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Outcome:
    try:
        return _Outcome(result=work(*args, **kwargs))
    except Exception as error:  # noqa: BLE001 - raised where the task came from
        error.add_note(traceback.format_exc())
        return _Outcome(error=error)


def _follow(sentinel: int) -> None:
    """End this process when the one that started it ends, however it does."""
    wait([sentinel])
    os._exit(1)


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Let a process that is started here never hear Ctrl-C, which a terminal sends to all: who started it decides."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
