"""The checklist finds what a month lacks, and knows what may be accepted; the arithmetic of time is left to no one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

import pytest

from reportgen.checklist import (
    ERRORS,
    Review,
    describe_acceptances,
    examine_dates,
    examine_report,
    open_remarks,
    parse_acceptances,
    plan_review,
    refuse_early,
    refuse_parts,
)
from reportgen.clock import clock_set_to
from reportgen.definition import ReportDefinition
from reportgen.errors import DefinitionError, Problem, ReleaseError
from reportgen.period import Period
from reportgen.report import Report
from reportgen.rules import Acceptance, ChecklistRules, Correction, Release

NOVEMBER = Period(2013, 11)
ALIAS = Problem(kind="alias", message="a label was misread", hint="correct it", subject="Jobbkubb")
RULE = Problem(kind="stray-rule", message="a line of dashes", hint="remove it")
UNJUDGED = Problem(kind="not-judged", message="nobody looked", hint="ask somebody", subject="axe")

Reports = Callable[[int, str], Report]


def names(problems: tuple[Problem, ...]) -> list[str]:
    """Return the names of problems."""
    return [problem.name for problem in problems]


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize("month", [1, 11])
def test_the_example_lacks_nothing(definition: ReportDefinition, report_of: Reports, month: int, language: str) -> None:
    """A whole report is passed in every language, also that of a month that can compare nothing."""
    assert examine_report(report_of(month, language), definition) == ()


def test_each_lack_is_told(definition: ReportDefinition, report_of: Reports) -> None:
    """Headline, key figures, alternative texts of all figures, contact and method are missed, each by its name."""
    report = report_of(11, "nb")
    section = next(section for section in report.sections if section.figures)
    silent = replace(section, figures=tuple(replace(figure, alt=" ") for figure in section.figures))
    bare = replace(report, headline=" ", key_figures=(), main_figure=replace(report.main_figure, alt=""))
    bare = replace(bare, sections=(silent,), about=tuple(replace(fact, text=()) for fact in report.about))
    found = examine_report(bare, definition)
    assert names(found) == [
        "no-headline:nb",
        "no-key-figures:nb",
        *(["no-alternative-text:nb"] * (1 + len(section.figures))),
        "no-contact:nb",
        *(f"no-method:nb/{name}" for name in ("what", "change", "july", "small", "rounding", "zero")),
        "no-method:nb",
    ]
    assert all(problem.message.startswith("2013-11 nb: ") for problem in found)
    assert {problem.kind for problem in found} <= ERRORS
    assert len({problem.message for problem in found}) == len(found)


@pytest.mark.parametrize(
    ("count", "told"), [(3, ["key-figure-count:nb"]), (4, []), (6, []), (7, ["key-figure-count:nb"])]
)
def test_key_figures_are_counted(definition: ReportDefinition, report_of: Reports, count: int, told: list[str]) -> None:
    """Fewer than four key figures or more than six are worth a look."""
    report = report_of(11, "nb")
    figures = (*report.key_figures, *report.key_figures)[:count]
    assert names(examine_report(replace(report, key_figures=figures), definition)) == told


def test_a_contact_must_be_a_mail_address(definition: ReportDefinition, report_of: Reports) -> None:
    """A name that nobody can write to is no contact, though the page links to it."""
    rules = definition.report.model_copy(update={"contact": "NAV"})
    told = examine_report(report_of(11, "en"), definition.model_copy(update={"report": rules}))
    assert names(told) == ["no-contact:en"]


def test_the_next_release_is_the_next_month_s(definition: ReportDefinition) -> None:
    """A date that the calendar contradicts is told; the last month has nothing to be compared with."""
    late = Release(released=date(2013, 12, 4), next=date(2014, 1, 7))
    changed = definition.model_copy(update={"releases": {**definition.releases, "2013-11": late}})
    assert names(examine_dates(changed, Period(2013, 10))) == ["next-release:2013-10"]
    assert examine_dates(changed, NOVEMBER) == ()
    assert examine_dates(definition, Period(2013, 10)) == ()


def test_a_release_waits_for_its_moment(definition: ReportDefinition) -> None:
    """At eight o'clock in Oslo, seven in UTC, and not a millisecond before; each month that waits is told."""
    due = datetime(2013, 12, 3, 7, 0, tzinfo=UTC)
    refuse_early(definition, [NOVEMBER], due)
    with pytest.raises(ReleaseError) as raised:
        refuse_early(definition, [Period(2013, 10), NOVEMBER], due - timedelta(milliseconds=1))
    assert [problem.message for problem in raised.value.problems] == [
        "2013-11 is released 2013-12-03 08:00, and it is 2013-12-03 07:59"
    ]


def test_summer_time_counts(definition: ReportDefinition) -> None:
    """Eight o'clock in summer is six in UTC."""
    due = datetime(2013, 9, 3, 6, 0, tzinfo=UTC)
    refuse_early(definition, [Period(2013, 8)], due)
    with pytest.raises(ReleaseError):
        refuse_early(definition, [Period(2013, 8)], due - timedelta(seconds=1))


def test_a_correction_waits_for_its_day(definition: ReportDefinition) -> None:
    """A corrected month is due at the release time of its last correction."""
    corrections = tuple(
        Correction(month="2013-08", date=day, text=MappingProxyType({}), changed=MappingProxyType({}))
        for day in (date(2013, 9, 20), date(2013, 9, 10))
    )
    corrected = definition.model_copy(update={"corrections": corrections})
    refuse_early(corrected, [Period(2013, 8)], datetime(2013, 9, 20, 6, 0, tzinfo=UTC))
    with pytest.raises(ReleaseError, match="2013-09-20 08:00"):
        refuse_early(corrected, [Period(2013, 8)], datetime(2013, 9, 20, 5, 59, tzinfo=UTC))


def test_a_release_is_whole(definition: ReportDefinition) -> None:
    """One without a language of the definition, or a format, is refused; a language more is welcome."""
    refuse_parts(definition, ("nb", "nn", "en"), ("html", "pdf", "data"))
    with pytest.raises(DefinitionError, match="a release without en, pdf is not whole"):
        refuse_parts(definition, ("nb",), ("html", "data"))


def test_warnings_are_accepted_with_a_reason_and_errors_never(definition: ReportDefinition) -> None:
    """What is accepted for this month stops nothing, and is told with its reason; whoever is left knows how."""
    accept = (
        Acceptance(name="alias:Jobbkubb", reason="printed so", month="2013-10"),
        Acceptance(name="stray-rule", reason="no row is missing"),
        Acceptance(name="not-judged:axe", reason="no time"),
    )
    rules = definition.model_copy(update={"checklist": ChecklistRules(accept=accept)})
    left = open_remarks(rules, NOVEMBER, (ALIAS, RULE, UNJUDGED), Review())
    assert names(left) == ["alias:Jobbkubb", "not-judged:axe"]
    assert left[0].hint == 'correct it; or release it as it is, with a reason: --accept "alias:Jobbkubb=…"'
    assert left[1] == UNJUDGED
    given = Review(accepted={"alias:Jobbkubb": "known"})
    assert names(open_remarks(rules, NOVEMBER, (ALIAS, RULE), given)) == []
    assert describe_acceptances(rules, NOVEMBER, (ALIAS, RULE, UNJUDGED), given) == {
        "checklist": {
            "accepted": [
                {"name": "alias:Jobbkubb", "message": "a label was misread", "reason": "known"},
                {"name": "stray-rule", "message": "a line of dashes", "reason": "no row is missing"},
            ]
        }
    }


def test_what_the_document_s_rules_accept_is_known(definition: ReportDefinition) -> None:
    """A warning of `source.accept` stops no release, and needs no reason."""
    source = definition.source.model_copy(update={"accept": ("alias:Jobbkubb",)})
    rules = definition.model_copy(update={"source": source, "checklist": ChecklistRules()})
    assert open_remarks(rules, NOVEMBER, (ALIAS,), Review()) == ()
    assert describe_acceptances(rules, NOVEMBER, (ALIAS,), Review()) == {"checklist": {"accepted": []}}


@pytest.mark.parametrize("text", ["stray-rule", "stray-rule=", "stray-rule= ", "=why"])
def test_nothing_is_accepted_without_a_reason(text: str) -> None:
    """A name alone, and a reason alone, accept nothing."""
    with pytest.raises(DefinitionError, match="accepts nothing"):
        parse_acceptances([text])


def test_a_reason_may_have_any_sign() -> None:
    """Only the first equals sign divides."""
    assert parse_acceptances(["a:b=c = d"]) == {"a:b": "c = d"}


def test_options_that_exclude_each_other_are_refused() -> None:
    """No build is draft and release, and only a release accepts anything."""
    clock = clock_set_to(datetime(2013, 12, 3, tzinfo=UTC))
    with pytest.raises(DefinitionError, match="exclude each other"):
        plan_review(clock, release=True, draft=True, accepted=(), judged=None)
    with pytest.raises(DefinitionError, match="goes with --release"):
        plan_review(clock, release=False, draft=False, accepted=("a=b",), judged=None)


@pytest.mark.parametrize(
    ("year", "release", "rehearsal"), [(2013, True, False), (9000, True, True), (9000, False, False)]
)
def test_a_release_ahead_of_time_is_a_rehearsal(*, year: int, release: bool, rehearsal: bool) -> None:
    """By a clock that was set forward nothing can be published; other builds don't ask for the time."""
    clock = clock_set_to(datetime(year, 1, 1, tzinfo=UTC))
    assert plan_review(clock, release=release, draft=False, accepted=(), judged=None).rehearsal is rehearsal
