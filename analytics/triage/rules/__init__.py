"""Which concepts together are a red flag.

`A B ~6`: within six words, in any order, in one sentence. `A > B ~4`: in this order. `A|B`:
either. `~30+` goes on into the sentences around it. `-A`: only where A stands nowhere in the text.
`2 of A B C`: so many of them, anywhere in the text; one written `+A` must be among them. One
concept alone needs no distance. Concepts are those of `lexicon` and those of `JOINED`; words in
small letters are themselves, `word*` and `two_words` as in the lexicon. A line that is set in goes
on from the one before.
"""

from collections.abc import Mapping
from typing import Final

from analytics.triage.rules.body import BODY
from analytics.triage.rules.brain import BRAIN
from analytics.triage.rules.chest import CHEST
from analytics.triage.rules.general import GENERAL
from analytics.triage.rules.harm import HARM
from analytics.triage.rules.joined import JOINED as _JOINED
from analytics.triage.rules.mind import MIND

_CONTINUED: Final = " " * 12
"""What goes on from the line before is set in so far."""


def _lines(table: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Name -> rules, each put together again."""
    found: dict[str, tuple[str, ...]] = {}
    for name, text in table.items():
        rules: list[str] = []
        for line in filter(str.strip, text.splitlines()):
            if line.startswith(_CONTINUED):
                rules[-1] += ("" if rules[-1].endswith("|") else " ") + line.strip()
            else:
                rules.append(line.strip())
        found[name] = tuple(rules)
    return found


JOINED: Final[Mapping[str, tuple[str, ...]]] = _lines(_JOINED)
"""What only two words together mean; read like concepts."""
RULES: Final[Mapping[str, tuple[str, ...]]] = _lines(
    {**CHEST, **BRAIN, **MIND, **HARM, **BODY, **GENERAL}
)
"""Code of the flag -> its rules."""
