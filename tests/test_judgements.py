"""A judge's report counts for the bytes that it names, and for no others."""

import json
from hashlib import sha256
from pathlib import Path, PurePosixPath

import pytest

from reportgen.judgements import examine_files
from reportgen.manifest import ListedFile

JUDGES = {"verapdf": "*.pdf", "axe": "*.html"}
CONTENTS = {"nb/2013-11/index.html": b"<p>", "nb/2013-11/a.pdf": b"%PDF", "nb/2013-11/tables/a.csv": b"1,2"}
FILES = tuple(
    ListedFile(path=PurePosixPath(path), bytes=len(content), sha256=sha256(content).hexdigest(), permanent=True)
    for path, content in CONTENTS.items()
)


def write_report(folder: Path, judge: str, content: bytes, *problems: str) -> None:
    """Write a report on a file with this content."""
    file = {"path": "elsewhere", "sha256": sha256(content).hexdigest(), "problems": problems}
    (folder / f"{judge}.json").write_text(json.dumps({"judge": judge, "files": [file]}), encoding="utf-8")


def test_reports_on_these_bytes_suffice(tmp_path: Path) -> None:
    """Where every judge has judged his files and found nothing, nothing is told, wherever they were then."""
    write_report(tmp_path, "axe", b"<p>")
    write_report(tmp_path, "verapdf", b"%PDF")
    assert examine_files(FILES, JUDGES, tmp_path) == ()


def test_reports_on_other_bytes_count_for_nothing(tmp_path: Path) -> None:
    """A page that has changed since is one that nobody has judged."""
    write_report(tmp_path, "axe", b"<p>old")
    write_report(tmp_path, "verapdf", b"%PDF")
    (told,) = examine_files(FILES, JUDGES, tmp_path)
    assert told.name == "not-judged:axe"
    assert told.message == "axe has not judged nb/2013-11/index.html as built now"


def test_what_was_judged_twice_keeps_its_faults(tmp_path: Path) -> None:
    """Of two words about the same bytes the good one doesn't hide the bad one."""
    digest = sha256(b"<p>").hexdigest()
    files = [{"sha256": digest, "problems": problems} for problems in (["the contrast is low"], [])]
    (tmp_path / "axe.json").write_text(json.dumps({"judge": "axe", "files": files}), encoding="utf-8")
    assert [problem.kind for problem in examine_files(FILES, {"axe": "*.html"}, tmp_path)] == ["judged-wrong"]


@pytest.mark.parametrize("folder", [None, "missing"])
def test_without_reports_nobody_has_judged(tmp_path: Path, folder: str | None) -> None:
    """Each judge is missed once; one that has nothing to judge isn't."""
    told = examine_files(FILES, {**JUDGES, "links": "*.ods"}, tmp_path / folder if folder else None)
    assert [problem.name for problem in told] == ["not-judged:verapdf", "not-judged:axe"]


def test_a_complaint_is_told(tmp_path: Path) -> None:
    """The first fault is told, and how many there are besides."""
    write_report(tmp_path, "axe", b"<p>", "the contrast is low", "a link has no text")
    (told,) = examine_files(FILES, {"axe": "*.html"}, tmp_path)
    assert told.name == "judged-wrong:axe"
    assert told.message == "axe found fault with nb/2013-11/index.html: the contrast is low, and 1 more"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"{", "Invalid JSON"),
        (b"\xff", "Invalid JSON"),
        (b"[" * 100_000, "Invalid JSON"),
        (b"[]", "Input should be an object"),
        (b"{}", "judge Field required"),
        (b'{"judge": "axe", "files": [{"problems": []}]}', "files.0.sha256 Field required"),
        (b'{"judge": "axe", "files": [{"sha256": "a", "problems": "ok"}]}', "files.0.problems Input should be"),
        (b'{"judge": "axe", "files": 1}', "files Input should be"),
        (b'{"judge": "nu", "files": []}', 'it is a report of "nu"'),
    ],
)
def test_what_is_no_report_is_told(tmp_path: Path, content: bytes, reason: str) -> None:
    """A file that can't be understood is an error with its reason, and no trace."""
    (tmp_path / "axe.json").write_bytes(content)
    (told,) = examine_files(FILES, {"axe": "*.html"}, tmp_path)
    assert told.name == "no-judgement:axe"
    assert reason in told.message


def test_a_report_that_is_a_folder_is_told(tmp_path: Path) -> None:
    """What can't be read is told as the system says it."""
    (tmp_path / "axe.json").mkdir()
    (told,) = examine_files(FILES, {"axe": "*.html"}, tmp_path)
    assert told.message == "the report of axe can't be read: Is a directory"
