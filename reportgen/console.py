"""What the command line tells people: problems, progress, summaries; the only place that prints.

Libraries are imported where they are needed, so that `--help` answers at once.
"""

import errno
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from reportgen.dataset import TOTAL
from reportgen.errors import OutputError, Problem, ReportgenError
from reportgen.texts import make_visible

if TYPE_CHECKING:
    from reportgen.check import Examination, Finding
    from reportgen.definition import ReportDefinition
    from reportgen.diagnosis import TextChange
    from reportgen.preview.rebuilding import Tell
    from reportgen.preview.workers import Outcome
    from reportgen.schedule import BuiltMonth
    from reportgen.trail import Trail
    from reportgen.verification import Verification

_PLACES_SHOWN = 4
_TABLE_WIDTH = 110
_LONGEST = 1500
"""Characters of a message."""
_INTERRUPTED = 130
"""Exit code of a program that was ended by Ctrl-C, as shells have it."""
_STANDARD_OUTPUT, _STANDARD_ERROR = 1, 2
_NOBODY_READS = frozenset({errno.EBADF, errno.EIO, errno.EPIPE})
"""What the system says where the reader of a pipe has ended, or a stream or terminal was closed."""


def open_streams() -> None:
    """Give closed standard streams a place to go, and let any text be printed in any locale.

    A file that is opened later would else get the number of a closed stream, and what a library says there.
    """
    while (handle := os.open(os.devnull, os.O_RDWR)) <= _STANDARD_ERROR:
        os.set_inheritable(handle, True)  # noqa: FBT003 - the system's own
    os.close(handle)
    sys.stdout = sys.stdout or os.fdopen(_STANDARD_OUTPUT, "w")
    sys.stderr = sys.stderr or os.fdopen(_STANDARD_ERROR, "w")
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


@contextmanager
def _heard() -> Iterator[None]:
    """Go on where nobody reads what is told; raise `OutputError` where it can't be written for another reason."""
    try:
        yield
    except OSError as error:
        for stream in (sys.stdout, sys.stderr):
            _let_go(stream)
        if error.errno not in _NOBODY_READS:
            problem = Problem(
                kind="not-told",
                message=f"what there is to tell can't be written: {error.strerror}",
                hint="make room where it goes; what was written to files stands",
            )
            raise OutputError(problem) from error


def _let_go(stream: TextIO) -> None:
    """Let what a stream still holds be lost if it can't be written; it would be tried again at the end."""
    try:
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


@contextmanager
def problems_told() -> Iterator[None]:
    """Print a foreseen error with its hints, and end with its exit code; a bug keeps its trace."""
    try:
        yield
    except KeyboardInterrupt:
        with suppress(OutputError):
            tell("interrupted: run it again, and it goes on from what is finished", err=True)
        sys.exit(_INTERRUPTED)
    except ReportgenError as error:
        with suppress(OutputError):
            for problem in error.problems:
                tell_problem(problem, "error")
        sys.exit(error.exit_code)


@contextmanager
def progress_shown(stages: int) -> Iterator[Callable[[str], None]]:
    """Show a bar on standard error where a person is looking."""
    if not sys.stderr.isatty():
        yield lambda _stage: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=stages, completed=-1)
    with _heard():
        bar.start()
    try:
        yield lambda stage: bar.update(task, advance=1, description=stage)
    finally:
        with _heard():
            bar.stop()


@_heard()
def tell(text: str, *, err: bool = False) -> None:
    """Print a line."""
    click.echo(text, err=err)


@_heard()
def tell_problem(problem: Problem, severity: str) -> None:
    """Print a problem on standard error: what, where, and what to do."""
    click.secho(f"{severity}: ", fg="red" if severity == "error" else "yellow", bold=True, nl=False, err=True)
    click.echo(_shorten(problem.message), err=True)
    if problem.where:
        places = ", ".join(map(str, problem.where[:_PLACES_SHOWN]))
        more = len(problem.where) - _PLACES_SHOWN
        click.echo(make_visible(f"  at {places}") + (f" and {more} more" if more > 0 else ""), err=True)
    click.echo(f"  hint: {_shorten(problem.hint)}", err=True)


def _shorten(text: str) -> str:
    """Return a text that may quote what strangers wrote: nothing in it steers the terminal or floods it."""
    cut = f"{text[:_LONGEST]} … ({len(text)} characters)" if len(text) > _LONGEST else text
    return make_visible(cut)


def tell_warnings(warnings: Iterable[Problem], definition: "ReportDefinition") -> None:
    """Print each warning once, unless the definition accepts it."""
    for warning in dict.fromkeys(warnings):
        if warning.name not in definition.source.accept:
            tell_problem(warning, "warning")


def tell_months(months: "Sequence[BuiltMonth]", output: str, *, rehearsal: bool = False) -> None:
    """Print what was written: pages, documents and data by name, the rest by number; and what could not be built."""
    if rehearsal:
        tell("a rehearsal, by a clock that was set forward: nothing was written; these would have gone out")
    for built in months:
        if built.manifest is None:
            for problem in built.problems:
                tell_problem(problem, "error")
            continue
        tell(f"{built.month}:")
        documents = {".html", ".pdf", ".xlsx"}
        files = (*built.manifest.files,)
        named = [file for file in files if file.path.suffix in documents or file.path.parts[0] == "data"]
        for file in named:
            tell(f"  {output}/{file.path}  {file.bytes / 1000:,.0f} kB")
        tell(f"  {output}/{built.manifest.path}")
        others = len(files) - len(named)
        if others:
            tell(f"  and {others} figures, tables, fonts and styles")
    if len(months) > 1:
        failed = [str(built.month) for built in months if built.manifest is None]
        tell(f"{len(months) - len(failed)} of {len(months)} months built" + _list_failed(failed))


def _list_failed(failed: Sequence[str]) -> str:
    return f"; not built: {', '.join(failed)}" if failed else ""


def tell_makings(months: "Sequence[BuiltMonth]") -> None:
    """Print, for each artefact, whether it was made or was there already, and what has changed since it was made."""
    seen: dict[str, str] = {}
    for making in (making for built in months for making in built.makings):
        if making.artefact in seen and making.reused:
            continue
        why = f"made: {', '.join(making.changed) or 'not in the cache'}"
        seen[making.artefact] = "reused" if making.reused else why
    width = max(map(len, seen), default=0)
    for artefact, what in seen.items():
        tell(f"{artefact:{width}}  {what}")


def tell_examination(examination: "Examination", definition: "ReportDefinition") -> None:
    """Print what was found in a document: a table of what is wrong, warnings, and a line that sums it up."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    proof = examination.proof
    if examination.findings:
        table = Table("Where", "Found", "Expected", "What is wrong", box=None, pad_edge=False)
        for finding in examination.findings:
            places = finding.problem.where[:_PLACES_SHOWN]
            table.add_row(
                Text(make_visible("\n".join(map(str, places)) or examination.path.name)),
                _persons(finding.found),
                _persons(finding.expected),
                Text(f"{_shorten(finding.problem.message)}\nhint: {_shorten(finding.problem.hint)}\n"),
            )
        console = Console(width=max(Console().width, _TABLE_WIDTH))
        with console.capture() as printed:  # rich itself would end the program where nobody reads
            console.print(table)
        tell(printed.get().removesuffix("\n"))
    for warning in proof.warnings if proof else ():
        if warning.name not in definition.source.accept:
            tell_problem(warning, "warning")
    tell(make_visible(f"{examination.path}: {_summary(examination)}"))


def _summary(examination: "Examination") -> str:
    proof = examination.proof
    if proof is None:
        return f"{_count(examination.findings)} of form; the figures were not checked"
    checked = f"{len(proof.dataset.periods)} months, {proof.checked} identities checked"
    if not examination.findings:
        return f"sound; {checked}"
    return f"{checked}, {len(proof.broken)} broken; {_count(examination.findings)}"


def _count(findings: "Sequence[Finding]") -> str:
    return "1 problem" if len(findings) == 1 else f"{len(findings)} problems"


def _persons(number: int | None) -> str:
    return "" if number is None else f"{number:,}".replace(",", "\N{NO-BREAK SPACE}")


def tell_changes(changes: "Sequence[TextChange]", target: Path, *, to_errors: bool) -> None:
    """Print every cell that the repaired copy has otherwise."""
    for change in changes:
        tell(f'{change.where}: "{change.found}" -> "{change.expected}"', err=to_errors)
    tell(f"{target}: {len(changes)} cells repaired", err=to_errors)


def tell_trail(trail: "Trail", definition: "ReportDefinition") -> None:
    """Print a figure, its formula with the numbers, and each number's printed cells."""
    from reportgen.datafiles import write_value

    figure = trail.indicator
    result = f"{write_value(figure.value)} {figure.unit}" if figure.value is not None else f"no value: {figure.status}"
    if figure.missing:
        result += f" ({figure.missing} is needed)"
    tell(f"{figure.name}, {_label(definition, figure.codes)}, {figure.period}")
    tell(f"  = {figure.formula or '?'}")
    tell(f"  = {result}")
    for operand in trail.operands:
        cells = " ".join(map(str, operand.cells)) or "identity"
        tell(f"  {operand.value:>9}  {operand.period}  {_label(definition, operand.codes)}  {cells}")


def _label(definition: "ReportDefinition", codes: tuple[str, ...]) -> str:
    """Return the labels of codes in the document's language, without the totals."""
    labels = [
        code_list[code].labels[definition.source.language]
        for code_list, code in zip(definition.code_lists, codes, strict=True)
        if code != TOTAL
    ]
    return ", ".join(labels) or definition.source.total


def tell_verification(verification: "Verification") -> None:
    """Print every file of a site that differs, and lines that sum it up."""
    from reportgen.verification import summarise

    for problem in verification.problems:
        tell_problem(problem, "error")
    for line in summarise(verification):
        tell(line)


def edition_told() -> "Tell":
    """Return what tells an edition: what is wrong with it, or how long it took; a warning when it is new."""
    known: set[Problem] = set()

    def tell_outcome(outcome: "Outcome", seconds: float) -> None:
        for problem in outcome.problems:
            tell_problem(problem, "error")
        if outcome.trace:
            tell(outcome.trace.removesuffix("\n"), err=True)
        if outcome.failed:
            return
        for warning in outcome.warnings:
            if warning not in known:
                tell_problem(warning, "warning")
        known.clear()
        known.update(outcome.warnings)
        tell(f"built in {seconds:.1f} s: {', '.join(outcome.pages)}")

    def tell_if_possible(outcome: "Outcome", seconds: float) -> None:
        with suppress(OutputError):  # the preview goes on, as it shows what is wrong in the browser as well
            tell_outcome(outcome, seconds)

    return tell_if_possible
