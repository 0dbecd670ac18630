"""What it costs to register a device among few and among many, broker account included."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import aiomqtt
import httpx
import psycopg

from benchmarks.processes import API_PORT, Cpu, api
from benchmarks.stage import Stage
from gateways.account_sync import reconcile
from gateways.broker_accounts import FileBrokerAccounts

LEVELS = (100, 1_000, 10_000)
SAMPLES = 100
CONNECTIONS = 40
PATIENTS = 500
AT_ONCE = 4


@dataclass
class Registrar:
    """Somebody who registers devices of many patients over the API."""

    client: httpx.AsyncClient
    patients: list[UUID]
    registered: int = 0
    newest: list[dict[str, Any]] = field(default_factory=list)

    async def register(self) -> None:
        """Register one device."""
        owner = self.patients[self.registered % len(self.patients)]
        self.registered += 1
        answer = await self.client.post(
            "/api/iot/devices/",
            json={"device_type": "MONITOR", "owner_id": str(owner), "provisioned": True},
        )
        answer.raise_for_status()
        self.newest = [*self.newest[1 - CONNECTIONS :], answer.json()]

    async def fill(self, level: int) -> None:
        """Register until so many are, several at a time."""

        async def work() -> None:
            while self.registered < level:
                await self.register()

        await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def measure(stage: Stage, levels: Sequence[int] = LEVELS) -> dict[str, Any]:
    """Figures by number of devices: milliseconds of a registration and of a connection."""
    with api(stage) as process:
        return asyncio.run(_measure(stage, process.pid, levels))


async def _measure(stage: Stage, pid: int, levels: Sequence[int]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{API_PORT}", timeout=30) as client:
        registrar = await _registrar(stage, client)
        for level in levels:
            await registrar.fill(level - SAMPLES)
            figures[str(level)] = await _sample(stage, registrar, pid)
    first, last = figures[str(levels[0])], figures[str(levels[-1])]
    figures["growth"] = {
        name: round(last[name]["median"] / first[name]["median"], 2)
        for name in ("register_ms", "connect_ms")
    }
    figures["reconcile_s"] = await _reconcile_seconds(stage)
    return figures


async def _registrar(stage: Stage, client: httpx.AsyncClient) -> Registrar:
    account = {"email": "bench@bench.example", "password": uuid4().hex}
    answer = await client.post(
        "/api/auth/register/", json=account | {"first_name": "Bench", "last_name": "Mark"}
    )
    answer.raise_for_status()
    told = answer.json()
    client.headers["Authorization"] = f"Bearer {told['access']}"
    patients = [uuid4() for _ in range(PATIENTS)]
    with stage.connect() as db:
        db.execute(
            "INSERT INTO user_roles (user_id, role_id) SELECT %s, id FROM roles"
            " WHERE name = 'admin'",
            (told["user"]["id"],),
        )
        db.execute(
            "INSERT INTO users (id, username, first_name, last_name)"
            " SELECT id, id::text, '', '' FROM unnest(%s::uuid[]) AS p(id)",
            (patients,),
        )
    return Registrar(client, patients)


async def _sample(stage: Stage, registrar: Registrar, pid: int) -> dict[str, Any]:
    """Register `SAMPLES` devices one after the other, then connect as the newest."""
    cpu, milliseconds = Cpu(pid), []
    for _ in range(SAMPLES):
        began = time.perf_counter()
        await registrar.register()
        milliseconds.append(1000 * (time.perf_counter() - began))
    spent_ms = 1000 * cpu.spent() / SAMPLES
    connections = [await _connect_ms(stage, one) for one in registrar.newest]
    return {
        "register_ms": _spread(milliseconds),
        "register_cpu_ms": round(spent_ms, 2),
        "connect_ms": _spread(connections),
    }


async def _connect_ms(stage: Stage, device: dict[str, Any]) -> float:
    began = time.perf_counter()
    async with aiomqtt.Client(
        stage.broker.host,
        stage.broker.port,
        username=device["device_id"],
        password=device["api_key"],
        protocol=aiomqtt.ProtocolVersion.V5,
    ):
        return 1000 * (time.perf_counter() - began)


async def _reconcile_seconds(stage: Stage) -> float:
    """How long it takes to find that all accounts are right."""
    accounts = FileBrokerAccounts(stage.broker.accounts_folder)
    async with await psycopg.AsyncConnection.connect(stage.postgres.url, autocommit=True) as db:
        began = time.perf_counter()
        wrong = await reconcile(db, accounts)
        seconds = time.perf_counter() - began
    if wrong:
        message = f"{wrong} accounts were wrong"
        raise RuntimeError(message)
    return round(seconds, 3)


def _spread(milliseconds: Sequence[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        "min": round(ordered[0], 2),
        "median": round(statistics.median(ordered), 2),
        "p95": round(ordered[int(0.95 * (len(ordered) - 1))], 2),
    }
