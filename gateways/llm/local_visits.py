"""With whom and how somebody wants to be seen, by the words they use for it."""

import re
from typing import Final, Literal

from analytics.triage.red_flags import folded

VisitType = Literal["any", "in_person", "video"]

_WITH: Final = re.compile(
    r"\b(?:with|avec|see|voir|consulter|visit(?!\s+(?:with|avec)\b))\s+(?:(?:dr|doctor|docteur|mr|mrs|ms|mme|m)\b\.?\s*)?"
    r"(?P<name>[^\W\d_][\w'\u2019-]*(?:\s+[^\W\d_][\w'\u2019-]*){0,3})",
    re.IGNORECASE,
)
_OTHER_WORDS: Final = """
a an any anyone anybody somebody someone the my your his her our this that it them him me us i you
if whether when what how who which some one in on at by for to from of or and please before after
next today tonight tomorrow yesterday morning afternoon evening week weekend month soon now free
video online remote doctor doctors gp nurse specialist provider dentist monday tuesday wednesday
thursday friday saturday sunday january february march april may june july august september october
november december
un une le la les l mon ma mes ton ta votre vos notre ce cet cette de du des d en a au aux pour par
sur dans ou et quelqu quel quelle si qui que s il vous plait svp avant apres prochain prochaine
demain hier aujourd matin soir midi semaine mois bientot medecin docteur infirmier infirmiere
specialiste visio lundi mardi mercredi jeudi vendredi samedi dimanche janvier fevrier mars avril mai
juin juillet aout septembre octobre novembre decembre moi lui elle eux nous
"""
_NO_NAME: Final = frozenset(_OTHER_WORDS.split())
_FIELD: Final = re.compile(r"(?:olog|iatr|ologue)\w*$")
_VIDEO: Final = re.compile(
    r"\bvideo|\bvisio|\bteleconsult|\btelemedic|\bonline\b|\bremote(?:ly)?\b|\ben ligne\b"
    r"|\ba distance\b|\bvirtual"
)
_IN_PERSON: Final = re.compile(
    r"\bin person\b|\bface to face\b|\bat the (?:clinic|hospital|practice|surgery)\b"
    r"|\ben personne\b|\ben presentiel\b|\bsur place\b|\ba (?:l'hopital|la clinique)\b"
    r"|\bau cabinet\b|\ben face a face\b"
)
_NOT_VIDEO: Final = re.compile(r"\b(?:not|no|without|pas|sans)(?: \w+)? (?:video|visio|online)")


def provider_in(text: str) -> str:
    """Name of a provider that a text asks for; empty where it names nobody.

    >>> provider_in("Book me with Kofi Danso tomorrow"), provider_in("voir le docteur demain")
    ('Kofi Danso', '')
    >>> provider_in("Book me a visit with Dr Danso"), provider_in("a visit on Monday")
    ('Danso', '')
    >>> provider_in("je voudrais voir Dr. Danso lundi"), provider_in("see a cardiologist")
    ('Danso', '')
    """
    for match in _WITH.finditer(text):
        name: list[str] = []
        for word in match["name"].split():
            plain = folded(word.rstrip("'\u2019-"))
            if plain.partition("'")[0] in _NO_NAME or _FIELD.search(plain):
                break
            name.append(word)
        if name:
            return " ".join(name)
    return ""


def visit_type(text: str) -> VisitType:
    """Whether a text asks for a video call or to be seen in person.

    >>> visit_type("Book a video call"), visit_type("en personne"), visit_type("no video please")
    ('video', 'in_person', 'in_person')
    """
    seen = folded(text)
    if _IN_PERSON.search(seen) or _NOT_VIDEO.search(seen):
        return "in_person"
    return "video" if _VIDEO.search(seen) else "any"
