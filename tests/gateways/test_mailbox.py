"""The local default: a folder of messages."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from gateways import mailbox
from gateways.mailbox import Mailbox
from gateways.outgoing import Attachment, Email, Push, Sms, WebhookCall

EMAIL = Email("d-1", "efua@clinic.example", "Efua", "Subject", "text", "<p>text</p>")


async def test_a_message_sent_twice_is_there_once(tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "mail")
    assert await box.sent_before(EMAIL, 0) is None
    assert [await box.send(EMAIL), await box.send(EMAIL)] == ["d-1", "d-1"]
    [kept] = box.newest(10)
    assert (kept.key, kept.sort, kept.content["subject"]) == ("d-1", "email", "Subject")
    assert await box.sent_before(EMAIL, 0) == "d-1"
    assert box._path("d-1").stat().st_mode & 0o777 == 0o600


async def test_what_goes_with_a_mail_is_kept_with_it(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    invitation = Attachment("a.ics", "text/calendar", b"BEGIN:VCALENDAR")
    await box.send(replace(EMAIL, attachments=(invitation,)))
    [kept] = box.newest(10)
    assert kept.content["attachments"] == [
        {"name": "a.ics", "media_type": "text/calendar", "content": "BEGIN:VCALENDAR"}
    ]


async def test_secrets_are_not_written_down(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    await box.send(WebhookCall("w", "https://x.example", "whsec_hush", b'{"a": 1}'))
    await box.send(Push("p", "https://push.example", "public", "hush", "t", "b", "/", urgent=False))
    kept = {one.key: one for one in box.newest(10)}
    assert "hush" not in str(kept)
    assert kept["w"].content["body"] == '{"a": 1}'


async def test_the_newest_come_first_and_the_oldest_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "MOST", 3)
    box = Mailbox(tmp_path)
    for number in range(5):
        await box.send(Sms(f"s-{number}", "+1", "t"))
        os.utime(tmp_path / f"s-{number}.json", ns=(number, number))
    await box.send(Sms("s-9", "+1", "t"))
    assert [kept.key for kept in box.newest(2)] == ["s-9", "s-4"]
    assert len(box.newest(10)) == 3


async def test_what_is_no_message_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "half.json").write_text("{")
    assert Mailbox(tmp_path).newest(10) == []
    assert Mailbox(tmp_path / "none").newest(10) == []


async def test_a_key_leads_nowhere_else(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="key"):
        await Mailbox(tmp_path / "mail").send(Sms("../out", "+1", "t"))
