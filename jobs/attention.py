"""The clock of alarms: calls who must know, reminds them, and wakes what was snoozed.

It looks at alarms whose `attention_at` has come, one transaction each: what is told, how far the
call has come and when to look again are committed together, so that a worker that dies in between
has told nobody and lost nothing, and the next one does it. Several workers take different alarms.
"""

import asyncio
import datetime as dt
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.rows import DictRow

from analytics.alarm_file import AlarmFile
from analytics.alarms import State
from jobs import meters
from jobs.calling import Call
from jobs.rows import one_row
from storage.queries import attention as sql
from telemetry.logs import logger

log = logger()

Connection = psycopg.AsyncConnection[Any]

LOOK_SECONDS: Final = 1.0
MOST_AT_ONCE: Final = 200
"""Alarms per look, so that the worker's other duties get their turn."""
POSTPONE_SECONDS: Final = 60.0

_CALLING: Final = frozenset({State.ACTIVE_UNACKNOWLEDGED, State.LATCHED})


async def attend(connection: Connection, most: int = MOST_AT_ONCE) -> int:
    """Do everything that is due now; how many alarms were looked at.

    `connection` is in autocommit mode.
    """
    done = 0
    while done < most and await _one(connection):
        done += 1
    return done


async def keep_attending(connection: Connection) -> None:
    """Attend for ever; a failure of one alarm never keeps another waiting.

    Raises:
        psycopg.OperationalError: The database is away.

    """
    while True:
        if await attend(connection) < MOST_AT_ONCE:
            await asyncio.sleep(LOOK_SECONDS)


async def _one(connection: Connection) -> bool:
    alarm_id: UUID | None = None
    try:
        async with connection.transaction():
            alarm = await one_row(connection, sql.TAKE_DUE, {})
            if alarm is None:
                return False
            alarm_id = alarm["id"]
            await _attend_to(connection, alarm)
            return True
    except psycopg.OperationalError:
        raise
    except Exception:
        if alarm_id is None:
            raise
        log.exception("alarm_unattended", alarm=str(alarm_id))
        meters.UNATTENDED.inc()
        await connection.execute(sql.POSTPONE, (POSTPONE_SECONDS, alarm_id))
        return True


async def _attend_to(connection: Connection, alarm: DictRow) -> None:
    if alarm["snoozed_until"] is not None or alarm["state"] == State.SUPPRESSED:
        alarm |= await AlarmFile(connection).wake(alarm["id"])
        held = alarm["attention_at"] if alarm["state"] == State.SUPPRESSED else None
        if held or alarm["snoozed_until"]:
            await _look_again(connection, alarm, held or alarm["snoozed_until"])
            return
    if alarm["state"] not in _CALLING or alarm["parent_id"] is not None:
        await _look_again(connection, alarm, None)
        return
    await Call(connection, alarm).go_on()


async def _look_again(connection: Connection, alarm: DictRow, at: dt.datetime | None) -> None:
    await connection.execute(sql.LOOK_AGAIN, {"id": alarm["id"], "attention_at": at})
