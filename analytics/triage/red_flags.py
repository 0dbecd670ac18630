"""Red flags in what somebody writes: plain rules, found before any model is asked.

A rule is a set of patterns over folded text (lower case, no accents, one kind of apostrophe). One
match is enough, unless a denial stands right before it ("no chest pain", "pas de douleur").
Sensitivity comes first: advice that was not needed does less harm than none.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Urgency = Literal["emergency", "urgent"]
"""emergency: call now; urgent: be seen today."""

NEWS2_EMERGENCY: Final = 7
"""Aggregate of an emergency (Royal College of Physicians, 2017)."""


@dataclass(frozen=True, slots=True)
class RedFlag:
    """Something that cannot wait.

    Attributes:
        code: Stable name, such as `chest_pain`.
        urgency: How fast.
        what_to_do: Key of the advice in `analytics.triage.advice`.

    """

    code: str
    urgency: Urgency
    what_to_do: str


FLAGS: Final[Mapping[str, RedFlag]] = {
    flag.code: flag
    for flag in (
        RedFlag("suicidal_thoughts", "emergency", "crisis"),
        RedFlag("anaphylaxis", "emergency", "anaphylaxis"),
        RedFlag("unconscious", "emergency", "unconscious"),
        RedFlag("stroke", "emergency", "stroke"),
        RedFlag("chest_pain", "emergency", "chest_pain"),
        RedFlag("breathlessness", "emergency", "breathing"),
        RedFlag("severe_bleeding", "emergency", "bleeding"),
        RedFlag("overdose", "emergency", "poisoning"),
        RedFlag("seizure", "emergency", "seizure"),
        RedFlag("early_warning", "emergency", "early_warning"),
        RedFlag("sudden_headache", "emergency", "call_now"),
        RedFlag("meningitis", "emergency", "call_now"),
        RedFlag("severe_abdominal_pain", "urgent", "seen_today"),
        RedFlag("pregnancy_bleeding", "emergency", "call_now"),
        RedFlag("low_glucose", "emergency", "low_glucose"),
    )
}
"""Code -> flag, the gravest first."""

_PATTERNS: Final[Mapping[str, tuple[str, ...]]] = {
    "chest_pain": (
        r"chest (is )?(pain|hurt\w*|pressure|tight\w*|ache|discomfort|heav\w*|crush\w*)",
        (
            r"(pain|pressure|tight\w*|ache|crush\w*|squeez\w*|weight|elephant|burning)"
            r"( \w+){0,4} (chest|sternum|breast ?bone)"
        ),
        r"chest (feels?|is|has been|keeps?)( \w+){0,2} (tight|heavy|hurting|crushed|squeezed)",
        r"heart attack",
        (
            r"(mal|douleurs?|pression|oppression|serrement|brulure|poids)( \w+){0,4}"
            r" (poitrine|thorax|sternum)"
        ),
        r"(poitrine|thorax)( \w+){0,3} (serree?|fait mal|oppressee?|ecrasee?|douleur)",
        r"douleurs? thoracique",
        r"(crise cardiaque|infarctus)",
    ),
    "stroke": (
        r"stroke",
        r"face( \w+){0,4} (droop\w*|numb|drop\w*|sag\w*|crooked|twisted|paraly\w*)",
        r"(droop\w*|sagging|crooked)( \w+){0,3} (face|mouth|smile|eyelid)",
        r"slurr\w*|can ?(no|')t (speak|talk)( \w+)? (properly|clearly|well|any)",
        r"speech( \w+){0,3} (slurred|garbled|gone|strange|confused)",
        r"(arm|leg|side|hand)s?( \w+){0,5} (suddenly )?(weak\w*|numb\w*|paraly\w*|dead|limp)",
        r"(sudden\w*|one[- ]sided)( \w+){0,4} (weak\w*|numb\w*|paraly\w*|blind\w*)",
        r"(numb\w*|weak\w*|paraly\w*)( \w+){0,4} (one|left|right) (side|arm|leg)",
        r"(lost|loss of) (my |the )?(sight|vision)",
        r"\bavc\b|accident vasculaire",
        r"(visage|bouche|figure)( \w+){0,4} (tomb\w*|tordu\w*|paralys\w*|deform\w*|affaiss\w*)",
        r"(bras|jambe|cote|main)( \w+){0,5} (engourdi\w*|paralys\w*|faible|mort)",
        r"(engourdi\w*|paralys\w*|faiblesse)( \w+){0,4} (cote|bras|jambe|visage)",
        r"(du mal a parler|n'arrive (plus|pas) a parler|parole confuse)",
        r"(je ne vois plus|perdu la vue|perte( \w+)? de( la)? vue)",
    ),
    "suicidal_thoughts": (
        r"suicid\w*",
        r"kill(ing)? my ?self|end(ing)? (my life|it all)|take my (own )?life",
        r"(want|wish|going|like|rather)( \w+){0,3} (to die|be dead|i was dead|i were dead)",
        r"(better off|wish i (was|were)) dead|no reason to (live|go on)|don'?t want to live",
        r"not want to (live|be alive|wake up)|(hurt|harm|cut)(ing|ting)? my ?self",
        r"(can'?t|cannot) go on( any ?(more|longer)| living| like this)",
        r"(me tuer|me suicider|mettre fin a (mes jours|ma vie)|en finir)",
        r"(envie de mourir|veux mourir|voudrais (etre mort\w*|mourir)|plus envie de vivre)",
        r"(me faire du mal|me couper les veines|plus (de raison )?de vivre)",
    ),
    "breathlessness": (
        r"(can ?(no|')t|cannot|unable to|struggl\w+ to|hardly|barely|can hardly) (\w+ )?breath\w*",
        (
            r"(severe|terrible|extreme|very|so|really|sudden\w*)( \w+){0,3} (breathless\w*"
            r"|short(ness)? of breath|out of breath)"
        ),
        r"(gasping|fighting|struggling) for (air|breath)|suffocat\w*|choking",
        r"(too )?(breathless|short of breath)( \w+){0,4} (speak|talk|finish|rest|lie)",
        r"(lips|fingers|face)( \w+){0,3} (blue|grey|gray)|blue lips",
        r"(peux|arrive|parviens|arrivais) (plus|pas) (a |de )?(bien )?respirer",
        (
            r"(tres|fort\w*|du|beaucoup|extremement)( \w+){0,2}"
            r" (mal a respirer|essouffle\w*|peine a respirer)"
        ),
        r"(j'?etouffe|suffoqu\w*|etouffement|levres( \w+){0,2} bleu\w*|manque d'air)",
    ),
    "anaphylaxis": (
        r"anaphyla\w*|epi ?pen",
        r"(throat|tongue|lips?|mouth|face)( \w+){0,4} (swell\w*|swollen|closing|tight\w*)",
        r"(swell\w*|swollen|closing)( \w+){0,4} (throat|tongue|lips?|mouth|face)",
        r"(allerg\w*|hives|stung|sting|peanut)( \w+){0,8} (breath\w*|swell\w*|throat|faint\w*)",
        r"(gorge|langue|levres?|visage)( \w+){0,4} (gonfl\w*|enfl\w*|serr\w*|ferm\w*)",
        r"(gonfle\w*|enfle\w*)( \w+){0,4} (gorge|langue|levres?|visage)",
        r"choc allergique|(allergi\w*|pique\w*)( \w+){0,8} (respirer|gonfl\w*|gorge)",
    ),
    "severe_bleeding": (
        r"(bleed\w*|blood)( \w+){0,5} (won'?t stop|not stop\w*|everywhere|heavily|a lot|lots)",
        r"(severe|heavy|uncontroll\w*|massive|profuse)( \w+){0,2} bleed\w*",
        r"(cough\w*|vomit\w*|throw\w* up|spit\w*)( \w+){0,3} blood|black (tarry )?stools?",
        r"(saigne|sang|hemorragie)( \w+){0,5} (arrete pas|beaucoup|partout|abondam\w*)",
        r"hemorragie|(vomi\w*|crache\w*|touss\w*)( \w+){0,3} (du )?sang",
    ),
    "unconscious": (
        r"unconscious|unresponsive|(won'?t|not|can ?(no|')t) wak\w* (him|her|them)? ?up",
        r"(collapsed|passed out|fainted|blacked out|lost consciousness)",
        r"(not|stopped) breathing|no pulse",
        r"inconscient\w*|(perdu|perte de) connaissance|evanoui\w*|ne (se )?reveille (pas|plus)",
        r"ne respire (pas|plus)",
    ),
    "overdose": (
        r"overdos\w*|took( \w+){0,4} too many( \w+){0,2} (pills|tablets|dose\w*)?",
        r"poison(ed|ing)|(swallowed|drank)( \w+){0,4} (bleach|pesticide|poison|petrol|kerosene)",
        r"surdose|(pris|avale)( \w+){0,4} trop de|empoisonn\w*",
        r"(avale|bu)( \w+){0,4} (javel|poison)",
    ),
    "seizure": (
        r"seizures?|convuls\w*|\bfitting\b|having a fit",
        r"crises? d'?epilep\w*|convulsions?",
    ),
    "sudden_headache": (
        r"(worst|thunderclap|sudden\w*|explosive)( \w+){0,4} headache",
        r"headache( \w+){0,6} (worst|sudden\w*|stiff neck|explod\w*)",
        r"(pire|soudain\w*|brutal\w*)( \w+){0,4} (mal de tete|mal a la tete|cephalee)",
        r"(mal de tete|mal a la tete|cephalee)( \w+){0,5} (brutal\w*|soudain\w*|de ma vie)",
    ),
    "meningitis": (
        r"(fever|temperature)( \w+){0,8} (stiff neck|neck is stiff|confus\w*)",
        r"stiff neck( \w+){0,6} (fever|light|rash)|rash( \w+){0,6} (not fade|glass)",
        r"(fievre)( \w+){0,8} (nuque raide|raideur de( la)? nuque|confus\w*)|nuque raide",
    ),
    "severe_abdominal_pain": (
        r"(severe|unbearable|worst|extreme|excruciating)( \w+){0,3} (stomach|abdom\w*|belly|tummy)",
        r"(stomach|abdom\w*|belly|tummy)( \w+){0,4} (rigid|hard as|unbearable|excruciating)",
        r"(ventre|abdom\w*|estomac)( \w+){0,4} (insupportable|atroce|tres dur|horrible)",
        r"(atroces?|insupportables?|violentes?)( \w+){0,4} (ventre|abdom\w*|estomac)",
    ),
    "pregnancy_bleeding": (
        r"pregnan\w*( \w+){0,8} (bleed\w*|blood|baby (is )?not mov\w*|no movement)",
        r"(bleed\w*|blood)( \w+){0,8} pregnan\w*",
        r"enceinte( \w+){0,8} (saign\w*|sang|bouge (plus|pas))|saign\w*( \w+){0,8} enceinte",
    ),
    "low_glucose": (
        r"(sugar|glucose)( \w+){0,6} (confus\w*|faint\w*|shak\w*|sweat\w*|pass\w* out|unconscious)",
        r"hypoglyc\w*( \w+){0,8} (confus\w*|faint\w*|shak\w*|inconscient\w*|malaise)",
        r"(sucre|glycemie)( \w+){0,6} (confus\w*|malaise|trembl\w*|sueurs?)",
    ),
}
_COMPILED: Final = {
    code: re.compile(r"\b(?:" + "|".join(f"(?:{one})" for one in patterns) + ")")
    for code, patterns in _PATTERNS.items()
}
_DENIED: Final = re.compile(
    r"(?:\bno|\bnot|\bnever|\bwithout|\bdeny|\bdenies|\bdon'?t have(?: any)?|\bhaven'?t(?: had)?"
    r"(?: any)?|\bpas|\bpas de|\bsans|\baucune?|\bjamais(?: de| eu)?) (?:any |a |de |d'|la |le )?$"
)
_APOSTROPHES: Final = str.maketrans(dict.fromkeys("\u2019\u2018\u02bc\u00b4`", "'"))


def folded(text: str) -> str:
    """Lower case without accents, with single spaces.

    >>> folded("J'ai  MAL à la poitrine !")
    "j'ai mal a la poitrine !"
    """
    plain = unicodedata.normalize("NFKD", text.translate(_APOSTROPHES).casefold())
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    return re.sub(r"[\s_\-]+", " ", kept).strip()


def find(text: str, *, language: str | None = None) -> tuple[RedFlag, ...]:
    """Red flags in a text, the gravest first, each once; `language` (en, fr) is a hint only.

    >>> [flag.code for flag in find("I have a crushing pain in my chest")]
    ['chest_pain']
    >>> find("no chest pain today")
    ()
    """
    del language  # people mix languages: every rule looks at every text
    seen = folded(text)
    found = {code for code, pattern in _COMPILED.items() if _matches(pattern, seen)}
    return tuple(flag for code, flag in FLAGS.items() if code in found)


def of_score(news2: float | None) -> tuple[RedFlag, ...]:
    """The flag of a NEWS2 aggregate that is certain, if it is an emergency.

    >>> [flag.code for flag in of_score(8)]
    ['early_warning']
    """
    if news2 is None or news2 < NEWS2_EMERGENCY:
        return ()
    return (FLAGS["early_warning"],)


def _matches(pattern: re.Pattern[str], text: str) -> bool:
    return any(not _DENIED.search(text[: match.start()]) for match in pattern.finditer(text))
