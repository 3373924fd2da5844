"""A build of a report full of traps reaches for nothing but its own files, and publishes the traps as mere texts."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pytest
from hostile_report import HOST, LABELS, MESSAGES, make_hostile
from lxml import html  # type: ignore[import-untyped]
from openpyxl import load_workbook
from reading_mail import body, read_mail

from reportgen.texts import find_flaw

ROOT = Path(__file__).resolve().parent.parent
WATCH = """
import os, sys

log = os.open(os.environ["WATCH_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

NOTED = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "subprocess.", "os.system", "os.exec", "os.posix_spawn")

def watch(event, values):
    if event == "open" or event.startswith(NOTED):
        os.write(log, f"{event} {values[0] if values else ''}\\n".encode("utf-8", "backslashreplace"))

sys.addaudithook(watch)
"""
"""Stands where Python looks for it when it starts, so that every process of a build has it."""
MACHINE = (
    *("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/fonts", "/etc/ssl/openssl.cnf", "/etc/locale.alias"),
    *(
        "/etc/mime.types",
        "/etc/ld.so.cache",
        "/etc/ld.so.preload",
        "/etc/localtime",
        "/var/cache/fontconfig",
        "/proc",
        "/sys",
        "/dev",
    ),
)
"""Where the libraries, fonts and time zones of a machine stand, and what tells a program of the machine."""
ACTIONS = frozenset({"/URI", "/JavaScript", "/Launch", "/SubmitForm", "/GoToR", "/GoToE", "/ImportData", "/Rendition"})
"""What a PDF can be told to do; to go elsewhere inside it is none of these."""
TITLE, NOTE = (MESSAGES[name].replace("{{", "{").replace("}}", "}") for name in ("title", "source-note"))
BUILT = Path("/built")
"""What the folder of the build is called in what was noted of it."""
OPENED = re.compile(r"= \d+<(/[^>]*)>$")
NETWORK = re.compile(r"\b(socket|connect|bind|sendto|sendmsg|listen|accept4?)\((.*)")


@pytest.fixture(scope="module")
def built(make_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Return the folder of a watched build: `site`, `audit.log`, `strace.log` where strace may be used, and more."""
    return make_once("hostile", lambda folder: watch(folder, "build", "--jobs=2", f"--output={folder / 'site'}"))


@pytest.fixture(scope="module")
def told(make_once: Callable[[str, Callable[[Path], None]], Path]) -> Path:
    """Return the folder in which a bulletin was written while it was watched: `bulletin`, and the logs."""
    return make_once("hostile-mail", lambda folder: watch(folder, "bulletin", f"--output={folder / 'bulletin'}"))


@pytest.fixture(params=["built", "told"])
def watched(request: pytest.FixtureRequest) -> Path:
    """Return the folder of each command that was watched."""
    folder: Path = request.getfixturevalue(request.param)
    return folder


def watch(folder: Path, *arguments: str) -> None:
    """Run the program on a hostile report in a folder, and note what its processes open."""
    for name in ("home", "tmp", "watch"):
        (folder / name).mkdir()
    (folder / "home" / ".netrc").write_text("machine example login me password secret", encoding="utf-8")
    (folder / "watch" / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    make_hostile(folder / "report")
    command = [sys.executable, "-c", "from reportgen.cli import main; main()", *arguments, "--language=en"]
    command += [f"--report={folder / 'report'}"]
    if may_trace():
        trace = ["strace", "-f", "-qq", "-y", "-e", "trace=%network,open,openat", "-e", "signal=none"]
        command = [*trace, "-o", str(folder / "strace.log"), *command]
    own = {
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "PYTHONPATH": f"{folder / 'watch'}{os.pathsep}{ROOT}",
        "WATCH_LOG": str(folder / "audit.log"),
    }
    subprocess.run(command, env=os.environ | own, check=True, capture_output=True)
    for log in folder.glob("*.log"):  # the folder is moved when it is finished
        log.write_bytes(log.read_bytes().replace(str(folder).encode(), str(BUILT).encode()))


def may_trace() -> bool:
    """Tell whether there is an strace, and whether it is allowed to look."""
    if shutil.which("strace") is None:
        return False
    return subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], check=False, capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def site(built: Path) -> Path:
    """Return the site that was built."""
    return built / "site"


def events(built: Path) -> Iterator[tuple[str, str]]:
    """Return what Python told of the build: the event's name, and what it was about."""
    for line in (built / "audit.log").read_text(encoding="utf-8").splitlines():
        event, _, about = line.partition(" ")
        yield event, about


def strangers(opened: set[str]) -> set[str]:
    """Return what belongs to none: the report, the program, what that is made of, the build's own folders."""
    program = (ROOT / name for name in ("reportgen", "templates", "styles", ".venv"))
    python = (Path(prefix) for prefix in (sys.prefix, sys.base_prefix))
    own = (BUILT / name for name in ("report", "site", "bulletin", "cache", "tmp", "watch", "audit.log"))
    known = {place for folder in (*program, *python, *own, *map(Path, MACHINE)) for place in (folder, folder.resolve())}
    staged = re.compile(rf"{BUILT}(/\.(site|bulletin)\.\w+\.(new|old)(/.*)?)?")
    return {
        name
        for name in opened
        if not any(Path(name).is_relative_to(folder) for folder in known)
        and not staged.fullmatch(name)
        and not Path(name).is_dir()  # names are listed where Python looks for modules
    }


def test_python_opens_no_socket_and_asks_for_no_address(watched: Path) -> None:
    """No process makes a socket, resolves a name, or asks for another address than one that is its data."""
    told = [(event, about) for event, about in events(watched) if event != "open"]
    assert [(event, about) for event, about in told if not about.startswith("data:")] == []
    assert {event for event, _ in told} <= {"urllib.Request"}


def test_python_starts_no_program(watched: Path) -> None:
    """A library is opened by its name: no compiler or linker, found who knows where, is asked where it stands."""
    programs = ("subprocess.", "os.")
    assert [(event, about) for event, about in events(watched) if event.startswith(programs)] == []


def test_python_opens_no_file_outside_the_known_folders(watched: Path) -> None:
    """What is read stands in the report, the program, its libraries or the build's own folders."""
    opened = {about for event, about in events(watched) if event == "open" and about.startswith("/")}
    assert len(opened) > 100
    assert strangers(opened) == set()


@pytest.mark.skipif(not may_trace(), reason="no strace here, or it may not trace")
def test_no_library_opens_a_socket(watched: Path) -> None:
    """The kernel sees no socket either, but pairs that a process talks to itself by."""
    log = (watched / "strace.log").read_text(encoding="utf-8", errors="replace")
    calls = [call[0] for call in NETWORK.finditer(log) if not call[2].startswith("AF_UNIX")]
    assert "openat(" in log
    assert calls == []


@pytest.mark.skipif(not may_trace(), reason="no strace here, or it may not trace")
def test_no_library_opens_a_file_outside_the_known_folders(watched: Path) -> None:
    """The kernel sees no other files opened than the known ones, whichever library asks for them."""
    log = (watched / "strace.log").read_text(encoding="utf-8", errors="replace")
    opened = {found[1] for line in log.splitlines() if (found := OPENED.search(line))}
    assert len(opened) > 1000
    assert strangers({name.removesuffix(" (deleted)") for name in opened}) == set()


def test_pages_hold_no_element_that_a_text_made(site: Path) -> None:
    """A page's scripts, styles and pictures are its own; labels are words in it, with every sign that they have."""
    for page in site.rglob("*.html"):
        tree = html.document_fromstring(page.read_bytes())
        assert not [*tree.iter("iframe", "object", "embed", "base", "form")]
        assert all(str(script.get("src", "")).endswith(".js") for script in tree.iter("script") if not script.text)
        assert not [script for script in tree.iter("script") if HOST in script.get("src", "")]
        names = {str(name) for element in tree.iter() if isinstance(element.tag, str) for name in element.attrib}
        assert not {name for name in names if name.startswith("on")}
        addresses = [str(address) for _, _, address, _ in tree.iterlinks()]
        assert not [a for a in addresses if HOST in a or a.startswith(("javascript:", "file:", "data:text"))]
    words = html.document_fromstring((site / "en/2013-11/index.html").read_bytes()).text_content()
    assert [label for label in LABELS.values() if label not in words] == []


def test_drawings_hold_no_element_that_a_text_made(site: Path) -> None:
    """A drawing has shapes and words, and no script, picture or address."""
    drawings = [*site.rglob("*.svg")]
    assert len(drawings) > 5
    for drawing in drawings:
        root = ET.fromstring(drawing.read_bytes())  # noqa: S314 - what the build has just written
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert tags <= {*("svg", "g", "path", "rect", "line", "text", "title", "desc", "style", "circle", "defs")} | {
            *("clipPath", "tspan", "polyline", "linearGradient", "stop")
        }
        attributes = {name for element in root.iter() for name in element.attrib}
        assert not {name for name in attributes if name.rpartition("}")[2].startswith(("on", "href"))}


def test_no_cell_of_a_csv_file_is_a_formula(site: Path) -> None:
    """What a spreadsheet reads from any CSV file is a number or a text that it shows as it is."""
    files = [*site.rglob("*.csv")]
    assert len(files) > 20
    for file in files:
        text = file.read_text(encoding="utf-8-sig")
        rows = csv.reader(text.splitlines(keepends=True), delimiter=";" if ";" in text.split("\n")[0] else ",")
        cells = {cell for row in rows for cell in row if not re.fullmatch(r"-?[0-9]+([.,][0-9]+)?", cell)}
        assert not {cell for cell in cells if find_flaw(cell)}


def test_no_cell_of_the_workbook_is_a_formula(site: Path) -> None:
    """Every cell is a text or a number, and no link leads to a file or to another workbook."""
    (path,) = site.rglob("*.xlsx")
    cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert set(LABELS.values()) - {cell.value for cell in cells} <= {LABELS["women"], LABELS["jobseekers"]}
    links = [cell.hyperlink.target for cell in cells if cell.hyperlink and cell.hyperlink.target]
    assert [link for link in links if not link.startswith(("https://data.norge.no/", "mailto:nav"))] == []
    with zipfile.ZipFile(path) as parts:
        assert not [name for name in parts.namelist() if "external" in name.lower() or "vba" in name.lower()]


def test_the_pdf_does_nothing_and_leads_nowhere_else(site: Path) -> None:
    """A PDF has no script and no action but its links, which lead to the addresses of the definition."""
    (path,) = site.rglob("*.pdf")
    with pikepdf.open(path) as pdf:
        found = [dictionary for item in pdf.objects for dictionary in dictionaries(item)]
        actions = [item for item in found if str(item.get("/S")) in ACTIONS]
        assert {str(action.S) for action in actions} == {"/URI"}
        addresses = {str(action.URI) for action in actions}
        assert not [address for address in addresses if HOST in address or not re.match("https://|mailto:", address)]
        assert not [item for item in found if "/JS" in item or "/AA" in item or "/OpenAction" in item]
        assert list(pdf.attachments) == ["observations.csv"]


def dictionaries(item: pikepdf.Object) -> Iterator[pikepdf.Dictionary]:
    """Return an object's dictionaries, those inside it too."""
    if isinstance(item, pikepdf.Dictionary):
        yield item
        parts = [item[key] for key in item.keys()]  # noqa: SIM118 - going through it is not allowed
    else:
        parts = list(item) if isinstance(item, pikepdf.Array) else []
    for part in parts:
        if not getattr(part, "is_indirect", True):
            yield from dictionaries(part)


def test_files_for_programs_stay_what_they_are(site: Path) -> None:
    """JSON, XML and the calendar are read as before: no text ends its own quotation."""
    for file in (path for path in site.rglob("*") if path.suffix in {".json", ".jsonld"}):
        json.loads(file.read_text(encoding="utf-8"))
    for file in site.rglob("*.xml"):
        tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(file.read_bytes()).iter()}  # noqa: S314
        assert not tags & {"script", "iframe", "img"}
    (calendar,) = site.rglob("*.ics")
    assert all(re.match(r"[A-Z-]+[:;]|[ \t]", line) for line in calendar.read_text(encoding="utf-8").splitlines())
    (observations,) = site.rglob("*.px")
    statements = re.findall(r'(?:[^";]|"[^"]*")+;', observations.read_text(encoding="utf-8"))
    keywords = [re.match(r"\s*([A-Z0-9-]+)", statement) for statement in statements]
    assert len(keywords) > 20
    assert None not in keywords


def test_a_bulletin_holds_nothing_that_a_text_made(told: Path) -> None:
    """The HTML, in the mail and beside it, has words, the picture and the site's addresses; so has the text."""
    (folder,) = (told / "bulletin").iterdir()
    (mail,) = (read_mail(path.read_bytes()) for path in folder.glob("*.eml"))
    for source in ((folder / "bulletin.html").read_text(encoding="utf-8"), body(mail, "html")):
        tree = html.document_fromstring(source)
        elements = [element for element in tree.iter() if isinstance(element.tag, str)]
        assert {element.tag for element in elements} <= {
            *("html", "head", "meta", "title", "body", "div", "table", "tr", "td", "p", "br", "h1", "h2", "ul", "li"),
            *("a", "img", "span", "strong"),
        }
        names = {name for element in elements for name in element.attrib}
        assert not {name for name in names if name.startswith("on")}
        assert not re.search(r"url\(|@import|expression", " ".join(element.get("style", "") for element in elements))
        assert {address.partition(":")[0] for _, _, address, _ in tree.iterlinks()} <= {
            "https",
            "mailto",
            "cid",
            "data",
        }
        assert not [address for _, _, address, _ in tree.iterlinks() if HOST in address]
        words = tree.text_content()
        assert [text for text in (TITLE, NOTE) if text not in words] == []
    assert body(mail, "plain") == (folder / "bulletin.txt").read_text(encoding="utf-8")
    assert body(mail, "plain").startswith(f"{TITLE}\n")


def test_a_bulletin_has_the_headers_of_any_other(told: Path) -> None:
    """No subject begins a header of its own, or is decoded twice; nobody else is written to."""
    (path,) = (told / "bulletin").glob("*/*.eml")
    content = path.read_bytes()
    mail = read_mail(content)
    assert mail.keys() == [
        *("From", "Subject", "Date", "Message-ID", "X-Unsent", "MIME-Version", "Content-Type", "Content-Language"),
    ]
    assert mail["Subject"] == f"Bcc: all@{HOST} =?utf-8?q?=0ABcc:_all=40{HOST}?= <script> 75,769 3.1"
    assert [part.get_content_type() for part in mail.walk()] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"),
        "application/pdf",
    ]
    assert mail.defects == []
