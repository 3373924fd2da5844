"""Turns the dataset into one PX file with labels in every language, for PxWeb and the programs of its family.

The format is that of AXIS-VERSION 2013: https://www.pxtools.net/px-file-format/px-2013.
"""

from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap

from reportgen.datafiles.cube import full_cube
from reportgen.datafiles.names import distinct_labels
from reportgen.wording import Wording

_LINE_END = "\r\n"
_LONGEST_TEXT = 200
"""Characters of a text that stand on one line; the format allows 256, with the keyword."""
_NOT_CARRIED = '".."'
"""The symbol of a cell that the document doesn't carry; DATASYMBOL2 says what it means."""


def write_px(spoken: Sequence[Wording]) -> bytes:
    """Return the observations as a cube, with labels in each of the languages, the first being the main one."""
    return (_LINE_END.join([*_head(spoken), "DATA=", *_data(spoken[0]), ";"]) + _LINE_END).encode()


def _head(spoken: Sequence[Wording]) -> Iterator[str]:
    main = spoken[0]
    definition, dataset = main.definition, main.facts.dataset
    released = f"{definition.releases[str(main.facts.month)].released:%Y%m%d} {definition.site.release_time:%H:%M}"
    yield 'CHARSET="ANSI";'
    yield 'AXIS-VERSION="2013";'
    yield 'CODEPAGE="utf-8";'
    yield f'LANGUAGE="{main.language.code}";'
    yield f"LANGUAGES={_quoted([words.language.code for words in spoken])};"
    yield f'CREATION-DATE="{released}";'
    yield "DECIMALS=0;"
    yield "SHOWDECIMALS=0;"
    yield f"MATRIX={_quoted([definition.report.id])};"
    yield f"SUBJECT-CODE={_quoted([definition.report.id])};"
    yield from _told(spoken, "SUBJECT-AREA", lambda words: words.say("title"))
    yield from _told(spoken, "DESCRIPTION", lambda words: words.say("title"))
    yield from _told(spoken, "TITLE", _title)
    yield from _told(spoken, "CONTENTS", lambda words: words.say("data.measure"))
    yield from _told(spoken, "UNITS", lambda words: words.language.inline(words.say("data.unit.persons")))
    yield from _listed(spoken, "STUB", _dimension_labels)
    yield from _listed(spoken, "HEADING", lambda words: [_month_label(words)])
    for dimension in dataset.dimensions:
        yield from _of_dimension(spoken, dimension)
    yield from _of_months(spoken)
    yield f'LAST-UPDATED="{released}";'
    yield f"SOURCE={_quoted([definition.site.creator])};"
    yield f"CONTACT={_quoted([definition.report.contact])};"
    yield from _told(spoken, "DATASYMBOL2", lambda words: words.say("data.not-carried"))
    yield from _told(spoken, "NOTE", _note)


def _title(words: Wording) -> str:
    *most, last = (words.language.inline(label) for label in (*_dimension_labels(words), _month_label(words)))
    dimensions = words.say("list", most=", ".join(most), last=last)
    return words.say("data.measure-by", measure=words.say("data.measure"), dimensions=dimensions)


def _note(words: Wording) -> str:
    notes = (words.say("data.not-carried-note"), words.say("data.implied-zero-note"), _licence(words))
    return " ".join(notes)


def _licence(words: Wording) -> str:
    rules = words.definition.report
    return words.say("data.licence-note", licence=rules.licence, address=rules.licence_url)


def _dimension_labels(words: Wording) -> list[str]:
    return [words.say(f"dimension.{dimension}") for dimension in words.facts.dataset.dimensions]


def _month_label(words: Wording) -> str:
    return words.say("data.column.period")


def _of_dimension(spoken: Sequence[Wording], dimension: str) -> Iterator[str]:
    """Write the labels and codes of a dimension, keyed by what the dimension is called in each language."""
    codes = [code.id for code in spoken[0].definition.code_list(dimension).codes]

    def label(words: Wording) -> str:
        return words.say(f"dimension.{dimension}")

    yield from _listed(spoken, "VALUES", lambda words: list(distinct_labels(words, dimension).values()), label)
    yield from _listed(spoken, "CODES", lambda _words: codes, label)


def _of_months(spoken: Sequence[Wording]) -> Iterator[str]:
    periods = spoken[0].facts.dataset.periods
    months = [f"{period.year}{period.month:02}" for period in periods]
    codes = [f"{period.year}M{period.month:02}" for period in periods]
    yield from _listed(spoken, "VALUES", lambda words: [words.language.month(p) for p in periods], _month_label)
    for words in spoken:
        yield f"TIMEVAL{_language(spoken, words)}({_quoted([_month_label(words)])})=TLIST(M1),{_quoted(months)};"
    yield from _listed(spoken, "CODES", lambda _words: codes, _month_label)


def _told(spoken: Sequence[Wording], keyword: str, tell: Callable[[Wording], str]) -> Iterator[str]:
    """Write a text in each language, each line of it in quotation marks of its own."""
    for words in spoken:
        lines = wrap(_clean(tell(words)), _LONGEST_TEXT, drop_whitespace=False)
        text = _LINE_END.join(f'"{line}"' for line in lines)
        yield f"{keyword}{_language(spoken, words)}={text};"


def _listed(
    spoken: Sequence[Wording],
    keyword: str,
    tell: Callable[[Wording], Sequence[str]],
    subject: Callable[[Wording], str] | None = None,
) -> Iterator[str]:
    """Write a list of words in each language, of the dimension that `subject` names, if it does."""
    for words in spoken:
        about = f"({_quoted([subject(words)])})" if subject else ""
        yield f"{keyword}{_language(spoken, words)}{about}={_quoted(tell(words))};"


def _language(spoken: Sequence[Wording], words: Wording) -> str:
    return "" if words is spoken[0] else f"[{words.language.code}]"


def _quoted(texts: Sequence[str]) -> str:
    return f",{_LINE_END}".join(f'"{_clean(text)}"' for text in texts)


def _clean(text: str) -> str:
    """Write a text without the quotation marks that the format can't hold."""
    return text.replace('"', "'")


def _data(words: Wording) -> Iterator[str]:
    """Write a line for each combination of codes, with a number for each month."""
    cells = [_NOT_CARRIED if cell is None else str(cell.value) for cell in full_cube(words.facts.dataset)]
    months = len(words.facts.dataset.periods)
    yield from (" ".join(cells[start : start + months]) for start in range(0, len(cells), months))
