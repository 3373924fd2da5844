"""What a month must have before it is released: examined in its reports, its dates and its judges' reports.

An error always stops a release. A warning, such as a misprinted label of the document, stops it unless it is accepted
by its name and with a reason, which then stands in the month's manifest.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from reportgen.clock import Clock, system_clock
from reportgen.definition import ReportDefinition, release_moment
from reportgen.errors import DefinitionError, Problem, ReleaseError
from reportgen.judgements import examine_files
from reportgen.manifest import Manifest
from reportgen.period import Period
from reportgen.publication import FORMATS
from reportgen.report import Link, Report

ERRORS = frozenset(
    {
        *("no-headline", "no-key-figures", "no-alternative-text", "no-contact", "no-method"),
        *("not-judged", "judged-wrong", "no-judgement"),
    }
)
"""Kinds of remarks that nobody can accept."""
_FEWEST, _MOST = 4, 6
"""How many key figures a reader can take in, and needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """How the months of a build are held against the checklist."""

    release: bool = False
    """Whether they may go out only if nothing is left; otherwise what is left is told."""
    rehearsal: bool = False
    """Whether everything is done but the publishing."""
    accepted: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Reasons for which warnings are accepted in this build, by their names, beyond those of the definition."""
    judged: Path | None = None
    """The folder of the judges' reports."""


def plan_review(clock: Clock, *, release: bool, draft: bool, accepted: Sequence[str], judged: Path | None) -> Review:
    """Return what options ask for; a release by a clock that was set forward is a rehearsal.

    Raise `DefinitionError` for options that don't go together.
    """
    if release and draft:
        hint = "build the draft into a folder of its own, and release without --draft"
        raise DefinitionError(Problem(kind="option", message="--draft and --release exclude each other", hint=hint))
    if accepted and not release:
        hint = "leave it out: other builds only tell their warnings"
        raise DefinitionError(Problem(kind="option", message="--accept goes with --release", hint=hint))
    return Review(
        release=release,
        rehearsal=release and clock() > system_clock(),
        accepted=parse_acceptances(accepted),
        judged=judged,
    )


def parse_acceptances(texts: Sequence[str]) -> Mapping[str, str]:
    """Return the reasons of texts like `alias:Jobbkubb=printed so for years`, by the warnings' names."""
    accepted = {}
    for text in texts:
        name, _, reason = text.partition("=")
        if not name.strip() or not reason.strip():
            hint = 'write the name of the warning and why it may stand: --accept "stray-rule=printed so by NAV"'
            raise DefinitionError(Problem(kind="option", message=f'"{text}" accepts nothing', hint=hint))
        accepted[name.strip()] = reason.strip()
    return accepted


def refuse_parts(definition: ReportDefinition, languages: Sequence[str], formats: Sequence[str]) -> None:
    """Raise `DefinitionError` where a release would lack a language of the definition, or a format."""
    lacking = [code for code in definition.report.languages if code not in languages]
    lacking += [kind for kind in FORMATS if kind not in formats]
    if lacking:
        message, hint = f"a release without {', '.join(lacking)} is not whole", "leave out --language and --format"
        raise DefinitionError(Problem(kind="option", message=message, hint=hint))


def refuse_early(definition: ReportDefinition, months: Sequence[Period], now: datetime) -> None:
    """Raise `ReleaseError` for each month that is not due yet: at its release, or at its last correction.

    A month without a release date is left to those who build it.
    """
    zone = ZoneInfo(definition.site.time_zone)
    problems = []
    for month in months:
        release = definition.releases.get(str(month))
        if release is None:
            continue
        corrections = [correction.date for correction in definition.corrections_of(month)]
        due = release_moment(definition, max([release.released, *corrections]))
        if now < due:
            hint = "run it again then; build --draft is for those who read it before"
            message = f"{month} is released {due:%Y-%m-%d %H:%M}, and it is {now.astimezone(zone):%Y-%m-%d %H:%M}"
            problems.append(Problem(kind="too-early", message=message, hint=hint))
    if problems:
        raise ReleaseError(problems)


def examine_report(report: Report, definition: ReportDefinition) -> tuple[Problem, ...]:
    """Return what a month's report lacks in its language."""
    return tuple(
        replace(remark, message=f"{report.month} {report.language}: {remark.message}")
        for remark in _lacking(report, definition)
    )


def _lacking(report: Report, definition: ReportDefinition) -> Iterator[Problem]:
    language = report.language
    if not report.headline.strip():
        yield _problem(
            kind="no-headline",
            subject=language,
            message="there is no headline",
            hint="let the headline's finding say something",
        )
    count = len(report.key_figures)
    if not count:
        yield _problem(
            kind="no-key-figures",
            subject=language,
            message="there are no key figures",
            hint="add key_figures to report.toml",
        )
    elif not _FEWEST <= count <= _MOST:
        message = f"there are {count} key figures, not {_FEWEST} to {_MOST}"
        yield _problem(
            kind="key-figure-count", subject=language, message=message, hint="add or remove some in report.toml"
        )
    for figure in (report.main_figure, *(figure for section in report.sections for figure in section.figures)):
        if not figure.alt.strip():
            message = f"the figure {figure.id.removeprefix('figure-')} has no alternative text"
            yield _problem(
                kind="no-alternative-text",
                subject=language,
                message=message,
                hint="let one of its descriptions say something",
            )
    contact = definition.report.contact
    links = {piece.target for fact in report.about for piece in fact.text if isinstance(piece, Link)}
    if "@" not in contact or f"mailto:{contact}" not in links:
        hint = 'give report.contact a mail address, and have "contact" in report.about'
        yield _problem(kind="no-contact", subject=language, message="no reader is told whom to ask", hint=hint)
    yield from _without_method(report, definition)


def _without_method(report: Report, definition: ReportDefinition) -> Iterator[Problem]:
    """Find entries about the method that don't stand in the report, or say nothing."""
    told = {
        name
        for name, fact in zip(definition.report.about, report.about, strict=True)
        if any(isinstance(piece, str) and piece.strip() for piece in fact.text)
    }
    for name in definition.checklist.method:
        if name not in told:
            message = f'the text "{name}" about the method is missing'
            yield _problem(
                kind="no-method",
                subject=f"{report.language}/{name}",
                message=message,
                hint=f'add "{name}" to report.about',
            )
    if not told:
        message = "nothing says how the figures are made"
        yield _problem(kind="no-method", subject=report.language, message=message, hint="add entries to report.about")


def examine_dates(definition: ReportDefinition, month: Period) -> tuple[Problem, ...]:
    """Return what is wrong with the date that a month announces; that it is a later one, `definition` knows."""
    release, following = definition.releases[str(month)], definition.releases.get(str(month.shift(1)))
    if following is None or following.released == release.next:
        return ()
    message = f"{month} announces the next release for {release.next}, and releases has it on {following.released}"
    return (
        _problem(kind="next-release", subject=str(month), message=message, hint="write the same date in both places"),
    )


def examine_judged(definition: ReportDefinition, manifest: Manifest, review: Review) -> tuple[Problem, ...]:
    """Return what judges say against a month's files, or leave open.

    They are asked where their reports are named, and of whatever is to be released.
    """
    if not (review.judged or review.release):
        return ()
    return examine_files(manifest.files, definition.checklist.judges, review.judged)


def _problem(*, kind: str, subject: str, message: str, hint: str) -> Problem:
    return Problem(kind=kind, message=message, hint=hint, subject=subject)


def open_remarks(
    definition: ReportDefinition, month: Period, remarks: Sequence[Problem], review: Review
) -> tuple[Problem, ...]:
    """Return the remarks that stop the month's release, each with how it could be accepted if it can."""
    reasons = _reasons(definition, month, review)
    return tuple(
        remark if remark.kind in ERRORS else replace(remark, hint=f"{remark.hint}; or {_how_to_accept(remark)}")
        for remark in remarks
        if remark.kind in ERRORS or remark.name not in {*reasons, *definition.source.accept}
    )


def _how_to_accept(remark: Problem) -> str:
    return f'release it as it is, with a reason: --accept "{remark.name}=…"'


def describe_acceptances(
    definition: ReportDefinition, month: Period, remarks: Sequence[Problem], review: Review
) -> dict[str, object]:
    """Return what a released month's manifest says of the warnings that it went out with."""
    reasons = _reasons(definition, month, review)
    accepted = [
        {"name": remark.name, "message": remark.message, "reason": reasons[remark.name]}
        for remark in remarks
        if remark.kind not in ERRORS and remark.name in reasons
    ]
    return {"checklist": {"accepted": accepted}}


def _reasons(definition: ReportDefinition, month: Period, review: Review) -> Mapping[str, str]:
    """Return why warnings are accepted in a month, by their names."""
    own = (acceptance for acceptance in definition.checklist.accept if acceptance.month in {"", str(month)})
    return {**{acceptance.name: acceptance.reason for acceptance in own}, **review.accepted}
