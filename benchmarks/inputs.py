"""Prepares what the speed benchmark builds from, in a folder of its own, outside the time that is measured.

Usage: python inputs.py FOLDER [MONTHS]

`cold/` holds program and report as they are, `changes/` one folder for each change, to be laid over them,
and `given/` what `naive.py` is given. With MONTHS, only `cold/`, with so many months:
the example's, and copies of them in earlier years.
"""

import compileall
import re
import shutil
import sys
from base64 import b64encode
from math import ceil
from multiprocessing import get_context
from pathlib import Path

from damage import change_figures

from reportgen.composition import compose_report, tabulate_report
from reportgen.datafiles import write_observations
from reportgen.dataset import TOTAL, Dataset
from reportgen.definition import ReportDefinition, find_source, read_definition
from reportgen.figures import draw_figures
from reportgen.findings import Facts
from reportgen.indicators import compute_indicators
from reportgen.language import read_language
from reportgen.page import render_print
from reportgen.period import Period
from reportgen.proof import prove_source
from reportgen.resources import font_files
from reportgen.source import SourceDocument
from reportgen.wording import Wording

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "tiltaksdeltakere"
SOURCE = "sources/2013-11.txt"
YEAR = 2013
LANGUAGES = ("nb", "en")
PROGRAMME, MAIN_GROUP, SEX = "mentor", "jobseekers", "women"
"""Where one person more takes part."""


def replace_once(text: str, found: str, other: str) -> str:
    """Return the text with one passage changed; `ValueError` if it isn't there exactly once."""
    if text.count(found) != 1:
        message = f"{found!r} must stand in the text once, not {text.count(found)} times"
        raise ValueError(message)
    return text.replace(found, other)


def change_word(catalogue: str) -> str:
    """Change one word of the English headline, which page, PDF, front page and feed all show."""
    return replace_once(
        catalogue,
        'msgid "headline.rise"\nmsgstr "{level} people took part',
        'msgid "headline.rise"\nmsgstr "{level} persons took part',
    )


def change_style(tokens: str) -> str:
    """Change the colour of hairlines, which pages, PDFs and charts all read."""
    return replace_once(tokens, "--rule: #e2dfd8;", "--rule: #e2dfd9;")


def add_person(document: SourceDocument, dataset: Dataset, definition: ReportDefinition) -> str:
    """Return the document's text with one person more in a programme in its last month.

    That is the least that can change: every total that the person is counted in rises by one, so that all adds up.
    """
    programmes = definition.code_lists[0]
    counted = {TOTAL, PROGRAMME, programmes[PROGRAMME].parent}
    places = {
        (cell.where.line, cell.where.column): cell.value + 1
        for observation in dataset.observations
        if observation.period == dataset.periods[-1]
        and observation.codes[0] in counted
        and observation.codes[1:] in {(TOTAL, TOTAL), (MAIN_GROUP, TOTAL), (TOTAL, SEX)}
        for cell in observation.printed
    }
    return str(change_figures(document, places).content)


def move_year(text: str, years: int) -> str:
    """Return a document or a list of releases as of so many years before."""
    return re.sub(r"\b20\d\d\b", lambda year: str(int(year[0]) - years), text)


def copy_months(report: Path, months: int) -> None:
    """Give a copy of the example the same months in earlier years, each year with a document of its own."""
    definition = (report / "report.toml").read_text(encoding="utf-8")
    releases = re.findall(r'^"20\d\d-\d\d" = .*\n', definition, re.MULTILINE)
    source = (report / SOURCE).read_text(encoding="utf-8")
    every = list(releases)
    for step in range(1, ceil(months / len(releases))):
        every = [move_year(release, step) for release in releases] + every
        path = report / SOURCE.replace(str(YEAR), str(YEAR - step))
        path.write_text(move_year(source, step), encoding="utf-8")
    (report / "report.toml").write_text(
        replace_once(definition, "".join(releases), "".join(every[-months:])), encoding="utf-8"
    )


def copy_program(folder: Path) -> None:
    """Copy the program and the example, compiled as an installation has it."""
    leave = shutil.ignore_patterns("__pycache__")
    for name in ("reportgen", "templates", "styles", "examples"):
        shutil.copytree(ROOT / name, folder / "program" / name, ignore=leave)
    compileall.compile_dir(folder / "program", quiet=1)
    shutil.copytree(EXAMPLE, folder / "report")


def write_changes(folder: Path, definition: ReportDefinition) -> None:
    """Write each changed file at the place where it is laid over the unchanged one."""
    proof = prove_source(EXAMPLE / SOURCE, definition)
    catalogue = (EXAMPLE / "texts/en.po").read_text(encoding="utf-8")
    changed = {
        "word/report/texts/en.po": change_word(catalogue),
        "style/program/styles/tokens.css": change_style((ROOT / "styles/tokens.css").read_text(encoding="utf-8")),
        f"figure/report/{SOURCE}": add_person(proof.document, proof.dataset, definition),
    }
    for name, text in changed.items():
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text, encoding="utf-8")


def write_given(folder: Path, definition: ReportDefinition) -> None:
    """Write what `naive.py` is given: tidy observations, code lists, and the finished HTML of each month."""
    folder.mkdir()
    shutil.copy(EXAMPLE / "codes.csv", folder)
    dataset = prove_source(EXAMPLE / SOURCE, definition).dataset
    (folder / "observations.csv").write_bytes(write_observations(dataset))
    with get_context("spawn").Pool() as pool:
        pool.starmap(write_html, [(folder / str(month), month) for month in dataset.periods], chunksize=1)


def write_html(folder: Path, month: Period) -> None:
    """Write the HTML that becomes a month's PDFs, with its charts and fonts as files."""
    definition = read_definition(EXAMPLE)
    proof = prove_source(find_source(definition, month), definition)
    dataset = proof.dataset.until(month)
    share = (definition.share.dimension, definition.share.code)
    indicators = compute_indicators(dataset, small_base=definition.report.small_base, share=share)
    folder.mkdir()
    for code in LANGUAGES:
        words = Wording(
            language=read_language(code, EXAMPLE),
            definition=definition,
            facts=Facts(dataset=dataset, indicators=indicators),
        )
        pictures = draw_figures(words, paper_only=True)
        report = compose_report(
            words,
            pictures,
            tabulate_report(words),
            sizes={},
            identities=proof.identities * len(dataset.periods),
            languages=LANGUAGES,
        )
        html = render_print(report)
        for picture in pictures:
            if picture.svg:
                drawn = b64encode(picture.svg.encode()).decode()
                html = replace_once(html, f"data:image/svg+xml;base64,{drawn}", f"figures/{picture.id}.svg")
        for font in font_files():
            html = replace_once(html, f"font:source-sans-{font.weight}", font.path.as_uri())
        (folder / f"{code}.html").write_text(html, encoding="utf-8")


def main() -> None:
    """Prepare everything, or so many months."""
    folder = Path(sys.argv[1])
    copy_program(folder / "cold")
    if len(sys.argv) > 2:  # noqa: PLR2004 - the number of months is given
        copy_months(folder / "cold/report", int(sys.argv[2]))
        return
    definition = read_definition(EXAMPLE)
    write_changes(folder / "changes", definition)
    write_given(folder / "given", definition)


if __name__ == "__main__":
    main()
