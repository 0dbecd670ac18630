"""A patient with series in a committed database, and the analytics worker beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import psycopg
from psycopg.rows import dict_row

from analytics.settings import Settings
from analytics.worker import Worker
from telemetry.clock import from_ms, now_ms
from telemetry.metrics import METRICS
from telemetry.outbox import Batch, pack

Connection = psycopg.AsyncConnection[Any]


@dataclass
class Bed:
    """One patient with one device, and what can be done with them."""

    db: Connection
    patient: UUID
    device: UUID
    series: dict[str, int]

    async def send(
        self,
        metric: str,
        samples: list[tuple[int, float]],
        *,
        historical: bool = False,
        received_ms: int | None = None,
    ) -> None:
        """Commit readings (time in ms, value) with their outbox row, as ingest does."""
        number = self.series[metric]
        count = len(samples)
        times = np.array([time for time, _ in samples], np.int64)
        received = now_ms() if received_ms is None else received_ms
        batch = Batch(
            np.full(count, number, np.int32),
            times,
            np.full(count, received, np.int64),
            np.array([value for _, value in samples], np.float64),
            np.ones(count, np.float32),
            np.full(count, historical),
        )
        async with self.db.transaction():
            async with self.db.cursor() as cursor:
                await cursor.executemany(
                    "INSERT INTO vitals VALUES (%s, %s, %s, 1) ON CONFLICT DO NOTHING",
                    [(number, from_ms(time), value) for time, value in samples],
                )
            await self.db.execute(
                "INSERT INTO outbox (readings, payload) VALUES (%s, %s)", (count, pack(batch))
            )
            await self.db.execute("SELECT pg_notify('jeg_vitals', %s)", (str(self.patient),))

    async def alarms(self) -> list[dict[str, Any]]:
        """Every alarm of the patient, oldest first."""
        async with self.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(
                "SELECT * FROM alarms WHERE patient_id = %s ORDER BY started_at, condition",
                (self.patient,),
            )
            return await cursor.fetchall()

    async def scalar(self, statement: str, *values: Any) -> Any:
        """First column of the first row."""
        row = await (await self.db.execute(statement, values)).fetchone()
        return None if row is None else row[0]


async def add_bed(db: Connection) -> Bed:
    """Commit a patient with a device and a series of every metric."""
    patient, device = uuid4(), uuid4()
    await db.execute(
        "INSERT INTO users (id, username, first_name, last_name) VALUES (%s, %s, 'Ama', 'Owusu')",
        (patient, str(patient)),
    )
    await db.execute(
        "INSERT INTO iot_devices (device_id, device_type, owner_id) VALUES (%s, 'MONITOR', %s)",
        (device, patient),
    )
    series = {}
    for code, metric in METRICS.items():
        cursor = await db.execute(
            "INSERT INTO series (patient_id, device_id, metric) VALUES (%s, %s, %s) RETURNING id",
            (patient, device, metric.id),
        )
        row = await cursor.fetchone()
        assert row is not None
        series[code] = row[0]
    return Bed(db, patient, device, series)


@asynccontextmanager
async def analysing(database_url: str, **more: Any) -> AsyncIterator[asyncio.Task[None]]:
    """Run a worker in this process; it is stopped cleanly at the end."""
    settings = Settings(
        database_url=database_url, **{"tick_seconds": 0.1, "storm_gather_seconds": 0.1, **more}
    )
    stop = asyncio.Event()
    task = asyncio.create_task(Worker(settings).run(stop))
    try:
        yield task
    finally:
        stop.set()
        if not task.cancelled():
            await asyncio.wait_for(task, 30)
