"""What is proved is what was read, once: a document that is replaced meanwhile is not half one and half the other."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from naive_reading import SOURCE

from reportgen import charts, source
from reportgen.build import build_month
from reportgen.cli import main
from reportgen.definition import ReportDefinition
from reportgen.errors import SourceError
from reportgen.intake import read_file
from reportgen.manifest import Manifest
from reportgen.period import Period
from reportgen.proof import list_repairs, prove_source
from reportgen.publication import join_manifests

OLD = SOURCE.read_bytes()
NEW = OLD.replace(b"\t", b"\t ", 1)
NOVEMBER = Period(2013, 11)


@pytest.fixture
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a document that somebody replaces as soon as it was read."""
    path = tmp_path / "2013-11.txt"
    path.write_bytes(OLD)

    def read_and_lose(place: Path, largest: int) -> bytes:
        content = read_file(place, largest)
        path.write_bytes(NEW)
        return content

    monkeypatch.setattr(source, "read_file", read_and_lose)
    return path


def test_the_hash_is_that_of_what_was_read(document: Path, definition: ReportDefinition) -> None:
    """A document that was replaced after it was read is told by the bytes that its figures come from."""
    assert prove_source(document, definition).document.sha256 == sha256(OLD).hexdigest()
    assert document.read_bytes() == NEW


@pytest.mark.parametrize(("content", "kinds"), [(OLD, []), (NEW, ["repairs-outdated"])], ids=["old", "new"])
def test_a_list_of_repairs_is_held_against_what_was_read(
    document: Path, definition: ReportDefinition, content: bytes, kinds: list[str]
) -> None:
    """It fits the document whose figures are used, not the one that stands there by now."""
    document.with_name(f"{document.name}.repairs.json").write_bytes(list_repairs(content, []))
    told = [warning.kind for warning in prove_source(document, definition).warnings]
    assert [kind for kind in told if kind.startswith("repair")] == kinds


def test_a_build_ends_where_its_document_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Norwegian from one document and English from the next are no publication: that is told, and nothing written."""
    read: list[bytes] = []

    def read_other(place: Path, largest: int) -> bytes:
        read.append((OLD, NEW)[len(read) % 2] if read_file(place, largest) == OLD else b"")
        return read[-1]

    monkeypatch.setattr(source, "read_file", read_other)
    monkeypatch.setattr(charts, "draw_chart", lambda chart, **_: f"<svg><title>{chart.id}</title></svg>")
    monkeypatch.setattr(charts, "draw_png", lambda _svg: b"PNG")
    command = ["build", "--format", "html", "--jobs", "1", "--no-cache", "--output", str(tmp_path / "site")]
    result = CliRunner().invoke(main, command, catch_exceptions=False)
    assert read == [OLD, NEW]
    assert result.exit_code == 3
    assert "error: 2013-11 was built from a document or a definition that was changed meanwhile\n" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def manifest(definition: ReportDefinition) -> Manifest:
    """Return the manifest of a month's data."""
    built = build_month(definition, NOVEMBER, languages=("nb",), formats=("data",)).manifest
    assert built is not None
    return built


def test_parts_of_two_documents_make_no_month(manifest: Manifest) -> None:
    """Where one language was built before a document was replaced and another after, nothing is published."""
    other = replace(manifest, made={**manifest.made, "sources": [{"file": "2013-11.txt", "sha256": "0" * 64}]})
    assert join_manifests([manifest, manifest]).made == manifest.made
    with pytest.raises(SourceError) as caught:
        join_manifests([manifest, other])
    assert [(problem.kind, problem.message, problem.hint) for problem in caught.value.problems] == [
        (
            "source-changed",
            "2013-11 was built from a document or a definition that was changed meanwhile",
            "run the command again when nobody changes them",
        )
    ]
