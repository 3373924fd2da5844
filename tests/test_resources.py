"""Where the program finds what comes with it."""

import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from reportgen import resources

ROOT = Path(__file__).resolve().parent.parent


def test_the_folders_stand_at_the_root_of_the_repository() -> None:
    """In a checkout the folders are found one level above the package."""
    assert resources.template_folder() == ROOT / "templates"
    assert resources.style_folder() == ROOT / "styles"
    assert resources.example_folder() == ROOT / "examples" / "tiltaksdeltakere"
    assert resources.locale_folder() == ROOT / "reportgen" / "locales"


def test_a_folder_inside_the_package_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an installed wheel a stray folder beside the package is not taken for the program's own."""
    inside, outside = tmp_path / "reportgen" / "styles", tmp_path / "styles"
    inside.mkdir(parents=True)
    outside.mkdir()
    monkeypatch.setattr(resources, "PACKAGE", tmp_path / "reportgen")
    assert resources.style_folder() == inside


def test_a_missing_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without its templates says so."""
    monkeypatch.setattr(resources, "PACKAGE", tmp_path / "reportgen")
    with pytest.raises(FileNotFoundError, match="the folder templates is missing from the installation"):
        resources.template_folder()


def test_the_fonts_are_the_weights_that_they_claim_to_be() -> None:
    """Each file is of the one family and has the weight and the characters that the publication uses."""
    fonts = resources.font_files()
    assert [font.weight for font in fonts] == [400, 600, 700]
    for font in fonts:
        with TTFont(font.path) as file:
            names = file["name"]
            assert (names.getBestFamilyName(), file["OS/2"].usWeightClass) == (resources.FONT_FAMILY, font.weight)
            assert {ord(letter) for letter in "æøåÆØÅčŋšž0123456789%−–\u00a0"} <= set(file.getBestCmap())


def test_a_missing_font_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without its typeface says which package brings it."""
    monkeypatch.setattr(resources, "FONT_PACKAGE", "no_such_fonts")
    with pytest.raises(FileNotFoundError, match="the package font-source-sans-pro is not installed"):
        resources.font_files()


def test_finding_fonts_imports_nothing() -> None:
    """The font package is located without running it."""
    resources.font_files()
    assert resources.FONT_PACKAGE not in sys.modules
