"""Problems say what, where and what to do; errors carry them all."""

import pytest

from reportgen.errors import (
    DataError,
    DefinitionError,
    OutputError,
    Problem,
    RenderError,
    ReportgenError,
    SourceError,
    Where,
)

PROBLEM = Problem(kind="alias", message="the label was misread", hint="correct it", subject="Jobbkubb")


@pytest.mark.parametrize(
    ("where", "text"),
    [
        (Where(file="a.txt"), "a.txt"),
        (Where(file="a.txt", line=21), "a.txt:21"),
        (Where(file="a.txt", line=21, column=12), "a.txt:21:12"),
    ],
)
def test_a_place_leaves_out_what_is_not_known(where: Where, text: str) -> None:
    """A place is written file, line and column, as far as they are known."""
    assert str(where) == text


def test_places_sort_by_file_line_and_column() -> None:
    """Places come in the order of the file, by number and not by digit."""
    places = [Where(file="a", line=line, column=column) for line, column in ((10, 1), (9, 12), (9, 2))]
    assert [str(place) for place in sorted(places)] == ["a:9:2", "a:9:12", "a:10:1"]


def test_a_problem_is_accepted_by_kind_and_subject() -> None:
    """The name of a problem is its kind, and its subject where it has one."""
    assert PROBLEM.name == "alias:Jobbkubb"
    assert Problem(kind="stray-rule", message="m", hint="h").name == "stray-rule"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ReportgenError, 1),
        (DefinitionError, 2),
        (SourceError, 3),
        (DataError, 4),
        (RenderError, 5),
        (OutputError, 6),
    ],
)
def test_each_error_has_its_exit_code(error: type[ReportgenError], code: int) -> None:
    """Each stage's error ends the program with a code of its own."""
    assert error(PROBLEM).exit_code == code


def test_an_error_keeps_every_problem_in_order() -> None:
    """One problem or several can be raised, and the text of the error tells them all."""
    other = Problem(kind="empty", message="the file is empty", hint="fetch it")
    assert SourceError(PROBLEM).problems == (PROBLEM,)
    error = SourceError([PROBLEM, other])
    assert error.problems == (PROBLEM, other)
    assert str(error) == "the label was misread; the file is empty"


def test_an_error_without_a_problem_is_a_bug() -> None:
    """An error that would explain nothing can't be made."""
    with pytest.raises(ValueError, match="needs at least one problem"):
        SourceError([])
