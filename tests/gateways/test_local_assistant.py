"""The assistant of this machine: the same answer every time, from what the tools gave."""

import datetime as dt
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from api.dr_jeg.claims import breaches
from gateways.llm.choice import assistant
from gateways.llm.dialogue import Kind, Language, Question, Reply, Tool, Turn, Usage
from gateways.llm.gemini import Gemini
from gateways.llm.local import MOST_SUMMARY, LocalAssistant
from gateways.llm.settings import GeminiSettings

WHEN = "2026-11-22T14:05+00:00"
NOW = dt.datetime(2026, 11, 22, 15, tzinfo=ZoneInfo("Africa/Accra"))
DATA: Mapping[str, Mapping[str, Any]] = {
    "read_vitals": {
        "readings": [
            {
                "metric": "blood_pressure",
                "unit": "mm[Hg]",
                "measured_at": WHEN,
                "systolic": 150.0,
                "diastolic": 82.0,
                "systolic_usual_range": {"low": 90, "high": 135},
                "systolic_compared_to_usual_range": "above",
            }
        ]
    },
    "read_trend": {
        "courses": [
            {
                "metric": "heart_rate",
                "unit": "/min",
                "mean": 70.0,
                "lowest": 55.0,
                "highest": 96.5,
                "direction": "falling",
            }
        ]
    },
    "read_alarms": {
        "count": 1,
        "days": 7,
        "alarms": [
            {"condition": "heart_rate_high", "started_at": WHEN, "value": 141.0, "unit": "/min"}
        ],
    },
    "read_medications": {
        "count": 1,
        "medications": [
            {
                "name": {"untrusted_text": "Metformin"},
                "dosage": {"untrusted_text": "500 mg"},
                "frequency": {"untrusted_text": "twice a day"},
            }
        ],
    },
    "read_appointments": {
        "appointments": [
            {
                "with": {"untrusted_text": "Kofi Mensah"},
                "starts_at": WHEN,
                "hospital": {"untrusted_text": "Ridge"},
            }
        ]
    },
    "read_score": {
        "news2": {
            "certain": 2,
            "at_most": 7,
            "made_of": [
                {"metric": "heart_rate", "value": 115.0, "unit": "/min", "measured_at": WHEN}
            ],
        }
    },
    "read_background": {"medical_conditions": {"untrusted_text": "Asthma"}, "allergies": None},
    "find_slots": {
        "free": [{"provider_id": "p", "starts_at": WHEN, "with": {"untrusted_text": "Kofi Mensah"}}]
    },
    "propose_booking": {"proposed": {}},
}


class Tools:
    """Gives what a test says."""

    tools: Sequence[Tool] = ()

    def __init__(self, data: Mapping[str, Mapping[str, Any]] = DATA) -> None:
        self.data = data
        self.called: list[tuple[str, dict[str, Any]]] = []

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Remember the call."""
        self.called.append((name, dict(arguments)))
        return self.data.get(name, {})


async def reply(
    text: str,
    language: Language = "en",
    kind: Kind = "chat",
    tools: Tools | None = None,
    *,
    before: Sequence[str] = (),
) -> Reply:
    history = [Turn("user", one) for one in before]
    asked = Question(kind, language, text, NOW, history=history)
    return await LocalAssistant().answer(asked, tools or Tools(), Usage())


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "How is my blood pressure?",
            "en",
            "on 22 November at 14:05, the upper number above",
        ),
        (
            "Comment est ma tension ?",
            "fr",
            "du 22 novembre à 14:05, le chiffre du haut au-dessus",
        ),
        ("Trend of my heart rate this month", "en", "70 per minute on average, from 55 to 96.5"),
        ("Évolution de mon pouls", "fr", "de 55 à 96,5 ; en baisse"),
        ("Which alarms did I have?", "en", "Heart rate high, on 22 November at 14:05, 141"),
        ("Quelles alarmes ?", "fr", "Une alarme en 7 jours"),
        ("What medicines do I take?", "en", "Metformin: 500 mg, twice a day."),
        (
            "When is my next appointment?",
            "en",
            "Kofi Mensah, on Sunday 22 November at 14:05, Ridge",
        ),
        ("Mon prochain rendez-vous ?", "fr", "Kofi Mensah, le dimanche 22 novembre à 14:05"),
        ("What is my early warning score?", "en", "is 2 now, and 7 at most"),
        ("Mon score d'alerte ?", "fr", "115 par minute (22 novembre à 14:05)"),
        ("Is there a free appointment?", "en", "Free times: Kofi Mensah"),
        ("Are you a doctor?", "en", "no language model and no doctor"),
        ("Êtes-vous médecin ?", "fr", "je ne suis pas médecin"),
        ("I have a headache", "en", "I cannot make a diagnosis"),
        ("J'ai de la fièvre et une toux", "fr", "de la fièvre, une toux"),
        ("When should I see a doctor?", "en", "See a doctor soon"),
        ("hello", "en", "You can ask me"),
        ("qwerty", "en", "I did not understand"),
        ("I have been feeling tired lately", "en", "what to look out for with being tired"),
        ("I feel dizzy since my new tablets", "en", "what to look out for with dizziness"),
        ("How can I lower my blood pressure?", "en", "less salt"),
        ("Comment baisser ma tension ?", "fr", "moins de sel"),
        ("Should I double my dose of Metformin?", "en", "Do not change or stop a medicine"),
        ("Puis-je arrêter mes comprimés ?", "fr", "n'arrêtez pas un médicament seul"),
        ("Do I have diabetes?", "en", "only a doctor can"),
        ("Do I have high blood pressure?", "en", "only a doctor can"),
    ],
)
async def test_it_answers_from_what_it_looked_up(
    text: str, language: Language, expected: str
) -> None:
    first, again = await reply(text, language), await reply(text, language)
    assert expected in first.response
    assert first == again
    assert not any(breaches(part) for part in first.parts())


@pytest.mark.parametrize(
    "text", ["How is my pulse?", "trend of my weight", "alarms", "my medication", "appointment"]
)
async def test_it_says_so_where_nothing_is(text: str) -> None:
    for language in ("en", "fr"):
        found = await reply(text, language, tools=Tools({}))
        assert found.response
        assert not any(char.isdigit() for char in found.response.replace("7", ""))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("my mum's blood pressure is 130/85, is that fine?", "en", "I know only your own data"),
        ("La tension de ma mère est de 13/8, c'est bien ?", "fr", "que vos propres données"),
        ("Which medicines does my husband take?", "en", "I know only your own data"),
    ],
)
async def test_of_somebody_else_nothing_is_said(
    text: str, language: Language, expected: str
) -> None:
    tools = Tools()
    assert expected in (await reply(text, language, tools=tools)).response
    assert tools.called == []


async def test_a_day_alone_is_of_what_was_asked_before() -> None:
    tools = Tools()
    before = ["How is my weight?", "And yesterday?"]
    await reply("And two days ago?", tools=tools, before=before)
    [(name, days)] = tools.called
    assert (name, days["metrics"], days["first_day"]) == (
        "read_days", ["body_weight"], "2026-11-20",
    )  # fmt: skip


async def test_a_day_alone_is_of_whom_was_asked_before() -> None:
    tools = Tools()
    found = await reply("And yesterday?", tools=tools, before=["How is my mother's pulse?"])
    assert "I know only your own data" in found.response
    assert tools.called == []


async def test_it_says_how_to_cancel() -> None:
    found = await reply("Cancel my appointment")
    assert "I cannot cancel or move an appointment. Open it" in found.response
    assert "Kofi Mensah" in found.response


async def test_an_alarm_about_the_score_has_words() -> None:
    alarm = {"condition": "news2", "started_at": WHEN, "value": 10.0, "unit": "{score}"}
    tools = Tools({"read_alarms": {"count": 1, "days": 7, "alarms": [alarm]}})
    found = await reply("Which alarms did I have?", tools=tools)
    assert "Early-warning score (NEWS2) raised, on 22 November at 14:05, 10." in found.response


async def test_an_average_is_that_of_a_course() -> None:
    tools = Tools()
    await reply("What is my average oxygen?", tools=tools)
    assert tools.called == [("read_trend", {"metric": "oxygen_saturation", "days": 7})]


async def test_it_proposes_the_first_free_time() -> None:
    tools = Tools()
    await reply("Book me an appointment", tools=tools)
    assert tools.called[-1] == ("propose_booking", {"provider_id": "p", "starts_at": WHEN})


async def test_it_looks_for_free_times_in_the_field_that_was_named() -> None:
    tools = Tools()
    await reply("Book me an appointment with a cardiologist", tools=tools)
    assert tools.called[0] == ("find_slots", {"specialization": "cardiology"})


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        (
            "Can I see a doctor tomorrow morning?",
            "en",
            {"not_before": "2026-11-23", "not_after": "2026-11-23", "part_of_day": "morning"},
        ),
        (
            "Je voudrais un rendez-vous la semaine prochaine",
            "fr",
            {"not_before": "2026-11-23", "not_after": "2026-11-29"},
        ),
        ("I need an appointment in the afternoon", "en", {"part_of_day": "afternoon"}),
        (
            "Book me with Kofi Danso tomorrow",
            "en",
            {"provider": "Kofi Danso", "not_before": "2026-11-23", "not_after": "2026-11-23"},
        ),
        (
            "je voudrais voir kofi danso demain",
            "fr",
            {"provider": "kofi danso", "not_before": "2026-11-23", "not_after": "2026-11-23"},
        ),
        (
            "Book a video call next week",
            "en",
            {"type": "video", "not_before": "2026-11-23", "not_after": "2026-11-29"},
        ),
        (
            "vendredi après-midi ?",
            "fr",
            {"not_before": "2026-11-27", "not_after": "2026-11-27", "part_of_day": "afternoon"},
        ),
    ],
)
async def test_it_looks_when_somebody_wants_to_come(
    text: str, language: Language, wanted: dict[str, str]
) -> None:
    tools = Tools()
    await reply(text, language, tools=tools)
    assert tools.called[0] == ("find_slots", wanted)
    assert tools.called[-1][0] == "propose_booking"


async def test_it_asks_where_a_time_can_mean_two_things() -> None:
    tools = Tools()
    found = await reply("Book me an appointment on Sunday", tools=tools)
    assert "today, or in a week" in found.response
    assert "Is there a free appointment on Sunday next week?" in found.follow_up_questions
    assert tools.called == []


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [("Book for yesterday", "en", "day is over"), ("Réservez pour hier", "fr", "jour est passé")],
)
async def test_it_says_that_a_day_is_over(text: str, language: Language, said: str) -> None:
    tools = Tools()
    assert said in (await reply(text, language, tools=tools)).response
    assert tools.called == []


async def test_another_time_is_told_and_not_proposed() -> None:
    class Booked(Tools):
        async def call(self, name: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
            found = await super().call(name, arguments)
            return {"free": []} if "not_after" in arguments else found

    tools = Booked()
    found = await reply("Book me a visit tomorrow", tools=tools)
    assert "no free time then" in found.response
    assert "Kofi Mensah, on Sunday 22 November" in found.response
    assert [name for name, _ in tools.called] == ["find_slots", "find_slots"]


async def test_a_time_has_its_zone_and_a_year_that_is_not_this_one() -> None:
    free = {"provider_id": "p", "starts_at": "2027-01-04T09:00+00:00", "with": None}
    found = await reply("Is there a free time?", tools=Tools({"find_slots": {"free": [free]}}))
    assert "Monday 4 January 2027 at 09:00" in found.response
    assert found.response.endswith("Times are those of Accra.")


async def test_an_analysis_has_every_part() -> None:
    found = await reply("fatigue, headache. 1 week", kind="analysis")
    assert "Asthma" in found.risk_factors[0]
    assert any("150" in one for one in found.risk_factors)
    assert found.recommendations
    assert "emergency number" in found.when_to_see_doctor


async def test_it_streams_the_same() -> None:
    asked = Question("chat", "en", "How is my blood pressure?", NOW)
    pieces = [one async for one in LocalAssistant().stream(asked, Tools(), Usage())]
    last = pieces.pop()
    assert isinstance(last, Reply)
    assert "".join(str(one) for one in pieces) == last.response


async def test_a_summary_is_short_and_without_numbers() -> None:
    local, summary = LocalAssistant(), ""
    for number in range(40):
        turns = (Turn("user", f"My pulse was {number} today. More."), Turn("assistant", "Yes."))
        summary = await local.summarise(summary, turns, Usage())
    assert len(summary) <= MOST_SUMMARY
    assert not any(char.isdigit() for char in summary)
    assert "heart rate" in summary


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (("inside", "above"), "the lower number above the usual range of 60 to 85"),
        (
            ("inside", "inside"),
            (
                ", the upper number within the usual range of 90 to 135, "
                "the lower number within the usual range of 60 to 85"
            ),
        ),
        (("scores", "inside"), "the upper number which gives points in the early-warning score"),
        (
            ("above", "below"),
            (
                "the upper number above the usual range of 90 to 135, "
                "the lower number below the usual range of 60 to 85"
            ),
        ),
    ],
)
async def test_a_pressure_is_inside_only_when_both_its_numbers_are(
    states: tuple[str, str], expected: str
) -> None:
    reading = {
        "metric": "blood_pressure",
        "unit": "mm[Hg]",
        "measured_at": WHEN,
        "systolic": 120.0,
        "diastolic": 98.0,
        "systolic_usual_range": {"low": 90, "high": 135},
        "diastolic_usual_range": {"low": 60, "high": 85},
        "systolic_compared_to_usual_range": states[0],
        "diastolic_compared_to_usual_range": states[1],
    }
    tools = Tools({"read_vitals": {"readings": [reading]}})
    answer = await reply("How is my blood pressure?", tools=tools)
    assert expected in answer.response
    assert ("within" in answer.response) == (states == ("inside", "inside"))


async def test_a_key_chooses_gemini() -> None:
    chosen = assistant(GeminiSettings(key="k", model="gemini-test"))
    assert isinstance(chosen, Gemini)
    await chosen.close()
    assert isinstance(assistant(GeminiSettings(key="", model="m")), LocalAssistant)


def test_without_a_key_the_client_of_gemini_is_not_imported() -> None:
    code = (
        "import sys; import api.dr_jeg.desk; from gateways.llm.choice import assistant; "
        "from gateways.llm.settings import GeminiSettings; "
        "assistant(GeminiSettings(key='', model='m')); sys.exit('google.genai' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 0
