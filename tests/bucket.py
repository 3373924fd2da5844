"""A server that speaks S3, on this machine, with a bucket: what tests publish to."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPResponse
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from s3fs import S3FileSystem  # type: ignore[import-untyped]
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

SIGNED = "AWS4-HMAC-SHA256 Credential=test/20131203/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=test"
DENIED = b"<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>"


class _Quiet(WSGIRequestHandler):
    def log(self, *_: object) -> None:
        """Say nothing."""


@dataclass(kw_only=True)
class Bucket:
    """A bucket called `bucket`, and what it was asked for."""

    port: int = 0
    requests: list[tuple[str, str]] = field(default_factory=list)
    """Method and name of each object that was asked for, in order."""
    refuses: Callable[[str, str], bool] = lambda _method, _name: False
    """Whether a request is denied."""

    @property
    def endpoint(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    def names(self, *methods: str) -> list[str]:
        """Return which objects were asked for by these methods, in order."""
        return [name for method, name in self.requests if method in methods]

    def get(self, name: str) -> tuple[bytes, str]:
        """Return an object's content and its type."""
        with self._answer(f"/bucket/{quote(name)}") as answer:
            return answer.read(), answer.headers["Content-Type"]

    def tree(self, folder: str) -> dict[str, bytes]:
        """Return all objects below a folder, by their names in it."""
        with self._answer(f"/bucket?list-type=2&prefix={quote(folder)}/") as answer:
            names = re.findall(r"<Key>(.*?)</Key>", answer.read().decode())
        return {name.removeprefix(f"{folder}/"): self.get(name)[0] for name in names}

    def begin(self) -> None:
        """Make the bucket, which is empty."""
        self._answer("/moto-api/reset", "POST").close()
        self._answer("/bucket", "PUT").close()
        self.requests.clear()

    def _answer(self, path: str, method: str = "GET") -> HTTPResponse:
        request = Request(self.endpoint + path, method=method, headers={"Authorization": SIGNED})  # noqa: S310 - ours
        answer: HTTPResponse = urlopen(request, timeout=60)  # noqa: S310 - the address is ours
        return answer


def lead_to(server: Bucket, patch: pytest.MonkeyPatch) -> Bucket:
    """Empty the bucket, and let the environment lead to it."""
    patch.setenv("AWS_ENDPOINT_URL", server.endpoint)
    patch.setenv("AWS_ACCESS_KEY_ID", "test")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    S3FileSystem.clear_instance_cache()
    server.refuses = lambda _method, _name: False
    server.begin()
    return server


@contextmanager
def open_bucket() -> Iterator[Bucket]:
    """Serve an empty bucket on a free port until the end."""
    bucket = Bucket()
    inner = DomainDispatcherApplication(create_backend_app)

    def answer(environment: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        method, path = environment["REQUEST_METHOD"], environment["PATH_INFO"]
        name = path.removeprefix("/bucket").strip("/")
        bucket.requests.append((method, name))
        if bucket.refuses(method, name):
            environment["wsgi.input"].read(int(environment.get("CONTENT_LENGTH") or 0))
            start("403 Forbidden", [("Content-Type", "application/xml"), ("Content-Length", str(len(DENIED)))])
            return [DENIED]
        answered: Iterable[bytes] = inner(environment, start)
        return answered

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=_Quiet)
    bucket.port = server.server_port
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        bucket.begin()
        yield bucket
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
