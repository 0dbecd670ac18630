"""`jeg bench alarms`: from a device's publication to the alarm, as a page and a subscriber get it.

Everything is real and in processes of its own: broker, ingest, database, analytics, API. While a
generator publishes 1,000 messages a second as 1,000 devices, other devices publish one reading each
that is an alarm at once (a low glucose has no delay), at moments that keep no step with any
clock of the programs. The stream is that of a clinician who cares for their patients.
"""

import asyncio
import contextlib
import json
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import aiomqtt
import httpx
import numpy as np
import psycopg
from rich.console import Console

from benchmarks.processes import (
    ANALYTICS_METRICS_PORT,
    API_METRICS_PORT,
    API_PORT,
    METRICS_PORT,
    Flood,
    analytics,
    api,
    metric,
    worker,
)
from benchmarks.stage import GUEST, Sender, Stage
from benchmarks.work import task
from telemetry.clock import now_ms
from telemetry.keys import digest, new_key
from telemetry.topics import ALARMS, Up, partition_of, up

BACKGROUND_DEVICES = 1_000
BACKGROUND_RATE = 1_000
CALM_BPM = 5
"""How far the heart rates of the background move: nobody among them has an alarm."""
CALM_MG_DL, LOW_MG_DL = 72, 60
"""Glucose before and at the alarm, which has no delay."""
ALARMS_PER_SECOND = 10.0
WARM_UP_SECONDS = 5
LAST_SECONDS = 10
SEED = 1
TARGET_MS = 300

PARTS = {
    "receipt_to_commit": ("jeg_ingest_delay_seconds", METRICS_PORT),
    "engine_run": ("jeg_engine_run_seconds", ANALYTICS_METRICS_PORT),
    "commit_to_alarm": ("jeg_commit_to_alarm_seconds", ANALYTICS_METRICS_PORT),
}
"""Where the time goes, by the programs' own histograms."""

console = Console(stderr=True)


@dataclass
class Seen:
    """When each patient's alarm was published for, and when it came, by channel; seconds."""

    published: dict[UUID, float] = field(default_factory=dict)
    arrived: dict[str, dict[UUID, float]] = field(
        default_factory=lambda: {"stream": {}, "mqtt": {}}
    )
    expected: int = 0
    complete: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, channel: str, patient_id: UUID) -> None:
        """Note the first arrival of a patient's alarm."""
        self.arrived[channel].setdefault(patient_id, time.perf_counter())
        if all(len(came) >= self.expected for came in self.arrived.values()):
            self.complete.set()

    def figures(self, channel: str) -> dict[str, float]:
        """Milliseconds of one channel, and how many never came."""
        came = self.arrived[channel]
        delays = [1000 * (came[one] - at) for one, at in self.published.items() if one in came]
        p50, p99 = np.percentile(delays, [50, 99])
        return {
            "p50": round(float(p50), 1),
            "p99": round(float(p99), 1),
            "max": round(max(delays), 1),
            "missing": len(self.published) - len(delays),
        }


@dataclass(frozen=True)
class Patient:
    """A patient with a device whose one reading is an alarm."""

    patient_id: UUID
    sender: Sender


def measure(stage: Stage, alarms: int) -> dict[str, Any]:
    """Figures of so many alarms, in milliseconds."""
    seconds = WARM_UP_SECONDS + alarms / ALARMS_PER_SECOND + LAST_SECONDS
    count = round(seconds * BACKGROUND_RATE)
    with ExitStack() as programs:
        programs.enter_context(worker(stage))
        programs.enter_context(analytics(stage))
        programs.enter_context(api(stage, API_METRICS_PORT))
        patients = _register(stage, alarms)
        flood = Flood(task(stage, count, rate=BACKGROUND_RATE, spread=CALM_BPM))
        flood.go()
        seen = asyncio.run(_run(stage, patients))
        published = flood.result()
        parts = {name: _mean_ms(*where) for name, where in PARTS.items()}
    figures = {
        "alarms": alarms,
        "background_msg_s": round(published["acked"] / published["seconds"]),
        "publish_to_stream_ms": seen.figures("stream"),
        "publish_to_mqtt_ms": seen.figures("mqtt"),
        "mean_ms": parts,
        "target_p99_ms": TARGET_MS,
    }
    console.print(figures)
    return figures


def _mean_ms(histogram: str, port: int) -> float:
    count = metric(f"{histogram}_count", port)
    return round(1000 * metric(f"{histogram}_sum", port) / max(count, 1), 1)


def _register(stage: Stage, count: int) -> list[Patient]:
    patients = []
    with stage.connect() as db, db.transaction():
        for i in range(count):
            patient_id = UUID(f"{i % 16:x}1000000-0000-4000-8000-{i:012x}")
            device_id, key = UUID(f"d1000000-0000-4000-8000-{i:012x}"), new_key()
            _insert(db, patient_id, device_id, key)
            topic = up(partition_of(patient_id), device_id, Up.TELEMETRY)
            patients.append(Patient(patient_id, Sender(device_id, key, topic)))
    return patients


def _insert(db: psycopg.Connection, patient_id: UUID, device_id: UUID, key: str) -> None:
    db.execute(
        "INSERT INTO users (id, username, first_name, last_name) VALUES (%s, %s, '', '')",
        (patient_id, f"bench-alarm-{patient_id}"),
    )
    db.execute(
        "INSERT INTO iot_devices (device_id, device_type, owner_id, is_verified)"
        " VALUES (%s, 'MONITOR', %s, true)",
        (device_id, patient_id),
    )
    db.execute(
        "INSERT INTO device_keys (device_id, digest) VALUES (%s, %s)", (device_id, digest(key))
    )


async def _run(stage: Stage, patients: Sequence[Patient]) -> Seen:
    seen = Seen(expected=len(patients))
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{API_PORT}", timeout=30) as client,
        _subscribed(stage) as subscriber,
        _subscribed(stage) as publisher,
    ):
        await _log_in(stage, client, patients)
        await subscriber.subscribe(f"{ALARMS}/#", qos=1)
        opened = asyncio.Event()
        readers = [
            asyncio.create_task(_read_stream(client, seen, opened)),
            asyncio.create_task(_read_mqtt(subscriber, seen)),
        ]
        try:
            async with asyncio.timeout(WARM_UP_SECONDS):
                await opened.wait()
            # The patients are known to the engine before, as those who have alarms are.
            for patient in patients:
                await _send(publisher, patient.sender, 1, CALM_MG_DL)
            await asyncio.sleep(WARM_UP_SECONDS)
            await _publish(publisher, seen, patients)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(seen.complete.wait(), LAST_SECONDS)
        finally:
            for reader in readers:
                reader.cancel()
            await asyncio.gather(*readers, return_exceptions=True)
    return seen


async def _publish(client: aiomqtt.Client, seen: Seen, patients: Sequence[Patient]) -> None:
    moments = random.Random(SEED)  # noqa: S311 - spreads publications, nothing more
    for patient in patients:
        await asyncio.sleep(moments.expovariate(ALARMS_PER_SECOND))
        seen.published[patient.patient_id] = time.perf_counter()
        await _send(client, patient.sender, 2, LOW_MG_DL)


async def _send(client: aiomqtt.Client, sender: Sender, seq: int, glucose_mg_dl: float) -> None:
    at = now_ms()
    sample = {"c": "blood_glucose", "t": at, "v": glucose_mg_dl, "u": "mg/dL"}
    body = {"boot": 1, "seq": seq, "sent": at, "key": sender.key, "m": [sample]}
    await client.publish(sender.topic, json.dumps(body).encode(), qos=1)


@asynccontextmanager
async def _subscribed(stage: Stage) -> AsyncIterator[aiomqtt.Client]:
    async with aiomqtt.Client(
        stage.broker.host,
        stage.broker.port,
        username=GUEST,
        password=stage.broker.credentials[GUEST],
        protocol=aiomqtt.ProtocolVersion.V5,
    ) as client:
        yield client


async def _read_mqtt(client: aiomqtt.Client, seen: Seen) -> None:
    async for message in client.messages:
        seen.note("mqtt", UUID(str(message.topic).rsplit("/", 1)[1]))


async def _read_stream(client: httpx.AsyncClient, seen: Seen, opened: asyncio.Event) -> None:
    async with client.stream("GET", "/api/events/", timeout=None) as answer:
        answer.raise_for_status()
        event = ""
        async for line in answer.aiter_lines():
            if line.startswith("event: "):
                event = line.removeprefix("event: ")
                if event == "ready":
                    opened.set()
            elif event == "alarm" and line.startswith("data: "):
                alarm = json.loads(line.removeprefix("data: "))
                seen.note("stream", UUID(alarm["patient"]["id"]))


async def _log_in(stage: Stage, client: httpx.AsyncClient, patients: Sequence[Patient]) -> None:
    """Make a clinician who cares for these patients, and log in."""
    account = {"email": "calls@bench.example", "password": uuid4().hex}
    names = {"first_name": "Bench", "last_name": "Mark"}
    answer = await client.post("/api/auth/register/", json=account | names)
    answer.raise_for_status()
    told = answer.json()
    client.headers["Authorization"] = f"Bearer {told['access']}"
    with stage.connect() as db:
        db.execute(
            "INSERT INTO user_roles (user_id, role_id)"
            " SELECT %s, id FROM roles WHERE name = 'clinician'",
            (told["user"]["id"],),
        )
        db.execute(
            "INSERT INTO care_relationships (patient_id, clinician_id, kind)"
            " SELECT p, %s, 'assignment' FROM unnest(%s::uuid[]) AS p",
            (told["user"]["id"], [one.patient_id for one in patients]),
        )
