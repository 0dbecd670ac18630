"""Rules of care teams: who lets whom see a patient, and what an emergency sets off."""

import datetime as dt
from uuid import UUID

from api.auth import Caller
from api.care_team.schemas import BreakGlass, Emergency
from api.errors import InvalidInputError, NotFoundError
from storage.access import current, saw
from storage.engine import ReadSession, WriteSession
from storage.queries import care, care_team
from storage.queries.announce import News, announce_in
from telemetry.spoken import spoken


class NotACarerError(InvalidInputError):
    """Only a clinician, or a developer of simulated devices, can be in a care team."""


async def require(session: ReadSession | WriteSession, caller: Caller, patient_id: UUID) -> None:
    """Let the caller ask about a patient.

    Raises:
        NotFoundError: when there is no such patient, or the caller may not see them.
    """
    if not await care.may_see(session, caller.viewer, patient_id):
        raise NotFoundError


def require_self(caller: Caller, patient_id: UUID) -> None:
    """Let people read their own log, and nobody else; auditors have the whole one.

    Raises:
        NotFoundError: for somebody else's.
    """
    if patient_id != caller.id:
        raise NotFoundError


async def assign(
    session: WriteSession, caller: Caller, patient_id: UUID, clinician_id: UUID
) -> bool:
    """Let a clinician see a patient from now on; False where they were assigned already.

    Raises:
        NotFoundError: when the caller may not see the patient.
        NotACarerError: when relationships do not count for who is named.
    """
    await _require_patient(session, caller, patient_id)
    if clinician_id == patient_id or not await care_team.may_care(session, clinician_id):
        raise NotACarerError
    return await care_team.assign(session, patient_id, clinician_id, caller.id)


async def end(session: WriteSession, caller: Caller, patient_id: UUID, clinician_id: UUID) -> None:
    """End every relationship of a clinician with a patient.

    Raises:
        NotFoundError: when there is none, or the caller may not see the patient.
    """
    await _require_patient(session, caller, patient_id)
    if not await care_team.end(session, patient_id, clinician_id, caller.id):
        raise NotFoundError


async def _require_patient(session: WriteSession, caller: Caller, patient_id: UUID) -> None:
    await require(session, caller, patient_id)
    if not await care_team.patient_exists(session, patient_id):
        raise NotFoundError


async def break_glass(
    session: WriteSession, caller: Caller, patient_id: UUID, wanted: BreakGlass
) -> tuple[Emergency, bool]:
    """Let the caller see a patient for a while, and tell the patient, auditors and admins.

    An emergency that is open is prolonged, of which nobody is told again: it, and whether it is
    new.

    Raises:
        NotFoundError: when there is no such patient.
    """
    saw(patient_id)
    if patient_id == caller.id or not await care_team.patient_exists(session, patient_id):
        raise NotFoundError
    relationship_id, until, is_new = await care_team.break_glass(
        session, patient_id, caller.id, reason=wanted.reason, minutes=wanted.minutes
    )
    access = current()
    if access is not None:
        access.emergencies = {**access.emergencies, patient_id: wanted.reason}
    if is_new:
        watchers = await care_team.watchers(session, "audit.read", "patients.view_all")
        await announce_in(session, _news(caller, patient_id, relationship_id, until, watchers))
    opened = Emergency(id=relationship_id, patient_id=patient_id, reason=wanted.reason, until=until)
    return opened, is_new


def _news(
    caller: Caller, patient_id: UUID, event: UUID, until: dt.datetime, watchers: list[UUID]
) -> list[News]:
    """What is told names who looks, never why: the reason may tell of an illness."""
    who = f"{caller.account.first_name} {caller.account.last_name}".strip()
    end = spoken(until.astimezone(dt.UTC), "en")
    key = f"break_glass:{event}"
    to_patient = News(
        kind="account",
        event_key=key,
        user_id=patient_id,
        urgent=True,
        payload={
            "about": "emergency",
            "who": who,
            "until": until.isoformat(),
            "title": "Your data were opened in an emergency",
            "text": f"{who} opened your health data for an emergency and may see them until {end}."
            " The reason given is in the list of who saw your data.",
            "path": "/",
        },
    )
    text = f"{who} opened the data of a patient, until {end}. Who and why is in the audit log."
    title = "A patient's data were opened in an emergency"
    payload = {
        "about": "emergency_of_patient",
        "who": who,
        "until": until.isoformat(),
        "title": title,
        "text": text,
        "path": "/",
    }
    others = [one for one in watchers if one not in {patient_id, caller.id}]
    return [
        to_patient,
        *(
            News(kind="account", event_key=key, user_id=one, urgent=True, payload=payload)
            for one in others
        ),
    ]
