"""Alarms of groups of devices: who sees them, and what they speak for."""

import json
from uuid import UUID, uuid4

from tests.api.alarm_cases import done, soon
from tests.support.http import NOW, People, Person


async def group_alarm(people: People, *of: Person, hospital: UUID | None = None) -> UUID:
    """Commit the alarm of a group, with a child for each of these patients."""
    parent = uuid4()
    evidence = {"group": {"hospital_id": None if hospital is None else str(hospital)}}
    await people.db.execute(
        "INSERT INTO alarms (id, condition, category, priority, state, title, message,"
        " rule_version, started_at, activated_at, evidence)"
        " VALUES (%s, %s, 'technical', 'high', 'active_unacknowledged', 'Devices away together',"
        " '5 of 5 devices away', 'technical:1', %s, %s, %s)",
        (parent, f"storm:ward::{parent}", NOW, NOW, json.dumps(evidence)),
    )
    for patient in of:
        child = await people.alarm(patient, condition=f"no_data:{uuid4()}")
        await people.db.execute("UPDATE alarms SET parent_id = %s WHERE id = %s", (parent, child))
    return parent


async def sees(person: Person, alarm: UUID) -> bool:
    found = (await person.get(f"/api/alarms/{alarm}/")).status_code
    everything = (await person.get("/api/alarms/", limit=500)).json()["results"]
    listed = {one["id"] for one in everything}
    assert (found == 200) == (str(alarm) in listed)
    return found == 200


async def test_who_cares_for_a_child_sees_the_alarm_and_that_child_only(people: People) -> None:
    nurse, stranger = await people.person("clinician"), await people.person("clinician")
    mine, other = await people.patient(nurse), await people.patient()
    parent = await group_alarm(people, mine, other)
    assert await sees(nurse, parent)
    assert not await sees(stranger, parent)
    assert not await sees(mine, parent)
    answer = await nurse.get(f"/api/alarms/{parent}/children/")
    assert [one["patient"]["id"] for one in answer.json()["results"]] == [str(mine.id)]
    assert (await stranger.get(f"/api/alarms/{parent}/children/")).status_code == 404


async def test_an_administrator_sees_all_of_it(people: People) -> None:
    admin = await people.person("admin")
    parent = await group_alarm(people, await people.patient(), await people.patient())
    assert await sees(admin, parent)
    first = (await admin.get(f"/api/alarms/{parent}/children/", limit=1)).json()
    rest = await admin.get(f"/api/alarms/{parent}/children/", limit=1, cursor=first["next"])
    assert len({one["id"] for one in first["results"] + rest.json()["results"]}) == 2


async def listed(person: Person, **filters: object) -> set[str]:
    answer = await person.get("/api/alarms/", **filters)
    assert answer.status_code == 200, answer.text
    return {one["id"] for one in answer.json()["results"]}


async def test_a_list_leaves_out_whom_another_alarm_speaks_for(people: People) -> None:
    nurse = await people.person("clinician")
    one, other = await people.patient(nurse), await people.patient(nurse)
    parent, alone = await group_alarm(people, one, other), await people.alarm(one)
    assert await listed(nurse) == {str(parent), str(alone)}
    assert await listed(nurse, state="open") == {str(parent), str(alone)}
    assert len(await listed(nurse, parent=parent)) == 2
    of_one = await listed(nurse, patient=one.id)
    assert str(alone) in of_one
    assert len(of_one) == 2


async def test_who_works_at_the_hospital_sees_its_alarm(people: People) -> None:
    nurse, other = await people.person("clinician"), await people.person("clinician")
    hospital, provider = uuid4(), uuid4()
    await people.db.execute(
        "INSERT INTO hospitals (id, name) VALUES (%s, %s)", (hospital, str(hospital))
    )
    await people.db.execute(
        "INSERT INTO healthcare_providers (id, user_id, first_name, last_name, email,"
        " license_number) VALUES (%s, %s, '', '', %s, %s)",
        (provider, nurse.id, str(provider), str(provider)),
    )
    await people.db.execute(
        "INSERT INTO provider_hospitals (provider_id, hospital_id) VALUES (%s, %s)",
        (provider, hospital),
    )
    parent = await group_alarm(people, hospital=hospital)
    assert await sees(nurse, parent)
    assert not await sees(other, parent)


async def test_a_shelf_of_a_group_is_taken_down_by_whoever_sees_its_alarm(people: People) -> None:
    nurse, colleague = await people.person("clinician"), await people.person("clinician")
    stranger = await people.person("clinician")
    parent = await group_alarm(people, await people.patient(nurse), await people.patient(colleague))
    await done(nurse, parent, "shelve", {"until": soon(3_600), "reason": "the gateway is mended"})
    found = [
        (await one.get("/api/alarm-shelves/", standing=True)).json()["results"]
        for one in (nurse, colleague, stranger)
    ]
    assert [len(shelves) for shelves in found] == [1, 1, 0]
    end = f"/api/alarm-shelves/{found[0][0]['id']}/end/"
    assert (await stranger.post(end)).status_code == 404
    assert (await colleague.post(end)).status_code == 200


async def test_an_alarm_of_the_platform_is_the_administrators(people: People) -> None:
    admin, nurse = await people.person("admin"), await people.person("clinician")
    alarm = await group_alarm(people)
    assert await sees(admin, alarm)
    assert not await sees(nurse, alarm)
