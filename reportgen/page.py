"""Lays out a report as HTML: the page for the web, and the document that becomes the PDF.

Both come from the same partial templates and the same tokens. Knows nothing of the source document or the figures;
every text arrives finished in the report.
"""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from babel import Locale
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from reportgen.charts import PointRow
from reportgen.fonts import content_hash, font_face_rules, print_font_address, web_font
from reportgen.output import OutputFile
from reportgen.report import DraftMark, Figure, Report
from reportgen.resources import font_files, style_folder, template_folder
from reportgen.tables import DisplayTable

ASSETS = PurePosixPath("assets")
"""Folder of the shared files below the site; their names hold their hash, so that an old month keeps its look."""
PAGE_TO_SITE = PurePosixPath("..", "..")
"""The way from a month's page to the site's folder."""
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'"
)
ICON = PurePosixPath("favicon.svg")
ARROWS = {"rise": "↑", "fall": "↓", "unchanged": "→"}

_LINE_WIDTH, _LINE_HEIGHT, _LINE_MARGIN = 80, 20, 3
_FEW_ROWS, _MANY_ROWS = 14, 42
_FEW_COLUMNS, _SEVERAL_COLUMNS = 4, 7
_TOKEN = re.compile(r"(--[\w-]+):\s*([^;]+);")
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Translation:
    """Another language of the same report."""

    language: str
    address: str
    name: str
    """What its readers call it: `English`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A small line, ready to be drawn."""

    view_box: str
    points: str
    end_x: int
    end_y: int


def render_page(report: Report, linked_data: Mapping[str, object] | None = None) -> str:
    """Return the report as one HTML document for the web, to stand at `<language>/<month>/index.html`.

    `linked_data` is what machines are told of it, as JSON-LD.
    The page asks for `page_assets()`, for the report's own downloads and for the site's pages, and for nothing else.
    """
    return lay_out_page(
        "report.html",
        language=report.language,
        to_site=PAGE_TO_SITE,
        translations=report.translations,
        draft=report.draft,
        report=report,
        linked_data=linked_data,
        script=str(PAGE_TO_SITE / _script().path),
    )


def lay_out_page(
    template: str,
    *,
    language: str,
    to_site: PurePosixPath,
    translations: Mapping[str, str],
    draft: DraftMark | None = None,
    **shown: object,
) -> str:
    """Return any page of the site; `to_site` leads from its folder to the site's.

    `translations` has the address of the same page in each other language, relative to the page.
    """
    other_languages = tuple(
        Translation(language=other, address=address, name=language_name(other))
        for other, address in translations.items()
    )
    return (
        environment()
        .get_template(template)
        .render(
            language=language,
            translations=other_languages,
            draft=draft,
            to_site=f"{to_site}/",
            stylesheet=str(to_site / _stylesheet(draft=draft is not None).path),
            fonts=[str(to_site / font.path) for font in _fonts()],
            icon=str(to_site / ICON),
            content_policy=CONTENT_POLICY,
            **shown,
        )
    )


def render_print(report: Report) -> str:
    """Return the report as one self-contained HTML document for `pdf.render_pdf`."""
    return (
        environment()
        .get_template("print.html")
        .render(
            report=report,
            numbers_behind=[figure for figure in _figures(report) if figure.data],
            style=Markup(_print_style(report)),  # noqa: S704 - the project's own style sheets, and strings escaped for CSS
        )
    )


def page_assets(*, draft: bool = False) -> tuple[OutputFile, ...]:
    """Return the style sheet, script, fonts and mark that pages share, at their places below the site's folder."""
    return (_stylesheet(draft=draft), _script(), *_fonts(), OutputFile(path=ICON, content=_icon().encode()))


def _fonts() -> tuple[OutputFile, ...]:
    fonts = (web_font(font) for font in font_files())
    return tuple(OutputFile(path=ASSETS / font.path, content=font.content) for font in fonts)


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """Return the templates, in a sandbox: an unknown name is an error, and what they are given is escaped."""
    made = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(template_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}  # `tojson` writes <, > and & as \u003c and the like
    made.filters |= {
        "address": _address,
        "arrow": ARROWS.__getitem__,
        "drawing": Markup,
        "drawing_address": _data_address,
        "layout": _layout,
        "line": _line,
        "line_image": _line_image,
        "places": _places,
        "readings": _readings,
    }
    return made


def _figures(report: Report) -> tuple[Figure, ...]:
    return (report.main_figure, *(figure for section in report.sections for figure in section.figures))


def language_name(language: str) -> str:
    """Return what a language is called by those who read it, as it stands alone: `Norsk bokmål`."""
    name = Locale.parse(language).get_display_name() or language
    return name[0].upper() + name[1:]


def _address(target: str) -> str:
    """Return where a link leads: to an element of the same report unless it names a scheme."""
    return target if re.match(r"(https?|mailto):", target) else f"#{target}"


def _data_address(drawing: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}"


def _readings(rows: Sequence[PointRow]) -> str:
    """Return what a drawing's points say, for the script: row by row, with a tab between two."""
    return "\t".join(point.reading for row in rows for point in row.points)


def _places(rows: Sequence[PointRow]) -> str:
    """Return where a drawing's points are, for the script, in whole pixels.

    `0,255 94,61 135,52;…`: rows with `;` between them, each its strip's top and bottom, then its points.
    """
    return ";".join(
        " ".join(f"{round(x)},{round(y)}" for x, y in [(row.top, row.bottom), *(point[:2] for point in row.points)])
        for row in rows
    )


def _layout(table: DisplayTable) -> str:
    """Return the classes that say how a table is set on paper: how close its rows are, how its width is shared."""
    rows, columns = sum(map(len, table.blocks)), len(table.columns)
    height = "dense" if rows > _MANY_ROWS else "medium" if rows > _FEW_ROWS else "open"
    width = "narrow" if columns <= _FEW_COLUMNS else "broad" if columns <= _SEVERAL_COLUMNS else "crowded"
    return f"{height} {width} with-trend" if table.trend_label else f"{height} {width}"


def _line(trend: tuple[int, ...]) -> Line:
    """Scale a row of numbers into the small line's box, the lowest at the bottom; a flat one runs in the middle."""
    low, high = min(trend), max(trend)
    width, height = _LINE_WIDTH - 2 * _LINE_MARGIN, _LINE_HEIGHT - 2 * _LINE_MARGIN
    xs = [_LINE_MARGIN + round(width * step / max(len(trend) - 1, 1)) for step in range(len(trend))]
    ys = [
        _LINE_MARGIN + (round(height * (high - value) / (high - low)) if high > low else height // 2) for value in trend
    ]
    return Line(
        view_box=f"0 0 {_LINE_WIDTH} {_LINE_HEIGHT}",
        points=" ".join(f"{x},{y}" for x, y in zip(xs, ys, strict=True)),
        end_x=xs[-1],
        end_y=ys[-1],
    )


def _line_image(trend: tuple[int, ...]) -> str:
    """Return a small line as the address of an image, in the colours that it has on paper."""
    line, colours = _line(trend), _tokens()
    return _data_address(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{line.view_box}" '
        f'width="{_LINE_WIDTH}" height="{_LINE_HEIGHT}">'
        f'<polyline points="{line.points}" fill="none" stroke="{colours["--context"]}" stroke-width="1.5" '
        f'stroke-linejoin="round"/>'
        f'<circle cx="{line.end_x}" cy="{line.end_y}" r="2.4" fill="{colours["--blue"]}"/></svg>'
    )


def _icon() -> str:
    """Return the mark of the site's pages as SVG: a line that rises, in the voice of the page."""
    colours = _tokens()
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f'<rect width="16" height="16" rx="3" fill="{colours["--blue"]}"/>'
        f'<path d="M3 11l3-3 3 2 4-6" fill="none" stroke="{colours["--surface"]}" stroke-width="2"/></svg>\n'
    )


@cache
def _style(name: str) -> str:
    return (style_folder() / name).read_text(encoding="utf-8")


@cache
def _tokens() -> Mapping[str, str]:
    """Return the custom properties of the tokens' first block: light, which is also paper."""
    light, _, _ = re.sub(r"/\*.*?\*/", "", _style("tokens.css"), flags=re.DOTALL).partition("@media")
    return dict(_TOKEN.findall(light))


def _declarations(tokens: Mapping[str, str]) -> str:
    return " ".join(f"{name}: {value};" for name, value in tokens.items())


@cache
def _stylesheet(*, draft: bool = False) -> OutputFile:
    """Put together what the web needs: fonts, tokens, rules, and drawings coloured by the tokens."""
    colours = {name: value for name, value in _tokens().items() if _COLOUR.fullmatch(value)}
    parts = (
        font_face_rules(lambda font: str(web_font(font).path)),
        _style("tokens.css"),
        _style("screen.css"),
        "/* Drawings carry the light colours as attributes; these rules let dark screens have theirs. */",
        *(
            f'svg [{part}="{value}"] {{ {part}: var({name}); }}'
            for name, value in colours.items()
            for part in ("fill", "stroke")
        ),
        "/* On paper, the light colours whatever the screen has. */",
        f"@media print {{ :root {{ color-scheme: light; {_declarations(colours)} }} }}",
        *([_style("draft.css")] if draft else []),
    )
    content = "\n".join([*parts, ""]).encode()
    return OutputFile(path=ASSETS / f"report-{content_hash(content)}.css", content=content)


@cache
def _script() -> OutputFile:
    """Return what lets charts answer, without its comments and indents."""
    written = (template_folder() / "charts.js").read_text(encoding="utf-8")
    lines = (re.sub(r"(^|\s)// .*", "", line).strip() for line in written.splitlines())
    content = "".join(f"{line}\n" for line in lines if line).encode()
    return OutputFile(path=ASSETS / f"charts-{content_hash(content)}.js", content=content)


def _print_style(report: Report) -> str:
    """Put together what paper needs: fonts, tokens, rules, and the words of heads and feet."""
    before, between, after = re.split(r"\{pages?\}", report.words["page_number"])
    head = f'{_css_string(report.title)} " · " {_css_string(report.month_name)}'
    foot = f"{_css_string(before)} counter(page) {_css_string(between)} counter(pages) {_css_string(after)}"
    return "\n".join(
        (
            font_face_rules(print_font_address),
            f":root {{ {_declarations(_tokens())} }}",
            _style("print.css"),
            f"@page {{ @top-left {{ content: {head}; }} @bottom-right {{ content: {foot}; }} }}",
            f"@page {{ @bottom-left {{ content: {_css_string(report.example_note)}; }} }}",
            *(_draft_style(report.draft) if report.draft else ()),
        )
    )


def _draft_style(draft: DraftMark) -> tuple[str, ...]:
    """Return what paper needs to say on each of its pages that it is a draft."""
    mark = (
        f"content: {_css_string(draft.label)}; background: {_tokens()['--accent']}; color: {_tokens()['--surface']}; "
        "font-size: 11pt; font-weight: 700; text-align: center; vertical-align: middle; height: 8mm; margin: 4mm 0 auto"
    )
    return (_style("draft.css"), f"@page {{ @top-left-corner {{ {mark}; }} }}")


def _css_string(text: str) -> str:
    """Write a text as a CSS string that can end neither itself nor the style element."""
    return '"' + re.sub(r'["\\<>&\n\r\f]', lambda match: f"\\{ord(match[0]):06x}", text) + '"'
