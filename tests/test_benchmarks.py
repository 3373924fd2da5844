"""What the speed benchmark computes, and what it builds from."""

import doctest
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import inputs
import processes
import pytest
import speed

from reportgen.definition import ReportDefinition, find_source, read_definition, released_months
from reportgen.period import Period
from reportgen.proof import prove_source

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "tiltaksdeltakere"


def cost(seconds: float, megabytes: int = 100) -> processes.Cost:
    """Return a cost with twice as much processor time as wall time."""
    memory = megabytes * speed.MEGABYTE
    return processes.Cost(wall=seconds, processor=2 * seconds, memory=2 * memory, largest=memory)


def test_examples_in_docstrings_hold() -> None:
    """The worked examples of the benchmark's functions are true."""
    results = doctest.testmod(speed)
    assert results.attempted
    assert not results.failed


def test_a_ratio_is_taken_within_its_round() -> None:
    """Median of 2/10, 3/20 and 4/10, with the least and the most; the target stands beside it."""
    rounds = [
        {"naive": cost(10), "cold": cost(2)},
        {"naive": cost(20), "cold": cost(3)},
        {"naive": cost(10), "cold": cost(4, 120)},
    ]
    assert list(speed.tabulate(rounds)) == [
        "| | wall, s | processor, s | wall, ratio | target | processor, ratio | target |",
        "|---|---:|---:|---:|---:|---:|---:|",
        "| naive: one month in both languages | 10.00 (10.00–20.00) | 20.00 (20.00–40.00) |  |  |  |  |",
        (
            "| one month in both languages, cold | 3.00 (2.00–4.00) | 6.00 (4.00–8.00) "
            "| 0.20 (0.15–0.40) | 0.35 | 0.20 (0.15–0.40) | 0.60 |"
        ),
        "",
        "| | all processes, MB | largest process, MB |",
        "|---|---:|---:|",
        "| naive: one month in both languages | 200 | 100 |",
        "| one month in both languages, cold | 200 (200–240) | 100 (100–120) |",
    ]


class Rehearsal(speed.Bench):
    """Keeps what would be run."""

    def __init__(self, folder: Path) -> None:
        """Begin with nothing run."""
        super().__init__(folder)
        self.ran: list[str] = []

    def warm_up(self) -> None:
        """Keep that both were run once."""
        self.ran.append("warm-up")

    def run(self, case: speed.Case) -> processes.Cost:
        """Keep the case's change, or its title."""
        self.ran.append(case.change or case.title)
        return cost(1)

    def run_naive(self, months: Sequence[str]) -> processes.Cost:
        """Keep how many months the naive script made."""
        self.ran.append(f"naive {len(months)}")
        return cost(1)


def test_each_round_runs_the_naive_script_first(tmp_path: Path) -> None:
    """The naive script runs in every round, for eleven months right before the build of eleven months."""
    bench = Rehearsal(tmp_path)
    measured = speed.run_rounds(bench, 2, ["word", "style", "all"])
    once = ["naive 1", "word", "style", "naive 11", "eleven months, cold"]
    assert bench.ran == ["warm-up", *once, *once]
    assert [list(each) for each in measured] == [["naive", "word", "style", "naive-all", "all"]] * 2


def test_a_run_begins_with_nothing_of_the_run_before(tmp_path: Path) -> None:
    """The live folder is made anew, with the change laid over it and an empty cache where there was none."""
    for name, text in {"warm/report/a.txt": "old", "warm/cache/kept": "", "changes/word/report/a.txt": "new"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "cold").mkdir()
    bench = speed.Bench(tmp_path)
    bench.set_up("warm", "word")
    assert (bench.live / "report/a.txt").read_text(encoding="utf-8") == "new"
    assert (bench.live / "cache/kept").exists()
    bench.set_up("warm")
    assert (bench.live / "report/a.txt").read_text(encoding="utf-8") == "old"
    bench.set_up("cold")
    assert [path.name for path in bench.live.iterdir()] == ["cache"]
    assert not list((bench.live / "cache").iterdir())


def test_a_further_month_is_told_without_the_first() -> None:
    """Eleven months in 24 s, the first in 4 s: 2 s for each further one, against 10 s."""
    rounds = [{"naive": cost(15), "cold": cost(4), "naive-all": cost(115), "all": cost(24)}]
    rows = [row for row in speed.tabulate(rounds) if row.startswith("| each further")]
    assert rows == ["| each further month of these | 2.00 | 4.00 | 0.20 | 0.25 | 0.20 |  |"]


def test_memory_is_told_by_months() -> None:
    """A row for each number of months, with the limit of a process."""
    rows = list(speed.tabulate_memory({11: cost(60, 300), 44: cost(240, 301)}))
    assert rows[2:] == ["| 11 | 600 | 300 | 350 | 60 | 120 |", "| 44 | 602 | 301 | 350 | 240 | 480 |"]


def test_the_document_has_a_place_for_each_table() -> None:
    """docs/benchmarks.md can be written; a place that is missing is told."""
    text = speed.DOCUMENT.read_text(encoding="utf-8")
    for name in ("time", "memory"):
        once = speed.replace_part(text, name, ["one"])
        assert once != text
        assert speed.replace_part(once, name, ["one"]) == once
    with pytest.raises(ValueError, match="no place for weather"):
        speed.replace_part(text, "weather", [])


def test_every_process_is_counted(tmp_path: Path) -> None:
    """Memory and processor time of a child count as those of the process that started it."""
    child = "import time; data = bytearray(80_000_000)\nwhile time.process_time() < 0.6: pass"
    command = [sys.executable, "-c", f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"]
    measured = processes.measure(command, folder=tmp_path, environment={})
    assert measured.wall > 0.5
    assert measured.processor > 0.5
    assert measured.memory >= measured.largest > 80_000_000


def test_a_run_that_fails_is_told(tmp_path: Path) -> None:
    """A failed run is no measurement; what it said is kept."""
    with pytest.raises(subprocess.CalledProcessError) as caught:
        processes.measure([sys.executable, "-c", "raise SystemExit('no')"], folder=tmp_path, environment={})
    assert caught.value.output == "no\n"


def test_changes_can_be_built(tmp_path: Path, definition: ReportDefinition) -> None:
    """One word and one colour are changed once; one person more adds up, and is seen in the total."""
    inputs.write_changes(tmp_path, definition)
    word = (tmp_path / "word/report/texts/en.po").read_text(encoding="utf-8")
    assert word.count("persons took part") == 1
    assert "--rule: #e2dfd9;" in (tmp_path / "style/program/styles/tokens.css").read_text(encoding="utf-8")
    proof = prove_source(tmp_path / "figure/report" / inputs.SOURCE, definition)
    assert not proof.broken
    assert proof.dataset.value(Period(2013, 11), proof.dataset.grand_total) == 75769 + 1
    assert proof.dataset.value(Period(2013, 10), proof.dataset.grand_total) == 73496


def test_months_of_earlier_years_are_copies(tmp_path: Path) -> None:
    """Thirteen months: the example's eleven and the last two of the year before, with a document that is sound."""
    report = tmp_path / "report"
    shutil.copytree(EXAMPLE, report)
    inputs.copy_months(report, 13)
    copied = read_definition(report)
    months = released_months(copied)
    assert [str(month) for month in months[:3]] == ["2012-10", "2012-11", "2013-01"]
    assert len(months) == 13
    proof = prove_source(find_source(copied, months[0]), copied)
    assert not proof.broken
    assert proof.dataset.value(Period(2012, 10), proof.dataset.grand_total) == 73496
