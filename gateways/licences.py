"""Whether a licence number is one, and whose: by its check digit, or asked of the public register.

The number is the United States' National Provider Identifier (NPI): ten digits, the first of which
is 1 or 2, the last the check digit of Luhn's formula (ISO/IEC 7812-1) over all of them behind the
prefix 80840, which stands for health applications in the United States. The register is NPPES,
whose HTTP interface has version 2.1.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from gateways.http_calls import Request, ask, judge
from gateways.outgoing import TIMEOUT_SECONDS, RefusedError, TryLaterError

NPPES_URL: Final = "https://npiregistry.cms.hhs.gov/api/"
_NPI: Final = re.compile(r"[12][0-9]{9}")
_PREFIX: Final = "80840"
_INDIVIDUAL: Final = "NPI-1"
_ACTIVE: Final = "A"
_LONGEST_DIGIT: Final = 9

Reason = Literal["form", "check_digit", "unknown", "organization", "deactivated", "name"]


class UnavailableRegisterError(Exception):
    """The register could not be asked now."""

    def __init__(self, after_seconds: float | None = None) -> None:
        super().__init__()
        self.after_seconds = after_seconds


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a register says of a licence.

    Attributes:
        register: Which one: local, or nppes.
        reason: Why it is not valid; None: it is.

    """

    register: str
    reason: Reason | None = None

    @property
    def valid(self) -> bool:
        """Whether it is somebody's licence, as far as the register can tell."""
        return self.reason is None


class Licences(Protocol):
    """A register of licences."""

    async def check(self, number: str, first_name: str, last_name: str) -> Verdict:
        """Check a licence and, where the register knows, that it is this person's.

        Raises:
            UnavailableRegisterError: It could not be asked.

        """


class LocalLicences:
    """Looks at the number alone."""

    async def check(self, number: str, first_name: str, last_name: str) -> Verdict:  # noqa: ARG002
        """Form and check digit."""
        return Verdict("local", flaw(number))


class NppesLicences:
    """Asks the public register."""

    def __init__(self, url: str = NPPES_URL, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._url = url
        self._timeout_seconds = timeout_seconds

    async def check(self, number: str, first_name: str, last_name: str) -> Verdict:
        """Ask whose it is; numbers that cannot be one are not asked about.

        Raises:
            UnavailableRegisterError: No answer in time, too many questions, or one that is none.

        """
        if (reason := flaw(number)) is not None:
            return Verdict("nppes", reason)
        query = {"version": "2.1", "number": number}
        request = Request(self._url, method="GET", query=query)
        try:
            answer = await ask("licences", request, timeout_seconds=self._timeout_seconds)
            judge("licences", answer)
        except TryLaterError as error:
            raise UnavailableRegisterError(error.after_seconds) from error
        except RefusedError as error:
            raise UnavailableRegisterError from error
        said = _read(answer.body)
        reason = _refused(said) or _judged(said["results"], number, first_name, last_name)
        return Verdict("nppes", reason)


def licences(via: Literal["local", "nppes"], url: str = NPPES_URL) -> Licences:
    """Choose the register that the settings name."""
    return NppesLicences(url) if via == "nppes" else LocalLicences()


def flaw(number: str) -> Reason | None:
    """What is wrong with a number by itself; None: nothing.

    >>> flaw("1234567893"), flaw("1234567890"), flaw("GH-1234")
    (None, 'check_digit', 'form')
    """
    if not _NPI.fullmatch(number):
        return "form"
    return None if luhn(_PREFIX + number) else "check_digit"


def luhn(digits: str) -> bool:
    """Whether the last digit is the check digit of those before it (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > _LONGEST_DIGIT else value
    return total % 10 == 0


def _read(body: bytes) -> dict[str, Any]:
    """Read an answer: it has `results`, or `Errors` in their place.

    Raises:
        UnavailableRegisterError: It is no answer of this register.

    """
    try:
        said = json.loads(body)
    except ValueError as error:
        raise UnavailableRegisterError from error
    if not isinstance(said, dict) or not any(
        isinstance(said.get(name), list) for name in ("results", "Errors")
    ):
        raise UnavailableRegisterError
    return said


def _refused(said: Mapping[str, Any]) -> Reason | None:
    """What the register says in place of an entry: of a number out of service it shows none.

    Raises:
        UnavailableRegisterError: It did not take the question.

    """
    if "results" in said:
        return None
    words = " ".join(
        str(one.get("description", "")) for one in said["Errors"] if isinstance(one, dict)
    )
    if "deactivated" in words.casefold():
        return "deactivated"
    raise UnavailableRegisterError


def _judged(results: list[Any], number: str, first_name: str, last_name: str) -> Reason | None:
    found = next((one for one in results if _is(one, number)), None)
    if found is None:
        return "unknown"
    if found.get("enumeration_type") != _INDIVIDUAL:
        return "organization"
    basic = found.get("basic")
    known = basic if isinstance(basic, dict) else {}
    if known.get("status") != _ACTIVE:
        return "deactivated"
    return None if _same_person(found, known, first_name, last_name) else "name"


def _is(one: object, number: str) -> bool:
    return isinstance(one, dict) and str(one.get("number")) == number


def _same_person(
    found: Mapping[str, Any], basic: Mapping[str, Any], first_name: str, last_name: str
) -> bool:
    """By the name of the entry, or one of the other names it lists (a name before marriage)."""
    others = found.get("other_names")
    names = [basic, *(one for one in others if isinstance(one, dict))] if others else [basic]
    wanted = _letters(first_name), _letters(last_name)
    return any(
        (_letters(_name(one, "first_name")), _letters(_name(one, "last_name"))) == wanted
        for one in names
    )


def _name(one: Mapping[str, Any], key: str) -> str:
    return str(one.get(key) or "")


def _letters(name: str) -> str:
    """Letters alone, without case or accents: registers write in capitals.

    >>> _letters("N'Diaye-Sène") == _letters("NDIAYE SENE")
    True
    """
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(one for one in plain if one.isalpha())
