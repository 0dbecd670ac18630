"""From an announcement to the messages: once each, by the recipient's wishes, whoever dies."""

import asyncio
import datetime as dt
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, get_args
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

from gateways.mailbox import Kept, Mailbox
from gateways.web_push import new_keys
from gateways.webhooks import new_secret
from gateways.wording import Templates
from jobs import notifications
from jobs.notifications import AgainError, Courier, DeadError, plan
from jobs.outlet_settings import OutletSettings
from jobs.outlets import outlets
from jobs.routing import quiet_until
from jobs.settings import Settings
from jobs.worker import Worker
from storage.engine import Database, connect
from storage.queries.announce import News, announce, announce_in
from storage.queries.appointment_notices import About
from telemetry.notices import KINDS
from telemetry.spoken import LANGUAGES
from telemetry.vouchers import Vouchers
from tests.support.servers import Answered, Asked, serving
from tests.support.worlds import until

Connection = psycopg.AsyncConnection[Any]


class Clinic:
    """People in a database of this test, and what reached them."""

    def __init__(self, db: Connection, url: str, folder: Path) -> None:
        self.db, self.url, self.folder = db, url, folder

    async def person(self, **columns: Any) -> UUID:
        """Commit somebody with an e-mail address and a telephone."""
        user = uuid4()
        told = {"email": f"{user}@clinic.example", "phone_number": "+233200000001", **columns}
        await self.db.execute(
            "INSERT INTO users (id, username, email, phone_number, first_name, last_name,"
            " time_zone, is_email_verified, is_phone_verified)"
            " VALUES (%s, %s, %s, %s, 'Efua', 'Addo', %s, %s, %s)",
            (
                user,
                str(user),
                told["email"],
                told["phone_number"],
                columns.get("time_zone", "UTC"),
                columns.get("is_email_verified", True),
                columns.get("is_phone_verified", True),
            ),
        )
        return user

    async def prefer(self, user: UUID, **columns: Any) -> None:
        """Commit preferences."""
        names = ", ".join(columns)
        marks = ", ".join(["%s"] * len(columns))
        await self.db.execute(
            f"INSERT INTO notification_preferences (user_id, {names}) VALUES (%s, {marks})",  # noqa: S608
            (user, *columns.values()),
        )

    async def hook(self, user: UUID, url: str) -> None:
        """Commit a webhook."""
        await self.db.execute(
            "INSERT INTO webhook_endpoints (user_id, url, secret) VALUES (%s, %s, %s)",
            (user, url, new_secret()),
        )

    async def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """All rows as dictionaries."""
        async with self.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, values)
            return await cursor.fetchall()

    async def deliveries(self) -> dict[str, tuple[str, str | None]]:
        """Channel -> (state, last error)."""
        found = await self.rows("SELECT channel, state, last_error FROM deliveries")
        return {one["channel"]: (one["state"], one["last_error"]) for one in found}

    def mail(self) -> list[Kept]:
        """What lies in the mailbox."""
        return Mailbox(self.folder).newest(1000)

    def courier(self, **more: Any) -> Courier:
        """Somebody who sends, into the mailbox unless told otherwise."""
        settings = OutletSettings(mailbox_dir=self.folder, **more)
        templates = Templates("https://jeg.example")
        return Courier(outlets(settings), templates, Vouchers("a key"), settings.email_from)

    async def carry(self, courier: Courier | None = None) -> None:
        """Do every job that waits, as a worker would, once."""
        courier = courier or self.courier()
        for name in ("notify", "deliver"):
            jobs = await self.rows(
                "DELETE FROM procrastinate_jobs WHERE task_name = %s"
                " AND coalesce(scheduled_at, now()) <= now() RETURNING args",
                name,
            )
            for job in jobs:
                if name == "notify":
                    await plan(self.db, UUID(job["args"]["notification_id"]))
                else:
                    await courier.deliver(self.db, UUID(job["args"]["delivery_id"]))


@pytest.fixture
async def clinic(fresh_database_url: str, tmp_path: Path) -> AsyncIterator[Clinic]:
    async with await connect(fresh_database_url, application_name="tests") as db:
        yield Clinic(db, fresh_database_url, tmp_path / "mail")


def news(user: UUID, **more: Any) -> News:
    told = {
        "kind": "notice",
        "event_key": f"e:{uuid4()}",
        "payload": {"title": "Well", "text": "x"},
    }
    return News(user_id=user, **{**told, **more})


@asynccontextmanager
async def working(url: str, **more: Any) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    task = asyncio.create_task(Worker(Settings(database_url=url, **more)).run(stop))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait_for(task, 10)


async def test_an_announcement_reaches_the_mailbox_through_the_queue(clinic: Clinic) -> None:
    user = await clinic.person()
    async with working(clinic.url, mailbox_dir=clinic.folder) as task:
        await announce(clinic.db, [news(user, channels=("email", "sms"))])
        await until(lambda: len(clinic.mail()) == 2, task)
    [mail] = [one for one in clinic.mail() if one.sort == "email"]
    assert mail.content["to"] == f"{user}@clinic.example"
    assert mail.content["subject"] == "Well"
    assert "<h1" in mail.content["html"]
    assert {state for state, _ in (await clinic.deliveries()).values()} == {"sent"}
    assert (
        await clinic.rows("SELECT 1 FROM procrastinate_jobs WHERE queue_name='notifications'") == []
    )


async def test_the_same_event_is_told_once_however_often_it_is_announced(clinic: Clinic) -> None:
    user = await clinic.person()
    one = news(user)
    assert [await announce(clinic.db, [one]), await announce(clinic.db, [one])] == [1, 0]
    [row] = await clinic.rows("SELECT id FROM notifications")
    assert [await plan(clinic.db, row["id"]), await plan(clinic.db, row["id"])] == [2, 2]
    assert len(await clinic.rows("SELECT 1 FROM deliveries")) == 2
    queued = await clinic.rows("SELECT task_name FROM procrastinate_jobs")
    assert Counter(job["task_name"] for job in queued) == {"notify": 1, "deliver": 1}


async def test_what_is_rolled_back_was_never_said(clinic: Clinic) -> None:
    user, database = await clinic.person(), Database(clinic.url)

    async def fails() -> None:
        async with database.write() as session:
            assert await announce_in(session, [news(user)]) == 1
            raise LookupError

    with pytest.raises(LookupError):
        await fails()
    assert await clinic.rows("SELECT 1 FROM notifications") == []
    assert await clinic.rows("SELECT 1 FROM procrastinate_jobs") == []
    async with database.write() as session:
        await announce_in(session, [news(user)])
    assert len(await clinic.rows("SELECT 1 FROM procrastinate_jobs")) == 1
    await database.close()


async def test_readers_are_woken_when_it_is_committed(clinic: Clinic) -> None:
    user = await clinic.person()
    async with await connect(clinic.url, application_name="reader") as reader:
        await reader.execute("LISTEN jeg_notifications")
        await announce(clinic.db, [news(user)])
        async with asyncio.timeout(5):
            heard = await anext(aiter(reader.notifies()))
    assert heard.payload == str(user)


async def test_wishes_are_kept_and_the_log_says_why(clinic: Clinic) -> None:
    user = await clinic.person(phone_number="")
    await clinic.prefer(user, channels=json.dumps({"notice": ["email", "sms", "push"]}))
    await clinic.db.execute(
        "INSERT INTO user_profiles (user_id, email_notifications) VALUES (%s, false)", (user,)
    )
    await announce(clinic.db, [news(user)])
    await clinic.carry()
    assert await clinic.deliveries() == {
        "in_app": ("sent", None),
        "email": ("suppressed", "turned off by the recipient"),
        "sms": ("suppressed", "no address"),
        "push": ("suppressed", "no address"),
    }
    # An alarm of high priority goes whatever was wished; the account's mail, too.
    await announce(clinic.db, [news(user, urgent=True, channels=("email",))])
    await announce(clinic.db, [news(user, kind="account")])
    await clinic.carry()
    assert [one.sort for one in clinic.mail()] == ["email", "email"]


async def test_reminders_of_health_can_be_turned_off(clinic: Clinic) -> None:
    user = await clinic.person()
    await clinic.db.execute(
        "INSERT INTO user_profiles (user_id, health_reminders) VALUES (%s, false)", (user,)
    )
    await announce(clinic.db, [news(user, kind="reminder", channels=("email",))])
    await clinic.carry()
    assert (await clinic.deliveries())["email"][0] == "suppressed"


async def test_quiet_hours_hold_everything_but_what_is_urgent(clinic: Clinic) -> None:
    now = dt.datetime.now(dt.UTC)
    user = await clinic.person()
    begin, end = ((now + dt.timedelta(hours=h)).time().replace(microsecond=0) for h in (-1, 2))
    await clinic.prefer(user, quiet_from=begin, quiet_until=end)
    await announce(clinic.db, [news(user)])
    await clinic.carry()
    assert clinic.mail() == []
    [row] = await clinic.rows("SELECT not_before FROM deliveries WHERE channel = 'email'")
    assert dt.timedelta(hours=1.9) < row["not_before"] - now <= dt.timedelta(hours=2)
    [job] = await clinic.rows("SELECT scheduled_at FROM procrastinate_jobs")
    assert job["scheduled_at"] == row["not_before"]
    await announce(clinic.db, [news(user, urgent=True, channels=("sms",))])
    await clinic.carry()
    assert [one.sort for one in clinic.mail()] == ["sms"]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-03-28T21:59:00+00:00", None),  # 22:59 in Berlin
        ("2026-03-28T22:00:00+00:00", "2026-03-29T05:00:00+00:00"),  # the night of the change
        ("2026-03-29T04:59:00+00:00", "2026-03-29T05:00:00+00:00"),
        ("2026-03-29T05:00:00+00:00", None),
        ("2026-10-24T22:00:00+00:00", "2026-10-25T06:00:00+00:00"),
    ],
)
def test_quiet_hours_are_of_the_wall_clock(now: str, expected: str | None) -> None:
    row = {
        "quiet_from": dt.time(23),
        "quiet_until": dt.time(7),
        "time_zone": "Europe/Berlin",
    }
    found = quiet_until(row, dt.datetime.fromisoformat(now))
    assert found == (None if expected is None else dt.datetime.fromisoformat(expected))


AT = "2026-07-04T05:06:00+00:00"
ALARM = {
    "title": "Pulse <high>",
    "condition": "heart_rate_high",
    "priority": "high",
    "ward": "4B",
    "bed": "4",
    "started_at": AT,
}
TOLD: dict[str, list[dict[str, Any]]] = {
    "alarm": [ALARM | {"reason": one} for one in ("notified", "escalated", "reminded")],
    "alarm_contact": [ALARM | {"patient_name": "Ama"}],
    "device": [
        {"title": "Device maintenance required", "text": "Cuff", "device": "Cuff", "code": "E7"}
    ],
    "appointment": [
        {
            "title": "Appointment",
            "about": one,
            "side": side,
            "other": "Kwame Mensah",
            "starts_at": AT,
            "expires_at": AT,
            "appointment_type": "in_person",
            "place": "Ridge",
        }
        for one in (*get_args(About), "offer", "offer_expired")
        for side in ("patient", "provider")
    ],
    "payment": [
        {"title": "Payment", "about": one, "amount": "45.50", "currency": "USD"}
        for one in ("received", "failed", "refunded", "refund_failed", "released")
    ],
    "reminder": [
        {"title": "Time", "text": "1 tablet", "reminder": one, "due_at": AT}
        for one in ("dose", "missed")
    ],
    "prescription": [
        {"change": one, "changed_at": AT} | letter
        for one in ("paused", "stopped")
        for letter in ({}, {"reference": "4711"})
    ],
    "side_effect": [
        {"title": "A patient reports a severe side effect", "noticed_at": AT} | letter
        for letter in ({}, {"reference": "4711"})
    ],
    "achievement": [
        {"title": "Milestone reached", "milestone": one, "measured": metric, "level": level}
        for one, metric, level in (
            ("steps_day", "steps", 10_000),
            ("steps_record", "steps", None),
            ("streak", None, 7),
            ("goal_streak", "steps", 30),
            ("goal", "body_weight", None),
        )
    ],
    "message": [{"title": "A message"}],
    "account": [
        {"about": one, "title": "Account", "code": "1", "who": "Ama Owusu", "until": AT}
        for one in (
            *("verify_email", "verify_phone", "reset_password", "password_changed", "locked"),
            *("email_change", "factor_added", "factor_removed", "recovery_code_used"),
            *("emergency", "emergency_of_patient"),
        )
    ],
    "new_times": [{"title": "New times", "provider": "Ama Mensah"}],
    "schedule_change": [{"title": "Times", "provider": "Ama Mensah", "starts_at": AT}],
    "provider_welcome": [{"title": "Welcome", "specialization": "cardiology", "has_account": True}],
    "notice": [{"about": "red_flag"}, {"title": "A notice", "text": "Something <else>"}],
}
"""What each kind is announced with, in each of its forms."""
NAMELESS = {"message", "notice"}
"""Their titles may be words that somebody wrote."""


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_speaks_every_language_in_the_readers_time(kind: str) -> None:
    templates = Templates("https://jeg.example/")
    for told in TOLD[kind]:
        values = told | {"path": "/alarms/1"}
        titles = set()
        for language in LANGUAGES:
            words = templates.render(kind, language, "Europe/Paris", values)
            assert words.subject
            assert words.short
            assert "https://jeg.example/alarms/1" in words.text
            assert "<high>" not in words.html
            assert "<else>" not in words.html
            assert templates.title(kind, language, "Europe/Paris", values) == words.subject
            titles.add(words.subject)
        assert kind in NAMELESS or len(titles) == len(LANGUAGES)


def test_times_are_on_the_readers_clock() -> None:
    templates = Templates("https://jeg.example/")
    values = TOLD["alarm"][1] | {"path": "/alarms/1"}
    french = templates.render("alarm", "fr", "Europe/Paris", values)
    assert "4 juil. 2026 à 07:06 (CEST)" in french.text
    assert french.subject.startswith("Sans réponse")
    assert templates.render("alarm", "en", "Nowhere/None", values).text.count("05:06 (UTC)") == 1


def test_a_list_shows_what_was_announced_without_what_its_template_asks_for() -> None:
    templates = Templates("https://jeg.example/")
    for kind in KINDS:
        assert templates.title(kind, "fr", "UTC", {"title": "As it was"})
    told = {"title": "As it was", "starts_at": "yesterday", "provider": "Ama"}
    assert templates.title("payment", "fr", "UTC", told)


async def test_busy_is_tried_again_and_then_sent(clinic: Clinic) -> None:
    user = await clinic.person()
    answers = [Answered(429, headers={"Retry-After": "7"}), Answered(500), Answered(200)]
    async with serving(lambda _: answers.pop(0)) as server:
        await clinic.hook(user, f"{server.url}/hook")
        courier = clinic.courier(private_addresses=True)
        await announce(clinic.db, [news(user, channels=())])
        with pytest.raises(AgainError) as error:
            await clinic.carry(courier)
        left = (error.value.at - dt.datetime.now(dt.UTC)).total_seconds()
        assert 6 < left <= 7
        [row] = await clinic.rows("SELECT * FROM deliveries WHERE channel = 'webhook'")
        assert (row["state"], row["last_error"]) == ("failed", "webhook: HTTP 429")
        with pytest.raises(AgainError, match="500"):
            await courier.deliver(clinic.db, row["id"])
        await courier.deliver(clinic.db, row["id"])
        await courier.deliver(clinic.db, row["id"])
    assert len(server.asked) == 3
    assert {one.headers["webhook-id"] for one in server.asked} == {str(row["id"])}
    [row] = await clinic.rows("SELECT * FROM deliveries WHERE channel = 'webhook'")
    assert (row["state"], row["attempts"], row["last_error"]) == ("sent", 3, None)


async def test_what_stays_impossible_is_dead_and_can_be_asked_for_again(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifications, "MOST_ATTEMPTS", 2)
    user = await clinic.person()
    async with serving(lambda _: Answered(503)) as server:
        await clinic.hook(user, server.url)
        courier = clinic.courier(private_addresses=True)
        await announce(clinic.db, [news(user, channels=())])
        with pytest.raises(AgainError):
            await clinic.carry(courier)
        [row] = await clinic.rows("SELECT id FROM deliveries WHERE channel = 'webhook'")
        with pytest.raises(DeadError):
            await courier.deliver(clinic.db, row["id"])
        assert (await clinic.deliveries())["webhook"] == ("dead", "webhook: HTTP 503")
        # Asked for again it has all its attempts.
        with pytest.raises(AgainError):
            await courier.deliver(clinic.db, row["id"])


async def test_a_push_subscription_that_is_gone_is_forgotten(clinic: Clinic) -> None:
    user = await clinic.person()
    private, _ = new_keys()
    _, public = new_keys()
    async with serving(lambda _: Answered(410)) as server:
        await clinic.db.execute(
            "INSERT INTO push_subscriptions (user_id, endpoint, p256dh, auth)"
            " VALUES (%s, %s, %s, 'MDEyMzQ1Njc4OWFiY2RlZg')",
            (user, f"{server.url}/p", public),
        )
        await announce(clinic.db, [news(user, channels=("push",))])
        courier = clinic.courier(
            private_addresses=True,
            push_via="webpush",
            vapid_private_key=private,
            vapid_subject="mailto:ops@clinic.example",
        )
        await clinic.carry(courier)
    assert len(server.asked) == 1
    assert await clinic.rows("SELECT 1 FROM push_subscriptions") == []
    assert (await clinic.deliveries())["push"] == ("suppressed", "push: HTTP 410")


async def test_an_alarm_that_was_answered_meanwhile_is_not_sent(clinic: Clinic) -> None:
    user, alarm = await clinic.person(), uuid4()
    await clinic.db.execute(
        "INSERT INTO alarms (id, patient_id, condition, category, priority, state, title, message,"
        " rule_version, started_at) VALUES (%s, %s, 'x', 'physiological', 'high',"
        " 'active_acknowledged', 't', 'm', 'b', now())",
        (alarm, user),
    )
    payload = {"alarm_id": str(alarm), "title": "t"}
    await announce(clinic.db, [news(user, payload=payload, urgent=True, channels=("sms",))])
    await clinic.carry()
    assert (await clinic.deliveries())["sms"] == ("suppressed", "answered meanwhile")


async def test_consent_taken_back_holds_what_is_on_its_way(clinic: Clinic) -> None:
    patient = await clinic.person()
    await clinic.db.execute(
        "UPDATE users SET emergency_contact_name = 'Esi', emergency_contact_phone = '+233207'"
    )
    await clinic.db.execute(
        "INSERT INTO consents (patient_id, scope) VALUES (%s, 'emergency_contact')", (patient,)
    )
    payload = {"patient_id": str(patient), "started_at": "2026-07-04T05:06:00+00:00"}
    for key in ("one", "two"):
        one = News(
            "alarm_contact", key, payload, contact_of=patient, urgent=True, channels=("sms",)
        )
        await announce(clinic.db, [one])
        await clinic.carry()
        await clinic.db.execute("UPDATE consents SET revoked_at = now()")
    [sms] = clinic.mail()
    assert sms.content["to"] == "+233207"
    assert sms.content["text"].startswith("Efua Addo named you")
    states = await clinic.rows("SELECT state FROM deliveries ORDER BY created_at")
    assert [one["state"] for one in states] == ["sent", "suppressed"]


async def test_in_doubt_the_provider_is_asked_first(clinic: Clinic) -> None:
    """A worker died after sending and before saying so: the text message is not sent again."""
    sent: list[dict[str, str]] = []

    def twilio(asked: Asked) -> Answered:
        if asked.method == "GET":
            now = dt.datetime.now(dt.UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
            found = [{"sid": "SM1", "body": one["Body"], "date_created": now} for one in sent]
            return Answered(200, json.dumps({"messages": found}).encode())
        sent.append(asked.form)
        return Answered(201, b'{"sid": "SM1"}')

    user = await clinic.person()
    async with serving(twilio) as server:
        courier = clinic.courier(
            sms_via="twilio",
            twilio_account_sid="AC1",
            twilio_auth_token="t",
            twilio_from="+1",
            twilio_url=server.url,
        )
        await announce(clinic.db, [news(user, channels=("sms",))])
        await clinic.carry(courier)
        # As a worker leaves it that dies before it marks the message.
        await clinic.db.execute(
            "UPDATE deliveries SET state = 'queued', sent_at = NULL,"
            " claimed_until = now() - interval '1 second' WHERE channel = 'sms'"
        )
        [row] = await clinic.rows("SELECT id FROM deliveries WHERE channel = 'sms'")
        await courier.deliver(clinic.db, row["id"])
    assert len(sent) == 1
    [row] = await clinic.rows("SELECT * FROM deliveries WHERE channel = 'sms'")
    assert (row["state"], row["provider_message_id"]) == ("sent", "SM1")


async def test_what_another_worker_has_in_hand_is_left_to_it(clinic: Clinic) -> None:
    user = await clinic.person()
    await announce(clinic.db, [news(user, channels=("email",))])
    await clinic.db.execute("DELETE FROM procrastinate_jobs")
    [row] = await clinic.rows("SELECT id FROM notifications")
    await plan(clinic.db, row["id"])
    await clinic.db.execute("UPDATE deliveries SET claimed_until = now() + interval '30 seconds'")
    with pytest.raises(AgainError, match="another worker"):
        await clinic.carry()
    assert clinic.mail() == []


async def test_workers_that_die_again_and_again_send_each_message_once(clinic: Clinic) -> None:
    """Connections are cut while messages are under way: none is lost.

    None is doubled but what was sent in the very moment, which its name shows.
    """
    users = [await clinic.person() for _ in range(3)]
    async with serving(lambda _: Answered(200, after_seconds=0.01)) as server:
        for user in users:
            await clinic.hook(user, server.url)
        options = {"mailbox_dir": clinic.folder, "private_addresses": True}
        for number in range(40):
            one = news(users[number % 3], event_key=f"n:{number}", channels=("email",))
            await announce(clinic.db, [one])
        async with working(clinic.url, **options) as task:
            for _ in range(4):
                await asyncio.sleep(0.4)
                await clinic.db.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'jeg-jobs-deliver' AND datname = current_database()"
                )

            async def done() -> bool:
                # What was cut off in hand is free when its claim has run out; let it be now.
                await clinic.db.execute(
                    "UPDATE deliveries SET claimed_until = now() WHERE claimed_until > now()"
                    " AND claimed_at < now() - interval '2 seconds'"
                )
                await clinic.db.execute(
                    # Only what waits for later: whoever looks for work passes over locked rows.
                    "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'"
                    " AND queue_name = 'notifications' AND scheduled_at > now()"
                )
                left = await clinic.rows("SELECT 1 FROM deliveries WHERE state <> 'sent'")
                all_ = await clinic.rows("SELECT 1 FROM deliveries")
                return len(all_) == 120 and not left

            await until(done, task, 180)
    assert len([one for one in clinic.mail() if one.sort == "email"]) == 40
    hooks = Counter(one.headers["webhook-id"] for one in server.asked)
    assert len(hooks) == 40
    doubled = sum(count - 1 for count in hooks.values())
    assert doubled <= 4 * 8  # deaths times messages under way
    attempts = await clinic.rows("SELECT id, attempts FROM deliveries WHERE channel = 'webhook'")
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


def test_news_without_a_recipient_are_refused() -> None:
    with pytest.raises(ValueError, match="exactly one recipient"):
        News("notice", "k")
    with pytest.raises(ValueError, match="known kind"):
        News("gossip", "k", user_id=uuid4())


async def test_an_alarm_goes_all_the_way_to_a_telephone(clinic: Clinic) -> None:
    """The worker's clock, the queue and the outlet together."""
    nurse, patient, alarm = await clinic.person(), await clinic.person(), uuid4()
    step = {"after_seconds": 0, "who": "user", "user_id": str(nurse), "channels": ["sms"]}
    await clinic.db.execute(
        "INSERT INTO escalation_policies (priority, steps) VALUES ('high', %s)",
        (json.dumps([step]),),
    )
    async with clinic.db.transaction():
        await clinic.db.execute(
            "INSERT INTO alarms (id, patient_id, condition, category, priority, state, title,"
            " message, rule_version, started_at, activated_at, attention_at) VALUES (%s, %s, 'x',"
            " 'physiological', 'high', 'active_unacknowledged', 'Heart rate high', 'm', 'b',"
            " now(), now(), now())",
            (alarm, patient),
        )
        await clinic.db.execute(
            "INSERT INTO alarm_transitions (alarm_id, at, to_state, reason, priority)"
            " VALUES (%s, now(), 'active_unacknowledged', 'delay_passed', 'high')",
            (alarm,),
        )
    async with working(clinic.url, mailbox_dir=clinic.folder, public_url="https://j") as task:
        await until(clinic.mail, task)
    [sms] = clinic.mail()
    assert sms.content["text"] == f"high priority: Heart rate high https://j/patients/{patient}"
