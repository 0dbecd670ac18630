"""Requests made up from the description of the API, all operations: no failure, no strange answer.

The description is the only list of operations here: a new endpoint is covered by being in it. More
examples: `JEG_SCHEMATHESIS_EXAMPLES=200`, see the README of the tests.
"""

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Final, cast
from uuid import UUID, uuid4

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as tried
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.core.result import Ok
from schemathesis.core.transport import Response
from schemathesis.python.asgi import ASGIClient, get_client, shutdown_lifespans
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

from api.app import create_app
from api.credentials import Tokens
from api.services import Services
from api.settings import Settings
from storage.engine import connect
from tests.support.http import NOW, People, Person

EXAMPLES: Final = int(os.environ.get("JEG_SCHEMATHESIS_EXAMPLES", "4"))
PARTS: Final = 4
STREAM_SECONDS: Final = 0.3
STREAM_EXAMPLES: Final = 2
ROLES: Final = ("patient", "clinician", "admin", "nobody")
AWAY: Final = {"urn:jeghealth:problem:broker-away"}
"""What is told with 503 when it is so: no broker runs here."""
CHECKED: Final = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


@dataclass(frozen=True)
class World:
    """Who calls, and what there is for them to find."""

    tokens: dict[str, str]
    known: dict[str, UUID]

    def headers(self, role: str) -> dict[str, str]:
        """Headers of somebody in this role."""
        return {"Authorization": f"Bearer {self.tokens[role]}"} if role in self.tokens else {}


async def _world(settings: Settings) -> World:
    parts = cast("Services", SimpleNamespace(tokens=Tokens(settings)))
    url = settings.database_url.get_secret_value()
    async with await connect(url, application_name="tests") as db:
        people = People(parts, cast("Any", None), db)
        admin, clinician = await people.person("admin"), await people.person("clinician")
        patient = await people.patient(clinician)
        device = await people.device(patient)
        await people.measure(patient, "heart_rate", [(NOW, 71)], device)
        alarm = await people.alarm(patient)
        known = {"patient": patient.id, "device": device, "alarm": alarm, "owner": patient.id}
        callers: dict[str, Person] = {"patient": patient, "clinician": clinician, "admin": admin}
        return World({role: one.token for role, one in callers.items()}, known)


@pytest.fixture(scope="module")
def described(settings: Settings) -> Iterator[tuple[FastAPI, ASGIClient]]:
    """An application of its own, since its event loop runs in a thread of Schemathesis."""
    generous = {"api_user_requests": 0, "api_costly_requests": 0, "api_login_attempts": 10**9}
    app = create_app(settings.model_copy(update=generous))
    with get_client(app) as client:  # type: ignore[arg-type] # it wants dict for MutableMapping
        yield app, client
    shutdown_lifespans()


@pytest.mark.parametrize("part", range(PARTS))
def test_no_request_makes_it_fail_or_answer_otherwise_than_described(
    described: tuple[FastAPI, ASGIClient], settings: Settings, part: int
) -> None:
    app, client = described
    found = schemathesis.openapi.from_dict(app.openapi())
    operations = [one.ok() for one in found.get_all_operations() if isinstance(one, Ok)]
    assert len(operations) == sum(map(len, app.openapi()["paths"].values()))
    failures = []
    for operation in operations[part::PARTS]:
        try:
            _try(operation, client, asyncio.run(_world(settings)))
        except Exception as error:  # noqa: BLE001 - all of them are told together
            failures.append(f"{operation.label}: {_plain(error)}")
    assert not failures, "\n\n".join(failures)


def _plain(error: BaseException) -> str:
    inner = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
    notes = [note for one in (error, *inner) for note in getattr(one, "__notes__", ())]
    return "\n".join([*(f"{type(one).__name__}: {one}" for one in inner), *notes])


def _try(operation: APIOperation[Any, Any, Any, Any], client: ASGIClient, world: World) -> None:
    streams = "text/event-stream" in str(operation.definition.raw)

    @tried(
        max_examples=STREAM_EXAMPLES if streams else EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def request(data: st.DataObject) -> None:
        mode = data.draw(st.sampled_from([GenerationMode.POSITIVE] * 2 + [GenerationMode.NEGATIVE]))
        case = data.draw(operation.as_strategy(mode))
        _make_it_find_something(case, world, data)
        headers = world.headers(data.draw(st.sampled_from(ROLES)))
        if data.draw(st.booleans()):
            headers["Idempotency-Key"] = str(uuid4())
        # What is read as it happens goes on for ever; an answer in pieces comes to its end.
        timeout = STREAM_SECONDS if streams and operation.method == "get" else 30
        answer = case.call(session=client, headers=headers, timeout=timeout)
        _check(case, answer)

    request()


def _make_it_find_something(case: Case[Any], world: World, data: st.DataObject) -> None:
    """Name what exists, half of the time: of made up ids there is nothing."""
    for place in (case.path_parameters, case.query):
        for name in list(place or {}):
            id_ = world.known.get(str(name).removesuffix("_id"))
            if id_ is not None and data.draw(st.booleans()):
                place[name] = str(id_)


def _check(case: Case[Any], answer: Response) -> None:
    away = answer.status_code == 503 and answer.json().get("type") in AWAY
    if not away:
        assert answer.status_code < 500, f"{answer.status_code} for {case.as_curl_command()}"
    assert b"Traceback" not in answer.content  # not all of it is text
    case.validate_response(answer, checks=CHECKED)
