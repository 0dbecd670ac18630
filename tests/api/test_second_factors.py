"""Authenticator apps, recovery codes and passkeys."""

import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import pyotp
import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from api.accounts import totp
from api.app import create_app
from api.settings import Settings
from tests.support.authenticator import Authenticator
from tests.support.http import People
from tests.support.members import PASSWORD, Member, kind, registered

ORIGIN = "http://localhost:8000"
"""Of the default public URL."""


class Clock:
    """The API's clock for codes; a code is good once, and half a minute is long for a test."""

    now = time.time()

    def code(self, secret: str, steps: int = 0) -> str:
        """The code that an app shows, so many steps from now."""
        return pyotp.TOTP(secret).at(int(self.now), counter_offset=steps)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    clock.now = time.time()

    class Time:
        @staticmethod
        def time() -> float:
            return clock.now

    monkeypatch.setattr(totp, "time", Time)
    return clock


async def enrolled(member: Member, clock: Clock) -> tuple[str, list[str]]:
    """Set an app up: its secret and the recovery codes."""
    began = await member.post("totp/", current_password=PASSWORD)
    assert began.status_code == 201
    secret = began.json()["secret"]
    confirmed = await member.post("totp/confirm/", code=clock.code(secret))
    assert confirmed.status_code == 200
    clock.now += 30
    return secret, confirmed.json()["recovery_codes"]


async def step(member: Member, ticket: str, code: str) -> Response:
    return await member.post("login/second-step/", ticket=ticket, code=code)


async def ticket_of(member: Member, *methods: str) -> str:
    answer = await member.login()
    assert answer.status_code == 401
    assert kind(answer) == "mfa-required"
    problem = answer.json()
    assert problem["mfa_required"] is True
    assert problem["methods"] == list(methods)
    assert "access" not in problem
    return str(problem["ticket"])


async def test_an_app_is_set_up_and_asked_for(member: Member, clock: Clock) -> None:
    refused = await member.post("totp/", current_password="wrong" * 3)
    assert (refused.status_code, kind(refused)) == (400, "wrong-password")
    began = (await member.post("totp/", current_password=PASSWORD)).json()
    assert began["uri"].startswith("otpauth://totp/JEGHealth:")
    assert began["qr_svg"].startswith("<svg")
    assert pyotp.parse_uri(began["uri"]).secret == began["secret"]
    # Nothing is asked for before the app has shown that it works.
    assert (await member.login()).status_code == 200
    wrong = "000000" if clock.code(began["secret"]) != "000000" else "000001"
    assert (await member.post("totp/confirm/", code=wrong)).status_code == 400
    answer = await member.post("totp/confirm/", code=clock.code(began["secret"]))
    assert answer.status_code == 200
    assert len(answer.json()["recovery_codes"]) == 10
    clock.now += 30
    ticket = await ticket_of(member, "totp", "recovery_code")
    answer = await step(member, ticket, clock.code(began["secret"]))
    assert answer.status_code == 200
    assert answer.json()["user"]["email"] == member.email
    factors = (await member.get("second-factors/")).json()
    assert factors["totp"] is True
    assert factors["recovery_codes"] == 10
    assert "factor_added" in await member.told()


async def test_a_code_counts_once_and_not_long(member: Member, clock: Clock) -> None:
    secret, _ = await enrolled(member, clock)
    ticket = await ticket_of(member, "totp", "recovery_code")
    far = [clock.code(secret, 2), clock.code(secret, -2)]
    for code in far:
        answer = await step(member, ticket, code)
        assert (answer.status_code, kind(answer)) == (401, "invalid-code")
    code = clock.code(secret)
    assert (await step(member, ticket, code)).status_code == 200
    assert (await step(member, ticket, code)).status_code == 401
    # The one before it is spent with it, though an app's clock may be behind.
    assert (await step(member, ticket, clock.code(secret, -1))).status_code == 401
    assert (await step(member, ticket, clock.code(secret, 1))).status_code == 200


async def test_guessing_codes_locks_the_account(member: Member, clock: Clock) -> None:
    secret, _ = await enrolled(member, clock)
    ticket = await ticket_of(member, "totp", "recovery_code")
    good = {clock.code(secret, n) for n in (-1, 0, 1)}
    wrong = next(str(n).zfill(6) for n in range(9) if str(n).zfill(6) not in good)
    answers = [await step(member, ticket, wrong) for _ in range(7)]
    assert [one.status_code for one in answers] == [401] * 6 + [429]
    # Knowing the password does not begin the count anew.
    assert (await member.login()).status_code == 429


async def test_a_recovery_code_counts_once_however_it_is_typed(
    member: Member, clock: Clock
) -> None:
    _, codes = await enrolled(member, clock)
    ticket = await ticket_of(member, "totp", "recovery_code")
    typed = f" {codes[0].lower().replace('-', ' ')} "
    assert (await step(member, ticket, typed)).status_code == 200
    assert (await step(member, ticket, codes[0])).status_code == 401
    assert (await member.get("second-factors/")).json()["recovery_codes"] == 9
    assert (await member.told())[-1] == "recovery_code_used"
    fresh = await member.post("recovery-codes/", current_password=PASSWORD)
    assert fresh.status_code == 200
    assert (await step(member, ticket, codes[1])).status_code == 401
    assert (await step(member, ticket, fresh.json()["recovery_codes"][0])).status_code == 200


async def test_codes_and_secrets_are_not_kept(member: Member, clock: Clock) -> None:
    secret, codes = await enrolled(member, clock)
    rows = await member.rows(
        "SELECT c::text AS text FROM recovery_codes c WHERE user_id = %(user)s"
        " UNION ALL SELECT t::text FROM totp_credentials t WHERE user_id = %(user)s"
    )
    assert len(rows) == 11
    plain = [secret, *(code.replace("-", "") for code in codes)]
    assert not any(one in row["text"] for one in plain for row in rows)


async def test_a_ticket_is_no_access_and_nothing_else_is_a_ticket(
    member: Member, clock: Clock
) -> None:
    secret, _ = await enrolled(member, clock)
    ticket = await ticket_of(member, "totp", "recovery_code")
    headers = {"Authorization": f"Bearer {ticket}"}
    assert (await member.client.get("/api/auth/profile/", headers=headers)).status_code == 401
    for wrong in ("x", member.body["access"], member.body["refresh"]):
        answer = await step(member, wrong, clock.code(secret))
        assert (answer.status_code, kind(answer)) == (401, "invalid-token")


async def test_an_app_is_set_up_once_and_taken_away(member: Member, clock: Clock) -> None:
    for path, body in (("totp/confirm/", {"code": "123456"}),):
        answer = await member.post(path, **body)
        assert (answer.status_code, kind(answer)) == (409, "second-factor-not-set")
    for path in ("totp/disable/", "recovery-codes/"):
        answer = await member.post(path, current_password=PASSWORD)
        assert (answer.status_code, kind(answer)) == (409, "second-factor-not-set")
    secret, _ = await enrolled(member, clock)
    for path, body in (
        ("totp/", {"current_password": PASSWORD}),
        ("totp/confirm/", {"code": clock.code(secret)}),
    ):
        answer = await member.post(path, **body)
        assert (answer.status_code, kind(answer)) == (409, "second-factor-set")
    assert (await member.post("totp/disable/", current_password="wrong" * 3)).status_code == 400
    assert (await member.post("totp/disable/", current_password=PASSWORD)).status_code == 204
    factors = (await member.get("second-factors/")).json()
    assert (factors["totp"], factors["recovery_codes"]) == (False, 0)
    assert (await member.login()).status_code == 200


@pytest.fixture
async def strict(settings: Settings) -> AsyncIterator[AsyncClient]:
    """An installation whose patients need a second factor."""
    told = settings.model_copy(update={"second_factor_roles": frozenset({"patient"})})
    app: FastAPI = create_app(told)
    async with (
        app.router.lifespan_context(app),
        AsyncClient(transport=ASGITransport(app), base_url="http://jeg.test") as client,
    ):
        yield client


async def test_a_role_may_need_a_second_factor(
    strict: AsyncClient, member: Member, clock: Clock
) -> None:
    member.client = strict
    assert (await member.get("second-factors/")).json()["required"] is True
    path = f"/api/patients/{member.id}/"
    refused = await strict.get(path, headers=member.headers)
    assert (refused.status_code, kind(refused)) == (403, "second-factor-required")
    secret, _ = await enrolled(member, clock)
    assert (await strict.get(path, headers=member.headers)).status_code == 200
    # The session that set it up has shown it; every other one has to.
    ticket = await ticket_of(member, "totp", "recovery_code")
    shown = (await step(member, ticket, clock.code(secret))).json()
    headers = {"Authorization": f"Bearer {shown['access']}"}
    assert (await strict.get(path, headers=headers)).status_code == 200
    kept = await member.post("totp/disable/", current_password=PASSWORD)
    assert (kept.status_code, kind(kept)) == (409, "second-factor-needed")


async def add(member: Member, device: Authenticator, **changed: Any) -> Response:
    options = (await member.post("passkeys/options/", current_password=PASSWORD)).json()
    body = {
        "id": options["id"],
        "name": "Telephone",
        "credential": device.create(options["public_key"]),
    }
    return await member.post("passkeys/", **body | changed)


async def use(member: Member, device: Authenticator, **changed: Any) -> Response:
    options = (await member.post("passkeys/login/options/")).json()
    body = {"id": options["id"], "credential": device.get(options["public_key"])}
    return await member.post("passkeys/login/", **body | changed)


async def test_a_passkey_logs_in_alone(member: Member) -> None:
    device = Authenticator(ORIGIN)
    refused = await member.post("passkeys/options/", current_password="wrong" * 3)
    assert refused.status_code == 400
    added = await add(member, device)
    assert added.status_code == 201
    assert len(added.json()["recovery_codes"]) == 10
    answer = await use(member, device)
    assert answer.status_code == 200
    assert answer.json()["user"]["email"] == member.email
    [listed] = (await member.get("passkeys/")).json()["results"]
    assert listed["name"] == "Telephone"
    assert listed["last_used_at"] is not None
    sessions = (await member.get("sessions/")).json()["results"]
    assert sessions[0]["method"] == "passkey"
    # The password alone is no longer enough.
    await ticket_of(member, "recovery_code", "passkey")


async def test_a_second_passkey_is_another_device(member: Member) -> None:
    first, second = Authenticator(ORIGIN), Authenticator(ORIGIN)
    await add(member, first)
    options = (await member.post("passkeys/options/", current_password=PASSWORD)).json()
    assert len(options["public_key"]["excludeCredentials"]) == 1
    again = await add(member, first)
    assert (again.status_code, kind(again)) == (400, "passkey-refused")
    added = await add(member, second)
    assert added.json()["recovery_codes"] == []
    assert (await use(member, second)).status_code == 200


async def test_a_passkey_of_elsewhere_is_refused(member: Member) -> None:
    for device in (Authenticator("https://evil.example"), Authenticator(ORIGIN, verifies=False)):
        answer = await add(member, device)
        assert (answer.status_code, kind(answer)) == (400, "passkey-refused")
    good = Authenticator(ORIGIN)
    await add(member, good)
    unknown = await use(member, Authenticator(ORIGIN))
    assert (unknown.status_code, kind(unknown)) == (401, "invalid-passkey")
    good.origin = "https://evil.example"
    assert (await use(member, good)).status_code == 401
    good.origin, good.verifies = ORIGIN, False
    assert (await use(member, good)).status_code == 401


async def test_a_copied_passkey_shows_by_its_counter(member: Member) -> None:
    device = Authenticator(ORIGIN, sign_count=5)
    await add(member, device)
    assert (await use(member, device)).status_code == 200
    device.sign_count = 3
    assert (await use(member, device)).status_code == 401


async def test_a_passkey_without_a_counter_is_good(member: Member) -> None:
    device = Authenticator(ORIGIN)
    await add(member, device)
    for _ in range(2):
        device.sign_count = -1
        assert (await use(member, device)).status_code == 200


async def test_an_answer_counts_once_and_for_its_own_options(
    people: People, member: Member
) -> None:
    device = Authenticator(ORIGIN)
    await add(member, device)
    options = (await member.post("passkeys/login/options/")).json()
    body = {"id": options["id"], "credential": device.get(options["public_key"])}
    assert (await member.post("passkeys/login/", **body)).status_code == 200
    assert (await member.post("passkeys/login/", **body)).status_code == 401
    assert (await use(member, device, id=str(uuid4()))).status_code == 401
    stranger = await people.person("patient")
    theirs = (await member.post("passkeys/options/", current_password=PASSWORD)).json()
    answer = await stranger.post(
        "/api/auth/passkeys/",
        {
            "id": theirs["id"],
            "name": "x",
            "credential": Authenticator(ORIGIN).create(theirs["public_key"]),
        },
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "credential", [{}, {"id": 7}, {"id": "x"}, {"id": "eA", "response": None}, {"id": "eA" * 9}]
)
async def test_nonsense_is_refused(member: Member, credential: dict[str, Any]) -> None:
    assert (await add(member, Authenticator(ORIGIN), credential=credential)).status_code == 400
    assert (await use(member, Authenticator(ORIGIN), credential=credential)).status_code == 401


async def test_a_passkey_is_removed(people: People, member: Member) -> None:
    device = Authenticator(ORIGIN)
    passkey_id = UUID((await add(member, device)).json()["id"])
    stranger = await registered(people)
    path = f"/api/auth/passkeys/{passkey_id}/"
    given = {"current_password": PASSWORD}

    async def remove(headers: dict[str, str], body: Any = given) -> int:
        answer = await member.client.request("DELETE", path, headers=headers, json=body)
        return answer.status_code

    assert await remove(stranger.headers) == 404
    assert await remove(member.headers, {"current_password": "wrong horse battery"}) == 400
    assert await remove(member.headers, {}) == 422
    assert await remove(member.headers) == 204
    assert await remove(member.headers) == 404
    assert (await use(member, device)).status_code == 401
    assert (await member.login()).status_code == 200


async def test_there_are_so_many_passkeys_and_no_more(member: Member) -> None:
    await member.db.execute(
        "INSERT INTO passkeys (user_id, credential_id, public_key, sign_count, name)"
        " SELECT %s, sha256(n::text::bytea || %s), 'x', 0, 'x' FROM generate_series(1, 20) n",
        (member.id, member.id.bytes),
    )
    answer = await member.post("passkeys/options/", current_password=PASSWORD)
    assert (answer.status_code, kind(answer)) == (409, "too-many-passkeys")
