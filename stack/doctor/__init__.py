"""`jeg doctor`: looks at each part of the stack and says what to do about what is wrong."""

import asyncio
from collections.abc import Callable, Iterable

from stack.doctor.finding import Finding, Level
from stack.doctor.machine import machine_checks
from stack.doctor.running import running_checks
from stack.folders import Folders

Check = Callable[[], Finding]
_MARKS = {Level.OK: "ok  ", Level.NOTE: "note", Level.WRONG: "FAIL"}


def examine(folders: Folders, say: Callable[[str], None]) -> int:
    """Run every check and say each finding; returns 0 when nothing is wrong, else 1."""
    wrong = 0
    for finding in findings([*machine_checks(folders), *running_checks(folders)]):
        say(f"{_MARKS[finding.level]}  {finding.part:<14}{finding.text}")
        if finding.remedy:
            say(f"{'':<20}-> {finding.remedy}")
        wrong += finding.level is Level.WRONG
    care = "1 part needs care" if wrong == 1 else f"{wrong} parts need care"
    say(f"\n{care}" if wrong else "\neverything checked is in order")
    return 1 if wrong else 0


def findings(checks: Iterable[tuple[str, Check]]) -> Iterable[Finding]:
    """Run checks one by one; one that fails itself is a finding, not the end."""
    for part, check in checks:
        try:
            yield check()
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001
            yield Finding(part, Level.WRONG, f"cannot be checked: {type(error).__name__}: {error}")
