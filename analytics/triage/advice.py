"""What to do about red flags now, with the emergency number of the country.

Numbers as the countries' authorities publish them; look at them again before each release. 112 is
what mobile networks take in most countries (3GPP TS 22.101, section 10.1), and stands in where the
country is not known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from analytics.triage.advice_texts import LEAD, LINE, NO_LINE, STEPS
from analytics.triage.language import Language
from analytics.triage.red_flags import RedFlag

ANYWHERE: Final = "112"
EMERGENCY_NUMBERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("US", "CA", "LR", "MX", "PH"), "911"),
    **dict.fromkeys(("GB", "KE", "BD", "HK"), "999"),
    **dict.fromkeys(("JP", "KR", "CM"), "119"),
    **dict.fromkeys(("GH", "NG", "TZ", "UG", "ZA", "IN", "BJ", "BF", "TR", "IS"), "112"),
    **dict.fromkeys(("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR"), "112"),
    **dict.fromkeys(("GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL"), "112"),
    **dict.fromkeys(("PL", "PT", "RO", "SE", "SI", "SK"), "112"),
    "AU": "000",
    "BR": "192",
    "BW": "997",
    "CH": "144",
    "CI": "185",
    "EG": "123",
    "MA": "150",
    "NO": "113",
    "NZ": "111",
    "RW": "912",
    "SG": "995",
    "SN": "1515",
    "TN": "190",
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
    "NZ": "1737",
    "CH": "143",
    "AT": "142",
    "ES": "024",
    "BR": "188",
    "KE": "1199",
    "ZA": "0800 567 567",
    "BE": "0800 32 123",
    "NL": "0800 0113",
    "DE": "0800 111 0 111",
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
    line = LINE[language].format(crisis=crisis) if crisis else NO_LINE[language]
    leads = ["crisis"] if "crisis" in keys else []
    if any(flag.urgency == "emergency" and flag.what_to_do != "crisis" for flag in flags):
        leads.append("emergency")
    lead = " ".join(
        LEAD[language][name].format(number=number, line=line) for name in leads or ["urgent"]
    )
    steps = tuple(dict.fromkeys(step for key in keys for step in STEPS[language][key]))
    return Advice(f"{lead} {' '.join(steps)}", steps, number, language)
