"""What can go wrong, and how it is told: a `Problem` says what, where and what to do about it.

A stage reports all its problems at once: errors by raising one `ReportgenError` that carries them,
warnings by returning them with its result.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Where:
    """A place in a file, written `2013-11.txt:21:12`; what is not known is left out."""

    file: str
    """File name without folders: `2013-11.txt`."""
    line: int = 0
    """Line number from 1; 0 where the whole file is meant."""
    column: int = 0
    """Column number from 1 (in a table document: 1 is the label); 0 where the whole line is meant."""

    def __str__(self) -> str:
        """Return `file`, `file:line` or `file:line:column`."""
        return ":".join([self.file, *(str(number) for number in (self.line, self.column) if number)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong, or worth a look."""

    kind: str
    """Short stable word for programs: `unknown-label`. `docs/errors.md` has the whole list."""
    message: str
    """One sentence that names the offending value: `unknown label "Jobbklub"`."""
    hint: str
    """What to do about it, in lower case and the imperative."""
    where: tuple[Where, ...] = ()
    """Every place that the problem concerns, in the order of the file."""
    subject: str = ""
    """The offending value itself, where the definition may accept it by name: `Jobbkubb`."""

    @property
    def name(self) -> str:
        """The name under which a definition accepts this problem: `alias:Jobbkubb`."""
        return f"{self.kind}:{self.subject}" if self.subject else self.kind


class ReportgenError(Exception):
    """Something outside the program is wrong; carries every problem that was found."""

    exit_code = 1

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        """Keep one problem or several; an error without a problem would explain nothing."""
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        if not self.problems:
            message = "a ReportgenError needs at least one problem"
            raise ValueError(message)
        super().__init__("; ".join(problem.message for problem in self.problems))

    def __reduce__(self) -> tuple[type["ReportgenError"], tuple[tuple[Problem, ...]]]:
        """Let another process raise it anew."""
        return type(self), (self.problems,)


class DefinitionError(ReportgenError):
    """The report definition, a code list, a catalogue or an option is wrong."""

    exit_code = 2


class SourceError(ReportgenError):
    """The source document can't be read or understood: its form is wrong."""

    exit_code = 3


class DataError(ReportgenError):
    """The figures contradict each other."""

    exit_code = 4


class RenderError(ReportgenError):
    """A chart, a page or a PDF can't be made."""

    exit_code = 5


class OutputError(ReportgenError):
    """The result can't be written."""

    exit_code = 6


class SiteError(ReportgenError):
    """A site is not what its own lists say."""

    exit_code = 7


class ReleaseError(ReportgenError):
    """The publication is made, or could be, and must not go out: too early, or not as the checklist wants it."""

    exit_code = 8
