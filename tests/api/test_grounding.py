"""Numbers of a text, where they come from, and what may not be said."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analytics.triage.advice import advice
from analytics.triage.red_flags import FLAGS
from api.dr_jeg.claims import breaches, sentences
from api.dr_jeg.grounding.checking import Grounds
from api.dr_jeg.grounding.facts import Fact, of_text
from api.dr_jeg.grounding.numbers import claims, numbers
from api.dr_jeg.judging import Gate, Judge
from api.dr_jeg.place import country_of
from api.dr_jeg.words import answer_to_proposal
from gateways.llm.local_words import WORDS

NOW = dt.datetime(2026, 11, 22, 16, 0, tzinfo=dt.UTC)
AT = dt.datetime(2026, 11, 22, 14, 5, tzinfo=dt.UTC)


def grounds(*facts: Fact, allowed: tuple[str, ...] = (), stated: str = "") -> Grounds:
    return Grounds(facts, NOW, ZoneInfo("Africa/Accra"), allowed, stated)


FACTS = (
    Fact("reading", "Heart rate", 72.0, "/min", AT, {"reading_id": "r1"}),
    Fact("reading", "Body temperature", 37.46, "Cel", AT),
    Fact("reading", "Systolic pressure", 128.0, "mm[Hg]", AT),
    Fact("reading", "Diastolic pressure", 82.0, "mm[Hg]", AT),
    Fact("reading", "Blood glucose", 108.0, "mg/dL", AT),
    Fact("reading", "Steps", 12_345.0, "{steps}", AT),
    Fact("trend", "Days looked at", 7, "d"),
    *of_text("medication", "Metformin", "500 mg twice a day"),
)


@pytest.mark.parametrize(
    "text",
    [
        "72 bpm",
        "seventy-two beats per minute",
        "soixante-douze battements par minute",
        "128/82 mmHg",
        "37.5 °C and 37,5 °C",
        "37.46 degrees",
        "99.4 °F",
        "6.0 mmol/L",
        "12,345 steps, 12 345 pas",
        "over 7 days, that is one week",
        "on 22 November at 14:05",
        "le 22 novembre à 14h05, 2:05 pm",
        "2026-11-22T14:05",
        "about 2 hours ago",
        "metformin 500 mg, 2 times a day",
        "SpO2, NEWS2, type 2, 24/7, COVID-19",
        "1. Rest\n2. Drink\n3. Measure",
        "Call 112 now.",
        "One of them is fine.",
    ],
)
def test_what_has_a_source(text: str) -> None:
    assert grounds(*FACTS, allowed=("112",)).check(text).missing == ()


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("72 %", ["72"]),
        ("72 mmHg", ["72"]),
        ("73", ["73"]),
        ("72.4", ["72.4"]),
        ("between 60 and 100", ["60", "100"]),
        ("60-100", ["60", "100"]),
        ("on 21 November", ["21 November"]),
        ("at 14:06", ["14:06"]),
        ("seventy three", ["seventy three"]),
        ("cent vingt", ["cent vingt"]),
        ("half: ½", ["½"]),
        ("HR73", ["73"]),
        ("\u0667\u0663 bpm", ["73"]),
        ("1. Rest\n73. That is it", ["73"]),
        ("1123", ["1123"]),
        ("112.5", ["112.5"]),
        ("one tablet", ["one"]),
        ("5 hours ago", ["5"]),
        ("1,000 mg", ["1,000"]),
    ],
)
def test_what_has_none(text: str, missing: list[str]) -> None:
    found = grounds(*FACTS, allowed=("112",)).check(text).missing
    assert [one.quote for one in found] == missing


@pytest.mark.parametrize(
    "text",
    [
        *("in the eighties", "seventythree", "hundreds of steps", "une vingtaine", "deux millions"),
        *("LXXIII", "lxxiii", "\u2166", "\u4e03\u5341\u4e09", "36\u00b76", "7\u200b3"),
        *(
            "half of your readings",
            "two thirds of the time",
            "it has doubled",
            "la moitié du temps",
        ),
        *("twice the usual", "a twofold rise", "le double de votre moyenne", "10% more"),
        *("at noon", "à minuit", "on the third of March", "le premier mars", "March the second"),
        *("you take two of your ten", "3 measurements", "2x higher", "in 2019", "1e3", "0x48"),
    ],
)
def test_no_other_form_of_a_number_slips_through(text: str) -> None:
    counted = Fact("medication", "Medications", 2)
    assert grounds(*FACTS, counted).check(text).missing


@pytest.mark.parametrize(
    "text",
    [
        *("You take 2 medications.", "a mix of civil people", "this afternoon", "cet après-midi"),
        *(
            "first rest, then drink",
            "take half an hour",
            "never double the dose",
            "un quart d'heure",
        ),
        *("on the twenty-second of November", "le 22 novembre", "un vrai tiercé", "scaffold"),
    ],
)
def test_what_only_looks_like_a_number_needs_no_source(text: str) -> None:
    assert not grounds(*FACTS, Fact("medication", "Medications", 2)).check(text).missing


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("On 22 November your heart rate was 72.", True),
        ("Yesterday your heart rate was 65.", True),
        ("Today your heart rate was 72, yesterday 65.", True),
        ("The day before yesterday nothing was measured; the newest is 72.", True),
        ("Yesterday your heart rate was 72.", False),
        ("On 21 November your heart rate was 72.", False),
        ("Hier votre pouls était de 72.", False),
        ("Yesterday: 65. Today your heart rate was 65.", False),
        ("Aujourd'hui votre pouls était de 65.", False),
        ("Hier, le 21 novembre 2026, votre pouls était de 65.", True),
        ("On 29 February your heart rate was 72.", False),
        ("On the thirty-first of November your heart rate was 72.", False),
    ],
)
def test_a_number_and_its_day_are_of_one_reading(text: str, *, stands: bool) -> None:
    before = Fact("reading", "Heart rate", 65.0, "/min", AT - dt.timedelta(days=1))
    assert (not grounds(*FACTS, before).check(text).missing) == stands


def test_a_day_without_its_year_may_be_of_the_year_before() -> None:
    new_year = dt.datetime(2027, 1, 2, 16, tzinfo=dt.UTC)
    own = Grounds(FACTS[:1], new_year, ZoneInfo("Africa/Accra"))
    assert not own.check("On 22 November your heart rate was 72.").missing
    assert own.check("On 22 November 2025 your heart rate was 72.").missing


def test_times_of_doses_may_be_said_back() -> None:
    often = "1 comprimé matin, midi et soir, at 08:00 or at noon"
    own = grounds(*of_text("medication", "Metformin", often))
    assert own.check(f"Metformin: {often}. Le midi, 12:00.").missing == ()
    assert [one.quote for one in own.check("At 8:30, à minuit.").missing] == ["8:30", "minuit"]


def test_a_half_is_no_whole_one() -> None:
    own = grounds(*of_text("medication", "Aspirin", "1 tablet, ¼ litre of water"))
    assert [one.quote for one in own.check("½ tablet, 1 tablet, ¼ litre").missing] == ["½"]


def test_a_number_leads_to_the_reading_that_it_stands_beside() -> None:
    same = Fact("reading", "Pulse rate", 72.0, "/min", AT, {"reading_id": "r2"})
    [one] = grounds(FACTS[0], same).check("Pulse rate: 72").sourced
    assert one.fact.reference == {"reading_id": "r2"}


@pytest.mark.parametrize(
    "text",
    [
        "Your oxygen saturation is 72.",
        "Your breathing rate is 72 per minute.",
        "Your heart rate is 108 and your blood sugar is 72.",
        "Votre saturation est de 72.",
        "Your heart rate is 500.",
        "Your heart rate is 72. Your oxygen saturation is 72.",
    ],
)
def test_a_number_of_one_vital_sign_is_no_source_of_another(text: str) -> None:
    assert grounds(*FACTS).check(text).missing


@pytest.mark.parametrize(
    "text",
    [
        "Your heart rate and blood sugar were 72 and 108.",
        "Blood pressure: 128/82 mmHg. Then 72 bpm, and 37.5 °C.",
        "Your pulse is 72 per minute. For your blood sugar you take metformin 500 mg.",
        "Systolic pressure 128, diastolic pressure 82, heart rate 72 over 7 days.",
    ],
)
def test_numbers_beside_the_names_of_what_they_measure_have_theirs(text: str) -> None:
    assert not grounds(*FACTS).check(text).missing


def test_how_long_something_lasts_may_be_said_back() -> None:
    own = grounds(stated="I have coughed for 3 weeks, with 39 degrees")
    assert own.check("for 3 weeks").missing == ()
    assert own.check("39 degrees").missing
    assert own.check("3 mg").missing


@given(st.floats(0, 99_999).map(lambda value: round(value, 2)))
def test_every_number_is_found_however_it_is_written(value: float) -> None:
    for text in (f"x {value:g} y", f"x {value:.1f} y".replace(".", ",")):
        assert numbers(text), text


@given(st.text(alphabet="0123456789 .,:/-hmg%°½ abcXYZ\n", max_size=40))
@example("0:005")
def test_no_digit_is_overlooked(text: str) -> None:
    covered = {at for one in claims(text) for at in range(one.start, one.end)}
    numbered = {at for at, char in enumerate(text) if char.isdigit()} - covered
    lines = text.split("\n")
    assert (
        not numbered
        or any(line.lstrip(" -*").split(".")[0].isdigit() for line in lines)
        or any(line.lstrip(" -*").split(")")[0].isdigit() for line in lines)
        or "24/7" in text
        or "24h" in text.replace(" ", "")
    )


@given(st.text(max_size=80))
def test_sentences_lose_nothing(text: str) -> None:
    assert "".join(sentences(text)) == text


@given(
    st.lists(st.sampled_from(["It was 72. ", "It was 73. ", "Rest.\n", "36.", "5 ", "1", "2. "]))
)
def test_nothing_without_a_source_gets_through_the_gate(pieces: list[str]) -> None:
    gate = Gate(Judge(grounds(*FACTS)))
    shown = "".join(gate.feed(piece) for piece in pieces)
    assert "".join(pieces).startswith(shown)
    assert grounds(*FACTS).check(shown).missing == ()


@pytest.mark.parametrize(
    "text",
    [
        "You have diabetes.",
        "You probably have a mild pneumonia.",
        "This is a heart attack.",
        "Your readings suggest hypertension.",
        "It looks like atrial fibrillation.",
        "My diagnosis is anxiety.",
        "You are diabetic.",
        "Vous avez une pneumonie.",
        "Il s'agit d'une hypertension.",
        "Vous êtes diabétique.",
        "Cela évoque une angine.",
    ],
)
def test_a_diagnosis_is_noticed(text: str) -> None:
    assert [one.kind for one in breaches(text)] == ["diagnosis"]


@pytest.mark.parametrize(
    "text",
    [
        "Take two tablets of aspirin.",
        "You should take 500 mg of paracetamol.",
        "Please take your insulin now.",
        "Increase your dose.",
        "You can stop your medication.",
        "I suggest doubling the dose.",
        "You no longer need the tablets.",
        "Prenez deux comprimés.",
        "Doublez votre dose d'insuline.",
        "Vous pouvez arrêter votre traitement.",
    ],
)
def test_a_dose_is_noticed(text: str) -> None:
    assert [one.kind for one in breaches(text)] == ["dose"]


@pytest.mark.parametrize(
    "text",
    [
        "Do not change your dose without asking your doctor.",
        "Ask your doctor before you take any medicine.",
        "Your profile lists diabetes.",
        "You have an appointment on Monday.",
        "You have a heart rate within the usual range.",
        "I cannot make a diagnosis.",
        "Take your temperature again later.",
        "Ne changez pas votre dose sans l'avis de votre médecin.",
        "Votre profil mentionne une hypertension.",
        "Vous avez un rendez-vous lundi.",
    ],
)
def test_what_may_be_said(text: str) -> None:
    assert breaches(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("It could be a lung infection such as pneumonia.", "diagnosis"),
        ("These symptoms are typical of the flu.", "diagnosis"),
        ("Cela pourrait être une pneumonie.", "diagnosis"),
        ("You are perfectly healthy.", "reassurance"),
        ("There is no need to see a doctor.", "reassurance"),
        ("Do not call the emergency number.", "reassurance"),
        ("Pas besoin de consulter.", "reassurance"),
        ("I have booked your appointment.", "booking"),
        ("J'ai réservé votre place.", "booking"),
        ("Look at https://evil.example/login.", "link"),
        ("![x](//evil.example/a.png)", "link"),
    ],
)
def test_what_else_may_not_be_said(text: str, kind: str) -> None:
    assert [one.kind for one in breaches(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "Your appointment is on Monday.",
        "See a doctor soon, and do not wait.",
        "Your readings are in their usual range.",
        "If it gets worse, call the emergency number.",
    ],
)
def test_sound_advice_stands(text: str) -> None:
    assert not breaches(text)


def test_the_rules_own_words_may_be_said() -> None:
    for words in WORDS.values():
        for text in words.values():
            assert breaches(text) == [], text
            assert claims(text.replace("NEWS2", "")) == [], text
    for flag in FLAGS.values():
        for language in ("en", "fr"):
            assert breaches(advice([flag], "GH", language).text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Yes", True),
        ("yes please!", True),
        ("OUI, merci", True),
        ("book it", True),
        ("no", False),
        ("Non merci", False),
        ("yes but tomorrow", None),
        ("yesterday", None),
        ("not sure", None),
        ("", None),
    ],
)
def test_only_a_plain_yes_is_one(text: str, said: bool | None) -> None:
    assert answer_to_proposal(text) is said


@pytest.mark.parametrize(
    ("phone", "country"), [("+233201234567", "GH"), ("", "XX"), ("no number", "XX")]
)
def test_the_country_is_that_of_the_telephone(phone: str, country: str) -> None:
    assert country_of(phone, "XX") == country
