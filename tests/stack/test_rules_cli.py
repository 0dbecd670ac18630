"""Rules, what-if and why, on the command line."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from stack.cli import app
from stack.errors import StackError
from storage.engine import connect
from telemetry.clock import from_ms, now_ms
from tests.support.beds import Bed, add_bed, analysing
from tests.support.worlds import until


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh_database_url: str) -> None:
    monkeypatch.setenv("JEG_HOME", str(tmp_path))
    monkeypatch.setenv("JEG_DATABASE_URL", fresh_database_url)


def jeg(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def with_bed(url: str, work: Callable[[Bed], Awaitable[Any]]) -> Any:
    """Do something with a patient in a bed; what comes of it."""

    async def run() -> Any:
        async with await connect(url, application_name="tests") as db:
            return await work(await add_bed(db))

    return asyncio.run(run())


def test_a_rule_is_set_listed_and_its_versions_shown() -> None:
    words = ("rules", "set", "heart_rate_high", "limit=140", "priority=high")
    assert jeg(*words, "--reason", "a trial").output == "heart_rate_high: version 1\n"
    ward = jeg("rules", "set", "heart_rate_high", "delay_s=40", "--ward", "A", "--reason", "walks")
    assert ward.exit_code == 0
    (line,) = [
        one
        for one in jeg("rules", "list", "--ward", "A").output.splitlines()
        if one.startswith("heart_rate_high")
    ]
    assert line.split() == [
        *("heart_rate_high", "140", "/min"),
        *("limit", "140.0", "(default:1)", "priority", "high", "(default:1)"),
        *("delay_s", "40.0", "(ward:1)"),
    ]
    history = jeg("rules", "history", "heart_rate_high").output
    assert history.startswith("1  ")
    assert history.endswith("on the machine  limit=140.0 priority=high  a trial\n")
    found = json.loads(jeg("rules", "list", "--json").output)
    assert {one["condition"]: one["version"] for one in found}["heart_rate_high"] == "default:1"


@pytest.mark.parametrize(
    "words",
    [
        ("heart_rate_high", "limit=900"),
        ("heart_rate_high", "limit=fast"),
        ("heart_rate_high", "speed=3"),
        ("nothing", "limit=3"),
        ("heart_rate_high", "limit=140", "--hospital", "1e8e2dd6-9e05-4b3e-8f3f-7d6f0f0c7f11"),
        ("heart_rate_high", "limit=140", "--patient", "me"),
    ],
)
def test_what_makes_no_sense_is_refused(words: tuple[str, ...]) -> None:
    assert isinstance(jeg("rules", "set", *words, "--reason", "x").exception, StackError)
    assert jeg("rules", "history", "heart_rate_high").output == ""


def test_what_if_says_how_many_and_what_would_be_missed(fresh_database_url: str) -> None:
    begin = now_ms() - 3_600_000

    async def fill(bed: Bed) -> None:
        await bed.db.execute(
            "INSERT INTO vitals SELECT %s, %s + i * interval '10 seconds',"
            " CASE WHEN i < 30 THEN 155 ELSE 80 END, 1 FROM generate_series(0, 59) AS i",
            (bed.series["heart_rate"], from_ms(begin)),
        )

    with_bed(fresh_database_url, fill)
    words = ("what-if", "heart_rate_high", "limit=160", "severe_limit=170", "--days", "1")
    first, missed, last = jeg(*words).stdout.splitlines()
    assert first == "1 to 0 alarms a day; this 1 episode would have been missed"
    assert missed.endswith(f"worst 155 at {from_ms(begin):%H:%M:%S}Z")
    assert last == "1 patients, 60 readings, 1 days"
    found = json.loads(jeg(*words, "--json").stdout)
    assert found["calls"] == {"before": 1, "after": 0}
    assert isinstance(jeg("what-if", "heart_rate_high", "limit=900").exception, StackError)


def test_why_computes_an_alarm_again(fresh_database_url: str) -> None:
    async def alarm(bed: Bed) -> tuple[str, int, str]:
        async def called() -> bool:
            return any(one["activated_at"] for one in await bed.alarms())

        begin = now_ms() - 40_000
        async with analysing(fresh_database_url) as task:
            await bed.send("oxygen_saturation", [(begin + 1000 * i, 86.0) for i in range(30)])
            await until(called, task)
        (one,) = await bed.alarms()
        return str(one["id"]), bed.series["oxygen_saturation"], f"{one['worst_at']:%H:%M:%S}"

    alarm_id, series, worst_at = with_bed(fresh_database_url, alarm)
    told = jeg("alarms", "why", alarm_id, "--recompute")
    assert told.exit_code == 0
    assert told.output.splitlines() == [
        f"Oxygen saturation low: Oxygen saturation 86 % at {worst_at} UTC (alarm at 89 % or less)",
        "rule builtin:1 (limit 89, delay_s 15, hysteresis 2)",
        "oxygen_saturation: 16 readings, 86 to 86",
        "computed again from 30 stored readings: the same alarm",
    ]

    async def tamper(bed: Bed) -> None:
        await bed.db.execute("UPDATE vitals SET value = 99 WHERE series_id = %s", (series,))

    with_bed(fresh_database_url, tamper)
    told = jeg("alarms", "why", alarm_id, "--recompute")
    assert told.exit_code == 1
    assert "computed again: NOT the same" in told.output
    assert "86 then, now 99" in told.output


def test_why_tells_the_facts_of_an_alarm_about_equipment(fresh_database_url: str) -> None:
    async def silent(bed: Bed) -> str:
        async def called() -> bool:
            return bool(await bed.alarms())

        async with analysing(fresh_database_url, silence_seconds=0.5) as task:
            for _ in range(7):
                await bed.send("heart_rate", [(now_ms(), 70.0)])
                await asyncio.sleep(0.05)
            await until(called, task)
        (one,) = await bed.alarms()
        return str(one["id"])

    alarm_id = with_bed(fresh_database_url, silent)
    told = jeg("alarms", "why", alarm_id, "--recompute")
    assert told.exit_code == 0
    lines = told.output.splitlines()
    assert lines[1] == "rule technical:1"
    assert lines[2].startswith("last message received at ")
    assert "there are no readings to compute it from: its facts agree" in lines


def test_why_of_what_is_not_there_is_an_error() -> None:
    unknown = jeg("alarms", "why", "1e8e2dd6-9e05-4b3e-8f3f-7d6f0f0c7f11")
    assert isinstance(unknown.exception, StackError)
