"""People in a database of this test, and what reached them by the worker's hands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.rows import dict_row

from gateways.mailbox import Kept, Mailbox
from gateways.webhooks import new_secret
from gateways.wording import Templates
from jobs.notifications import Courier, plan
from jobs.outlet_settings import OutletSettings
from jobs.outlets import outlets
from jobs.settings import Settings
from jobs.worker import Worker
from storage.queries.announce import News
from telemetry.vouchers import Vouchers

Connection = psycopg.AsyncConnection[Any]


class Mailroom:
    """People in a database of this test, and what reached them."""

    def __init__(self, db: Connection, url: str, folder: Path) -> None:
        self.db, self.url, self.folder = db, url, folder

    async def person(self, **columns: Any) -> UUID:
        """Commit somebody with an e-mail address and a telephone."""
        user = uuid4()
        told = {"email": f"{user}@clinic.example", "phone_number": "+233200000001", **columns}
        await self.db.execute(
            "INSERT INTO users (id, username, email, phone_number, first_name, last_name,"
            " time_zone, is_email_verified, is_phone_verified)"
            " VALUES (%s, %s, %s, %s, 'Efua', 'Addo', %s, %s, %s)",
            (
                user,
                str(user),
                told["email"],
                told["phone_number"],
                columns.get("time_zone", "UTC"),
                columns.get("is_email_verified", True),
                columns.get("is_phone_verified", True),
            ),
        )
        return user

    async def prefer(self, user: UUID, **columns: Any) -> None:
        """Commit preferences."""
        names = ", ".join(columns)
        marks = ", ".join(["%s"] * len(columns))
        await self.db.execute(
            f"INSERT INTO notification_preferences (user_id, {names}) VALUES (%s, {marks})",  # noqa: S608
            (user, *columns.values()),
        )

    async def hook(self, user: UUID, url: str) -> None:
        """Commit a webhook."""
        await self.db.execute(
            "INSERT INTO webhook_endpoints (user_id, url, secret) VALUES (%s, %s, %s)",
            (user, url, new_secret()),
        )

    async def rows(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """All rows as dictionaries."""
        async with self.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, values)
            return await cursor.fetchall()

    async def deliveries(self) -> dict[str, tuple[str, str | None]]:
        """Channel -> (state, last error)."""
        found = await self.rows("SELECT channel, state, last_error FROM deliveries")
        return {one["channel"]: (one["state"], one["last_error"]) for one in found}

    def mail(self) -> list[Kept]:
        """What lies in the mailbox."""
        return Mailbox(self.folder).newest(1000)

    def courier(self, **more: Any) -> Courier:
        """Somebody who sends, into the mailbox unless told otherwise."""
        settings = OutletSettings(mailbox_dir=self.folder, **more)
        templates = Templates("https://jeg.example")
        return Courier(outlets(settings), templates, Vouchers("a key"), settings.email_from)

    async def carry(self, courier: Courier | None = None) -> None:
        """Do every job that waits, as a worker would, once."""
        courier = courier or self.courier()
        for name in ("notify", "deliver"):
            jobs = await self.rows(
                "DELETE FROM procrastinate_jobs WHERE task_name = %s"
                " AND coalesce(scheduled_at, now()) <= now() RETURNING args",
                name,
            )
            for job in jobs:
                if name == "notify":
                    await plan(self.db, UUID(job["args"]["notification_id"]))
                else:
                    await courier.deliver(self.db, UUID(job["args"]["delivery_id"]))


def news(user: UUID, **more: Any) -> News:
    told = {
        "kind": "notice",
        "event_key": f"e:{uuid4()}",
        "payload": {"title": "Well", "text": "x"},
    }
    return News(user_id=user, **{**told, **more})


@asynccontextmanager
async def working(url: str, **more: Any) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    task = asyncio.create_task(Worker(Settings(database_url=url, **more)).run(stop))
    try:
        yield task
    finally:
        stop.set()
        await asyncio.wait_for(task, 30)
