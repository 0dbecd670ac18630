"""Programs of the product, running beside a test.

The first one starts a server that imports what they are made of; each is a fork of it, which
saves seconds of importing. That they start by `python -m` is tested for each by itself.
"""

import os
import runpy
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, Literal

Program = Literal["analytics", "api", "ingest", "jobs"]

REPOSITORY: Final = Path(__file__).resolve().parents[2]
STOP_SECONDS: Final = 30
_FORKS: Final = get_context("forkserver")
_FORKS.set_forkserver_preload(["analytics.worker", "api.app", "ingest.worker", "jobs.worker"])


@contextmanager
def running(name: Program, environment: Mapping[str, str]) -> Iterator[BaseProcess]:
    """Run a program with these variables beside the usual ones; end it as the stack does."""
    process = _FORKS.Process(target=_run, args=(name, dict(environment)), daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join(STOP_SECONDS)
        stopped = process.exitcode is not None
        process.kill()
    assert stopped, f"{name} did not end within {STOP_SECONDS} s"


def _run(name: Program, environment: dict[str, str]) -> None:
    os.chdir(REPOSITORY)
    os.environ.update(environment)
    sys.argv = [name]
    runpy.run_module(name, run_name="__main__")
