"""Finds the folders and fonts that come with the program; knows nothing of what is in them.

`templates`, `styles` and `examples` stand at the root of the repository, where people look for them.
The wheel carries them inside the package: so beside this file first, then one level up.
"""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
FONT_PACKAGE = "font_source_sans_pro"
FONT_FAMILY = "Source Sans Pro"
"""The one typeface of page, PDF and charts, named alike wherever text is measured or drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FontFile:
    """One weight of the typeface."""

    weight: int
    """Weight as CSS counts it: `600`."""
    path: Path
    """The TrueType file: `…/SourceSansPro-Semibold.ttf`."""


def template_folder() -> Path:
    """Return the folder of the page templates."""
    return _folder("templates")


def style_folder() -> Path:
    """Return the folder of the style sheets."""
    return _folder("styles")


def example_folder(name: str = "tiltaksdeltakere") -> Path:
    """Return the folder of a report definition that comes with the program."""
    return _folder("examples") / name


def locale_folder() -> Path:
    """Return the folder of the program's own message catalogues."""
    return PACKAGE / "locales"


def font_files() -> tuple[FontFile, ...]:
    """Return the weights in use, lightest first; `FileNotFoundError` names a font that is missing.

    Only roman: the italics lack the Sámi letters. The font's package is located, not imported.
    """
    spec = find_spec(FONT_PACKAGE)
    places = spec.submodule_search_locations if spec else None
    folder = Path(*places, "files") if places else Path(FONT_PACKAGE)
    fonts = tuple(
        FontFile(weight=weight, path=folder / f"SourceSansPro-{style}.ttf")
        for weight, style in ((400, "Regular"), (600, "Semibold"), (700, "Bold"))
    )
    for font in fonts:
        if not font.path.is_file():
            message = f"{font.path} is missing: the package font-source-sans-pro is not installed as it should be"
            raise FileNotFoundError(message)
    return fonts


def _folder(name: str) -> Path:
    """Return a folder that comes with the program, from the wheel or from the repository."""
    for place in (PACKAGE / name, PACKAGE.parent / name):
        if place.is_dir():
            return place
    message = f"the folder {name} is missing from the installation"
    raise FileNotFoundError(message)
