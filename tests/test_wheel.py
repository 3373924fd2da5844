"""The built wheel, installed where the repository is not."""

import os
import re
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = {
    "locales": ROOT / "reportgen" / "locales",
    "templates": ROOT / "templates",
    "styles": ROOT / "styles",
    "examples": ROOT / "examples",
}
"""Where the files of each folder in the wheel's package stand in the repository."""
PUBLICATION = {
    "nb/2013-11/index.html",
    "nb/2013-11/tiltaksdeltakere-2013-11-nb.pdf",
    "nb/2013-11/tiltaksdeltakere-2013-11-nb.xlsx",
    "en/2013-11/index.html",
    "en/2013-11/labour-market-programmes-2013-11-en.pdf",
    "en/2013-11/labour-market-programmes-2013-11-en.xlsx",
    "data/2013-11/observations.csv",
    "data/2013-11/observations.csv-metadata.json",
    "data/2013-11/observations.nb.json",
    "data/2013-11/observations.en.json",
    "data/2013-11/observations.px",
    "data/2013-11/observations.parquet",
    "data/2013-11/observations.sdmx.csv",
    "data/2013-11/indicators.csv",
    "data/2013-11/indicators.csv-metadata.json",
    "data/2013-11/indicators.json",
    "data/2013-11/manifest.json",
}

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    _pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT))
    (wheel,) = folder.glob("reportgen-*.whl")
    return wheel


@pytest.fixture(scope="module")
def run(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Install the wheel in an environment of its own that sees the libraries, but not the repository."""
    environment = tmp_path_factory.mktemp("environment") / "æøå og mellomrom"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    _pip("--python", str(python), "install", str(wheel))
    # Written after the install, which must not meet the repository's own. Path files in a folder that is added
    # so are not read: the editable install stays out of sight.
    (packages,) = environment.glob("lib/python*/site-packages")
    libraries = ascii(sysconfig.get_path("purelib"))
    (packages / "libraries.pth").write_text(f"import sys; sys.path.append({libraries})\n", encoding="ascii")
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        program = environment / "bin" / arguments[0]
        return subprocess.run(
            [program, *arguments[1:]], cwd=folder, env=inherited, capture_output=True, text=True, check=False
        )

    return run


@pytest.mark.parametrize("name", FOLDERS)
def test_the_wheel_holds_every_file_of_the_folder(wheel: Path, name: str) -> None:
    """What stands in the repository is in the wheel, inside the package."""
    expected = {file.relative_to(FOLDERS[name]).as_posix() for file in FOLDERS[name].rglob("*") if file.is_file()}
    prefix = f"reportgen/{name}/"
    with ZipFile(wheel) as archive:
        found = {entry.removeprefix(prefix) for entry in archive.namelist() if entry.startswith(prefix)}
    assert expected, f"the repository has no files in {name}"
    assert found == expected


def test_the_resources_come_from_the_wheel(run: Run, tmp_path: Path) -> None:
    """The folders are found beside the installed package, not in the repository."""
    code = "from reportgen.resources import *; print(template_folder(), style_folder(), example_folder(), sep='\\n')"
    result = run("python", "-c", code, folder=tmp_path)
    assert result.returncode == 0, result.stderr
    folders = [Path(line) for line in result.stdout.splitlines()]
    assert [folder.relative_to(folders[0].parent).as_posix() for folder in folders] == [
        "templates",
        "styles",
        "examples/tiltaksdeltakere",
    ]
    assert all(folder.is_dir() and ROOT not in folder.parents for folder in folders)


def test_the_installed_command_explains_itself(run: Run, tmp_path: Path) -> None:
    """`reportgen --help` works from an empty folder."""
    result = run("reportgen", "--help", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "build" in result.stdout


def test_the_installed_command_builds_the_publication(run: Run, tmp_path: Path) -> None:
    """`reportgen build` in an empty folder publishes the example that the wheel brings, and writes nothing else."""
    result = run("reportgen", "build", "--month", "2013-11", folder=tmp_path)
    assert result.returncode == 0, result.stderr
    written = {file.relative_to(tmp_path).as_posix() for file in tmp_path.rglob("*") if file.is_file()}
    beside = {name for name in written if re.search(r"/(figures|tables|assets)/", name)}
    around = {name for name in written - beside if "/2013-11/" not in name}
    assert {f"site/{name}" for name in ("nb/index.html", "en/feed.xml", "sitemap.xml", "404.html")} <= around
    assert written - beside - around == {f"site/{name}" for name in PUBLICATION}
    assert {Path(name).suffix for name in beside} == {".svg", ".png", ".csv", ".css", ".js", ".woff2"}
    assert all((tmp_path / "site" / name).stat().st_size > 0 for name in PUBLICATION)


def _pip(*arguments: str) -> None:
    """Run pip on what is at hand: no network, no dependencies."""
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    subprocess.run([*command, "--no-deps", "--no-index"], check=True)
