"""Lets go of what is old enough."""

import datetime as dt
from typing import Any, Final

import psycopg

from jobs.meters import DELETED
from jobs.retention_files import let_go_of_files
from jobs.rollups import is_continuous
from jobs.settings import Settings
from storage import audit
from storage.queries import deliveries, idempotency
from storage.queries import retention as sql
from storage.queries.background_jobs import DELETE_OLD
from storage.queries.retention_periods import APPLIED, FORGOTTEN, NOTED

_ROWS_AT_ONCE: Final = 5_000

Connection = psycopg.AsyncConnection[Any]


async def let_go(connection: Connection, settings: Settings) -> dict[str, int]:
    """Delete whatever has passed its days, a few thousand rows at a time: rows by class of data."""
    gone: dict[str, int] = {}
    await _let_go_of_rows(connection, settings, gone)
    await _let_go_of_readings(connection, settings, gone)
    await let_go_of_files(connection, settings, gone)
    await _let_go_of_log(connection, settings, gone)
    await note_periods(connection, settings)
    for name in _periods(settings):
        await connection.execute(APPLIED, {"name": name, "deleted": gone.get(name, 0)})
        DELETED.labels(name).inc(gone.get(name, 0))
    return gone


async def note_periods(connection: Connection, settings: Settings) -> None:
    """Note every class of data and its period for whoever asks (GET /api/retention/).

    Those that are kept until somebody deletes them as well.
    """
    periods = _periods(settings)
    days = [None if one is None else float(one) for one in periods.values()]
    await connection.execute(NOTED, (list(periods), days))
    await connection.execute(FORGOTTEN, (list(periods),))


def _rows(settings: Settings) -> dict[str, tuple[str, int | None]]:
    """Classes of data that are rows alone: the statement, and for how many days they are kept."""
    one = settings
    rollups = {
        f"rollup_{unit}s": (sql.ROLLUPS.format(relation=f"rollup_{unit}"), days)
        for unit, days in (
            ("minute", one.rollup_minute_days),
            ("hour", one.rollup_hour_days),
            ("day", one.rollup_day_days),
        )
    }
    return rollups | {
        "dead_letters": (sql.DEAD_LETTERS, one.dead_letter_days),
        "uncalled_alarms": (sql.UNCALLED_ALARMS, one.uncalled_alarm_days),
        "closed_alarms": (sql.CLOSED_ALARMS, one.closed_alarm_days),
        "scores": (sql.SCORES, one.score_days),
        "score_states": (sql.SCORE_STATES, one.score_days),
        "refresh_tokens": (sql.REFRESH_TOKENS, one.refresh_token_days),
        "login_sessions": (sql.LOGIN_SESSIONS, one.refresh_token_days),
        "one_time_tokens": (sql.ONE_TIME_TOKENS, one.refresh_token_days),
        "login_failures": (sql.LOGIN_FAILURES, one.refresh_token_days),
        "kept_answers": (idempotency.OLD, 0),
        "commands": (sql.COMMANDS, one.command_days),
        "conversations": (sql.CONVERSATIONS, one.conversation_days),
        "notifications": (deliveries.OLD, one.notification_days),
        "background_jobs": (DELETE_OLD, one.background_job_days),
    }


def _periods(settings: Settings) -> dict[str, float | None]:
    """Every class of data and for how many days it is kept; None: until somebody deletes it."""
    rows: dict[str, float | None] = {name: days for name, (_, days) in _rows(settings).items()}
    return rows | {
        # A refusal is still told apart from a new request for a day.
        "kept_answers": idempotency.LIFE_HOURS / 24,
        "appointments": settings.appointment_days,
        "audit": settings.audit_days,
        "documents": settings.document_days,
        "exports": settings.export_days,
        "failed_jobs": settings.failed_job_days,
        "readings": settings.vitals_days,
    }


async def _let_go_of_rows(connection: Connection, settings: Settings, gone: dict[str, int]) -> None:
    for name, (statement, days) in _rows(settings).items():
        if days is not None:
            gone[name] = await _delete(connection, statement, days)


async def _let_go_of_readings(
    connection: Connection, settings: Settings, gone: dict[str, int]
) -> None:
    """Drop whole days of readings; where the database does such things itself, tell it, too."""
    if settings.vitals_days is not None:
        cursor = await connection.execute(sql.DROP_VITALS, (settings.vitals_days,))
        gone["readings"] = len(await cursor.fetchall())
    if await is_continuous(connection):
        for relation, kept in (
            ("rollup_minute", settings.rollup_minute_days),
            ("rollup_hour", settings.rollup_hour_days),
            ("rollup_day", settings.rollup_day_days),
            ("vitals", settings.vitals_days),
        ):
            await _keep_policy(connection, relation, kept)


async def _let_go_of_log(connection: Connection, settings: Settings, gone: dict[str, int]) -> None:
    """Have the audit log begin later, and delete what is before."""
    if settings.audit_days is not None:
        async with connection.transaction():
            await audit.let_go(connection, settings.audit_days)
        gone["audit"] = await _delete(connection, audit.DELETE_OLD)


async def _keep_policy(connection: Connection, relation: str, days: int | None) -> None:
    """Let the database itself drop what the settings let go of, no more and no less."""
    cursor = await connection.execute(sql.RETENTION_POLICY, (relation,))
    row = await cursor.fetchone()
    wanted = None if days is None else dt.timedelta(days=days)
    if (row and row[0]) == wanted:
        return
    async with connection.transaction():
        await connection.execute(sql.REMOVE_RETENTION_POLICY, (relation,))
        if days is not None:
            await connection.execute(sql.ADD_RETENTION_POLICY, (relation, days))


async def _delete(connection: Connection, statement: str, *days: int) -> int:
    gone = 0
    while True:
        cursor = await connection.execute(statement, (*days, _ROWS_AT_ONCE))
        gone += cursor.rowcount
        if cursor.rowcount < _ROWS_AT_ONCE:
            return gone
