"""What was refused is stored after all once it is explained or mended, exactly once."""

import json
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from storage.release import Choice, Released, release
from storage.writer import commit
from telemetry import metrics
from telemetry.arrivals import Arrival
from telemetry.batch import Batch
from telemetry.clock import Window, from_ms, now_ms
from telemetry.devices import Device as Known
from telemetry.errors import Reason
from telemetry.judge import Judge
from telemetry.keys import digest
from telemetry.outbox import unpack
from telemetry.replay import RELEASABLE, Explanation
from telemetry.topics import parse_up
from tests.support.worlds import Device, add_device, beat

Db = psycopg.AsyncConnection[Any]
HOUR = 3_600_000


class Sender:
    """A device whose messages are committed as they are sent."""

    def __init__(self, db: Db, device: Device) -> None:
        self.db, self.device = db, device
        keys = ((digest(device.key), None),)
        self.known = Known(
            device.device_id,
            device.owner_id,
            device.partition,
            "ACTIVE",
            is_verified=True,
            keys=keys,
        )

    async def send(self, *payloads: bytes, received_ms: int | None = None) -> None:
        """Commit messages as received now, or then."""
        batch, topic = Batch(), self.device.up()
        window = Window(received_ms or now_ms())
        judge = Judge()
        for payload in payloads:
            judge.take(Arrival(topic, parse_up(topic), payload, None, window), self.known, batch)
        committed = await commit(self.db, batch)
        self.known.series |= {m: committed.series.get(i, i) for m, i in self.known.series.items()}

    async def release(
        self, explanation: Explanation | None, *reasons: Reason, **more: Any
    ) -> Released:
        """Release or replay letters of this device."""
        choice = Choice(reasons or RELEASABLE, self.device.device_id)
        return await release(self.db, replace(choice, **more), explanation)

    async def stored(self) -> list[tuple[int, float]]:
        """Times in ms and values of what is stored."""
        cursor = await self.db.execute(
            "SELECT (extract(epoch FROM time) * 1000)::bigint, value FROM vitals"
            " JOIN series ON series.id = series_id WHERE device_id = %s ORDER BY time",
            (self.device.device_id,),
        )
        return [(time, value) for time, value in await cursor.fetchall()]

    async def ledger(self, boot: int = 1) -> dict[str, Any]:
        """The ledger of a boot, once its sum holds."""
        cursor = await self.db.execute(
            "SELECT to_jsonb(l) - 'seen' FROM device_ledgers l WHERE device_id = %s AND boot = %s",
            (self.device.device_id, boot),
        )
        row = await cursor.fetchone()
        assert row is not None
        entry: dict[str, Any] = row[0]
        outcomes = ("stored", "duplicate", "quarantined", "rejected")
        assert boot < 0 or entry["max_seq"] == sum(entry[one] for one in outcomes)
        assert all(entry[one] >= 0 for one in outcomes)
        return entry


@pytest.fixture
async def sender(db: Db) -> Sender:
    return Sender(db, await add_device(db))


async def test_seconds_are_released_as_what_they_were(sender: Sender) -> None:
    now = now_ms() // 1000 * 1000
    run = {"c": "heart_rate", "t0": now // 1000 - 100, "dt": 2, "v": [60, 61]}
    await sender.send(
        sender.device.message(beat(70, now // 1000)),
        sender.device.message(beat(71, now - 5), run),
    )
    assert await sender.stored() == [(now - 5, 71)]
    done = await sender.release(Explanation(seconds=True))
    assert (done.letters, done.stored, done.still) == (2, 3, {})
    assert await sender.stored() == [
        (now - 100_000, 60), (now - 98_000, 61), (now - 5, 71), (now, 70)
    ]  # fmt: skip
    entry = await sender.ledger()
    assert (entry["stored"], entry["quarantined"], entry["redelivered"]) == (2, 0, 0)
    assert (entry["readings_stored"], entry["readings_rejected"]) == (4, {})


async def test_releasing_again_changes_nothing(sender: Sender) -> None:
    late = beat(70, now_ms() - 2 * HOUR)
    behind = sender.device.message(late, sent=now_ms() - 2 * HOUR)
    await sender.send(behind)
    await sender.send(behind)
    assert (await sender.ledger())["quarantined"] == 1
    first = await sender.release(Explanation(offset_ms=2 * HOUR))
    assert (first.letters, first.stored, first.duplicate) == (2, 1, 1)
    before = await sender.ledger()
    assert (before["stored"], before["redelivered"]) == (1, 1)
    again = await sender.release(Explanation(offset_ms=2 * HOUR))
    assert (again.letters, again.stored) == (0, 0)
    assert await sender.ledger() == before
    assert await sender.stored() == [(late["t"] + 2 * HOUR, 70)]


async def test_what_is_released_raises_no_live_alarm_and_no_newest_value(sender: Sender) -> None:
    await sender.send(sender.device.message(beat(70, now_ms() // 1000)))
    await sender.release(Explanation(seconds=True))
    cursor = await sender.db.execute("SELECT payload FROM outbox ORDER BY id DESC LIMIT 1")
    row = await cursor.fetchone()
    assert row is not None
    assert unpack(row[0]).historical.tolist() == [True]
    cursor = await sender.db.execute(
        "SELECT 1 FROM latest JOIN series ON id = series_id WHERE device_id = %s",
        (sender.device.device_id,),
    )
    assert await cursor.fetchone() is None


async def test_all_other_checks_are_made_as_ever(sender: Sender) -> None:
    naive = "2026-01-01T08:00:00"
    await sender.send(
        sender.device.message(beat(70, naive), beat(900, naive), beat(71, "2026-01-01T08:00:01")),
        sender.device.message({"c": "heart_rate", "v": 70}),
        sender.device.message(beat(72, now_ms() + 5 * HOUR)),
    )
    done = await sender.release(Explanation(0))
    assert (done.letters, done.stored) == (1, 2)
    assert done.still == {Reason.TIME_MISSING: 1, Reason.TIME_IN_FUTURE: 1}
    entry = await sender.ledger()
    assert (entry["stored"], entry["quarantined"]) == (1, 2)
    assert entry["readings_rejected"] == {"out_of_range": 1, "time_missing": 1, "time_in_future": 1}


async def test_a_conflict_after_release_is_kept_apart(sender: Sender) -> None:
    now = now_ms() // 1000 * 1000
    await sender.send(
        sender.device.message(beat(70, now)), sender.device.message(beat(99, now // 1000))
    )
    done = await sender.release(Explanation(seconds=True))
    assert (done.letters, done.stored, done.conflicting) == (1, 0, 1)
    entry = await sender.ledger()
    assert (entry["stored"], entry["quarantined"], entry["rejected"]) == (1, 0, 1)
    assert entry["readings_rejected"] == {"conflicting_duplicate": 1}


async def test_only_what_was_chosen_is_released(sender: Sender) -> None:
    now = now_ms()
    first, second = (
        sender.device.message(beat(70, now // 1000), sent=now - HOUR),
        sender.device.message(beat(71, now // 1000 - 9)),
    )
    await sender.send(first, received_ms=now - HOUR)
    await sender.send(second)
    words = Explanation(seconds=True)
    assert (await sender.release(words, Reason.TIME_NAIVE)).letters == 0
    assert (await sender.release(Explanation(HOUR), Reason.TIME_IN_SECONDS)).letters == 0
    assert (await sender.release(words, until=from_ms(now - HOUR))).letters == 0
    assert (await sender.release(words, until=from_ms(now - HOUR + 1))).letters == 1
    assert (await sender.release(words, since=from_ms(now - HOUR))).letters == 1


async def test_an_unnumbered_message_of_two_reasons_moves_once(sender: Sender) -> None:
    body = {
        "key": sender.device.key,
        "m": [beat(70, now_ms() // 1000), beat(71, "2026-01-01T08:00:00")],
    }
    await sender.send(json.dumps(body).encode())
    assert (await sender.ledger(-1))["quarantined"] == 1
    done = await sender.release(Explanation(0, seconds=True))
    assert (done.letters, done.stored) == (2, 2)
    entry = await sender.ledger(-1)
    assert (entry["stored"], entry["quarantined"]) == (1, 0)


async def test_a_long_run_is_not_kept_whole_and_so_never_released(sender: Sender) -> None:
    run = {"c": "heart_rate", "t0": now_ms() // 1000, "dt": 1, "v": [70.125] * 4000}
    await sender.send(sender.device.message(run))
    done = await sender.release(Explanation(seconds=True))
    assert (done.letters, done.not_replayable) == (0, 1)


@pytest.fixture
def furlongs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry that knows one more unit, as after an update."""
    known = metrics.CONVERSIONS["heart_rate", None]
    monkeypatch.setattr(
        "telemetry.readings.CONVERSIONS",
        metrics.CONVERSIONS | {("heart_rate", "furlong"): known},
    )


async def test_a_newly_known_unit_is_replayed(
    sender: Sender, request: pytest.FixtureRequest
) -> None:
    await sender.send(sender.device.message(beat(70) | {"u": "furlong"}))
    assert (await sender.release(None, Reason.UNKNOWN_UNIT)).still == {Reason.UNKNOWN_UNIT: 1}
    request.getfixturevalue("furlongs")
    done = await sender.release(None, Reason.UNKNOWN_UNIT)
    assert (done.letters, done.stored) == (1, 1)
    assert (await sender.ledger())["rejected"] == 0


async def test_the_devices_state_is_looked_at_again(sender: Sender) -> None:
    async def set_status(status: str) -> None:
        await sender.db.execute(
            "UPDATE iot_devices SET status = %s WHERE device_id = %s",
            (status, sender.device.device_id),
        )

    sender.known.status = "MAINTENANCE"
    await sender.send(sender.device.message(beat(70)))
    await set_status("MAINTENANCE")
    still = (await sender.release(None, Reason.DEVICE_INACTIVE)).still
    assert still == {Reason.DEVICE_INACTIVE: 1}
    await set_status("ACTIVE")
    assert (await sender.release(None, Reason.DEVICE_INACTIVE)).stored == 1
    assert (await sender.ledger())["stored"] == 1


async def test_letters_of_an_unproven_sender_are_never_judged_again(sender: Sender) -> None:
    forged = sender.device.message(beat(70), key="jk_" + "x" * 43)
    await sender.send(forged)
    done = await sender.release(None, Reason.WRONG_KEY)
    assert (done.letters, done.not_replayable) == (0, 1)
    assert await sender.stored() == []
