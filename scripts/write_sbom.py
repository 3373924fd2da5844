"""Writes a software bill of materials beside the wheel: what reportgen needs to run, as CycloneDX 1.6 JSON.

Usage: make wheel; or python scripts/write_sbom.py dist/reportgen-0.1.0-py3-none-any.whl
The same wheel and the same packages give the same bytes: the time is `SOURCE_DATE_EPOCH`, or the one that the wheel's
files have, and the serial number is made from the content.
"""

import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.model.license import LicenseAcknowledgement, LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from dependencies import EXTRAS, Dependency, direct_requirements, read_dependencies
from packageurl import PackageURL
from packaging.utils import canonicalize_name, parse_wheel_filename

WHEEL_TIME = 1580601600
"""What hatchling gives the files of a wheel, 2 February 2020, where `SOURCE_DATE_EPOCH` is not set."""


def write_sbom(wheel: Path, dependencies: Iterable[Dependency]) -> bytes:
    """Return the bill of a wheel: the wheel with its hash, its packages, and which of them needs which."""
    _, version, _, _ = parse_wheel_filename(wheel.name)
    whole = Component(
        name="reportgen",
        version=str(version),
        type=ComponentType.APPLICATION,
        bom_ref=f"reportgen=={version}",
        purl=PackageURL("pypi", name="reportgen", version=str(version)),
        licenses=[_licence("MIT")],
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=sha256(wheel.read_bytes()).hexdigest())],
    )
    known = {each.name: each for each in dependencies}
    parts = {name: _component(each) for name, each in known.items()}
    direct = {canonicalize_name(need.name) for extra in ("", *EXTRAS) for need in direct_requirements(extra)}
    bom = Bom(components=parts.values(), metadata=BomMetaData(component=whole, timestamp=_time()))
    bom.register_dependency(whole, [parts[name] for name in sorted(direct)])
    for name, part in parts.items():
        bom.register_dependency(part, [parts[need] for need in sorted(known[name].needs)])
    bom.serial_number = uuid5(NAMESPACE_URL, "")
    bom.serial_number = uuid5(NAMESPACE_URL, JsonV1Dot6(bom).output_as_string())
    return (JsonV1Dot6(bom).output_as_string(indent=2) + "\n").encode()


def _component(dependency: Dependency) -> Component:
    extras = sorted(dependency.extras - {""})
    optional = "" not in dependency.extras
    return Component(
        name=dependency.name,
        version=dependency.version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{dependency.name}=={dependency.version}",
        scope=ComponentScope.OPTIONAL if optional else ComponentScope.REQUIRED,
        purl=PackageURL("pypi", name=dependency.name, version=dependency.version),
        licenses=[_licence(dependency.licence, is_read=dependency.is_read)],
        properties=[Property(name="reportgen:extra", value=extra) for extra in extras if optional],
    )


def _licence(expression: str, *, is_read: bool = False) -> LicenseExpression:
    said = LicenseAcknowledgement.CONCLUDED if is_read else LicenseAcknowledgement.DECLARED
    return LicenseExpression(expression, acknowledgement=said)


def _time() -> datetime:
    return datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH", WHEEL_TIME)), UTC)


def main() -> None:
    """Write the bill beside the wheel that is named: `reportgen-0.1.0-py3-none-any.cdx.json`."""
    wheel = Path(sys.argv[1])
    wheel.with_suffix(".cdx.json").write_bytes(write_sbom(wheel, read_dependencies()))


if __name__ == "__main__":
    main()
