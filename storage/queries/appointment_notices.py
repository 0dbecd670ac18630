"""What both sides of an appointment are told of it, and who is offered a time.

Only who, when and where: what an appointment is about is read in the application alone.
"""

import datetime as dt
from typing import TYPE_CHECKING, Any, Final, Literal
from uuid import UUID

from storage.queries.announce import News

if TYPE_CHECKING:
    from storage.queries.appointments import AppointmentRow
    from storage.queries.waiting_list import OfferRow

About = Literal["booked", "confirmed", "changed", "cancelled", "reminder_24h", "reminder_1h"]
KIND: Final = "appointment"
_TITLES: Final[dict[str, str]] = {
    "booked": "Appointment booked",
    "confirmed": "Appointment confirmed",
    "changed": "Appointment changed",
    "cancelled": "Appointment cancelled",
    "reminder_24h": "Appointment tomorrow",
    "reminder_1h": "Appointment in an hour",
}
_INVITES: Final = frozenset({"booked", "confirmed", "changed", "cancelled"})


def notices(row: "AppointmentRow", about: About) -> list[News]:
    """News for the patient and for the provider's account, where the provider has one.

    The same step of the same appointment is told once, however often it is announced.
    """
    sides = [
        (row.patient_id, "patient", row.provider_name),
        (row.provider_user_id, "provider", row.patient_name),
    ]
    if about.startswith("reminder"):
        sides = sides[:1]
    return [
        News(
            kind=KIND,
            event_key=f"appointment:{row.id}:{about}:{row.sequence}",
            user_id=user_id,
            subject=f"appointment:{row.id}",
            payload=_payload(row, about, side, other),
        )
        for user_id, side, other in sides
        if user_id is not None
    ]


def _payload(row: "AppointmentRow", about: About, side: str, other: str) -> dict[str, Any]:
    path = "/appointments" if side == "patient" else "/appointments/day"
    payload: dict[str, Any] = {
        "title": _TITLES[about],
        "about": about,
        "side": side,
        "other": other,
        "appointment_id": str(row.id),
        "starts_at": row.appointment_date.isoformat(),
        "minutes": row.duration_minutes,
        "appointment_type": row.appointment_type,
        "place": place_of(row),
        "path": f"{path}?id={row.id}",
    }
    if about in _INVITES:
        payload["calendar"] = {
            "cancelled": row.status == "cancelled",
            "sequence": row.sequence,
            "zone": row.provider_zone,
        }
    return payload


def place_of(row: "AppointmentRow") -> str:
    """Where it is, in one line; empty for a call."""
    if row.appointment_type == "video":
        return ""
    return ", ".join(part for part in (row.hospital_name, row.hospital_address) if part)


def offered(offer: "OfferRow", patient_id: UUID) -> News:
    """A time came free: the patient may have it until the offer ends."""
    return News(
        kind=KIND,
        event_key=f"waiting_list_offer:{offer.id}",
        user_id=patient_id,
        subject=f"waiting_list_offer:{offer.id}",
        payload={
            "title": "A time came free",
            "about": "offer",
            "other": offer.provider_name,
            "starts_at": offer.appointment_date.isoformat(),
            "expires_at": offer.expires_at.isoformat(),
            "place": offer.hospital_name,
            "path": "/appointments",
        },
    )


def withdrawn(offer_id: UUID, patient_id: UUID, start: dt.datetime) -> News:
    """An offer ended without an answer; the patient goes on waiting."""
    return News(
        kind=KIND,
        event_key=f"waiting_list_offer:{offer_id}:expired",
        user_id=patient_id,
        subject=f"waiting_list_offer:{offer_id}",
        payload={
            "title": "The offered time is no longer kept",
            "about": "offer_expired",
            "starts_at": start.isoformat(),
            "path": "/appointments",
        },
    )
