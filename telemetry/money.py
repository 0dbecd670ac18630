"""Amounts of money: decimals of a currency with the places that it has, never floats.

Source: ISO 4217, list one: codes of currencies, and how many decimals their minor unit is.
"""

from decimal import Decimal, InvalidOperation
from typing import Final

_CODES: Final = """
AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD
CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP
GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD
KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN
NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP
SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND
VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG
"""
CODES: Final = frozenset(_CODES.split())
"""Currencies that people pay with."""
_NO_PLACES: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE_PLACES: Final = "BHD IQD JOD KWD LYD OMR TND"
MOST_PLACES: Final = 3
_USUAL_PLACES: Final = 2


class MoneyError(ValueError):
    """It is no amount of this currency."""


def places(currency: str) -> int:
    """How many decimals a currency has.

    Raises:
        MoneyError: It is no currency.

    >>> places("USD"), places("JPY"), places("KWD")
    (2, 0, 3)
    """
    if currency not in CODES:
        message = "not a currency of ISO 4217"
        raise MoneyError(message)
    if currency in _NO_PLACES:
        return 0
    return MOST_PLACES if currency in _THREE_PLACES else _USUAL_PLACES


def amount_of(value: Decimal, currency: str) -> Decimal:
    """The same amount, written with exactly the places of its currency; nothing is rounded.

    Raises:
        MoneyError: It has parts that the currency does not have.

    >>> amount_of(Decimal("12.5"), "USD"), amount_of(Decimal("500.00"), "JPY")
    (Decimal('12.50'), Decimal('500'))
    >>> amount_of(Decimal("0.5"), "JPY")
    Traceback (most recent call last):
    telemetry.money.MoneyError: the currency has no such small part
    """
    return _exact(value, places(currency))


def to_minor(value: Decimal, decimals: int) -> int:
    """An amount as whole minor units of so many decimals.

    Raises:
        MoneyError: It is not a whole number of them.

    >>> to_minor(Decimal("10.10"), 2)
    1010
    """
    return int(_exact(value, decimals).scaleb(decimals))


def from_minor(units: int, decimals: int) -> Decimal:
    """The amount that whole minor units are.

    >>> from_minor(1010, 2), from_minor(500, 0)
    (Decimal('10.10'), Decimal('500'))
    """
    return Decimal(units).scaleb(-decimals)


def parsed(text: object, currency: str) -> Decimal:
    """Read an amount that came as text.

    Raises:
        MoneyError: It is none.

    """
    try:
        return amount_of(Decimal(str(text)), currency)
    except InvalidOperation as error:
        message = "not an amount"
        raise MoneyError(message) from error


def _exact(value: Decimal, decimals: int) -> Decimal:
    try:
        exact = value.quantize(Decimal(1).scaleb(-decimals))
    except InvalidOperation as error:
        message = "not an amount"
        raise MoneyError(message) from error
    if exact != value:
        message = "the currency has no such small part"
        raise MoneyError(message)
    return exact
