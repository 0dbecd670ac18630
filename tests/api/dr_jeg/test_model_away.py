"""A model that is away, refuses, breaks off or is used up: somebody answers all the same."""

import json
from typing import Any
from uuid import uuid4

import pytest

from api.dr_jeg import service
from api.errors import NotFoundError
from api.metrics import REGISTRY
from tests.support.assistant import BASE, Asking, begin, say
from tests.support.gemini import (
    Step,
    answer,
    by_phase,
    piece,
    says,
    writes,
)
from tests.support.http import People, Person


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"{BASE}{{conversation}}/chat/", {"message": "How is my heart rate?"}),
        ("/api/dr-jeg/health-analysis/", {"symptoms": ["fatigue"], "duration": "1 week"}),
    ],
)
async def test_who_waits_for_a_model_keeps_no_connection_waiting(
    people: People, measured: Person, asking: Asking, path: str, body: dict[str, Any]
) -> None:
    held: list[int] = []
    pools: list[Any] = [engine.pool for engine in people.parts.database.engines]

    def script(asked: dict[str, Any], _method: str) -> Step:
        held.append(sum(pool.checkedout() for pool in pools))
        return Step((answer("Rest."),)) if writes(asked) else Step((says("READY", tokens=1),))

    url = path.format(conversation=await begin(measured))
    headers = {**measured.headers, "Idempotency-Key": str(uuid4())}
    async with asking(script):
        first = await measured.client.post(url, json=body, headers=headers)
        again = await measured.client.post(url, json=body, headers=headers)
    assert (first.status_code, again.json()) == (200, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    # A request asks twice. The audit trail writes beside it, so one count may be that of others; a
    # connection that waits is there both times.
    assert len(held) == 2
    assert min(held) == 0


async def test_a_stream_that_breaks_off_is_answered_by_rule(
    measured: Person, asking: Asking
) -> None:
    cut = Step((piece('{"response": "It was'),), cut=True)
    conversation = await begin(measured)
    async with asking(by_phase(cut)):
        path = f"{BASE}{conversation}/chat/stream/"
        stream = (await measured.post(path, {"message": "How is my heart rate?"})).text
    assert '"outcome":"fallback"' in stream
    assert '"ai_model":"jeg-local-1"' in stream


@pytest.mark.parametrize(
    ("step", "outcome"),
    [
        (Step(status=503), "fallback"),
        (Step(status=429), "fallback"),
        (Step(status=403), "fallback"),
        (Step(({"promptFeedback": {"blockReason": "SAFETY"}},)), "blocked"),
    ],
)
async def test_a_model_that_is_away(
    measured: Person, asking: Asking, step: Step, outcome: str
) -> None:
    conversation = await begin(measured)
    async with asking(lambda *_: step):
        shown = await say(measured, conversation, "How is my heart rate?")
    assert shown["outcome"] == outcome
    assert ("72" in shown["response"]) == (outcome == "fallback")


async def test_a_budget_is_kept_but_not_for_emergencies(
    people: People, measured: Person, asking: Asking
) -> None:
    await people.db.execute(
        "INSERT INTO assistant_usage (user_id, day, tokens) VALUES"
        " (%s, (now() AT TIME ZONE 'UTC')::date, 200000)",
        (measured.id,),
    )
    conversation = await begin(measured)
    async with asking(by_phase(Step((answer("It was 72."),)))) as server:
        refused = await measured.post(f"{BASE}{conversation}/chat/", {"message": "My heart?"})
        shown = await say(measured, conversation, "I have chest pain")
    assert refused.status_code == 429
    assert refused.json()["type"] == "urn:jeghealth:problem:token-budget-spent"
    assert 0 < int(refused.headers["Retry-After"]) <= 86_400
    assert shown["outcome"] == "red_flag"
    assert server.asked == []


async def test_what_was_used_is_charged(people: People, measured: Person, asking: Asking) -> None:
    conversation = await begin(measured)
    async with asking(by_phase(Step((answer("It was 72."),)))):
        shown = await say(measured, conversation, "How is my heart rate?")
    cursor = await people.db.execute(
        "SELECT tokens FROM assistant_usage WHERE user_id = %s", (measured.id,)
    )
    assert await cursor.fetchone() == (shown["tokens_used"],)


async def test_a_chat_that_fails_is_not_recorded_as_done(
    people: People, measured: Person, asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def deleted_meanwhile(*_: object) -> None:
        raise NotFoundError

    monkeypatch.setattr(service, "keep", deleted_meanwhile)
    conversation = await begin(measured)
    async with asking(by_phase(Step((answer("It was 72."),)))):
        failed = await measured.post(f"{BASE}{conversation}/chat/", {"message": "My pulse?"})
    assert failed.status_code == 404
    await people.parts.trail._append()
    cursor = await people.db.execute(
        "SELECT outcome FROM audit_log WHERE request_id = %s", (failed.json()["request_id"],)
    )
    assert await cursor.fetchall() == [("denied",)]


def _refusing(body: dict[str, Any]) -> Step:
    return Step(status=400, raw=json.dumps({"error": body}).encode())


async def test_a_refused_key_is_no_outage(
    measured: Person, asking: Asking, capsys: pytest.CaptureFixture[str]
) -> None:
    bad_key = _refusing(
        {
            "code": 400,
            "status": "INVALID_ARGUMENT",
            "message": "API key not valid: k. How is my heart rate?",
            "details": [{"reason": "API_KEY_INVALID"}, {"reason": "not a name: k"}],
        }
    )
    conversation = await begin(measured)
    async with asking(lambda *_: bad_key):
        shown = await say(measured, conversation, "How is my heart rate?")
        ready = (await measured.client.get("/readyz")).json()
        refused = REGISTRY.get_sample_value("jeg_assistant_refused")
    assert shown["outcome"] == "fallback"
    assert shown["ai_model"] == "jeg-local-1"
    assert "does not take our requests" in shown["response"]
    assert "72" in shown["response"]
    assert ready == {"status": "ok", "warnings": ["assistant_refused"]}
    assert refused == 1
    logged = capsys.readouterr()
    [line] = [one for one in (logged.out + logged.err).splitlines() if "assistant_refused" in one]
    assert "HTTP 400 INVALID_ARGUMENT API_KEY_INVALID" in line
    assert "not valid" not in logged.out + logged.err
    assert "heart rate?" not in logged.out + logged.err
    async with asking(by_phase(Step((answer("It was 72."),)))):
        await say(measured, conversation, "How is my heart rate?")
    assert (await measured.client.get("/readyz")).json()["warnings"] == []
    assert REGISTRY.get_sample_value("jeg_assistant_refused") == 0


async def test_an_outage_is_no_refusal(people: People, measured: Person, asking: Asking) -> None:
    before = REGISTRY.get_sample_value("jeg_assistant_answers_total", {"outcome": "away"}) or 0
    async with asking(lambda *_: Step(status=503)):
        shown = await say(measured, await begin(measured), "How is my heart rate?")
    assert "cannot be reached" in shown["response"]
    assert not people.parts.dr_jeg.refused
    after = REGISTRY.get_sample_value("jeg_assistant_answers_total", {"outcome": "away"})
    assert after == before + 1
