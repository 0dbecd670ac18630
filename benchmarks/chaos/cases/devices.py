"""Damage that devices do: nonsense, disorder, wrong clocks, floods, and those who are not one."""

import asyncio
import time
from typing import Any

import psycopg

from benchmarks.chaos import poison
from benchmarks.chaos.case import Case
from benchmarks.chaos.device import Device, Entry
from benchmarks.chaos.world import SICK, Setup, World, until
from gateways.broker_accounts import FileBrokerAccounts
from telemetry.batch import Outcome
from telemetry.errors import QUARANTINED, Reason

DAY_MS = 86_400_000
POISON_EVERY_SECONDS = 0.02
DISORDER_EVERY_SECONDS = 0.03
LATE_MS = 6 * 3_600_000
GROUP = 5
FLOOD_MESSAGES = 1_200
FLOOD_BURST = 200
FLOOD_PAUSE_SECONDS = 0.05
MOST_DELAY_SECONDS = 1.0
MOST_DISCONNECT_SECONDS = 1.0
KEPT = frozenset({Outcome.STORED, Outcome.DUPLICATE})
REJECTED = frozenset({Outcome.REJECTED})
DOUBTFUL = frozenset({Outcome.STORED, Outcome.QUARANTINED})
STALE_LATEST = """
    -- Series whose newest value is not the newest by measured time.
    SELECT count(*) FROM latest l
    JOIN (SELECT series_id, max(time) AS time FROM vitals GROUP BY series_id) v USING (series_id)
    WHERE l.time <> v.time
"""
HELD_BACK = """
    -- Messages left out for the rate limit.
    SELECT coalesce(sum(readings), 0) FROM dead_letters WHERE reason = 'rate_limited'
"""
OF_DELETED = """
    -- Dead letters of devices, by reason.
    SELECT reason, count(*) FROM dead_letters WHERE device_id = ANY(%s) GROUP BY reason
"""
REVOKE = """
    UPDATE iot_devices SET status = 'REVOKED' WHERE device_id = %s
"""


async def _poison(world: World) -> None:
    """Every kind of nonsense, again and again, between good messages."""
    async with world.load():
        end = time.monotonic() + world.setup.seconds
        turn = 0
        while time.monotonic() < end:
            device = world.random.choice(world.devices[SICK:])
            poison.feed(world, device, turn)
            turn += 1
            await asyncio.sleep(POISON_EVERY_SECONDS)
    world.seen.append(f"{turn} poisoned messages of {poison.KINDS} kinds")


async def _disorder(world: World) -> None:
    """Duplicates, copies under new numbers, conflicts, groups out of order, and late readings."""
    ways = [_repeat, _copy, _conflict, _shuffle, _late]
    async with world.load():
        end = time.monotonic() + world.setup.seconds
        turn = 0
        while time.monotonic() < end:
            ways[turn % len(ways)](world, world.random.choice(world.devices[SICK:]))
            turn += 1
            await asyncio.sleep(DISORDER_EVERY_SECONDS)
    world.seen.append(f"{turn} times out of order")


async def _check_latest(world: World) -> None:
    stale = (await world.ask(STALE_LATEST))[0][0]
    if stale:
        world.faults.append(f"{stale} series do not show their newest value")


def _plain(world: World, device: Device) -> Entry | None:
    """A message of the device that was simply stored."""
    entries = [entry for entry in device.entries.values() if entry.outcomes == {Outcome.STORED}]
    return world.random.choice(entries) if entries else None


def _repeat(world: World, device: Device) -> None:
    entry = _plain(world, device)
    if entry:
        device.again(entry)


def _copy(world: World, device: Device) -> None:
    entry = _plain(world, device)
    if entry:
        device.send(entry.samples, outcomes=KEPT)


def _conflict(world: World, device: Device) -> None:
    entry = _plain(world, device)
    if entry and entry.acked:
        other = [sample | {"v": float(str(sample["v"])) + 1} for sample in entry.samples]
        reasons = frozenset({Reason.CONFLICTING_DUPLICATE})
        device.send(other, outcomes=REJECTED, reasons=reasons, rows=[])


def _shuffle(world: World, device: Device) -> None:
    held = [device.send([world.sample(device)], held=True) for _ in range(GROUP)]
    world.random.shuffle(held)
    for entry in held:
        device.release(entry)


def _late(world: World, device: Device) -> None:
    """Readings of hours ago, which are nobody's latest."""
    instant = world.time_ms(device) - LATE_MS
    device.send([{"c": "heart_rate", "t": instant, "v": 55.0}])


async def _wrong_clocks(world: World) -> None:
    """A day ahead, a day behind, and never set."""
    wrong = world.devices[SICK : SICK + 6]
    for device, clock_ms in zip(
        wrong, (DAY_MS, DAY_MS, -DAY_MS, -DAY_MS, _NEVER_SET, _NEVER_SET), strict=True
    ):
        device.clock_ms = clock_ms
        device.outcomes = DOUBTFUL if clock_ms == -DAY_MS else frozenset({Outcome.QUARANTINED})
        device.reasons = QUARANTINED
    async with world.load():
        await asyncio.sleep(world.setup.seconds)
    for device in wrong:  # the clock is set, whatever the platform then makes of that
        device.clock_ms, device.outcomes = 0, DOUBTFUL


_NEVER_SET = -1_700_000_000_000


async def _oversize(world: World) -> None:
    """More than the worker takes, which is refused; more than the broker takes, which it ends."""
    chosen = world.devices[SICK : SICK + 4]
    async with world.load():
        for device in chosen:
            await asyncio.sleep(world.random.uniform(0.2, 0.6))
            device.stray(poison.large(80_000, "large"), Reason.TOO_LARGE, "large")
        before = [device.connections for device in chosen]
        for device in chosen:
            device.stray(poison.large(300_000, "huge"), Reason.TOO_LARGE, "huge")
        await until(
            lambda: all(d.connections > n for d, n in zip(chosen, before, strict=True)),
            10,
            "the broker did not end the connection of a device with a packet beyond its limit",
        )
    world.seen.append("4 payloads of 80 kB refused, 4 of 300 kB ended at the broker")


async def _flood(world: World) -> None:
    """One device sends as fast as it can; the others must not notice."""
    flooder = world.devices[SICK]
    flooder.tolerated.add(Reason.RATE_LIMITED)
    async with world.load():
        await asyncio.sleep(2)
        began = time.monotonic()
        for _ in range(FLOOD_MESSAGES // FLOOD_BURST):
            for _ in range(FLOOD_BURST):
                flooder.send([world.sample(flooder)])
            await asyncio.sleep(FLOOD_PAUSE_SECONDS)
        await asyncio.sleep(2)
    calm, loud = _delays(world, flooder, began)
    world.seen.append(f"slowest receipt of the others: {calm:.2f} s before, {loud:.2f} s meanwhile")
    if loud > max(MOST_DELAY_SECONDS, 3 * calm):
        world.faults.append(f"others waited {loud:.1f} s for a receipt during the flood")


async def _check_held_back(world: World) -> None:
    held_back = (await world.ask(HELD_BACK))[0][0]
    world.seen.append(f"{held_back} messages held back, sent again more slowly")
    if not held_back:
        world.faults.append("nothing of the flood was held back")


def _delays(world: World, flooder: Device, began: float) -> tuple[float, float]:
    """Slowest receipt of the others before and since."""
    before, since = [0.0], [0.0]
    for device in world.devices:
        if device is not flooder:
            for entry in device.entries.values():
                if entry.receipted is not None:
                    delays = before if entry.receipted < began else since
                    delays.append(entry.receipted - entry.first_sent)
    return max(before), max(since)


async def _revoked_and_spoofing(world: World) -> None:
    """A key taken away in the middle, a guest with a wrong key, and devices that claim another."""
    revoked, spoofer, victim = world.devices[SICK : SICK + 3]
    revoked.closed, revoked.outcomes = False, frozenset({Outcome.STORED, Outcome.REJECTED})
    revoked.reasons = frozenset({Reason.DEVICE_REVOKED, Reason.WRONG_KEY})
    revoked.tolerated.add(Reason.UNKNOWN_DEVICE)  # at the broker, once its account is gone
    victim.tolerated.add(Reason.WRONG_KEY)  # the guest's
    guest = Device(victim.device_id, victim.owner_id, "jk_" + "x" * 43, world.broker.port)
    trying = asyncio.create_task(guest.run())
    try:
        async with world.load():
            await asyncio.sleep(1)
            _spoof(spoofer, victim)
            await _revoke(world, revoked)
            await asyncio.sleep(2)
    finally:
        trying.cancel()
        await asyncio.gather(trying, return_exceptions=True)
    if guest.connections:
        world.faults.append("the broker took a wrong key")
    if not all(stray.refused for stray in spoofer.strays if stray.topic == victim.topic):
        world.faults.append("the broker let a device publish as another one")
    late = [
        e.seq for e in revoked.entries.values() if e.sends and e.first_sent > world.marks["gone"]
    ]
    if late or revoked.connected:
        world.faults.append(f"a revoked device published {len(late)} more")


async def _deleted(world: World) -> None:
    """Patients are deleted under a worker that knows their devices, and is told later."""
    gone = world.devices[SICK : SICK + 3]
    async with world.load():
        await asyncio.sleep(1)
        for device in gone:
            device.closed, device.deleted = False, True
            await world.ask("DELETE FROM users WHERE id = %s RETURNING 1", device.owner_id)
        await asyncio.sleep(1.5)
        for device in gone:
            await world.ask("SELECT pg_notify('jeg_keys', %s)", str(device.device_id))
    refused = await world.ask(OF_DELETED, [device.device_id for device in gone])
    told = ", ".join(f"{n} {reason}" for reason, n in refused)
    world.seen.append(f"of 3 deleted patients: {told}")


def _spoof(spoofer: Device, victim: Device) -> None:
    say = poison.claim
    spoofer.stray(
        say(spoofer.key, device_id=str(victim.device_id)),
        Reason.SPOOFED_DEVICE,
        str(victim.device_id),
    )
    spoofer.stray(say(victim.key, mark="key of another"), Reason.WRONG_KEY, "key of another")
    spoofer.stray(say(spoofer.key), Reason.FOREIGN_TOPIC, "never", topic=victim.topic)


async def _revoke(world: World, device: Device) -> None:
    """Take a device's right away, as the interface does it; the broker ends its connection."""
    async with await world.connect() as db:
        await _say_revoked(db, device)
    FileBrokerAccounts(world.broker.accounts_folder).remove(device.device_id)
    began = time.monotonic()
    await until(lambda: not device.connected, 5, "a revoked device is still connected")
    seconds = time.monotonic() - began
    world.marks["gone"] = time.monotonic() + MOST_DISCONNECT_SECONDS
    world.seen.append(f"a revoked device was disconnected after {seconds:.2f} s")
    if seconds > MOST_DISCONNECT_SECONDS:
        world.faults.append(f"a revoked device was connected for {seconds:.1f} s more")


async def _say_revoked(db: psycopg.AsyncConnection[Any], device: Device) -> None:
    async with db.transaction():
        await db.execute(REVOKE, (device.device_id,))
        await db.execute("SELECT pg_notify('jeg_keys', %s)", (str(device.device_id),))


CASES = [
    Case(
        "poison",
        "What cannot be used is a dead letter with its reason, and costs nobody else anything.",
        _poison,
        Setup(resends=True),
    ),
    Case(
        "disorder",
        "Repeated, late and reordered readings are stored once, each under its own time.",
        _disorder,
        after=_check_latest,
    ),
    Case(
        "wrong-clocks",
        "A reading whose time cannot be right is quarantined, never stored under a guessed time.",
        _wrong_clocks,
    ),
    Case(
        "oversize",
        "What is too large is refused, by the worker or by the broker; the device goes on.",
        _oversize,
        Setup(resends=True, settings={"JEG_PAYLOAD_BYTES": "65536"}),
    ),
    Case(
        "flood",
        "A device that floods is held back; the others do not notice.",
        _flood,
        Setup(resends=True, settings={"JEG_RATE_PER_SECOND": "100"}, patience=60),
        after=_check_held_back,
    ),
    Case(
        "revoked-and-spoofing",
        "A revoked device is cut off within a second, and nobody can speak as another device.",
        _revoked_and_spoofing,
        Setup(resends=True),
    ),
    Case(
        "patient-deleted",
        "What the database will not have costs itself; the batch around it is stored.",
        _deleted,
    ),
]
