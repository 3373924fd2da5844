"""Answers a browser: the files of the last good edition, what is wrong, and the news that there is another edition.

Nothing outside the site's folder is ever read for an address, and nobody who asks for another name is answered:
a foreign page could otherwise let its own name lead here.
"""

import socket
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path, PurePosixPath
from socketserver import ThreadingTCPServer
from urllib.parse import quote, unquote, urlsplit

from reportgen.errors import DefinitionError, Problem
from reportgen.media_types import TYPES, media_type
from reportgen.preview.pages import OWN_FILES, failure_page, served_page, waiting_page
from reportgen.preview.rebuilding import Rebuilder, State
from reportgen.preview.workers import Outcome

HTML = TYPES[".html"]
EVENTS = "/-/events"

_LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}
_SILENCE = 5.0
"""Seconds after which a browser that waits is told that nothing has happened; so we learn that it has gone."""


class _Server(ThreadingTCPServer):
    allow_reuse_address = True  # a port that has just been left may be taken again
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of a browser that has gone."""


def open_server(rebuilder: Rebuilder, address: tuple[str, int], *, only_local: bool) -> ThreadingTCPServer:
    """Listen at the address, and nowhere else; `only_local` answers nobody who asks for another machine's name.

    Raise `DefinitionError` where that can't be.
    """
    host, port = address

    class Server(_Server):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    try:
        return Server(address, partial(_Handler, rebuilder, only_local=only_local))
    except (OSError, OverflowError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"the preview can't be shown at {host}, port {port}: {reason}"
        problem = Problem(kind="port", message=message, hint=f"choose another port, such as --port {port + 1}")
        raise DefinitionError(problem) from error


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server_version = "reportgen"
    sys_version = ""
    timeout = 60

    def __init__(self, rebuilder: Rebuilder, *arguments: object, only_local: bool) -> None:
        """Answer it."""
        self._rebuilder, self._only_local = rebuilder, only_local
        super().__init__(*arguments)  # type: ignore[arg-type] # what socketserver gives

    def do_GET(self) -> None:
        """Answer with a file, with what is wrong, or with the news."""
        address = urlsplit(self.path).path
        if not self._is_for_us():
            self._answer(b"This preview answers to localhost only.\n", TYPES[".txt"], HTTPStatus.FORBIDDEN)
        elif address == EVENTS and self.command == "GET":
            self._tell_news()
        elif address in OWN_FILES:
            self._answer(OWN_FILES[address], TYPES[PurePosixPath(address).suffix])
        else:
            self._answer_from_site(unquote(address, errors="replace"))

    def do_HEAD(self) -> None:
        """Answer as to GET, without the content."""
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is for what is wrong."""

    def _is_for_us(self) -> bool:
        name = self.headers.get("Host", "").lower()
        return not self._only_local or name in _LOCAL_NAMES or name.rpartition(":")[0] in _LOCAL_NAMES

    def _answer_from_site(self, address: str) -> None:
        state = self._rebuilder.state
        if state.edition is None:
            failed = state.failure
            page = failure_page(state, failed) if failed else waiting_page(state)
            status = HTTPStatus.INTERNAL_SERVER_ERROR if failed else HTTPStatus.SERVICE_UNAVAILABLE
            self._answer(page, HTML, status)
            return
        file = _find(state.edition.site, address)
        if file and file.is_dir():
            if not address.endswith("/"):
                self._redirect(f"{address}/")
                return
            file = file / "index.html"
        if file and not file.is_file() and file.suffix == ".pdf":
            self._answer_paper(PurePosixPath(address.lstrip("/")), state)
        else:
            self._answer_file(file, state)

    def _answer_paper(self, path: PurePosixPath, state: State) -> None:
        found = self._rebuilder.paper(path)
        if isinstance(found, Outcome):
            self._answer(failure_page(self._rebuilder.state, found), HTML, HTTPStatus.INTERNAL_SERVER_ERROR)
        else:
            self._answer_file(found, state)

    def _answer_file(self, file: Path | None, state: State) -> None:
        """Answer with a file, or with the site's page for what isn't there."""
        status = HTTPStatus.OK
        if not (file and file.is_file()):
            status = HTTPStatus.NOT_FOUND
            file = state.edition.site / "404.html" if state.edition else None
        try:
            content = file.read_bytes() if file else b""
        except OSError:  # the site has no such page, or a newer edition stands elsewhere by now
            status, file, content = HTTPStatus.NOT_FOUND, None, b"There is no such page.\n"
        kind = media_type(PurePosixPath(file.name)) if file else TYPES[".txt"]
        if kind == HTML:
            content = served_page(content, state)
        self._answer(content, kind, status)

    def _redirect(self, address: str) -> None:
        self._answer(b"", TYPES[".txt"], HTTPStatus.FOUND, Location=quote("/" + address.lstrip("/")))

    def _answer(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK, **headers: str) -> None:
        self.send_response(status)
        self._send_headers(kind, {**headers, "Content-Length": str(len(content))})
        if self.command != "HEAD":
            self.wfile.write(content)

    def _send_headers(self, kind: str, headers: dict[str, str]) -> None:
        own = {"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin"}
        for name, value in {"Content-Type": kind, "Cache-Control": "no-store", **own, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _tell_news(self) -> None:
        """Tell the version now, and each new one, until the browser has gone or the preview ends."""
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self._send_headers("text/event-stream; charset=utf-8", {"Connection": "close"})
        told = ""
        with suppress(OSError):
            while not self._rebuilder.stopped:
                version = self._rebuilder.wait(told, _SILENCE).version
                news = f"data: {version}\n\n" if version != told else ": nothing yet\n\n"
                self.wfile.write(news.encode())
                told = version


def _find(site: Path, address: str) -> Path | None:
    """Return the place below the site's folder that an address means, whether or not anything is there."""
    if "\0" in address or "\\" in address or ".." in address.split("/"):
        return None
    with suppress(OSError, ValueError):
        place = (site / address.lstrip("/")).resolve()
        return place if place.is_relative_to(site.resolve()) else None
    return None
