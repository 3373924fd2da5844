"""Builds months in several processes, of this machine or of a cluster, and publishes those that could be built.

Each month is all or nothing: one that fails keeps no other from being published. What was finished when a run was
interrupted is in the cache, so that the next run goes on from there.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from reportgen.artefacts import Making, Workshop
from reportgen.cache import Cache
from reportgen.checklist import (
    Review,
    describe_acceptances,
    examine_dates,
    examine_judged,
    open_remarks,
    refuse_early,
    refuse_parts,
)
from reportgen.definition import ReportDefinition
from reportgen.errors import Problem, ReleaseError, RenderError, ReportgenError
from reportgen.manifest import Manifest
from reportgen.output import Staging
from reportgen.period import Period
from reportgen.processes import Here, Processes
from reportgen.publication import Order, join_manifests, order_parts
from reportgen.publishing import publish_months
from reportgen.runlog import RunLog, name_problems
from reportgen.storage import Place
from reportgen.tasks import Done, Task, bundle, do_task, find_done, keep_done, program_version
from reportgen.uploading import stage_site


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which months are built, of what, and by whom."""

    months: tuple[Period, ...]
    languages: tuple[str, ...]
    formats: tuple[str, ...]
    versions: Mapping[Period, frozenset[int]]
    """Numbers of each month's earlier versions that will stand on the site."""
    strict: bool = False
    draft: bool = False
    """Whether every page says that it is a draft."""
    review: Review = field(default_factory=Review)
    cache: Path | None = None
    jobs: int = 0
    """How many processes build at once; 0 for one on each processor."""
    scheduler: str = ""
    """Address of a Dask scheduler whose workers build instead of this machine's: `tcp://host:8786`."""

    @property
    def orders(self) -> tuple[Order, ...]:
        """Return the parts of all months, in the order in which they are begun."""
        return tuple(
            order
            for month in self.months
            for order in order_parts(
                month,
                languages=self.languages,
                formats=self.formats,
                strict=self.strict,
                versions=self.versions.get(month, frozenset()),
                draft=self.draft,
            )
        )


@dataclass(kw_only=True)
class BuiltMonth:
    """What became of a month."""

    month: Period
    manifest: Manifest | None = None
    """None for a month that could not be built."""
    warnings: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()
    """What the checklist says, but for the warnings."""
    problems: tuple[Problem, ...] = ()
    exit_code: int = 0
    makings: list[Making] = field(default_factory=list)


Progress = Callable[[str], None]
"""Told each part that is finished: `2013-11 nb`."""


def build_months(
    definition: ReportDefinition,
    plan: Plan,
    place: Place,
    *,
    progress: Progress = lambda _part: None,
    log: RunLog | None = None,
) -> tuple[BuiltMonth, ...]:
    """Build the plan's months and publish them where the site stands; return what became of each, in their order.

    Months that can't be built are told in the result; nothing is written where none could be, and a release is whole
    or nothing. Raise `ReleaseError` where a release is not due, or the checklist has something against it.
    Raise `OutputError` where nothing can be written there, and what the site's own pages raise; a folder of
    this machine is then as it was.
    """
    log = log or RunLog()
    if plan.review.release:
        with log.stage("release time"):
            refuse_parts(definition, plan.languages, plan.formats)
            refuse_early(definition, plan.months, log.clock())
    with stage_site(place) as staging:
        yard = _Yard(definition=definition, plan=plan, staging=staging, progress=progress, log=log)
        yard.build()
        built = [month for month in yard.months.values() if month.manifest]
        if built:
            workshop = Workshop(cache=Cache(plan.cache) if plan.cache else None, report=definition.report.id)
            manifests = [month.manifest for month in built if month.manifest]
            with log.stage("rehearse" if plan.review.rehearsal else "publish"):
                publish_months(definition, manifests, staging, workshop, approve=yard.approve)
            built[-1].makings += workshop.makings
    if plan.cache:
        Cache(plan.cache).trim()
    return tuple(yard.months.values())


@dataclass(kw_only=True)
class _Yard:
    """Where the months of a plan stand until all their parts are there."""

    definition: ReportDefinition
    plan: Plan
    staging: Staging
    progress: Progress
    log: RunLog
    months: dict[Period, BuiltMonth] = field(default_factory=dict)
    parts: dict[Period, dict[Order, Manifest]] = field(default_factory=dict)
    staged: dict[Period, list[PurePosixPath]] = field(default_factory=dict)
    ended: dict[Order, datetime] = field(default_factory=dict)
    """When each part that was built came back."""

    def build(self) -> None:
        """Take the parts that are finished already, and have the others built."""
        orders = self.plan.orders
        self.months = {month: BuiltMonth(month=month) for month in self.plan.months}
        waiting = []
        for order in orders:
            task = Task(report=self.definition.folder, order=order, cache=self.plan.cache)
            done = self._found(task)
            if done:
                self._take(done)
            elif self.months[order.month].exit_code == 0:
                waiting.append(task)
        self._hand_out(waiting)
        for month, built in self.months.items():
            if not built.exit_code:
                parts = self.parts[month]
                built.manifest = join_manifests([parts[order] for order in orders if order.month == month])
                remarks = sorted(built.remarks, key=lambda remark: (remark.kind, remark.subject, remark.message))
                built.remarks = (
                    *remarks,
                    *examine_dates(self.definition, month),
                )  # the same, whichever part came first
        if self.plan.review.release:
            self._keep_whole()
            self._write_acceptances()

    def _keep_whole(self) -> None:
        """Release no month where one of them can't be built."""
        failed = [str(built.month) for built in self.months.values() if built.exit_code]
        for built in self.months.values() if failed else ():
            built.manifest = None
            if not built.exit_code:
                message = f"{built.month} is not released, because of {', '.join(failed)}"
                hint = "mend what is told of the others, or release it alone with --month"
                built.problems, built.exit_code = (
                    (Problem(kind="held-back", message=message, hint=hint),),
                    ReleaseError.exit_code,
                )

    def _write_acceptances(self) -> None:
        """Let each month's manifest say which warnings it goes out with, and why."""
        for built in self.months.values():
            if built.manifest:
                told = (*built.warnings, *built.remarks)
                accepted = describe_acceptances(self.definition, built.month, told, self.plan.review)
                built.manifest = replace(built.manifest, made={**built.manifest.made, **accepted})

    def approve(self, manifests: Sequence[Manifest]) -> bool:
        """Hold the months against the checklist, as they would stand on the site; tell whether they go there.

        Raise `ReleaseError` with all that stops a release.
        """
        review = self.plan.review
        stopping: list[Problem] = []
        for manifest in manifests:
            built = self.months[manifest.month]
            built.remarks += examine_judged(self.definition, manifest, review)
            told = (*built.warnings, *built.remarks) if review.release else built.remarks
            left = open_remarks(self.definition, built.month, told, review)
            outcome = "passed" if not left else "refused" if review.release else "warned"
            self.log.note("checklist", outcome, 0, month=str(built.month), problems=name_problems(left))
            stopping += left
        if review.release and stopping:
            raise ReleaseError(tuple(dict.fromkeys(stopping)))
        return not review.rehearsal

    def _found(self, task: Task) -> Done | None:
        try:
            return find_done(task, self.definition)
        except ReportgenError as error:
            self._fail(task.order, error)
            return None

    def _prepared(self, task: Task) -> Task:
        """Return the task as whoever does it needs it: another machine can't read this one's files."""
        if not self.plan.scheduler:
            return task
        sent = bundle(self.definition, task.order.month)
        return replace(task, cache=None, bundle=sent, program=program_version())

    def _hand_out(self, tasks: Sequence[Task]) -> None:
        """Have tasks done, and take what comes of each."""
        with _executor(self.plan, len(tasks)) as executor:
            futures = {}
            for task in tasks:
                future = executor.submit(do_task, self._prepared(task))
                future.add_done_callback(partial(self._note_end, task.order))
                futures[future] = task
            for future in as_completed(futures):
                task = futures.pop(future)  # and its files with it, once they are staged
                try:
                    done = future.result()
                except ReportgenError as error:
                    self._fail(task.order, error)
                except BrokenExecutor:
                    self._fail(task.order, RenderError(_lost(task.order)))
                else:
                    if self.plan.scheduler:
                        keep_done(task, done, self.definition)
                    self._take(done)

    def _take(self, done: Done) -> None:
        """Stage a part, unless its month has failed already."""
        order, month = done.order, self.months[done.order.month]
        self._note(done)
        self.progress(f"{order.month} {order.language}".strip())
        if month.exit_code or done.part.manifest is None:
            return
        self.staging.add(done.part.files)
        self.staged.setdefault(order.month, []).extend(file.path for file in done.part.files)
        self.parts.setdefault(order.month, {})[order] = done.part.manifest
        month.warnings = done.part.warnings
        month.remarks = tuple(dict.fromkeys((*month.remarks, *done.part.remarks)))
        month.makings += done.makings

    def _note_end(self, order: Order, _future: object) -> None:
        self.ended[order] = self.log.clock()

    def _note(self, done: Done) -> None:
        """Write to the log what was done for a part."""
        about: dict[str, Any] = {"month": str(done.order.month), "language": done.order.language}
        if not done.stages:
            self.log.note("take from the cache", "reused", 0, **about)
        began = self.ended.get(done.order, self.log.clock()) - timedelta(seconds=sum(time for _, time in done.stages))
        for stage, seconds in done.stages:
            began += timedelta(seconds=seconds)
            self.log.note(stage.rpartition(": ")[2], "done", seconds, ended=began, **about)

    def _fail(self, order: Order, error: ReportgenError) -> None:
        """Note why a month can't be built, and take what there is of it away."""
        month = self.months[order.month]
        problems = name_problems(error.problems)
        self.log.note("build", "failed", 0, month=str(order.month), language=order.language, problems=problems)
        month.exit_code = month.exit_code or error.exit_code
        month.problems = tuple(dict.fromkeys((*month.problems, *error.problems)))
        shared = {path for known, paths in self.staged.items() if known != order.month for path in paths}
        self.staging.drop(path for path in self.staged.pop(order.month, []) if path not in shared)


def _lost(order: Order) -> Problem:
    part = f"{order.month} {order.language}".strip()
    return Problem(
        kind="lost-process",
        message=f"the process that built {part} ended before it was done",
        hint="run the command again, with a smaller --jobs if memory was short",
    )


@contextmanager
def _executor(plan: Plan, tasks: int) -> Iterator[Executor]:
    """Return what does the tasks: this process where there is one, processes of its own, or a cluster."""
    jobs = min(plan.jobs or len(os.sched_getaffinity(0)), tasks)
    if plan.scheduler and tasks:
        from reportgen.cluster import open_cluster  # noqa: PLC0415 - an optional dependency

        with open_cluster(plan.scheduler) as executor:
            yield executor
    elif jobs <= 1:
        with Here() as executor:
            yield executor
    else:
        with Processes(jobs) as executor:
            yield executor


def exit_code(months: Sequence[BuiltMonth]) -> int:
    """Return the exit code of a build: that of the first month that failed."""
    return next((month.exit_code for month in months if month.exit_code), 0)
