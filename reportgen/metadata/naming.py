"""Names, descriptions and identifiers that the page and the catalogue have in common."""

from reportgen.definition import ReportDefinition
from reportgen.language import Language
from reportgen.period import Period

CATALOGUE = "data/catalog.ttl"
"""Path of the catalogue below the site; identifiers are parts of it, so that each leads to what it names."""


def identifier(definition: ReportDefinition, name: str) -> str:
    """Return the identifier of a thing that the catalogue describes: `…/data/catalog.ttl#2013-11`."""
    return f"{definition.site.address}{CATALOGUE}#{name}"


def page_address(definition: ReportDefinition, language: str, month: Period) -> str:
    """Return the permanent address of a month's page."""
    return f"{definition.site.address}{language}/{month}/"


def dataset_name(language: Language, month: Period) -> str:
    """Return what a month's dataset is called: `Deltakere i arbeidsrettede tiltak, november 2013`."""
    return language.message("dataset-name", title=language.message("title"), month=language.month(month))


def dataset_description(language: Language, first: Period, month: Period) -> str:
    """Say what a month's dataset holds: the statistic, and the months that it covers."""
    several = "dataset-months.one" if first == month else "dataset-months.several"
    months = {"first": language.month(first)} if first != month else {}
    return (
        f"{language.message('metadata.description')} {language.message(several, month=language.month(month), **months)}"
    )
