"""Renews docs/licences.md: the licence of every package that reportgen needs to run.

Usage: make licences. It fails, and names the package, where a licence is unknown or not allowed.
"""

import re
import sys
from collections.abc import Sequence

from dependencies import ROOT, Dependency, is_allowed, read_dependencies, stale_readings

TARGET = ROOT / "docs" / "licences.md"
TABLE = re.compile(r"(?<=\n\|---\|---\|---\|\n)(\|.*\n)*")


def problems(dependencies: Sequence[Dependency]) -> tuple[str, ...]:
    """Return what is wrong with the licences, a sentence for each."""
    unknown = (
        f"{each.name} has no known licence: read it, and add it to scripts/licences.toml"
        for each in dependencies
        if not each.licence
    )
    refused = (
        f"{each.name} has a licence that is not allowed: {each.licence}"
        for each in dependencies
        if each.licence and not is_allowed(each.licence)
    )
    stale = (f"{name} needs no line in scripts/licences.toml any more" for name in stale_readings())
    return (*unknown, *refused, *stale)


def renew_page(text: str, dependencies: Sequence[Dependency]) -> str:
    """Return the page with the rows of its table made anew; what stands around it is written by hand."""
    rows = "".join(_row(each) for each in dependencies)
    return TABLE.sub(lambda _: rows, text, count=1)


def _row(dependency: Dependency) -> str:
    mark = " *" if dependency.is_read else ""
    return f"| `{dependency.name}` | {dependency.licence}{mark} | {_purpose(dependency)} |\n"


def _purpose(dependency: Dependency) -> str:
    return "all" if "" in dependency.extras else ", ".join(f"`{extra}`" for extra in sorted(dependency.extras))


def main() -> None:
    """Write the page, or say what is wrong."""
    dependencies = read_dependencies()
    if wrong := problems(dependencies):
        sys.exit("\n".join(wrong))
    TARGET.write_text(renew_page(TARGET.read_text("utf-8"), dependencies), encoding="utf-8")


if __name__ == "__main__":
    main()
