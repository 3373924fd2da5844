"""Builds the bulletins of a month: the pipeline to a mail, and the folder that it is written to."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from reportgen.build import Progress, attach_observations
from reportgen.bulletin import BULLETINS, Bulletin, Envelope, write_bulletin
from reportgen.composition import compose_report, tabulate_report
from reportgen.definition import ReportDefinition, release_moment
from reportgen.downloads import pdf_name
from reportgen.figures import draw_figures, draw_for_mail
from reportgen.mail import Enclosure
from reportgen.month import read_month
from reportgen.output import OutputFile, write_site
from reportgen.page import render_print
from reportgen.pdf import render_pdf
from reportgen.period import Period
from reportgen.publication import Publication
from reportgen.wording import Wording


def count_bulletin_stages(languages: Sequence[str]) -> int:
    """Return how many stages `build_bulletin` tells its progress."""
    return 1 + 3 * len(languages)


def build_bulletin(
    definition: ReportDefinition,
    month: Period,
    *,
    languages: Sequence[str],
    envelope: Envelope,
    progress: Progress = lambda _stage: None,
) -> Publication:
    """Build the mail that tells of a month in each of the languages; nothing is written yet.

    Raise a `ReportgenError` of the stage that can't go on.
    """
    progress("reading the source")
    known = read_month(definition, month, languages)
    files: list[OutputFile] = []
    for words in known.spoken:
        files += _build_mail(words, known.identities, envelope, progress)
    return Publication(month=month, files=tuple(files), warnings=known.proof.warnings)


def write_bulletins(publication: Publication, folder: Path) -> None:
    """Write a month's mails, all or none; an earlier one of the same month and language is replaced whole."""
    replaced = {file.path.parts[0] for file in publication.files}
    write_site(folder, publication.files, replaced=sorted(replaced), kind=BULLETINS)


def _build_mail(words: Wording, identities: int, envelope: Envelope, progress: Progress) -> tuple[OutputFile, ...]:
    """Build one language's mail: of the figures, what paper shows and the main one as a picture."""
    code, definition, site = words.language.code, words.definition, words.definition.site
    progress(f"{code}: drawing figures")
    pictures = draw_figures(words, paper_only=True)
    tables = tabulate_report(words)
    report = compose_report(
        words, pictures, tables, sizes={}, identities=identities, languages=definition.report.languages
    )
    progress(f"{code}: laying out the PDF")
    content = render_pdf(render_print(report), attachments=[attach_observations(words, report)])
    pdf = Enclosure(name=pdf_name(words), kind="application/pdf", content=content)
    progress(f"{code}: writing the mail")
    main = next(picture for picture in pictures if report.main_figure.id == f"figure-{picture.id}")
    subject = definition.bulletin.subject and words.tell(definition.bulletin.subject)
    released = release_moment(definition, date.fromisoformat(report.released))
    return write_bulletin(
        Bulletin(
            report=report,
            language=words.language,
            subject=subject or report.headline,
            envelope=envelope,
            date=released,
            site=site.address,
            contact=definition.report.contact,
            picture=draw_for_mail(main),
            pdf=pdf,
        )
    )
