"""A mail says the same to every reader, whatever letters are in it, and is written alike each time."""

import base64
import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from reading_mail import body, read_independently, read_mail

from reportgen.errors import DefinitionError
from reportgen.mail import Enclosure, Mail, Mailbox, content_id, is_one_line, parse_mailbox, write_mail

PNG = Enclosure(name="figur på nett.png", kind="image/png", content=bytes(range(256)) * 3)
PDF = Enclosure(
    name="årsrapport – deltakere på tiltak ÆØÅ, november 2013, med et ganske langt navn.pdf",
    kind="application/pdf",
    content=b"%PDF-1.7\n" + bytes(range(255, -1, -1)),
)
MAIL = Mail(
    id="2013-11.nb",
    domain="tiltaksdeltakere.example",
    language="nb",
    date=datetime(2013, 7, 3, 8, tzinfo=ZoneInfo("Europe/Oslo")),
    sender=Mailbox(name="Kåre Ødegård, statistikk", address="bulletin@tiltaksdeltakere.example"),
    recipients=(
        *(Mailbox(name=f"Ærlig Øst, avdeling for å måle {n}", address=f"m{n}@example.org") for n in range(6)),
        Mailbox(name="", address="kari@example.org"),
        Mailbox(name="O'Neil, Pat \"Å\\", address="pat@xn--blbr-roah.example"),
        Mailbox(name="=?utf-8?q?nobody?=", address="x@example.org"),
    ),
    subject="Deltakere i arbeidsrettede tiltak, november 2013: 75\u00a0769, 3,1 prosent flere enn i oktober – på ny",
    text="Blåbærsyltetøy:  75\u00a0769\n.\nFrom æ til å\n--\n=_\n" + "ord " * 300 + "\nslutt\n",
    html=f'<p>Ærlig</p><img src="cid:{content_id(PNG, "tiltaksdeltakere.example")}" alt="">' + "å" * 2000 + "\n",
    pictures=(PNG,),
    attachments=(PDF,),
)


def test_the_standard_library_reads_what_was_meant() -> None:
    """Subject, names, both bodies, picture and attachment come back as they went in."""
    message = read_mail(write_mail(MAIL))
    assert message["Subject"] == MAIL.subject
    assert message["From"].addresses[0].display_name == MAIL.sender.name
    assert [(to.display_name, to.addr_spec) for to in message["To"].addresses] == [
        (to.name, to.address) for to in MAIL.recipients
    ]
    assert body(message, "plain") == MAIL.text
    assert body(message, "html") == MAIL.html
    (pdf,) = message.iter_attachments()
    assert (pdf.get_filename(), pdf.get_content_type(), pdf.get_content()) == (PDF.name, PDF.kind, PDF.content)


def test_an_independent_reader_agrees() -> None:
    """A reader that shares nothing with the writer finds the same, a long name of several encoded words too."""
    long = Mailbox(
        name="Avdeling for å måle og å fortelle på nynorsk og på engelsk " * 2 + "og så på bokmål",
        address="a@b.example",
    )
    mail = read_independently(write_mail(replace(MAIL, recipients=(*MAIL.recipients, long))))
    assert mail["subject"] == MAIL.subject
    assert mail["from"] == {"address": MAIL.sender.address, "name": MAIL.sender.name}
    assert [(to["name"], to["address"]) for to in mail["to"]] == [
        (to.name, to.address) for to in (*MAIL.recipients, long)
    ]
    assert mail["date"] == "2013-07-03T06:00:00.000Z"
    assert mail["text"].replace("\r\n", "\n").rstrip("\n") == MAIL.text.rstrip("\n")
    assert mail["html"].replace("\r\n", "\n").rstrip("\n") == MAIL.html.rstrip("\n")
    picture, pdf = mail["attachments"]
    assert base64.b64decode(picture["content"]) == PNG.content
    assert (picture["filename"], picture["mimeType"], picture["related"]) == (PNG.name, "image/png", True)
    assert f'"cid:{picture["contentId"].strip("<>")}"' in MAIL.html
    assert base64.b64decode(pdf["content"]) == PDF.content
    assert (pdf["filename"], pdf["mimeType"], pdf["disposition"]) == (PDF.name, "application/pdf", "attachment")


def test_the_parts_stand_as_mail_programs_expect() -> None:
    """What is attached goes beside the two alternatives, and a picture beside the HTML that shows it."""
    message = read_mail(write_mail(MAIL))
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    related = next(part for part in message.walk() if part.get_content_type() == "multipart/related")
    assert related.get_param("type") == "text/html"
    assert message["X-Unsent"] == "1"
    assert message["Content-Language"] == "nb"
    assert message["Date"] == "Wed, 03 Jul 2013 08:00:00 +0200"


def test_lines_are_short_and_in_seven_bits() -> None:
    """Every line is ASCII, ends with CR and LF, and has at most 76 characters; no encoded word has more than 75."""
    content = write_mail(MAIL)
    assert content.isascii()
    assert b"\0" not in content
    assert content.count(b"\n") == content.count(b"\r") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 76
    words = re.findall(rb"=\?utf-8\?[bq]\?[^ ]*?\?=", content)
    assert len(words) > 8
    assert max(map(len, words)) <= 75


def test_a_plain_header_is_left_readable() -> None:
    """What is ASCII isn't encoded, and nobody is named where nobody is to receive it."""
    content = write_mail(replace(MAIL, subject="Participants: 75,769, up 3.1 per cent", recipients=()))
    assert b"\r\nSubject: Participants: 75,769, up 3.1 per cent\r\n" in content
    assert b"\r\nTo:" not in content


def test_the_same_mail_is_the_same_bytes() -> None:
    """Nothing comes from chance or the clock."""
    assert write_mail(MAIL) == write_mail(replace(MAIL))


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "Annet"},
        {"text": "annet"},
        {"recipients": MAIL.recipients[:3]},
        {"attachments": (replace(PDF, content=b"%PDF-2.0"),)},
    ],
    ids=["subject", "text", "recipients", "attachment"],
)
def test_another_mail_has_another_identifier(change: dict[str, object]) -> None:
    """Two mails that differ in anything are not taken for one."""
    identifiers = {read_mail(write_mail(mail))["Message-ID"] for mail in (MAIL, replace(MAIL, **change))}  # type: ignore[arg-type] # a field and its value
    assert len(identifiers) == 2
    assert all(re.fullmatch(r"<2013-11\.nb\.[0-9a-f]{16}@tiltaksdeltakere\.example>", i) for i in identifiers)


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("kari@example.org", "", "kari@example.org"),
        ("<kari@example.org>", "", "kari@example.org"),
        ("Kari Nordmann <kari@example.org>", "Kari Nordmann", "kari@example.org"),
        ('"Ødegård, Kåre" <kare.o+nav@sub.example.org>', "Ødegård, Kåre", "kare.o+nav@sub.example.org"),
        ("Ødegård, Kåre <k@blåbær.example>", "Ødegård, Kåre", "k@xn--blbr-roah.example"),
    ],
)
def test_an_address_may_have_a_name(text: str, name: str, address: str) -> None:
    """A name may hold any letters, with and without quotation marks; a domain is written in ASCII."""
    assert parse_mailbox(text) == Mailbox(name=name, address=address)


@pytest.mark.parametrize(
    "text",
    ["", "kari", "kari@", "@example.org", "kåre@example.org", "a@b@c", "a b@c.no", "A\nBcc: x@y.no <a@b.no>",
     "a..b@c.no", "a@b..no", "a@b.no, c@d.no", "<a@b.no", "a@-b.no", "a@b.no>", ".a@b.no", f"a@{'b' * 64}.no"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    """One message names it, and the hint says how an address is written; no header can be smuggled in."""
    with pytest.raises(DefinitionError) as caught:
        parse_mailbox(text)
    (problem,) = caught.value.problems
    assert (problem.kind, problem.message) == ("mail-address", f'"{text}" is not a mail address')
    assert problem.hint == "write it as name@example.org or Name <name@example.org>, in ASCII before the @"


def test_a_header_is_one_line() -> None:
    """Letters, figures, signs and no-break spaces may stand in a header, and nothing that breaks a line."""
    assert is_one_line("75\u00a0769 – «æøå»")
    assert not any(map(is_one_line, ("a\nb", "a\rb", "a\x00b", "a\u202eb", "a\u2028b")))


@pytest.mark.parametrize(
    "text", ["News\nBcc: x@y.no", "News\r\n\r\nBcc: x@y.no", "Nytt å\n\u2028\nBcc: x@y.no", "\nBcc: x@y.no"]
)
def test_no_header_is_smuggled_in(text: str) -> None:
    """Whatever stands in a subject, a name or a file's name stays in its own header, wherever it came from."""
    mailbox = Mailbox(name=text, address="a@b.no")
    mail = replace(
        MAIL,
        subject=text,
        sender=mailbox,
        recipients=(mailbox, mailbox),
        pictures=(replace(PNG, name=text),),
        attachments=(replace(PDF, name=text),),
    )
    message = read_mail(write_mail(mail))
    assert message.keys() == read_mail(write_mail(MAIL)).keys()
    assert [box.addr_spec for box in (*message["From"].addresses, *message["To"].addresses)] == ["a@b.no"] * 3
    assert " ".join(message["Subject"].split()) == " ".join(text.split())
    assert body(message, "plain") == MAIL.text
