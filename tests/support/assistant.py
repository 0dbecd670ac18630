"""Talking with the assistant, and a model that answers by a script."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any
from uuid import UUID

from gateways.llm.gemini import Gemini
from gateways.llm.settings import GeminiSettings
from tests.support.gemini import GeminiServer, Script, gemini
from tests.support.http import People, Person

BASE = "/api/dr-jeg/conversations/"
Asking = Callable[[Script], AbstractAsyncContextManager[GeminiServer]]


@asynccontextmanager
async def asked_gemini(people: People, script: Script) -> AsyncIterator[GeminiServer]:
    """Have Gemini answer meanwhile, by a script."""
    desk = people.parts.dr_jeg
    before = desk.assistant
    async with gemini(script) as server:
        settings = GeminiSettings(
            key="k", model="gemini-test", base_url=server.url, backoff_seconds=0.01
        )
        asked = Gemini(settings)
        desk.assistant = asked
        try:
            yield server
        finally:
            desk.assistant = before
            await asked.close()


async def begin(patient: Person, title: str = "") -> str:
    """Begin a conversation; its id."""
    answer = await patient.post(BASE, {"title": title})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def say(patient: Person, conversation: str, message: str) -> dict[str, Any]:
    """Say something; what is answered."""
    found = await patient.post(f"{BASE}{conversation}/chat/", {"message": message})
    assert found.status_code == 200, found.text
    shown: dict[str, Any] = found.json()
    return shown


async def count(people: People, table: str, column: str, key: UUID | str) -> int:
    """How many rows a table has of somebody."""
    cursor = await people.db.execute(
        f"SELECT count(*) FROM {table} WHERE {column} = %s",  # noqa: S608 - names of the test
        (str(key),),
    )
    row = await cursor.fetchone()
    assert row is not None
    return int(row[0])
