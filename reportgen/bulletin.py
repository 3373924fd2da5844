"""Turns a report into the mail that tells of it, and into the same as HTML and text to be pasted elsewhere.

The HTML is for mail programs, which know tables and little else: its styles stand in the elements, the picture is PNG,
and nothing is fetched. How a mail is written is for `mail`. Knows no figures; every text arrives finished.
"""

import textwrap
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from reportgen.charts.theme import colours
from reportgen.errors import DefinitionError, Problem
from reportgen.language import Language
from reportgen.mail import (
    Enclosure,
    Mail,
    Mailbox,
    check_mailbox,
    content_id,
    encode_domain,
    is_one_line,
    parse_mailbox,
    write_mail,
)
from reportgen.output import FolderKind, OutputFile
from reportgen.page import environment
from reportgen.report import Link, Report, RichText
from reportgen.rules import BulletinRules

BULLETINS = FolderKind(name="bulletins", sign="*/bulletin.txt")
"""The folder that bulletins are written in."""

_MEASURE = 72
"""Longest line of the text, where no address is longer."""
_LIST_ITEM = "- "


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who a mail is from and for, and perhaps a subject of its own."""

    sender: Mailbox
    recipients: tuple[Mailbox, ...] = ()
    subject: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """What a mail about a month says and carries."""

    report: Report
    language: Language
    subject: str
    """What it says where the envelope has no subject."""
    envelope: Envelope
    date: datetime
    """When the month is released."""
    site: str
    """Address of the site, with a slash at its end."""
    contact: str
    """Mail address for questions."""
    picture: bytes
    """The main figure as PNG; empty where it can't be drawn."""
    pdf: Enclosure


def read_envelope(
    rules: BulletinRules, *, sender: str = "", recipients: Sequence[str] = (), subject: str = ""
) -> Envelope:
    """Return the envelope of the definition, with what is given here in its place.

    Raise `DefinitionError` with every bad address, for a subject of several lines, and where there is no sender.
    """
    problems = []
    if not (sender or rules.sender):
        hint = "give it with --from, or add sender to bulletin in report.toml"
        problems.append(Problem(kind="missing-sender", message="the bulletin has no sender", hint=hint))
    if not is_one_line(subject):
        message = "the subject has a line break or another control character"
        problems.append(Problem(kind="mail-subject", message=message, hint="write it on one line"))
    texts = [*filter(None, [sender or rules.sender]), *(recipients or rules.recipients)]
    problems += [problem for text in texts for problem in check_mailbox(text)]
    if problems:
        raise DefinitionError(problems)
    first, *others = map(parse_mailbox, texts)
    return Envelope(sender=first, recipients=tuple(dict.fromkeys(others)), subject=subject.strip())


def write_bulletin(bulletin: Bulletin) -> tuple[OutputFile, ...]:
    """Return the mail, named as the PDF, and its two bodies as files to be pasted."""
    folder = PurePosixPath(f"{bulletin.report.month}-{bulletin.report.language}")
    mail = _compose_mail(bulletin)
    picture = f"data:image/png;base64,{b64encode(bulletin.picture).decode()}" if bulletin.picture else ""
    name = PurePosixPath(bulletin.pdf.name).with_suffix(".eml")
    return (
        OutputFile(path=folder / name, content=write_mail(mail)),
        OutputFile(path=folder / "bulletin.html", content=render_html(bulletin, picture).encode()),
        OutputFile(path=folder / "bulletin.txt", content=mail.text.encode()),
    )


def _compose_mail(bulletin: Bulletin) -> Mail:
    report = bulletin.report
    domain = encode_domain(urlsplit(bulletin.site).hostname or report.id)
    picture = Enclosure(name=f"{report.main_figure.id}.png", kind="image/png", content=bulletin.picture)
    return Mail(
        id=f"{report.month}.{report.language}",
        domain=domain,
        language=report.language,
        date=bulletin.date,
        sender=bulletin.envelope.sender,
        recipients=bulletin.envelope.recipients,
        subject=_subject(bulletin),
        text=render_text(bulletin),
        html=render_html(bulletin, f"cid:{content_id(picture, domain)}" if bulletin.picture else ""),
        pictures=(picture,) if bulletin.picture else (),
        attachments=(bulletin.pdf,),
    )


def _subject(bulletin: Bulletin) -> str:
    return bulletin.envelope.subject or bulletin.subject


def render_html(bulletin: Bulletin, picture: str) -> str:
    """Return the HTML body; `picture` is the address of the main figure's PNG, `cid:…` or `data:…`."""
    template = environment().get_template("bulletin.html")
    return template.render(**_contents(bulletin), picture=picture, colours=_names(colours()))


def render_text(bulletin: Bulletin) -> str:
    """Return the text body, in lines of at most 72 characters unless an address is longer."""
    template = environment().overlay(autoescape=False).get_template("bulletin.txt")
    return "".join(f"{_wrap(line)}\n" for line in template.render(**_contents(bulletin)).splitlines())


def _contents(bulletin: Bulletin) -> dict[str, object]:
    """Return what both templates show."""
    report, language = bulletin.report, bulletin.language
    page, *files = _links(bulletin)
    return {
        "report": report,
        "subject": _subject(bulletin),
        "page": page,
        "files": files,
        "lead": [_resolve(paragraph, page.target) for paragraph in report.lead],
        "figure": Link(text=language.message("bulletin.figure"), target=f"{page.target}#{report.main_figure.id}"),
        "contact_label": language.message("bulletin.contact"),
        "contact": Link(text=bulletin.contact, target=f"mailto:{bulletin.contact}"),
    }


def _links(bulletin: Bulletin) -> tuple[Link, ...]:
    """Return where the month stands on the web, the page first; these addresses stay."""
    month, code = bulletin.report.month, bulletin.report.language
    paths = {
        "bulletin.page": f"{code}/{month}/",
        "bulletin.pdf": f"{code}/{month}/{bulletin.pdf.name}",
        "bulletin.observations": f"data/{month}/observations.csv",
        "bulletin.indicators": f"data/{month}/indicators.csv",
    }
    return tuple(Link(text=bulletin.language.message(key), target=bulletin.site + path) for key, path in paths.items())


def _resolve(text: RichText, page: str) -> RichText:
    """Let the links of a text that lead to a figure or table lead there on the page."""
    return tuple(
        replace(piece, target=f"{page}#{piece.target}")
        if isinstance(piece, Link) and ":" not in piece.target
        else piece
        for piece in text
    )


def _names(tokens: Mapping[str, str]) -> dict[str, str]:
    """Return colours by names that a template can use: `ink_soft`."""
    return {name.replace("-", "_"): colour for name, colour in tokens.items()}


def _wrap(line: str) -> str:
    """Break a line between words where it is too long; what belongs to a list's item is set in below its text."""
    if " " not in line.strip():
        return line  # an address
    indent = " " * (len(line) - len(line.lstrip(" ")))
    hanging = " " * len(_LIST_ITEM) if line.startswith(_LIST_ITEM) else indent
    return textwrap.fill(line, _MEASURE, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)
