"""Measures what a build costs beside `naive.py`, in the same run on the same machine: `make bench`.

Each round runs the naive script, then every case, so that whatever else the machine does meets both.
A ratio is taken within its round; what is told is the median of five rounds, with the least and the most.
Writes docs/benchmarks.md when nothing was left out. `--memory` measures memory against the number of months instead.
"""

import argparse
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import psutil
from processes import Cost, measure

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "benchmarks"
DOCUMENT = ROOT / "docs/benchmarks.md"
ROUNDS = 5
MONTHS = tuple(f"2013-{number:02}" for number in range(1, 12))
BACK_CATALOGUES = (11, 44, 120)
"""Numbers of months that memory is measured with."""
PROCESS_LIMIT = 350
MEGABYTE = 1_000_000
LIBRARIES = ("altair", "jinja2", "pandas", "pikepdf", "vl-convert-python", "weasyprint")
PROGRAM = (sys.executable, "-c", "from reportgen.cli import main; main()")
"""What the command `reportgen` runs."""
BUILD = ("build", "--report", "report", "--output", "site")
NAIVE, NAIVE_ALL, COLD, ALL = "naive", "naive-all", "cold", "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing that is measured."""

    title: str
    options: tuple[str, ...] = (*BUILD, "--month", MONTHS[-1])
    start: str = "warm"
    """The state that it starts from: `cold`, or `warm` after the month was built once."""
    change: str = ""
    """The change that is laid over that state."""
    against: str = NAIVE
    wall: float | None = None
    """The ratio of wall time that it shall not exceed."""
    processor: float | None = None


CASES: Mapping[str, Case] = {
    "help": Case(title="`reportgen --help`", options=("--help",)),
    COLD: Case(title="one month in both languages, cold", start="cold", wall=0.35, processor=0.6),
    "unchanged": Case(title="the same again, nothing changed", wall=0.03),
    "word": Case(title="one word of one catalogue changed", change="word", wall=0.2),
    "style": Case(title="one colour changed", change="style"),
    "figure": Case(title="one figure of the source changed", change="figure"),
    ALL: Case(title="eleven months, cold", options=(*BUILD, "--all"), start="cold", against=NAIVE_ALL),
}
FURTHER = Case(title="each further month of these", wall=0.25)

Round = Mapping[str, Cost]
"""What each case cost in one round, the naive runs among them."""


class Bench:
    """A folder in which everything is built, on copies."""

    def __init__(self, folder: Path) -> None:
        """Use this folder, which `inputs.py` has filled."""
        self.folder = folder
        self.live = folder / "live"
        self.environment = {
            "PYTHONPATH": str(self.live / "program"),
            "XDG_CACHE_HOME": str(self.live / "cache"),
        }

    def set_up(self, start: str, change: str = "") -> None:
        """Put the live folder into a state, always at the same place, with nothing of the run before."""
        shutil.rmtree(self.live, ignore_errors=True)
        shutil.copytree(self.folder / start, self.live)
        if change:
            shutil.copytree(self.folder / "changes" / change, self.live, dirs_exist_ok=True)
        (self.live / "cache").mkdir(exist_ok=True)

    def run(self, case: Case) -> Cost:
        """Measure one case."""
        self.set_up(case.start, case.change)
        return measure([*PROGRAM, *case.options], folder=self.live, environment=self.environment)

    def run_naive(self, months: Sequence[str]) -> Cost:
        """Measure the naive script, with an empty cache folder as a cold build has it."""
        self.set_up("cold")
        command: list[str | Path] = [sys.executable, HERE / "naive.py", self.folder / "given", "naive", *months]
        return measure(command, folder=self.live, environment=self.environment)

    def warm_up(self) -> None:
        """Run both once, and keep what a build leaves: the state that the warm cases start from."""
        self.run_naive(MONTHS[-1:])
        self.run(CASES[COLD])
        self.live.rename(self.folder / "warm")


def prepare(folder: Path, *months: str) -> None:
    """Fill a folder with what is built from; in a process of its own, to keep this one small."""
    print("preparing", flush=True)
    command: list[str | Path] = [sys.executable, HERE / "inputs.py", folder, *months]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})  # noqa: S603 - a file beside this


def run_rounds(bench: Bench, rounds: int, chosen: Sequence[str]) -> list[Round]:
    """Measure the chosen cases in every round, each after the naive run that it is compared with."""
    bench.warm_up()
    measured: list[Round] = []
    for number in range(1, rounds + 1):
        costs: dict[str, Cost] = {}
        for name, run in _steps(bench, chosen):
            costs[name] = run()
            print(f"round {number}: {name} {_told(costs[name])}", flush=True)
        measured.append(costs)
    return measured


def _steps(bench: Bench, chosen: Sequence[str]) -> Iterator[tuple[str, Callable[[], Cost]]]:
    """Yield what a round runs, in its order."""
    yield NAIVE, lambda: bench.run_naive(MONTHS[-1:])
    for name in chosen:
        if CASES[name].against == NAIVE_ALL:
            yield NAIVE_ALL, lambda: bench.run_naive(MONTHS)
        yield name, lambda name=name: bench.run(CASES[name])  # type: ignore[misc] # each with its own name


def further_month(one: Cost, all_months: Cost, months: int = len(MONTHS)) -> Cost:
    """Return what each month after the first costs; its memory is that of the long run.

    >>> one = Cost(wall=4, processor=5, memory=6, largest=7)
    >>> further_month(one, Cost(wall=24, processor=35, memory=8, largest=9)).wall
    2.0
    """
    return Cost(
        wall=(all_months.wall - one.wall) / (months - 1),
        processor=(all_months.processor - one.processor) / (months - 1),
        memory=all_months.memory,
        largest=all_months.largest,
    )


def tabulate(rounds: Sequence[Round]) -> Iterator[str]:
    """Yield the lines of two Markdown tables: time beside the naive script's, and memory."""
    rows = list(_rows(rounds))
    yield "| | wall, s | processor, s | wall, ratio | target | processor, ratio | target |"
    yield f"|---|{'---:|' * 6}"
    for case, ours, theirs in rows:
        walls, processors = ([cost.wall for cost in ours], [cost.processor for cost in ours])
        cells = [spread(walls, 2), spread(processors, 2)]
        for values, others, target in (
            (walls, [cost.wall for cost in theirs], case.wall),
            (processors, [cost.processor for cost in theirs], case.processor),
        ):
            ratios = [value / other for value, other in zip(values, others, strict=False)]
            cells += [spread(ratios, 2) if ratios else "", f"{target:.2f}" if target else ""]
        yield f"| {case.title} | {' | '.join(cells)} |"
    yield ""
    yield "| | all processes, MB | largest process, MB |"
    yield f"|---|{'---:|' * 2}"
    for case, ours, _ in rows:
        if case is not FURTHER:
            memory = [spread([each / MEGABYTE for each in values], 0) for values in _memory(ours)]
            yield f"| {case.title} | {' | '.join(memory)} |"


def _memory(costs: Sequence[Cost]) -> tuple[list[int], list[int]]:
    return [cost.memory for cost in costs], [cost.largest for cost in costs]


def _rows(rounds: Sequence[Round]) -> Iterator[tuple[Case, list[Cost], list[Cost]]]:
    """Yield each row of the table: the case, what it cost in each round, and what it is compared with."""
    known = rounds[0].keys()

    def costs(name: str) -> list[Cost]:
        return [each[name] for each in rounds]

    yield Case(title="naive: one month in both languages"), costs(NAIVE), []
    if NAIVE_ALL in known:
        yield Case(title="naive: eleven months"), costs(NAIVE_ALL), []
    for name, case in CASES.items():
        if name in known:
            yield case, costs(name), costs(case.against)
    if {COLD, ALL} <= known:
        ours = [further_month(each[COLD], each[ALL]) for each in rounds]
        yield FURTHER, ours, [further_month(each[NAIVE], each[NAIVE_ALL]) for each in rounds]


def spread(values: Sequence[float], decimals: int) -> str:
    """Return the median, with the least and the most where they differ from it as written.

    >>> spread([1.26, 1.2, 1.45], 1)
    '1.3 (1.2–1.4)'
    >>> spread([0.301, 0.3], 2)
    '0.30'
    """
    middle, least, most = (f"{value:.{decimals}f}" for value in (median(values), min(values), max(values)))
    return middle if least == most else f"{middle} ({least}–{most})"


def tabulate_memory(measured: Mapping[int, Cost]) -> Iterator[str]:
    """Yield the lines of a Markdown table: memory by the number of months."""
    yield "| months | all processes, MB | largest process, MB | target | wall, s | processor, s |"
    yield f"|---:|{'---:|' * 5}"
    for months, cost in measured.items():
        yield (
            f"| {months} | {cost.memory / MEGABYTE:.0f} | {cost.largest / MEGABYTE:.0f} | {PROCESS_LIMIT} "
            f"| {cost.wall:.0f} | {cost.processor:.0f} |"
        )


def describe_machine() -> Iterator[str]:
    """Yield what the figures depend on, a fact a line."""
    yield f"- processor: {_processor()}, {os.cpu_count()} cores"
    yield f"- memory: {psutil.virtual_memory().total / MEGABYTE / 1000:.0f} GB"
    try:
        system = platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        system = platform.system()
    yield f"- system: {system}, {platform.system()} {platform.release()}"
    yield f"- Python {platform.python_version()}; {', '.join(f'{name} {version(name)}' for name in LIBRARIES)}"
    yield f"- load before the run: {os.getloadavg()[0]:.1f}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def replace_part(text: str, name: str, lines: Sequence[str]) -> str:
    r"""Return a document with other lines between `<!-- name -->` and `<!-- end of name -->`.

    >>> replace_part("a <!-- x -->b<!-- end of x --> c", "x", ["1"])
    'a <!-- x -->\n1\n<!-- end of x --> c'
    """
    before, start, rest = text.partition(f"<!-- {name} -->")
    _, end, after = rest.partition(f"<!-- end of {name} -->")
    if not end:
        message = f"the document has no place for {name}"
        raise ValueError(message)
    return "\n".join((before + start, *lines, end + after))


def publish(name: str, lines: Sequence[str], *, complete: bool) -> None:
    """Print the result, and write it into the document where nothing was left out."""
    print("", *lines, sep="\n")
    if complete:
        text = DOCUMENT.read_text(encoding="utf-8")
        DOCUMENT.write_text(replace_part(text, name, lines), encoding="utf-8")


def _told(cost: Cost) -> str:
    memory = f"{cost.memory / MEGABYTE:.0f} MB, largest {cost.largest / MEGABYTE:.0f} MB"
    return f"{cost.wall:.1f} s, processor {cost.processor:.1f} s, {memory}"


def measure_time(rounds: int, chosen: Sequence[str]) -> None:
    """Measure the cases and publish their table."""
    machine = list(describe_machine())
    with TemporaryDirectory() as folder:
        prepare(Path(folder))
        measured = run_rounds(Bench(Path(folder)), rounds, chosen)
    complete = rounds >= ROUNDS and set(chosen) == set(CASES)
    publish("time", [*machine, "", *tabulate(measured)], complete=complete)


def measure_memory(months: Sequence[int]) -> None:
    """Build so many months at once, each number once, and publish the table."""
    machine = list(describe_machine())
    measured = {}
    for number in months:
        with TemporaryDirectory() as folder:
            prepare(Path(folder), str(number))
            measured[number] = Bench(Path(folder)).run(CASES[ALL])
        print(f"{number} months: {_told(measured[number])}", flush=True)
    publish("memory", [*machine, "", *tabulate_memory(measured)], complete=set(months) == set(BACK_CATALOGUES))


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description="Measures what a build costs beside a naive script.")
    parser.add_argument("cases", nargs="*", help=f"only these: {', '.join(CASES)}")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--memory", action="store_true", help="memory against the number of months")
    parser.add_argument("--months", type=int, action="append", help="with --memory: so many months")
    options = parser.parse_args()
    if unknown := set(options.cases) - set(CASES):
        parser.error(f"no such case: {', '.join(sorted(unknown))}")
    if options.memory:
        measure_memory(options.months or BACK_CATALOGUES)
    else:
        measure_time(options.rounds, [name for name in CASES if name in options.cases or not options.cases])


if __name__ == "__main__":
    main()
