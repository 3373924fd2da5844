"""A row's label means a code in its table, and a code has a label there."""

from pathlib import Path

import pytest

from reportgen.dataset import Code
from reportgen.definition import ReportDefinition, read_definition
from reportgen.labels import RowLabels, choose_codes, row_labels, slice_title
from reportgen.slices import table_slices


@pytest.fixture(scope="module")
def definition() -> ReportDefinition:
    """Return the example's definition."""
    return read_definition(Path("examples/tiltaksdeltakere"))


def labels_of(definition: ReportDefinition, table: str, member: str) -> RowLabels:
    """Return the labels of one slice."""
    (found,) = (known for known in table_slices(definition) if known.key == (table, member))
    return row_labels(definition, found)


def test_document_has_eleven_slices(definition: ReportDefinition) -> None:
    """Six tables, three of them repeated, are eleven logical tables."""
    assert len(table_slices(definition)) == 11


@pytest.mark.parametrize(
    ("table", "member", "label", "code"),
    [
        ("main-groups", "total", "I alt", "total"),
        ("programme-groups", "total", "Oppfølging", "follow-up"),
        ("programmes", "total", "Oppfølging", "follow-up-ordinary"),
        ("programmes", "total", "I alt oppfølging", "follow-up"),
        ("programmes-by-sex", "men", "I alt menn", "total"),
        ("programmes-by-sex", "men", "Intern jobbkubb", "in-house-job-club"),
        ("programmes", "total", "Avklaring - sykmeldt arbeidstaker", "assessment-sick-leave"),
        ("programme-groups", "total", "Helsemessig utredning/ behandling", "health-assessment-treatment"),
    ],
)
def test_label_means_its_code_in_its_table(
    definition: ReportDefinition, table: str, member: str, label: str, code: str
) -> None:
    """The same label is a group in one table and a programme in another; aliases and typography are understood."""
    assert [found.id for found in labels_of(definition, table, member).find(label)] == [code]


@pytest.mark.parametrize("label", ["I alt kvinner", "oppfølging", "I alt", "", "Jobbklub"])
def test_label_of_another_place_is_unknown(definition: ReportDefinition, label: str) -> None:
    """A label that the slice doesn't print means nothing there."""
    assert labels_of(definition, "programmes-by-sex", "men").find(label) == ()


def test_nearest_labels_are_offered(definition: ReportDefinition) -> None:
    """An unknown label is answered with the known ones that look most like it."""
    assert labels_of(definition, "programmes", "total").nearest("Jobbklub")[0] == "Jobbklubb"


def test_rows_are_printed_with_subtotals_after_their_members(definition: ReportDefinition) -> None:
    """The printed order begins with the total, and ends each group with its subtotal."""
    printed = list(labels_of(definition, "programmes", "total").printed.values())
    assert printed[:5] == [
        "I alt",
        "Avklaring",
        "Avklaring i skjermet virksomhet",
        "Avklaring – sykmeldt arbeidstaker",
        "I alt avklaringstiltak",
    ]
    assert len(printed) == 49


def test_slices_are_named_as_printed(definition: ReportDefinition) -> None:
    """A slice is called by its table and its member."""
    assert slice_title(definition, labels_of(definition, "programmes-by-sex", "men").slice) == '"Tiltak og kjønn", Menn'


def test_subtotal_tells_two_codes_with_one_label_apart() -> None:
    """Where two groups have a member of the same name, the subtotal that follows says which is meant."""
    one, other, first, second = (
        Code(id=id_, level=level, parent=parent, labels={})
        for id_, level, parent in [
            ("other-a", "programme", "a"),
            ("other-b", "programme", "b"),
            ("a", "group", "total"),
            ("b", "group", "total"),
        ]
    )
    assert choose_codes([(one, other), (first,), (one, other), (second,)]) == (one, first, other, second)
    assert choose_codes([(), (first,)]) == (None, first)
