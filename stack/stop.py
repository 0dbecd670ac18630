"""`jeg down`: ask the supervisor to stop, and make sure that it did."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable

from stack import control
from stack.errors import StackError
from stack.folders import Folders
from stack.processes import end_leftovers, processes
from stack.record import Lock, load

_PATIENCE_S = 90.0


def stop(folders: Folders, say: Callable[[str], None]) -> int:
    """Stop the stack and wait for it; returns the exit code. Nothing running is no error.

    Raises StackError when the supervisor does not end in time.
    """
    lock = Lock(folders)
    holder = lock.holder()
    if holder is None:
        return _end_orphans(folders, say)
    say("stopping: programs, broker, database")
    if control.ask(folders.socket, "stop") is None:  # it is starting, or its socket is gone
        with contextlib.suppress(ProcessLookupError):
            os.kill(holder, signal.SIGTERM)
    deadline = time.monotonic() + _PATIENCE_S
    while lock.holder() is not None:
        if time.monotonic() > deadline:
            message = f"the supervisor (process {holder}) did not end; see {folders.logs}"
            raise StackError(message)
        time.sleep(0.05)
    say("stopped")
    return 0


def _end_orphans(folders: Folders, say: Callable[[str], None]) -> int:
    record = load(folders.record)
    ended = asyncio.run(end_leftovers(record.leftovers())) if record else 0
    say(f"ended {processes(ended)} left behind" if ended else "nothing is running")
    return 0
