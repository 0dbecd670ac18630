"""One supervised process: started, watched, restarted with backoff, stopped with its group."""

import asyncio
import contextlib
import enum
import os
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from stack.probes import NOT_READY, Probe, Reading
from stack.processes import Identity, launcher, signal_group

_LONGEST_LINE = 16_384
_PROBE_STARTING_S = 0.15
_PROBE_RUNNING_S = 2.0
_SAMPLES = 6


class State(enum.StrEnum):
    """What a supervised process is doing."""

    STARTING = "starting"
    """The process runs but has not been ready yet."""
    RUNNING = "running"
    """The process runs and says that it works."""
    WAITING = "waiting"
    """It was ready and no longer is: it waits for the broker or the database."""
    RESTARTING = "restarting"
    """It died; it is started again after a pause."""
    STOPPED = "stopped"
    FAILED = "failed"
    """It refused its settings: starting it again would change nothing."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What to run, as whom, and how to tell that it works.

    `stage` orders start and stop: a lower stage starts first and stops last.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(repr=False)  # holds secrets: never shown
    cwd: Path
    probe: Probe
    stage: int = 0
    user: str | None = None
    """Account to run as; None is the caller's own."""
    read_all: bool = False
    """Let that account read files it has no permission for (a clone under /root)."""
    stop_signal: signal.Signals = signal.SIGTERM
    stop_timeout_s: float = 10.0


@dataclass(slots=True)
class Backoff:
    """Pauses before a restart: doubling from `first_s` to `longest_s`.

    A process that stayed up for `stable_s` has earned a quick restart again.
    """

    first_s: float = 0.5
    longest_s: float = 15.0
    stable_s: float = 20.0
    _failures: int = 0

    def pause_s(self, uptime_s: float) -> float:
        """Return how long to wait after a process that lived for `uptime_s` seconds."""
        self._failures = 0 if uptime_s >= self.stable_s else self._failures
        pause: float = min(self.first_s * 2**self._failures, self.longest_s)
        self._failures = min(self._failures + 1, 16)
        return pause


async def lines_of(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Yield decoded lines without end-of-line; a line too long is cut into pieces."""
    rest = b""
    while chunk := await stream.read(65536):
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode("utf-8", errors="replace").rstrip("\r")
        while len(rest) > _LONGEST_LINE:
            yield rest[:_LONGEST_LINE].decode("utf-8", errors="replace")
            rest = rest[_LONGEST_LINE:]
    if rest:
        yield rest.decode("utf-8", errors="replace")


async def spawn(spec: Spec) -> asyncio.subprocess.Process:
    """Start the process of `spec` in a session of its own, output to one pipe.

    Raises OSError when the command cannot be run.
    """
    return await asyncio.create_subprocess_exec(
        *launcher(spec.user, spec.stop_signal, read_all=spec.read_all),
        *spec.argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=dict(spec.env),
        cwd=spec.cwd,
        start_new_session=True,
    )


class Child:
    """Keeps one process alive from `run()` until `stop()`."""

    def __init__(
        self,
        spec: Spec,
        on_line: Callable[[str], None],
        on_change: Callable[[], None],
        backoff: Backoff | None = None,
    ) -> None:
        """`on_line` takes each line of its output, `on_change` is called when its state changes."""
        self.spec = spec
        self.state = State.STOPPED
        self.restarts = 0
        self.identity: Identity | None = None
        self.samples: deque[tuple[float, Reading]] = deque(maxlen=_SAMPLES)
        self.became_ready = asyncio.Event()
        self.settled = asyncio.Event()
        """Set once it was ready, or will never be."""
        self._on_line = on_line
        self._on_change = on_change
        self._backoff = backoff or Backoff()
        self._stopping = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._since = time.monotonic()
        self._code = 0

    @property
    def uptime_s(self) -> float:
        """Seconds since the present process started; 0 when none runs."""
        return time.monotonic() - self._since if self._process else 0.0

    async def run(self) -> None:
        """Start the process, and start it again whenever it ends, until `stop()`."""
        while not self._stopping.is_set():
            uptime_s = await self._live_once()
            if self._stopping.is_set():
                break
            if self._code == os.EX_CONFIG:
                self._on_line("[supervisor] its settings are wrong: not started again")
                self._become(State.FAILED)
                self.settled.set()
                return
            self.restarts += 1
            pause_s = self._backoff.pause_s(uptime_s)
            self._on_line(f"[supervisor] starts again in {pause_s:g} s")
            self._become(State.RESTARTING)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause_s)
        self._become(State.STOPPED)

    async def stop(self) -> None:
        """Ask the process to stop; past its time limit the whole group is killed. Idempotent."""
        self._stopping.set()
        process = self._process
        if process is None:
            return
        signal_group(process.pid, self.spec.stop_signal)
        try:
            await asyncio.wait_for(process.wait(), self.spec.stop_timeout_s)
        except TimeoutError:
            self._on_line("[supervisor] did not stop in time: killed")
            signal_group(process.pid, signal.SIGKILL)
            await process.wait()

    async def _live_once(self) -> float:
        """Run the process to its end; returns how many seconds it lived."""
        try:
            process = await spawn(self.spec)
        except OSError as error:
            self._on_line(f"[supervisor] cannot start: {error}")
            return 0.0
        self._process, self._since = process, time.monotonic()
        self.identity = Identity.of(process.pid)
        self._become(State.STARTING)
        if self._stopping.is_set():  # stop() came while the process was being started
            self._end_soon(process.pid)
        pump = asyncio.create_task(self._pump(process))
        watch = asyncio.create_task(self._watch())
        try:
            self._code = await process.wait()
        finally:
            watch.cancel()
            signal_group(process.pid, signal.SIGKILL)  # what it started and left behind
            await asyncio.wait([pump], timeout=1.0)
            pump.cancel()
            uptime_s = self.uptime_s
            self._process = self.identity = None
            self.samples.clear()
        if not self._stopping.is_set():
            self._on_line(f"[supervisor] ended {describe_exit(self._code)}")
        return uptime_s

    def _end_soon(self, pid: int) -> None:
        signal_group(pid, self.spec.stop_signal)
        loop = asyncio.get_running_loop()
        loop.call_later(self.spec.stop_timeout_s, signal_group, pid, signal.SIGKILL)

    async def _pump(self, process: asyncio.subprocess.Process) -> None:
        if process.stdout is not None:
            async for line in lines_of(process.stdout):
                self._on_line(line)

    async def _watch(self) -> None:
        while True:
            reading = await self._look()
            self.samples.append((time.monotonic(), reading))
            if reading.ready:
                self._become(State.RUNNING)
                self.became_ready.set()
                self.settled.set()
            elif self.state is State.RUNNING:
                self._become(State.WAITING)
            starting = self.state is State.STARTING
            await asyncio.sleep(_PROBE_STARTING_S if starting else _PROBE_RUNNING_S)

    async def _look(self) -> Reading:
        try:
            return await self.spec.probe()
        except Exception as error:  # noqa: BLE001  # a failing look must not end the watch
            self._on_line(f"[supervisor] cannot look at it: {type(error).__name__}")
            return NOT_READY

    def _become(self, state: State) -> None:
        if state is not self.state:
            self.state = state
            self._on_change()


def describe_exit(code: int) -> str:
    """Say in words how a process ended.

    >>> describe_exit(3), describe_exit(-9)
    ('with exit code 3', 'by SIGKILL')
    """
    if code >= 0:
        return f"with exit code {code}"
    try:
        return f"by {signal.Signals(-code).name}"
    except ValueError:
        return f"by signal {-code}"
