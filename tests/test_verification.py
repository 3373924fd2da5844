"""A site is verified by its own lists: whatever is changed, missing or foreign is named, wherever the site stands."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import ClassVar

import pytest
from bucket import Bucket, lead_to, open_bucket
from click.testing import CliRunner, Result
from fsspec.implementations.memory import MemoryFile, MemoryFileSystem
from s3fs import S3FileSystem  # type: ignore[import-untyped]
from test_website import corrected

from reportgen import charts
from reportgen.build import build_month
from reportgen.checksums import LIST, parse_checksums
from reportgen.cli import main
from reportgen.definition import ReportDefinition
from reportgen.errors import OutputError
from reportgen.period import Period
from reportgen.publishing import write_publications
from reportgen.storage import LocalFolder, RemoteFolder, find_place
from reportgen.verification import verify_site

OCTOBER, NOVEMBER = Period(2013, 10), Period(2013, 11)
PAGE = "nb/2013-10/index.html"
DATA = "data/2013-10/observations.csv"
MANIFEST = "data/2013-10/manifest.json"
EARLIER = "versions/2013-10/1/nb/2013-10/index.html"
FRONT = "nb/index.html"
LISTED = "sha256sums.txt"
ADDRESS = "s3://bucket/statistics"
Tree = dict[str, bytes]
Tamper = Callable[[Path], object]


def tree(folder: Path) -> Tree:
    """Return a folder's files by path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def put(folder: Path, files: Tree) -> Path:
    """Write files into a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def built(definition: ReportDefinition, tmp_path_factory: pytest.TempPathFactory) -> Tree:
    """Return a site with two months, one of them corrected since, with marks where figures would be drawn."""
    folder = tmp_path_factory.mktemp("verified") / "site"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(charts, "draw_chart", lambda chart, **_: f"<svg><title>{chart.id}</title></svg>")
        patch.setattr(charts, "draw_png", lambda _svg: b"PNG")
        for month, days in ((OCTOBER, ()), (OCTOBER, (10,)), (NOVEMBER, (10,))):
            known = corrected(definition, *days)
            versions = range(1, len(days) + 1) if month == OCTOBER else ()
            made = build_month(known, month, languages=("nb",), formats=("html", "data"), versions=versions)
            write_publications(known, [made], folder)
    return tree(folder)


@pytest.fixture
def site(built: Tree, tmp_path: Path) -> Path:
    """Return a copy of the site that a test may tamper with."""
    return put(tmp_path / "site", built)


def found(site: Path) -> list[tuple[str, str]]:
    """Return the kind and the file of everything that differs."""
    return [(problem.kind, problem.subject) for problem in verify_site(site).problems]


def run(*arguments: str | Path) -> Result:
    """Run the program in this process; a bug would raise."""
    return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


def test_what_builds_wrote_is_sound(site: Path, built: Tree) -> None:
    """After three builds every file but the list stands in it once, earlier versions too."""
    assert {EARLIER, FRONT, PAGE, DATA, MANIFEST, "robots.txt"} < built.keys()
    listed = parse_checksums(built[LISTED])
    assert listed == {
        PurePosixPath(name): sha256(content).hexdigest() for name, content in built.items() if name != LISTED
    }
    result = run("verify", site)
    digest = sha256(built[LISTED]).hexdigest()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        f"{site}: sound; {len(built) - 1} files are as listed",
        f"SHA-256 of sha256sums.txt: {digest}",
    ]
    assert tree(site) == built


def flip(name: str) -> Tamper:
    """Return a function that changes one bit in the middle of a file."""

    def tamper(site: Path) -> None:
        content = bytearray((site / name).read_bytes())
        content[len(content) // 2] ^= 1
        (site / name).write_bytes(content)

    return tamper


def add(name: str, content: bytes = b"") -> Tamper:
    """Return a function that writes a file."""
    return lambda site: put(site, {name: content})


def remove(name: str) -> Tamper:
    """Return a function that removes a file."""
    return lambda site: (site / name).unlink()


def exchange(site: Path) -> None:
    """Let two files change places."""
    one, other = (site / PAGE).read_bytes(), (site / FRONT).read_bytes()
    put(site, {PAGE: other, FRONT: one})


def link_to_same(site: Path) -> None:
    """Put a link to another copy of the same content in a file's place."""
    (site / DATA).rename(site.parent / "copy.csv")
    (site / DATA).symlink_to(site.parent / "copy.csv")


def link_folder(site: Path) -> None:
    """Put a link to a folder outside into the site."""
    (site / "elsewhere").symlink_to(site.parent)


def put_pipe(site: Path) -> None:
    """Put a pipe in a file's place: reading it would never end."""
    (site / DATA).unlink()
    os.mkfifo(site / DATA)


def put_folder(site: Path) -> None:
    """Put a folder in a file's place."""
    (site / FRONT).unlink()
    put(site, {f"{FRONT}/index.html": b""})


def cover_up(site: Path) -> None:
    """Change a month's file and the list of all files, but not the month's manifest."""
    old = sha256((site / DATA).read_bytes()).hexdigest()
    flip(DATA)(site)
    text = (site / LISTED).read_text("utf-8")
    (site / LISTED).write_text(
        text.replace(f"{old}  {DATA}", f"{sha256((site / DATA).read_bytes()).hexdigest()}  {DATA}")
    )


def drop_line(site: Path) -> None:
    """Take a month's file out of the list."""
    lines = (site / LISTED).read_text("utf-8").splitlines(keepends=True)
    (site / LISTED).write_text("".join(line for line in lines if not line.endswith(f"  {FRONT}\n")))


TAMPERED: dict[str, tuple[Tamper, list[tuple[str, str]]]] = {
    "a page": (flip(PAGE), [("file-changed", PAGE)]),
    "a data file": (flip(DATA), [("file-changed", DATA)]),
    "a front page": (flip(FRONT), [("file-changed", FRONT)]),
    "an earlier version": (flip(EARLIER), [("file-changed", EARLIER)]),
    "an empty file": (add("nb/feed.xml"), [("file-changed", "nb/feed.xml")]),
    "no file": (remove("robots.txt"), [("file-missing", "robots.txt")]),
    "no manifest": (remove(MANIFEST), [("file-missing", MANIFEST)]),
    "two files exchanged": (exchange, [("file-changed", PAGE), ("file-changed", FRONT)]),
    "a foreign file": (add("nb/æ ø.html"), [("file-foreign", "nb/æ ø.html")]),
    "a hidden file": (add(".htaccess"), [("file-foreign", ".htaccess")]),
    "a foreign month": (
        add("data/2013-12/manifest.json", b'{"files": [{"path": "robots.txt", "sha256": "0"}]}'),
        [("file-foreign", "data/2013-12/manifest.json")],
    ),
    "a link to the same": (link_to_same, []),
    "a link to a folder": (link_folder, [("file-foreign", "elsewhere")]),
    "a pipe": (put_pipe, [("file-missing", DATA)]),
    "a folder": (put_folder, [("file-missing", FRONT), ("file-foreign", f"{FRONT}/index.html")]),
    "a covered change": (cover_up, [("file-changed", DATA)]),
    "a line less": (drop_line, [("file-foreign", FRONT)]),
    "no list": (remove(LISTED), [("list-missing", LISTED)]),
    "a spoilt list": (add(LISTED, b"\xff"), [("list-broken", LISTED)]),
    "a list of files outside": (add(LISTED, b"0" * 64 + b"  ../secret\n"), [("list-broken", LISTED)]),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_differs_is_named(site: Path, name: str) -> None:
    """Each file that is changed, missing or foreign is named, and no other; the exit code tells of it."""
    tamper, expected = TAMPERED[name]
    tamper(site)
    assert sorted(found(site)) == sorted(expected)
    assert run("verify", site).exit_code == (7 if expected else 0)


def test_without_a_list_months_are_verified(site: Path) -> None:
    """A site of an older version has its months' manifests: what they list is compared."""
    for tamper in (remove(LISTED), flip(DATA), flip(FRONT), add("nb/foreign.html")):
        tamper(site)
    assert found(site) == [("file-changed", DATA), ("list-missing", LISTED)]


def test_a_file_that_may_not_be_read_is_told(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is told apart from one that is missing."""
    read = LocalFolder.read

    def refuse(folder: LocalFolder, path: PurePosixPath) -> bytes:
        if str(path) == DATA:
            raise PermissionError(13, "Permission denied", DATA)
        return read(folder, path)

    monkeypatch.setattr(LocalFolder, "read", refuse)
    (problem,) = verify_site(site).problems
    assert (problem.kind, problem.message) == ("file-unreadable", f"{DATA} can't be read: Permission denied")


def test_the_lists_are_told(site: Path) -> None:
    """A change is told with the lists that it contradicts; control characters in a name reach no terminal."""
    flip(DATA)(site)
    add("nb/\x1b[2J.html")(site)
    result = run("verify", site)
    assert result.stdout.startswith(f"{site}: not sound; ")
    assert result.stdout.splitlines()[0].endswith(" files listed: 1 changed, 1 foreign")
    assert f"error: {DATA} is not the file listed in sha256sums.txt and {MANIFEST}\n" in result.stderr
    assert r"error: 'nb/\x1b[2J.html' stands in the site, and no list has it" in result.stderr
    assert "\x1b[2J" not in result.output


def test_programs_get_json(site: Path) -> None:
    """The object has what docs/how-to/verify-a-site.md says."""
    remove("robots.txt")(site)
    result = run("verify", "--json", site)
    told = json.loads(result.stdout)
    assert (result.exit_code, result.stderr) == (7, "")
    hint = "put it back from a copy, or build the site anew in an empty folder and compare"
    assert told == {
        "site": str(site),
        "sound": False,
        "files": len(parse_checksums((site / LISTED).read_bytes())),
        "sha256sums": sha256((site / LISTED).read_bytes()).hexdigest(),
        "problems": [
            {"kind": "file-missing", "file": "robots.txt", "message": "robots.txt is missing", "hint": hint},
        ],
    }


@pytest.mark.parametrize("name", ["empty", "missing", "file"])
def test_where_no_site_stands_is_told(tmp_path: Path, name: str) -> None:
    """Neither an empty folder nor a file is a sound site."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    result = run("verify", tmp_path / name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {tmp_path / name} holds no site: ")


def test_sha256sum_verifies_as_well(site: Path) -> None:
    """A reader needs no program of ours: the commands of the how-to name what is changed, missing and foreign."""
    guide = (Path(__file__).parent.parent / "docs/how-to/verify-a-site.md").read_text("utf-8")
    blocks = guide.split("## Without the program", 1)[1].split("```sh\n")[1:3]
    check, foreign = (block.split("```", 1)[0].removeprefix("cd site\n") for block in blocks)

    def shell(command: str) -> tuple[int, str]:
        environment = {**os.environ, "LC_ALL": "C"}
        result = subprocess.run(
            ["sh", "-c", command], cwd=site, env=environment, capture_output=True, text=True, check=False
        )
        return result.returncode, result.stdout

    assert (shell(check), shell(foreign)) == ((0, ""), (0, ""))
    for tamper in (flip(DATA), remove("robots.txt"), add("nb/foreign.html")):
        tamper(site)
    assert shell(check) == (1, f"{DATA}: FAILED\nrobots.txt: FAILED open or read\n")
    assert shell(foreign) == (0, "nb/foreign.html\n")


def test_an_address_is_verified_as_a_folder_is(built: Tree) -> None:
    """Whatever fsspec reaches is compared file by file."""

    class Memory(MemoryFileSystem):  # type: ignore[misc] # no types
        store: ClassVar[dict[str, MemoryFile]] = {}
        pseudo_dirs: ClassVar[list[str]] = [""]

    place = RemoteFolder(address="memory://site", system=Memory(skip_instance_cache=True), root="/site")
    for name, content in built.items():
        place.write(PurePosixPath(name), content)
    assert verify_site(place).problems == ()
    place.write(PurePosixPath("nb/foreign.html"), b"")
    place.write(PurePosixPath(DATA), b"")
    place.remove(PurePosixPath("robots.txt"))
    assert [(problem.kind, problem.subject) for problem in verify_site(place).problems] == [
        ("file-changed", DATA),
        ("file-foreign", "nb/foreign.html"),
        ("file-missing", "robots.txt"),
    ]


@pytest.fixture(scope="module")
def server() -> Iterator[Bucket]:
    """Serve a bucket, which `bucket` fills."""
    with open_bucket() as server:
        yield server


@pytest.fixture
def bucket(server: Bucket, built: Tree, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """Return a bucket that holds the site, and something else beside it."""
    lead_to(server, monkeypatch)
    put_into_bucket({f"statistics/{name}": content for name, content in built.items()})
    put_into_bucket({"statistics-old/index.html": b"x"})
    return server


def put_into_bucket(objects: Tree) -> None:
    """Put objects into the bucket, under any name."""
    system = S3FileSystem()
    system.pipe({f"bucket/{name}": content for name, content in objects.items()})


def test_a_bucket_is_verified(bucket: Bucket, built: Tree) -> None:
    """A site in a bucket is sound, and each object that is not is named, also under a name that no file could have."""
    result = run("verify", ADDRESS)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith(f"{ADDRESS}: sound; {len(built) - 1} files are as listed\n")
    odd = ["nb//index.html", "nb/./feed.xml", "nb/page/", "/index.html", "../statistics/x.html", "nb/../y.html"]
    put_into_bucket({f"statistics/{name}": b"foreign" for name in ("nb/foreign.html", ".htaccess", *odd)})
    put_into_bucket(
        {f"statistics/{DATA}": b"1", f"statistics/{MANIFEST}": built[MANIFEST] + b" ", "statistics/nb/": b""}
    )
    S3FileSystem().rm_file("bucket/statistics/robots.txt")
    assert [(problem.kind, problem.subject) for problem in verify_site(find_place(ADDRESS)).problems] == sorted(
        [
            *(("file-foreign", name) for name in ("nb/foreign.html", ".htaccess", *odd)),
            ("file-changed", DATA),
            ("file-changed", MANIFEST),
            ("file-missing", "robots.txt"),
        ],
        key=lambda each: each[1],
    )
    result = run("verify", ADDRESS)
    assert result.exit_code == 7
    assert "error: robots.txt is missing\n  hint: " in result.stderr
    assert result.stdout.startswith(f"{ADDRESS}: not sound; ")
    assert bucket.names("DELETE") == ["statistics/robots.txt"]


def test_an_object_that_may_not_be_read_is_told(bucket: Bucket) -> None:
    """It is told apart from one that is missing, and the others are compared; a list that is refused ends it."""
    put_into_bucket({"statistics/nb/foreign.html": b"x"})
    bucket.refuses = lambda method, name: (method, name) == ("GET", f"statistics/{DATA}")
    told = [(problem.kind, problem.message) for problem in verify_site(find_place(ADDRESS)).problems]
    assert told == [
        ("file-unreadable", f"{DATA} can't be read: Access Denied"),
        ("file-foreign", "nb/foreign.html stands in the site, and no list has it"),
    ]
    bucket.refuses = lambda method, name: (method, name) == ("GET", f"statistics/{LISTED}")
    result = run("verify", ADDRESS)
    assert (result.exit_code, result.stdout) == (6, "")
    assert result.stderr.startswith(f"error: {ADDRESS}/{LISTED} can't be read: Access Denied\n  hint: check the addr")


@pytest.mark.parametrize(
    ("address", "change", "code", "told"),
    [
        (ADDRESS, {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, 6, f"{ADDRESS} can't be read: Could not connect"),
        (ADDRESS, {"AWS_ACCESS_KEY_ID": ""}, 6, f"{ADDRESS} can't be read: Unable to locate credentials"),
        ("s3://other/site", {}, 6, "s3://other/site can't be read: The specified bucket does not exist"),
        ("s3://bucket/nothing", {}, 2, "s3://bucket/nothing holds no site: "),
        ("s3://bucket/statistics-old", {}, 2, "s3://bucket/statistics-old holds no site: "),
    ],
)
def test_a_bucket_that_cannot_be_read_is_told(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, address: str, change: dict[str, str], code: int, told: str
) -> None:
    """It is no sound site, and no wrong one either: the message names the address, and the hint what to look at."""
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    for name, value in change.items():
        monkeypatch.delenv(name)
        if value:
            monkeypatch.setenv(name, value)
    S3FileSystem.clear_instance_cache()
    bucket.requests.clear()
    result = run("verify", address)
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith(f"error: {told}")
    assert "\n  hint: " in result.stderr


def rebuild(definition: ReportDefinition, site: Path) -> None:
    """Build November's data into the site again."""
    made = build_month(definition, NOVEMBER, languages=("nb",), formats=("data",))
    write_publications(definition, [made], site)


def test_a_build_lists_only_what_it_writes(definition: ReportDefinition, site: Path) -> None:
    """What was changed, removed or added by hand before is named after another month's build as well."""
    for tamper in (flip(DATA), remove("nb/2013-10/tables/programmes.csv"), add("nb/foreign.html")):
        tamper(site)
    rebuild(corrected(definition, 10), site)
    assert found(site) == [
        ("file-changed", DATA),
        ("file-missing", "nb/2013-10/tables/programmes.csv"),
        ("file-foreign", "nb/foreign.html"),
    ]


def test_a_site_without_a_list_gets_one(definition: ReportDefinition, site: Path) -> None:
    """The next build lists what stands there, but for what no line can hold."""
    for tamper in (remove(LISTED), add("nb/mine.html"), add("nb/two\nlines.html"), link_folder):
        tamper(site)
    rebuild(corrected(definition, 10), site)
    assert found(site) == [("file-foreign", "elsewhere"), ("file-foreign", "nb/two\nlines.html")]


def test_a_spoilt_list_stops_a_build(definition: ReportDefinition, site: Path) -> None:
    """It would lose what it says of the other files; the message says what helps."""
    add(LISTED, b"0123  robots.txt\n")(site)
    before = tree(site)
    with pytest.raises(OutputError) as caught:
        rebuild(corrected(definition, 10), site)
    (problem,) = caught.value.problems
    assert problem.kind == "old-site"
    assert problem.message == (
        "sha256sums.txt in the site can't be read: line 1 is not a SHA-256, two spaces and the path of a file"
    )
    assert tree(site) == before
    (site / LIST).unlink()
    rebuild(corrected(definition, 10), site)
    assert found(site) == []
