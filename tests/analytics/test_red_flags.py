"""Red flags that cannot be missed, and what is said about them."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from analytics.triage import matching
from analytics.triage.advice import advice
from analytics.triage.emergency_numbers import EMERGENCY_NUMBERS
from analytics.triage.language import Language, language_of
from analytics.triage.red_flags import FLAGS, find, of_score, prepare

PLAIN = [
    ("I have crushing pain in my chest", "chest_pain"),
    ("J\u2019ai une douleur dans la poitrine depuis ce matin", "chest_pain"),
    ("my left arm is suddenly weak and my speech is slurred", "stroke"),
    ("son visage est tombé d'un côté, elle a un bras engourdi", "stroke"),
    ("I want to kill myself", "suicidal_thoughts"),
    ("J'ai envie de mourir", "suicidal_thoughts"),
    ("I can't breathe", "breathlessness"),
    ("je n'arrive plus à respirer", "breathlessness"),
    ("My tongue is swelling after eating peanuts", "anaphylaxis"),
    ("ma gorge se ferme, je suis allergique", "anaphylaxis"),
    ("the bleeding won't stop", "severe_bleeding"),
    ("he collapsed and is not breathing", "unconscious"),
    ("I took too many pills", "overdose"),
    ("she is having a seizure", "seizure"),
    ("the worst headache of my life", "sudden_headache"),
    ("fever and a stiff neck", "meningitis"),
    ("I am pregnant and bleeding", "pregnancy_emergency"),
    ("I have a headache and my neck is stiff", "meningitis"),
    ("I can't see a version of next month with me in it", "suicidal_thoughts"),
    ("j'ai donné mon chat, payé mes factures, je suis étrangement calme", "suicidal_thoughts"),
    ("I have pain in the chest", "chest_pain"),
    ("pain in the chest going to my jaw", "chest_pain"),
    ("I have never had such chest pain", "chest_pain"),
    ("je n'arrive plus à parler", "stroke"),
    ("ma femme ne peut plus parler", "stroke"),
    ("mon père est incapable de parler", "stroke"),
    ("je me fais du mal", "suicidal_thoughts"),
    ("I cut myself on purpose", "suicidal_thoughts"),
]
BESIDE = [
    ("this is a nightmare, my husband is not breathing", "unconscious"),
    ("c'est un cauchemar mon bébé ne respire plus", "unconscious"),
    ("severe chest pain after training", "chest_pain"),
    ("j'ai mal dans la poitrine en cours de sport", "chest_pain"),
    ("the worst headache of my life while watching a film", "sudden_headache"),
    ("my chest hurts like it used to before my bypass", "chest_pain"),
    ("chest pain like when I had my heart attack in 2015", "chest_pain"),
    ("same crushing chest pain as last year", "chest_pain"),
    ("my family has a history of heart disease and I have chest pain", "chest_pain"),
    ("in my family we ignore it but my chest is crushing", "chest_pain"),
    ("the internet says it is nothing, but my chest is hurting badly", "chest_pain"),
    ("peur de faire un infarctus, douleur poitrine et bras gauche", "chest_pain"),
    ("j'en ai marre je veux mourir", "suicidal_thoughts"),
    ("they all laugh at me I want to die", "suicidal_thoughts"),
    ("my husband is unconscious, can you help", "unconscious"),
    ("my wife passed out in the car", "unconscious"),
    ("without any warning my face is drooping", "stroke"),
    ("it runs in my family and I can't breathe", "breathlessness"),
    ("I took too many pills, is it a symptom of something?", "overdose"),
    ("on tv they said call, my throat is closing", "anaphylaxis"),
    ("c'est quoi, j'ai mal à la poitrine", "chest_pain"),
    ("mon fils convulse depuis le vaccin", "seizure"),
    ("my son is having a seizure in the server room", "seizure"),
    ("my neighbour is unconscious in the car, could you tell me what to do", "unconscious"),
    ("how do I know if it is bad, he is slurring his words", "stroke"),
    ("it runs in my family and I am vomiting blood", "severe_bleeding"),
    ("je suis en formation et j'ai avalé de la javel", "overdose"),
]
"""Beside a word that elsewhere takes the alarm away."""


@pytest.mark.parametrize(("text", "code"), [*PLAIN, *BESIDE])
def test_it_is_found(text: str, code: str) -> None:
    assert code in [flag.code for flag in find(text)]


@pytest.mark.parametrize(
    "text",
    [
        "How is my blood pressure?",
        "I have had no chest pain today",
        "pas de douleur dans la poitrine",
        "Which medications do I take?",
        "Comment va ma tension cette semaine ?",
        "I have been feeling tired lately",
        "a child's earache since yesterday",
        "a muscle pulled in the chest at the gym",
        "breathless after five floors",
        "Two winters back I thought about ending it, I am well now",
        "my brother choked on a bone when we were small, we laugh about it",
        "does carbon monoxide smell of anything?",
        "I love you all, thanks for the great party tonight",
        "on Saturday my saturation was 97, several readings since",
        "j'ai acheté un tensiomètre, ma fille est contente",
        "insulin in the fridge door, is that fine?",
        "do panic attacks feel like heart attacks?",
        "dad died of a heart attack at 58 and I am 55 now",
        "I fainted once at school, twenty years ago",
        "I had a stroke like my mum years ago",
        "mon père a eu un infarctus à 50 ans et ma mère un AVC",
        "I'm afraid of having a heart attack",
        "j'ai fait un cauchemar, je mourais",
        "we learned about heart attacks during training",
        "I read on the internet about stroke signs",
        "you are such a pain in the chest",
        "on se marre à en mourir",
        "je n'arrive pas à parler à mon chef",
        "I have never had chest pain",
        "j'ai mal au cœur en voiture dans les virages",
        "I'm scared of having a heart attack like my neighbour did, how do I lower my risk?",
        "tu as lu Madame Bovary ? elle prend de l'arsenic, on a une dissertation dessus",
        "what are the signs of a stroke if I am alone?",
        "",
    ],
)
def test_nothing_is_found_where_nothing_is(text: str) -> None:
    assert find(text) == ()


def test_the_vocabulary_is_read_once_however_many_ask() -> None:
    with ThreadPoolExecutor(4) as pool:
        found = [list(pool.map(lambda _: find("I can't breathe"), range(8))) for _ in range(2)]
    prepare()
    assert all(one and one[0].code == "breathlessness" for many in found for one in many)
    assert matching._lexicon.cache_info().misses == 1


def test_every_flag_has_words_in_both_languages() -> None:
    for flag in FLAGS.values():
        for language in ("en", "fr"):
            said = advice([flag], "GH", language)
            assert said.emergency_number == "112"
            assert "112" in said.text or flag.urgency == "urgent"
            assert said.steps


@pytest.mark.parametrize(("score", "flags"), [(None, 0), (6, 0), (7, 1), (12, 1)])
def test_an_early_warning_score_of_seven_is_one(score: float | None, flags: int) -> None:
    assert len(of_score(score)) == flags


def test_the_number_is_that_of_the_country() -> None:
    for country, number in EMERGENCY_NUMBERS.items():
        assert f"Call {number} now" in advice(find("chest pain"), country, "en").text
    assert "Appelez le 112" in advice(find("chest pain"), "", "fr").text
    assert "988" in advice(find("I want to die"), "us", "en").text


def test_advice_needs_a_flag() -> None:
    with pytest.raises(ValueError, match="flags"):
        advice([], "GH", "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [("Bonjour, comment va mon coeur ?", "fr"), ("How is my heart?", "en"), ("??", "en")],
)
def test_the_language_is_that_of_the_text(text: str, language: Language) -> None:
    assert language_of(text) == language
