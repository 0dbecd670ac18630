"""Requests that come twice with one Idempotency-Key: a model, which costs tokens, is asked once."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from tests.support.assistant import BASE, Asking, begin, count
from tests.support.gemini import GeminiServer, Step, answer, by_phase, writes
from tests.support.http import People, Person

QUESTIONS = pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{BASE}{{conversation}}/chat/", {"message": "How is my heart rate?"}),
        ("/api/dr-jeg/health-analysis/", {"symptoms": ["fatigue"], "duration": "1 week"}),
    ],
)


def asked(server: GeminiServer) -> int:
    """How many answers the model wrote."""
    return sum(writes(body) for _, body in server.asked)


@QUESTIONS
async def test_at_the_same_time_one_is_worked_on(
    measured: Person, asking: Asking, path: str, body: dict[str, Any]
) -> None:
    url = path.format(conversation=await begin(measured))
    headers = {**measured.headers, "Idempotency-Key": str(uuid4())}

    async def ask() -> Response:
        return await measured.client.post(url, json=body, headers=headers)

    async with asking(by_phase(Step((answer("Rest."),), pause_seconds=0.2))) as server:
        answers = await asyncio.gather(*(ask() for _ in range(4)))
        kept = await ask()
    assert asked(server) == 1
    assert (kept.status_code, kept.headers["Idempotency-Replayed"]) == (200, "true")
    for one in answers:
        if one.status_code == 409:
            assert one.json()["type"] == "urn:jeghealth:problem:idempotency-in-progress"
            assert one.headers["Retry-After"] == "1"
        else:
            assert (one.status_code, one.json()) == (200, kept.json())


@QUESTIONS
async def test_the_key_of_another_question_asks_no_model(
    measured: Person, asking: Asking, path: str, body: dict[str, Any]
) -> None:
    url = path.format(conversation=await begin(measured))
    headers = {**measured.headers, "Idempotency-Key": str(uuid4())}
    other = {name: "91c4 days" if isinstance(said, str) else said for name, said in body.items()}
    async with asking(by_phase(Step((answer("Rest."),)))) as server:
        first = await measured.client.post(url, json=body, headers=headers)
        refused = await measured.client.post(url, json=other, headers=headers)
    assert (first.status_code, refused.status_code) == (200, 422)
    assert refused.json()["type"] == "urn:jeghealth:problem:idempotency-key-reused"
    assert asked(server) == 1


async def test_what_a_model_was_asked_for_is_charged_once(
    people: People, measured: Person, asking: Asking
) -> None:
    conversation = await begin(measured)
    headers = {**measured.headers, "Idempotency-Key": str(uuid4())}
    path, body = f"{BASE}{conversation}/chat/", {"message": "How is my heart rate?"}
    async with asking(by_phase(Step((answer("Rest."),)))):
        first = await measured.client.post(path, json=body, headers=headers)
        used = (await measured.get("/api/dr-jeg/")).json()["tokens_today"]
        await measured.client.post(path, json=body, headers=headers)
        again = (await measured.get("/api/dr-jeg/")).json()["tokens_today"]
    assert first.json()["tokens_used"] > 0
    assert again == used
    assert await count(people, "messages", "conversation_id", conversation) == 2
