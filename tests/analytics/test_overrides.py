"""Which rule holds for whom, and when a change of it is in force."""

import asyncio
from uuid import uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.overrides import Override, RuleBook, Scope, effective
from analytics.rules import BUILTIN
from storage.engine import Database
from storage.queries import alarm_rules
from storage.queries.alarm_rules import Where
from telemetry.clock import now_ms
from tests.support.beds import Bed, analysing
from tests.support.worlds import until

PATIENT, OTHER, HOSPITAL = uuid4(), uuid4(), uuid4()
WARD = Scope(None, HOSPITAL, "4 West")
HIGH = "heart_rate_high"


def book(*overrides: Override) -> RuleBook:
    return RuleBook({(one.scope, one.condition): one for one in overrides}, {PATIENT: WARD})


def test_the_narrower_scope_goes_before_the_wider_value_by_value() -> None:
    rules = book(
        Override(HIGH, 4, limit=120, delay_s=20),
        Override(HIGH, 2, WARD, limit=125, hysteresis=8),
        Override(HIGH, 1, Scope(PATIENT), limit=140),
    )
    rule = rules.rule(PATIENT, HIGH)
    assert (rule.limit, rule.delay_s, rule.hysteresis) == (140, 20, 8)
    assert rule.version == "patient:1"
    assert rules.rule(OTHER, HIGH).limit == 120
    assert rules.rule(OTHER, HIGH).version == "default:4"
    assert rules.rule(PATIENT, "heart_rate_low") is BUILTIN["heart_rate_low"]
    shown = effective(BUILTIN[HIGH], rules.applying(rules.scopes(PATIENT), HIGH))
    assert shown.rule == rule
    assert dict(shown.sources) | {"limit": "", "delay_s": "", "hysteresis": ""} == {
        name: "" if name in {"limit", "delay_s", "hysteresis"} else "builtin:1"
        for name in shown.sources
    }
    assert [shown.sources[name] for name in ("limit", "delay_s", "hysteresis")] == [
        "patient:1",
        "default:4",
        "ward:2",
    ]


def test_a_rule_that_is_off_for_a_ward_stays_off_for_a_patient_with_another_delay() -> None:
    rules = book(
        Override(HIGH, 1, WARD, enabled=False), Override(HIGH, 1, Scope(PATIENT), delay_s=30)
    )
    assert not rules.rule(PATIENT, HIGH).enabled
    assert rules.rule(OTHER, HIGH).enabled


@given(limit=st.floats(100, 200), severe=st.none() | st.floats(100, 200))
def test_a_severe_limit_lies_beyond_the_limit_or_is_none(limit: float, severe: float) -> None:
    found = effective(BUILTIN[HIGH], iter([Override(HIGH, 9, limit=limit, severe_limit=severe)]))
    assert found.rule.severe_limit is None or found.rule.severe_limit > limit
    if found.rule.severe_limit is None:
        assert found.sources["severe_limit"] == "default:9"


async def admit(bed: Bed, ward: str) -> None:
    await bed.db.execute(
        "UPDATE encounters SET period_end = now() WHERE patient_id = %s AND period_end IS NULL",
        (bed.patient,),
    )
    await bed.db.execute(
        "INSERT INTO encounters (patient_id, ward, period_start) VALUES (%s, %s, now())",
        (bed.patient, ward),
    )


async def put(url: str, where: Where, **values: float) -> None:
    database = Database(url, pool_size=1)
    async with database.write() as session:
        await alarm_rules.put(session, where, HIGH, values, reason="a test", by_id=None)
    await database.close()


async def limit_in_force(bed: Bed, value: float) -> float | None:
    """Limit that the worker raises an alarm by for a value with no end to it."""
    await bed.send("heart_rate", [(now_ms(), value)])
    found = await bed.scalar("SELECT max(limit_value) FROM alarms WHERE state <> 'closed'")
    return None if found is None else float(found)


async def test_a_changed_rule_is_in_force_at_once_by_notification(
    bed: Bed, fresh_database_url: str
) -> None:
    async with analysing(fresh_database_url, rules_refresh_seconds=3600) as task:
        await bed.send("heart_rate", [(now_ms(), 120.0)])
        await until(lambda: drained(bed), task)
        assert await bed.alarms() == []
        await put(fresh_database_url, Where(), limit=110)

        async def in_force() -> bool:
            return await limit_in_force(bed, 120) == 110

        async with asyncio.timeout(20):
            await until(in_force, task)
    (alarm,) = await bed.alarms()
    assert alarm["rule_version"] == "default:1"


async def drained(bed: Bed) -> bool:
    return bool(await bed.scalar("SELECT count(*) FROM outbox") == 0)


async def test_who_moves_ward_gets_the_rules_of_the_new_one(
    bed: Bed, fresh_database_url: str
) -> None:
    await admit(bed, "A")
    await put(fresh_database_url, Where(None, None, "B"), limit=100)
    async with analysing(fresh_database_url, rules_refresh_seconds=0.2) as task:
        await bed.send("heart_rate", [(now_ms(), 105.0)])
        await until(lambda: drained(bed), task)
        assert await bed.alarms() == []
        await admit(bed, "B")

        async def in_force() -> bool:
            return await limit_in_force(bed, 105) == 100

        await until(in_force, task)
    (alarm,) = await bed.alarms()
    assert alarm["rule_version"] == "ward:1"


@pytest.mark.parametrize(
    ("patient", "hospital", "ward"),
    [(True, False, "4 West"), (False, True, None), (False, False, "")],
)
async def test_no_rule_has_two_scopes_or_half_of_one(
    bed: Bed, *, patient: bool, hospital: bool, ward: str | None
) -> None:
    await bed.db.execute("INSERT INTO hospitals (id, name) VALUES (%s, 'General')", (HOSPITAL,))
    with pytest.raises(psycopg.errors.CheckViolation):
        await bed.db.execute(
            "INSERT INTO alarm_rules (patient_id, hospital_id, ward, condition)"
            " VALUES (%s, %s, %s, 'heart_rate_high')",
            (bed.patient if patient else None, HOSPITAL if hospital else None, ward),
        )


async def test_versions_made_at_the_same_time_come_one_after_the_other(
    bed: Bed, fresh_database_url: str
) -> None:
    where = Where(bed.patient)
    await asyncio.gather(*(put(fresh_database_url, where, limit=100 + i) for i in range(8)))
    rows = await (
        await bed.db.execute(
            "SELECT version, superseded_at IS NULL FROM alarm_rules ORDER BY version"
        )
    ).fetchall()
    assert rows == [(number, number == 8) for number in range(1, 9)]
