"""The bulletin tells the truth in every language, survives mail programs, and carries the month's PDF."""

import base64
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from PIL import Image
from reading_mail import body, read_independently, read_mail

from reportgen.bulletin import Bulletin, Envelope, read_envelope, render_html, render_text, write_bulletin
from reportgen.cli import main
from reportgen.definition import ReportDefinition
from reportgen.errors import DefinitionError, OutputError
from reportgen.mail import Enclosure, Mailbox
from reportgen.mailing import build_bulletin, write_bulletins
from reportgen.output import OutputFile
from reportgen.period import Period
from reportgen.publication import Publication
from reportgen.report import Link, Report
from reportgen.rules import BulletinRules
from reportgen.wording import Wording

SITE = "https://tiltaksdeltakere.example/"
LANGUAGES = ("nb", "nn", "en")
MONTHS = (11, 7, 1)
PNG = b"\x89PNG\r\n\x1a\n, or so a mail program is told"
PDF = b"%PDF-1.7, or so a mail program is told"
EMPTY = {"meta", "br", "img", "hr", "input", "link"}

SUBJECTS = {
    (11, "nb"): "Deltakere i arbeidsrettede tiltak, november 2013: 75 769, 3,1 prosent flere enn i oktober",
    (11, "nn"): "Deltakarar i arbeidsretta tiltak, november 2013: 75 769, 3,1 prosent fleire enn i oktober",
    (11, "en"): "Participants in labour market programmes, November 2013: 75,769, up 3.1 per cent from October",
    (7, "nb"): "Deltakere i arbeidsrettede tiltak, juli 2013: 57 315, 19,8 prosent færre enn i juni",
    (7, "nn"): "Deltakarar i arbeidsretta tiltak, juli 2013: 57 315, 19,8 prosent færre enn i juni",
    (7, "en"): "Participants in labour market programmes, July 2013: 57,315, down 19.8 per cent from June",
    (1, "nb"): "Deltakere i arbeidsrettede tiltak, januar 2013: 74 256",
    (1, "nn"): "Deltakarar i arbeidsretta tiltak, januar 2013: 74 256",
    (1, "en"): "Participants in labour market programmes, January 2013: 74,256",
}
"""By the document: 75 769 in November after 73 496, 57 315 in July after 71 491, 74 256 in January after nothing."""

Make = Callable[[int, str], Bulletin]


class Elements(HTMLParser):
    """The elements of an HTML document with their attributes, and the texts with the elements around them."""

    def __init__(self, html: str) -> None:
        """Read the document."""
        super().__init__()
        self.open: list[tuple[str, dict[str, str]]] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, list[tuple[str, dict[str, str]]]]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        element = (tag, {name: value or "" for name, value in attributes})
        self.elements.append(element)
        if tag not in EMPTY:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        """Close the element, which must be the last one opened."""
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        """Keep a text that says something."""
        if data.strip():
            self.texts.append((" ".join(data.split(" ")).strip(), list(self.open)))

    def named(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every element of that name."""
        return [attributes for name, attributes in self.elements if name == tag]


def plain(text: str) -> str:
    """Return a text with ordinary spaces, one between two words."""
    return re.sub(r"\s+", " ", text)


def luminance(colour: str) -> float:
    """Return how light a colour is, as WCAG 2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.fixture(scope="session")
def bulletin_of(
    words_of: Callable[[int, str], Wording],
    report_of: Callable[[int, str], Report],
    definition: ReportDefinition,
) -> Make:
    """Return a function that makes a month's bulletin, with marks where its picture and PDF would be."""

    def make(month: int, language: str) -> Bulletin:
        words, report = words_of(month, language), report_of(month, language)
        assert definition.bulletin.subject is not None
        return Bulletin(
            report=report,
            language=words.language,
            subject=words.tell(definition.bulletin.subject),
            envelope=read_envelope(definition.bulletin),
            date=datetime(2013, 12, 3, 8, tzinfo=ZoneInfo("Europe/Oslo")),
            site=definition.site.address,
            contact=definition.report.contact,
            picture=PNG,
            pdf=Enclosure(name=f"tiltak-{language}.pdf", kind="application/pdf", content=PDF),
        )

    return make


@pytest.fixture(
    params=[(month, language) for month in MONTHS for language in LANGUAGES], ids=lambda case: "{1}-{0}".format(*case)
)
def bulletin(request: pytest.FixtureRequest, bulletin_of: Make) -> Bulletin:
    """Return each month's bulletin in each language."""
    return bulletin_of(*request.param)


def texts(report: Report) -> Iterator[str]:
    """Return what every bulletin must tell, in its order."""
    yield from (report.title, report.month_name, report.example_note, report.headline)
    for paragraph in report.lead:
        yield "".join(piece if isinstance(piece, str) else piece.text for piece in paragraph)
    for figure in report.key_figures:
        yield from (figure.label, figure.value, figure.change)
    yield report.main_figure.title


def test_the_subject_is_the_news(bulletin: Bulletin) -> None:
    """It names statistic, month, number and change, as the document's figures have them."""
    assert plain(bulletin.subject) == SUBJECTS[bulletin.report.month.month, bulletin.report.language]


def test_the_text_tells_everything_in_order(bulletin: Bulletin) -> None:
    """Title, example note, news, key figures and what the chart shows stand below each other, in short lines."""
    text = render_text(bulletin)
    assert all(len(line) <= 72 or re.fullmatch(r" *https://\S+", line) for line in text.splitlines())
    assert "&" not in text
    assert "\n\n\n" not in text
    assert text.endswith("\n")
    said, place = plain(text), 0
    for part in (*texts(bulletin.report), bulletin.report.main_figure.alt):
        place = said.index(plain(part), place)


def test_the_html_tells_everything_in_order(bulletin: Bulletin) -> None:
    """The same stands in the HTML, under real headings of which none is skipped."""
    html = Elements(render_html(bulletin, "cid:picture"))
    said, place = plain(" ".join(text for text, _ in html.texts)), 0
    for part in texts(bulletin.report):
        place = said.index(plain(part), place)
    assert [tag for tag, _ in html.elements if re.fullmatch(r"h\d", tag)] == ["h1", "h2", "h2", "h2"]
    assert [text for text, around in html.texts if around[-1][0] == "h1"] == [bulletin.report.headline]


def test_the_html_survives_mail_programs(bulletin: Bulletin) -> None:
    """No script, style sheet, form, frame or class; every table is for layout and at most 600 pixels wide."""
    html = Elements(render_html(bulletin, "cid:picture"))
    assert {tag for tag, _ in html.elements} <= {
        "html", "head", "meta", "title", "body", "div", "table", "tr", "td", "p", "br", "h1", "h2", "ul", "li", "a",
        "img", "span", "strong",
    }  # fmt: skip
    allowed = {"lang", "charset", "name", "content", "role", "aria-label", "aria-hidden", "style", "width",
               "align", "valign", "bgcolor", "cellpadding", "cellspacing", "border", "colspan",
               "href", "src", "alt"}  # fmt: skip
    assert {name for _, attributes in html.elements for name in attributes} <= allowed
    assert {table["role"] for table in html.named("table")} == {"presentation"}
    assert "max-width:600px" in html.named("table")[1]["style"]
    styles = " ".join(attributes.get("style", "") for _, attributes in html.elements)
    assert not re.search(r"url\(|@|!important|background-image|position|float|flex|grid|var\(", styles)
    code = bulletin.report.language
    assert html.named("html") == [{"lang": code}]
    assert [div["lang"] for div in html.named("div")] == [code]  # the program may drop html and body


def test_nothing_is_fetched(bulletin: Bulletin) -> None:
    """The picture is in the mail; links lead to the site's permanent addresses, and nowhere inside the mail."""
    html = Elements(render_html(bulletin, "cid:picture"))
    assert [image["src"] for image in html.named("img")] == ["cid:picture"]
    month, code = bulletin.report.month, bulletin.report.language
    assert [link["href"] for link in html.named("a")] == [
        f"{SITE}{code}/{month}/",
        f"{SITE}{code}/{month}/tiltak-{code}.pdf",
        f"{SITE}data/{month}/observations.csv",
        f"{SITE}data/{month}/indicators.csv",
        "mailto:nav.statistikk@nav.no",
    ]
    in_text = re.findall(r"https://\S+", render_text(bulletin))
    assert in_text == [f"{SITE}{code}/{month}/#figure-participants", *(link["href"] for link in html.named("a")[:-1])]


def test_the_picture_is_described(bulletin: Bulletin) -> None:
    """The chart has its alternative text, and keeps its shape in a narrow window."""
    (image,) = Elements(render_html(bulletin, "cid:picture")).named("img")
    assert image["alt"] == bulletin.report.main_figure.alt
    assert len(image["alt"]) > 100
    assert {"width:100%", "height:auto"} <= set(image["style"].split(";"))
    assert int(image["width"]) <= 600


def test_text_can_be_read_on_its_ground(bulletin: Bulletin) -> None:
    """Each text names its colour, each cell its ground, with a contrast of 4.5:1."""
    judged = 0
    for text, around in Elements(render_html(bulletin, "cid:picture")).texts:
        styles = [attributes.get("style", "") for _, attributes in around]
        colours = [found[1] for style in styles if (found := re.search(r"(?:^|;)color:(#\w{6})", style))]
        grounds = [found[1] for style in styles if (found := re.search(r"background-color:(#\w{6})", style))]
        if around[-1][0] != "title":
            low, high = sorted(map(luminance, (colours[-1], grounds[-1])))
            assert (high + 0.05) / (low + 0.05) >= 4.5, text
            judged += 1
    assert judged > 25


def test_a_ground_is_told_to_old_programs_too(bulletin: Bulletin) -> None:
    """The attribute that some programs read instead of the style says the same colour."""
    cells = Elements(render_html(bulletin, "cid:picture")).named("td")
    assert all(f"background-color:{cell['bgcolor']}" in cell["style"] for cell in cells)


def test_the_mail_has_what_stands_beside_it(bulletin: Bulletin) -> None:
    """The mail's bodies are the two files, its picture is inside it, and the PDF is attached under its name."""
    mail, html, text = write_bulletin(bulletin)
    month, code = bulletin.report.month, bulletin.report.language
    assert [str(file.path) for file in (mail, html, text)] == [
        f"{month}-{code}/{name}" for name in (f"tiltak-{code}.eml", "bulletin.html", "bulletin.txt")
    ]
    message = read_mail(mail.content)
    assert plain(message["Subject"]) == SUBJECTS[month.month, code]
    assert message["Message-ID"].endswith("@tiltaksdeltakere.example>")
    assert message["Content-Language"] == code
    assert body(message, "plain") == text.content.decode()
    (address,) = re.findall(r'src="cid:([^"]+)"', body(message, "html"))
    inside = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert body(message, "html").replace(f"cid:{address}", inside) == html.content.decode()
    pictures = [part for part in message.walk() if part["Content-ID"] == f"<{address}>"]
    assert [part.get_content() for part in pictures] == [PNG]
    (pdf,) = message.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content()) == (f"tiltak-{code}.pdf", PDF)


def test_an_independent_reader_finds_the_same(bulletin: Bulletin) -> None:
    """Subject, bodies, picture and attachment, read by what shares nothing with the writer."""
    mail = write_bulletin(bulletin)[0].content
    found = read_independently(mail)
    assert found["subject"] == bulletin.subject
    assert found["from"] == {"address": "bulletin@tiltaksdeltakere.example", "name": "reportgen"}
    assert found["text"].replace("\r\n", "\n").rstrip("\n") == render_text(bulletin).rstrip("\n")
    picture, pdf = found["attachments"]
    assert f'src="cid:{picture["contentId"].strip("<>")}"' in found["html"]
    assert [base64.b64decode(file["content"]) for file in (picture, pdf)] == [PNG, PDF]
    assert mail.isascii()
    assert max(map(len, mail.split(b"\r\n"))) <= 78


def test_a_figure_that_cannot_be_drawn_is_missed(bulletin_of: Make) -> None:
    """Its reason stands where the picture would, in both bodies, and the mail has no picture."""
    made = bulletin_of(11, "nb")
    figure = replace(made.report.main_figure, svg="", alt="", missing="Figuren kan ikke tegnes: prøve.")
    made = replace(made, report=replace(made.report, main_figure=figure), picture=b"")
    message = read_mail(write_bulletin(made)[0].content)
    assert "image/png" not in [part.get_content_type() for part in message.walk()]
    assert "<img" not in body(message, "html")
    assert all("Figuren kan ikke tegnes: prøve." in body(message, kind) for kind in ("plain", "html"))


def test_a_reference_leads_to_the_page(bulletin_of: Make) -> None:
    """A link of the lead to a figure leads to that figure on the web, and other links where they led."""
    made = bulletin_of(11, "nb")
    lead = (
        "Se ",
        Link(text="figur 2", target="figure-groups"),
        " og ",
        Link(text="NLOD", target="https://nlod.example/"),
    )
    made = replace(made, report=replace(made.report, lead=(lead,)))
    links = [link["href"] for link in Elements(render_html(made, "cid:picture")).named("a")]
    assert links[:2] == [f"{SITE}nb/2013-11/#figure-groups", "https://nlod.example/"]
    assert "\nSe figur 2 og NLOD\n" in render_text(made)


def test_nothing_is_taken_for_markup(bulletin_of: Make) -> None:
    """Signs of HTML stay signs in both bodies."""
    made = bulletin_of(11, "nb")
    made = replace(made, report=replace(made.report, headline='A & B < C "D"'))
    assert '\nA & B < C "D"\n' in render_text(made)
    assert ">A &amp; B &lt; C &#34;D&#34;</h1>" in render_html(made, "cid:picture")


def test_an_envelope_is_completed_from_the_definition() -> None:
    """What is given on the command line stands in place of what the definition says."""
    rules = BulletinRules(sender="Å <a@example.org>", recipients=("b@example.org", "c@example.org"))
    assert read_envelope(rules) == Envelope(
        sender=Mailbox(name="Å", address="a@example.org"),
        recipients=(Mailbox(name="", address="b@example.org"), Mailbox(name="", address="c@example.org")),
    )
    given = read_envelope(rules, sender="d@example.org", recipients=["e@example.org"] * 2, subject="Nytt")
    assert given == Envelope(
        sender=Mailbox(name="", address="d@example.org"),
        recipients=(Mailbox(name="", address="e@example.org"),),
        subject="Nytt",
    )


def test_every_mistake_of_an_envelope_is_told() -> None:
    """No sender, a subject of two lines and each bad address are told at once."""
    with pytest.raises(DefinitionError) as caught:
        read_envelope(BulletinRules(recipients=("nobody",)), subject="a\nBcc: x@example.org")
    assert [(problem.kind, problem.message, problem.hint) for problem in caught.value.problems] == [
        (
            "missing-sender",
            "the bulletin has no sender",
            "give it with --from, or add sender to bulletin in report.toml",
        ),
        ("mail-subject", "the subject has a line break or another control character", "write it on one line"),
        (
            "mail-address",
            '"nobody" is not a mail address',
            "write it as name@example.org or Name <name@example.org>, in ASCII before the @",
        ),
    ]


def files(language: str, text: str) -> Publication:
    """Return a bulletin's files with something in them."""
    paths = (PurePosixPath(f"2013-11-{language}", name) for name in ("x.eml", "bulletin.txt"))
    return Publication(
        month=Period(2013, 11),
        files=tuple(OutputFile(path=path, content=text.encode()) for path in paths),
        warnings=(),
    )


def test_an_earlier_bulletin_is_replaced_as_a_whole(tmp_path: Path) -> None:
    """That of the same month and language goes, files of another name too; others stay."""
    folder = tmp_path / "bulletin"
    write_bulletins(files("nb", "old"), folder)
    write_bulletins(files("en", "other"), folder)
    (folder / "2013-11-nb" / "older.eml").write_text("older")
    write_bulletins(files("nb", "new"), folder)
    assert {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*.*")} == {
        "2013-11-nb/x.eml": "new",
        "2013-11-nb/bulletin.txt": "new",
        "2013-11-en/x.eml": "other",
        "2013-11-en/bulletin.txt": "other",
    }


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    """A site, or somebody's letters, are not taken for a folder of bulletins."""
    (tmp_path / "data").mkdir()
    with pytest.raises(OutputError) as caught:
        write_bulletins(files("nb", "new"), tmp_path)
    assert [problem.message for problem in caught.value.problems] == [f"{tmp_path} holds something else than bulletins"]
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def run(*arguments: str | Path) -> Result:
    """Run the command in this process; a bug would raise."""
    return CliRunner().invoke(main, ["bulletin", *map(str, arguments)], catch_exceptions=False)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (
            ["--to", "kari@", "--language", "nb"],
            2,
            (
                'error: "kari@" is not a mail address\n'
                "  hint: write it as name@example.org or Name <name@example.org>, in ASCII before the @\n"
            ),
        ),
        (
            ["--language", "se"],
            2,
            'error: unknown language "se"\n  hint: choose one of en, nb, nn, or see docs/how-to/add-a-language.md\n',
        ),
        (["--month", "2013-1x"], 2, 'error: "2013-1x" is not a month\n  hint: write it as 2013-11\n'),
        (
            ["--month", "2013-12"],
            3,
            (
                "error: no source document covers 2013-12\n"
                "  hint: put the document at sources/2013-12.txt, or choose a month up to 2013-11\n"
            ),
        ),
        (
            ["--subject", "Nytt"],
            2,
            "error: --subject goes with one language\n  hint: choose it with --language\n",
        ),
    ],
    ids=["address", "language", "month", "source", "subject"],
)
def test_a_mistake_is_one_clear_message(tmp_path: Path, arguments: list[str], code: int, told: str) -> None:
    """What is wrong, what to do, the exit code of its kind, and nothing is written."""
    result = run(*arguments, "--output", tmp_path / "bulletin")
    assert (result.exit_code, result.stderr, result.stdout) == (code, told, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("output", ["memory://bulletins", "s3://statistics/bulletins"])
def test_a_bulletin_is_written_to_this_machine(tmp_path: Path, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address is no folder by that name."""
    monkeypatch.chdir(tmp_path)
    result = run("--output", output)
    assert (result.exit_code, result.stderr) == (
        2,
        "error: a bulletin is written to this machine\n  hint: write it to a folder, and copy it from there\n",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_month_without_a_release_has_no_bulletin(definition: ReportDefinition) -> None:
    """A mail without a date can't be sent."""
    known = {month: release for month, release in definition.releases.items() if month != "2013-07"}
    with pytest.raises(DefinitionError, match="2013-07 has no release date"):
        build_bulletin(
            definition.model_copy(update={"releases": known}),
            Period(2013, 7),
            languages=("nb",),
            envelope=read_envelope(definition.bulletin),
        )


def test_the_command_writes_a_month_as_it_was_published(site: Path, tmp_path: Path) -> None:
    """The attached PDF is that of the site, byte for byte, and the picture can be seen."""
    result = run(
        *(
            "--month",
            "2013-11",
            "--language",
            "nb",
            "--from",
            "Ærlig <a@example.org>",
            "--to",
            "Øst, Å <b@example.org>",
        ),
        *("--to", "c@example.org", "--subject", "Nytt på nett", "--output", tmp_path / "bulletin"),
    )
    assert result.exit_code == 0, result.output
    folder = tmp_path / "bulletin" / "2013-11-nb"
    name = "tiltaksdeltakere-2013-11-nb"
    assert {path.name for path in folder.iterdir()} == {f"{name}.eml", "bulletin.html", "bulletin.txt"}
    assert [line.split("  ")[0] for line in result.stdout.splitlines()] == [
        str(folder / file) for file in (f"{name}.eml", "bulletin.html", "bulletin.txt")
    ]
    message = read_mail((folder / f"{name}.eml").read_bytes())
    assert message["Subject"] == "Nytt på nett"
    assert message["From"].addresses[0].display_name == "Ærlig"
    assert [(to.display_name, to.addr_spec) for to in message["To"].addresses] == [
        ("Øst, Å", "b@example.org"),
        ("", "c@example.org"),
    ]
    assert message["Date"] == "Tue, 03 Dec 2013 08:00:00 +0100"
    (pdf,) = message.iter_attachments()
    assert pdf.get_filename() == f"{name}.pdf"
    assert pdf.get_content() == (site / "nb" / "2013-11" / f"{name}.pdf").read_bytes()
    (picture,) = [part for part in message.walk() if part.get_content_type() == "image/png"]
    image = Image.open(io.BytesIO(picture.get_content()))
    assert image.width >= 900  # about twice what a mail shows
    assert len(set(image.convert("L").tobytes())) > 20  # not an empty sheet


def test_the_same_month_is_the_same_bytes(bulletin: Bulletin) -> None:
    """Written twice, every file is the same."""
    assert write_bulletin(bulletin) == write_bulletin(replace(bulletin))
