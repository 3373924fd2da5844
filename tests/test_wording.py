"""Findings, names and figures are told in each language as it tells them, and alike everywhere."""

from collections.abc import Callable, Mapping
from fractions import Fraction

import pytest
from invented import Women, facts_about, invent
from test_findings import CASES

from reportgen.definition import ReportDefinition
from reportgen.findings import KEY_FIGURE_FINDINGS, VARIANTS, find
from reportgen.indicators import Indicator
from reportgen.language import read_language
from reportgen.period import Period
from reportgen.rules import SentenceRules
from reportgen.wording import Wording

WordsOf = Callable[[int, str], Wording]
ALL = ("total", "total", "total")
NBSP = "\N{NO-BREAK SPACE}"
GROUPS = {"a": "training", "b": "follow-up", "c": "assessment"}
"""Real groups, whose names the example knows, in place of the invented ones."""


def plain(text: str) -> str:
    """Return a text with ordinary spaces."""
    return text.replace(NBSP, " ")


def sentences(definition: ReportDefinition) -> list[SentenceRules]:
    """Return every sentence that the definition has, those of figures and key figures too."""
    told = [definition.headline, *definition.lead]
    told += [rules for figure in definition.figures for rules in (figure.title, *figure.description)]
    told += [rules for section in definition.sections for paragraph in section.paragraphs for rules in paragraph]
    told += [
        SentenceRules(finding=KEY_FIGURE_FINDINGS[figure.kind], message=f"key-{figure.kind}")
        for figure in definition.key_figures
    ]
    return told


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
@pytest.mark.parametrize(("kind", "variant", "start", "parts", "women"), CASES)
def test_every_sentence_can_be_told_in_every_variant(
    definition: ReportDefinition,
    kind: str,
    variant: str,
    start: str,
    parts: Mapping[str, list[int]],
    women: Women,
    language: str,
) -> None:
    """No message of the example asks for a value that its finding lacks, whichever variant the figures call for."""
    named = {GROUPS[name]: series for name, series in parts.items()}
    facts = facts_about(invent(named, start=start, women=women))
    words = Wording(language=read_language(language, definition.folder), definition=definition, facts=facts)
    wanted = [rules for rules in sentences(definition) if rules.finding == kind]
    finding = find(facts, SentenceRules(finding=kind, message="x", by="programme"))
    assert finding.variant == variant
    for rules in wanted:
        if variant not in rules.silent:
            text = words.say(f"{rules.message}.{variant}", **words.values(finding))
            assert text == text.strip()
            assert not set("{}") & set(text)
            assert "  " not in text
            assert text[0] == text[0].upper()


def test_the_example_uses_every_kind_of_finding(definition: ReportDefinition) -> None:
    """The test above tells every kind of finding at least once."""
    assert {rules.finding for rules in sentences(definition)} == VARIANTS.keys()


def test_labels_stand_alone_and_names_in_sentences(words_of: WordsOf) -> None:
    """A label is the code list's; inside a sentence it is in lower case, or what the catalogue says instead."""
    nb, en = words_of(11, "nb"), words_of(11, "en")
    assert nb.label("programme", "training") == "Opplæring"
    assert (nb.name("programme", "training"), en.name("programme", "training")) == ("opplæring", "training")
    assert (en.label("main_group", "jobseekers"), en.name("main_group", "jobseekers")) == (
        "Job seekers in programmes",
        "job seekers",
    )
    assert (en.short("main_group", "jobseekers"), en.short("sex", "women")) == ("Job seekers", "Women")


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("nb", ["75 769", "3,1 %", "−14 176", "0,6", "102"]),
        ("en", ["75,769", "3.1%", "−14,176", "0.6", "102"]),
    ],
)
def test_figures_are_written_with_their_unit_s_decimals(words_of: WordsOf, language: str, texts: list[str]) -> None:
    """Persons and index have no decimals, per cent one and its sign, percentage points one and none."""
    words = words_of(11, language)
    figures = [
        words.facts.indicators.get(name, codes)
        for name, codes in (
            ("change-percent", ALL),
            ("july-fall-persons", ALL),
            ("contribution", ("training", "total", "total")),
            ("index", ALL),
        )
    ]
    assert [plain(text) for text in (words.persons(ALL), *map(words.figure, figures))] == texts


@pytest.mark.parametrize(
    ("month", "name", "codes", "sign", "meaning"),
    [
        (1, "change", ALL, ".", "kan ikke beregnes: kilden mangler desember 2012"),
        (8, "july-dip", ALL, "..", "kan ikke beregnes før tallene for oktober foreligger"),
        (
            11,
            "change-percent",
            ("results-based-financing", "total", "total"),
            ":",
            "vises ikke: færre enn 20 personer i grunnlaget",
        ),
    ],
)
def test_what_cannot_be_computed_has_a_symbol_with_its_reason(
    words_of: WordsOf, month: int, name: str, codes: tuple[str, str, str], sign: str, meaning: str
) -> None:
    """A missing figure is never written as 0: it has a symbol, whose meaning names the month or base that lacks."""
    words = words_of(month, "nb")
    figure = words.facts.indicators.get(name, codes)
    assert (words.figure(figure), words.reason("symbol", figure)) == (sign, meaning)


def test_a_reason_is_a_whole_sentence(words_of: WordsOf) -> None:
    """Where a figure would be drawn, a sentence says why it isn't."""
    words = words_of(8, "en")
    figure = words.facts.indicators.get("july-dip", ALL)
    assert words.reason("reason", figure) == "The figure cannot be drawn until the figures for October are available."


def test_a_month_has_its_year_only_where_it_differs(words_of: WordsOf) -> None:
    """Within the report's year a month is named alone."""
    words = words_of(11, "nb")
    assert [words.month(Period(2013, 10)), words.month(Period(2012, 11))] == ["oktober", "november 2012"]


def test_a_silenced_variant_says_nothing(words_of: WordsOf) -> None:
    """A sentence whose variant the definition silences is empty; with another variant it is told."""
    rules = SentenceRules(finding="recovery", message="recovery", silent=("not-yet",))
    assert words_of(6, "nb").tell(rules) == ""
    assert "oktober" in words_of(11, "nb").tell(rules)


def test_a_formula_is_written_as_the_language_writes_numbers(words_of: WordsOf) -> None:
    """Signs are those of mathematics, numbers have their thousands, the result is rounded and has its unit."""
    nb, en = words_of(11, "nb"), words_of(11, "en")
    figure = nb.facts.indicators.get("change-percent", ALL)
    assert plain(nb.formula(figure)) == "100 × (75 769 − 73 496) ÷ 73 496 = 3,1 %"
    assert plain(en.formula(figure)) == "100 × (75,769 − 73,496) ÷ 73,496 = 3.1%"


def test_one_month_is_singular(words_of: WordsOf) -> None:
    """A recovery in August takes one month, one in October three."""
    words = words_of(11, "en")
    august = Indicator(name="recovery", period=Period(2013, 11), codes=ALL, value=Fraction(1), unit="months")
    october = words.facts.indicators.get("recovery", ALL)
    assert [plain(words.formula(figure)).split(" = ")[1] for figure in (august, october)] == ["1 month", "3 months"]


def test_counts_are_spelt_out_where_the_language_does(words_of: WordsOf, definition: ReportDefinition) -> None:
    """Up to twelve a count has a word, after that digits; each with a twin for the beginning of a sentence."""
    finding = find(words_of(11, "nb").facts, SentenceRules(finding="opposite", message="x", by="programme"))
    values = words_of(11, "nb").values(finding)
    assert (values["parts"], values["parts_words"], values["Parts_words"]) == (10, "ti", "Ti")
    movers = SentenceRules(finding="movers", message="x", by="programme", level="programme")
    assert words_of(11, "en").values(find(words_of(11, "en").facts, movers))["parts_words"] == "38"
    assert len(definition.code_list("programme").at_level("programme")) == 38


def test_what_a_figure_is_about_is_named(words_of: WordsOf) -> None:
    """A series is named by its codes that aren't the total, or as the total."""
    words = words_of(11, "en")
    assert words.about(("training", "total", "women")) == "Training, Women"
    assert words.about(ALL) == "Total"
