"""Looks for known vulnerabilities in what is installed, in a database that lies on this machine.

Usage: make audit DATABASE=all.zip, a zip or a folder of advisories in OSV's format. Nothing is asked of any service:
pip-audit and its like send the list of packages out, and tell nothing where the network is closed.
Exit code 0: nothing is known. 1: something is. 2: there is no database, or it can't be relied on.
"""

import json
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from dependencies import ROOT
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

OLD = timedelta(days=14)
"""Advisories come on most days: a database whose newest one is older than this is out of date."""
HELP = "docs/how-to/audit-the-supply-chain.md says where to get one"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Vulnerability:
    """A known vulnerability of a package that is installed."""

    package: str
    version: str
    identifier: str
    """Its name in the database: `GHSA-…` or `PYSEC-…`."""
    aliases: tuple[str, ...]
    """Other names: `CVE-…`."""
    summary: str
    fixed: tuple[str, ...]
    """The versions that mend it; empty where there is none yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What a database knows of what is installed."""

    advisories: int
    """How many of them are about Python packages, withdrawn ones apart."""
    newest: datetime | None
    """When the last of them was changed; none where there are none."""
    found: tuple[Vulnerability, ...]


class DatabaseError(Exception):
    """There is no database, or it can't be read; the message says which."""


def read_advisories(database: Path) -> Iterator[Mapping[str, Any]]:
    """Return the advisories of a zip or a folder; raise `DatabaseError` for what is none."""
    try:
        if database.is_dir():
            for path in sorted(database.rglob("*.json")):
                yield _parse(path.name, path.read_bytes())
        else:
            with ZipFile(database) as archive:
                for name in archive.namelist():
                    if name.endswith(".json"):
                        yield _parse(name, archive.read(name))
    except (OSError, BadZipFile) as error:
        reason = getattr(error, "strerror", None) or error
        message = f"{database} is no database of vulnerabilities: {reason}; {HELP}"
        raise DatabaseError(message) from error


def audit(advisories: Iterable[Mapping[str, Any]], installed: Mapping[str, str]) -> Audit:
    """Compare versions of installed packages, by name, with the advisories."""
    count, newest, found = 0, None, []
    for advisory in advisories:
        packages = [each for each in advisory.get("affected", ()) if _ecosystem(each) == "PyPI"]
        if not packages or advisory.get("withdrawn"):
            continue
        count += 1
        changed = datetime.fromisoformat(advisory["modified"])
        newest = max(newest, changed) if newest else changed
        for affected in packages:
            name = canonicalize_name(affected["package"]["name"])
            if name in installed and is_affected(installed[name], affected):
                found.append(_vulnerability(name, installed[name], advisory, affected))
    return Audit(advisories=count, newest=newest, found=tuple(sorted(set(found))))


def is_affected(version: str, affected: Mapping[str, Any]) -> bool:
    """Tell whether a version is among those that an advisory lists, or in one of its ranges.

    A range that can't be compared with the version holds it: better told once too often.
    """
    if version in affected.get("versions", ()):
        return True
    ranges = [each["events"] for each in affected.get("ranges", ()) if each["type"] != "GIT"]
    try:
        return any(_is_in(Version(version), events) for events in ranges)
    except InvalidVersion:
        return True


def _is_in(version: Version, events: Iterable[Mapping[str, str]]) -> bool:
    """Tell whether the last event up to a version says that it is affected."""
    held = False
    for kind, text in sorted((pair for event in events for pair in event.items()), key=_order):
        if text == "*":  # a limit that is none
            continue
        if kind == "introduced":
            held |= text == "0" or version >= Version(text)
        elif kind == "last_affected":
            held &= version <= Version(text)
        else:
            held &= version < Version(text)
    return held


def _order(event: tuple[str, str]) -> tuple[bool, Version, bool]:
    kind, text = event
    return text == "*", Version("0" if text == "*" else text), kind == "introduced"


def _parse(name: str, content: bytes) -> Mapping[str, Any]:
    try:
        advisory = json.loads(content)
        advisory["id"], datetime.fromisoformat(advisory["modified"])
    except (ValueError, KeyError, TypeError) as error:
        message = f"{name} in the database is no advisory in OSV's format; {HELP}"
        raise DatabaseError(message) from error
    return dict(advisory)


def _ecosystem(affected: Mapping[str, Any]) -> str:
    return str(affected.get("package", {}).get("ecosystem", "")).partition(":")[0]


def _vulnerability(name: str, version: str, advisory: Mapping[str, Any], affected: Mapping[str, Any]) -> Vulnerability:
    events = (event for each in affected.get("ranges", ()) if each["type"] != "GIT" for event in each["events"])
    return Vulnerability(
        package=name,
        version=version,
        identifier=advisory["id"],
        aliases=tuple(sorted(advisory.get("aliases", ()))),
        summary=advisory.get("summary") or advisory.get("details", "").split("\n", 1)[0],
        fixed=tuple(event["fixed"] for event in events if "fixed" in event),
    )


def tell(result: Audit, installed: int, accepted: Mapping[str, str], now: datetime) -> tuple[list[str], int]:
    """Return what is told, line by line, and the exit code."""
    if result.newest is None:
        return [f"the database has no advisory on a Python package; {HELP}"], 2
    lines, harmful = [], False
    for each in result.found:
        reasons = [accepted[name] for name in (each.identifier, *each.aliases) if name in accepted]
        harmful |= not reasons
        names = " ".join([each.identifier, *each.aliases])
        cure = f"mended in {', '.join(each.fixed)}" if each.fixed else "no version mends it"
        lines.append(f"{each.package} {each.version}: {names}: {each.summary}; {cure}")
        lines += [f"  accepted: {reason}" for reason in reasons]
    number = len(result.found)
    known = f"{number or 'no'} known {'vulnerability' if number < 2 else 'vulnerabilities'}"  # noqa: PLR2004 - plural
    lines.append(
        f"{known} in {installed} installed packages, by {result.advisories} advisories up to {result.newest:%Y-%m-%d}"
    )
    is_old = now - result.newest > OLD
    if is_old:
        lines.append(f"the database is {(now - result.newest).days} days old, and says nothing of newer ones; {HELP}")
    return lines, 1 if harmful else 2 if is_old else 0


def main() -> None:
    """Audit this environment."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and the database
        print(f"no database of vulnerabilities is named, so nothing is known: make audit DATABASE=all.zip; {HELP}")
        sys.exit(2)
    accepted = tomllib.loads((ROOT / "scripts" / "vulnerabilities.toml").read_text("utf-8"))["accepted"]
    installed = {str(canonicalize_name(each.metadata["Name"])): each.version for each in distributions()}
    try:
        result = audit(read_advisories(Path(sys.argv[1])), installed)
    except DatabaseError as error:
        print(error)
        sys.exit(2)
    lines, code = tell(result, len(installed), accepted, datetime.now(UTC))
    print("\n".join(lines))
    sys.exit(code)


if __name__ == "__main__":
    main()
