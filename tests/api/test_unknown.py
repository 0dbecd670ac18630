"""What a route does not know is refused, never ignored: parameters of the query, a key not kept."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI, Query
from fastapi.routing import APIRoute
from httpx import ASGITransport, AsyncClient
from pydantic import BaseModel

from api import problems
from api.app import ROUTERS
from api.routing import KEY_HEADER, LENIENT, MOST_TOLD, Router, declared
from tests.support.http import People

LENIENTLY = re.compile(
    r"/fhir/R4/.*"  # its own rule: tests/api/test_fhir.py
    r"|/api/payments/webhooks/(stripe|paypal)/"  # signed is the body; the address is the provider's
    # Links that go through other programs, which add to them.
    r"|/api/auth/images/{name}/"
    r"|/api/exports/{export_id}/download/"
    r"|/api/erasures/{erasure_id}/"
    r"|/api/appointments/{appointment_id:uuid}/files/{file_id:uuid}/content/"
    r"|/api/appointments/calendar/{token}/calendar.ics"
)
IN_PATHS = {
    "{role}": "patient",
    "dead-jobs/{job_id}": "dead-jobs/1",
    r"{\w+(:\w+)?}": "00000000-0000-0000-0000-000000000000",
}
"""What fits there, the first that does."""


def routes() -> Iterator[APIRoute]:
    for router in ROUTERS:
        yield from (one for one in router.routes if isinstance(one, APIRoute))


def strict() -> list[APIRoute]:
    return [one for one in routes() if not LENIENTLY.fullmatch(one.path)]


def test_what_is_lenient_is_stated() -> None:
    lenient = {
        one.path
        for one in routes()
        if any(sub.call is LENIENT.dependency for sub in one.dependant.dependencies)
    }
    assert lenient == {one.path for one in routes()} - {one.path for one in strict()}


class Shaped(BaseModel):
    """Parameters in a shape."""

    since: str | None = None


@pytest.fixture(name="small")
def small_app() -> AsyncClient:
    """A route of each way to take parameters, with nothing to log in to."""
    router = Router(prefix="/api/things")

    @router.get("/")
    async def read(patient: int = 0, page: int = Query(1, alias="page-number")) -> list[int]:
        return [patient, page]

    @router.post("/")
    async def write(shaped: Shaped = Query()) -> str | None:
        return shaped.since

    @router.get("/lenient/", dependencies=[LENIENT])
    async def lenient() -> str:
        return "taken"

    app = FastAPI()
    problems.install(app)
    app.include_router(router)
    return AsyncClient(transport=ASGITransport(app), base_url="http://jeg.test")


async def refused(client: AsyncClient, method: str, path: str, **given: Any) -> dict[str, str]:
    answer = await client.request(method, path, **given)
    assert answer.status_code == 422, answer.text
    assert "91x4" not in answer.text
    return {one["field"]: one["reason"] for one in answer.json()["errors"]}


async def test_the_parameter_is_named_and_the_one_that_was_meant(small: AsyncClient) -> None:
    none = "is not a parameter of this operation"
    near = f"{none}; did you mean {{}}?"
    for query, told in {
        "zzz=91x4": {"zzz": none},
        "zzz": {"zzz": none},
        "=91x4": {"": none},
        "paitent=91x4": {"paitent": near.format("patient")},
        "patient_id=91x4": {"patient_id": near.format("patient")},
        "PATIENT=91x4": {"PATIENT": near.format("patient")},
        # With whatever else is wrong.
        "patient=91x4&page_number=2": {
            "patient": "must be a whole number",
            "page_number": near.format("page-number"),
        },
    }.items():
        assert await refused(small, "GET", f"/api/things/?{query}") == told
    assert await refused(small, "POST", "/api/things/?sinse=91x4") == {
        "sinse": near.format("since")
    }
    for query in ("", "?", "?&", "?patient=7&page-number=2&patient=8"):
        assert (await small.get(f"/api/things/{query}")).status_code == 200
    assert (await small.post("/api/things/?since=2026")).json() == "2026"
    assert (await small.get("/api/things/lenient/?zzz=1")).json() == "taken"


async def test_a_query_of_hundreds_is_not_answered_with_hundreds(small: AsyncClient) -> None:
    query = "&".join(f"{'patient' * 40}{number}" for number in range(200))
    assert len(await refused(small, "GET", f"/api/things/?{query}")) <= MOST_TOLD


async def test_a_key_that_is_not_kept_is_refused(small: AsyncClient) -> None:
    key = {KEY_HEADER: "91x4-91x4"}
    told = await refused(small, "POST", "/api/things/?zzz=1", headers=key)
    assert list(told) == ["zzz", KEY_HEADER]
    assert await refused(small, "POST", "/api/things/", headers=key) == {
        KEY_HEADER: "is not taken by this operation, which keeps none"
    }
    # Reading twice is reading.
    assert (await small.get("/api/things/", headers=key)).status_code == 200


async def test_every_route_refuses_a_parameter_that_it_does_not_know(people: People) -> None:
    caller = await people.person("admin", "clinician", "patient", "developer", "auditor")
    passed = []
    for route in strict():
        path = route.path
        for part, value in IN_PATHS.items():
            path = re.sub(part, value, path)
        query = dict.fromkeys(declared(route.dependant, "query_params"), "1") | {"zzz": "91x4"}
        for method in route.methods or ():
            answer = await caller.client.request(method, path, params=query, headers=caller.headers)
            told = [one["field"] for one in answer.json().get("errors", [])]
            if answer.status_code != 403 and "zzz" not in told:
                passed.append((method, path, answer.status_code, answer.text[:100]))
    assert not passed, "\n".join(map(str, passed))
    assert len(strict()) > 200


async def test_who_may_not_ask_is_told_that_first(people: People) -> None:
    patient = await people.patient()
    assert (await patient.client.get("/api/ward/?zzz=1")).status_code == 401
    assert (await patient.get("/api/dead-jobs/", zzz="1")).status_code == 403
    assert (await patient.get("/api/ward/", zzz="1")).status_code == 422
    # The audit log has who asked, and whom for.
    path = f"/api/patients/{patient.id}/observations/"
    assert (await patient.get(path, zzz="1")).status_code == 422
    cursor = await people.db.execute(
        "SELECT actor_id, outcome FROM audit_log WHERE resource = %s ORDER BY seq DESC LIMIT 1",
        ("/api/patients/{patient_id}/observations/",),
    )
    assert await cursor.fetchall() == [(patient.id, "refused")]
