"""Another rule over the stored past: the same engine, no writes, the same answer with Dask."""

import asyncio
import datetime as dt
import importlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.overrides import EVERYBODY, Override, Scope
from analytics.whatif import replay as module
from analytics.whatif.answer import Answer, Calls, Tally
from analytics.whatif.episodes import Episode
from analytics.whatif.question import DAY_MS, Question
from analytics.whatif.replay import Chunk
from analytics.whatif.run import run, run_on_dask
from storage.engine import connect
from telemetry.clock import from_ms, now_ms
from tests.support.beds import Bed, add_bed, analysing
from tests.support.worlds import until

MINUTE_MS = 60_000
HIGH, LOW = "heart_rate_high", "oxygen_saturation_low"
UNTIL_MS = now_ms() // DAY_MS * DAY_MS
PATIENT = uuid4()


def question(*overrides: Override, days: int = 2) -> Question:
    return Question(overrides, UNTIL_MS - days * DAY_MS, UNTIL_MS)


def higher(limit: float, scope: Scope = EVERYBODY, **values: Any) -> Override:
    return Override(HIGH, 1, scope, limit=limit, severe_limit=limit + 30, **values)


async def store(bed: Bed, metric: str, samples: list[tuple[int, float]]) -> None:
    """Commit readings, and no word of them to the engine."""
    times = [dt.datetime.fromtimestamp(time / 1000, dt.UTC) for time, _ in samples]
    await bed.db.execute(
        "INSERT INTO vitals SELECT %s, t, v, 1 FROM unnest(%s::timestamptz[], %s::float8[])"
        " AS a(t, v)",
        (bed.series[metric], times, [float(value) for _, value in samples]),
    )


def episode(start_minute: int, minutes: int, value: float) -> list[tuple[int, float]]:
    """Every ten seconds, some minutes of a value, then one of 80."""
    begin = UNTIL_MS - DAY_MS + start_minute * MINUTE_MS
    span = [(begin + 10_000 * i, value) for i in range(6 * minutes)]
    return [*span, *((span[-1][0] + 10_000 * (i + 1), 80.0) for i in range(6))]


@pytest.fixture
async def ward(fresh_database_url: str) -> AsyncIterator[list[Bed]]:
    """Five patients with a fast heart, each a little faster than the one before."""
    async with await connect(fresh_database_url, application_name="tests") as db:
        beds = [await add_bed(db) for _ in range(5)]
        for number, bed in enumerate(beds):
            await store(bed, "heart_rate", episode(60, 5, 132 + number))
            await store(bed, "heart_rate", episode(120, 5, 151 + number))
            await store(bed, "oxygen_saturation", episode(60, 5, 97))
        yield beds


def ids(beds: list[Bed]) -> list[UUID]:
    return sorted(bed.patient for bed in beds)


async def asked(url: str, what: Question, beds: list[Bed]) -> Answer:
    return await asyncio.to_thread(run, what, ids(beds), url=url)


async def test_fewer_calls_and_what_would_have_been_missed(
    ward: list[Bed], fresh_database_url: str
) -> None:
    answer = await asked(fresh_database_url, question(higher(140)), ward)
    assert answer.calls == Calls(10, 5)
    assert answer.per_day == {"before": 5, "after": 2.5}
    # Nobody acknowledged any, and those that are gone were not severe.
    assert (answer.missed_count, answer.new_count) == (0, 0)
    assert answer.sentence == "5 to 2.5 alarms a day; no real episode would have been missed"
    assert answer.readings == 5 * (36 + 36 + 36) - 5 * 36
    assert list(answer.by_day.values()) == [Calls(0, 0), Calls(10, 5)]
    assert answer.by_condition == {HIGH: Calls(10, 5)}

    answer = await asked(fresh_database_url, question(higher(153)), ward)
    assert answer.calls == Calls(10, 3)
    assert answer.sentence.startswith("5 to 1.5 alarms a day; these 2 episodes would have been")
    assert [told.worst_value for told in answer.missed] == [151, 152] or sorted(
        told.worst_value or 0 for told in answer.missed
    ) == [151, 152]
    assert {told.worst_at for told in answer.missed} == {from_ms(episode(120, 5, 151)[0][0])}
    assert all(told.severe and not told.acknowledged for told in answer.missed)


async def test_an_acknowledged_alarm_is_real_however_mild(
    ward: list[Bed], fresh_database_url: str
) -> None:
    bed = ward[0]
    await bed.db.execute(
        "INSERT INTO alarms (patient_id, condition, category, priority, state, title, message,"
        " rule_version, started_at, activated_at, acknowledged_at, acknowledged_by_id, cleared_at,"
        " closed_at) SELECT %s, %s, 'physiological', 'medium', 'closed', '', '', 'builtin:1', t,"
        " t, t, %s, t + interval '5 minutes', t + interval '5 minutes'"
        " FROM (SELECT to_timestamp(%s)) AS a(t)",
        (bed.patient, HIGH, bed.patient, episode(60, 5, 132)[0][0] / 1000),
    )
    answer = await asked(fresh_database_url, question(higher(140)), ward)
    (told,) = answer.missed
    assert (told.patient_id, told.acknowledged, told.severe) == (bed.patient, True, False)
    assert answer.sentence.endswith("this 1 episode would have been missed")


async def test_a_stricter_rule_has_new_episodes_and_a_longer_delay_calls_later(
    ward: list[Bed], fresh_database_url: str
) -> None:
    for bed in ward:
        await store(bed, "heart_rate", episode(200, 5, 125))
    stricter = await asked(fresh_database_url, question(higher(120)), ward)
    assert (stricter.calls, stricter.new_count) == (Calls(10, 15), 5)
    assert stricter.sentence.endswith("; 5 new")
    slower = await asked(fresh_database_url, question(Override(HIGH, 1, delay_s=75.0)), ward)
    assert (slower.calls, slower.missed_count, slower.latest_s) == (Calls(10, 10), 0, 60)


async def test_a_ward_rule_leaves_others_and_those_with_their_own_alone(
    ward: list[Bed], fresh_database_url: str
) -> None:
    db = ward[0].db
    for bed in ward[:2]:
        await db.execute(
            "INSERT INTO encounters (patient_id, ward, period_start) VALUES (%s, 'A', now())",
            (bed.patient,),
        )
    await db.execute(
        "INSERT INTO alarm_rules (patient_id, condition, limit_value) VALUES (%s, %s, 131)",
        (ward[1].patient, HIGH),
    )
    answer = await asked(fresh_database_url, question(higher(145, Scope(None, None, "A"))), ward)
    assert answer.calls == Calls(10, 9)


async def test_nothing_is_written(ward: list[Bed], fresh_database_url: str) -> None:
    counts = "SELECT (SELECT count(*) FROM alarms), (SELECT count(*) FROM engine_states)"
    before = await (await ward[0].db.execute(counts)).fetchone()
    await asked(fresh_database_url, question(higher(140)), ward)
    assert await (await ward[0].db.execute(counts)).fetchone() == before == (0, 0)


async def test_windows_of_any_size_give_the_same_answer(
    ward: list[Bed], fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = await asked(fresh_database_url, question(higher(140)), ward)
    monkeypatch.setattr(module, "READINGS_AT_ONCE", 7)
    assert await asked(fresh_database_url, question(higher(140)), ward) == whole


async def test_the_replay_calls_what_was_called_live(bed: Bed, fresh_database_url: str) -> None:
    begin = now_ms() - 5 * MINUTE_MS
    runs = [(86.0, 20), (97.0, 30), (88.0, 40), (97.0, 15), (80.0, 30), (98.0, 30)]
    values = [value for value, seconds in runs for _ in range(seconds)]
    samples = [(begin + 1000 * i, value) for i, value in enumerate(values)]

    async def drained() -> bool:
        return bool(await bed.scalar("SELECT count(*) FROM outbox") == 0)

    async with analysing(fresh_database_url) as task:
        for first in range(0, len(samples), 25):
            await bed.send("oxygen_saturation", samples[first : first + 25])
        await until(drained, task)
    live = [one for one in await bed.alarms() if one["activated_at"] is not None]
    what = Question((Override(LOW, 1, limit=89.0),), begin - MINUTE_MS, now_ms())
    answer = await asked(fresh_database_url, what, [bed])
    # A live alarm that is latched takes its condition's return in.
    calls = await bed.scalar(
        "SELECT count(*) FROM alarm_transitions"
        " WHERE reason IN ('delay_passed', 'condition_returned')"
    )
    assert live
    assert answer.calls == Calls(calls, calls)


async def test_dask_gives_the_same_answer(
    ward: list[Bed], fresh_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JEG_DATABASE_URL", fresh_database_url)
    monkeypatch.setattr("analytics.whatif.run.PATIENTS_AT_ONCE", 1)
    alone = await asked(fresh_database_url, question(higher(153)), ward)
    done: list[tuple[int, int]] = []

    def on_dask() -> Answer:
        cluster = importlib.import_module("distributed").LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None
        )
        with cluster:
            return run_on_dask(
                question(higher(153)),
                ids(ward),
                scheduler=cluster.scheduler_address,
                progress=lambda one, total: done.append((one, total)),
            )

    assert await asyncio.to_thread(on_dask) == alone
    assert done == [(number, 5) for number in range(6)]


def made(start: int, length: int, value: float) -> Episode:
    since = UNTIL_MS - DAY_MS
    return Episode(
        PATIENT, HIGH, since + start, since + start + 1, since + start + length, value, value > 150
    )


spans = st.lists(
    st.builds(made, st.integers(0, 10_000), st.integers(2, 500), st.floats(131, 200)), max_size=20
)


@given(before=spans, after=spans)
def test_an_episode_is_missed_only_if_it_was_real_and_nothing_calls_it(
    before: list[Episode], after: list[Episode]
) -> None:
    tally = Tally(question(higher(140)))
    tally.add(Chunk(1, 0, before, after, []))
    answer = tally.answer()
    assert answer.calls == Calls(len(before), len(after))
    assert sum(day.before for day in answer.by_day.values()) == len(before)
    alone = [
        one
        for one in before
        if one.severe and not any(one.meets(o.started_ms, o.ended_ms) for o in after)
    ]
    assert answer.missed_count == len(alone)
    same = Tally(question(higher(140)))
    same.add(Chunk(1, 0, before, [replace(one) for one in before], []))
    assert (same.answer().missed_count, same.answer().new_count) == (0, 0)
