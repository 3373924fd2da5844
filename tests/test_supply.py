"""What the program is made of is known: its packages, their licences and hashes, and what is wrong in them."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from cyclonedx import schema
from dependencies import Dependency, closure, direct_requirements, is_allowed, read_dependencies
from jsonschema import Draft7Validator, FormatChecker
from packaging.requirements import Requirement
from referencing import Registry, Resource
from write_licences import problems, renew_page

ROOT = Path(__file__).resolve().parent.parent
SCHEMAS = Path(schema.__path__[0]) / "_res"


@cache
def listed() -> dict[str, tuple[Requirement, str]]:
    """Return the lines of requirements.txt: each package's requirement, and its hashes as they stand there."""
    text = (ROOT / "requirements.txt").read_text("utf-8")
    blocks = re.findall(r"^([^\s#].*?) \\\n((?: {4}.*\n)+)", text, re.MULTILINE)
    found = {(parsed := Requirement(line)).name: (parsed, hashes) for line, hashes in blocks}
    assert len(found) == len(re.findall(r"^[^\s#]", text, re.MULTILINE)) > 100  # every line was understood
    return found


def test_every_package_has_one_version_and_hashes() -> None:
    """requirements.txt has nothing that isn't checked, and no address."""
    for requirement, hashes in listed().values():
        assert re.fullmatch(r"==[^=*,]+", str(requirement.specifier)), requirement
        assert re.fullmatch(r"(    --hash=sha256:[0-9a-f]{64} \\\n)*    --hash=sha256:[0-9a-f]{64}\n", hashes), (
            requirement
        )
    assert "://" not in (ROOT / "requirements.txt").read_text("utf-8")


def test_every_package_that_is_needed_is_listed() -> None:
    """Whatever system and version of Python: nothing else has to be installed, since nothing else is looked for."""
    wanted = [need for extra in ("", "cluster", "remote", "dev") for need in direct_requirements(extra)]
    assert closure(wanted) - listed().keys() == set()


def test_what_is_installed_is_what_is_listed() -> None:
    """The tests run with the versions that requirements.txt says."""
    wanted = {
        name: str(requirement.specifier).removeprefix("==")
        for name, (requirement, _) in listed().items()
        if requirement.marker is None or requirement.marker.evaluate()
    }
    assert {name: version(name) for name in wanted} == wanted


def test_every_judge_has_a_hash() -> None:
    """What npm installs is checked too; no address of a registry stands in its list."""
    folder = ROOT / "tests" / "judges"
    packages = json.loads((folder / "package-lock.json").read_bytes())["packages"]
    root = packages.pop("")
    assert root["dependencies"] == json.loads((folder / "package.json").read_bytes())["dependencies"]
    assert len(packages) > 100
    assert [name for name, package in packages.items() if not package["integrity"].startswith("sha512-")] == []
    assert [name for name, package in packages.items() if "resolved" in package] == []


@cache
def dependencies() -> tuple[Dependency, ...]:
    """Return what reportgen needs to run."""
    return read_dependencies()


def test_the_packages_are_those_that_are_imported() -> None:
    """What a build imports and what it needs in turn is there, with the extras that need it; what tests need is not."""
    extras = {each.name: each.extras for each in dependencies()}
    assert extras["weasyprint"] == extras["tinycss2"] == {""}
    assert extras["distributed"] == extras["tornado"] == {"cluster"}
    assert extras["fsspec"] == {"cluster", "remote"}
    assert extras["typing-extensions"] == extras["python-dateutil"] == {"", "remote"}
    assert extras["aiobotocore"] == {"remote"}
    assert not {"pytest", "mypy", "colorama", "moto"} & extras.keys()


def test_every_licence_is_known_and_allowed() -> None:
    """No package has an unknown licence, or one that isn't allowed; no reading is out of date."""
    assert problems(dependencies()) == ()


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-2.0-or-later OR MIT", True),
        ("GPL-2.0-or-later AND MIT", False),
        ("(MIT OR GPL-2.0-only) AND BSD-3-Clause", True),
        ("GPL-3.0-only WITH GCC-exception-3.1", False),
        ("", False),
    ],
)
def test_of_alternatives_one_is_enough(licence: str, allowed: bool) -> None:  # noqa: FBT001 - what is expected
    """All parts of a licence must be allowed, and one of its alternatives."""
    assert is_allowed(licence) is allowed


def test_a_licence_that_is_not_allowed_is_named() -> None:
    """The script says which package has it; so it does of one without a licence."""
    one = dependencies()[0]
    packages = [replace(one, name="one", licence="AGPL-3.0-only"), replace(one, name="two", licence="")]
    assert problems(packages)[:2] == (
        "two has no known licence: read it, and add it to scripts/licences.toml",
        "one has a licence that is not allowed: AGPL-3.0-only",
    )


def test_the_page_of_licences_is_up_to_date() -> None:
    """docs/licences.md is what `make licences` writes."""
    page = (ROOT / "docs" / "licences.md").read_text("utf-8")
    assert renew_page(page, dependencies()) == page
    assert page.count("\n| `") == len(dependencies())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return what stands for a wheel: the bill only needs its name and its bytes."""
    wheel = tmp_path_factory.mktemp("dist") / "reportgen-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"wheel")
    return wheel


def write_bill(wheel: Path, **environment: str) -> bytes:
    """Run the script, as `make wheel` does, and return the bill of materials beside the wheel."""
    inherited = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
    command = [sys.executable, str(ROOT / "scripts" / "write_sbom.py"), str(wheel)]
    subprocess.run(command, check=True, env={**inherited, **environment})
    return wheel.with_suffix(".cdx.json").read_bytes()


@pytest.fixture(scope="module")
def bill(wheel: Path) -> bytes:
    """Return the bill of materials."""
    return write_bill(wheel, PYTHONHASHSEED="1")


def test_the_bill_of_materials_is_cyclonedx(bill: bytes) -> None:
    """It fits CycloneDX's own schema; one with a word changed doesn't."""
    contents = {path.name: json.loads(path.read_bytes()) for path in SCHEMAS.glob("*.schema.json")}
    resources = ((content["$id"], Resource.from_contents(content)) for content in contents.values() if "$id" in content)
    validator = Draft7Validator(
        contents["bom-1.6.SNAPSHOT.schema.json"],
        registry=Registry().with_resources(resources),
        format_checker=FormatChecker(),
    )
    told = json.loads(bill)
    assert told["specVersion"] == "1.6"
    assert [error.message for error in validator.iter_errors(told)] == []
    told["components"][0]["type"] = "sausage"
    assert [error.json_path for error in validator.iter_errors(told)] == ["$.components[0].type"]


def test_the_bill_of_materials_is_whole(bill: bytes, wheel: Path) -> None:
    """It has the wheel with its hash, every package with its licence, and what each needs."""
    told: dict[str, Any] = json.loads(bill)
    whole = told["metadata"]["component"]
    assert (whole["name"], whole["licenses"][0]["expression"]) == ("reportgen", "MIT")
    assert whole["hashes"] == [{"alg": "SHA-256", "content": sha256(wheel.read_bytes()).hexdigest()}]
    parts = {part["name"]: part for part in told["components"]}
    assert {name: part["licenses"][0]["expression"] for name, part in parts.items()} == {
        each.name: each.licence for each in dependencies()
    }
    assert (parts["weasyprint"]["purl"], parts["weasyprint"]["scope"]) == ("pkg:pypi/weasyprint@70.0", "required")
    assert parts["s3fs"]["scope"] == "optional"
    needs = {each["ref"].partition("==")[0]: each.get("dependsOn", []) for each in told["dependencies"]}
    assert needs.keys() == parts.keys() | {"reportgen"}
    assert "weasyprint==70.0" in needs["reportgen"]
    assert {name.partition("==")[0] for name in needs["rich"]} == {"markdown-it-py", "pygments"}


def test_the_bill_of_materials_has_the_same_bytes(bill: bytes, wheel: Path) -> None:
    """Neither clock, chance nor machine is in it; another time or another wheel makes another serial number."""
    assert write_bill(wheel, PYTHONHASHSEED="2") == bill
    told = json.loads(bill)
    assert told["metadata"]["timestamp"] == "2020-02-02T00:00:00+00:00"
    other = json.loads(write_bill(wheel, SOURCE_DATE_EPOCH="1700000000"))
    assert other["metadata"]["timestamp"] == "2023-11-14T22:13:20+00:00"
    assert other["serialNumber"] != told["serialNumber"]
    assert str(ROOT).encode() not in bill
