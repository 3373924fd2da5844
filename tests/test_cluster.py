"""A Dask cluster on this machine builds what one process builds, also when one of its workers is killed."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from distributed import Client
from test_build import tree

from reportgen.cluster import _Workers
from reportgen.definition import ReportDefinition
from reportgen.errors import DefinitionError, OutputError, RenderError
from reportgen.period import Period
from reportgen.schedule import Plan, build_months, exit_code

ROOT = Path(__file__).resolve().parent.parent
YEAR = tuple(Period(2013, month) for month in range(1, 12))


@contextmanager
def running(folder: Path, *command: str) -> Iterator["subprocess.Popen[str]"]:
    """Run a part of Dask, which finds this program as this process does, until the end."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder)}
    with subprocess.Popen(
        [sys.executable, "-m", *command], stderr=subprocess.PIPE, encoding="utf-8", env=environment, cwd=folder
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@dataclass(frozen=True)
class Cluster:
    """A scheduler and its workers."""

    address: str
    scheduler: "subprocess.Popen[str]"
    workers: "list[subprocess.Popen[str]]"


@pytest.fixture
def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Cluster]:
    """Start a scheduler with two workers, or as many as the test says."""
    number = getattr(request, "param", 2)
    with ExitStack() as stack:
        options = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
        scheduler = stack.enter_context(running(tmp_path, "distributed.cli.dask_scheduler", *options))
        assert scheduler.stderr
        address = next(found[0] for line in scheduler.stderr if (found := re.search(r"tcp://\S+", line)))
        options = ("--nworkers", "1", "--nthreads", "1", "--no-nanny", "--no-dashboard")
        workers = [
            stack.enter_context(running(tmp_path, "distributed.cli.dask_worker", address, *options))
            for _ in range(number)
        ]
        if number:
            with Client(address, set_as_default=False) as client:  # type: ignore[no-untyped-call]
                client.wait_for_workers(number, timeout=60)
        yield Cluster(address, scheduler, workers)


def plan(**options: object) -> Plan:
    """Return a plan for the data of all months."""
    known: dict[str, object] = {"languages": ("nb", "en"), "formats": ("data",), "versions": {}, **options}
    return Plan(months=YEAR, **known)  # type: ignore[arg-type]


def test_a_cluster_writes_what_one_process_writes(
    cluster: Cluster, definition: ReportDefinition, tmp_path: Path
) -> None:
    """One worker is killed when the first part is finished; the site is complete, and the same to the byte."""
    address, victim = cluster.address, cluster.workers[0]
    killed = Event()

    def kill(_part: str) -> None:
        if not killed.is_set():
            victim.kill()
            killed.set()

    built = build_months(definition, plan(scheduler=address), tmp_path / "cluster", progress=kill)
    build_months(definition, plan(jobs=1), tmp_path / "here")
    assert killed.is_set()
    assert victim.wait(10) != 0
    assert exit_code(built) == 0
    assert tree(tmp_path / "cluster") == tree(tmp_path / "here")


def test_what_a_cluster_built_is_kept_here(cluster: Cluster, definition: ReportDefinition, tmp_path: Path) -> None:
    """A build after it finds its parts in this machine's cache."""
    asked = plan(scheduler=cluster.address, cache=tmp_path / "cache")
    for reused in (False, True):
        built = build_months(definition, asked, tmp_path / f"{reused}")
        assert {making.reused for month in built for making in month.makings if making.artefact != "site"} == {reused}


@pytest.mark.parametrize("cluster", [0], indirect=True)
def test_a_cluster_without_workers_is_told(cluster: Cluster, definition: ReportDefinition, tmp_path: Path) -> None:
    """A build doesn't wait for workers that nobody has started."""
    with pytest.raises(OutputError) as caught:
        build_months(definition, plan(scheduler=cluster.address), tmp_path / "site")
    assert [problem.kind for problem in caught.value.problems] == ["no-workers"]


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let schedulers give a task up at once whose worker dies."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")


@pytest.mark.usefixtures("_impatient")
def test_a_part_that_workers_die_of_fails_alone(cluster: Cluster, definition: ReportDefinition, tmp_path: Path) -> None:
    """Its month is told as lost, with an exit code of its own; the others are published."""
    built = build_months(
        definition, plan(scheduler=cluster.address), tmp_path / "site", progress=lambda _part: cluster.workers[0].kill()
    )
    lost = [month for month in built if not month.manifest]
    assert {problem.kind for month in lost for problem in month.problems} == {"lost-process"}
    assert exit_code(built) == RenderError.exit_code
    assert len(tree(tmp_path / "site")) > 0
    assert 1 <= len(lost) < len(YEAR)


def test_a_scheduler_that_is_killed_is_told(cluster: Cluster, definition: ReportDefinition, tmp_path: Path) -> None:
    """What it had to do is lost; what it had done is published."""
    built = build_months(
        definition, plan(scheduler=cluster.address), tmp_path / "site", progress=lambda _part: cluster.scheduler.kill()
    )
    finished = {str(month.month) for month in built if month.manifest}
    lost = [month for month in built if not month.manifest]
    assert finished
    assert {problem.kind for month in lost for problem in month.problems} == {"lost-process"}
    assert {path.split("/")[1] for path in tree(tmp_path / "site") if path.startswith("data/")} == finished


@dataclass
class Forgetful(Executor):
    """Dask's client and its executor, at the moment when the result of a task was on its way."""

    status: str = "running"
    scheduler_comm: object = field(default_factory=object)

    def get_executor(self) -> Executor:
        """Return what takes tasks."""
        return self

    def submit(self, *_args: Any, **_kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as any executor
        """Return a future of which nothing is ever heard."""
        return Future()


@pytest.mark.parametrize("loss", [{"status": "connecting"}, {"scheduler_comm": object()}])
def test_a_result_that_was_on_its_way_is_told_as_lost(loss: dict[str, object]) -> None:
    """Whether the scheduler is gone or back again, what was asked for before it went is not waited for."""
    client = Forgetful()
    with _Workers(client) as workers:
        lost = workers.submit(int)
        for name, value in loss.items():
            setattr(client, name, value)
        assert isinstance(lost.exception(timeout=10), BrokenExecutor)


@pytest.mark.parametrize(
    ("address", "error", "kind"),
    [
        ("tcp://127.0.0.1:9", OutputError, "no-scheduler"),
        ("nonsense://x", DefinitionError, "option"),
    ],
)
def test_a_scheduler_that_is_none_is_told(
    definition: ReportDefinition, tmp_path: Path, address: str, error: type[OutputError], kind: str
) -> None:
    """One message says what is wrong with the address, and nothing is written."""
    with pytest.raises(error) as caught:
        build_months(definition, plan(scheduler=address), tmp_path / "site")
    assert [problem.kind for problem in caught.value.problems] == [kind]
    assert address in caught.value.problems[0].message
    assert not list(tmp_path.iterdir())
