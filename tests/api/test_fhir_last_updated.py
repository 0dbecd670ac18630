"""Whoever polls for resources by `_lastUpdated` hears of every change of what they say, once."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from storage.engine import Database, ReadSession, connect
from storage.queries import intake
from storage.queries.fhir import settled
from tests.api.test_fhir import ROOT, follow, matches, resource
from tests.support.http import People, Person


class Poller:
    """Asks for one kind of resource since it asked last, as the CapabilityStatement says."""

    def __init__(self, who: Person, kind: str, **query: str) -> None:
        self._who, self._kind, self._query = who, kind, query
        self._since = "2000-01-01"

    async def poll(self) -> list[dict[str, Any]]:
        """What was changed, last changed first, by pages of one."""
        await asyncio.sleep(0.002)
        query = self._query | {"_count": "1", "_lastUpdated": f"ge{self._since}"}
        bundle = resource(await self._who.get(f"{ROOT}/{self._kind}", **query))
        found, self._since = matches(bundle), bundle["timestamp"]
        while following := {one["relation"]: one["url"] for one in bundle["link"]}.get("next"):
            bundle = resource(await follow(self._who, following))
            assert "timestamp" not in bundle, "that of the first page is the one to go on from"
            found += matches(bundle)
        times = [one["meta"]["lastUpdated"] for one in found]
        assert times == sorted(times, reverse=True)
        for one in found:
            read = resource(await self._who.get(f"{ROOT}/{self._kind}/{one['id']}"))
            # A Schedule says from when on it holds, which is now.
            assert read | {"planningHorizon": None} == one | {"planningHorizon": None}
        return found

    async def ids(self) -> list[str]:
        """Ids of what was changed."""
        return [one["id"] for one in await self.poll()]


async def test_a_device_is_told_when_it_is_another_one(people: People) -> None:
    patient = await people.patient()
    older, newer = await people.device(patient), await people.device(patient)
    poller = Poller(patient, "Device", patient=f"Patient/{patient.id}")
    assert await poller.ids() == [str(newer), str(older)]
    assert await poller.ids() == []

    async def says(firmware: str | None) -> None:
        status = ([older], [1], [True], [80.0], [firmware], [None])
        await people.db.execute(intake.SET_STATUS, status)

    await says(None)
    assert await poller.ids() == [], "what it measures and how it is, is in no Device"
    await says("2.1")
    (found,) = await poller.poll()
    assert found["version"] == [{"value": "2.1"}]
    await says("2.1")
    assert await poller.ids() == []
    answer = await patient.patch(f"/api/iot/devices/{newer}/", {"name": "Left wrist"})
    assert answer.status_code == 200, answer.text
    (found,) = await poller.poll()
    assert (found["id"], found["deviceName"][0]["name"]) == (str(newer), "Left wrist")


async def test_an_alarm_is_told_with_its_next_step(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    first = await people.alarm(patient, condition="heart_rate_high")
    second = await people.alarm(patient, condition="spo2_low")
    poller = Poller(nurse, "DetectedIssue", patient=f"Patient/{patient.id}")
    assert set(await poller.ids()) == {str(first), str(second)}
    assert await poller.ids() == []
    answer = await nurse.post(f"/api/alarms/{first}/acknowledge/")
    assert answer.status_code == 200, answer.text
    (found,) = await poller.poll()
    assert (found["id"], found["status"]) == (str(first), "final")
    assert await poller.ids() == []


async def test_an_alarm_that_another_one_speaks_for_is_told_as_well(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    parent, child = [
        await people.alarm(patient, condition=one) for one in ("gateway_offline", "device_offline")
    ]
    poller = Poller(nurse, "DetectedIssue")
    assert set(await poller.ids()) == {str(parent), str(child)}
    await people.db.execute(
        "UPDATE alarms SET parent_id = %s, updated_at = now() WHERE id = %s", (parent, child)
    )
    assert await poller.ids() == [str(child)]


async def works(people: People, specialization: str) -> tuple[UUID, UUID]:
    """Commit a provider who works at a hospital."""
    provider, hospital = uuid4(), uuid4()
    await people.db.execute(
        "INSERT INTO hospitals (id, name) VALUES (%s, %s)", (hospital, f"Hospital {hospital}")
    )
    await people.db.execute(
        "INSERT INTO healthcare_providers (id, first_name, last_name, email, license_number,"
        " specialization) VALUES (%s, 'Efua', 'Mensah', %s, %s, %s)",
        (provider, f"{provider}@clinic.example", str(provider), specialization),
    )
    await people.db.execute(
        "INSERT INTO provider_hospitals (provider_id, hospital_id) VALUES (%s, %s)",
        (provider, hospital),
    )
    return provider, hospital


async def test_work_at_a_hospital_is_told_when_it_is_another(people: People) -> None:
    patient = await people.patient()
    provider, hospital = await works(people, "cardiology")
    poller = Poller(patient, "PractitionerRole", practitioner=str(provider))
    assert await poller.ids() == [provider.hex + hospital.hex]
    assert await poller.ids() == []

    async def change(values: str) -> None:
        await people.db.execute(
            f"UPDATE healthcare_providers SET {values} WHERE id = %s",  # noqa: S608 - constants of this test
            (provider,),
        )

    await change("bio = 'Since 1998.', specialization = 'cardiology'")
    assert await poller.ids() == []
    await change("specialization = 'paediatrics'")
    (found,) = await poller.poll()
    assert found["specialty"] == [{"text": "paediatrics"}]
    await change("is_active = false")
    (found,) = await poller.poll()
    assert found["active"] is False
    assert (
        await Poller(patient, "PractitionerRole", active="true", practitioner=str(provider)).poll()
        == []
    )


async def test_a_patient_is_told_when_they_are_another(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    poller = Poller(nurse, "Patient", _id=str(patient.id))
    assert await poller.ids() == [str(patient.id)]
    assert await poller.ids() == []
    for gender in ("female", "other"):
        answer = await patient.patch("/api/auth/profile/", {"gender": gender})
        assert answer.status_code == 200, answer.text
        (found,) = await poller.poll()
        assert found["gender"] == gender
    answer = await patient.patch("/api/auth/profile/", {"height": 180})
    assert answer.status_code == 200, answer.text
    assert await poller.ids() == [], "how tall they are, is in no Patient"


async def test_somebody_who_becomes_a_patient_is_told(people: People) -> None:
    admin = await people.person("admin")
    person = await people.person("developer")
    poller = Poller(admin, "Patient", _id=str(person.id))
    assert await poller.ids() == []
    await people.db.execute(
        "INSERT INTO user_roles (user_id, role_id) SELECT %s, id FROM roles WHERE name = 'patient'",
        (person.id,),
    )
    assert await poller.ids() == [str(person.id)]


async def test_a_login_is_no_change(people: People) -> None:
    registered = {
        "email": f"{uuid4()}@clinic.example",
        "password": "correct horse battery",
        "first_name": "Ama",
        "last_name": "Owusu",
    }
    answer = await people.client.post("/api/auth/register/", json=registered)
    assert answer.status_code == 201, answer.text
    person = Person(answer.json()["user"]["id"], people.client, answer.json()["access"])
    poller = Poller(person, "Patient", _id=str(person.id))
    assert await poller.ids() == [str(person.id)]
    login = {name: registered[name] for name in ("email", "password")}
    assert (await people.client.post("/api/auth/login/", json=login)).status_code == 200
    assert await poller.ids() == []


async def test_what_begins_while_the_others_are_looked_at_is_told_the_next_time(
    database_url: str,
) -> None:
    """It is not among those that were looked at, so the clock is that of before."""
    database = Database(database_url, pool_size=1)
    async with ReadSession(database.engines[0]) as looking:
        began = (await looking.execute(select(func.now()))).scalar_one()
        await asyncio.sleep(0.002)
        assert await settled(looking) <= began
    await database.close()


@pytest.mark.parametrize("kind", ["Practitioner", "Schedule", "PractitionerRole"])
async def test_what_is_being_changed_is_told_the_next_time(
    people: People, database_url: str, kind: str
) -> None:
    """A change says that it was at the beginning of its transaction, and is seen at the end."""
    patient = await people.patient()
    provider, _ = await works(people, "cardiology")
    whose = "practitioner" if kind == "PractitionerRole" else "_id"
    poller = Poller(patient, kind, **{whose: str(provider)})
    assert len(await poller.poll()) == 1
    async with (
        await connect(database_url, application_name="test") as changing,
        changing.transaction(),
    ):
        await changing.execute("SELECT now()")
        await asyncio.sleep(0.01)
        assert await poller.poll() == []
        await changing.execute(
            "UPDATE healthcare_providers SET specialization = 'surgery', updated_at = now()"
            " WHERE id = %s",
            (provider,),
        )
        assert await poller.poll() == []
    assert len(await poller.poll()) == 1
