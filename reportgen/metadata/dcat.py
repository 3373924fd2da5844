"""Describes the site's data as a DCAT catalogue, by the Norwegian profile DCAT-AP-NO 3, in Turtle and JSON-LD.

The statistic is a series and each month a dataset of it: a month is published by itself, with files and a page of
its own, and stays as it is when the next one comes. Nothing is a blank node, so that the bytes are always the same.
"""

import json
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import methodcaller
from pathlib import PurePosixPath

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, FOAF, RDF, XSD
from rdflib.term import Node

from reportgen.definition import ReportDefinition
from reportgen.language import Language
from reportgen.metadata.files import FileFormat, PublishedFile, PublishedMonth, data_files, file_message
from reportgen.metadata.naming import CATALOGUE, dataset_description, dataset_name, identifier, page_address
from reportgen.output import OutputFile
from reportgen.period import Period
from reportgen.rules import AgentRules, MetadataRules

ADMS = Namespace("http://www.w3.org/ns/adms#")
AUTHORITY = Namespace("http://publications.europa.eu/resource/authority/")
DCAT = Namespace("http://www.w3.org/ns/dcat#")  # RDFLib's own is of the second edition, without series
DCATAP = Namespace("http://data.europa.eu/r5r/")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
LANGUAGES = {"nb": "NOB", "nn": "NNO", "en": "ENG"}
"""Codes of the EU's list of languages."""

_PREFIXES = {
    "adms": str(ADMS),
    "dcat": str(DCAT),
    "dcatap": str(DCATAP),
    "dct": str(DCTERMS),
    "foaf": str(FOAF),
    "vcard": str(VCARD),
    "xsd": str(XSD),
}


def compile_catalogue(
    definition: ReportDefinition,
    metadata: MetadataRules,
    languages: Sequence[Language],
    months: Sequence[PublishedMonth],
) -> tuple[OutputFile, ...]:
    """Return the catalogue of all months in both notations."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in _PREFIXES.items():
        graph.bind(prefix, namespace)
    writer = _Writer(definition=definition, metadata=metadata, languages=languages, graph=graph)
    writer.describe(sorted(months, key=lambda published: published.month))
    turtle = graph.serialize(format="turtle").rstrip("\n") + "\n"
    linked = json.loads(graph.serialize(format="json-ld", context=_PREFIXES))
    text = json.dumps(_ordered(linked), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    path = PurePosixPath(CATALOGUE)
    return (
        OutputFile(path=path, content=turtle.encode()),
        OutputFile(path=path.with_suffix(".jsonld"), content=text.encode()),
    )


def _ordered(value: object) -> object:
    """Put lists, whose order says nothing in a graph, in one order."""
    if isinstance(value, dict):
        return {key: _ordered(item) for key, item in value.items()}
    if isinstance(value, list):
        return sorted(map(_ordered, value), key=lambda item: json.dumps(item, sort_keys=True))
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """Adds what there is to say to a graph."""

    definition: ReportDefinition
    metadata: MetadataRules
    languages: Sequence[Language]
    graph: Graph

    def describe(self, months: Sequence[PublishedMonth]) -> None:
        """Describe the catalogue, the series, and each month, the oldest first."""
        self._catalogue(months)
        self._series(months)
        for place, published in enumerate(months):
            self._dataset(published, months[place - 1].month if place else None)

    def _node(self, name: object) -> URIRef:
        return URIRef(identifier(self.definition, str(name)))

    def _say(self, subject: URIRef, predicate: URIRef, *values: Node) -> None:
        for value in values:
            self.graph.add((subject, predicate, value))

    def _tell(self, subject: URIRef, predicate: URIRef, text: Callable[[Language], str]) -> None:
        """Say something once in each language."""
        self._say(subject, predicate, *(Literal(text(language), lang=language.code) for language in self.languages))

    def _catalogue(self, months: Sequence[PublishedMonth]) -> None:
        node = self._node("catalog")
        self._say(node, RDF.type, DCAT.Catalog)
        self._tell(node, DCTERMS.title, lambda known: known.message("catalogue-title", title=known.message("title")))
        self._tell(
            node,
            DCTERMS.description,
            lambda known: known.message("catalogue-description", title=known.message("title")),
        )
        self._say(node, FOAF.homepage, self._page(self.definition.site.address))
        self._say(node, DCAT.themeTaxonomy, AUTHORITY["data-theme"])
        self._say(node, DCTERMS.license, self._licence())
        self._say(node, DCAT.dataset, self._node("series"), *(self._node(known.month) for known in months))
        self._answer_for(node)
        self._dates(node, months)

    def _series(self, months: Sequence[PublishedMonth]) -> None:
        node = self._node("series")
        self._say(node, RDF.type, DCAT.DatasetSeries)
        self._tell(node, DCTERMS.title, lambda known: known.message("title"))
        self._tell(node, DCTERMS.description, lambda known: known.message("metadata.description"))
        self._say(node, DCTERMS.accrualPeriodicity, AUTHORITY["frequency/MONTHLY"])
        self._say(node, DCAT.first, self._node(months[0].month))
        self._say(node, DCAT.last, self._node(months[-1].month))
        self._say(node, DCTERMS.temporal, self._span(min(known.first for known in months), months[-1].month))
        self._sort_under(node)
        self._answer_for(node)
        self._dates(node, months)

    def _dataset(self, published: PublishedMonth, previous: Period | None) -> None:
        month, node = published.month, self._node(published.month)
        self._say(node, RDF.type, DCAT.Dataset)
        self._tell(node, DCTERMS.title, lambda known: dataset_name(known, month))
        self._tell(node, DCTERMS.description, lambda known: dataset_description(known, published.first, month))
        self._say(node, DCTERMS.identifier, Literal(str(node)))
        self._say(node, DCAT.inSeries, self._node("series"))
        if previous:
            self._say(node, DCAT.prev, self._node(previous))
        self._say(node, DCTERMS.temporal, self._span(published.first, month))
        self._say(node, DCAT.temporalResolution, Literal("P1M", datatype=XSD.duration))
        self._say(node, DCTERMS.accessRights, AUTHORITY["access-right/PUBLIC"])
        self._say(node, DCTERMS.type, AUTHORITY["dataset-type/STATISTICAL"])
        for language in self.languages:
            self._say(node, DCAT.landingPage, self._page(page_address(self.definition, language.code, month)))
        self._sort_under(node)
        self._answer_for(node)
        self._dates(node, [published])
        for file, kind in data_files(published.files, month):
            self._say(node, DCAT.distribution, self._distribution(published, file, kind))

    def _distribution(self, published: PublishedMonth, file: PublishedFile, kind: FileFormat) -> URIRef:
        node, address = self._node(file.path), URIRef(f"{self.definition.site.address}{file.path}")
        self._say(node, RDF.type, DCAT.Distribution)
        self._tell(
            node, DCTERMS.title, lambda known: known.message("file-title", name=file.path.name, format=kind.name)
        )
        self._tell(
            node,
            DCTERMS.description,
            lambda known: known.message(file_message(file.path), month=known.month(published.month), format=kind.name),
        )
        self._say(node, DCAT.accessURL, address)
        self._say(node, DCAT.downloadURL, address)
        self._say(node, DCAT.byteSize, Literal(str(file.size), datatype=XSD.nonNegativeInteger))
        if kind.media_type:
            self._say(node, DCAT.mediaType, URIRef(MEDIA_TYPES + kind.media_type))
        if kind.file_type:
            self._say(node, DCTERMS["format"], AUTHORITY[f"file-type/{kind.file_type}"])
        self._say(node, DCTERMS.license, self._licence())
        self._say(node, ADMS.status, AUTHORITY["distribution-status/COMPLETED"])
        self._say(node, DCATAP.availability, AUTHORITY["planned-availability/STABLE"])
        self._dates(node, [published])
        if file.path.parts[0] in LANGUAGES:
            self._say(node, DCTERMS.language, self._language(file.path.parts[0]))
        return node

    def _sort_under(self, node: URIRef) -> None:
        """Say what catalogues sort a dataset by, and whose figures it holds."""
        site = self.definition.site
        creator = self._agent("creator", site.creator, site.creator_url, self.metadata.creator)
        self._say(node, DCTERMS.creator, creator)
        self._say(node, DCAT.theme, *map(URIRef, self.metadata.themes))
        for name in self.metadata.keywords:
            self._tell(node, DCAT.keyword, methodcaller("message", f"keyword.{name}"))

    def _answer_for(self, node: URIRef) -> None:
        """Say who published something, whom to ask, where it is about, and in which languages it is."""
        site = self.definition.site
        publisher = self._agent("publisher", site.publisher, site.publisher_url, self.metadata.publisher)
        self._say(node, DCTERMS.publisher, publisher)
        self._say(node, DCTERMS.spatial, *map(URIRef, self.metadata.spatial))
        known = [language.code for language in self.languages if language.code in LANGUAGES]
        self._say(node, DCTERMS.language, *map(self._language, known))
        contact = self._node("contact")
        self._say(contact, RDF.type, VCARD.Organization)
        self._tell(contact, VCARD.fn, lambda known: known.message("contact-name", title=known.message("title")))
        self._say(contact, VCARD.hasEmail, URIRef(f"mailto:{self.definition.report.contact}"))
        self._say(node, DCAT.contactPoint, contact)

    def _agent(self, role: str, name: str, homepage: str, rules: AgentRules | None) -> URIRef:
        node = URIRef(rules.uri) if rules else self._node(role)
        self._say(node, RDF.type, FOAF.Agent)
        self._say(node, FOAF.name, Literal(name))
        self._say(node, FOAF.homepage, self._page(homepage))
        if rules and rules.identifier:
            self._say(node, DCTERMS.identifier, Literal(rules.identifier))
        return node

    def _page(self, address: str) -> URIRef:
        self._say(URIRef(address), RDF.type, FOAF.Document)
        return URIRef(address)

    def _licence(self) -> URIRef:
        return URIRef(self.metadata.licence or self.definition.report.licence_url)

    @staticmethod
    def _language(code: str) -> URIRef:
        return AUTHORITY[f"language/{LANGUAGES[code]}"]

    def _dates(self, node: URIRef, months: Sequence[PublishedMonth]) -> None:
        """Say when something first went out, and when it last changed, if it has."""
        released = min(known.released for known in months)
        changed = max(known.corrected or known.released for known in months)
        self._say(node, DCTERMS.issued, Literal(released.isoformat(), datatype=XSD.date))
        if changed > released:
            self._say(node, DCTERMS.modified, Literal(changed.isoformat(), datatype=XSD.date))

    def _span(self, first: Period, last: Period) -> URIRef:
        """Return a span of months, from its first day to its last."""
        node, days = self._node(f"{first}--{last}"), monthrange(last.year, last.month)[1]
        self._say(node, RDF.type, DCTERMS.PeriodOfTime)
        self._say(node, DCAT.startDate, Literal(f"{first}-01", datatype=XSD.date))
        self._say(node, DCAT.endDate, Literal(f"{last}-{days}", datatype=XSD.date))
        return node
