"""Shapes of the audit log."""

import datetime as dt
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from storage.access import PURPOSES
from storage.queries.audit import AuditRow

Outcome = Literal["success", "denied", "refused", "failed"]


class PatientRecord(BaseModel):
    """One access to a patient's data, or change of it, as the patient reads it."""

    number: int = Field(description="Its place in the whole log.")
    at: dt.datetime
    actor_id: UUID | None = Field(description="Null: nobody was logged in.")
    actor_name: str | None = Field(description="Null for nobody, and where the account is gone.")
    actor_roles: list[str]
    action: str = Field(description="HTTP method, or STREAM for live events.")
    resource: str = Field(description="Path of the API with the names of its parameters.")
    purpose: str = Field(description="Code of HL7's PurposeOfUse.")
    purpose_text: str
    reason: str = Field(description="Given in an emergency; else empty.")
    address: str = Field(
        description="From where: of the reader, and of whoever tried to log in as them. Empty for "
        "others, whose addresses are theirs; `resource` says whether by the API, FHIR or the panel."
    )
    outcome: Outcome = Field(
        description="success; denied: may not; refused: not as it was asked; failed: our fault."
    )


class AuditEntry(PatientRecord):
    """One record of the log in full."""

    resource_id: str = Field(description="Ids in the path, with slashes between.")
    patient_ids: list[UUID] = Field(description="Whose data; empty: no patient's.")
    address: str = Field(description="From where.")
    request_id: str
    status: int = Field(
        description="HTTP status; 0 where the record was committed with the change itself."
    )
    hash: str = Field(description="SHA-256, hexadecimal, of the one before it and of this record.")


def patient_shape(row: AuditRow, reader: UUID) -> PatientRecord:
    """A record as the patient reads it: without addresses of others, and nobody else in it."""
    address = row.address if row.actor_id in {None, reader} else ""
    return PatientRecord(**_common(row), address=address)


def full_shape(row: AuditRow) -> AuditEntry:
    """A record as auditors read it."""
    return AuditEntry(
        **_common(row),
        resource_id=row.resource_id,
        patient_ids=list(row.patient_ids or ()),
        address=row.address,
        request_id=row.request_id,
        status=row.status,
        hash=row.hash.hex(),
    )


def _common(row: AuditRow) -> dict[str, object]:
    return {
        "number": row.seq,
        "at": row.at,
        "actor_id": row.actor_id,
        "actor_name": row.actor_name,
        "actor_roles": [one for one in row.actor_roles.split(",") if one],
        "action": row.action,
        "resource": row.resource,
        "purpose": row.purpose,
        "purpose_text": PURPOSES.get(row.purpose, ""),
        "reason": row.reason,
        "outcome": row.outcome,
    }
