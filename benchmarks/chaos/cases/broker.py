"""Damage to the broker."""

import asyncio
import time

from benchmarks.chaos.case import Case
from benchmarks.chaos.world import Setup, World

AUTOSAVE_SECONDS = 10.0
"""`autosave_interval` of broker/mosquitto.conf: what a killed broker may forget."""
QUEUE = 1000
AWAY_SECONDS = 6


async def _kill_broker(world: World) -> None:
    """Half of the devices send again what has no receipt, the others never do."""
    for device in world.devices[::2]:
        device.resends = True
    async with world.load():
        await asyncio.sleep(3 if world.setup.short else AUTOSAVE_SECONDS + 2)
        world.workers[0].pause()
        await asyncio.sleep(0.5)
        began = time.monotonic()
        await asyncio.to_thread(world.broker.kill)
        world.workers[0].resume()
        await asyncio.sleep(0.5)
        world.lossy(AUTOSAVE_SECONDS + time.monotonic() - began)
        await asyncio.to_thread(world.broker.start)
        await asyncio.sleep(2)


async def _fill_queue(world: World) -> None:
    """Nobody takes messages until the broker's queue is full and over."""
    for device in world.devices[::2]:
        device.resends = True
    await asyncio.to_thread(world.workers[0].terminate)
    began = time.monotonic()
    async with world.load():
        await asyncio.sleep(AWAY_SECONDS)
    world.start_worker()
    await world.workers_ready(1)
    world.lossy(time.monotonic() - began)


CASES = [
    Case(
        "broker-killed",
        "A device that keeps what has no receipt loses nothing; of others the broker may lose what"
        " it took in the last 10 s, and the ledger names each number.",
        _kill_broker,
        # With so few under way the worker leaves the rest in the broker's keeping.
        Setup(seconds=4, patience=45, settings={"JEG_RECEIVE_MAXIMUM": "20"}),
    ),
    Case(
        "broker-queue-full",
        "What the broker drops the ledger names, and a device that keeps it sends it again.",
        _fill_queue,
        Setup(
            rate=500, seconds=AWAY_SECONDS, broker={"max_queued_messages": str(QUEUE)}, patience=45
        ),
    ),
]
