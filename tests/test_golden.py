"""What each stage made when it was last looked at; the lowest number that changed names the stage that changed.

`pytest tests/test_golden.py --update-golden` writes `tests/golden/` anew. The files are short forms for reading:
what a stage before has told in full is told in brief.
"""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator, Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from naive_reading import EXAMPLE
from tagged_pdf import Node, read_tagged_pdf

from reportgen.dataset import TOTAL, Dataset
from reportgen.definition import ReportDefinition
from reportgen.findings import Facts
from reportgen.report import Computation, Figure, KeyFigure, Link, Report, RichText
from reportgen.source import read_source
from reportgen.tables import DisplayTable
from reportgen.tidy import tidy_source

CheckGolden = Callable[[str, str], None]
NBSP = "\N{NO-BREAK SPACE}"
SVG = "{http://www.w3.org/2000/svg}"
PDF = {"nb": "tiltaksdeltakere-2013-11-nb.pdf", "en": "labour-market-programmes-2013-11-en.pdf"}
GEOMETRY = ("class", "transform", "d", "x", "y", "x1", "y1", "x2", "y2", "width", "height", "fill", "stroke")
SHOWN_ROWS = 2


def lines(texts: Iterable[str]) -> str:
    """Return texts as the lines of a file, with no-break spaces made visible."""
    return "".join(f"{text.rstrip()}\n" for text in texts).replace(NBSP, "~")


def in_brief(rows: Sequence[str]) -> Iterator[str]:
    """Yield the first rows, and how many there are."""
    yield from rows[:SHOWN_ROWS]
    if len(rows) > SHOWN_ROWS:
        yield f"… {len(rows)} rows"


def test_1_source(check_golden: CheckGolden) -> None:
    """The document is read into these pages, each with the line that it begins on."""

    def told() -> Iterator[str]:
        for page in read_source(EXAMPLE / "sources" / "2013-11.txt").pages:
            yield f"{page.where}: {' / '.join(cell.text for cell in page.captions)}"
            yield f"  {' '.join(cell.text for cell in page.header)}"
            for row in page.rows:
                digits = [int(re.sub(r"\D", "", cell.text) or "0") for cell in row.figures]
                blank = sum(not cell.text for cell in row.figures)
                told = f"{len(digits)} cells, {blank} blank, sum {sum(digits)}"
                yield f"  {row.label.where.line} {row.label.text}: {told}"
            yield from (f"  rule at {rule}" for rule in page.rules)

    check_golden("1-source.txt", lines(told()))


def test_2_dataset(check_golden: CheckGolden, dataset: Dataset, definition: ReportDefinition) -> None:
    """The pages mean these series, printed in so many cells; these oddities were passed over."""

    def told() -> Iterator[str]:
        for codes in dataset.all_codes():
            printed = sum(len(dataset.observation(period, codes).printed) for period in dataset.periods)
            yield f"{'/'.join(codes)}: {' '.join(map(str, dataset.series(codes)))} ({printed})"
        for warning in tidy_source(read_source(EXAMPLE / "sources" / "2013-11.txt"), definition).warnings:
            yield f"{warning.name} at {', '.join(map(str, warning.where))}: {warning.message}"

    check_golden("2-dataset.txt", lines(told()))


def test_3_indicators(check_golden: CheckGolden, facts_of: Callable[[int], Facts]) -> None:
    """From the series follow these figures of November, as shown, or why there is none.

    In brief: of crossed dimensions none, of an index the last month.
    """
    indicators = facts_of(11).indicators
    series: dict[str, list[str]] = {}
    for figure in indicators.figures:
        if figure.period == indicators.month and figure.codes.count(TOTAL) >= len(figure.codes) - 1:
            shown = figure.status if figure.shown is None else f"{float(figure.shown):g}"
            series.setdefault("/".join(figure.codes), []).append(f"{figure.name}={shown}")
    check_golden("3-indicators.txt", lines(f"{codes}: {' '.join(told)}" for codes, told in series.items()))


@pytest.mark.parametrize(("month", "language"), [(1, "nb"), (11, "nb"), (11, "en")])
def test_4_report(
    check_golden: CheckGolden, report_of: Callable[[int, str], Report], month: int, language: str
) -> None:
    """The figures are told and shown in these words."""
    check_golden(f"4-report.2013-{month:02}.{language}.txt", lines(_tell_report(report_of(month, language))))


def _tell_report(report: Report) -> Iterator[str]:
    yield f"{report.id} {report.language} {report.month}: {report.title}, {report.month_name}"
    yield f"# {report.headline}"
    yield from map(_tell_text, report.lead)
    yield report.example_note
    yield from (f"{fact.term}: {_tell_text(fact.text)}" for fact in report.facts)
    yield from map(_tell_key_figure, report.key_figures)
    yield from map(_tell_computation, report.computations)
    yield from _tell_figure(report.main_figure)
    for section in report.sections:
        yield f"## {section.heading} ({section.id})"
        yield from map(_tell_text, section.paragraphs)
        yield from map(_tell_computation, section.computations)
        yield from (f"{fact.term}: {_tell_text(fact.text)}" for fact in section.terms)
        for figure in section.figures:
            yield from _tell_figure(figure)
        for table in section.tables:
            yield from _tell_table(table)
            yield from (f"  -> {file.text} ({file.path})" for file in section.table_files.get(table.id, ()))
    for group in report.data_files:
        yield f"## {group.heading}"
        yield from (f"-> {file.text} ({file.path}): {file.about}" for file in group.downloads)
    yield f"## {report.about_heading}"
    yield from (f"{fact.term}: {_tell_text(fact.text)}" for fact in report.about)
    yield from (f"-> {download.text} ({download.path})" for download in report.downloads)
    yield from (f"-> {language} ({address})" for language, address in report.translations.items())
    yield from (f"{key} = {word}" for key, word in sorted(report.words.items()))


def _tell_text(text: RichText) -> str:
    return "".join(
        f"[{piece.text} -> {piece.target}]"
        if isinstance(piece, Link)
        else piece
        if isinstance(piece, str)
        else piece.text
        for piece in text
    )


def _tell_key_figure(key: KeyFigure) -> str:
    return f"* {key.label}: {key.value}; {key.change} ({key.direction}, {len(key.trend)} months)"


def _tell_computation(computation: Computation) -> str:
    first, *_ = computation.sources
    return f"= {computation.label}: {computation.formula} [{first.about} {first.cells.split()[0]} …]"


def _tell_figure(figure: Figure) -> Iterator[str]:
    yield f"### {figure.label}. {figure.title} ({figure.id})"
    yield from (figure.subtitle, f"alt: {figure.alt}", figure.source_note)
    if figure.missing:
        yield f"missing: {figure.missing}"
    said = [point.reading.replace("\n", " / ") for row in figure.points for point in row.points]
    yield from in_brief([f"o {reading}" for reading in said])
    if figure.data:
        yield from _tell_table(figure.data)
    yield from (f"-> {download.text} ({download.path})" for download in figure.downloads)


def _tell_table(table: DisplayTable) -> Iterator[str]:
    yield f"### {table.label}. {table.title} ({table.id})"
    yield table.subtitle
    spanners = [f"{spanner.label or '-'}×{spanner.columns}" for spanner in table.spanners]
    yield " | ".join([*spanners, table.stubhead, table.trend_label or "-", *(column.label for column in table.columns)])
    rows = [
        f"  {row.kind} {row.label}: {' | '.join(row.cells)}" + (f" ({len(row.trend)} months)" if row.trend else "")
        for block in table.blocks
        for row in block
    ]
    yield from in_brief(rows)
    yield from (f"note: {note}" for note in table.notes)
    yield from (f"{symbol.sign} = {'; '.join(symbol.meanings)}" for symbol in table.symbols)
    yield table.source_note


def test_5_charts(check_golden: CheckGolden, site: Path) -> None:
    """The figures are drawn with these marks, in the Norwegian files of November."""

    def told() -> Iterator[str]:
        for file in sorted((site / "nb" / "2013-11" / "figures").glob("*.svg")):
            root = ET.fromstring(file.read_text(encoding="utf-8"))  # noqa: S314 - written by the program
            yield f"# {file.name} {root.get('viewBox')}"
            yield from _tell_marks(root, 0)

    check_golden("5-charts.nb.txt", lines(told()))


def _tell_marks(element: ET.Element, depth: int) -> Iterator[str]:
    for child in element:
        tag = child.tag.removeprefix(SVG)
        if tag == "style":
            continue
        given = [f"{name}={child.get(name, '')[:40]}" for name in GEOMETRY if child.get(name)]
        if tag != "g" or child.get("class"):
            yield f"{' ' * depth}{tag} {' '.join([*given, (child.text or '').strip()])}"
        yield from _tell_marks(child, depth + 1)


class _Outline(HTMLParser):
    """Tells a page's elements and texts: of a table the first rows, of computations one, of a drawing nothing."""

    NAMED = ("id", "class", "href", "lang", "hreflang", "role", "aria-label", "aria-labelledby", "aria-hidden", "scope")
    EMPTY = frozenset({"meta", "link", "img", "br", "hr", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []
        self.open: list[str] = []
        self.rows = 0
        self.terms = 0

    @property
    def indent(self) -> str:
        """Spaces that show how deep this place is, as far as the eye can follow."""
        return " " * min(len(self.open) - 1, 6)

    @property
    def silent(self) -> bool:
        """Whether this place is told in brief."""
        rows_told = self.rows > SHOWN_ROWS and "tbody" in self.open
        return "svg" in self.open or rows_told or (self.terms > 1 and "details" in self.open)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Tell an element with the attributes that say what it is."""
        if tag == "table":
            self.rows = 0
        if tag == "tr" and "tbody" in self.open:
            self.rows += 1
        if tag == "details":
            self.terms = 0
        if tag == "dt":
            self.terms += 1
        if not self.silent:
            told = f"<{' '.join([tag, *(f'{name}={value}' for name, value in attrs if name in self.NAMED)])}>"
            if "tr" in self.open:
                self.told[-1] += told
            else:
                self.told.append(self.indent + told)
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Tell an element of a drawing, or one that holds nothing."""
        if not self.silent:
            self.handle_starttag(tag, attrs)
            if tag not in self.EMPTY:
                self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        """Close an element; a table says how many rows it has."""
        while self.open.pop() != tag:
            pass
        if tag == "table":
            self.told.append(f"{self.indent}… {self.rows} rows")
        if tag == "details" and self.terms:
            self.told.append(f"{self.indent}… {self.terms} terms")

    def handle_data(self, data: str) -> None:
        """Tell a text."""
        if data.strip() and not self.silent:
            text = re.sub(r"[ \n]+", " ", data.strip())
            if "tr" in self.open:
                self.told[-1] += text
            else:
                self.told.append(self.indent + text)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_6_page(check_golden: CheckGolden, site: Path, language: str) -> None:
    """The report is laid out as this page."""
    outline = _Outline()
    outline.feed((site / language / "2013-11" / "index.html").read_text(encoding="utf-8"))
    check_golden(f"6-page.{language}.txt", without_hashes(lines(outline.told)))


def without_hashes(text: str) -> str:
    """Return a text without the hashes in the names of shared files: they follow from what stage 8 lists."""
    return re.sub(r"-[0-9a-f]{12}\.", "-HASH.", text)


@pytest.mark.parametrize("language", ["nb", "en"])
def test_7_pdf(check_golden: CheckGolden, site: Path, language: str) -> None:
    """The PDF has these bookmarks, and tells this to those who hear it, page by page."""
    tagged = read_tagged_pdf((site / language / "2013-11" / PDF[language]).read_bytes())

    def told() -> Iterator[str]:
        yield f"{len(tagged.pdf.pages)} pages"
        with tagged.pdf.open_outline() as outline:
            pending = [(0, item) for item in reversed(outline.root)]
            while pending:
                depth, item = pending.pop()
                yield f"{'  ' * depth}- {item.title}"
                pending += [(depth + 1, child) for child in reversed(item.children)]
        yield from _tell_tags(tagged.root, 0)

    check_golden(f"7-pdf.{language}.txt", lines(told()))


def _tell_tags(node: Node, depth: int) -> Iterator[str]:
    """Tell blocks with their text, rows with their cells, and nothing that is only a wrapping."""
    if node.kind in {"H1", "H2", "H3", "H4", "P", "Figure", "Caption", "LI", "Lbl", "TOCI", "Note"}:
        text = re.sub(r"\s+", " ", node.text.replace(NBSP, "~")).strip()
        if text or node.kind == "Figure":
            yield f"{' ' * depth}p{node.page + 1} {node.kind}: {text or node.dictionary.get('/Alt', '')}"
        return
    if node.kind == "Table":
        rows = [" | ".join(cell.text.strip() for cell in row.find("TH", "TD")) for row in node.find("TR")]
        yield f"{' ' * depth}p{node.page + 1} Table:"
        yield from (f"{' ' * depth} {row}" for row in in_brief(rows))
        return
    for part in node.parts:
        if isinstance(part, Node):
            yield from _tell_tags(part, depth + (node.kind not in {"Div", "NonStruct"}))


def test_8_files(check_golden: CheckGolden, site: Path) -> None:
    """The site has these files; the tables for machines begin so; the manifest says this of source and problems."""
    files = sorted(path for path in site.rglob("*") if path.is_file())

    def told() -> Iterator[str]:
        yield from (path.relative_to(site).as_posix() for path in files)
        for path in (path for path in files if path.suffix == ".csv"):
            rows = path.read_text(encoding="utf-8-sig").splitlines()
            yield f"# {path.relative_to(site).as_posix()}"
            yield from in_brief(rows)
        manifest = json.loads((site / "data/2013-11/manifest.json").read_text(encoding="utf-8"))
        del manifest["files"], manifest["versions"]  # told above; and the set-up's
        yield json.dumps(manifest, ensure_ascii=False, indent=1)

    check_golden("8-files.txt", without_hashes(lines(told())))


def test_no_golden_file_is_left_over(request: pytest.FixtureRequest) -> None:
    """Every golden file belongs to a test of this file."""
    names = {path.name for path in (request.path.parent / "golden").glob("*")}
    expected = {f"4-report.2013-{told}.txt" for told in ("01.nb", "11.nb", "11.en")}
    expected |= {f"{stage}.{language}.txt" for stage in ("6-page", "7-pdf") for language in ("nb", "en")}
    expected |= {"1-source.txt", "2-dataset.txt", "3-indicators.txt", "5-charts.nb.txt", "8-files.txt"}
    assert names == expected
