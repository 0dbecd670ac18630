"""Tells hospitals' own systems who works there, and patients of new times of their providers."""

from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import procrastinate
import psycopg
from psycopg.rows import DictRow

from gateways.hospital_systems import HospitalSystems, RealHospitalSystems, RoleChange, System
from gateways.outgoing import RefusedError, TryLaterError, UndeliveredError
from jobs.notifications import LEASE_SECONDS, MOST_ATTEMPTS, AgainError, DeadError, wait_seconds
from jobs.rows import one_row
from jobs.sending import Retrying
from jobs.settings import Settings
from storage.queries import hospital_systems as sql
from storage.queries import provider_letters as letters
from storage.queries.announce import announce
from telemetry.logs import logger

log = logger()

Connection = psycopg.AsyncConnection[Any]
Work = Callable[[Connection], Awaitable[object]]
Run = Callable[[str, str, Work], Awaitable[None]]
NO_SYSTEM: Final = "the hospital has no system any more"
_NOBODY: Final = UUID(int=0)


def add_hospital_sync(app: procrastinate.App, settings: Settings, url: str, run: Run) -> None:
    """Add the tasks that `storage.queries.hospital_systems` and `provider_letters` queue."""
    systems = RealHospitalSystems(allow_private=settings.private_addresses)

    @app.task(name=sql.TASK, retry=Retrying())
    async def hospital_sync(sync_id: str) -> None:
        """Tell a hospital's own system of one change."""
        await run(sql.TASK, url, lambda one: tell(one, systems, UUID(sync_id)))

    @app.task(name=letters.TASK, retry=Retrying())
    async def new_times(provider_id: str, change_id: str) -> None:
        """Tell a provider's patients of new times."""
        await run(
            letters.TASK, url, lambda one: tell_patients(one, UUID(provider_id), UUID(change_id))
        )


async def tell(connection: Connection, systems: HospitalSystems, sync_id: UUID) -> None:
    """Tell one change, if nobody has; `connection` is in autocommit mode.

    Raises:
        AgainError: It is to be tried again, at a time that the error names.
        DeadError: It is not, until somebody asks for it.

    """
    values = {"id": sync_id, "lease_seconds": LEASE_SECONDS}
    claim = await one_row(connection, sql.CLAIM, values)
    if claim is None:
        await _wait_for_other(connection, sync_id)
        return
    if claim["system"] is None:
        # Nobody is waiting for it.
        await _settle(connection, claim, "superseded", NO_SYSTEM)
        return
    known = claim["system"]
    system = System(known["kind"], known["url"], known["secret"])
    try:
        said = await systems.tell(system, _change(claim))
    except TryLaterError as error:
        await _later(connection, claim, error)
    except RefusedError as error:
        await _dead(connection, claim, error)
    except (ValueError, KeyError, TypeError) as error:
        code = f"cannot be written: {type(error).__name__}"
        await _dead(connection, claim, RefusedError(code))
    else:
        confirmed = {
            "id": claim["id"],
            "remote_id": said.remote_id,
            "remote_version": said.remote_version,
        }
        await connection.execute(sql.CONFIRMED, confirmed)


async def tell_patients(connection: Connection, provider_id: UUID, change_id: UUID) -> int:
    """Tell a provider's patients of new times, some at a time; how many were told.

    Doing so again tells nobody twice. `connection` is in autocommit mode.
    """
    row = await (await connection.execute(letters.PROVIDER, (provider_id,))).fetchone()
    if row is None:
        return 0
    told, after = 0, _NOBODY
    while True:
        values = {"provider_id": provider_id, "after": after, "batch": letters.BATCH}
        found = await (await connection.execute(letters.PATIENTS, values)).fetchall()
        if not found:
            return told
        after = found[-1][0]
        news = letters.new_times(provider_id, row[0], str(change_id), [one for (one,) in found])
        async with connection.transaction():
            told += await announce(connection, news)


def _change(claim: DictRow) -> RoleChange:
    return RoleChange(
        key=str(claim["id"]),
        provider_id=claim["provider_id"],
        hospital_id=claim["hospital_id"],
        event=claim["event"],
        payload=claim["payload"],
        occurred_at=claim["created_at"].isoformat(),
        remote_id=claim["remote_id"],
    )


async def _wait_for_other(connection: Connection, sync_id: UUID) -> None:
    """Come back when another worker's claim has run out; nothing to do when it is settled."""
    row = await one_row(connection, sql.STANDING, (sync_id,))
    if row is None or row["state"] in {"confirmed", "superseded"} or row["left_seconds"] is None:
        return
    code = "another worker has it"
    raise AgainError(code, max(float(row["left_seconds"]), 0) + 1)


async def _later(connection: Connection, claim: DictRow, error: TryLaterError) -> None:
    if claim["attempts"] >= MOST_ATTEMPTS:
        await _dead(connection, claim, error)
        return
    if await _settle(connection, claim, "failed", error.code) == "failed":
        seconds = wait_seconds(claim["attempts"], error.after_seconds, urgent=False)
        raise AgainError(error.code, seconds) from None


async def _dead(connection: Connection, claim: DictRow, error: UndeliveredError) -> None:
    if await _settle(connection, claim, "dead", error.code) == "dead":
        log.warning("hospital_sync_dead", sync=str(claim["id"]), reason=error.code)
        raise DeadError(error.code) from None


async def _settle(connection: Connection, claim: DictRow, state: str, error: str) -> str:
    row = await one_row(connection, sql.SETTLE, {"id": claim["id"], "state": state, "error": error})
    return state if row is None else str(row["state"])
