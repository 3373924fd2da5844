"""Counts how much damage to a document is detected, located and rightly corrected: `make bench-integrity`.

Every figure of the example's document is changed in turn; then random pairs of figures; then the document's form.
Each trial reads the damaged text as `reportgen check` does. Seeded: the same numbers every time.
Writes docs/integrity.md and says the times, which differ from machine to machine, on the screen only.
"""

import random
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from multiprocessing import Pool
from pathlib import Path

from damage import DAMAGES, HARMLESS, Damaged, amount, change_figures, figure, rows

from reportgen.definition import read_definition
from reportgen.diagnosis import Diagnosis, diagnose_figures
from reportgen.errors import Problem, SourceError
from reportgen.identities import derive_identities
from reportgen.repair import repair_changes, repair_text
from reportgen.source import Row, parse_source, read_source
from reportgen.tidy import tidy_source

ROOT = Path(__file__).parent.parent
DEFINITION = read_definition(ROOT / "examples/tiltaksdeltakere")
SOUND = read_source(ROOT / "examples/tiltaksdeltakere/sources/2013-11.txt")
TIDIED = tidy_source(SOUND, DEFINITION)
WARNINGS = frozenset((problem.name, problem.where) for problem in TIDIED.warnings)
SEEDS = (1, 2, 3)
PAIRS = 2000
FORMS = 500
COUNTED = ("detected", "located", "corrected", "ambiguous", "falsely accused", "trace")


def printings() -> tuple[list[Row], list[Row]]:
    """Return the first row of each series, and the rows that print a total again on a later page."""
    seen = set()
    again = set()
    for observation in TIDIED.dataset.observations[: len(TIDIED.dataset.all_codes())]:
        for cell in observation.printed:
            series = observation.codes, cell.table
            if series in seen:
                again.add(cell.where.line)
            seen.add(series)
    return (
        [row for row in rows(SOUND) if row.label.where.line not in again],
        [row for row in rows(SOUND) if row.label.where.line in again],
    )


def examine(content: str | bytes) -> tuple[list[Problem], tuple[Diagnosis, ...], str]:
    """Return the problems of a document, what is wrong with its figures, and its repaired text."""
    try:
        document = parse_source(content, SOUND.name)
        tidied = tidy_source(document, DEFINITION)
    except SourceError as error:
        return list(error.problems), (), ""
    identities = derive_identities(DEFINITION, tidied.dataset)
    diagnoses = diagnose_figures(identities, tidied.dataset, DEFINITION, document)
    new = [problem for problem in tidied.warnings if (problem.name, problem.where) not in WARNINGS]
    problems = new + [diagnosis.problem for diagnosis in diagnoses]
    return problems, diagnoses, repair_text(document, repair_changes(diagnoses))


def judge(damaged: Damaged) -> Counter[str]:
    """Compare what is said of a damaged document with what was damaged."""
    try:
        problems, diagnoses, repaired = examine(damaged.content)
    except Exception:  # noqa: BLE001 - a trace is what is counted
        return Counter(trials=1, trace=1)
    accused = {
        (correction.cell.where.line, correction.cell.where.column)
        for diagnosis in diagnoses
        for correction in diagnosis.corrections
        if correction.cell and diagnosis.problem.kind != "label-misread"
    }
    kinds = {problem.kind for problem in problems}
    right = accused == damaged.cells if damaged.every and damaged.cells else accused <= damaged.cells
    return Counter(
        {
            "trials": 1,
            "detected": int(bool(problems)),
            "located": int(right and bool(kinds & damaged.kinds)),
            "corrected": int(repaired == SOUND.text),
            "ambiguous": int("ambiguous-figures" in kinds),
            "falsely accused": int(bool(accused - damaged.cells)),
        }
    )


def single_figures(seed: int, chosen: list[Row]) -> Iterator[Damaged]:
    """Change each figure of these rows in turn by a random amount."""
    generator = random.Random(seed)
    for row in chosen:
        for column in range(2, len(row.figures) + 2):
            number = figure(row, column)
            yield change_figures(SOUND, {(row.label.where.line, column): number + amount(number, generator)})


def several_figures(seed: int, count: int, size: int, *, reach: int = 0) -> Iterator[Damaged]:
    """Change so many random figures of a month by random amounts, at most `reach` persons where it is given."""
    generator = random.Random(seed)
    first, _ = printings()
    for _ in range(count):
        column = generator.randint(2, 12)
        places = {}
        for row in generator.sample(first, size):
            number = figure(row, column)
            change = amount(min(number, reach) if reach else number, generator)
            places[row.label.where.line, column] = number + change
        yield change_figures(SOUND, places)


def forms(seed: int, count: int) -> Iterator[tuple[str, list[Damaged]]]:
    """Damage the document's form in each way so many times."""
    for number, (name, damage) in enumerate({**DAMAGES, **HARMLESS}.items()):
        generator = random.Random(seed * 1000 + number)
        yield name, [damage(SOUND, generator) for _ in range(count)]


def experiments(scale: int) -> Iterator[tuple[str, Iterable[Damaged]]]:
    """Yield each experiment's name and trials; a larger `scale` makes fewer."""
    first, again = printings()
    for seed in SEEDS[: 1 if scale > 1 else None]:
        yield f"each figure in turn, seed {seed}", list(single_figures(seed, first))[::scale]
    yield "each figure of a total row repeated", list(single_figures(SEEDS[0], again))[::scale]
    yield "two figures of a month", several_figures(SEEDS[0], PAIRS // scale, 2)
    yield "two figures of a month, by 9 persons at most", several_figures(SEEDS[0], PAIRS // scale, 2, reach=9)
    yield "five figures of a month", several_figures(SEEDS[0], FORMS // scale, 5)
    yield from forms(SEEDS[0], FORMS // scale)
    yield "nothing damaged", [Damaged(content=SOUND.text)]


def timed() -> Iterator[str]:
    """Say how long it takes to check the sound document, and one damaged in many places."""
    lines = SOUND.text.split("\n")
    lost_page = "\n".join(lines[:441] + lines[467:])
    for name, text in (("sound", SOUND.text), ("a page lost", lost_page)):
        start = time.perf_counter()
        examine(text)
        yield f"{name}: {time.perf_counter() - start:.2f} s"


def tabulate(results: list[tuple[str, Counter[str]]]) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield f"| damage | trials | {' | '.join(COUNTED)} |"
    yield f"|---|{'---:|' * (len(COUNTED) + 1)}"
    for name, counts in results:
        yield f"| {name} | {counts['trials']} | {' | '.join(str(counts[what]) for what in COUNTED)} |"


def main() -> None:
    """Run every experiment, print the table as it grows, and write it where nothing was left out."""
    scale = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    results = []
    with Pool() as pool:
        for name, trials in experiments(scale):
            counts: Counter[str] = Counter()
            for outcome in pool.imap_unordered(judge, trials, chunksize=20):
                counts.update(outcome)
            results.append((name, counts))
            print(name, dict(counts), flush=True)
    print(*timed(), sep="\n")
    if scale == 1:
        document = ROOT / "docs/integrity.md"
        before, mark, _ = document.read_text(encoding="utf-8").partition("<!-- results -->\n")
        document.write_text(before + mark + "\n".join(tabulate(results)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
