"""The page and the document for the PDF carry all of a report, escaped, and ask for nothing from elsewhere."""

import re
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from types import MappingProxyType
from xml.etree.ElementTree import Element

import pytest
import tinyhtml5  # type: ignore[import-untyped] # WeasyPrint's own parser
from fontTools.ttLib import TTFont
from jinja2 import UndefinedError
from sample_report import example_report, small_report, table_with_spanners

from reportgen.fonts import content_hash, web_font
from reportgen.page import page_assets, render_page, render_print
from reportgen.report import CorrectionNote, Fact, Report
from reportgen.resources import font_files
from reportgen.tables import DisplayTable

LANGUAGES = ("nb", "en")
HOSTILE = "</style></title><script>alert('x')</script>\"&\\"


def parse(html: str) -> Element:
    """Read a document as a browser would."""
    root: Element = tinyhtml5.parse(html, namespace_html_elements=False)
    return root


def with_class(root: Element, name: str) -> list[Element]:
    """Return the elements of a class, in document order."""
    return [element for element in root.iter() if name in element.get("class", "").split()]


def by_id(root: Element, identifier: str) -> Element:
    """Return the one element with an id."""
    (found,) = (element for element in root.iter() if element.get("id") == identifier)
    return found


def text(element: Element | None) -> str:
    """Return an element's text, its ends trimmed."""
    assert element is not None
    return "".join(element.itertext()).strip()


def all_tables(report: Report) -> list[DisplayTable]:
    """Return the tables of a report, those behind its figures included."""
    figures = [report.main_figure, *(figure for section in report.sections for figure in section.figures)]
    tables = [table for section in report.sections for table in section.tables]
    return tables + [figure.data for figure in figures if figure.data]


def body_texts(table: Element) -> list[list[str]]:
    """Return the body of a table as texts, without the cells of small lines."""
    rows = [row for part in table.iter("tbody") for row in part.iter("tr")]
    return [[text(cell) for cell in row if "trend" not in cell.get("class", "")] for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("render", [render_page, render_print])
def test_every_cell_of_every_table_is_there(language: str, render: object) -> None:
    """Each table of the report stands in the document with all its rows, in order and unchanged."""
    assert callable(render)
    report = example_report(language)
    root = parse(render(report))
    assert len(all_tables(report)) == 12 + 9
    for table in all_tables(report):
        (element,) = by_id(root, table.id).iter("table")
        rows = [[row.label, *row.cells] for block in table.blocks for row in block]
        found = [[cell for cell in row if cell] for row in body_texts(element)]
        assert found == rows, table.title


def columns_of(row: Element, taken: set[int]) -> list[tuple[Element, int, int]]:
    """Return the cells of a row with the columns that they cover, given those taken by cells from above."""
    placed, column = [], 0
    for cell in row:
        while column in taken:
            column += 1
        span = int(cell.get("colspan", "1"))
        placed.append((cell, column, column + span))
        column += span
    return placed


def test_headers_and_cells_stand_in_the_same_columns() -> None:
    """With labels over several columns too, each cell stands below its own column label."""
    (table,) = by_id(parse(render_page(small_report())), "table-fish").iter("table")
    upper, lower = list(next(table.iter("thead")))
    first = columns_of(upper, set())
    below = {column for cell, start, end in first if cell.get("rowspan") for column in range(start, end)}
    leaves = {start: text(cell) for cell, start, _ in columns_of(lower, below)}
    assert leaves == {2: "All", 3: "Cod", 4: "Hake", 5: "Nov"}
    spanners = [(text(cell), cell.get("scope"), start, end) for cell, start, end in first if cell.get("colspan")]
    assert spanners == [("", None, 2, 3), ("Sea", "colgroup", 3, 5), ("", None, 5, 6)]
    assert all(len(row) == 2 + len(table_with_spanners().columns) for part in table.iter("tbody") for row in part)


def test_tables_tell_what_they_are() -> None:
    """A caption that names the table, scopes on heads, a frame that the keyboard reaches and that has the name."""
    root = parse(render_page(example_report("nb")))
    frames = with_class(root, "frame")
    assert len(frames) == 12 + 9
    for frame in frames:
        assert (frame.get("role"), frame.get("tabindex")) == ("region", "0")
        caption = by_id(frame, frame.get("aria-labelledby", ""))
        assert text(caption) in text(frame.find("table/caption"))
        assert {head.get("scope") for head in frame.iter("th")} <= {"row", "col", "colgroup"}
        for row in (row for part in frame.iter("tbody") for row in part):
            assert next(cell.tag for cell in row) == "th"
            assert row[0].get("scope") == "row"


def test_the_month_in_question_is_marked_in_every_row() -> None:
    """The highlighted column is marked in the head and in each row, and no other is."""
    table = by_id(parse(render_page(example_report("en"))), "table-main-groups")
    marked = [text(cell) for cell in with_class(table, "now")]
    assert marked == ["Nov", "75,769", "18,032", "55,372", "2,365"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_comes_from_elsewhere(language: str) -> None:
    """No script but the site's own, no inline style, no other host: the page holds under its own content policy."""
    html = render_page(example_report(language))
    root = parse(html)
    policy = next(meta for meta in root.iter("meta") if meta.get("http-equiv"))
    assert str(policy.get("content")).startswith("default-src 'none'; style-src 'self'; script-src 'self'")
    assert "unsafe" not in str(policy.get("content"))
    (script,) = root.iter("script")
    assert script.attrib.keys() == {"src", "defer"}
    assert not text(script)
    assert not list(root.iter("style"))
    assert not [element for element in root.iter() if "style" in element.attrib or element.get("onclick")]
    addresses = {element.get("src") or element.get("href") for element in root.iter() if element.tag != "a"}
    asked = addresses - {None, "../feed.xml"} - set(example_report(language).addresses.values())
    assert asked == {f"../../{asset.path}" for asset in page_assets()}


def test_hostile_texts_are_escaped() -> None:
    """What looks like markup in a label or a title is shown, in elements, attributes and the PDF's running heads."""
    report = replace(
        small_report(),
        title=HOSTILE,
        example_note=HOSTILE,
        headline=HOSTILE,
        facts=(Fact(term=HOSTILE, text=(HOSTILE,)),),
        main_figure=replace(small_report().main_figure, alt=HOSTILE, title=HOSTILE),
    )
    for html in (render_page(report), render_print(report)):
        root = parse(html)
        assert not [script for script in root.iter("script") if text(script)]
        assert text(next(root.iter("h1"))) == HOSTILE
        assert text(next(root.iter("title"))).startswith(HOSTILE)
    (style,) = parse(render_print(report)).iter("style")
    assert "\\00003c/style\\00003e" in text(style)


@pytest.mark.parametrize("render", [render_page, render_print])
def test_links_lead_somewhere(render: object) -> None:
    """Every id stands once, and every reference inside the document has its target."""
    assert callable(render)
    root = parse(render(example_report("en")))
    drawn = {element for svg in root.iter("{http://www.w3.org/2000/svg}svg") for element in svg.iter()}
    ids = [element.get("id") for element in root.iter() if element.get("id") and element not in drawn]
    assert len(ids) == len(set(ids))
    targets = {link.get("href", "")[1:] for link in root.iter("a") if link.get("href", "").startswith("#")}
    assert targets <= set(ids)
    assert {"table-programmes", "figure-july-dip"} <= targets


@pytest.mark.parametrize("render", [render_page, render_print])
def test_headings_skip_no_level(render: object) -> None:
    """One h1, the news; below it no level is left out."""
    assert callable(render)
    report = example_report("en")
    headings = [element for element in parse(render(report)).iter() if re.fullmatch("h[1-6]", str(element.tag))]
    levels = [int(element.tag[1]) for element in headings]
    assert [text(element) for element in headings if element.tag == "h1"] == [report.headline]
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("render", [render_page, render_print])
def test_corrections_are_told_before_the_news(render: object) -> None:
    """Page and paper say what was put right above everything else, and no heading stands before the first."""
    assert callable(render)
    note = CorrectionNote(corrected="Corrected on 20 May", text="It was wrong.", changed="Changed: all.", version="")
    root = parse(render(replace(small_report(), corrections=(note,))))
    told = [element for element in root.iter("p") if text(element).startswith("Corrected on 20 May. It was wrong.")]
    order = list(root.iter())
    assert [order.index(element) < order.index(next(root.iter("h1"))) for element in told] == [True]
    assert not any(element.tag == "h2" for element in order[: order.index(next(root.iter("h1")))])


def test_small_lines_are_silent() -> None:
    """A small line repeats the numbers beside it: hidden on the page, a background on paper."""
    page, paper = parse(render_page(small_report())), parse(render_print(small_report()))
    assert [element.get("aria-hidden") for element in with_class(page, "sparkline")] == ["true"] * 12
    lines = [*with_class(paper, "sparkline"), *(cell for cell in with_class(paper, "trend") if cell.tag == "td")]
    assert len(lines) == 3 + 3 * 3
    assert all(not text(line) and "data:image/svg+xml" in line.get("style", "") for line in lines)


def test_small_lines_run_from_low_to_high() -> None:
    """The lowest value stands at the bottom, the highest at the top; without a difference, in the middle."""
    page = parse(render_page(small_report()))
    points = [line.get("points") for line in page.iter("{http://www.w3.org/2000/svg}polyline")]
    assert points[:3] == ["3,17 77,3", "3,3 77,17", "3,10 77,10"]


def test_key_figures_have_arrows_that_words_repeat() -> None:
    """The arrow is hidden from those who hear the words; what can't be computed has none."""
    changes = with_class(parse(render_page(small_report())), "key-change")
    assert [text(change) for change in changes] == [
        "↑ since October",
        "↓ since October",
        "→ since October",
        "since October",
    ]
    assert all(arrow.get("aria-hidden") == "true" for change in changes for arrow in change)


def test_figures_that_cannot_be_drawn_say_why() -> None:
    """A figure without a drawing gives the reason, and still its numbers."""
    for html in (render_page(small_report()), render_print(small_report())):
        figure = by_id(parse(html), "figure-missing")
        assert [text(reason) for reason in with_class(figure, "missing")] == ["The source lacks June."]
        assert not list(figure.iter("img"))


def test_other_languages_are_offered_in_their_own_words() -> None:
    """The switch names each language as its readers do, and says which it is."""
    (link,) = with_class(parse(render_page(small_report())), "languages")[0].iter("a")
    assert (text(link), link.get("lang"), link.get("hreflang")) == ("Norsk bokmål", "nb", "nb")


def test_a_missing_word_is_an_error() -> None:
    """A catalogue that lacks one of the page's words can't be published with a gap."""
    words = MappingProxyType({key: word for key, word in small_report().words.items() if key != "contents"})
    with pytest.raises(UndefinedError, match="contents"):
        render_page(replace(small_report(), words=words))


def test_assets_are_named_after_their_content() -> None:
    """The style sheet asks for just the fonts that come with it; each name holds the hash of what it names."""
    stylesheet, script, *fonts, icon = page_assets()
    assert (script.path.suffix, str(icon.path)) == (".js", "favicon.svg")
    assert [asset.path.parent.name for asset in page_assets()] == [*["assets"] * 5, ""]
    for asset in (stylesheet, script, *fonts):
        assert content_hash(asset.content) in asset.path.name
    asked = set(re.findall(rb'url\("([^"]+)"\)', stylesheet.content))
    assert asked == {font.path.name.encode() for font in fonts}


def test_web_fonts_have_the_letters_of_the_languages() -> None:
    """Norwegian, Sámi, minus, no-break spaces and arrows survive the subset; the whole stays small."""
    for font in font_files():
        content = web_font(font).content
        known = TTFont(BytesIO(content)).getBestCmap()
        assert not [letter for letter in "æøåÆØÅáčđŋšŧž−–’«»\u00a0\u202f↑↓→" if ord(letter) not in known]
        assert len(content) < 20_000


def test_dark_screens_recolour_drawings() -> None:
    """Each colour that a drawing may carry follows the tokens, and paper stays light."""
    css = page_assets()[0].content.decode()
    assert 'svg [fill="#1d5c9e"] { fill: var(--blue); }' in css
    assert 'svg [stroke="#1d5c9e"] { stroke: var(--blue); }' in css
    assert re.search(r"@media print \{ :root \{ color-scheme: light; .*--blue: #1d5c9e;", css)


def test_pages_are_the_same_every_time() -> None:
    """The same report gives the same bytes."""
    assert render_page(example_report("nb")) == render_page(example_report("nb"))


def test_what_points_say_stands_in_the_page() -> None:
    """A figure has the text of each point once, tabs between them; each drawing has as many places, row by row."""
    root = parse(render_page(example_report("en")))
    figure = by_id(root, "figure-main-groups")
    readings = figure.get("data-readings", "").split("\t")
    assert len(readings) == 33
    assert readings[0] == "Job seekers in programmes, January 2013:\n16,571 persons"
    assert readings[-1] == "Others in programmes, November 2013:\n2,365 persons, 176 more than in October"
    wide, narrow = (drawing.get("data-points", "") for drawing in with_class(figure, "drawing"))
    for points in (wide, narrow):
        assert re.fullmatch(r"\d+,\d+( \d+,\d+){11}(;\d+,\d+( \d+,\d+){11}){2}", points)
    assert wide != narrow


def test_only_the_script_shows_its_hint() -> None:
    """One sentence says how charts are read, and is hidden until they can be."""
    (hint,) = with_class(parse(render_page(example_report("nb"))), "reading-hint")
    assert hint.get("hidden") is not None
    assert text(hint).startswith("Pek eller trykk")
