"""Signs that are grave together, whatever the illness may be.

Each SIGN is a kind of trouble (`joined`): where four kinds meet, or fewer of the graver ones, and
nothing says that it is told calmly, of the past or for information, somebody should look.
"""

from collections.abc import Mapping
from typing import Final

_KINDS: Final = (
    "SIGN_MIND SIGN_BREATH SIGN_SKIN SIGN_PAIN SIGN_PLACE SIGN_NERVES SIGN_BLOOD SIGN_VOMIT "
    "SIGN_POISON SIGN_DEATH SIGN_SWELLING SIGN_FEVER SIGN_SUGAR SIGN_RISK SIGN_BURN SIGN_BLOW "
    "SIGN_LOSS SIGN_ONSET SIGN_SOMEBODY"
)
_GRAVE: Final = "+SIGN_MIND|SIGN_BREATH|SIGN_SKIN|SIGN_NERVES|SIGN_VOMIT|SIGN_DEATH|SIGN_BURN"
_MORE_THAN_PAIN: Final = (
    f"{_GRAVE}|SIGN_LOSS|SIGN_BLOOD|SIGN_POISON|SIGN_SWELLING|SIGN_SUGAR|SIGN_RISK|SIGN_BLOW"
)
"""A child's earache since yesterday has a place, a pain, a time and a person, and can wait."""
_CIRCUMSTANCE: Final = "+SIGN_SOMEBODY|SIGN_LOSS|SIGN_ONSET"
GENERAL: Final[Mapping[str, str]] = {
    "several_signs": f"""
        3 of BAD_BREATH BAD_COLOUR COLD_SWEAT DOWN NOT_RIGHT VOMIT BAD_PAIN BLEED FEVER|RIGOR|
            TEMP_FEVER SWELL_UP AT_RISK HURRY -CALM|ABOUT|REASSURED
        2 of BAD_BREATH BAD_COLOUR COLD_SWEAT DOWN -CALM|ABOUT|REASSURED
        5 of {_MORE_THAN_PAIN} {_KINDS} -CALM|ABOUT|REASSURED
        5 of {_GRAVE} {_CIRCUMSTANCE} {_KINDS} -CALM|ABOUT|REASSURED
        7 of {_KINDS}
    """,
}
"""Code of the flag -> its rules, one a line."""
