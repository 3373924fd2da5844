"""Writes one mail as the bytes of an `.eml` file, with every letter in its right encoding. Knows no report.

The `email` package writes the parts; two things are done here instead. Names and subject are encoded by its older
`Header`, because the folding of Python 3.11 loses spaces and commas of a display name (RFC 2047). Boundaries and
identifiers come from the content, because the package would take them from chance and the clock.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, quote
from hashlib import sha256

from reportgen.errors import DefinitionError, Problem

_LINE = 76
"""Longest line: what RFC 2045 allows an encoded body, and RFC 2047 a line with an encoded word."""
_POLICY = SMTP.clone(max_line_length=_LINE, refold_source="none")
_MAILBOX = re.compile(r'\s*(?:"?(?P<name>[^<>"]*?)"?\s*<(?P<named>[^<>]*)>|(?P<bare>[^<>]*?))\s*')
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Who sends or receives."""

    name: str
    """`Kåre Ødegård`; empty for none."""
    address: str
    """`kare@example.org`, in ASCII."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosure:
    """A file that goes with a mail."""

    name: str
    """File name; any letters: `årsrapport.pdf`."""
    kind: str
    """Media type: `application/pdf`."""
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Everything that a mail says and carries."""

    id: str
    """First part of its identifier: `2013-11.nb`."""
    domain: str
    """Whose identifiers they are: `tiltaksdeltakere.example`."""
    language: str
    date: datetime
    """When it is dated, with its time zone."""
    sender: Mailbox
    recipients: tuple[Mailbox, ...]
    """Empty for a draft that is addressed later."""
    subject: str
    text: str
    html: str
    """Shows a picture by `cid:` and its `content_id`."""
    pictures: tuple[Enclosure, ...] = ()
    attachments: tuple[Enclosure, ...] = ()


def parse_mailbox(text: str) -> Mailbox:
    """Parse `name@example.org` or `Name <name@example.org>`; the name may have any letters, and commas.

    Raise `DefinitionError` where it is no mail address.
    """
    found = _MAILBOX.fullmatch(text)
    address = _ascii_address((found["named"] or found["bare"] or "").strip()) if found and is_one_line(text) else ""
    if not (found and address):
        hint = "write it as name@example.org or Name <name@example.org>, in ASCII before the @"
        raise DefinitionError(Problem(kind="mail-address", message=f'"{text}" is not a mail address', hint=hint))
    return Mailbox(name=(found["name"] or "").strip(), address=address)


def check_mailbox(text: str) -> tuple[Problem, ...]:
    """Return what is wrong with a mail address."""
    try:
        parse_mailbox(text)
    except DefinitionError as error:
        return error.problems
    return ()


def _ascii_address(address: str) -> str:
    """Write an address in ASCII; empty where that can't be done."""
    local, _, domain = address.rpartition("@")
    try:
        domain = encode_domain(domain)
    except UnicodeError:
        return ""
    return f"{local}@{domain}" if _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain) else ""


def encode_domain(domain: str) -> str:
    """Write a domain in ASCII: `xn--rsrapport-52a.example`. Raise `UnicodeError` where that can't be done."""
    return domain.encode("idna").decode("ascii")


def is_one_line(text: str) -> bool:
    """Tell whether a text can stand in a header: it has no line break and no other control character."""
    return not any(map(_is_control, text))


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter).startswith(("C", "Zl", "Zp"))


def _one_line(text: str) -> str:
    """Write a text on one line: what follows a line break in a header would be another header, or the mail's text."""
    return text if is_one_line(text) else "".join(" " if _is_control(letter) else letter for letter in text)


def content_id(picture: Enclosure, domain: str) -> str:
    """Return the identifier by which the HTML names a picture, made from what is in it."""
    return f"{sha256(picture.content).hexdigest()[:24]}@{domain}"


def write_mail(mail: Mail) -> bytes:
    """Return the mail as a draft that a mail client opens; the same bytes for the same mail.

    A text and an HTML alternative, the HTML with its pictures, and then what is attached.
    """
    digest = _digest(mail)
    message = EmailMessage(policy=_POLICY)
    message.set_raw("From", _mailboxes("From", (mail.sender,)))
    if mail.recipients:
        message.set_raw("To", _mailboxes("To", mail.recipients))
    message.set_raw("Subject", _encoded("Subject", mail.subject))
    message.set_raw("Date", format_datetime(mail.date))
    message.set_raw("Message-ID", f"<{mail.id}.{digest[:16]}@{mail.domain}>")
    message.set_raw("X-Unsent", "1")  # Outlook opens it ready to be sent, others don't mind
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    _add_pictures(message, mail)
    for file in mail.attachments:
        maintype, _, subtype = file.kind.partition("/")
        message.add_attachment(file.content, maintype=maintype, subtype=subtype, filename=_one_line(file.name))
    message.set_raw("Content-Language", mail.language)
    _settle(message, digest)
    return message.as_bytes()


def _digest(mail: Mail) -> str:
    """Return a hash of everything in the mail, each thing with its length before it."""
    boxes = [part for box in (mail.sender, *mail.recipients) for part in (box.name, box.address)]
    files = [part for file in (*mail.pictures, *mail.attachments) for part in (file.name, file.content)]
    made = sha256()
    for part in (mail.id, mail.date.isoformat(), *boxes, mail.subject, mail.text, mail.html, *files):
        content = part.encode() if isinstance(part, str) else part
        made.update(b"%d:" % len(content) + content)
    return made.hexdigest()


def _add_pictures(message: EmailMessage, mail: Mail) -> None:
    """Put the pictures beside the HTML that shows them (RFC 2387)."""
    html = message.get_body(("html",))
    if not mail.pictures or not isinstance(html, EmailMessage):
        return
    for file in mail.pictures:
        maintype, _, subtype = file.kind.partition("/")
        html.add_related(
            file.content,
            maintype=maintype,
            subtype=subtype,
            cid=f"<{content_id(file, mail.domain)}>",
            filename=_one_line(file.name),
            disposition="inline",
        )
    html.set_param("type", "text/html")


def _settle(message: EmailMessage, digest: str) -> None:
    """Give each multipart its boundary, and leave the MIME version to the whole.

    `=_` stands in no encoded body, so no boundary can be mistaken (RFC 2045, section 6.7).
    """
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{digest[:24]}.{number}")
        if number:
            del part["MIME-Version"]


def _mailboxes(header: str, mailboxes: Sequence[Mailbox]) -> str:
    """Write each mailbox on a line of its own."""
    return ",\r\n ".join(_mailbox(header, mailbox) for mailbox in mailboxes)


def _mailbox(header: str, mailbox: Mailbox) -> str:
    if not mailbox.name:
        return mailbox.address
    name = _one_line(mailbox.name)
    plain = name.isascii() and "=?" not in name and len(name) + len(header) < _LINE - 4
    name = f'"{quote(name)}"' if plain else _encoded(header, name, always=True)
    *_, last = name.split("\r\n")
    gap = " " if len(f"{header}: {last} <{mailbox.address}>,") <= _LINE else "\r\n "
    return f"{name}{gap}<{mailbox.address}>"


def _encoded(header: str, text: str, *, always: bool = False) -> str:
    """Write a text as it is if it is ASCII, else as encoded words, folded."""
    text = _one_line(text)
    plain = text.isascii() and "=?" not in text and not always
    charset = "us-ascii" if plain else "utf-8"
    return Header(text, charset, maxlinelen=_LINE, header_name=header).encode(linesep="\r\n")
