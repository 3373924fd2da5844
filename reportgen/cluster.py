"""Lets the workers of a Dask cluster build parts; Dask is an optional dependency."""

from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from reportgen.errors import DefinitionError, OutputError, Problem

_PATIENCE = 10
"""Seconds to wait for a scheduler that doesn't answer, or has no worker."""

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
        yield _Workers(client.get_executor())  # type: ignore[no-untyped-call]


class _Workers(Executor):
    """Dask's executor, whose lost tasks are told as those of any other."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor

    def submit(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        told: Future[T] = Future()
        self._executor.submit(work, *args, **kwargs).add_done_callback(lambda done: _pass_on(done, told))
        return told


def _pass_on(done: Future[T], told: Future[T]) -> None:
    """Give on what became of a task."""
    from distributed import KilledWorker  # noqa: PLC0415 - optional

    try:
        told.set_result(done.result())
    except (CancelledError, KilledWorker) as error:
        told.set_exception(BrokenExecutor(str(error)))
    except Exception as error:  # noqa: BLE001 - raised where the task came from
        told.set_exception(error)
