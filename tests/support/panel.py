"""Somebody at the admin panel, as a browser without scripts is."""

import re
import time
from types import TracebackType
from typing import Any, Self
from uuid import UUID, uuid4

import pyotp
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient, Response

from storage.audit_check import verify
from tests.support.http import People, Person
from tests.support.members import PASSWORD

SITE = "http://jeg.test"
_FIELD = re.compile(r'name="(csrftoken|ticket)" value="([^"]*)"')
_SECRET = re.compile(r"<code[^>]*>([A-Z2-7]{32})</code>")


class Browser:
    """Keeps cookies and tokens; follows nothing by itself."""

    def __init__(self, app: FastAPI, address: str = "127.0.0.1") -> None:
        transport = ASGITransport(app, raise_app_exceptions=False, client=(address, 4711))
        self.client = AsyncClient(transport=transport, base_url=SITE)
        self.fields: dict[str, str] = {}
        self.secret = ""
        self._asked_at = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.client.aclose()

    async def get(self, path: str, **query: Any) -> Response:
        """Open a page; its tokens are kept for the next form."""
        answer = await self.client.get(f"/admin/{path}", params=query)
        self._read(answer)
        return answer

    async def post(self, path: str, **typed: Any) -> Response:
        """Send a form with the tokens of the last page."""
        answer = await self.client.post(f"/admin/{path}", data=self.fields | typed)
        self._read(answer)
        return answer

    async def act(self, table: str, pk: object, name: str, **typed: Any) -> Response:
        """Do something with a row, as the panel's script does."""
        return await self.client.post(
            f"/admin/_api/{table}/row-action",
            params={"pk": str(pk), "name": name},
            data=typed,
            headers={"X-CSRFToken": self.client.cookies.get("starlette_admin_csrftoken") or ""},
        )

    def _read(self, answer: Response) -> None:
        self.fields.update(dict(_FIELD.findall(answer.text)))
        found = _SECRET.search(answer.text)
        if found:
            self.secret = found[1]

    async def name(self, username: str, password: str = PASSWORD) -> Response:
        """The first step of a login."""
        await self.get("login")
        return await self.post("login", username=username, password=password)

    def code(self, steps: int = 0) -> str:
        """What the app shows, so many steps from when it was first asked."""
        self._asked_at = self._asked_at or int(time.time())
        return pyotp.TOTP(self.secret).at(self._asked_at, counter_offset=steps)

    async def enrol(self, username: str) -> Response:
        """Log in for the first time, setting an app up."""
        first = await self.name(username)
        assert first.status_code == 200, first.text
        return await self.post("login/enrol", code=self.code())


def is_login(answer: Response) -> bool:
    """Whether a request was sent away to log in."""
    return answer.status_code == 303 and answer.headers["location"].startswith("/admin/login?")


async def account(people: People, *roles: str) -> Person:
    """Somebody with a password."""
    person = await people.person(*roles)
    hashed = await people.parts.passwords.hash(PASSWORD)
    await people.db.execute(
        "UPDATE users SET password_hash = %s WHERE id = %s", (hashed, person.id)
    )
    return person


def address_of(user_id: UUID) -> str:
    """The e-mail address that `People` gives."""
    return f"{user_id}@clinic.example"


async def at_the_panel(
    app: FastAPI, people: People, *roles: str, address: str = "127.0.0.1"
) -> tuple[Browser, Person]:
    """Somebody in a session of the panel, such as a login opens."""
    person = await people.person(*(roles or ("admin",)))
    browser = Browser(app, address)
    value, claims = people.parts.tokens.issue("panel", person.id, uuid4())
    await people.db.execute(
        "INSERT INTO login_sessions (id, user_id, method, is_strong, expires_at)"
        " VALUES (%s, %s, 'totp', true, now() + interval '1 hour')",
        (claims.session_id, person.id),
    )
    browser.client.cookies.set("jeg_panel", value, path="/admin")
    await browser.get("roles/list")
    return browser, person


async def one(people: People, query: str, *values: object) -> Any:
    """The first column of the first row."""
    row = await (await people.db.execute(query.encode(), values)).fetchone()
    return None if row is None else row[0]


async def newest_record(people: People, resource: str) -> tuple[Any, ...]:
    """What the log says last of a page; the chain is whole."""
    await people.parts.trail._append()
    async with people.parts.database.plain() as connection:
        verdict = await verify(connection)
    assert verdict.broken is None
    cursor = await people.db.execute(
        "SELECT actor_id, action, resource_id, outcome, address, patient_ids FROM audit_log"
        " LEFT JOIN audit_patients ON digest = patients WHERE resource = %s"
        " ORDER BY seq DESC LIMIT 1",
        (resource,),
    )
    row: tuple[Any, ...] | None = await cursor.fetchone()
    assert row is not None
    return row


def rows(answer: Response) -> list[str]:
    """Keys of the rows of a list."""
    assert answer.status_code == 200, answer.text[:2000]
    return re.findall(r'<tr data-sa-pk="([^"]*)"', answer.text)
