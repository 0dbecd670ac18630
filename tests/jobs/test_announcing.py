"""From an announcement to the mailbox: once, in the transaction of its cause, all the way."""

import asyncio
import json
from collections import Counter
from uuid import uuid4

import pytest

from jobs.notifications import plan
from storage.engine import Database, connect
from storage.queries.announce import News, announce, announce_in
from tests.support.mailroom import Mailroom, news, working
from tests.support.worlds import until


async def test_an_announcement_reaches_the_mailbox_through_the_queue(mailroom: Mailroom) -> None:
    user = await mailroom.person()
    async with working(mailroom.url, mailbox_dir=mailroom.folder) as task:
        await announce(mailroom.db, [news(user, channels=("email", "sms"))])
        await until(lambda: len(mailroom.mail()) == 2, task)
    [mail] = [one for one in mailroom.mail() if one.sort == "email"]
    assert mail.content["to"] == f"{user}@clinic.example"
    assert mail.content["subject"] == "Well"
    assert "<h1" in mail.content["html"]
    assert {state for state, _ in (await mailroom.deliveries()).values()} == {"sent"}
    assert (
        await mailroom.rows("SELECT 1 FROM procrastinate_jobs WHERE queue_name='notifications'")
        == []
    )


async def test_the_same_event_is_told_once_however_often_it_is_announced(
    mailroom: Mailroom,
) -> None:
    user = await mailroom.person()
    one = news(user)
    assert [await announce(mailroom.db, [one]), await announce(mailroom.db, [one])] == [1, 0]
    [row] = await mailroom.rows("SELECT id FROM notifications")
    assert [await plan(mailroom.db, row["id"]), await plan(mailroom.db, row["id"])] == [2, 2]
    assert len(await mailroom.rows("SELECT 1 FROM deliveries")) == 2
    queued = await mailroom.rows("SELECT task_name FROM procrastinate_jobs")
    assert Counter(job["task_name"] for job in queued) == {"notify": 1, "deliver": 1}


async def test_what_is_rolled_back_was_never_said(mailroom: Mailroom) -> None:
    user, database = await mailroom.person(), Database(mailroom.url)

    async def fails() -> None:
        async with database.write() as session:
            assert await announce_in(session, [news(user)]) == 1
            raise LookupError

    with pytest.raises(LookupError):
        await fails()
    assert await mailroom.rows("SELECT 1 FROM notifications") == []
    assert await mailroom.rows("SELECT 1 FROM procrastinate_jobs") == []
    async with database.write() as session:
        await announce_in(session, [news(user)])
    assert len(await mailroom.rows("SELECT 1 FROM procrastinate_jobs")) == 1
    await database.close()


async def test_readers_are_woken_when_it_is_committed(mailroom: Mailroom) -> None:
    user = await mailroom.person()
    async with await connect(mailroom.url, application_name="reader") as reader:
        await reader.execute("LISTEN jeg_notifications")
        await announce(mailroom.db, [news(user)])
        async with asyncio.timeout(30):
            heard = await anext(aiter(reader.notifies()))
    assert heard.payload == str(user)


def test_news_without_a_recipient_are_refused() -> None:
    with pytest.raises(ValueError, match="exactly one recipient"):
        News("notice", "k")
    with pytest.raises(ValueError, match="known kind"):
        News("gossip", "k", user_id=uuid4())


async def test_an_alarm_goes_all_the_way_to_a_telephone(mailroom: Mailroom) -> None:
    """The worker's clock, the queue and the outlet together."""
    nurse, patient, alarm = await mailroom.person(), await mailroom.person(), uuid4()
    step = {"after_seconds": 0, "who": "user", "user_id": str(nurse), "channels": ["sms"]}
    await mailroom.db.execute(
        "INSERT INTO escalation_policies (priority, steps) VALUES ('high', %s)",
        (json.dumps([step]),),
    )
    async with mailroom.db.transaction():
        await mailroom.db.execute(
            "INSERT INTO alarms (id, patient_id, condition, category, priority, state, title,"
            " message, rule_version, started_at, activated_at, attention_at) VALUES (%s, %s, 'x',"
            " 'physiological', 'high', 'active_unacknowledged', 'Heart rate high', 'm', 'b',"
            " now(), now(), now())",
            (alarm, patient),
        )
        await mailroom.db.execute(
            "INSERT INTO alarm_transitions (alarm_id, at, to_state, reason, priority)"
            " VALUES (%s, now(), 'active_unacknowledged', 'delay_passed', 'high')",
            (alarm,),
        )
    async with working(mailroom.url, mailbox_dir=mailroom.folder, public_url="https://j") as task:
        await until(mailroom.mail, task)
    [sms] = mailroom.mail()
    assert sms.content["text"] == f"high priority: Heart rate high https://j/patients/{patient}"
