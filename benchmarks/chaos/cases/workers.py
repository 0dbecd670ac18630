"""Damage to the ingest workers."""

import asyncio

from benchmarks.chaos.case import Case
from benchmarks.chaos.world import SICK, Setup, World, until

KILLS = 3
STOPPED_SECONDS = 5
MOST_STOP_SECONDS = 5.0
WAITS = """
    -- Transactions of ingest that wait for a lock.
    SELECT count(*) FROM pg_stat_activity
    WHERE application_name = 'jeg-ingest' AND wait_event_type = 'Lock'
      AND datname = current_database()
"""
END_SESSIONS = """
    -- End every committing session: who stands still loses his lease, the others take theirs again.
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE application_name = 'jeg-ingest' AND datname = current_database()
"""


async def _caught_mid_batch(world: World) -> None:
    """Hold the last table that a batch touches, until a transaction stands before it; then kill."""
    async with await world.connect() as db, db.transaction():
        await db.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")

        async def caught() -> bool:
            return bool((await world.ask(WAITS))[0][0])

        await until(caught, 5, "no transaction was under way")
        world.workers[-1].kill()


async def _kill_worker(world: World) -> None:
    async with world.load():
        for _ in range(1 if world.setup.short else KILLS):
            await asyncio.sleep(world.random.uniform(0.3, 1.3))
            await _caught_mid_batch(world)
            world.start_worker()
            await world.workers_ready(1)
    world.seen.append(f"{len(world.workers) - 1} x killed with a transaction open")


async def _kill_one_of_two(world: World) -> None:
    async with world.load():
        await asyncio.sleep(world.random.uniform(0.5, 1.5))
        world.workers[0].kill()
        await world.workers_ready(1)
        await asyncio.sleep(0.5)
        world.start_worker()
        await world.workers_ready(2)
    world.seen.append(f"in the end two workers hold {await world.held()} partitions")


async def _stop_and_continue(world: World) -> None:
    async with world.load():
        await asyncio.sleep(1)
        world.workers[0].pause()
        await asyncio.sleep(STOPPED_SECONDS)
        world.workers[0].resume()
    world.seen.append(f"one of two workers stood still for {STOPPED_SECONDS} s")


async def _terminate(world: World) -> None:
    async with world.load():
        for _ in range(2):
            await asyncio.sleep(world.random.uniform(0.7, 1.3))
            code, seconds = await asyncio.to_thread(world.workers[-1].terminate)
            world.seen.append(f"exit code {code} after {seconds:.1f} s")
            if code != 0 or seconds > MOST_STOP_SECONDS:
                world.faults.append(f"a worker ended with {code} after {seconds:.1f} s")
            world.start_worker()
            await world.workers_ready(1)


async def _come_back(world: World) -> None:
    """A worker stands still, its sessions end, another takes over; then it goes on."""
    async with world.load():
        await asyncio.sleep(1)
        world.workers[0].pause()
        await asyncio.sleep(0.3)
        await world.ask(END_SESSIONS)
        await world.workers_ready(1)
        await asyncio.sleep(1)
        world.workers[0].resume()
        await world.workers_ready(2)
    world.seen.append(f"in the end the two workers hold {await world.held()} partitions")


async def _kill_analytics(world: World) -> None:
    async with world.load():
        for _ in range(KILLS):
            await asyncio.sleep(world.random.uniform(0.8, 1.6))
            if world.analytics:
                world.analytics.kill()
            await asyncio.sleep(0.5)
            world.start_analytics()
    world.seen.append(f"{KILLS} x killed; {SICK} alarms, each raised once")


CASES = [
    Case(
        "worker-killed",
        "A batch whose worker dies before the commit is delivered again, whole.",
        _kill_worker,
        Setup(rate=500),
    ),
    Case(
        "one-of-two-workers-killed",
        "The other worker takes the dead one's partitions with everything queued in them.",
        _kill_one_of_two,
        Setup(workers=2, groups=4, rate=400),
    ),
    Case(
        "worker-stopped",
        "A worker that stands still and goes on costs delay and nothing else.",
        _stop_and_continue,
        Setup(workers=2, groups=2),
    ),
    Case(
        "worker-terminated",
        "SIGTERM settles what was taken and ends with exit code 0 within 5 s.",
        _terminate,
        Setup(rate=500),
    ),
    Case(
        "lease-taken",
        "A worker whose lease was taken while it stood still commits nothing and starts anew.",
        _come_back,
        Setup(workers=2, groups=4),
    ),
    Case(
        "analytics-killed",
        "The engine goes on from what it had stored, and raises no alarm twice.",
        _kill_analytics,
    ),
]
