"""One part of a month as a task that any process can do, on this machine or another: what it needs, doing it.

A part that was finished before is found by its task alone, without reading the document or importing what makes it.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePosixPath

from reportgen.artefacts import Making, Workshop
from reportgen.cache import Cache, digest
from reportgen.clock import Stopwatch
from reportgen.definition import ReportDefinition, read_definition
from reportgen.errors import Problem, RenderError, Where
from reportgen.inputs import Inputs, is_unchanged, program_inputs, report_inputs
from reportgen.manifest import parse_manifest, write_manifest
from reportgen.output import OutputFile
from reportgen.period import Period
from reportgen.publication import Order, Publication

_MANIFEST = "part/manifest.json"
_WARNINGS = "part/warnings.json"
_REMARKS = "part/remarks.json"
_ARTEFACTS = "part/artefacts.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A part to be built, with where its inputs are."""

    report: Path
    """The folder of the definition."""
    order: Order
    cache: Path | None
    """Folder of the cache; None to make everything."""
    bundle: Mapping[str, bytes] | None = None
    """The definition's files by their paths, for a process that can't read the folder."""
    program: str = ""
    """Digest of the program that gave the task; another one would make other bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A part that is built, and what became of its artefacts."""

    order: Order
    part: Publication
    makings: tuple[Making, ...]
    stages: tuple[tuple[str, float], ...] = ()
    """What was done for it, each with the seconds that it took; nothing for a part that was found."""


def find_done(task: Task, definition: ReportDefinition) -> Done | None:
    """Return a task's part if the cache has it, made from exactly the same."""
    if task.cache is None:
        return None
    found = Cache(task.cache).recall(_key(task.order, _inputs(definition, task.order.month)))
    if found is None:
        return None
    files = dict(found)
    manifest = parse_manifest(files.pop(_MANIFEST))
    warnings, remarks = _parse_problems(files.pop(_WARNINGS)), _parse_problems(files.pop(_REMARKS))
    artefacts = json.loads(files.pop(_ARTEFACTS))
    part = Publication(
        month=task.order.month,
        files=tuple(OutputFile(path=PurePosixPath(path), content=content) for path, content in files.items()),
        manifest=manifest,
        warnings=warnings,
        remarks=remarks,
    )
    makings = tuple(Making(artefact=artefact, reused=True) for artefact in artefacts)
    return Done(order=task.order, part=part, makings=makings)


def _parse_problems(content: bytes) -> tuple[Problem, ...]:
    return tuple(
        Problem(**{**problem, "where": tuple(Where(**where) for where in problem["where"])})
        for problem in json.loads(content)
    )


def do_task(task: Task) -> Done:
    """Build a task's part, and keep it in the cache; raise a `ReportgenError` of the stage that can't go on."""
    if task.program and task.program != program_version():
        raise RenderError(
            Problem(
                kind="other-program",
                message="a worker has another version of reportgen, or of a library, than this machine",
                hint="install the same versions on every worker: pip install --require-hashes -r requirements.txt",
            )
        )
    with _folder(task) as folder:
        definition = read_definition(folder)
        inputs = _inputs(definition, task.order.month)
        from reportgen.build import build_part  # noqa: PLC0415 - all the libraries, after the program was looked at

        cache = Cache(task.cache) if task.cache else None
        workshop = Workshop(cache=cache, inputs=inputs, report=definition.report.id)
        watch = Stopwatch()
        part = build_part(definition, task.order, workshop=workshop, progress=watch)
        done = Done(order=task.order, part=part, makings=tuple(workshop.makings), stages=watch.laps())
        if cache and definition == read_definition(folder) and is_unchanged(definition, task.order.month, inputs):
            workshop.keep()
            _keep(cache, done, inputs)
    return done


def keep_done(task: Task, done: Done, definition: ReportDefinition) -> None:
    """Keep a part that another machine has built."""
    if task.cache:
        _keep(Cache(task.cache), done, _inputs(definition, task.order.month))


def bundle(definition: ReportDefinition, month: Period) -> Mapping[str, bytes]:
    """Return the definition's files that a month is built from, to be sent along with a task."""
    return {name: (definition.folder / name).read_bytes() for name in report_inputs(definition, month)}


def program_version() -> str:
    """Return what tells this program, with its libraries, from any other that makes other bytes."""
    return digest(json.dumps(dict(sorted(program_inputs().items()))))


def _inputs(definition: ReportDefinition, month: Period) -> Inputs:
    return {**program_inputs(), **report_inputs(definition, month)}


def _key(order: Order, inputs: Inputs) -> str:
    """Return what a part is kept under: everything that it is made from, and what was asked for."""
    return digest(f"part {replace(order, versions=frozenset())!r} {sorted(order.versions)} {sorted(inputs.items())!r}")


def _keep(cache: Cache, done: Done, inputs: Inputs) -> None:
    if done.part.manifest is None:
        return
    files = {str(file.path): file.content for file in done.part.files}
    files[_MANIFEST] = write_manifest(done.part.manifest).content
    for name, problems in ((_WARNINGS, done.part.warnings), (_REMARKS, done.part.remarks)):
        files[name] = json.dumps([asdict(problem) for problem in problems]).encode()
    files[_ARTEFACTS] = json.dumps([making.artefact for making in done.makings]).encode()
    cache.keep(_key(done.order, inputs), files)


@contextmanager
def _folder(task: Task) -> Iterator[Path]:
    """Return the definition's folder: where it stands, or where its files are unpacked for this task."""
    if task.bundle is None:
        yield task.report
        return
    with tempfile.TemporaryDirectory(prefix="reportgen-") as name:
        for path, content in task.bundle.items():
            place = Path(name, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        yield Path(name)
