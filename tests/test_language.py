"""Numbers, dates, months and lists are written as each language writes them; messages are whole."""

import re
from datetime import date
from fractions import Fraction
from pathlib import Path
from string import Formatter

import pytest

from reportgen.errors import DefinitionError
from reportgen.indicators import DECIMALS
from reportgen.language import Language, read_language
from reportgen.period import Period
from reportgen.resources import example_folder, locale_folder

LANGUAGES = sorted(file.stem for file in locale_folder().glob("*.po"))
NBSP, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"
HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"\n'


@pytest.fixture(scope="module")
def nb() -> Language:
    """Return Bokmål with the example's messages."""
    return read_language("nb", example_folder())


@pytest.fixture(scope="module")
def en() -> Language:
    """Return English with the example's messages."""
    return read_language("en", example_folder())


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Return a report's folder with one English message of its own."""
    (tmp_path / "texts").mkdir()
    write(tmp_path, 'msgid "greeting"\nmsgstr "{who}, {who}: {what}"\n')
    return tmp_path


def write(report: Path, messages: str) -> None:
    """Write the report's English catalogue."""
    (report / "texts" / "en.po").write_text(HEAD + messages, encoding="utf-8")


def placeholders(texts: tuple[str, ...]) -> set[str]:
    """Return the names between braces."""
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(
    ("value", "decimals", "norwegian", "english"),
    [
        (Fraction(75_769), 0, f"75{NBSP}769", "75,769"),
        (Fraction(1_234_567), 0, f"1{NBSP}234{NBSP}567", "1,234,567"),
        (Fraction(999), 0, "999", "999"),
        (Fraction(1000), 0, f"1{NBSP}000", "1,000"),
        (Fraction(31, 10), 1, "3,1", "3.1"),
        (Fraction(3), 1, "3,0", "3.0"),
        (Fraction(0), 1, "0,0", "0.0"),
        (Fraction(-14_176), 0, f"{MINUS}14{NBSP}176", f"{MINUS}14,176"),
        (Fraction(-1, 10), 1, f"{MINUS}0,1", f"{MINUS}0.1"),
    ],
)
def test_numbers_are_written_as_the_language_does(
    nb: Language, en: Language, value: Fraction, decimals: int, norwegian: str, english: str
) -> None:
    """Thousands have a no-break space or a comma, decimals a comma or a point, and minus is U+2212."""
    assert (nb.number(value, decimals), en.number(value, decimals)) == (norwegian, english)


def test_a_number_that_is_not_rounded_is_a_bug(nb: Language) -> None:
    """Rounding happens before: a number with more decimals than are written is refused."""
    with pytest.raises(ValueError, match="-1/3 has more than 1 decimals"):
        nb.number(Fraction(-1, 3), 1)


def test_months_and_dates(nb: Language, en: Language) -> None:
    """Norwegian months are in lower case, English ones are not; dates follow each language's order."""
    november, day = Period(2013, 11), date(2013, 12, 3)
    assert (nb.month(november), nb.month_name(november), nb.month_short(november)) == (
        "november 2013",
        "november",
        "nov",
    )
    assert (en.month(november), en.month_name(november), en.month_short(november)) == (
        "November 2013",
        "November",
        "Nov",
    )
    assert (nb.date(day), en.date(day)) == ("3. desember 2013", "3 December 2013")


@pytest.mark.parametrize(
    ("items", "norwegian", "english"),
    [(["a"], "a", "a"), (["a", "b"], "a og b", "a and b"), (["a", "b", "c"], "a, b og c", "a, b and c")],
)
def test_lists(nb: Language, en: Language, items: list[str], norwegian: str, english: str) -> None:
    """An enumeration has commas, and a word before the last."""
    assert (nb.list(items), en.list(items)) == (norwegian, english)


def test_labels_inside_a_sentence_keep_abbreviations() -> None:
    """A label begins in lower case inside a sentence, unless it begins with an abbreviation; and can begin one."""
    assert [Language.inline(label) for label in ("Opplæring", "AMO i bedrift", "Å", "")] == [
        "opplæring",
        "AMO i bedrift",
        "å",
        "",
    ]
    assert [Language.capital(text) for text in ("økning", "AAP", "")] == ["Økning", "AAP", ""]


def test_placeholders_are_filled_in(report: Path) -> None:
    """A message gets its values by name, each as often as it stands there."""
    language = read_language("en", report)
    assert language.message("greeting", who="Kari", what="welcome") == "Kari, Kari: welcome"
    assert "greeting" in language
    assert "farewell" not in language


def test_pieces_keep_what_is_no_text(report: Path) -> None:
    """Values that are no text stay what they are, in their place, and neighbouring texts are joined."""
    assert read_language("en", report).pieces("greeting", who=7, what="x") == (7, ", ", 7, ": x")


def test_a_plural_is_chosen_by_number(report: Path) -> None:
    """One is singular, nought and two are plural, by the catalogue's own rule."""
    write(report, 'msgid "months"\nmsgid_plural "months"\nmsgstr[0] "{n} month"\nmsgstr[1] "{n} months"\n')
    language = read_language("en", report)
    assert [language.message("months", n=n) for n in (0, 1, 2)] == ["0 months", "1 month", "2 months"]


def test_a_report_may_override_the_program_s_words(report: Path) -> None:
    """The report's own text for a key comes before the program's."""
    write(report, 'msgid "table-label"\nmsgstr "Exhibit {number}"\n')
    assert read_language("en", report).message("table-label", number="1") == "Exhibit 1"
    assert read_language("en").message("table-label", number="1") == "Table 1"


def told(error: DefinitionError) -> list[tuple[str, str]]:
    """Return message and hint of each problem."""
    return [(problem.message, problem.hint) for problem in error.problems]


def test_a_missing_message_is_told(report: Path) -> None:
    """A key that no catalogue has is a mistake of the definition, told with the file that lacks it."""
    with pytest.raises(DefinitionError) as caught:
        read_language("en", report).message("farewell")
    assert told(caught.value) == [('no message "farewell" in en', 'add msgid "farewell" to texts/en.po')]


def test_an_unknown_placeholder_is_told(report: Path) -> None:
    """A placeholder without a value is told with those that there are."""
    with pytest.raises(DefinitionError) as caught:
        read_language("en", report).message("greeting", who="Kari", when="now")
    assert told(caught.value) == [
        ('the message "greeting" in en has the unknown placeholder {what}', "use one of {when}, {who}")
    ]


def test_an_untranslated_message_is_told(report: Path) -> None:
    """An empty text is a mistake, not a fallback to another language; all of them are told."""
    write(report, 'msgid "a"\nmsgstr ""\n\nmsgid "b"\nmsgstr ""\n')
    with pytest.raises(DefinitionError) as caught:
        read_language("en", report)
    assert told(caught.value) == [
        ('"a" has no text in en', "write its msgstr"),
        ('"b" has no text in en', "write its msgstr"),
    ]


def test_an_unknown_language_is_told(tmp_path: Path) -> None:
    """A language that the program has no words for is refused with those that it has."""
    with pytest.raises(DefinitionError) as caught:
        read_language("se", tmp_path)
    assert told(caught.value) == [
        ('unknown language "se"', f"choose one of {', '.join(LANGUAGES)}, or see docs/how-to/add-a-language.md")
    ]


@pytest.mark.parametrize("content", [None, b"garbage\n", b'msgid "a"\nmsgstr "\xe6"\n'])
def test_a_catalogue_that_cannot_be_read_is_told(report: Path, content: bytes | None) -> None:
    """A catalogue that is missing, broken or not UTF-8 is named, with where it should be."""
    file = report / "texts" / "en.po"
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with pytest.raises(DefinitionError) as caught:
        read_language("en", report)
    (problem,) = caught.value.problems
    assert problem.message.startswith("the catalogue en.po can't be read: ")
    assert problem.hint == "add or correct texts/en.po beside report.toml"


def test_catalogues_say_the_same_in_every_language() -> None:
    """Every language has the same keys, and each message the same placeholders; names and counts are each one's own.

    Which word begins a sentence is each one's own too, so `{first}` and `{First}` count as one.
    """
    catalogues = {code: read_language(code, example_folder()).messages for code in LANGUAGES}
    optional = ("name.", "short.", "count.")
    first, *others = LANGUAGES
    for other in others:
        differing = {key for key in catalogues[first].keys() ^ catalogues[other].keys() if not key.startswith(optional)}
        assert differing == set(), other
        for key in catalogues[first].keys() & catalogues[other].keys():
            named = [{name.casefold() for name in placeholders(catalogues[code][key])} for code in (first, other)]
            assert named[0] == named[1], (key, other)


@pytest.mark.parametrize("code", LANGUAGES)
def test_words_exist_for_every_status_and_unit(code: str) -> None:
    """Each reason why a figure isn't there has a symbol, a meaning and a sentence; each unit has its result."""
    language = read_language(code)
    statuses = ("missing-month", "not-yet", "zero-base", "small-base", "not-reached")
    needed = [f"{kind}.{status}" for kind in ("sign", "symbol") for status in statuses]
    needed += [f"reason.{status}" for status in statuses if status != "not-reached"]  # its picture can be drawn
    needed += [f"result.{unit}" for unit in DECIMALS]
    assert [key for key in needed if key not in language] == []
    signs = [language.message(f"sign.{status}") for status in statuses]
    assert len(set(signs)) == len(statuses)


@pytest.mark.parametrize("code", LANGUAGES)
def test_numbers_in_messages_never_break(code: str) -> None:
    """A per cent sign stays with its number: a no-break space before it in Norwegian, nothing in English."""
    assert read_language(code).message("percent", number="3") == ("3%" if code == "en" else f"3{NBSP}%")


@pytest.mark.parametrize("code", LANGUAGES)
def test_signs_are_those_of_print(code: str) -> None:
    """Quotation marks are the language's own, ranges have a dash without spaces, and % has no ordinary space."""
    marks = "«»" if code == "en" else "“”"
    for key, texts in read_language(code, example_folder()).messages.items():
        for text in texts:
            assert not set("\"'" + marks) & set(text), (key, text)
            assert not re.search(r" [-–] | %|\d-\d|\}-\{|\.\.\.", text), (key, text)
