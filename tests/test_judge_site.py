"""What `make judge` writes is what a release reads: each fault with its own file, by the bytes that were judged."""

import json
from hashlib import sha256
from pathlib import Path, PurePosixPath

import judge_site
import pytest

from reportgen.judgements import examine_files
from reportgen.manifest import ListedFile
from reportgen.rules import ChecklistRules

CONTENTS = {"nb/2013-11/index.html": b"<p>", "en/2013-11/index.html": b"<b>", "nb/2013-11/a.pdf": b"%PDF"}
OWN = {"index.html": b"<i>", "nb/index.html": b"<u>"}
"""Pages of the site, which no month's manifest has."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """Return a site of three files and a manifest, with pages of its own around them, and another month."""
    listed = {"files": [{"path": path} for path in CONTENTS]}
    others = {"data/2013-11/manifest.json": json.dumps(listed).encode(), "nb/2013-10/index.html": b""}
    for path, content in {**CONTENTS, **OWN, **others}.items():
        (tmp_path / "site" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site" / path).write_bytes(content)
    return tmp_path / "site"


def test_each_fault_is_told_of_its_file(site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page, a PDF and a contrast that judges find fault with stop a release; the other page doesn't."""
    low = {"360 light": [{"rule": "color-contrast"}], "1280 light": []}
    seen = {"pages": [{"path": path, "axe": low if path.startswith("en") else {}} for path in {**CONTENTS, **OWN}]}
    stray = {"url": f"file:{site}/nb/2013-11/index.html", "message": "Stray end tag"}
    monkeypatch.setattr(judge_site, "validate_pdfs", lambda files, _folder: ([f"{files[0]}: PDF/UA-1: no title"], 1))
    monkeypatch.setattr(judge_site, "ask_checker", lambda _files: [stray])
    monkeypatch.setattr(judge_site, "look_at_pages", lambda _site, _task: seen)
    monkeypatch.setattr(judge_site, "module_version", lambda _name: "1.0")
    assert judge_site.judge_month(site, "2013-11", tmp_path / "judged") == 3
    files = [
        ListedFile(path=PurePosixPath(path), bytes=1, sha256=sha256(content).hexdigest(), permanent=True)
        for path, content in {**CONTENTS, **OWN}.items()
    ]
    told = examine_files(files, ChecklistRules().judges, tmp_path / "judged")
    assert [problem.message for problem in told] == [
        f"verapdf found fault with nb/2013-11/a.pdf: {site}/nb/2013-11/a.pdf: PDF/UA-1: no title",
        "nu found fault with nb/2013-11/index.html: Stray end tag",
        "axe found fault with en/2013-11/index.html: color-contrast",
    ]
