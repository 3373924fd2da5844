"""Looks for inputs that make reading crash, guided by what code each one reaches: `make fuzz`.

Four targets take turns, each in a process of its own: a document as bytes, a sound document of other figures
with a few changes, a definition with its code list, and a catalogue of messages. What is read must be refused with a
`ReportgenError`, or be as `invariants` says; neither may take longer or more memory than its size explains.
A fault's input is left in artefacts/fuzz; mended, it moves to tests/sources/found, where tests read it ever after.
Writes docs/reliability.md when no target finds a fault.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from pathlib import Path

import atheris
from visits import LIBRARIES, MONTHS, STATISTIC, VISITORS, print_document

with atheris.instrument_imports(include=["reportgen", "tomllib", "babel.messages"]):
    from invariants import read_catalogue, read_document, read_report

    from reportgen.definition import read_definition

ROOT = Path(__file__).parent.parent
FOUND = ROOT / "tests/sources/found"
"""Inputs that once were faults, in a folder for each target."""
ARTEFACTS = ROOT / "artefacts/fuzz"
SOUND = (STATISTIC / "sound.txt").read_text(encoding="utf-8")
DIVIDER = "\n#### codes.csv\n"
"""Between the two files of a definition, as one input."""
CATALOGUE = "en"
SLOWEST, MOST_MEMORY = 20, 2000
"""Seconds and megabytes that one input may take; the largest ones are 0.1 MB."""
LONGEST = {"document": 20_000, "pieces": 200, "definition": 20_000, "catalogue": 20_000}
"""Bytes of an input."""
TEXTS = (
    *("", "0", "1", "4 670", "1 020", "-1", "1.5", "\N{NO-BREAK SPACE}", "All", "All adults", "Main library"),
    *("College library", "Colege library", "Libraries", "Visitors", "Adults", "Children", "January", "March"),
    *("Library visits by month", "January - March 2024", "January 0000", "---", "\t", "\t\t\t", "9" * 30, "\N{BOM}"),
)
"""What is put into lines and cells."""


def seeds(target: str) -> Iterator[bytes]:
    """Return the inputs to begin with: sound ones, broken ones, and those that were faults once."""
    if target == "document":
        yield from (path.read_bytes() for path in [STATISTIC / "sound.txt", *STATISTIC.glob("broken/*.txt")])
    elif target == "definition":
        yield (STATISTIC / "report.toml").read_bytes() + DIVIDER.encode() + (STATISTIC / "codes.csv").read_bytes()
    elif target == "catalogue":
        lines = (ROOT / "examples/tiltaksdeltakere/texts/en.po").read_text(encoding="utf-8").split("\n\n")
        yield from ("\n\n".join([lines[0], *lines[start : start + 20]]).encode() for start in range(1, len(lines), 20))
        yield (ROOT / "reportgen/locales/en.po").read_bytes()[: LONGEST[target]]
    else:
        yield from (bytes((number * step) % 256 for number in range(200)) for step in (0, 1, 7, 31))
    yield from (path.read_bytes() for path in sorted((FOUND / target).glob("*")))


def change_pieces(content: bytes) -> str:
    """Return a document of figures that the bytes say, after so many changes as they say."""
    chosen = atheris.FuzzedDataProvider(content)
    changes = chosen.ConsumeIntInRange(0, 4)
    figures = {key: [chosen.ConsumeIntInRange(0, 5000) for _ in MONTHS] for key in product(LIBRARIES, VISITORS)}
    lines = print_document(figures).split("\n")
    for _ in range(changes):
        line = chosen.ConsumeIntInRange(0, len(lines) - 1)
        match chosen.ConsumeIntInRange(0, 7):
            case 0:
                lines[line : line + 1] = []
            case 1:
                lines.insert(line, TEXTS[chosen.ConsumeIntInRange(0, len(TEXTS) - 1)])
            case 2:
                other = chosen.ConsumeIntInRange(0, len(lines) - 1)
                lines[line], lines[other] = lines[other], lines[line]
            case 3:
                end = chosen.ConsumeIntInRange(line, min(len(lines), line + 20))
                lines[line:line] = lines[line:end]
            case 4 | 5:
                cells = lines[line].split("\t")
                cells[chosen.ConsumeIntInRange(0, len(cells) - 1)] = TEXTS[chosen.ConsumeIntInRange(0, len(TEXTS) - 1)]
                lines[line] = "\t".join(cells)
            case 6:
                cells = lines[line].split("\t")
                cells[chosen.ConsumeIntInRange(0, len(cells) - 1)] = str(chosen.ConsumeIntInRange(0, 5000))
                lines[line] = "\t".join(cells)
            case _:
                lines[line] += chosen.ConsumeUnicodeNoSurrogates(3)
    return "\n".join(lines)


def readers(folder: Path) -> Mapping[str, Callable[[bytes], str]]:
    """Return how each target reads an input; definitions and catalogues are put into a folder."""
    statistic = read_definition(STATISTIC)
    (folder / "texts").mkdir()

    def definition(content: bytes) -> str:
        rules, _, codes = content.partition(DIVIDER.encode())
        (folder / "report.toml").write_bytes(rules)
        (folder / "codes.csv").write_bytes(codes)
        return read_report(folder, SOUND)

    def catalogue(content: bytes) -> str:
        (folder / f"texts/{CATALOGUE}.po").write_bytes(content)
        return read_catalogue(folder, CATALOGUE)

    return {
        "document": lambda content: read_document(content, statistic),
        "pieces": lambda content: read_document(change_pieces(content), statistic),
        "definition": definition,
        "catalogue": catalogue,
    }


def fuzz(target: str, seconds: int, tally: Path) -> None:
    """Try inputs for so many seconds, and keep count in a file, by the hundred; a fault ends the process sooner."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        read, counts = readers(folder)[target], Counter[str]()

        def try_input(content: bytes) -> None:
            counts["tried"] += 1
            counts[read(content)] += 1
            if counts["tried"] % 100 == 0:
                tally.write_text(json.dumps(counts), encoding="utf-8")

        corpus = folder / "corpus"
        corpus.mkdir()
        for number, seed in enumerate(seeds(target)):
            (corpus / str(number)).write_bytes(seed)
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        options = [f"-max_total_time={seconds}", f"-timeout={SLOWEST}", f"-rss_limit_mb={MOST_MEMORY}"]
        options += [f"-max_len={LONGEST[target]}", f"-artifact_prefix={ARTEFACTS}/{target}-", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *options, str(corpus)], try_input)
        atheris.Fuzz()


def run_target(target: str, seconds: int) -> tuple[Counter[str], str]:
    """Fuzz in a process of its own; return its counts, and what it said of a fault."""
    with tempfile.TemporaryDirectory() as folder:
        tally = Path(folder) / "tally"
        command = [sys.executable, __file__, "--target", target, "--seconds", str(seconds), "--tally", str(tally)]
        run = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")  # noqa: S603
        counts = Counter(json.loads(tally.read_text(encoding="utf-8"))) if tally.exists() else Counter[str]()
    return counts, "" if run.returncode == 0 else run.stderr


def tabulate(results: Mapping[str, Counter[str]], seconds: int) -> Iterator[str]:
    """Yield the lines of the document's section."""
    yield f"{seconds} seconds for each target; faults that were found before are mended, and tests read their inputs."
    yield ""
    yield "| target | inputs tried | refused | contradictory | accepted | faults | faults before |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for target, counts in results.items():
        before = len(list((FOUND / target).glob("*")))
        shown = (counts["tried"], counts["refused"], counts["contradictory"], counts["accepted"], 0, before)
        yield f"| {target} | {' | '.join(f'{number:,}' for number in shown)} |"


def main() -> None:
    """Run every target, and write the counts down where none found a fault."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="how long each target runs")
    parser.add_argument("--target", choices=LONGEST, help="run this one here, and write nothing down")
    parser.add_argument("--tally", type=Path, default=ARTEFACTS / "tally", help="where its counts go")
    chosen = parser.parse_args()
    if chosen.target:
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        fuzz(chosen.target, chosen.seconds, chosen.tally)
    results: dict[str, Counter[str]] = {}
    faults = 0
    for target in LONGEST:
        start = time.monotonic()
        results[target], said = run_target(target, chosen.seconds)
        print(target, dict(results[target]), f"{time.monotonic() - start:.0f} s", flush=True)
        if said:
            faults += 1
            print(said[-6000:], flush=True)
    if faults:
        sys.exit(f"{faults} targets found a fault; their inputs are in {ARTEFACTS.relative_to(ROOT)}")
    document = ROOT / "docs/reliability.md"
    mark, end = "<!-- fuzz -->\n", "<!-- end of fuzz -->"
    before, _, rest = document.read_text(encoding="utf-8").partition(mark)
    after = rest.partition(end)[2]
    section = "\n".join(tabulate(results, chosen.seconds))
    document.write_text(f"{before}{mark}\n{section}\n\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
