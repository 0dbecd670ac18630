"""Licences: the check digit, and the public register by its published answers."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.licences import (
    LocalLicences,
    NppesLicences,
    UnavailableRegisterError,
    flaw,
    licences,
    luhn,
)
from tests.support.servers import Answered, serving

NUMBER = "1245319599"
ENTRY: dict[str, Any] = {
    "created_epoch": "1115251200000",
    "enumeration_type": "NPI-1",
    "last_updated_epoch": "1573138062000",
    "number": NUMBER,
    "addresses": [
        {
            "country_code": "US",
            "country_name": "United States",
            "address_purpose": "LOCATION",
            "address_type": "DOM",
            "address_1": "1 MAIN ST",
            "city": "BALTIMORE",
            "state": "MD",
            "postal_code": "212181234",
            "telephone_number": "410-555-0100",
        }
    ],
    "practiceLocations": [],
    "basic": {
        "first_name": "ZOË",
        "last_name": "O'NEILL-SÈNE",
        "credential": "M.D.",
        "sole_proprietor": "NO",
        "sex": "F",
        "enumeration_date": "2005-05-05",
        "last_updated": "2019-11-07",
        "status": "A",
        "name_prefix": "Dr.",
    },
    "taxonomies": [
        {
            "code": "207RC0000X",
            "taxonomy_group": "",
            "desc": "Internal Medicine, Cardiovascular Disease",
            "state": "MD",
            "license": "D0000001",
            "primary": True,
        }
    ],
    "identifiers": [],
    "endpoints": [],
    "other_names": [],
}
NOT_FOUND = {"result_count": 0, "results": []}
OUT_OF_SERVICE = {
    "Errors": [
        {
            "description": f"CMS deactivated NPI {NUMBER}. It can no longer be used.",
            "field": "number",
            "number": "11",
        }
    ]
}
NO_QUESTION = {
    "Errors": [{"description": "Unsupported Version", "field": "version", "number": "19"}]
}


def answer(said: Any) -> Answered:
    return Answered(200, json.dumps(said).encode(), {"Content-Type": "application/json"})


def entry(**basic: Any) -> dict[str, Any]:
    return {"result_count": 1, "results": [{**ENTRY, "basic": {**ENTRY["basic"], **basic}}]}


async def ask(said: Answered, *name: str, number: str = NUMBER) -> str | None:
    async with serving(lambda _asked: said) as server:
        register = NppesLicences(server.url, timeout_seconds=0.5 if said.after_seconds else 10)
        verdict = await register.check(number, *(name or ("Zoë", "O'Neill-Sène")))
    assert verdict.register == "nppes"
    return verdict.reason


@given(st.integers(10**7, 10**8 - 1), st.integers(0, 8), st.integers(1, 9))
def test_any_single_wrong_digit_is_found(stem: int, place: int, wrong_by: int) -> None:
    body = f"1{stem:08d}"
    right = next(body + str(n) for n in range(10) if luhn("80840" + body + str(n)))
    assert flaw(right) is None
    wrong = right[:place] + str((int(right[place]) + wrong_by) % 10) + right[place + 1 :]
    assert flaw(wrong) in {"check_digit", "form"}


@pytest.mark.parametrize(
    "number", ["", "123456789", "12345678931", "3234567893", "1" + "\uff12" * 9]
)
async def test_what_has_not_the_form(number: str) -> None:
    verdict = await LocalLicences().check(number, "Ama", "Owusu")
    assert (verdict.valid, verdict.reason) == (False, "form")


async def test_the_published_example_is_valid_by_itself() -> None:
    verdict = await licences("local").check("1234567893", "Ama", "Owusu")
    assert (verdict.valid, verdict.register) == (True, "local")


async def test_the_register_is_asked_in_its_version_for_one_number() -> None:
    async with serving(lambda _asked: answer(entry())) as server:
        register = licences("nppes", f"{server.url}/api/")
        verdict = await register.check(NUMBER, "zoe", "ONEILL SENE")
    assert verdict.valid
    [asked] = server.asked
    assert (asked.method, asked.path) == ("GET", "/api/")
    assert asked.query == {"version": ["2.1"], "number": [NUMBER]}


async def test_a_number_that_cannot_be_one_is_not_asked_about() -> None:
    async with serving(lambda _asked: answer(entry())) as server:
        verdict = await NppesLicences(server.url).check("1245319590", "Zoë", "O'Neill-Sène")
    assert verdict.reason == "check_digit"
    assert server.asked == []


async def test_what_the_register_says() -> None:
    assert await ask(answer(entry())) is None
    assert await ask(answer(NOT_FOUND)) == "unknown"
    assert await ask(answer(OUT_OF_SERVICE)) == "deactivated"
    assert await ask(answer(entry(status="D"))) == "deactivated"
    assert await ask(answer(entry()), "Ama", "Owusu") == "name"
    organization = {**ENTRY, "enumeration_type": "NPI-2", "basic": {"organization_name": "X"}}
    assert await ask(answer({"result_count": 1, "results": [organization]})) == "organization"
    another = {**ENTRY, "number": "1003000126"}
    assert await ask(answer({"result_count": 1, "results": [another]})) == "unknown"


async def test_a_name_before_marriage_counts() -> None:
    former = {"type": "Former Name", "code": "1", "first_name": "ZOE", "last_name": "MENSAH"}
    said = {"result_count": 1, "results": [{**ENTRY, "other_names": [former]}]}
    assert await ask(answer(said), "Zoe", "Mensah") is None


@pytest.mark.parametrize(
    "said",
    [
        Answered(500),
        Answered(429, headers={"Retry-After": "7"}),
        Answered(403, b"<html>"),
        Answered(302, headers={"Location": "http://127.0.0.1:1/"}),
        Answered(200, b"<html>Service unavailable</html>"),
        Answered(200, b'["results"]'),
        Answered(200, b'{"result_count": 1}'),
        answer(NO_QUESTION),
        Answered(200, b"{}", after_seconds=30),
    ],
    ids=["500", "429", "403", "302", "html", "list", "nothing", "version", "slow"],
)
async def test_a_register_that_does_not_answer_says_nothing_of_a_licence(said: Answered) -> None:
    with pytest.raises(UnavailableRegisterError) as raised:
        await ask(said)
    assert raised.value.after_seconds == (7 if said.status == 429 else None)


async def test_nobody_there() -> None:
    async with serving(lambda _asked: answer(entry())) as server:
        url = server.url
    with pytest.raises(UnavailableRegisterError):
        await NppesLicences(url, timeout_seconds=0.5).check(NUMBER, "Zoë", "O'Neill-Sène")
