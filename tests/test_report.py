"""Each month's report is whole in each language: the news, key figures, sections, and links that lead somewhere."""

import re
from collections.abc import Callable, Iterator

import pytest

from reportgen.definition import ReportDefinition
from reportgen.downloads import pdf_name
from reportgen.findings import Facts
from reportgen.report import Figure, Link, Report, RichText
from reportgen.tables import DisplayTable
from reportgen.wording import Wording

ReportOf = Callable[[int, str], Report]
MONTHS = range(1, 12)
LANGUAGES = ("nb", "nn", "en")
NBSP = "\N{NO-BREAK SPACE}"

every_report = pytest.mark.parametrize(("month", "language"), [(m, lang) for m in MONTHS for lang in LANGUAGES])


def figures(report: Report) -> list[Figure]:
    """Return the figures in the order in which they stand."""
    return [report.main_figure, *(figure for section in report.sections for figure in section.figures)]


def tables(report: Report) -> list[DisplayTable]:
    """Return the numbered tables in the order in which they stand."""
    return [table for section in report.sections for table in section.tables]


def rich_texts(report: Report) -> Iterator[RichText]:
    """Return every running text."""
    yield from report.lead
    for section in report.sections:
        yield from section.paragraphs
        yield from (fact.text for fact in section.terms)
    for facts in (report.facts, report.about, report.glossary):
        yield from (fact.text for fact in facts)


def plain(text: RichText) -> str:
    """Return a running text without its links, with ordinary spaces."""
    return "".join(piece if isinstance(piece, str) else piece.text for piece in text).replace(NBSP, " ")


def section(report: Report, name: str) -> str:
    """Return the paragraphs of a section as one text."""
    (found,) = [section for section in report.sections if section.id == f"section-{name}"]
    return "\n".join(map(plain, found.paragraphs))


@every_report
def test_every_month_has_its_whole_report(report_of: ReportOf, month: int, language: str) -> None:
    """All eleven months compose in every language, with nine figures, twelve tables and four to six key figures."""
    report = report_of(month, language)
    assert (report.language, report.month.month) == (language, month)
    assert report.headline
    assert 4 <= len(report.key_figures) <= 6
    assert (len(figures(report)), len(tables(report))) == (9, 12)
    assert [section.heading for section in report.sections if not section.heading] == []
    assert [section.id for section in report.sections if not section.paragraphs] == []
    assert all(fact.term and fact.text for fact in report.about)


@every_report
def test_texts_are_whole(report_of: ReportOf, month: int, language: str) -> None:
    """No running text is left with a placeholder, a doubled space, an empty piece or a hyphen for a minus."""
    report = report_of(month, language)
    texts = [plain(text) for text in rich_texts(report)]
    texts += [report.headline, *(figure.alt for figure in figures(report)), *(k.change for k in report.key_figures)]
    assert len(texts) > 30
    for text in texts:
        assert text == text.strip() != ""
        assert not set("{}") & set(text), text
        assert "  " not in text, text
        assert " -" not in text, text
    assert all("" not in text for text in rich_texts(report))


@every_report
def test_figures_are_described_in_forty_to_eighty_words(report_of: ReportOf, month: int, language: str) -> None:
    """Each drawn figure has an alternative text that is long enough to tell and short enough to hear; none has none."""
    for figure in figures(report_of(month, language)):
        words = figure.alt.split(" ")  # a number with its no-break space is one word
        assert words != [""], figure.id
        assert not figure.svg or 40 <= len(words) <= 80, (figure.id, len(words), figure.alt)


@every_report
def test_no_sentence_begins_with_a_digit(report_of: ReportOf, month: int, language: str) -> None:
    """But for the headline, a sentence begins with a word."""
    report = report_of(month, language)
    texts = [plain(text) for text in (*report.lead, *(text for s in report.sections for text in s.paragraphs))]
    texts += [text for figure in figures(report) for text in (figure.title, figure.alt, figure.missing)]
    assert [text for text in texts if re.search(r"(^|[.!?] )\d", text.replace(NBSP, " "))] == []


@every_report
def test_every_link_leads_somewhere(report_of: ReportOf, month: int, language: str) -> None:
    """A reference in a text leads to a figure or table of the same report, whose label it names."""
    report = report_of(month, language)
    labels = {figure.id: figure.label for figure in figures(report)}
    labels |= {table.id: table.label for table in tables(report)}
    links = [piece for text in rich_texts(report) for piece in text if isinstance(piece, Link)]
    inside = [link for link in links if not link.target.startswith(("mailto:", "https:"))]
    assert len(inside) >= 8
    for link in inside:
        assert labels[link.target].lower() == link.text.replace(NBSP, " ").lower()


@every_report
def test_numbers_follow_the_order_of_appearance(report_of: ReportOf, month: int, language: str) -> None:
    """Figures and tables are numbered from 1 as a reader meets them, and no anchor stands twice."""
    report = report_of(month, language)
    figure_word, table_word = ("Figure", "Table") if language == "en" else ("Figur", "Tabell")
    assert [figure.label for figure in figures(report)] == [f"{figure_word} {n}" for n in range(1, 10)]
    assert [table.label for table in tables(report)] == [f"{table_word} {n}" for n in range(1, 13)]
    ids = [figure.id for figure in figures(report)] + [table.id for table in tables(report)]
    ids += [section.id for section in report.sections]
    ids += [figure.data.id for figure in figures(report) if figure.data]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("nb", "75 769 personer deltok i arbeidsrettede tiltak i november 2013, 3,1 prosent flere enn i oktober"),
        (
            "en",
            "75,769 people took part in labour market programmes in November 2013, 3.1 per cent more than in October",
        ),
    ],
)
def test_the_news_has_number_change_and_period(report_of: ReportOf, language: str, headline: str) -> None:
    """November's news: 75 769 after 73 496, that is 2 273 more, 3.09 per cent."""
    report = report_of(11, language)
    assert report.headline.replace(NBSP, " ") == headline
    change = {"nb": "2 273", "en": "2,273"}[language]
    assert change in plain(report.lead[0])


def test_july_s_news_is_a_fall(report_of: ReportOf) -> None:
    """July's 57 315 after 71 491 is a fall of 19.8 per cent, told as fewer and without a sign."""
    headline = report_of(7, "en").headline
    assert "57,315" in headline
    assert "19.8 per cent fewer than in June" in headline


def test_january_says_why_nothing_is_compared(report_of: ReportOf) -> None:
    """The first month names December 2012 and January 2012 as what the source lacks, and shows no change."""
    report = report_of(1, "en")
    assert "no figures for December 2012" in plain(report.lead[0])
    assert "no figures for January 2012" in section(report, "development")
    assert "per cent" not in report.headline
    contributions = next(figure for figure in figures(report) if figure.id == "figure-contributions")
    assert contributions.svg == ""
    assert "no figures for December 2012" in contributions.missing
    assert {key.direction for key in report.key_figures} == {"missing"}


def test_july_has_its_fall_and_no_recovery(report_of: ReportOf, words_of: Callable[[int, str], Wording]) -> None:
    """July tells the fall from June, and that the way back is still to come."""
    text = section(report_of(7, "en"), "july")
    assert "19.8 per cent" in text
    assert "71,491" in text
    assert "again at least as high" not in text
    assert words_of(7, "en").facts.indicators.get("recovery", ("total",) * 3).status == "not-reached"


@pytest.mark.parametrize("month", [7, 8, 9])
def test_before_october_there_is_no_dip(report_of: ReportOf, month: int) -> None:
    """Until October's figures are there, the dip has a reason instead of a number."""
    report = report_of(month, "en")
    (key_figure,) = [key for key in report.key_figures if key.id == "july-dip"]
    assert key_figure.value == "–"
    assert "October" in key_figure.change
    (figure,) = [figure for figure in figures(report) if figure.id == "figure-july-dip"]
    assert "October" in figure.missing
    assert "October" in section(report, "july")


def test_october_has_dip_and_recovery(report_of: ReportOf) -> None:
    """October knows the dip of 21.0 per cent, and reaches June's 71 491 with 73 496, three months after July."""
    report = report_of(10, "en")
    text = section(report, "july")
    assert "21.0 per cent below" in text
    assert "three months after July" in text
    assert {key.id: key.value for key in report.key_figures}["july-dip"] == "−21.0%"


def test_key_figures_are_those_worked_out_by_hand(report_of: ReportOf) -> None:
    """18 032 after 16 905 is 1 127 more, 6.7 per cent; 55 372 after 54 402 is 970, 1.8; the mean is 798 389 / 11."""
    report = report_of(11, "nb")
    told = {key.id: (key.value.replace(NBSP, " "), key.direction) for key in report.key_figures}
    assert told == {
        "participants": ("75 769", "rise"),
        "jobseekers": ("18 032", "rise"),
        "reduced-work-capacity": ("55 372", "rise"),
        "share": ("51,5 %", "rise"),
        "july-dip": ("−21,0 %", "missing"),
        "mean": ("72 581", "missing"),
    }
    changes = {key.id: key.change.replace(NBSP, " ") for key in report.key_figures}
    assert changes["jobseekers"] == "1 127 flere (6,7 %) enn i oktober"
    assert changes["reduced-work-capacity"] == "970 flere (1,8 %) enn i oktober"
    assert report.key_figures[0].trend[-2:] == (73_496, 75_769)


def test_a_computed_figure_shows_its_way(report_of: ReportOf) -> None:
    """Each figure in the text has its formula with numbers, and the printed cells of each number."""
    report = report_of(11, "nb")
    formulas = {computation.formula.replace(NBSP, " "): computation for computation in report.computations}
    computation = formulas["100 × (75 769 − 73 496) ÷ 73 496 = 3,1 %"]
    november, october = computation.sources
    assert november.number.replace(NBSP, " ") == "75 769"
    lines = (22, 36, 121, 149, 174, 200)  # that begin with "I alt" and the whole country's figures
    assert november.cells == ", ".join(f"2013-11.txt:{line}:12" for line in lines)
    assert october.cells == ", ".join(f"2013-11.txt:{line}:11" for line in lines)
    assert "november 2013" in november.about


@every_report
def test_no_figure_is_explained_twice_in_one_place(report_of: ReportOf, month: int, language: str) -> None:
    """The computations of a section, and those of the news, are each there once."""
    report = report_of(month, language)
    for computations in (report.computations, *(section.computations for section in report.sections)):
        assert len(computations) == len(set(computations))
        assert all(computation.sources for computation in computations)


def test_dates_come_from_the_definition(report_of: ReportOf) -> None:
    """November is released on 3 December 2013 and followed on 7 January 2014."""
    report = report_of(11, "en")
    assert report.released == "2013-12-03"
    assert [plain(fact.text) for fact in report.facts] == ["3 December 2013", "7 January 2014"]


def test_each_language_leads_to_the_others(report_of: ReportOf) -> None:
    """The Norwegian report leads to the English one of the same month, and not to itself."""
    assert report_of(11, "nb").translations == {"en": "../../en/2013-11/index.html"}
    assert report_of(11, "en").translations == {"nb": "../../nb/2013-11/index.html"}


def test_downloads_are_the_files_that_there_are(report_of: ReportOf, words_of: Callable[[int, str], Wording]) -> None:
    """A file of 233 001 bytes is 234 kB: sizes are rounded up; what was not built is not offered."""
    report = report_of(11, "en")
    assert [(download.path, "234" in download.text) for download in report.downloads] == [
        ("labour-market-programmes-2013-11-en.pdf", False),
        ("labour-market-programmes-2013-11-en.xlsx", False),
        ("../../data/2013-11/observations.csv", True),
    ]
    assert pdf_name(words_of(11, "nb")) == "tiltaksdeltakere-2013-11-nb.pdf"
    assert [download.path for download in report.main_figure.downloads] == [
        "figures/participants.svg",
        "figures/participants.png",
        "figures/participants.csv",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_is_offered_with_what_it_is_for(report_of: ReportOf, language: str) -> None:
    """The whole list has each of the month's files once, with a text of its own and a sentence on it."""
    data = "../../data/2013-11"
    downloads = [download for group in report_of(11, language).data_files for download in group.downloads]
    name = {"nb": "tiltaksdeltakere", "nn": "tiltaksdeltakarar", "en": "labour-market-programmes"}[language]
    name = f"{name}-2013-11-{language}"
    assert [download.path for download in downloads] == [
        f"{name}.pdf",
        f"{name}.xlsx",
        f"{data}/observations.csv",
        f"{data}/observations.csv-metadata.json",
        f"{data}/observations.{language}.json",
        f"{data}/observations.px",
        f"{data}/observations.parquet",
        f"{data}/observations.sdmx.csv",
        f"{data}/indicators.csv",
        f"{data}/indicators.csv-metadata.json",
        f"{data}/indicators.json",
        f"{data}/manifest.json",
    ]
    assert len({download.text for download in downloads}) == len(downloads)
    assert all(download.about.endswith(".") for download in downloads)


def test_every_table_has_its_file(report_of: ReportOf) -> None:
    """Below each table stands its own file, named after the table."""
    for section in report_of(11, "nb").sections:
        assert {anchor: [file.path for file in files] for anchor, files in section.table_files.items()} == {
            table.id: [f"tables/{table.id.removeprefix('table-')}.csv"] for table in section.tables
        }


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_says_what_it_is(report_of: ReportOf, definition: ReportDefinition, language: str) -> None:
    """Contact, licence, the identities and the small base stand in the text, and that it isn't the publisher's own."""
    report = report_of(11, language)
    about = "\n".join(plain(fact.text) for fact in report.about)
    for text in (definition.report.contact, definition.report.licence, "20", "2,398" if language == "en" else "2 398"):
        assert text in about
    targets = [piece.target for fact in report.about for piece in fact.text if isinstance(piece, Link)]
    address = f"{definition.site.address}{language}/2013-11/"
    assert targets == [address, f"mailto:{definition.report.contact}", definition.report.licence_url]
    assert "reportgen" in report.example_note


def test_both_languages_tell_the_same_figures(report_of: ReportOf, facts_of: Callable[[int], Facts]) -> None:
    """Sections, tables, figures and computations are the same in number and order, whatever the words."""
    for month in MONTHS:
        nb, en = report_of(month, "nb"), report_of(month, "en")
        assert [table.id for table in tables(nb)] == [table.id for table in tables(en)]
        assert [bool(figure.svg) for figure in figures(nb)] == [bool(figure.svg) for figure in figures(en)]
        assert [len(s.computations) for s in nb.sections] == [len(s.computations) for s in en.sections]
        assert [key.direction for key in nb.key_figures] == [key.direction for key in en.key_figures]
        assert nb.month == facts_of(month).month
