"""Every word that is said is spelt as the language's dictionary does, or stands in the project's own list.

The lists are for terms, names and abbreviations that Debian's dictionaries lack: tests/spelling/<language>.txt.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from reportgen.definition import ReportDefinition
from reportgen.language import read_language
from reportgen.report import Report

LISTS = Path(__file__).parent / "spelling"
DICTIONARIES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}
MONTHS = (11, 1, 7)
WORDLESS = {
    *("id", "language", "path", "target", "translations", "svg", "svg_narrow"),
    *("cells", "numbers", "kind", "direction"),
    "addresses",
    "locale",
    "picture",
    "version",
}
"""Fields of a report that hold codes and addresses, not words of its language."""


def words_in(text: str) -> Iterator[str]:
    """Return the words of a text, from two letters, without placeholders, addresses and the English possessive."""
    yield from re.findall(r"[^\W\d_]{2,}", re.sub(r"\{\w+\}|https?://\S+|’s\b", " ", text))


def texts_in(value: object, place: str) -> Iterator[tuple[str, str]]:
    """Return every text inside a record, with where it stands: `lead[0][0]`."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts_in(item, f"{place}[{key}]")
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from texts_in(item, f"{place}[{number}]")
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in WORDLESS:
                yield from texts_in(getattr(value, field.name), f"{place}.{field.name}")


def said(
    definition: ReportDefinition, report_of: Callable[[int, str], Report], language: str
) -> Iterator[tuple[str, str]]:
    """Return everything that can be said in a language, with where it stands."""
    for key, forms in read_language(language, definition.folder).messages.items():
        for form in forms:
            yield f"message {key}", form
    for codes in definition.code_lists:
        for code in codes.codes:
            yield f"label {codes.dimension} {code.id}", code.labels[language]
    for month in MONTHS:
        report = report_of(month, language)
        yield from texts_in(report, str(report.month))


def look_up(language: str, words: list[str]) -> set[str]:
    """Return the words that the dictionary lacks."""
    command = ["hunspell", "-d", DICTIONARIES[language], "-i", "utf-8", "-l"]
    run = subprocess.run(command, input="\n".join(words), capture_output=True, check=True, encoding="utf-8")
    return set(run.stdout.split())


def own_words(language: str) -> list[str]:
    """Return the project's own words."""
    return (LISTS / f"{language}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.skipif(shutil.which("hunspell") is None, reason="hunspell is not installed")
@pytest.mark.parametrize("language", DICTIONARIES)
def test_every_word_is_spelt_right(
    definition: ReportDefinition, report_of: Callable[[int, str], Report], language: str
) -> None:
    """Messages, labels and the texts of three months have no word that dictionary and own list lack; none is idle."""
    names = (definition.source.title, definition.report.contact, definition.report.licence)
    places: dict[str, str] = {}
    for place, text in said(definition, report_of, language):
        for name in names:  # in their own language, whichever the report's
            text = text.replace(name, " ")  # noqa: PLW2901 - the same text, without the name
        for word in words_in(text):
            places.setdefault(word, place)
    assert len(places) > 400
    own = own_words(language)
    unknown = look_up(language, list(places))
    told = {word for word in unknown if word not in own and word[:1].lower() + word[1:] not in own}
    assert not told, "\n".join(f"{word} in {places[word]}" for word in sorted(told))
    assert [word for word in own if not {word, word[:1].upper() + word[1:]} & unknown] == []


@pytest.mark.parametrize("language", DICTIONARIES)
def test_the_own_list_is_in_order(language: str) -> None:
    """One word on each line, sorted, none twice."""
    own = own_words(language)
    assert own == sorted(set(own))
    assert all(word.isalpha() for word in own)


def test_every_language_is_checked() -> None:
    """A language that the program can speak has a dictionary here."""
    catalogues = Path(__file__).parent.parent / "reportgen" / "locales"
    assert {file.stem for file in catalogues.glob("*.po")} == DICTIONARIES.keys()
