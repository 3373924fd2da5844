"""A site in a bucket: only what changed is sent, in an order in which no reader meets a link to nothing.

The bucket is a real server's; what is tried at every point of an upload is tried in memory.
"""

import json
import re
import socket
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from posixpath import join, normpath
from typing import ClassVar
from urllib.parse import unquote

import pytest
import tinyhtml5  # type: ignore[import-untyped]
from bucket import Bucket, lead_to, open_bucket
from click.testing import CliRunner
from fsspec.implementations.memory import MemoryFile, MemoryFileSystem
from test_website import corrected, tree

from reportgen import charts
from reportgen.build import build_month
from reportgen.cli import main
from reportgen.definition import ReportDefinition
from reportgen.errors import OutputError
from reportgen.manifest import parse_manifest, write_manifest
from reportgen.period import Period
from reportgen.publication import Publication
from reportgen.publishing import find_versions, write_publications
from reportgen.storage import Place, RemoteFolder, find_place
from reportgen.uploading import Rank, publish_remotely, rank
from reportgen.verification import verify_site

SEPTEMBER, OCTOBER, NOVEMBER = Period(2013, 9), Period(2013, 10), Period(2013, 11)
ADDRESS = "s3://bucket/statistics"
MANIFEST = "data/2013-10/manifest.json"

Build = Callable[..., Publication]
Tree = dict[str, bytes]


@pytest.fixture(scope="module")
def build(definition: ReportDefinition) -> Iterator[Build]:
    """Return a function that builds a month with stubs for drawings, each once."""

    @cache
    def built(
        month: Period, *days: int, languages: tuple[str, ...] = ("nb",), versions: tuple[int, ...] = ()
    ) -> Publication:
        known = corrected(definition, *days)
        return build_month(known, month, languages=languages, formats=("html", "data"), versions=versions)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "draw_chart", lambda chart, **_: f"<svg><title>{chart.id}</title></svg>")
        patch.setattr(charts, "draw_png", lambda _svg: b"PNG")
        yield built


@pytest.fixture(scope="module")
def server() -> Iterator[Bucket]:
    """Serve a bucket, which `bucket` empties."""
    with open_bucket() as bucket:
        yield bucket


@pytest.fixture
def bucket(server: Bucket, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """Return an empty bucket that the environment leads to."""
    return lead_to(server, monkeypatch)


def sent(bucket: Bucket) -> list[str]:
    """Return which files were sent or removed since the last time, in order."""
    names = [name.removeprefix("statistics/") for name in bucket.names("PUT", "POST", "DELETE")]
    bucket.requests.clear()
    return names


def write(definition: ReportDefinition, place: Place, *months: Publication) -> None:
    """Write months into a site, one after the other."""
    for month in months:
        write_publications(definition, [month], place)


def test_a_bucket_gets_what_a_folder_gets(
    definition: ReportDefinition, build: Build, bucket: Bucket, tmp_path: Path
) -> None:
    """Every object has the bytes of the local build, and the type that browsers need."""
    for place in (find_place(ADDRESS), tmp_path / "site"):
        write(definition, place, build(OCTOBER), build(NOVEMBER))
    assert bucket.tree("statistics") == tree(tmp_path / "site")
    types = {
        "nb/index.html": "text/html; charset=utf-8",
        "nb/feed.xml": "application/atom+xml; charset=utf-8",
        "nb/calendar.ics": "text/calendar; charset=utf-8",
        "nb/2013-11/figures/recovery.svg": "image/svg+xml",
        "nb/2013-11/figures/recovery.png": "image/png",
        "nb/2013-11/tables/programmes.csv": "text/csv; charset=utf-8",
        "data/2013-11/manifest.json": "application/json",
        "data/2013-11/observations.parquet": "application/vnd.apache.parquet",
        "data/2013-11/observations.csv-metadata.json": "application/csvm+json",
        "data/catalog.ttl": "text/turtle; charset=utf-8",
        "data/catalog.jsonld": "application/ld+json",
        "sitemap.xml": "application/xml; charset=utf-8",
        "robots.txt": "text/plain; charset=utf-8",
    }
    assert {name: bucket.get(f"statistics/{name}")[1] for name in types} == types
    font = next(name for name in tree(tmp_path / "site") if name.endswith(".woff2"))
    assert bucket.get(f"statistics/{font}")[1] == "font/woff2"


@dataclass(frozen=True, kw_only=True)
class Step:
    """What a build asked of the bucket, and the names of what stood there afterwards."""

    sent: list[str]
    """What it sent, in order."""
    read: set[str]
    standing: set[str]


@pytest.fixture(scope="module")
def steps(definition: ReportDefinition, build: Build, server: Bucket) -> tuple[Step, ...]:
    """Return what three builds ask for: October, October again, November."""
    made = []
    with pytest.MonkeyPatch.context() as patch:
        bucket = lead_to(server, patch)
        place = find_place(ADDRESS)
        for month in (OCTOBER, OCTOBER, NOVEMBER):
            write(definition, place, build(month))
            read = {name.removeprefix("statistics/") for name in bucket.names("GET")}
            made.append(Step(sent=sent(bucket), read=read, standing=set(bucket.tree("statistics"))))
            bucket.requests.clear()
    return tuple(made)


def test_only_what_changed_is_sent(steps: tuple[Step, ...]) -> None:
    """The first build sends everything, the same again nothing; a second month itself, notices and indexes."""
    first, same, second = steps
    assert sorted(first.sent) == sorted(first.standing)
    assert same.sent == []
    assert len(second.sent) == len(set(second.sent))
    assert {name for name in second.sent if "2013-10" in name} == {"nb/2013-10/index.html", MANIFEST}
    assert {name for name in second.sent if "2013-11" in name} == {
        name for name in second.standing if "2013-11" in name
    }
    latest = {"data/latest/indicators.json", "data/latest/observations.csv"}
    indexes = {"nb/index.html", "nb/feed.xml", "data/catalog.ttl", "data/catalog.jsonld", "sitemap.xml"}
    # The statement and the calendar name no month; neither do robots.txt, 404.html and the choice of language.
    assert {name for name in second.sent if not re.search(r"2013-1[01]", name)} == latest | indexes | {"sha256sums.txt"}


def test_what_stands_is_not_fetched_to_be_compared(steps: tuple[Step, ...]) -> None:
    """A month's files are known by its manifest: no document, drawing or data file of it is read."""
    read = {name for name in steps[1].read if "2013-10" in name}
    assert read == {MANIFEST, "nb/2013-10/index.html"}


def test_pages_come_before_the_indexes_that_link_to_them(steps: tuple[Step, ...]) -> None:
    """Files, pages, manifest, indexes: new ones before those that change; at the end the entry, and what lists all."""
    first = [rank(PurePosixPath(name)) for name in steps[0].sent]
    assert first == sorted(first)
    assert first[-2:] == [Rank.ENTRY, Rank.CHECKSUMS]
    second = steps[2].sent
    order = [(name in steps[1].standing, rank(PurePosixPath(name))) for name in second]
    assert order == sorted(order)
    assert second.index("nb/2013-11/index.html") < second.index("nb/2013-10/index.html") < second.index("nb/index.html")


@pytest.mark.parametrize(
    "refused", ["nb/2013-11/figures/july-dip.svg", "nb/2013-10/index.html", MANIFEST, "nb/index.html", "sha256sums.txt"]
)
def test_an_interrupted_upload_is_finished_by_the_next(
    definition: ReportDefinition, build: Build, bucket: Bucket, tmp_path: Path, refused: str
) -> None:
    """What failed is told; every link works meanwhile; the same build, run again, sends the rest and no more."""
    write(definition, tmp_path / "site", build(OCTOBER), build(NOVEMBER))
    place = find_place(ADDRESS)
    write(definition, place, build(OCTOBER))
    entries = bucket.tree("statistics")
    sent(bucket)
    bucket.refuses = lambda method, name: (method, name) == ("PUT", f"statistics/{refused}")
    with pytest.raises(OutputError) as caught:
        write(definition, place, build(NOVEMBER))
    assert [(problem.kind, problem.message, problem.hint) for problem in caught.value.problems] == [
        (
            "not-written",
            f"{ADDRESS}/{refused} can't be written: Access Denied",
            "mend that and run the command again: what is there already is not sent again",
        )
    ]
    assert lost_links(bucket.tree("statistics"), entries) == set()
    before = set(sent(bucket)) - {refused}
    bucket.refuses = lambda _method, _name: False
    write(definition, place, build(NOVEMBER))
    assert not before & set(sent(bucket))
    assert bucket.tree("statistics") == tree(tmp_path / "site")


@pytest.mark.parametrize("refused", ["nb/2013-10/index.html", MANIFEST, "nb/index.html", "sha256sums.txt"])
def test_an_interrupted_correction_is_finished_by_the_next(
    definition: ReportDefinition, build: Build, bucket: Bucket, tmp_path: Path, refused: str
) -> None:
    """The earlier version that was kept is listed as well, though it is not kept again."""
    known = corrected(definition, 10)
    place = find_place(ADDRESS)
    write(definition, place, build(OCTOBER), build(NOVEMBER))
    bucket.refuses = lambda method, name: (method, name) == ("PUT", f"statistics/{refused}")
    with pytest.raises(OutputError):
        write(known, place, build(OCTOBER, 10, versions=(1,)))
    bucket.refuses = lambda _method, _name: False
    write(known, place, build(OCTOBER, 10, versions=(1,)))
    write(definition, tmp_path / "site", build(OCTOBER), build(NOVEMBER))
    write(known, tmp_path / "site", build(OCTOBER, 10, versions=(1,)))
    assert bucket.tree("statistics") == tree(tmp_path / "site")


STEPS = ("nb/2013-11/index.html", "data/2013-11/manifest.json", "nb/feed.xml", "nb/index.html", "sha256sums.txt")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("standing", [(), (OCTOBER,)], ids=["first", "second"])
def test_two_builds_at_once_are_told(
    definition: ReportDefinition,
    build: Build,
    bucket: Bucket,
    tmp_path: Path,
    standing: Sequence[Period],
    step: str,
) -> None:
    """The one that ends later says that another has published; run again, it makes the site of both.

    A whole build goes on while a file of this one is on its way, the list of files too.
    """
    place = find_place(ADDRESS)
    for month in standing:
        write(definition, place, build(month))
    entries = bucket.tree("statistics")

    def meet(method: str, name: str) -> bool:
        if (method, name) == ("PUT", f"statistics/{step}"):
            bucket.refuses = lambda _method, _name: False
            write(definition, find_place(ADDRESS), build(SEPTEMBER))
        return False

    bucket.refuses = meet
    with pytest.raises(OutputError) as caught:
        write(definition, place, build(NOVEMBER))
    assert [(problem.kind, problem.message, problem.hint) for problem in caught.value.problems] == [
        (
            "other-build",
            f"another build has published to {ADDRESS} meanwhile",
            "run the command again: it takes up what the other has published, and sends what is missing",
        )
    ]
    assert lost_links(bucket.tree("statistics"), entries) == set()
    write(definition, place, build(NOVEMBER))
    write(definition, tmp_path / "site", *map(build, (*standing, SEPTEMBER, NOVEMBER)))
    assert bucket.tree("statistics") == tree(tmp_path / "site")
    assert verify_site(place).problems == ()


@pytest.mark.parametrize("step", STEPS)
def test_two_builds_of_the_same_at_once(definition: ReportDefinition, build: Build, bucket: Bucket, step: str) -> None:
    """Nothing is wrong where both send the same."""

    def meet(method: str, name: str) -> bool:
        if (method, name) == ("PUT", f"statistics/{step}"):
            bucket.refuses = lambda _method, _name: False
            write(definition, find_place(ADDRESS), build(NOVEMBER))
        return False

    bucket.refuses = meet
    write(definition, find_place(ADDRESS), build(NOVEMBER))
    assert verify_site(find_place(ADDRESS)).problems == ()


def test_a_server_without_conditions_is_asked_without(
    definition: ReportDefinition, build: Build, bucket: Bucket, tmp_path: Path
) -> None:
    """A request that it refuses for its condition is sent again, plain; one that it refuses as well is told."""
    refused: list[str] = []

    def refuse_once(method: str, name: str) -> bool:
        refuses = (method, name) == ("PUT", "statistics/sha256sums.txt") and not refused
        refused.extend([name] * refuses)
        return refuses

    bucket.refuses = refuse_once
    write(definition, find_place(ADDRESS), build(NOVEMBER))
    write(definition, tmp_path / "site", build(NOVEMBER))
    assert refused
    assert bucket.tree("statistics") == tree(tmp_path / "site")
    bucket.refuses = lambda method, name: (method, name) == ("PUT", "statistics/sha256sums.txt")
    with pytest.raises(OutputError, match=r"/sha256sums\.txt can't be written: Access Denied"):
        write(definition, find_place(ADDRESS), build(OCTOBER))


def test_a_correction_in_a_bucket_keeps_the_month_as_it_was(
    definition: ReportDefinition, build: Build, bucket: Bucket, tmp_path: Path
) -> None:
    """The earlier version is read from the bucket and stands there, as in a folder."""
    known = corrected(definition, 10)
    for place in (find_place(ADDRESS), tmp_path / "site"):
        write(definition, place, build(OCTOBER))
        assert find_versions(known, [OCTOBER], place)[OCTOBER] == {1}
        write(known, place, build(OCTOBER, 10, versions=(1,)))
        assert find_versions(known, [OCTOBER], place)[OCTOBER] == {1}
    assert bucket.tree("statistics") == tree(tmp_path / "site")
    assert f"versions/2013-10/1/{MANIFEST}" in tree(tmp_path / "site")


def test_the_program_writes_into_a_bucket(bucket: Bucket) -> None:
    """`--output` takes the address; the summary names it."""
    command = ["build", "--month", "2013-10", "--format", "data", "--jobs", "1", "--no-cache", "--output", ADDRESS]
    result = CliRunner().invoke(main, command, catch_exceptions=False)
    assert result.exit_code == 0
    assert f"  {ADDRESS}/{MANIFEST}\n" in result.stdout
    assert MANIFEST in bucket.tree("statistics")


@pytest.mark.parametrize(
    ("address", "change", "message"),
    [
        ("s3://other/site", {}, "s3://other/site can't be read: The specified bucket does not exist"),
        ("s3://bucket/site", {"AWS_ENDPOINT_URL": ""}, "s3://bucket/site can't be read: Could not connect"),
        ("s3://bucket/site", {"AWS_ACCESS_KEY_ID": None}, "s3://bucket/site can't be read: Unable to locate cred"),
    ],
)
def test_a_bucket_that_is_none_is_told_before_anything_is_built(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, address: str, change: dict[str, str | None], message: str
) -> None:
    """No such bucket, nobody who answers, no credentials: one message and the exit code of the output."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
    for name in ("AWS_MAX_ATTEMPTS", "AWS_EC2_METADATA_DISABLED"):
        monkeypatch.setenv(name, {"AWS_MAX_ATTEMPTS": "1"}.get(name, "true"))
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    for name, value in change.items():
        if value is None:
            monkeypatch.delenv(name)
        else:
            monkeypatch.setenv(name, value or nobody)
    result = CliRunner().invoke(main, ["build", "--no-cache", "--output", address], catch_exceptions=False)
    assert result.exit_code == 6
    assert result.stderr.startswith(f"error: {message}")
    assert bucket.names("PUT") == []


def test_a_bucket_of_someone_else_is_refused(definition: ReportDefinition, build: Build, bucket: Bucket) -> None:
    """Where other files stand and no site, nothing is written: their index would be lost."""
    place = find_place(ADDRESS)
    assert isinstance(place, RemoteFolder)
    place.write(PurePosixPath("index.html"), b"mine")
    place.write(PurePosixPath("thesis.html"), b"mine")
    with pytest.raises(OutputError) as caught:
        write(definition, place, build(OCTOBER))
    assert [problem.kind for problem in caught.value.problems] == ["foreign-folder"]
    assert bucket.tree("statistics") == {"index.html": b"mine", "thesis.html": b"mine"}


class Tape(MemoryFileSystem):  # type: ignore[misc] # no types
    """A storage that counts what changes it, and fails when it is told to."""

    store: ClassVar[dict[str, MemoryFile]] = {}
    pseudo_dirs: ClassVar[list[str]] = [""]
    left = -1
    """How many changes it lets pass before it fails; any number below 0."""
    changes = 0

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **_: object) -> None:
        """Write a file."""
        self._count()
        super().pipe_file(path, value, mode)

    def rm_file(self, path: str) -> None:
        """Remove a file."""
        self._count()
        del self.store[path]

    def _count(self) -> None:
        if self.left == 0:
            raise OSError(5, "the tape is torn")
        self.left -= 1
        self.changes += 1

    def fill(self, files: Tree) -> None:
        """Let nothing but these files stand there."""
        self.store.clear()
        self.left = -1
        for name, content in files.items():
            self.pipe_file(f"/site/{name}", content)
        self.changes = 0

    def files(self) -> Tree:
        """Return what stands there."""
        return {name.removeprefix("/site/"): file.getvalue() for name, file in self.store.items()}


@cache
def links_of(page: bytes) -> set[str]:
    """Return every link of a page."""
    root = tinyhtml5.parse(page.decode(), namespace_html_elements=False)
    return {element.get(name, "") for element in root.iter() for name in ("href", "src", "srcset")}


@cache
def digest(content: bytes) -> str:
    """Return the SHA-256 of a file."""
    return sha256(content).hexdigest()


def lost_links(files: Tree, entries: Sequence[str] | Tree) -> set[tuple[str, str]]:
    """Return page and link where a reader comes to a link that leads nowhere, beginning at the entries that there are.

    Links between sites and to places within a page are passed over, and those of 404.html, which begin at the root.
    """
    pages = [name for name in {*entries, "index.html"} if name in files]
    seen, lost = set(pages), set()
    while pages:
        page = pages.pop()
        if not page.endswith(".html") or page == "404.html":
            continue
        for link in links_of(files[page]):
            target = unquote(link.partition("#")[0])
            if not target or re.match(r"\w+:", target):
                continue
            name = normpath(join(page.rpartition("/")[0], target))
            if name not in files:
                lost.add((page, link))
            elif name not in seen:
                seen.add(name)
                pages.append(name)
    return lost


def untrue(files: Tree) -> set[str]:
    """Return the files of which a manifest says what isn't so: that they are there, or what is in them."""
    manifests = [parse_manifest(content) for name, content in files.items() if re.fullmatch(r"data/[^/]+/m.*", name)]
    return {
        str(file.path)
        for manifest in manifests
        for file in manifest.files
        if str(file.path) not in files or (file.permanent and file.sha256 not in {"", digest(files[str(file.path)])})
    }


Runs = dict[str, tuple[Tree, Tree, list[str]]]


@pytest.fixture(scope="module")
def runs(definition: ReportDefinition, build: Build, tmp_path_factory: pytest.TempPathFactory) -> Runs:
    """Return kinds of builds: what stands before, what stands after, and the patterns that are replaced."""
    folder = tmp_path_factory.mktemp("runs")
    month = [f"{name}/2013-10" for name in ("data", "en", "nb")]

    def made(name: str, *steps: tuple[ReportDefinition, Publication]) -> Tree:
        for known, publication in steps:
            write(known, folder / name, publication)
        return tree(folder / name)

    both = ("nb", "en")
    october, norwegian = ((definition, build(OCTOBER, languages=spoken)) for spoken in (both, ("nb",)))
    november = (definition, build(NOVEMBER, languages=both))
    known = corrected(definition, 10)
    correction = (known, build(OCTOBER, 10, languages=both, versions=(1,)))
    one, two = made("one", october), made("two", october, november)
    # A rebuild in which permanent files change, also in size, and one of them is gone.
    rebuilt = dict(one)
    for name in ("data/2013-10/indicators.csv", "nb/2013-10/figures/index.svg"):
        rebuilt[name] = rebuilt[name] + b"\n" if name.endswith("csv") else rebuilt[name][::-1]
    del rebuilt["nb/2013-10/figures/groups.png"]
    rebuilt[MANIFEST] = listing(one[MANIFEST], rebuilt)
    return {
        "first": ({}, one, month),
        "second month": (one, two, ["*/2013-11"]),
        "correction": (one, made("corrected", october, correction), month),
        "second language": (made("nb", norwegian), one, month),
        "one language less": (two, made("less", october, november, norwegian), month),
        "rebuilt": (one, rebuilt, month),
    }


def listing(manifest: bytes, files: Tree) -> bytes:
    """Return a manifest that says of its files what is so."""
    listed = json.loads(manifest)
    for file in listed["files"]:
        content = files.get(file["path"], b"")
        file |= {"bytes": len(content), "sha256": sha256(content).hexdigest()}
    listed["files"] = [file for file in listed["files"] if file["path"] in files]
    return write_manifest(parse_manifest(json.dumps(listed).encode())).content


@pytest.mark.parametrize(
    "kind", ["first", "second month", "correction", "second language", "one language less", "rebuilt"]
)
def test_at_no_point_does_a_reader_meet_a_lost_link(runs: Runs, kind: str) -> None:
    """After each single change every link works and manifests tell the truth; interrupted there, a build goes on."""
    before, after, replaced = runs[kind]
    system = Tape(skip_instance_cache=True)
    remote = RemoteFolder(address="tape://site", system=system, root="/site")
    paths = [PurePosixPath(name) for name in after]

    def publish() -> None:
        publish_remotely(remote, paths, lambda path: after[str(path)], replaced)

    system.fill(before)
    publish()
    changes = system.changes
    assert system.files() == after
    assert changes < 2 * len(after)
    system.changes = 0
    publish()
    assert system.changes == 0
    for passed in range(changes):
        system.fill(before)
        system.left = passed
        with pytest.raises(OutputError, match="the tape is torn"):
            publish()
        assert lost_links(system.files(), before) == set()
        assert untrue(system.files()) == set()
        system.left, system.changes = -1, 0
        publish()
        assert system.files() == after
        assert system.changes <= changes - passed + 1  # a manifest may be opened twice


def test_a_build_that_was_interrupted_can_be_taken_back(runs: Runs) -> None:
    """Whatever was sent of a rebuilt month, a build of what stood there before sends all of that again."""
    before, after, replaced = runs["rebuilt"]
    system = Tape(skip_instance_cache=True)
    remote = RemoteFolder(address="tape://site", system=system, root="/site")
    for passed in range(5):  # it takes five changes: two files, the manifest twice, and one file removed
        system.fill(before)
        system.left = passed
        with pytest.raises(OutputError):
            publish_remotely(remote, list(map(PurePosixPath, after)), lambda path: after[str(path)], replaced)
        system.left = -1
        publish_remotely(remote, list(map(PurePosixPath, before)), lambda path: before[str(path)], replaced)
        assert system.files() == before


def test_a_file_that_was_lost_is_sent_again(runs: Runs) -> None:
    """A manifest's word is not taken for a file that isn't there, or has another size."""
    site = runs["first"][1]
    system = Tape(skip_instance_cache=True)
    remote = RemoteFolder(address="tape://site", system=system, root="/site")
    lost, cut = "nb/2013-10/figures/index.svg", "data/2013-10/indicators.csv"
    system.fill({name: content for name, content in site.items() if name != lost} | {cut: b"cut"})
    publish_remotely(remote, list(map(PurePosixPath, site)), lambda path: site[str(path)])
    assert system.files() == site


def test_a_page_that_was_sent_without_its_manifest_is_listed_by_the_next_build(
    definition: ReportDefinition, build: Build, tmp_path: Path
) -> None:
    """An upload may end between the two; then the manifest follows, though the page stays as it is."""
    write(definition, tmp_path / "site", build(OCTOBER))
    old = (tmp_path / "site" / MANIFEST).read_bytes()
    write(definition, tmp_path / "site", build(NOVEMBER))
    whole = tree(tmp_path / "site")
    (tmp_path / "site" / MANIFEST).write_bytes(old)
    write(definition, tmp_path / "site", build(NOVEMBER))
    assert tree(tmp_path / "site") == whole
