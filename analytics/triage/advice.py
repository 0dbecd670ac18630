"""What to do about red flags now, with the emergency number of the country.

Sources: first aid guidelines of the European Resuscitation Council (2021) for the steps; numbers
as the countries' authorities publish them. 112 is what mobile networks take in most countries (3GPP
TS 22.101, section 10.1), and stands in where the country is not known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analytics.triage.language import Language
from analytics.triage.red_flags import RedFlag

ANYWHERE: Final = "112"
EMERGENCY_NUMBERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("US", "CA", "LR"), "911"),
    **dict.fromkeys(("AU",), "000"),
    **dict.fromkeys(("NZ",), "111"),
    **dict.fromkeys(("GB",), "999"),
    **dict.fromkeys(("KE", "BW"), "999"),
    **dict.fromkeys(("GH", "NG", "RW", "TZ", "UG", "ZA", "IN"), "112"),
    **dict.fromkeys(("CI",), "185"),
    **dict.fromkeys(("SN", "BJ"), "112"),
    **dict.fromkeys(("BF",), "112"),
    **dict.fromkeys(("CM",), "119"),
    **dict.fromkeys(("MA",), "150"),
    **dict.fromkeys(("TN",), "190"),
    **dict.fromkeys(("CH",), "144"),
    **dict.fromkeys(("AT", "BE", "DE", "ES", "FR", "IE", "IT", "LU", "NL", "PT"), "112"),
}
"""ISO 3166-1 alpha-2 -> number of the ambulance."""
CRISIS_LINES: Final[Mapping[str, str]] = {
    "US": "988",
    "CA": "988",
    "GB": "116 123",
    "IE": "116 123",
    "FR": "3114",
    "AU": "13 11 14",
    "IN": "14416",
}
"""ISO 3166-1 alpha-2 -> line for people in despair, at any hour."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What somebody is told at once.

    Attributes:
        text: The whole of it, in sentences.
        steps: What to do, one after the other.
        emergency_number: The number to call.
        language: Of all the words.

    """

    text: str
    steps: tuple[str, ...]
    emergency_number: str
    language: Language


_LEAD: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "emergency": "What you describe can be an emergency. Call {number} now.",
        "urgent": "This should be looked at today. Call a doctor or clinic now; if it gets worse, "
        "call {number}.",
        "crisis": "I am glad that you said it. You do not have to be alone with this. "
        "Call {number} now{line}, or go to someone who can stay with you.",
    },
    "fr": {
        "emergency": "Ce que vous décrivez peut être une urgence. Appelez le {number} maintenant.",
        "urgent": "Il faut être examiné aujourd'hui. Appelez un médecin ou un centre de santé ; si "
        "cela s'aggrave, appelez le {number}.",
        "crisis": "Vous avez bien fait de le dire. Vous n'avez pas à rester seul avec cela. "
        "Appelez le {number} maintenant{line}, ou rejoignez quelqu'un qui peut rester avec vous.",
    },
}
_LINE: Final[Mapping[Language, str]] = {
    "en": ", or {crisis}, which listens at any hour",
    "fr": ", ou le {crisis}, à l'écoute à toute heure",
}
_STEPS: Final[Mapping[Language, Mapping[str, tuple[str, ...]]]] = {
    "en": {
        "chest_pain": (
            "Stop what you are doing and sit down.",
            "Do not drive yourself.",
            "Unlock the door, and have somebody stay with you.",
        ),
        "stroke": (
            "Note the time at which it began.",
            "Lie down with the head a little raised.",
            "Do not eat, drink or take anything.",
        ),
        "breathing": (
            "Sit upright and lean forward a little.",
            "Loosen tight clothes.",
            "If a reliever inhaler was prescribed to you, use it as it was prescribed.",
        ),
        "anaphylaxis": (
            "If an adrenaline auto-injector was prescribed, use it now.",
            "Lie down with the legs raised; sit up if breathing is hard.",
            "Get away from what caused it.",
        ),
        "crisis": (
            "Move away from anything that you could hurt yourself with.",
            "Tell somebody near you how you feel, in these words.",
            "Stay on the line until help is there.",
        ),
        "bleeding": (
            "Press hard on the wound with a clean cloth, without letting go.",
            "Lie down.",
        ),
        "unconscious": (
            "Look whether they breathe. If not, start chest compressions.",
            "If they breathe, lay them on their side.",
        ),
        "poisoning": (
            "Do not make yourself vomit.",
            "Keep the packet, to show it to the helpers.",
        ),
        "seizure": (
            "Keep the head from being hurt; do not hold the person down.",
            "Put nothing into the mouth. Afterwards lay them on their side.",
        ),
        "early_warning": (
            "Your newest measurements together are far outside what is usual.",
            "Do not wait to see whether it passes. Have somebody stay with you.",
        ),
        "low_glucose": (
            "If awake and able to swallow: take sugar, juice or a sweet drink at once.",
            "If not awake: give nothing by mouth, lay them on their side.",
        ),
        "call_now": ("Do not drive yourself.", "Have somebody stay with you."),
        "seen_today": ("Eat nothing until you have been seen.", "Have somebody stay with you."),
    },
    "fr": {
        "chest_pain": (
            "Arrêtez toute activité et asseyez-vous.",
            "Ne conduisez pas.",
            "Ouvrez la porte et demandez à quelqu'un de rester avec vous.",
        ),
        "stroke": (
            "Notez l'heure du début.",
            "Allongez-vous, la tête un peu relevée.",
            "Ne mangez, ne buvez et ne prenez rien.",
        ),
        "breathing": (
            "Asseyez-vous, le buste un peu penché en avant.",
            "Desserrez vos vêtements.",
            "Si un inhalateur de secours vous est prescrit, utilisez-le comme prescrit.",
        ),
        "anaphylaxis": (
            "Si un stylo d'adrénaline vous est prescrit, utilisez-le maintenant.",
            "Allongez-vous, jambes relevées ; asseyez-vous si vous respirez mal.",
            "Éloignez-vous de ce qui a provoqué la réaction.",
        ),
        "crisis": (
            "Éloignez-vous de tout ce qui pourrait vous blesser.",
            "Dites à quelqu'un près de vous ce que vous ressentez, avec ces mots.",
            "Restez en ligne jusqu'à l'arrivée des secours.",
        ),
        "bleeding": (
            "Appuyez fort sur la plaie avec un linge propre, sans relâcher.",
            "Allongez-vous.",
        ),
        "unconscious": (
            "Vérifiez si la personne respire. Sinon, commencez le massage cardiaque.",
            "Si elle respire, mettez-la sur le côté.",
        ),
        "poisoning": (
            "Ne vous faites pas vomir.",
            "Gardez l'emballage pour le montrer aux secours.",
        ),
        "seizure": (
            "Protégez la tête ; n'immobilisez pas la personne.",
            "Ne mettez rien dans la bouche. Ensuite, mettez-la sur le côté.",
        ),
        "early_warning": (
            "Vos dernières mesures, prises ensemble, s'écartent beaucoup de l'habituel.",
            "N'attendez pas que cela passe. Demandez à quelqu'un de rester avec vous.",
        ),
        "low_glucose": (
            "Si la personne est éveillée et peut avaler : sucre, jus ou boisson sucrée aussitôt.",
            "Sinon : ne rien donner par la bouche, la mettre sur le côté.",
        ),
        "call_now": ("Ne conduisez pas.", "Demandez à quelqu'un de rester avec vous."),
        "seen_today": ("Ne mangez rien avant l'examen.", "Ne restez pas seul."),
    },
}


def emergency_number(country: str, default: str = ANYWHERE) -> str:
    """Number of the ambulance in a country (ISO 3166-1 alpha-2), else `default`.

    >>> emergency_number("US"), emergency_number("")
    ('911', '112')
    """
    return EMERGENCY_NUMBERS.get(country.upper(), default)


def advice(
    flags: Sequence[RedFlag], country: str, language: Language, default_number: str = ANYWHERE
) -> Advice:
    """What to do about flags, the gravest first.

    Args:
        flags: At least one, as `red_flags.find` gives them.
        country: ISO 3166-1 alpha-2, empty where it is not known.
        language: Of the words.
        default_number: Number to call where the country has none here.

    Raises:
        ValueError: without a flag.

    """
    if not flags:
        message = "advice is about flags"
        raise ValueError(message)
    number = emergency_number(country, default_number)
    keys = list(dict.fromkeys(flag.what_to_do for flag in flags))
    crisis = CRISIS_LINES.get(country.upper())
    line = _LINE[language].format(crisis=crisis) if crisis else ""
    leads = ["crisis"] if "crisis" in keys else []
    if any(flag.urgency == "emergency" and flag.what_to_do != "crisis" for flag in flags):
        leads.append("emergency")
    lead = " ".join(
        _LEAD[language][name].format(number=number, line=line) for name in leads or ["urgent"]
    )
    steps = tuple(dict.fromkeys(step for key in keys for step in _STEPS[language][key]))
    return Advice(f"{lead} {' '.join(steps)}", steps, number, language)
