"""The command line: arguments in, exit code out; `console` tells people what comes of it.

Libraries are imported where they are needed, so that `--help` answers at once.
"""

import json
import signal
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import TypedDict, Unpack

import click

from reportgen import __version__
from reportgen.console import (
    edition_told,
    open_streams,
    problems_told,
    progress_shown,
    tell,
    tell_changes,
    tell_examination,
    tell_makings,
    tell_months,
    tell_trail,
    tell_verification,
    tell_warnings,
)
from reportgen.errors import DefinitionError, Problem
from reportgen.period import Period
from reportgen.resources import example_folder
from reportgen.texts import make_visible

FORMATS = ("html", "pdf", "data")


class _Envelope(TypedDict):
    """Options of a mail: who it is from and for, and its subject."""

    sender: str
    recipients: tuple[str, ...]
    subject: str


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
    open_streams()


class _Making(TypedDict):
    """Options that change how a build is made, and nothing in what is made."""

    jobs: int
    scheduler: str
    cached: bool
    why: bool


class _Going(_Making):
    """Those, and options that say how far a build goes: a draft, a release, or neither."""

    draft: bool
    release: bool
    accepted: tuple[str, ...]
    judged: Path | None
    now: str
    log: str


@main.command()
@click.option(
    "--month", "months", multiple=True, metavar="2013-11", help="Month to build, or 2013-01..2013-11; may be repeated."
)
@click.option("--all", "every", is_flag=True, help="Build every month that has a release date and a document.")
@click.option("--language", "languages", multiple=True, metavar="nb", help="Build only this language; may be repeated.")
@click.option(
    "--format", "formats", multiple=True, type=click.Choice(FORMATS), help="Build only this; may be repeated."
)
@click.option(
    "--output", default="", metavar="PLACE", help="Site's folder, or address: s3://bucket/site. [site; drafts: draft]"
)
@_report_option
@click.option("--strict", is_flag=True, help="Refuse a document with problems that the definition doesn't accept.")
@click.option("--jobs", default=0, type=click.IntRange(0), help="Processes that build at once. [one a processor]")
@click.option("--scheduler", default="", metavar="ADDRESS", help="Let a Dask cluster build: tcp://host:8786.")
@click.option("--cache/--no-cache", "cached", default=True, help="Use what was made from the same before. [yes]")
@click.option("--why", is_flag=True, help="Tell of each artefact whether it was made or reused, and why.")
@click.option("--draft", is_flag=True, help="Mark every page as a draft, on a site of drafts.")
@click.option("--release", is_flag=True, help="Publish only what is due, and what the checklist has nothing against.")
@click.option("--accept", "accepted", multiple=True, metavar="NAME=REASON", help="Release with this warning.")
@click.option("--judged", metavar="DIR", type=click.Path(path_type=Path), help="Folder of the judges' reports.")
@click.option("--now", default="", metavar="TIME", help="Set the clock; to a later time, a release is a rehearsal.")
@click.option("--log", default="", metavar="FILE", help="Add a line of JSON for each stage; - for standard error.")
def build(
    months: tuple[str, ...],
    languages: tuple[str, ...],
    formats: tuple[str, ...],
    output: str,
    folder: Path | None,
    *,
    every: bool,
    strict: bool,
    **going: Unpack[_Going],
) -> None:
    """Build the publication of one month or several; of the newest document's month where none is named.

    A month is replaced as a whole: it holds the languages and formats of its last build, and nothing older.
    One that can't be built keeps no other from being published.
    """
    with problems_told():
        wanted = [month for text in months for month in _parse_months(text)]
        if every and wanted:
            problem = Problem(
                kind="option", message="--all and --month exclude each other", hint="leave one of them out"
            )
            raise DefinitionError(problem)
        from reportgen.cache import cache_folder
        from reportgen.checklist import plan_review
        from reportgen.clock import read_clock
        from reportgen.definition import newest_month, read_definition, released_months
        from reportgen.publishing import find_versions
        from reportgen.runlog import open_log
        from reportgen.schedule import Plan, build_months, exit_code
        from reportgen.storage import find_place

        clock = read_clock(going["now"])
        review = plan_review(
            clock, release=going["release"], draft=going["draft"], accepted=going["accepted"], judged=going["judged"]
        )
        place = find_place(output or ("draft" if going["draft"] else "site"))
        with open_log(going["log"], clock, outside=place) as log, log.stage("run") as run:
            definition = read_definition(folder or _default_folder())
            newest = newest_month(definition)
            wanted = [m for m in released_months(definition) if m <= newest] if every else wanted or [newest]
            plan = Plan(
                months=tuple(dict.fromkeys(wanted)),
                languages=tuple(dict.fromkeys(languages)) or definition.report.languages,
                formats=tuple(kind for kind in FORMATS if kind in formats) or FORMATS,
                versions=find_versions(definition, wanted, place),
                strict=strict,
                draft=going["draft"],
                review=review,
                cache=cache_folder() if going["cached"] else None,
                jobs=going["jobs"],
                scheduler=going["scheduler"],
            )
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            with progress_shown(len(plan.orders)) as progress:
                built = build_months(definition, plan, place, progress=progress, log=log)
            if not review.release:  # which has told them as errors, or accepted them
                tell_warnings((each for month in built for each in (*month.warnings, *month.remarks)), definition)
            if going["why"]:
                tell_makings(built)
            tell_months(built, str(place), rehearsal=review.rehearsal)
            run["exit"] = exit_code(built)
            run["outcome"] = "failed" if run["exit"] else "done"
            sys.exit(exit_code(built))


@main.command()
@click.option("--month", "month_text", metavar="2013-11", default="", help="Month that it tells of. [newest]")
@click.option("--language", "languages", multiple=True, metavar="nb", help="Write only this language; may be repeated.")
@click.option("--to", "recipients", multiple=True, metavar="ADDRESS", help="Who it goes to; may be repeated.")
@click.option("--from", "sender", metavar="ADDRESS", default="", help="Who it is from.")
@click.option("--subject", metavar="TEXT", default="", help="Its subject. [the news]")
@click.option("--output", default="bulletin", show_default=True, metavar="DIR", help="Folder of the bulletins.")
@_report_option
def bulletin(
    month_text: str, languages: tuple[str, ...], output: str, folder: Path | None, **envelope: Unpack[_Envelope]
) -> None:
    """Write the mail that tells of a month, as a draft to be opened and sent; nothing is sent.

    An ADDRESS is name@example.org or "Name <name@example.org>"; what is left out is taken from the definition.
    Beside the mail stand its HTML and its text, to be pasted elsewhere.
    """
    with problems_told():
        month = _parse_month(month_text) if month_text else None
        from reportgen.bulletin import read_envelope
        from reportgen.definition import newest_month, read_definition
        from reportgen.mailing import build_bulletin, count_bulletin_stages, write_bulletins
        from reportgen.storage import find_place

        place = find_place(output)
        if not isinstance(place, Path):
            hint = "write it to a folder, and copy it from there"
            raise DefinitionError(Problem(kind="option", message="a bulletin is written to this machine", hint=hint))
        definition = read_definition(folder or _default_folder())
        month = month or newest_month(definition)
        chosen = tuple(dict.fromkeys(languages)) or definition.report.languages
        if envelope["subject"] and len(chosen) > 1:
            hint = "choose it with --language"
            raise DefinitionError(Problem(kind="option", message="--subject goes with one language", hint=hint))
        given = read_envelope(definition.bulletin, **envelope)
        with progress_shown(count_bulletin_stages(chosen)) as progress:
            publication = build_bulletin(definition, month, languages=chosen, envelope=given, progress=progress)
        write_bulletins(publication, place)
        tell_warnings(publication.warnings, definition)
        for file in publication.files:
            tell(f"{place / file.path}  {len(file.content) / 1000:,.0f} kB")


@main.command()
@click.option("--month", "months", multiple=True, metavar="2013-11", help="Month to show; may be repeated. [newest]")
@click.option("--language", "languages", multiple=True, metavar="nb", help="Show only this language; may be repeated.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 for a free one.")
@click.option("--host", default="", metavar="ADDRESS", help="Listen here instead of on this machine alone.")
@click.option("--open", "opened", is_flag=True, help="Open the site in the browser.")
@_report_option
def serve(
    months: tuple[str, ...],
    languages: tuple[str, ...],
    port: int,
    host: str,
    folder: Path | None,
    *,
    opened: bool,
) -> None:
    """Show the site on this machine, and build it anew when a file is saved; Ctrl-C ends.

    The browser follows by itself. PDFs are laid out when they are asked for. No folder of yours is written to.
    """
    with problems_told():
        wanted = [_parse_month(text) for text in dict.fromkeys(months)]
        from reportgen.preview import open_preview
        from reportgen.preview.workers import Plan

        plan = Plan(
            report=(folder or _default_folder()).resolve(),
            months=tuple(wanted),
            languages=tuple(dict.fromkeys(languages)),
        )
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt), open_preview(plan, tell=edition_told(), port=port, host=host) as address:
            tell(f"{address} shows {plan.report}; Ctrl-C ends")
            if opened:
                click.launch(address)
            Event().wait()


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
    with problems_told():
        from reportgen.check import check_json, examine_source, write_repaired
        from reportgen.definition import read_definition

        if target and len(sources) > 1:
            problem = Problem(kind="option", message="--repair takes one document", hint="repair them one by one")
            raise DefinitionError(problem)
        definition = read_definition(folder or _default_folder())
        examinations = [examine_source(path, definition) for path in sources]
        if as_json:
            tell(make_visible(json.dumps(check_json(examinations), ensure_ascii=False, indent=2)))
        else:
            for examination in examinations:
                tell_examination(examination, definition)
        if target:
            tell_changes(write_repaired(examinations[0], target), target, to_errors=as_json)
        sys.exit(min((e.exit_code for e in examinations if e.exit_code), default=0))


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
    with problems_told():
        month = _parse_month(month_text) if month_text else None
        from reportgen.definition import newest_month, read_definition
        from reportgen.explain import explain_indicator

        definition = read_definition(folder or _default_folder())
        for trail in explain_indicator(definition, month or newest_month(definition), indicator, codes):
            tell_trail(trail, definition)


@main.command()
@click.argument("site", metavar="SITE")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(site: str, *, as_json: bool) -> None:
    """Compare every file of a site with the site's own lists; name those changed, missing or foreign.

    SITE is a folder or an address such as s3://bucket/site. Exit code 0: sound. 7: something differs.
    """
    with problems_told():
        from reportgen.storage import find_place
        from reportgen.verification import verification_json, verify_site

        verification = verify_site(find_place(site))
        if as_json:
            tell(json.dumps(verification_json(verification), indent=2))
        else:
            tell_verification(verification)
        sys.exit(verification.exit_code)


def _parse_months(text: str) -> list[Period]:
    """Return the months that a text names: one, or a span with both its ends."""
    first, *end = map(_parse_month, text.split("..", 1))
    last = end[0] if end else first
    if last < first:
        problem = Problem(
            kind="month",
            message=f'"{text}" ends before it begins',
            hint="write the earlier month first: 2013-01..2013-11",
        )
        raise DefinitionError(problem)
    return [first.shift(step) for step in range(last.months_since(first) + 1)]


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
