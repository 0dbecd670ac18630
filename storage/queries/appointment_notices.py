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
    """News for the patient and for the provider: by e-mail alone where they have no account.

    The same step of the same appointment is told once, however often it is announced.
    """
    told = [_to_patient(row, about)]
    if not about.startswith("reminder"):
        told.append(_to_provider(row, about))
    return told


def _to_patient(row: "AppointmentRow", about: About) -> News:
    payload = _payload(row, about, "patient", row.provider_name)
    return News(
        kind=KIND,
        event_key=_event_key(row, about),
        user_id=row.patient_id,
        subject=f"appointment:{row.id}",
        payload=payload | {"path": f"/appointments?id={row.id}"},
    )


def _to_provider(row: "AppointmentRow", about: About) -> News:
    payload = _payload(row, about, "provider", row.patient_name)
    if row.provider_user_id is None:
        provider_id = row.healthcare_provider_id
        named = {"provider_id": str(provider_id), "path": f"/providers/{provider_id}"}
    else:
        named = {"path": f"/appointments/day?id={row.id}"}
    return News(
        kind=KIND,
        event_key=_event_key(row, about),
        user_id=row.provider_user_id,
        provider_id=None if row.provider_user_id is not None else row.healthcare_provider_id,
        subject=f"appointment:{row.id}",
        payload=payload | named,
    )


def _event_key(row: "AppointmentRow", about: About) -> str:
    return f"appointment:{row.id}:{about}:{row.sequence}"


def _payload(row: "AppointmentRow", about: About, side: str, other: str) -> dict[str, Any]:
    payload: dict[str, Any] = {
        "title": _TITLES[about],
        "about": about,
        "side": side,
        "other": other,
        "appointment_id": str(row.id),
        "starts_at": row.appointment_date.isoformat(),
        "time_zone": row.place_zone,
        "minutes": row.duration_minutes,
        "appointment_type": row.appointment_type,
        "place": place_of(row),
    }
    if about in _INVITES:
        payload["calendar"] = {
            "cancelled": row.status == "cancelled",
            "sequence": row.sequence,
            "zone": row.place_zone,
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
            "time_zone": offer.time_zone,
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
