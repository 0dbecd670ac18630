"""`jeg quarantine` and `jeg dead-letters replay` on a real database."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storage.writer import commit
from telemetry.arrivals import Arrival
from telemetry.batch import Batch
from telemetry.clock import Window, now_ms
from telemetry.devices import Device as Known
from telemetry.judge import Judge
from telemetry.keys import digest
from telemetry.topics import parse_up
from tests.support.shell import jeg
from tests.support.worlds import Device, add_device, beat, count

Db = psycopg.AsyncConnection[Any]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clone without a stack, and a database that the environment names."""
    monkeypatch.setenv("JEG_HOME", str(tmp_path))
    monkeypatch.setenv("JEG_DATABASE_URL", database_url)


async def refused(db: Db, *samples: dict[str, Any], **more: Any) -> Device:
    """Commit one message of a new device."""
    device = await add_device(db)
    keys = ((digest(device.key), None),)
    known = Known(
        device.device_id, device.owner_id, device.partition, "ACTIVE", is_verified=True, keys=keys
    )
    batch, topic, payload = Batch(), device.up(), device.message(*samples, **more)
    Judge().take(Arrival(topic, parse_up(topic), payload, None, Window(now_ms())), known, batch)
    await commit(db, batch)
    return device


async def test_seconds_are_listed_then_released_then_gone(db: Db) -> None:
    device = await refused(db, beat(70, now_ms() // 1000))
    which = ("--device", str(device.device_id))
    listed = await jeg("quarantine", "list", *which)
    assert "time_in_seconds" in listed.stdout
    [letter] = json.loads((await jeg("quarantine", "list", *which, "--json")).stdout)
    assert (letter["reason"], letter["replayable"]) == ("time_in_seconds", True)
    done = await jeg("quarantine", "release", "--seconds", *which)
    assert done.stdout == "1 letters released: 1 readings stored, 0 were there already\n"
    assert await count(db, "vitals", device) == 1
    assert (await jeg("quarantine", "list", *which)).stdout == "nothing is in quarantine\n"
    assert "(released " in (await jeg("dead-letters", *which)).stdout
    again = await jeg("quarantine", "release", "--seconds", *which)
    assert again.stdout.startswith("0 letters released")


async def test_a_known_offset_puts_times_right(db: Db) -> None:
    late = now_ms() - 86_400_000
    device = await refused(db, beat(70, late), beat(71, late - 5), sent=late)
    which = ("--device", str(device.device_id), "--reason", "clock_behind")
    done = await jeg("quarantine", "release", "--offset", "86400000", *which)
    assert "2 readings stored" in done.stdout
    cursor = await db.execute(
        "SELECT min((extract(epoch FROM time) * 1000)::bigint) FROM vitals"
        " JOIN series ON id = series_id WHERE device_id = %s",
        (device.device_id,),
    )
    assert await cursor.fetchone() == (late - 5 + 86_400_000,)


async def test_what_still_cannot_be_used_is_said(db: Db) -> None:
    device = await refused(db, beat(70) | {"u": "furlong"})
    which = ("--device", str(device.device_id))
    done = await jeg("dead-letters", "replay", "--reason", "unknown_unit", *which)
    assert done.stdout.endswith("1 letters stay: unknown_unit\n")


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["dead-letters", "replay", "--reason", "wrong_key"], "who sent it was never proven"),
        (["dead-letters", "replay", "--reason", "time_naive"], "jeg quarantine release"),
        (["dead-letters", "replay", "--reason", "too_large"], "unknown reason 'too_large'"),
        (["quarantine", "release"], "say what explains the times"),
        (["quarantine", "release", "--as-is", "--seconds"], "say what explains the times"),
        (["quarantine", "release", "--as-is", "--since", "noon"], "not a time with its offset"),
        (["quarantine", "list", "--reason", "wrong_key"], "unknown reason 'wrong_key'"),
    ],
)
async def test_what_makes_no_sense_is_refused(words: list[str], error: str) -> None:
    done = await jeg(*words)
    assert done.exit_code == 1
    assert error in done.stderr
