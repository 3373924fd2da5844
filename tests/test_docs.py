"""The documents name what the code has, and nothing else."""

import ast
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from reportgen import rules
from reportgen.cli import build
from reportgen.definition import read_definition
from reportgen.figures import KINDS
from reportgen.findings import KEY_FIGURE_FINDINGS, VARIANTS
from reportgen.indicators import DECIMALS, Indicator, compute_indicators
from reportgen.patterns import PatternKind
from reportgen.source import read_source
from reportgen.tidy import tidy_source

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "reportgen"
EXAMPLE = ROOT / "examples" / "tiltaksdeltakere"
DOCUMENTS = sorted(
    {*ROOT.glob("*.md"), *(path for folder in ("docs", "examples", "templates", "styles", "tests") for path in
                           (ROOT / folder).rglob("*.md") if "node_modules" not in path.parts)}
)  # fmt: skip
FIRST_CELL = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
TWO_CELLS = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \|", re.MULTILINE)
KIND = re.compile(r"[a-z]+(-[a-z]+)*")


def read(name: str) -> str:
    """Return a document's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """Return what stands below a heading, up to the next one."""
    return text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


def nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Return the nodes of a function, without those of f-strings."""
    for child in ast.iter_child_nodes(function):
        if not isinstance(child, ast.JoinedStr):
            yield child
            yield from nodes(child)


def problem_kinds() -> set[str]:
    """Return every kind of `Problem` that the code makes.

    Where a kind is no literal, every text in the same function that could be one counts.
    """
    kinds: set[str] = set(get_args(PatternKind))
    for path in PACKAGE.rglob("*.py"):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in nodes(function):
                if not (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Name)
                    and call.func.id in {"Problem", "_problem"}
                ):
                    continue
                kind = next((keyword.value for keyword in call.keywords if keyword.arg == "kind"), None)
                if isinstance(kind, ast.Constant):
                    kinds.add(str(kind.value))
                elif isinstance(kind, ast.Name):
                    kinds |= {
                        text.value
                        for text in nodes(function)
                        if isinstance(text, ast.Constant) and isinstance(text.value, str) and KIND.fullmatch(text.value)
                    }
    return kinds


def test_every_problem_is_explained() -> None:
    """docs/errors.md has a row for each kind of problem, and none for what the code doesn't tell."""
    assert set(FIRST_CELL.findall(read("docs/errors.md"))) == problem_kinds()


def test_every_module_is_described() -> None:
    """docs/architecture.md has a row for each module of the package, and none for what isn't there."""
    paths = (path.relative_to(PACKAGE).with_suffix("") for path in PACKAGE.rglob("*.py"))
    modules = {".".join(path.parts).removesuffix("__init__").removesuffix(".") for path in paths} - {""}
    assert set(FIRST_CELL.findall(section(read("docs/architecture.md"), "Modules"))) == modules


def test_modules_stand_in_the_order_of_imports() -> None:
    """The rows of docs/architecture.md run down the layers of the import contract."""
    contract = re.search(r"layers = \[(.*?)\n\]", read("pyproject.toml"), re.DOTALL)
    assert contract is not None
    layers = enumerate(re.findall(r'"([^"]+)"', contract[1]))
    rank = {module: place for place, layer in layers for module in layer.split(" | ")}
    told = [module for module in FIRST_CELL.findall(section(read("docs/architecture.md"), "Modules")) if module in rank]
    assert told == sorted(told, key=rank.__getitem__)


@pytest.fixture(scope="module")
def figures() -> tuple[Indicator, ...]:
    """Return the example's indicators in each of its months."""
    definition = read_definition(EXAMPLE)
    dataset = tidy_source(read_source(EXAMPLE / "sources/2013-11.txt"), definition).dataset
    share = (definition.share.dimension, definition.share.code)
    small_base = definition.report.small_base
    months = (compute_indicators(dataset.until(month), small_base=small_base, share=share) for month in dataset.periods)
    return tuple(chain.from_iterable(indicators.figures for indicators in months))


def test_every_indicator_is_defined(figures: tuple[Indicator, ...]) -> None:
    """docs/vocabulary.md has each indicator with its unit, and no other."""
    rows = TWO_CELLS.findall(section(read("docs/vocabulary.md"), "Indicators"))
    assert dict(rows) == {figure.name: figure.unit for figure in figures}
    assert {unit for _, unit in rows} <= set(DECIMALS)


def test_every_status_is_defined(figures: tuple[Indicator, ...]) -> None:
    """docs/vocabulary.md has each indicator status with the symbol that the tables use for it."""
    rows = re.findall(
        r"^\| `([^`]+)` \| `([^`]+)` \|", section(read("docs/vocabulary.md"), "Indicator status"), re.MULTILINE
    )
    assert {status for status, _ in rows} == {figure.status for figure in figures if figure.status}
    for catalogue in sorted((PACKAGE / "locales").glob("*.po")):
        signs = re.findall(r'msgid "sign\.([^"]+)"\nmsgstr "([^"]+)"', catalogue.read_text(encoding="utf-8"))
        assert dict(rows) == dict(signs), catalogue.name


def test_every_observation_status_is_defined() -> None:
    """docs/vocabulary.md has each word that stands as the status of an observation in the code."""
    words = {
        text
        for path in PACKAGE.glob("*.py")
        for text in re.findall(r'status="([a-z-]+)" if |"" if .* else "([a-z]+-[a-z]+)"', path.read_text("utf-8"))
        for text in text
        if text
    }
    assert words <= set(FIRST_CELL.findall(section(read("docs/vocabulary.md"), "Observation status")))


def test_every_key_of_a_definition_is_explained() -> None:
    """docs/how-to/add-a-statistic.md names each key that a definition may have."""
    records = [record for record in vars(rules).values() if isinstance(record, type)]
    keys = {key for record in records if issubclass(record, BaseModel) for key in record.model_fields}
    text = re.sub(r"```.*?```", "", read("docs/how-to/add-a-statistic.md"), flags=re.DOTALL)
    told = {word.strip("[]") for span in re.findall(r"`([^`]+)`", text) for word in span.split()}
    assert keys - {"folder", "code_lists"} <= told


def test_every_finding_and_kind_of_figure_is_explained() -> None:
    """docs/how-to/add-a-statistic.md has a row for each finding with its variants, and for each kind of figure."""
    text = read("docs/how-to/add-a-statistic.md")
    assert set(FIRST_CELL.findall(section(text, "Figures"))) == set(KINDS)
    rows = dict(re.findall(r"^\| `([^`]+)` \|[^|]*\|[^|]*\| ([^|]*) \|", section(text, "Findings"), re.MULTILINE))
    told: dict[str, tuple[str, ...]] = {}
    for finding, cell in rows.items():
        same = re.match(r"as `([^`]+)`(.*)", cell)
        words = tuple(re.findall(r"`([^`]+)`", same[2] if same else cell))
        told[finding] = (*told[same[1]], *words) if same else words
    assert {name: set(words) for name, words in told.items()} == {name: set(words) for name, words in VARIANTS.items()}
    kinds = re.search(r"^\| `kind` \| (`level`[^|;]*);", text, re.MULTILINE)
    assert kinds is not None
    assert set(re.findall(r"`([^`]+)`", kinds[1])) == set(KEY_FIGURE_FINDINGS)


def test_commands_of_the_documents_exist() -> None:
    """Every `make` command in README and CONTRIBUTING is a target of the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    told = set(re.findall(r"(?:^|`)make ([a-z-]+)", read("README.md") + read("CONTRIBUTING.md"), re.MULTILINE))
    assert {"report", "test"} <= told <= targets


def test_options_of_build_are_told() -> None:
    """README.md names each option of `reportgen build`, and no other."""
    options = {name for option in build.params for name in option.opts if name.startswith("--")}
    assert set(re.findall(r"^\| `(--[a-z]+)", read("README.md"), re.MULTILINE)) == options


def test_there_are_documents() -> None:
    """The documents below are found at all."""
    assert ROOT / "README.md" in DOCUMENTS
    assert ROOT / "docs" / "errors.md" in DOCUMENTS


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    """A link to a file of the repository leads to one."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text)
    lost = [name for name in targets if "://" not in name and not (document.parent / name).exists()]
    assert not lost


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_one_sentence_stands_on_a_line(document: Path) -> None:
    """Running text has one sentence on each line; tables, lists and code are left alone."""
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r'"[^"\n]*"', "", text)
    prose = [line for line in text.splitlines() if line and not line.startswith(("|", "#", "-", " ", "!", "<"))]
    assert not [line for line in prose if re.search(r"[a-z)`][.?] [A-Z`]", line)]
