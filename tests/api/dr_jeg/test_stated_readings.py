"""Readings that somebody writes of, and which of them cannot wait."""

import datetime as dt

import pytest

from analytics.triage.extremes import Patient
from analytics.triage.language import Language
from api.dr_jeg.stated import stated
from tests.support.assistant import begin, say
from tests.support.http import Person

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "language", "code", "values"),
    [
        ("my blood sugar is 40", "en", "blood_glucose_low", [40]),
        ("my sugar is 2.2 mmol/L", "en", "blood_glucose_low", [39.6]),
        ("glucose 25 mmol/L", "en", "blood_glucose_high", [450.4]),
        ("ma glycémie est à 0,45 g/L", "fr", "blood_glucose_low", [45]),
        ("ma glycémie est à 3,5", "fr", "blood_glucose_high", [350]),
        ("ma tension est à 210/120", "fr", "blood_pressure_systolic_high", [210, 120]),
        ("tension 21/12", "fr", "blood_pressure_systolic_high", [210, 120]),
        ("BP 185 over 95", "en", "blood_pressure_systolic_high", [185, 95]),
        ("my blood pressure is 205", "en", "blood_pressure_systolic_high", [205]),
        ("SpO2 85%", "en", "oxygen_saturation_low", [85]),
        ("my pulse is 35 and I am cold", "en", "heart_rate_low", [35]),
        ("200/130 what do I do?", "en", "blood_pressure_systolic_high", [200, 130]),
        ("je suis à 210/120, que faire ?", "fr", "blood_pressure_systolic_high", [210, 120]),
        ("my temp is 41.2", "en", "body_temperature_high", [41.2]),
        ("fever of 104", "en", "body_temperature_high", [40]),
        ("j'ai 40,5 de fièvre depuis 3 jours", "fr", "body_temperature_high", [40.5]),
        ("28 respirations par minute, respiration rapide", "fr", "respiratory_rate_high", [28]),
    ],
)
def test_an_extreme_one_is_found(
    text: str, language: Language, code: str, values: list[float]
) -> None:
    [found] = stated(text, language, Patient(), NOW)
    assert found.flag.code == code
    assert [value for _, value in found.values] == pytest.approx(values, abs=0.1)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ma glycémie est à 1,10", "fr"),
        ("ma tension est de 12/8", "fr"),
        ("My blood pressure was 120/80 at 10:30", "en"),
        ("How has my heart rate been the last 30 days?", "en"),
        ("trend of my oxygen over 2 weeks", "en"),
        ("I have 2 questions about my pulse", "en"),
        ("my pulse has 3 peaks", "en"),
        ("I take 40 mg for my blood pressure", "en"),
        ("I walked 3000 steps, pulse 72", "en"),
        ("temperature 37.5 for 40 days", "en"),
        ("I weigh 40 kg", "en"),
        ("my oxygen on 5 December 2026", "en"),
        ("my pulse has doubled", "en"),
        ("I scored 200/210 in the quiz", "en"),
        ("the appointment is on 12/11/2026", "en"),
        ("what is dangerous, above 200/120?", "en"),
        ("is my sugar twice the usual?", "en"),
        ("ma tension a doublé", "fr"),
        ("", "en"),
    ],
)
def test_others_are_left_alone(text: str, language: Language) -> None:
    assert stated(text, language, Patient(), NOW) == ()


async def test_it_is_answered_alone_and_at_once(patient: Person) -> None:
    conversation = await begin(patient)
    shown = await say(patient, conversation, "my blood sugar is 40")
    assert [one["code"] for one in shown["red_flags"]] == ["blood_glucose_low"]
    assert shown["outcome"] == "red_flag"
    assert "40 mg/dL, as you wrote, is far below" in shown["response"]
    assert "sugar, juice" in shown["response"]
    assert "call 112 at once" in shown["response"]
    assert "signs of illness" not in shown["response"]
    ill = await say(patient, conversation, "my blood sugar is 40 and I am dizzy")
    assert "do not wait, call 112 now" in ill["response"]
    fever = await say(patient, conversation, "I have a fever of 40")
    assert "do not wait" not in fever["response"]
    french = await say(patient, conversation, "ma tension est à 210/120")
    assert "210/120 mmHg, selon votre message" in french["response"]
    assert [one["quote"] for one in french["sources"]] == ["210", "120"]


async def test_a_told_number_that_is_a_bound_too_is_sourced_as_told(patient: Person) -> None:
    shown = await say(patient, await begin(patient), "ma tension est de 15/9")
    found = [(one["quote"], one["kind"], one["label"]) for one in shown["sources"]]
    assert found == [
        ("150", "profile", "Pression systolique"),
        ("90", "profile", "Pression diastolique"),
        ("90", "range", "Pression systolique"),
        ("135", "range", "Pression systolique"),
        ("60", "range", "Pression diastolique"),
        ("85", "range", "Pression diastolique"),
    ]
