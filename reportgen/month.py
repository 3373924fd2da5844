"""Reads all that is known of a month, and proves it: the document in, its figures and the words to tell them out."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.catalogues import check_catalogues
from reportgen.dataset import Dataset
from reportgen.definition import ReportDefinition, find_source
from reportgen.errors import DataError, DefinitionError, Problem, SourceError
from reportgen.findings import Facts
from reportgen.indicators import compute_indicators
from reportgen.language import Language, read_language
from reportgen.period import Period
from reportgen.proof import Proof, prove_source
from reportgen.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Month:
    """What is known of a month, and can be told in some languages."""

    proof: Proof
    dataset: Dataset
    """What was known in the month, and nothing later."""
    identities: int
    """How many sums and repetitions were checked, over all months up to this one."""
    spoken: tuple[Wording, ...]
    """The month's facts in each language."""


def read_month(definition: ReportDefinition, month: Period, languages: Sequence[str], *, strict: bool = False) -> Month:
    """Read the month's document, prove it and compute its indicators.

    `strict` refuses a document with warnings that the definition doesn't accept.
    Raise a `ReportgenError` of the stage that can't go on.
    """
    spoken = [speak(definition, code) for code in languages]
    check_catalogues(definition, spoken)
    proof = _prove(definition, month, strict=strict)
    if str(month) not in definition.releases:
        hint = f'add "{month}" = {{ released = …, next = … }} to releases in report.toml'
        raise DefinitionError(Problem(kind="missing-release", message=f"{month} has no release date", hint=hint))
    facts = know(definition, proof.dataset.until(month))
    return Month(
        proof=proof,
        dataset=facts.dataset,
        identities=proof.identities * len(facts.dataset.periods),
        spoken=tuple(Wording(language=language, definition=definition, facts=facts) for language in spoken),
    )


def read_facts(definition: ReportDefinition, month: Period) -> Facts:
    """Read and prove the month's document, and compute its indicators, whether or not it has a release date."""
    return know(definition, _prove(definition, month, strict=False).dataset.until(month))


def speak(definition: ReportDefinition, code: str) -> Language:
    """Read a language's catalogues, if the definition has names in it."""
    language = read_language(code, definition.folder)
    named = definition.code_lists[0].codes[0].labels
    if code not in named or code not in definition.report.file_name:
        hint = f'add a column "{code}" to {definition.report.codes} and "{code}" to report.file_name'
        raise DefinitionError(Problem(kind="unknown-language", message=f"the report has no names in {code}", hint=hint))
    return language


def know(definition: ReportDefinition, dataset: Dataset) -> Facts:
    """Compute a dataset's indicators."""
    share = (definition.share.dimension, definition.share.code)
    indicators = compute_indicators(dataset, small_base=definition.report.small_base, share=share)
    return Facts(dataset=dataset, indicators=indicators)


def _prove(definition: ReportDefinition, month: Period, *, strict: bool) -> Proof:
    """Read and prove the document that a month is built from; it has figures for the month."""
    source = find_source(definition, month)
    proof = prove_source(source, definition)
    if strict and (refused := [w for w in proof.warnings if w.name not in definition.source.accept]):
        raise SourceError(refused)
    if proof.broken:
        raise DataError([*(diagnosis.problem for diagnosis in proof.diagnoses), *proof.broken])
    periods = proof.dataset.periods
    if month not in periods:
        message = f"{source.name} has no figures for {month}"
        hint = f"choose a month from {periods[0]} to {periods[-1]}"
        raise SourceError(Problem(kind="missing-month", message=message, hint=hint))
    return proof
