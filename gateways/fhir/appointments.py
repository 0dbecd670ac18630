"""Appointments, and when providers can be booked, as FHIR R4 Appointment, Schedule and Slot.

Source: hl7.org/fhir/R4/appointment.html, schedule.html and slot.html.
"""

import datetime as dt
from typing import Final
from uuid import UUID

from gateways.fhir.codes import Json
from gateways.fhir.resources import checked, instant, reference
from storage.queries.appointments import AppointmentRow
from storage.queries.fhir_schedules import BookableRow, TimeRow

STATUSES: Final = {
    "scheduled": "booked",
    "confirmed": "booked",
    "checked_in": "checked-in",
    "completed": "fulfilled",
    "cancelled": "cancelled",
    "no_show": "noshow",
}
"""Status here -> status of an Appointment."""
_PRIORITIES: Final = {"urgent": 1, "high": 3, "normal": 5, "low": 9}
"""As RFC 5545 has it, 3.8.1.9: 1 is the highest."""
_TYPES: Final = {"in_person": "In person", "video": "Video call"}


def slot_id(row: TimeRow) -> str:
    """Provider without hyphens and the beginning in seconds: 43 characters of FHIR's 64."""
    return f"{row.provider_id.hex}-{int(row.start.timestamp())}"


def read_slot_id(text: str) -> tuple[UUID, dt.datetime]:
    """Provider and beginning of a slot.

    >>> day = dt.datetime(2026, 7, 1, tzinfo=dt.UTC)
    >>> read_slot_id(slot_id(TimeRow(UUID(int=7), day, day, free=True))) == (UUID(int=7), day)
    True

    Raises:
        ValueError: when it is no slot's id.
    """
    provider, _, seconds = text.partition("-")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 11):  # noqa: PLR2004
        raise ValueError(text)
    return UUID(hex=provider), dt.datetime.fromtimestamp(int(seconds), dt.UTC)


def appointment(row: AppointmentRow) -> Json:
    """An appointment; what came of it is no part of it in FHIR."""
    agreed = row.status not in {"scheduled", "cancelled"}
    participants = [
        _participant(reference("Patient", row.patient_id, row.patient_name), "accepted"),
        _participant(
            reference("Practitioner", row.healthcare_provider_id, row.provider_name),
            "accepted" if agreed else "needs-action",
        ),
    ]
    if row.hospital_name:
        participants.append(_participant({"display": row.hospital_name}, "accepted"))
    made: Json = {
        "resourceType": "Appointment",
        "id": str(row.id),
        "meta": {"lastUpdated": instant(row.updated_at)},
        "status": STATUSES[row.status],
        "appointmentType": {"text": _TYPES[row.appointment_type]},
        "priority": _PRIORITIES[row.priority],
        "start": instant(row.appointment_date),
        "end": instant(row.end_time),
        "minutesDuration": row.duration_minutes,
        "created": instant(row.created_at),
        "participant": participants,
    }
    if row.specialization:
        made["specialty"] = [{"text": row.specialization}]
    if row.chief_complaint:
        made["reasonCode"] = [{"text": row.chief_complaint}]
    if row.follow_up_instructions:
        made["patientInstruction"] = row.follow_up_instructions
    return checked(made)


def schedule(row: BookableRow, now: dt.datetime) -> Json:
    """When a provider can be booked: from now on, as far ahead as they allow."""
    horizon = now + dt.timedelta(days=row.booking_days)
    made: Json = {
        "resourceType": "Schedule",
        "id": str(row.provider_id),
        "meta": {"lastUpdated": instant(row.updated_at)},
        "active": row.is_active,
        "actor": [reference("Practitioner", row.provider_id, row.name)],
        "planningHorizon": {"start": instant(now), "end": instant(horizon)},
    }
    if row.specialization:
        made["specialty"] = [{"text": row.specialization}]
    return checked(made)


def slot(row: TimeRow) -> Json:
    """A time of a provider; never who has it."""
    return checked(
        {
            "resourceType": "Slot",
            "id": slot_id(row),
            "schedule": reference("Schedule", row.provider_id),
            "status": "free" if row.free else "busy",
            "start": instant(row.start),
            "end": instant(row.end),
        }
    )


def _participant(actor: Json, status: str) -> Json:
    return {"actor": actor, "required": "required", "status": status}
