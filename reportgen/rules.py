"""What a report definition may say: one frozen record for each table of `report.toml`.

Pydantic checks types and names; `definition` reads them and checks what depends on several entries.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

INDICATOR_TABLE = "indicators"
"""Identifier of the table that no document prints: the indicators of the month."""
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$")]
"""An identifier that is safe in a file name and in an address: `main-groups`."""
MessageKey = Annotated[str, Field(pattern=r"^[a-z0-9]+([-_.][a-z0-9]+)*$")]
"""The key of a message, or its first part: `figure.contributions`."""
Text = Annotated[str, Field(min_length=1)]


class Record(BaseModel):
    """A frozen table of the definition that refuses keys it doesn't know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Alias(Record):
    """A misprinted label and the code that it means."""

    printed: Text
    """The label as it stands in the document: `Jobbkubb`."""
    dimension: Name
    code: Name


class SourceRules(Record):
    """How the source documents are found and read."""

    files: Text
    """Path of a month's document below the definition's folder: `sources/{month}.txt`."""
    language: Name
    """Language of the document's labels and month names: `nb`."""
    title: Text
    """First line of every printed page."""
    total: Text
    """Label of a total row, and the first word of every subtotal's: `I alt`."""
    accept: tuple[Text, ...] = ()
    """Names of the problems that `--strict` lets pass: `alias:Jobbkubb`."""
    typography: Mapping[str, str] = {}
    """What the document prints, and what the code list writes instead: `{" - ": " – "}`."""
    aliases: tuple[Alias, ...] = ()


class TableRules(Record):
    """One of the document's tables."""

    id: Name
    printed: Text
    """Name of the table as the document prints it: `Tiltak og kjønn`."""
    rows: Name
    """Dimension of the rows."""
    levels: tuple[Name, ...]
    """Levels of the rows' dimension that the table shows."""
    slices: str = ""
    """Dimension that the table is repeated for, once for each code below the total; empty for none."""
    sparklines: bool = False
    """Whether each row is drawn as a small line in the published table."""


class Release(Record):
    """When a month is released, and when the next one is."""

    released: date
    next: date


class Share(Record):
    """The code whose share of its dimension is published for every row."""

    dimension: Name
    code: Name


class ReportRules(Record):
    """What the whole report has in common."""

    id: Name
    languages: tuple[Name, ...]
    """Languages built by default, the reference language first."""
    codes: Text
    """Path of the code list below the definition's folder."""
    dimensions: tuple[Name, ...]
    small_base: int = Field(ge=1)
    """Smallest number of persons for which per cent and share are shown."""
    contact: Text
    licence: Text
    licence_url: Text
    about: tuple[Name, ...] = ()
    """What stands under "About the statistics": the messages `about.<name>.term` and `about.<name>.text`."""
    file_name: Mapping[str, Name]
    """First part of the PDF's name in each language."""


class SentenceRules(Record):
    """A sentence: a finding, and the message that tells it."""

    finding: Name
    """Kind of finding: `change`, `ranking`, `contributions`; see `findings.FINDINGS`."""
    message: MessageKey
    """First part of the message's key; the finding's variant is the second."""
    codes: Mapping[str, str] = {}
    """Codes that differ from the total: `{main_group = "jobseekers"}`."""
    by: str = ""
    """Dimension whose parts are compared."""
    level: str = "group"
    """Level of the parts."""
    see: tuple[Name, ...] = ()
    """Figures and tables that the sentence refers to."""
    silent: tuple[Name, ...] = ()
    """Variants that say nothing, because another sentence says it: `["not-yet"]`."""


class FigureRules(Record):
    """A figure: what is drawn, and what its title and its alternative text say."""

    id: Name
    kind: Name
    """Kind of picture: `line`, `bar`, `contribution`, `dip`, `index`, `share`, `recovery`."""
    title: SentenceRules
    description: tuple[SentenceRules, ...] = Field(min_length=1)
    """The sentences of the alternative text."""
    by: str = ""
    """Dimension whose parts are drawn; empty for the total alone."""
    level: str = "group"
    from_zero: bool = True
    """Whether a line chart's axis starts at 0."""


class KeyFigureRules(Record):
    """A key figure: what is shown, and for which codes."""

    id: Name
    kind: Name
    codes: Mapping[str, str] = {}


class SectionRules(Record):
    """A section: its paragraphs of sentences, its figures and its tables, in order."""

    id: Name
    paragraphs: tuple[tuple[SentenceRules, ...], ...] = ()
    figures: tuple[Name, ...] = ()
    tables: tuple[Name, ...] = ()
    terms: tuple[Name, ...] = ()
    """Terms explained with the section: the messages `term.<name>.name` and `term.<name>.text`."""


class DefinitionFile(Record):
    """The whole of `report.toml`."""

    report: ReportRules
    share: Share
    releases: Mapping[str, Release] = {}
    source: SourceRules
    tables: tuple[TableRules, ...] = Field(min_length=1)
    headline: SentenceRules
    lead: tuple[SentenceRules, ...] = ()
    key_figures: tuple[KeyFigureRules, ...] = ()
    figures: tuple[FigureRules, ...] = ()
    sections: tuple[SectionRules, ...] = ()
