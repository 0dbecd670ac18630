"""Links to documents of appointments: for what cannot log in, as a viewer or download manager.

A link stands for the session of whoever asked for it, and does no more than that session could do
now: it ends with the session, with the account, with the right to see the appointment, with the
document, and after five minutes.
"""

import datetime as dt
import time
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query
from fastapi.responses import StreamingResponse

from api import links
from api.appointments.changing import Booking
from api.appointments.files import CONTENT, download_of, require
from api.appointments.schemas import FileLink
from api.auth import Caller, introduce
from api.downloads import AskedPart, send
from api.errors import NotFoundError
from api.links import Signature, Until
from api.routing import LENIENT, Router
from api.services import Services, Shared
from api.sessions import Reading
from storage.engine import ReadSession
from storage.queries import accounts, appointment_files
from storage.queries.appointment_files import FileRow

LINK_SECONDS: Final = 300

router = Router(
    prefix="/api/appointments/{appointment_id:uuid}/files/{file_id:uuid}", tags=["appointments"]
)


@router.post("/link/")
async def make_appointment_file_link(
    parts: Shared, session: Reading, caller: Booking, appointment_id: UUID, file_id: UUID
) -> FileLink:
    """A path that downloads the document without a login, for five minutes.

    What is fetched by it counts, also in the audit log, as fetched by the caller. It ends at once
    when the document is deleted, or the caller logs out.
    """
    await require(session, caller, appointment_id)
    row = await _find(session, appointment_id, file_id)
    until = int(time.time()) + LINK_SECONDS
    about = _about(row.id, caller.id, caller.session_id)
    query = links.signed(parts.vouchers, "document", about, until)
    path = f"{router.prefix}/content/".replace(":uuid", "")
    path = path.format(appointment_id=appointment_id, file_id=file_id)
    return FileLink(
        download=f"{path}?user={caller.id}&session={caller.session_id}&{query}",
        expires_at=dt.datetime.fromtimestamp(until, dt.UTC),
    )


@router.get(
    "/content/", dependencies=[LENIENT], response_class=StreamingResponse, responses=CONTENT
)
async def follow_appointment_file_link(  # noqa: PLR0913, PLR0917 - one for each part
    parts: Shared,
    appointment_id: UUID,
    file_id: UUID,
    user: Annotated[UUID, Query(description="Whom the link was given to.")],
    session: Annotated[UUID, Query(description="While that session of theirs lasts.")],
    until: Until,
    signature: Signature,
    asked: AskedPart,
) -> StreamingResponse:
    """The document that a link leads to, or the part of it that `Range` asks for."""
    about = _about(file_id, user, session)
    links.check_until(parts.vouchers, "document", about, until, signature)
    caller = await _holder(parts, user, session)
    async with parts.database.read() as reading:
        await require(reading, caller, appointment_id)
        row = await _find(reading, appointment_id, file_id)
    return await send(parts.files, download_of(row), asked)


async def _holder(parts: Services, user_id: UUID, session_id: UUID) -> Caller:
    """Whoever asked for a link, as they are now; the audit log names them.

    Raises:
        NotFoundError: when session, account or permission are gone.
    """
    found = await accounts.find_caller(parts.database, user_id, session_id)
    if found is None:
        raise NotFoundError
    caller = Caller(found.account, dt.datetime.now(dt.UTC), session_id)
    introduce(caller, found.emergencies)
    if "appointments.book" not in found.account.permissions:
        raise NotFoundError
    return caller


async def _find(session: ReadSession, appointment_id: UUID, file_id: UUID) -> FileRow:
    row = await appointment_files.find(session, appointment_id, file_id)
    if row is None:
        raise NotFoundError
    return row


def _about(file_id: UUID, user_id: UUID, session_id: UUID) -> bytes:
    return file_id.bytes + user_id.bytes + session_id.bytes
