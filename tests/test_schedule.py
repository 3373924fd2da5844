"""Months are built by several processes as by one; what fails, dies or is interrupted takes nothing else with it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path
from threading import Timer

import pytest
from test_build import tree

from reportgen.definition import ReportDefinition
from reportgen.period import Period
from reportgen.processes import Processes
from reportgen.publication import FORMATS
from reportgen.schedule import BuiltMonth, Plan, build_months, exit_code

PROGRAM = [
    *(sys.executable, "-c"),
    # A background job of a shell ignores Ctrl-C, and whatever it starts does too.
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); from reportgen.cli import main; main()",
]
YEAR = tuple(Period(2013, month) for month in range(1, 12))
MONTHS = YEAR[:3]


def plan(*months: Period, **options: object) -> Plan:
    """Return a plan for the data of some months."""
    known: dict[str, object] = {"languages": ("nb", "en"), "formats": ("data",), "versions": {}, "jobs": 2, **options}
    return Plan(months=months, **known)  # type: ignore[arg-type]


def build(definition: ReportDefinition, folder: Path, asked: Plan) -> tuple[tuple[BuiltMonth, ...], dict[str, bytes]]:
    """Build, and return what became of the months and what stands in the folder."""
    built = build_months(definition, asked, folder)
    return built, tree(folder) if folder.exists() else {}


def test_several_processes_write_what_one_writes(definition: ReportDefinition, tmp_path: Path) -> None:
    """The bytes are the same with one process and with two, with a cache and without."""
    _, alone = build(definition, tmp_path / "one", plan(*MONTHS, jobs=1))
    cache = tmp_path / "cache"
    for name in ("cold", "warm"):
        built, files = build(definition, tmp_path / name, plan(*MONTHS, cache=cache))
        assert files == alone
        assert {making.reused for month in built for making in month.makings if making.artefact != "site"} == {
            name == "warm"
        }
    assert {path.split("/")[1] for path in alone if "/" in path} == {str(month) for month in MONTHS}


def test_a_month_that_fails_stops_no_other(definition: ReportDefinition, tmp_path: Path) -> None:
    """Its problems are told; the others are published; the exit code is its own."""
    built, files = build(definition, tmp_path / "site", plan(MONTHS[0], Period(2012, 5)))
    assert [month.manifest is not None for month in built] == [True, False]
    assert [problem.kind for problem in built[1].problems] == ["missing-month"]
    assert exit_code(built) == 3
    assert {path.split("/")[1] for path in files if "/" in path} == {"2013-01"}


def test_a_part_that_fails_takes_its_month_along(definition: ReportDefinition, tmp_path: Path) -> None:
    """A month that can't be built in one language isn't published in another: nothing of it is left."""
    broken = definition.model_copy(update={"folder": tmp_path / "report"})
    texts = tmp_path / "report" / "texts"
    for source in definition.folder.rglob("*"):
        if source.is_file():
            target = tmp_path / "report" / source.relative_to(definition.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    english = (texts / "en.po").read_text(encoding="utf-8")
    (texts / "en.po").write_text(english.replace("{deepest}", "{deepes}"), encoding="utf-8")
    asked = plan(Period(2013, 11), formats=("html",))
    built, files = build(broken, tmp_path / "site", asked)
    assert exit_code(built) == 2
    assert "unknown-placeholder" in {problem.kind for problem in built[0].problems}
    assert files == {}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report"]


def die_once(mark: Path) -> int:
    """End this process without a word, the first time."""
    if not mark.exists():
        mark.touch()
        os._exit(9)
    return os.getpid()


def die() -> None:
    """End this process without a word."""
    os._exit(9)


class Last:
    """What an answer ends with: soon after it is pickled, its process ends."""

    def __reduce__(self) -> tuple[type, tuple[()]]:
        """Take what little time the sending takes."""
        Timer(0.02, os._exit, (9,)).start()
        return int, ()


def talk_without_end() -> tuple[bytes, Last]:
    """Return so much that this process ends while it is sent."""
    return bytes(300_000_000), Last()


def test_a_process_that_dies_while_it_answers_is_noticed() -> None:
    """What it had sent in part is not waited for."""
    with Processes(1) as executor:
        lost = executor.submit(talk_without_end)
        with pytest.raises(BrokenExecutor):
            lost.result(timeout=60)


def raise_error(text: str) -> None:
    """Raise an error of the operating system's kind."""
    raise OSError(text)


def test_an_error_comes_back_with_its_trace() -> None:
    """A bug in another process can be found; the process goes on."""
    with Processes(1) as executor:
        with pytest.raises(OSError, match="full") as raised:
            executor.submit(raise_error, "full").result(timeout=60)
        assert "in raise_error" in "".join(raised.value.__notes__)
        assert executor.submit(os.getpid).result(timeout=60) != os.getpid()


def test_a_process_that_dies_is_replaced(tmp_path: Path) -> None:
    """Its task is begun once more by another; one that kills every process fails alone."""
    with Processes(2) as executor:
        lost = executor.submit(die)
        found = executor.submit(die_once, tmp_path / "mark")
        others = [executor.submit(os.getpid) for _ in range(5)]
        assert found.result(timeout=60) != os.getpid()
        assert os.getpid() not in {other.result(timeout=60) for other in others}
        with pytest.raises(BrokenExecutor):
            lost.result(timeout=60)


@pytest.fixture(scope="module")
def whole_year(definition: ReportDefinition, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the site with the data of all months, built by one process."""
    return build(definition, tmp_path_factory.mktemp("year") / "site", plan(*YEAR, jobs=1))[1]


@pytest.fixture
def started(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start a build of all months in the background, and wait until it has finished one."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [*PROGRAM, "build", "--all", "--format", "data", "--output", str(tmp_path / "site")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=environment, cwd=tmp_path
    ) as running:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not any(
            "part/manifest.json" in entry.read_text(encoding="utf-8")
            for entry in tmp_path.glob("cache/reportgen/entries/*/[!.]*")
        ):
            time.sleep(0.02)
        yield running
        running.kill()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_interrupted_build_goes_on_where_it_was(
    started: "subprocess.Popen[str]",
    definition: ReportDefinition,
    whole_year: dict[str, bytes],
    tmp_path: Path,
    sent: signal.Signals,
) -> None:
    """Nothing of it is published; the next one reuses what was finished, and leaves nothing beside the site."""
    started.send_signal(sent)
    _, errors = started.communicate(timeout=60)
    assert started.returncode != 0
    assert "Traceback" not in errors
    assert not (tmp_path / "site").exists()
    built, files = build(definition, tmp_path / "site", plan(*YEAR, jobs=1, cache=tmp_path / "cache" / "reportgen"))
    reused = [month for month in built if all(making.reused for making in month.makings)]
    assert exit_code(built) == 0
    assert reused
    assert files == whole_year
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "site"]
    if sent != signal.SIGKILL:
        assert "run it again" in errors


def test_formats_and_languages_are_parts(definition: ReportDefinition) -> None:
    """Each language of a month is a part; data alone is one."""
    whole = plan(*MONTHS, formats=FORMATS)
    assert [(order.month, order.language) for order in whole.orders] == [
        (month, language) for month in MONTHS for language in ("nb", "en")
    ]
    assert [order.with_data for order in whole.orders] == [True, False] * 3
    assert [order.language for order in plan(*MONTHS).orders] == ["", "", ""]
    assert definition.report.languages == ("nb", "en")
