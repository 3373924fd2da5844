"""What a page or a PDF shows, in one language and in reading order: finished texts, drawings and tables.

Only records; `composition` makes them. Knows no HTML.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from reportgen.period import Period
from reportgen.tables import DisplayTable

if TYPE_CHECKING:  # what reads manifests reads these records, and needs no charts
    from reportgen.charts import PointRow

Direction = Literal["rise", "fall", "unchanged", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A reference inside a text: `tabell 6`, to the element with that id."""

    text: str
    target: str
    """Identifier of a figure or table in the same report, or an address (`mailto:…`, `https://…`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreign:
    """Words of another language inside a text, which is read aloud as that language."""

    text: str
    language: str
    """Code of the words' language: `nb`."""


RichText: TypeAlias = tuple[str | Link | Foreign, ...]
"""A running text: words, links and words of another language, in reading order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A number in a formula, and where it is printed."""

    number: str
    """`23 052`."""
    about: str
    """`Arbeidspraksis, november 2013`."""
    cells: str
    """File, line and column of each cell that prints it: `2013-11.txt:41:12, 2013-11.txt:159:12`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Computation:
    """How a figure in the text was computed."""

    label: str
    """`Endring fra måneden før, prosent, arbeidspraksis`."""
    formula: str
    """`100 × (23 052 − 21 689) ÷ 21 689 = 6,3 %`."""
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """One number with its change."""

    id: str
    label: str
    """`Arbeidssøkere på tiltak`."""
    value: str
    """`18 032` or `51,5 %`; a dash where it can't be computed."""
    change: str
    """What it is compared with, in words: `1 127 flere (6,7 %) enn i oktober`, or why there is no number."""
    direction: Direction
    """Which arrow stands before the change; `missing` for none."""
    trend: tuple[int, ...]
    """Values of its small line, oldest first; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that a reader can fetch."""

    text: str
    """What the reader gets: `Last ned tabellen (CSV, 4 kB)`."""
    path: str
    """Where it is, relative to the page: `figures/participants.csv`."""
    about: str = ""
    """What it is for: a whole sentence; empty where its place says that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadGroup:
    """Files that hold the same in several formats."""

    heading: str
    """`Alle tallene`."""
    downloads: tuple[Download, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture with its words, the numbers behind it and its files."""

    id: str
    """Anchor, unique in the report: `july-dip`."""
    label: str
    """`Figur 5`."""
    title: str
    """What it shows, the finding: `Arbeidspraksis stod for 1,9 av 3,1 prosent vekst`."""
    subtitle: str
    """Unit and period."""
    alt: str
    """Alternative text in the report's language."""
    source_note: str
    svg: str
    """The drawing, for the page; empty where it can't be drawn."""
    missing: str
    """Why it can't be drawn: a whole sentence; empty where there is a drawing."""
    data: DisplayTable | None
    """The numbers behind the drawing."""
    downloads: tuple[Download, ...]
    svg_narrow: str = ""
    """The drawing in a phone's proportions; empty where one drawing does for both."""
    points: "tuple[PointRow, ...]" = ()
    """Where the drawing can be pointed at, and what it says there."""
    points_narrow: "tuple[PointRow, ...]" = ()
    """The same for the phone's drawing: the same points with the same texts, elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A term and what is said of it: `Sist oppdatert`, `3. desember 2013`."""

    term: str
    text: RichText


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionNote:
    """What was put right in a month after its release."""

    corrected: str
    """`Rettet 20. september 2013`."""
    text: str
    """What was wrong."""
    changed: str
    """What is different now: `Endret: tabell 4`."""
    version: str
    """Address of the page as it was before, relative to the page; empty where it isn't kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with what stands below it."""

    id: str
    heading: str
    paragraphs: tuple[RichText, ...]
    figures: tuple[Figure, ...] = ()
    tables: tuple[DisplayTable, ...] = ()
    computations: tuple[Computation, ...] = ()
    """Every computed figure of the paragraphs, once."""
    terms: tuple[Fact, ...] = ()
    """Terms of the section, explained."""
    table_files: Mapping[str, tuple[Download, ...]] = field(default_factory=dict)
    """Files of the tables, by the table's id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMark:
    """What every page of a draft says."""

    label: str
    """`Utkast`."""
    note: str
    """What that means: a whole sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything that a page or a PDF shows, in reading order and in one language."""

    id: str
    language: str
    month: Period
    title: str
    """Name of the statistic: `Deltakere i arbeidsrettede tiltak`."""
    month_name: str
    """`November 2013`, as it stands alone."""
    headline: str
    """The news in one sentence."""
    lead: tuple[RichText, ...]
    """One or two sentences below the headline."""
    example_note: str
    """That this is an example and not the publisher's own publication."""
    facts: tuple[Fact, ...]
    """Released, next release and what else stands in the masthead."""
    key_figures: tuple[KeyFigure, ...]
    main_figure: Figure
    sections: tuple[Section, ...]
    """The sections of the text; the last ones hold the tables."""
    about_heading: str
    about: tuple[Fact, ...]
    """About the statistics: definitions, method, contact, licence."""
    downloads: tuple[Download, ...]
    """The files that most readers look for: the PDF, the workbook, all data."""
    locale: str
    """Language and country for machines: `nb_NO`."""
    picture: str
    """The main figure's PNG, relative to the page; empty where it can't be drawn."""
    addresses: Mapping[str, str]
    """Permanent address of this report in each language, the reference language first: `https://…/nb/2013-11/`."""
    translations: Mapping[str, str]
    """Address of this report in each other language, relative to the page: `{"en": "../../en/2013-11/"}`."""
    released: str
    """Date of release as `2013-12-03`, for machines."""
    data_files: tuple[DownloadGroup, ...] = ()
    """The whole month's files in every format."""
    corrections: tuple[CorrectionNote, ...] = ()
    """The newest first."""
    glossary: tuple[Fact, ...] = ()
    """Every term of the sections, in alphabetical order."""
    computations: tuple[Computation, ...] = ()
    """Every computed figure of the headline and the key figures, once."""
    draft: DraftMark | None = None
    """The mark of a draft; none on what may go out."""
    words: Mapping[str, str]
    """Words of the page itself, by the key that templates use: `{"contents": "Innhold"}`."""
