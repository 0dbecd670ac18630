"""Mails and text messages go to addresses that were verified; those about the account before, too.

What is not sent is in the delivery log with its reason, alarms included.
"""

from uuid import UUID

import pytest

from storage.queries.announce import announce
from telemetry.vouchers import Vouchers
from tests.support.mailroom import Mailroom, news

NOT_PROVED = ("suppressed", "the address is not verified")
ABOUT = (
    *("verify_email", "reset_password", "locked", "password_changed", "email_change"),
    *("factor_added", "factor_removed", "recovery_code_used"),
)
LINKS = {"verify_email": "/account/verify", "reset_password": "/account/reset"}


async def unproved(mailroom: Mailroom) -> UUID:
    return await mailroom.person(is_email_verified=False, is_phone_verified=False)


@pytest.mark.parametrize("urgent", [False, True])
async def test_an_alarm_is_not_told_to_whoever_the_address_is_of(
    mailroom: Mailroom, *, urgent: bool
) -> None:
    user = await unproved(mailroom)
    await announce(mailroom.db, [news(user, urgent=urgent, channels=("email", "sms"))])
    await mailroom.carry()
    assert mailroom.mail() == []
    told = await mailroom.deliveries()
    assert (told["email"], told["sms"]) == (NOT_PROVED, NOT_PROVED)
    assert told["in_app"][0] == "sent"


async def test_each_address_is_verified_by_itself(mailroom: Mailroom) -> None:
    user = await mailroom.person(is_phone_verified=False)
    await announce(mailroom.db, [news(user, channels=("email", "sms"))])
    await mailroom.carry()
    told = await mailroom.deliveries()
    assert (told["email"][0], told["sms"]) == ("sent", NOT_PROVED)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("about", ABOUT)
async def test_mails_about_the_account_come_before(
    mailroom: Mailroom, about: str, language: str
) -> None:
    user = await unproved(mailroom)
    await mailroom.prefer(user, language=language)
    payload = {"about": about, "title": "Something was changed"}
    if about in LINKS:
        row = await mailroom.rows(
            "INSERT INTO one_time_tokens (user_id, purpose, address, expires_at)"
            " VALUES (%s, %s, %s, now() + interval '1 hour') RETURNING id",
            *(user, about, f"{user}@clinic.example"),
        )
        payload |= {"token_id": str(row[0]["id"]), "path": LINKS[about]}
    await announce(mailroom.db, [news(user, kind="account", payload=payload, channels=("email",))])
    await mailroom.carry()
    [mail] = mailroom.mail()
    assert mail.content["to"] == f"{user}@clinic.example"
    assert mail.content["subject"]
    assert "Efua" in mail.content["text"]
    assert "{{" not in mail.content["text"]
    if about in LINKS:
        _, token = mail.content["text"].split("#token=")
        known = Vouchers("a key").read(about, token.split()[0])  # type: ignore[arg-type]
        assert str(known) == payload["token_id"]
        assert "/account/" in mail.content["html"]


async def test_a_code_goes_to_the_telephone_that_is_to_be_verified(mailroom: Mailroom) -> None:
    user = await unproved(mailroom)
    row = await mailroom.rows(
        "INSERT INTO one_time_tokens (user_id, purpose, address, expires_at)"
        " VALUES (%s, 'verify_phone', '+233200000001', now() + interval '1 hour') RETURNING id",
        user,
    )
    payload = {"about": "verify_phone", "token_id": str(row[0]["id"]), "title": "Your code"}
    await announce(mailroom.db, [news(user, kind="account", payload=payload, channels=("sms",))])
    await mailroom.carry()
    [text] = [one for one in mailroom.mail() if one.sort == "sms"]
    assert Vouchers("a key").code("verify_phone", row[0]["id"]) in text.content["text"]
    assert [one.sort for one in mailroom.mail()] == ["sms"]
