"""What the audit log says of logins: whose they are, also when they fail, and nothing typed."""

from typing import Any
from uuid import UUID, uuid4

import pyotp
import pytest

from tests.support.http import People
from tests.support.members import PASSWORD, Member


async def _recorded(member: Member, resource: str) -> list[tuple[Any, ...]]:
    """(actor, resource id, outcome) of what was recorded at a path, the oldest first."""
    await member.people.parts.trail._append()
    rows = await member.rows(
        "SELECT actor_id, resource_id, outcome, resource FROM audit_log"
        " WHERE actor_id = %(user)s OR resource_id = CAST(%(user)s AS text) ORDER BY seq"
    )
    return [tuple(row.values())[:3] for row in rows if row["resource"] == resource]


async def test_a_login_names_its_account_as_actor_or_as_the_one_that_was_tried(
    member: Member,
) -> None:
    own = str(member.id)
    assert await _recorded(member, "/api/auth/register/") == [(member.id, own, "success")]
    assert (await member.login("wrong horse battery")).status_code == 401
    assert (await member.login()).status_code == 200
    assert await _recorded(member, "/api/auth/login/") == [
        (None, own, "denied"),
        (member.id, own, "success"),
    ]


async def test_people_read_the_logins_at_their_account_the_failed_ones_too(member: Member) -> None:
    await member.login("wrong horse battery")
    await member.people.parts.trail._append()
    listed = (await member.get("access-log/")).json()["results"]
    assert {one["address"] for one in listed} == {"127.0.0.1"}
    found = {(one["resource"], one["outcome"]): one["actor_id"] for one in listed}
    assert found["/api/auth/login/", "denied"] is None
    assert found["/api/auth/register/", "success"] == str(member.id)


async def test_tokens_say_whose_they_were(member: Member) -> None:
    refresh = member.body["refresh"]
    renewed = await member.post("token/refresh/", refresh=refresh)
    assert renewed.status_code == 200
    assert (await member.post("logout/", refresh=renewed.json()["refresh"])).status_code == 204
    assert (await member.post("token/refresh/", refresh=refresh)).status_code == 401
    own = str(member.id)
    assert await _recorded(member, "/api/auth/token/refresh/") == [
        (member.id, "", "success"),
        (None, own, "denied"),
    ]
    assert await _recorded(member, "/api/auth/logout/") == [(member.id, "", "success")]


async def test_a_second_step_says_whose_it_is(member: Member) -> None:
    secret = (await member.post("totp/", current_password=PASSWORD)).json()["secret"]
    codes = (await member.post("totp/confirm/", code=pyotp.TOTP(secret).now())).json()
    ticket = (await member.login()).json()["ticket"]
    assert (await member.post("login/second-step/", ticket=ticket, code="000000")).is_error
    good = codes["recovery_codes"][0]
    assert (await member.post("login/second-step/", ticket=ticket, code=good)).is_success
    failed, passed = await _recorded(member, "/api/auth/login/second-step/")
    assert failed[:2] == (None, str(member.id))
    assert passed == (member.id, str(member.id), "success")


@pytest.mark.parametrize(
    ("purpose", "path"),
    [("verify_email", "email/verify/"), ("reset_password", "password/reset/confirm/")],
)
async def test_a_link_says_whose_it_was(
    people: People, member: Member, purpose: Any, path: str
) -> None:
    if purpose == "reset_password":
        await member.post("password/reset/", email=member.email)
    token = people.parts.vouchers.token(purpose, await member.newest(purpose))
    more = {"new_password": "another horse entirely"} if purpose == "reset_password" else {}
    assert (await member.post(path, token=token, **more)).status_code == 204
    assert await _recorded(member, f"/api/auth/{path}") == [(member.id, str(member.id), "success")]


WRONG = "wrong horse battery"
NEW = "another horse entirely"
REFUSED: list[tuple[str, str, dict[str, str], str]] = [
    ("POST", "login/", {"email": "{email}", "password": WRONG}, "denied"),
    ("POST", "login/", {"email": "nobody@clinic.example", "password": WRONG}, "denied"),
    ("POST", "login/second-step/", {"ticket": "{ticket}", "code": "918273"}, "denied"),
    ("POST", "login/second-step/", {"ticket": "{ticket}x", "code": "918273"}, "denied"),
    ("POST", "token/refresh/", {"refresh": "{refresh}x"}, "denied"),
    ("POST", "password/change/", {"current_password": WRONG, "new_password": NEW}, "refused"),
    ("POST", "password/reset/confirm/", {"token": "wrong-token", "new_password": NEW}, "refused"),
    ("POST", "email/verify/", {"token": "wrong-token"}, "refused"),
    (
        "POST",
        "email/change/",
        {"current_password": WRONG, "email": "new@clinic.example"},
        "refused",
    ),
    ("POST", "phone/verify/", {"code": "918273"}, "refused"),
    ("POST", "totp/", {"current_password": WRONG}, "refused"),
    ("POST", "totp/confirm/", {"code": "918273"}, "refused"),
    ("POST", "totp/disable/", {"current_password": WRONG}, "refused"),
    ("POST", "recovery-codes/", {"current_password": WRONG}, "refused"),
    ("POST", "passkeys/options/", {"current_password": WRONG}, "refused"),
    ("DELETE", f"passkeys/{UUID(int=1)}/", {"current_password": WRONG}, "refused"),
    ("POST", "erasure/", {"current_password": WRONG}, "refused"),
]
"""Method, path, body and outcome of what is refused to somebody with an authenticator app."""


@pytest.mark.parametrize(("method", "path", "body", "outcome"), REFUSED)
async def test_what_was_refused_is_recorded_as_that_and_nothing_that_was_typed(
    member: Member, method: str, path: str, body: dict[str, str], outcome: str
) -> None:
    await member.post("phone/verify/send/")
    secret = (await member.post("totp/", current_password=PASSWORD)).json()["secret"]
    if path != "totp/confirm/":
        await member.post("totp/confirm/", code=pyotp.TOTP(secret).now())
    ticket = "" if path == "totp/confirm/" else (await member.login()).json()["ticket"]
    known = {"email": member.email, "ticket": ticket, "refresh": member.body["refresh"]}
    typed = {name: value.format(**known) for name, value in body.items()}
    request_id = f"refused-{uuid4()}"
    answer = await member.client.request(
        method,
        f"/api/auth/{path}",
        json=typed,
        headers=member.headers | {"X-Request-ID": request_id},
    )
    assert 400 <= answer.status_code < 500
    await member.people.parts.trail._append()
    rows = await member.rows(
        "SELECT request_id, outcome, status, audit_log::text AS whole FROM audit_log"
    )
    found = [one for one in rows if one["request_id"] == request_id]
    assert [(one["outcome"], one["status"]) for one in found] == [(outcome, answer.status_code)]
    for one in found:
        assert not any(value in one["whole"] for value in typed.values())


async def test_nothing_that_was_typed_is_recorded(member: Member) -> None:
    address = "nobody-at-all@clinic.example"
    body = {"email": address, "password": "wrong horse battery"}
    answer = await member.client.post("/api/auth/login/", json=body)
    assert answer.status_code == 401
    await member.login("wrong horse battery")
    await member.people.parts.trail._append()
    rows = await member.rows("SELECT audit_log::text AS row FROM audit_log")
    whole = "\n".join(row["row"] for row in rows)
    assert not any(word in whole for word in (address, member.email, "wrong horse"))
