"""The demo ward: a month of history once, then live vitals with illnesses, until it is ended."""

import asyncio
import signal
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from simulators import bedside, monitoring, state
from simulators.baseline import Baseline
from simulators.buffer import SendBuffer
from simulators.demo_plan import FIRST_AFTER_S, STABLE, Plan
from simulators.device import Device, Identity, Link
from simulators.payloads import Reading
from simulators.physiology import DAY_MS, Patient
from simulators.settings import Settings
from telemetry.logs import logger
from telemetry.topics import device_topics

BLOCK_MS = 60_000
HISTORY_AT_ONCE = 4
CHUNKS_OUT = 2
CONNECTS_PER_S = 50.0
STATE_EVERY_S = 5
BACKLOG = 200
UNREACHABLE_S = 5
NO_BROKER = (
    "no broker is known: start the stack with `jeg up`, or set JEG_BROKER_HOST and JEG_BROKER_PORT"
)


class WardError(Exception):
    """The ward cannot be played; the message says why and what to do."""


class Entry(msgspec.Struct, frozen=True):
    """One device of JEG_DEVICES_FILE."""

    device_id: UUID
    api_key: str
    partition: str
    patient_id: UUID
    scenario: str = STABLE
    profile: dict[str, Any] = {}
    history_days: float = 30.0


def read_devices(path: Path) -> list[Entry]:
    """Read the ward's devices.

    Raises:
        WardError: when the file is missing or not a list of devices.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=list[Entry])
    except FileNotFoundError as error:
        message = f"{path} does not exist; `jeg up` writes it with the demo clinic"
        raise WardError(message) from error
    except msgspec.DecodeError as error:
        message = f"{path} is not a list of devices: {error}"
        raise WardError(message) from error


class Bed:
    """One device of the ward: its patient, its plan and what of it is on disk."""

    def __init__(self, entry: Entry, link: Link, remembered: state.DeviceState) -> None:
        """Start a new boot of the device.

        Raises:
            ValueError: for a scenario that does not exist.
        """
        remembered.boot += 1
        self.state = remembered
        self.live_from_ms = time.time_ns() // 1_000_000
        seed = entry.patient_id.int % (1 << 40)
        baseline = Baseline.drawn(seed, entry.profile)
        self.plan = Plan(entry.scenario, seed, self.live_from_ms, FIRST_AFTER_S + 10 * (seed % 5))
        self.history_from_ms = self.live_from_ms - round(entry.history_days * DAY_MS)
        self._past = self.plan.past(self.history_from_ms)
        self._patient = Patient(seed, baseline, self._past)
        topics = device_topics(entry.partition, entry.device_id)
        identity = Identity(str(entry.device_id), entry.api_key, topics)
        self.device = Device(identity, link, remembered.boot, SendBuffer(capacity=BACKLOG))
        self._marks: deque[tuple[int, int]] = deque()
        self.history_sent = False
        self._sent_ms = 0

    async def play_history(self, turn: asyncio.Semaphore) -> None:
        """Send what of the history is not on disk, `CHUNKS_OUT` messages at a time."""
        patient = self.before()
        await self.device.online()
        async with turn:
            for start_ms, end_ms in self.state.gaps(self.history_from_ms, self.live_from_ms):
                await self._send_span(patient, start_ms, end_ms)
        self.history_sent = True

    async def _send_span(self, patient: Patient, start_ms: int, end_ms: int) -> None:
        out: deque[tuple[int, int, int]] = deque()
        for chunk_end_ms, runs in bedside.history(patient, start_ms, end_ms):
            if len(out) >= CHUNKS_OUT:
                await self._settled(*out.popleft())
            if runs:
                seq = await self.device.send(runs, historical=True)
                out.append((seq, start_ms, chunk_end_ms))
            else:  # a short pause in which nothing was due
                self.state.cover(start_ms, chunk_end_ms)
            start_ms = chunk_end_ms
        while out:
            await self._settled(*out.popleft())

    async def _settled(self, seq: int, start_ms: int, end_ms: int) -> None:
        await self.device.receipted(seq)
        self.state.cover(start_ms, end_ms)

    async def play_live(self) -> None:
        """Send live vitals for ever: everything once, then each at its cadence.

        When the device could not send for a while, what fell due goes out in one message.
        """
        begin = self.live_from_ms
        await self._send_live(begin, bedside.now_all(self.ill(begin, begin + 1), begin))
        begin += 1
        while True:
            # Blocks begin at the device's own start: a thousand do not compute at one instant.
            end = begin + BLOCK_MS
            await self._send_due(deque(bedside.live(self.ill(begin, end), begin, end)))
            begin = end

    async def _send_due(self, due: deque[tuple[int, list[Reading]]]) -> None:
        while due:
            t, readings = due.popleft()
            await _until(max(t, self._sent_ms + round(1000 * self.device.commands.interval_s)))
            now = time.time_ns() // 1_000_000
            while due and due[0][0] <= now:
                t, more = due.popleft()
                readings += more
            self._sent_ms = now
            await self._send_live(t, readings)

    def before(self) -> Patient:
        """The patient up to now, with the illness that is under way."""
        ill = [*self._past, *self.plan.live(self.history_from_ms, self.live_from_ms)]
        return Patient(self._patient.seed, self._patient.baseline, ill)

    def ill(self, start_ms: int, end_ms: int) -> Patient:
        """The patient with what befalls him in [start_ms, end_ms)."""
        self._patient.scenarios = [*self._past, *self.plan.live(start_ms, end_ms)]
        return self._patient

    async def _send_live(self, t: int, readings: Sequence[Reading]) -> None:
        self._marks.append((await self.device.send(readings), t))

    def remember(self) -> None:
        """Note how far the live values are on disk."""
        newest = None
        while self._marks and self._marks[0][0] <= self.device.receipted_seq:
            newest = self._marks.popleft()[1]
        if newest is not None:
            self.state.cover(self.live_from_ms, newest + 1)


async def _until(t_ms: int) -> None:
    wait_s = t_ms / 1000.0 - time.time()
    if wait_s > 0:
        await asyncio.sleep(wait_s)


class Ward:
    """All beds of one process."""

    def __init__(self, settings: Settings) -> None:
        """Read the devices and the state, and count a new boot for each device.

        Raises:
            WardError: when the devices' file is missing or wrong, or no broker is known.
            StateError: when the state file is damaged.
        """
        self._settings = settings
        self._state_path = settings.devices_file.with_name("simulator-state.json")
        self._state = state.load(self._state_path)
        entries = read_devices(settings.devices_file)
        where = settings.where_broker()
        if where is None:
            raise WardError(NO_BROKER)
        self._link = link = Link(*where)
        try:
            self.beds = [Bed(e, link, self._state.of(str(e.device_id))) for e in entries]
        except ValueError as error:
            message = f"{settings.devices_file}: {error}"
            raise WardError(message) from error
        self._log = logger()

    async def run(self) -> None:
        """Play the ward until cancelled; the state is saved every few seconds and at the end."""
        # Before the first message: a boot number must never be used twice.
        state.save(self._state_path, self._state)
        metrics = monitoring.serve(self._settings.metrics_port)
        turn = asyncio.Semaphore(HISTORY_AT_ONCE)
        self._log.info("ward.started", devices=len(self.beds))
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._watch(metrics))
                for index, bed in enumerate(self.beds):
                    tasks.create_task(self._play(bed, index, turn))
        finally:
            self._save()
            self._log.info("ward.stopped")

    async def _play(self, bed: Bed, index: int, turn: asyncio.Semaphore) -> None:
        await asyncio.sleep(index / CONNECTS_PER_S)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(bed.device.run())
            tasks.create_task(bed.play_live())
            if self._settings.simulate_history:
                tasks.create_task(bed.play_history(turn))

    async def _watch(self, metrics: monitoring.WardMetrics) -> None:
        devices = [bed.device for bed in self.beds]
        told: tuple[int, int] = (0, 0)
        history_told = False
        alone_s = 0
        for second in count():
            metrics.refresh(devices)
            seen = sum(d.connected for d in devices), sum(d.refused for d in devices)
            if seen != told:
                told = seen
                self._log.info("ward.connected", connected=told[0], refused=told[1])
            alone_s = 0 if seen[0] else alone_s + 1
            if alone_s == UNREACHABLE_S:
                self._tell_unreachable(devices)
            if not history_told and all(bed.history_sent for bed in self.beds):
                history_told = True
                self._log.info(
                    "ward.history_on_disk", readings=sum(d.counts.readings for d in devices)
                )
            if second % STATE_EVERY_S == 0:
                self._save()
            await asyncio.sleep(1.0)

    def _tell_unreachable(self, devices: Sequence[Device]) -> None:
        errors = (device.last_error for device in devices if device.last_error)
        self._log.warning(
            "ward.broker_unreachable",
            host=self._link.host,
            port=self._link.port,
            error=next(errors, "no answer"),
        )

    def _save(self) -> None:
        for bed in self.beds:
            bed.remember()
        state.save(self._state_path, self._state)


def play(settings: Settings) -> None:
    """Play the ward until SIGTERM or Ctrl-C.

    Raises:
        WardError: when the devices' file is missing or wrong.
        StateError: when the state file is damaged.
    """
    asyncio.run(_run_until_told(settings))


async def _run_until_told(settings: Settings) -> None:
    ward = asyncio.create_task(Ward(settings).run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ward.cancel)
    with suppress(asyncio.CancelledError):
        await ward
