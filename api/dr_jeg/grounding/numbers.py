"""Numbers, dates and times of day in a text, with their units, in English and French."""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from api.dr_jeg.grounding import other_forms
from api.dr_jeg.grounding.words import ARTICLES, worded

ClaimKind = Literal["number", "date", "time"]


@dataclass(frozen=True, slots=True)
class Claim:
    """Something in a text that has to come from somewhere.

    Attributes:
        kind: A number, a date, or a time of day.
        quote: As the text has it.
        start: First character.
        end: One past the last.
        values: What it can mean: `1,234` is two numbers at once, a share is none.
        decimals: Places after the point.
        unit: UCUM where a unit stands beside it.
        date: Year (0: not said), month, day.
        minutes: Since midnight.

    """

    kind: ClaimKind
    quote: str
    start: int
    end: int
    values: tuple[float, ...] = ()
    decimals: int = 0
    unit: str | None = None
    date: tuple[int, int, int] | None = None
    minutes: int | None = None


_UNITS: Final = (
    (r"%|per ?cent|pour ?cent", "%"),
    (r"bpm|beats(?: per minute| a minute)?|battements(?: par minute)?|/ ?min\b", "/min"),
    (r"breaths(?: per minute| a minute)?|respirations(?: par minute)?", "/min"),
    (r"mm ?\[?Hg\]?|millimetres of mercury|millimètres de mercure", "mm[Hg]"),
    (r"mg ?/ ?d[lL]", "mg/dL"),
    (r"mmol ?/ ?[lL]", "mmol/L"),
    (r"L ?/ ?min\b", "L/min"),
    (r"° ?F|degrees fahrenheit", "[degF]"),
    (r"° ?C?|º ?C?|degrees(?: celsius)?|degrés(?: celsius)?|Cel\b|(?-i:C)\b", "Cel"),
    (r"kg\b|kilos?\b|kilograms?|kilogrammes?", "kg"),
    (r"lbs?\b|pounds?\b|livres?\b", "[lb_av]"),
    (r"steps?\b|pas\b", "{steps}"),
    (r"mcg\b|µg\b|μg\b|micrograms?|microgrammes?", "ug"),
    (r"mg\b|milligrams?|milligrammes?", "mg"),
    (r"m[lL]\b|millilitres?|milliliters?", "mL"),
    (r"g\b|grams?\b|grammes?\b", "g"),
    (r"tablets?\b|pills?\b|capsules?\b|comprimés?\b|gélules?\b", "{tablet}"),
    (r"puffs?\b|bouffées?\b", "{puff}"),
    (r"units?\b|unités?\b|IU\b|UI\b", "U"),
    (r"minutes?\b|mins?\b", "min"),
    (r"hours?\b|hrs?\b|heures?\b|h\b", "h"),
    (r"days?\b|jours?\b", "d"),
    (r"weeks?\b|semaines?\b", "wk"),
    (r"months?\b|mois\b", "mo"),
    (r"years?\b|ans?\b|années?\b", "a"),
    (r"times?\b|fois\b", "{times}"),
)
_UNIT: Final = re.compile(
    r"[\s\u00a0\u202f-]?(?:" + "|".join(f"({pattern})" for pattern, _ in _UNITS) + ")",
    re.IGNORECASE,
)
_MONTHS: Final = {
    name: month
    for month, names in enumerate(
        (
            "january jan janvier janv",
            "february feb février fevrier févr",
            "march mar mars",
            "april apr avril avr",
            "may mai",
            "june jun juin",
            "july jul juillet juil",
            "august aug août aout",
            "september sep sept septembre",
            "october oct octobre",
            "november nov novembre",
            "december dec décembre decembre déc",
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH: Final = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DATES: Final = (
    (re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?=\D|$)"), "ymd"),
    (re.compile(r"\b(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b"), "dmy"),
    (
        re.compile(
            rf"\b(\d{{1,2}})(?:st|nd|rd|th|er)?(?: of)? {_MONTH}(?:,? (\d{{4}}))?", re.IGNORECASE
        ),
        "dMy",
    ),
    (
        re.compile(
            rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?(?:,? (\d{{4}}))?(?![:h\d])", re.IGNORECASE
        ),
        "Mdy",
    ),
)
_TIMES: Final = (
    re.compile(
        r"(?<![\d/])(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?(?!\d)(?:Z|[+-]\d{2}:\d{2})?\s?([ap]\.?m\b\.?)?",
        re.IGNORECASE,
    ),
    re.compile(r"\b(\d{1,2}) ?h ?(\d{2})\b()", re.IGNORECASE),
    re.compile(r"\b(\d{1,2})() ?([ap]\.?m\b\.?)", re.IGNORECASE),
    re.compile(r"(?<=\bà )(\d{1,2}) ?(?:h|heures)\b()()", re.IGNORECASE),
)
_NUMBER: Final = re.compile(
    r"(?<![\w.,])(?<![^\W\d_]-)"
    r"(\d{1,3}(?:[ \u00a0\u202f,.']\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)?)"
    r"(?![^\W\d_]*\d)"
)
_POINT: Final = re.compile(r"(?<=\d)[\u00b7\u066b\u2e33](?=\d)")
"""Decimal points of other scripts."""
_GLUED: Final = re.compile(r"(?<![\w.,])(\d+(?:[.,]\d+)?)(?=[^\W\d_])")
_NUMBERING: Final = re.compile(r"^[ \t]*(?:[-*] )?(\d{1,2})[.)](?=\s)", re.MULTILINE)
_PLAIN: Final = re.compile(
    r"\b(?:type|stage|grade|scale|stade|niveau|échelle) [1-5]\b|\b24/7\b|\b24 ?h(?:/| sur )24\b"
    r"|\bNEWS ?2\b|\bSp ?O ?2\b|\bCO ?2\b|\bO2\b|\bCOVID-19\b|\bom[eé]ga-3\b|\b12-lead\b"
    r"|\b[cm]?m[23]\b|\bHbA1c\b|\bvitamine? [BDK]\d{1,2}\b|\b(?:GLP-1|SGLT2|H1N1|T3|T4)\b",
    re.IGNORECASE,
)
_MEASURED: Final = frozenset({unit for _, unit in _UNITS} - {"{steps}", "{times}", "h", "d", "wk"})
"""Units that make a number even of the article before them."""
_HOURS: Final = 12


def numbers(text: str) -> list[Claim]:
    """Numbers alone, dates and times of day taken as what they are; shares have no value of theirs.

    >>> [(c.values, c.unit) for c in numbers("120/80 mmHg, 36,6 °C and 98%")]
    [((120.0,), None), ((80.0,), 'mm[Hg]'), ((36.6,), 'Cel'), ((98.0,), '%')]
    """
    return [claim for claim in claims(text) if claim.kind == "number" and claim.values]


def claims(text: str, allowed: Iterable[str] = ()) -> list[Claim]:
    """Everything in a text that needs a source, in its order.

    Args:
        text: An answer, or part of one.
        allowed: Exact texts that need none, such as the emergency number.

    Numbers of lists at the beginning of a line, names such as SpO2 and `type 2` need none either.

    """
    seen = _POINT.sub(".", "".join(_digit(char) for char in text))
    taken = [*_numbering(seen), *(match.span() for match in _PLAIN.finditer(seen))]
    for one in allowed:
        pattern = re.compile(rf"(?<![\d.,]){re.escape(one)}(?![\d]|[.,]\d)")
        taken += [match.span() for match in pattern.finditer(seen)]
    found: list[Claim] = []
    for claim in (
        *_dates(seen),
        *_times(seen),
        *_rare(seen),
        *_plain(seen),
        *_words(seen),
        *_leftovers(seen),
    ):
        if all(claim.end <= start or claim.start >= end for start, end in taken):
            taken.append((claim.start, claim.end))
            found.append(claim)
    return sorted(found, key=lambda claim: claim.start)


def _numbering(text: str) -> Iterator[tuple[int, int]]:
    """Numbers of a list: 1, 2, 3 at the beginnings of lines, and no other."""
    expected = 1
    for match in _NUMBERING.finditer(text):
        if int(match[1]) in {1, expected}:
            expected = int(match[1]) + 1
            yield match.span()


def _digit(char: str) -> str:
    """Any script's digit as an ASCII one, so that no other spelling slips through."""
    value = unicodedata.digit(char, None)
    return char if value is None else str(value)


def _dates(text: str) -> Iterator[Claim]:
    for pattern, order in _DATES:
        for match in pattern.finditer(text):
            parts = dict(zip(order, match.groups(), strict=True))
            named = parts.get("M")
            month = _MONTHS[named.casefold()] if named else int(parts["m"])
            date = (int(parts["y"] or 0), month, int(parts["d"]))
            if _is_date(*date):
                yield Claim("date", match[0], *match.span(), date=date)


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        dt.date(year or 2000, month, day)
    except ValueError:
        return False
    return True


def _times(text: str) -> Iterator[Claim]:
    for pattern in _TIMES:
        for match in pattern.finditer(text):
            hour, minute = int(match[1]), int(match[2] or 0)
            half = (match[3] or "").casefold()[:1]
            if half:
                hour = hour % _HOURS + (_HOURS if half == "p" else 0)
            if hour < 24 and minute < 60:  # noqa: PLR2004 - of a day and an hour
                yield Claim("time", match[0], *match.span(), minutes=hour * 60 + minute)


def _plain(text: str) -> Iterator[Claim]:
    for pattern in (_NUMBER, _GLUED):
        for match in pattern.finditer(text):
            values, decimals = _readings(match[1])
            yield _number_claim(text, match.start(1), match.end(1), values, decimals)


def _words(text: str) -> Iterator[Claim]:
    for start, end, value in worded(text):
        claim = _number_claim(text, start, end, (value,), 0 if value == int(value) else 1)
        if claim.unit in _MEASURED or claim.quote.casefold() not in ARTICLES:
            yield claim


def _rare(text: str) -> Iterator[Claim]:
    """Numbers, dates and times in less common forms."""
    for start, end in other_forms.shares(text):
        yield Claim("number", text[start:end], start, end, unit=other_forms.SHARE)
    for start, end, minutes in other_forms.noons(text):
        yield Claim("time", text[start:end], start, end, minutes=minutes)
    for start, end, day, month in other_forms.ordinal_days(text, _MONTH):
        date = (0, _MONTHS[month.casefold()], day)
        yield Claim("date", text[start:end], start, end, date=date)
    for start, end, value in other_forms.signs(text):
        # A half is no whole one, rounded.
        yield _number_claim(text, start, end, (value,), 0 if value.is_integer() else 2)


def _leftovers(text: str) -> Iterator[Claim]:
    """Digits in no form that is known: no way of writing a number goes past unseen."""
    for match in re.finditer(r"\d+", text):
        yield _number_claim(text, *match.span(), (float(match[0]),), 0)


def _number_claim(
    text: str, start: int, end: int, values: tuple[float, ...], decimals: int
) -> Claim:
    found = _UNIT.match(text, end)
    unit = _UNITS[(found.lastindex or 1) - 1][1] if found else None
    return Claim("number", text[start:end], start, end, values, decimals, unit)


def _readings(written: str) -> tuple[tuple[float, ...], int]:
    """What digits with separators can mean, and the decimals of it."""
    plain = re.sub(r"[ \u00a0\u202f']", "", written)
    separators = re.findall(r"[.,]", plain)
    if not separators:
        return (float(plain),), 0
    head, last = re.split(r"[.,](?=[^.,]*$)", plain)
    decimal = float(f"{re.sub('[.,]', '', head)}.{last}")
    if len(last) == 3 and len(set(separators)) == 1:  # noqa: PLR2004 - a group of thousands
        grouped = float(re.sub(r"[.,]", "", plain))
        return ((grouped, decimal), 0) if len(separators) == 1 else ((grouped,), 0)
    return (decimal,), len(last)
