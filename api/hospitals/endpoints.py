"""The resource /api/hospitals/."""

from typing import Annotated, Any, Final
from uuid import UUID, uuid4

from fastapi import Depends, Query, Response, status
from msgspec.json import Decoder

from api.auth import Caller, Permitted
from api.errors import ConflictError, NotFoundError
from api.hospitals.schemas import HospitalInput, HospitalPatch, HospitalShape
from api.idempotency import Router
from api.pagination import Page, Paging
from api.preconditions import Edit, Editing, tagged
from api.schemas import ShortText
from api.sessions import Reading, Writing
from storage.engine import ReadSession, WriteSession
from storage.models import Hospital
from storage.queries import hospitals, schedules
from storage.queries.locks import lock

router = Router(prefix="/api/hospitals", tags=["hospitals"])
MANAGES: Final = "providers.manage"
Anybody = Annotated[Caller, Depends(Permitted("account.use"))]
Managing = Annotated[Caller, Depends(Permitted(MANAGES))]
POSITION: Final[Decoder[hospitals.Position]] = Decoder(hospitals.Position)


class HospitalExistsError(ConflictError):
    """A hospital of this name exists."""


def manages(caller: Caller) -> bool:
    """Whether the caller sees what is closed, too."""
    return MANAGES in caller.account.permissions


async def _search(  # noqa: PLR0913 - one argument per filter
    *,
    caller: Anybody,
    search: Annotated[
        ShortText | None,
        Query(description="Words of name, specialties, city or description; misspelt ones too."),
    ] = None,
    city: Annotated[ShortText | None, Query(description="Misspelt, too.")] = None,
    specialty: Annotated[ShortText | None, Query(description="Beginning of one.")] = None,
    hospital_type: ShortText | None = None,
    emergency: Annotated[bool | None, Query(description="With emergency services.")] = None,
    booking: Annotated[bool | None, Query(description="Where appointments can be booked.")] = None,
    include_inactive: Annotated[bool, Query(description="Closed ones, too; for admins.")] = False,
) -> hospitals.Search:
    return hospitals.Search(
        name=search or None,
        city=city or None,
        specialty=specialty or None,
        hospital_type=hospital_type or None,
        emergency=emergency,
        booking=booking,
        active=None if include_inactive and manages(caller) else True,
    )


@router.get("/")
async def list_hospitals(
    session: Reading,
    _caller: Anybody,
    paging: Paging,
    wanted: Annotated[hospitals.Search, Depends(_search)],
) -> Page[HospitalShape]:
    """Hospitals by what they are called and have, those that fit best first."""
    rows = await hospitals.page(
        session, wanted, limit=paging.limit + 1, after=paging.after(POSITION)
    )
    kept, following = paging.cut(rows, lambda row: row.position)
    return Page(results=[HospitalShape.of(row.hospital) for row in kept], next=following)


@router.get("/{hospital_id}/")
async def get_hospital(
    session: Reading, caller: Anybody, hospital_id: UUID, response: Response
) -> HospitalShape:
    """One hospital. What is closed is shown to administrators alone."""
    return tagged(response, HospitalShape.of(await require(session, caller, hospital_id)))


@router.post("/", status_code=status.HTTP_201_CREATED)
async def add_hospital(
    session: Writing, _caller: Managing, body: HospitalInput, response: Response
) -> HospitalShape:
    """Enter a hospital. Another of the same name is answered with 409."""
    await _free(session, body.name)
    made = HospitalShape.of(await hospitals.add(session, body.model_dump()))
    response.headers["Location"] = f"/api/hospitals/{made.id}/"
    return tagged(response, made)


@router.put("/{hospital_id}/")
async def replace_hospital(  # noqa: PLR0913 - FastAPI's way of asking for things
    *,
    session: Writing,
    caller: Managing,
    hospital_id: UUID,
    body: HospitalInput,
    edit: Editing,
    response: Response,
) -> HospitalShape:
    """Change a hospital; what is left out is emptied."""
    return tagged(response, await _change(session, caller, hospital_id, edit, body.model_dump()))


@router.patch("/{hospital_id}/")
async def change_hospital(  # noqa: PLR0913 - FastAPI's way of asking for things
    *,
    session: Writing,
    caller: Managing,
    hospital_id: UUID,
    body: HospitalPatch,
    edit: Editing,
    response: Response,
) -> HospitalShape:
    """Change some of a hospital; what is left out stays."""
    values = body.model_dump(exclude_unset=True)
    return tagged(response, await _change(session, caller, hospital_id, edit, values))


@router.delete("/{hospital_id}/", status_code=status.HTTP_204_NO_CONTENT)
async def close_hospital(
    session: Writing, caller: Managing, hospital_id: UUID, edit: Editing
) -> None:
    """Close a hospital: nobody finds it or books there any more. `is_active` opens it again.

    Appointments stand; whoever has one there is told.
    """
    await _change(session, caller, hospital_id, edit, {"is_active": False})


async def require(
    session: ReadSession | WriteSession, caller: Caller, hospital_id: UUID
) -> Hospital:
    """A hospital that the caller may see.

    Raises:
        NotFoundError: when there is none.
    """
    found = await hospitals.get(session, hospital_id)
    if found is None or not (found.is_active or manages(caller)):
        raise NotFoundError
    return found


async def _change(
    session: WriteSession, caller: Caller, hospital_id: UUID, edit: Edit, values: dict[str, Any]
) -> HospitalShape:
    await edit.lock(session, hospital_id)
    found = await require(session, caller, hospital_id)
    edit.check(HospitalShape.of(found))
    if values.get("name", found.name) != found.name:
        await _free(session, values["name"], hospital_id)
    closes = found.is_active and not values.get("is_active", True)
    await hospitals.change(session, found, values)
    if closes:
        await schedules.tell_closed(session, hospital_id, uuid4())
    return HospitalShape.of(found)


async def _free(session: WriteSession, name: str, but: UUID | None = None) -> None:
    await lock(session, f"hospital:{name}")
    if await hospitals.name_taken(session, name, but):
        raise HospitalExistsError
