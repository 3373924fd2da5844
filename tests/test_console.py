"""What the command line tells: where nobody reads it, the work goes on and the exit code is what it would have been."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from naive_reading import EXAMPLE, SOURCE

from reportgen import console
from reportgen.cli import main
from reportgen.console import edition_told
from reportgen.errors import Problem
from reportgen.preview.workers import Outcome

WRONG = SOURCE.read_text(encoding="utf-8").replace("74 256", "74 257", 1)
PROGRAM = Path(sys.executable).with_name("reportgen")
PRINTS = {"echo", "print", "secho", "write"}


@contextmanager
def streams_to(target: int) -> Iterator[None]:
    """Let both standard streams write to a descriptor of their own copy of this one."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("stdout", "stderr"):
            patch.setattr(sys, name, os.fdopen(os.dup(target), "w", encoding="utf-8"))
        try:
            yield
        finally:
            for stream in (sys.stdout, sys.stderr):
                with suppress(OSError):  # what could not be written is tried again
                    stream.close()


@pytest.fixture
def gone() -> Iterator[int]:
    """Return the end of a pipe that nobody reads."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.fixture
def full() -> Iterator[int]:
    """Return a file on a disk that is full."""
    handle = os.open("/dev/full", os.O_WRONLY)
    yield handle
    os.close(handle)


def lay_out(folder: Path) -> None:
    """Put a document with a wrong figure and a site that is not sound into a folder."""
    (folder / "wrong.txt").write_text(WRONG, encoding="utf-8")
    (folder / "formless.txt").write_text("Januar\n", encoding="utf-8")
    (folder / "site").mkdir()
    (folder / "site/sha256sums.txt").write_text(f"{'0' * 64}  nb/index.html\n", encoding="utf-8")


COMMANDS: dict[str, tuple[int, set[str]]] = {
    "check wrong.txt": (4, set()),
    "check --json wrong.txt": (4, set()),
    "check --repair new.txt wrong.txt": (4, {"new.txt", "new.txt.repairs.json"}),
    "check formless.txt": (3, set()),
    f"check {SOURCE}": (0, set()),
    "explain change-percent work-experience": (0, set()),
    "explain nothing": (2, set()),
    "verify site": (7, set()),
    "verify --json site": (7, set()),
    "verify nowhere": (2, set()),
    "build --month 2013-10 --format data --jobs 1 --no-cache --why --output new": (0, {"new"}),
}
"""Exit code and what is made, as where somebody reads."""


@pytest.mark.parametrize("command", COMMANDS)
def test_nobody_reads(command: str, gone: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a pipe whose reader has ended, every command does its work and has its exit code."""
    lay_out(tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    monkeypatch.chdir(tmp_path)
    arguments = command.split()
    if arguments[0] != "verify":
        arguments += ["--report", str(EXAMPLE)]
    with streams_to(gone), pytest.raises(SystemExit) as ended:
        main(arguments)
    made = {path.name for path in tmp_path.iterdir()} - before
    assert (ended.value.code, made) == COMMANDS[command]


def program(*arguments: str | Path, stdout: int, stderr: int) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, with nothing kept back from its streams."""
    return subprocess.run(
        [sys.executable, *arguments],
        stdout=stdout,
        stderr=stderr,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def test_one_reader_is_gone(gone: int, tmp_path: Path) -> None:
    """What can't be built is told on standard error where nobody reads standard output."""
    command = ["build", "--month", "2013-10", "--month", "2012-05", "--format", "data", "--jobs", "1", "--no-cache"]
    paths: list[str | Path] = ["--output", tmp_path / "site", "--report", EXAMPLE]
    done = program(PROGRAM, *command, *paths, stdout=gone, stderr=subprocess.PIPE)
    assert done.returncode == 3
    assert "error: 2013-11.txt has no figures for 2012-05\n  hint: " in done.stderr


@pytest.mark.parametrize("stream", ["gone", "full"])
def test_a_preview_goes_on(stream: str, request: pytest.FixtureRequest) -> None:
    """What an edition has to tell is lost, and not the thread that watches for the next one."""
    tell = edition_told()
    warning = Problem(kind="alias", message="read as", hint="correct it")
    with streams_to(request.getfixturevalue(stream)):
        for outcome in (
            Outcome(pages=("nb/2013-11/index.html",), warnings=(warning,)),
            Outcome(problems=(warning,)),
            Outcome(trace="Traceback\n"),
        ):
            tell(outcome, 1.0)


def test_every_line_is_printed_by_what_survives() -> None:
    """Nothing prints but functions that go on where nobody reads."""
    package = Path(console.__file__).parent
    printing = {
        f"{path.stem}.{function.name}"
        for path in package.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and prints(call.func)
    }
    assert printing == {"console.tell", "console.tell_problem", "console.tell_examination", "runlog._write_error"}


def prints(called: ast.expr) -> bool:
    """Tell a call that prints from any other."""
    if isinstance(called, ast.Name):
        return called.id == "print"
    if not isinstance(called, ast.Attribute) or called.attr not in PRINTS:
        return False
    return ast.unparse(called.value) in {"click", "console", "sys.stdout", "sys.stderr"}
