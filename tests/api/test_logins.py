"""Sessions, locks after wrong guesses, proving addresses, and passwords."""

import asyncio
import time
from uuid import uuid4

import psycopg
import pytest
from httpx import ASGITransport, AsyncClient

from api.accounts.passwords import RESET_SECONDS
from api.app import create_app
from api.settings import Settings
from tests.support.http import People
from tests.support.members import PASSWORD, Member, kind

OTHER = "another horse entirely"


async def test_sessions_are_listed_and_one_can_be_ended(member: Member) -> None:
    other = (await member.login(**{"User-Agent": "Tablet\t4"})).json()
    listed = (await member.get("sessions/")).json()["results"]
    assert [one["is_current"] for one in listed] == [False, True]
    assert listed[0]["user_agent"] == "Tablet\t4"
    assert listed[0]["address"] == "127.0.0.1"
    assert listed[0]["method"] == "password"
    path = f"/api/auth/sessions/{listed[0]['id']}/"
    assert (await member.client.delete(path, headers=member.headers)).status_code == 204
    assert (await member.client.delete(path, headers=member.headers)).status_code == 404
    gone = {"Authorization": f"Bearer {other['access']}"}
    assert (await member.client.get("/api/auth/profile/", headers=gone)).status_code == 401
    answer = await member.client.post(
        "/api/auth/token/refresh/", json={"refresh": other["refresh"]}
    )
    assert answer.status_code == 401
    assert len((await member.get("sessions/")).json()["results"]) == 1


async def test_sessions_come_in_pages(member: Member) -> None:
    for _ in range(2):
        await member.login()
    first = (await member.get("sessions/", limit=2)).json()
    second = (await member.get("sessions/", limit=2, cursor=first["next"])).json()
    assert [len(first["results"]), len(second["results"])] == [2, 1]
    assert second["next"] is None


async def test_nobody_ends_the_session_of_another(people: People, member: Member) -> None:
    stranger = await people.person("patient")
    [own] = (await member.get("sessions/")).json()["results"]
    answer = await people.client.delete(
        f"/api/auth/sessions/{own['id']}/", headers=stranger.headers
    )
    assert answer.status_code == 404
    assert (await member.get("profile/")).status_code == 200


async def test_logging_out_everywhere_ends_access_at_once(member: Member) -> None:
    other = (await member.login()).json()
    assert (await member.post("logout/all/")).status_code == 204
    for access in (member.body["access"], other["access"]):
        headers = {"Authorization": f"Bearer {access}"}
        assert (await member.client.get("/api/auth/profile/", headers=headers)).status_code == 401


async def test_logging_out_ends_access_at_once(member: Member) -> None:
    assert (await member.post("logout/", refresh=member.body["refresh"])).status_code == 204
    assert (await member.get("profile/")).status_code == 401


async def test_wrong_guesses_lock_the_account_even_for_the_right_password(member: Member) -> None:
    for _ in range(6):
        assert (await member.login("wrong" * 3)).status_code == 401
    answer = await member.login()
    assert answer.status_code == 429
    assert kind(answer) == "locked"
    assert 1 <= int(answer.headers["Retry-After"]) <= 31
    assert await member.told() == ["verify_email", "locked"]


async def test_every_further_wrong_guess_locks_twice_as_long(member: Member) -> None:
    waits = []
    for _ in range(5):
        await member.login("wrong" * 3)
    for _ in range(10):
        assert (await member.login("wrong" * 3)).status_code == 401
        answer = await member.login("wrong" * 3)
        waits.append(int(answer.headers["Retry-After"]))
        await member.db.execute("UPDATE login_failures SET locked_until = now()")
    assert all(abs(wait - min(30 * 2**n, 3600)) <= 2 for n, wait in enumerate(waits))
    assert (await member.told()).count("locked") == 1
    assert (await member.login()).status_code == 200
    assert (await member.login("wrong" * 3)).status_code == 401
    assert (await member.login()).status_code == 200


async def test_an_unknown_address_is_locked_like_a_known_one(client: AsyncClient) -> None:
    body = {"email": f"{uuid4()}@nowhere.example", "password": "wrong" * 3}
    answers = [await client.post("/api/auth/login/", json=body) for _ in range(7)]
    assert [one.status_code for one in answers] == [401] * 6 + [429]


async def test_processes_agree_on_a_lock(member: Member, settings: Settings) -> None:
    for _ in range(6):
        await member.login("wrong" * 3)
    other = create_app(settings)
    async with (
        other.router.lifespan_context(other),
        AsyncClient(transport=ASGITransport(other), base_url="http://jeg.test") as client,
    ):
        body = {"email": member.email, "password": PASSWORD}
        assert (await client.post("/api/auth/login/", json=body)).status_code == 429


async def test_an_address_is_locked_for_every_account(settings: Settings) -> None:
    strict = create_app(settings.model_copy(update={"address_failures": 2}))
    transport = ASGITransport(strict, client=("2001:db8:0:7::1", 1))
    neighbour = ASGITransport(strict, client=("2001:db8:0:7::2", 1))
    elsewhere = ASGITransport(strict, client=("2001:db8:0:8::1", 1))
    statuses = []
    async with strict.router.lifespan_context(strict):
        for one in (*[transport] * 3, neighbour, elsewhere):
            body = {"email": f"{uuid4()}@nowhere.example", "password": "wrong" * 3}
            async with AsyncClient(transport=one, base_url="http://jeg.test") as client:
                statuses.append((await client.post("/api/auth/login/", json=body)).status_code)
    assert statuses == [401, 401, 401, 429, 401]


async def test_of_many_guesses_at_once_the_lock_holds_all(member: Member) -> None:
    guesses = [member.login("wrong" * 3) for _ in range(12)]
    answers = await asyncio.gather(*guesses)
    assert {one.status_code for one in answers} <= {401, 429}
    assert (await member.login()).status_code == 429


async def test_registering_asks_whether_the_address_is_theirs(member: Member) -> None:
    vouchers = member.people.parts.vouchers
    token = vouchers.token("verify_email", await member.newest("verify_email"))
    assert (await member.get("profile/")).json()["is_email_verified"] is False
    assert (await member.post("email/verify/", token=token)).status_code == 204
    assert (await member.get("profile/")).json()["is_email_verified"] is True
    again = await member.post("email/verify/", token=token)
    assert (again.status_code, kind(again)) == (400, "invalid-link")
    assert (await member.post("email/verify/send/")).status_code == 202
    assert await member.told() == ["verify_email"]


async def test_what_is_queued_and_kept_holds_no_link(member: Member) -> None:
    token_id = await member.newest("verify_email")
    secret = member.people.parts.vouchers.token("verify_email", token_id).partition(".")[2]
    rows = await member.rows(
        "SELECT n::text AS text FROM notifications n WHERE user_id = %(user)s"
        " UNION ALL SELECT t::text FROM one_time_tokens t WHERE user_id = %(user)s"
        " UNION ALL SELECT j::text FROM procrastinate_jobs j"
    )
    assert any(str(token_id) in row["text"] for row in rows)
    assert all(secret not in row["text"] for row in rows)


@pytest.mark.parametrize("path", ["email/verify/", "password/reset/confirm/"])
async def test_a_link_that_is_not_ours_is_refused(member: Member, path: str) -> None:
    vouchers, row = member.people.parts.vouchers, await member.newest("verify_email")
    forged = ["x", f"{row.hex}.", vouchers.token("verify_email", uuid4()), "é" * 9]
    forged.append(vouchers.token("image", row))
    more = {"new_password": OTHER} if "reset" in path else {}
    for token in forged:
        answer = await member.post(path, token=token, **more)
        assert (answer.status_code, kind(answer)) == (400, "invalid-link")


async def test_a_link_runs_out(member: Member) -> None:
    row = await member.newest("verify_email")
    await member.db.execute("UPDATE one_time_tokens SET expires_at = now() WHERE id = %s", (row,))
    token = member.people.parts.vouchers.token("verify_email", row)
    assert (await member.post("email/verify/", token=token)).status_code == 400


async def test_so_many_letters_and_no_more(member: Member) -> None:
    answers = [await member.post("email/verify/send/") for _ in range(5)]
    assert [one.status_code for one in answers] == [202] * 4 + [429]
    assert 3500 < int(answers[-1].headers["Retry-After"]) <= 3601


async def test_another_address_counts_once_its_link_is_followed(member: Member) -> None:
    wanted = f"{uuid4()}@new.example"
    answer = await member.post("email/change/", email=wanted, current_password="wrong" * 3)
    assert (answer.status_code, kind(answer)) == (400, "wrong-password")
    answer = await member.post("email/change/", email=wanted, current_password=PASSWORD)
    assert answer.status_code == 202
    assert (await member.get("profile/")).json()["email"] == member.email
    row = await member.newest("verify_email")
    token = member.people.parts.vouchers.token("verify_email", row)
    assert (await member.post("email/verify/", token=token)).status_code == 204
    profile = (await member.get("profile/")).json()
    assert (profile["email"], profile["username"]) == (wanted, wanted)
    assert profile["is_email_verified"] is True
    assert "email_change" in await member.told()
    assert (await member.login()).status_code == 401


async def test_the_address_of_another_is_not_to_be_had(people: People, member: Member) -> None:
    taken = await people.person("patient")
    address = f"{taken.id}@clinic.example"
    answer = await member.post("email/change/", email=address, current_password=PASSWORD)
    assert answer.status_code == 202
    assert await member.told() == ["verify_email"]


async def test_an_address_that_was_taken_meanwhile_is_not_had(
    people: People, member: Member
) -> None:
    wanted = f"{uuid4()}@new.example"
    await member.post("email/change/", email=wanted, current_password=PASSWORD)
    rival = await people.person("patient")
    await member.db.execute("UPDATE users SET email = %s WHERE id = %s", (wanted, rival.id))
    token = people.parts.vouchers.token("verify_email", await member.newest("verify_email"))
    assert (await member.post("email/verify/", token=token)).status_code == 400
    assert (await member.get("profile/")).json()["email"] == member.email


async def test_a_telephone_is_proved_by_its_code(member: Member) -> None:
    assert (await member.post("phone/verify/send/")).status_code == 202
    code = member.people.parts.vouchers.code("verify_phone", await member.newest("verify_phone"))
    wrong = "000000" if code != "000000" else "000001"
    answer = await member.post("phone/verify/", code=wrong)
    assert (answer.status_code, kind(answer)) == (400, "invalid-link")
    assert (await member.post("phone/verify/", code=code)).status_code == 204
    assert (await member.get("profile/")).json()["is_phone_verified"] is True
    assert (await member.post("phone/verify/", code=code)).status_code == 400
    await member.patch(phone_number="+233201234568")
    assert (await member.get("profile/")).json()["is_phone_verified"] is False


async def test_a_code_is_guessed_at_five_times(member: Member) -> None:
    await member.post("phone/verify/send/")
    code = member.people.parts.vouchers.code("verify_phone", await member.newest("verify_phone"))
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(5):
        assert (await member.post("phone/verify/", code=wrong)).status_code == 400
    assert (await member.post("phone/verify/", code=code)).status_code == 400


async def test_a_code_is_for_the_number_that_it_was_sent_to(member: Member) -> None:
    await member.post("phone/verify/send/")
    code = member.people.parts.vouchers.code("verify_phone", await member.newest("verify_phone"))
    await member.patch(phone_number="+233201234568")
    assert (await member.post("phone/verify/", code=code)).status_code == 400


async def test_without_a_telephone_there_is_no_code(member: Member) -> None:
    await member.patch(phone_number="")
    answer = await member.post("phone/verify/send/")
    assert (answer.status_code, kind(answer)) == (400, "no-phone-number")


async def test_a_password_is_changed_by_who_knows_it(member: Member) -> None:
    other = (await member.login()).json()
    change = {"current_password": "wrong" * 3, "new_password": OTHER}
    answer = await member.post("password/change/", **change)
    assert (answer.status_code, kind(answer)) == (400, "wrong-password")
    answer = await member.post("password/change/", **change | {"current_password": PASSWORD})
    assert answer.status_code == 204
    assert (await member.get("profile/")).status_code == 200
    headers = {"Authorization": f"Bearer {other['access']}"}
    assert (await member.client.get("/api/auth/profile/", headers=headers)).status_code == 401
    assert (await member.login()).status_code == 401
    assert (await member.login(OTHER)).status_code == 200
    assert (await member.told())[-1] == "password_changed"


async def test_a_stolen_session_cannot_guess_the_password(member: Member) -> None:
    change = {"current_password": "wrong" * 3, "new_password": OTHER}
    answers = [await member.post("password/change/", **change) for _ in range(7)]
    assert [one.status_code for one in answers] == [400] * 6 + [429]


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("short pass", None),
        ("short", "must have at least 10 characters"),
        ("Password123", "is one of the most used"),
        ("aaaaaaaaaaaaaaaaaa", "is one of the most used"),
        ("OWN", "is one of the most used"),
    ],
)
async def test_which_passwords_may_be_chosen(
    member: Member, password: str, reason: str | None
) -> None:
    chosen = member.email.upper() if password == "OWN" else password
    change = {"current_password": PASSWORD, "new_password": chosen}
    answer = await member.post("password/change/", **change)
    if reason is None:
        assert answer.status_code == 204
        return
    assert answer.status_code == 422
    [problem] = answer.json()["errors"]
    assert problem["field"] == "new_password"
    assert problem["reason"].startswith(reason)


async def test_one_password_however_the_keyboard_writes_it(member: Member) -> None:
    change = {"current_password": PASSWORD, "new_password": "caf\u00e9 au lait"}
    assert (await member.post("password/change/", **change)).status_code == 204
    assert (await member.login("cafe\u0301 au lait")).status_code == 200


async def test_a_reset_sets_a_password_unlocks_and_ends_every_session(member: Member) -> None:
    for _ in range(6):
        await member.login("wrong" * 3)
    assert (await member.login()).status_code == 429
    assert (await member.post("password/reset/", email=member.email)).status_code == 202
    row = await member.newest("reset_password")
    token = member.people.parts.vouchers.token("reset_password", row)
    body = {"token": token, "new_password": OTHER}
    assert (await member.post("password/reset/confirm/", **body)).status_code == 204
    assert (await member.get("profile/")).status_code == 401
    assert (await member.login(OTHER)).status_code == 200
    assert (await member.post("password/reset/confirm/", **body)).status_code == 400
    [user] = await member.rows("SELECT is_email_verified FROM users WHERE id = %(user)s")
    assert user["is_email_verified"] is True


async def test_asking_for_a_reset_tells_nothing(member: Member) -> None:
    answers = []
    for email in (member.email, f"{uuid4()}@nowhere.example"):
        began = time.monotonic()
        answer = await member.client.post("/api/auth/password/reset/", json={"email": email})
        answers.append((answer.status_code, answer.text))
        assert RESET_SECONDS <= time.monotonic() - began < RESET_SECONDS + 15
    assert answers[0] == answers[1] == (202, "null")
    for _ in range(6):
        await member.post("password/reset/", email=member.email)
    assert (await member.told()).count("reset_password") == 5


async def test_a_reset_link_does_not_outlive_the_address(member: Member) -> None:
    await member.post("password/reset/", email=member.email)
    token = member.people.parts.vouchers.token(
        "reset_password", await member.newest("reset_password")
    )
    await member.db.execute(
        "UPDATE users SET email = %s WHERE id = %s", (f"{uuid4()}@new.example", member.id)
    )
    answer = await member.post("password/reset/confirm/", token=token, new_password=OTHER)
    assert answer.status_code == 400


async def test_failures_are_kept_without_whom_they_are_about(
    member: Member, db: psycopg.AsyncConnection
) -> None:
    await member.login("wrong" * 3)
    rows = await (await db.execute("SELECT f::text FROM login_failures f")).fetchall()
    assert rows
    assert not any(member.email in text or "127.0.0.1" in text for (text,) in rows)
