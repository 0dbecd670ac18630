"""How often one may ask: per address, person and costly endpoint, counted here or in Redis."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from httpx import ASGITransport, AsyncClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.app import create_app
from api.limits import MAX_BUCKETS, Buckets, OwnLimiter, Policy, SharedLimiter
from api.settings import Settings
from stack.setup.__main__ import REDIS
from stack.setup.packages import find_program
from tests.support.http import People, client_of, settings_with


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing comes back with time while a test goes on, however long it takes."""
    monkeypatch.setattr(OwnLimiter.__init__, "__defaults__", (lambda: 0.0,))


async def test_attempts_are_limited_per_address(settings: Settings) -> None:
    app = create_app(settings_with(settings, api_login_attempts=3))
    login = {"email": "nobody@clinic.example", "password": "x"}
    async with app.router.lifespan_context(app):
        async with client_of(app) as client:
            statuses = [
                (await client.post("/api/auth/login", json=login)).status_code for _ in range(5)
            ]
            assert statuses == [401, 401, 401, 429, 429]
            limited = await client.post("/api/auth/login/", json=login)
            assert limited.headers["Retry-After"] == "20"
            assert (await client.get("/healthz")).status_code == 200
            assert limited.headers["RateLimit-Policy"].startswith('"attempts";q=3;w=60')
            assert limited.headers["RateLimit"].startswith('"attempts";r=0;t=')
        async with client_of(app, "10.0.0.2") as other:
            assert (await other.post("/api/auth/login/", json=login)).status_code == 401


async def test_requests_are_limited_per_user_and_per_costly_endpoint(
    people: People, settings: Settings
) -> None:
    patient, other = await people.patient(), await people.patient()
    app = create_app(settings_with(settings, api_user_requests=5, api_costly_requests=2))
    async with app.router.lifespan_context(app), client_of(app) as client:
        first = await client.get("/api/ward/", headers=patient.headers)
        assert first.headers["RateLimit-Policy"] == '"user";q=5;w=60'
        assert first.headers["RateLimit"] == '"user";r=4;t=12'
        reports = [
            await client.get("/api/health-metrics/report/", headers=patient.headers)
            for _ in range(3)
        ]
        assert [one.status_code for one in reports] == [200, 200, 429]
        assert '"costly";r=0;t=30' in reports[2].headers["RateLimit"]
        assert reports[2].headers["Retry-After"] == "30"
        left = [await client.get("/api/ward/", headers=patient.headers) for _ in range(2)]
        assert [one.status_code for one in left] == [200, 429]
        assert left[1].json()["type"] == "urn:jeghealth:problem:quota-exceeded"
        assert (await client.get("/api/ward/", headers=other.headers)).status_code == 200


async def test_how_far_a_costly_job_is_may_be_asked_as_often_as_anything(
    people: People, settings: Settings
) -> None:
    patient = await people.patient()
    app = create_app(settings_with(settings, api_costly_requests=2))
    async with app.router.lifespan_context(app), client_of(app) as client:
        begun = [await client.post("/api/auth/export/", headers=patient.headers) for _ in range(3)]
        listed = [await client.get("/api/auth/export/", headers=patient.headers) for _ in range(4)]
    assert [one.status_code for one in begun] == [202, 409, 429]
    assert [one.status_code for one in listed] == [200, 200, 200, 200]
    assert "costly" not in listed[0].headers["RateLimit"]


@pytest.mark.parametrize("place", ["conversations/{}/chat/", "chat/"])
async def test_another_conversation_is_no_way_around_the_limit(
    people: People, settings: Settings, place: str
) -> None:
    patient = await people.patient()
    app = create_app(settings_with(settings, api_costly_requests=2))
    async with app.router.lifespan_context(app), client_of(app) as client:
        said = [
            await client.post(
                f"/api/dr-jeg/{place.format(uuid4())}",
                json={"message": "hello"},
                headers=patient.headers,
            )
            for _ in range(3)
        ]
    assert [one.status_code for one in said] == [403, 403, 429]
    assert '"costly";r=0' in said[2].headers["RateLimit"]


async def test_requests_are_limited_per_address(settings: Settings) -> None:
    app = create_app(settings_with(settings, api_address_requests=2))
    async with app.router.lifespan_context(app):
        async with client_of(app) as client:
            statuses = [(await client.get("/api/ward/")).status_code for _ in range(3)]
            assert statuses == [401, 401, 429]
            assert (await client.get("/healthz")).status_code == 200
        async with client_of(app, "10.0.0.2") as other:
            assert (await other.get("/api/ward/")).status_code == 401


async def test_only_a_trusted_proxy_says_where_a_request_comes_from(settings: Settings) -> None:
    app = create_app(settings_with(settings, api_address_requests=1))
    through = ProxyHeadersMiddleware(app, trusted_hosts="10.0.0.0/24")  # type: ignore[arg-type]
    forwarded = [{"X-Forwarded-For": f"203.0.113.{number}"} for number in range(3)]
    for address, expected in (("10.0.0.9", [401, 401, 401]), ("10.0.1.9", [401, 429, 429])):
        transport = ASGITransport(through, client=(address, 1))  # type: ignore[arg-type]
        async with AsyncClient(transport=transport, base_url="http://jeg.test") as client:
            answers = [await client.get("/api/ward/", headers=one) for one in forwarded]
        assert [one.status_code for one in answers] == expected


async def test_without_redis_each_process_counts_for_itself() -> None:
    limiter = SharedLimiter("redis://127.0.0.1:1/0")
    policy = Policy("user", 2)
    standings = [await limiter.take(policy, "a") for _ in range(3)]
    assert [one.allowed for one in standings] == [True, True, False]
    assert [one.remaining for one in standings] == [1, 0, 0]
    await limiter.close()


async def test_processes_count_together_in_redis(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However busy the machine is, what is tried here is not Redis being away.
    monkeypatch.setattr("api.limits.REDIS_TIMEOUT_SECONDS", 10.0)
    one, two = SharedLimiter(redis_url), SharedLimiter(redis_url)
    policy = Policy("user", 3)
    standings = [await limiter.take(policy, "a") for limiter in (one, two, one, two)]
    assert [standing.allowed for standing in standings] == [True, True, True, False]
    assert [standing.remaining for standing in standings] == [2, 1, 0, 0]
    assert all(1 <= standing.reset_seconds <= 60 for standing in standings)
    assert (await two.take(policy, "b")).allowed
    await one.close()
    await two.close()


@pytest.fixture
def redis_url(tmp_path: Path, unused_tcp_port: int) -> Iterator[str]:
    """A Redis of the test's own, at a port and in a folder of its own."""
    program = find_program(REDIS)
    assert program is not None, "run `python3 -m stack.setup --tests` first"
    command = ["redis-server", "--bind", "127.0.0.1", "--port", str(unused_tcp_port), "--save", ""]
    process = subprocess.Popen(
        [*command, "--dir", str(tmp_path)], executable=program, stdout=subprocess.DEVNULL
    )
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", unused_tcp_port), 1):
            break
        time.sleep(0.05)
    yield f"redis://127.0.0.1:{unused_tcp_port}/0"
    process.terminate()
    process.wait(10)


def test_attempts_come_back_with_time_and_addresses_are_forgotten() -> None:
    now = 0.0
    buckets = Buckets(2 / 60, 2, clock=lambda: now)
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 30]
    now = 30.0
    assert [buckets.take("a") for _ in range(2)] == [0, 30]
    for number in range(MAX_BUCKETS + 5):
        buckets.take(number)
    assert len(buckets) == MAX_BUCKETS
    assert Buckets(0, 1).take("a") == 0
