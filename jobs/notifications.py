"""Carries notifications to people: one job plans the messages, one more sends each of them.

A message is claimed, sent and marked. What is claimed by a worker that died is claimed again when
the claim has run out; it may have been sent then, so whoever can be asked is asked first, and the
message has the same name as before (docs/how-to/notifications.md says what that comes to).
"""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import psycopg
from jinja2 import TemplateError
from psycopg.rows import DictRow

from gateways.outgoing import (
    Email,
    GoneError,
    Outlet,
    Push,
    RefusedError,
    Sms,
    TryLaterError,
    UndeliveredError,
    WebhookCall,
)
from gateways.wording import Templates, Words
from jobs import meters
from jobs.invitations import invitations
from jobs.outlets import Outlets
from jobs.routing import NO_ADDRESS, route
from jobs.rows import one_row
from storage.queries import deliveries as sql
from storage.queries.announce import URGENT_PRIORITY
from telemetry.clock import to_ms
from telemetry.logs import logger
from telemetry.notices import QUEUE, URGENT_QUEUE
from telemetry.vouchers import Vouchers

log = logger()

Connection = psycopg.AsyncConnection[Any]

LEASE_SECONDS: Final = 90
"""Longer than any outlet takes for one attempt."""
MOST_ATTEMPTS: Final = 12
_FIRST_WAIT_SECONDS: Final = 5.0
_LONGEST_WAIT_SECONDS: Final = 900.0
_LONGEST_URGENT_SECONDS: Final = 60.0

ANSWERED: Final = "answered meanwhile"
_LINKS: Final = frozenset({"verify_email", "reset_password"})
NOT_ALLOWED: Final = "no longer allowed"


class AgainError(Exception):
    """The message was not sent and is to be tried again."""

    def __init__(self, code: str, seconds: float) -> None:
        super().__init__(code)
        self.at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=seconds)


class DeadError(Exception):
    """The message was not sent and will not be, until somebody asks for it: `jeg jobs retry`."""


def wait_seconds(attempts: int, asked: float | None, *, urgent: bool) -> float:
    """How long to wait after the `attempts`-th attempt; as long as the other side asks at least.

    >>> [wait_seconds(n, None, urgent=False) for n in (1, 2, 3, 20)]
    [5.0, 10.0, 20.0, 900.0]
    >>> wait_seconds(20, None, urgent=True), wait_seconds(1, 30, urgent=True)
    (60.0, 30)
    """
    longest = _LONGEST_URGENT_SECONDS if urgent else _LONGEST_WAIT_SECONDS
    own = min(_FIRST_WAIT_SECONDS * 2.0 ** min(attempts - 1, 20), longest)
    return own if asked is None else max(own, asked)


async def plan(connection: Connection, notification_id: UUID) -> int:
    """Decide over which channels a notification goes, and queue its messages; how many there are.

    Doing so again adds none. `connection` is in autocommit mode.
    """
    row = await one_row(connection, sql.NOTIFICATION, (notification_id,))
    if row is None:
        return 0
    planned = route(row, dt.datetime.now(dt.UTC))
    values = {
        "notification_id": notification_id,
        "planned": json.dumps([one.document() for one in planned]),
        "queue": URGENT_QUEUE if row["urgent"] else QUEUE,
        "priority": URGENT_PRIORITY if row["urgent"] else 0,
    }
    await connection.execute(sql.QUEUE_DELIVERIES, values)
    return len(planned)


@dataclass(frozen=True, slots=True)
class Courier:
    """Sends messages by the outlets that were chosen, in the words of the templates."""

    outlets: Outlets
    templates: Templates
    vouchers: Vouchers
    sender: str
    """From whom mails come, and who invites to appointments: `Name <address>`."""

    async def deliver(self, connection: Connection, delivery_id: UUID) -> None:
        """Send one message, if nobody has sent it.

        Raises:
            AgainError: It is to be tried again, at a time that the error names.
            DeadError: It is not.

        """
        values = {"id": delivery_id, "lease_seconds": LEASE_SECONDS}
        claim = await one_row(connection, sql.CLAIM, values)
        if claim is None:
            await _wait_for_other(connection, delivery_id)
            return
        content = await one_row(connection, sql.CONTENT, claim)
        if content is None or (reason := _needless(claim, content)):
            error = NO_ADDRESS if content is None else reason
            await _settle(connection, claim, "suppressed", error)
            return
        try:
            provider_id = await self._send(claim, content)
        except TryLaterError as error:
            await _later(connection, claim, content, error)
        except RefusedError as error:
            await self._refused(connection, claim, error)
        except (ValueError, KeyError, TypeError, TemplateError) as error:
            # Words or an address that no outlet can take: trying again would not change them.
            code = f"cannot be written: {type(error).__name__}"
            await self._refused(connection, claim, RefusedError(code))
        else:
            values = {"id": claim["id"], "provider_id": provider_id}
            await connection.execute(sql.SENT, values)
            meters.DELIVERIES.labels(claim["channel"], "sent").inc()

    async def _send(self, claim: DictRow, content: DictRow) -> str:
        outlet, message = self._message(claim, content)
        if claim["doubtful"]:
            since_ms = to_ms(claim["claimed_at"])
            if (known := await outlet.sent_before(message, since_ms)) is not None:
                return known
        return await outlet.send(message)

    def _message(self, claim: DictRow, content: DictRow) -> tuple[Outlet[Any], Any]:
        key, channel = str(claim["id"]), claim["channel"]
        if channel == "webhook":
            body = _event(content)
            return self.outlets.webhook, WebhookCall(key, content["url"], content["secret"], body)
        words, path = self._words(claim, content), self._path(content, channel)
        if channel == "email":
            url = self.templates.link(path)
            mail = Email(
                key=key,
                to=content["email"],
                name=content["name"],
                subject=words.subject,
                text=words.text,
                html=words.html,
                attachments=invitations(content, self.sender, url),
            )
            return self.outlets.email, mail
        if channel == "sms":
            link = f" {self.templates.link(path)}" if content["user_id"] is not None else ""
            return self.outlets.sms, Sms(key, content["phone"], words.short + link)
        push = Push(
            key=key,
            endpoint=content["endpoint"],
            p256dh=content["p256dh"],
            auth=content["auth"],
            title=words.subject,
            text=words.short,
            url=path,
            urgent=content["urgent"],
        )
        return self.outlets.push, push

    def _words(self, claim: DictRow, content: DictRow) -> Words:
        values = content["payload"] | {
            "name": content["name"],
            "patient_name": content["patient_name"],
            "path": self._path(content, claim["channel"]),
        }
        if content["purpose"] == "verify_phone":
            values["code"] = self.vouchers.code("verify_phone", content["token_id"])
        return self.templates.render(
            content["kind"], content["language"], content["time_zone"], values
        )

    def _path(self, content: DictRow, channel: str) -> str:
        """Where the link leads. What proves an address is made here, and goes there alone."""
        path = _path(content)
        if channel != "email" or content["purpose"] not in _LINKS:
            return path
        # After the #, so that no server on the way and no log has it.
        return f"{path}#token={self.vouchers.token(content['purpose'], content['token_id'])}"

    async def _refused(self, connection: Connection, claim: DictRow, error: RefusedError) -> None:
        if isinstance(error, GoneError) and claim["channel"] == "push":
            await connection.execute(sql.FORGET_SUBSCRIPTION, (claim["target_id"],))
            await _settle(connection, claim, "suppressed", error.code)
            return
        await _dead(connection, claim, error)


def _needless(claim: DictRow, content: DictRow) -> str | None:
    """Why a message need not be sent any more; None where it must."""
    if not content["allowed"]:
        return NOT_ALLOWED
    if not content["unanswered"] and claim["channel"] != "webhook":
        return ANSWERED
    address = {"email": "email", "sms": "phone", "push": "endpoint", "webhook": "url"}
    return None if content[address[claim["channel"]]] else NO_ADDRESS


def _path(content: DictRow) -> str:
    payload = content["payload"]
    if "alarm_id" in payload:
        patient_id = payload.get("patient_id")
        return f"/patients/{patient_id}" if patient_id else "/alarms"
    return str(payload.get("path", "/"))


def _event(content: DictRow) -> bytes:
    """What another system is told: FHIR would need an agreement, this needs none."""
    event = {
        "type": content["kind"],
        "event": content["event_key"],
        "timestamp": content["created_at"].isoformat(),
        "data": content["payload"],
    }
    return json.dumps(event, separators=(",", ":")).encode()


async def _wait_for_other(connection: Connection, delivery_id: UUID) -> None:
    """Come back when another worker's claim has run out; nothing to do when it is settled."""
    row = await one_row(connection, sql.STANDING, (delivery_id,))
    if row is None or row["state"] in {"sent", "suppressed"} or row["claimed_until"] is None:
        return
    left = (row["claimed_until"] - dt.datetime.now(dt.UTC)).total_seconds()
    code = "another worker has it"
    raise AgainError(code, max(left, 0) + 1)


async def _later(
    connection: Connection, claim: DictRow, content: DictRow, error: TryLaterError
) -> None:
    if claim["attempts"] >= MOST_ATTEMPTS:
        await _dead(connection, claim, error)
    await _settle(connection, claim, "failed", error.code)
    seconds = wait_seconds(claim["attempts"], error.after_seconds, urgent=content["urgent"])
    raise AgainError(error.code, seconds) from None


async def _dead(connection: Connection, claim: DictRow, error: UndeliveredError) -> None:
    await _settle(connection, claim, "dead", error.code)
    log.warning("delivery_dead", delivery=str(claim["id"]), reason=error.code)
    raise DeadError(error.code) from None


async def _settle(connection: Connection, claim: DictRow, state: str, error: str | None) -> None:
    await connection.execute(sql.SETTLE, {"id": claim["id"], "state": state, "error": error})
    meters.DELIVERIES.labels(claim["channel"], state).inc()
