"""Tests of the pictures: what they show, that it can be read, and that it never changes by itself."""

import dataclasses
import itertools
import json
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import vl_convert
from _pytest.mark import ParameterSet
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

import reportgen.charts as charts_module
from reportgen import charts, resources
from reportgen.charts import NARROW, WIDE, Size, elements, marks, theme
from reportgen.errors import RenderError

NB_MONTHS = ("jan.", "feb.", "mars", "april", "mai", "juni", "juli", "aug.", "sep.", "okt.", "nov.", "des.")
EN_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
JUNE, JULY = 5, 6
TOTAL = (74256, 77264, 78552, 79784, 78621, 71491, 57315, 63090, 68751, 73496, 75769)
MAIN_GROUPS = {
    ("Arbeidssøkere på tiltak", "Job seekers in programmes"): (
        *(16571, 18403, 18874, 19661, 18920, 15539, 9915, 11630, 14528, 16905, 18032),
    ),
    ("Nedsatt arbeidsevne, på tiltak", "Reduced work capacity, in programmes"): (
        *(55703, 56740, 57362, 57842, 57515, 53826, 45801, 49660, 52303, 54402, 55372),
    ),
    ("Andre på tiltak", "Others in programmes"): (*(1982, 2121, 2316, 2281, 2186, 2126, 1599, 1800, 1920, 2189, 2365),),
}
GROUPS = {
    ("Avklaringstiltak", "Assessment"): (2730, 2774, 2856, 2867, 2647, 2519, 1816, 2548, 2907, 3044, 3033),
    ("Oppfølging", "Follow-up"): (10905, 11485, 11544, 11847, 11659, 10924, 9564, 10330, 11367, 11772, 12115),
    ("Opplæring", "Training"): (21123, 22024, 22358, 22415, 21620, 17510, 11072, 14451, 17098, 18749, 19155),
    ("Arbeidsrettet rehabilitering", "Vocational rehabilitation"): (
        *(722, 755, 787, 800, 743, 692, 515, 735, 664, 708, 680),
    ),
    ("Helsemessig utredning/behandling", "Health assessment/treatment"): (
        *(741, 757, 804, 764, 769, 803, 652, 600, 606, 674, 709),
    ),
    ("Jobbskaping og egenetablering", "Job creation and self-employment"): (
        *(159, 152, 156, 205, 194, 173, 145, 142, 204, 227, 185),
    ),
}
WOMEN = (38157, 39700, 40500, 40950, 40300, 36021, 27855, 31448, 35143, 37946, 39056)
SHARES: tuple[tuple[str, str, float | None, charts.RowLevel], ...] = (
    ("Arbeidsrettet rehabilitering", "Vocational rehabilitation", 64.7, "group"),
    ("Arbeidsrettet rehabilitering (dag)", "Vocational rehabilitation (day)", 0.0, "member"),
    ("Arbeidsrettet rehabilitering (døgn)", "Vocational rehabilitation (residential)", None, "member"),
    (
        "Arbeidsrettet rehabilitering (døgn) – sykmeldt arbeidstaker",
        "Vocational rehabilitation (residential) – employee on sick leave",
        100.0,
        "member",
    ),
    ("Tilrettelegging", "Workplace adaptation", 70.7, "group"),
    ("Tilrettelegging", "Workplace adaptation", 51.6, "member"),
)


@dataclasses.dataclass(frozen=True)
class Edition:
    """A month's charts in one language, made from the figures known by then."""

    language: str
    count: int

    @property
    def nb(self) -> bool:
        """Whether the words are Norwegian."""
        return self.language == "nb"

    def notation(self, after: str = "") -> charts.Notation:
        """Return how the language writes numbers."""
        return charts.Notation(
            decimal="," if self.nb else ".", thousands="\u00a0" if self.nb else ",", minus="\u2212", after=after
        )

    @property
    def per_cent(self) -> str:
        """The unit after a number."""
        return "\u00a0%" if self.nb else "%"

    def name(self, names: tuple[str, str]) -> str:
        """Return the name in the language."""
        return names[0 if self.nb else 1]

    def months(self) -> tuple[str, ...]:
        """Return the names of the months known."""
        return (NB_MONTHS if self.nb else EN_MONTHS)[: self.count]

    def mark(self) -> charts.Mark | None:
        """Return July's mark, once July is there."""
        word = "Juli: ferie" if self.nb else "July: holidays"
        return charts.Mark(month=JULY, word=word) if self.count > JULY else None

    def series(self, name: str, values: tuple[int, ...], role: charts.SeriesRole) -> charts.Series:
        """Return a line up to the month."""
        known = values[: self.count]
        return charts.Series(name=name, values=known, value_texts=tuple(map(self.notation().write, known)), role=role)

    def common(self) -> dict[str, str]:
        """Return what every chart has."""
        return {"language": self.language, "title": "Tittel", "alt": "Beskrivelse <med> & tegn"}

    def line_chart(self, name: str, *series: charts.Series) -> charts.LineChart:
        """Return a line chart of the months known."""
        return charts.LineChart(
            id=name,
            series=series,
            months=self.months(),
            notation=self.notation(),
            highlight=self.count - 1,
            mark=self.mark(),
            from_zero=True,
            **self.common(),
        )

    def drawn(self) -> tuple[charts.Chart, ...]:
        """Return one or more of each kind."""
        last = self.count - 1
        common = self.common()
        roles: tuple[charts.SeriesRole, ...] = ("second", "main", "third")
        men = tuple(total - women for total, women in zip(TOTAL, WOMEN, strict=True))
        change = [(names, values[last] - values[max(last - 1, 0)]) for names, values in GROUPS.items()]
        write = self.notation().write
        per_cent = self.notation(self.per_cent).write
        some: list[charts.Chart] = [
            self.line_chart("participants", self.series("", TOTAL, "main")),
            self.line_chart(
                "main-groups",
                *(
                    self.series(self.name(names), values, role)
                    for (names, values), role in zip(MAIN_GROUPS.items(), roles, strict=True)
                ),
            ),
            dataclasses.replace(
                self.line_chart("sexes", self.series("Kvinner", WOMEN, "women"), self.series("Menn", men, "men")),
                months=NB_MONTHS if self.nb else EN_MONTHS,
            ),
            charts.BarChart(
                id="groups",
                rows=tuple(
                    charts.BarRow(
                        label=self.name(names),
                        value=values[last],
                        value_text=write(values[last]),
                        previous=values[last - 1] if last else None,
                    )
                    for names, values in GROUPS.items()
                ),
                value_word="november 2013",
                previous_word="oktober 2013" if last else "",
                **common,
            ),
            charts.DivergingBars(
                id="contributions",
                rows=tuple(
                    charts.DivergingRow(
                        label=self.name(names), value=value, value_text=write(value), highlight=number == 0
                    )
                    for number, (names, value) in enumerate(change)
                ),
                **common,
            ),
            charts.DivergingBars(
                id="july-dip",
                rows=tuple(
                    charts.DivergingRow(
                        label=self.name(names),
                        value=None if number == 3 else -40.6 / (number + 1),
                        value_text=":" if number == 3 else per_cent(round(-40.6 / (number + 1), 1)),
                    )
                    for number, names in enumerate(GROUPS)
                ),
                **common,
            ),
            charts.HeatMap(
                id="index",
                months=self.months(),
                rows=tuple(
                    charts.HeatRow(
                        label=self.name(names),
                        cells=tuple(
                            charts.HeatCell(value=None, text=":")
                            if value == 804
                            else charts.HeatCell(value=100 * value / values[0], text=f"{100 * value / values[0]:.0f}")
                            for value in values[: self.count]
                        ),
                    )
                    for names, values in GROUPS.items()
                ),
                breaks=(60, 80, 95, 105, 120, 140),
                low_word="Færre enn i januar",
                middle_word="Om lag som i januar",
                high_word="Flere enn i januar",
                notation=self.notation(),
                highlight=last,
                mark=self.mark(),
                **common,
            ),
            charts.DotChart(
                id="women",
                rows=tuple(
                    charts.DotRow(
                        label=self.name((nb, en)),
                        value=value,
                        text=":" if value is None else per_cent(value),
                        level=level,
                    )
                    for nb, en, value, level in SHARES
                ),
                reference=51.5,
                reference_text="I alt " + per_cent(51.5),
                domain=(0, 100),
                notation=self.notation(self.per_cent),
                **common,
            ),
        ]
        if self.count > JULY:
            some.append(self.recovery())
        return tuple(some)

    def recovery(self) -> charts.RecoveryChart:
        """Return the fall and what came after."""
        reached = next((month for month in range(JULY, self.count) if TOTAL[month] >= TOTAL[JUNE]), None)
        end = self.count if reached is None else reached + 1
        return charts.RecoveryChart(
            id="recovery",
            columns=tuple(
                charts.Column(
                    month=self.months()[month],
                    value=TOTAL[month],
                    value_text=self.notation().write(TOTAL[month]),
                    gap_text="" if month == JUNE else "\u22120,1\u00a0%",
                )
                for month in range(JUNE, end)
            ),
            reference_text="Nivået i juni: 71\u00a0491",
            recovered=None if reached is None else reached - JUNE,
            note="Junis nivå er ikke nådd ennå" if reached is None else "",
            **self.common(),
        )

    def chart(self, name: str) -> charts.Chart:
        """Return the chart with this id."""
        return next(chart for chart in self.drawn() if chart.id == name)


NOVEMBER, JANUARY, JULY_EDITION, ENGLISH = (Edition("nb", 11), Edition("nb", 1), Edition("nb", 7), Edition("en", 11))


def every(*editions: Edition) -> list[ParameterSet]:
    """Return each chart of these editions in each size."""
    return [
        pytest.param(chart, size, id=f"{edition.language}-{edition.count}-{chart.id}-{size.name}")
        for edition in editions
        for chart in edition.drawn()
        for size in (WIDE, NARROW)
    ]


HEADING = charts.Heading(
    title="3,1 prosent flere deltakere i november: arbeidspraksis stod for mesteparten av veksten",
    subtitle="Antall deltakere, januar–november 2013",
    source_note="Kilde: NAV",
)


def tag(name: str) -> str:
    """Return an SVG element's full name."""
    return f"{{http://www.w3.org/2000/svg}}{name}"


def groups(svg: str, name: str) -> list[ET.Element]:
    """Return the groups of a layer."""
    return [group for group in ET.fromstring(svg).iter(tag("g")) if group.get("class") == name]  # noqa: S314 - own drawing


@dataclasses.dataclass(frozen=True)
class Box:
    """A text and the room that it takes."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        """Tell whether two texts overlap by more than half a pixel."""
        return (
            min(self.right, other.right) - max(self.left, other.left) > 0.5
            and min(self.bottom, other.bottom) - max(self.top, other.top) > 0.5
        )


def shift(element: ET.Element) -> tuple[float, float]:
    """Return how far an element is moved."""
    match = re.fullmatch(r"translate\((-?[\d.]+),(-?[\d.]+)\)", element.get("transform", "translate(0,0)"))
    assert match, element.get("transform")
    return float(match[1]), float(match[2])


def text_boxes(svg: str) -> Iterator[Box]:
    """Measure every text of a drawing: from the top of its capitals to its base line."""

    def walk(element: ET.Element, x: float, y: float) -> Iterator[Box]:
        dx, dy = shift(element)
        x, y = x + dx + float(element.get("x", "0")), y + dy + float(element.get("y", "0"))
        if element.tag == tag("text") and element.text:
            size = float(element.get("font-size", "").removesuffix("px"))
            weight = int(element.get("font-weight", "400"))
            assert weight in {400, 600, 700}
            width = theme.text_width(element.text, size, weight)  # type: ignore[arg-type] # checked above
            left = x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")]
            yield Box(element.text, left, y - size * 0.66, left + width, y)
        for child in element:
            yield from walk(child, x, y)

    yield from walk(ET.fromstring(svg), 0, 0)  # noqa: S314 - own drawing


def rectangles(svg: str, name: str) -> list[tuple[float, float, float, float, str]]:
    """Return the boxes of a layer as (left, top, width, height, fill)."""
    found = []
    for group in groups(svg, name):
        for path in group.iter(tag("path")):
            match = re.fullmatch(
                r"M(-?[\d.]+),(-?[\d.]+)h(-?[\d.]+)v(-?[\d.]+)h-?[\d.]+Z", path.get("d", "").replace(" ", "")
            )
            assert match, path.get("d")
            left, top, width, height = (float(match[index]) for index in range(1, 5))
            found.append((left, top, width, height, path.get("fill", "")))
    return found


@pytest.mark.parametrize(("chart", "size"), every(*(Edition("nb", month) for month in (1, 2, 7, 8, 11)), ENGLISH))
def test_texts_neither_overlap_nor_leave_the_drawing(chart: charts.Chart, size: Size) -> None:
    """Every text has its own room inside the drawing, in each size, language and month."""
    svg = charts.draw_chart(chart, size=size)
    root = ET.fromstring(svg)  # noqa: S314 - own drawing
    width, height = float(root.get("width", "0")), float(root.get("height", "0"))
    boxes = list(text_boxes(svg))
    assert width == size.width
    outside = [box for box in boxes if box.left < -0.5 or box.top < 0 or box.right > width + 0.5 or box.bottom > height]
    assert outside == []
    assert [(one, other) for one, other in itertools.combinations(boxes, 2) if one.meets(other)] == []


@pytest.mark.parametrize(("chart", "size"), every(JULY_EDITION, ENGLISH))
def test_speaks_no_language_of_its_own(chart: charts.Chart, size: Size) -> None:
    """Every text on the picture was given or is a number; nothing but the description is for screen readers."""
    svg = charts.draw_chart(chart, size=size)
    assert not re.search(r"axis|titled|mark container|roledescription|aria-label=|aria-hidden|undefined|NaN", svg)
    given = json.dumps(dataclasses.asdict(chart), ensure_ascii=False)
    words = {word for box in text_boxes(svg) for word in box.text.split() if re.search(r"[^\W\d_]", word)}
    assert {word for word in words if word not in given} == set()


@pytest.mark.parametrize(("chart", "size"), every(JULY_EDITION, ENGLISH))
def test_uses_only_the_colours_of_the_design(chart: charts.Chart, size: Size) -> None:
    """Every colour is a token, so that a page can lay its own over it; nothing is see-through or a raster."""
    used = set(re.findall(r'(?:fill|stroke)="([^"]*)"', charts.draw_chart(chart, size=size, heading=HEADING)))
    assert used <= {*theme.colours().values(), "none"}
    assert not re.search(r"opacity|<image|href|url\(|style", charts.draw_chart(chart, size=size))


def test_has_title_and_description_in_its_language() -> None:
    """A screen reader meets one picture with its name and its description."""
    root = ET.fromstring(charts.draw_chart(NOVEMBER.chart("groups")))  # noqa: S314 - own drawing
    title, description = list(root)[:2]
    assert (title.tag, title.text) == (tag("title"), "Tittel")
    assert (description.tag, description.text) == (tag("desc"), "Beskrivelse <med> & tegn")
    assert root.get("role") == "img"
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "nb"
    assert root.get("aria-labelledby") == title.get("id")
    assert root.get("aria-describedby") == description.get("id")


def test_marks_stand_where_the_plane_has_them() -> None:
    """Each kind of mark is one element, in pixels with two decimals at most; a layer without marks leaves no trace."""
    plane = marks.Plane(width=200, height=100, x=(0, 3), y=(10, 0))
    spots = (marks.Spot(1, 10, "ti"), marks.Spot(2, 0, ""))
    picture = marks.Picture(
        plane=plane,
        margins=marks.Margins(left=4.125),
        layers=(
            marks.rules("grid", [marks.Span(0, 2.5, 3, 2.5)], colour="#111111", dash=(5, 3)),
            marks.boxes("bars", [marks.Span(2, 0, 1, 10)], colour="#222222"),
            dataclasses.replace(marks.line("line", spots, colour="#333333", width=2.75), series=0),
            marks.dots("end", spots[1:], colour="#444444", diameter=9, ring="#ffffff"),
            marks.texts("value", spots, marks.Lettering(size=15, colour="#555555", weight=600, side="right")),
            marks.rules("nothing", [], colour="#666666"),
        ),
    )
    group = elements.draw_marks(picture)
    assert group.get("transform") == "translate(4.12,0)"
    assert [layer.attrib for layer in group] == [
        {"class": "grid"},
        {"class": "bars"},
        {"class": "line", "data-series": "0"},
        {"class": "end"},
        {"class": "value"},
    ]
    grid, bars, line, end, value = (child.attrib for layer in group for child in layer)
    assert grid["transform"] == "translate(0,75)"
    assert (grid["x2"], grid["y2"], grid["stroke-dasharray"]) == ("200", "0", "5,3")
    assert bars["d"] == "M66.67,0h66.67v100h-66.67Z"
    assert line["d"] == "M66.67,0L133.33,100"
    assert (end["transform"], end["d"]) == ("translate(133.33,100)", "M5,0A5,5,0,1,1,-5,0A5,5,0,1,1,5,0")
    assert (value["transform"], value["text-anchor"], value["font-weight"]) == ("translate(66.67,5)", "end", "600")


def test_many_drawings_can_share_a_page() -> None:
    """No identifier stands twice, though every chart is there in both sizes."""
    page = "".join(charts.draw_chart(chart, size=size) for chart in NOVEMBER.drawn() for size in (WIDE, NARROW))
    identifiers = re.findall(r'\bid="([^"]*)"', page)
    assert len(identifiers) == len(set(identifiers))
    assert all(identifier.startswith(tuple(chart.id for chart in NOVEMBER.drawn())) for identifier in identifiers)


def test_draws_the_same_bytes_in_any_order() -> None:
    """The bytes depend on the description alone."""
    forwards = {chart.id: charts.draw_chart(chart, heading=HEADING) for chart in NOVEMBER.drawn()}
    charts_module._lay_out.cache_clear()  # noqa: SLF001 - else nothing would be drawn anew
    backwards = {chart.id: charts.draw_chart(chart, heading=HEADING) for chart in reversed(NOVEMBER.drawn())}
    assert forwards == backwards


def test_draws_the_same_bytes_in_another_process() -> None:
    """The bytes do not depend on the process, nor on how it hashes."""
    script = (
        "import sys; sys.path.insert(0, 'tests'); import test_charts as t; "
        "sys.stdout.buffer.write(t.charts.draw_chart(t.NOVEMBER.chart('index'), heading=t.HEADING).encode())"
    )
    drawn = subprocess.run(
        [sys.executable, "-c", script],
        env={"PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parent.parent)},
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert drawn == charts.draw_chart(NOVEMBER.chart("index"), heading=HEADING)


def test_heading_stands_on_the_file_only() -> None:
    """On a page the words around a figure are the page's; a file carries them, and paper, itself."""
    chart = NOVEMBER.chart("groups")
    bare, whole = charts.draw_chart(chart), charts.draw_chart(chart, heading=HEADING)
    written = " ".join(box.text for box in text_boxes(whole))
    for text in (HEADING.title, HEADING.subtitle, HEADING.source_note):
        assert text in written
        assert text not in bare
    assert whole.count("@font-face") == 3
    addresses = re.findall(r'url\("(.{5})', whole)
    assert addresses == ["data:"] * 3
    assert f'<rect fill="{theme.colours()["paper"]}"' in whole
    assert "<rect" not in bare


def test_png_has_the_pixels_asked_for() -> None:
    """A raster is as large as the drawing times the scale, and the same each time."""
    svg = charts.draw_chart(NOVEMBER.chart("groups"))
    png = charts.draw_png(svg, scale=3)
    assert png.startswith(b"\x89PNG")
    assert struct.unpack(">I", png[16:20])[0] == 3 * WIDE.width
    assert png == charts.draw_png(svg, scale=3)


@pytest.mark.parametrize("name", ["groups", "july-dip", "index", "women"])
def test_outlined_letters_look_as_the_font_does(name: str) -> None:
    """Shape, place, weight and kerning are those that vl-convert gives the texts, given the font; edges may differ."""
    for font in resources.font_files():
        vl_convert.register_font_directory(str(font.path.parent))
    svg = charts.draw_chart(NOVEMBER.chart(name), heading=HEADING)
    ours, theirs = (
        Image.open(BytesIO(png)).convert("L") for png in (charts.draw_png(svg), vl_convert.svg_to_png(svg, scale=2))
    )
    differences = ImageChops.difference(ours, theirs).histogram()
    assert sum(differences[64:]) == 0
    assert sum(differences[1:]) < 0.01 * ours.width * ours.height


def test_reports_what_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library's exception becomes a problem."""

    def refuse(*_: object, **__: object) -> bytes:
        message = "no"
        raise ValueError(message)

    monkeypatch.setattr(vl_convert, "svg_to_png", refuse)
    with pytest.raises(RenderError) as caught:
        charts.draw_png(charts.draw_chart(NOVEMBER.chart("groups")))
    assert caught.value.problems[0].kind == "chart-not-drawn"


@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_bars_start_at_zero_in_the_order_given(size: Size) -> None:
    """All bars begin at one place, their lengths are as their values, and their order is the description's."""
    chart = NOVEMBER.chart("groups")
    assert isinstance(chart, charts.BarChart)
    bars = rectangles(charts.draw_chart(chart, size=size), "bars")
    assert {left for left, *_ in bars} == {0}
    assert [top for _, top, *_ in bars] == sorted(top for _, top, *_ in bars)
    longest = max(row.value for row in chart.rows)
    widest = max(width for _, _, width, *_ in bars)
    assert [width / widest for _, _, width, *_ in bars] == pytest.approx(
        [row.value / longest for row in chart.rows], abs=1e-3
    )


def test_bars_show_the_previous_level_with_its_word() -> None:
    """Each bar has a stroke at its previous level, and a key says what it is; without levels there is neither."""
    with_levels, without = charts.draw_chart(NOVEMBER.chart("groups")), charts.draw_chart(JANUARY.chart("groups"))
    strokes, bars = rectangles(with_levels, "previous"), rectangles(with_levels, "bars")
    assert len(strokes) == len(GROUPS)
    for (left, _, width, _, _), (_, _, bar, _, _), values in zip(strokes, bars, GROUPS.values(), strict=True):
        assert (left + width / 2) / bar == pytest.approx(values[9] / values[10], abs=0.1)
    assert "oktober 2013" in with_levels
    assert rectangles(without, "previous") == []
    assert "november 2013" not in without


@pytest.mark.parametrize("size", [WIDE, NARROW])
@pytest.mark.parametrize("name", ["contributions", "july-dip"])
def test_values_stand_outside_diverging_bars(name: str, size: Size) -> None:
    """Falls go left and rises go right of one line, and no value lies on a bar."""
    chart = NOVEMBER.chart(name)
    assert isinstance(chart, charts.DivergingBars)
    svg = charts.draw_chart(chart, size=size)
    origin = shift(next(iter(ET.fromstring(svg).iter(tag("g")))))  # noqa: S314 - own drawing
    texts = {box.text: box for box in text_boxes(svg)}
    bars = rectangles(svg, "bars")
    assert len(bars) == sum(bool(row.value) for row in chart.rows)
    for left, top, width, height, _ in bars:
        bar = Box("", origin[0] + left, origin[1] + top, origin[0] + left + width, origin[1] + top + height)
        assert [box.text for box in texts.values() if box.meets(bar)] == []


def test_highlight_leaves_the_rest_grey() -> None:
    """Where one bar is the point it alone has the main colour."""
    colours = theme.colours()
    fills = [fill for *_, fill in rectangles(charts.draw_chart(NOVEMBER.chart("contributions")), "bars")]
    assert fills.count(colours["blue"]) == 1
    assert set(fills) == {colours["blue"], colours["context"]}


def test_axis_starts_at_zero_with_five_ticks_at_most() -> None:
    """The axis of a line chart has few round numbers in the language's notation, from 0."""
    for size, most in ((WIDE, 5), (NARROW, 4)):
        svg = charts.draw_chart(NOVEMBER.chart("participants"), size=size)
        ticks = [text.text for group in groups(svg, "ticks") for text in group.iter(tag("text"))]
        assert ticks[0] == "0"
        assert len(ticks) <= most
        assert all(re.fullmatch(r"0|\d{2}\u00a0000", tick or "") for tick in ticks)


def test_axis_that_does_not_start_at_zero_shows_no_zero_line() -> None:
    """An axis that starts higher does not look as if it started at 0."""
    chart = NOVEMBER.chart("sexes")
    assert isinstance(chart, charts.LineChart)
    svg = charts.draw_chart(dataclasses.replace(chart, from_zero=False))
    assert groups(svg, "zero") == []
    assert "0" not in [box.text for box in text_boxes(svg)]


def test_month_in_question_and_july_are_named() -> None:
    """The month in question is always written, in bold, and July has its word, however little room there is."""
    svg = charts.draw_chart(NOVEMBER.chart("participants"), size=NARROW)
    bold = [text for group in groups(svg, "month-in-question") for text in group.iter(tag("text"))]
    assert [(text.text, text.get("font-weight")) for text in bold] == [("nov.", "600")]
    assert "Juli: ferie" in [box.text for box in text_boxes(svg)]
    assert "57\u00a0315" in [box.text for box in text_boxes(svg)]


def test_a_gap_breaks_the_line() -> None:
    """A month without a figure is not bridged; a value between two gaps is a dot."""
    chart = NOVEMBER.chart("participants")
    assert isinstance(chart, charts.LineChart)
    values = (*TOTAL[:2], None, TOTAL[3], None, *TOTAL[5:])
    texts = tuple("" if value is None else str(value) for value in values)
    broken = dataclasses.replace(chart, series=(charts.Series(name="", values=values, value_texts=texts, role="main"),))
    svg = charts.draw_chart(broken)
    assert len(groups(svg, "line")) == 2
    assert len(list(groups(svg, "lone")[0].iter(tag("path")))) == 1


def test_heat_map_colours_follow_the_breaks() -> None:
    """A value on a break has the colour above it, and a missing figure is neutral."""
    chart = NOVEMBER.chart("index")
    assert isinstance(chart, charts.HeatMap)
    values = (59.9, 60, 80, 95, 105, 120, 140, None)
    cells = tuple(charts.HeatCell(value=value, text=":" if value is None else f"{value:g}") for value in values)
    one = dataclasses.replace(
        chart, months=NB_MONTHS[:8], rows=(charts.HeatRow(label="Rad", cells=cells),), highlight=7, mark=None
    )
    svg = charts.draw_chart(one)
    names = ["heat-low-3", "heat-low-2", "heat-low-1", "heat-mid", "heat-high-1", "heat-high-2", "heat-high-3"]
    for place, name in enumerate([*names, "heat-none"]):
        ((left, _, width, _, fill),) = rectangles(svg, name)
        assert fill == theme.colours()[name]
        assert left // (width + 2) == place
    written = [box.text for box in text_boxes(svg)]
    assert {"60", "80", "95", "105", "120", "140", "Færre enn i januar", "Flere enn i januar", ":"} <= {*written}


def test_dot_chart_keeps_every_row() -> None:
    """A row without a figure has its text and no dot; labels that are alike both stay."""
    svg = charts.draw_chart(NOVEMBER.chart("women"))
    written = [box.text for box in text_boxes(svg)]
    assert written.count("Tilrettelegging") == 2
    assert written.count(":") == 1
    dots = [path for name in ("dots", "group-dots") for group in groups(svg, name) for path in group.iter(tag("path"))]
    assert len(dots) == sum(value is not None for _, _, value, _ in SHARES)
    assert "I alt 51,5\u00a0%" in written


def test_recovery_points_at_the_month_that_reached_the_level() -> None:
    """Columns stand on 0; one is highlighted once the level is reached, and until then the note says so."""
    blue = theme.colours()["blue"]
    reached, not_yet = charts.draw_chart(NOVEMBER.chart("recovery")), charts.draw_chart(JULY_EDITION.chart("recovery"))
    columns = sorted(rectangles(reached, "columns"))
    assert [fill == blue for *_, fill in columns] == [False, False, False, False, True]
    heights = [abs(height) for _, _, _, height, _ in columns]
    assert [height / heights[0] for height in heights] == pytest.approx(
        [value / TOTAL[JUNE] for value in TOTAL[JUNE:10]], abs=1e-3
    )
    assert blue not in [fill for *_, fill in rectangles(not_yet, "columns")]
    assert "ikke nådd" in " ".join(box.text for box in text_boxes(not_yet))


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(5, 40)), min_size=1, max_size=5))
def test_labels_spread_without_overlap(labels: list[tuple[float, float]]) -> None:
    """Labels stay within their bounds, in their order, and none lies on another."""
    centres, heights = [centre for centre, _ in labels], [height for _, height in labels]
    moved = theme.spread(centres, heights, 0, 300)
    order = sorted(range(len(labels)), key=lambda index: (centres[index], index))
    assert moved[order[0]] - heights[order[0]] / 2 >= -1e-6
    assert moved[order[-1]] + heights[order[-1]] / 2 <= 300 + 1e-6
    for upper, lower in itertools.pairwise(order):
        assert moved[lower] - moved[upper] >= (heights[lower] + heights[upper]) / 2 - 1e-6


def test_labels_with_room_stay_where_they_are() -> None:
    """A label that meets no other is not moved."""
    assert theme.spread([50, 150, 20], [10, 10, 10], 0, 300) == [50, 150, 20]


def test_wrap_keeps_words_and_no_break_spaces() -> None:
    """Lines are as few and as even as can be; a number is not torn."""
    assert theme.wrap("Nedsatt arbeidsevne, på tiltak", 150, 14.5, 600) == ["Nedsatt arbeidsevne,", "på tiltak"]
    assert theme.wrap("i alt 75\u00a0769", 40, 14) == ["i alt", "75\u00a0769"]
    assert theme.wrap("", 40, 14) == [""]


@given(st.floats(1, 1e6))
def test_ticks_are_few_round_and_within(high: float) -> None:
    """An axis from 0 has two to five ticks, evenly apart, none beyond its end."""
    ticks = theme.round_ticks(0, high, 5)
    assert ticks[0] == 0
    assert 2 <= len(ticks) <= 5
    assert ticks[-1] <= high * (1 + 1e-6)
    steps = {round(later - earlier, 6) for earlier, later in itertools.pairwise(ticks)}
    assert len(steps) == 1


LINES = charts.LineChart(
    id="lines",
    months=("Jan", "Feb", "Mar"),
    series=(
        charts.Series(name="A", values=(10.0, None, 20.0), value_texts=("10", "", "20"), readings=("a1", "", "a3")),
        charts.Series(name="B", values=(5.0, 5.0, 5.0), value_texts=("5", "5", "5"), readings=("b1", "b2", "b3")),
    ),
    notation=ENGLISH.notation(),
    highlight=None,
    mark=None,
    from_zero=True,
    **ENGLISH.common(),
)


def test_points_lie_on_their_lines() -> None:
    """A line's points are where its path bends or its dot is, in the drawing's own pixels; a gap has none."""
    first, second = charts.place_points(LINES)
    assert [point.reading for point in first.points] == ["a1", "a3"]
    svg = charts.draw_chart(LINES)
    marks = ET.fromstring(svg).find(tag("g"))  # noqa: S314 - own drawing
    assert marks is not None
    x, y = shift(marks)
    (path,) = (path for group in groups(svg, "line") for path in group.iter(tag("path")))
    drawn = [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path.get("d", ""))]
    assert [(point.x, point.y) for point in second.points] == [
        pytest.approx((left + x, top + y), abs=0.02) for left, top in drawn
    ]
    (lone,) = (path for group in groups(svg, "lone") for path in group.iter(tag("path")))
    assert (first.points[0].x, first.points[0].y) == pytest.approx(
        tuple(sum(pair) for pair in zip(shift(lone), (x, y), strict=True)), abs=0.02
    )


def test_a_page_knows_whose_mark_it_is_and_a_file_need_not() -> None:
    """On a page each line's marks name its series, so that the others can step back; a file has no use for that."""
    page, file = charts.draw_chart(LINES), charts.draw_chart(LINES, heading=HEADING)
    named = [(group.get("class"), group.get("data-series")) for group in ET.fromstring(page).iter(tag("g"))]  # noqa: S314 - own drawing
    assert {name for name, series in named if series == "1"} == {"line", "end", "name", "value"}
    assert {name for name, series in named if series == "0"} == {"lone", "end", "name", "value"}
    assert "data-series" not in file


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=lambda size: size.name)
def test_points_of_rows_lie_in_strips_of_their_own(size: Size) -> None:
    """Strips of bars, dots and cells follow each other from top to bottom, and hold their points."""
    bars = charts.BarChart(
        id="bars",
        rows=tuple(charts.BarRow(label=f"Row {n}", value=n, value_text=str(n), reading=f"r{n}") for n in (3, 2, 1)),
        **ENGLISH.common(),
    )
    around = charts.DivergingBars(
        id="around",
        rows=tuple(
            charts.DivergingRow(label=f"Row {n}", value=n, value_text=str(n), reading=f"r{n}") for n in (2, None, -3)
        ),
        **ENGLISH.common(),
    )
    cells = charts.HeatMap(
        id="cells",
        months=("Jan", "Feb"),
        rows=tuple(
            charts.HeatRow(
                label=name, cells=tuple(charts.HeatCell(value=90, text="90", reading=name + n) for n in "12")
            )
            for name in ("A", "B")
        ),
        breaks=(60, 80, 95, 105, 120, 140),
        low_word="less",
        middle_word="as",
        high_word="more",
        notation=ENGLISH.notation(),
        highlight=None,
        mark=None,
        **ENGLISH.common(),
    )
    dots = charts.DotChart(
        id="dots",
        rows=tuple(charts.DotRow(label=f"Row {n}", value=n, text=f"{n}", reading=f"r{n}") for n in (20, 70)),
        reference=50,
        reference_text="All",
        domain=(0, 100),
        notation=ENGLISH.notation(),
        **ENGLISH.common(),
    )
    for chart in (bars, around, cells, dots):
        rows = charts.place_points(chart, size=size)
        box = ET.fromstring(charts.draw_chart(chart, size=size))  # noqa: S314 - own drawing
        assert all(above.bottom <= below.top + 0.01 for above, below in itertools.pairwise(rows)), chart.id
        assert 0 <= rows[0].top <= rows[-1].bottom <= float(box.get("height", ""))
        for row in rows:
            assert all(0 <= point.x <= size.width and row.top < point.y < row.bottom for point in row.points)
    first, _ = charts.place_points(cells, size=size)
    assert [point.reading for point in first.points] == ["A1", "A2"]


def test_a_chart_without_readings_has_no_points() -> None:
    """What says nothing can't be pointed at."""
    silent = dataclasses.replace(
        LINES, series=tuple(dataclasses.replace(series, readings=()) for series in LINES.series)
    )
    assert charts.place_points(silent) == ()
