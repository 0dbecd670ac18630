"""The clock of alarms: who is called, when, once; reminders, snoozes, and workers that die."""

import asyncio
import datetime as dt
import random
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb

from jobs.attention import attend
from storage.engine import connect
from tests.support.worlds import until

Connection = psycopg.AsyncConnection[Any]


class Ward:
    """A patient on a ward with people around, and an alarm of theirs."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.ward = f"W{uuid4().hex[:6]}"
        self.patient = self.carer = self.colleague = self.alarm = uuid4()

    async def person(self, *roles: str) -> UUID:
        """Commit an account with these roles."""
        user = uuid4()
        await self.db.execute(
            "INSERT INTO users (id, username, first_name, last_name) VALUES (%s, %s, 'Efua', 'A')",
            (user, str(user)),
        )
        await self.db.execute(
            "INSERT INTO user_roles (user_id, role_id) SELECT %s, id FROM roles"
            " WHERE name = ANY(%s)",
            (user, list(roles)),
        )
        return user

    async def admit(self, patient: UUID) -> None:
        """Put a patient on the ward."""
        await self.db.execute(
            "INSERT INTO encounters (patient_id, ward, bed, period_start) VALUES (%s, %s, '1',"
            " now())",
            (patient, self.ward),
        )

    async def care(self, clinician: UUID, patient: UUID) -> None:
        """Open a care relationship."""
        await self.db.execute(
            "INSERT INTO care_relationships (clinician_id, patient_id, starts_at)"
            " VALUES (%s, %s, now() - interval '1 minute')",
            (clinician, patient),
        )

    async def raise_alarm(self, priority: str = "high", repeat: float | None = None) -> UUID:
        """Commit an alarm that calls from now on, as the engine does."""
        rule = {} if repeat is None else {"rule": {"repeat_s": repeat}}
        alarm = uuid4()
        await self.db.execute(
            "INSERT INTO alarms (id, patient_id, condition, category, priority, state, title,"
            " message, rule_version, started_at, activated_at, attention_at, evidence)"
            " VALUES (%s, %s, %s, 'physiological', %s, 'active_unacknowledged', 'Heart rate high',"
            " 'm', 'builtin:1', now(), now(), now(), %s)",
            (alarm, self.patient, f"c{uuid4().hex[:8]}", priority, Jsonb(rule)),
        )
        await self.step(alarm, "delay_passed")
        return alarm

    async def step(self, alarm: UUID, reason: str, state: str = "active_unacknowledged") -> None:
        """Commit a transition of the engine."""
        await self.db.execute(
            "INSERT INTO alarm_transitions (alarm_id, at, to_state, reason, priority)"
            " VALUES (%s, now(), %s, %s, 'high')",
            (alarm, state, reason),
        )

    async def later(self, seconds: float) -> None:
        """Let time pass for the alarm: everything of it was so long ago."""
        past = dt.timedelta(seconds=seconds)
        for statement in (
            """UPDATE alarm_attention SET began_at = began_at - %(past)s,
            told_at = told_at - %(past)s WHERE alarm_id = %(alarm)s""",
            """UPDATE alarms SET attention_at = attention_at - %(past)s,
            snoozed_until = snoozed_until - %(past)s WHERE id = %(alarm)s""",
            "UPDATE alarm_transitions SET at = at - %(past)s WHERE alarm_id = %(alarm)s",
        ):
            await self.db.execute(statement, {"past": past, "alarm": self.alarm})

    async def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """All rows as dictionaries."""
        async with self.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, values)
            return await cursor.fetchall()

    async def history(self) -> list[tuple[str, int]]:
        """Steps of the clock: why, and how many were told."""
        found = await self.rows(
            "SELECT reason, detail FROM alarm_transitions WHERE alarm_id = %s"
            " AND reason IN ('notified', 'escalated', 'reminded', 'snooze_ended', 'shelf_ended')"
            " ORDER BY id",
            self.alarm,
        )
        return [(row["reason"], len(row["detail"].get("told", []))) for row in found]

    async def told(self) -> list[dict[str, Any]]:
        """Notifications of the alarm, oldest first."""
        return await self.rows(
            "SELECT * FROM notifications WHERE payload ->> 'alarm_id' = %s"
            " ORDER BY created_at, recipient",
            str(self.alarm),
        )

    async def state(self) -> dict[str, Any]:
        """The alarm's row."""
        [row] = await self.rows("SELECT * FROM alarms WHERE id = %s", self.alarm)
        return row


@pytest.fixture
async def ward(fresh_database_url: str) -> AsyncIterator[Ward]:
    """A patient with a carer, a colleague on the same ward, and an alarm of high priority."""
    async with await connect(fresh_database_url, application_name="tests") as db:
        ward = Ward(db)
        ward.patient = await ward.person("patient")
        ward.carer = await ward.person("clinician")
        ward.colleague = await ward.person("clinician")
        neighbour = await ward.person("patient")
        for patient in (ward.patient, neighbour):
            await ward.admit(patient)
        await ward.care(ward.carer, ward.patient)
        await ward.care(ward.colleague, neighbour)
        # Somebody of another ward, who must never be told.
        await ward.person("clinician")
        ward.alarm = await ward.raise_alarm()
        yield ward


async def consent(ward: Ward) -> None:
    await ward.db.execute(
        "UPDATE users SET emergency_contact_name = 'Esi', emergency_contact_phone = '+233200000001'"
        " WHERE id = %s",
        (ward.patient,),
    )
    await ward.db.execute(
        "INSERT INTO consents (patient_id, scope) VALUES (%s, 'emergency_contact')", (ward.patient,)
    )


async def test_the_care_team_is_told_at_once_and_only_once(ward: Ward) -> None:
    assert await attend(ward.db) == 1
    assert await attend(ward.db) == 0
    [told] = await ward.told()
    assert told["user_id"] == ward.carer
    assert (told["urgent"], told["channels"]) == (True, ["in_app", "push"])
    assert await ward.history() == [("notified", 1)]
    state = await ward.state()
    assert state["escalation_step"] == 2
    left = (state["attention_at"] - dt.datetime.now(dt.UTC)).total_seconds()
    assert 110 < left <= 120
    jobs = await ward.rows("SELECT args, queue_name FROM procrastinate_jobs")
    assert [job["args"] for job in jobs] == [{"notification_id": str(told["id"])}]


async def test_nobody_answers_and_it_goes_up_step_by_step(ward: Ward) -> None:
    await consent(ward)
    await attend(ward.db)
    seen = []
    for seconds in (119, 2, 181, 119, 2, 120, 120, 120, 120, 120):
        await ward.later(seconds)
        await attend(ward.db)
        seen.append(await ward.history())
    assert seen[0] == [("notified", 1)]
    assert seen[1][-1] == ("escalated", 1)
    assert seen[2][-1] == ("escalated", 2)  # the carer and the colleague on the ward
    assert seen[4][-1] == ("reminded", 2)
    reasons = [reason for reason, _ in seen[-1]]
    assert reasons.count("escalated") == 3
    contact = [one for one in await ward.told() if one["user_id"] is None]
    assert [(one["kind"], one["channels"]) for one in contact] == [("alarm_contact", ["sms"])]
    assert contact[0]["recipient"] == f"contact:{ward.patient}"
    detail = await ward.rows(
        "SELECT detail FROM alarm_transitions WHERE detail -> 'told' -> 0 ->> 'who'"
        " = 'emergency_contact'"
    )
    assert len(detail) == 1
    # Whoever is outside is told once; reminders go on inside.
    await ward.later(120)
    await attend(ward.db)
    assert (await ward.history())[-1] == ("reminded", 2)


async def test_without_consent_the_emergency_contact_is_never_told(ward: Ward) -> None:
    await consent(ward)
    await ward.db.execute("UPDATE consents SET revoked_at = now()")
    await attend(ward.db)
    for _ in range(30):
        await ward.later(60)
        await attend(ward.db)
    assert (await ward.state())["escalation_step"] == 5
    assert all(one["user_id"] is not None for one in await ward.told())


async def test_frequent_reminders_do_not_put_the_contact_off(ward: Ward) -> None:
    await consent(ward)
    steps = [
        {"after_seconds": 0, "who": "care_team", "channels": ["in_app"]},
        {"after_seconds": 10, "who": "emergency_contact", "channels": ["sms"]},
    ]
    await ward.db.execute(
        "INSERT INTO escalation_policies (priority, steps, repeat_seconds, version)"
        " VALUES ('high', %s, 30, 1)",
        (Jsonb(steps),),
    )
    await attend(ward.db)
    for _ in range(3):
        await ward.later(25)
        await attend(ward.db)
    assert await ward.history() == [("notified", 1), ("reminded", 1), ("escalated", 1)]
    (contact,) = [one for one in await ward.told() if one["user_id"] is None]
    assert contact["kind"] == "alarm_contact"


async def test_after_an_outage_the_ward_comes_before_the_contact(ward: Ward) -> None:
    await consent(ward)
    await attend(ward.db)
    await ward.later(5_000)
    await attend(ward.db)
    assert await ward.history() == [("notified", 1), ("escalated", 2)]
    await ward.later(59)
    await attend(ward.db)
    assert len(await ward.history()) == 2
    await ward.later(2)
    await attend(ward.db)
    assert (await ward.history())[-1] == ("escalated", 1)


@pytest.mark.parametrize("state", ["active_acknowledged", "closed"])
async def test_what_is_answered_or_over_calls_nobody(ward: Ward, state: str) -> None:
    await attend(ward.db)
    closed = "now()" if state == "closed" else "NULL"
    await ward.db.execute(
        f"UPDATE alarms SET state = %s, closed_at = {closed} WHERE id = %s",  # noqa: S608
        (state, ward.alarm),
    )
    await ward.later(10_000)
    assert await attend(ward.db) == 1
    assert await ward.history() == [("notified", 1)]
    assert (await ward.state())["attention_at"] is None


async def test_a_latched_alarm_reminds_and_calls_nobody_new(ward: Ward) -> None:
    await attend(ward.db)
    await ward.db.execute("UPDATE alarms SET state = 'latched' WHERE id = %s", (ward.alarm,))
    for _ in range(4):
        await ward.later(300)
        await attend(ward.db)
    assert await ward.history() == [("notified", 1), *([("reminded", 1)] * 4)]
    assert {one["user_id"] for one in await ward.told()} == {ward.carer}


async def test_a_snooze_ends_by_itself_and_calls_anew(ward: Ward) -> None:
    await attend(ward.db)
    await ward.db.execute(
        "UPDATE alarms SET snoozed_until = now() + interval '10 minutes', snoozed_by_id = %s"
        " WHERE id = %s",
        (ward.carer, ward.alarm),
    )
    await ward.later(300)
    await attend(ward.db)
    assert await ward.history() == [("notified", 1)]
    state = await ward.state()
    assert state["attention_at"] == state["snoozed_until"]
    await ward.later(301)
    await attend(ward.db)
    assert await ward.history() == [("notified", 1), ("snooze_ended", 0), ("notified", 1)]
    state = await ward.state()
    assert (state["snoozed_until"], state["snoozed_by_id"]) == (None, None)
    assert len(await ward.told()) == 2


async def test_the_end_of_a_shelf_calls(ward: Ward) -> None:
    await ward.db.execute(
        "UPDATE alarms SET state = 'suppressed', attention_at = now() + interval '1 minute'"
    )
    assert await attend(ward.db) == 0
    await ward.later(61)
    assert await attend(ward.db) == 1
    assert await ward.history() == [("shelf_ended", 0), ("notified", 1)]
    assert (await ward.state())["state"] == "active_unacknowledged"


async def test_what_is_noted_meanwhile_is_no_new_call(ward: Ward) -> None:
    await attend(ward.db)
    await ward.step(ward.alarm, "noted")
    await ward.later(121)
    await attend(ward.db)
    assert [reason for reason, _ in await ward.history()] == ["notified", "escalated"]


async def test_an_alarm_that_worsens_begins_a_new_round(ward: Ward) -> None:
    await attend(ward.db)
    await ward.later(121)
    await attend(ward.db)
    await ward.step(ward.alarm, "priority_raised")
    await ward.db.execute("UPDATE alarms SET attention_at = now() WHERE id = %s", (ward.alarm,))
    await attend(ward.db)
    assert [reason for reason, _ in await ward.history()] == ["notified", "escalated", "notified"]
    assert (await ward.state())["escalation_step"] == 2


async def test_a_step_that_reaches_nobody_is_not_waited_for(ward: Ward) -> None:
    await consent(ward)
    await ward.db.execute("DELETE FROM care_relationships WHERE patient_id = %s", (ward.patient,))
    await attend(ward.db)
    # Nobody cares for the patient: the ward is told at once, the family not before its time.
    assert {one["user_id"] for one in await ward.told()} == {ward.colleague}
    assert (await ward.state())["escalation_step"] == 4


async def test_the_assignee_is_told_besides_and_nobody_twice(ward: Ward) -> None:
    await ward.db.execute(
        "UPDATE alarms SET assignee_id = %s WHERE id = %s",
        (ward.carer, ward.alarm),
    )
    await attend(ward.db)
    assert len(await ward.told()) == 1


async def test_a_policy_of_the_ward_is_followed_as_it_was_when_the_alarm_began(ward: Ward) -> None:
    steps = [
        {"after_seconds": 5, "who": "user", "user_id": str(ward.colleague), "channels": ["email"]}
    ]
    insert = (
        "INSERT INTO escalation_policies (ward, priority, steps, repeat_seconds, version)"
        " VALUES (%s, 'high', %s, %s, 3)"
    )
    await ward.db.execute(insert, (None, Jsonb([]), None))  # everybody's, which is not this ward's
    await ward.db.execute(insert, (ward.ward, Jsonb(steps), 60))
    await attend(ward.db)
    assert await ward.told() == []
    await ward.db.execute("UPDATE escalation_policies SET superseded_at = now()")
    for seconds in (4, 2, 58, 2):
        await ward.later(seconds)
        await attend(ward.db)
    assert await ward.history() == [("notified", 1), ("reminded", 1)]
    assert {(one["user_id"], *one["channels"]) for one in await ward.told()} == {
        (ward.colleague, "email")
    }
    [row] = await ward.rows("SELECT policy FROM alarm_attention")
    assert row["policy"] == "ward:3"


async def test_reminders_follow_the_rule(ward: Ward) -> None:
    await ward.db.execute("UPDATE alarms SET attention_at = NULL")
    ward.alarm = await ward.raise_alarm("medium", repeat=200)
    await attend(ward.db)
    await ward.later(199)
    await attend(ward.db)
    assert await ward.history() == [("notified", 1)]
    await ward.later(2)
    await attend(ward.db)
    assert await ward.history() == [("notified", 1), ("reminded", 1)]
    read = [one["read_at"] is not None for one in await ward.told()]
    assert read == [True, False]  # one unread line for one alarm


async def test_low_priority_is_told_once(ward: Ward) -> None:
    await ward.db.execute("UPDATE alarms SET attention_at = NULL")
    ward.alarm = await ward.raise_alarm("low")
    await attend(ward.db)
    assert (await ward.state())["attention_at"] is None
    assert [one["urgent"] for one in await ward.told()] == [False]


async def test_one_that_speaks_for_others_is_the_one_that_calls(ward: Ward) -> None:
    child = await ward.raise_alarm()
    await ward.db.execute("UPDATE alarms SET parent_id = %s WHERE id = %s", (ward.alarm, child))
    assert await attend(ward.db) == 2
    assert await ward.history() == [("notified", 1)]
    found = await ward.rows("SELECT attention_at FROM alarms WHERE id = %s", child)
    assert found == [{"attention_at": None}]


async def test_an_alarm_of_the_platform_calls_the_administrators(ward: Ward) -> None:
    admin = await ward.person("admin")
    await ward.db.execute("UPDATE alarms SET patient_id = NULL WHERE id = %s", (ward.alarm,))
    await attend(ward.db)
    assert {one["user_id"] for one in await ward.told()} == {admin}


async def test_an_alarm_that_cannot_be_dealt_with_keeps_no_other_waiting(ward: Ward) -> None:
    await ward.db.execute("DELETE FROM alarm_transitions WHERE alarm_id = %s", (ward.alarm,))
    broken, ward.alarm = ward.alarm, await ward.raise_alarm()
    assert await attend(ward.db) == 2
    assert await ward.history() == [("notified", 1)]
    [row] = await ward.rows(
        "SELECT attention_at > now() AS later FROM alarms WHERE id = %s", broken
    )
    assert row["later"]


async def test_a_worker_that_dies_in_the_middle_neither_loses_nor_doubles(
    ward: Ward, fresh_database_url: str
) -> None:
    """Workers are killed again and again, wherever they are in their transactions."""
    await ward.db.execute("UPDATE alarms SET attention_at = NULL")
    alarms = [await ward.raise_alarm() for _ in range(40)]

    async def work() -> None:
        async with await connect(fresh_database_url, application_name="victim") as connection:
            while True:
                await attend(connection, 3)
                await asyncio.sleep(0)

    async def once() -> None:
        try:
            await work()
        except psycopg.OperationalError:
            return

    async def connected() -> bool:
        rows = await ward.rows("SELECT 1 FROM pg_stat_activity WHERE application_name = 'victim'")
        return len(rows) == 2

    deaths = 0
    for _ in range(8):
        victims = [asyncio.create_task(once()) for _ in range(2)]
        await until(connected)
        await asyncio.sleep(random.uniform(0, 0.03))
        gone = await ward.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'victim'"
        )
        deaths += len(gone)
        await asyncio.gather(*victims)
    assert deaths >= 8
    while await attend(ward.db):
        pass
    told = await ward.rows("SELECT payload ->> 'alarm_id' AS alarm FROM notifications")
    assert sorted(one["alarm"] for one in told) == sorted(str(alarm) for alarm in alarms)
    steps = await ward.rows("SELECT alarm_id FROM alarm_transitions WHERE reason = 'notified'")
    assert len(steps) == len(alarms)
    assert len(await ward.rows("SELECT 1 FROM procrastinate_jobs")) == len(alarms)
