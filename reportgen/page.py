"""Lays out a report as HTML: the page for the web, and the document that becomes the PDF.

Both come from the same partial templates and the same tokens. Knows nothing of the source document or the figures;
every text arrives finished in the report.
"""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reportgen.fonts import content_hash, font_face_rules, print_font_address, web_font
from reportgen.output import OutputFile
from reportgen.report import Figure, Report
from reportgen.resources import font_files, style_folder, template_folder
from reportgen.tables import DisplayTable

ASSETS = PurePosixPath("assets")
"""Folder of the shared files below the site; their names hold their hash, so that an old month keeps its look."""
PAGE_TO_SITE = PurePosixPath("..", "..")
"""The way from a month's page to the site's folder."""
CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'"
)
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


def render_page(report: Report) -> str:
    """Return the report as one HTML document for the web, to stand at `<language>/<month>/index.html`.

    It asks for `page_assets()`, for the report's own downloads, and for nothing else.
    """
    translations = tuple(
        Translation(language=language, address=address, name=_language_name(language))
        for language, address in report.translations.items()
    )
    return (
        environment()
        .get_template("report.html")
        .render(
            report=report,
            language=report.language,
            translations=translations,
            stylesheet=str(PAGE_TO_SITE / _stylesheet().path),
            fonts=[str(PAGE_TO_SITE / font.path) for font in _fonts()],
            icon=_icon(),
            content_policy=CONTENT_POLICY,
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


def page_assets() -> tuple[OutputFile, ...]:
    """Return the style sheet and fonts that every page shares, at their places below the site's folder."""
    return (_stylesheet(), *_fonts())


def _fonts() -> tuple[OutputFile, ...]:
    fonts = (web_font(font) for font in font_files())
    return tuple(OutputFile(path=ASSETS / font.path, content=font.content) for font in fonts)


@cache
def environment() -> Environment:
    """Return the templates: an unknown name is an error, and what they are given is escaped."""
    made = Environment(
        loader=FileSystemLoader(template_folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "address": _address,
        "arrow": ARROWS.__getitem__,
        "drawing": Markup,
        "drawing_address": _data_address,
        "layout": _layout,
        "line": _line,
        "line_image": _line_image,
    }
    return made


def _figures(report: Report) -> tuple[Figure, ...]:
    return (report.main_figure, *(figure for section in report.sections for figure in section.figures))


def _language_name(language: str) -> str:
    """Return what a language is called by those who read it, as it stands alone: `Norsk bokmål`."""
    name = Locale.parse(language).get_display_name() or language
    return name[0].upper() + name[1:]


def _address(target: str) -> str:
    """Return where a link leads: to an element of the same report unless it names a scheme."""
    return target if re.match(r"(https?|mailto):", target) else f"#{target}"


def _data_address(drawing: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(drawing.encode()).decode()}"


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
    """Return the mark of the site's pages as the address of an image: a line that rises, in the voice of the page."""
    colours = _tokens()
    return _data_address(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
        f'<rect width="16" height="16" rx="3" fill="{colours["--blue"]}"/>'
        f'<path d="M3 11l3-3 3 2 4-6" fill="none" stroke="{colours["--surface"]}" stroke-width="2"/></svg>'
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
def _stylesheet() -> OutputFile:
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
    )
    content = "\n".join([*parts, ""]).encode()
    return OutputFile(path=ASSETS / f"report-{content_hash(content)}.css", content=content)


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
        )
    )


def _css_string(text: str) -> str:
    """Write a text as a CSS string that can end neither itself nor the style element."""
    return '"' + re.sub(r'["\\<>&\n\r\f]', lambda match: f"\\{ord(match[0]):06x}", text) + '"'
