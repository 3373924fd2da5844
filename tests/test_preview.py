"""The preview shows what was saved last, says what is wrong, and answers nobody but this machine."""

import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from http import HTTPStatus
from multiprocessing import active_children
from pathlib import Path
from queue import Queue
from threading import Thread
from urllib.parse import urlsplit

import pytest

from reportgen.cli import serve
from reportgen.errors import Problem, Where
from reportgen.preview import open_preview
from reportgen.preview.pages import failure_page, served_page
from reportgen.preview.rebuilding import State
from reportgen.preview.workers import Outcome, Plan

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = ROOT / "examples" / "tiltaksdeltakere"
PATIENCE = 60
"""Seconds after which an edition that isn't there won't come."""
PAGE = "/nb/2013-11/"
PDF = "/nb/2013-11/tiltaksdeltakere-2013-11-nb.pdf"
PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a terminal, wherever the tests run
from reportgen.cli import main
main()
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the preview answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def text(self) -> str:
        """The content as text."""
        return self.content.decode()


def ask(address: str, path: str, **headers: str) -> Answer:
    """Ask for a path exactly as it is written; a browser would tidy it first."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    content = response.read()
    connection.close()
    return Answer(status=response.status, headers=dict(response.getheaders()), content=content)


def listen(address: str) -> "Queue[str]":
    """Return what the preview's news say, each as soon as it is told."""
    versions: Queue[str] = Queue()

    def follow() -> None:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=PATIENCE)
        connection.request("GET", "/-/events")
        for line in connection.getresponse():
            if line.startswith(b"data: "):
                versions.put(line.decode().split()[1])

    Thread(target=follow, daemon=True).start()
    return versions


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A preview in another process, of a report and a program that tests may change."""

    address: str
    process: "subprocess.Popen[str]"
    news: "Queue[str]"
    report: Path
    program: Path
    temporary: Path
    errors: Path
    """What it wrote to standard error."""

    def get(self, path: str, **headers: str) -> Answer:
        """Ask the preview."""
        return ask(self.address, path, **headers)

    def save(self, file: Path, old: str, new: str) -> None:
        """Change a file, and wait until the browser is told."""
        before = file.read_text(encoding="utf-8")
        assert old in before, f"{file.name} has no {old}"
        file.write_text(before.replace(old, new), encoding="utf-8", newline="")
        self.news.get(timeout=PATIENCE)

    @contextmanager
    def saved(self, file: Path, old: str, new: str) -> Iterator[None]:
        """Change a file while the context lasts; it begins and ends when the browser is told."""
        before = file.read_bytes()
        self.save(file, old, new)
        yield
        file.write_bytes(before)
        self.news.get(timeout=PATIENCE)

    def told(self, text: str) -> bool:
        """Tell whether the terminal has said this, at the latest in a moment."""
        until = time.monotonic() + 5
        while text not in self.errors.read_text(encoding="utf-8"):
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def stylesheet(self) -> str:
        """Return the style sheet that the page asks for."""
        found = re.search(r'href="\.\./\.\.(/assets/[^"]+\.css)"', self.get(PAGE).text)
        assert found
        return self.get(found[1]).text

    def site(self) -> Path:
        """Return the folder of the newest edition."""
        (folder,) = self.temporary.iterdir()
        return max(folder.glob("editions/*/site"), key=lambda site: int(site.parent.name))


def copy_report(target: Path) -> Path:
    """Copy the example with one figure and one table, which are drawn and laid out in no time."""
    shutil.copytree(EXAMPLE, target)
    file = target / "report.toml"
    text = file.read_text(encoding="utf-8")
    first, *others = re.findall(r"^\[\[figures\]\]\n.*?(?=^\[|^#)", text, re.DOTALL | re.MULTILINE)
    assert 'id = "participants"' in first
    for figure in others:
        text = text.replace(figure, "")
    text = re.sub(r", see = \[[^\]]*\]", "", text)
    text = text.replace('figures = ["participants", "main-groups"]', 'figures = ["participants"]')
    text = re.sub(r'^figures = \["(?!participants").*\]\n', "", text, flags=re.MULTILINE)
    text = re.sub(r"^tables = \[.*?^\]", 'tables = ["main-groups"]', text, flags=re.DOTALL | re.MULTILINE)
    file.write_text(text, encoding="utf-8")
    return target


@contextmanager
def start(folder: Path, *options: str, errors: Path) -> Iterator["subprocess.Popen[str]"]:
    """Run the command from the program in a folder, until the test is over, however that ends."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "program"), "TMPDIR": str(folder / "temporary")}
    (folder / "temporary").mkdir(exist_ok=True)
    with (
        errors.open("w") as file,
        subprocess.Popen(
            [sys.executable, "-P", "-c", PROGRAM, "serve", "--report", str(folder / "report"), *options],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=file,
            text=True,
        ) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the program and of a report."""
    folder = tmp_path_factory.mktemp("preview")
    copy_report(folder / "report")
    for name in ("reportgen", "templates", "styles"):
        shutil.copytree(ROOT / name, folder / "program" / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture(scope="module")
def served(place: Path) -> Iterator[Served]:
    """Return a preview of the newest month in Norwegian, with its first edition."""
    errors = place / "errors"
    with start(place, "--language", "nb", "--port", "0", errors=errors) as process:
        assert process.stdout
        address = process.stdout.readline().split()[0]
        news = listen(address)
        assert news.get(timeout=PATIENCE).endswith("-0")
        assert news.get(timeout=PATIENCE).endswith("-1")
        yield Served(
            address=address,
            process=process,
            news=news,
            report=place / "report",
            program=place / "program",
            temporary=place / "temporary",
            errors=errors,
        )


def test_the_site_is_served(served: Served) -> None:
    """The first page is found without its name, and what it links to comes with the right type, never from a cache."""
    assert 'href="nb/index.html"' in served.get("/").text
    assert served.get(PAGE.rstrip("/")).headers["Location"] == PAGE
    page = served.get(PAGE)
    assert (page.status, page.headers["Content-Type"]) == (HTTPStatus.OK, "text/html; charset=utf-8")
    assert page.headers["Cache-Control"] == "no-store"
    assert "Deltakere i arbeidsrettede tiltak" in page.text
    csv = served.get("/data/2013-11/observations.csv")
    assert csv.content == (served.site() / "data/2013-11/observations.csv").read_bytes()
    assert csv.headers["Content-Type"] == "text/csv; charset=utf-8"
    for link, kind in ((r'"\.\./\.\.([^"]+\.css)"', "text/css"), (r'"\.\./\.\.([^"]+\.woff2)"', "font/woff2")):
        found = re.search(link, page.text)
        assert found
        assert served.get(found[1]).headers["Content-Type"].startswith(kind)
    assert served.get(f"{PAGE}figures/participants.svg").headers["Content-Type"] == "image/svg+xml"


def test_the_page_is_the_file_with_a_script(served: Served) -> None:
    """The served copy has one style sheet, one script and what its policy must allow for them, and nothing else."""
    file = (served.site() / "nb/2013-11/index.html").read_text(encoding="utf-8")
    page = served.get(PAGE).text
    policy = re.compile(r'(Content-Security-Policy" content=")([^"]*)')
    before, after = policy.search(file), policy.search(page)
    assert before
    assert after
    allowed = {rule.strip() for rule in unescape(after[2]).split(";")}
    assert {rule.strip() for rule in unescape(before[2]).split(";")} <= allowed
    assert {"script-src 'self'", "connect-src 'self'", "style-src 'self'", "default-src 'none'"} <= allowed
    added = r'<link rel="stylesheet" href="/-/preview.css">\n<script src="/-/reload.js" data-version="[^"]+" defer>'
    less, times = re.subn(f"{added}</script>\n", "", page.replace(after[0], before[0]))
    assert times == 1
    assert less == file
    assert "/-/" not in file
    assert served.get("/-/reload.js").headers["Content-Type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/../../report/report.toml",
        "/%2e%2e/%2e%2e/%2e%2e/report/report.toml",
        "/nb/..%2f..%2f..%2f..%2f..%2freport/report.toml",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/..\\..\\report",
        "/nb/2013-11/%00",
        "/out/report.toml",
        "/nb/2013-11/missing.html",
        "/nb/2013-11/other.pdf/x.pdf",
        "/nb/2099-01/x.pdf",
    ],
)
def test_nothing_outside_the_site_is_served(served: Served, path: str) -> None:
    """An address that leads out of the site, or to nothing in it, gets the page for what isn't there."""
    link = served.site() / "out"
    if not link.exists():
        link.symlink_to(served.report)
    answer = served.get(path)
    assert answer.status == HTTPStatus.NOT_FOUND
    assert b"[report]" not in answer.content
    assert b"root:" not in answer.content


def test_the_site_s_own_page_stands_for_what_is_not_there(served: Served) -> None:
    """Where the site has a 404 page, that is served, and reloads as any other."""
    page = served.site() / "404.html"
    page.write_text("<html><head><title>Borte</title></head><body>Borte</body></html>", encoding="utf-8")
    answer = served.get("/nowhere/")
    page.unlink()
    assert answer.status == HTTPStatus.NOT_FOUND
    assert "<body>Borte</body>" in answer.text
    assert "/-/reload.js" in answer.text


def test_a_foreign_name_is_refused(served: Served) -> None:
    """A page elsewhere whose name leads to this machine learns nothing."""
    port = urlsplit(served.address).port
    for name in (
        f"evil.example:{port}",
        "evil.example",
        f"127.0.0.1.evil.example:{port}",
        "localhost.evil.example",
        "",
    ):
        for path in (PAGE, "/-/events", "/-/reload.js"):
            answer = served.get(path, Host=name)
            assert (answer.status, b"Deltakere" in answer.content) == (HTTPStatus.FORBIDDEN, False), name
    for name in ("localhost", f"localhost:{port}", f"127.0.0.1:{port}"):
        assert served.get(PAGE, Host=name).status == HTTPStatus.OK, name


def test_it_listens_on_this_machine_alone(served: Served) -> None:
    """The one listening socket on the port is bound to 127.0.0.1."""
    port = urlsplit(served.address).port
    listening = []
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        rows = [line.split() for line in table.read_text().splitlines()[1:]] if table.exists() else []
        listening += [row[1] for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == port]
    assert listening == [f"0100007F:{port:04X}"]


def test_a_saved_style_is_shown(served: Served) -> None:
    """After a rule is saved, the browser is told, and the page asks for a style sheet that has it."""
    assert "--saved" not in served.stylesheet()
    served.save(served.program / "styles/screen.css", "body {", "body { --saved: 1;")
    assert "--saved" in served.stylesheet()


def test_a_saved_template_is_shown(served: Served) -> None:
    """After a template is saved, the page is laid out with it."""
    served.save(served.program / "templates/report.html", '<p class="statistic">', '<p class="statistic saved">')
    assert '<p class="statistic saved">' in served.get(PAGE).text


def test_a_saved_colour_is_drawn(served: Served) -> None:
    """After a token is saved, figures are drawn with it, although they were kept through the saves before."""
    old, new, figure = "#1d5c9e", "#1d5c01", f"{PAGE}figures/participants.svg"
    before = served.get(figure).text
    assert old in before
    served.save(served.program / "styles/tokens.css", old, new)
    assert served.get(figure).text == before.replace(old, new)


def test_a_saved_word_is_said(served: Served) -> None:
    """After a word of a catalogue is saved, page and figures say it."""
    served.save(served.report / "texts/nb.po", "Kilde: ", "Kjelde: ")
    assert "Kjelde: " in served.get(PAGE).text
    assert "Kjelde: " in served.get(f"{PAGE}figures/participants.svg").text


def test_a_wrong_figure_is_told_and_mended(served: Served) -> None:
    """While a figure is wrong, page and terminal say where and what to do, and the last good page is below."""
    source = served.report / "sources/2013-11.txt"
    lines = source.read_text(encoding="utf-8").split("\n")
    line = lines[128]  # line 129, whose second cell is 1 803
    good = served.get(PAGE).text
    with served.saved(source, line, line.replace("1 803", "1 804", 1)):
        page = served.get(PAGE)
        assert page.status == HTTPStatus.OK
        assert 'class="reportgen-preview covers"' in page.text
        assert "at 2013-11.txt:129:2" in page.text
        assert "1 803" in re.sub(r"[\xa0]", " ", page.text.partition('class="hint"')[2].partition("</p>")[0])
        before, after = good.partition("<body>")[2].rstrip(), page.text.partition("<body>")[2]
        assert after.startswith(before.removesuffix("</html>").rstrip().removesuffix("</body>"))
        assert served.told("error: ")
        assert served.told("\n  at 2013-11.txt:129:2\n  hint: ")
    assert "reportgen-preview" not in served.get(PAGE).text


def test_a_mistake_in_a_template_is_told_with_its_trace(served: Served) -> None:
    """What the program doesn't foresee is shown with the line where it happened, escaped."""
    with served.saved(served.program / "templates/report.html", "{% endblock %}", "{% endblock <b> %}"):
        page = served.get(PAGE).text
        trace = page.partition("<pre")[2].partition("</pre>")[0]
        assert "TemplateSyntaxError" in trace
        assert "templates/report.html" in trace
        assert "<b>" not in trace
        assert served.told("TemplateSyntaxError")
    assert "TemplateSyntaxError" not in served.get(PAGE).text


def test_a_pdf_is_laid_out_when_it_is_asked_for(served: Served) -> None:
    """The page links to its PDF, which isn't there until somebody asks, and then comes; another name finds none."""
    assert f'href="{PDF.rpartition("/")[2]}"' in served.get(PAGE).text
    assert not list(served.temporary.rglob("*.pdf"))
    answer = served.get(PDF)
    assert (answer.status, answer.headers["Content-Type"]) == (HTTPStatus.OK, "application/pdf")
    assert answer.content.startswith(b"%PDF-")
    began = time.monotonic()
    assert served.get(PDF).content == answer.content
    assert served.get(f"{PAGE}other.pdf").status == HTTPStatus.NOT_FOUND
    assert time.monotonic() - began < 1  # kept, not laid out again


def test_a_taken_port_is_told(served: Served, place: Path) -> None:
    """A second preview at the same port says so, with another port to choose."""
    port = urlsplit(served.address).port
    with start(place, "--port", str(port), errors=place / "second") as process:
        assert process.wait(timeout=PATIENCE) == 2
    assert (place / "second").read_text(encoding="utf-8") == (
        f"error: the preview can't be shown at 127.0.0.1, port {port}: Address already in use\n"
        f"  hint: choose another port, such as --port {(port or 0) + 1}\n"
    )


def test_ctrl_c_ends_all(served: Served) -> None:
    """Ctrl-C ends the preview with 0; its processes and its folder are gone, and standard error has no trace."""
    children = children_of(served.process.pid)
    assert children
    told = served.errors.read_text(encoding="utf-8")
    served.process.send_signal(signal.SIGINT)
    assert served.process.wait(timeout=10) == 0
    assert not list(served.temporary.iterdir())
    wait_until_gone(children)
    assert served.errors.read_text(encoding="utf-8") == told


def test_a_preview_can_end_before_its_first_edition(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while the first edition is being built, and a request to end, leave nothing behind either."""
    months = [f"--month=2013-{number:02}" for number in range(1, 12)]  # which take long enough, made from nothing
    for number in (signal.SIGINT, signal.SIGTERM):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / number.name))
        with start(place, "--port", "0", *months, errors=place / "third") as process:
            assert process.stdout
            address = process.stdout.readline().split()[0]
            waiting = ask(address, "/anything")
            assert (waiting.status, "is being built" in waiting.text) == (HTTPStatus.SERVICE_UNAVAILABLE, True)
            children = children_of(process.pid)
            process.send_signal(number)
            assert process.wait(timeout=10) == 0
        assert not list((place / "temporary").iterdir())
        wait_until_gone(children)
        assert (place / "third").read_text(encoding="utf-8") == ""


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    return [int(word) for word in found.stdout.split()]


def wait_until_gone(processes: list[int]) -> None:
    """Fail if one of the processes is still there after a moment."""
    until = time.monotonic() + 5
    while left := [pid for pid in processes if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < until, f"{left} are left"
        time.sleep(0.05)


def test_a_report_that_cannot_be_read_yet_appears(tmp_path: Path) -> None:
    """Without a good edition every address says what is wrong; as soon as it is mended the site is there."""
    told: Queue[Outcome] = Queue()
    report = tmp_path / "report"
    plan = Plan(report=report, languages=("nb",))
    with open_preview(plan, tell=lambda outcome, _seconds: told.put(outcome), port=0) as address:
        (problem,) = told.get(timeout=PATIENCE).problems
        page = ask(address, "/")
        assert page.status == HTTPStatus.INTERNAL_SERVER_ERROR
        assert problem.kind == "unreadable"
        assert problem.hint == "choose another folder with --report"
        assert problem.hint in page.text
        copy_report(tmp_path / "copy").rename(report)
        assert told.get(timeout=PATIENCE).pages == ("nb/2013-11/index.html",)
        assert ask(address, PAGE).status == HTTPStatus.OK
    assert not active_children()


def test_what_is_told_is_escaped() -> None:
    """A message, a hint, a place or a trace that is HTML stands in the page as a text."""
    hostile = "</pre><script>alert(1)</script>"
    problem = Problem(kind="unknown-label", message=hostile, hint=hostile, where=(Where(file=hostile),))
    outcome = Outcome(problems=(problem,), trace=hostile)
    state = State(version="v", failure=outcome)
    for page in (served_page(b"<body></body>", state), failure_page(state, outcome)):
        assert hostile not in page.decode()
        assert page.decode().count("&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;") == 4


def test_a_page_without_a_policy_or_a_head_is_served() -> None:
    """What the preview adds goes to the end where a page has no place for it."""
    assert served_page(b"<p>bare</p>", State(version="v")).startswith(b'<p>bare</p><link rel="stylesheet"')


def test_a_policy_keeps_what_it_allows() -> None:
    """A page that allows scripts already, or nothing at all, is served with what the preview needs besides."""
    page = '<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;; script-src {}">'
    for written, expected in (("https://a.example", "https://a.example 'self'"), ("'none'", "'self'")):
        served = unescape(served_page(page.format(written).encode(), State(version="v")).decode())
        assert f"script-src {expected};" in served
        assert "connect-src 'self'" in served


def test_the_port_is_the_one_that_is_told() -> None:
    """The how-to names the port that is used where none is chosen."""
    (option,) = [option for option in serve.params if option.name == "port"]
    assert f"http://127.0.0.1:{option.default}/" in (ROOT / "docs/how-to/preview.md").read_text(encoding="utf-8")
