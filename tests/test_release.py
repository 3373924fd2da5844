"""A release publishes what is due and has nothing against it, and otherwise changes nothing; its log stays outside.

PDFs and drawings are replaced by marks, which takes a tenth of the time; the bytes are the same each time all the same.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from test_build import tree
from test_cli import replace

import reportgen.build
from reportgen import charts
from reportgen.cli import main
from reportgen.definition import read_definition
from reportgen.judgements import Verdicts

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "tiltaksdeltakere"
MANIFEST = "data/2013-11/manifest.json"
CHECKSUMS = "sha256sums.txt"
JUDGES = {"verapdf": ".pdf", "nu": ".html", "axe": ".html"}
DUE = "2013-12-03T08:00+01:00"


@pytest.fixture(autouse=True, scope="module")
def _marks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let a mark stand for each drawing and each PDF, and keep what is made so in a cache of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patch.setattr(charts, "draw_chart", lambda chart, **_options: f'<svg id="{chart.id}"/>')
        patch.setattr(charts, "draw_png", lambda _svg: b"PNG")
        patch.setattr(reportgen.build, "render_pdf", lambda html, **_options: html.encode())
        yield


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """Return a copy of the example that a test may change."""
    return Path(shutil.copytree(EXAMPLE, tmp_path / "report"))


def build(report: Path, site: Path, *options: str | Path) -> Result:
    """Build November in this process; a bug would raise."""
    chosen = [] if "--month" in options else ["--month", "2013-11"]
    arguments = ["build", "--report", report, "--output", site, "--jobs", "1", *chosen, *options]
    return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)


def judge(site: Path, folder: Path, faults: Verdicts | None = None) -> Path:
    """Write a report of each judge on all files of a site, with these faults by their paths."""
    folder.mkdir()
    for name, ending in JUDGES.items():
        files = [
            {
                "path": path,
                "sha256": sha256(content).hexdigest(),
                "problems": [*(faults or {}).get(path, ())],
            }
            for path, content in tree(site).items()
            if path.endswith(ending)
        ]
        (folder / f"{name}.json").write_text(json.dumps({"judge": name, "files": files}), encoding="utf-8")
    return folder


def without_checklist(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return a site without what November's manifest says of the checklist, nor the list that has its hash."""
    manifest = json.loads(files[MANIFEST])
    assert manifest.pop("checklist")["accepted"]
    rest = {path: content for path, content in files.items() if path != CHECKSUMS}
    return {**rest, MANIFEST: (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()}


def kinds(log: Path) -> list[str]:
    """Return the names of the problems that the last line of a log has."""
    line = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
    assert line["stage"] == "run"
    return list(line.get("problems", []))


def test_a_judged_month_goes_out_when_it_is_due(tmp_path: Path) -> None:
    """At eight, with a report on each file, the site is that of a plain build, and says what was accepted and why."""
    plain = build(EXAMPLE, tmp_path / "plain")
    assert plain.exit_code == 0
    assert plain.stderr.count("warning: ") == 9
    judged = judge(tmp_path / "plain", tmp_path / "judged")
    released = build(EXAMPLE, tmp_path / "site", "--release", "--judged", judged, "--now", DUE)
    assert (released.exit_code, released.stderr) == (0, "")
    assert f"{tmp_path}/site/nb/2013-11/index.html" in released.stdout
    expected = tree(tmp_path / "plain")
    del expected[CHECKSUMS]
    assert without_checklist(tree(tmp_path / "site")) == expected
    rules = read_definition(EXAMPLE).checklist.accept
    told = json.loads((tmp_path / "site" / MANIFEST).read_text(encoding="utf-8"))["checklist"]["accepted"]
    assert {each["name"]: each["reason"] for each in told} == {each.name: each.reason for each in rules}


def test_nothing_goes_out_a_minute_early(tmp_path: Path) -> None:
    """At one minute to eight the release is refused before anything is built, and nothing is written."""
    log = tmp_path / "run.log"
    early = build(EXAMPLE, tmp_path / "site", "--release", "--now", "2013-12-03T07:59+01:00", "--log", log)
    assert (early.exit_code, early.stdout) == (8, "")
    assert early.stderr.startswith("error: 2013-11 is released 2013-12-03 08:00, and it is 2013-12-03 07:59\n  hint: ")
    assert [path.name for path in tmp_path.iterdir()] == ["run.log"]
    assert kinds(log) == ["too-early"]


def test_what_the_checklist_has_leaves_the_site_as_it_was(report: Path, tmp_path: Path) -> None:
    """All that stops a release is told together: texts, warnings nobody accepts, judges; the old site stands."""
    build(report, tmp_path / "site", "--month", "2013-10")
    before = tree(tmp_path / "site")
    replace("report.toml", '"change", "july", "share", "small", "rounding"', '"change", "july", "share", "small"')(
        report
    )
    replace("report.toml", 'name = "stray-rule"', 'name = "stray-rules"')(report)
    log = tmp_path / "run.log"
    refused = build(report, tmp_path / "site", "--release", "--log", log)
    assert (refused.exit_code, refused.stdout) == (8, "")
    judges = [f"not-judged:{name}" for name in JUDGES]
    assert kinds(log) == ["stray-rule", "no-method:en/rounding", "no-method:nb/rounding", *judges]
    assert refused.stderr.count("error: ") == 6
    assert refused.stderr.count("  hint: ") == 6
    assert tree(tmp_path / "site") == before


def test_a_report_on_other_bytes_lets_nothing_out(report: Path, tmp_path: Path) -> None:
    """A word that was changed after the judges had been there makes the page, and it alone, one that nobody judged."""
    build(report, tmp_path / "plain")
    judged = judge(tmp_path / "plain", tmp_path / "judged")
    replace("texts/en.po", 'msgstr "Source: NAV"', 'msgstr "The source is NAV"')(report)
    log = tmp_path / "run.log"
    refused = build(report, tmp_path / "site", "--release", "--judged", judged, "--log", log)
    assert refused.exit_code == 8
    assert kinds(log) == ["not-judged:verapdf", "not-judged:nu", "not-judged:axe"]
    assert "axe has not judged en/2013-11/index.html as built now" in refused.stderr
    assert not (tmp_path / "site").exists()


def test_the_front_page_is_judged_as_well(tmp_path: Path) -> None:
    """What the site has around its months tells of the new one too: it goes out as the judges saw it, or not at all."""
    build(EXAMPLE, tmp_path / "site", "--month", "2013-10")
    build(EXAMPLE, tmp_path / "alone")
    judged = judge(tmp_path / "alone", tmp_path / "judged")
    refused = build(EXAMPLE, tmp_path / "site", "--release", "--judged", judged)
    assert refused.exit_code == 8
    names = "en/index.html, nb/index.html"
    assert [line for line in refused.stderr.splitlines() if line.startswith("error: ")] == [
        f"error: {judge} has not judged {names} as built now" for judge in ("nu", "axe")
    ]
    shutil.copytree(tmp_path / "site", tmp_path / "copy")
    build(EXAMPLE, tmp_path / "copy")
    judged = judge(tmp_path / "copy", tmp_path / "judged again")
    assert build(EXAMPLE, tmp_path / "site", "--release", "--judged", judged).exit_code == 0


def test_a_judge_s_complaint_stops_a_release_and_warns_others(tmp_path: Path) -> None:
    """What a judge found is an error of a release, and a warning of any other build that names the reports."""
    build(EXAMPLE, tmp_path / "plain")
    judged = judge(tmp_path / "plain", tmp_path / "judged", {"nb/2013-11/index.html": ["a link has no text"]})
    refused = build(EXAMPLE, tmp_path / "site", "--release", "--judged", judged)
    assert refused.exit_code == 8
    assert refused.stderr.startswith("error: nu found fault with nb/2013-11/index.html: a link has no text\n")
    assert not (tmp_path / "site").exists()
    told = build(EXAMPLE, tmp_path / "plain", "--judged", judged)
    assert told.exit_code == 0
    assert "warning: axe found fault with nb/2013-11/index.html: a link has no text\n" in told.stderr


def test_a_warning_can_be_accepted_on_the_spot(report: Path, tmp_path: Path) -> None:
    """`--accept` lets one warning pass, with its reason in the manifest, and lets no error pass."""
    replace("report.toml", 'name = "stray-rule"', 'name = "stray-rules"')(report)
    build(report, tmp_path / "plain")
    judged = judge(tmp_path / "plain", tmp_path / "judged")
    accept = ("--accept", "stray-rule=No row is missing there.")
    assert build(report, tmp_path / "site", "--release", "--judged", judged).exit_code == 8
    assert build(report, tmp_path / "site", "--release", "--accept", "not-judged:axe=no time", *accept).exit_code == 8
    assert not (tmp_path / "site").exists()
    assert build(report, tmp_path / "site", "--release", "--judged", judged, *accept).exit_code == 0
    told = json.loads((tmp_path / "site" / MANIFEST).read_text(encoding="utf-8"))["checklist"]["accepted"]
    message = "a line of dashes stands among the rows; it was passed over"
    assert {"name": "stray-rule", "message": message, "reason": "No row is missing there."} in told


def test_a_rehearsal_writes_nothing(tmp_path: Path) -> None:
    """By a clock that was set forward everything is checked, and told, and nothing goes out."""
    build(EXAMPLE, tmp_path / "plain")
    judged = judge(tmp_path / "plain", tmp_path / "judged")
    options = ("--release", "--now", "2999-01-01T00:00Z")
    passed = build(EXAMPLE, tmp_path / "site", *options, "--judged", judged)
    assert passed.exit_code == 0
    assert passed.stdout.startswith("a rehearsal, by a clock that was set forward: nothing was written")
    assert build(EXAMPLE, tmp_path / "site", *options).exit_code == 8
    assert not (tmp_path / "site").exists()


def test_an_older_month_is_judged_as_it_will_stand(tmp_path: Path) -> None:
    """The notice of a newer month belongs to the page that judges see in a copy of the site."""
    build(EXAMPLE, tmp_path / "site")
    shutil.copytree(tmp_path / "site", tmp_path / "rehearsal")
    build(EXAMPLE, tmp_path / "rehearsal", "--month", "2013-10")
    assert b'class="newer"' in (tmp_path / "rehearsal/nb/2013-10/index.html").read_bytes()
    judged = judge(tmp_path / "rehearsal", tmp_path / "judged")
    released = build(EXAMPLE, tmp_path / "site", "--month", "2013-10", "--release", "--judged", judged)
    assert released.exit_code == 0, released.stderr


def test_months_go_out_together_or_not_at_all(tmp_path: Path) -> None:
    """Where one month of a release can't be built the others are held back, and the exit code is that of the first."""
    log = tmp_path / "run.log"
    months = ("--month", "2013-11", "--month", "2012-05")
    refused = build(EXAMPLE, tmp_path / "site", *months, "--release", "--log", log)
    assert "error: 2013-11 is not released, because of 2012-05\n" in refused.stderr
    assert "error: 2013-11.txt has no figures for 2012-05\n" in refused.stderr
    assert refused.stdout == "0 of 2 months built; not built: 2013-11, 2012-05\n"
    assert refused.exit_code == 8
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--draft", "--release"), "--draft and --release exclude each other"),
        (("--accept", "stray-rule=why"), "--accept goes with --release"),
        (("--release", "--accept", "stray-rule"), '"stray-rule" accepts nothing'),
        (("--release", "--language", "nb"), "a release without en is not whole"),
        (("--release", "--format", "html"), "a release without pdf, data is not whole"),
        (("--now", "eight"), '"eight" is not a moment'),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, options: tuple[str, ...], told: str) -> None:
    """Before anything is built, with exit code 2."""
    refused = build(EXAMPLE, tmp_path / "site", *options)
    assert refused.exit_code == 2
    assert refused.stderr.startswith(f"error: {told}\n  hint: ")
    assert not (tmp_path / "site").exists()


def test_the_log_tells_each_stage_and_leaves_no_trace(tmp_path: Path) -> None:
    """Each part's stages, then checklist, publishing and run; the site is the same with a log and without."""
    log = tmp_path / "run.log"
    for name, options in (("with", ("--log", log, "--now", DUE, "--no-cache")), ("without", ())):
        assert build(EXAMPLE, tmp_path / name, *options).exit_code == 0
    assert tree(tmp_path / "with") == tree(tmp_path / "without")
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    part = ["reading the source", "drawing figures", "laying out the page", "laying out the PDF"]
    for language in ("nb", "en"):
        own = [line for line in lines if line.get("language") == language]
        assert [line["stage"] for line in own] == part
        assert {line["month"] for line in own} == {"2013-11"}
        assert [line["time"] for line in own] == sorted(line["time"] for line in own)
    assert [(line["stage"], line["outcome"]) for line in lines[-3:]] == [
        ("checklist", "passed"),
        ("publish", "done"),
        ("run", "done"),
    ]
    assert all(line["time"].startswith("2013-12-03T08:0") and line["time"].endswith("+01:00") for line in lines)
    assert lines[-1]["exit"] == 0
    assert lines[-1]["seconds"] >= sum(line["seconds"] for line in lines if line.get("language"))


def test_a_failed_build_is_logged(report: Path, tmp_path: Path) -> None:
    """The part that failed, with its problems; then the run, with its exit code."""
    (report / "sources" / "2013-11.txt").write_bytes(b"")
    log = tmp_path / "run.log"
    assert build(report, tmp_path / "site", "--log", log).exit_code == 3
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert [(line["stage"], line["outcome"]) for line in lines] == [
        ("build", "failed"),
        ("build", "failed"),
        ("run", "failed"),
    ]
    assert lines[0]["problems"] == ["empty"]
    assert lines[-1]["exit"] == 3
