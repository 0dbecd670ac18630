"""People and what is measured of them, for tests of the HTTP API; everything is committed."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response
from psycopg import sql

from api.services import Services
from api.settings import Settings
from telemetry.metrics import METRICS

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)


def settings_with(settings: Settings, **changes: object) -> Settings:
    """The same settings but for these."""
    return settings.model_copy(update=changes)


def client_of(app: FastAPI, address: str = "10.0.0.1") -> AsyncClient:
    """A client of an application, as if it called from `address`."""
    transport = ASGITransport(app, raise_app_exceptions=False, client=(address, 1))
    return AsyncClient(transport=transport, base_url="http://jeg.test")


@dataclass(frozen=True)
class Person:
    """Somebody who is logged in."""

    id: UUID
    client: AsyncClient
    token: str

    async def get(self, path: str, **query: Any) -> Response:
        """GET as this person."""
        return await self.client.get(path, params=query, headers=self.headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> Response:
        """POST JSON as this person."""
        return await self.client.post(path, json=body, headers=self.headers | headers)

    async def put(self, path: str, body: Any, **headers: str) -> Response:
        """PUT JSON as this person."""
        return await self.client.put(path, json=body, headers=self.headers | headers)

    async def delete(self, path: str, **query: Any) -> Response:
        """DELETE as this person."""
        return await self.client.delete(path, params=query, headers=self.headers)

    async def patch(self, path: str, body: Any) -> Response:
        """PATCH JSON as this person."""
        return await self.client.patch(path, json=body, headers=self.headers)

    @property
    def headers(self) -> dict[str, str]:
        """The access token."""
        return {"Authorization": f"Bearer {self.token}"}


@dataclass
class People:
    """Makes people and their data, each with ids of their own."""

    parts: Services
    client: AsyncClient
    db: psycopg.AsyncConnection[Any]
    _series: dict[tuple[UUID, str, UUID | None], int] = field(default_factory=dict)

    async def person(
        self, *roles: str, first_name: str = "Ama", last_name: str = "Owusu"
    ) -> Person:
        """Commit an account with these roles and log it in."""
        user_id = uuid4()
        await self.db.execute(
            "INSERT INTO users (id, username, email, first_name, last_name)"
            " VALUES (%s, %s, %s, %s, %s)",
            (user_id, str(user_id), f"{user_id}@clinic.example", first_name, last_name),
        )
        await self.db.execute(
            "INSERT INTO user_roles (user_id, role_id)"
            " SELECT %s, id FROM roles WHERE name = ANY(%s)",
            (user_id, list(roles)),
        )
        return Person(user_id, self.client, await self.log_in(user_id))

    async def log_in(self, user_id: UUID) -> str:
        """Commit a session; an access token of it."""
        session_id = uuid4()
        await self.db.execute(
            "INSERT INTO login_sessions (id, user_id, method, expires_at)"
            " VALUES (%s, %s, 'password', now() + interval '1 day')",
            (session_id, user_id),
        )
        return self.parts.tokens.issue("access", user_id, session_id)[0]

    async def patient(self, *carers: Person, last_name: str = "Owusu") -> Person:
        """Commit a patient in the care of these people."""
        patient = await self.person("patient", last_name=last_name)
        for carer in carers:
            await self.care(carer, patient)
        return patient

    async def outcomes(self, who: Person) -> list[str]:
        """What the audit log says that somebody's POSTs came to, the oldest first."""
        await self.parts.trail._append()
        cursor = await self.db.execute(
            "SELECT outcome FROM audit_log WHERE actor_id = %s AND action = 'POST' ORDER BY seq",
            (who.id,),
        )
        return [row[0] for row in await cursor.fetchall()]

    async def care(self, carer: Person, patient: Person) -> None:
        """Open a care relationship."""
        await self.db.execute(
            "INSERT INTO care_relationships (clinician_id, patient_id, starts_at)"
            " VALUES (%s, %s, now() - interval '1 minute')",
            (carer.id, patient.id),
        )

    async def end_care(self, carer: Person, patient: Person) -> None:
        """End a care relationship."""
        await self.db.execute(
            "UPDATE care_relationships SET ends_at = now()"
            " WHERE clinician_id = %s AND patient_id = %s",
            (carer.id, patient.id),
        )

    async def device(self, owner: Person) -> UUID:
        """Commit a device."""
        device_id = uuid4()
        await self.db.execute(
            "INSERT INTO iot_devices (device_id, device_type, owner_id, is_verified)"
            " VALUES (%s, 'MONITOR', %s, true)",
            (device_id, owner.id),
        )
        return device_id

    async def series(self, owner: Person, metric: str, device_id: UUID | None = None) -> int:
        """Commit a series, once."""
        key = (owner.id, metric, device_id)
        if key not in self._series:
            row = await (
                await self.db.execute(
                    "INSERT INTO series (patient_id, device_id, metric) VALUES (%s, %s, %s)"
                    " RETURNING id",
                    (owner.id, device_id, METRICS[metric].id),
                )
            ).fetchone()
            assert row is not None
            self._series[key] = row[0]
        return self._series[key]

    async def measure(
        self,
        owner: Person,
        metric: str,
        values: Sequence[tuple[dt.datetime, float]],
        device_id: UUID | None = None,
    ) -> int:
        """Commit readings as ingest does: vitals, the newest, and the hours to roll up."""
        series = await self.series(owner, metric, device_id)
        async with self.db.cursor() as cursor:
            await cursor.executemany(
                "INSERT INTO vitals (series_id, time, value, quality) VALUES (%s, %s, %s, 1)",
                [(series, time, value) for time, value in values],
            )
        newest = max(values)
        await self.db.execute(
            "INSERT INTO latest (series_id, time, value, quality, received_at)"
            " VALUES (%s, %s, %s, 1, now()) ON CONFLICT (series_id) DO UPDATE"
            " SET time = excluded.time, value = excluded.value WHERE latest.time < excluded.time",
            (series, *newest),
        )
        await self.db.execute(
            "INSERT INTO rollup_dirty (series_id, bucket)"
            " SELECT DISTINCT %s::int, date_trunc('hour', t) FROM unnest(%s::timestamptz[]) AS t"
            " ON CONFLICT DO NOTHING",
            (series, [time for time, _ in values]),
        )
        return series

    async def alarm(
        self,
        patient: Person,
        *,
        state: str = "active_unacknowledged",
        condition: str = "heart_rate_high",
        started_at: dt.datetime = NOW,
        priority: str = "high",
    ) -> UUID:
        """Commit an alarm."""
        alarm_id = uuid4()
        await self.db.execute(
            "INSERT INTO alarms (id, patient_id, condition, category, priority, state, title,"
            " message, metric, unit, value, limit_value, rule_version, started_at, activated_at,"
            " closed_at) VALUES (%s, %s, %s, 'physiological', %s, %s, 'Heart rate high',"
            " 'Above the limit', 'heart_rate', '/min', 141, 130, 'builtin:1', %s, %s, %s)",
            (
                alarm_id,
                patient.id,
                condition,
                priority,
                state,
                started_at,
                None if state == "pending" else started_at,
                started_at if state == "closed" else None,
            ),
        )
        return alarm_id

    async def medication(self, name: str = "Placebo 1 mg", **fields: Any) -> UUID:
        """Commit a medicine of the catalogue, under a key of its own."""
        medication_id = uuid4()
        values = {"id": medication_id, "catalogue_key": str(medication_id), "name": name, **fields}
        columns = sql.SQL(", ").join(map(sql.Identifier, values))
        places = sql.SQL(", ").join(map(sql.Placeholder, values))
        statement = sql.SQL("INSERT INTO medications ({}) VALUES ({})").format(columns, places)
        await self.db.execute(statement, values)
        return medication_id

    async def takes(self, patient: Person, medication_id: UUID) -> UUID:
        """Commit that a patient takes a medicine, without a schedule."""
        row = await (
            await self.db.execute(
                "INSERT INTO user_medications (user_id, medication_id, dosage, start_date)"
                " VALUES (%s, %s, '1 tablet', current_date) RETURNING id",
                (patient.id, medication_id),
            )
        ).fetchone()
        assert row is not None
        return UUID(str(row[0]))

    async def agrees(self, patient: Person) -> UUID:
        """Commit a consent to the assistant."""
        consent_id = uuid4()
        await self.db.execute(
            "INSERT INTO consents (id, patient_id, scope) VALUES (%s, %s, 'ai_assistant')",
            (consent_id, patient.id),
        )
        return consent_id

    async def conversation(self, patient: Person) -> UUID:
        """Commit a conversation with the assistant."""
        conversation_id = uuid4()
        await self.db.execute(
            "INSERT INTO conversations (id, user_id, title) VALUES (%s, %s, 'Mine')",
            (conversation_id, patient.id),
        )
        await self.db.execute(
            "INSERT INTO conversation_analytics (conversation_id) VALUES (%s)", (conversation_id,)
        )
        return conversation_id
