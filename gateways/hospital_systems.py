"""Tells hospitals' own systems who works there: a signed event, or PractitionerRole of FHIR R4.

An event goes to the address that the hospital gave, signed as every webhook is. A FHIR server gets
a PractitionerRole: one that it does not know is created once however often it is sent (a
conditional create, https://hl7.org/fhir/R4/http.html#ccreate), one that it knows is updated under
the server's own id. Whoever leaves stays there with `active: false`.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol
from uuid import UUID

from gateways.http_calls import Answer, Request, ask, judge
from gateways.outgoing import TIMEOUT_SECONDS, TryLaterError, WebhookCall
from gateways.public_address import place_of
from gateways.webhooks import Webhooks

Json = dict[str, Any]
FHIR_JSON: Final = "application/fhir+json"
ROLE_SYSTEM: Final = "urn:jeghealth:practitioner-role"
NPI_SYSTEM: Final = "http://hl7.org/fhir/sid/us-npi"
HOSPITAL_SYSTEM: Final = "urn:jeghealth:hospital"
UNLINKED: Final = "unlinked"
_FOUND: Final = 200
_GONE: Final = frozenset({404, 410})
_ID: Final = r"[A-Za-z0-9.-]{1,64}"
"""A FHIR server's name of a resource, which becomes a part of paths there."""
_LOCATION: Final = re.compile(rf"(?:^|/)PractitionerRole/({_ID})(?:/_history/([^/?#]+))?")
_ETAG: Final = re.compile(r'(?:W/)?"([^"]{1,64})"')
_LONGEST: Final = 64


@dataclass(frozen=True, slots=True)
class System:
    """Where a hospital's system is, and what it knows us by."""

    kind: str
    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RoleChange:
    """What it is told.

    Attributes:
        key: Names this change for good: whoever gets it twice can tell.
        provider_id: Who.
        hospital_id: Where.
        event: linked, changed or unlinked.
        payload: `provider` and `hospital` as they were, `is_primary`.
        occurred_at: RFC 3339.
        remote_id: What the system calls this provider's work, where it is known.

    """

    key: str
    provider_id: UUID
    hospital_id: UUID
    event: str
    payload: Mapping[str, Any]
    occurred_at: str
    remote_id: str | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What it said: its own id and version of that, as far as it told."""

    remote_id: str | None = None
    remote_version: str | None = None


class HospitalSystems(Protocol):
    """Systems of hospitals."""

    async def tell(self, system: System, change: RoleChange) -> Confirmation:
        """Tell a change, once.

        Raises:
            TryLaterError: It was not taken now.
            RefusedError: It never will be.

        """


class RealHospitalSystems:
    """Speaks with the systems over HTTP."""

    def __init__(
        self, *, allow_private: bool = False, timeout_seconds: float = TIMEOUT_SECONDS
    ) -> None:
        self._allow_private = allow_private
        self._timeout_seconds = timeout_seconds
        self._webhooks = Webhooks(allow_private=allow_private, timeout_seconds=timeout_seconds)

    async def tell(self, system: System, change: RoleChange) -> Confirmation:
        """Tell it in the way that this system wants.

        Raises:
            TryLaterError: It was not taken now.
            RefusedError: It never will be.

        """
        if system.kind == "fhir":
            return await self._fhir(system, change)
        answer = await self._webhooks.call(
            WebhookCall(change.key, system.url, system.secret, _event(change))
        )
        said = _read(answer)
        return Confirmation(_words(said.get("id")), _words(said.get("version")))

    async def _fhir(self, system: System, change: RoleChange) -> Confirmation:
        remote_id = change.remote_id
        if remote_id is not None:
            answer = await self._send(system, "PUT", f"/{remote_id}", role(change, remote_id))
            if answer.status not in _GONE:
                return _confirmed(answer, remote_id)
        key = f"{ROLE_SYSTEM}|{role_key(change)}"
        once = {"If-None-Exist": f"identifier={key}"}
        answer = await self._send(system, "POST", "", role(change), once)
        found = _confirmed(answer, None)
        if answer.status != _FOUND or found.remote_id is None:
            return found
        # It was there already, as it was told before: now it is told anew.
        path = f"/{found.remote_id}"
        answer = await self._send(system, "PUT", path, role(change, found.remote_id))
        return _confirmed(answer, found.remote_id)

    async def _send(
        self,
        system: System,
        method: str,
        path: str,
        resource: Json,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        url = f"{system.url.rstrip('/')}/PractitionerRole{path}"
        place = await place_of("fhir", url, allow_private=self._allow_private)
        said = {
            "Host": place.host_header,
            "Accept": FHIR_JSON,
            "Content-Type": FHIR_JSON,
            "Prefer": "return=representation",
            "Authorization": f"Bearer {system.secret}",
            **(headers or {}),
        }
        content = json.dumps(resource, separators=(",", ":")).encode()
        request = Request(place.url, method=method, headers=said, content=content, host=place.host)
        return await ask("fhir", request, timeout_seconds=self._timeout_seconds)


def role_key(change: RoleChange) -> str:
    """Our name of a provider's work at a hospital: both ids without hyphens."""
    return change.provider_id.hex + change.hospital_id.hex


def role(change: RoleChange, remote_id: str | None = None) -> Json:
    """A provider's work at a hospital as PractitionerRole, for a server that has neither."""
    provider, hospital = change.payload["provider"], change.payload["hospital"]
    telecom = [
        {"system": system, "value": value, "use": "work"}
        for system, value in (("phone", provider["phone_number"]), ("email", provider["email"]))
        if value
    ]
    resource: Json = {
        "resourceType": "PractitionerRole",
        **({"id": remote_id} if remote_id else {}),
        "identifier": [{"system": ROLE_SYSTEM, "value": role_key(change)}],
        "active": change.event != UNLINKED and provider["is_active"],
        "practitioner": {
            "type": "Practitioner",
            "identifier": {"system": NPI_SYSTEM, "value": provider["license_number"]},
            "display": provider["full_name"],
        },
        "organization": {
            "type": "Organization",
            "identifier": {"system": HOSPITAL_SYSTEM, "value": str(change.hospital_id)},
            "display": hospital["name"],
        },
    }
    if provider["specialization"]:
        resource["specialty"] = [{"text": provider["specialization"]}]
    if telecom:
        resource["telecom"] = telecom
    return resource


def _event(change: RoleChange) -> bytes:
    event = {
        "type": f"provider.{change.event}",
        "event": f"hospital-sync:{change.key}",
        "timestamp": change.occurred_at,
        "data": {
            "provider_id": str(change.provider_id),
            "hospital_id": str(change.hospital_id),
            **change.payload,
        },
    }
    return json.dumps(event, separators=(",", ":")).encode()


def _confirmed(answer: Answer, known: str | None) -> Confirmation:
    """What a FHIR server's answer says of id and version: Location, ETag, or the resource itself.

    Raises:
        TryLaterError: It did not take it now, or does not say under which name it has it.
        RefusedError: It never will.

    """
    judge("fhir", answer)
    said = _read(answer)
    location = _LOCATION.search(str(answer.headers.get("Location", "")))
    tag = _ETAG.search(str(answer.headers.get("ETag", "")))
    meta = said.get("meta")
    version = meta.get("versionId") if isinstance(meta, dict) else None
    is_role = said.get("resourceType") == "PractitionerRole"
    named = (_words(said.get("id")) if is_role else None) or ""
    given = location[1] if location else named
    remote_id = given if re.fullmatch(_ID, given) else known
    if remote_id is None:
        code = "fhir: no id in the answer"
        raise TryLaterError(code)
    return Confirmation(
        remote_id,
        (location[2] if location else None)
        or (tag[1] if tag else None)
        or (_words(version) if is_role else None),
    )


def _read(answer: Answer) -> Json:
    try:
        said = json.loads(answer.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _words(value: object) -> str | None:
    """A name or number that the other side gave, bounded."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value)[:_LONGEST] or None
