"""Hourly scores on a real database: right for late data, across restarts, and as evaluated."""

import asyncio
from typing import Any

import numpy as np
import pytest
from psycopg.rows import dict_row

from analytics import hour_proof
from analytics.book import Book
from analytics.historian import Historian
from analytics.publisher import Publisher
from analytics.recompute import recompute
from analytics.scores.vital_trends import INPUTS
from analytics.store import Store
from analytics.weights import deterioration
from telemetry.clock import from_ms, now_ms
from tests.support.beds import Bed, analysing
from tests.support.worlds import until

HOUR_MS = 3_600_000
MINUTE_MS = 60_000
WELL = {
    "heart_rate": 72.0,
    "oxygen_saturation": 97.0,
    "body_temperature": 36.8,
    "blood_pressure_systolic": 124.0,
    "blood_pressure_diastolic": 76.0,
    "respiratory_rate": 14.0,
}
ILL = {
    "heart_rate": 128.0,
    "oxygen_saturation": 91.0,
    "body_temperature": 39.2,
    "blood_pressure_systolic": 92.0,
    "blood_pressure_diastolic": 44.0,
    "respiratory_rate": 29.0,
}
NOW = {"score_settle_seconds": 0.0}


@pytest.fixture(autouse=True)
async def one_hour() -> None:
    """Let no hour end during a test: one that is about to is waited for."""
    left_ms = HOUR_MS - now_ms() % HOUR_MS
    if left_ms < MINUTE_MS:
        await asyncio.sleep(left_ms / 1000 + 0.1)


def hour_ago(hours: int) -> int:
    """Start of the hour that ended `hours - 1` whole hours ago."""
    return (now_ms() // HOUR_MS - hours) * HOUR_MS


async def send(bed: Bed, vitals: dict[str, float], at_ms: int) -> None:
    for metric, value in vitals.items():
        await bed.send(metric, [(at_ms, value)])


async def history(bed: Bed, kind: str) -> dict[int, dict[str, Any]]:
    """Rows of one kind by the start of their hour in ms."""
    async with bed.db.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(
            "SELECT *, (extract(epoch FROM hour) * 1000)::bigint AS at FROM score_history"
            " WHERE patient_id = %s AND kind = %s ORDER BY hour",
            (bed.patient, kind),
        )
        return {row["at"]: row for row in await cursor.fetchall()}


async def settled(bed: Bed, task: asyncio.Task[None]) -> None:
    """Wait until every batch is scored and every hour that is over is computed."""

    async def done() -> bool:
        waiting = await bed.scalar(
            "SELECT (SELECT count(*) FROM outbox) + (SELECT count(*) FROM score_dirty"
            " WHERE hour + interval '1 hour' <= now())"
        )
        return bool(waiting == 0)

    await until(done, task)


def evaluated(hours: list[dict[str, float]]) -> list[float]:
    """What the evaluation makes of a stay with these values, hour by hour."""
    values = np.array([[one.get(name, np.nan) for name in INPUTS] for one in hours])
    scores = deterioration().replay(values, np.array([0, len(hours)]))
    return [round(float(score), 4) for score in scores]


async def test_an_hour_has_every_score_with_its_parts(bed: Bed, fresh_database_url: str) -> None:
    start = hour_ago(1)
    async with analysing(fresh_database_url, **NOW) as task:
        await send(bed, ILL, start + 5 * MINUTE_MS)
        await send(bed, WELL | {"consciousness": 0.0}, start + 30 * MINUTE_MS)
        await settled(bed, task)
    (news2,) = (await history(bed, "news2")).values()
    assert news2["at"] == start
    assert (news2["minimum"], news2["maximum"], news2["worst"]) == (0, 2, 12)
    assert news2["parts"]["missing"] == ["supplemental_oxygen"]
    assert news2["parts"]["points"]["supplemental_oxygen"] == [0, 2]
    assert news2["parts"]["worst_ms"] == start + 6 * MINUTE_MS
    (qsofa,) = (await history(bed, "qsofa")).values()
    assert (qsofa["minimum"], qsofa["maximum"], qsofa["worst"]) == (0, 0, 2)
    (shock,) = (await history(bed, "shock_index")).values()
    assert (shock["minimum"], shock["worst"]) == (0.581, 1.391)
    (score,) = (await history(bed, "deterioration")).values()
    assert [score["minimum"]] == evaluated([WELL])
    signals = score["parts"]["signals"]
    whole = score["parts"]["base"] + sum(signals.values())
    assert whole == pytest.approx(score["minimum"], abs=0.002)
    assert await bed.scalar("SELECT count(*) FROM score_dirty") == 0


async def test_the_running_hour_waits_until_it_is_over(bed: Bed, fresh_database_url: str) -> None:
    async with analysing(fresh_database_url, **NOW) as task:
        await send(bed, WELL, now_ms())
        await send(bed, WELL, hour_ago(1) + MINUTE_MS)
        await settled(bed, task)
    assert set(await history(bed, "news2")) == {hour_ago(1)}
    assert await bed.scalar("SELECT count(*) FROM score_dirty") == 1


async def test_late_readings_correct_their_hour_and_what_was_made_from_it(
    bed: Bed, fresh_database_url: str
) -> None:
    hours = [WELL, {}, WELL, ILL, WELL]
    starts = [hour_ago(len(hours) - i) for i in range(len(hours))]
    async with analysing(fresh_database_url, **NOW) as task:
        for start, vitals in zip(starts, hours, strict=True):
            await send(bed, vitals, start + 10 * MINUTE_MS)
            await settled(bed, task)
        before = await history(bed, "deterioration")
        assert [before[at]["minimum"] for at in starts if at in before] == [
            score for score, vitals in zip(evaluated(hours), hours, strict=True) if vitals
        ]
    async with analysing(fresh_database_url, **NOW) as task:  # a restart, then a backlog
        await send(bed, ILL, starts[1] + 20 * MINUTE_MS)
        await settled(bed, task)
        after = await history(bed, "deterioration")
    hours[1] = ILL
    assert [after[at]["minimum"] for at in starts] == evaluated(hours)
    assert after[starts[4]]["minimum"] != before[starts[4]]["minimum"]
    assert after[starts[0]]["computed_at"] == before[starts[0]]["computed_at"]
    news2 = await history(bed, "news2")
    assert news2[starts[1]]["worst"] == 12
    # Its pressure and temperature count for six hours, until others are taken.
    assert news2[starts[2]]["worst"] >= 5


async def test_what_one_run_computes_another_computes_again_the_same(
    bed: Bed, fresh_database_url: str
) -> None:
    starts = [hour_ago(30 - i) for i in range(30)]
    async with analysing(fresh_database_url, **NOW) as task:
        for i, start in enumerate(starts):
            await send(bed, WELL | {"heart_rate": 60.0 + 2 * i}, start)
            if i % 7 == 0:
                await settled(bed, task)
        await settled(bed, task)
        one = await history(bed, "deterioration")
        await bed.db.execute(
            "INSERT INTO score_dirty VALUES (%s, %s, now())", (bed.patient, from_ms(starts[3]))
        )
        await settled(bed, task)
        two = await history(bed, "deterioration")
    assert [row["minimum"] for row in one.values()] == evaluated(
        [WELL | {"heart_rate": 60.0 + 2 * i} for i in range(30)]
    )
    assert {at: (row["minimum"], row["parts"]) for at, row in one.items()} == {
        at: (row["minimum"], row["parts"]) for at, row in two.items()
    }
    days = await bed.scalar("SELECT count(*) FROM score_states")
    assert days == len({start // (24 * HOUR_MS) for start in starts})


async def test_a_score_over_the_limit_calls_and_late_hours_do_not(
    bed: Bed, fresh_database_url: str
) -> None:
    async with analysing(fresh_database_url, **NOW) as task:
        await send(bed, ILL, hour_ago(5) + MINUTE_MS)
        await settled(bed, task)
        (finding,) = [a for a in await bed.alarms() if a["condition"] == "deterioration"]
        assert finding["retrospective"]
        await send(bed, ILL, hour_ago(1) + MINUTE_MS)
        await settled(bed, task)
        alarm = next(
            one
            for one in await bed.alarms()
            if one["condition"] == "deterioration" and not one["retrospective"]
        )
    assert (alarm["state"], alarm["priority"]) == ("active_unacknowledged", "low")
    assert alarm["message"].startswith("Deterioration score ")
    assert "mostly for " in alarm["message"]
    assert alarm["activated_at"] == from_ms(hour_ago(0))
    assert await bed.scalar("SELECT count(*) FROM engine_states WHERE channel = -2") == 1


async def test_an_alarm_of_a_score_is_published_once(
    bed: Bed, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int]] = []

    def offer(_: Publisher, alarms: list[dict[str, Any]]) -> None:
        told.extend((alarm["condition"], alarm["version"]) for alarm in alarms)

    monkeypatch.setattr(Publisher, "offer", offer)
    monkeypatch.setattr(Publisher, "wanted", property(lambda _: True))
    monkeypatch.setattr(Publisher, "run", lambda _: asyncio.sleep(60))
    async with analysing(fresh_database_url, **NOW) as task:
        for hours in (5, 1):
            await send(bed, ILL, hour_ago(hours) + MINUTE_MS)
            await settled(bed, task)
        await until(lambda: "deterioration" in [name for name, _ in told], task)
        await asyncio.sleep(0.3)
    assert len(told) == len(set(told))


async def test_scale_2_counts_from_when_it_was_prescribed_and_nothing_in_pregnancy(
    bed: Bed, fresh_database_url: str
) -> None:
    on_oxygen = {"oxygen_saturation": 90.0, "inspired_oxygen": 28.0}
    await bed.db.execute(
        "INSERT INTO early_warnings (patient_id, version, scale, target_low, target_high,"
        " created_at) VALUES (%s, 1, 2, 88, 92, %s)",
        (bed.patient, from_ms(hour_ago(3))),
    )
    await bed.db.execute("UPDATE early_warnings SET superseded_at = now()")
    await bed.db.execute(
        "INSERT INTO early_warnings (patient_id, version, scale, target_low, target_high, pregnant,"
        " created_at) VALUES (%s, 2, 2, 88, 92, true, %s)",
        (bed.patient, from_ms(hour_ago(1) + 1)),
    )
    async with analysing(fresh_database_url, **NOW) as task:
        for hours in (4, 2, 1):
            await send(bed, on_oxygen, hour_ago(hours) + MINUTE_MS)
        await settled(bed, task)
    found = await history(bed, "news2")
    points = {at: row["parts"]["points"]["oxygen_saturation"] for at, row in found.items()}
    assert points == {hour_ago(4): [3, 3], hour_ago(2): [0, 0]}


async def test_how_long_an_input_counts_is_the_patients_own(
    bed: Bed, fresh_database_url: str
) -> None:
    await bed.db.execute(
        "INSERT INTO early_warnings (patient_id, version, scale, target_low, target_high,"
        " stale_after, created_at) VALUES (%s, 1, 1, 94, 98, '{\"heart_rate\": 600}', %s)",
        (bed.patient, from_ms(hour_ago(2))),
    )
    async with analysing(fresh_database_url, **NOW) as task:
        for hours in (4, 1):
            await send(bed, {"heart_rate": 125.0}, hour_ago(hours) + 30 * MINUTE_MS)
        await settled(bed, task)
    found = await history(bed, "news2")
    assert (found[hour_ago(4)]["minimum"], found[hour_ago(4)]["parts"]["stale"]) == (2, [])
    later = found[hour_ago(1)]
    assert (later["minimum"], later["worst"], later["parts"]["stale"]) == (0, 2, ["heart_rate"])


async def test_hours_of_somebody_removed_are_forgotten(bed: Bed, fresh_database_url: str) -> None:
    await bed.db.execute(
        "INSERT INTO score_dirty VALUES (gen_random_uuid(), %s)", (from_ms(hour_ago(2)),)
    )
    async with analysing(fresh_database_url, **NOW) as task:
        await settled(bed, task)
    assert await bed.scalar("SELECT count(*) FROM score_dirty") == 0
    assert await bed.scalar("SELECT count(*) FROM score_states") == 0


async def test_prescriptions_in_force_are_taken_up_and_given_up(bed: Bed) -> None:
    store = Store(bed.db, Book())
    await bed.db.execute(
        "INSERT INTO early_warnings (patient_id, version, scale, target_low, target_high, pregnant)"
        " VALUES (%s, 1, 2, 88, 92, true)",
        (bed.patient,),
    )
    assert await store.refresh_prescriptions()
    assert not await store.refresh_prescriptions()
    book = store._book
    assert (book.scale_2, book.pregnant) == ({bed.patient}, {bed.patient})
    await bed.db.execute("UPDATE early_warnings SET superseded_at = now()")
    assert await store.refresh_prescriptions()
    assert (book.scale_2, book.pregnant) == (set(), set())


@pytest.mark.parametrize(("pregnant", "alarms"), [(False, 1), (True, 0)])
async def test_confusion_that_is_recorded_raises_news2_but_not_in_pregnancy(
    bed: Bed, fresh_database_url: str, *, pregnant: bool, alarms: int
) -> None:
    await bed.db.execute(
        "INSERT INTO early_warnings (patient_id, version, scale, target_low, target_high, pregnant)"
        " VALUES (%s, 1, 1, 94, 98, %s)",
        (bed.patient, pregnant),
    )
    minute = now_ms() // MINUTE_MS * MINUTE_MS
    async with analysing(fresh_database_url, **NOW) as task:
        for ago in (5, 4, 3, 2, 1):
            at_ms = minute - ago * MINUTE_MS
            codes = {"consciousness": 1.0, "supplemental_oxygen": 1.0}
            await send(bed, codes | {"heart_rate": 70.0}, at_ms)
        await send(bed, {"heart_rate": 70.0}, minute + 1000)

        async def scored() -> bool:
            return bool(await bed.scalar("SELECT count(*) FROM outbox") == 0)

        await until(scored, task)
        found = [a for a in await bed.alarms() if a["condition"] == "news2"]
    assert len(found) == alarms
    assert all("measure respiratory rate first" in alarm["message"] for alarm in found)


async def deteriorations(bed: Bed) -> list[dict[str, Any]]:
    return [one for one in await bed.alarms() if one["condition"] == "deterioration"]


async def test_an_alarm_of_a_score_comes_out_again_until_a_reading_is_changed(
    bed: Bed, fresh_database_url: str
) -> None:
    async with analysing(fresh_database_url, **NOW) as task:
        for hours, vitals in ((30, WELL), (26, WELL), (4, WELL), (3, ILL)):
            await send(bed, vitals, hour_ago(hours) + MINUTE_MS)
            await settled(bed, task)
    # All of it, before anything is computed.
    await send(bed, ILL, hour_ago(1) + MINUTE_MS)
    async with analysing(fresh_database_url, **NOW) as task:
        await settled(bed, task)
    alarm = next(one for one in await deteriorations(bed) if not one["retrospective"])
    proof = alarm["evidence"]["proof"]
    assert proof["weights"] == f"deterioration:{deterioration().version}"
    assert [at for at, _ in hour_proof.shown(proof)][-1] == hour_ago(1)
    found = await recompute(bed.db, bed.patient, "deterioration", alarm["evidence"])
    assert (found.agrees, found.differences) == (True, ())
    assert found.readings
    await bed.db.execute(
        "UPDATE vitals SET value = 70 WHERE series_id = %s AND time >= %s",
        (bed.series["heart_rate"], from_ms(hour_ago(1))),
    )
    found = await recompute(bed.db, bed.patient, "deterioration", alarm["evidence"])
    assert not found.agrees
    assert "128 then, 70 now" in found.differences[0]
    proof["weights"] = "deterioration:0"
    found = await recompute(bed.db, bed.patient, "deterioration", alarm["evidence"])
    assert (found.agrees, found.reason) == (None, "it was made with other weights: deterioration:0")


async def test_an_hour_that_is_filled_in_late_is_a_finding_and_calls_nobody(
    bed: Bed, fresh_database_url: str
) -> None:
    async with analysing(fresh_database_url, **NOW) as task:
        for hours in (9, 5):
            await send(bed, WELL, hour_ago(hours) + MINUTE_MS)
        await settled(bed, task)
        assert await deteriorations(bed) == []
    # All of it, before anything is computed.
    await send(bed, ILL, hour_ago(8) + MINUTE_MS)
    async with analysing(fresh_database_url, **NOW) as task:
        await settled(bed, task)
    (finding,) = await deteriorations(bed)
    found = await recompute(bed.db, bed.patient, "deterioration", finding["evidence"])
    assert (found.agrees, found.differences) == (True, ())
    await send(bed, ILL, hour_ago(7) + MINUTE_MS)
    async with analysing(fresh_database_url, **NOW) as task:
        # What comes again, or makes it worse, is the same one.
        await bed.db.execute(
            "INSERT INTO score_dirty VALUES (%s, %s, now())", (bed.patient, from_ms(hour_ago(9)))
        )
        await settled(bed, task)
    (finding,) = await deteriorations(bed)
    assert (finding["retrospective"], finding["state"]) == (True, "closed")
    assert finding["started_at"] == from_ms(hour_ago(7))
    assert finding["cleared_at"] == from_ms(hour_ago(4))
    scores = {at: row["minimum"] for at, row in (await history(bed, "deterioration")).items()}
    assert finding["worst_at"] == from_ms(max(scores, key=scores.__getitem__) + HOUR_MS)
    assert await bed.scalar("SELECT count(*) FROM notifications") == 0
    assert await bed.scalar(
        "SELECT array_agg(reason) FROM alarm_transitions WHERE alarm_id = %s", finding["id"]
    ) == ["found_in_late_data"]
    found = await recompute(bed.db, bed.patient, "deterioration", finding["evidence"])
    assert "not measured then" in found.differences[0]


async def test_hours_that_cannot_be_computed_keep_their_marks_and_are_tried_again(
    bed: Bed, fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    score, broken = Historian._score, True

    async def fail(self: Historian, store: Any, plans: Any) -> Any:
        if broken:
            message = "a flaw"
            raise ValueError(message)
        return await score(self, store, plans)

    monkeypatch.setattr(Historian, "_score", fail)
    async with analysing(fresh_database_url, **NOW) as task:
        await send(bed, WELL, hour_ago(2) + MINUTE_MS)

        async def put_off() -> bool:
            return bool(await bed.scalar("SELECT max(failures) FROM score_dirty") == 1)

        await until(put_off, task)
        assert await bed.scalar("SELECT max(due_at) > now() FROM score_dirty")
        broken = False
        await bed.db.execute("UPDATE score_dirty SET due_at = now()")
        await settled(bed, task)
    assert list(await history(bed, "deterioration")) == [hour_ago(2)]
