"""Links to documents: good for whoever has one, as long as its holder could fetch the document."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from api.appointments import file_links
from tests.support.http import People, Person
from tests.support.visits import Provider, booked, day, provider

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 40


async def document(people: People) -> tuple[Provider, Person, str]:
    """A document that the patient added: provider, patient, path."""
    who, patient = await provider(people), await people.patient()
    made = await booked(patient, who, day())
    path = f"/api/appointments/{made['id']}/files/"
    file = {"file": ("Blood, März.pdf", PDF, "application/pdf")}
    answer = await patient.client.post(path, files=file, headers=patient.headers)
    assert answer.status_code == 201, answer.text
    return who, patient, f"{path}{answer.json()['id']}/"


async def link(person: Person, path: str) -> str:
    answer = await person.post(f"{path}link/")
    assert answer.status_code == 200, answer.text
    found: str = answer.json()["download"]
    return found


async def fetched(people: People, url: str) -> int:
    return (await people.client.get(url)).status_code


async def test_whoever_has_it_gets_the_document_and_parts_of_it(people: People) -> None:
    who, patient, path = await document(people)
    for person in (patient, who.person):
        url = await link(person, path)
        answer = await people.client.get(url)
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer.headers["content-type"] == "application/pdf"
        told = answer.headers["content-disposition"]
        assert told.startswith('attachment; filename="Blood, M?rz.pdf"')
        assert "filename*=UTF-8''Blood%2C%20M%C3%A4rz.pdf" in told
        assert "no-store" in answer.headers["cache-control"]
        part = await people.client.get(url, headers={"Range": "bytes=100-199"})
        assert (part.status_code, part.content) == (206, PDF[100:200])
        assert part.headers["content-range"] == f"bytes 100-199/{len(PDF)}"
        beyond = await people.client.get(url, headers={"Range": f"bytes={len(PDF)}-"})
        assert beyond.status_code == 416


async def test_only_both_sides_are_given_one(people: People) -> None:
    _, _, path = await document(people)
    admin, other = await people.person("admin"), await people.patient()
    for person in (admin, other):
        assert (await person.post(f"{path}link/")).status_code == 404
    assert (await people.client.post(f"{path}link/")).status_code == 401


async def test_one_that_was_changed_leads_nowhere(people: People) -> None:
    who, patient, path = await document(people)
    url = await link(patient, path)
    query = parse_qs(urlsplit(url).query)
    until, signature = query["until"][0], query["signature"][0]
    for wrong in (
        url.replace(until, str(int(until) + 60)),
        url.replace(signature, "A" * len(signature)),
        url.replace(str(patient.id), str(who.person.id)),
        url.replace(query["session"][0], str(uuid4())),
        url.replace(path.split("/")[-2], str(uuid4())),
    ):
        assert wrong != url
        assert await fetched(people, wrong) == 404
    assert await fetched(people, url) == 200


async def test_it_runs_out(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    _, patient, path = await document(people)
    began = time.time()
    answer = (await patient.post(f"{path}link/")).json()
    until = int(parse_qs(urlsplit(answer["download"]).query)["until"][0])
    assert began - 1 < until - file_links.LINK_SECONDS <= time.time()
    monkeypatch.setattr(file_links, "LINK_SECONDS", -1)
    assert await fetched(people, await link(patient, path)) == 404


async def test_it_ends_with_the_document(people: People) -> None:
    who, patient, path = await document(people)
    url = await link(who.person, path)
    assert await fetched(people, url) == 200
    gone = await patient.client.delete(path, headers=patient.headers)
    assert gone.status_code == 204
    assert await fetched(people, url) == 404


async def test_it_ends_with_its_holders_session_and_account(people: People) -> None:
    who, patient, path = await document(people)
    mine, theirs = await link(patient, path), await link(who.person, path)
    await people.db.execute(
        "UPDATE login_sessions SET ended_at = now() WHERE user_id = %s", (patient.id,)
    )
    assert await fetched(people, mine) == 404
    assert await fetched(people, theirs) == 200
    await people.db.execute("DELETE FROM user_roles WHERE user_id = %s", (who.person.id,))
    assert await fetched(people, theirs) == 404


async def records(people: People, request_id: str) -> list[tuple[Any, ...]]:
    found = await people.db.execute(
        "SELECT actor_id, patient_ids, outcome, resource || resource_id || reason FROM audit_log"
        " LEFT JOIN audit_patients ON digest = patients WHERE request_id = %s",
        (request_id,),
    )
    return await found.fetchall()


async def test_fetching_by_it_is_an_access_of_its_holder(people: People) -> None:
    who, patient, path = await document(people)
    url = await link(who.person, path)
    request = f"link-{uuid4()}"
    answer = await people.client.get(url, headers={"X-Request-ID": request})
    assert answer.status_code == 200
    [(actor, patients, outcome, told)] = await records(people, request)
    assert (actor, patients, outcome) == (who.person.id, [patient.id], "success")
    assert parse_qs(urlsplit(url).query)["signature"][0] not in told


async def test_its_secret_is_in_no_log(
    people: People, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, patient, path = await document(people)
    url = await link(patient, path)
    secret = parse_qs(urlsplit(url).query)["signature"][0]

    async def broken(*_: object) -> None:
        raise RuntimeError(url)

    monkeypatch.setattr(type(people.parts.files), "stream", broken)
    answer = await people.client.get(url)
    assert answer.status_code == 500
    assert secret not in answer.text
    told = "".join(capfd.readouterr())
    assert "request_failed" in told
    assert secret not in told
