"""A second reading of the example's document, naive on purpose: what the program reads is checked against it.

Shares nothing with `reportgen`: it knows this one document's labels by heart, line by line.
"""

import csv
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "tiltaksdeltakere"
SOURCE = EXAMPLE / "sources" / "2013-11.txt"
MONTHS = tuple(f"2013-{month:02}" for month in range(1, 12))

MAIN_GROUPS = {
    "Arbeidssøkere på tiltak": "jobseekers",
    "Nedsatt arbeidsevne, på tiltak": "reduced-work-capacity",
    "Andre på tiltak": "others",
}
SEXES = {"Kvinner": "women", "Menn": "men"}
TABLES = (
    "Hovedgrupper",
    "Tiltaksgrupper",
    "Tiltaksgrupper og hovedgruppe",
    "Tiltak",
    "Tiltak og hovedgrupper",
    "Tiltak og kjønn",
)
MISPRINTS = {
    "Helsemessig utredning/ behandling": "Helsemessig utredning/behandling",
    "Intern jobbkлубb": "Intern jobbklubb",
    "Jobbkлубb": "Jobbklubb",
    "Intern jobbkubb": "Intern jobbklubb",
    "Jobbkubb": "Jobbklubb",
    "Jobbskappingsprosjekter": "Jobbskapingsprosjekter",
}


@dataclass(frozen=True)
class NaiveCode:
    """A line of `codes.csv`."""

    id: str
    dimension: str
    level: str
    labels: dict[str, str]


@dataclass
class NaiveTable:
    """One of the eleven tables: its printed rows by code, with every line on which a row is printed."""

    name: str
    member: str
    rows: dict[str, list[int]] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)

    @property
    def dimension(self) -> str:
        """What the rows are."""
        return "main_group" if self.name == "Hovedgrupper" else "programme"

    def codes(self, row: str) -> tuple[str, str, str]:
        """Return programme, main group and sex of a row."""
        main_group = row if self.dimension == "main_group" else "total"
        if self.member in MAIN_GROUPS.values():
            main_group = self.member
        sex = self.member if self.member in SEXES.values() else "total"
        return (row if self.dimension == "programme" else "total", main_group, sex)


def read_codes() -> list[NaiveCode]:
    """Read the code list, in its order."""
    with (EXAMPLE / "codes.csv").open(encoding="utf-8", newline="") as file:
        return [
            NaiveCode(row["code"], row["dimension"], row["level"], {key: row[key] for key in ("nb", "nn", "en")})
            for row in csv.DictReader(file)
        ]


def read_tables() -> list[NaiveTable]:
    """Read the eleven tables of the document, in its order."""
    tables: list[NaiveTable] = []
    for number, line in enumerate(SOURCE.read_text(encoding="utf-8").split("\n"), start=1):
        text = line.strip()
        if text in TABLES:
            if not tables or tables[-1].name != text or tables[-1].member:
                tables.append(NaiveTable(text, ""))
        elif text in MAIN_GROUPS or text in SEXES:
            member = {**MAIN_GROUPS, **SEXES}[text]
            _open_member(tables, "Tiltak og kjønn" if text in SEXES else tables[-1].name, member)
        elif "\t" in line and not line.startswith(("\t", "---")):
            label, *cells = line.split("\t")
            code = _read_label(label.strip(), tables[-1])
            numbers = [int(cell.strip().replace(" ", "") or "0") for cell in cells]
            assert len(numbers) == len(MONTHS), f"line {number} has {len(numbers)} cells"
            assert tables[-1].rows.setdefault(code, numbers) == numbers, f"line {number} repeats a row differently"
            tables[-1].lines.setdefault(code, []).append(number)
    return [table for table in tables if table.rows]


def _open_member(tables: list[NaiveTable], name: str, member: str) -> None:
    """Begin a slice, or go on with it where its page is one of several."""
    if tables[-1].rows:
        tables.append(NaiveTable(name, member))
    else:
        tables[-1].name, tables[-1].member = name, member
    if len(tables) > 1 and (tables[-2].name, tables[-2].member) == (name, member):
        tables.pop()


def _read_label(label: str, table: NaiveTable) -> str:
    """Return the code that a label means in this table."""
    known = [code for code in read_codes() if code.dimension == table.dimension]
    meant = MISPRINTS.get(label, label).replace(" - ", " – ")
    if not table.rows or meant in {"I alt", *(f"I alt {word.lower()}" for word in (*MAIN_GROUPS, *SEXES))}:
        assert meant.startswith("I alt")
        return "total"
    group_table = table.name.startswith(("Hovedgrupper", "Tiltaksgrupper"))
    level = "group" if group_table or meant.startswith("I alt ") else "programme"
    wanted = meant.removeprefix("I alt ").lower()
    found = [code.id for code in known if code.level == level and code.labels["nb"].lower() == wanted]
    assert len(found) == 1, f"{label} in {table.name} is no code"
    return found[0]
