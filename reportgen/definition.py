"""Turns `report.toml` and its code list into a `ReportDefinition`; finds every mistake before it complains.

Says what a statistic consists of, never how it is computed or laid out.
Pydantic checks types and names by `rules`; what depends on several entries is checked here.
"""

import csv
import difflib
import io
import re
import reprlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePath
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from reportgen.dataset import TOTAL, Code, CodeList
from reportgen.errors import DefinitionError, Problem, SourceError, Where
from reportgen.period import Period
from reportgen.rules import INDICATOR_TABLE, DefinitionFile, Record

FILE_NAME = "report.toml"


class ReportDefinition(DefinitionFile):
    """A checked report definition with its code lists."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    folder: Path
    """Where the definition stands; the only folder that it may name files in."""
    code_lists: tuple[CodeList, ...]
    """One for each dimension, in the order of `report.dimensions`."""

    def code_list(self, dimension: str) -> CodeList:
        """Return the code list of a dimension."""
        return self.code_lists[self.report.dimensions.index(dimension)]


def read_definition(folder: Path) -> ReportDefinition:
    """Read `report.toml` and the code list that it names; raise one `DefinitionError` with every mistake."""
    path = folder / FILE_NAME
    try:
        entries = tomllib.loads(_read(path, "choose another folder with --report"))
    except tomllib.TOMLDecodeError as error:
        problem = Problem(
            kind="definition-syntax",
            message=f"the definition is not valid TOML: {error}",
            hint="put texts in quotation marks and write each key once",
            where=(Where(file=FILE_NAME),),
        )
        raise DefinitionError(problem) from error
    try:
        document = DefinitionFile.model_validate(_frozen(entries))
    except ValidationError as error:
        raise DefinitionError([_explain(mistake) for mistake in error.errors()]) from error
    code_lists, problems = _parse_codes(_read_inside(folder, document.report.codes), document)
    if problems or (problems := list(_inconsistencies(document, code_lists))):
        raise DefinitionError(problems)
    return ReportDefinition(
        **{name: getattr(document, name) for name in DefinitionFile.model_fields}, folder=folder, code_lists=code_lists
    )


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


def sources(definition: ReportDefinition) -> dict[Period, Path]:
    """Return every source document that exists, by its month, ascending."""
    before, after = definition.source.files.split("{month}")
    found = {}
    for path in sorted(definition.folder.glob(definition.source.files.format(month="*"))):
        name = path.relative_to(definition.folder).as_posix()
        try:
            found[Period.parse(name.removeprefix(before).removesuffix(after))] = path
        except ValueError:
            continue
    return found


def _read_inside(folder: Path, name: str) -> str:
    """Read a file that the definition names, if it stands below the definition's folder."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        problem = Problem(
            kind="outside-folder",
            message=f'"{name}" stands outside the definition\'s folder',
            hint="move the file below the folder of report.toml",
            where=(Where(file=FILE_NAME),),
        )
        raise DefinitionError(problem)
    return _read(path, f'correct the name "{name}" in {FILE_NAME}, or add the file')


def _read(path: Path, hint: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        message, hint = f"{path.name} is not UTF-8 text: byte {error.start} can't be read", "save the file as UTF-8"
        raise DefinitionError(Problem(kind="encoding", message=message, hint=hint)) from error
    except OSError as error:
        message = f"{path.name} can't be read in {path.parent}: {error.strerror or error}"
        raise DefinitionError(Problem(kind="unreadable", message=message, hint=hint)) from error


def _explain(mistake: Mapping[str, Any]) -> Problem:
    """Turn one of Pydantic's mistakes into a problem with the key's path and a hint."""
    path = ".".join(str(part) for part in mistake["loc"])
    where = (Where(file=FILE_NAME),)
    if mistake["type"] == "extra_forbidden":
        key = str(mistake["loc"][-1])
        return Problem(
            kind="unknown-key", message=f'unknown key "{path}"', hint=_nearest(key, _keys(DefinitionFile)), where=where
        )
    if mistake["type"] == "missing":
        return Problem(kind="missing-key", message=f'the key "{path}" is missing', hint=f'add "{path}"', where=where)
    return Problem(
        kind="wrong-value",
        message=f'"{path}" has a wrong value: {reprlib.repr(mistake["input"])}',
        hint=mistake["msg"][0].lower() + mistake["msg"][1:],
        where=where,
    )


def _keys(model: type[BaseModel]) -> set[str]:
    """Return every key that a definition may use, at any depth."""
    return {name for record in (model, *Record.__subclasses__()) for name in record.model_fields}


def _nearest(word: str, known: Iterator[str] | set[str] | list[str]) -> str:
    """Return a hint with the known words that look most like this one."""
    near = difflib.get_close_matches(word, sorted(known), n=3, cutoff=0.6)
    if not near:
        return "remove it, or see docs/how-to/add-a-statistic.md"
    *most, last = near
    return f"did you mean {', '.join(most)} or {last}?" if most else f"did you mean {last}?"


def unknown_word(what: str, word: str, known: Sequence[str]) -> Problem:
    """Return the problem of a word that nothing answers to, with the nearest words that exist."""
    near = difflib.get_close_matches(word, known, n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(near)}?" if near else f"choose one of {', '.join(known)}"
    return Problem(kind="unknown-name", message=f'unknown {what} "{word}"', hint=hint)


def _parse_codes(text: str, document: DefinitionFile) -> tuple[tuple[CodeList, ...], list[Problem]]:
    """Read the code list: one row for each code with dimension, level, parent and a label in each language."""
    name = document.report.codes
    problems: list[Problem] = []
    codes: dict[str, list[Code]] = {dimension: [] for dimension in document.report.dimensions}
    rows = csv.DictReader(io.StringIO(text))
    columns = rows.fieldnames or []
    for column in ("code", "dimension", "level", "parent", *document.report.languages, document.source.language):
        if column not in columns:
            hint = f'add the column "{column}" to the first line'
            problems.append(
                Problem(
                    kind="missing-column",
                    message=f'the column "{column}" is missing',
                    hint=hint,
                    where=(Where(file=name, line=1),),
                )
            )
    if problems:
        return (), problems
    languages = [column for column in columns if column not in {"code", "dimension", "level", "parent"}]
    for row in rows:
        where = (Where(file=name, line=rows.line_num),)
        if None in row.values() or None in row:
            problems.append(
                Problem(
                    kind="wrong-columns",
                    message="the row has too few or too many cells",
                    hint="put labels with a comma in quotation marks",
                    where=where,
                )
            )
        elif row["dimension"] not in codes:
            problems.append(
                Problem(
                    kind="unknown-dimension",
                    message=f'unknown dimension "{row["dimension"]}"',
                    hint=_nearest(row["dimension"], list(codes)),
                    where=where,
                )
            )
        else:
            labels = {language: row[language].strip() for language in languages}
            problems += (
                Problem(
                    kind="missing-label",
                    message=f'"{row["code"]}" has no label in {language}',
                    hint="add it",
                    where=where,
                )
                for language in document.report.languages
                if not labels[language]
            )
            codes[row["dimension"]].append(
                Code(id=row["code"], level=row["level"], parent=row["parent"], labels=labels)
            )
    lists = tuple(CodeList(dimension=dimension, codes=tuple(found)) for dimension, found in codes.items())
    return lists, problems + [problem for code_list in lists for problem in _wrong_hierarchy(code_list, name)]


def _wrong_hierarchy(code_list: CodeList, file: str) -> Iterator[Problem]:
    """Find codes that stand twice or below no known parent, and a list that doesn't begin with its total."""
    where = (Where(file=file),)
    ids = [code.id for code in code_list.codes]
    if ids[:1] != [TOTAL]:
        yield Problem(
            kind="missing-total",
            message=f'"{code_list.dimension}" doesn\'t begin with its total',
            hint='make "total" the first code of the dimension',
            where=where,
        )
    for twice in sorted({known for known in ids if ids.count(known) > 1}):
        yield Problem(
            kind="code-twice",
            message=f'the code "{twice}" stands twice in "{code_list.dimension}"',
            hint="give each code a name of its own",
            where=where,
        )
    for code in code_list.codes[1:]:
        if code.parent not in ids:
            yield Problem(
                kind="unknown-parent",
                message=f'"{code.id}" has the unknown parent "{code.parent}"',
                hint=_nearest(code.parent, ids),
                where=where,
            )


def _inconsistencies(document: DefinitionFile, code_lists: tuple[CodeList, ...]) -> Iterator[Problem]:
    """Find names in one part of the definition that another part doesn't know."""
    files = document.source.files
    if files.count("{month}") != 1 or set("{}") & set(files.replace("{month}", "")) or _leads_out(files):
        message = f'"source.files" must be a path below this folder with {{month}} in it: "{files}"'
        yield _wrong(message, "write it as sources/{month}.txt")
    yield from _unknown_codes(document, {code_list.dimension: code_list for code_list in code_lists})
    for language in document.report.languages:
        if language not in document.report.file_name:
            yield Problem(
                kind="missing-key",
                message=f'"report.file_name" has no "{language}"',
                hint=f'add "{language}" to report.file_name',
                where=(Where(file=FILE_NAME),),
            )
    for month in document.releases:
        if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", month):
            yield _wrong(f'releases has "{month}", which is no month', "write it as 2013-11")
    for month, release in document.releases.items():
        if release.next <= release.released:
            yield _wrong(f"the release after {month} is not later than its own", "correct releases")
    yield from _unknown_parts(document)


def _leads_out(name: str) -> bool:
    return PurePath(name).is_absolute() or ".." in PurePath(name).parts


def _wrong(message: str, hint: str) -> Problem:
    return Problem(kind="wrong-value", message=message, hint=hint, where=(Where(file=FILE_NAME),))


def _unknown(what: str, word: str, known: list[str]) -> Iterator[Problem]:
    if word not in known:
        message = f'{what} names the unknown "{word}"'
        yield Problem(kind="unknown-name", message=message, hint=_nearest(word, known), where=(Where(file=FILE_NAME),))


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


def _unknown_parts(document: DefinitionFile) -> Iterator[Problem]:
    """Find figures and tables of sections that are not defined."""
    figures = [figure.id for figure in document.figures]
    tables = [table.id for table in document.tables] + [INDICATOR_TABLE]
    for section in document.sections:
        for name, known in (*((f, figures) for f in section.figures), *((t, tables) for t in section.tables)):
            yield from _unknown(f'the section "{section.id}"', name, known)
