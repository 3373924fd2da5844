"""Tests of the colours: that text and marks can be seen, by everyone, in the light and in the dark."""

import colorsys
import itertools
from pathlib import Path

import pytest

from reportgen import charts, resources
from reportgen.charts import theme
from reportgen.errors import RenderError


def tokens(scheme: str) -> dict[str, str]:
    """Return the colours of the light or the dark set."""
    css = (resources.style_folder() / "tokens.css").read_text(encoding="utf-8")
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    return theme.parse_tokens(light if scheme == "light" else dark)


def linear(colour: str) -> tuple[float, float, float]:
    """Return the colour's three channels as amounts of light, 0 to 1 (sRGB)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return red, green, blue


def luminance(colour: str) -> float:
    """Return the relative luminance as WCAG 2.2 defines it."""
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio as WCAG 2.2 defines it, 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


# Machado, Oliveira and Fernandes (2009): full deuteranopia, protanopia and tritanopia, on amounts of light.
BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def seen(colour: str, blindness: str) -> tuple[float, float, float]:
    """Return a colour in CIELAB (D65) as someone with that blindness sees it."""
    light = linear(colour)
    red, green, blue = (
        min(max(sum(weight * part for weight, part in zip(row, light, strict=True)), 0), 1)
        for row in BLINDNESS[blindness]
    )
    x = (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047
    y = 0.2126729 * red + 0.7151522 * green + 0.0721750 * blue
    z = (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: str, other: str, blindness: str) -> float:
    """Return how different two colours look (CIE 1976); 2.3 is just noticeable."""
    pairs = zip(seen(one, blindness), seen(other, blindness), strict=True)
    return float(sum((first - second) ** 2 for first, second in pairs) ** 0.5)


def test_contrast_formula_knows_its_ends() -> None:
    """The formula gives what WCAG says of black, white and itself."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read(scheme: str) -> None:
    """Text reaches 4.5:1 on every ground that it stands on, series names on paper included."""
    token = tokens(scheme)
    grounds = ("paper", "surface", "ground", "ground-blue", "ground-accent")
    for ink, ground in itertools.product(("ink", "ink-soft", "ink-faint", "link", "blue", "accent"), grounds):
        assert contrast(token[ink], token[ground]) >= 4.5, (ink, ground)
    for series, ground in itertools.product(("women", "men", "series-2", "series-3"), ("paper", "surface", "ground")):
        assert contrast(token[series], token[ground]) >= 4.5, (series, ground)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_graphics_stand_out(scheme: str) -> None:
    """Marks reach 3:1 against what is behind them."""
    token = tokens(scheme)
    for mark, ground in itertools.product(
        ("blue", "accent", "context", "women", "men", "series-2", "series-3", "edge", "focus"),
        ("paper", "surface", "ground"),
    ):
        assert contrast(token[mark], token[ground]) >= 3, (mark, ground)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_heat_map_figures_can_be_read(scheme: str) -> None:
    """The figure in a cell reaches 4.5:1 on each of the eight colours."""
    token = tokens(scheme)
    for step in ("low-3", "low-2", "low-1", "mid", "high-1", "high-2", "high-3", "none"):
        ink = token["heat-ink-light" if step.endswith("3") else "heat-ink-dark"]
        assert contrast(ink, token[f"heat-{step}"]) >= 4.5, step


@pytest.mark.parametrize("blindness", BLINDNESS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_that_mean_something_differ_for_everyone(scheme: str, blindness: str) -> None:
    """Colours that stand beside each other can be told apart with any kind of colour vision."""
    token = tokens(scheme)
    beside = [
        ("women", "men"),
        ("blue", "context"),
        ("blue", "series-2"),
        ("blue", "series-3"),
        ("series-2", "series-3"),
        ("blue", "accent"),
        ("heat-low-1", "heat-high-1"),
        ("heat-low-2", "heat-high-2"),
        ("heat-low-3", "heat-high-3"),
        ("heat-low-1", "heat-mid"),
        ("heat-high-1", "heat-mid"),
    ]
    close = {pair: round(distance(token[pair[0]], token[pair[1]], blindness), 1) for pair in beside}
    assert {pair: apart for pair, apart in close.items() if apart < 10} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_women_and_men_weigh_the_same(scheme: str) -> None:
    """Neither colour is much lighter or stronger than the other."""
    token = tokens(scheme)
    assert contrast(token["women"], token["men"]) < 1.15
    saturations = [
        colorsys.rgb_to_hls(*(int(token[sex][place : place + 2], 16) / 255 for place in (1, 3, 5)))[1]
        for sex in ("women", "men")
    ]
    assert abs(saturations[0] - saturations[1]) < 0.25


def test_every_chart_colour_has_one_name_and_a_dark_value() -> None:
    """A style sheet can find each colour by its value, and lay the dark one over it."""
    light, dark = tokens("light"), tokens("dark")
    assert light == theme.colours()
    assert len(set(light.values())) == len(light)
    assert light.keys() == dark.keys()
    css = charts.recolouring_css("figure svg")
    assert f'figure svg [fill="{light["blue"]}"]{{fill:var(--blue)}}' in css
    assert css.count("\n") == 2 * len(light)


def test_no_colours_is_a_problem(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A style sheet without colours is named, with what to write."""
    (tmp_path / "tokens.css").write_text(":root { --space: 1rem; }", encoding="utf-8")
    monkeypatch.setattr(resources, "style_folder", lambda: tmp_path)
    theme.colours.cache_clear()
    try:
        with pytest.raises(RenderError, match="no colours in tokens"):
            theme.colours()
    finally:
        theme.colours.cache_clear()
