"""Rules of what devices are told: written down first, then published, then answered by ingest."""

import asyncio
import datetime as dt
from typing import Final
from uuid import UUID

import msgspec
from fastapi import Response, status

from api.auth import Caller
from api.commands.schemas import CommandInput, Config, ConfigInput, shape
from api.devices.service import require
from api.errors import (
    BrokerAwayError,
    DeviceRevokedError,
    NotFoundError,
    PreconditionFailedError,
)
from api.idempotency import Named
from api.services import Services
from storage.access import aside
from storage.engine import ReadSession
from storage.models import DeviceConfig
from storage.queries import commands
from storage.queries.commands import CommandRow
from storage.queries.devices import DeviceRow
from storage.queries.locks import lock
from telemetry.clock import to_ms
from telemetry.topics import Down, down, partition_of

LONGEST_WAIT_SECONDS: Final = 55.0
"""Proxies commonly give an answer up after a minute."""
LOOK_SECONDS: Final = 2.0
"""A waiting request looks so often without being told to."""


async def send(
    parts: Services, caller: Caller, device_id: UUID, wanted: CommandInput, once: Named | None
) -> CommandRow:
    """Send a command to a device, `once` where its caller named it.

    Raises:
        BrokerAwayError: when the broker could not be told; the command says so, too.
        DeviceRevokedError: when the device is revoked.
        Replay, IdempotencyInProgressError, IdempotencyKeyReusedError: as `Named.claimed`.
    """
    with aside():
        device, row = await _written_down(parts, caller, device_id, wanted, once)
    body = {
        "id": row.id,
        "name": row.name,
        "args": wanted.arguments,
        "expires": to_ms(row.expires_at),
    }
    try:
        await parts.downlink.publish(
            _topic(device, Down.CMD),
            msgspec.json.encode(body),
            expiry_seconds=wanted.timeout_seconds,
        )
    except BrokerAwayError:
        with aside():
            async with parts.database.write() as session:
                await commands.mark(session, row.id, "failed", "broker_away")
                if once is not None:
                    await once.release(session)
        raise
    async with parts.database.write() as session:
        await commands.mark(session, row.id, "sent", None)
        return _there(await commands.find(session, device_id, row.id))


async def _written_down(
    parts: Services, caller: Caller, device_id: UUID, wanted: CommandInput, once: Named | None
) -> tuple[DeviceRow, CommandRow]:
    """Keep the command before it is sent, and with it what stands for its answer."""
    async with parts.database.write() as session:
        if once is not None:
            await once.claimed(session)
        device = _able(await require(session, caller, device_id))
        command_id = await commands.add(
            session,
            device_id,
            caller.id,
            name=wanted.name,
            arguments=wanted.arguments,
            expires_at=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=wanted.timeout_seconds),
        )
        row = _there(await commands.find(session, device_id, command_id))
        if once is not None:
            await once.keep(session, _pending(row))
    return device, row


def _pending(row: CommandRow) -> Response:
    """What stands for the answer until there is one."""
    body = shape(row).model_dump_json()
    return Response(body, status.HTTP_201_CREATED, media_type="application/json")


async def wait(parts: Services, row: CommandRow) -> CommandRow:
    """Wait until a command is answered or has timed out, or for as long as a request may."""
    loop = asyncio.get_running_loop()
    gives_up = loop.time() + LONGEST_WAIT_SECONDS
    with parts.waiters.waiting(row.id) as answered:
        while row.waits and not parts.waiters.closing and (left := gives_up - loop.time()) > 0:
            expires = (row.expires_at - dt.datetime.now(dt.UTC)).total_seconds()
            seconds = min(left, LOOK_SECONDS, max(expires, 0.01))
            try:
                async with asyncio.timeout(seconds):
                    await answered.wait()
            except TimeoutError:
                pass
            answered.clear()
            async with parts.database.read() as session:
                row = _there(await commands.find(session, row.device_id, row.id))
    return row


async def find(
    session: ReadSession, caller: Caller, device_id: UUID, command_id: UUID
) -> CommandRow:
    """Find a command of a device that the caller may see, or raise `NotFoundError`."""
    await require(session, caller, device_id)
    return _there(await commands.find(session, device_id, command_id))


async def configure(
    parts: Services,
    caller: Caller,
    device_id: UUID,
    seen: frozenset[int] | None,
    wanted: ConfigInput,
) -> Config:
    """Set the configuration of a device and leave it at the broker for whenever it connects.

    It is published before the commit, while its row is locked: of two at a time the one that is
    kept is the one that stays at the broker, and what could not be published is not kept.

    Raises:
        BrokerAwayError: when the broker could not be told; nothing is changed.
        DeviceRevokedError: when the device is revoked.
        PreconditionFailedError: when the version is none of those that were seen.
    """
    async with parts.database.write() as session:
        device = _able(await require(session, caller, device_id))
        await lock(session, f"config:{device_id}")
        _check(await commands.config(session, device_id), seen)
        version = await commands.set_config(session, device_id, wanted.settings, caller.id)
        payload = msgspec.json.encode({"version": version, "settings": wanted.settings})
        await parts.downlink.publish(_topic(device, Down.CONFIG), payload, retain=True)
        found = await commands.config(session, device_id)
        return Config.model_validate(found, from_attributes=True)


def _check(current: DeviceConfig | None, seen: frozenset[int] | None) -> None:
    version = current.version if current else None
    if seen is not None and version not in seen:
        headers = {"ETag": f'"{version}"'} if version is not None else None
        raise PreconditionFailedError(headers=headers)


def _topic(device: DeviceRow, leaf: Down) -> str:
    return down(partition_of(device.owner_id), device.device_id, leaf)


def _able(device: DeviceRow) -> DeviceRow:
    if device.status == "REVOKED":
        raise DeviceRevokedError
    return device


def _there(row: CommandRow | None) -> CommandRow:
    if row is None:
        raise NotFoundError
    return row
