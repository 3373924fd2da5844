"""Finds what a definition asks for and the program or a catalogue lacks, before anything is composed.

A message for a rare month would else be missed in that month, at eight o'clock.
"""

import difflib
from collections.abc import Collection, Iterator, Sequence

from reportgen.dataset import TOTAL
from reportgen.definition import FILE_NAME, ReportDefinition
from reportgen.errors import DefinitionError, Problem, Where
from reportgen.figures import KINDS, KINDS_WITH_PARTS
from reportgen.findings import KEY_FIGURE_FINDINGS, NEED_PARTS, VARIANTS
from reportgen.language import Language
from reportgen.rules import INDICATOR_TABLE, FigureRules, SentenceRules


def check_catalogues(definition: ReportDefinition, languages: Sequence[Language]) -> None:
    """Raise `DefinitionError` with every unknown kind, reference and missing message."""
    problems = [*_unknown_names(definition)]
    if not problems:
        problems = [problem for language in languages for problem in _missing_messages(definition, language)]
    if problems:
        raise DefinitionError(problems)


def _sentences(definition: ReportDefinition) -> Iterator[SentenceRules]:
    yield definition.headline
    yield from definition.lead
    if definition.bulletin.subject:
        yield definition.bulletin.subject
    for figure in definition.figures:
        yield figure.title
        yield from figure.description
    for section in definition.sections:
        for paragraph in section.paragraphs:
            yield from paragraph


def _unknown_names(definition: ReportDefinition) -> Iterator[Problem]:
    """Find kinds, dimensions, codes and references that nothing answers to."""
    shown = [name for section in definition.sections for name in section.figures]
    targets = {*shown, f"table-{INDICATOR_TABLE}", *_table_anchors(definition)}
    for sentence in _sentences(definition):
        what = f'the sentence "{sentence.message}"'
        yield from _unknown(what, "finding", sentence.finding, VARIANTS)
        yield from _unknown_codes(definition, what, sentence.codes)
        yield from _unknown_parts(definition, what, sentence, needed=sentence.finding in NEED_PARTS)
        for variant in sentence.silent:
            yield from _unknown(what, "variant", variant, VARIANTS.get(sentence.finding, (variant,)))
        for name in sentence.see:
            yield from _unknown(what, "figure or table", name, targets)
    for figure in definition.figures:
        what = f'the figure "{figure.id}"'
        yield from _unknown(what, "kind", figure.kind, KINDS)
        yield from _unknown_parts(definition, what, figure, needed=figure.kind in KINDS_WITH_PARTS)
    for key_figure in definition.key_figures:
        what = f'the key figure "{key_figure.id}"'
        yield from _unknown(what, "kind", key_figure.kind, KEY_FIGURE_FINDINGS)
        yield from _unknown_codes(definition, what, key_figure.codes)
    yield from _misplaced(definition, shown)


def _unknown_parts(
    definition: ReportDefinition, what: str, rules: SentenceRules | FigureRules, *, needed: bool
) -> Iterator[Problem]:
    """Find a dimension or level that doesn't exist, or is missing where parts are compared."""
    if not rules.by:
        if needed:
            hint = f"add by = and one of {', '.join(definition.report.dimensions)}"
            yield _problem(kind="missing-key", message=f"{what} compares parts of no dimension", hint=hint)
        return
    unknown = list(_unknown(what, "dimension", rules.by, definition.report.dimensions))
    levels = {code.level for code in definition.code_list(rules.by).codes} if not unknown else {rules.level}
    yield from unknown or _unknown(what, "level", rules.level, levels)


def _misplaced(definition: ReportDefinition, shown: list[str]) -> Iterator[Problem]:
    """Find figures and tables that stand twice, and a report without any figure for its front page."""
    tables = [name for section in definition.sections for name in section.tables]
    for name in dict.fromkeys(name for names in (shown, tables) for name in names if names.count(name) > 1):
        yield _problem(
            kind="stands-twice", message=f'"{name}" stands in the sections twice', hint="leave it in one of them"
        )
    if not shown:
        hint = "add figures to the first section: its first one stands on the front page"
        yield _problem(kind="missing-key", message="no section has a figure", hint=hint)


def _unknown_codes(definition: ReportDefinition, what: str, codes: object) -> Iterator[Problem]:
    if not isinstance(codes, dict):
        return
    for dimension, code in codes.items():
        problems = list(_unknown(what, "dimension", dimension, definition.report.dimensions))
        known = [] if problems else [known.id for known in definition.code_list(dimension).codes]
        yield from problems or _unknown(what, "code", code, known)


def _unknown(what: str, kind: str, word: str, known: Collection[str]) -> Iterator[Problem]:
    if word not in known:
        near = difflib.get_close_matches(word, list(known), n=3, cutoff=0.5) or sorted(known)
        hint = f"choose one of {', '.join(near)}"
        yield _problem(kind="unknown-name", message=f'{what} names the unknown {kind} "{word}"', hint=hint)


def _problem(*, kind: str, message: str, hint: str) -> Problem:
    return Problem(kind=kind, message=message, hint=hint, where=(Where(file=FILE_NAME),))


def _table_anchors(definition: ReportDefinition) -> Iterator[str]:
    for table in definition.tables:
        if table.slices:
            yield from (f"table-{table.id}-{code.id}" for code in definition.code_list(table.slices).children(TOTAL))
        else:
            yield f"table-{table.id}"


def _missing_messages(definition: ReportDefinition, language: Language) -> Iterator[Problem]:
    """Find the messages that some month would need; each is told once."""
    for key in dict.fromkeys(_needed_messages(definition)):
        if key not in language:
            message = f'no message "{key}" in {language.code}'
            hint = f'add msgid "{key}" to texts/{language.code}.po'
            yield Problem(kind="missing-message", message=message, hint=hint)


def _needed_messages(definition: ReportDefinition) -> Iterator[str]:
    yield from ("title", "example-note", "source-note", "table.share", f"table.{INDICATOR_TABLE}")
    for dimension in definition.report.dimensions:
        yield f"dimension.{dimension}"
    for sentence in _sentences(definition):
        yield from _variants(sentence.message, sentence.finding, sentence.silent)
    for key_figure in definition.key_figures:
        yield f"key.{key_figure.id}"
        yield from _variants(f"key-{key_figure.kind}", KEY_FIGURE_FINDINGS[key_figure.kind])
    for figure in definition.figures:
        yield f"figure.{figure.id}.subtitle"
    for table in definition.tables:
        yield f"table.{table.id}"
    for section in definition.sections:
        yield f"section.{section.id}"
        for term in section.terms:
            yield from (f"term.{term}.name", f"term.{term}.text")
    for name in definition.report.about:
        yield from (f"about.{name}.term", f"about.{name}.text")
    if definition.metadata:
        yield from ("metadata.description", "metadata.area")
        yield from (f"keyword.{name}" for name in definition.metadata.keywords)


def _variants(message: str, finding: str, silent: Sequence[str] = ()) -> Iterator[str]:
    yield from (f"{message}.{variant}" for variant in VARIANTS[finding] if variant not in silent)
