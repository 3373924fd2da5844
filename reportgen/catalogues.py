"""Finds what a definition asks for and the program or a catalogue lacks, before anything is composed.

A message for a rare month would else be missed in that month, at eight o'clock.
"""

import difflib
from collections.abc import Collection, Iterator, Sequence

from reportgen.dataset import TOTAL
from reportgen.definition import FILE_NAME, INDICATOR_TABLE, ReportDefinition, SentenceRules
from reportgen.errors import DefinitionError, Problem, Where
from reportgen.figures import KINDS
from reportgen.findings import KEY_FIGURE_FINDINGS, VARIANTS
from reportgen.language import Language


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
    for figure in definition.figures:
        yield figure.title
        yield from figure.description
    for section in definition.sections:
        for paragraph in section.paragraphs:
            yield from paragraph


def _unknown_names(definition: ReportDefinition) -> Iterator[Problem]:
    """Find kinds, dimensions, codes and references that nothing answers to."""
    figures = [figure.id for figure in definition.figures]
    targets = {*figures, f"table-{INDICATOR_TABLE}", *_table_anchors(definition)}
    for sentence in _sentences(definition):
        what = f'the sentence "{sentence.message}"'
        yield from _unknown(what, "finding", sentence.finding, VARIANTS)
        yield from _unknown_codes(definition, what, sentence.codes)
        if sentence.by:
            yield from _unknown(what, "dimension", sentence.by, definition.report.dimensions)
        for name in sentence.see:
            yield from _unknown(what, "figure or table", name, targets)
    for figure in definition.figures:
        yield from _unknown(f'the figure "{figure.id}"', "kind", figure.kind, KINDS)
        if figure.by:
            yield from _unknown(f'the figure "{figure.id}"', "dimension", figure.by, definition.report.dimensions)
    for key_figure in definition.key_figures:
        what = f'the key figure "{key_figure.id}"'
        yield from _unknown(what, "kind", key_figure.kind, KEY_FIGURE_FINDINGS)
        yield from _unknown_codes(definition, what, key_figure.codes)


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
        message = f'{what} names the unknown {kind} "{word}"'
        yield Problem(kind="unknown-name", message=message, hint=hint, where=(Where(file=FILE_NAME),))


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


def _variants(message: str, finding: str, silent: Sequence[str] = ()) -> Iterator[str]:
    yield from (f"{message}.{variant}" for variant in VARIANTS[finding] if variant not in silent)
