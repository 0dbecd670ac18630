"""Requests that come twice with one Idempotency-Key: a model, which costs tokens, is asked once."""

import asyncio
import hashlib
from typing import Any
from uuid import uuid4

import pytest
from httpx import Response

from api.dr_jeg import streaming
from tests.support.assistant import BASE, Asking, begin, count
from tests.support.gemini import GeminiServer, Step, answer, by_phase, streamed, writes
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
    other = {name: "91x4 days" if isinstance(said, str) else said for name, said in body.items()}
    async with asking(by_phase(Step((answer("Rest."),)))) as server:
        first = await measured.client.post(url, json=body, headers=headers)
        refused = await measured.client.post(url, json=other, headers=headers)
    assert (first.status_code, refused.status_code) == (200, 422)
    assert refused.json()["type"] == "urn:jeghealth:problem:idempotency-key-reused"
    assert asked(server) == 1


@QUESTIONS
async def test_what_another_process_works_on_is_left_to_it(
    people: People, measured: Person, asking: Asking, path: str, body: dict[str, Any]
) -> None:
    url, key = path.format(conversation=await begin(measured)), str(uuid4())
    headers = {**measured.headers, "Idempotency-Key": key}
    await people.db.execute(
        "INSERT INTO kept_answers (user_id, key_digest, request_digest, status, headers, body)"
        " VALUES (%s, %s, %s, 102, '{}', '')",
        (measured.id, hashlib.sha256(key.encode()).digest(), bytes(32)),
    )
    async with asking(by_phase(Step((answer("Rest."),)))) as server:
        waits = await measured.client.post(url, json=body, headers=headers)
        assert (waits.status_code, waits.headers["Retry-After"]) == (409, "1")
        assert asked(server) == 0
        # It died: what it took makes room.
        await people.db.execute(
            "UPDATE kept_answers SET created_at = now() - interval '16 minutes' WHERE user_id = %s",
            (measured.id,),
        )
        carried_out = await measured.client.post(url, json=body, headers=headers)
    assert carried_out.status_code == 200
    assert asked(server) == 1


async def test_a_request_that_fails_gives_its_key_back(
    people: People, measured: Person, asking: Asking
) -> None:
    headers = {**measured.headers, "Idempotency-Key": str(uuid4())}
    body = {"message": "How is my heart rate?"}
    async with asking(by_phase(Step((answer("Rest."),)))):
        missing = await measured.client.post(f"{BASE}{uuid4()}/chat/", json=body, headers=headers)
    assert missing.status_code == 404
    assert await count(people, "kept_answers", "user_id", measured.id) == 0


async def test_of_two_streams_with_a_key_one_asks_the_model(
    measured: Person, asking: Asking
) -> None:
    url = f"{BASE}{await begin(measured)}/chat/stream/"
    headers = {**measured.headers, "Idempotency-Key": str(uuid4())}

    async def ask() -> str:
        body = {"message": "How is my heart rate?"}
        return (await measured.client.post(url, json=body, headers=headers)).text

    slow = Step(streamed("Rest."), pause_seconds=0.05)
    async with asking(by_phase(slow)) as server:
        answers = await asyncio.gather(ask(), ask())
    assert asked(server) == 1
    assert any("event: done" in one for one in answers)
    assert all("event: done" in one or "idempotency-in-progress" in one for one in answers)


async def test_a_stream_that_finds_its_answer_late_tells_it_whole(
    measured: Person, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{BASE}{await begin(measured)}/chat/stream/"
    headers = {**measured.headers, "Idempotency-Key": str(uuid4())}
    body = {"message": "How is my heart rate?"}
    looked: list[object] = []
    real = streaming._before

    async def late(*where: Any) -> Any:
        """As where the other one is done between the first look and the second."""
        looked.append(where)
        return None if len(looked) == 1 else await real(*where)

    async with asking(by_phase(Step(streamed("Rest.")))) as server:
        await measured.client.post(url, json=body, headers=headers)
        monkeypatch.setattr(streaming, "_before", late)
        again = (await measured.client.post(url, json=body, headers=headers)).text
    assert asked(server) == 1
    assert again.index('event: text\ndata: {"text":"Rest."}') < again.index("event: done")


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
