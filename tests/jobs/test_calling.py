"""One alarm that calls: who is told when, by which steps, and reminders."""

import datetime as dt
from dataclasses import replace

import pytest
from psycopg.types.json import Jsonb

from analytics.rules import BUILTIN, NEWS2
from jobs.attention import attend
from tests.support.wards import Ward, consent


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
    assert 60 < left <= 120
    jobs = await ward.rows("SELECT args, queue_name FROM procrastinate_jobs")
    assert [job["args"] for job in jobs] == [{"notification_id": str(told["id"])}]


async def test_nobody_answers_and_it_goes_up_step_by_step(ward: Ward) -> None:
    await consent(ward)
    await attend(ward.db)
    seen = []
    for seconds in (90, 31, 181, 90, 31, 120, 120, 120, 120, 120):
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
    await ward.later(30)
    await attend(ward.db)
    assert len(await ward.history()) == 2
    await ward.later(31)
    await attend(ward.db)
    assert (await ward.history())[-1] == ("escalated", 1)


async def test_a_step_that_reaches_nobody_is_not_waited_for(ward: Ward) -> None:
    await consent(ward)
    await ward.db.execute("DELETE FROM care_relationships WHERE patient_id = %s", (ward.patient,))
    await attend(ward.db)
    # Nobody cares for the patient: the ward is told at once, the family not before its time.
    assert {one["user_id"] for one in await ward.told()} == {ward.colleague}
    assert (await ward.state())["escalation_step"] == 4


async def test_after_a_step_that_reaches_nobody_those_before_it_are_reminded(ward: Ward) -> None:
    # At home, on no ward: nobody is there for the third step.
    await ward.db.execute("DELETE FROM encounters WHERE patient_id = %s", (ward.patient,))
    await attend(ward.db)
    for seconds in (121, 180):
        await ward.later(seconds)
        await attend(ward.db)
    assert (await ward.history())[-2:] == [("escalated", 0), ("reminded", 1)]
    newest = (await ward.told())[-1]
    assert (newest["user_id"], newest["channels"]) == (ward.carer, ["in_app", "push", "sms"])


async def test_the_assignee_is_told_besides_and_nobody_twice(ward: Ward) -> None:
    await ward.db.execute(
        "UPDATE alarms SET assignee_id = %s WHERE id = %s",
        (ward.carer, ward.alarm),
    )
    await attend(ward.db)
    assert len(await ward.told()) == 1


async def test_a_policy_of_the_ward_is_followed_as_it_was_when_the_alarm_began(ward: Ward) -> None:
    steps = [
        {"after_seconds": 50, "who": "user", "user_id": str(ward.colleague), "channels": ["email"]}
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
    for seconds in (20, 31, 30, 31):
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
    own = replace(BUILTIN["heart_rate_high"], repeat_s=200)
    ward.alarm = await ward.raise_alarm("medium", own)
    await attend(ward.db)
    await ward.later(150)
    await attend(ward.db)
    assert await ward.history() == [("notified", 1)]
    await ward.later(51)
    await attend(ward.db)
    assert await ward.history() == [("notified", 1), ("reminded", 1)]
    read = [one["read_at"] is not None for one in await ward.told()]
    assert read == [True, False]  # one unread line for one alarm


@pytest.mark.parametrize(("priority", "repeat"), [("high", 120), ("medium", 600)])
@pytest.mark.parametrize("condition", ["heart_rate_high", NEWS2])
async def test_a_built_in_rule_leaves_reminders_to_the_priority(
    ward: Ward, priority: str, repeat: int, condition: str
) -> None:
    await ward.db.execute("UPDATE alarms SET attention_at = NULL")
    ward.alarm = await ward.raise_alarm(priority, BUILTIN[condition])
    # One step, so that nothing but reminders follows it.
    await ward.db.execute(
        "INSERT INTO escalation_policies (priority, steps, version) VALUES (%s, %s, 1)",
        (priority, Jsonb([{"after_seconds": 0, "who": "care_team", "channels": ["in_app"]}])),
    )
    await attend(ward.db)
    for _ in range(2):
        await ward.later(repeat - 30)
        assert await attend(ward.db) == 0
        await ward.later(31)
        assert await attend(ward.db) == 1
    assert await ward.history() == [("notified", 1), ("reminded", 1), ("reminded", 1)]


async def test_low_priority_is_told_once(ward: Ward) -> None:
    await ward.db.execute("UPDATE alarms SET attention_at = NULL")
    ward.alarm = await ward.raise_alarm("low", BUILTIN["battery_level_low"])
    await attend(ward.db)
    assert (await ward.state())["attention_at"] is None
    assert [one["urgent"] for one in await ward.told()] == [False]


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


async def test_an_alarm_of_the_platform_calls_the_administrators(ward: Ward) -> None:
    admin = await ward.person("admin")
    await ward.db.execute("UPDATE alarms SET patient_id = NULL WHERE id = %s", (ward.alarm,))
    await attend(ward.db)
    assert {one["user_id"] for one in await ward.told()} == {admin}
