"""Each message is sent once: tried again, given up, held back, whoever dies."""

import asyncio
import datetime as dt
import json
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest

from gateways.web_push import new_keys
from jobs import notifications
from jobs.notifications import AgainError, DeadError, plan
from jobs.outlet_settings import OutletSettings
from storage.queries.announce import News, announce
from tests.support.mailroom import Mailroom, news, working
from tests.support.servers import Answered, Asked, serving
from tests.support.worlds import until


async def test_busy_is_tried_again_and_then_sent(mailroom: Mailroom) -> None:
    user = await mailroom.person()
    answers = [Answered(429, headers={"Retry-After": "700"}), Answered(500), Answered(200)]
    async with serving(lambda _: answers.pop(0)) as server:
        await mailroom.hook(user, f"{server.url}/hook")
        courier = mailroom.courier(private_addresses=True)
        await announce(mailroom.db, [news(user, channels=())])
        with pytest.raises(AgainError) as error:
            await mailroom.carry(courier)
        left = (error.value.at - dt.datetime.now(dt.UTC)).total_seconds()
        assert 600 < left <= 700
        [row] = await mailroom.rows("SELECT * FROM deliveries WHERE channel = 'webhook'")
        assert (row["state"], row["last_error"]) == ("failed", "webhook: HTTP 429")
        with pytest.raises(AgainError, match="500"):
            await courier.deliver(mailroom.db, row["id"])
        await courier.deliver(mailroom.db, row["id"])
        await courier.deliver(mailroom.db, row["id"])
    assert len(server.asked) == 3
    assert {one.headers["webhook-id"] for one in server.asked} == {str(row["id"])}
    [row] = await mailroom.rows("SELECT * FROM deliveries WHERE channel = 'webhook'")
    assert (row["state"], row["attempts"], row["last_error"]) == ("sent", 3, None)


async def test_what_stays_impossible_is_dead_and_can_be_asked_for_again(
    mailroom: Mailroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "MOST_ATTEMPTS", 2)
    user = await mailroom.person()
    async with serving(lambda _: Answered(503)) as server:
        await mailroom.hook(user, server.url)
        courier = mailroom.courier(private_addresses=True)
        await announce(mailroom.db, [news(user, channels=())])
        with pytest.raises(AgainError):
            await mailroom.carry(courier)
        [row] = await mailroom.rows("SELECT id FROM deliveries WHERE channel = 'webhook'")
        with pytest.raises(DeadError):
            await courier.deliver(mailroom.db, row["id"])
        assert (await mailroom.deliveries())["webhook"] == ("dead", "webhook: HTTP 503")
        # Asked for again it has all its attempts.
        with pytest.raises(AgainError):
            await courier.deliver(mailroom.db, row["id"])


async def test_a_push_subscription_that_is_gone_is_forgotten(mailroom: Mailroom) -> None:
    user = await mailroom.person()
    private, _ = new_keys()
    _, public = new_keys()
    async with serving(lambda _: Answered(410)) as server:
        await mailroom.db.execute(
            "INSERT INTO push_subscriptions (user_id, endpoint, p256dh, auth)"
            " VALUES (%s, %s, %s, 'MDEyMzQ1Njc4OWFiY2RlZg')",
            (user, f"{server.url}/p", public),
        )
        await announce(mailroom.db, [news(user, channels=("push",))])
        courier = mailroom.courier(
            private_addresses=True,
            push_via="webpush",
            vapid_private_key=private,
            vapid_subject="mailto:ops@clinic.example",
        )
        await mailroom.carry(courier)
    assert len(server.asked) == 1
    assert await mailroom.rows("SELECT 1 FROM push_subscriptions") == []
    assert (await mailroom.deliveries())["push"] == ("suppressed", "push: HTTP 410")


async def test_an_alarm_that_was_answered_meanwhile_is_not_sent(mailroom: Mailroom) -> None:
    user, alarm = await mailroom.person(), uuid4()
    await mailroom.db.execute(
        "INSERT INTO alarms (id, patient_id, condition, category, priority, state, title, message,"
        " rule_version, started_at) VALUES (%s, %s, 'x', 'physiological', 'high',"
        " 'active_acknowledged', 't', 'm', 'b', now())",
        (alarm, user),
    )
    payload = {"alarm_id": str(alarm), "title": "t"}
    await announce(mailroom.db, [news(user, payload=payload, urgent=True, channels=("sms",))])
    await mailroom.carry()
    assert (await mailroom.deliveries())["sms"] == ("suppressed", "answered meanwhile")


async def test_consent_taken_back_holds_what_is_on_its_way(mailroom: Mailroom) -> None:
    patient = await mailroom.person()
    await mailroom.db.execute(
        "UPDATE users SET emergency_contact_name = 'Esi', emergency_contact_phone = '+233207'"
    )
    await mailroom.db.execute(
        "INSERT INTO consents (patient_id, scope) VALUES (%s, 'emergency_contact')", (patient,)
    )
    payload = {"patient_id": str(patient), "started_at": "2026-07-04T05:06:00+00:00"}
    for key in ("one", "two"):
        one = News(
            "alarm_contact", key, payload, contact_of=patient, urgent=True, channels=("sms",)
        )
        await announce(mailroom.db, [one])
        await mailroom.carry()
        await mailroom.db.execute("UPDATE consents SET revoked_at = now()")
    [sms] = mailroom.mail()
    assert sms.content["to"] == "+233207"
    assert sms.content["text"].startswith("Efua Addo named you")
    states = await mailroom.rows("SELECT state FROM deliveries ORDER BY created_at")
    assert [one["state"] for one in states] == ["sent", "suppressed"]


async def test_in_doubt_the_provider_is_asked_first(mailroom: Mailroom) -> None:
    """A worker died after sending and before saying so: the text message is not sent again."""
    sent: list[dict[str, str]] = []

    def twilio(asked: Asked) -> Answered:
        if asked.method == "GET":
            now = dt.datetime.now(dt.UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
            found = [{"sid": "SM1", "body": one["Body"], "date_created": now} for one in sent]
            return Answered(200, json.dumps({"messages": found}).encode())
        sent.append(asked.form)
        return Answered(201, b'{"sid": "SM1"}')

    user = await mailroom.person()
    async with serving(twilio) as server:
        courier = mailroom.courier(
            sms_via="twilio",
            twilio_account_sid="AC1",
            twilio_auth_token="t",
            twilio_from="+1",
            twilio_url=server.url,
        )
        await announce(mailroom.db, [news(user, channels=("sms",))])
        await mailroom.carry(courier)
        # As a worker leaves it that dies before it marks the message.
        await mailroom.db.execute(
            "UPDATE deliveries SET state = 'queued', sent_at = NULL,"
            " claimed_until = now() - interval '1 second' WHERE channel = 'sms'"
        )
        [row] = await mailroom.rows("SELECT id FROM deliveries WHERE channel = 'sms'")
        await courier.deliver(mailroom.db, row["id"])
    assert len(sent) == 1
    [row] = await mailroom.rows("SELECT * FROM deliveries WHERE channel = 'sms'")
    assert (row["state"], row["provider_message_id"]) == ("sent", "SM1")


async def test_what_another_worker_has_in_hand_is_left_to_it(mailroom: Mailroom) -> None:
    user = await mailroom.person()
    await announce(mailroom.db, [news(user, channels=("email",))])
    await mailroom.db.execute("DELETE FROM procrastinate_jobs")
    [row] = await mailroom.rows("SELECT id FROM notifications")
    await plan(mailroom.db, row["id"])
    await mailroom.db.execute("UPDATE deliveries SET claimed_until = now() + interval '30 seconds'")
    with pytest.raises(AgainError, match="another worker"):
        await mailroom.carry()
    assert mailroom.mail() == []


async def test_workers_that_die_again_and_again_send_each_message_once(mailroom: Mailroom) -> None:
    """Connections are cut while messages are under way: none is lost.

    None is doubled but what was sent in the very moment, which its name shows.
    """
    users = [await mailroom.person() for _ in range(3)]
    async with serving(lambda _: Answered(200, after_seconds=0.01)) as server:
        for user in users:
            await mailroom.hook(user, server.url)
        options = {"mailbox_dir": mailroom.folder, "private_addresses": True}
        for number in range(40):
            one = news(users[number % 3], event_key=f"n:{number}", channels=("email",))
            await announce(mailroom.db, [one])
        async with working(mailroom.url, **options) as task:
            for _ in range(4):
                await asyncio.sleep(0.4)
                await mailroom.db.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'jeg-jobs-deliver' AND datname = current_database()"
                )

            async def done() -> bool:
                # What was cut off in hand is free when its claim has run out; let it be now.
                await mailroom.db.execute(
                    "UPDATE deliveries SET claimed_until = now() WHERE claimed_until > now()"
                    " AND claimed_at < now() - interval '2 seconds'"
                )
                await mailroom.db.execute(
                    # Only what waits for later: whoever looks for work passes over locked rows.
                    "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"
                    " AND queue_name = 'notifications' AND scheduled_at > now()"
                )
                left = await mailroom.rows("SELECT 1 FROM deliveries WHERE state <> 'sent'")
                all_ = await mailroom.rows("SELECT 1 FROM deliveries")
                return len(all_) == 120 and not left

            await until(done, task, 180)
    assert len([one for one in mailroom.mail() if one.sort == "email"]) == 40
    hooks = Counter(one.headers["webhook-id"] for one in server.asked)
    assert len(hooks) == 40
    doubled = sum(count - 1 for count in hooks.values())
    assert doubled <= 4 * 8  # deaths times messages under way
    attempts = await mailroom.rows("SELECT id, attempts FROM deliveries WHERE channel = 'webhook'")
    more = {str(one["id"]) for one in attempts if one["attempts"] > 1}
    assert {key for key, count in hooks.items() if count > 1} <= more


@pytest.mark.parametrize(
    "wrong",
    [
        {"email_via": "smtp"},
        {"email_via": "sendgrid"},
        {"sms_via": "twilio", "twilio_account_sid": "AC1"},
        {"push_via": "webpush", "vapid_subject": "mailto:a@b.example"},
    ],
)
def test_a_service_of_which_something_is_missing_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="must be set for"):
        OutletSettings(**wrong)
