"""The log has a line of JSON for each stage, by a clock that can be set, and stops nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reportgen.clock import Clock, Stopwatch, clock_set_to, read_clock, system_clock
from reportgen.errors import DefinitionError, OutputError, Problem, ReleaseError
from reportgen.runlog import open_log

EIGHT = datetime(2013, 12, 3, 7, 0, tzinfo=UTC)
PROBLEM = Problem(kind="too-early", message="it is too early", hint="wait")


def ticking() -> Clock:
    """Return a clock that goes on by two seconds each time it is looked at, from eight o'clock."""
    moments = iter(EIGHT + timedelta(seconds=2 * step) for step in range(100))
    return lambda: next(moments)


def lines(path: Path) -> list[dict[str, object]]:
    """Return what a log says."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_each_stage_is_a_line(tmp_path: Path) -> None:
    """Time, stage, outcome and duration by the clock that was given, month and language where there are any."""
    path = tmp_path / "run.log"
    with open_log(str(path), ticking(), outside=tmp_path / "site") as log:
        with log.stage("run", month="2013-11", language=""):
            pass
        log.note("laying out", "done", 1.23456, ended=EIGHT, problems=[])
    assert lines(path) == [
        {"time": "2013-12-03T07:00:04.000+00:00", "stage": "run", "outcome": "done", "seconds": 2, "month": "2013-11"},
        {"time": "2013-12-03T07:00:00.000+00:00", "stage": "laying out", "outcome": "done", "seconds": 1.235},
    ]


def test_what_went_wrong_is_named(tmp_path: Path) -> None:
    """A refusal has its exit code and its problems, an interruption and a bug their words; all are raised on."""
    path = tmp_path / "run.log"
    with open_log(str(path), ticking(), outside=None) as log:
        for error in (ReleaseError([PROBLEM, PROBLEM]), KeyboardInterrupt(), ZeroDivisionError()):
            with pytest.raises(type(error)), log.stage("run"):
                raise error
    assert [(line["outcome"], line.get("exit"), line.get("problems")) for line in lines(path)] == [
        ("refused", 8, ["too-early"]),
        ("interrupted", None, None),
        ("bug", None, ["ZeroDivisionError"]),
    ]


def test_a_log_goes_on(tmp_path: Path) -> None:
    """What an earlier run has written stays."""
    path = tmp_path / "run.log"
    for _ in range(2):
        with open_log(str(path), ticking(), outside=None) as log:
            log.note("run", "done", 0)
    assert len(lines(path)) == 2


def test_a_log_may_go_to_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    """With `-` it stands where cron's mail takes it from; without a name it stands nowhere."""
    for target in ("-", ""):
        with open_log(target, ticking(), outside=None) as log:
            log.note("run", "done", 0)
    told = capsys.readouterr()
    assert told.out == ""
    assert json.loads(told.err)["stage"] == "run"


def test_a_log_inside_the_site_is_refused(tmp_path: Path) -> None:
    """Its times would be published; a link that leads there leads there too."""
    (tmp_path / "site").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "site")
    for name in ("site/run.log", "link/logs/run.log"):
        with (
            pytest.raises(DefinitionError, match="inside the site"),
            open_log(str(tmp_path / name), system_clock, outside=tmp_path / "site"),
        ):
            pass
    assert list((tmp_path / "site").iterdir()) == []


def test_a_log_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    """Before anything is done, and with a hint."""
    with pytest.raises(OutputError, match="Is a directory"), open_log(str(tmp_path), system_clock, outside=None):
        pass


def test_a_full_disk_stops_nothing() -> None:
    """A line that can't be written is left out, and the run goes on."""
    with open_log("/dev/full", ticking(), outside=None) as log, log.stage("run"):
        log.note("laying out", "done", 0)


def test_a_clock_that_is_set_goes_on() -> None:
    """It shows the moment that was named, and later ones as time passes."""
    clock = read_clock("2013-12-03T08:00+01:00")
    first, second = clock(), clock()
    assert EIGHT <= first < second < EIGHT + timedelta(seconds=30)
    assert read_clock("") is system_clock


@pytest.mark.parametrize("text", ["eight", "2013-12-03T08:00", "2013-12-03", "2013-13-03T08:00Z"])
def test_a_moment_needs_its_zone(text: str) -> None:
    """What could be another moment elsewhere is refused, as is what is none."""
    with pytest.raises(DefinitionError, match="is not a moment"):
        read_clock(text)


def test_a_stopwatch_measures_each_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stage lasts until the next one begins, the last one until it is asked."""
    moments = iter([10.0, 12.5, 20.0])
    monkeypatch.setattr("time.monotonic", lambda: next(moments))
    watch = Stopwatch()
    watch("reading")
    watch("drawing")
    assert watch.laps() == (("reading", 2.5), ("drawing", 7.5))


def test_a_set_clock_stands_by_the_monotonic_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """It doesn't jump when the machine's clock is set back."""
    moments = iter([100.0, 101.0])
    monkeypatch.setattr("time.monotonic", lambda: next(moments))
    assert clock_set_to(EIGHT)() == EIGHT + timedelta(seconds=1)
