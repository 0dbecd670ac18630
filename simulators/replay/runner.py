"""Plays recordings through MQTT devices, in step with one clock."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from simulators.buffer import SendBuffer
from simulators.device import Device, Identity, Link, running
from simulators.payloads import Reading, number
from simulators.replay import ReplayError
from simulators.replay.recordings import Recording

WINDOW = 100
CONNECT_S = 6.0
PATIENCE_S = 120.0
BOOT = 1


@dataclass(frozen=True, slots=True)
class Clock:
    """When samples are sent, and which time they carry (ms since 1970).

    A recording is shortened by `speed`, but its samples stay a second apart: the last one
    carries the time at which it is sent, earlier ones lie further back than they are sent. So
    none is in the future, at any speed; below 1 the first one is in time instead.
    """

    start_ms: int
    duration_ms: int
    speed: float

    @property
    def base_ms(self) -> int:
        """Time that the first instant of a recording carries."""
        return self.start_ms + min(0, round(self.duration_ms / self.speed) - self.duration_ms)

    def carried_ms(self, offset_ms: int) -> int:
        """Time that a sample carries."""
        return self.base_ms + offset_ms

    def sent_ms(self, offset_ms: int) -> float:
        """When a sample is sent at the earliest."""
        return self.start_ms + offset_ms / self.speed


@dataclass(slots=True)
class Playback:
    """One recording on its way: the device that plays it, and what it handed over."""

    recording: Recording
    patient_id: str
    device: Device
    messages: int = 0
    readings: int = 0

    async def play(self, clock: Clock) -> None:
        """Send one message for each instant."""
        for sample in self.recording.samples:
            wait_s = clock.sent_ms(sample.offset_ms) / 1000.0 - time.time()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            at = clock.carried_ms(sample.offset_ms)
            message = [Reading(code, at, number(value)) for code, value in sample.values]
            await self.device.send(message)
            self.messages += 1
            self.readings += len(message)


def playback(recording: Recording, patient_id: str, identity: Identity, link: Link) -> Playback:
    """Make the device for one recording."""
    return Playback(recording, patient_id, Device(identity, link, BOOT, SendBuffer(window=WINDOW)))


async def play(
    playbacks: Sequence[Playback], speed: float, tick: Callable[[int, int], None]
) -> Clock:
    """Connect all devices, play all recordings, and wait until everything has a receipt.

    `tick(sent, receipted)` gets messages so far, several times a second.

    Raises:
        ReplayError: when the broker is away or refuses a device, or receipts stop coming.
    """
    devices = [p.device for p in playbacks]
    async with running(*devices):
        await _connect(devices)
        duration_ms = max(p.recording.duration_ms for p in playbacks)
        clock = Clock(time.time_ns() // 1_000_000, duration_ms, speed)
        players = [asyncio.create_task(p.play(clock)) for p in playbacks]
        try:
            await _watch(playbacks, players, tick)
        finally:
            for player in players:
                player.cancel()
            await asyncio.gather(*players, return_exceptions=True)
    return clock


async def _connect(devices: Sequence[Device]) -> None:
    """Wait until all are connected, as long as there is progress."""
    most, moved = 0, time.monotonic()
    while (connected := sum(device.connected for device in devices)) < len(devices):
        if connected > most:
            most, moved = connected, time.monotonic()
        if time.monotonic() - moved > CONNECT_S:
            absent = next(device for device in devices if not device.connected)
            verb = "refuses" if absent.refused else "cannot be reached by"
            why = absent.last_error or "no answer"
            message = (
                f"the broker {verb} {len(devices) - connected} of {len(devices)} devices: {why}"
            )
            raise ReplayError(message)
        await asyncio.sleep(0.05)


async def _watch(
    playbacks: Sequence[Playback],
    players: Sequence[asyncio.Task[None]],
    tick: Callable[[int, int], None],
) -> None:
    """Wait for the last receipt, as long as there is progress."""
    seen, moved = (0, 0), time.monotonic()
    while True:
        now = (
            sum(p.messages for p in playbacks),
            sum(p.device.counts.receipted for p in playbacks),
        )
        tick(*now)
        for player in players:
            if player.done():
                player.result()
        if all(player.done() for player in players) and now[0] == now[1]:
            return
        if now != seen:
            seen, moved = now, time.monotonic()
        elif now[0] > now[1] and time.monotonic() - moved > PATIENCE_S:
            message = (
                f"no receipt for {PATIENCE_S:.0f} s with {now[0] - now[1]} messages waiting: "
                "is ingest running?"
            )
            raise ReplayError(message)
        await asyncio.sleep(0.1)
