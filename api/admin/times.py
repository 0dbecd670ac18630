"""What administrators do about when and where providers can be booked."""

from typing import Any
from uuid import UUID

from fastapi import Response
from pydantic import Field

from api.admin.acting import Turn
from api.admin.changing import Changeable, whatever_is_current
from api.admin.deeds import Typed, deed
from api.admin.entity import Row
from api.auth import Caller
from api.errors import ConflictError
from api.providers.schemas import PlaceInput
from api.providers.times import (
    add_exception,
    add_time,
    remove_exception,
    remove_time,
    replace_time,
)
from api.providers.times_schemas import ExceptionInput, TimeInput
from api.providers.workplaces import set_provider_hospitals
from api.schemas import Input
from storage.engine import WriteSession
from storage.queries import providers

MANAGES = "providers.manage"
WHOSE = frozenset({"provider_id"})


class NewTime(TimeInput):
    """The same, with whose it is."""

    provider_id: UUID = Field(description="Whose it is.")


class NewException(ExceptionInput):
    """The same, with whose it is."""

    provider_id: UUID = Field(description="Whose it is.")


class NewPlace(Input):
    """A hospital where a provider works from now on."""

    provider_id: UUID
    hospital_id: UUID = Field(description="One that is active.")
    is_primary: bool = False


class WorksThereError(ConflictError):
    """The provider works there already."""


class Times(Changeable):
    """Times of providers: entered, changed and taken away."""

    making = shape = NewTime
    writable = ("provider_id", *TimeInput.model_fields)
    settled = WHOSE
    whole = True
    permission = MANAGES

    async def make(self, turn: Turn, body: Any) -> UUID:  # noqa: ANN401
        """As POST does."""
        time = TimeInput.model_validate(body.model_dump(exclude=WHOSE))
        return (await add_time(turn.session, turn.caller, body.provider_id, time, Response())).id

    async def change(self, turn: Turn, row: Row, body: Any) -> UUID | None:  # noqa: ANN401
        """As PUT does."""
        await replace_time(
            session=turn.session,
            caller=turn.caller,
            provider_id=row.provider_id,
            availability_id=row.id,
            body=TimeInput.model_validate(body.model_dump(exclude=WHOSE)),
            edit=whatever_is_current(f"/api/providers/{row.provider_id}/availability/{row.id}/"),
            response=Response(),
        )
        return None

    @deed(
        "Remove",
        "trash",
        "Appointments stand; whoever has one is told.",
        needs=MANAGES,
        is_final=True,
    )
    async def remove(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """As DELETE does."""
        edit = whatever_is_current(f"/api/providers/{row.provider_id}/availability/{row.id}/")
        await remove_time(turn.session, turn.caller, row.provider_id, row.id, edit)


class TimeExceptions(Changeable):
    """Times at which a provider is away, or has other hours: entered, and taken back."""

    making = NewException
    writable = ("provider_id", *ExceptionInput.model_fields)
    permission = MANAGES

    async def make(self, turn: Turn, body: Any) -> UUID:  # noqa: ANN401
        """As POST does."""
        away = ExceptionInput.model_validate(body.model_dump(exclude=WHOSE))
        return (await add_exception(turn.session, turn.caller, body.provider_id, away)).id

    @deed(
        "Take back",
        "trash",
        "The provider can be booked then again.",
        needs=MANAGES,
        is_final=True,
    )
    async def remove(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """As DELETE does."""
        await remove_exception(turn.session, turn.caller, row.provider_id, row.id)


class Workplaces(Changeable):
    """Hospitals where providers work: added, made the primary one, and taken away."""

    making = NewPlace
    writable = tuple(NewPlace.model_fields)
    permission = MANAGES

    async def make(self, turn: Turn, body: Any) -> str:  # noqa: ANN401
        """As PUT does, with one more than there are."""
        hospitals = await _hospitals(turn.session, body.provider_id)
        if body.hospital_id in hospitals:
            raise WorksThereError
        primary = body.hospital_id if body.is_primary or not hospitals else hospitals[0]
        await _place(
            turn.session, turn.caller, body.provider_id, [*hospitals, body.hospital_id], primary
        )
        return f"{body.provider_id},{body.hospital_id}"

    @deed(
        "Make primary",
        "star",
        "It is the provider's first address from now on.",
        needs=MANAGES,
    )
    async def make_primary(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """As PUT does, with the same hospitals."""
        hospitals = await _hospitals(turn.session, row.provider_id)
        await _place(turn.session, turn.caller, row.provider_id, hospitals, row.hospital_id)

    @deed(
        "Remove",
        "trash",
        "Patients who have an appointment there are told, as is the hospital's own system where it "
        "has one.",
        needs=MANAGES,
        is_final=True,
    )
    async def remove(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """As PUT does, without this one."""
        hospitals = await _hospitals(turn.session, row.provider_id)
        left = [one for one in hospitals if one != row.hospital_id]
        await _place(turn.session, turn.caller, row.provider_id, left, next(iter(left), None))


async def _hospitals(session: WriteSession, provider_id: UUID) -> list[UUID]:
    """Where a provider works, the primary one first."""
    found = await providers.workplaces(session, [provider_id])
    return [one.hospital.id for one in found.get(provider_id, [])]


async def _place(
    session: WriteSession,
    caller: Caller,
    provider_id: UUID,
    hospitals: list[UUID],
    primary: UUID | None,
) -> None:
    await set_provider_hospitals(
        session=session,
        caller=caller,
        provider_id=provider_id,
        body=PlaceInput(hospital_ids=hospitals, primary=primary),
        edit=whatever_is_current(f"/api/providers/{provider_id}/hospitals/"),
        response=Response(),
    )
