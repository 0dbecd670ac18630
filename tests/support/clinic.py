"""Hospitals, providers and appointments for tests; everything is committed."""

import datetime as dt
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import psycopg

_NUMBERS = count(int(uuid4().int % 10_000_000))


def npi() -> str:
    """A number that no other provider has, with its check digit."""
    stem = f"1{next(_NUMBERS) % 100_000_000:08d}"
    return next(f"{stem}{digit}" for digit in range(10) if _sum(f"80840{stem}{digit}") % 10 == 0)


def _sum(digits: str) -> int:
    doubled = [int(one) * (1 + place % 2) for place, one in enumerate(reversed(digits))]
    return sum(one // 10 + one % 10 for one in doubled)


@dataclass
class Clinic:
    """Makes what the tests of providers need."""

    db: psycopg.AsyncConnection[Any]

    async def hospital(self, name: str | None = None, **columns: Any) -> UUID:
        """Commit a hospital."""
        return await self.insert("hospitals", {"name": name or f"Hospital {uuid4()}", **columns})

    async def provider(
        self, *hospital_ids: UUID, user_id: UUID | None = None, **columns: Any
    ) -> UUID:
        """Commit a provider who works at these hospitals, the first of them the primary one."""
        given = {
            "first_name": "Ama",
            "last_name": "Owusu",
            "email": f"{uuid4()}@clinic.example",
            "license_number": npi(),
            "user_id": user_id,
            "lead_minutes": 0,
            **columns,
        }
        provider_id = await self.insert("healthcare_providers", given)
        for place, hospital_id in enumerate(hospital_ids):
            await self.db.execute(
                "INSERT INTO provider_hospitals (provider_id, hospital_id, is_primary)"
                " VALUES (%s, %s, %s)",
                (provider_id, hospital_id, place == 0),
            )
        return provider_id

    async def time(
        self, provider_id: UUID, date: dt.date, start: str, end: str, **columns: Any
    ) -> UUID:
        """Commit a time at which a provider can be booked."""
        rule = columns.get("rrule", "")
        return await self.insert(
            "provider_availability",
            {
                "provider_id": provider_id,
                "date": date,
                "last_date": None if rule else date,
                "start_time": start,
                "end_time": end,
                "time_zone": "UTC",
                **columns,
            },
        )

    async def appointment(
        self, provider_id: UUID, patient_id: UUID, start: dt.datetime, **columns: Any
    ) -> UUID:
        """Commit an appointment of half an hour."""
        return await self.insert(
            "appointments",
            {
                "healthcare_provider_id": provider_id,
                "patient_id": patient_id,
                "appointment_date": start,
                "duration_minutes": 30,
                **columns,
            },
        )

    async def insert(self, table: str, columns: dict[str, Any]) -> UUID:
        """Commit a row; its id."""
        names = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns))
        marks = psycopg.sql.SQL(", ").join([psycopg.sql.Placeholder()] * len(columns))
        statement = psycopg.sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
            psycopg.sql.Identifier(table), names, marks
        )
        row = await (await self.db.execute(statement, list(columns.values()))).fetchone()
        assert row is not None
        return UUID(str(row[0]))
