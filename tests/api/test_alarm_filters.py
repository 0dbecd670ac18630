"""Alarms are found by what they are about, whose they are, when they began, and by words."""

from tests.api.alarm_cases import MINUTE, done
from tests.support.http import NOW, People
from tests.support.queries import counted


async def test_filters_find_what_they_say(people: People) -> None:
    nurse = await people.person("clinician")
    patient, other = await people.patient(nurse), await people.patient(nurse)
    await people.db.execute(
        "INSERT INTO encounters (patient_id, ward, period_start) VALUES (%s, 'W7', now())",
        (patient.id,),
    )
    device = await people.device(other)
    old = await people.alarm(patient, started_at=NOW - 60 * MINUTE, priority="low")
    technical = await people.alarm(other, condition=f"no_data:{device}")
    await people.db.execute(
        "UPDATE alarms SET category = 'technical', device_id = %s, title = 'No data',"
        " message = 'Nothing from Monitor' WHERE id = %s",
        (device, technical),
    )
    found_late = await people.alarm(other, state="closed", condition="news2")
    await people.db.execute("UPDATE alarms SET retrospective = true WHERE id = %s", (found_late,))
    await done(nurse, old, "assign", {"assignee_id": str(nurse.id)})

    async def ids(**query: object) -> set[str]:
        answer = await nurse.get("/api/alarms/", **query)
        assert answer.status_code == 200, answer.text
        return {one["id"] for one in answer.json()["results"]}

    everything = {str(old), str(technical), str(found_late)}
    assert await ids() == everything
    assert await ids(category="technical") == {str(technical)}
    assert await ids(device=device) == {str(technical)}
    assert await ids(ward="W7") == {str(old)}
    assert await ids(assignee="me") == await ids(assignee=nurse.id) == {str(old)}
    assert await ids(assignee="none") == everything - {str(old)}
    assert await ids(condition="news2") == await ids(retrospective=True) == {str(found_late)}
    assert await ids(retrospective=False) == everything - {str(found_late)}
    assert await ids(until=(NOW - 30 * MINUTE).isoformat()) == {str(old)}
    assert await ids(since=(NOW - 30 * MINUTE).isoformat()) == everything - {str(old)}
    assert await ids(text="moni nothing") == {str(technical)}
    assert await ids(text="'; drop | & !") == set()
    for bad in (
        {"assignee": "nobody"},
        {"since": NOW.isoformat(), "until": NOW.isoformat()},
        {"text": "&"},
        {"category": "odd"},
        {"device": "x"},
        {"since": "0001-01-01T00:00:00+14:00"},
        {"until": "9999-12-31T23:59:59-14:00"},
        {"until": "1795404289"},
    ):
        assert (await nurse.get("/api/alarms/", **bad)).status_code in {400, 422}


async def test_no_filter_costs_more_statements(people: People) -> None:
    nurse = await people.person("clinician")
    await people.alarm(await people.patient(nurse))
    for query in ({}, {"ward": "W1"}, {"assignee": "me"}, {"text": "rate"}, {"state": "open"}):
        with counted(people.parts.database) as statements:
            assert (await nurse.get("/api/alarms/", **query)).status_code == 200
        assert len(statements) == 1
