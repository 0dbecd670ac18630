"""Appointment, Schedule and Slot: valid by the schema of R4 itself, searched, paged."""

from tests.api.test_fhir import ROOT, follow, matches, resource
from tests.support.http import People
from tests.support.visits import booked, day, provider


async def test_an_appointment_is_read_and_searched(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    stranger = await people.person("clinician")
    made = [
        await booked(patient, who, day(number), chief_complaint="Cough", priority="urgent")
        for number in (2, 3, 4)
    ]
    path = f"{ROOT}/Appointment"
    found = resource(await patient.get(f"{path}/{made[0]['id']}"))
    assert (found["status"], found["priority"], found["minutesDuration"]) == ("booked", 1, 30)
    assert found["reasonCode"] == [{"text": "Cough"}]
    actors = [one["actor"].get("reference") for one in found["participant"]]
    assert actors == [f"Patient/{patient.id}", f"Practitioner/{who.id}", None]
    assert (await stranger.get(f"{path}/{made[0]['id']}")).status_code == 404
    query = {"patient": f"Patient/{patient.id}"}
    first = resource(await who.person.get(path, **query, _count=2))
    following = {link["relation"]: link["url"] for link in first["link"]}["next"]
    rest = resource(await follow(who.person, following))
    ids = [one["id"] for one in [*matches(first), *matches(rest)]]
    assert sorted(ids) == sorted(one["id"] for one in made)
    on_day = {"date": day(3).date().isoformat()}
    assert [one["id"] for one in matches(resource(await patient.get(path, **query, **on_day)))] == [
        made[1]["id"]
    ]
    for more, count in (
        ({"_lastUpdated": f"ge{day(-1).date().isoformat()}"}, 3),
        ({"_lastUpdated": f"lt{day(-1).date().isoformat()}"}, 0),
        ({"practitioner": str(who.id)}, 3),
        ({"status": "booked"}, 3),
        ({"status": "cancelled,noshow"}, 0),
    ):
        assert len(matches(resource(await patient.get(path, **query, **more)))) == count
    everything = resource(await patient.get(f"{ROOT}/Patient/{patient.id}/$everything"))
    assert [one["resourceType"] for one in matches(everything)].count("Appointment") == 3


async def test_every_status_is_valid(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    made = await booked(patient, who, day(), appointment_type="video")
    theirs = []
    for status in ("confirmed", "checked_in", "completed", "no_show", "cancelled"):
        await people.db.execute(
            "UPDATE appointments SET status = %s WHERE id = %s", (status, made["id"])
        )
        found = resource(await patient.get(f"{ROOT}/Appointment/{made['id']}"))
        theirs.append(found["status"])
    assert theirs == ["booked", "checked-in", "fulfilled", "noshow", "cancelled"]


async def test_a_schedule_has_slots(people: People) -> None:
    who, patient = await provider(people), await people.patient()
    found = resource(await patient.get(f"{ROOT}/Schedule/{who.id}"))
    assert found["actor"][0]["reference"] == f"Practitioner/{who.id}"
    listed = resource(await patient.get(f"{ROOT}/Schedule", actor=f"Practitioner/{who.id}"))
    assert [one["id"] for one in matches(listed)] == [str(who.id)]
    late = f"lt{day(-9).date().isoformat()}"
    gone = await patient.get(f"{ROOT}/Schedule", _id=str(who.id), _lastUpdated=late)
    assert matches(resource(gone)) == []
    taken = await booked(patient, who, day())
    query = {"schedule": f"Schedule/{who.id}", "start": day().date().isoformat()}
    slots = matches(resource(await patient.get(f"{ROOT}/Slot", **query)))
    assert len(slots) == 48
    busy = [one for one in slots if one["status"] == "busy"]
    assert [one["start"] for one in busy] == [taken["appointment_date"]]
    assert "Owusu" not in str(slots)
    for one in (busy[0], slots[0]):
        assert resource(await patient.get(f"{ROOT}/Slot/{one['id']}")) == one
    free = matches(resource(await patient.get(f"{ROOT}/Slot", **query, status="free")))
    assert len(free) == 47
    first = resource(await patient.get(f"{ROOT}/Slot", **query, _count=30))
    following = {link["relation"]: link["url"] for link in first["link"]}["next"]
    rest = resource(await follow(patient, following))
    assert [*matches(first), *matches(rest)] == slots
    assert (await patient.get(f"{ROOT}/Slot")).status_code == 400
    for start in ("lt2020", "ge2300"):
        none = await patient.get(f"{ROOT}/Slot", schedule=str(who.id), start=start)
        assert matches(resource(none)) == [], start
    changed = await patient.get(f"{ROOT}/Slot", **query, _lastUpdated="ge2024")
    assert "_lastUpdated" in resource(changed, 400)["issue"][0]["details"]["text"]
    for wrong in ("x", f"{who.id.hex}-1", f"{who.id.hex}-99999999999"):
        assert (await patient.get(f"{ROOT}/Slot/{wrong}")).status_code == 404
