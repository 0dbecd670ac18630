"""Providers who can be booked at any time, and appointments with them; everything is committed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from tests.support.http import People, Person

HOUR = dt.timedelta(hours=1)
_TODAY = dt.datetime.now(dt.UTC).replace(second=0, microsecond=0)
"""A test that begins before midnight and ends after it means one day."""


@dataclass(frozen=True)
class Provider:
    """A provider at one hospital, and the account of theirs."""

    id: UUID
    hospital_id: UUID
    person: Person


async def provider(people: People, **policy: Any) -> Provider:
    """Commit a provider who receives on every day from midnight to midnight, UTC.

    `policy` are columns of `healthcare_providers`.
    """
    person = await people.person("clinician", last_name="Mensah")
    made, hospital = uuid4(), uuid4()
    db = people.db
    await db.execute(
        "INSERT INTO hospitals (id, name, city) VALUES (%s, %s, 'Accra')", (hospital, f"{hospital}")
    )
    columns = {
        "id": made,
        "user_id": person.id,
        "first_name": "Kwame",
        "last_name": "Mensah",
        "email": f"{made}@clinic.example",
        "license_number": str(made),
        # Nobody's who waits for such a specialist since another test.
        "specialization": f"cardiology {made}",
        "lead_minutes": 0,
        **policy,
    }
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    await db.execute(
        f"INSERT INTO healthcare_providers ({names}) VALUES ({marks})",  # noqa: S608 - our own
        tuple(columns.values()),
    )
    await db.execute(
        "INSERT INTO provider_hospitals (provider_id, hospital_id, is_primary)"
        " VALUES (%s, %s, true)",
        (made, hospital),
    )
    await db.execute(
        "INSERT INTO provider_availability (provider_id, hospital_id, date, start_time, end_time,"
        " time_zone, rrule) VALUES (%s, %s, current_date - 400, '00:00', '00:00', 'UTC',"
        " 'FREQ=DAILY')",
        (made, hospital),
    )
    return Provider(made, hospital, person)


def day(days: int = 3, hour: int = 9, minute: int = 0) -> dt.datetime:
    """A time on a day to come, UTC."""
    return _TODAY.replace(hour=hour, minute=minute) + dt.timedelta(days=days)


def wish(who: Provider, at: dt.datetime, **more: Any) -> dict[str, Any]:
    """What is sent to book with a provider."""
    return {"healthcare_provider_id": str(who.id), "appointment_date": at.isoformat(), **more}


async def booked(patient: Person, who: Provider, at: dt.datetime, **more: Any) -> dict[str, Any]:
    """Book over HTTP."""
    answer = await patient.post("/api/appointments/", wish(who, at, **more))
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def inserted(
    people: People, patient: Person, who: Provider, at: dt.datetime, **columns: Any
) -> UUID:
    """Commit an appointment at any time, past ones too."""
    made = uuid4()
    values = {
        "id": made,
        "patient_id": patient.id,
        "healthcare_provider_id": who.id,
        "hospital_id": who.hospital_id,
        "appointment_date": at,
        "duration_minutes": 30,
        "armed_at": at - dt.timedelta(days=7),
        **columns,
    }
    names, marks = ", ".join(values), ", ".join(["%s"] * len(values))
    await people.db.execute(
        f"INSERT INTO appointments ({names}) VALUES ({marks})",  # noqa: S608 - our own
        tuple(values.values()),
    )
    return made


async def told(people: People, person: Person, about: str) -> list[dict[str, Any]]:
    """Payloads of what somebody was told of appointments."""
    cursor = await people.db.execute(
        "SELECT payload FROM notifications WHERE user_id = %s AND kind = 'appointment'"
        " AND payload ->> 'about' = %s ORDER BY created_at",
        (person.id, about),
    )
    return [row[0] for row in await cursor.fetchall()]
