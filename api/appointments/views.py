"""An appointment as the caller sees it now."""

import datetime as dt
from base64 import urlsafe_b64encode
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Response
from pydantic import BaseModel

from api.appointments.schemas import Appointment
from api.appointments.service import can_change, standing
from api.auth import Caller
from api.preconditions import tag, tag_of
from api.services import Services
from storage.queries.appointments import ENDED, AppointmentRow
from telemetry.vouchers import Vouchers

AROUND: Final = dt.timedelta(minutes=15)
"""Before and after a call, when both sides see where to meet."""
_ROOM_CHARACTERS: Final = 32


class Version(BaseModel):
    """What the tag of an appointment is made of: not the time of day."""

    id: UUID
    updated_at: dt.datetime
    payment_status: str


def version(row: AppointmentRow) -> Version:
    """What can be changed of an appointment, in short."""
    return Version(id=row.id, updated_at=row.updated_at, payment_status=row.payment_status)


def tagged(parts: Services, caller: Caller, row: AppointmentRow, response: Response) -> Appointment:
    """An appointment with its tag."""
    tag(response, tag_of(version(row)))
    return shown(parts, caller, row)


def shown(parts: Services, caller: Caller, row: AppointmentRow) -> Appointment:
    """An appointment as of now."""
    now = dt.datetime.now(dt.UTC)
    who = standing(caller, row)
    changeable = can_change(row, who, now)
    zone = ZoneInfo(row.patient_zone)
    fields = {name: getattr(row, name) for name in AppointmentRow.__slots__}
    return Appointment.model_validate(
        fields
        | {
            "end_time": row.end_time,
            "time_zone": row.place_zone,
            "is_past": row.end_time <= now,
            "is_today": row.appointment_date.astimezone(zone).date() == now.astimezone(zone).date(),
            "is_upcoming": row.status not in ENDED and row.appointment_date > now,
            "can_be_cancelled": changeable,
            "can_be_rescheduled": changeable,
            "video_url": _video_url(parts, row, now) if who.patient or who.provider else None,
        }
    )


def _video_url(parts: Services, row: AppointmentRow, now: dt.datetime) -> str | None:
    around = row.appointment_date - AROUND <= now <= row.end_time + AROUND
    if row.appointment_type != "video" or row.status in ENDED or not around:
        return None
    return parts.settings.video_room_url.replace("{room}", room(parts.vouchers, row.id))


def room(vouchers: Vouchers, appointment_id: UUID) -> str:
    """Name of an appointment's room: made of the secret key, and kept nowhere."""
    secret = vouchers.secret("video_room", appointment_id)
    # Some services read names without regard to case; 24 bytes leave more than enough.
    return urlsafe_b64encode(secret).decode()[:_ROOM_CHARACTERS].lower()
