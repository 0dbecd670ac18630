"""Lets go of what has a file: the file goes first, so that none is left without a row."""

from typing import Any, Final

import psycopg

from gateways.files import Files, FilesAwayError, stored_files
from jobs.settings import Settings
from storage.queries import exports
from storage.queries import retention as sql
from telemetry.logs import logger

_AT_ONCE: Final = 200

Connection = psycopg.AsyncConnection[Any]


async def let_go_of_files(connection: Connection, settings: Settings, gone: dict[str, int]) -> None:
    """Delete exports that ran out, old documents, and old appointments with theirs.

    While the store of files is away nothing of it goes; the next run goes on.
    """
    files = stored_files(settings.file_store())
    try:
        gone["exports"] = await _exports(connection, files)
        if settings.document_days is not None:
            gone["documents"] = await _documents(connection, files, settings.document_days)
        if settings.appointment_days is not None:
            await _documents(connection, files, settings.appointment_days)
            gone["appointments"] = await _appointments(connection, settings.appointment_days)
    except FilesAwayError:
        logger().warning("retention_files_away")


async def _exports(connection: Connection, files: Files) -> int:
    gone = 0
    while True:
        rows = await (await connection.execute(exports.EXPIRED, (_AT_ONCE,))).fetchall()
        for (export_id,) in rows:
            await files.delete(exports.key_of(export_id))
        await connection.execute(exports.DELETE, ([row[0] for row in rows],))
        gone += len(rows)
        if len(rows) < _AT_ONCE:
            return gone


async def _documents(connection: Connection, files: Files, days: int) -> int:
    gone = 0
    while True:
        rows = await (await connection.execute(sql.OLD_FILES, (days, _AT_ONCE))).fetchall()
        for _, key in rows:
            await files.delete(key)
        await connection.execute(sql.DELETE_FILES, ([row[0] for row in rows],))
        gone += len(rows)
        if len(rows) < _AT_ONCE:
            return gone


async def _appointments(connection: Connection, days: int) -> int:
    gone = 0
    while True:
        deleted = (await connection.execute(sql.APPOINTMENTS, (days, _AT_ONCE))).rowcount
        gone += deleted
        if deleted < _AT_ONCE:
            return gone
