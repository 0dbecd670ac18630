"""A medicine that somebody takes, and a clinician who prescribes, as tests need them."""

from typing import Any
from uuid import UUID, uuid4

from tests.support.http import People, Person


def of(patient: Person, more: str = "") -> str:
    return f"/api/patients/{patient.id}/medications/{more}"


async def enter(
    who: Person, patient: Person, medication_id: UUID, status: int = 201, **more: Any
) -> dict[str, Any]:
    body = {"medication_id": str(medication_id), "dosage": "1 tablet", **more}
    answer = await who.post(of(patient), body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def provider(people: People, clinician: Person) -> UUID:
    key = uuid4()
    await people.db.execute(
        "INSERT INTO healthcare_providers (id, user_id, first_name, last_name, email,"
        " license_number) VALUES (%s, %s, 'Kofi', 'Asante', %s, %s)",
        (key, clinician.id, f"{key}@x.example", str(key)),
    )
    return key
