"""The pipeline, read top to bottom: definition and document in, the finished files of a month out.

The only module that knows the order of the stages. Writes nothing: `write_publications` hands
everything to `output` once all of it is there.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from reportgen import __version__
from reportgen.catalogues import check_catalogues
from reportgen.composition import compose_report, pdf_name
from reportgen.datafiles import write_indicators, write_observations, write_table
from reportgen.dataset import TOTAL, Dataset
from reportgen.definition import ReportDefinition, find_source, unknown_word
from reportgen.errors import DataError, DefinitionError, Problem, SourceError
from reportgen.figures import Picture, draw_figures
from reportgen.findings import Facts
from reportgen.indicators import Indicators, compute_indicators
from reportgen.language import Language, read_language
from reportgen.output import OutputFile, write_site
from reportgen.page import page_assets, render_page, render_print
from reportgen.pdf import Attachment, render_pdf
from reportgen.period import Period
from reportgen.proof import Proof, prove_source
from reportgen.report import Report
from reportgen.trail import Trail, trace_indicator
from reportgen.wording import Wording

FORMATS = ("html", "pdf", "data")
_LIBRARIES = ("weasyprint", "altair", "vl-convert-python", "babel", "jinja2", "pikepdf", "font-source-sans-pro")

Progress = Callable[[str], None]
"""Told the name of each stage as it begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A finished month."""

    month: Period
    files: tuple[OutputFile, ...]
    """Everything that the month puts below the site's folder, the manifest last."""
    warnings: tuple[Problem, ...]
    """What the source has that is worth a look, accepted or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proved:
    """A dataset whose identities hold."""

    proof: Proof
    dataset: Dataset
    """What was known in the month in question."""
    identities: int
    """How many sums and repetitions were checked, over all months up to the one in question."""


def count_stages(languages: Sequence[str], formats: Sequence[str]) -> int:
    """Return how many stages a month's build tells its progress."""
    laid_out = ("html" in formats) + ("pdf" in formats)
    return 2 + (len(languages) * (1 + laid_out) if laid_out else 0)


def build_month(
    definition: ReportDefinition,
    month: Period,
    *,
    languages: Sequence[str],
    formats: Sequence[str] = FORMATS,
    strict: bool = False,
    progress: Progress = lambda _stage: None,
) -> Publication:
    """Build everything that goes out with a month; nothing is written yet.

    `strict` refuses a document with warnings that the definition doesn't accept.
    Raise a `ReportgenError` of the stage that can't go on.
    """
    spoken = [_read_language(definition, code) for code in languages]
    check_catalogues(definition, spoken)
    progress("reading the source")
    proved = _read_dataset(definition, month, strict=strict)
    _require_release(definition, month)
    progress("computing indicators")
    indicators = _compute(definition, proved.dataset)
    facts = Facts(dataset=proved.dataset, indicators=indicators)
    data = PurePosixPath("data", str(month))
    files = []
    if "data" in formats:
        files = [
            OutputFile(path=data / "observations.csv", content=write_observations(proved.dataset)),
            OutputFile(path=data / "indicators.csv", content=write_indicators(indicators, proved.dataset.dimensions)),
        ]
    for language in spoken if {"html", "pdf"} & set(formats) else ():
        words = Wording(language=language, definition=definition, facts=facts)
        files += _build_language(
            words, files, proved.identities, languages=languages, formats=formats, progress=progress
        )
    manifest = _write_manifest(definition, proved, month, files)
    return Publication(
        month=month,
        files=(*files, OutputFile(path=data / "manifest.json", content=manifest)),
        warnings=proved.proof.warnings,
    )


def explain_indicator(
    definition: ReportDefinition, month: Period, name: str, categories: Sequence[str]
) -> tuple[Trail, ...]:
    """Return where an indicator of a month comes from, for each of the categories, or for the total.

    A category is a code of any dimension but the total: `work-experience`, `women`, `jobseekers`.
    Raise `DefinitionError` for an indicator or category that doesn't exist, with the nearest that do.
    """
    dataset = _read_dataset(definition, month, strict=False).dataset
    indicators = _compute(definition, dataset)
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


def _compute(definition: ReportDefinition, dataset: Dataset) -> Indicators:
    share = (definition.share.dimension, definition.share.code)
    return compute_indicators(dataset, small_base=definition.report.small_base, share=share)


def write_publications(publications: Sequence[Publication], folder: Path) -> None:
    """Write the months below the site's folder, all or none; an earlier build of them is replaced whole."""
    files = {file.path: file for publication in publications for file in publication.files}
    write_site(folder, tuple(files.values()), replaced=[f"*/{publication.month}" for publication in publications])


def _read_language(definition: ReportDefinition, code: str) -> Language:
    """Read a language's catalogues, if the definition has names in it."""
    language = read_language(code, definition.folder)
    named = definition.code_lists[0].codes[0].labels
    if code not in named or code not in definition.report.file_name:
        hint = f'add a column "{code}" to {definition.report.codes} and "{code}" to report.file_name'
        raise DefinitionError(Problem(kind="unknown-language", message=f"the report has no names in {code}", hint=hint))
    return language


def _require_release(definition: ReportDefinition, month: Period) -> None:
    if str(month) not in definition.releases:
        hint = f'add "{month}" = {{ released = …, next = … }} to releases in report.toml'
        raise DefinitionError(Problem(kind="missing-release", message=f"{month} has no release date", hint=hint))


def _read_dataset(definition: ReportDefinition, month: Period, *, strict: bool) -> _Proved:
    """Read the month's document and prove it; cut it at the month, so that nothing later is known."""
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
    dataset = proof.dataset.until(month)
    return _Proved(proof=proof, dataset=dataset, identities=proof.identities * len(dataset.periods))


def _build_language(
    words: Wording,
    data_files: Sequence[OutputFile],
    identities: int,
    *,
    languages: Sequence[str],
    formats: Sequence[str],
    progress: Progress,
) -> list[OutputFile]:
    """Build one language's page and PDF, with the files that the page links to."""
    code, folder = words.language.code, PurePosixPath(words.language.code, str(words.facts.month))
    progress(f"{code}: drawing figures")
    pictures = draw_figures(words)
    files = _figure_files(words.language, pictures) if "html" in formats else []
    sizes = {str(file.path): len(file.content) for file in files}
    sizes |= {f"../../{file.path}": len(file.content) for file in data_files if file.path.parts[0] == "data"}
    if "pdf" in formats:
        sizes[pdf_name(words)] = 0
    report = compose_report(words, pictures, sizes=sizes, identities=identities, languages=languages)
    made = [OutputFile(path=folder / file.path, content=file.content) for file in files]
    if "html" in formats:
        progress(f"{code}: laying out the page")
        made.append(OutputFile(path=folder / "index.html", content=render_page(report).encode()))
        made += page_assets()
    if "pdf" in formats:
        progress(f"{code}: laying out the PDF")
        content = render_pdf(render_print(report), attachments=[_attach_observations(words, report)])
        made.append(OutputFile(path=folder / pdf_name(words), content=content))
    return made


def _attach_observations(words: Wording, report: Report) -> Attachment:
    """Return the file that the PDF carries its figures in, the same as on the site, whether or not that is built."""
    return Attachment(
        name="observations.csv",
        description=f"{report.title}, {report.month_name}",
        content=write_observations(words.facts.dataset),
        released=date.fromisoformat(report.released),
    )


def _figure_files(language: Language, pictures: Iterable[Picture]) -> list[OutputFile]:
    """Return each figure's files, below the page's folder."""
    folder, files = PurePosixPath("figures"), []
    for picture in pictures:
        if picture.drawing.chart:
            files.append(OutputFile(path=folder / f"{picture.id}.svg", content=picture.svg_file))
            files.append(OutputFile(path=folder / f"{picture.id}.png", content=picture.png_file))
        if picture.drawing.data:
            content = write_table(picture.drawing.data, language)
            files.append(OutputFile(path=folder / f"{picture.id}.csv", content=content))
    return files


def _write_manifest(definition: ReportDefinition, proved: _Proved, month: Period, files: Sequence[OutputFile]) -> bytes:
    """Return what the month was made from and of, for programs; no time, no place, no machine."""
    manifest = {
        "report": definition.report.id,
        "month": str(month),
        "sources": [{"file": proved.proof.document.name, "sha256": proved.proof.sha256}],
        "versions": {"reportgen": __version__, **{library: version(library) for library in _LIBRARIES}},
        "identities": {"checked": proved.identities, "broken": 0},
        "problems": [
            {
                "name": problem.name,
                "message": problem.message,
                "where": [str(where) for where in problem.where],
                "accepted": problem.name in definition.source.accept,
            }
            for problem in proved.proof.warnings
        ],
        "files": [
            {"path": str(file.path), "bytes": len(file.content), "sha256": sha256(file.content).hexdigest()}
            for file in sorted({file.path: file for file in files}.values(), key=lambda file: file.path)
        ],
    }
    return (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()
