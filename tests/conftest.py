"""What all tests share: golden files, and no silent skip on CI."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer `--update-golden`."""
    parser.addoption(
        "--update-golden", action="store_true", help="rewrite tests/golden/ with what the program does now"
    )


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
