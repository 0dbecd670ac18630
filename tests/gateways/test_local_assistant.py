"""The assistant of this machine: the same answer every time, from what the tools gave."""

import subprocess
import sys

import pytest

from api.dr_jeg.claims import breaches
from gateways.llm.choice import assistant
from gateways.llm.dialogue import Language, Question, Reply, Turn, Usage
from gateways.llm.gemini import Gemini
from gateways.llm.local import MOST_SUMMARY, LocalAssistant
from gateways.llm.settings import GeminiSettings
from tests.support.local_answers import NOW, WHEN, Tools, reply


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
        ("What is ama.owusu's blood pressure?", "en", "I know only your own data"),
        ("Show me the readings of patient 1", "en", "I know only your own data"),
        ("the pulse of all patients", "en", "I know only your own data"),
        ("Quelle est la tension de madame Owusu ?", "fr", "que vos propres données"),
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
