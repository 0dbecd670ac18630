"""Whose appointments a schedule tells, and to whom."""

import datetime as dt
from uuid import UUID

from tests.support.clinic import Clinic
from tests.support.http import People


def utc(day: dt.date, time: str) -> dt.datetime:
    return dt.datetime.combine(day, dt.time.fromisoformat(time), dt.UTC)


def path_of(provider_id: UUID, more: str = "availability/") -> str:
    return f"/api/providers/{provider_id}/{more}"


async def test_whose_appointments_are_told_to_those_who_may_know(
    people: People, clinic: Clinic, monday: dt.date
) -> None:
    account = await people.person("clinician")
    admin, stranger = await people.person("admin"), await people.person("clinician")
    patient, other = await people.patient(), await people.patient()
    provider_id = await clinic.provider(user_id=account.id)
    await clinic.time(provider_id, monday, "09:00", "12:00")
    await clinic.appointment(provider_id, patient.id, utc(monday, "09:00"))
    await clinic.appointment(provider_id, other.id, utc(monday, "10:00"))
    await clinic.appointment(provider_id, other.id, utc(monday, "11:00"), status="cancelled")
    path = path_of(provider_id, "schedule/")
    seen: dict[str, list[str | None]] = {}
    for name, who in (("own", account), ("admin", admin), ("patient", patient), ("no", stranger)):
        answer = await who.get(path, **{"from": f"{monday}", "to": f"{monday}"})
        assert answer.status_code == 200, answer.text
        shown = answer.json()
        assert [one["start"] for one in shown["appointments"]] == [
            f"{monday}T09:00:00Z",
            f"{monday}T10:00:00Z",
        ]
        assert [one["end"] for one in shown["availability"]] == [f"{monday}T12:00:00Z"]
        seen[name] = [one["patient_id"] for one in shown["appointments"]]
        for one in shown["appointments"]:
            assert (one["patient_id"] is None) == (one["patient_name"] is None)
            assert (one["patient_id"] is None) == (one["id"] is None)
    both = [str(patient.id), str(other.id)]
    assert seen == {"own": both, "admin": both, "patient": [both[0], None], "no": [None, None]}
