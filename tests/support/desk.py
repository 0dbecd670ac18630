"""A patient who pays for an appointment, and the jobs that follow."""

import datetime as dt
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from httpx import Response
from psycopg.rows import dict_row

from api.app import create_app
from api.settings import Settings
from gateways.payments.providers import Providers
from jobs.payments import Cashier
from tests.support.clinic import Clinic
from tests.support.http import People, Person, client_of
from tests.support.money import STRIPE_SECRET, PayPalServer, StripeServer, running

AnyServer = TypeVar("AnyServer", StripeServer, PayPalServer)


@dataclass
class Desk:
    """A patient with an appointment to pay for, and the jobs that follow."""

    people: People
    patient: Person
    appointment: UUID
    settings: Settings

    @property
    def path(self) -> str:
        """Its payment."""
        return f"/api/appointments/{self.appointment}/payment/"

    async def begin(self) -> dict[str, Any]:
        """Begin to pay."""
        answer = await self.patient.post(self.path)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def confirm(self, method: str | None = None) -> Response:
        """Go on."""
        body = {} if method is None else {"method": method}
        return await self.patient.post(f"{self.path}confirm/", body)

    async def shown(self) -> dict[str, Any]:
        """The payment as the patient sees it."""
        return dict((await self.patient.get(self.path)).json())

    async def status(self) -> str:
        """payment_status of the appointment."""
        found = await self.rows(
            "SELECT payment_status FROM appointments WHERE id = %s", self.appointment
        )
        return str(found[0]["payment_status"])

    async def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """Rows as dictionaries."""
        async with self.people.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, values)
            return await cursor.fetchall()

    async def told(self) -> list[str]:
        """What the patient was told about payments."""
        rows = await self.rows(
            "SELECT payload ->> 'about' AS about FROM notifications WHERE user_id = %s"
            " AND kind = 'payment' ORDER BY created_at",
            self.patient.id,
        )
        return [row["about"] for row in rows]

    async def work(self) -> list[str]:
        """Do what waits in the queue of payments; what came of it, or of which error."""
        async with self.people.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE queue_name = 'payments'"
                " RETURNING id, task_name, args"
            )
            jobs = sorted(await cursor.fetchall(), key=lambda job: job["id"])
        database = self.people.parts.database
        outcomes = []
        async with Providers(self.settings, database, trying=True) as providers:
            cashier = Cashier(database, providers)
            for job in jobs:
                [key] = job["args"].values()
                does = getattr(cashier, job["task_name"].removeprefix("payment_"))
                try:
                    outcomes.append(await does(UUID(key), 0))
                except Exception as error:  # noqa: BLE001 - what the queue would see
                    outcomes.append(type(error).__name__)
        return outcomes


async def booked(people: People, settings: Settings, fee: str = "45.50") -> Desk:
    patient = await people.patient()
    clinic = Clinic(people.db)
    provider = await clinic.provider(consultation_fee=Decimal(fee))
    appointment = await clinic.appointment(
        provider,
        patient.id,
        dt.datetime.now(dt.UTC) + dt.timedelta(days=3),
        consultation_fee=Decimal(fee),
        payment_status="pending",
    )
    return Desk(people, patient, appointment, settings)


@asynccontextmanager
async def paying_by(
    name: str, server: AnyServer, settings: Settings, db: psycopg.AsyncConnection[Any]
) -> AsyncIterator[tuple[AnyServer, Desk]]:
    """A server of a provider, and an application of its own whose money it takes."""
    keys = {
        "stripe_secret_key": "sk_test_1",
        "stripe_publishable_key": "pk_test_1",
        "stripe_webhook_secret": STRIPE_SECRET,
        "paypal_client_id": "client",
        "paypal_client_secret": "secret",
        "paypal_webhook_id": "WH-ID",
        "payments_via": name,
    }
    await db.execute("DELETE FROM procrastinate_jobs WHERE queue_name = 'payments'")
    async with running(server):
        own = {**settings.model_dump(), **keys, f"{name}_url": server.url}
        mine = Settings.model_validate(own)
        app = create_app(mine)
        async with app.router.lifespan_context(app), client_of(app) as client:
            people = People(app.state.services, client, db)
            yield server, await booked(people, mine)


async def hook(desk: Desk, name: str, signed: tuple[bytes, dict[str, str]]) -> Response:
    body, headers = signed
    path = f"/api/payments/webhooks/{name}/"
    return await desk.people.client.post(path, content=body, headers=headers)


async def ref_of(desk: Desk) -> str:
    [row] = await desk.rows(
        "SELECT provider_ref FROM payments WHERE appointment_id = %s"
        " ORDER BY created_at DESC LIMIT 1",
        desk.appointment,
    )
    return str(row["provider_ref"])
