"""Whether a text is French, by its small words."""

import re
from typing import Final, Literal

from analytics.triage.red_flags import folded

Language = Literal["en", "fr"]

_FRENCH: Final = re.compile(
    r"\b(je|j|tu|il|elle|nous|vous|ils|ai|as|est|suis|sont|etes|ma|mes|mon|mal|le|la|les|un|une|des"
    r"|du|de|et|ou|mais|dans|avec|pour|pas|plus|que|quoi|quels?|quelles?|comment|pourquoi|quand"
    r"|bonjour|merci|oui|non|depuis|tres|trop|au|aux|ce|cette|ces|sur|moi|a|l|d|qu|puis|peux|peut"
    r"|dois|demain|apres|matin|soir|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|prochaine?"
    r"|tension|coeur|fievre|tete|ventre|jours|semaine|medecin|rendez)\b"
)
_ENGLISH: Final = re.compile(
    r"\b(i|my|me|you|he|she|we|they|is|am|are|was|were|have|has|had|the|an|and|or|but|in|with|for"
    r"|not|what|which|how|why|when|hello|thanks|yes|no|since|very|too|this|that|these|it|do|does"
    r"|can|could|should|of|to|on|at|tomorrow|today|monday|tuesday|wednesday|thursday|friday|saturday|sunday|next|morning"
    r"|heart|blood|pressure|fever|head|pain|days|week|doctor|feel)\b"
)


def language_of(text: str, default: Language = "en") -> Language:
    """English or French, whichever has more of its small words; `default` where neither has.

    >>> language_of("J'ai mal à la tête depuis hier")
    'fr'
    >>> language_of("How is my blood pressure?")
    'en'
    >>> language_of("98 %", "fr")
    'fr'
    """
    seen = folded(text)
    french, english = len(_FRENCH.findall(seen)), len(_ENGLISH.findall(seen))
    if french == english:
        return default
    return "fr" if french > english else "en"
