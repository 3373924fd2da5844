"""Lets the workers of a Dask cluster build parts; Dask is an optional dependency."""

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any, ParamSpec, TypeVar

from reportgen.errors import DefinitionError, OutputError, Problem

_PATIENCE = 10
"""Seconds to wait for a scheduler that doesn't answer, or has no worker."""
_BETWEEN_LOOKS = 1
"""Seconds from one look at the connection to the next."""

P = ParamSpec("P")
T = TypeVar("T")


@contextmanager
def open_cluster(address: str) -> Iterator[Executor]:
    """Return an executor whose tasks are done by a scheduler's workers; a task whose worker dies is given to another.

    A future raises `BrokenExecutor` for a task that every worker died of, and for one that the scheduler took along.
    Raise `DefinitionError` without Dask or for an address that is none, `OutputError` where nobody answers or works.
    """
    try:
        from distributed import Client  # noqa: PLC0415 - optional
    except ImportError as error:
        hint = "pip install reportgen[cluster]"
        problem = Problem(kind="option", message="--scheduler needs Dask, which is not installed", hint=hint)
        raise DefinitionError(problem) from error
    try:
        client = Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except ValueError as error:
        hint = "write it as tcp://host:8786"
        raise DefinitionError(Problem(kind="option", message=f"{address} is no scheduler", hint=hint)) from error
    except OSError as error:
        problem = Problem(
            kind="no-scheduler",
            message=f"the scheduler at {address} doesn't answer",
            hint="start it with: dask scheduler; or leave --scheduler out",
        )
        raise OutputError(problem) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_PATIENCE)
        except TimeoutError as error:
            problem = Problem(
                kind="no-workers",
                message=f"the scheduler at {address} has no worker",
                hint=f"start one or more with: dask worker {address}",
            )
            raise OutputError(problem) from error
        with _Workers(client) as workers:
            yield workers


class _Workers(Executor):
    """Dask's executor, whose lost tasks are told as those of any other.

    Dask cancels what it waits for when it loses the scheduler, but forgets a task whose result was just on its way.
    So the connection is watched: whatever was asked for over one that is gone won't come.
    """

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - Dask is optional
        self._client = client
        self._executor: Executor = client.get_executor()
        self._connection = client.scheduler_comm
        self._awaited: set[Future[Any]] = set()
        self._ended = Event()
        Thread(target=self._watch, daemon=True).start()

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        told: Future[T] = Future()
        self._awaited.add(told)
        told.add_done_callback(self._awaited.discard)
        self._executor.submit(work, *args, **kwargs).add_done_callback(lambda done: _pass_on(done, told))
        return told

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - as in the standard library
        self._ended.set()

    def _watch(self) -> None:
        while not self._ended.wait(_BETWEEN_LOOKS):
            if self._client.status != "running" or self._client.scheduler_comm is not self._connection:
                for told in list(self._awaited):
                    with suppress(InvalidStateError):
                        told.set_exception(BrokenExecutor("the scheduler is gone"))


def _pass_on(done: Future[T], told: Future[T]) -> None:
    """Give on what became of a task, unless it was given up."""
    from distributed import KilledWorker  # noqa: PLC0415 - optional

    with suppress(InvalidStateError):
        try:
            told.set_result(done.result())
        except (CancelledError, KilledWorker) as error:
            told.set_exception(BrokenExecutor(str(error)))
        except Exception as error:  # noqa: BLE001 - raised where the task came from
            told.set_exception(error)
