"""One language: its messages, numbers, dates, months and lists.

Messages are whole sentences from `<language>.po` catalogues, the program's own and the report's;
Babel reads the catalogues and knows the locale. Numbers come rounded: this module only writes them.
"""

import errno
import gettext
import reprlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_month_names
from babel.messages.catalog import Catalog
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from reportgen.errors import DefinitionError, Problem, Where
from reportgen.intake import MEGABYTE, UnfitFileError, read_file, stands_inside
from reportgen.period import Period
from reportgen.resources import locale_folder
from reportgen.texts import find_flaw

MINUS = "\N{MINUS SIGN}"
_LARGEST = MEGABYTE
"""Bytes of a catalogue; twenty times the example's."""
_OF_LINES = "point-"
"""How messages begin that may have several lines: what is said at a point of a figure, and nowhere else."""


@dataclass(frozen=True, kw_only=True)
class Language:
    """Everything that is said and written in one language."""

    code: str
    """`nb`, `nn` or `en`."""
    locale: Locale
    """CLDR's rules for numbers and dates; `en` publications use `en_GB`."""
    messages: Mapping[str, tuple[str, ...]]
    """Every message by its key, with one text for each plural form."""
    plural: Callable[[int], int]
    """Tells which plural form a number takes."""

    def __contains__(self, key: str) -> bool:
        """Tell whether there is a message with this key."""
        return key in self.messages

    def message(self, key: str, /, **values: object) -> str:
        """Return a message with its placeholders filled in; `n` chooses the plural form.

        Raise `DefinitionError` where the catalogues lack the message or a placeholder has no value.
        """
        return "".join(str(piece) for piece in self.pieces(key, **values))

    def pieces(self, key: str, /, **values: object) -> tuple[object, ...]:
        """Return a message as its texts and values in order; values that are no text stay what they are."""
        pieces: list[object] = []
        for text, placeholder, _, _ in Formatter().parse(self._text(key, values)):
            pieces.append(text)
            if placeholder is not None:
                if placeholder not in values:
                    raise DefinitionError(_unknown_placeholder(self.code, key, placeholder, sorted(values)))
                pieces.append(values[placeholder])
        return tuple(_join_texts(pieces))

    def _text(self, key: str, values: Mapping[str, object]) -> str:
        if key not in self.messages:
            hint = f'add msgid "{key}" to texts/{self.code}.po'
            raise DefinitionError(
                Problem(kind="missing-message", message=f'no message "{key}" in {self.code}', hint=hint)
            )
        forms = self.messages[key]
        count = values.get("n", 0)
        return forms[self.plural(count) if isinstance(count, int) else 0] if len(forms) > 1 else forms[0]

    def number(self, value: Fraction | int, decimals: int = 0) -> str:
        """Write a number that is already rounded: `75 769`, `−3,1`, with no-break spaces."""
        return _write_number(value, decimals, self.locale)

    def month(self, period: Period) -> str:
        """Write a month with its year: `november 2013`."""
        return f"{self.month_name(period)} {period.year}"

    def month_name(self, period: Period) -> str:
        """Write a month without its year: `november`."""
        return self._months["wide"][period.month]

    def month_short(self, period: Period) -> str:
        """Write a month for a narrow column: `nov.`; charts, tables and texts all use this one."""
        return self._months["abbreviated"][period.month]

    def date(self, day: date) -> str:
        """Write a date: `3. desember 2013`."""
        return format_date(day, "long", locale=self.locale)

    def time(self, moment: time) -> str:
        """Write a time of day: `08:00`."""
        return format_time(moment, "short", locale=self.locale)

    def list(self, items: Sequence[str]) -> str:
        """Write an enumeration: `a, b og c`."""
        *most, last = items
        return self.message("list", most=", ".join(most), last=last) if most else last

    @staticmethod
    def inline(label: str) -> str:
        """Write a label inside a sentence: lower case, unless it begins with an abbreviation.

        >>> Language.inline("Opplæring"), Language.inline("AMO i bedrift")
        ('opplæring', 'AMO i bedrift')
        """
        return label if label[1:2].isupper() else label[:1].lower() + label[1:]

    @staticmethod
    def capital(text: str) -> str:
        """Write a text at the beginning of a sentence."""
        return text[:1].upper() + text[1:]

    @cached_property
    def _months(self) -> Mapping[str, Mapping[int, str]]:
        return {
            width: dict(get_month_names(width, context="stand-alone", locale=self.locale))
            for width in ("wide", "abbreviated")
        }


def read_language(code: str, report_folder: Path | None = None) -> Language:
    """Read a language's catalogues: the program's, then the report's `texts/<code>.po`, which may override it."""
    known = sorted(file.stem for file in locale_folder().glob("*.po"))
    if code not in known:
        hint = f"choose one of {', '.join(known)}, or see docs/how-to/add-a-language.md"
        raise DefinitionError(Problem(kind="unknown-language", message=f'unknown language "{code}"', hint=hint))
    own = _read_catalogue(locale_folder(), f"{code}.po", code)
    messages = _read_messages(own, own.num_plurals, code)
    if report_folder is not None:
        messages |= _read_messages(_read_catalogue(report_folder, f"texts/{code}.po", code), own.num_plurals, code)
    plural = gettext.c2py(own.plural_expr)
    return Language(code=code, locale=Locale.parse(str(own.locale or code)), messages=messages, plural=plural)


def _read_catalogue(folder: Path, name: str, code: str) -> Catalog:
    """Read one catalogue below a folder."""
    path = folder / name
    try:
        if not stands_inside(path, folder):
            raise UnfitFileError(errno.EACCES, "it stands outside the definition's folder")
        return read_po(BytesIO(read_file(path, _LARGEST)), abort_invalid=True)
    except (OSError, PoFileError, UnknownLocaleError, ValueError, LookupError) as error:
        hint = f"add or correct texts/{code}.po beside report.toml"
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"the catalogue {path.name} can't be read: {reason}"
        where = (Where(file=path.name),)
        raise DefinitionError(Problem(kind="catalogue", message=message, hint=hint, where=where)) from error


def _read_messages(catalogue: Catalog, forms: int, code: str) -> dict[str, tuple[str, ...]]:
    """Return a catalogue's messages, which have one text or one for each of so many forms."""
    messages: dict[str, tuple[str, ...]] = {}
    problems: list[Problem] = []
    for entry in catalogue:
        if entry.id:
            key = entry.id if isinstance(entry.id, str) else entry.id[0]
            messages[key] = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ("",))
            problems += _wrong_texts(key, messages[key], forms, code)
    if problems:
        raise DefinitionError(problems)
    return messages


def _wrong_texts(key: str, texts: Sequence[str], forms: int, code: str) -> Iterator[Problem]:
    """Find what is wrong with a message; an untranslated one is a mistake, not a fallback."""
    where = (Where(file=f"{code}.po"),)
    if not all(texts):
        yield Problem(
            kind="untranslated", message=f'"{key}" has no text in {code}', hint="write its msgstr", where=where
        )
        return
    if len(texts) not in (1, forms):
        message, hint = f'"{key}" has {len(texts)} forms in {code}', f"write one msgstr, or {forms}"
        yield Problem(kind="catalogue", message=message, hint=hint, where=where)
    for text in texts:
        flaw = find_flaw(text, allowed="\n" if key.startswith(_OF_LINES) else "")
        if flaw:
            message = f'the message "{key}" in {code} can\'t be published: {reprlib.repr(text)}'
            yield Problem(kind="unfit-text", message=message, hint=flaw, where=where)
        try:
            for _ in Formatter().parse(text):
                pass
        except ValueError as error:
            message = f'the message "{key}" in {code} has a brace without its other half: {error}'
            hint = "write {{ and }} for braces that stand for themselves"
            yield Problem(kind="unknown-placeholder", message=message, hint=hint, where=where)


def _join_texts(pieces: Sequence[object]) -> Iterator[object]:
    """Join neighbouring texts, and leave out empty ones."""
    text = ""
    for piece in pieces:
        if isinstance(piece, str):
            text += piece
            continue
        if text:
            yield text
        yield piece
        text = ""
    if text:
        yield text


@lru_cache(maxsize=4096)  # what tables, charts and sentences say three times over
def _write_number(value: Fraction | int, decimals: int, locale: Locale) -> str:
    scaled = Fraction(value) * 10**decimals
    if scaled.denominator != 1:
        message = f"{value} has more than {decimals} decimals"
        raise ValueError(message)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    text = format_decimal(Decimal(scaled.numerator).scaleb(-decimals), format=pattern, locale=locale)
    return text.replace("-", MINUS)


def _unknown_placeholder(code: str, key: str, placeholder: str, known: Sequence[str]) -> Problem:
    return Problem(
        kind="unknown-placeholder",
        message=f'the message "{key}" in {code} has the unknown placeholder {{{placeholder}}}',
        hint=f"use one of {', '.join('{' + name + '}' for name in known) or 'no placeholder'}",
    )
