"""Yes and no, as people write them: only what can mean nothing else counts."""

import re
from typing import Final

from analytics.triage.red_flags import folded

_TAIL: Final = r"( please| thanks?| thank you| s'il (vous|te) plait| merci| do( it| so)?| it is)?"
_YES: Final = re.compile(
    r"(yes|yes yes|yep|yeah|sure|ok|okay|oui|d'accord|volontiers|confirm(ed)?|i confirm"
    r"|je confirme|yes,? book it|book it|go ahead|please do|oui,? reservez|reservez( le| la)?"
    r"|vas y|allez y)" + _TAIL
)
_NO: Final = re.compile(
    r"(no|nope|no,? don'?t|don'?t|do not|not now|cancel|non|pas maintenant|annule[rz]?|no way)"
    + _TAIL
)


def answer_to_proposal(text: str) -> bool | None:
    """True for a plain yes, False for a plain no, None for anything else.

    >>> answer_to_proposal("Oui, merci !"), answer_to_proposal("No."), answer_to_proposal("yes but")
    (True, False, None)
    """
    seen = re.sub(r"\s+", " ", re.sub(r"[.!,;]", " ", folded(text))).strip()
    if _YES.fullmatch(seen):
        return True
    return False if _NO.fullmatch(seen) else None
