"""Rules of providers: licences, accounts, where they work, and who is told of it."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from api.auth import Caller
from api.errors import (
    APIError,
    BadRequestError,
    ConflictError,
    FieldProblem,
    InvalidInputError,
    NotFoundError,
    PermissionDeniedError,
)
from api.hospitals.endpoints import manages
from api.providers.schemas import ProviderShape, full_name
from api.providers.times_service import changing
from api.services import Services
from gateways.licences import Licences, UnavailableRegisterError
from storage.engine import ReadSession, WriteSession
from storage.models import HealthcareProvider
from storage.queries import hospital_systems, hospitals, providers, roles
from storage.queries.hospital_systems import Change
from storage.queries.locks import lock
from storage.queries.providers import Workplace

CLINICIAN: Final = "clinician"
NO_ACCOUNT: Final = "is no account"
NO_HOSPITAL: Final = "names a hospital that does not exist or is closed"
NOT_AMONG: Final = "must be one of hospital_ids"
_WHY: Final = {
    "form": "must be a National Provider Identifier: ten digits, the first of them 1 or 2",
    "check_digit": "has a wrong check digit",
    "unknown": "is not known to the register",
    "organization": "is that of an organization",
    "deactivated": "is out of service",
    "name": "is somebody else's: the register has another name",
}
_TAKEN: Final = (
    ("email", "A provider with this e-mail address exists."),
    ("license_number", "A provider with this licence exists."),
    ("user_id", "Another provider is tied to this account."),
)


class InvalidLicenceError(BadRequestError):
    """The licence is not valid."""


class LicencesAwayError(APIError):
    """The register of licences is away; try again shortly."""

    status = 503


class ProviderExistsError(ConflictError):
    """There is such a provider."""


class ProviderChangedError(ConflictError):
    """Somebody else changed this provider while the licence was checked; look at it again."""


async def require(
    session: ReadSession | WriteSession, caller: Caller, provider_id: UUID
) -> HealthcareProvider:
    """A provider whom the caller may see: who is inactive sees themselves, and admins do.

    Raises:
        NotFoundError: when there is none.
    """
    found = await providers.get(session, provider_id)
    if found is None or not (found.is_active or manages(caller) or found.user_id == caller.id):
        raise NotFoundError
    return found


async def require_own(
    session: ReadSession | WriteSession, caller: Caller, provider_id: UUID
) -> HealthcareProvider:
    """A provider who is the caller, or whom the caller manages.

    Raises:
        NotFoundError: when there is none.
        PermissionDeniedError: when it is somebody else.
    """
    found = await require(session, caller, provider_id)
    if not (manages(caller) or found.user_id == caller.id):
        raise PermissionDeniedError
    return found


async def shape(session: ReadSession | WriteSession, row: HealthcareProvider) -> ProviderShape:
    """A provider as shown."""
    found = await providers.workplaces(session, [row.id])
    return ProviderShape.of(row, found.get(row.id, []))


async def licence(register: Licences, number: str, first: str, last: str) -> dict[str, Any]:
    """Check a licence: what is kept of that.

    Raises:
        InvalidLicenceError: It is not valid, or not this person's.
        LicencesAwayError: The register cannot be asked.
    """
    try:
        verdict = await register.check(number, first, last)
    except UnavailableRegisterError as error:
        seconds = max(int(error.after_seconds or 0), 5)
        raise LicencesAwayError(headers={"Retry-After": str(seconds)}) from error
    if verdict.reason is not None:
        why = _WHY[verdict.reason]
        problem = FieldProblem(location="body", field="license_number", reason=why)
        raise InvalidLicenceError(errors=[problem])
    return {
        "licence_state": "valid",
        "licence_checked_at": dt.datetime.now(dt.UTC),
        "licence_checked_by": verdict.register,
    }


async def verify(parts: Services, session: WriteSession, caller: Caller, provider_id: UUID) -> None:
    """Check the licence that a provider has, and keep that; the session is not used meanwhile.

    Raises:
        InvalidLicenceError, LicencesAwayError: and what `require` raises.
        ProviderChangedError: when it is another one by now.
    """
    async with parts.database.read() as looking:
        before = await require(looking, caller, provider_id)
    checked = await licence(
        parts.licences, before.license_number, before.first_name, before.last_name
    )
    row = await require(session, caller, provider_id)
    if row.updated_at != before.updated_at:
        raise ProviderChangedError
    await providers.change(session, row, checked)


async def free(session: WriteSession, values: Mapping[str, Any], but: UUID | None = None) -> None:
    """Hold what only one provider may have against all others; nobody else does meanwhile.

    Raises:
        ProviderExistsError: One has it.
    """
    await lock(session, "providers")
    for column, why in _TAKEN:
        value = values.get(column)
        if value is not None and await providers.taken(session, column, value, but):  # type: ignore[arg-type]
            raise ProviderExistsError(why)


async def tie(session: WriteSession, caller: Caller, user_id: UUID) -> None:
    """Let an account be a clinician.

    Raises:
        InvalidInputError: There is no such account.
    """
    if not await roles.exists_user(session, user_id):
        raise refused(NO_ACCOUNT, "user_id")
    role_id = await roles.role_id(session, CLINICIAN)
    if role_id is not None:
        await roles.assign(session, user_id, role_id, caller.id)


async def place(
    session: WriteSession,
    row: HealthcareProvider,
    hospital_ids: Sequence[UUID],
    primary: UUID | None,
) -> list[UUID]:
    """Let a provider work at these hospitals and no others; the ids of those that were left.

    Their own systems are told, and patients who have appointments where the provider was.

    Raises:
        InvalidInputError: One of the hospitals does not exist or is closed.
    """
    wanted = list(dict.fromkeys(hospital_ids))
    found = await hospitals.by_ids(session, wanted)
    before = (await providers.workplaces(session, [row.id])).get(row.id, [])
    known = {one.hospital.id: one for one in before}
    if any(key not in found or not (found[key].is_active or key in known) for key in wanted):
        raise refused(NO_HOSPITAL, "hospital_ids")
    if primary is not None and primary not in wanted:
        raise refused(NOT_AMONG, "primary")
    if primary is None:
        kept = next((key for key, one in known.items() if one.is_primary and key in wanted), None)
        primary = kept or next(iter(wanted), None)
    async with changing(session, row):
        await providers.place(session, row.id, wanted, primary)
    after = (await providers.workplaces(session, [row.id])).get(row.id, [])
    await _tell(session, row, before, after)
    return [key for key in known if key not in wanted]


async def tell_changed(session: WriteSession, row: HealthcareProvider) -> None:
    """Have the systems of a provider's hospitals told that something about the provider changed."""
    places = (await providers.workplaces(session, [row.id])).get(row.id, [])
    await hospital_systems.queue(session, [_change(row, one, "changed") for one in places])


async def _tell(
    session: WriteSession,
    row: HealthcareProvider,
    before: Sequence[Workplace],
    after: Sequence[Workplace],
) -> None:
    was, now = ({one.hospital.id: one for one in part} for part in (before, after))
    changes = [_change(row, one, "unlinked") for key, one in was.items() if key not in now]
    told = await hospital_systems.newest(session, row.id)
    for key, one in now.items():
        # A system that was set after the provider came has not heard of them yet.
        if key not in was or key not in told:
            changes.append(_change(row, one, "linked"))
        elif was[key].is_primary != one.is_primary:
            changes.append(_change(row, one, "changed"))
    await hospital_systems.queue(session, changes)


def _change(row: HealthcareProvider, one: Workplace, event: str) -> Change:
    fields = ("first_name", "last_name", "email", "phone_number", "specialization")
    payload = {
        "provider": {
            **{name: getattr(row, name) for name in fields},
            "full_name": full_name(row),
            "license_number": row.license_number,
            "is_active": row.is_active,
        },
        "hospital": {"name": one.hospital.name, "city": one.hospital.city},
        "is_primary": one.is_primary and event != "unlinked",
    }
    return Change(one.hospital.id, row.id, event, payload)


def refused(reason: str, field: str) -> InvalidInputError:
    """Say what is wrong with a field of the body."""
    problem = FieldProblem(location="body", field=field, reason=reason)
    return InvalidInputError(errors=[problem])
