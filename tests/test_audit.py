"""Known vulnerabilities are found in a database on this machine; where there is none, nothing is said to be sound."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from audit import Audit, audit, is_affected, read_advisories, tell

SCRIPT = Path(__file__).resolve().parent.parent / "scripts" / "audit.py"
NOW = datetime(2024, 12, 31, tzinfo=UTC)
# As the database has it, shortened.
JINJA: dict[str, Any] = {
    "id": "GHSA-q2x7-8rv6-6q7h",
    "modified": "2024-12-27T19:27:07Z",
    "aliases": ["CVE-2024-56326"],
    "summary": "Jinja has a sandbox breakout through indirect reference to format method",
    "affected": [
        {
            "package": {"name": "Jinja2", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "3.1.5"}]}],
            "versions": ["2.0", "3.1.4"],
        }
    ],
}


def ranges(*events: tuple[str, str], kind: str = "ECOSYSTEM", versions: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return an affected package with one range."""
    return {"ranges": [{"type": kind, "events": [{name: text} for name, text in events]}], "versions": versions}


@pytest.mark.parametrize(
    ("version", "affected", "expected"),
    [
        ("1.0", ranges(("introduced", "0")), True),
        ("1.9", ranges(("introduced", "0"), ("fixed", "1.10")), True),
        ("1.10", ranges(("introduced", "0"), ("fixed", "1.10")), False),
        ("1.10rc1", ranges(("introduced", "0"), ("fixed", "1.10")), True),
        ("1.10.post1", ranges(("introduced", "0"), ("fixed", "1.10")), False),
        ("0.9", ranges(("introduced", "1.0")), False),
        ("1.0", ranges(("introduced", "1.0"), ("last_affected", "1.2")), True),
        ("1.2", ranges(("introduced", "1.0"), ("last_affected", "1.2")), True),
        ("1.2.1", ranges(("introduced", "1.0"), ("last_affected", "1.2")), False),
        ("1.5", ranges(("introduced", "0"), ("fixed", "1.4"), ("introduced", "2.0"), ("fixed", "2.3")), False),
        ("2.1", ranges(("introduced", "2.0"), ("fixed", "2.3"), ("introduced", "0"), ("fixed", "1.4")), True),
        ("2.3", ranges(("introduced", "2.0"), ("fixed", "2.3"), ("introduced", "0"), ("fixed", "1.4")), False),
        ("1!1.0", ranges(("introduced", "0"), ("fixed", "2024.1")), False),
        ("1.0", ranges(("introduced", "0"), ("limit", "*")), True),
        ("1.0", ranges(("introduced", "0"), kind="GIT"), False),
        ("1.0", ranges(("introduced", "0"), kind="GIT", versions=("1.0",)), True),
        ("1.0", ranges(("introduced", "0"), ("fixed", "unknown")), True),
        ("1.0", {"versions": ["1.0.1"]}, False),
    ],
)
def test_a_version_is_in_a_range_or_not(version: str, affected: dict[str, Any], *, expected: bool) -> None:
    """Ranges are those of OSV's format, in the order of Python's versions; what can't be compared is told."""
    assert is_affected(version, affected) is expected


def test_an_installed_package_is_found_by_any_spelling() -> None:
    """The name is compared as the registry compares it; the version that mends it is told."""
    found = audit([JINJA], {"jinja2": "3.1.4"})
    assert tell(found, 1, {}, NOW) == (
        [
            f"jinja2 3.1.4: GHSA-q2x7-8rv6-6q7h CVE-2024-56326: {JINJA['summary']}; mended in 3.1.5",
            "1 known vulnerability in 1 installed packages, by 1 advisories up to 2024-12-27",
        ],
        1,
    )
    assert audit([JINJA], {"jinja2": "3.1.5"}).found == ()
    assert audit([JINJA], {"jinja": "3.1.4"}).found == ()


def test_withdrawn_and_foreign_advisories_count_for_nothing() -> None:
    """Another registry's package of the same name is another package."""
    foreign = {**JINJA, "affected": [{**JINJA["affected"][0], "package": {"name": "jinja2", "ecosystem": "npm"}}]}
    withdrawn = {**JINJA, "withdrawn": "2024-12-28T00:00:00Z"}
    assert audit([foreign, withdrawn], {"jinja2": "3.1.4"}) == Audit(advisories=0, newest=None, found=())


def test_an_accepted_vulnerability_is_told_and_passes() -> None:
    """It is accepted by any of its names, with a reason."""
    lines, code = tell(audit([JINJA], {"jinja2": "3.1.4"}), 1, {"CVE-2024-56326": "no template is foreign"}, NOW)
    assert (lines[1], code) == ("  accepted: no template is foreign", 0)


def test_an_old_database_is_not_relied_on() -> None:
    """That nothing is known by then is told, and is no success; what it knows all the same is."""
    late = datetime(2025, 1, 11, tzinfo=UTC)
    lines, code = tell(audit([JINJA], {}), 0, {}, late)
    assert (len(lines), code) == (2, 2)
    assert lines[0] == "no known vulnerability in 0 installed packages, by 1 advisories up to 2024-12-27"
    assert lines[1].startswith("the database is 14 days old, and says nothing of newer ones; ")
    assert tell(audit([JINJA], {"jinja2": "3.1.4"}), 1, {}, late)[1] == 1
    assert tell(audit([JINJA], {}), 0, {}, NOW)[1] == 0


def test_a_database_without_advisories_is_not_relied_on() -> None:
    """An empty folder knows nothing, which is told."""
    lines, code = tell(audit([], {}), 0, {}, NOW)
    assert (lines[0].partition(";")[0], code) == ("the database has no advisory on a Python package", 2)


def test_a_zip_and_a_folder_say_the_same(tmp_path: Path) -> None:
    """Either form of a database is read; other files in it are passed over."""
    (tmp_path / "folder/jinja2").mkdir(parents=True)
    (tmp_path / "folder/jinja2/GHSA-q2x7-8rv6-6q7h.json").write_text(json.dumps(JINJA), encoding="utf-8")
    (tmp_path / "folder/README.md").touch()
    with ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("GHSA-q2x7-8rv6-6q7h.json", json.dumps(JINJA))
    assert [list(read_advisories(tmp_path / name)) for name in ("folder", "all.zip")] == [[JINJA], [JINJA]]


def run(*arguments: str | Path) -> tuple[int, str]:
    """Run the script as `make audit` does."""
    command = [sys.executable, str(SCRIPT), *map(str, arguments)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stderr == ""
    return result.returncode, result.stdout


def test_what_is_installed_is_compared(tmp_path: Path) -> None:
    """A vulnerability of every version of what runs this test is found in this environment."""
    every = {**JINJA, "modified": "2999-01-01T00:00:00Z"}
    every["affected"] = [{"package": {"name": "PyTest", "ecosystem": "PyPI"}, **ranges(("introduced", "0"))}]
    (tmp_path / "one.json").write_text(json.dumps(every), encoding="utf-8")
    code, told = run(tmp_path)
    assert (code, told.count("\n")) == (1, 2)
    assert told.startswith(f"pytest {pytest.__version__}: GHSA-q2x7-8rv6-6q7h ")
    assert "; no version mends it\n" in told


@pytest.mark.parametrize("content", [None, b"", b"PK", b"[]", b'{"id": "X"}', b'{"id": "X", "modified": "today"}'])
def test_without_a_database_nothing_is_said_to_be_sound(tmp_path: Path, content: bytes | None) -> None:
    """One message says what is wrong, and where to get one."""
    name = "one.json" if content and content.startswith((b"[", b"{")) else "all.zip"
    if content is not None:
        (tmp_path / name).write_bytes(content)
    code, told = run(tmp_path if name == "one.json" else tmp_path / name)
    assert (code, told.count("\n")) == (2, 1)
    assert told.endswith("docs/how-to/audit-the-supply-chain.md says where to get one\n")
    assert name in told


def test_no_database_named_is_told() -> None:
    """`make audit` without a database fails, and says so."""
    code, told = run()
    assert (code, told.partition(":")[0]) == (2, "no database of vulnerabilities is named, so nothing is known")
