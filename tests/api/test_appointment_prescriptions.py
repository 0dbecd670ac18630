"""What a completed visit prescribes: warnings between its medicines, its days, each once."""

import datetime as dt
from typing import Any
from uuid import UUID

from httpx import Response

from tests.support.http import People, Person
from tests.support.visits import HOUR, inserted, provider

LIST = "/api/appointments/"


class Visit:
    """A patient who is checked in with a provider."""

    def __init__(self, people: People, doctor: Person, patient: Person, key: UUID) -> None:
        self.people, self.doctor, self.patient, self.key = people, doctor, patient, key

    async def complete(self, *prescriptions: dict[str, Any]) -> Response:
        """Complete it with these."""
        body = {"diagnosis": "Atrial fibrillation", "prescriptions": prescriptions}
        return await self.doctor.post(f"{LIST}{self.key}/complete/", body)

    async def taken(self) -> list[tuple[Any, ...]]:
        """What the patient takes now, from when and why in spite of warnings."""
        cursor = await self.people.db.execute(
            "SELECT medication_id, start_date, acknowledgement_reason FROM user_medications"
            " WHERE user_id = %s ORDER BY acknowledgement_reason",
            (self.patient.id,),
        )
        return list(await cursor.fetchall())


async def visit(people: People, at: dt.datetime, zone: str = "UTC") -> Visit:
    who, patient = await provider(people), await people.patient()
    await people.db.execute("UPDATE users SET time_zone = %s WHERE id = %s", (zone, patient.id))
    key = await inserted(people, patient, who, at, status="checked_in")
    return Visit(people, who.person, patient, key)


def item(medication: UUID, **more: Any) -> dict[str, Any]:
    return {
        "medication_id": str(medication),
        "dosage": "1 tablet",
        "frequency": "once daily",
        **more,
    }


def fields(answer: Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(one["field"], one["reason"]) for one in answer.json()["errors"]]


async def test_two_of_one_visit_that_do_not_go_together_are_told(people: People) -> None:
    found = await visit(people, dt.datetime.now(dt.UTC) - HOUR)
    warfarin = await people.medication("Warfarin", generic_name="warfarin")
    aspirin = await people.medication(
        "Aspirin", generic_name="aspirin", interactions="severe: warfarin - bleeding"
    )
    answer = await found.complete(item(warfarin), item(aspirin))
    problem = answer.json()
    assert (answer.status_code, problem["type"]) == (409, "urn:jeghealth:problem:warned")
    assert [one["field"] for one in problem["errors"]] == ["prescriptions.1.acknowledgement"]
    [warning] = problem["warnings"]
    assert (warning["prescription"], warning["severity"]) == (1, "severe")
    assert (warning["about_id"], warning["quote"]) == (
        str(warfarin),
        "severe: warfarin - bleeding",
    )
    assert "warfarin" in warning["about"].lower()
    assert await found.taken() == []
    why = "INR is watched weekly"
    answer = await found.complete(item(warfarin), item(aspirin, acknowledgement=why))
    assert answer.status_code == 200, answer.text
    assert [(row[0], row[2]) for row in await found.taken()] == [(warfarin, ""), (aspirin, why)]


async def test_the_first_day_is_that_of_the_visit_where_the_patient_is(people: People) -> None:
    at = dt.datetime(2026, 3, 2, 13, 0, tzinfo=dt.UTC)
    found = await visit(people, at, "Pacific/Kiritimati")
    medication = await people.medication("Amlo")
    assert (await found.complete(item(medication))).status_code == 200
    assert await found.taken() == [(medication, dt.date(2026, 3, 3), "")]


async def test_what_is_wrong_with_a_prescription_names_its_field(people: People) -> None:
    found = await visit(people, dt.datetime.now(dt.UTC) - HOUR)
    medication, other = await people.medication("Amlo"), await people.medication("Biso")
    early = {"start_date": "2026-03-02", "end_date": "2026-03-01"}
    assert fields(await found.complete(item(other), item(medication, **early))) == [
        ("prescriptions.1.end_date", "must not be before the first day")
    ]
    before_the_visit = item(medication, end_date="2020-01-01")
    assert fields(await found.complete(before_the_visit))[0][0] == "prescriptions.0.end_date"
    twice = await found.complete(item(medication), item(other), item(medication))
    assert fields(twice) == [
        ("prescriptions.2.medication_id", "is prescribed in this visit already")
    ]
    assert await found.taken() == []


async def test_a_strength_that_the_name_has_is_said_once(people: People) -> None:
    found = await visit(people, dt.datetime.now(dt.UTC) - HOUR)
    named = await people.medication("Warfarin 5 mg tablets", strength="5 mg")
    bare = await people.medication("Amlo", strength="5 mg")
    other = await people.medication("Biso 25 mg", strength="5 mg")
    answer = await found.complete(item(named), item(bare), item(other))
    lines = answer.json()["prescribed_medications"].splitlines()
    assert [line.partition(",")[0] for line in lines] == [
        "Warfarin 5 mg tablets",
        "Amlo 5 mg",
        "Biso 25 mg 5 mg",
    ]
