"""Roles, consents, emergencies and who saw whom, as people meet them."""

from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text as sql

from stack.services.place import REPOSITORY
from storage.access import PURPOSES
from storage.audit_check import verify
from storage.engine import connect
from storage.permissions import PERMISSIONS, ROLES
from storage.queries import accounts
from storage.queries.care import Viewer, may_see
from tests.api.test_events import reading
from tests.support.http import People, Person


async def consent(patient: Person, scope: str, grantee: object = None) -> Any:
    body = {"scope": scope, "version": 1}
    return await patient.post(
        "/api/consents/", body | ({"grantee_id": str(grantee)} if grantee else {})
    )


async def sees(who: Person, patient: Person) -> bool:
    return (await who.get(f"/api/patients/{patient.id}/")).status_code == 200


async def test_the_database_grants_what_the_reference_says(people: People) -> None:
    admin = await people.person("admin")
    told = (await admin.get("/api/roles/")).json()
    assert told["permissions"] == PERMISSIONS
    held = {one["name"]: frozenset(one["permissions"]) for one in told["results"]}
    assert {name: held[name] for name in ROLES} == ROLES


async def test_a_role_counts_at_the_next_request_and_says_who_gave_it(people: People) -> None:
    admin, person = await people.person("admin"), await people.person("patient")
    path = f"/api/users/{person.id}/roles/"
    assert (await person.get("/api/escalation-policies/")).status_code == 403
    assert (await admin.post(path, {"role": "clinician"})).status_code == 201
    assert (await admin.post(path, {"role": "clinician"})).status_code == 200
    assert (await person.get("/api/escalation-policies/")).status_code == 200
    clinician, _ = (await admin.get(path)).json()["results"]
    assert (clinician["role"], clinician["assigned_by_id"]) == ("clinician", str(admin.id))
    taken = await people.client.delete(f"{path}clinician/", headers=admin.headers)
    again = await people.client.delete(f"{path}clinician/", headers=admin.headers)
    assert (taken.status_code, again.status_code) == (204, 404)
    assert (await person.get("/api/escalation-policies/")).status_code == 403


async def test_a_consent_opens_and_its_end_closes_at_once(people: People) -> None:
    nurse, patient = await people.person("clinician"), await people.patient()
    assert not await sees(nurse, patient)
    given = await consent(patient, "share_with_clinician", nurse.id)
    assert (given.status_code, given.json()["grantee_name"]) == (201, "Ama Owusu")
    assert (await consent(patient, "share_with_clinician", nurse.id)).status_code == 200
    assert await sees(nurse, patient)
    seen_by = (await patient.get(f"/api/patients/{patient.id}/viewers/")).json()["results"]
    assert (str(nurse.id), "consent") in [(one["id"], one["kind"]) for one in seen_by]
    async with reading(people, nurse) as stream:
        hub = people.parts.hub
        hub.note("jeg_vitals", str(patient.id))
        assert (await stream.next())[0] == "board"
        revoked = await patient.post(f"/api/consents/{given.json()['id']}/revoke/")
        assert revoked.json()["revoked_at"] is not None
        hub.note("jeg_vitals", str(patient.id))
        await stream.nothing()
    assert not await sees(nurse, patient)
    (history,) = (await patient.get("/api/consents/")).json()["results"]
    assert history["revoked_at"] == revoked.json()["revoked_at"]


async def test_consents_are_for_whom_and_what_they_can_be(people: People) -> None:
    patient, other = await people.patient(), await people.patient()
    assert (await consent(patient, "share_with_clinician")).status_code == 422
    assert (await consent(patient, "share_with_clinician", other.id)).status_code == 422
    assert (await consent(patient, "share_with_hospital", uuid4())).status_code == 422
    assert (await consent(patient, "research", uuid4())).status_code == 422
    old = await patient.post("/api/consents/", {"scope": "research", "version": 2})
    assert old.status_code == 409
    texts = (await patient.get("/api/consents/texts/")).json()["results"]
    assert all(one["current"] and one["text"] for one in texts)


async def test_an_emergency_is_told_recorded_and_short(people: People) -> None:
    nurse, patient = await people.person("clinician"), await people.patient()
    auditor = await people.person("auditor")
    path = f"/api/patients/{patient.id}/break-glass/"
    assert (await nurse.post(path, {"reason": "short"})).status_code == 422
    opened = await nurse.post(path, {"reason": "unconscious in the corridor", "minutes": 5})
    assert opened.status_code == 201
    assert await sees(nurse, patient)
    for told in (patient, auditor):
        (news,) = (await told.get("/api/notifications/")).json()["results"]
        assert news["kind"] == "account"
        assert "corridor" not in str(news)
    mine = (await patient.get("/api/auth/access-log/")).json()["results"]
    looked = [one for one in mine if one["actor_id"] == str(nurse.id)]
    assert {one["address"] for one in looked} == {""}, "of staff, auditors see it"
    assert [(one["action"], one["purpose"], one["reason"]) for one in looked] == [
        ("GET", "ETREAT", "unconscious in the corridor"),
        ("POST", "ETREAT", "unconscious in the corridor"),
        # The one whose reason was too short.
        ("POST", "TREAT", ""),
    ]
    await people.db.execute(
        "UPDATE care_relationships SET starts_at = now() - interval '1 h',"
        " ends_at = now() - interval '1 min' WHERE patient_id = %s",
        (patient.id,),
    )
    assert not await sees(nurse, patient)


async def test_an_emergency_that_is_open_is_prolonged_and_told_once(people: People) -> None:
    nurse, patient = await people.person("clinician"), await people.patient()
    path = f"/api/patients/{patient.id}/break-glass/"
    first = await nurse.post(path, {"reason": "unconscious in the corridor", "minutes": 30})
    shorter = await nurse.post(path, {"reason": "still not answering us", "minutes": 5})
    longer = await nurse.post(path, {"reason": "still not answering us", "minutes": 60})
    assert [one.status_code for one in (first, shorter, longer)] == [201, 200, 200]
    assert len({one.json()["id"] for one in (first, shorter, longer)}) == 1
    assert shorter.json()["until"] == first.json()["until"] < longer.json()["until"]
    (news,) = (await patient.get("/api/notifications/")).json()["results"]
    assert "(UTC)" in str(news)
    found = await people.db.execute(
        "SELECT urgent FROM notifications WHERE user_id = %s", (patient.id,)
    )
    assert await found.fetchall() == [(True,)]


async def test_a_care_team_is_changed_by_who_cares(people: People) -> None:
    nurse, colleague = await people.person("clinician"), await people.person("clinician")
    patient = await people.patient(nurse)
    path = f"/api/patients/{patient.id}/care-team/"
    assert (await nurse.post(path, {"clinician_id": str(patient.id)})).status_code == 422
    assert (await nurse.post(path, {"clinician_id": str(colleague.id)})).status_code == 201
    assert await sees(colleague, patient)
    ended = await people.client.delete(f"{path}{colleague.id}/", headers=nurse.headers)
    assert ended.status_code == 204
    assert not await sees(colleague, patient)
    team = (await nurse.get(path)).json()["results"]
    assert [one["id"] for one in team] == [str(nurse.id)]


async def test_a_purpose_is_one_that_is_known(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    path = f"/api/patients/{patient.id}/"
    for purpose, status in (("HRESCH", 200), ("CURIOSITY", 400)):
        headers = nurse.headers | {"X-Purpose-Of-Use": purpose}
        assert (await people.client.get(path, headers=headers)).status_code == status
    (kept,) = [
        one
        for one in (await patient.get("/api/auth/access-log/")).json()["results"]
        if one["actor_id"] == str(nurse.id)
    ]
    assert (kept["purpose"], kept["outcome"]) == ("HRESCH", "success")


async def test_what_cannot_be_recorded_is_not_shown(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse, last_name="Mensah")

    async def broken(*_: object) -> int:
        raise OSError

    monkeypatch.setattr("api.trail.append", broken)
    answer = await nurse.get(f"/api/patients/{patient.id}/")
    assert answer.status_code == 503
    assert "Mensah" not in answer.text
    monkeypatch.undo()
    assert await sees(nurse, patient)


async def test_the_chain_of_all_this_holds(people: People, database_url: str) -> None:
    patient = await people.patient()
    assert await sees(patient, patient)
    async with await connect(database_url, application_name="tests") as db:
        found = await verify(db)
    assert found.broken is None
    assert found.records > 0


def test_the_reference_names_every_permission_and_purpose() -> None:
    page = (REPOSITORY / "docs/reference/access.md").read_text(encoding="utf-8")
    order = ("patient", "clinician", "developer", "admin", "auditor")
    for name, about in PERMISSIONS.items():
        held = " | ".join("yes" if name in ROLES[role] else "" for role in order)
        assert f"| `{name}` | {about} | {held} |" in page
    for code, about in PURPOSES.items():
        assert f"| `{code}` | {about} |" in page


async def test_an_account_is_found_by_name_by_those_who_give_roles(people: People) -> None:
    admin, person = await people.person("admin"), await people.person("patient")
    last = f"Zé{uuid4().hex[:8]}"
    statement = "UPDATE users SET first_name = 'Efua', last_name = %s WHERE id = %s"
    await people.db.execute(statement, (last, person.id))

    async def found(text: str) -> list[str]:
        answer = await admin.get("/api/users/", text=text)
        assert answer.status_code == 200
        return [one["id"] for one in answer.json()["results"]]

    for text in (last, f"{last.upper()} ef", f"  EFUA  {last[:6]}", str(person.id)):
        assert await found(text) == [str(person.id)]
    assert await found(f"{last} kofi") == []
    assert await found("%") == await found(str(uuid4())) == []
    first = (await admin.get("/api/users/", limit=1)).json()
    following = (await admin.get("/api/users/", limit=1, cursor=first["next"])).json()
    assert first["results"] != following["results"]
    assert (await person.get("/api/users/", text=last)).status_code == 403


async def _viewer(people: People, who: Person, patient: Person) -> Viewer:
    """Who a request is from that names a patient."""
    session_id = people.parts.tokens.read("access", who.token).session_id
    found = await accounts.find_caller(people.parts.database, who.id, session_id, patient.id)
    assert found is not None
    return Viewer(who.id, found.account.permissions, found.related_to)


async def test_what_is_known_of_the_caller_opens_nothing_that_asking_would_not(
    people: People,
) -> None:
    nurse, cook = await people.person("clinician"), await people.person("patient")
    admin = await people.person("admin", "clinician")
    cared, over, later, shared, taken_back, strange, canary = [
        await people.patient() for _ in range(7)
    ]
    for who in (nurse, cook, admin):
        for patient in (cared, over, later, canary):
            await people.care(who, patient)
        await people.end_care(who, over)
    tomorrow = "UPDATE care_relationships SET starts_at = now() + interval '1 day'"
    await people.db.execute(f"{tomorrow} WHERE patient_id = %s", (later.id,))
    await people.db.execute("UPDATE users SET is_synthetic = true WHERE id = %s", (canary.id,))
    await consent(shared, "share_with_clinician", nurse.id)
    given = await consent(taken_back, "share_with_clinician", nurse.id)
    await taken_back.post(f"/api/consents/{given.json()['id']}/revoke/")
    seen = set()
    for who in (nurse, cook, admin):
        for patient in (cared, over, later, shared, taken_back, strange, canary, who):
            known = await _viewer(people, who, patient)
            asked = Viewer(who.id, known.permissions)
            async with people.parts.database.read() as session:
                may = await may_see(session, asked, patient.id)
                assert await may_see(session, known, patient.id) is may
            seen |= {(who.id, patient.id)} if may else set()
    assert {(nurse.id, cared.id), (nurse.id, shared.id), (admin.id, strange.id)} <= seen
    refused = {(nurse.id, over.id), (nurse.id, later.id), (nurse.id, taken_back.id)}
    assert seen.isdisjoint(refused | {(cook.id, cared.id), (admin.id, canary.id)})


async def test_a_change_asks_again_whether_the_patient_may_be_seen(people: People) -> None:
    nurse = await people.person("clinician")
    patient = await people.patient(nurse)
    known = await _viewer(people, nurse, patient)
    assert known.related_to == patient.id
    async with people.parts.database.write() as session:
        assert await may_see(session, known, patient.id)
        ended = sql("UPDATE care_relationships SET ends_at = now() WHERE patient_id = :patient")
        await session.execute(ended, {"patient": patient.id})
        assert not await may_see(session, known, patient.id)
