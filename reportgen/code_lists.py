"""Turns the text of a code list into `CodeList`s, one for each dimension; finds every mistake in it.

Knows the names of the definition's dimensions and languages, and nothing else of it.
"""

import csv
import difflib
import io
import re
import reprlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from reportgen.dataset import TOTAL, Code, CodeList
from reportgen.errors import Problem, Where
from reportgen.rules import NAME, DefinitionFile
from reportgen.texts import LONGEST_LABEL, find_flaw

_CODE_COLUMNS = ("code", "dimension", "level", "parent")
_DEEPEST = 20
"""Levels of a hierarchy."""
_EXPLAINED = 20
"""So many unknown names are answered with those that look like them, for which all known ones are looked through."""
_QUOTE = "put labels with a comma in quotation marks"


def parse_code_lists(text: str, document: DefinitionFile) -> tuple[tuple[CodeList, ...], list[Problem]]:
    """Read the code list: one row for each code with dimension, level, parent and a label in each language."""
    name = document.report.codes
    codes: dict[str, list[Code]] = {dimension: [] for dimension in document.report.dimensions}
    rows = csv.DictReader(io.StringIO(text))
    problems: list[Problem] = []
    try:
        problems += _wrong_columns(rows.fieldnames or (), document)
        if problems:
            return (), problems
        for row in rows:
            problems += _wrong_row(row, rows.line_num, document)
            if None not in row and None not in row.values() and row["dimension"] in codes:
                labels = {key: cell.strip() for key, cell in row.items() if key not in _CODE_COLUMNS}
                code = Code(id=row["code"], level=row["level"], parent=row["parent"], labels=labels)
                codes[row["dimension"]].append(code)
    except csv.Error as error:
        problems.append(_problem(name, rows.line_num, f"the row can't be read: {error}", _QUOTE, kind="wrong-columns"))
    lists = tuple(CodeList(dimension=dimension, codes=tuple(found)) for dimension, found in codes.items())
    return lists, problems + [problem for code_list in lists for problem in _wrong_hierarchy(code_list, name)]


def _problem(file: str, line: int, message: str, hint: str, *, kind: str) -> Problem:
    return Problem(kind=kind, message=message, hint=hint, where=(Where(file=file, line=line),))


def _wrong_columns(columns: Sequence[str], document: DefinitionFile) -> Iterator[Problem]:
    """Find columns that the code list lacks, or has twice."""
    name = document.report.codes
    for column in (*_CODE_COLUMNS, *document.report.languages, document.source.language):
        if column not in columns:
            message, hint = f'the column "{column}" is missing', f'add the column "{column}" to the first line'
            yield _problem(name, 1, message, hint, kind="missing-column")
    for column in repeated(columns):
        yield _problem(name, 1, f'the column "{column}" stands twice', "remove one of the two", kind="wrong-columns")


def _wrong_row(row: Mapping[str, str], line: int, document: DefinitionFile) -> Iterator[Problem]:
    """Find what is wrong in one row of the code list."""
    name, dimensions = document.report.codes, document.report.dimensions
    if None in row.values() or None in row:
        yield _problem(name, line, "the row has too few or too many cells", _QUOTE, kind="wrong-columns")
        return
    if row["dimension"] not in dimensions:
        message, hint = f'unknown dimension "{row["dimension"]}"', nearest(row["dimension"], list(dimensions))
        yield _problem(name, line, message, hint, kind="unknown-dimension")
        return
    for column in ("code", "level"):
        if not re.fullmatch(NAME, row[column]):
            message = f'the {column} "{row[column]}" is no name'
            hint = "write it in small letters and digits, with a hyphen between words: work-experience"
            yield _problem(name, line, message, hint, kind="wrong-value")
    for language, label in ((key, row[key].strip()) for key in row if key not in _CODE_COLUMNS):
        flaw = find_flaw(label, LONGEST_LABEL)
        if flaw:
            message = f'"{row["code"]}" has a label in {language} that can\'t be published: {reprlib.repr(label)}'
            yield _problem(name, line, message, flaw, kind="unfit-text")
        elif not label and language in document.report.languages:
            yield _problem(name, line, f'"{row["code"]}" has no label in {language}', "add it", kind="missing-label")


def repeated(words: Sequence[str]) -> list[str]:
    """Return the words that stand more than once, in order."""
    return [word for word, times in Counter(words).items() if times > 1]


def _wrong_hierarchy(code_list: CodeList, file: str) -> Iterator[Problem]:
    """Find codes that stand twice or lead to no total, and a list that doesn't begin with its total."""
    ids = [code.id for code in code_list.codes]
    if ids[:1] != [TOTAL] or code_list.codes[0].parent:
        message = f'"{code_list.dimension}" doesn\'t begin with its total'
        hint = 'make "total" the first code of the dimension'
        yield _problem(
            file, 0, message, f"{hint}, without a parent" if ids[:1] == [TOTAL] else hint, kind="missing-total"
        )
        return
    for twice in sorted(repeated(ids)):
        message = f'the code "{twice}" stands twice in "{code_list.dimension}"'
        yield _problem(file, 0, message, "give each code a name of its own", kind="code-twice")
    orphans = [code for code in code_list.codes if code.parent not in code_list and code.id != TOTAL]
    for number, code in enumerate(orphans):
        near = nearest(code.parent, ids) if number < _EXPLAINED else "correct its parent"
        yield _problem(file, 0, f'"{code.id}" has the unknown parent "{code.parent}"', near, kind="unknown-parent")
    for code in () if orphans else _lost_codes(code_list):
        message = f'"{code.id}" doesn\'t lead to the total of "{code_list.dimension}" in {_DEEPEST} steps'
        yield _problem(file, 0, message, "correct its parent: no code stands below itself", kind="wrong-hierarchy")


def _lost_codes(code_list: CodeList) -> Iterator[Code]:
    """Find codes that nobody who goes down from the total meets: those of a circle, and those too far down."""
    met = {TOTAL}
    level = code_list.codes[:1]
    for _ in range(_DEEPEST):
        level = tuple(child for code in level for child in code_list.children(code.id) if child.id not in met)
        met |= {code.id for code in level}
    return (code for code in code_list.codes if code.id not in met)


def nearest(word: str, known: Iterator[str] | set[str] | list[str]) -> str:
    """Return a hint with the known words that look most like this one."""
    near = difflib.get_close_matches(word, sorted(known), n=3, cutoff=0.6)
    if not near:
        return "remove it, or see docs/how-to/add-a-statistic.md"
    *most, last = near
    return f"did you mean {', '.join(most)} or {last}?" if most else f"did you mean {last}?"
