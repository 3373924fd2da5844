"""Machines find a month's page and data: schema.org in the page, and a catalogue that DCAT-AP-NO admits."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

import pyshacl
import pytest
import tinyhtml5  # type: ignore[import-untyped] # WeasyPrint's own parser
from rdflib import RDF, SH, Graph, URIRef
from rdflib.compare import isomorphic

from reportgen.build import build_month
from reportgen.definition import ReportDefinition
from reportgen.language import Language, read_language
from reportgen.metadata import PublishedFile, PublishedMonth, describe_month, write_catalogue
from reportgen.metadata.files import FORMATS
from reportgen.output import OutputFile
from reportgen.page import render_page
from reportgen.period import Period
from reportgen.report import Report
from reportgen.rules import Correction
from reportgen.wording import Wording

reads_linked_data = pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
"""RDFLib's own reader of JSON-LD uses what RDFLib advises against."""
SHAPES = Path(__file__).parent / "shapes" / "dcat-ap-no.ttl"
EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "tiltaksdeltakere"
SITE = "https://tiltaksdeltakere.example/"
SCHEMA = "https://schema.org/"
LANGUAGES = ("nb", "nn", "en")
FILES = (
    "data/2013-11/indicators.csv",
    "data/2013-11/manifest.json",
    "data/2013-11/observations.csv",
    "data/2013-11/observations.csv-metadata.json",
    "data/2013-11/observations.json",
    "data/2013-11/observations.parquet",
    "data/2013-11/observations.px",
    "data/2013-11/tables/main-groups.csv",
    "data/latest/observations.csv",
    "nb/2013-11/figures/participants.csv",
    "nb/2013-11/index.html",
    "nb/2013-11/tiltaksdeltakere-2013-11-nb.pdf",
    "nb/2013-11/tiltaksdeltakere-2013-11-nb.xlsx",
)
DATA = (
    "data/2013-11/indicators.csv",
    "data/2013-11/observations.csv",
    "data/2013-11/observations.json",
    "data/2013-11/observations.parquet",
    "data/2013-11/observations.px",
    "nb/2013-11/tiltaksdeltakere-2013-11-nb.xlsx",
)


def published(names: Sequence[str] = FILES) -> tuple[PublishedFile, ...]:
    """Return files of 12,345 bytes by their names."""
    return tuple(PublishedFile(path=PurePosixPath(name), size=12_345) for name in names)


def month_of(definition: ReportDefinition, number: int, **changes: Any) -> PublishedMonth:  # noqa: ANN401 - any field
    """Return what is published of a month of 2013."""
    month = Period(2013, number)
    return replace(
        PublishedMonth(
            month=month,
            first=Period(2013, 1),
            released=definition.releases[str(month)].released,
            files=published([name.replace("2013-11", str(month)) for name in FILES]),
        ),
        **changes,
    )


@pytest.fixture(scope="module")
def languages(definition: ReportDefinition) -> tuple[Language, ...]:
    """Return the example's languages."""
    return tuple(read_language(code, definition.folder) for code in LANGUAGES)


@pytest.fixture(scope="module")
def catalogue(definition: ReportDefinition, languages: Sequence[Language]) -> tuple[OutputFile, ...]:
    """Return the catalogue of three months, given in disorder, of which one was corrected."""
    corrected = month_of(definition, 10, corrected=date(2013, 12, 20))
    return write_catalogue(definition, languages, [month_of(definition, 11), corrected, month_of(definition, 9)])


@pytest.fixture(scope="module")
def graph(catalogue: tuple[OutputFile, ...]) -> Graph:
    """Return the catalogue as read from its Turtle."""
    return Graph().parse(data=catalogue[0].content, format="turtle")


@pytest.fixture(scope="module")
def described(
    words_of: Callable[[int, str], Wording], report_of: Callable[[int, str], Report]
) -> Callable[[str], dict[str, Any]]:
    """Return a function that gives what November's page says in a language, by type: `described("nb")["Report"]`."""

    def describe(language: str) -> dict[str, Any]:
        said = describe_month(words_of(11, language), report_of(11, language), published())
        assert said is not None
        things = said["@graph"]
        assert isinstance(things, list)
        return {thing["@type"]: thing for thing in things}

    return describe


def data_block(page: str) -> str:
    """Return the one data block of a page, read as a browser would."""
    root = tinyhtml5.parse(page, namespace_html_elements=False)
    (block,) = (script for script in root.iter("script") if script.get("src") is None)
    assert block.get("type") == "application/ld+json"
    return str(block.text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_search_engines_are_told_what_they_ask_for(language: str, described: Callable[[str], dict[str, Any]]) -> None:
    """A page has what Google asks of a dataset: name, 50 to 5,000 characters of description, and the recommended."""
    dataset = described(language)["Dataset"]
    assert 50 <= len(dataset["description"]) <= 5000
    assert dataset["inLanguage"] == language
    assert dataset["url"] == f"{SITE}{language}/2013-11/"
    assert dataset["datePublished"] == "2013-12-03"
    assert dataset["temporalCoverage"] == "2013-01/2013-11"
    assert dataset["license"] == "https://data.norge.no/nlod/no/2.0"
    assert (dataset["creator"]["name"], dataset["publisher"]["name"]) == ("NAV", "reportgen")
    assert dataset["isAccessibleForFree"] is True
    assert len(dataset["isPartOf"]["description"]) >= 50
    assert "dateModified" not in dataset


def test_a_dataset_is_told_in_the_language_of_its_page(described: Callable[[str], dict[str, Any]]) -> None:
    """Name, area and keywords are in the page's language; the dataset is the same one in all."""
    told = {language: described(language)["Dataset"] for language in LANGUAGES}
    assert {code: dataset["name"] for code, dataset in told.items()} == {
        "nb": "Deltakere i arbeidsrettede tiltak, november 2013",
        "nn": "Deltakarar i arbeidsretta tiltak, november 2013",
        "en": "Participants in labour market programmes, November 2013",
    }
    assert [dataset["spatialCoverage"]["name"] for dataset in told.values()] == ["Norge", "Noreg", "Norway"]
    assert "arbeidsmarknad" in told["nn"]["keywords"]
    assert told["en"]["description"].endswith("The figures are for each month from January 2013 to November 2013.")
    assert len({dataset["@id"] for dataset in told.values()}) == 1


def test_every_variable_is_named_once(described: Callable[[str], dict[str, Any]]) -> None:
    """The variables are persons and the indicators of the data files, each with its unit."""
    variables = described("en")["Dataset"]["variableMeasured"]
    found = {variable["propertyID"]: (variable["name"], variable["unitText"]) for variable in variables}
    assert len(found) == len(variables) == 1 + 16
    assert found["persons"] == ("People", "persons")
    assert found["july-dip"] == ("July dip", "per cent")
    assert found["share-gap"][1] == "percentage points"


def test_the_distributions_are_the_files_with_the_figures(described: Callable[[str], dict[str, Any]]) -> None:
    """Each file with the month's figures is a download; pages, pictures, parts and other months' files are none."""
    downloads = described("nb")["Dataset"]["distribution"]
    assert [(file["contentUrl"], file["encodingFormat"], file["contentSize"]) for file in downloads] == [
        (SITE + name, encoding, "13 kB")
        for name, encoding in zip(
            DATA,
            (
                "text/csv",
                "text/csv",
                "application/json",
                "application/vnd.apache.parquet",
                "PX",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
            strict=True,
        )
    ]
    assert [file["contentUrl"] for file in described("en")["Dataset"]["distribution"]] == [SITE + n for n in DATA[:-1]]


def test_a_report_rests_on_the_dataset(described: Callable[[str], dict[str, Any]]) -> None:
    """The report names its dataset, its PDF, its main figure with alternative text, and its translation."""
    nb, en = described("nb"), described("en")
    report = nb["Report"]
    assert report["author"]["name"] == "reportgen"
    assert "creator" not in report
    assert report["isBasedOn"] == {"@id": nb["Dataset"]["@id"]}
    assert report["headline"].startswith("75\u00a0769 ")
    assert [file["contentUrl"] for file in report["encoding"]] == [f"{SITE}nb/2013-11/tiltaksdeltakere-2013-11-nb.pdf"]
    assert report["image"][0]["contentUrl"] == f"{SITE}nb/2013-11/figures/participants.png"
    assert report["image"][0]["description"]
    assert [(other["@id"], other["inLanguage"]) for other in report["workTranslation"]] == [(en["Report"]["@id"], "en")]
    assert "translationOfWork" not in report
    assert [other["@id"] for other in en["Report"]["translationOfWork"]] == [report["@id"]]


def test_a_correction_is_told(words_of: Callable[[int, str], Wording], report_of: Callable[[int, str], Report]) -> None:
    """A month that was corrected twice has the day of the later one, and both texts in the report."""
    words = words_of(11, "en")
    corrections = tuple(
        Correction(
            month=month,
            date=day,
            text={"nb": "Feil.", "en": f"Wrong {day}."},
            changed={"nb": "Tabell 4", "en": "Table 4"},
        )
        for month, day in [("2013-11", date(2014, 1, 9)), ("2013-11", date(2013, 12, 9)), ("2013-10", date(2014, 2, 1))]
    )
    definition = words.definition.model_copy(update={"corrections": corrections})
    said = describe_month(replace(words, definition=definition), report_of(11, "en"), ())
    assert said is not None
    dataset, report = json.loads(json.dumps(said))["@graph"]
    assert dataset["dateModified"] == report["dateModified"] == "2014-01-09"
    assert [note["text"] for note in report["correction"]] == ["Wrong 2014-01-09.", "Wrong 2013-12-09."]
    assert "correction" not in dataset


@reads_linked_data
def test_the_page_is_read_as_linked_data(
    described: Callable[[str], dict[str, Any]],
    words_of: Callable[[int, str], Wording],
    report_of: Callable[[int, str], Report],
) -> None:
    """RDFLib reads from the page a dataset and a report with the same texts, without asking schema.org for anything."""
    report = report_of(11, "nb")
    page = render_page(report, describe_month(words_of(11, "nb"), report, published()))
    read = json.loads(data_block(page))
    read["@context"] = {"@vocab": SCHEMA}
    graph = Graph().parse(data=json.dumps(read), format="json-ld")
    node = URIRef(described("nb")["Dataset"]["@id"])
    assert (node, RDF.type, URIRef(f"{SCHEMA}Dataset")) in graph
    assert str(graph.value(node, URIRef(f"{SCHEMA}description"))) == described("nb")["Dataset"]["description"]
    assert str(graph.value(predicate=URIRef(f"{SCHEMA}isBasedOn"), object=node)) == f"{SITE}nb/2013-11/#report"
    assert "å" in data_block(page)


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--<script>", "&lt;/script&gt; ]]> ' \""])
def test_no_text_ends_the_data_block(
    text: str, words_of: Callable[[int, str], Wording], report_of: Callable[[int, str], Report]
) -> None:
    """A text that looks like the end of a script stays inside the data block, and is read unchanged."""
    report = replace(report_of(11, "en"), headline=text)
    page = render_page(report, describe_month(words_of(11, "en"), report, ()))
    assert json.loads(data_block(page))["@graph"][1]["headline"] == text


def test_the_build_puts_it_into_the_page(definition: ReportDefinition, site: Path) -> None:
    """A built page names the data files that stand beside it with their true sizes, and its own PDF."""
    for language in definition.report.languages:
        page = (site / language / "2013-11" / "index.html").read_text(encoding="utf-8")
        dataset, report = json.loads(data_block(page))["@graph"]
        names = {file["contentUrl"].removeprefix(SITE): file["contentSize"] for file in dataset["distribution"]}
        assert {"data/2013-11/observations.csv", "data/2013-11/indicators.csv"} <= set(names)
        for name, size in names.items():
            assert size == f"{-(-(site / name).stat().st_size // 1000)} kB"
        for file in (*report["encoding"], *report["image"]):
            assert (site / file["contentUrl"].removeprefix(SITE)).is_file()


def test_nothing_is_told_without_metadata(
    definition: ReportDefinition,
    languages: Sequence[Language],
    words_of: Callable[[int, str], Wording],
    report_of: Callable[[int, str], Report],
) -> None:
    """A definition without [metadata] has neither data block nor catalogue, and a site without months no catalogue."""
    without = definition.model_copy(update={"metadata": None})
    report = report_of(11, "nb")
    said = describe_month(replace(words_of(11, "nb"), definition=without), report, published())
    assert said is None
    assert "application/ld+json" not in render_page(report, said)
    assert write_catalogue(without, languages, [month_of(definition, 11)]) == ()
    assert write_catalogue(definition, languages, []) == ()


def violations(graph: Graph) -> list[tuple[str, str, str]]:
    """Return what SHACL finds: how grave, where, and about which property, by their last words."""
    _, report, _ = pyshacl.validate(graph, shacl_graph=Graph().parse(SHAPES))
    assert isinstance(report, Graph)
    found = []
    for result in report.subjects(RDF.type, SH.ValidationResult):
        parts = (report.value(result, part) for part in (SH.resultSeverity, SH.focusNode, SH.resultPath))
        found.append(tuple(re.split(r"[/#]", str(part))[-1] for part in parts))
    return sorted(found)  # type: ignore[arg-type] # three each


def test_the_catalogue_is_what_the_profile_asks_for(graph: Graph) -> None:
    """Nothing mandatory is missing or of a wrong kind; nothing recommended but a format that the EU has no word for."""
    assert violations(graph) == [("Warning", "observations.px", "format")] * 3


@pytest.mark.parametrize(
    ("found", "replaced", "expected"),
    [
        ("dct:publisher ", "dct:contributor ", ("Violation", "catalog", "publisher")),
        ("data-theme/SOCI>", "data-theme/WORK>", ("Violation", "series", "theme")),
        ('"12345"^^xsd:nonNegativeInteger', '"12345"', ("Violation", "observations.csv", "byteSize")),
        ("licence/NLOD_2_0>", "licence/nlod-2>", ("Violation", "catalog", "license")),
        ("dcat:Dataset ;", "dcat:Thing ;", ("Violation", "series", "last")),
        ("vcard:hasEmail", "vcard:note", ("Violation", "contact", "")),
        ("dcat:keyword ", "dcat:word ", ("Warning", "2013-11", "keyword")),
    ],
)
def test_the_shapes_find_what_is_wrong(
    catalogue: tuple[OutputFile, ...], found: str, replaced: str, expected: tuple[str, ...]
) -> None:
    """A catalogue that is spoilt is refused: the shapes see what they are for."""
    text = catalogue[0].content.decode()
    assert found in text
    told = violations(Graph().parse(data=text.replace(found, replaced), format="turtle"))
    assert any(result[:2] == expected[:2] and expected[2] in result[2] for result in told)


def test_a_catalogue_names_a_series_and_its_months(graph: Graph) -> None:
    """The catalogue lists the series and every month; each month but the first names the one before it."""
    asked = graph.query(
        """
        PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX dct: <http://purl.org/dc/terms/>
        SELECT ?month ?before ?start ?end ?changed WHERE {
            ?catalogue a dcat:Catalog ; dcat:dataset ?month .
            ?month dcat:inSeries ?series ; dct:temporal [ dcat:startDate ?start ; dcat:endDate ?end ] .
            ?catalogue dcat:dataset ?series . ?series a dcat:DatasetSeries .
            OPTIONAL { ?month dcat:prev ?before } OPTIONAL { ?month dct:modified ?changed }
        } ORDER BY ?month
        """
    )
    rows = [[str(cell or "").rpartition("#")[2] for cell in row] for row in asked]  # type: ignore[union-attr] # rows
    assert rows == [
        ["2013-09", "", "2013-01-01", "2013-09-30", ""],
        ["2013-10", "2013-09", "2013-01-01", "2013-10-31", "2013-12-20"],
        ["2013-11", "2013-10", "2013-01-01", "2013-11-30", ""],
    ]


def test_a_catalogue_tells_everything_in_every_language(graph: Graph) -> None:
    """Whatever has a title has one in each language."""
    title = URIRef("http://purl.org/dc/terms/title")
    for node in set(graph.subjects(title)):
        assert sorted(str(getattr(text, "language", "")) for text in graph.objects(node, title)) == sorted(LANGUAGES)


@reads_linked_data
def test_both_notations_say_the_same(catalogue: tuple[OutputFile, ...], graph: Graph) -> None:
    """Turtle and JSON-LD are one graph, without nameless nodes, below `data/`."""
    turtle, linked = catalogue
    assert (str(turtle.path), str(linked.path)) == ("data/catalog.ttl", "data/catalog.jsonld")
    assert isomorphic(graph, Graph().parse(data=linked.content, format="json-ld"))
    assert b"_:" not in turtle.content
    assert b"[" not in turtle.content


def test_the_catalogue_has_the_same_bytes_in_every_process(catalogue: tuple[OutputFile, ...]) -> None:
    """Neither the order of sets in memory nor that of the months changes a byte."""
    program = """
import sys
from datetime import date
sys.path.insert(0, "tests")
from test_metadata import EXAMPLE, LANGUAGES, month_of
from reportgen.definition import read_definition
from reportgen.language import read_language
from reportgen.metadata import write_catalogue
definition = read_definition(EXAMPLE)
months = [month_of(definition, 9), month_of(definition, 10, corrected=date(2013, 12, 20)), month_of(definition, 11)]
for file in write_catalogue(definition, [read_language(code, EXAMPLE) for code in LANGUAGES], months):
    sys.stdout.buffer.write(file.content)
"""
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        root = Path(__file__).parent.parent
        run = subprocess.run(
            [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, check=True
        )
        assert run.stdout == b"".join(file.content for file in catalogue)


def test_every_file_of_a_month_has_a_known_format(definition: ReportDefinition) -> None:
    """Whatever a build of the data writes has a format; a longer ending is never hidden by a shorter one."""
    files = build_month(definition, Period(2013, 2), languages=("nb",), formats=("data",)).files
    assert all(PublishedFile(path=file.path, size=0).format for file in files)
    endings = list(FORMATS)
    assert not [(a, b) for place, a in enumerate(endings) for b in endings[place + 1 :] if b.endswith(a)]
    assert (
        PublishedFile(path=PurePosixPath("data/2013-11/observations.csv-metadata.json"), size=0).format
        == (FORMATS["-metadata.json"])
    )
    assert PublishedFile(path=PurePosixPath("data/2013-11/what.ever"), size=0).format is None
