"""Appointments of the demo clinic: when its doctors receive, what was, and what is to come."""

import datetime as dt
from typing import Any, Final
from uuid import UUID

from stack.demo_clinic import CLINICIANS, HOSPITAL, PATIENTS, ZONE, Login, Patient, demo_id
from storage import models
from storage.engine import WriteSession
from storage.queries import seeding
from storage.queries.bookings import CARE_DAYS, CARE_KIND

_DOCTORS: Final = tuple(one for one in CLINICIANS if one.specialization != "nursing")
_DOCTOR_IDS: Final = {demo_id("provider", one.email): one.id for one in _DOCTORS}
"""Provider -> the account."""
_WORDS: Final = ("Blood pressure check", "Short of breath on stairs", "Results of the blood count")
_FEEDBACK: Final = ("Took time to explain.", "On time, and kind.", "I waited a while.")


async def add_appointments(session: WriteSession, now: dt.datetime) -> None:
    """Add what is not there yet; what is there stays at its time."""
    hospital = demo_id("hospital", HOSPITAL)
    await seeding.add_missing(
        session,
        models.ProviderAvailability,
        [
            {
                "id": demo_id("availability", who.email),
                "provider_id": demo_id("provider", who.email),
                "hospital_id": hospital,
                "date": (now - dt.timedelta(days=90)).date(),
                "start_time": dt.time(8),
                "end_time": dt.time(17),
                "time_zone": ZONE,
                "rrule": "FREQ=DAILY",
            }
            for who in _DOCTORS
        ],
    )
    past = [_past(number, now) for number in range(6)]
    rows = past + [_upcoming(number, now) for number in range(6)]
    await seeding.add_missing(session, models.Appointment, rows)
    await seeding.add_missing(session, models.CareRelationship, _care(rows))
    await seeding.add_missing(
        session,
        models.AppointmentRating,
        [
            {
                "id": demo_id("rating", str(row["id"])),
                "appointment_id": row["id"],
                "healthcare_provider_id": row["healthcare_provider_id"],
                "rating": 5 - number % 3,
                "feedback": _FEEDBACK[number % len(_FEEDBACK)],
                "would_recommend": True,
                "punctuality_rating": 5 - number % 3,
                "communication_rating": 5,
            }
            for number, row in enumerate(past)
        ],
    )


def _care(appointments: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let doctors see whom they have an appointment with, for as long as booking one lets them."""
    last: dict[tuple[UUID, UUID], dt.datetime] = {}
    for one in appointments:
        pair = _DOCTOR_IDS[one["healthcare_provider_id"]], one["patient_id"]
        ends_at = one["appointment_date"] + dt.timedelta(days=CARE_DAYS)
        last[pair] = max(ends_at, last.get(pair, ends_at))
    return [
        {
            "id": demo_id("care", f"{clinician}:{patient}:{CARE_KIND}"),
            "clinician_id": clinician,
            "patient_id": patient,
            "kind": CARE_KIND,
            "ends_at": ends_at,
            "opened_by_id": patient,
        }
        for (clinician, patient), ends_at in last.items()
    ]


def _past(number: int, now: dt.datetime) -> dict[str, Any]:
    at = _at(now - dt.timedelta(days=4 + 7 * number), 9 + number)
    return _row("past", number, at) | {
        "status": "completed",
        "diagnosis": "Essential hypertension, controlled",
        "treatment_plan": "Go on as before; less salt.",
        "follow_up_instructions": "Measure twice a week, in the morning.",
        "next_appointment_recommended": number % 2 == 0,
    }


def _upcoming(number: int, now: dt.datetime) -> dict[str, Any]:
    # Two of each of the next days: those of tomorrow are on the doctors' day.
    at = _at(now + dt.timedelta(days=1 + number // 2), 9 + number)
    return _row("upcoming", number, at) | {
        "status": "confirmed" if number % 2 else "scheduled",
        "diagnosis": "",
        "treatment_plan": "",
        "follow_up_instructions": "",
        "next_appointment_recommended": False,
    }


def _at(day: dt.datetime, hour: int) -> dt.datetime:
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def _row(kind: str, number: int, at: dt.datetime) -> dict[str, Any]:
    who: Login = _DOCTORS[number % len(_DOCTORS)]
    patient: Patient = PATIENTS[0] if number % 3 == 0 else PATIENTS[number]
    return {
        "id": demo_id("appointment", f"{kind}:{number}"),
        "patient_id": patient.id,
        "healthcare_provider_id": demo_id("provider", who.email),
        "hospital_id": demo_id("hospital", HOSPITAL),
        "appointment_date": at,
        "duration_minutes": 30,
        "chief_complaint": _WORDS[number % len(_WORDS)],
        "created_by_id": patient.id,
    }
