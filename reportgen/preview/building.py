"""Does one job, in a process that was started for it: reads all inputs, builds the site, says what is wrong."""

import traceback

from reportgen.artefacts import Workshop
from reportgen.build import build_month
from reportgen.cache import Cache
from reportgen.definition import newest_month, read_definition
from reportgen.errors import ReportgenError
from reportgen.fonts import web_font
from reportgen.inputs import is_unchanged, program_inputs, report_inputs
from reportgen.preview.workers import Job, Outcome
from reportgen.publication import PDF_LINK
from reportgen.publishing import write_publications
from reportgen.resources import font_files


def make_ready() -> None:
    """Do ahead what takes its time and reads nothing that a person works on."""
    for font in font_files():
        web_font(font)


def build_site(job: Job) -> Outcome:
    """Build the site and write it to the job's folder; a bug becomes its trace."""
    try:
        return _build(job)
    except ReportgenError as error:
        return Outcome(problems=error.problems)
    except Exception:  # noqa: BLE001 - the preview shows the trace, and goes on
        return Outcome(trace=traceback.format_exc())


def _build(job: Job) -> Outcome:
    """Build as `reportgen build` does, with what was made from the same before."""
    definition = read_definition(job.plan.report)
    languages = job.plan.languages or definition.report.languages
    formats = ("pdf",) if job.papers else ("html", "data", PDF_LINK)
    publications = []
    for month in job.plan.months or (newest_month(definition),):
        inputs = {**program_inputs(), **report_inputs(definition, month)}
        workshop = Workshop(cache=Cache(job.cache), inputs=inputs, report=definition.report.id)
        publications.append(build_month(definition, month, languages=languages, formats=formats, workshop=workshop))
        if definition == read_definition(job.plan.report) and is_unchanged(definition, month, inputs):
            workshop.keep()
    write_publications(definition, publications, job.site)
    warnings = {warning: None for publication in publications for warning in publication.warnings}
    files = {file.path: None for publication in publications for file in publication.files}
    return Outcome(
        warnings=tuple(warning for warning in warnings if warning.name not in definition.source.accept),
        pages=tuple(str(path) for path in files if path.suffix == ".html"),
    )
