"""What one request saw and changed: noted where it is decided, recorded in the audit log.

A program that serves people opens an `Access` for each request (`begin`); queries that hand out
patients' data note whose (`saw`). Where none is open, as in background work, noting does nothing.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import msgspec

MOST_PATIENTS: Final = 500
"""In one record; the longest page of a list. What exceeds it is recorded in further records."""
EMERGENCY: Final = "ETREAT"
"""HL7 PurposeOfUse: emergency treatment."""
OWN: Final = "PATRQT"
"""HL7 PurposeOfUse: at the person's own request."""
PURPOSES: Final = {
    "TREAT": "treatment",
    EMERGENCY: "emergency treatment",
    "CAREMGT": "care management",
    "HOPERAT": "operations",
    "HSYSADMIN": "administration of the system",
    "HRESCH": "research",
    "PATADMIN": "administration of patients",
    OWN: "at the patient's request",
    "HDIRECT": "audit and compliance",
}
"""Codes of HL7's PurposeOfUse that a caller may state, and what they mean."""


class Record(msgspec.Struct, frozen=True):
    """One entry of the audit log before it has its place in the chain."""

    at: dt.datetime
    actor_id: UUID | None
    actor_roles: str
    action: str
    resource: str
    resource_id: str
    patient_ids: tuple[UUID, ...]
    """Sorted, each once."""
    purpose: str
    reason: str
    address: str
    request_id: str
    outcome: str
    status: int


def _nowhere() -> tuple[str, str]:
    return "", ""


@dataclass(slots=True)
class Access:
    """One request, as far as the audit log is concerned."""

    action: str
    address: str = ""
    request_id: str = ""
    purpose: str = ""
    where: Callable[[], tuple[str, str]] = _nowhere
    """Resource and the id of it, as far as the request is understood when it is recorded."""
    actor_id: UUID | None = None
    actor_roles: Iterable[str] = ()
    account_id: UUID | None = None
    """Whose login it is about, as long as they have not shown who they are."""
    emergencies: Mapping[UUID, str] = field(default_factory=dict)
    """Patients whom the actor sees only because of an emergency, and the reason given."""
    patients: set[UUID] = field(default_factory=set)
    kept: set[UUID] | None = None
    """Patients of what was recorded by now; None: nothing was."""

    @property
    def complete(self) -> bool:
        """Whether all that was noted is recorded."""
        return self.kept is not None and self.patients <= self.kept

    def records(self, outcome: str, status: int = 0) -> list[Record]:
        """Describe what happened: one record, or several for very many patients.

        Patients who are seen for an emergency have records of their own, with its reason.
        """
        emergencies: dict[str, list[UUID]] = {}
        ordinary: list[UUID] = []
        for patient_id in sorted(self.patients):
            reason = self.emergencies.get(patient_id)
            (ordinary if reason is None else emergencies.setdefault(reason, [])).append(patient_id)
        parts = [(ids, EMERGENCY, reason) for reason, ids in emergencies.items()]
        if ordinary or not parts:
            parts.insert(0, (ordinary, self.purpose, ""))
        return [
            self._record(ids[start : start + MOST_PATIENTS], purpose, reason, outcome, status)
            for ids, purpose, reason in parts
            for start in range(0, max(len(ids), 1), MOST_PATIENTS)
        ]

    def _record(
        self, ids: list[UUID], purpose: str, reason: str, outcome: str, status: int
    ) -> Record:
        resource, resource_id = self.where()
        account = "" if self.account_id is None else str(self.account_id)
        return Record(
            at=dt.datetime.now(dt.UTC),
            actor_id=self.actor_id,
            actor_roles=",".join(sorted(self.actor_roles)),
            action=self.action,
            resource=resource,
            resource_id=resource_id or account,
            patient_ids=tuple(ids),
            purpose=purpose,
            reason=reason,
            address=self.address,
            request_id=self.request_id,
            outcome=outcome,
            status=status,
        )


_current: ContextVar[Access | None] = ContextVar("access", default=None)
_is_aside: ContextVar[bool] = ContextVar("is_aside", default=False)


def current() -> Access | None:
    """The request that is being served here."""
    return _current.get()


def committing() -> Access | None:
    """The request that what is committed here is done by; None while that is kept `aside`."""
    return None if _is_aside.get() else _current.get()


@contextmanager
def begin(access: Access) -> Iterator[Access]:
    """Note what happens until the block ends as part of this request."""
    token = _current.set(access)
    try:
        yield access
    finally:
        _current.reset(token)


@contextmanager
def aside() -> Iterator[None]:
    """Record nothing with what is committed until the block ends: the request is not through yet.

    Otherwise the audit log would have a change that succeeded, of a request that was refused or
    has failed: a guess that is counted, what is kept before another program is asked. It is
    recorded with what is committed afterwards, or when it is answered.
    """
    token = _is_aside.set(True)
    try:
        yield
    finally:
        _is_aside.reset(token)


def tried(user_id: UUID) -> None:
    """Note whose login is being tried: they are not the actor before it succeeds.

    They read it among the accesses to what is theirs.
    """
    access = _current.get()
    if access is not None:
        access.account_id = user_id
        access.patients.add(user_id)


def proved(user_id: UUID, roles: Iterable[str]) -> None:
    """Note who it was that showed who they are: by a password, a passkey, a link or a token."""
    access = _current.get()
    if access is not None:
        access.actor_id, access.actor_roles = user_id, roles
        access.purpose = access.purpose or OWN


def saw(*patient_ids: UUID | None) -> None:
    """Note that the request has to do with these patients' data, or asked for it."""
    access = _current.get()
    if access is not None:
        access.patients.update(one for one in patient_ids if one is not None)
