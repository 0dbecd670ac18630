"""Damage to the database, and to the way there."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.chaos.case import Case
from benchmarks.chaos.world import Setup, World, until

DOWN_SECONDS = 60
SHORT_DOWN_SECONDS = 6
KILLED_SECONDS = 1.0
SLOW_SECONDS = 0.2
REPLIES = 3
DISK_MB = 240
FULL_SECONDS = 6
BLOCK, PAGE = 1 << 20, 1 << 12


async def _kill_postgres(world: World) -> None:
    async with world.load():
        for _ in range(1 if world.setup.short else 2):
            await asyncio.sleep(world.random.uniform(0.7, 1.5))
            killed = await asyncio.to_thread(world.arena.kill_database)
            world.seen.append(f"{killed} processes of PostgreSQL killed")
            await asyncio.sleep(KILLED_SECONDS)
            await asyncio.to_thread(world.arena.postgres.start)
            await world.workers_ready()


async def _database_down(world: World) -> None:
    down = SHORT_DOWN_SECONDS if world.setup.short else DOWN_SECONDS
    async with world.load():
        await asyncio.sleep(1)
        await asyncio.to_thread(world.arena.postgres.stop)
        await asyncio.sleep(down)
        await asyncio.to_thread(world.arena.postgres.start)
        began = time.monotonic()
        waiting = {d: len(d.entries) for d in world.devices}
        await until(
            lambda: all(_receipted(d.entries[n].receipted) for d, n in waiting.items() if n),
            world.setup.patience,
            "what came during the outage was not receipted",
        )
        world.seen.append(f"caught up {time.monotonic() - began:.1f} s after {down} s")


def _receipted(moment: float | None) -> bool:
    return moment is not None


async def _slow_database(world: World) -> None:
    async with world.load():
        await asyncio.sleep(0.5)
        world.database_proxy.reply_delay_s = SLOW_SECONDS
        await asyncio.sleep(world.setup.seconds)
        world.database_proxy.reply_delay_s = 0.0
    delays = sorted(
        entry.receipted - entry.first_sent
        for device in world.devices
        for entry in device.entries.values()
        if entry.receipted is not None
    )
    world.seen.append(f"receipts took {delays[len(delays) // 2]:.1f} s in the middle meanwhile")


async def _lose_commit_replies(world: World) -> None:
    proxy = world.database_proxy
    async with world.load():
        for _ in range(REPLIES):
            await asyncio.sleep(world.random.uniform(0.5, 1.2))
            proxy.commits_to_swallow = 1
            await until(lambda: not proxy.commits_to_swallow, 5, "nothing was committed")
            await world.workers_ready()
    world.seen.append(f"{proxy.swallowed} commits were done and their reply lost")


async def _fill_disk(world: World) -> None:
    """Take every free block of the database's disk; give them back when it has hurt."""
    folder = world.arena.postgres.folder
    ballast = folder / "ballast"
    async with world.load():
        await asyncio.sleep(1)
        await asyncio.to_thread(_occupy, ballast)
        await asyncio.sleep(FULL_SECONDS)
        alive = world.arena.postgres.is_running()
        ballast.unlink()
        if not world.arena.postgres.is_running():
            await asyncio.to_thread(world.arena.postgres.start)
        await world.workers_ready()
    log = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    refused = log.count("No space left on device")
    state = "ran on" if alive else "had ended"
    world.seen.append(f"PostgreSQL said {refused} times that no space is left, and {state}")
    if not refused:
        world.faults.append("the disk was never full")


def _occupy(ballast: Path) -> None:
    """Write until there is no room for another block."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(bytes(BLOCK)):
            pass
    with ballast.open("ab", buffering=0) as file, suppress(OSError):
        while file.write(bytes(PAGE)):
            pass


CASES = [
    Case(
        "postgres-killed",
        "What was receipted is on disk; what was not is committed after the restart.",
        _kill_postgres,
    ),
    Case(
        "database-down",
        "Messages wait at the broker; nothing is dropped and nothing is lost.",
        _database_down,
        Setup(rate=200, seconds=3, patience=40),
    ),
    Case(
        "database-slow",
        "Larger batches, later receipts, nothing else.",
        _slow_database,
        Setup(rate=500),
    ),
    Case(
        "commit-reply-lost",
        "A batch that is committed again adds no row and is counted once.",
        _lose_commit_replies,
        Setup(rate=500),
    ),
    Case(
        "disk-full",
        "Nothing is acknowledged that cannot be written; it is written once there is room again.",
        _fill_disk,
        Setup(rate=500, seconds=3, patience=40),
        disk_mb=DISK_MB,
    ),
]
