"""The pipeline, read top to bottom: definition and document in, the finished files of a month or a part of it out.

The only module that knows the order of the stages. Writes nothing.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from importlib.metadata import version
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from reportgen import __version__
from reportgen.artefacts import Consulted, Files, Workshop
from reportgen.checklist import examine_report
from reportgen.composition import compose_report, tabulate_report
from reportgen.datafiles import write_month, write_observations, write_table, write_workbook
from reportgen.definition import ReportDefinition
from reportgen.downloads import pdf_name, table_path, workbook_name
from reportgen.figures import Picture, draw_figures
from reportgen.language import Language
from reportgen.manifest import Manifest, describe_page, list_files, write_manifest
from reportgen.metadata import PublishedFile, describe_month
from reportgen.month import Month, read_month
from reportgen.output import OutputFile
from reportgen.page import page_assets, render_page, render_print
from reportgen.pdf import Attachment, render_pdf
from reportgen.period import Period
from reportgen.publication import FORMATS, Order, Publication, join_manifests, order_parts
from reportgen.report import Report
from reportgen.tables import DisplayTable
from reportgen.wording import Wording

if TYPE_CHECKING:
    from reportgen.errors import Problem

_LIBRARIES = (
    "weasyprint",
    "vl-convert-python",
    "babel",
    "jinja2",
    "pikepdf",
    "pyarrow",
    "xlsxwriter",
    "font-source-sans-pro",
)

Progress = Callable[[str], None]
"""Told the name of each stage as it begins."""


def build_month(
    definition: ReportDefinition,
    month: Period,
    *,
    languages: Sequence[str],
    formats: Sequence[str] = FORMATS,
    strict: bool = False,
    versions: Iterable[int] = (),
    workshop: Workshop | None = None,
    progress: Progress = lambda _stage: None,
) -> Publication:
    """Build everything that goes out with a month, one part after the other; nothing is written yet.

    `strict` refuses a document with warnings that the definition doesn't accept;
    `versions` are the numbers of the month's earlier versions that will stand on the site.
    Raise a `ReportgenError` of the stage that can't go on.
    """
    orders = order_parts(month, languages=languages, formats=formats, strict=strict, versions=versions)
    parts = [build_part(definition, order, workshop=workshop, progress=progress) for order in orders]
    manifest = join_manifests([part.manifest for part in parts if part.manifest])
    files = tuple(file for part in parts for file in part.files)
    return Publication(
        month=month,
        files=(*files, write_manifest(manifest)),
        manifest=manifest,
        warnings=parts[0].warnings,
        remarks=tuple(remark for part in parts for remark in part.remarks),
    )


def build_part(
    definition: ReportDefinition,
    order: Order,
    *,
    workshop: Workshop | None = None,
    progress: Progress = lambda _stage: None,
) -> Publication:
    """Build a part of a month; raise a `ReportgenError` of the stage that can't go on."""
    workshop = workshop or Workshop()
    progress("reading the source")
    month = read_month(definition, order.month, order.languages, strict=order.strict)
    data = _data_files(month, order, workshop) if "data" in order.formats else []
    files, pages = list(data) if order.with_data else [], {}
    remarks: tuple[Problem, ...] = ()
    if order.language:
        words = next(words for words in month.spoken if words.language.code == order.language)
        report, built = _build_language(words, order, data, month.identities, workshop, progress)
        files += built
        remarks = examine_report(report, definition)
        if "html" in order.formats:
            pages[order.language] = describe_page(report, [file.path.name for file in built])
    manifest = Manifest(
        report=definition.report.id,
        month=order.month,
        first=month.dataset.periods[0],
        released=definition.releases[str(order.month)].released,
        corrections=len(definition.corrections_of(order.month)),
        pages=pages,
        files=list_files(files),
        made=_describe_making(definition, month),
        draft=order.draft,
    )
    return Publication(
        month=order.month, files=tuple(files), manifest=manifest, warnings=month.proof.warnings, remarks=remarks
    )


def _data_files(month: Month, order: Order, workshop: Workshop) -> list[OutputFile]:
    """Make the month's files that need no page."""
    spoken, catalogues = _listened_to(month.spoken)
    facts = spoken[0].facts
    made = workshop.make(
        f"data/{order.month}",
        "data",
        (order.languages, facts.dataset, facts.indicators, spoken[0].definition.rules),
        lambda: write_month(spoken),
        catalogues,
    )
    folder = PurePosixPath("data", str(order.month))
    return [OutputFile(path=folder / name, content=content) for name, content in made.items()]


def _listened_to(spoken: Sequence[Wording]) -> tuple[list[Wording], list[Consulted]]:
    """Return the wordings with catalogues that note what is looked up in them, and these catalogues."""
    catalogues = [Consulted(words.language.messages) for words in spoken]
    heard = [
        replace(words, language=replace(words.language, messages=catalogue))
        for words, catalogue in zip(spoken, catalogues, strict=True)
    ]
    return heard, catalogues


def _build_language(
    words: Wording,
    order: Order,
    data: Sequence[OutputFile],
    identities: int,
    workshop: Workshop,
    progress: Progress,
) -> tuple[Report, list[OutputFile]]:
    """Build one language's page and PDF, with the files that the page links to."""
    code, folder = words.language.code, PurePosixPath(words.language.code, str(order.month))
    progress(f"{code}: drawing figures")
    tables = tabulate_report(words)
    pictures = draw_figures(
        words,
        make=lambda name, parts, draw: workshop.make(str(folder / "figures" / name), "drawing", parts, draw),
    )
    files = [*_figure_files(words.language, pictures), *_table_files(words.language, tables)]
    files = files if "html" in order.formats else []
    report = compose_report(
        words,
        pictures,
        tables,
        sizes=_sizes(words, order, [*files, *data]),
        identities=identities,
        languages=order.languages,
        versions=order.versions,
        draft=order.draft,
    )
    made = [OutputFile(path=folder / file.path, content=file.content) for file in files]
    if "html" in order.formats:
        progress(f"{code}: laying out the page")
        made += _page_files(words, report, [*data, *made], folder, workshop)
    if "pdf" in order.formats:
        progress(f"{code}: laying out the PDF")
        html, attachment = render_print(report), attach_observations(words, report)
        path = folder / pdf_name(words)
        pdf = workshop.make(
            str(path), "pdf", (html, attachment), lambda: {"pdf": render_pdf(html, attachments=[attachment])}
        )
        made.append(OutputFile(path=path, content=pdf["pdf"]))
    return report, made


def _sizes(words: Wording, order: Order, files: Sequence[OutputFile]) -> dict[str, int]:
    """Return the bytes of each file that the page may link to, by its path from the page; 0 where none are told."""
    to_site = PurePosixPath("..", "..")
    sizes = {
        str(to_site / file.path if file.path.parts[0] == "data" else file.path): len(file.content) for file in files
    }
    unmeasured = {
        "html": workbook_name(words),
        "pdf": pdf_name(words),
        "data": f"../../data/{order.month}/manifest.json",
    }
    return sizes | {path: 0 for kind, path in unmeasured.items() if {kind, f"{kind}-link"} & set(order.formats)}


def _page_files(
    words: Wording, report: Report, beside: Sequence[OutputFile], folder: PurePosixPath, workshop: Workshop
) -> list[OutputFile]:
    """Make the workbook and the page, and add what pages share; `beside` are the files that stand there already."""
    (heard,), catalogues = _listened_to([words])
    name = workbook_name(words)
    tabulated = replace(report, words={}, downloads=(), data_files=())  # what a workbook has no use for
    made: Files = workshop.make(
        str(folder / name),
        "workbook",
        (tabulated, words.definition.rules),
        lambda: {name: write_workbook(tabulated, heard)},
        catalogues,
    )
    workbook = OutputFile(path=folder / name, content=made[name])
    published = [PublishedFile(path=file.path, size=len(file.content)) for file in (*beside, workbook)]
    linked_data = None if report.draft else describe_month(words, report, published)
    made = workshop.make(
        str(folder / "index.html"),
        "page",
        (report, json.dumps(linked_data)),
        lambda: {"index.html": render_page(report, linked_data).encode()},
    )
    page = OutputFile(path=folder / "index.html", content=made["index.html"])
    return [workbook, page, *page_assets(draft=report.draft is not None)]


def attach_observations(words: Wording, report: Report) -> Attachment:
    """Return the file that the PDF carries its figures in, the same as on the site, whether or not that is built."""
    return Attachment(
        name="observations.csv",
        description=f"{report.title}, {report.month_name}",
        content=write_observations(words.facts.dataset),
        released=date.fromisoformat(report.released),
    )


def _figure_files(language: Language, pictures: Iterable[Picture]) -> list[OutputFile]:
    """Return each figure's files, below the page's folder; the main figure has one for phones, for the front page."""
    files: dict[str, bytes] = {}
    for picture in pictures:
        files |= {
            f"{picture.id}.svg": picture.svg_file,
            f"{picture.id}.png": picture.png_file,
            f"{picture.id}-narrow.svg": picture.svg_file_narrow,
            f"{picture.id}.csv": write_table(picture.drawing.data, language) if picture.drawing.data else b"",
        }
    return [OutputFile(path=PurePosixPath("figures", name), content=file) for name, file in files.items() if file]


def _table_files(language: Language, tables: Iterable[DisplayTable]) -> list[OutputFile]:
    """Return each table's file, below the page's folder."""
    return [OutputFile(path=PurePosixPath(table_path(table)), content=write_table(table, language)) for table in tables]


def _describe_making(definition: ReportDefinition, month: Month) -> dict[str, object]:
    """Return what a month was made from, for the manifest."""
    return {
        "sources": [{"file": month.proof.document.name, "sha256": month.proof.document.sha256}],
        "versions": {"reportgen": __version__, **{library: version(library) for library in _LIBRARIES}},
        "identities": {"checked": month.identities, "broken": 0},
        "problems": [
            {
                "name": problem.name,
                "message": problem.message,
                "where": [str(where) for where in problem.where],
                "accepted": problem.name in definition.source.accept,
            }
            for problem in month.proof.warnings
        ],
    }
