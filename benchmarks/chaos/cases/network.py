"""Damage to the network between the worker, the broker and the database."""

import asyncio
import time

from benchmarks.chaos.case import Case
from benchmarks.chaos.world import Setup, World, until

PARTED_SECONDS = 8
HALF_OPEN_SECONDS = 75


async def _part(world: World) -> None:
    """No bytes for a while, and no end of connection; then everything that was held back."""
    async with world.load():
        await asyncio.sleep(world.random.uniform(1.0, 1.5))
        world.broker_proxy.freeze()
        world.database_proxy.freeze()
        await asyncio.sleep(3 if world.setup.short else PARTED_SECONDS)
        world.broker_proxy.thaw()
        world.database_proxy.thaw()
    world.seen.append(f"nothing went through for {PARTED_SECONDS} s")


async def _reset(world: World) -> None:
    """Connections are reset in the middle of whatever they carry, again and again."""
    cut = 0
    async with world.load():
        for _ in range(8):
            await asyncio.sleep(world.random.uniform(0.2, 0.6))
            cut += world.broker_proxy.cut() + world.database_proxy.cut()
            for device in world.random.sample(world.devices, 4):
                device.cut()
    world.seen.append(f"{cut} connections of the worker and 32 of devices were reset")


async def _half_open(world: World) -> None:
    """The open connections of the worker fall silent for good; new ones would work."""
    proxy = world.database_proxy if world.marks.get("database") else world.broker_proxy
    async with world.load():
        await asyncio.sleep(1)
        frozen = proxy.freeze_open_ones()
        began = time.monotonic()
        await asyncio.sleep(1)
        waiting = {device: len(device.entries) for device in world.devices}
        await until(
            lambda: all(d.entries[n].receipted for d, n in waiting.items() if n),
            HALF_OPEN_SECONDS,
            f"no receipt within {HALF_OPEN_SECONDS} s of connections that fell silent",
        )
    world.seen.append(
        f"{frozen} connections silent; receipts again {time.monotonic() - began:.0f} s later"
    )


async def _half_open_database(world: World) -> None:
    world.marks["database"] = 1.0
    await _half_open(world)


CASES = [
    Case(
        "partition",
        "A network that is parted and joined again costs delay and nothing else.",
        _part,
        Setup(patience=30),
    ),
    Case(
        "connections-reset",
        "A connection that ends anywhere in a batch costs that batch a repetition.",
        _reset,
        Setup(resends=True),
    ),
    Case(
        "half-open-broker",
        "A worker notices a silent connection to the broker and takes its session up again.",
        _half_open,
        Setup(rate=100, seconds=2, patience=60),
    ),
    Case(
        "half-open-database",
        "A worker notices a silent connection to the database and takes its lease up again.",
        _half_open_database,
        Setup(rate=100, seconds=2, patience=60),
    ),
]
