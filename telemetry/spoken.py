"""Times and amounts as people write them, in the languages that they are written to in."""

import datetime as dt
from decimal import Decimal
from typing import Final, get_args

from telemetry.notices import Language

LANGUAGES: Final = get_args(Language)
_MONTHS: Final = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": (
        *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
        *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
    ),
}
_MARKS: Final = {"en": (",", "."), "fr": ("\u202f", ",")}
"""Between thousands, and before decimals."""


def spoken(at: dt.datetime, language: str) -> str:
    """A time as people write it, with the name of its zone.

    >>> spoken(dt.datetime(2026, 3, 4, 5, 6, tzinfo=dt.UTC), "fr")
    '4 mars 2026 à 05:06 (UTC)'
    """
    month = _MONTHS[language][at.month - 1]
    joint = " à " if language == "fr" else ", "
    return f"{at.day} {month} {at.year}{joint}{at:%H:%M} ({at.tzname()})"


def spoken_number(value: float, language: str) -> str:
    """A whole number as people write it.

    >>> spoken_number(10_000.0, "en"), spoken_number(365, "fr")
    ('10,000', '365')
    """
    return f"{value:,.0f}".replace(",", _MARKS[language][0])


def spoken_money(amount: Decimal, currency: str, language: str) -> str:
    """An amount as people write it, with all of its places and the code of its currency.

    >>> spoken_money(Decimal("1234.50"), "USD", "en")
    'USD 1,234.50'
    >>> spoken_money(Decimal("1234.50"), "EUR", "fr").replace("\u202f", "_").replace("\u00a0", "_")
    '1_234,50_EUR'
    """
    thousands, point = _MARKS[language]
    whole, _, parts = f"{amount:,}".partition(".")
    number = whole.replace(",", thousands) + (point + parts if parts else "")
    return f"{number}\u00a0{currency}" if language == "fr" else f"{currency} {number}"
