"""Holds every process of the stack: starts them in stages, records them, stops them in order."""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from stack.child import Backoff, Child, Spec, State, lines_of, spawn
from stack.folders import Folders
from stack.output import LogFile, Terminal
from stack.processes import signal_group
from stack.rates import rates_between


@dataclass(frozen=True, slots=True)
class Ended:
    """How a one-shot command ended, with the last lines that it wrote."""

    code: int
    last_lines: tuple[str, ...]


class Supervisor:
    """The processes of one stack, by name, in the order in which they were started."""

    def __init__(
        self, folders: Folders, terminal: Terminal, on_change: Callable[[], None] = lambda: None
    ) -> None:
        """Nothing runs yet; `on_change` is called whenever a process changes its state."""
        self.children: dict[str, Child] = {}
        self._folders = folders
        self._terminal = terminal
        self._on_change = on_change
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._logs: dict[str, LogFile] = {}

    def start(self, spec: Spec, backoff: Backoff | None = None) -> Child:
        """Start a process and keep it running until `stop`."""
        child = Child(spec, self._writer(spec.name), self._on_change, backoff)
        self.children[spec.name] = child
        self._tasks[spec.name] = asyncio.create_task(child.run(), name=spec.name)
        return child

    async def wait_ready(self, names: Iterable[str], patience_s: float) -> list[str]:
        """Wait until each named process was ready once; returns those that are not in time.

        For one that gave up, nobody waits.
        """
        wanted = {name: self.children[name] for name in names}
        waits = [asyncio.create_task(child.settled.wait()) for child in wanted.values()]
        if waits:
            _, late = await asyncio.wait(waits, timeout=patience_s)
            for task in late:
                task.cancel()
        return sorted(n for n, child in wanted.items() if not child.became_ready.is_set())

    async def run_once(self, spec: Spec) -> Ended:
        """Run a command to its end; when this is cancelled, the command is ended too."""
        write = self._writer(spec.name)
        last: list[str] = []
        process = await spawn(spec)
        try:
            if process.stdout is not None:
                async for line in lines_of(process.stdout):
                    write(line)
                    last = [*last[-4:], line]
            return Ended(await process.wait(), tuple(last))
        except asyncio.CancelledError:
            signal_group(process.pid, spec.stop_signal)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), spec.stop_timeout_s)
            signal_group(process.pid, signal.SIGKILL)
            raise

    async def stop(self) -> None:
        """Stop everything, the highest stage first, each stage at once."""
        stages = sorted({child.spec.stage for child in self.children.values()}, reverse=True)
        for stage in stages:
            group = [name for name, c in self.children.items() if c.spec.stage == stage]
            await asyncio.gather(*(self.children[name].stop() for name in group))
            await asyncio.gather(*(self._tasks[name] for name in group))
        for log in self._logs.values():
            log.close()

    def all_running(self) -> bool:
        """Tell whether every process says that it works."""
        return all(child.state is State.RUNNING for child in self.children.values())

    def programs(self) -> dict[str, dict[str, Any]]:
        """Describe each process: state, pid (or null), uptime in seconds, restarts."""
        return {
            name: {
                "state": child.state.value,
                "pid": child.identity.pid if child.identity else None,
                "uptime_s": round(child.uptime_s, 1),
                "restarts": child.restarts,
            }
            for name, child in self.children.items()
        }

    def rates(self) -> dict[str, float]:
        """Per-second rates of ingest over its last samples; empty while it is not running."""
        ingest = self.children.get("ingest")
        return rates_between(tuple(ingest.samples)) if ingest else {}

    def _writer(self, name: str) -> Callable[[str], None]:
        log = self._logs.setdefault(name, LogFile(self._folders.log(name)))

        def write(line: str) -> None:
            log.write(line)
            self._terminal.line(name, line)

        return write
