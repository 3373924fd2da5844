"""What a definition asks for and nothing answers to is found before anything is composed."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from reportgen.catalogues import check_catalogues
from reportgen.definition import ReportDefinition
from reportgen.errors import DefinitionError
from reportgen.findings import Facts
from reportgen.language import Language, read_language
from reportgen.resources import template_folder

CODE = Path(__file__).resolve().parent.parent / "reportgen"
LANGUAGES = ("nb", "nn", "en")


@pytest.fixture(scope="module")
def languages(definition: ReportDefinition) -> tuple[Language, ...]:
    """Return the example's languages."""
    return tuple(read_language(code, definition.folder) for code in LANGUAGES)


def lacks(definition: ReportDefinition, language: Language, key: str) -> bool:
    """Tell whether the check complains of a key that is taken away, and of nothing else."""
    less = replace(language, messages={k: text for k, text in language.messages.items() if k != key})
    try:
        check_catalogues(definition, [less])
    except DefinitionError as error:
        found = [(problem.kind, problem.message, problem.hint) for problem in error.problems]
    else:
        return False
    message, hint = f'no message "{key}" in {language.code}', f'add msgid "{key}" to texts/{language.code}.po'
    assert found == [("missing-message", message, hint)]
    return True


def told(definition: ReportDefinition, languages: Sequence[Language]) -> list[tuple[str, str]]:
    """Return message and hint of every problem."""
    with pytest.raises(DefinitionError) as caught:
        check_catalogues(definition, languages)
    return [(problem.message, problem.hint) for problem in caught.value.problems]


def test_the_example_lacks_nothing(definition: ReportDefinition, languages: Sequence[Language]) -> None:
    """Every sentence of the example has its message in every language."""
    check_catalogues(definition, languages)


def test_every_message_is_needed_or_said_by_the_program(
    definition: ReportDefinition, languages: Sequence[Language]
) -> None:
    """No catalogue has a message that nothing says: each is missed by the check, or named in the program."""
    texts = {
        node.value
        for file in CODE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    templates = "".join(file.read_text(encoding="utf-8") for file in template_folder().rglob("*.html"))
    families = (
        "dimension.",
        "sign.",
        "symbol.",
        "reason.",
        "result.",
        "indicator.",
        "fact.",
        "data.about.",
        "data.column.",
        "data.status.",
        "data.unit.",
        "data-group.",
        "download-",
        "count.",
        "name.",
        "short.",
        "statement.",
        "unit.",
    )
    drawn = {f"column-{name}" for name in ("points", "july-fall", "july-dip")}
    for language in languages:
        unused = [
            key
            for key in language.messages
            if key not in texts | drawn
            and not key.startswith(families)
            and not (key.startswith("page.") and (key[5:] in templates or key[5:] in texts))
            and not lacks(definition, language, key)
        ]
        assert unused == [], language.code


def test_names_and_labels_belong_to_codes_and_indicators(
    definition: ReportDefinition, languages: Sequence[Language], facts_of: Callable[[int], Facts]
) -> None:
    """A name for a category, or a label of an indicator, has a code or indicator that it names."""
    codes = {f"{known.dimension}.{code.id}" for known in definition.code_lists for code in known.codes}
    indicators = {figure.name for figure in facts_of(1).indicators.figures}
    for language in languages:
        for key in language.messages:
            family, _, rest = key.partition(".")
            if family in {"name", "short"}:
                assert rest in codes, key
            if family == "indicator":
                assert rest in indicators, key
        assert [name for name in indicators if f"indicator.{name}" not in language] == []


@pytest.mark.parametrize(
    "key",
    [
        "headline.nearly-unchanged",
        "subject.unchanged",
        "dips.rise",
        "key-mean.first",
        "about.zero.text",
        "table.programmes",
        "title",
    ],
)
def test_a_message_for_a_rare_month_is_missed_at_once(
    definition: ReportDefinition, languages: Sequence[Language], key: str
) -> None:
    """A missing message is told whether or not this month would say it, in each language that lacks it."""
    assert all(lacks(definition, language, key) for language in languages)


def test_every_missing_message_is_told(definition: ReportDefinition, languages: Sequence[Language]) -> None:
    """All that a language lacks is told at once, in the order of the definition."""
    nb = languages[0]
    less = replace(nb, messages={k: text for k, text in nb.messages.items() if not k.startswith("about.small.")})
    assert [message for message, _ in told(definition, [less])] == [
        'no message "about.small.term" in nb',
        'no message "about.small.text" in nb',
    ]


@pytest.mark.parametrize(
    ("change", "message", "hint"),
    [
        (
            {"headline": {"finding": "changes"}},
            'the sentence "headline" names the unknown finding "changes"',
            "choose one of change",
        ),
        (
            {"headline": {"codes": {"main_group": "jobseeker"}}},
            'the sentence "headline" names the unknown code "jobseeker"',
            "choose one of jobseekers",
        ),
        (
            {"headline": {"codes": {"age": "young"}}},
            'the sentence "headline" names the unknown dimension "age"',
            "choose one of main_group, programme, sex",
        ),
        (
            {"headline": {"by": "programmes"}},
            'the sentence "headline" names the unknown dimension "programmes"',
            "choose one of programme",
        ),
        (
            {"headline": {"see": ("table-main-group",)}},
            'the sentence "headline" names the unknown figure or table "table-main-group"',
            "choose one of table-main-groups",
        ),
    ],
)
def test_a_name_that_nothing_answers_to_is_told(
    definition: ReportDefinition, languages: Sequence[Language], change: dict[str, object], message: str, hint: str
) -> None:
    """A sentence that names an unknown finding, code, dimension, figure or table is told with the nearest names."""
    (part, entries), *_ = change.items()
    assert isinstance(entries, dict)
    altered = definition.model_copy(update={part: getattr(definition, part).model_copy(update=entries)})
    ((said, hinted),) = told(altered, languages)
    assert said == message
    assert hinted.startswith(hint)


def test_unknown_kinds_of_figures_and_key_figures_are_told(
    definition: ReportDefinition, languages: Sequence[Language]
) -> None:
    """A figure or key figure of an unknown kind is told, both at once."""
    figure = definition.figures[0].model_copy(update={"kind": "pie"})
    key_figure = definition.key_figures[0].model_copy(update={"kind": "levels"})
    altered = definition.model_copy(
        update={
            "figures": (figure, *definition.figures[1:]),
            "key_figures": (key_figure, *definition.key_figures[1:]),
        }
    )
    assert [message for message, _ in told(altered, languages)] == [
        'the figure "participants" names the unknown kind "pie"',
        'the key figure "participants" names the unknown kind "levels"',
    ]


def changed(definition: ReportDefinition, kind: str, name: str, **values: object) -> ReportDefinition:
    """Return the example with other values in the figure or section of this id."""
    rules = [rule.model_copy(update=values) if rule.id == name else rule for rule in getattr(definition, kind)]
    return definition.model_copy(update={kind: tuple(rules)})


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            ("figures", "groups", {"by": ""}),
            ('the figure "groups" compares parts of no dimension', "add by = and one of programme, main_group, sex"),
        ),
        (
            ("figures", "groups", {"level": "grup"}),
            ('the figure "groups" names the unknown level "grup"', "choose one of group"),
        ),
        (
            ("sections", "july", {"figures": ("recovery", "july-dip", "groups")}),
            ('"groups" stands in the sections twice', "leave it in one of them"),
        ),
    ],
)
def test_rules_that_nothing_can_follow_are_told(
    definition: ReportDefinition,
    languages: Sequence[Language],
    change: tuple[str, str, dict[str, object]],
    problem: tuple[str, str],
) -> None:
    """A picture of parts without parts, an unknown level and a figure in two places are told, not met half-way."""
    kind, name, values = change
    assert told(changed(definition, kind, name, **values), languages) == [problem]


def test_a_report_without_figures_is_told(definition: ReportDefinition, languages: Sequence[Language]) -> None:
    """The front page needs a figure, and a sentence that points to one needs it too."""
    bare = definition.model_copy(
        update={"sections": tuple(s.model_copy(update={"figures": (), "paragraphs": ()}) for s in definition.sections)}
    )
    hint = "add figures to the first section: its first one stands on the front page"
    assert told(bare, languages) == [("no section has a figure", hint)]
