"""Hospitals' own systems: a signed event, and PractitionerRole at a server that speaks FHIR R4."""

import json
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from fhir.resources.R4B.practitionerrole import PractitionerRole

from gateways.hospital_systems import (
    RealHospitalSystems,
    RoleChange,
    System,
    role,
    role_key,
)
from gateways.outgoing import GoneError, RefusedError, TryLaterError
from gateways.webhooks import new_secret, signature
from tests.support.servers import Answered, Asked, serving

CHANGE = RoleChange(
    key="change-1",
    provider_id=uuid4(),
    hospital_id=uuid4(),
    event="linked",
    payload={
        "provider": {
            "full_name": "Efua Sarpong",
            "email": "efua@clinic.example",
            "phone_number": "+233200000001",
            "specialization": "cardiology",
            "license_number": "1234567893",
            "is_active": True,
        },
        "hospital": {"name": "Korle", "city": "Accra"},
        "is_primary": True,
    },
    occurred_at="2026-11-22T10:00:00+00:00",
)
SYSTEMS = RealHospitalSystems(allow_private=True, timeout_seconds=30)


class FhirServer:
    """The part of a FHIR server that PractitionerRole needs: create, conditional create, update."""

    def __init__(self) -> None:
        self.kept: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, int] = {}

    def __call__(self, asked: Asked) -> Answered:
        """Answer one request."""
        if asked.headers["authorization"] != "Bearer token-1":
            return Answered(401)
        assert asked.headers["content-type"] == "application/fhir+json"
        resource = json.loads(asked.body)
        PractitionerRole.model_validate(resource)
        _, _, key = asked.path.removeprefix("/fhir").partition("/PractitionerRole")
        key = key.strip("/")
        if asked.method == "POST":
            [wanted] = resource["identifier"]
            condition = f"identifier={wanted['system']}|{wanted['value']}"
            assert asked.headers["if-none-exist"] == condition
            for known, one in self.kept.items():
                if one["identifier"] == resource["identifier"]:
                    return self._said(200, known)
            key = f"role-{len(self.kept) + 1}"
            return self._keep(201, key, resource)
        assert (asked.method, resource["id"]) == ("PUT", key)
        return self._keep(200, key, resource) if key in self.kept else Answered(404)

    def _keep(self, status: int, key: str, resource: dict[str, Any]) -> Answered:
        self.kept[key] = {**resource, "id": key}
        self.versions[key] = self.versions.get(key, 0) + 1
        return self._said(status, key)

    def _said(self, status: int, key: str) -> Answered:
        version = str(self.versions[key])
        body = {**self.kept[key], "meta": {"versionId": version}}
        where = f"http://his.example/fhir/PractitionerRole/{key}/_history/{version}"
        headers = {"ETag": f'W/"{version}"', "Location": where}
        return Answered(status, json.dumps(body).encode(), headers)


def test_the_resource_is_fhir() -> None:
    resource = role(CHANGE)
    PractitionerRole.model_validate(resource)
    assert resource["active"] is True
    assert role(replace(CHANGE, event="unlinked"))["active"] is False
    bare = {
        **CHANGE.payload,
        "provider": {
            **CHANGE.payload["provider"],
            "phone_number": "",
            "email": "",
            "specialization": "",
            "is_active": False,
        },
    }
    without = role(replace(CHANGE, payload=bare))
    PractitionerRole.model_validate(without)
    assert without["active"] is False
    assert not {"telecom", "specialty"} & without.keys()


async def test_a_fhir_server_is_told_once_and_then_of_changes() -> None:
    theirs = FhirServer()
    async with serving(theirs) as server:
        system = System("fhir", f"{server.url}/fhir/", "token-1")
        made = await SYSTEMS.tell(system, CHANGE)
        assert (made.remote_id, made.remote_version) == ("role-1", "1")
        # Told again by somebody who did not hear the answer: the same one, updated.
        again = await SYSTEMS.tell(system, CHANGE)
        assert (again.remote_id, again.remote_version) == ("role-1", "2")
        gone = replace(CHANGE, event="unlinked", remote_id="role-1")
        ended = await SYSTEMS.tell(system, gone)
        assert (ended.remote_id, ended.remote_version) == ("role-1", "3")
    assert list(theirs.kept) == ["role-1"]
    assert theirs.kept["role-1"]["active"] is False
    assert [one.method for one in server.asked] == ["POST", "POST", "PUT", "PUT"]


async def test_what_the_server_forgot_is_made_anew() -> None:
    theirs = FhirServer()
    async with serving(theirs) as server:
        system = System("fhir", server.url, "token-1")
        made = await SYSTEMS.tell(system, replace(CHANGE, remote_id="lost"))
    assert made.remote_id == "role-1"
    assert theirs.kept["role-1"]["identifier"][0]["value"] == role_key(CHANGE)


async def test_an_answer_without_headers_is_read_from_its_body() -> None:
    body = {"resourceType": "PractitionerRole", "id": "r-9", "meta": {"versionId": "4"}}
    said = Answered(201, json.dumps(body).encode())
    async with serving(lambda _asked: said) as server:
        made = await SYSTEMS.tell(System("fhir", server.url, "token-1"), CHANGE)
    assert (made.remote_id, made.remote_version) == ("r-9", "4")


@pytest.mark.parametrize("body", [b"", b'{"resourceType": "PractitionerRole", "id": "../Patient"}'])
async def test_an_answer_that_does_not_say_under_which_name_is_no_confirmation(body: bytes) -> None:
    async with serving(lambda _asked: Answered(201, body)) as server:
        with pytest.raises(TryLaterError):
            await SYSTEMS.tell(System("fhir", server.url, "token-1"), CHANGE)


async def test_a_webhook_is_signed_and_its_answer_kept() -> None:
    said = Answered(200, b'{"id": "prov-77", "version": 3}')
    async with serving(lambda _asked: said) as server:
        secret = new_secret()
        made = await SYSTEMS.tell(System("webhook", f"{server.url}/hooks", secret), CHANGE)
    assert (made.remote_id, made.remote_version) == ("prov-77", "3")
    [asked] = server.asked
    stamp = int(asked.headers["webhook-timestamp"])
    assert asked.headers["webhook-id"] == "change-1"
    assert asked.headers["webhook-signature"] == signature(secret, "change-1", stamp, asked.body)
    event = json.loads(asked.body)
    assert event["type"] == "provider.linked"
    assert event["data"]["hospital_id"] == str(CHANGE.hospital_id)
    assert event["data"]["provider"]["license_number"] == "1234567893"
    assert secret not in asked.body.decode()


@pytest.mark.parametrize("body", [b"", b"ok", b"[]", b'{"id": {"a": 1}, "version": true}'])
async def test_a_webhook_need_not_say_anything(body: bytes) -> None:
    async with serving(lambda _asked: Answered(204 if not body else 200, body)) as server:
        made = await SYSTEMS.tell(System("webhook", server.url, new_secret()), CHANGE)
    assert (made.remote_id, made.remote_version) == (None, None)


@pytest.mark.parametrize("kind", ["webhook", "fhir"])
@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Answered(500), TryLaterError),
        (Answered(429, headers={"Retry-After": "9"}), TryLaterError),
        (Answered(200, after_seconds=60), TryLaterError),
        (Answered(410), GoneError),
        (Answered(401), RefusedError),
    ],
    ids=["500", "429", "slow", "410", "401"],
)
async def test_what_is_not_taken(kind: str, said: Answered, error: type[Exception]) -> None:
    expected = error
    if kind == "webhook" and said.status == 401:
        expected = TryLaterError
    if kind == "fhir" and error is GoneError:
        expected = RefusedError
    secret = new_secret() if kind == "webhook" else "token-1"
    hasty = RealHospitalSystems(allow_private=True, timeout_seconds=0.5)
    systems = hasty if said.after_seconds else SYSTEMS
    async with serving(lambda _asked: said) as server:
        with pytest.raises(expected) as raised:
            await systems.tell(System(kind, server.url, secret), CHANGE)
    assert secret not in str(raised.value)
    if said.status == 429:
        assert isinstance(raised.value, TryLaterError)
        assert raised.value.after_seconds == 9


@pytest.mark.parametrize("kind", ["webhook", "fhir"])
@pytest.mark.parametrize("url", ["http://8.8.8.8/x", "https://127.0.0.1/x", "https://10.0.0.8/x"])
async def test_private_networks_are_not_called(kind: str, url: str) -> None:
    guarded = RealHospitalSystems(timeout_seconds=0.5)
    with pytest.raises(RefusedError):
        await guarded.tell(System(kind, url, new_secret()), CHANGE)
