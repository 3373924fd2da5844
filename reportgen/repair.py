"""Turns a document and what is wrong with it into the text of a repaired copy; only located cells differ."""

import re
from collections.abc import Sequence

from reportgen.diagnosis import Diagnosis, TextChange
from reportgen.source import SourceDocument

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r|$)")


def repair_changes(diagnoses: Sequence[Diagnosis]) -> tuple[TextChange, ...]:
    """Return each cell that is certain to be wrong, once, in document order.

    A cell that two mistakes made wrong takes the value of the later one found, which builds on the first.
    """
    changes = {change.where: change for diagnosis in diagnoses for change in diagnosis.changes}
    return tuple(changes[where] for where in sorted(changes))


def repair_text(document: SourceDocument, changes: Sequence[TextChange]) -> str:
    """Return the document's text with these cells changed; line ends and all other cells stay as they are."""
    lines = _LINES.findall(document.text)
    for change in changes:
        line = lines[change.where.line - 1]
        end = line[len(line.rstrip("\r\n")) :]
        cells = line.removesuffix(end).split("\t")
        cells[change.where.column - 1] = change.expected
        lines[change.where.line - 1] = "\t".join(cells) + end
    return "".join(lines)
