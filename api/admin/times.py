"""What administrators do about when and where providers can be booked."""

from typing import Any, ClassVar
from uuid import UUID

from fastapi import Response
from pydantic import Field
from starlette.requests import Request
from starlette_admin import row_action

from api.admin.acting import Turn, id_of, perform
from api.admin.changing import Changeable, whatever_is_current
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
    needs: ClassVar = {"remove": MANAGES}

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

    @row_action(
        name="remove",
        text="Remove",
        confirmation="Appointments stand; whoever has one is told.",
        icon_class="fa fa-trash",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Remove",
    )
    async def remove(self, request: Request, pk: str) -> None:
        """As DELETE does."""
        row = await self.seen(request, id_of(pk))
        edit = whatever_is_current(f"/api/providers/{row.provider_id}/availability/{row.id}/")

        async def work(turn: Turn) -> None:
            await remove_time(turn.session, turn.caller, row.provider_id, row.id, edit)

        await perform(request, work)


class TimeExceptions(Changeable):
    """Times at which a provider is away, or has other hours: entered, and taken back."""

    making = NewException
    writable = ("provider_id", *ExceptionInput.model_fields)
    permission = MANAGES
    needs: ClassVar = {"remove": MANAGES}

    async def make(self, turn: Turn, body: Any) -> UUID:  # noqa: ANN401
        """As POST does."""
        away = ExceptionInput.model_validate(body.model_dump(exclude=WHOSE))
        return (await add_exception(turn.session, turn.caller, body.provider_id, away)).id

    @row_action(
        name="remove",
        text="Take back",
        confirmation="The provider can be booked then again.",
        icon_class="fa fa-trash",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Take back",
    )
    async def remove(self, request: Request, pk: str) -> None:
        """As DELETE does."""
        row = await self.seen(request, id_of(pk))

        async def work(turn: Turn) -> None:
            await remove_exception(turn.session, turn.caller, row.provider_id, row.id)

        await perform(request, work)


class Workplaces(Changeable):
    """Hospitals where providers work: added, made the primary one, and taken away."""

    making = NewPlace
    writable = tuple(NewPlace.model_fields)
    permission = MANAGES
    needs: ClassVar = {"make_primary": MANAGES, "remove": MANAGES}

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

    @row_action(
        name="make_primary",
        text="Make primary",
        confirmation="It is the provider's first address from now on.",
        icon_class="fa fa-star",
        submit_btn_text="Make primary",
    )
    async def make_primary(self, request: Request, pk: str) -> None:
        """As PUT does, with the same hospitals."""
        row = await self.seen(request, pk)

        async def work(turn: Turn) -> None:
            hospitals = await _hospitals(turn.session, row.provider_id)
            await _place(turn.session, turn.caller, row.provider_id, hospitals, row.hospital_id)

        await perform(request, work)

    @row_action(
        name="remove",
        text="Remove",
        confirmation="Patients who have an appointment there are told, as is the hospital's own "
        "system where it has one.",
        icon_class="fa fa-trash",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Remove",
    )
    async def remove(self, request: Request, pk: str) -> None:
        """As PUT does, without this one."""
        row = await self.seen(request, pk)

        async def work(turn: Turn) -> None:
            hospitals = await _hospitals(turn.session, row.provider_id)
            left = [one for one in hospitals if one != row.hospital_id]
            await _place(turn.session, turn.caller, row.provider_id, left, next(iter(left), None))

        await perform(request, work)


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
