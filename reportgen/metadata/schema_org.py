"""Describes a month's page in the words of schema.org: a `Dataset`, and the `Report` that is based on it.

Search engines read it from the page. One identifier names the dataset in every language, and in the catalogue.
"""

from collections.abc import Mapping, Sequence

from reportgen.definition import ReportDefinition
from reportgen.metadata.files import PublishedFile, data_files, file_message
from reportgen.metadata.naming import dataset_description, dataset_name, identifier, page_address
from reportgen.report import Report, RichText
from reportgen.rules import AgentRules, MetadataRules
from reportgen.wording import Wording

_KILOBYTE = 1000


def describe_month(words: Wording, report: Report, files: Sequence[PublishedFile]) -> Mapping[str, object] | None:
    """Return the JSON-LD of a month's page in one language; none where the definition has no `[metadata]`.

    `files` are those of the month that are known when its page is laid out.
    """
    metadata = words.definition.metadata
    if metadata is None:
        return None
    shared = _shared(words, report)
    dataset = _dataset(words, metadata, files)
    about = {key: value for key, value in shared.items() if key != "correction"}
    return {
        "@context": "https://schema.org/",
        "@graph": [
            {"@type": "Dataset", "@id": identifier(words.definition, str(report.month)), **about, **dataset},
            {"@type": "Report", "@id": f"{shared['url']}#report", **shared, **_report(words, report)},
        ],
    }


def _shared(words: Wording, report: Report) -> dict[str, object]:
    """Return what is true of the dataset and the report alike."""
    definition, language = words.definition, words.language
    corrections = [c for c in definition.corrections if c.month == str(report.month)]
    first, last = words.facts.dataset.periods[0], report.month
    described: dict[str, object] = {
        "name": dataset_name(language, last),
        "description": dataset_description(language, first, last),
        "inLanguage": language.code,
        "url": page_address(definition, language.code, last),
        "datePublished": report.released,
        "license": definition.report.licence_url,
        "isAccessibleForFree": True,
        "publisher": _publisher(definition),
        "temporalCoverage": str(last) if first == last else f"{first}/{last}",
    }
    if corrections:
        told = [
            {
                "@type": "CorrectionComment",
                "text": c.text[language.code],
                "datePublished": c.date.isoformat(),
            }
            for c in corrections
        ]
        described |= {"dateModified": max(c.date for c in corrections).isoformat(), "correction": told}
    return described


def _publisher(definition: ReportDefinition) -> Mapping[str, object]:
    agent = definition.metadata.publisher if definition.metadata else None
    return _organisation(definition.site.publisher, definition.site.publisher_url, agent)


def _creator(definition: ReportDefinition) -> Mapping[str, object]:
    agent = definition.metadata.creator if definition.metadata else None
    return _organisation(definition.site.creator, definition.site.creator_url, agent)


def _organisation(name: str, url: str, agent: AgentRules | None) -> Mapping[str, object]:
    known: dict[str, object] = {"@type": "Organization", "name": name, "url": url}
    if agent:
        known |= {"@id": agent.uri} | ({"identifier": agent.identifier} if agent.identifier else {})
    return known


def _dataset(words: Wording, metadata: MetadataRules, files: Sequence[PublishedFile]) -> dict[str, object]:
    definition, say = words.definition, words.language.message
    return {
        "creator": _creator(definition),
        "keywords": [say(f"keyword.{name}") for name in metadata.keywords],
        "spatialCoverage": {"@type": "Place", "name": say("metadata.area"), "sameAs": list(metadata.spatial)},
        "variableMeasured": _variables(words),
        "distribution": [
            _download(words, file, kind.media_type or kind.name)
            for file, kind in data_files(files, words.facts.month)
            if file.path.parts[0] in {"data", words.language.code}
        ],
        "isPartOf": {"@type": "Dataset", "@id": identifier(definition, "series"), **_series(words)},
    }


def _series(words: Wording) -> dict[str, object]:
    """Return what a reader of this page alone must know of the series: search engines ask for name and description."""
    definition, say = words.definition, words.language.message
    return {
        "name": say("title"),
        "description": say("metadata.description"),
        "url": f"{definition.site.address}{words.language.code}/",
        "license": definition.report.licence_url,
        "creator": _creator(definition),
    }


def _variables(words: Wording) -> list[dict[str, object]]:
    """Return the number of persons and every indicator, each once, by its name in the data files."""
    units = {"persons": "persons"} | {figure.name: figure.unit for figure in words.facts.indicators.figures}
    say = words.language.message
    return [
        {
            "@type": "PropertyValue",
            "name": say("column-persons" if name == "persons" else f"indicator.{name}"),
            "propertyID": name,
            "unitText": say(f"unit.{unit}"),
        }
        for name, unit in units.items()
    ]


def _download(words: Wording, file: PublishedFile, encoding: str) -> dict[str, object]:
    kind = file.format
    values = {"month": words.language.month(words.facts.month), "format": kind.name if kind else encoding}
    return {
        "@type": "DataDownload",
        "name": file.path.name,
        "description": words.language.message(file_message(file.path), **values),
        "contentUrl": f"{words.definition.site.address}{file.path}",
        "encodingFormat": encoding,
        "contentSize": f"{-(-file.size // _KILOBYTE)} kB",
    }


def _report(words: Wording, report: Report) -> dict[str, object]:
    """Return what is said of the report: its news, its PDF, its main figure, and itself in other languages."""
    definition, page = words.definition, page_address(words.definition, report.language, report.month)
    original = definition.report.languages[0]
    others = [
        {"@type": "Report", "@id": f"{address}#report", "url": address, "inLanguage": code}
        for code in report.translations
        for address in [page_address(definition, code, report.month)]
    ]
    said: dict[str, object] = {
        "author": _publisher(definition),  # whose figures they are is said of the dataset
        "headline": report.headline,
        "abstract": " ".join(_plain(paragraph) for paragraph in report.lead),
        "isBasedOn": {"@id": identifier(definition, str(report.month))},
        "encoding": [
            {"@type": "MediaObject", "contentUrl": f"{page}{file.path}", "encodingFormat": "application/pdf"}
            for file in report.downloads
            if file.path.endswith(".pdf")
        ],
        "image": [
            {
                "@type": "ImageObject",
                "contentUrl": f"{page}{file.path}",
                "encodingFormat": "image/png",
                "name": report.main_figure.title,
                "description": report.main_figure.alt,
            }
            for file in report.main_figure.downloads
            if file.path.endswith(".png")
        ],
        "workTranslation": [other for other in others if report.language == original],
        "translationOfWork": [other for other in others if other["inLanguage"] == original],
    }
    return {key: value for key, value in said.items() if value}


def _plain(text: RichText) -> str:
    return "".join(piece if isinstance(piece, str) else piece.text for piece in text)
