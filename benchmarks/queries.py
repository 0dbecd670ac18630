"""What a board, trends and a report cost with a year of history, and with ten.

Two databases hold the same patients: one has the newest year of readings, the other ten years. The
functions that the API calls are run over random patients, in turn on one and on the other, so that
whatever else the machine does falls on both.
"""

import asyncio
import datetime as dt
import gc
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final
from uuid import UUID, uuid4

import numpy as np
import psycopg
from psycopg import sql

from api.health_metrics import report_service, service
from api.health_metrics.endpoints import FAR_FUTURE
from api.ward.service import board_rows
from benchmarks.history import METRIC_CODES, STEP_MINUTES, YEAR_DAYS, History, load
from benchmarks.stage import database_stage
from stack.services.postgres import Postgres
from storage.engine import Database, ReadSession
from storage.migrate import migrate
from storage.queries import health_metrics, patients
from storage.queries.care import SEES_ALL, Viewer

ROWS: Final = 50_000_000
RUNS: Final = 400
_REPORTS: Final = 60
_WARM_UP: Final = 20
_TENFOLD: Final = 10
_PAGE: Final = 51
_PER_YEAR: Final = len(METRIC_CODES) * YEAR_DAYS * 24 * 60 // STEP_MINUTES
_ADMIN: Final = Viewer(uuid4(), frozenset({SEES_ALL}))


@dataclass(frozen=True, slots=True)
class Case:
    """Whose and which readings one run asks for."""

    patient: UUID
    metric: str


Query = Callable[[ReadSession, Case], Awaitable[object]]


async def _board(session: ReadSession, _case: Case) -> object:
    found = await patients.page(session, _ADMIN, after=None, limit=_PAGE)
    return await board_rows(session, found)


def _trend(days: int) -> Query:
    async def ask(session: ReadSession, case: Case) -> object:
        now = dt.datetime.now(dt.UTC)
        since = now - dt.timedelta(days=days)
        return await service.trend(session, case.patient, case.metric, since, now)

    return ask


async def _latest(session: ReadSession, case: Case) -> object:
    return await health_metrics.latest(session, case.patient, service.metric_ids(None))


async def _readings(session: ReadSession, case: Case) -> object:
    window = health_metrics.Window(
        case.patient, service.metric_ids(None), service.EPOCH, FAR_FUTURE
    )
    return await health_metrics.page(session, window, after=None, limit=_PAGE)


async def _report(session: ReadSession, case: Case) -> object:
    return await report_service.picture(session, case.patient, 30, None)


QUERIES: Final[dict[str, Query]] = {
    "board": _board,
    "trend_24h": _trend(1),
    "trend_1y": _trend(YEAR_DAYS - 1),
    "latest": _latest,
    "readings": _readings,
    "report_month": _report,
}


def measure(rows: int = ROWS, runs: int = RUNS) -> dict[str, Any]:
    """Load a tenth of `rows` and all of them, and time every query on both."""
    now = dt.datetime.now(dt.UTC)
    until = now.replace(minute=now.minute // STEP_MINUTES * STEP_MINUTES, second=0, microsecond=0)
    people = max(1, round(rows / _TENFOLD / _PER_YEAR))
    with database_stage() as postgres:
        histories = {}
        seconds = {}
        for years in (1, _TENFOLD):
            history = History(people, years * YEAR_DAYS, until)
            started = time.perf_counter()
            url = _new_database(postgres, f"years_{years}")
            load(url, history)
            seconds[str(history.rows)] = round(time.perf_counter() - started, 1)
            histories[url] = history
        return {
            **asyncio.run(_timed(histories, runs)),
            "bytes_per_reading": _bytes_per_reading(*list(histories.items())[-1]),
            "patients": people,
            "load_seconds": seconds,
        }


def _new_database(postgres: Postgres, name: str) -> str:
    with psycopg.connect(postgres.url, autocommit=True) as db:
        db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = postgres.url_of(name)
    migrate(url)
    return url


def _bytes_per_reading(url: str, history: History) -> float:
    """Bytes on disk of the hypertable with its index, divided by its rows."""
    with psycopg.connect(url) as db:
        found = db.execute("SELECT hypertable_size('vitals')").fetchone()
    return round(int(found[0]) / history.rows, 1) if found else 0.0


async def _timed(histories: dict[str, History], runs: int) -> dict[str, Any]:
    databases = {url: Database(url, pool_size=1) for url in histories}
    figures: dict[str, Any] = {"p50_ms": {}, "p95_ms": {}, "p95_growth": {}}
    gc.disable()
    try:
        for name, query in QUERIES.items():
            wanted = min(runs, _REPORTS) if query is _report else runs
            taken = await _runs(databases, histories, query, wanted)
            for percentile in (50, 95):
                figures[f"p{percentile}_ms"][name] = {
                    str(histories[url].rows): round(float(np.percentile(one, percentile)), 2)
                    for url, one in taken.items()
                }
            shorter, longer = figures["p95_ms"][name].values()
            figures["p95_growth"][name] = round(longer / shorter - 1, 3)
    finally:
        gc.enable()
        for database in databases.values():
            await database.close()
    return figures


async def _runs(
    databases: dict[str, Database], histories: dict[str, History], query: Query, runs: int
) -> dict[str, list[float]]:
    """Milliseconds of each run by database, once the first few have warmed everything."""
    random = Random(7)  # noqa: S311 - which patients are asked about is no secret
    taken: dict[str, list[float]] = {url: [] for url in databases}
    for run in range(_WARM_UP + runs):
        for url, database in databases.items():
            case = Case(random.choice(histories[url].ids()), random.choice(METRIC_CODES))
            started = time.perf_counter()
            async with database.read() as session:
                await query(session, case)
            if run >= _WARM_UP:
                taken[url].append((time.perf_counter() - started) * 1000)
    return taken
