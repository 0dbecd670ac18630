"""Over which channels and when: the recipient's wishes, and their quiet hours."""

import datetime as dt
import json

import pytest

from jobs.routing import quiet_until
from storage.queries.announce import announce
from tests.support.mailroom import Mailroom, news


async def test_wishes_are_kept_and_the_log_says_why(mailroom: Mailroom) -> None:
    user = await mailroom.person(phone_number="")
    await mailroom.prefer(user, channels=json.dumps({"notice": ["email", "sms", "push"]}))
    await mailroom.db.execute(
        "INSERT INTO user_profiles (user_id, email_notifications) VALUES (%s, false)", (user,)
    )
    await announce(mailroom.db, [news(user)])
    await mailroom.carry()
    assert await mailroom.deliveries() == {
        "in_app": ("sent", None),
        "email": ("suppressed", "turned off by the recipient"),
        "sms": ("suppressed", "no address"),
        "push": ("suppressed", "no address"),
    }
    # An alarm of high priority goes whatever was wished; the account's mail, too.
    await announce(mailroom.db, [news(user, urgent=True, channels=("email",))])
    await announce(mailroom.db, [news(user, kind="account")])
    await mailroom.carry()
    assert [one.sort for one in mailroom.mail()] == ["email", "email"]


async def test_reminders_of_health_can_be_turned_off(mailroom: Mailroom) -> None:
    user = await mailroom.person()
    await mailroom.db.execute(
        "INSERT INTO user_profiles (user_id, health_reminders) VALUES (%s, false)", (user,)
    )
    await announce(mailroom.db, [news(user, kind="reminder", channels=("email",))])
    await mailroom.carry()
    assert (await mailroom.deliveries())["email"][0] == "suppressed"


async def test_quiet_hours_hold_everything_but_what_is_urgent(mailroom: Mailroom) -> None:
    now = dt.datetime.now(dt.UTC)
    user = await mailroom.person()
    begin, end = ((now + dt.timedelta(hours=h)).time().replace(microsecond=0) for h in (-1, 2))
    await mailroom.prefer(user, quiet_from=begin, quiet_until=end)
    await announce(mailroom.db, [news(user)])
    await mailroom.carry()
    assert mailroom.mail() == []
    [row] = await mailroom.rows("SELECT not_before FROM deliveries WHERE channel = 'email'")
    assert dt.timedelta(hours=1.9) < row["not_before"] - now <= dt.timedelta(hours=2)
    [job] = await mailroom.rows("SELECT scheduled_at FROM procrastinate_jobs")
    assert job["scheduled_at"] == row["not_before"]
    await announce(mailroom.db, [news(user, urgent=True, channels=("sms",))])
    await mailroom.carry()
    assert [one.sort for one in mailroom.mail()] == ["sms"]


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
