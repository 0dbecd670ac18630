"""What somebody asks for, found by words in English and French."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from analytics.triage.red_flags import folded

_METRICS: Final[Mapping[str, str]] = {
    "heart_rate": r"heart ?(rate|beat)|\bpulse|\bbpm\b|frequence cardiaque|\bpouls|rythme card",
    "blood_pressure": r"blood pressure|\bbp\b|systol|diastol|hypertens|tension|pression arter",
    "oxygen_saturation": r"oxygen|\bspo ?2\b|\bsats?\b|saturation|oxygene",
    "respiratory_rate": r"respirat|breathing rate|frequence resp",
    "body_temperature": r"temperature|\btemp\b|\bfever\b|\bfievre\b",
    "blood_glucose": r"glucose|blood sugar|\bsugar|glycemi|\bsucre",
    "body_weight": r"\bweigh|\bpoids\b|\bpese\b",
    "steps": r"\bsteps?\b|\bwalk|nombre de pas|\bmarche\b",
}
_ASKS: Final[Mapping[str, str]] = {
    "who": r"who are you|what are you|are you (a |an )?(doctor|human|real|ai|robot|model)"
    r"|qui es|qui etes|es tu|etes vous (un )?(medecin|humain|robot)",
    "emergency": r"emergency (number|services?|line)|number (for|of) (an |the )?emergenc"
    r"|number (for|of) (an |the )?ambulance|call (an |the )?ambulance"
    r"|numero (d'urgence|des urgences|du samu|de l'ambulance)",
    "medications": r"medic|medicine|\bdrugs?\b|\bpills?\b|\btablets?\b|prescri"
    r"|\bdos(e|age|es)\b|insulin|traitement|comprime|ordonnance|posologie",
    "slots": r"free (time|slot|appointment)|\bbook|make an appointment|available|reserv"
    r"|prendre( un)? (rendez|rdv)|place libre|creneau|disponib"
    r"|\b(want|need|would like|'d like|get|give me|arrange|schedule|make|fix|find)( \w+){0,4} "
    r"(appointment|visit|consultation|video call)"
    r"|\b(veux|voudrais|souhaite|aimerais|faut|besoin|trouve[rz]?|fixer|avoir|obtenir)"
    r"( \w+| d'un){0,3} (rendez vous|rdv|consultation|teleconsultation|visio)"
    r"|\b(can|could|may) i (see|visit|come)|\bsee (a|my|the) (doctor|gp|nurse) (on|this|next|in"
    r"|tomorrow|today)"
    r"|(puis je|je peux|pourrais je|voudrais|veux)( \w+)? (voir|consulter|venir)",
    "appointments": r"appointment|next visit|rendez vous|\brdv\b|consultation|prochaine visite",
    "alarms": r"\balarms?|\balerts?|\balarmes?|\balertes?",
    "score": r"early warning|\bnews ?2?\b|score d'alerte|\bmy score|mon score",
    "trend": r"trend|\baverage|\bmean of\b|\bmoyenne"
    r"|over (the )?(last|past)|this (week|month)|lately|evolut|tendance|evolue"
    r"|cette semaine|ce mois|dernier|getting (better|worse|higher|lower)|history|historique",
    "doctor": r"(when|should|must|need)( \w+){0,4} (doctor|gp|hospital|seen)"
    r"|(quand|dois)( \w+){0,4} (medecin|docteur|hopital|consulter)",
    "vitals": r"vital|measurement|reading|my (data|numbers|results|values|health)|how (am|was) i\b"
    r"|constantes|mesures?|mes (donnees|resultats|valeurs)|ma sante|comment (je )?vais",
    "change": r"\b(double|stop|skip|increase|reduce|halve|arreter|doubler|augmenter)\b"
    r"|\b(diminuer|sauter)\b|(can|may|should) i take|(puis|dois) je prendre|\bdos(e|age)\b",
    "advice": r"how (can|do|could|should) i|what (can|should|could) i do|\badvice|\btips?\b"
    r"|\bconseil"
    r"|que (puis je |dois je )?faire|comment (puis je |faire )?(pour )?(baisser|reduire|ameliorer)",
    "diagnosis": r"do i have|have i got|what is wrong|what's wrong|est ce que j'ai\b|\bai je\b",
    "cancel": r"\bcancel|\breschedul|\bannul(er|ez|e)\b|\bdecommander|\breporter\b"
    r"|\b(move|deplacer) (my|the|mon|le) (appointment|visit|rendez|rdv)",
    "thanks": r"\bthanks?\b|thank you|\bmerci\b",
    "hello": r"^(hello|hi|hey|good (morning|evening|day)|bonjour|salut|bonsoir)\b",
}
_SYMPTOMS: Final[Mapping[str, str]] = {
    "fever": r"fever|shiver|chills|fievre|frissons",
    "headache": r"head ?ache|migraine|head hurts|mal de tete|mal a la tete|cephalee",
    "cough": r"\bcough|sore throat|\bcold\b|\bflu\b|\btoux|\btousse|gorge|rhume|grippe",
    "fatigue": r"tired|fatigu|exhaust|no energy|weak\b|epuise|faible\b|creve",
    "dizziness": r"dizz|light ?headed|vertig|tete qui tourne|etourdi",
    "palpitations": r"palpitation|heart (is )?(racing|pounding)|coeur (qui )?(bat|palpit|s'emball)",
    "stomach": r"stomach|nausea|vomit|diarrh|belly|constipat|ventre|nausee|estomac",
    "breath": r"short of breath|breathless|wheez|essouffl|souffle court",
    "swelling": r"swollen|swelling|oedem|edema|enfle|gonfle",
    "sleep": r"sleep|insomnia|dors|dormir|sommeil|insomnie",
    "mood": r"\bsad\b|depress|anxi|lonely|stress|triste|deprim|angoiss|seul\b",
    "pain": r"\bpain|\bhurts?\b|\bache|\bsore\b|douleur|\bmal (a|au|aux)\b|fait mal",
}
_FIELDS: Final = {
    "cardiology": r"cardiolog|heart doctor",
    "dermatology": r"dermatolog|skin doctor",
    "gynaecology": r"gyn(a)?ecolog",
    "neurology": r"neurolog",
    "ophthalmology": r"ophtalmo|ophthalmo|eye doctor",
    "paediatrics": r"p(a)?ediatr",
    "psychiatry": r"psychiatr",
    "psychology": r"psycholog",
}
"""Fields of medicine as providers name theirs."""
_OTHERS: Final = re.compile(
    r"\bmy ((grand|step)?(mother|father|son|daughter|child|parents?)|mum|mom|mummy|dad|grandma"
    r"|grandpa|wife|husband|partner|kid|baby|brother|sister|friend|aunt|uncle|cousin|neighbou?r"
    r"|boyfriend|girlfriend|niece|nephew|colleague)\b|\b(his|her|their) "
    r"|\b(ma|mon|mes) ((grand|belle|beau) ?(mere|pere|parents)|mere|maman|pere|papa|femme|mari"
    r"|conjointe?|fils|fille|enfant|bebe|frere|soeur|amie?|tante|oncle|cousine?|voisine?|copine?"
    r"|collegue|parents)\b"
    r"|\b(?!(?:what|how|who|when|where|it|that|there|here|let|doctor|dr|gp|nurse|today|yesterday"
    r"|morning|evening|night|day|week|weekend|month|year|\w+day|last|this)\b)[\w.-]+'s "
    r"(?:last |latest |newest |current )?(?:blood|bp|pulse|heart|oxygen|sats?|saturation|sugar"
    r"|glucose|weight|temp|vital|reading|measurement|data|medic|alarm|score|health)"
    r"|\b(?:another|other|all|which|every) (?:patients?|persons?|people|users?)\b"
    r"|\bof (?:everybody|everyone|somebody|someone)\b|\b(?:patient|bed|lit) (?:number |no )?\d"
    r"|\b(?:autres?|tous les|du|de la|d'une?) patiente?s?\b|\bde (?:madame|monsieur|mme|mlle) "
)
_OWN: Final = re.compile(
    r"\bmy (own|blood|bp|sugar|glucose|pulse|heart|oxygen|sats?|saturation|temperature|fever"
    r"|weight|breathing|respirat\w*|readings?|measurements?|vitals?|medic\w+|appointments?|alarms?"
    r"|score)\b"
    r"|\b(ma|mon|mes) (tension|pouls|glycemie|sucre|oxygene|saturation|temperature|fievre|poids"
    r"|frequence|mesures?|constantes|medicaments?|traitement|rendez|rdv|alarmes?|score)\b"
)
_SPANS: Final = ((r"month|30 days|mois|30 jours", 30), (r"two weeks|14 days|quinz|14 jours", 14))
WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for.

    Attributes:
        topics: Of `_ASKS`, in their order.
        metrics: Codes that are named.
        symptoms: Of `_SYMPTOMS`.
        days: How long a course is wanted.
        specialization: Field of medicine that is named; empty for any.

    """

    topics: tuple[str, ...]
    metrics: tuple[str, ...]
    symptoms: tuple[str, ...]
    days: int
    specialization: str


def understand(text: str) -> Asked:
    """What a text asks for.

    >>> understand("How has my blood pressure been this month?").metrics
    ('blood_pressure',)
    >>> understand("J'ai mal à la tête").symptoms
    ('headache', 'pain')
    """
    seen = folded(text)

    def of(patterns: Mapping[str, str]) -> tuple[str, ...]:
        return tuple(name for name, pattern in patterns.items() if re.search(pattern, seen))

    days = next((days for pattern, days in _SPANS if re.search(pattern, seen)), WEEK)
    field = next((name for name, pattern in _FIELDS.items() if re.search(pattern, seen)), "")
    return Asked(of(_ASKS), of(_METRICS), of(_SYMPTOMS), days, field)


def about_another(text: str) -> bool:
    """Whether a text asks about the measurements of somebody else.

    >>> about_another("my mum's blood pressure is 130/85"), about_another("How is my pulse?")
    (True, False)
    >>> about_another("my wife says that my pulse is low")
    False
    """
    seen = folded(text)
    return bool(_OTHERS.search(seen)) and not _OWN.search(seen)


def metrics_in(text: str) -> tuple[str, ...]:
    """Codes of the vital signs that a text names.

    >>> metrics_in("Votre pouls et votre saturation")
    ('heart_rate', 'oxygen_saturation')
    """
    seen = folded(text)
    return tuple(name for name, pattern in _METRICS.items() if re.search(pattern, seen))


def topics_of(text: str) -> list[str]:
    """Health topics of a text, for the figures of a conversation."""
    asked = understand(text)
    kept = ("medications", "appointments", "alarms", "score")
    return [*asked.metrics, *asked.symptoms, *(one for one in asked.topics if one in kept)]
