"""What every request goes through: ids, headers, limits, problems, slashes, the web pages."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from httpx import AsyncClient

from api.app import create_app
from api.settings import Settings
from tests.support.http import People, client_of, settings_with


async def test_both_forms_of_a_path_answer_without_redirect(client: AsyncClient) -> None:
    for path in ("/api/auth/profile", "/api/auth/profile/"):
        assert (await client.get(path)).status_code == 401
    for path in ("/api/docs", "/api/docs/", "/api/openapi.json", "/healthz", "/readyz"):
        assert (await client.get(path)).status_code == 200


async def test_security_headers_are_on_every_answer(client: AsyncClient) -> None:
    for path in ("/healthz", "/api/ward/", "/api/nowhere/", "/"):
        headers = (await client.get(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert len(headers["X-Request-ID"]) == 32
    assert (await client.get("/api/ward/")).headers["Cache-Control"] == "no-store"


async def test_a_request_id_is_taken_over_when_harmless(client: AsyncClient) -> None:
    given = await client.get("/api/ward/", headers={"X-Request-ID": "trace-1234.abc"})
    assert given.headers["X-Request-ID"] == given.json()["request_id"] == "trace-1234.abc"
    for harmful in ("<script>alert(1)</script>", "short", "x" * 65):
        answer = await client.get("/healthz", headers={"X-Request-ID": harmful})
        assert answer.headers["X-Request-ID"] != harmful


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/api/nowhere/91x4/", 404, "not-found"),
        ("DELETE", "/api/ward/", 405, "method-not-allowed"),
        ("GET", "/api/auth/login", 405, "method-not-allowed"),
        ("DELETE", "/api/nowhere/91x4/", 404, "not-found"),
        ("POST", "/somewhere", 405, "method-not-allowed"),
        ("GET", "/assets/91x4.js", 404, "not-found"),
    ],
)
async def test_unknown_paths_are_problems(
    client: AsyncClient, method: str, path: str, status: int, kind: str
) -> None:
    answer = await client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:jeghealth:problem:{kind}"
    assert "91x4" not in answer.text


async def test_a_failure_of_ours_tells_nothing(
    people: People, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(*_: object, **__: object) -> None:
        await asyncio.sleep(0)
        message = "glucose of patient 91x4 is 7"
        raise RuntimeError(message)

    monkeypatch.setattr("storage.queries.patients.page", fail)
    answer = await (await people.patient()).get("/api/ward/")
    assert answer.status_code == 500
    problem = answer.json()
    assert problem["type"] == "urn:jeghealth:problem:internal"
    assert problem["request_id"] == answer.headers["X-Request-ID"]
    printed = capsys.readouterr()
    logged = printed.out + printed.err
    assert "RuntimeError" in logged
    assert "91x4" not in answer.text + logged


async def test_an_absent_database_is_503(
    people: People, client: AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object, **__: object) -> None:
        await asyncio.sleep(0)
        raise psycopg.OperationalError

    patient = await people.patient()
    monkeypatch.setattr("storage.queries.patients.page", away)
    answer = await patient.get("/api/ward/")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    monkeypatch.setattr(app.state.services.hub, "connected", False)
    assert (await client.get("/readyz")).status_code == 503
    assert (await client.get("/healthz")).status_code == 200


async def test_the_database_may_come_later(settings: Settings) -> None:
    absent = settings_with(
        settings,
        database_url=settings.database_url.__class__("postgresql://nobody@127.0.0.1:1/none"),
    )
    app = create_app(absent)
    async with app.router.lifespan_context(app), client_of(app) as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/readyz")).status_code == 503
        login = {"email": "a@clinic.example", "password": "x"}
        assert (await client.post("/api/auth/login/", json=login)).status_code == 503


async def test_large_bodies_are_refused_said_or_not(
    client: AsyncClient, settings: Settings
) -> None:
    large = b"x" * (settings.api_max_body_bytes + 1)
    said = await client.post("/api/auth/login/", content=large)
    assert said.status_code == 413

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(3):
            yield large[: len(large) // 2]

    unsaid = await client.post("/api/auth/login/", content=chunks())
    assert unsaid.status_code == 413
    assert unsaid.json()["type"] == "urn:jeghealth:problem:payload-too-large"
    odd = await client.post("/api/auth/login/", content=b"{}", headers={"Content-Length": "many"})
    assert odd.status_code == 400


async def test_other_origins_are_kept_out_unless_named(
    client: AsyncClient, settings: Settings
) -> None:
    ask = {"Origin": "https://app.example", "Access-Control-Request-Method": "GET"}
    assert (
        "Access-Control-Allow-Origin"
        not in (await client.options("/api/ward/", headers=ask)).headers
    )
    app = create_app(settings_with(settings, api_cors_origins=("https://app.example",)))
    async with client_of(app) as allowed:
        answer = await allowed.options("/api/ward/", headers=ask)
        assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
        large = b"x" * (settings.api_max_body_bytes + 1)
        refused = await allowed.post("/api/auth/login/", content=large, headers=ask)
        assert refused.status_code == 413
        assert refused.headers["Access-Control-Allow-Origin"] == "https://app.example"
        assert "RateLimit" in refused.headers["Access-Control-Expose-Headers"]
        stranger = await allowed.options(
            "/api/ward/", headers=ask | {"Origin": "https://evil.example"}
        )
        assert "Access-Control-Allow-Origin" not in stranger.headers


async def test_pages_that_are_not_built_say_how(client: AsyncClient) -> None:
    answer = await client.get("/")
    assert answer.status_code == 503
    assert "make setup" in answer.text
    assert answer.headers["Content-Type"].startswith("text/plain")


async def test_pages_and_how_long_they_keep(settings: Settings, tmp_path: Path) -> None:
    built = tmp_path / "built"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<title>JEGHealth</title>")
    (built / "assets" / "app-4f2a.js").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    (built / "link.txt").symlink_to(tmp_path / "secret.txt")
    app = create_app(settings_with(settings, api_static_dir=built))
    async with client_of(app) as client:
        for path in ("/", "/patients/4711", "/index.html"):
            answer = await client.get(path)
            assert answer.text == "<title>JEGHealth</title>"
            assert answer.headers["Cache-Control"] == "no-cache"
        asset = await client.get("/assets/app-4f2a.js")
        assert "immutable" in asset.headers["Cache-Control"]
        assert "javascript" in asset.headers["Content-Type"]
        assert (await client.head("/")).status_code == 200
        for outside in (
            "/../secret.txt",
            "/..%2fsecret.txt",
            "/assets/%2e%2e/%2e%2e/secret.txt",
            "/link.txt",
            "/a%00b.txt",
        ):
            answer = await client.get(outside)
            assert answer.status_code == 404, outside
            assert "secret" not in answer.text


async def test_unknown_fields_are_refused_by_name(people: People) -> None:
    owner = await people.patient()
    body = {"device_type": "SMARTWATCH", "owner": "91x4"}
    answer = await owner.post("/api/iot/devices/register/", body)
    assert answer.status_code == 422
    (problem,) = answer.json()["errors"]
    assert (problem["location"], problem["field"]) == ("body", "owner")
    assert "91x4" not in answer.text


def test_every_body_but_of_devices_forbids_unknown_fields(app: FastAPI) -> None:
    told = app.openapi()
    shapes = told["components"]["schemas"]
    open_ones = set()
    for methods in told["paths"].values():
        for operation in methods.values():
            content = operation.get("requestBody", {}).get("content", {})
            name = content.get("application/json", {}).get("schema", {}).get("$ref", "")
            if name and shapes[name.rsplit("/", 1)[-1]].get("additionalProperties") is not False:
                open_ones.add(name.rsplit("/", 1)[-1])
    assert open_ones <= {"DeviceReadingInput", "FaultInput", "NativeInput", "StreamInput"}


async def test_a_method_that_a_path_lacks_names_those_it_has(client: AsyncClient) -> None:
    for path in ("/api/auth/login/", "/api/iot/devices/verify"):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "OPTIONS, POST")
    answer = await client.delete("/api/iot/devices/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    asked = await client.options("/api/iot/devices")
    assert (asked.status_code, asked.headers["Allow"]) == (204, "GET, HEAD, OPTIONS, POST")
    assert (await client.options("/api/nowhere/")).status_code == 404


async def test_head_is_get_without_the_body(people: People) -> None:
    patient = await people.patient()
    for path in ("/api/auth/profile", "/api/alarms/", "/api/nowhere/"):
        got = await patient.get(path)
        head = await patient.client.head(path, headers=patient.headers)
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert head.headers["Content-Type"] == got.headers["Content-Type"]
        assert head.headers["Content-Length"] == got.headers["Content-Length"]
    async with asyncio.timeout(30):
        stream = await patient.client.head("/api/events/", headers=patient.headers)
    assert stream.headers["Content-Type"].startswith("text/event-stream")


async def test_what_is_long_is_compressed_but_not_tokens(people: People) -> None:
    nurse = await people.person("clinician")
    for _ in range(8):
        await people.patient(nurse)
    zipped = {**nurse.headers, "Accept-Encoding": "gzip"}
    board = await nurse.client.get("/api/ward/", headers=zipped)
    assert board.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in board.headers["Vary"]
    assert len(board.json()["results"]) == 8
    plain = await nurse.client.get("/api/ward/", headers={**nurse.headers, "Accept-Encoding": ""})
    assert "Content-Encoding" not in plain.headers
    profile = await nurse.client.get("/api/auth/profile/", headers=zipped)
    assert "Content-Encoding" not in profile.headers


@pytest.mark.parametrize("resource", ["patients", "alarms", "iot/devices"])
async def test_what_cannot_be_an_id_is_like_an_unknown_one(people: People, resource: str) -> None:
    nurse = await people.person("clinician")
    answer = await nurse.get(f"/api/{resource}/nope")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:jeghealth:problem:not-found")
