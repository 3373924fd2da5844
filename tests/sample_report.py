"""Two reports to lay out: the whole example with plain drawings, and a small one made by hand with every oddity."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from unittest.mock import patch

from reportgen import charts
from reportgen.composition import compose_report, tabulate_report
from reportgen.definition import read_definition
from reportgen.figures import draw_figures
from reportgen.findings import Facts
from reportgen.indicators import compute_indicators
from reportgen.language import read_language
from reportgen.period import Period
from reportgen.report import Direction, Download, Fact, Figure, KeyFigure, Link, Report, Section
from reportgen.source import read_source
from reportgen.tables import Column, DisplayTable, Row, Spanner, Symbol
from reportgen.tidy import tidy_source
from reportgen.wording import Wording

EXAMPLE = Path(__file__).parents[1] / "examples" / "tiltaksdeltakere"
DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 300" width="720" height="300" role="img">'
    '<title>A bar</title><rect width="500" height="40" fill="#1d5c9e"/></svg>'
)
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "skip_to_content": "Skip to content",
        "languages": "Other languages",
        "downloads": "Download",
        "data_files": "Download data",
        "key_figures": "Key figures",
        "contents": "Contents",
        "reading_hint": "Point at a chart to read its figures.",
        "figure_data": "The figures behind the chart",
        "figure_data_page": "The figures behind the chart: page",
        "figure_data_heading": "The figures behind the charts",
        "tables_here": "The tables",
        "scroll_hint": "The table can be scrolled sideways.",
        "symbols": "Symbols in the table",
        "to_top": "Back to top",
        "all_months": "All months",
        "feed": "News feed",
        "calendar_file": "Calendar",
        "statement": "Accessibility",
        "corrections": "Corrections",
        "as_it_was": "As it was",
        "continued": "(continued)",
        "page_number": "Page {page} of {pages}",
    }
)


@cache
def example_report(language: str, month: str = "2013-11") -> Report:
    """Compose the example's report with a plain bar for every drawing, which takes a tenth of the time."""
    definition = read_definition(EXAMPLE)
    dataset = tidy_source(read_source(EXAMPLE / "sources" / "2013-11.txt"), definition).dataset
    dataset = dataset.until(Period.parse(month))
    share = (definition.share.dimension, definition.share.code)
    indicators = compute_indicators(dataset, small_base=definition.report.small_base, share=share)
    facts = Facts(dataset=dataset, indicators=indicators)
    words = Wording(language=read_language(language, EXAMPLE), definition=definition, facts=facts)
    with (
        patch.object(charts, "draw_chart", lambda *_, **__: DRAWING),
        patch.object(charts, "draw_png", lambda *_, **__: b""),
    ):
        pictures = draw_figures(words)
    languages = definition.report.languages
    tables = tabulate_report(words)
    return compose_report(words, pictures, tables, sizes={}, identities=2398, languages=languages)


def small_report() -> Report:
    """Return a report by hand: spanners, symbols, a figure that can't be drawn, all directions."""
    return Report(
        id="sample",
        language="en",
        locale="en_GB",
        picture="figures/main.png",
        addresses=MappingProxyType(
            {"nb": "https://anglers.example/nb/2013-11/", "en": "https://anglers.example/en/2013-11/"}
        ),
        month=Period(2013, 11),
        title="Anglers",
        month_name="November 2013",
        headline="Seven people went fishing in November",
        lead=(("More than in October, see ", Link(text="figure 2", target="figure-missing"), "."),),
        example_note="This is an example.",
        facts=(Fact(term="Released", text=("3 December 2013",)),),
        key_figures=(
            _key_figure("rise", (1, 7)),
            _key_figure("fall", (9, 7)),
            _key_figure("unchanged", (7, 7)),
            _key_figure("missing", ()),
        ),
        main_figure=_figure("figure-main", "Figure 1", svg=DRAWING),
        sections=(
            Section(
                id="section-fish",
                heading="Fish",
                paragraphs=(("All is in ", Link(text="table 1", target="table-fish"), "."),),
                figures=(_figure("figure-missing", "Figure 2", missing="The source lacks June."),),
                tables=(table_with_spanners(),),
            ),
        ),
        about_heading="About",
        about=(Fact(term="Contact", text=(Link(text="fish@example.org", target="mailto:fish@example.org"),)),),
        downloads=(Download(text="All figures (CSV, 1 kB)", path="../../data/2013-11/observations.csv"),),
        translations=MappingProxyType({"nb": "../../nb/2013-11/index.html"}),
        released="2013-12-03",
        words=WORDS,
    )


def _key_figure(direction: Direction, trend: tuple[int, ...]) -> KeyFigure:
    return KeyFigure(
        id=f"key-{direction}", label=direction, value="7", change="since October", direction=direction, trend=trend
    )


def _figure(identifier: str, label: str, *, svg: str = "", missing: str = "") -> Figure:
    data = replace(table_with_spanners(), id=f"{identifier}-data", label="", spanners=())
    return Figure(
        id=identifier,
        label=label,
        title=f"The finding of {label.lower()}",
        subtitle="Persons",
        alt=f"A bar shows {label.lower()}.",
        source_note="Source: the lake",
        svg=svg,
        svg_narrow=svg,
        missing=missing,
        data=data,
        downloads=(Download(text="The chart as SVG (1 kB)", path=f"figures/{identifier}.svg"),),
    )


def table_with_spanners() -> DisplayTable:
    """Lay out a table whose column labels stand in two rows, one column without a label above it."""
    return DisplayTable(
        id="table-fish",
        label="Table 1",
        title="Fish caught",
        subtitle="Number, November 2013",
        stubhead="Angler",
        columns=(
            Column(label="All"),
            *(Column(label=label, full=f"{label} in full") for label in ("Cod", "Hake")),
            Column(label="Nov", full="November 2013", highlight=True),
        ),
        spanners=(Spanner(label="", columns=1), Spanner(label="Sea", columns=2), Spanner(label="", columns=1)),
        blocks=(
            (Row(kind="total", label="Total", cells=("1,234", "1,000", "230", "4"), trend=(3, 1, 4)),),
            (
                Row(kind="group", label="Women", cells=("34", "0", "30", "4"), trend=(1, 5, 9)),
                Row(kind="member", label="Kari", cells=("34", "0", "30", ":"), trend=(2, 6, 5)),
            ),
            (Row(kind="plain", label="Men", cells=("1,200", "1,000", "200", "0"), trend=()),),
        ),
        trend_label="Trend",
        notes=("Anglers without fish are left out.",),
        symbols=(Symbol(sign=":", meanings=("not shown",)),),
        source_note="Source: the lake",
    )
