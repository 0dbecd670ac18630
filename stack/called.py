"""How the command was called, so that what is advised can be typed as it stands."""

import functools
import os
import re
import shutil
import sys
from pathlib import Path

_COMMANDS = (
    "up down status logs doctor reset ledger dead-letters quarantine rules alarms what-if jobs"
    " push-keys subscriber audit openapi user simulate bench eval chaos"
)
_MENTION = re.compile(rf"(?<![\w/.])jeg (?=(?:{'|'.join(_COMMANDS.split())})\b)")


def as_called(text: str) -> str:
    """Write `jeg up` and its like with the path by which `jeg` was called, if that is needed.

    Where the shell finds `jeg` by its name, or another program called, the text stays.
    """
    return _MENTION.sub(lambda _: f"{command()} ", text)


@functools.cache
def command() -> str:
    """Return what to type for `jeg` in the present folder."""
    called = Path(sys.argv[0])
    if called.name != "jeg":
        return "jeg"
    found = shutil.which("jeg")
    if found and Path(found).absolute() == called.absolute():
        return "jeg"
    relative = os.path.relpath(called.absolute())
    return str(called.absolute()) if relative.startswith("../..") else relative
