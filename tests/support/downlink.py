"""An API that is connected to a broker, and devices that listen to what it tells them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiomqtt
import psycopg
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from pydantic import SecretStr

from api.app import create_app
from api.settings import Settings
from simulators.device import Device as Simulated
from simulators.device import Identity, Link
from stack.services.mosquitto import Mosquitto
from telemetry.topics import device_topics
from tests.support.http import People, Person
from tests.support.worlds import Device, add_device, until

Db = psycopg.AsyncConnection[Any]


@asynccontextmanager
async def serving(settings: Settings, broker: Mosquitto) -> AsyncIterator[FastAPI]:
    """An API process that is connected to the broker."""
    app = create_app(
        settings.model_copy(
            update={
                "broker_host": broker.host,
                "broker_port": broker.port,
                "broker_password": SecretStr(broker.credentials["jeg-api"]),
                "broker_accounts_dir": broker.accounts_folder,
            }
        )
    )
    async with app.router.lifespan_context(app):
        await until(lambda: app.state.services.downlink.connected)
        yield app


@asynccontextmanager
async def people_of(app: FastAPI, db: Db) -> AsyncIterator[People]:
    transport = ASGITransport(app, raise_app_exceptions=False)
    async with AsyncClient(transport=transport, base_url="http://jeg.test") as client:
        yield People(app.state.services, client, db)


async def owned(crew: People, db: Db, broker: Mosquitto) -> tuple[Person, Device, str]:
    owner = await crew.patient()
    device = await add_device(db, broker, owner.id)
    return owner, device, f"/api/iot/devices/{device.device_id}/"


def simulated(device: Device, broker: Mosquitto) -> Simulated:
    topics = device_topics(device.partition, device.device_id)
    identity = Identity(str(device.device_id), device.key, topics)
    return Simulated(identity, Link(broker.host, broker.port, least_s=0.05, most_s=0.3), boot=4)


async def heard(client: aiomqtt.Client) -> aiomqtt.Message:
    async with asyncio.timeout(30):
        return await anext(aiter(client.messages))
