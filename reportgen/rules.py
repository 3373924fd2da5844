"""What a report definition may say: one frozen record for each table of `report.toml`.

Pydantic checks types and names; `definition` reads them and checks what depends on several entries.
"""

from collections.abc import Mapping
from datetime import date, time
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from reportgen.texts import find_flaw, find_unseen


def _shown(text: str) -> str:
    """Refuse a text that can't be shown as it stands."""
    return _without(find_unseen(text), text)


def _published(text: str) -> str:
    """Refuse a text that can't be published."""
    return _without(find_flaw(text), text)


def _without(flaw: str, text: str) -> str:
    if flaw:
        kind = "unfit_text"
        raise PydanticCustomError(kind, "{flaw}", {"flaw": flaw})
    return text


INDICATOR_TABLE = "indicators"
"""Identifier of the table that no document prints: the indicators of the month."""
NAME = r"^[a-z0-9]+([-_][a-z0-9]+)*$"
Name = Annotated[str, Field(pattern=NAME, max_length=100)]
"""An identifier that is safe in a file name and in an address: `main-groups`."""
MessageKey = Annotated[str, Field(pattern=r"^[a-z0-9]+([-_.][a-z0-9]+)*$", max_length=100)]
"""The key of a message, or its first part: `figure.contributions`."""
Text = Annotated[str, Field(min_length=1), AfterValidator(_shown)]
"""What a document prints, or a name of something else."""
Published = Annotated[str, Field(min_length=1), AfterValidator(_published)]
"""What readers see."""
Address = Annotated[str, Field(pattern=r"^https?://[^\s\"'<>\\^`{|}\[\]]+$", max_length=1000), AfterValidator(_shown)]
"""An absolute address, or an identifier that looks like one."""
MailAddress = Annotated[str, Field(pattern=r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$", max_length=254)]
"""A plain mail address, without a name: `statistics@example.org`."""


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
    typography: Mapping[Text, str] = {}
    """What the document prints, and what the code list writes instead: `{" - ": " – "}`."""
    aliases: tuple[Alias, ...] = ()


class TableRules(Record):
    """One of the document's tables."""

    id: Name
    printed: Text
    """Name of the table as the document prints it: `Tiltak og kjønn`."""
    rows: Name
    """Dimension of the rows."""
    levels: tuple[Name, ...] = Field(min_length=1)
    """Levels of the rows' dimension that the table shows."""
    slices: str = ""
    """Dimension that the table is repeated for, once for each code below the total; empty for none."""
    sparklines: bool = False
    """Whether each row is drawn as a small line in the published table."""


class Release(Record):
    """When a month is released, and when the next one is."""

    released: date
    next: date


class Correction(Record):
    """A month that was put right after its release; the page as it was stays beside it."""

    month: Name
    """The month that was corrected: `2013-08`."""
    date: date
    """The day on which the corrected month went out."""
    text: Mapping[str, Published]
    """What was wrong, in each language."""
    changed: Mapping[str, Published]
    """What is different now, in each language: `{"nb": "Tabell 4, juli og august"}`."""


class SiteRules(Record):
    """Where the publications stand on the web, and who answers for them."""

    address: Annotated[str, Field(pattern=r"^https?://[^\s?#\"'<>\\^`{|}\[\]@]+/$", max_length=500)]
    """Address of the site's folder, with a slash at its end; the permanent addresses begin with it."""
    publisher: Published
    """Who publishes the site."""
    publisher_url: Address
    creator: Published
    """Who made the figures."""
    creator_url: Address
    release_time: time
    """Time of day at which a month is released."""
    time_zone: Text
    """Where that clock hangs: `Europe/Oslo`."""


class AgentRules(Record):
    """How catalogues of data know an organisation."""

    uri: Address
    """Its identifier on the web: `https://organization-catalog.fellesdatakatalog.digdir.no/organizations/889640782`."""
    identifier: Annotated[str, AfterValidator(_published)] = ""
    """Its number in a register: `889640782`."""


class MetadataRules(Record):
    """What search engines and catalogues of data are told, beyond what the page says."""

    themes: tuple[Address, ...] = Field(min_length=1)
    """What the statistic is about: terms of the EU's vocabulary of data themes, and of others."""
    spatial: tuple[Address, ...] = Field(min_length=1)
    """The area that it covers, in one or more vocabularies; its name is the message `metadata.area`."""
    keywords: tuple[Name, ...] = ()
    """Words to be found by: the messages `keyword.<name>`."""
    licence: Address | None = None
    """The licence's identifier in a vocabulary; without it `report.licence_url` says which one it is."""
    publisher: AgentRules | None = None
    creator: AgentRules | None = None


class Share(Record):
    """The code whose share of its dimension is published for every row."""

    dimension: Name
    code: Name


class ReportRules(Record):
    """What the whole report has in common."""

    id: Name
    languages: tuple[Name, ...] = Field(min_length=1)
    """Languages built by default, the reference language first."""
    codes: Text
    """Path of the code list below the definition's folder."""
    dimensions: tuple[Name, ...] = Field(min_length=1)
    small_base: int = Field(ge=1, le=1_000_000_000)
    """Smallest number of persons for which per cent and share are shown."""
    contact: MailAddress
    licence: Published
    licence_url: Address
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


class BulletinRules(Record):
    """The mail that tells of a new month."""

    sender: str = ""
    """Who it is from: `Statistics <statistics@example.org>`; without one, `--from` must name it."""
    recipients: tuple[Text, ...] = ()
    """Who it goes to, in the same form; empty for a draft that is addressed later."""
    subject: SentenceRules | None = None
    """Its subject; the headline where there is none."""


class Acceptance(Record):
    """A warning that a release goes out with."""

    name: Text
    """Name of the warning: `alias:Jobbkubb`."""
    reason: Text
    """Why it may; the month's manifest says so."""
    month: str = ""
    """The only month that it is accepted for: `2013-11`; empty for every month."""


class ChecklistRules(Record):
    """What a month must have before it is released, beyond what every month must."""

    method: tuple[Name, ...] = ()
    """Entries of `report.about` that say how the figures are made; without them, any entry will do."""
    judges: Mapping[Name, Text] = {"verapdf": "*.pdf", "nu": "*.html", "axe": "*.html"}
    """Who must have judged the month's files, and which of them: `{verapdf = "*.pdf"}`."""
    accept: tuple[Acceptance, ...] = ()


class DefinitionFile(Record):
    """The whole of `report.toml`."""

    report: ReportRules
    site: SiteRules
    metadata: MetadataRules | None = None
    share: Share
    releases: Mapping[str, Release] = {}
    corrections: tuple[Correction, ...] = ()
    source: SourceRules
    tables: tuple[TableRules, ...] = Field(min_length=1)
    headline: SentenceRules
    lead: tuple[SentenceRules, ...] = ()
    key_figures: tuple[KeyFigureRules, ...] = ()
    figures: tuple[FigureRules, ...] = ()
    sections: tuple[SectionRules, ...] = ()
    bulletin: BulletinRules = BulletinRules()
    checklist: ChecklistRules = ChecklistRules()
