"""What `jeg status` and `jeg doctor` say of the canary."""

import datetime as dt
import json

import psycopg
import pytest

from stack.canary import last_run
from stack.doctor.canary import canary
from stack.doctor.finding import Level
from stack.status import render

NOW = dt.datetime.now(dt.UTC)


async def keep(url: str, channels: dict[str, float | None], ago: dt.timedelta) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as db:
        await db.execute(
            "INSERT INTO canary_runs (started_at, finished_at, channels) VALUES (%s, %s, %s)",
            (NOW - ago, NOW - ago, json.dumps(channels)),
        )


@pytest.mark.parametrize(
    ("channels", "hours", "level", "text"),
    [
        ({"mqtt": 80.0, "stream": 120.0}, 0, Level.OK, "alarms come out everywhere (120 ms)"),
        ({"mqtt": None, "stream": 120.0}, 0, Level.WRONG, "nothing came out of mqtt"),
        ({"mqtt": 80.0}, 3, Level.NOTE, " min ago"),
    ],
)
async def test_the_last_run_is_judged(
    fresh_database_url: str,
    channels: dict[str, float | None],
    hours: int,
    level: Level,
    text: str,
) -> None:
    await keep(fresh_database_url, {"mqtt": 1.0}, dt.timedelta(days=1))
    await keep(fresh_database_url, channels, dt.timedelta(hours=hours))
    found = canary(fresh_database_url)
    assert found.level is level
    assert text in found.text


def test_no_run_and_no_database_are_said(fresh_database_url: str) -> None:
    assert canary(fresh_database_url).level is Level.NOTE
    assert last_run("postgresql://jeg@127.0.0.1:1/jeg") is None


def test_the_status_has_it() -> None:
    entry = {"state": "running", "pid": 1, "uptime_s": 5.0, "restarts": 0}
    answer = {"url": "http://x", "programs": {"jobs": entry}, "rates": {}}
    said = render(answer | {"canary_line": "canary: has not run yet"})
    assert said.endswith("canary: has not run yet")
    assert "canary" not in render(answer)
