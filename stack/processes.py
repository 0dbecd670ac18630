"""Processes by identity: a pid alone is not one, since the kernel gives it out again."""

import asyncio
import contextlib
import os
import pwd
import shutil
import signal
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_STAT_START_TICKS = 19  # proc(5): starttime is field 22; after "pid (comm) " it is the twentieth
_STAT_STATE = 0
_DAC_READ_SEARCH = 1 << 2


@dataclass(frozen=True, slots=True)
class Identity:
    """One process for good: its pid together with the tick at which it started."""

    pid: int
    start_ticks: int

    @classmethod
    def of(cls, pid: int) -> "Identity | None":
        """Read the identity of a living process; None when there is none or it is a zombie."""
        try:
            raw = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return None
        # The command name may hold spaces and brackets: fields count from the last one.
        fields = raw.rpartition(")")[2].split()
        if fields[_STAT_STATE] in "ZX":
            return None
        return cls(pid, int(fields[_STAT_START_TICKS]))

    def alive(self) -> bool:
        """Tell whether this very process still runs."""
        return Identity.of(self.pid) == self


def boot_id() -> str:
    """Return the identity of this boot of the machine: pids of another boot mean nothing."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal the process group that a supervised process leads; one that is gone is no error."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def launcher(
    user: str | None, death_signal: signal.Signals, *, read_all: bool = False
) -> tuple[str, ...]:
    """Return the command prefix that drops to `user` and ties the process to its supervisor.

    `setpriv` (util-linux) asks the kernel to send `death_signal` when the supervisor dies, however
    it dies, so that a killed supervisor leaves nothing running. A pre-exec hook would do the same,
    but runs Python between fork and exec while other threads may hold locks.

    With `read_all` the account keeps one capability: to read files whatever their permissions, for
    a clone or a Python that lies under a folder which only root may enter.

    Raises FileNotFoundError without setpriv, KeyError when there is no such account.
    """
    setpriv = shutil.which("setpriv", path=f"{os.environ.get('PATH', '')}:/usr/bin:/bin")
    if setpriv is None:
        message = "setpriv is not installed (Debian's package util-linux has it)"
        raise FileNotFoundError(message)
    prefix = [setpriv, "--pdeathsig", death_signal.name.removeprefix("SIG")]
    if user is not None:
        entry = pwd.getpwnam(user)
        prefix += [f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--init-groups"]
        if read_all:
            capability = f"+{_reading_capability()}"
            prefix += [f"--inh-caps={capability}", f"--ambient-caps={capability}"]
            # Without this bit access(2) answers as if the capability were not there.
            prefix.append("--securebits=+no_setuid_fixup")
    return (*prefix, "--")


def _reading_capability() -> str:
    """Return the least capability at hand that reads everything; containers lack the first."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    effective = next(line for line in status.splitlines() if line.startswith("CapEff:"))
    return "dac_read_search" if int(effective.split()[1], 16) & _DAC_READ_SEARCH else "dac_override"


async def end_leftovers(
    leftovers: Iterable[tuple[Identity, signal.Signals]], patience_s: float = 10
) -> int:
    """End processes that an earlier supervisor left, each by its stop signal and then by SIGKILL.

    Returns how many were found alive.
    """
    living = [(who, number) for who, number in leftovers if who.alive()]
    for who, number in living:
        signal_group(who.pid, number)
    deadline = asyncio.get_running_loop().time() + patience_s
    while any(who.alive() for who, _ in living):
        if asyncio.get_running_loop().time() > deadline:
            for who, _ in living:
                if who.alive():
                    signal_group(who.pid, signal.SIGKILL)
            deadline += patience_s
        await asyncio.sleep(0.05)
    return len(living)


def processes(number: int) -> str:
    """Count processes in words.

    >>> processes(1), processes(2)
    ('1 process', '2 processes')
    """
    return f"{number} process" if number == 1 else f"{number} processes"
