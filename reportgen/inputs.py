"""Tells what a build reads, each input by its name with what tells its content from any other.

Contents, never times: an input that was saved unchanged is the same input.
"""

import ctypes
import platform
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from reportgen.cache import digest
from reportgen.definition import FILE_NAME, REPAIRS_SUFFIX, ReportDefinition, find_source
from reportgen.errors import ReportgenError
from reportgen.intake import is_fit
from reportgen.period import Period
from reportgen.resources import PACKAGE, font_files, locale_folder, style_folder, template_folder

Inputs = Mapping[str, str]
"""Each input's name, `templates/print.html`, with the digest of its content, or a library's version."""

_LIBRARIES = {
    "data": ("babel", "pyarrow"),
    "drawing": ("vl-convert-python", "fonttools", "uharfbuzz", "brotli"),
    "workbook": ("babel", "xlsxwriter"),
    "page": ("babel", "jinja2", "markupsafe", "fonttools", "uharfbuzz", "brotli"),
    "pdf": ("weasyprint", "pydyf", "tinycss2", "cssselect2", "tinyhtml5", "pyphen", "pillow", "fonttools", "pikepdf"),
    "site": ("babel", "jinja2", "markupsafe", "rdflib", "icalendar", "tzdata"),
}
"""What else than this program makes each kind of artefact."""
_NATIVE = {
    "pango": ("libpango-1.0.so.0", "pango_version_string"),
    "harfbuzz": ("libharfbuzz.so.0", "hb_version_string"),
    "fontconfig": ("libfontconfig.so.1", "FcGetVersion"),
}
"""Libraries of the system that set type in a PDF: file, and the function that tells its version."""
_ON_PAPER = ("templates/print.html", "styles/print.css")


def report_inputs(definition: ReportDefinition, month: Period) -> Inputs:
    """Return the files of the definition's folder that a month is built from, but those that are not to be read."""
    folder = definition.folder
    paths = [folder / FILE_NAME, folder / definition.report.codes, *sorted((folder / "texts").glob("*.po"))]
    try:
        source = find_source(definition, month)
    except ReportgenError:  # it will be told when the month is built
        source = folder / definition.source.files.format(month=month)
    paths += [source, source.with_name(source.name + REPAIRS_SUFFIX)]
    return {path.relative_to(folder).as_posix(): _digest_file(path) for path in paths if is_fit(path, folder)}


@cache
def program_inputs() -> Inputs:
    """Return the program's own files and fonts, and the versions of all that it makes artefacts with.

    As they were when this process first asked.
    """
    return _look()


def is_unchanged(definition: ReportDefinition, month: Period, before: Inputs) -> bool:
    """Tell whether the inputs of a month are still what they were, so that what was made is made from them."""
    return {**_look(), **report_inputs(definition, month)} == before


def _look() -> Inputs:
    folders = {"templates": template_folder(), "styles": style_folder(), "locales": locale_folder()}
    files = {
        f"{name}/{path.relative_to(folder).as_posix()}": path
        for name, folder in folders.items()
        for path in _files(folder)
    }
    files |= {f"reportgen/{path.relative_to(PACKAGE).as_posix()}": path for path in sorted(PACKAGE.rglob("*.py"))}
    files |= {f"fonts/{font.path.name}": font.path for font in font_files()}
    libraries = sorted({library for kind in _LIBRARIES.values() for library in kind})
    return {
        **{name: _digest_file(path) for name, path in files.items()},
        **{library: _version(library) for library in libraries},
        **{library: _native_version(*names) for library, names in _NATIVE.items()},
        "python": platform.python_version(),
    }


def program_digest(kind: str) -> str:
    """Return what tells apart the programs, fonts, styles and libraries that make one kind of artefact.

    `data`, `drawing`, `workbook`, `page`, `pdf` or `site`. Templates count for what is made from them directly.
    """
    inputs = program_inputs()
    names = {name for name in inputs if name.startswith("reportgen/")} | {"python", *_LIBRARIES[kind]}
    if kind in {"drawing", "page", "pdf", "site"}:
        names |= {name for name in inputs if name.startswith("fonts/")} | {"styles/tokens.css"}
    if kind in {"page", "site"}:
        names |= {name for name in inputs if name.startswith(("templates/", "styles/"))} - set(_ON_PAPER)
    if kind == "pdf":
        names |= _NATIVE.keys()
    return digest(repr([(name, inputs[name]) for name in sorted(names)]))


def changed_inputs(before: Inputs, now: Inputs) -> tuple[str, ...]:
    """Return the names of the inputs that are new, gone or different."""
    return tuple(sorted({name for name, _ in before.items() ^ now.items()}))


def _digest_file(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError as error:  # whoever needs it will say so
        return f"unreadable: {error.strerror}"


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def _native_version(file: str, function: str) -> str:
    try:
        tell = getattr(ctypes.CDLL(file), function)
    except (OSError, AttributeError):
        return ""
    if function == "FcGetVersion":
        return str(tell())
    tell.restype = ctypes.c_char_p
    return str(tell().decode())
