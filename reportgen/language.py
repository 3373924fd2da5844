"""One language: its messages, numbers, dates, months and lists.

Messages are whole sentences from `<language>.po` catalogues, the program's own and the report's;
Babel reads the catalogues and knows the locale. Numbers come rounded: this module only writes them.
"""

import gettext
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from string import Formatter

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, get_month_names
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_decimal

from reportgen.errors import DefinitionError, Problem, Where
from reportgen.period import Period
from reportgen.resources import locale_folder

MINUS = "\N{MINUS SIGN}"


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
        places = 10**decimals
        scaled = Fraction(value) * places
        if scaled.denominator != 1:
            message = f"{value} has more than {decimals} decimals"
            raise ValueError(message)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        text = format_decimal(Decimal(scaled.numerator).scaleb(-decimals), format=pattern, locale=self.locale)
        return text.replace("-", MINUS)

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
    path = locale_folder() / f"{code}.po"
    if not path.is_file():
        known = sorted(file.stem for file in locale_folder().glob("*.po"))
        hint = f"choose one of {', '.join(known)}, or see docs/how-to/add-a-language.md"
        raise DefinitionError(Problem(kind="unknown-language", message=f'unknown language "{code}"', hint=hint))
    locale, plural, messages = _read_catalogue(path, code)
    if report_folder is not None:
        messages |= _read_catalogue(report_folder / "texts" / f"{code}.po", code)[2]
    return Language(code=code, locale=locale, messages=messages, plural=plural)


def _read_catalogue(path: Path, code: str) -> tuple[Locale, Callable[[int], int], dict[str, tuple[str, ...]]]:
    """Read one catalogue; an untranslated message is a mistake, not a fallback."""
    where = (Where(file=path.name),)
    try:
        with path.open("rb") as file:
            catalog = read_po(file, abort_invalid=True)
        locale = Locale.parse(str(catalog.locale or code))
    except (OSError, PoFileError, UnknownLocaleError, ValueError) as error:
        hint = f"add or correct texts/{code}.po beside report.toml"
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"the catalogue {path.name} can't be read: {reason}"
        raise DefinitionError(Problem(kind="catalogue", message=message, hint=hint, where=where)) from error
    messages: dict[str, tuple[str, ...]] = {}
    for entry in catalog:
        if entry.id:
            key = entry.id if isinstance(entry.id, str) else entry.id[0]
            messages[key] = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string or ("",))
    empty = [key for key, texts in messages.items() if not all(texts)]
    if empty:
        problems = [
            Problem(kind="untranslated", message=f'"{key}" has no text in {code}', hint="write its msgstr", where=where)
            for key in empty
        ]
        raise DefinitionError(problems)
    return locale, gettext.c2py(catalog.plural_expr), messages


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


def _unknown_placeholder(code: str, key: str, placeholder: str, known: Sequence[str]) -> Problem:
    return Problem(
        kind="unknown-placeholder",
        message=f'the message "{key}" in {code} has the unknown placeholder {{{placeholder}}}',
        hint=f"use one of {', '.join('{' + name + '}' for name in known) or 'no placeholder'}",
    )
