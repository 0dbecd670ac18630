"""Who is told when a patient stops a prescription or reports a severe side effect."""

from typing import Any

from httpx import Response

from tests.api.medicine_cases import enter, of, provider
from tests.support.http import People, Person
from tests.support.queries import counted


async def test_a_severe_side_effect_is_told_to_those_who_care(people: People) -> None:
    doctor, stranger = await people.person("clinician"), await people.person("clinician")
    await provider(people, doctor)
    patient = await people.patient(doctor)
    mine = await enter(doctor, patient, await people.medication())
    path = of(patient, f"{mine['id']}/side-effects/")

    async def told(who: Person) -> list[Any]:
        cursor = await people.db.execute(
            "SELECT payload FROM notifications WHERE user_id = %s AND kind = 'side_effect'",
            (who.id,),
        )
        return [row[0] for row in await cursor.fetchall()]

    mild: Response = await patient.post(path, {"description": "Dry mouth", "severity": "mild"})
    assert (mild.status_code, await told(doctor)) == (201, [])
    await patient.post(path, {"description": "Swollen face", "severity": "severe"})
    (payload,) = await told(doctor)
    assert "Swollen" not in str(payload)
    assert (await told(stranger), await told(patient)) == ([], [])
    listed = (await doctor.get(path)).json()["results"]
    assert {one["severity"] for one in listed} == {"mild", "severe"}


async def test_however_many_care_a_side_effect_costs_the_same(people: People) -> None:
    costs = []
    for count in (1, 4):
        carers = [await people.person("clinician") for _ in range(count)]
        patient = await people.patient(*carers)
        mine = await enter(patient, patient, await people.medication())
        path = of(patient, f"{mine['id']}/side-effects/")
        with counted(people.parts.database) as statements:
            answer = await patient.post(path, {"description": "Hives", "severity": "severe"})
        assert answer.status_code == 201, answer.text
        costs.append(len(statements))
    assert costs[0] == costs[1]


async def test_the_prescriber_is_told_when_the_patient_pauses_or_stops_it(people: People) -> None:
    doctor, colleague = await people.person("clinician"), await people.person("clinician")
    await provider(people, doctor)
    patient = await people.patient(doctor, colleague)
    medication = await people.medication("Metformin")
    mine = await enter(doctor, patient, medication)
    own = await enter(patient, patient, await people.medication("Aspirin"))
    path = of(patient, f"{mine['id']}/status/")

    async def told(who: Person) -> list[Any]:
        cursor = await people.db.execute(
            "SELECT payload FROM notifications WHERE user_id = %s AND kind = 'prescription'"
            " ORDER BY created_at",
            (who.id,),
        )
        return [row[0] for row in await cursor.fetchall()]

    async def to(who: Person, status: str, where: str = path) -> None:
        answer = await who.post(where, {"status": status, "reason": "It itches"})
        assert answer.status_code == 200, answer.text

    await to(patient, "paused")
    await to(patient, "active")
    await to(patient, "stopped")
    found = await told(doctor)
    assert [one["change"] for one in found] == ["paused", "stopped"]
    assert "Metformin" not in str(found)
    assert "itches" not in str(found)
    assert await told(colleague) == []
    # Who did it knows; of what patients take on their own nobody is told.
    await to(doctor, "active")
    await to(doctor, "stopped")
    await to(patient, "stopped", of(patient, f"{own['id']}/status/"))
    assert len(await told(doctor)) == 2
    # Nor who may not see the patient any more.
    await to(doctor, "active")
    await people.end_care(doctor, patient)
    await to(patient, "paused")
    assert len(await told(doctor)) == 2


async def test_a_prescriber_without_an_account_gets_a_letter_that_names_nobody(
    people: People,
) -> None:
    doctor = await people.person("clinician")
    await provider(people, doctor)
    patient = await people.patient(doctor)
    mine = await enter(doctor, patient, await people.medication("Metformin"))
    await people.db.execute(
        "UPDATE healthcare_providers SET user_id = NULL WHERE user_id = %s", (doctor.id,)
    )

    async def letters() -> list[tuple[str, dict[str, Any]]]:
        cursor = await people.db.execute(
            "SELECT kind, payload FROM notifications WHERE recipient = %s ORDER BY created_at",
            (f"provider:{mine['prescribed_by']['id']}",),
        )
        return await cursor.fetchall()

    report = {"description": "Swollen face", "severity": "severe"}
    await patient.post(of(patient, f"{mine['id']}/side-effects/"), report)
    await patient.post(of(patient, f"{mine['id']}/status/"), {"status": "stopped"})
    found = await letters()
    assert [kind for kind, _ in found] == ["side_effect", "prescription"]
    for _, payload in found:
        assert payload["reference"] == mine["id"]
        assert str(patient.id) not in str(payload)
        assert "Metformin" not in str(payload)
    await people.db.execute(
        "UPDATE healthcare_providers SET is_active = false WHERE id = %s",
        (mine["prescribed_by"]["id"],),
    )
    await patient.post(of(patient, f"{mine['id']}/side-effects/"), report)
    assert len(await letters()) == 2
