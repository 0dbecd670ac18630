"""What a request that changes an appointment comes with, how it begins and how it ends."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Response

from api.appointments import errors, service
from api.appointments.schemas import Appointment
from api.appointments.service import Standing
from api.appointments.views import tagged, version
from api.auth import Caller, Permitted
from api.preconditions import Edit, Editing
from api.services import Services, Shared
from api.sessions import Writing
from storage.engine import WriteSession
from storage.queries.appointments import AppointmentRow

BOOK: Final = "appointments.book"
Booking = Annotated[Caller, Depends(Permitted(BOOK))]


def provider(who: Standing) -> bool:
    """Only the provider may."""
    return who.provider


def staff(who: Standing) -> bool:
    """The provider and administrators may."""
    return who.staff


@dataclass(frozen=True, slots=True)
class Change:
    """A change of an appointment: `begin` it, make it, `done`."""

    parts: Services
    session: WriteSession
    caller: Caller
    appointment_id: UUID
    edit: Edit
    response: Response

    async def begin(self, may: Callable[[Standing], bool] | None = None) -> AppointmentRow:
        """Wait for the turn; the appointment, which nobody else changes until the end.

        Raises:
            NotFoundError: when there is none, or it is somebody else's.
            NotTheirsError: when the caller is not one of those who `may`.
            PreconditionFailedError: when it is not as the caller saw it.
        """
        row = await service.in_turn(self.session, self.caller, self.appointment_id)
        if may is not None and not may(service.standing(self.caller, row)):
            raise errors.NotTheirsError
        self.edit.check(version(row))
        return row

    def done(self, row: AppointmentRow) -> Appointment:
        """The appointment as it is now, with its tag."""
        return tagged(self.parts, self.caller, row, self.response)


def _change_by(permission: str) -> Callable[..., Awaitable[Change]]:
    async def change(  # noqa: PLR0913, PLR0917 - one for each part of the request
        parts: Shared,
        session: Writing,
        caller: Annotated[Caller, Depends(Permitted(permission))],
        appointment_id: UUID,
        edit: Editing,
        response: Response,
    ) -> Change:
        return Change(parts, session, caller, appointment_id, edit, response)

    return change


Changing = Annotated[Change, Depends(_change_by(BOOK))]
Conducted = Annotated[Change, Depends(_change_by("appointments.conduct"))]
