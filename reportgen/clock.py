"""The one clock of a run: what time it is, and how long something took. A test or a rehearsal sets it.

Its times go to the log and decide whether a release is due; none gets into what is published.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from reportgen.errors import DefinitionError, Problem

Clock = Callable[[], datetime]
"""Tells the present moment, with its time zone."""


def system_clock() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


def clock_set_to(moment: datetime) -> Clock:
    """Return a clock that shows this moment now, and goes on from there."""
    began = time.monotonic()
    return lambda: moment + timedelta(seconds=time.monotonic() - began)


def read_clock(now: str) -> Clock:
    """Return a clock that shows this moment now, written `2013-12-03T08:00+01:00`; the machine's if it is empty.

    Raise `DefinitionError` for any other text.
    """
    return clock_set_to(_parse_moment(now)) if now else system_clock


def _parse_moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        hint = "write it with its distance from UTC: 2013-12-03T08:00+01:00"
        raise DefinitionError(Problem(kind="moment", message=f'"{text}" is not a moment', hint=hint))
    return moment


class Stopwatch:
    """Measures the stages of a piece of work, each from its name's telling to that of the next one."""

    def __init__(self) -> None:
        """Begin with no stage."""
        self._stages: list[tuple[str, float]] = []

    def __call__(self, stage: str) -> None:
        """End the stage before and begin another."""
        self._stages.append((stage, time.monotonic()))

    def laps(self) -> tuple[tuple[str, float], ...]:
        """End the last stage; return each one with its seconds, in order."""
        ends = [begin for _, begin in self._stages[1:]] + [time.monotonic()]
        return tuple((stage, end - begin) for (stage, begin), end in zip(self._stages, ends, strict=True))
