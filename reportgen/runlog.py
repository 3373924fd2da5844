"""The log of a run: one line of JSON for each stage, for a cron job's mail or a program that watches.

It is for those who run the program. Nothing of it gets into what is published.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from reportgen.clock import Clock, system_clock
from reportgen.errors import DefinitionError, OutputError, Problem, ReportgenError


class RunLog:
    """Writes a line for each stage that is over."""

    def __init__(self, write: Callable[[str], object] | None = None, clock: Clock = system_clock) -> None:
        """Write lines like this, or none at all."""
        self.clock = clock
        self._write = write

    def note(
        self, stage: str, outcome: str, seconds: float, *, ended: datetime | None = None, **details: object
    ) -> None:
        """Write that a stage ended, now or then, after so many seconds: `done`, `reused`, `refused`, `failed`."""
        if self._write is None:
            return
        time = (ended or self.clock()).isoformat(timespec="milliseconds")
        line: dict[str, object] = {"time": time, "stage": stage, "outcome": outcome}
        line |= {
            "seconds": round(seconds, 3),
            **{name: value for name, value in details.items() if value not in ("", [])},
        }
        with suppress(OSError):  # a full disk stops no release: the log tells of it, it isn't a part of it
            self._write(json.dumps(line, ensure_ascii=False) + "\n")

    @contextmanager
    def stage(self, name: str, **details: object) -> Iterator[dict[str, Any]]:
        """Note a stage when it ends: `done`, unless an error says otherwise or whoever is given this."""
        began = self.clock()
        said: dict[str, Any] = {"outcome": "done", **details}
        try:
            yield said
        except ReportgenError as error:
            said |= {"outcome": "refused", "exit": error.exit_code, "problems": name_problems(error.problems)}
            raise
        except KeyboardInterrupt:
            said["outcome"] = "interrupted"
            raise
        except Exception as error:
            said |= {"outcome": "bug", "problems": [type(error).__name__]}
            raise
        finally:
            outcome = str(said.pop("outcome"))
            self.note(name, outcome, (self.clock() - began).total_seconds(), **said)


def name_problems(problems: Sequence[Problem]) -> list[str]:
    """Return the names of problems, each once."""
    return list(dict.fromkeys(problem.name for problem in problems))


@contextmanager
def open_log(target: str, clock: Clock, *, outside: object) -> Iterator[RunLog]:
    """Add to the file of this name; to standard error for `-`, and to nothing where there is none.

    Raise `DefinitionError` for a file inside the folder `outside`, which is published, and `OutputError` where the
    file can't be opened.
    """
    if isinstance(outside, Path) and target and Path(target).resolve().is_relative_to(outside.resolve()):
        hint = "keep it elsewhere: what stands there is published"
        raise DefinitionError(Problem(kind="option", message=f"the log {target} stands inside the site", hint=hint))
    if target in {"", "-"}:
        yield RunLog(_write_error if target else None, clock)
        return
    try:
        file = Path(target).open("ab", buffering=0)  # noqa: SIM115 - what fails below is no fault of the file
    except OSError as error:
        message = f"{target} can't be written: {error.strerror or error}"
        raise OutputError(
            Problem(kind="not-written", message=message, hint="choose another file with --log")
        ) from error
    with file:
        yield RunLog(lambda line: file.write(line.encode()), clock)


def _write_error(line: str) -> None:
    if sys.stderr:  # which a program that was started without one lacks
        sys.stderr.write(line)
        sys.stderr.flush()
