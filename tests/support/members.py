"""Somebody who has registered over HTTP, for tests of accounts."""

from typing import Any
from uuid import UUID, uuid4

from httpx import Response
from psycopg.rows import dict_row

from tests.support.http import People

PASSWORD = "correct horse battery"


class Member:
    """Somebody who has registered over HTTP."""

    def __init__(self, people: People, email: str, body: dict[str, Any]) -> None:
        self.people, self.email, self.body = people, email, body
        self.client, self.db = people.client, people.db
        self.id = UUID(body["user"]["id"])

    @property
    def headers(self) -> dict[str, str]:
        """The access token."""
        return {"Authorization": f"Bearer {self.body['access']}"}

    async def get(self, path: str, **query: Any) -> Response:
        """GET below /api/auth/."""
        return await self.client.get(f"/api/auth/{path}", params=query, headers=self.headers)

    async def post(self, path: str, **body: Any) -> Response:
        """POST JSON below /api/auth/."""
        return await self.client.post(f"/api/auth/{path}", json=body, headers=self.headers)

    async def patch(self, **body: Any) -> Response:
        """Change the profile."""
        return await self.client.patch("/api/auth/profile/", json=body, headers=self.headers)

    async def login(self, password: str = PASSWORD, **headers: str) -> Response:
        """Log in once more."""
        body = {"email": self.email, "password": password}
        return await self.client.post("/api/auth/login/", json=body, headers=headers)

    async def rows(self, statement: str) -> list[dict[str, Any]]:
        """Rows as dictionaries; `%(user)s` is the member."""
        async with self.db.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(statement, {"user": self.id})
            return await cursor.fetchall()

    async def newest(self, purpose: str) -> UUID:
        """Id of the newest thing that was sent for this."""
        rows = await self.rows(
            "SELECT id, purpose FROM one_time_tokens WHERE user_id = %(user)s"
            " ORDER BY created_at DESC"
        )
        found: UUID = next(row["id"] for row in rows if row["purpose"] == purpose)
        return found

    async def told(self) -> list[str]:
        """What the member was told about, the oldest first."""
        rows = await self.rows(
            "SELECT payload ->> 'about' AS about FROM notifications WHERE user_id = %(user)s"
            " ORDER BY created_at"
        )
        return [row["about"] for row in rows]


async def registered(people: People) -> Member:
    """Register somebody."""
    email = f"{uuid4()}@clinic.example"
    names = {"first_name": "Ama", "last_name": "Owusu", "phone_number": "+233 20 123 4567"}
    answer = await people.client.post(
        "/api/auth/register/", json={"email": email, "password": PASSWORD, **names}
    )
    assert answer.status_code == 201, answer.text
    return Member(people, email, answer.json())


def kind(answer: Response) -> str:
    """Kind of a problem document."""
    return str(answer.json()["type"]).removeprefix("urn:jeghealth:problem:")
