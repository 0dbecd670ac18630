"""What was measured on days that are over, and readings that a message tells."""

import datetime as dt
from typing import Any

import pytest

from tests.support.assistant import Asking, begin, say
from tests.support.gemini import Step, answer, by_phase, calls
from tests.support.http import People, Person


def _ago(days: int, hour: int = 12) -> dt.datetime:
    day = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=days)
    return dt.datetime.combine(day, dt.time(hour), dt.UTC)


@pytest.fixture
async def weighed(people: People, patient: Person) -> Person:
    """Somebody who weighed 81 kg two days ago, and 79 kg yesterday."""
    values = [(_ago(2, 7), 81), (_ago(1, 7), 79)]
    await people.measure(patient, "body_weight", values)
    return patient


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("How was my weight 2 days ago?", "81 kg"),
        ("What was my weight yesterday?", "79 kg"),
        ("Quel était mon poids avant-hier ?", "81 kg"),
        ("Mon poids hier matin ?", "79 kg"),
    ],
)
async def test_a_reading_is_that_of_the_day(weighed: Person, text: str, value: str) -> None:
    shown = await say(weighed, await begin(weighed), text)
    assert value in shown["response"]
    assert {"81 kg": "79", "79 kg": "81"}[value] not in shown["response"].replace(":", "")
    assert shown["outcome"] == "answered"
    assert value.removesuffix(" kg") in [one["quote"] for one in shown["sources"]]


async def test_where_nothing_was_measured_the_newest_is_named(weighed: Person) -> None:
    conversation = await begin(weighed)
    shown = await say(weighed, conversation, "How was my weight 5 days ago?")
    day = _ago(5).date()
    assert f"There is no measurement of that on {day:%A} {day.day} {day:%B}" in shown["response"]
    assert "The newest: Body weight: 79 kg" in shown["response"]
    evening = await say(weighed, conversation, "and my weight yesterday evening?")
    assert "in the evening. The newest:" in evening["response"]
    french = await say(weighed, conversation, "Mon poids il y a 5 jours ?")
    assert "Il n'y a pas de mesure de cela le" in french["response"]
    none = await say(weighed, conversation, "How was my pulse yesterday?")
    assert "There is no measurement of that yet." in none["response"]


async def test_what_was_said_before_is_still_meant(weighed: Person) -> None:
    conversation = await begin(weighed)
    await say(weighed, conversation, "How is my weight?")
    shown = await say(weighed, conversation, "And two days ago?")
    assert "81 kg" in shown["response"]


async def test_of_many_readings_the_course_is_told(people: People, patient: Person) -> None:
    values = [(_ago(1, hour), 60 + hour) for hour in range(20)]
    await people.measure(patient, "heart_rate", values)
    shown = await say(patient, await begin(patient), "How was my pulse yesterday?")
    assert "69.5 per minute on average, from 60 to 79; readings: 20." in shown["response"]
    assert shown["outcome"] == "answered"


async def test_days_are_those_of_the_persons_zone(people: People, weighed: Person) -> None:
    await people.db.execute(
        "UPDATE users SET time_zone = 'Pacific/Kiritimati' WHERE id = %s", (weighed.id,)
    )
    late = _ago(2, 11)  # 01:00 of the next day there
    await people.measure(weighed, "heart_rate", [(late, 66)])
    day = (late + dt.timedelta(hours=14)).date()
    text = f"How was my pulse on {day.day} {day:%B}?"
    shown = await say(weighed, await begin(weighed), text)
    assert "66 per minute" in shown["response"]
    assert "at 01:00" in shown["response"]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31"])
async def test_days_at_the_ends_of_the_calendar_have_an_answer(
    people: People, weighed: Person, day: str
) -> None:
    await people.db.execute(
        "UPDATE users SET time_zone = 'Africa/Nairobi' WHERE id = %s", (weighed.id,)
    )
    shown = await say(weighed, await begin(weighed), f"How was my weight on {day}?")
    assert shown["outcome"] == "answered"


async def test_a_model_looks_up_days_too(weighed: Person, asking: Asking) -> None:
    day = _ago(2).date()
    days = {"metrics": ["body_weight"], "first_day": str(day), "last_day": str(day)}
    long = days | {"first_day": "2020-01-01"}
    looked = Step((calls(("read_days", days), ("read_days", long)),))
    said = Step((answer(f"On {day.day} {day:%B} your weight was 81 kg."),))
    async with asking(by_phase(said, looked)) as server:
        shown = await say(weighed, await begin(weighed), "How was my weight two days ago?")
    assert shown["outcome"] == "answered"
    assert [one["quote"] for one in shown["sources"]][-1] == "81"
    assert "ask for 1 to 92 days, up to today" in server.heard


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my sugar was 95", "95 mg/dL, as you wrote, within the usual range of 70 to 180. You"),
        ("my sugar was 5.3 mmol/L", "5.3 mmol/L, as you wrote, within the usual range of 3.9"),
        ("my sugar was 200, do I have diabetes?", "above the usual range of 70 to 180"),
        ("is a pulse of 72 normal?", "72 per minute, as you wrote, within the usual range"),
        ("my temperature is 98.6", "98.6 °F, as you wrote, within the usual range of 97"),
        ("is 128/79 good?", "128/79 mmHg, as you wrote, the upper number within"),
        ("BP was 128/79 this morning", "128/79 mmHg, as you wrote, the upper number within"),
        ("ma tension est de 12/8", "120/80 mmHg, selon votre message"),
        ("ma glycémie est à 1,10", "1,1 g/L, selon votre message, dans l'intervalle"),
        ("my sugar was 40000", "In which unit is it?"),
    ],
)
async def test_a_reading_in_the_message_is_judged(
    patient: Person, text: str, expected: str
) -> None:
    shown = await say(patient, await begin(patient), text)
    assert expected in shown["response"]
    assert shown["outcome"] == "answered"
    assert "diabetes" not in shown["response"]
    assert "profile" in {one["kind"] for one in shown["sources"]} or "unit is" in expected


@pytest.mark.parametrize(
    "text",
    [
        "Is my pulse ever over 100?",
        "Alert me when my sugar goes above 150",
        "my mum's blood pressure is 130/85, is that fine?",
        "How was my pulse in 2025?",
        "My pulse after 80 squats?",
    ],
)
async def test_bounds_and_counts_are_no_readings(measured: Person, text: str) -> None:
    shown = await say(measured, await begin(measured), text)
    assert "as you wrote" not in shown["response"]


async def test_a_model_may_say_what_the_message_told(patient: Person, asking: Asking) -> None:
    said = answer("Your sugar of 95 mg/dL is within the usual range of 70 to 180 mg/dL.")
    async with asking(by_phase(Step((said,)))) as server:
        shown = await say(patient, await begin(patient), "my sugar was 95")
    assert shown["outcome"] == "answered"
    assert "readings_in_the_message" in server.heard
    kinds: list[Any] = [one["kind"] for one in shown["sources"]]
    assert kinds == ["profile", "range", "range"]
