"""Turns a figure's rules into what is drawn and the table of the numbers behind it, in one language.

One function for each kind of picture; how a picture looks is for `charts`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reportgen import charts
from reportgen.charts.descriptions import SeriesRole
from reportgen.dataset import TOTAL, Code, Codes
from reportgen.indicators import JULY, Indicator
from reportgen.period import MONTHS_PER_YEAR, Period
from reportgen.readings import Teller
from reportgen.rules import FigureRules
from reportgen.tables import (
    Cell,
    Column,
    DisplayTable,
    Spanner,
    block_rows,
    level_texts,
    levels,
    month_columns,
    stubhead,
    symbols,
)
from reportgen.wording import Wording

_HEAT_BREAKS = (60, 80, 95, 105, 120, 140)
_FULL_SHARE = 100
_ON_PAPER = ("page",)
_ON_SITE = ("page", "page-narrow", "svg", "png")
_ON_MAIN = (*_ON_SITE, "svg-narrow")
"""The kinds of drawing that paper, the site, and the site's front page need of a figure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A figure's picture, or why there is none, and its numbers."""

    chart: charts.Chart | None
    missing: str
    """A whole sentence; empty where there is a picture."""
    data: DisplayTable | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Canvas:
    """What every kind of picture needs to know."""

    words: Wording
    rules: FigureRules
    title: str
    alt: str

    @property
    def about(self) -> dict[str, Any]:
        """What every chart description begins with."""
        return {"id": self.rules.id, "language": self.words.language.code, "title": self.title, "alt": self.alt}

    def notation(self, unit: str = "") -> charts.Notation:
        """Return how the language writes numbers, read off the language itself."""
        written = self.words.language.number(1000)
        percent = self.words.say("percent", number="") if unit == "percent" else ""
        decimal = self.words.number(0, "percent")[1]
        return charts.Notation(decimal=decimal, thousands=written[1:-3], after=percent)

    def parts(self) -> list[tuple[Code, Codes]]:
        """Return the categories that are drawn, in publication order; the total alone where none are named."""
        facts = self.words.facts
        if not self.rules.by:
            dimension = facts.dataset.code_lists[0]
            return [(dimension[TOTAL], facts.dataset.grand_total)]
        return facts.parts(self.rules.by, self.rules.level)

    def indicator(self, name: str, codes: Codes) -> Indicator:
        return self.words.facts.indicators.get(name, codes)

    def teller(self, code: str, codes: Codes) -> Teller:
        """Return what tells the points of one part."""
        name = self.words.label(self.rules.by, code) if self.rules.by else ""
        return Teller(words=self.words, name=name, codes=codes)

    def table(
        self,
        columns: Sequence[Column],
        cells: Callable[[Codes], tuple[Cell, ...]],
        *,
        rows: Sequence[tuple[Code, Codes]] = (),
        figures: Sequence[Indicator] = (),
        spanners: tuple[Spanner, ...] = (),
    ) -> DisplayTable:
        """Return the table of the numbers behind the picture; `figures` are those that may be symbols."""
        words = self.words
        dimension = self.rules.by or words.facts.dataset.dimensions[0]
        return DisplayTable(
            id=f"data-{self.rules.id}",
            label="",
            title=self.title,
            subtitle=words.say(f"figure.{self.rules.id}.subtitle"),
            stubhead=stubhead(words, dimension, self.rules.level),
            columns=tuple(columns),
            spanners=spanners,
            blocks=block_rows(words, dimension, rows or self.parts(), cells),
            symbols=symbols(words, figures),
            source_note=words.say("source-note"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A figure as it is drawn, with its words."""

    id: str
    """`july-dip`; also the name of its files."""
    title: str
    subtitle: str
    alt: str
    drawing: Drawing
    svg: str
    """For the page: without words around it; empty where it can't be drawn."""
    svg_narrow: str
    """The same for a phone."""
    points: tuple[charts.PointRow, ...]
    """Where `svg` can be pointed at, and what it says there."""
    points_narrow: tuple[charts.PointRow, ...]
    """The same for `svg_narrow`."""
    svg_file: bytes
    """A file of its own, with title, subtitle and source."""
    svg_file_narrow: bytes
    """The same in a phone's proportions; empty for all but the main figure."""
    png_file: bytes


Files = Mapping[str, bytes]
MakeDrawing = Callable[[str, Sequence[object], Callable[[], Files]], Files]
"""Makes a figure's drawings, or has them already: given its id, all that they are made from, and how they are made."""


def draw_figures(
    words: Wording, *, paper_only: bool = False, make: MakeDrawing = lambda _id, _parts, draw: draw()
) -> tuple[Picture, ...]:
    """Draw every figure of the definition, in its order; `paper_only` leaves out what only the site shows."""
    return tuple(_draw_figure(words, rules, paper_only=paper_only, make=make) for rules in words.definition.figures)


def draw_for_mail(picture: Picture) -> bytes:
    """Return a figure as PNG for a mail: on paper of its own, without words around it; empty where there is none."""
    if not picture.drawing.chart:
        return b""
    wordless = charts.Heading(title="", subtitle="", source_note="")
    return charts.draw_png(charts.draw_chart(picture.drawing.chart, size=charts.MAIL, heading=wordless))


def _draw_figure(words: Wording, rules: FigureRules, *, paper_only: bool, make: MakeDrawing) -> Picture:
    title = words.tell(rules.title)
    alt = " ".join(filter(None, map(words.tell, rules.description)))
    subtitle = words.say(f"figure.{rules.id}.subtitle")
    drawing = KINDS[rules.kind](_Canvas(words=words, rules=rules, title=title, alt=alt))
    chart = drawing.chart
    drawn: Files = {}
    if chart:
        heading = charts.Heading(title=title, subtitle=subtitle, source_note=words.say("source-note"))
        kinds = _ON_PAPER if paper_only else _ON_MAIN if rules.id == words.definition.main_figure else _ON_SITE
        drawn = make(rules.id, (chart, heading, kinds), lambda: _draw_files(chart, heading, kinds))
    on_site = None if paper_only else chart
    return Picture(
        id=rules.id,
        title=title,
        subtitle=subtitle,
        alt=alt,
        drawing=drawing,
        svg=drawn.get("page", b"").decode(),
        svg_narrow=drawn.get("page-narrow", b"").decode(),
        points=charts.place_points(on_site) if on_site else (),
        points_narrow=charts.place_points(on_site, size=charts.NARROW) if on_site else (),
        svg_file=drawn.get("svg", b""),
        svg_file_narrow=drawn.get("svg-narrow", b""),
        png_file=drawn.get("png", b""),
    )


def _draw_files(chart: charts.Chart, heading: charts.Heading, kinds: Sequence[str]) -> Files:
    """Return a chart's drawings of these kinds: for a page, and as files of their own with words around them."""
    wide, narrow = charts.WIDE, charts.NARROW
    drawn = {
        "page": (wide, None),
        "page-narrow": (narrow, None),
        "svg": (wide, heading),
        "svg-narrow": (narrow, heading),
    }
    files = {
        kind: charts.draw_chart(chart, size=size, heading=words).encode()
        for kind, (size, words) in drawn.items()
        if kind in kinds
    }
    return files | ({"png": charts.draw_png(files["svg"].decode())} if "png" in kinds else {})


def _missing(canvas: _Canvas, figure: Indicator, data: DisplayTable | None = None) -> Drawing:
    return Drawing(chart=None, missing=canvas.words.reason("reason", figure), data=data)


def _line(canvas: _Canvas) -> Drawing:
    """Draw the number of persons in each month; the year's months to come have their room."""
    words, facts = canvas.words, canvas.words.facts
    months = _year_months(canvas)
    share = words.definition.share
    parts = canvas.parts()
    series = tuple(
        charts.Series(
            name=words.short(canvas.rules.by, code.id) if canvas.rules.by else "",
            values=tuple(map(float, facts.dataset.series(codes))),
            value_texts=level_texts(words, codes),
            role=_role(canvas, code.id, place, share.dimension, share.code),
            readings=tuple(
                canvas.teller(code.id, codes).level(period, period.shift(-1)) for period in facts.dataset.periods
            ),
        )
        for place, (code, codes) in enumerate(parts)
    )
    chart = charts.LineChart(
        **canvas.about,
        months=tuple(words.language.month_short(period) for period in months),
        series=series,
        notation=canvas.notation(),
        highlight=months.index(facts.month),
        mark=_july_mark(canvas, months),
        from_zero=canvas.rules.from_zero,
    )
    return Drawing(chart=chart, missing="", data=canvas.table(month_columns(words), lambda codes: levels(words, codes)))


def _role(canvas: _Canvas, code: str, place: int, share_dimension: str, share_code: str) -> SeriesRole:
    if canvas.rules.by == share_dimension:
        return "women" if code == share_code else "men"
    roles: tuple[SeriesRole, ...] = ("main", "second", "third")
    return roles[place] if place < len(roles) else "context"


def _year_months(canvas: _Canvas) -> list[Period]:
    """Return the source's months and those of the year that are still to come."""
    periods = canvas.words.facts.dataset.periods
    return [*periods, *(Period(periods[-1].year, m) for m in range(periods[-1].month + 1, MONTHS_PER_YEAR + 1))]


def _july_mark(canvas: _Canvas, months: Sequence[Period]) -> charts.Mark | None:
    july = Period(canvas.words.facts.month.year, JULY)
    if july > canvas.words.facts.month or july not in months:
        return None
    return charts.Mark(month=months.index(july), word=canvas.words.say("mark-july"))


def _bar(canvas: _Canvas) -> Drawing:
    """Draw this month's level with last month's, largest first."""
    words, facts = canvas.words, canvas.words.facts
    previous = facts.month.shift(-1)
    known = previous in facts.dataset.periods
    parts = sorted(canvas.parts(), key=lambda part: -facts.dataset.value(facts.month, part[1]))
    rows = tuple(
        charts.BarRow(
            label=words.label(canvas.rules.by, code.id),
            value=float(facts.dataset.value(facts.month, codes)),
            value_text=words.persons(codes),
            previous=float(facts.dataset.value(previous, codes)) if known else None,
            reading=canvas.teller(code.id, codes).two_levels(previous),
        )
        for code, codes in parts
    )
    chart = charts.BarChart(
        **canvas.about,
        rows=rows,
        value_word=words.language.month(facts.month),
        previous_word=words.language.month(previous) if known else "",
    )
    periods = (facts.month, previous) if known else (facts.month,)
    columns = (*month_columns(words, periods), Column(label=words.say("column-share-of-total")))
    shares = {codes: canvas.indicator("share-of-total", codes) for _, codes in parts}
    data = canvas.table(
        columns,
        lambda codes: (*levels(words, codes, periods), shares[codes]),
        rows=parts,
        figures=tuple(shares.values()),
    )
    return Drawing(chart=chart, missing="", data=data)


def _contribution(canvas: _Canvas) -> Drawing:
    """Draw each part's contribution to the total's change, the one that went furthest the total's way first."""
    words = canvas.words
    total = canvas.indicator("change-percent", words.facts.dataset.grand_total)
    columns = {"change": "column-persons", "change-percent": "column-percent", "contribution": "column-points"}
    spanners = (Spanner(label=words.say("spanner-change"), columns=2), Spanner(label="", columns=1))
    sign = 1 if (total.value or 0) < 0 else -1
    return _diverging(canvas, total, "contribution", columns, sign=sign, spanners=spanners)


def _dip(canvas: _Canvas) -> Drawing:
    """Draw each part's July dip, the deepest first."""
    total = canvas.indicator("july-dip", canvas.words.facts.dataset.grand_total)
    columns = {"july-fall": "column-july-fall", "july-dip": "column-july-dip"}
    return _diverging(canvas, total, "july-dip", columns, sign=1)


def _diverging(
    canvas: _Canvas,
    total: Indicator,
    drawn: str,
    columns: Mapping[str, str],
    *,
    sign: int,
    spanners: tuple[Spanner, ...] = (),
) -> Drawing:
    """Draw one indicator of each part around 0; parts without it come last.

    `columns` has the indicators of the table behind it, and the message that names each one's column.
    """
    words = canvas.words
    if total.value is None:
        return _missing(canvas, total)
    figures = {codes: [canvas.indicator(name, codes) for name in columns] for _, codes in canvas.parts()}

    def order(part: tuple[Code, Codes]) -> tuple[bool, float]:
        value = canvas.indicator(drawn, part[1]).value
        return value is None, sign * float(value or 0)

    parts = sorted(canvas.parts(), key=order)
    rows = tuple(
        charts.DivergingRow(
            label=words.label(canvas.rules.by, code.id),
            value=None if figure.value is None else float(figure.value),
            value_text=words.figure(figure),
            highlight=place == 0,
            reading=canvas.teller(code.id, codes).compared(drawn),
        )
        for place, (code, codes) in enumerate(parts)
        for figure in [canvas.indicator(drawn, codes)]
    )
    data = canvas.table(
        [Column(label=words.say(message)) for message in columns.values()],
        lambda codes: tuple(figures[codes]),
        rows=parts,
        figures=[figure for row in figures.values() for figure in row],
        spanners=spanners,
    )
    return Drawing(chart=charts.DivergingBars(**canvas.about, rows=rows), missing="", data=data)


def _index(canvas: _Canvas) -> Drawing:
    """Draw each part's months as an index of the year's first month."""
    words, facts = canvas.words, canvas.words.facts
    year = [period for period in facts.dataset.periods if period.year == facts.month.year]
    if len(year) == 1:
        following = words.language.month_name(facts.month.shift(1))
        return Drawing(chart=None, missing=words.say("reason.not-yet", missing=following), data=None)
    indexes = {codes: [facts.indicators.get("index", codes, period) for period in year] for _, codes in canvas.parts()}
    rows = tuple(
        charts.HeatRow(
            label=words.label(canvas.rules.by, code.id),
            cells=tuple(
                charts.HeatCell(
                    value=None if i.value is None else float(i.value),
                    text=words.figure(i),
                    reading=canvas.teller(code.id, codes).index(i.period),
                )
                for i in indexes[codes]
            ),
        )
        for code, codes in canvas.parts()
    )
    chart = charts.HeatMap(
        **canvas.about,
        months=tuple(words.language.month_short(period) for period in year),
        rows=rows,
        breaks=_HEAT_BREAKS,
        low_word=words.say("chart-fewer"),
        middle_word=words.say("chart-about"),
        high_word=words.say("chart-more"),
        notation=canvas.notation(),
        highlight=len(year) - 1,
        mark=_july_mark(canvas, year),
    )
    data = canvas.table(
        month_columns(words, year),
        lambda codes: tuple(indexes[codes]),
        figures=[figure for row in indexes.values() for figure in row],
    )
    return Drawing(chart=chart, missing="", data=data)


def _share(canvas: _Canvas) -> Drawing:
    """Draw the published share for each part, group by group, against the total's."""
    words, facts = canvas.words, canvas.words.facts
    total = canvas.indicator("share", facts.dataset.grand_total)
    if total.value is None:
        return _missing(canvas, total)
    codes_below = [code for code in facts.dataset.code_list(canvas.rules.by).codes if code.id != TOTAL]
    parts = [(code, facts.dataset.codes(**{canvas.rules.by: code.id})) for code in codes_below]
    shares = {codes: canvas.indicator("share", codes) for _, codes in parts}
    rows = tuple(
        charts.DotRow(
            label=words.label(canvas.rules.by, code.id),
            value=None if (share := shares[codes]).value is None else float(share.value),
            text=words.figure(share),
            level="member" if code.level == canvas.rules.level else "group",
            reading=canvas.teller(code.id, codes).share(),
        )
        for code, codes in parts
    )
    chart = charts.DotChart(
        **canvas.about,
        rows=rows,
        reference=float(total.value),
        reference_text=words.say("chart-share-of-all", share=words.figure(total)),
        domain=(0, _FULL_SHARE),
        notation=canvas.notation("percent"),
    )
    return Drawing(chart=chart, missing="", data=_share_table(canvas, parts))


def _share_table(canvas: _Canvas, parts: Sequence[tuple[Code, Codes]]) -> DisplayTable:
    """Return the share with the numbers that it is made of."""
    words, facts = canvas.words, canvas.words.facts
    share = words.definition.share
    by_part = [code.id for code in facts.dataset.code_list(share.dimension).children(TOTAL)]
    names = ("share", "share-gap", "share-change")
    rows = [(facts.dataset.code_list(canvas.rules.by)[TOTAL], facts.dataset.grand_total), *parts]
    place = facts.dataset.dimensions.index(share.dimension)

    def cells(codes: Codes) -> tuple[Cell, ...]:
        parts = (facts.level((*codes[:place], part, *codes[place + 1 :])) for part in by_part)
        return (*parts, *(canvas.indicator(name, codes) for name in names))

    columns = (
        *(Column(label=words.label(share.dimension, part)) for part in by_part),
        Column(label=words.say("table.share")),
        Column(label=words.say("column-gap")),
        Column(label=words.say("column-share-change")),
    )
    figures = [canvas.indicator(name, codes) for _, codes in rows for name in names]
    return canvas.table(columns, cells, rows=rows, figures=figures)


def _recovery(canvas: _Canvas) -> Drawing:
    """Draw June, July and each month until June's level is reached again."""
    words, facts = canvas.words, canvas.words.facts
    codes = facts.dataset.grand_total
    recovery = canvas.indicator("recovery", codes)
    june = Period(facts.month.year, JULY - 1)
    if recovery.value is None and recovery.status != "not-reached":
        return _missing(canvas, recovery)
    reached = None if recovery.value is None else 1 + int(recovery.value)
    months = [june.shift(step) for step in range(1 + (reached or facts.month.months_since(june)))]
    level = facts.dataset.value(june, codes)
    columns = tuple(
        charts.Column(
            month=words.language.month_name(period),
            value=float(facts.dataset.value(period, codes)),
            value_text=words.persons(codes, period),
            gap_text=words.figure(canvas.indicator("july-fall", codes)) if period.month == JULY else "",
            reading=canvas.teller(TOTAL, codes).level(period, june),
        )
        for period in months
    )
    chart = charts.RecoveryChart(
        **canvas.about,
        columns=columns,
        reference_text=words.say("chart-level-of", june=words.month(june), level=words.number(level)),
        recovered=reached,
        note="" if reached else words.say("chart-not-reached"),
    )
    data = canvas.table(month_columns(words, months), lambda about: levels(words, about, months))
    return Drawing(chart=chart, missing="", data=data)


KINDS: Mapping[str, Callable[[_Canvas], Drawing]] = {
    "line": _line,
    "bar": _bar,
    "contribution": _contribution,
    "dip": _dip,
    "index": _index,
    "share": _share,
    "recovery": _recovery,
}
"""Every kind of figure, by the name that a definition gives it."""

KINDS_WITH_PARTS = frozenset({"bar", "contribution", "dip", "index", "share"})
"""The kinds that draw the parts of a dimension, named with `by`."""
