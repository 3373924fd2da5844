"""Tells where a computed figure comes from, down to the printed cells."""

from collections.abc import Sequence

from reportgen.dataset import TOTAL
from reportgen.definition import ReportDefinition, unknown_word
from reportgen.errors import DefinitionError, Problem
from reportgen.month import read_facts
from reportgen.period import Period
from reportgen.trail import Trail, trace_indicator


def explain_indicator(
    definition: ReportDefinition, month: Period, name: str, categories: Sequence[str]
) -> tuple[Trail, ...]:
    """Return where an indicator of a month comes from, for each of the categories, or for the total.

    A category is a code of any dimension but the total: `work-experience`, `women`, `jobseekers`.
    Raise `DefinitionError` for an indicator or category that doesn't exist, with the nearest that do.
    """
    facts = read_facts(definition, month)
    dataset, indicators = facts.dataset, facts.indicators
    names = sorted({figure.name for figure in indicators.figures})
    known = [code.id for code_list in definition.code_lists for code in code_list.codes]
    problems = [unknown_word("indicator", name, names)] if name not in names else []
    problems += [unknown_word("code", word, known) for word in categories if word not in known]
    if problems:
        raise DefinitionError(problems)
    trails = []
    for word in categories or (TOTAL,):
        dimension = next(known.dimension for known in definition.code_lists if word in known)
        codes = dataset.codes(**{dimension: word})
        try:
            trails.append(trace_indicator(dataset, indicators.get(name, codes)))
        except KeyError as error:
            hint = "leave the code out, or choose another indicator"
            problem = Problem(kind="no-such-figure", message=f'"{name}" is not computed for "{word}"', hint=hint)
            raise DefinitionError(problem) from error
    return tuple(trails)
