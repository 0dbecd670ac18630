"""Conversations with the local assistant, which answers by rule."""

import datetime as dt
import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.support.assistant import BASE, begin, say
from tests.support.http import People, Person


def some_time_ago(**ago: int) -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(**ago)


async def test_nothing_is_read_before_the_user_agrees(people: People) -> None:
    patient = await people.patient()
    refused = await patient.post(BASE, {})
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:jeghealth:problem:assistant-consent-needed"
    given = await patient.post("/api/consents/", {"scope": "ai_assistant", "version": 1})
    conversation = await begin(patient)
    taken_back = f"/api/consents/{given.json()['id']}/revoke/"
    assert (await patient.post(taken_back)).status_code == 200
    for path, body in (
        (f"{conversation}/chat/", {"message": "hello"}),
        (f"{conversation}/chat/stream/", {"message": "hello"}),
    ):
        assert (await patient.post(BASE + path, body)).status_code == 403
        flagged = await patient.post(BASE + path, {"message": "I have crushing pain in my chest"})
        assert flagged.status_code == 403
        assert flagged.json()["type"] == "urn:jeghealth:problem:assistant-consent-needed"
        assert "Call 112 now" in flagged.json()["detail"]
    symptoms = {"symptoms": ["cough"], "duration": "1 day"}
    assert (await patient.post("/api/dr-jeg/health-analysis/", symptoms)).status_code == 403


@pytest.mark.parametrize(
    ("symptoms", "duration", "said"),
    [
        (["crushing pain in my chest", "sweating"], "20 minutes", "Call 112 now"),
        (["weak arm"], "since an hour ago, my speech is slurred too", "Call 112 now"),
        (["je n'arrive plus à respirer"], "ce matin", "Appelez le 112"),
        (["my blood sugar is 40"], "1 hour", "112"),
    ],
)
async def test_symptoms_of_an_emergency_are_told_of_before_consent(
    people: People, symptoms: list[str], duration: str, said: str
) -> None:
    patient = await people.patient()
    body = {"symptoms": symptoms, "duration": duration}
    refused = await patient.post("/api/dr-jeg/health-analysis/", body)
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:jeghealth:problem:assistant-consent-needed"
    assert said in refused.json()["detail"]
    listed = await patient.get(BASE)
    assert listed.json()["results"] == []
    harmless = {"symptoms": ["cough"], "duration": "1 day"}
    plain = await patient.post("/api/dr-jeg/health-analysis/", harmless)
    assert plain.status_code == 403
    assert "detail" not in plain.json()


async def test_every_number_of_an_answer_leads_to_its_reading(
    people: People, patient: Person
) -> None:
    at = some_time_ago(hours=2)
    await people.measure(patient, "heart_rate", [(at, 74)])
    conversation = await begin(patient)
    answer = await say(patient, conversation, "How is my heart rate?")
    assert "74" in answer["response"]
    assert answer["ai_model"] == "jeg-local-1"
    by_quote = {one["quote"]: one for one in answer["sources"]}
    assert by_quote["74"]["kind"] == "reading"
    assert by_quote["74"]["reference"]["reading_id"]
    assert dt.datetime.fromisoformat(by_quote["74"]["measured_at"]) == at
    kept = await patient.get(f"{BASE}{conversation}/messages/{answer['message_id']}/sources/")
    assert kept.json()["results"] == answer["sources"]
    for one in answer["sources"]:
        if one["part"] == "response":
            assert answer["response"][one["start"] : one["end"]] == one["quote"]


async def test_french_is_answered_in_french(people: People, patient: Person) -> None:
    await people.measure(patient, "body_temperature", [(some_time_ago(hours=1), 37.4)])
    answer = await say(patient, await begin(patient), "Quelle est ma température ?")
    assert answer["language"] == "fr"
    assert "37,4 °C" in answer["response"]


async def test_a_red_flag_is_answered_at_once_and_told(people: People, patient: Person) -> None:
    conversation = await begin(patient)
    answer = await say(patient, conversation, "I have crushing pain in my chest")
    assert answer["outcome"] == "red_flag"
    assert [one["code"] for one in answer["red_flags"]] == ["chest_pain"]
    assert answer["emergency_number"] in answer["response"]
    cursor = await people.db.execute(
        "SELECT urgent, payload FROM notifications WHERE user_id = %s", (patient.id,)
    )
    [(urgent, payload)] = await cursor.fetchall()
    assert urgent
    assert "chest" not in json.dumps(payload)
    cursor = await people.db.execute(
        "SELECT count(*) FROM audit_log WHERE actor_id = %s AND action = 'RED_FLAG'", (patient.id,)
    )
    assert await cursor.fetchone() == (1,)


async def test_the_figures_are_kept_with_every_message(patient: Person) -> None:
    conversation = await begin(patient)
    await say(patient, conversation, "How is my blood pressure?")
    await say(patient, conversation, "I have a headache")
    shown = (await patient.get(f"{BASE}{conversation}/")).json()
    figures = shown["analytics"]
    assert figures["total_messages"] == 4
    assert figures["total_user_messages"] == figures["total_bot_messages"] == 2
    assert {"blood_pressure", "headache"} <= set(figures["health_topics"])
    spent = [one["response_time_ms"] for one in shown["messages"] if one["sender"] == "assistant"]
    assert figures["average_response_time_ms"] == pytest.approx(sum(spent) / 2)
    assert shown["title"] == "How is my blood pressure?"


async def test_answers_by_rule_take_time_too(patient: Person) -> None:
    conversation = await begin(patient)
    answer = await say(patient, conversation, "I have crushing pain in my chest")
    figures = (await patient.get(f"{BASE}{conversation}/")).json()["analytics"]
    assert figures["average_response_time_ms"] == answer["response_time_ms"] > 0


async def test_lists_are_walked_by_their_cursor(patient: Person) -> None:
    wanted = [await begin(patient) for _ in range(3)]
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2}
    while True:
        page = (await patient.get(BASE, **query)).json()
        seen += [one["id"] for one in page["results"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert seen == wanted[::-1]
    conversation = wanted[0]
    for text in ("hello", "thanks"):
        await say(patient, conversation, text)
    first = (await patient.get(f"{BASE}{conversation}/", limit=3)).json()
    rest = (await patient.get(f"{BASE}{conversation}/", limit=3, cursor=first["next"])).json()
    said = [one["content"] for one in (*first["messages"], *rest["messages"])]
    assert (said[0], said[2], len(said), rest["next"]) == ("hello", "thanks", 4, None)


async def test_a_conversation_is_its_users_alone(people: People, patient: Person) -> None:
    conversation = await begin(patient)
    answer = await say(patient, conversation, "hello")
    other = await people.patient()
    await people.agrees(other)
    own = f"{BASE}{conversation}/"
    message = f"{own}messages/{answer['message_id']}/"
    assert (await other.get(own)).status_code == 404
    assert (await other.get(f"{message}sources/")).status_code == 404
    assert (await other.patch(own, {"title": "Mine"})).status_code == 404
    assert (await other.post(f"{own}chat/", {"message": "hello"})).status_code == 404
    assert (await other.post(f"{own}chat/stream/", {"message": "hello"})).status_code == 404
    clinician = await people.person("clinician")
    await people.care(clinician, patient)
    admin = await people.person("admin")
    for reader in (clinician, admin):
        assert (await reader.get(own)).status_code == 403


async def test_deleting_deletes(people: People, patient: Person) -> None:
    await people.measure(patient, "heart_rate", [(some_time_ago(hours=1), 70)])
    conversation = await begin(patient)
    answer = await say(patient, conversation, "How is my heart rate?")
    rated = await patient.client.put(
        f"{BASE}{conversation}/messages/{answer['message_id']}/feedback/",
        json={"helpful": False, "reason": "unclear"},
        headers=patient.headers,
    )
    assert rated.json()["reason"] == "unclear"
    gone = await patient.client.delete(f"{BASE}{conversation}/", headers=patient.headers)
    assert gone.status_code == 204
    assert (await patient.get(f"{BASE}{conversation}/")).status_code == 404
    for table, column, key in (
        ("conversations", "id", conversation),
        ("messages", "conversation_id", conversation),
        ("conversation_analytics", "conversation_id", conversation),
        ("message_sources", "message_id", answer["message_id"]),
        ("message_feedback", "message_id", answer["message_id"]),
    ):
        cursor = await people.db.execute(
            f"SELECT count(*) FROM {table} WHERE {column} = %s",  # noqa: S608 - names of the test
            (UUID(key),),
        )
        assert await cursor.fetchone() == (0,), table


async def test_renaming_asks_for_what_was_seen(patient: Person) -> None:
    own = f"{BASE}{await begin(patient)}/"
    tag = (await patient.get(own)).headers["ETag"]
    headers = {**patient.headers, "If-Match": tag}
    renamed = await patient.client.patch(own, json={"title": "My heart"}, headers=headers)
    assert (renamed.status_code, renamed.json()["title"]) == (200, "My heart")
    late = await patient.client.patch(own, json={"title": "Late"}, headers=headers)
    assert late.status_code == 412
    assert (await patient.client.delete(own, headers=headers)).status_code == 412
    headers["If-Match"] = renamed.headers["ETag"]
    assert (await patient.client.delete(own, headers=headers)).status_code == 204


async def test_a_message_that_comes_twice_is_answered_once(patient: Person) -> None:
    conversation = await begin(patient)
    headers = {**patient.headers, "Idempotency-Key": str(uuid4())}
    path, body = f"{BASE}{conversation}/chat/", {"message": "hello"}
    first = await patient.client.post(path, json=body, headers=headers)
    again = await patient.client.post(path, json=body, headers=headers)
    assert first.json() == again.json()
    assert again.headers["Idempotency-Replayed"] == "true"
    shown = (await patient.get(f"{BASE}{conversation}/")).json()
    assert shown["analytics"]["total_messages"] == 2


def events(text: str) -> list[tuple[str, Any]]:
    found = []
    for block in text.split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if "event" in lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found


async def test_an_answer_is_streamed_sentence_by_sentence_and_once(
    people: People, patient: Person
) -> None:
    await people.measure(patient, "heart_rate", [(some_time_ago(hours=1), 70)])
    conversation = await begin(patient)
    headers = {**patient.headers, "Idempotency-Key": str(uuid4())}
    path, body = f"{BASE}{conversation}/chat/stream/", {"message": "How is my heart rate?"}
    first = events((await patient.client.post(path, json=body, headers=headers)).text)
    assert first[-1][0] == "done"
    sent = "".join(data["text"] for name, data in first if name == "text")
    assert sent == first[-1][1]["response"]
    assert "70" in sent
    again = events((await patient.client.post(path, json=body, headers=headers)).text)
    assert again[-1][1]["message_id"] == first[-1][1]["message_id"]
    shown = (await patient.get(f"{BASE}{conversation}/")).json()
    assert shown["analytics"]["total_messages"] == 2


async def test_a_first_message_begins_its_conversation(patient: Person) -> None:
    url, headers = "/api/dr-jeg/chat/", {"Idempotency-Key": str(uuid4())}
    body = {"message": "How is my weight?"}
    first = await patient.client.post(url, json=body, headers={**patient.headers, **headers})
    again = await patient.client.post(url, json=body, headers={**patient.headers, **headers})
    assert first.status_code == 200
    assert first.json() == again.json()
    [begun] = (await patient.get(BASE)).json()["results"]
    assert begun["id"] == first.json()["conversation_id"]
    assert (begun["title"], begun["analytics"]["total_messages"]) == ("How is my weight?", 2)
    flagged = (await patient.post(url, {"message": "I have chest pain"})).json()
    assert flagged["outcome"] == "red_flag"
    assert flagged["conversation_id"] != begun["id"]
    shown = await say(patient, flagged["conversation_id"], "hello")
    assert shown["conversation_id"] == flagged["conversation_id"]


async def test_what_is_wrong_with_a_message_is_told_once(patient: Person) -> None:
    refused = await patient.post(f"{BASE}{await begin(patient)}/chat/", {"message": ""})
    assert refused.status_code == 422
    assert [one["field"] for one in refused.json()["errors"]] == ["message"]


async def test_an_analysis_is_kept_as_a_conversation(people: People, patient: Person) -> None:
    await people.measure(patient, "heart_rate", [(some_time_ago(hours=1), 118)])
    body = {"symptoms": ["fatigue", "headache"], "duration": "1 week"}
    answer = await patient.post("/api/dr-jeg/health-analysis/", body)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    assert found["analysis"]
    assert found["when_to_see_doctor"]
    assert any("118" in one for one in found["risk_factors"])
    assert found["recommendations"]
    shown = (await patient.get(f"{BASE}{found['conversation_id']}/")).json()
    assert shown["kind"] == "analysis"
    assert {"fatigue", "headache"} <= set(shown["analytics"]["health_topics"])


async def test_old_messages_are_summarised(people: People, patient: Person) -> None:
    conversation = await begin(patient)
    for number in range(10):
        await say(patient, conversation, f"hello, question {number}")
    desk = people.parts.dr_jeg
    await desk.close()
    shown = (await patient.get(f"{BASE}{conversation}/")).json()
    assert shown["summary"].startswith("- hello")
    assert len(shown["summary"]) <= 800
    cursor = await people.db.execute(
        "SELECT summarised_to, summary_model FROM conversations WHERE id = %s", (conversation,)
    )
    row = await cursor.fetchone()
    assert row is not None
    assert row[0] >= 6
    assert row[1] == "jeg-local-1"


async def test_who_answers_and_what_is_left(patient: Person) -> None:
    shown = (await patient.get("/api/dr-jeg/")).json()
    assert shown["local"]
    assert shown["consented"]
    assert shown["tokens_today"] == 0
