"""What is said of a flag that measurements raise: whole at first, then short."""

from collections.abc import Mapping
from typing import Final

from analytics.triage.language import Language

WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "score": "Urgent: your early-warning score (NEWS2) is {value} now: {measured}. Your "
        "measurements together are far outside what is usual, and this can be an emergency.",
        "score_alarm": "Urgent: an alarm stands for your early-warning score (NEWS2), {value}, "
        "since {when}. Your measurements together were far outside what is usual, and this can "
        "be an emergency.",
        "measured": "{values}, measured on {when}",
        "score_call": "Call {number} now.",
        "score_wait": "Do not wait to see whether it passes. Have somebody stay with you.",
        "score_short": "Still urgent: your early-warning score (NEWS2) is {value} now, by what was "
        "measured last on {when}. If no help is on its way yet, call {number} now.",
        "score_alarm_short": "Still urgent: an alarm stands for your early-warning score (NEWS2), "
        "{value}, since {when}. If no help is on its way yet, call {number} now.",
        "low": "Urgent: {name} {value} {unit}, measured on {when}, is far below what is usual.",
        "high": "Urgent: {name} {value} {unit}, measured on {when}, is far above what is usual.",
        "said_low": "Urgent: {name} {value} {unit}, as you wrote, is far below what is usual.",
        "said_high": "Urgent: {name} {value} {unit}, as you wrote, is far above what is usual.",
        "call": "If it stays so, or with {signs}, call {number} at once.",
        "ill": "You tell of signs of illness too: do not wait, call {number} now.",
        "short": "Still urgent: {name} {value} {unit}, measured on {when}. Measure again now; if "
        "it stays so, or you feel ill, call {number} at once.",
    },
    "fr": {
        "score": "Urgent : votre score d'alerte (NEWS2) est de {value} maintenant : {measured}. "
        "Vos mesures, prises ensemble, s'écartent beaucoup de l'habituel, et cela peut être une "
        "urgence.",
        "score_alarm": "Urgent : une alarme dure pour votre score d'alerte (NEWS2), {value}, "
        "depuis le {when}. Vos mesures, prises ensemble, s'écartaient beaucoup de l'habituel, et "
        "cela peut être une urgence.",
        "measured": "{values}, mesures du {when}",
        "score_call": "Appelez le {number} maintenant.",
        "score_wait": "N'attendez pas que cela passe. Demandez à quelqu'un de rester avec vous.",
        "score_alarm_short": "Toujours urgent : une alarme dure pour votre score d'alerte (NEWS2), "
        "{value}, depuis le {when}. Si les secours ne sont pas déjà en route, appelez le {number} "
        "maintenant.",
        "score_short": "Toujours urgent : votre score d'alerte (NEWS2) est de {value} maintenant, "
        "d'après ce qui a été mesuré en dernier le {when}. Si les secours ne "
        "sont pas déjà en route, appelez le {number} maintenant.",
        "low": "Urgent : {name} {value} {unit}, mesure du {when}, est bien au-dessous de "
        "l'habituel.",
        "high": "Urgent : {name} {value} {unit}, mesure du {when}, est bien au-dessus de "
        "l'habituel.",
        "said_low": "Urgent : {name} {value} {unit}, selon votre message, est bien au-dessous de "
        "l'habituel.",
        "said_high": "Urgent : {name} {value} {unit}, selon votre message, est bien au-dessus de "
        "l'habituel.",
        "call": "Si cela reste ainsi, ou en cas de {signs}, appelez le {number} tout de suite.",
        "ill": "Vous parlez aussi de signes de maladie : n'attendez pas, appelez le {number} "
        "maintenant.",
        "short": "Toujours urgent : {name} {value} {unit}, mesure du {when}. Mesurez encore "
        "maintenant ; si cela reste ainsi, ou si vous vous sentez mal, appelez le {number} tout "
        "de suite.",
    },
}

Words = Mapping[Language, str]

_SIT: Final[Words] = {
    "en": "Sit down, rest for some minutes, and measure again at once.",
    "fr": "Asseyez-vous, reposez-vous quelques minutes, et mesurez encore tout de suite.",
}
PLAIN: Final[Words] = {"en": "Measure again at once.", "fr": "Mesurez encore tout de suite."}
_BREATHS: Final[Words] = {
    "en": "Sit upright and count the breaths of a whole minute again at once.",
    "fr": "Asseyez-vous bien droit et comptez encore tout de suite les respirations d'une minute.",
}
_ARM: Final[Words] = {
    "en": "Sit down, the arm at the height of the heart, and measure again at once.",
    "fr": "Asseyez-vous, le bras à la hauteur du cœur, et mesurez encore tout de suite.",
}
AGAIN: Final[Mapping[str, Words]] = {
    "heart_rate_low": _SIT,
    "heart_rate_high": _SIT,
    "respiratory_rate_low": _BREATHS,
    "respiratory_rate_high": _BREATHS,
    "oxygen_saturation_low": {
        "en": "Sit upright, warm the hand, keep it still, and measure again at once.",
        "fr": "Asseyez-vous bien droit, réchauffez la main, ne la bougez pas, et mesurez encore "
        "tout de suite.",
    },
    "blood_pressure_low": _ARM,
    "blood_pressure_high": _ARM,
    "body_temperature_low": PLAIN,
    "body_temperature_high": PLAIN,
    "blood_glucose_low": {
        "en": "If awake and able to swallow: take sugar, juice or a sweet drink at once. Measure "
        "again at once, and again after a quarter of an hour.",
        "fr": "Si vous êtes éveillé et pouvez avaler : sucre, jus ou boisson sucrée aussitôt. "
        "Mesurez encore tout de suite, puis après un quart d'heure.",
    },
    "blood_glucose_high": {
        "en": "Wash your hands and measure again at once. Drink water.",
        "fr": "Lavez-vous les mains et mesurez encore tout de suite. Buvez de l'eau.",
    },
}
"""What to do first, by flag; both pressures are one."""

_HEART: Final[Words] = {
    "en": "pain in the chest, fainting, dizziness or trouble breathing",
    "fr": "douleur dans la poitrine, malaise, vertige ou difficulté à respirer",
}
_AIR: Final[Words] = {
    "en": "trouble breathing, blue lips, pain in the chest or confusion",
    "fr": "difficulté à respirer, lèvres bleues, douleur dans la poitrine ou confusion",
}
SIGNS: Final[Mapping[str, Words]] = {
    "heart_rate_low": _HEART,
    "heart_rate_high": _HEART,
    "respiratory_rate_low": _AIR,
    "respiratory_rate_high": _AIR,
    "oxygen_saturation_low": _AIR,
    "blood_pressure_low": {
        "en": "dizziness, fainting, cold sweat or confusion",
        "fr": "vertige, malaise, sueurs froides ou confusion",
    },
    "blood_pressure_high": {
        "en": "a bad headache, pain in the chest, trouble breathing, seeing or speaking, or "
        "weakness on one side",
        "fr": "fort mal de tête, douleur dans la poitrine, difficulté à respirer, à voir ou à "
        "parler, ou faiblesse d'un côté",
    },
    "body_temperature_low": {
        "en": "drowsiness, confusion or shivering that does not stop",
        "fr": "somnolence, confusion ou frissons qui ne cessent pas",
    },
    "body_temperature_high": {
        "en": "a stiff neck, a rash, confusion, a fit or trouble breathing",
        "fr": "nuque raide, éruption, confusion, convulsion ou difficulté à respirer",
    },
    "blood_glucose_low": {
        "en": "confusion, drowsiness, a fit or trouble swallowing",
        "fr": "confusion, somnolence, convulsion ou difficulté à avaler",
    },
    "blood_glucose_high": {
        "en": "vomiting, belly pain, fast deep breathing or drowsiness",
        "fr": "vomissements, mal de ventre, respiration rapide et profonde ou somnolence",
    },
}
"""With which signs not to wait."""
