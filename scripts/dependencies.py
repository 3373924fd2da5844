"""What reportgen needs to run: the packages of all supported machines, with their licences, from what is installed.

Reads the metadata that are installed, and `scripts/licences.toml`; knows no file that is made from it.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from itertools import product
from pathlib import Path

from license_expression import ExpressionError, LicenseExpression, get_spdx_licensing
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
EXTRAS = ("cluster", "remote")
"""What may be installed with it: `pip install reportgen[remote]`."""
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = (("linux", "Linux", "x86_64"), ("linux", "Linux", "aarch64"), ("darwin", "Darwin", "arm64"))
_LICENSING = get_spdx_licensing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """A package that reportgen needs on some supported machine."""

    name: str
    """As the registry writes it in addresses: `charset-normalizer`."""
    version: str
    licence: str
    """SPDX expression: `Apache-2.0 OR BSD-2-Clause`; empty where nobody has said."""
    is_read: bool
    """Whether it was read in the package's licence file, since the metadata don't say."""
    extras: frozenset[str]
    """The extras that need it; `""` is the program itself."""
    needs: frozenset[str]
    """The packages that it needs itself."""


def read_dependencies() -> tuple[Dependency, ...]:
    """Return every package that reportgen or an extra of it needs, by name.

    Raise `PackageNotFoundError` for one that isn't installed.
    """
    read = _policy()["read"]
    found: dict[str, set[str]] = {}
    for extra in ("", *EXTRAS):
        for name in closure(direct_requirements(extra)):
            found.setdefault(name, set()).add(extra)
    return tuple(_describe(name, frozenset(found[name]), read) for name in sorted(found))


def direct_requirements(extra: str = "") -> tuple[Requirement, ...]:
    """Return what `pyproject.toml` asks for: for the program, or for an extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    texts: Iterable[str] = project["optional-dependencies"][extra] if extra else project["dependencies"]
    return tuple(map(Requirement, texts))


def needed(package: Distribution, extras: Iterable[str] = ("",)) -> Iterator[Requirement]:
    """Return what a package needs on any supported machine."""
    for requirement in map(Requirement, package.requires or ()):
        if requirement.marker is None or any(map(requirement.marker.evaluate, _machines(extras))):
            yield requirement


def is_allowed(licence: str) -> bool:
    """Tell whether `scripts/licences.toml` allows an SPDX expression."""
    allowed = frozenset(_policy()["allowed"])

    def holds(part: LicenseExpression) -> bool:
        if part.isliteral:
            return str(part) in allowed
        return (any if part.operator.strip() == "OR" else all)(map(holds, part.args))

    return bool(licence) and holds(_LICENSING.parse(licence))


def stale_readings() -> tuple[str, ...]:
    """Return the packages in the table `read` that are not needed, or say their licence themselves."""
    used = {each.name for each in read_dependencies() if each.is_read}
    return tuple(sorted(_policy()["read"].keys() - used))


def closure(requirements: Iterable[Requirement]) -> set[str]:
    """Return the packages that meet requirements, and those that they need in turn on any supported machine."""
    done: set[tuple[str, frozenset[str]]] = set()
    left = list(requirements)
    while left:
        requirement = left.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key not in done:
            done.add(key)
            left += needed(distribution(key[0]), ("", *requirement.extras))
    return {name for name, _ in done}


def _machines(extras: Iterable[str]) -> Iterator[dict[str, str]]:
    for (system, platform, machine), python, extra in product(SYSTEMS, PYTHONS, extras):
        yield {
            "sys_platform": system,
            "platform_system": platform,
            "platform_machine": machine,
            "os_name": "posix",
            "python_version": python,
            "python_full_version": f"{python}.0",
            "implementation_name": "cpython",
            "platform_python_implementation": "CPython",
            "extra": extra,
        }


def _describe(name: str, extras: frozenset[str], read: Mapping[str, str]) -> Dependency:
    package = distribution(name)
    said = _said(package)
    return Dependency(
        name=name,
        version=package.version,
        licence=said or read.get(name, ""),
        is_read=not said and name in read,
        extras=extras,
        needs=frozenset(canonicalize_name(requirement.name) for requirement in needed(package)),
    )


def _said(package: Distribution) -> str:
    """Return the SPDX expression that the metadata have; the older field often has words or a whole text instead."""
    for field in ("License-Expression", "License"):
        text = (package.metadata.get_all(field) or [""])[0]
        try:
            parsed = _LICENSING.parse(text, validate=True, strict=True)
        except (ExpressionError, AttributeError):
            continue
        if parsed is not None and str(parsed) == text.strip():
            return str(parsed)
    return ""


def _policy() -> dict[str, dict[str, str]]:
    policy: dict[str, dict[str, str]] = tomllib.loads((ROOT / "scripts" / "licences.toml").read_text("utf-8"))
    return policy
