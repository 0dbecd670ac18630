"""What people call things, in English and French: the vocabulary that the rules are made of.

A concept is a list of words; `word*` is any word that begins so, `two_words` stand next to each
other. Accents are left out, as folding takes them away. A concept is named once.
"""

from collections.abc import Mapping
from typing import Final

from analytics.triage.lexicon.allergy import ALLERGY
from analytics.triage.lexicon.bearings import BEARINGS
from analytics.triage.lexicon.breath import BREATH
from analytics.triage.lexicon.common import PEOPLE_AND_PAIN
from analytics.triage.lexicon.despair import DESPAIR
from analytics.triage.lexicon.harm import HARM
from analytics.triage.lexicon.illness import ILLNESS
from analytics.triage.lexicon.injury import INJURY
from analytics.triage.lexicon.signs import SIGNS
from analytics.triage.lexicon.situations import SITUATIONS
from analytics.triage.lexicon.stroke import STROKE

CONCEPTS: Final[Mapping[str, str]] = {
    name: words
    for part in (
        PEOPLE_AND_PAIN,
        STROKE,
        DESPAIR,
        BREATH,
        ALLERGY,
        HARM,
        ILLNESS,
        INJURY,
        SIGNS,
        SITUATIONS,
        BEARINGS,
    )
    for name, words in part.items()
}
"""Concept -> words."""
