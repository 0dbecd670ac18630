"""Registering, logging in, refresh tokens, and who a token is."""

import asyncio
import re
import time
from uuid import uuid4

import jwt
import psycopg
import pytest
from httpx import AsyncClient, Response
from pwdlib import PasswordHash

from telemetry.vouchers import DEVELOPMENT_SECRET
from tests.support.http import People

PASSWORD = "correct horse battery"


def account(email: str) -> dict[str, str]:
    return {"email": email, "password": PASSWORD, "first_name": "Ama", "last_name": "Owusu"}


@pytest.fixture
def email() -> str:
    return f"{uuid4()}@clinic.example"


@pytest.fixture
async def registered(client: AsyncClient, email: str) -> Response:
    return await client.post("/api/auth/register/", json=account(email))


def test_a_password_costs_whoever_guesses_what_owasp_asks(real_argon2: PasswordHash) -> None:
    cost = re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$", real_argon2.hash(PASSWORD))
    assert cost
    assert int(cost[1]) >= 19_456
    assert int(cost[2]) >= 2


async def test_registering_logs_in_as_a_patient(
    client: AsyncClient, registered: Response, email: str
) -> None:
    assert registered.status_code == 201
    body = registered.json()
    assert body["user"] | {"id": ""} == {
        "id": "",
        "email": email,
        "first_name": "Ama",
        "last_name": "Owusu",
        "roles": ["patient"],
    }
    profile = await client.get(
        "/api/auth/profile/", headers={"Authorization": f"Bearer {body['access']}"}
    )
    assert profile.json() | body["user"] == profile.json()


async def test_login_ignores_case_of_the_address_and_notes_the_time(
    client: AsyncClient, registered: Response, email: str, db: psycopg.AsyncConnection
) -> None:
    answer = await client.post(
        "/api/auth/login/", json={"email": email.upper(), "password": PASSWORD}
    )
    assert answer.status_code == 200
    assert answer.json()["user"] == registered.json()["user"]
    row = await (
        await db.execute("SELECT last_login FROM users WHERE email = %s", (email,))
    ).fetchone()
    assert row is not None
    assert row[0] is not None


async def test_an_address_registers_once_whatever_its_case(
    client: AsyncClient, registered: Response, email: str
) -> None:
    assert registered.status_code == 201
    again = await client.post("/api/auth/register/", json=account(email.upper()))
    assert again.status_code == 400
    assert again.headers["Content-Type"] == "application/problem+json"
    assert again.json()["type"] == "urn:jeghealth:problem:email-exists"


async def test_of_many_registrations_at_once_one_wins(client: AsyncClient, email: str) -> None:
    answers = await asyncio.gather(
        *(client.post("/api/auth/register/", json=account(email)) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400, 400, 400]


@pytest.mark.parametrize("known", [True, False])
async def test_a_wrong_password_and_an_unknown_address_answer_the_same(
    client: AsyncClient, registered: Response, email: str, known: bool
) -> None:
    assert registered.status_code == 201
    login = {"email": email if known else "nobody@clinic.example", "password": "wrong" * 3}
    answer = await client.post("/api/auth/login/", json=login)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    problem = answer.json()
    assert problem.pop("request_id")
    assert problem == {
        "type": "urn:jeghealth:problem:invalid-credentials",
        "title": "The e-mail address or the password is wrong.",
        "status": 401,
    }


async def test_an_unknown_address_costs_a_hash_too(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashes: list[str] = []

    def verify(_: PasswordHash, __: str, expected: str) -> bool:
        hashes.append(expected)
        return False

    monkeypatch.setattr(PasswordHash, "verify", verify)
    await client.post(
        "/api/auth/login/", json={"email": "nobody@clinic.example", "password": "x" * 12}
    )
    assert [one.startswith("$argon2id$") for one in hashes] == [True]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("email", "not-an-address-91x4", "is not valid"),
        ("email", "a\n91x4@clinic.example", "is not valid"),
        ("password", "short91x4", "must have at least 10 characters"),
        ("password", "91x4" * 100, "must have at most 256 characters"),
        ("first_name", "   ", "must have at least 1 characters"),
        ("first_name", "nul\x0091x4", "holds a NUL character"),
        ("date_of_birth", "2999-01-01", "must be in the past"),
        ("date_of_birth", "91x4", "must be a date, YYYY-MM-DD"),
    ],
)
async def test_what_is_not_valid_is_named_but_not_repeated(
    client: AsyncClient, email: str, field: str, value: str, reason: str
) -> None:
    answer = await client.post("/api/auth/register/", json=account(email) | {field: value})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"location": "body", "field": field, "reason": reason}]
    assert "91x4" not in answer.text
    assert "horse" not in answer.text


async def test_broken_json_is_a_problem_document(client: AsyncClient) -> None:
    answer = await client.post(
        "/api/auth/login/", content=b'{"email": 91x4', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"location": "body", "field": "", "reason": "is not JSON"}]
    assert "91x4" not in answer.text


@pytest.mark.parametrize(
    ("content", "media_type", "status", "kind"),
    [
        (b"email=91x4", "application/x-www-form-urlencoded", 415, "wrong-media-type"),
        (b"<email>91x4</email>", "application/xml", 415, "wrong-media-type"),
        (b'{"email": "91x4\xe9"}', "application/json", 400, "unreadable-body"),
        (b"[" * 20_000, "application/json", 400, "unreadable-body"),
        (b'{"email": ' + b"9" * 5_000 + b"}", "application/json", 400, "unreadable-body"),
        (b"[91]", "application/json", 422, "invalid-input"),
        (b"", "", 422, "invalid-input"),
    ],
)
async def test_a_body_that_cannot_be_read_is_said_to_be(
    client: AsyncClient, content: bytes, media_type: str, status: int, kind: str
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    answer = await client.post("/api/auth/login/", content=content, headers=headers)
    assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (status, kind)
    assert "91x4" not in answer.text


async def test_a_refresh_token_works_once_and_its_reuse_ends_the_login(
    client: AsyncClient, registered: Response
) -> None:
    async def refresh(token: str) -> Response:
        return await client.post("/api/auth/token/refresh/", json={"refresh": token})

    first = registered.json()["refresh"]
    second = await refresh(first)
    assert second.status_code == 200
    third = await refresh(second.json()["refresh"])
    assert third.status_code == 200
    assert (await refresh(first)).status_code == 401
    assert (await refresh(third.json()["refresh"])).status_code == 401


async def test_of_two_uses_of_a_refresh_token_at_once_one_wins(
    client: AsyncClient, registered: Response
) -> None:
    body = {"refresh": registered.json()["refresh"]}
    answers = await asyncio.gather(
        *(client.post("/api/auth/token/refresh/", json=body) for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_logging_out_ends_the_login(client: AsyncClient, registered: Response) -> None:
    body = {"refresh": registered.json()["refresh"]}
    assert (await client.post("/api/auth/logout/", json=body)).status_code == 204
    assert (await client.post("/api/auth/token/refresh/", json=body)).status_code == 401


def forged(**claims: object) -> str:
    whole = {
        "iss": "jeghealth",
        "typ": "access",
        "sub": str(uuid4()),
        "sid": str(uuid4()),
        "jti": str(uuid4()),
    }
    payload = {**whole, "exp": time.time() + 600, **claims}
    return jwt.encode({k: v for k, v in payload.items() if v is not None}, DEVELOPMENT_SECRET)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        forged(),
        forged(sub="nobody"),
        forged(exp=time.time() - 1),
        forged(exp=None),
        forged(iss="elsewhere"),
        forged(typ="refresh"),
        jwt.encode({"sub": str(uuid4())}, "another key that is long enough for this"),
        jwt.encode({"sub": str(uuid4()), "typ": "access"}, key="", algorithm="none"),
    ],
)
async def test_a_token_that_is_not_ours_is_refused(client: AsyncClient, token: str) -> None:
    answer = await client.get("/api/auth/profile/", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_deactivated_account_is_out_at_once(
    people: People, client: AsyncClient, registered: Response
) -> None:
    body = registered.json()
    await people.db.execute(
        "UPDATE users SET is_active = false WHERE id = %s", (body["user"]["id"],)
    )
    headers = {"Authorization": f"Bearer {body['access']}"}
    assert (await client.get("/api/auth/profile/", headers=headers)).status_code == 401
    answer = await client.post("/api/auth/token/refresh/", json={"refresh": body["refresh"]})
    assert answer.status_code == 401
    login = {"email": body["user"]["email"], "password": PASSWORD}
    assert (await client.post("/api/auth/login/", json=login)).status_code == 401


async def test_refresh_tokens_are_not_stored(
    registered: Response, db: psycopg.AsyncConnection
) -> None:
    rows = await (
        await db.execute(
            "SELECT refresh_tokens::text FROM refresh_tokens WHERE user_id = %s",
            (registered.json()["user"]["id"],),
        )
    ).fetchall()
    assert len(rows) == 1
    signature = registered.json()["refresh"].rsplit(".", 1)[-1]
    assert signature not in rows[0][0]
