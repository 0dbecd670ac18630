"""The baseline: bare FastAPI routes that ask the database the same and answer the same shapes.

No authentication, no check of who may see whom, no audit, no limits, no middleware. The server, its
settings, the pool of connections, the queries and the shapes are those of the API.
"""

import datetime as dt
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Annotated, Any, cast
from uuid import UUID

import uvicorn
from fastapi import Depends, FastAPI

from api.accounts.schemas import Login
from api.auth import Caller
from api.credentials import Passwords
from api.health_metrics import manual_service, service
from api.health_metrics.endpoints import SPANS
from api.health_metrics.manual_schemas import ReadingInput
from api.health_metrics.schemas import Reading, Trend
from api.pagination import Page
from api.ward.schemas import BoardRow
from api.ward.service import board_rows
from storage.engine import Database, ReadSession, WriteSession
from storage.permissions import PERMISSIONS
from storage.queries import accounts, patients
from storage.queries.care import Viewer
from telemetry.clock import MAX_SKEW_MS

CLINICIAN = UUID(os.environ.get("BENCH_CLINICIAN", "c0000000-0000-4000-8000-000000000000"))
VIEWER = Viewer(CLINICIAN, frozenset(set(PERMISSIONS) & {"patients.view", "patients.care"}))
CALLER = cast("Caller", SimpleNamespace(id=CLINICIAN, viewer=VIEWER))
PAGE = 50


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.database = Database(os.environ["JEG_DATABASE_URL"])
    app.state.passwords = Passwords()
    yield
    await app.state.database.close()


app = FastAPI(lifespan=_lifespan)


async def _reading() -> AsyncIterator[ReadSession]:
    async with app.state.database.read() as session:
        yield session


async def _writing() -> AsyncIterator[WriteSession]:
    async with app.state.database.write() as session:
        yield session


ReadingSession = Annotated[ReadSession, Depends(_reading, scope="function")]
WritingSession = Annotated[WriteSession, Depends(_writing, scope="function")]


@app.post("/api/auth/login/")
async def login(body: Login) -> dict[str, Any]:
    """Find the password's hash and compare."""
    async with app.state.database.read() as session:
        known = await accounts.credentials(session, body.email.lower())
    expected = known.password_hash if known else None
    right = await app.state.passwords.verify(body.password.get_secret_value(), expected)
    return {"right": right}


@app.get("/api/ward/")
async def board(session: ReadingSession) -> Page[BoardRow]:
    """Board of the clinician's patients."""
    found = await patients.page(session, VIEWER, after=None, limit=PAGE + 1)
    return Page(results=await board_rows(session, found[:PAGE]), next=None)


@app.get("/api/health-metrics/trend/")
async def trend(session: ReadingSession, patient: UUID, metric: str) -> Trend:
    """A day of one metric."""
    now = dt.datetime.now(dt.UTC)
    return await service.trend(session, patient, metric, now - SPANS["24h"], now)


@app.post("/api/health-metrics/", status_code=201)
async def post_metric(session: WritingSession, body: ReadingInput, patient: UUID) -> Reading:
    """Enter a reading by hand."""
    shown, _ = await manual_service.record(session, CALLER, patient, body, MAX_SKEW_MS)
    return shown


if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(os.environ["JEG_API_PORT"]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
    )
