"""Of many who want one time, one gets it."""

import asyncio
from typing import Any

import pytest
from httpx import Response

from tests.support.http import People, Person
from tests.support.visits import booked, day, provider, wish

LIST = "/api/appointments/"


async def patiently(person: Person, body: dict[str, Any]) -> Response:
    """Ask, and again where a busy machine says to come back shortly."""
    while (answer := await person.post(LIST, body)).status_code == 503:
        assert answer.headers["retry-after"]
    return answer


@pytest.mark.parametrize("who_is_busy", ["provider", "patient"])
async def test_of_two_hundred_who_want_one_time_one_gets_it(
    people: People, who_is_busy: str
) -> None:
    """Each comes over HTTP; whoever is second is told so by the database, and nobody waits long."""
    if who_is_busy == "provider":
        providers = [await provider(people)] * 200
        patients = [await people.patient() for _ in range(200)]
    else:
        providers = [await provider(people) for _ in range(20)] * 10
        patients = [await people.patient()] * 200
    at = day()
    answers = await asyncio.gather(
        *(
            patiently(patient, wish(who, at))
            for patient, who in zip(patients, providers, strict=True)
        )
    )
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [201] + [409] * 199


async def test_two_who_move_to_one_time_do_not_both_get_it(people: People) -> None:
    who = await provider(people)
    patients = [await people.patient() for _ in range(20)]
    made = [await booked(one, who, day(4, number)) for number, one in enumerate(patients)]
    answers = await asyncio.gather(
        *(
            one.patch(f"{LIST}{own['id']}/", {"appointment_date": day(5).isoformat()})
            for one, own in zip(patients, made, strict=True)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
