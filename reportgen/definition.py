"""Turns `report.toml` and its code list into a `ReportDefinition`; finds every mistake before it complains.

Says what a statistic consists of, never how it is computed or laid out.
Pydantic checks types and names; what depends on several entries is checked here.
"""

import csv
import difflib
import io
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from reportgen.dataset import TOTAL, Code, CodeList
from reportgen.errors import DefinitionError, Problem, SourceError, Where
from reportgen.period import Period

FILE_NAME = "report.toml"
Name = Annotated[str, Field(pattern=r"^[a-z0-9]+([-_][a-z0-9]+)*$")]
"""An identifier that is safe in a file name and in an address: `main-groups`."""
Text = Annotated[str, Field(min_length=1)]


class _Record(BaseModel):
    """A frozen table of the definition that refuses keys it doesn't know."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Alias(_Record):
    """A misprinted label and the code that it means."""

    printed: Text
    """The label as it stands in the document: `Jobbkubb`."""
    dimension: Name
    code: Name


class SourceRules(_Record):
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


class TableRules(_Record):
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


class Release(_Record):
    """When a month is released, and when the next one is."""

    released: date
    next: date


class Share(_Record):
    """The code whose share of its dimension is published for every row."""

    dimension: Name
    code: Name


class ReportRules(_Record):
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
    publisher: Text
    licence: Text
    licence_url: Text
    file_name: Mapping[str, Name]
    """First part of the PDF's name in each language."""
    title_figure: Name = "participants"


class SentenceRules(_Record):
    """A sentence: a finding, and the message that tells it."""

    finding: Name
    """Kind of finding: `change`, `ranking`, `contributions`; see `findings`."""
    message: Name
    """First part of the message's key; the finding's variant is the second."""
    codes: Mapping[str, str] = {}
    """Codes that differ from the total: `{main_group = "jobseekers"}`."""
    by: str = ""
    """Dimension whose parts are compared."""
    level: str = "group"
    """Level of the parts."""
    see: tuple[Name, ...] = ()
    """Figures and tables that the sentence refers to."""


class FigureRules(_Record):
    """A figure: what is drawn."""

    id: Name
    kind: Name
    by: str = ""
    level: str = "group"


class KeyFigureRules(_Record):
    """A key figure: what is shown, and for which codes."""

    id: Name
    kind: Name
    codes: Mapping[str, str] = {}


class SectionRules(_Record):
    """A section: its sentences, figures and tables, in order."""

    id: Name
    sentences: tuple[SentenceRules, ...] = ()
    figures: tuple[Name, ...] = ()
    tables: tuple[Name, ...] = ()


class _Document(_Record):
    """The whole of `report.toml`."""

    report: ReportRules
    share: Share
    releases: Mapping[str, Release] = {}
    source: SourceRules
    tables: tuple[TableRules, ...] = Field(min_length=1)
    headline: SentenceRules
    key_figures: tuple[KeyFigureRules, ...] = ()
    figures: tuple[FigureRules, ...] = ()
    sections: tuple[SectionRules, ...] = ()


class ReportDefinition(_Document):
    """A checked report definition with its code lists."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    folder: Path
    """Where the definition stands; the only folder that it may name files in."""
    code_lists: tuple[CodeList, ...]
    """One for each dimension, in the order of `report.dimensions`."""

    def code_list(self, dimension: str) -> CodeList:
        """Return the code list of a dimension."""
        return self.code_lists[self.report.dimensions.index(dimension)]
