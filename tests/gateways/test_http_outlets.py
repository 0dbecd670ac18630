"""SendGrid, Twilio, push services and webhooks, each spoken to by its published interface."""

import asyncio
import base64
import datetime as dt
import hashlib
import hmac
import json
import time
from dataclasses import replace
from email.utils import format_datetime
from typing import Any

import http_ece  # type: ignore[import-untyped]
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateways.http_calls import Request, ask, retry_after
from gateways.outgoing import (
    Attachment,
    Email,
    GoneError,
    Outlet,
    Push,
    RefusedError,
    Sms,
    TryLaterError,
    WebhookCall,
)
from gateways.public_address import is_public, place_of
from gateways.sendgrid import SendGridEmail
from gateways.twilio import TwilioSms
from gateways.web_push import WebPush, new_keys
from gateways.webhooks import Webhooks, new_secret
from tests.support.servers import Answered, Asked, serving

EMAIL = Email("d-1", "efua@clinic.example", "Efua", "Übung", "plain words", "<p>words</p>")
SMS = Sms("d-2", "+233200000001", "Alarm on ward 4B")
SID = "AC00000000000000000000000000000000"


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Browser:
    """What a browser has of a subscription."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.auth = b"0123456789abcdef"

    def push(self, url: str, *, urgent: bool = True) -> Push:
        """A message to this browser."""
        public = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        where = f"{url}/push/abc"
        return Push("d-3", where, b64(public), b64(self.auth), "Alarm", "Bed 4", "/alarms", urgent)

    def read(self, body: bytes) -> dict[str, Any]:
        """Decrypt what came (RFC 8291)."""
        plain = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.auth, version="aes128gcm"
        )
        return json.loads(plain)  # type: ignore[no-any-return]


def outlets(url: str, timeout_seconds: float = 30) -> dict[str, tuple[Outlet[Any], Any]]:
    """Every outlet over HTTP against one server, with a message for it."""
    private, _ = new_keys()
    patience: Any = {"timeout_seconds": timeout_seconds}
    return {
        "sendgrid": (SendGridEmail("SG.key", "JEG <jeg@clinic.example>", url, **patience), EMAIL),
        "twilio": (TwilioSms(SID, "token", "+15005550006", url, **patience), SMS),
        "push": (
            WebPush(private, "mailto:ops@clinic.example", allow_private=True, **patience),
            Browser().push(url),
        ),
        "webhook": (
            Webhooks(allow_private=True, **patience),
            WebhookCall("d-4", f"{url}/hook", new_secret(), b"{}"),
        ),
    }


OUTLETS = ["sendgrid", "twilio", "push", "webhook"]


@pytest.mark.parametrize("name", OUTLETS)
@pytest.mark.parametrize("status", [429, 500, 503])
async def test_busy_and_broken_are_tried_later_as_long_as_it_asks(name: str, status: int) -> None:
    async with serving(lambda _: Answered(status, headers={"Retry-After": "17"})) as server:
        outlet, message = outlets(server.url)[name]
        with pytest.raises(TryLaterError) as error:
            await outlet.send(message)
    assert error.value.after_seconds == 17
    assert error.value.code == f"{name}: HTTP {status}"


@pytest.mark.parametrize("name", OUTLETS)
async def test_silence_is_given_up(name: str) -> None:
    async with serving(lambda _: Answered(200, after_seconds=60)) as server:
        outlet, message = outlets(server.url, timeout_seconds=1)[name]
        with pytest.raises(TryLaterError, match="no answer in time"):
            await outlet.send(message)


@pytest.mark.parametrize("name", OUTLETS)
async def test_nobody_there_is_tried_later(name: str) -> None:
    async with serving(lambda _: Answered(200)) as server:
        outlet, message = outlets(server.url)[name]
    with pytest.raises(TryLaterError) as error:
        await outlet.send(message)
    # Neither address nor content may come into a log by way of the error.
    assert error.value.code == f"{name}: ConnectError"


async def test_an_endless_answer_is_not_read() -> None:
    async with serving(lambda _: Answered(200, b"x" * 1_000_000)) as server:
        answer = await ask("test", Request(server.url))
    assert len(answer.body) == 65_536


def test_retry_after_may_be_a_date() -> None:
    soon = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90)
    asked = retry_after({"Retry-After": format_datetime(soon, usegmt=True)})
    assert asked is not None
    assert 85 < asked <= 90
    assert retry_after({"Retry-After": "999999"}) == 3600
    assert retry_after({}) is None


async def test_sendgrid_is_asked_as_its_interface_has_it() -> None:
    async with serving(lambda _: Answered(202, headers={"X-Message-Id": "sg-9"})) as server:
        outlet, message = outlets(server.url)["sendgrid"]
        assert await outlet.send(message) == "sg-9"
    [asked] = server.asked
    body = json.loads(asked.body)
    assert (asked.method, asked.path) == ("POST", "/v3/mail/send")
    assert asked.headers["authorization"] == "Bearer SG.key"
    assert body["from"] == {"email": "jeg@clinic.example", "name": "JEG"}
    assert body["personalizations"][0]["to"] == [{"email": EMAIL.to, "name": "Efua"}]
    assert [one["type"] for one in body["content"]] == ["text/plain", "text/html"]
    assert body["headers"]["Message-ID"] == "<d-1@clinic.example>"


async def test_sendgrid_is_given_what_goes_with_a_mail() -> None:
    invitation = Attachment("invitation.ics", "text/calendar; method=REQUEST", b"BEGIN\xc3\xa9")
    async with serving(lambda _: Answered(202)) as server:
        outlet, _ = outlets(server.url)["sendgrid"]
        await outlet.send(replace(EMAIL, attachments=(invitation,)))
    [asked] = server.asked
    assert json.loads(asked.body)["attachments"] == [
        {
            "content": base64.b64encode(invitation.content).decode(),
            "type": "text/calendar; method=REQUEST",
            "filename": "invitation.ics",
            "disposition": "attachment",
        }
    ]


@pytest.mark.parametrize(("name", "status"), [("sendgrid", 400), ("twilio", 401), ("push", 413)])
async def test_what_is_refused_is_not_tried_again(name: str, status: int) -> None:
    async with serving(lambda _: Answered(status, b'{"errors": [{"message": "x"}]}')) as server:
        outlet, message = outlets(server.url)[name]
        with pytest.raises(RefusedError) as error:
            await outlet.send(message)
    assert error.value.code == f"{name}: HTTP {status}"


async def test_twilio_is_asked_as_its_interface_has_it() -> None:
    created = {"sid": "SM1", "status": "queued", "error_code": None}
    async with serving(lambda _: Answered(201, json.dumps(created).encode())) as server:
        outlet, message = outlets(server.url)["twilio"]
        assert await outlet.send(message) == "SM1"
    [asked] = server.asked
    assert asked.path == f"/2010-04-01/Accounts/{SID}/Messages.json"
    assert asked.form == {"To": SMS.to, "From": "+15005550006", "Body": SMS.text}
    assert base64.b64decode(asked.headers["authorization"].split()[1]) == f"{SID}:token".encode()


async def test_twilio_says_why() -> None:
    why = {"code": 21211, "message": "The 'To' number +233 is not valid", "status": 400}
    async with serving(lambda _: Answered(400, json.dumps(why).encode())) as server:
        outlet, message = outlets(server.url)["twilio"]
        with pytest.raises(RefusedError) as error:
            await outlet.send(message)
    assert error.value.code == "twilio: HTTP 400 code 21211"


async def test_twilio_can_be_asked_whether_it_was_sent() -> None:
    def listing(asked: Asked) -> Answered:
        assert asked.query["To"] == [SMS.to]
        now = dt.datetime.now(dt.UTC)
        rows = [("SM0", "another text", now), ("SM2", SMS.text, now)]
        messages = [
            {"sid": sid, "body": body, "date_created": format_datetime(at)}
            for sid, body, at in rows
        ]
        return Answered(200, json.dumps({"messages": messages}).encode())

    now_ms = round(time.time() * 1000)
    async with serving(listing) as server:
        outlet, message = outlets(server.url)["twilio"]
        assert await outlet.sent_before(message, now_ms - 60_000) == "SM2"
        assert await outlet.sent_before(message, now_ms + 60_000) is None


def twilio_pages(pages: int, at: int | None) -> Any:
    """So many pages of other messages; ours is on page `at`."""

    def listing(asked: Asked) -> Answered:
        page = int(asked.query.get("Page", ["0"])[0])
        now = format_datetime(dt.datetime.now(dt.UTC))
        messages = [{"sid": f"SM{n}", "body": "other", "date_created": now} for n in range(50)]
        if page == at:
            messages[-1] = {"sid": "SM-ours", "body": SMS.text, "date_created": now}
        path = f"{asked.path}?To=%2B233200000001&PageSize=50&Page={page + 1}"
        following = path if page + 1 < pages else None
        said = {"messages": messages, "next_page_uri": following}
        return Answered(200, json.dumps(said).encode())

    return listing


@pytest.mark.parametrize(("pages", "at", "found"), [(7, 6, "SM-ours"), (3, None, None)])
async def test_twilio_is_asked_page_by_page(pages: int, at: int | None, found: str | None) -> None:
    since_ms = round(time.time() * 1000) - 60_000
    async with serving(twilio_pages(pages, at)) as server:
        outlet, message = outlets(server.url)["twilio"]
        assert await outlet.sent_before(message, since_ms) == found
    assert len(server.asked) == pages


async def test_twilio_is_not_asked_without_end() -> None:
    async with serving(twilio_pages(10_000, None)) as server:
        outlet, message = outlets(server.url)["twilio"]
        with pytest.raises(RefusedError, match="too many"):
            await outlet.sent_before(message, round(time.time() * 1000))
    assert len(server.asked) == 20


async def test_a_push_is_encrypted_for_the_browser_and_signed() -> None:
    private, public = new_keys()
    browser = Browser()
    async with serving(lambda _: Answered(201, headers={"Location": "/m/1"})) as server:
        outlet = WebPush(private, "mailto:ops@clinic.example", allow_private=True)
        assert await outlet.send(browser.push(server.url)) == "/m/1"
    [asked] = server.asked
    assert browser.read(asked.body) == {
        "title": "Alarm",
        "body": "Bed 4",
        "url": "/alarms",
        "tag": "d-3",
    }
    assert (asked.headers["content-encoding"], asked.headers["urgency"]) == ("aes128gcm", "high")
    assert int(asked.headers["ttl"]) == 3600
    assert len(asked.headers["topic"]) == 32
    scheme, fields = asked.headers["authorization"].split(" ", 1)
    said = dict(one.strip().split("=", 1) for one in fields.split(","))
    assert (scheme, said["k"]) == ("vapid", public)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(said["k"]))
    claims = jwt.decode(said["t"], key, ["ES256"], audience=server.url)
    assert claims["sub"] == "mailto:ops@clinic.example"


@pytest.mark.parametrize("status", [404, 410])
async def test_a_subscription_that_is_gone_is_to_be_forgotten(status: int) -> None:
    async with serving(lambda _: Answered(status)) as server:
        outlet, message = outlets(server.url)["push"]
        with pytest.raises(GoneError):
            await outlet.send(message)


async def test_wrong_keys_of_a_subscription_are_refused() -> None:
    outlet, message = outlets("http://127.0.0.1:1")["push"]
    with pytest.raises(RefusedError, match="keys are wrong"):
        await outlet.send(replace(message, p256dh="bm9uZQ", auth="bm9uZQ"))


async def test_a_webhook_is_signed_and_the_signature_holds_id_time_and_body() -> None:
    secret = new_secret()
    async with serving(lambda _: Answered(204)) as server:
        call = WebhookCall("d-4", f"{server.url}/hook?x=1", secret, b'{"kind": "alarm"}')
        assert await Webhooks(allow_private=True).send(call) == "d-4"
    [asked] = server.asked
    assert (asked.path, asked.query, asked.body) == ("/hook", {"x": ["1"]}, call.body)
    assert asked.headers["host"] == server.url.removeprefix("http://")
    stamp = asked.headers["webhook-timestamp"]
    assert abs(int(stamp) - time.time()) < 5
    signed = f"{asked.headers['webhook-id']}.{stamp}.".encode() + asked.body
    raw = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(raw, signed, hashlib.sha256).digest()).decode()
    assert asked.headers["webhook-signature"] == f"v1,{expected}"


async def test_a_webhook_that_redirects_is_not_followed() -> None:
    elsewhere = {"Location": "http://127.0.0.1:1/"}
    async with serving(lambda _: Answered(302, headers=elsewhere)) as server:
        outlet, message = outlets(server.url)["webhook"]
        with pytest.raises(TryLaterError, match="302"):
            await outlet.send(message)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/hook",
        "https://[::1]/hook",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://0.0.0.0/",
        "https://localhost/",
        "https://0x7f000001/",
        "https://2130706433/",
        "http://93.184.216.34/",
        "ftp://93.184.216.34/",
        "https://user:word@93.184.216.34/",
        "https:///nowhere",
        "https://[not-an-address/",
    ],
)
async def test_strangers_lead_nobody_into_a_private_network(url: str) -> None:
    for outlet, message in (
        (Webhooks(), WebhookCall("k", url, new_secret(), b"{}")),
        (WebPush(new_keys()[0], "mailto:a@b.example"), Browser().push(url)),
    ):
        with pytest.raises(RefusedError):
            await outlet.send(message)  # type: ignore[arg-type]


async def test_a_name_is_called_at_the_address_that_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()

    async def resolve(host: str, port: int, **_: Any) -> list[Any]:
        assert host == "hooks.clinic.example"
        return [(2, 1, 6, "", ("8.8.8.8", port))]

    monkeypatch.setattr(loop, "getaddrinfo", resolve)
    place = await place_of("webhook", "https://hooks.clinic.example:8443/in?x=1")
    assert place.url == "https://8.8.8.8:8443/in?x=1"
    assert (place.host, place.host_header) == ("hooks.clinic.example", "hooks.clinic.example:8443")


async def test_one_private_address_of_a_name_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(_: str, port: int, **__: Any) -> list[Any]:
        return [(2, 1, 6, "", ("8.8.8.8", port)), (2, 1, 6, "", ("10.0.0.8", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    with pytest.raises(RefusedError, match="not public"):
        await place_of("webhook", "https://hooks.clinic.example/")


def test_what_is_public() -> None:
    assert not is_public("fe80::1%eth0")
    assert not is_public("224.0.0.1")
    assert is_public("1.1.1.1")
