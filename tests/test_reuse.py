"""Each kind of input is changed in turn: exactly what is made from it is made anew, and as without a cache.

The site around the months is made from their manifests, which list every file and the versions of most libraries.

The builds run a copy of the program, each in a process of its own; in the place of drawings and PDFs stand digests of
all that they would be made from, so that a build takes seconds.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STUBS = {
    "pdf.py": "\n\ndef render_pdf(html, *, attachments=()):\n"
    "    import hashlib\n    return hashlib.sha256((html + repr(attachments)).encode()).hexdigest().encode()\n",
    "charts/__init__.py": "\n\ndef draw_chart(chart, *, size=WIDE, heading=None):\n"
    "    import hashlib\n    from reportgen.charts.theme import colours\n"
    "    known = repr((chart, size, heading, colours()))\n"
    "    return f'<svg><title>{hashlib.sha256(known.encode()).hexdigest()}</title></svg>'\n\n\n"
    "def draw_png(svg):\n    return svg.encode()\n",
}
FIGURES = {
    f"nb/2013-11/figures/{name}"
    for name in (
        *("participants", "main-groups", "groups", "contributions", "recovery"),
        *("july-dip", "index", "women-men", "womens-share"),
    )
}
DATA, PAGE, PDF = "data/2013-11", "nb/2013-11/index.html", "nb/2013-11/tiltaksdeltakere-2013-11-nb.pdf"
WORKBOOK, SITE = "nb/2013-11/tiltaksdeltakere-2013-11-nb.xlsx", "site"
ALL = {*FIGURES, DATA, PAGE, PDF, WORKBOOK, SITE}


@dataclass(frozen=True)
class Program:
    """A copy of the program with its example, and a cache that knows its November in Norwegian."""

    folder: Path

    @property
    def report(self) -> Path:
        """The folder of its definition."""
        return self.folder / "examples" / "tiltaksdeltakere"

    def build(self, output: Path, *options: str) -> dict[str, str]:
        """Build; return what is said of each artefact."""
        command = "from reportgen.cli import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", command, "build", "--language", "nb", "--output", output, "--why", *options],
            check=True,
            capture_output=True,
            encoding="utf-8",
            cwd=self.report,
            env={**os.environ, "PYTHONPATH": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")},
            timeout=120,
        )
        return dict(re.findall(r"^(\S+) +(reused|made: .*)$", done.stdout, re.MULTILINE))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """Return a program that has built its November once."""
    folder = tmp_path_factory.mktemp("original") / "program"
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("reportgen", "templates", "styles", "examples"):
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    for name, stub in STUBS.items():
        with (folder / "reportgen" / name).open("a", encoding="utf-8") as file:
            file.write(stub)
    program = Program(folder)
    first = program.build(folder / "site")
    assert first == dict.fromkeys(ALL, "made: not in the cache")
    return program


@pytest.fixture
def program(original: Program, tmp_path: Path) -> Program:
    """Return a copy of it that a test may change."""
    return Program(Path(shutil.copytree(original.folder, tmp_path / "program")))


def replace(name: str, old: str, new: str) -> Callable[[Path], str]:
    """Return a function that changes a text in a file, wherever it stands, and returns the file's name."""

    def change(folder: Path) -> str:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")
        return name

    return change


def exchange(one: int, other: int) -> Callable[[Path], str]:
    """Return a function that lets the figures of two months change places in every row of the document."""

    def change(folder: Path) -> str:
        name = "examples/tiltaksdeltakere/sources/2013-11.txt"
        lines = (folder / name).read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines):
            cells = line.split("\t")
            if len(cells) == 12 and cells[0]:
                cells[one], cells[other] = cells[other], cells[one]
                lines[number] = "\t".join(cells)
        (folder / name).write_text("\n".join(lines), encoding="utf-8")
        return name

    return change


def install(library: str, version: str) -> Callable[[Path], str]:
    """Return a function that lets another version of a library be installed."""

    def change(folder: Path) -> str:
        metadata = folder / f"{library.replace('-', '_')}-{version}.dist-info" / "METADATA"
        metadata.parent.mkdir()
        metadata.write_text(f"Metadata-Version: 2.1\nName: {library}\nVersion: {version}\n", encoding="utf-8")
        return library

    return change


NB, TEXTS = "reportgen/locales/nb.po", "examples/tiltaksdeltakere/texts/nb.po"
CHANGES = {
    "nothing": (lambda _folder: "", set()),
    "a word of the page": (replace(NB, '"Til toppen"', '"Opp igjen"'), {PAGE, SITE}),
    "a word of the data files": (replace(NB, "var feil og er rettet", "var galt og er rettet"), {DATA, SITE}),
    "a figure's words": (
        replace(TEXTS, "Julidykket var størst i", "Julidykket var djupest i"),
        {"nb/2013-11/figures/july-dip", WORKBOOK, PAGE, PDF, SITE},
    ),
    "another language": (replace("examples/tiltaksdeltakere/texts/en.po", "the", "The"), set()),
    "the page's template": (replace("templates/report.html", "<main ", '<main class="new" '), {PAGE, SITE}),
    "the front page's template": (replace("templates/front.html", "<table ", '<table id="new" '), {PAGE, SITE}),
    "the PDF's template": (
        replace("templates/print.html", '<div class="front">', '<div class="front new">'),
        {PDF, SITE},
    ),
    "a rule for screens": (replace("styles/screen.css", "flex-wrap: wrap", "flex-wrap: nowrap"), {PAGE, SITE}),
    "a rule for paper": (replace("styles/print.css", "size: A4", "size: A5"), {PDF, SITE}),
    "a colour": (replace("styles/tokens.css", "#1d5c9e", "#1d5c9f"), ALL - {DATA}),
    "a figure of the month": (exchange(10, 11), ALL),
    "the definition": (
        replace("examples/tiltaksdeltakere/report.toml", "small_base = 20", "small_base = 19"),
        ALL - FIGURES | {"nb/2013-11/figures/womens-share"},
    ),
    "the program": (replace("reportgen/period.py", "\nclass Period", "\n# Months.\n\nclass Period"), ALL),
    "what draws": (install("vl-convert-python", "9.0"), {*FIGURES, SITE}),
    "what lays out PDFs": (install("pydyf", "9.0"), {PDF}),
    "what writes workbooks": (install("xlsxwriter", "9.0"), {WORKBOOK, SITE}),
}


@pytest.mark.parametrize(("change", "expected"), CHANGES.values(), ids=CHANGES)
def test_what_depends_on_it_is_made_anew(
    program: Program, tmp_path: Path, change: Callable[[Path], str], expected: set[str]
) -> None:
    """What depends on the input that was changed is made, because of it; all else is reused; the bytes are the same."""
    changed = change(program.folder)
    told = program.build(tmp_path / "cached")
    anew = {artefact for artefact, what in told.items() if what != "reused"}
    assert set(told) == ALL
    assert anew == expected
    reason = changed.removeprefix("examples/tiltaksdeltakere/").replace("reportgen/locales/", "locales/")
    assert all(reason in told[artefact] for artefact in anew - {SITE})
    assert program.build(tmp_path / "uncached", "--no-cache") == dict.fromkeys(ALL, "made: not in the cache")
    assert tree(tmp_path / "cached") == tree(tmp_path / "uncached")


def test_the_same_again_makes_nothing(program: Program) -> None:
    """Built once more into the site that it stands on, all of a month is reused, and what is around it too."""
    assert program.build(program.folder / "site") == dict.fromkeys(ALL, "reused")


def test_a_later_month_changes_no_earlier_one(program: Program, tmp_path: Path) -> None:
    """What the document says of November is nothing to September: all but the site around it is reused."""
    september = "2013-09"
    program.build(tmp_path / "site", "--month", september)
    exchange(10, 11)(program.folder)
    told = program.build(tmp_path / "site", "--month", september)
    assert {artefact for artefact, what in told.items() if what != "reused"} <= {SITE}
    assert f"data/{september}" in told


def tree(folder: Path) -> dict[str, bytes]:
    """Return a folder's files by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
