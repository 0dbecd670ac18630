"""Numbers of the ambulance, and lines for people in despair, by country (ISO 3166-1 alpha-2).

A number stands here only where it could be confirmed. The ambulance's are emergency numbers in the
national numbering plan as libphonenumber has it (`is_emergency_number`), or `ANNOUNCED` names who
announced them; the sources of the lines are in `LINE_SOURCES`. All of them, with the date of the
last look, are in `docs/reference/emergency-numbers.md`; look at them again before each release.

112 is what mobile networks take in most countries (3GPP TS 22.101, section 10.1), and stands in
where the country is not known.
"""

from collections.abc import Mapping
from typing import Final

ANYWHERE: Final = "112"
EMERGENCY_NUMBERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("US", "CA", "LR", "MX", "PH"), "911"),
    **dict.fromkeys(("GB", "KE", "BD", "HK", "UG"), "999"),
    **dict.fromkeys(("JP", "KR"), "119"),
    **dict.fromkeys(("GH", "NG", "TZ", "ZA", "IN", "BJ", "TR", "IS"), "112"),
    **dict.fromkeys(("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR"), "112"),
    **dict.fromkeys(("GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL"), "112"),
    **dict.fromkeys(("PL", "PT", "RO", "SE", "SI", "SK"), "112"),
    "AU": "000",
    "BF": "18",
    "BR": "192",
    "BW": "997",
    "CH": "144",
    "CI": "180",
    "CM": "118",
    "EG": "123",
    "MA": "15",
    "NO": "113",
    "NZ": "111",
    "RW": "912",
    "SG": "995",
    "SN": "1515",
    "TN": "190",
}
"""Country -> number of the ambulance, or of who sends it."""
ANNOUNCED: Final[Mapping[str, str]] = {
    "CM": "Corps national de sapeurs-pompiers, Cameroon Tribune, 18 May 2020: fire and first aid",
    "GH": "President of Ghana, one number for all services, Daily Graphic, 28 January 2020",
    "NG": "Nigerian Communications Commission, Technology Times: toll-free on every network",
    "RW": "RURA, National Police and Ministry of Health, IGIHE, 24 November 2016: ambulance",
    "SN": "Ministère de la Santé, sante.gouv.sn, page on the SAMU National",
}
"""Country -> who announced a number that the numbering plan does not list for emergencies."""
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
"""Country -> line for people in despair, at any hour."""
LINE_SOURCES: Final[Mapping[str, str]] = {
    "US": "988 Suicide & Crisis Lifeline: FCC order 20-100, in force since July 2022",
    "CA": "9-8-8: CRTC Telecom Regulatory Policy 2022-234, in force since November 2023",
    "GB": "Samaritans; harmonised number 116 123, Commission Decision 2009/884/EC",
    "IE": "Samaritans Ireland; harmonised number 116 123, Commission Decision 2009/884/EC",
    "FR": "Ministère de la Santé, numéro national de prévention du suicide, since October 2021",
    "AU": "Lifeline Australia",
    "IN": "Tele MANAS, Ministry of Health and Family Welfare, since October 2022",
    "NZ": "1737 Need to talk?, Mental Health Foundation of New Zealand",
    "CH": "Die Dargebotene Hand; short number 143 of the Swiss numbering plan",
    "AT": "Telefonseelsorge; short number 142 of the Austrian numbering plan",
    "ES": "Ministerio de Sanidad, línea de atención a la conducta suicida, since May 2022",
    "BR": "CVV with the Ministério da Saúde, free in the whole country since July 2018",
    "KE": "Kenya Red Cross tele-counselling, Newsnet Kenya, July 2023",
    "ZA": "SADAG suicide crisis line, The Star, 12 February 2019",
    "BE": "Centre de Prévention du Suicide",
    "NL": "113 Zelfmoordpreventie: free beside 113, Hart van Nederland, July 2020",
    "DE": "Telefonseelsorge",
}
"""Country -> whose line it is, and who says so."""


def emergency_number(country: str, default: str = ANYWHERE) -> str:
    """Number of the ambulance in a country (ISO 3166-1 alpha-2), else `default`.

    >>> emergency_number("US"), emergency_number("")
    ('911', '112')
    """
    return EMERGENCY_NUMBERS.get(country.upper(), default)
