"""The `jeg` command in a process of its own, as from a shell.

In this process it would share `sys.stdout` with every thread of other tests.
"""

import asyncio
import sys
from dataclasses import dataclass

from stack.folders import REPOSITORY

_PATIENCE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended."""

    exit_code: int
    stdout: str
    stderr: str


async def jeg(*words: str) -> Done:
    """Run the command with the environment of this process; `JEG_HOME` in it says where."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "stack.cli", *words),
        cwd=REPOSITORY,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            out, err = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    return Done(process.returncode or 0, out.decode(), err.decode())
