"""The description of the API is true, whole, and equal to its reference page."""

import asyncio
import json
import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx import AsyncClient
from jsonschema import Draft202012Validator, FormatChecker
from pydantic import BaseModel, TypeAdapter, ValidationError

from api import reference
from api.__main__ import describe
from api.app import ROUTERS, create_app
from api.settings import Settings
from stack.services.place import REPOSITORY
from tests.support.http import client_of

MANY = 80
"""Bodies of requests, at least."""
DESCRIBED = REPOSITORY / "docs" / "reference" / "http.md"
PUBLIC = {
    "/api/appointments/calendar/{token}/calendar.ics",
    "/api/appointments/{appointment_id}/files/{file_id}/content/",
    "/api/auth/email/verify/",
    "/api/auth/images/{name}/",
    "/api/auth/login/",
    "/api/auth/login/second-step/",
    "/api/auth/logout/",
    "/api/auth/passkeys/login/",
    "/api/auth/passkeys/login/options/",
    "/api/auth/password/reset/",
    "/api/auth/password/reset/confirm/",
    "/api/auth/register/",
    "/api/auth/token/refresh/",
    "/api/demo/",
    "/api/erasures/{erasure_id}/",
    "/api/exports/{export_id}/download/",
    "/api/iot/data/",
    "/api/iot/data/stream/",
    "/api/iot/devices/error/",
    "/api/iot/devices/verify/",
    "/api/payments/webhooks/paypal/",
    "/api/payments/webhooks/stripe/",
    "/fhir/R4/metadata/",
    "/healthz",
    "/readyz",
}


@pytest.fixture(scope="module")
def operations(built: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, operation)
        for path, methods in built.openapi()["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_reference_page_is_what_the_api_says() -> None:
    assert DESCRIBED.read_text() == describe("reference"), f"run {reference.COMMAND}"


def test_what_needs_a_login_says_so(operations: list[tuple[str, str, dict[str, Any]]]) -> None:
    assert {path for path, _, operation in operations if "security" not in operation} == PUBLIC


def test_every_operation_and_shape_is_explained(
    built: FastAPI, operations: list[tuple[str, str, dict[str, Any]]]
) -> None:
    assert all(operation["description"] for _, _, operation in operations)
    ids = [operation["operationId"] for _, _, operation in operations]
    assert len(set(ids)) == len(ids)
    schemas = built.openapi()["components"]["schemas"]
    unexplained = {
        name
        for name, one in schemas.items()
        if not one.get("description") and not name.startswith("Page_")
    }
    assert unexplained == set()
    assert "HTTPValidationError" not in schemas


def test_every_reference_leads_somewhere(built: FastAPI) -> None:
    described = built.openapi()
    named = set(re.findall(r"#/components/schemas/([^\"]+)", json.dumps(described)))
    assert named <= described["components"]["schemas"].keys()


def test_problems_have_their_media_type(
    operations: list[tuple[str, str, dict[str, Any]]],
) -> None:
    for path, _, operation in operations:
        (media,) = operation["responses"]["default"]["content"]
        own = "fhir" if path.startswith("/fhir/") else "problem"
        assert media == f"application/{own}+json"


def test_every_shape_has_an_example_that_fits_it(built: FastAPI) -> None:
    described = built.openapi()
    formats = FormatChecker([name for name in FormatChecker.checkers if name != "time"])
    for name, shape in described["components"]["schemas"].items():
        whole = {"$ref": f"#/components/schemas/{name}", "components": described["components"]}
        validator = Draft202012Validator(whole, format_checker=formats)
        assert shape["examples"], name
        for example in shape["examples"]:
            assert [f"{name}: {one.message}" for one in validator.iter_errors(example)] == []


def test_every_body_and_required_parameter_has_an_example(
    operations: list[tuple[str, str, dict[str, Any]]],
) -> None:
    for path, method, operation in operations:
        for one in operation.get("parameters", []):
            assert "example" in one or not one["required"] or "examples" in one["schema"], path
        for body in [operation.get("requestBody", {}), *operation["responses"].values()]:
            for content in body.get("content", {}).values():
                schema = content.get("schema")
                assert not schema or "$ref" in schema or "example" in content, (method, path)


def bodies(built: FastAPI) -> list[Any]:
    """Path, methods, shape and example of every body that is JSON."""
    described = built.openapi()
    schemas = described["components"]["schemas"]
    found: list[Any] = []
    for route in (one for router in ROUTERS for one in router.routes):
        if not isinstance(route, APIRoute) or route.body_field is None:
            continue
        for method in sorted(route.methods or ()):
            operation = described["paths"].get(route.path_format, {}).get(method.lower(), {})
            content = operation.get("requestBody", {}).get("content", {}).get("application/json")
            if not content:
                continue
            of = content["schema"].get("$ref", "").rpartition("/")[2]
            example = content.get("example", schemas.get(of, {}).get("examples", [None])[0])
            entered: Any = route.body_field.field_info.annotation
            shape: TypeAdapter[Any] = TypeAdapter(entered)
            found.append((f"{method} {route.path_format}", shape, example))
    return found


def test_every_body_that_is_shown_is_accepted(built: FastAPI) -> None:
    """By the rules of its shape, too, which no JSON schema says."""
    shown = bodies(built)
    assert len(shown) > MANY
    refused = []
    for operation, shape, example in shown:
        try:
            shape.validate_json(json.dumps(example))
        except ValidationError as error:
            refused.append((operation, error.errors()[0]["loc"], error.errors()[0]["msg"]))
    assert not refused, "\n".join(map(str, refused))


async def test_the_page_needs_no_script(client: AsyncClient) -> None:
    answer = await client.get("/api/docs")
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert "POST /api/iot/devices/register/" in answer.text
    assert (await client.get("/api/openapi.json")).json()["openapi"].startswith("3.1")


def test_two_shapes_never_share_a_name(
    operations: list[tuple[str, str, dict[str, Any]]], built: FastAPI
) -> None:
    entered = next(
        one["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[-1]
        for path, method, one in operations
        if (path, method) == ("/api/health-metrics/", "post")
    )
    fields = built.openapi()["components"]["schemas"][entered]["properties"]
    assert "recorded_at" in fields
    assert "api_key" not in fields

    class Problem(BaseModel):
        """Another one of this name."""

    app = FastAPI(responses=reference.PROBLEMS)
    reference.install(app, also=[Problem])
    app.get("/")(lambda: None)
    with pytest.raises(ValueError, match="called Problem"):
        app.openapi()


async def test_others_go_on_while_the_description_is_made(settings: Settings) -> None:
    app, beats = create_app(settings), 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0.01)
            beats += 1

    others = asyncio.create_task(beat())
    async with client_of(app) as client:
        answer = await client.get("/api/openapi.json")
    others.cancel()
    assert answer.json() == app.openapi()
    assert beats > 1
