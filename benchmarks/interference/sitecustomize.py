"""Lets something go wrong at one step of a program, when this folder is on its `PYTHONPATH`.

A step is a change of the file system, as Python tells it beforehand. `FAULT_AT` says which one: `os.link:3` is the
third link that is made, `any:3` the third step of any kind. `FAULT` says what happens then:
`kill`, `stop` (until it is told to go on), `error:28` (the system refuses it, with that number) or `remove:<folder>`.
`FAULT_LOG` names a file that gets a line for each step instead. `FAULT_CLOCK` is what the clock says, in seconds.
`FAULT_NOBODY` lets the user have no entry, and so no home. Processes that this one starts count no steps.
"""

import os
import pwd
import shutil
import signal
import sys
import time

STEPS = frozenset(
    {
        "open",
        "os.mkdir",
        "os.rename",
        "os.remove",
        "os.rmdir",
        "os.link",
        "os.chmod",
        "os.utime",
        "fcntl.flock",
        "shutil.copytree",
        "shutil.rmtree",
        "exchange",
    }
)
_WRITING = os.O_WRONLY | os.O_RDWR
_FAULT, _, _VALUE = os.environ.get("FAULT", "").partition(":")
_NAME, _, _NUMBER = os.environ.get("FAULT_AT", "").partition(":")
_LOG = os.environ.get("FAULT_LOG", "")
_seen = 0
_acting = False


def _step(event: str, arguments: tuple[object, ...]) -> str:
    """Return the step's name; nothing for what changes nothing."""
    if event == "ctypes.dlsym" and arguments[1] == "renameat2":
        return "exchange"
    if event == "open" and not (isinstance(arguments[2], int) and arguments[2] & _WRITING):
        return ""
    return event if event in STEPS else ""


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    """Count the steps, and let it happen at the one that was asked for."""
    global _seen, _acting  # noqa: PLW0603 - a hook has nowhere else to count
    step = "" if _acting else _step(event, arguments)
    if not step or (_NAME not in {"any", step} and not _LOG):
        return
    _seen += 1
    if _LOG:
        _acting = True
        with open(_LOG, "a", encoding="utf-8") as log:  # noqa: PTH123 - before anything is imported
            log.write(f"{step} {arguments[0]}\n")
        _acting = False
    elif _seen == int(_NUMBER):
        _acting = True
        _happen()
        _acting = False


def _happen() -> None:
    if _FAULT in {"kill", "stop"}:
        os.kill(os.getpid(), signal.SIGKILL if _FAULT == "kill" else signal.SIGSTOP)
    elif _FAULT == "error":
        raise OSError(int(_VALUE), os.strerror(int(_VALUE)))
    elif _FAULT == "remove":
        shutil.rmtree(_VALUE)


def _find_nobody(user: int) -> None:
    raise KeyError(user)


if "FAULT_CLOCK" in os.environ:
    time.time = lambda: float(os.environ["FAULT_CLOCK"])
if "FAULT_NOBODY" in os.environ:
    pwd.getpwuid = _find_nobody  # type: ignore[assignment]


if (_NAME or _LOG) and "--multiprocessing-fork" not in sys.orig_argv:
    sys.addaudithook(_watch)
