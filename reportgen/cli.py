"""The command line: arguments in, exit code out; the only place that prints.

Libraries are imported where they are needed, so that `--help` answers at once.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reportgen import __version__
from reportgen.dataset import TOTAL
from reportgen.errors import DefinitionError, Problem, ReportgenError, SourceError
from reportgen.period import Period
from reportgen.resources import example_folder

if TYPE_CHECKING:
    from reportgen.build import Publication
    from reportgen.check import Examination, Finding
    from reportgen.definition import ReportDefinition
    from reportgen.diagnosis import TextChange
    from reportgen.trail import Trail

FORMATS = ("html", "pdf", "data")
_PLACES_SHOWN = 4
_TABLE_WIDTH = 110


_report_option = click.option(
    "--report",
    "folder",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder with report.toml. [this folder, else the example]",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="reportgen")
def main() -> None:
    """Turn a monthly table document into a finished publication: HTML, PDF and data."""


@main.command()
@click.option("--month", "months", multiple=True, metavar="2013-11", help="Month to build; may be repeated. [newest]")
@click.option("--language", "languages", multiple=True, metavar="nb", help="Build only this language; may be repeated.")
@click.option(
    "--format", "formats", multiple=True, type=click.Choice(FORMATS), help="Build only this; may be repeated."
)
@click.option(
    "--output", default="site", show_default=True, type=click.Path(path_type=Path), help="Folder of the site."
)
@_report_option
@click.option("--strict", is_flag=True, help="Refuse a document with problems that the definition doesn't accept.")
def build(
    months: tuple[str, ...],
    languages: tuple[str, ...],
    formats: tuple[str, ...],
    output: Path,
    folder: Path | None,
    *,
    strict: bool,
) -> None:
    """Build the publication of one month or several.

    A month is replaced as a whole: it holds the languages and formats of its last build, and nothing older.
    """
    with _problems_told():
        wanted = [_parse_month(text) for text in dict.fromkeys(months)]
        from reportgen.build import build_month, count_stages, write_publications
        from reportgen.definition import read_definition

        definition = read_definition(folder or _default_folder())
        wanted = wanted or [_newest_month(definition)]
        chosen = tuple(dict.fromkeys(languages)) or definition.report.languages
        kinds = tuple(kind for kind in FORMATS if kind in formats) or FORMATS
        with _progress_shown(len(wanted) * count_stages(chosen, kinds)) as progress:
            publications = [
                build_month(definition, month, languages=chosen, formats=kinds, strict=strict, progress=progress)
                for month in wanted
            ]
        write_publications(publications, output)
        _tell_warnings(publications, definition)
        _tell_summary(publications, output)


@main.command()
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--repair",
    "target",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write a copy in which the cells that are certainly wrong are put right.",
)
@_report_option
def check(sources: tuple[Path, ...], target: Path | None, folder: Path | None, *, as_json: bool) -> None:
    """Check whether documents add up; where not, tell which cell is wrong and what it should be.

    Exit code 0: sound. 3: the form of a document is wrong. 4: figures are wrong.
    """
    with _problems_told():
        from reportgen.check import check_json, examine_source, write_repaired
        from reportgen.definition import read_definition

        if target and len(sources) > 1:
            problem = Problem(kind="option", message="--repair takes one document", hint="repair them one by one")
            raise DefinitionError(problem)
        definition = read_definition(folder or _default_folder())
        examinations = [examine_source(path, definition) for path in sources]
        if as_json:
            click.echo(json.dumps(check_json(examinations), ensure_ascii=False, indent=2))
        else:
            for examination in examinations:
                _tell_examination(examination, definition)
        if target:
            _tell_changes(write_repaired(examinations[0], target), target, to_errors=as_json)
        sys.exit(min((e.exit_code for e in examinations if e.exit_code), default=0))


def _tell_examination(examination: "Examination", definition: "ReportDefinition") -> None:
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
                Text("\n".join(map(str, places)) or examination.path.name),
                _persons(finding.found),
                _persons(finding.expected),
                Text(f"{finding.problem.message}\nhint: {finding.problem.hint}\n"),
            )
        console = Console()
        Console(width=max(console.width, _TABLE_WIDTH)).print(table)
    for warning in proof.warnings if proof else ():
        if warning.name not in definition.source.accept:
            _tell(warning, "warning")
    click.echo(f"{examination.path}: {_summary(examination)}")


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


def _tell_changes(changes: "Sequence[TextChange]", target: Path, *, to_errors: bool) -> None:
    """Print every cell that the repaired copy has otherwise."""
    for change in changes:
        click.echo(f'{change.where}: "{change.found}" -> "{change.expected}"', err=to_errors)
    click.echo(f"{target}: {len(changes)} cells repaired", err=to_errors)


@main.command()
@click.argument("indicator")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--month", "month_text", metavar="2013-11", default="", help="Month that the figure is about. [newest]")
@_report_option
def explain(indicator: str, codes: tuple[str, ...], month_text: str, folder: Path | None) -> None:
    """Show how a figure was computed, down to the printed cells.

    INDICATOR is a name of indicators.csv, such as change-percent; each CODE a programme, group or other
    category, such as work-experience. Without a code it is the figure for all participants.
    """
    with _problems_told():
        month = _parse_month(month_text) if month_text else None
        from reportgen.build import explain_indicator
        from reportgen.definition import read_definition

        definition = read_definition(folder or _default_folder())
        for trail in explain_indicator(definition, month or _newest_month(definition), indicator, codes):
            _tell_trail(trail, definition)


def _tell_trail(trail: "Trail", definition: "ReportDefinition") -> None:
    """Print a figure, its formula with the numbers, and each number's printed cells."""
    from reportgen.datafiles import write_value

    figure = trail.indicator
    result = f"{write_value(figure.value)} {figure.unit}" if figure.value is not None else f"no value: {figure.status}"
    if figure.missing:
        result += f" ({figure.missing} is needed)"
    click.echo(f"{figure.name}, {_label(definition, figure.codes)}, {figure.period}")
    click.echo(f"  = {figure.formula or '?'}")
    click.echo(f"  = {result}")
    for operand in trail.operands:
        cells = " ".join(map(str, operand.cells)) or "identity"
        click.echo(f"  {operand.value:>9}  {operand.period}  {_label(definition, operand.codes)}  {cells}")


def _label(definition: "ReportDefinition", codes: tuple[str, ...]) -> str:
    """Return the labels of codes in the document's language, without the totals."""
    labels = [
        code_list[code].labels[definition.source.language]
        for code_list, code in zip(definition.code_lists, codes, strict=True)
        if code != TOTAL
    ]
    return ", ".join(labels) or definition.source.total


def _parse_month(text: str) -> Period:
    try:
        return Period.parse(text)
    except ValueError as error:
        problem = Problem(kind="month", message=f'"{text}" is not a month', hint="write it as 2013-11")
        raise DefinitionError(problem) from error


def _default_folder() -> Path:
    """Return this folder if it has a definition, else the example that comes with the program."""
    here = Path()
    return here if (here / "report.toml").is_file() else example_folder()


def _newest_month(definition: "ReportDefinition") -> Period:
    from reportgen.definition import sources

    known = sources(definition)
    if not known:
        hint = f"put a document at {definition.source.files.replace('{month}', '2013-11')}, named by its own month"
        raise SourceError(Problem(kind="missing-source", message="the report has no source document", hint=hint))
    return max(known)


@contextmanager
def _problems_told() -> Iterator[None]:
    """Print a foreseen error with its hints, and end with its exit code; a bug keeps its trace."""
    try:
        yield
    except ReportgenError as error:
        for problem in error.problems:
            _tell(problem, "error")
        sys.exit(error.exit_code)


@contextmanager
def _progress_shown(stages: int) -> Iterator[Callable[[str], None]]:
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
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=stages, completed=-1)
        yield lambda stage: bar.update(task, advance=1, description=stage)


def _tell(problem: Problem, severity: str) -> None:
    """Print a problem on standard error: what, where, and what to do."""
    click.secho(f"{severity}: ", fg="red" if severity == "error" else "yellow", bold=True, nl=False, err=True)
    click.echo(problem.message, err=True)
    if problem.where:
        places = ", ".join(map(str, problem.where[:_PLACES_SHOWN]))
        more = len(problem.where) - _PLACES_SHOWN
        click.echo(f"  at {places}" + (f" and {more} more" if more > 0 else ""), err=True)
    click.echo(f"  hint: {problem.hint}", err=True)


def _tell_warnings(publications: "Sequence[Publication]", definition: "ReportDefinition") -> None:
    """Print each warning once, unless the definition accepts it."""
    warnings = {warning: None for publication in publications for warning in publication.warnings}
    for warning in warnings:
        if warning.name not in definition.source.accept:
            _tell(warning, "warning")


def _tell_summary(publications: "Sequence[Publication]", output: Path) -> None:
    """Print what was written: the pages and documents by name, the rest by number."""
    for publication in publications:
        click.echo(f"{publication.month}:")
        named = [
            file for file in publication.files if file.path.suffix in {".html", ".pdf"} or file.path.parts[0] == "data"
        ]
        for file in named:
            click.echo(f"  {output / file.path}  {len(file.content) / 1000:,.0f} kB")
        others = len(publication.files) - len(named)
        if others:
            click.echo(f"  and {others} figures, fonts and styles")
