"""Invitations to appointments, as files that go with the mails about them."""

import datetime as dt
from collections.abc import Mapping
from email.utils import parseaddr
from typing import Any, Final
from uuid import UUID

from gateways.outgoing import Attachment
from telemetry.invitations import MEDIA_TYPE, Mailbox, Meeting, invitation, method

FILE: Final = "invitation.ics"
_SUMMARIES: Final = {"en": "Appointment: {other}", "fr": "Rendez-vous : {other}"}


def invitations(content: Mapping[str, Any], sender: str, url: str) -> tuple[Attachment, ...]:
    """The invitation of a notice about an appointment; none for any other message.

    Args:
        content: Of `storage.queries.deliveries.CONTENT`.
        sender: From whom mails come, `Name <address>`.
        url: Where the appointment is shown.

    """
    payload = content["payload"]
    calendar = payload.get("calendar")
    if calendar is None:
        return ()
    start = dt.datetime.fromisoformat(payload["starts_at"])
    meeting = Meeting(
        id=UUID(payload["appointment_id"]),
        sequence=int(calendar["sequence"]),
        start=start,
        end=start + dt.timedelta(minutes=int(payload["minutes"])),
        zone=str(calendar["zone"]),
        made_at=content["created_at"],
        summary=_SUMMARIES[content["language"]].format(other=payload["other"]),
        place=str(payload["place"]),
        url=url,
        cancelled=bool(calendar["cancelled"]),
    )
    name, address = parseaddr(sender)
    attendee = Mailbox(content["email"], content["name"])
    made = invitation(meeting, Mailbox(address, name), attendee)
    media_type = f"{MEDIA_TYPE}; method={method(meeting)}; charset=utf-8"
    return (Attachment(FILE, media_type, made),)
