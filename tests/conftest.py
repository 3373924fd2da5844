"""What all tests share: the example's facts, its published November, golden files, and no silent skip on CI."""

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from reportgen import charts
from reportgen.build import build_month
from reportgen.composition import compose_report, tabulate_report
from reportgen.dataset import Dataset
from reportgen.definition import ReportDefinition, read_definition
from reportgen.downloads import pdf_name, table_path, workbook_name
from reportgen.figures import Picture, draw_figures
from reportgen.findings import Facts
from reportgen.indicators import compute_indicators
from reportgen.language import read_language
from reportgen.period import Period
from reportgen.publishing import write_publications
from reportgen.report import Report
from reportgen.source import read_source
from reportgen.tidy import tidy_source
from reportgen.wording import Wording

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "tiltaksdeltakere"
NOVEMBER = Period(2013, 11)
DATA_FILES = (
    "observations.csv-metadata.json",
    "observations.px",
    "observations.parquet",
    "observations.sdmx.csv",
    "indicators.csv-metadata.json",
    "indicators.json",
)
"""The month's data in every language, but for the files whose size a test knows."""
settings.register_profile("reportgen", deadline=None)  # a busy machine is no mistake
settings.load_profile("reportgen")

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--update-golden`."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/golden/ with what the program does now"
    )


@pytest.fixture(autouse=True, scope="session")
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the user's cache out of the tests, and the tests out of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def definition() -> ReportDefinition:
    """Return the example's definition."""
    return read_definition(EXAMPLE)


@pytest.fixture(scope="session")
def dataset(definition: ReportDefinition) -> Dataset:
    """Return the example's dataset, January to November 2013."""
    return tidy_source(read_source(EXAMPLE / "sources" / "2013-11.txt"), definition).dataset


@pytest.fixture(scope="session")
def facts_of(definition: ReportDefinition, dataset: Dataset) -> Callable[[int], Facts]:
    """Return a function that gives what is known in a month of 2013: `facts_of(7)`."""
    share = (definition.share.dimension, definition.share.code)

    @cache
    def facts(month: int) -> Facts:
        known = dataset.until(Period(2013, month))
        return Facts(
            dataset=known,
            indicators=compute_indicators(known, small_base=definition.report.small_base, share=share),
        )

    return facts


@pytest.fixture(scope="session")
def words_of(definition: ReportDefinition, facts_of: Callable[[int], Facts]) -> Callable[[int, str], Wording]:
    """Return a function that gives a month's facts with a language to tell them in: `words_of(7, "nb")`."""

    @cache
    def words(month: int, language: str) -> Wording:
        return Wording(
            language=read_language(language, definition.folder), definition=definition, facts=facts_of(month)
        )

    return words


@pytest.fixture(scope="session")
def pictures_of(words_of: Callable[[int, str], Wording]) -> Callable[[int, str], tuple[Picture, ...]]:
    """Return a function that describes a month's figures; for speed a mark stands where they would be drawn."""

    @cache
    def pictures(month: int, language: str) -> tuple[Picture, ...]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(charts, "draw_chart", lambda chart, **_options: f'<svg id="{chart.id}"/>')
            patch.setattr(charts, "draw_png", lambda _svg: b"PNG")
            return draw_figures(words_of(month, language))

    return pictures


@pytest.fixture(scope="session")
def report_of(
    words_of: Callable[[int, str], Wording], pictures_of: Callable[[int, str], tuple[Picture, ...]]
) -> Callable[[int, str], Report]:
    """Return a function that composes a month's report, with a mark where its figures would be drawn."""

    @cache
    def report(month: int, language: str) -> Report:
        words, pictures = words_of(month, language), pictures_of(month, language)
        tables = tabulate_report(words)
        data = f"../../data/{words.facts.month}"
        sizes = {f"figures/{picture.id}.{kind}": 1500 for picture in pictures for kind in ("svg", "png", "csv")}
        sizes |= {table_path(table): 1500 for table in tables}
        sizes |= {f"{data}/{name}": 2000 for name in (*DATA_FILES, f"observations.{language}.json")}
        sizes |= {f"{data}/observations.csv": 233_001, f"{data}/indicators.csv": 650_000}
        sizes |= {pdf_name(words): 0, workbook_name(words): 0, f"{data}/manifest.json": 0}
        return compose_report(words, pictures, tables, sizes=sizes, identities=2398, languages=("nb", "en"))

    return report


@pytest.fixture(scope="session")
def make_once(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[str, Callable[[Path], None]], Path]:
    """Return a function that fills a folder once, however many processes run tests: `make_once("november", fill)`."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if hasattr(request.config, "workerinput") else base  # xdist gives each process a folder there

    def make(name: str, fill: Callable[[Path], None]) -> Path:
        folder = shared / name
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                unfinished = Path(tempfile.mkdtemp(prefix=name, dir=shared))
                fill(unfinished)
                unfinished.rename(folder)
        return folder

    return make


@pytest.fixture(scope="session")
def site(definition: ReportDefinition, make_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Return the site with November in both languages."""

    def build(folder: Path) -> None:
        publication = build_month(definition, NOVEMBER, languages=definition.report.languages)
        write_publications(definition, [publication], folder / "site")

    return make_once("november", build) / "site"


@pytest.fixture
def check_golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Return a function that compares a text with `tests/golden/<name>`: `check_golden("2-dataset.csv", text)`."""

    def check(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--update-golden"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
        assert file.is_file(), f"no golden file {name}; pytest --update-golden writes it"
        expected = file.read_bytes().decode()
        assert text == expected, (
            f"{name} changed; if that is meant, run pytest --update-golden and tell it in CHANGELOG.md"
        )

    return check


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a CI run that skipped a test: what CI lacks, CI must install."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") and reporter is not None and reporter.stats.get("skipped"):
        reporter.ensure_newline()
        reporter.write_line("a test was skipped, and on CI none may be", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Tell of two folders, as dictionaries of contents, which files differ, rather than all their bytes."""
    if op != "==" or not isinstance(left, dict) or not isinstance(right, dict):
        return None
    if not all(isinstance(content, bytes) for folder in (left, right) for content in folder.values()):
        return None
    differing = [name for name in sorted(left | right) if left.get(name) != right.get(name)]
    return [f"{len(left)} files == {len(right)} files; these differ:", *differing]
