"""Lets go of what is old enough."""

import datetime as dt
from typing import Any, Final

import psycopg

from jobs.meters import DELETED
from jobs.rollups import is_continuous
from jobs.settings import Settings
from storage.queries import deliveries, idempotency
from storage.queries import retention as sql
from storage.queries.background_jobs import DELETE_OLD

_ROWS_AT_ONCE: Final = 5_000


async def let_go(connection: psycopg.AsyncConnection[Any], settings: Settings) -> dict[str, int]:
    """Delete whatever has passed its days, a few thousand rows at a time: rows by kind."""
    wanted = {
        "dead_letters": (sql.DEAD_LETTERS, settings.dead_letter_days),
        "uncalled_alarms": (sql.UNCALLED_ALARMS, settings.uncalled_alarm_days),
        "closed_alarms": (sql.CLOSED_ALARMS, settings.closed_alarm_days),
        "rollup_minutes": (sql.ROLLUP_MINUTES, settings.rollup_minute_days),
        "scores": (sql.SCORES, settings.score_days),
        "score_states": (sql.SCORE_STATES, settings.score_days),
        "refresh_tokens": (sql.REFRESH_TOKENS, settings.refresh_token_days),
        "login_sessions": (sql.LOGIN_SESSIONS, settings.refresh_token_days),
        "one_time_tokens": (sql.ONE_TIME_TOKENS, settings.refresh_token_days),
        "login_failures": (sql.LOGIN_FAILURES, settings.refresh_token_days),
        "kept_answers": (idempotency.OLD, 0),
        "commands": (sql.COMMANDS, settings.command_days),
        "notifications": (deliveries.OLD, settings.notification_days),
        "background_jobs": (DELETE_OLD, settings.background_job_days),
    }
    gone = {}
    for name, (statement, days) in wanted.items():
        if days is not None:
            gone[name] = await _delete(connection, statement, days)
            DELETED.labels(name).inc(gone[name])
    if settings.vitals_days is not None:
        cursor = await connection.execute(sql.DROP_VITALS, (settings.vitals_days,))
        gone["vitals_chunks"] = len(await cursor.fetchall())
        DELETED.labels("vitals_chunks").inc(gone["vitals_chunks"])
    if await is_continuous(connection):
        for relation, kept in (
            ("rollup_minute", settings.rollup_minute_days),
            ("vitals", settings.vitals_days),
        ):
            await _keep_policy(connection, relation, kept)
    return gone


async def _keep_policy(
    connection: psycopg.AsyncConnection[Any], relation: str, days: int | None
) -> None:
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


async def _delete(connection: psycopg.AsyncConnection[Any], statement: str, days: int) -> int:
    gone = 0
    while True:
        cursor = await connection.execute(statement, (days, _ROWS_AT_ONCE))
        gone += cursor.rowcount
        if cursor.rowcount < _ROWS_AT_ONCE:
            return gone
