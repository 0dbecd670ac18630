"""Flags come before any model, in what is written and in what was measured."""

import asyncio
import datetime as dt
from typing import Any

import pytest

from tests.support.assistant import BASE, Asking, begin, count, say
from tests.support.clinic import Clinic
from tests.support.gemini import Step, answer, by_phase
from tests.support.http import People, Person

WORSE = {"respiratory_rate": 24, "oxygen_saturation": 92, "blood_pressure_systolic": 92}
"""Two points of NEWS2 each, and none of them urgent alone."""
NORMAL = {
    "respiratory_rate": 15,
    "oxygen_saturation": 98,
    "blood_pressure_systolic": 125,
    "heart_rate": 70,
    "body_temperature": 37,
}
PULSES = {7: 100, 8: 120, 9: 120, 10: 125}
HEATS = {7: 37, 8: 37, 9: 38.5, 10: 39.2}
OBEDIENT = "All your numbers are fine."


async def scored(people: People, patient: Person, score: int) -> None:
    """Have measured of somebody what makes an early-warning score of 7 to 10."""
    for metric, value in {
        **WORSE,
        "heart_rate": PULSES[score],
        "body_temperature": HEATS[score],
    }.items():
        await measure(people, patient, metric, value)


async def measure(people: People, patient: Person, metric: str, value: float, **ago: int) -> None:
    at = dt.datetime.now(dt.UTC).replace(microsecond=0) - dt.timedelta(**ago or {"minutes": 5})
    await people.measure(patient, metric, [(at, value)])


def codes(shown: dict[str, Any]) -> list[str]:
    return [one["code"] for one in shown["red_flags"]]


async def test_red_flags_do_not_wait_for_a_model(measured: Person, asking: Asking) -> None:
    conversation = await begin(measured)
    async with asking(lambda *_: Step(pause_seconds=30)) as server:
        shown = await say(measured, conversation, "I want to die")
        path = f"{BASE}{conversation}/chat/stream/"
        stream = (await measured.post(path, {"message": "my face is drooping"})).text
    assert codes(shown) == ["suicidal_thoughts"]
    assert '"code":"stroke"' in stream
    assert server.asked == []


@pytest.mark.parametrize("path", ["chat/", "chat/stream/"])
async def test_an_emergency_does_not_wait_for_another_answer(
    measured: Person, asking: Asking, path: str
) -> None:
    conversation = await begin(measured)
    url = f"{BASE}{conversation}/"
    async with asking(by_phase(Step((answer("Rest."),), pause_seconds=1))) as server:
        slow = asyncio.create_task(say(measured, conversation, "Tell me how I am doing"))
        while not server.asked:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.01)
        busy = await measured.post(f"{url}chat/", {"message": "And now?"})
        flagged = await measured.post(url + path, {"message": "I want to die"})
        waited = slow.done()
        await slow
    assert (busy.status_code, flagged.status_code, waited) == (409, 200, False)
    assert '"code":"suicidal_thoughts"' in flagged.text
    kept = (await measured.get(url)).json()["messages"]
    assert [one["content"] for one in kept if one["sender"] == "user"] == [
        "I want to die",
        "Tell me how I am doing",
    ]


@pytest.mark.parametrize(
    ("metric", "value", "code", "words"),
    [
        ("oxygen_saturation", 85, "oxygen_saturation_low", "85 %"),
        ("blood_glucose", 40, "blood_glucose_low", "sugar, juice"),
        ("blood_pressure_systolic", 210, "blood_pressure_systolic_high", "weakness on one side"),
        ("heart_rate", 35, "heart_rate_low", "35 per minute"),
        ("heart_rate", 160, "heart_rate_high", "far above"),
        ("respiratory_rate", 26, "respiratory_rate_high", "count the breaths"),
        ("body_temperature", 40.2, "body_temperature_high", "stiff neck"),
    ],
)
async def test_an_extreme_reading_is_urgent(
    people: People,
    patient: Person,
    asking: Asking,
    metric: str,
    value: float,
    code: str,
    words: str,
) -> None:
    await people.db.execute(
        "UPDATE users SET phone_number = '+254712345678' WHERE id = %s", (patient.id,)
    )
    await measure(people, patient, metric, value)
    async with asking(by_phase(Step((answer(OBEDIENT),)))) as server:
        shown = await say(patient, await begin(patient), "How are my measurements?")
    assert server.asked == []
    assert codes(shown) == [code]
    assert shown["red_flags"][0]["urgency"] == "urgent"
    assert shown["response"].startswith("Urgent: ")
    first, _, rest = shown["response"].partition("\n\n")
    assert words in first
    assert "again at once" in first
    assert "call 999 at once" in first
    assert shown["emergency_number"] == "999"
    assert "measured on" in rest
    quoted = [one for one in shown["sources"] if one["quote"] == f"{value:g}"]
    assert quoted
    assert all(one["kind"] == "reading" for one in quoted)
    for one in shown["sources"]:
        assert shown["response"][one["start"] : one["end"]] == one["quote"]


async def test_in_french_too(people: People, patient: Person) -> None:
    await measure(people, patient, "oxygen_saturation", 85)
    shown = await say(patient, await begin(patient), "Comment sont mes mesures ?")
    assert shown["response"].startswith("Urgent : Saturation en oxygène 85 %")
    assert "mesurez encore tout de suite" in shown["response"]
    assert "appelez le 112 tout de suite" in shown["response"]


@pytest.mark.parametrize(
    ("metric", "value", "ago"),
    [
        ("oxygen_saturation", 94, {"minutes": 5}),
        ("blood_pressure_systolic", 150, {"minutes": 5}),
        ("oxygen_saturation", 85, {"hours": 13}),
    ],
)
async def test_what_can_wait_raises_no_flag(
    people: People, patient: Person, metric: str, value: float, ago: dict[str, int]
) -> None:
    await measure(people, patient, metric, value, **ago)
    shown = await say(patient, await begin(patient), "How are my measurements?")
    assert codes(shown) == []
    assert not shown["response"].startswith("Urgent")


async def test_an_old_extreme_reading_is_still_named_where_it_is_told(
    people: People, patient: Person
) -> None:
    await measure(people, patient, "oxygen_saturation", 85, days=2)
    shown = await say(patient, await begin(patient), "How is my oxygen?")
    assert any("urgent" in one and "call 112" in one for one in shown["recommendations"])


async def test_what_gives_points_is_not_called_usual(people: People, patient: Person) -> None:
    await measure(people, patient, "blood_pressure_systolic", 92)
    await measure(people, patient, "blood_pressure_diastolic", 60)
    await measure(people, patient, "heart_rate", 70)
    shown = await say(patient, await begin(patient), "How is my blood pressure and my pulse?")
    assert "points in the early-warning score" in shown["response"]
    assert "usual range of 90" not in shown["response"]
    assert "usual range of 51 to 90" in shown["response"]


async def test_a_newer_reading_ends_it(people: People, patient: Person) -> None:
    await measure(people, patient, "oxygen_saturation", 85, minutes=9)
    conversation = await begin(patient)
    assert codes(await say(patient, conversation, "How is my oxygen?"))
    await measure(people, patient, "oxygen_saturation", 97, minutes=1)
    assert codes(await say(patient, conversation, "How is my oxygen?")) == []


async def test_scale_2_has_its_own_limit(people: People, patient: Person) -> None:
    await people.db.execute(
        "INSERT INTO early_warnings (patient_id, version, scale, target_low, target_high)"
        " VALUES (%s, 1, 2, 88, 92)",
        (patient.id,),
    )
    await measure(people, patient, "oxygen_saturation", 88)
    assert codes(await say(patient, await begin(patient), "How is my oxygen?")) == []


async def test_a_child_has_limits_of_its_own(people: People, patient: Person) -> None:
    born = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=3 * 365)
    await people.db.execute("UPDATE users SET date_of_birth = %s WHERE id = %s", (born, patient.id))
    await measure(people, patient, "heart_rate", 140)
    assert codes(await say(patient, await begin(patient), "How is my pulse?")) == []


async def test_a_high_score_comes_first_and_the_message_is_answered(
    people: People, patient: Person, asking: Asking
) -> None:
    await scored(people, patient, 8)
    conversation = await begin(patient)
    async with asking(by_phase(Step((answer(OBEDIENT),)))) as server:
        first = await say(patient, conversation, "Which medications do I take?")
        second = await say(patient, conversation, "When is my next appointment?")
    assert server.asked == []
    assert codes(first) == codes(second) == ["early_warning"]
    assert first["response"].startswith("Urgent: your early-warning score (NEWS2) is 8 now: ")
    assert "Call 112 now." in first["response"]
    assert "no medications in your list" in first["response"]
    assert first["recommendations"]
    assert second["response"].startswith("Still urgent")
    assert "call 112 now" in second["response"]
    assert "no appointment ahead" in second["response"]
    assert len(second["response"].split("\n\n")[0]) < len(first["response"].split("\n\n")[0])
    # Told to the user once, and audited each time.
    assert await count(people, "notifications", "user_id", patient.id) == 1
    cursor = await people.db.execute(
        "SELECT count(*) FROM audit_log WHERE actor_id = %s AND action = 'RED_FLAG'", (patient.id,)
    )
    assert await cursor.fetchone() == (2,)


async def test_a_score_is_flagged_as_soon_as_it_is_measured(
    people: People, patient: Person
) -> None:
    await scored(people, patient, 10)
    conversation = await begin(patient)
    shown = await say(patient, conversation, "What is my early warning score?")
    assert codes(shown) == ["early_warning"]
    first, _, rest = shown["response"].partition("\n\n")
    assert "is 10 now: respiratory rate 24 per minute, oxygen saturation 92 %" in first
    assert "(UTC). Your measurements together" in first
    assert "is 10 now, and 15 at most" in rest
    assert "Body temperature 39.2 °C (" in rest
    for one in shown["sources"]:
        assert shown["response"][one["start"] : one["end"]] == one["quote"]
    for metric, value in NORMAL.items():
        await measure(people, patient, metric, value, minutes=1)
    calm = await say(patient, conversation, "What is my early warning score?")
    assert codes(calm) == []
    assert "is 0 now" in calm["response"]


async def test_an_alarm_about_the_score_stands_until_newer_readings(
    people: People, patient: Person
) -> None:
    started = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=3)
    alarm = await people.alarm(patient, condition="news2", started_at=started)
    await people.db.execute("UPDATE alarms SET value = 9 WHERE id = %s", (alarm,))
    conversation = await begin(patient)
    shown = await say(patient, conversation, "Which medications do I take?")
    assert codes(shown) == ["early_warning"]
    assert "an alarm stands for your early-warning score (NEWS2), 9" in shown["response"]
    assert "Call 112 now." in shown["response"]
    for metric, value in NORMAL.items():
        await measure(people, patient, metric, value, minutes=1)
    assert codes(await say(patient, conversation, "Which medications do I take?")) == []


@pytest.mark.parametrize(
    "text",
    [
        "I have a headache",
        "I feel tired, which medications do I take?",
        "Should I take another tablet?",
        "How can I lower my blood pressure?",
        "When should I see a doctor?",
        "Tell me a joke",
        "Is it serious?",
    ],
)
async def test_what_is_not_harmless_has_the_flag_as_its_answer(
    people: People, patient: Person, asking: Asking, text: str
) -> None:
    await scored(people, patient, 7)
    async with asking(by_phase(Step((answer(OBEDIENT),)))) as server:
        shown = await say(patient, await begin(patient), text)
    assert server.asked == []
    assert shown["ai_model"] == "jeg-red-flags-1"
    assert "\n\n" not in shown["response"]


async def test_several_flags_do_not_contradict_each_other(people: People, patient: Person) -> None:
    await measure(people, patient, "oxygen_saturation", 85)
    await measure(people, patient, "heart_rate", 160)
    conversation = await begin(patient)
    both = (await say(patient, conversation, "My face is drooping"))["response"]
    assert "Lie down with the head" in both
    assert "Sit " not in both
    assert both.count("Measure again at once.") == 1
    shown = (await say(patient, await begin(patient), "How are my measurements?"))["response"]
    assert ("Sit upright" in shown) != ("Sit down" in shown)


async def test_words_and_score_together_are_answered_alone(people: People, patient: Person) -> None:
    await scored(people, patient, 9)
    conversation = await begin(patient)
    shown = await say(patient, conversation, "I have crushing pain in my chest")
    assert codes(shown) == ["chest_pain", "early_warning"]
    assert shown["response"].index("Do not drive") < shown["response"].index("early-warning")


async def test_symptoms_are_not_analysed_beneath_a_flag(people: People, patient: Person) -> None:
    await scored(people, patient, 7)
    body = {"symptoms": ["fatigue"], "duration": "1 week"}
    shown = (await patient.post("/api/dr-jeg/health-analysis/", body)).json()
    assert shown["outcome"] == "red_flag"
    assert shown["when_to_see_doctor"] == shown["analysis"]


@pytest.mark.parametrize("path", ["chat", "stream", "accept"])
async def test_a_yes_books_beneath_a_flag(people: People, patient: Person, path: str) -> None:
    clinic = Clinic(people.db)
    provider = await clinic.provider(await clinic.hospital())
    tomorrow = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    await clinic.time(provider, tomorrow, "09:00", "12:00")
    conversation = await begin(patient)
    shown = await say(patient, conversation, "Is there a free appointment?")
    proposal = shown["booking_proposal"]
    await scored(people, patient, 8)
    if path == "chat":
        decided = await say(patient, conversation, "yes")
        assert decided["outcome"] == "booking"
        said = decided["response"]
    elif path == "stream":
        url = f"{BASE}{conversation}/chat/stream/"
        said = (await patient.post(url, {"message": "yes"})).text
    else:
        url = f"{BASE}{conversation}/proposals/{proposal['id']}/accept/"
        message = (await patient.post(url)).json()["message"]
        assert [one["code"] for one in message["red_flags"]] == ["early_warning"]
        said = message["content"]
    assert said.index("Urgent: ") < said.index("It is booked")
    assert await count(people, "appointments", "patient_id", patient.id) == 1
