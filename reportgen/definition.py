"""Turns `report.toml` and its code list into a `ReportDefinition`; finds every mistake before it complains.

Says what a statistic consists of, never how it is computed or laid out.
Pydantic checks types and names by `rules`; what depends on several entries is checked here.
"""

import difflib
import re
import reprlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path, PurePath
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, ValidationError

from reportgen.code_lists import nearest, parse_code_lists, repeated
from reportgen.dataset import TOTAL, CodeList
from reportgen.errors import DefinitionError, Problem, SourceError, Where
from reportgen.intake import MEGABYTE, UnfitFileError, read_file, stands_inside
from reportgen.period import Period
from reportgen.rules import INDICATOR_TABLE, Correction, DefinitionFile, Record, TableRules

FILE_NAME = "report.toml"
REPAIRS_SUFFIX = ".repairs.json"
"""Added to the name of a repaired document: the list of what was changed in it."""
_LARGEST = MEGABYTE
"""Bytes of `report.toml` and of the code list: room for some 20,000 codes."""
_MOST_ROWS = 50_000
_DEEP_KEY = re.compile(r"^[^\"'#=\n]*(?:\.[^\"'#=.\n]*){50}", re.MULTILINE)
"""A key of so many parts; reading one takes time with the square of their number."""
_FILES = r"(\w[\w .-]*/)*(\w[\w .-]*)?\{month\}[\w .-]*"
"""A path below a folder that begins no formula: places in the document are told in data files."""


class ReportDefinition(DefinitionFile):
    """A checked report definition with its code lists."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    folder: Path
    """Where the definition stands; the only folder that it may name files in."""
    code_lists: tuple[CodeList, ...]
    """One for each dimension, in the order of `report.dimensions`."""

    @property
    def rules(self) -> "ReportDefinition":
        """Return all that the definition says, without where it stands: what is built from it is the same anywhere."""
        return self.model_copy(update={"folder": Path()})

    @property
    def main_figure(self) -> str:
        """The first figure of the sections, which stands on the front page."""
        return next(name for section in self.sections for name in section.figures)

    def corrections_of(self, month: Period) -> tuple[Correction, ...]:
        """Return what was put right in a month after its release, the oldest first."""
        return tuple(sorted((c for c in self.corrections if c.month == str(month)), key=lambda c: c.date))

    def code_list(self, dimension: str) -> CodeList:
        """Return the code list of a dimension."""
        return self.code_lists[self.report.dimensions.index(dimension)]


def read_definition(folder: Path) -> ReportDefinition:
    """Read `report.toml` and the code list that it names; raise one `DefinitionError` with every mistake."""
    entries = _parse_toml(_read(folder, FILE_NAME, "choose another folder with --report"))
    try:
        document = DefinitionFile.model_validate(entries)
    except ValidationError as error:
        raise DefinitionError([_explain(mistake) for mistake in error.errors()]) from error
    name = document.report.codes
    hint = f'correct the name "{name}" in {FILE_NAME}, or add the file'
    code_lists, problems = parse_code_lists(_read(folder, name, hint), document)
    if problems or (problems := list(_inconsistencies(document, code_lists))):
        raise DefinitionError(problems)
    return ReportDefinition(
        **{name: getattr(document, name) for name in DefinitionFile.model_fields}, folder=folder, code_lists=code_lists
    )


def _parse_toml(text: str) -> object:
    """Return what the definition says, with tuples for arrays."""
    message, hint = "the definition is nested too deeply", "write it as docs/how-to/add-a-statistic.md says"
    try:
        if not _DEEP_KEY.search(text):
            return _frozen(tomllib.loads(text))
    except RecursionError:
        pass
    except ValueError as error:  # TOML's own, and that of a whole number with thousands of digits
        message = f"the definition is not valid TOML: {error}"
        hint = "put texts in quotation marks and write each key once"
    problem = Problem(kind="definition-syntax", message=message, hint=hint, where=(Where(file=FILE_NAME),))
    raise DefinitionError(problem)


def _frozen(entry: object) -> object:
    """Turn TOML's arrays into tuples, at any depth."""
    if isinstance(entry, dict):
        return {key: _frozen(value) for key, value in entry.items()}
    return tuple(_frozen(value) for value in entry) if isinstance(entry, list) else entry


def find_source(definition: ReportDefinition, month: Period) -> Path:
    """Return the document to build a month from: its own, else the first later one."""
    known = sources(definition)
    later = [known_month for known_month in known if known_month >= month]
    if later:
        return known[min(later)]
    raise SourceError(
        Problem(
            kind="missing-source",
            message=f"no source document covers {month}",
            hint=f"put the document at {definition.source.files.format(month=month)}"
            + (f", or choose a month up to {max(known)}" if known else ""),
        )
    )


def released_months(definition: ReportDefinition) -> tuple[Period, ...]:
    """Return every month that has a release date, ascending."""
    return tuple(sorted(map(Period.parse, definition.releases)))


def release_moment(definition: ReportDefinition, day: date) -> datetime:
    """Return when a month that is released on this day comes out."""
    return datetime.combine(day, definition.site.release_time, ZoneInfo(definition.site.time_zone))


def sources(definition: ReportDefinition) -> dict[Period, Path]:
    """Return every source document that exists, by its month, ascending.

    Raise `DefinitionError` for one that is a link out of the definition's folder.
    """
    before, after = definition.source.files.split("{month}")
    found = {}
    for path in sorted(definition.folder.glob(definition.source.files.format(month="*"))):
        name = path.relative_to(definition.folder).as_posix()
        try:
            found[Period.parse(name.removeprefix(before).removesuffix(after))] = path
        except ValueError:
            continue
        if not stands_inside(path, definition.folder):
            raise _outside_folder(name)
    return found


def newest_month(definition: ReportDefinition) -> Period:
    """Return the month of the newest source document; raise `SourceError` where there is none."""
    known = sources(definition)
    if not known:
        hint = f"put a document at {definition.source.files.replace('{month}', '2013-11')}, named by its own month"
        raise SourceError(Problem(kind="missing-source", message="the report has no source document", hint=hint))
    return max(known)


def _outside_folder(name: str) -> DefinitionError:
    return DefinitionError(
        Problem(
            kind="outside-folder",
            message=f'"{name}" stands outside the definition\'s folder',
            hint="move the file below the folder of report.toml",
            where=(Where(file=FILE_NAME),),
        )
    )


def _read(folder: Path, name: str, hint: str) -> str:
    """Read a file of the definition, if it stands below the definition's folder."""
    path = folder / name
    if not stands_inside(path, folder):
        raise _outside_folder(name)
    try:
        text = read_file(path, _LARGEST).decode("utf-8")
    except UnicodeDecodeError as error:
        message, hint = f"{path.name} is not UTF-8 text: byte {error.start} can't be read", "save the file as UTF-8"
        raise DefinitionError(Problem(kind="encoding", message=message, hint=hint)) from error
    except UnfitFileError as error:
        message, hint = f"{path.name} is not read: {error.strerror}", "put the right file there"
        raise DefinitionError(Problem(kind="unfit-file", message=message, hint=hint)) from error
    except OSError as error:
        message = f"{path.name} can't be read in {path.parent}: {error.strerror or error}"
        raise DefinitionError(Problem(kind="unreadable", message=message, hint=hint)) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _explain(mistake: Mapping[str, Any]) -> Problem:
    """Turn one of Pydantic's mistakes into a problem with the key's path and a hint."""
    path = ".".join(str(part) for part in mistake["loc"])
    where = (Where(file=FILE_NAME),)
    if mistake["type"] == "extra_forbidden":
        key = str(mistake["loc"][-1])
        return Problem(
            kind="unknown-key", message=f'unknown key "{path}"', hint=nearest(key, _keys(DefinitionFile)), where=where
        )
    if mistake["type"] == "missing":
        return Problem(kind="missing-key", message=f'the key "{path}" is missing', hint=f'add "{path}"', where=where)
    return Problem(
        kind="wrong-value",
        message=f'"{path}" has a wrong value: {_write_value(mistake["input"])}',
        hint=mistake["msg"][0].lower() + mistake["msg"][1:],
        where=where,
    )


def _write_value(value: object) -> str:
    try:
        return reprlib.repr(value)
    except ValueError:  # Python writes no whole number with thousands of digits
        return "a very long number"


def _keys(model: type[BaseModel]) -> set[str]:
    """Return every key that a definition may use, at any depth."""
    return {name for record in (model, *Record.__subclasses__()) for name in record.model_fields}


def unknown_word(what: str, word: str, known: Sequence[str]) -> Problem:
    """Return the problem of a word that nothing answers to, with the nearest words that exist."""
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else f"choose one of {', '.join(known)}"
    return Problem(kind="unknown-name", message=f'unknown {what} "{word}"', hint=hint)


def _inconsistencies(document: DefinitionFile, code_lists: tuple[CodeList, ...]) -> Iterator[Problem]:
    """Find names in one part of the definition that another part doesn't know."""
    files = document.source.files
    if not re.fullmatch(_FILES, files) or _leads_out(files):
        message = f'"source.files" must be a path below this folder with {{month}} in it: "{files}"'
        yield _wrong(message, "write it as sources/{month}.txt")
    yield from _named_twice(document)
    yield from _unknown_codes(document, {code_list.dimension: code_list for code_list in code_lists})
    for language in document.report.languages:
        if language not in document.report.file_name:
            yield Problem(
                kind="missing-key",
                message=f'"report.file_name" has no "{language}"',
                hint=f'add "{language}" to report.file_name',
                where=(Where(file=FILE_NAME),),
            )
    yield from _wrong_dates(document)
    for acceptance in document.checklist.accept:
        if acceptance.month:
            yield from _unknown(f'the accepted "{acceptance.name}"', acceptance.month, list(document.releases))
    yield from _unknown_parts(document)
    rows = sum(_count_rows(table, code_lists) for table in document.tables)
    if rows > _MOST_ROWS:
        yield _wrong(f"the tables have {rows} rows, and no document has more than {_MOST_ROWS}", "leave tables out")


def _count_rows(table: TableRules, code_lists: Sequence[CodeList]) -> int:
    """Return how many rows a table can print, in all its slices."""
    lists = {code_list.dimension: code_list for code_list in code_lists}
    if table.rows not in lists or table.slices not in ("", *lists):
        return 0  # which is told elsewhere
    slices = len(lists[table.slices].children(TOTAL)) if table.slices else 1
    return slices * len(lists[table.rows].at_level(*table.levels))


def _named_twice(document: DefinitionFile) -> Iterator[Problem]:
    """Find names that two things of a kind have."""
    kinds: dict[str, Sequence[str]] = {
        "language": document.report.languages,
        "dimension": document.report.dimensions,
        "table": [table.id for table in document.tables],
        "figure": [figure.id for figure in document.figures],
        "key figure": [figure.id for figure in document.key_figures],
        "section": [section.id for section in document.sections],
    }
    for what, names in kinds.items():
        for name in repeated(names):
            hint = "give each a name of its own"
            message = f'the {what} "{name}" stands twice'
            yield Problem(kind="stands-twice", message=message, hint=hint, where=(Where(file=FILE_NAME),))


def _wrong_dates(document: DefinitionFile) -> Iterator[Problem]:
    """Find releases and corrections that no calendar could hold."""
    for month, release in document.releases.items():
        if not re.fullmatch(r"(?!0000)[0-9]{4}-(0[1-9]|1[0-2])", month):
            yield _wrong(f'releases has "{month}", which is no month', "write it as 2013-11")
        if release.next <= release.released:
            yield _wrong(f"the release after {month} is not later than its own", "correct releases")
    for correction in document.corrections:
        corrected = document.releases.get(correction.month)
        if corrected is None:
            yield from _unknown("a correction", correction.month, list(document.releases))
        elif correction.date < corrected.released:
            yield _wrong(f"the correction of {correction.month} is older than its release", "correct its date")
        for language in document.report.languages:
            if language not in correction.text or language not in correction.changed:
                message = f"the correction of {correction.month} on {correction.date} is not told in {language}"
                yield _wrong(message, f'add "{language}" to its text and to changed')
    try:
        ZoneInfo(document.site.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # also a folder of zones, or a name that no file can have
        yield _wrong(f'"site.time_zone" is no time zone: "{document.site.time_zone}"', "write it as Europe/Oslo")


def _leads_out(name: str) -> bool:
    return PurePath(name).is_absolute() or ".." in PurePath(name).parts


def _wrong(message: str, hint: str) -> Problem:
    return Problem(kind="wrong-value", message=message, hint=hint, where=(Where(file=FILE_NAME),))


def _unknown(what: str, word: str, known: list[str]) -> Iterator[Problem]:
    if word not in known:
        message = f'{what} names the unknown "{word}"'
        yield Problem(kind="unknown-name", message=message, hint=nearest(word, known), where=(Where(file=FILE_NAME),))


def _unknown_codes(document: DefinitionFile, lists: Mapping[str, CodeList]) -> Iterator[Problem]:
    """Find dimensions and codes that the code list doesn't have."""
    named = [("share", document.share.dimension, document.share.code)]
    named += [(f'the alias "{alias.printed}"', alias.dimension, alias.code) for alias in document.source.aliases]
    for what, dimension, code in named:
        yield from _unknown(what, dimension, list(lists))
        if dimension in lists:
            yield from _unknown(what, code, [known.id for known in lists[dimension].codes])
    for table in document.tables:
        for dimension in filter(None, (table.rows, table.slices)):
            yield from _unknown(f'the table "{table.id}"', dimension, list(lists))
        if table.rows in lists:
            levels = list(dict.fromkeys(code.level for code in lists[table.rows].codes))
            for level in table.levels:
                yield from _unknown(f'the table "{table.id}"', level, levels)


def _unknown_parts(document: DefinitionFile) -> Iterator[Problem]:
    """Find figures and tables of sections that are not defined."""
    figures = [figure.id for figure in document.figures]
    tables = [table.id for table in document.tables] + [INDICATOR_TABLE]
    for section in document.sections:
        for name, known in (*((f, figures) for f in section.figures), *((t, tables) for t in section.tables)):
            yield from _unknown(f'the section "{section.id}"', name, known)
