"""The PDF reads as its HTML does, item by item where a validator is silent, and looks as WeasyPrint drew it."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO
from itertools import chain, pairwise
from pathlib import Path
from xml.etree.ElementTree import Element

import pikepdf
import pypdfium2  # type: ignore[import-untyped]
import pytest
import tinyhtml5  # type: ignore[import-untyped]
from hard_document import hard_document
from PIL import ImageOps
from sample_report import DRAWING, example_report, small_report
from tagged_pdf import Node, TaggedPdf, read_tagged_pdf
from verapdf import validate_pdfs
from weasyprint import HTML  # noqa: TID251 - what it does by itself is what is compared with

import reportgen.pdf_layout
import reportgen.pdf_pages
from reportgen.build import build_month
from reportgen.definition import ReportDefinition
from reportgen.errors import RenderError
from reportgen.page import render_print
from reportgen.pdf import Attachment
from reportgen.pdf_layout import _Fetcher, lay_out_pdf
from reportgen.pdf_tags import LaidOutPage, Layout, Page, Preparation, read_layout
from reportgen.period import Period

DOCUMENTS = ("nb 2013-11", "en 2013-11", "nb 2013-07", "en 2013-01", "small", "hard")
NOTE = ".//p[@class='source-note']"
BLOCKS = {"h1", "h2", "h3", "p", "li", "dt", "dd", "td", "th"}
SHORT = 40
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
DATA = Attachment(name="figures.csv", description="All", content="a;b\nø;−1\n".encode(), released=date(2013, 12, 3))


@cache
def html_of(document: str) -> str:
    """Return a document for paper."""
    if document == "hard":
        return hard_document()
    return render_print(small_report() if document == "small" else example_report(*document.split()))


@cache
def parsed(document: str) -> Element:
    """Return a document's elements."""
    root: Element = tinyhtml5.parse(html_of(document), namespace_html_elements=False)
    return root


@cache
def pdf_of(document: str) -> bytes:
    """Return a document's PDF."""
    return lay_out_pdf(html_of(document), attachments=[DATA])


@cache
def tagged(document: str) -> TaggedPdf:
    """Return a document's PDF, read."""
    return read_tagged_pdf(pdf_of(document))


@cache
def unmended(document: str) -> bytes:
    """Return the PDF as WeasyPrint writes it from the HTML without marks in it, parsed as HTML and in default style."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reportgen.pdf_layout, "_Source", lambda html: HTML(string=html, url_fetcher=_Fetcher()))
        patch.setattr(reportgen.pdf_layout, "prepare_words", lambda _root: Preparation(marks={}, parents={}))
        patch.setattr(reportgen.pdf_layout, "shortcuts", nullcontext)
        patch.setattr(reportgen.pdf_layout, "pages_in_one_go", nullcontext)
        patch.setattr(reportgen.pdf_layout, "mend_tags", lambda _pdf, _layout: None)
        return lay_out_pdf(html_of(document))


def plain(text: str) -> str:
    """Leave out what the end of a line adds or takes: spaces and hyphens."""
    return re.sub(r"[\s\u00ad\u2010-]", "", text)


def text_of(element: Element) -> str:
    """Return an element's text as it is read aloud."""
    if element.get("aria-hidden") == "true":
        return ""
    own = element.get("alt") or element.text or ""
    return own + "".join(text_of(child) + (child.tail or "") for child in element)


def html_rows(table: Element) -> list[list[Element]]:
    """Return the cells of a table, row by row, heads first and feet last."""
    rows = [row for part in ("thead", "tbody", "tfoot") for section in table.findall(part) for row in section]
    return [list(row) for row in rows]


def tag_rows(table: Node) -> list[list[Node]]:
    """Return the cell elements of a table, row by row."""
    rows = [row for section in table.parts if isinstance(section, Node) for row in section.parts]
    return [
        [cell for cell in row.parts if isinstance(cell, Node)]
        for row in rows
        if isinstance(row, Node) and row.kind == "TR"
    ]


def both_tables(document: str) -> Iterator[tuple[Element, Node]]:
    """Yield each table as HTML and as tags."""
    elements = list(parsed(document).iter("table"))
    tags = tagged(document).root.find("Table")
    assert len(tags) == len(elements)
    return zip(elements, tags, strict=True)


def both_cells(element: Element, tag: Node) -> list[tuple[Element, Node]]:
    """Return each cell of a table as HTML and as tag."""
    return list(zip(chain.from_iterable(html_rows(element)), chain.from_iterable(tag_rows(tag)), strict=True))


def html_headers(table: Element) -> dict[Element, set[Element]]:
    """Return each cell's header cells by the HTML standard's algorithm, taken word by word.

    It walks from a cell to the left and upwards over a grid of slots. Where it asks for a column header, one for a
    group of columns will do: our tables have no `colgroup` to anchor those in.
    """
    grid: dict[tuple[int, int], Element] = {}
    places: dict[Element, tuple[int, int, int, int]] = {}
    top = 0
    for section in (part for name in ("thead", "tbody", "tfoot") for part in table.findall(name)):
        for y, row in enumerate(section, start=top):
            for cell in row:
                x = next(x for x in range(len(grid) + 1) if (x, y) not in grid)
                width, height = int(cell.get("colspan", 1)), int(cell.get("rowspan", 1))
                places[cell] = (x, y, width, height)
                grid |= {(x + right, y + down): cell for right in range(width) for down in range(height)}
        top += len(section)
    return {cell: _headers_of(cell, grid, places) for cell in places}


def _headers_of(
    cell: Element, grid: dict[tuple[int, int], Element], places: dict[Element, tuple[int, int, int, int]]
) -> set[Element]:
    x, y, width, height = places[cell]
    rays = [((x, y + down), (-1, 0)) for down in range(height)] + [((x + right, y), (0, -1)) for right in range(width)]
    found: set[Element] = set()
    for (left, top), (right, down) in rays:
        opaque: list[Element] = []
        in_block, block = cell.tag == "th", [cell] if cell.tag == "th" else []
        while (left := left + right) >= 0 and (top := top + down) >= 0:
            current = grid.get((left, top))
            if current is None:
                continue
            if current.tag == "th":
                in_block = True
                block.append(current)
                axis = 0 if down else 1
                extent = (places[current][axis], places[current][axis + 2])
                blocked = any((places[other][axis], places[other][axis + 2]) == extent for other in opaque)
                wanted = ("col", "colgroup") if down else ("row", "rowgroup")
                if not blocked and current.get("scope") in wanted:
                    found.add(current)
            elif in_block:
                in_block = False
                opaque += block
                block = []
    return found


@pytest.mark.parametrize("document", DOCUMENTS)
def test_tables_are_read_back_cell_by_cell(document: str) -> None:
    """Each table is one element with the caption, rows, cells and spans of the HTML, on however many pages."""
    for element, tag in both_tables(document):
        kinds = [part.kind for part in tag.parts if isinstance(part, Node)]
        expected = ["Caption", *("THead" for _ in element.findall("thead"))]
        expected += ["TBody" for _ in element.findall("tbody")] + ["TFoot" for _ in element.findall("tfoot")]
        assert kinds == expected
        caption = element.find("caption")
        assert caption is not None
        assert plain(tag.find("Caption")[0].text) == plain(text_of(caption))
        html = [[(cell.tag.upper(), plain(text_of(cell))) for cell in row] for row in html_rows(element)]
        assert [[(cell.kind, plain(cell.text)) for cell in row] for row in tag_rows(tag)] == html
        for cell, cell_tag in both_cells(element, tag):
            assert cell_tag.attributes.get("ColSpan", 1) == int(cell.get("colspan", 1))
            assert cell_tag.attributes.get("RowSpan", 1) == int(cell.get("rowspan", 1))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_header_says_what_it_heads(document: str) -> None:
    """Each TH has the scope of its HTML, and no other cell has one."""
    scopes = {"row": "/Row", "rowgroup": "/Row", "col": "/Column", "colgroup": "/Column"}
    for element, tag in both_tables(document):
        for cell, cell_tag in both_cells(element, tag):
            scope = cell_tag.attributes.get("Scope")
            assert (str(scope) if scope is not None else None) == scopes.get(cell.get("scope", ""))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_headers_lead_to_the_right_cells(document: str) -> None:
    """The headers of each cell, looked up by their IDs, are those that the HTML standard gives it."""
    pdf = tagged(document)
    names = pikepdf.NameTree(pdf.pdf.Root.StructTreeRoot.IDTree)
    known = {name: dictionary.objgen for name, dictionary in names.items()}
    for element, tag in both_tables(document):
        expected = html_headers(element)
        cells = dict(both_cells(element, tag))
        assert cells.keys() == expected.keys()
        for cell, cell_tag in cells.items():
            identifiers = [str(name) for name in cell_tag.attributes.get("Headers", [])]
            wanted = [cells[header].dictionary.objgen for header in expected[cell]]
            assert sorted(known[name] for name in identifiers) == sorted(wanted)
            assert ("/ID" in cell_tag.dictionary) == (cell.tag == "th")


@pytest.mark.parametrize("document", DOCUMENTS)
def test_headings_are_those_of_the_html(document: str) -> None:
    """Headings have the HTML's levels and texts, in order; the first is of level 1 and none is skipped."""
    found = [(node.kind.lower(), plain(node.text)) for node in tagged(document).root.find("H1", "H2", "H3", "H4")]
    assert found == [(each.tag, plain(text_of(each))) for each in parsed(document).iter() if each.tag in HEADINGS]
    levels = [0, *(int(kind[1]) for kind, _ in found)]
    assert all(level <= before + 1 for before, level in pairwise(levels))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_all_text_is_read_once_and_in_order(document: str) -> None:
    """The tree has the text of the HTML in its order, and nothing long between: page numbers, bullets, captions."""
    root = parsed(document)
    # The style sheet leaves these out: they stand below the figure.
    unseen = {note for part in root.findall(".//section[@id='page-numbers']") for note in part.findall(NOTE)}
    read, place = plain(tagged(document).root.text), 0
    for element in root.iter():
        text = plain(text_of(element))
        blocks = [below for below in element.iter() if below.tag in BLOCKS and below not in unseen]
        if blocks == [element]:  # words, and nothing to be read for itself
            between = read.find(text, place) - place
            assert 0 <= between < SHORT, text_of(element)
            place += between + len(text)
    assert len(read) - place < SHORT


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_content_has_one_place_or_is_an_artifact(document: str) -> None:
    """What is marked on a page stands in the tree once, and the page leads back to where it stands."""
    pdf = tagged(document)
    owners = {content: node for node in pdf.root.walk() for content in node.contents}
    assert len(owners) == sum(len(node.contents) for node in pdf.root.walk())
    assert owners.keys() == {(page, number) for page, texts in enumerate(pdf.texts) for number in texts}
    numbers = pdf.pdf.Root.StructTreeRoot.ParentTree.Nums
    entries = {int(numbers[place]): numbers[place + 1] for place in range(0, len(numbers), 2)}
    for index, page in enumerate(pdf.pdf.pages):
        parents = entries[int(page.StructParents)]
        for number, parent in enumerate(parents):
            owner = owners.get((index, number))
            assert getattr(parent, "objgen", None) == (owner.dictionary.objgen if owner else None)


@pytest.mark.parametrize("document", ["nb 2013-11", "en 2013-01", "small"])
def test_heads_and_feet_are_not_read(document: str) -> None:
    """The words that stand on every page are artifacts there, and in the tree only where the report itself has them."""
    report = small_report() if document == "small" else example_report(*document.split())
    pdf = tagged(document)
    for number, artifact in enumerate(pdf.artifacts, start=1):
        foot = report.words["page_number"].format(page=number, pages=len(pdf.artifacts))
        assert plain(foot) in plain(artifact)
        assert plain(report.example_note) in plain(artifact)
        assert plain(foot) not in plain(pdf.root.text)
        assert number == 1 or plain(f"{report.title} · {report.month_name}") in plain(artifact)
    assert plain(f"{report.title} · {report.month_name}") not in plain(pdf.root.text)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_are_described_by_their_text(document: str) -> None:
    """Each link of the HTML is one Link element; its annotations are described by its text and lead where it leads."""
    links = [each for each in parsed(document).iter("a") if "href" in each.attrib]
    nodes = tagged(document).root.find("Link")
    assert len(nodes) == len(links)
    for link, node in zip(links, nodes, strict=True):
        assert plain(node.text).startswith(plain(text_of(link)))
        assert node.annotations
        for annotation in node.annotations:
            assert plain(str(annotation.Contents)) == plain(text_of(link))
            target = str(annotation.A.URI) if "/A" in annotation else f"#{annotation.Dest}"
            assert target == link.get("href")
    pdf = tagged(document).pdf
    annotated = sorted(annotation.objgen for page in pdf.pages for annotation in page.get("/Annots", []))
    assert annotated == sorted(annotation.objgen for node in nodes for annotation in node.annotations)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_drawings_have_their_words(document: str) -> None:
    """Each drawing is a Figure with the alternative text of the HTML."""
    figures = tagged(document).root.find("Figure")
    assert [str(node.dictionary.Alt) for node in figures] == [each.get("alt") for each in parsed(document).iter("img")]


@pytest.mark.parametrize("document", ["small", "nb 2013-11"])
def test_drawings_are_where_their_boxes_say(document: str) -> None:
    """The box of a Figure, in points from the bottom, is where the drawing's blue bar is seen, and its size."""
    seen = pypdfium2.PdfDocument(pdf_of(document))
    viewed = re.search(r'viewBox="0 0 (\d+) (\d+)".*rect width="(\d+)" height="(\d+)"', DRAWING)
    assert viewed is not None
    width, height, bar_width, bar_height = map(int, viewed.groups())
    for node in tagged(document).root.find("Figure"):
        left, bottom, right, top = map(float, node.attributes["BBox"])
        page = seen[node.page]
        assert 0 <= left < right <= page.get_width()
        assert 0 <= bottom < top <= page.get_height()
        picture = page.render(scale=2).to_pil().convert("L")
        edges = (left, page.get_height() - top, right, page.get_height() - bottom)
        box = ImageOps.invert(picture.crop([round(2 * edge) for edge in edges]))
        drawn = box.getbbox()
        assert drawn is not None
        x1, y1, x2, y2 = drawn
        assert x1 == pytest.approx(0, abs=3)
        assert y1 == pytest.approx(0, abs=3)
        assert x2 == pytest.approx(box.width * bar_width / width, abs=4)
        assert y2 == pytest.approx(box.height * bar_height / height, abs=4)


def languages_of(document: str) -> dict[str, str]:
    """Return the text in each language but the document's, as the tree has it."""
    found: dict[str, str] = {}
    for node in tagged(document).root.walk():
        if "/Lang" in node.dictionary:
            language = str(node.dictionary.Lang)
            found[language] = found.get(language, "") + "".join(part for part in node.parts if isinstance(part, str))
    return found


def test_words_keep_their_language() -> None:
    """Words with a language of their own have it in the tree, on however many lines, in links, quotations and heads."""
    found = {language: plain(text) for language, text in languages_of("hard").items()}
    assert found == {
        "nb": plain(
            "arbeidsrettede tiltak for personer med nedsatt arbeidsevne, i mange måneder og over flere linjer kjønn"
        ),
        "de": "Maßnahmen",
        "fr": plain("Une citation entière. Et sa suite."),
    }


def test_what_is_hidden_is_not_read() -> None:
    """Ornaments that the page hides from assistive technology are artifacts in the PDF."""
    pdf = tagged("small")
    assert "↑" not in pdf.root.text
    assert "↑" in "".join(pdf.artifacts)


def test_repeated_heads_are_artifacts() -> None:
    """The head of a divided table is read once and drawn on each page."""
    pdf = tagged("hard")
    pages = [number for number, artifact in enumerate(pdf.artifacts) if "Women" in artifact]
    assert len(pages) > 2
    assert pdf.root.text.count("Women") == 1


@pytest.mark.parametrize("document", DOCUMENTS)
def test_lists_hold_items_and_nothing_else(document: str) -> None:
    """A list has items and lists below them; each item has a body, and a term for its label."""
    lists = tagged(document).root.find("L")
    assert len(lists) == sum(each.tag in {"ul", "ol", "dl"} for each in parsed(document).iter())
    for group in lists:
        assert {part.kind if isinstance(part, Node) else part for part in group.parts} <= {"L", "LI"}
        for item in (part for part in group.parts if isinstance(part, Node) and part.kind == "LI"):
            assert {part.kind if isinstance(part, Node) else part for part in item.parts} <= {"Lbl", "LBody"}
    terms = [plain(node.text) for node in tagged(document).root.find("Lbl") if node.text.strip() not in {"•", "◦"}]
    assert terms == [plain(text_of(each)) for each in parsed(document).iter("dt")]


def test_blocks_that_pages_divide_are_one() -> None:
    """A section is one element, and so is a paragraph that goes on on the next page."""
    root = tagged("hard").root
    assert len(root.find("Sect")) == len(list(parsed("hard").iter("section")))
    notes = root.find("P")[-1]
    assert plain(notes.text) == plain(text_of(list(parsed("hard").iter("p"))[-1]))
    assert len({page for node in notes.walk() for page, _ in node.contents}) > 1


def test_data_is_attached() -> None:
    """The attached file is a source of the whole document, unchanged, and bears the day of the release."""
    with pikepdf.open(BytesIO(pdf_of("small"))) as pdf:
        (file,) = pdf.Root.AF
        assert str(file.AFRelationship) == "/Data"
        assert (str(file.UF), str(file.Desc)) == (DATA.name, DATA.description)
        embedded = pdf.attachments[DATA.name].get_file()
        assert embedded.read_bytes() == DATA.content
        assert embedded.mime_type == "text/csv"
        assert str(file.EF.F.Params.CreationDate) == str(file.EF.F.Params.ModDate) == "D:20131203000000Z"


def test_published_pdf_carries_the_published_data(site: Path) -> None:
    """The PDFs of a month carry its observations.csv, byte for byte."""
    observations = (site / "data/2013-11/observations.csv").read_bytes()
    files = sorted(site.glob("*/2013-11/*.pdf"))
    assert len(files) == 2
    for file in files:
        with pikepdf.open(file) as pdf:
            assert pdf.attachments["observations.csv"].get_file().read_bytes() == observations


@pytest.mark.parametrize("document", ["nb 2013-11", "small", "hard"])
def test_looks_are_unchanged(document: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pixel for pixel, each page is what WeasyPrint draws without labels and mending; so is the text."""
    monkeypatch.setattr(reportgen.pdf_pages, "figures_with_room", lambda _pages: ())
    mended = lay_out_pdf(html_of(document), attachments=[DATA])
    pictures, texts = [], []
    for name, content in (("before", unmended(document)), ("after", mended)):
        (tmp_path / f"{name}.pdf").write_bytes(content)
        subprocess.run(["pdftoppm", "-r", "100", f"{name}.pdf", name], cwd=tmp_path, check=True, timeout=120)
        text = subprocess.run(
            ["pdftotext", "-layout", f"{name}.pdf", "-"], cwd=tmp_path, check=True, timeout=60, capture_output=True
        )
        pictures.append([picture.read_bytes() for picture in sorted(tmp_path.glob(f"{name}-*.ppm"))])
        texts.append(text.stdout)
    assert pictures[0]
    assert pictures[0] == pictures[1]
    assert texts[0] == texts[1]


def test_same_bytes_again() -> None:
    """Mending and attaching add no clock and no chance; test_pdf asks the same of another process."""
    assert lay_out_pdf(html_of("hard"), attachments=[DATA]) == pdf_of("hard")


def test_foreign_tags_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the tags are not those of the layout, nothing is published."""
    original = read_layout

    def forget(pages: list[LaidOutPage], preparation: Preparation) -> Layout:
        return replace(original(pages, preparation), pages=(Page(elements=(), links=()),))

    monkeypatch.setattr(reportgen.pdf_layout, "read_layout", forget)
    with pytest.raises(RenderError, match="page 1 has 1 Table tags for 0 table elements") as caught:
        lay_out_pdf(
            '<html lang="en"><title>T</title><body><table><tbody><tr><td>1</td></tr></tbody></table></body></html>'
        )
    assert caught.value.problems[0].kind == "pdf-tags"


@pytest.mark.skipif(not shutil.which("javac"), reason="javac is missing: install a JDK, such as default-jdk-headless")
def test_validator_finds_nothing(
    definition: ReportDefinition, site: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The veraPDF engine finds no fault in three months and each language, nor in what is hard to tag."""
    folder = tmp_path_factory.mktemp("validated")
    files = sorted(site.glob("*/2013-11/*.pdf"))
    published = definition.report.languages
    for month, languages in {"2013-01": [*published, "nn"], "2013-07": [*published, "nn"], "2013-11": ["nn"]}.items():
        publication = build_month(definition, Period.parse(month), languages=languages, formats=["pdf"])
        for file in publication.files:
            if file.path.suffix == ".pdf":
                files.append(folder / file.path.name)
                files[-1].write_bytes(file.content)
    for document in ("small", "hard"):
        files.append(folder / f"{document}.pdf")
        files[-1].write_bytes(pdf_of(document))
    problems, checks = validate_pdfs(files, folder)
    assert checks > 1_000_000
    assert not problems, "\n".join(problems)


@pytest.mark.skipif(not shutil.which("javac"), reason="javac is missing: install a JDK, such as default-jdk-headless")
def test_validator_finds_something(tmp_path: Path) -> None:
    """The same judge objects to what WeasyPrint writes by itself."""
    file = tmp_path / "unmended.pdf"
    file.write_bytes(unmended("small"))
    problems, _ = validate_pdfs([file], tmp_path)
    assert any("PDF/UA Identification" in problem for problem in problems)
    assert any("L element may contain only" in problem for problem in problems)
