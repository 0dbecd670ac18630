"""/api/roles/, /api/users/ and /api/users/{id}/roles/."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Query, Response, status
from msgspec.json import Decoder

from api.auth import Caller, Permitted
from api.errors import ConflictError, NotFoundError
from api.idempotency import Router
from api.pagination import Page, Paging
from api.roles.schemas import (
    AccountFound,
    RoleHeld,
    RoleInput,
    RoleName,
    Roles,
    RoleShape,
    RolesHeld,
)
from api.sessions import Reading, Writing
from storage.engine import ReadSession, WriteSession
from storage.permissions import PERMISSIONS
from storage.queries import people, roles

router = Router(prefix="/api", tags=["access"])
Assigning = Annotated[Caller, Depends(Permitted("roles.assign"))]
ADMIN: Final = "admin"
POSITION: Final[Decoder[people.Position]] = Decoder(people.Position)


class LastAdminError(ConflictError):
    """Nobody else could give roles: make another administrator first."""


@router.get("/roles/")
async def list_roles(session: Reading, _caller: Assigning) -> Roles:
    """Every role and what it allows."""
    found = [
        RoleShape.model_validate(one, from_attributes=True) for one in await roles.roles(session)
    ]
    return Roles(results=found, permissions=dict(PERMISSIONS))


@router.get("/users/")
async def list_users(
    session: Reading,
    _caller: Assigning,
    paging: Paging,
    text: Annotated[
        str,
        Query(
            max_length=100,
            description="Words, each of which begins a name or the user name; or an account's id.",
        ),
    ] = "",
) -> Page[AccountFound]:
    """Accounts by name, for whoever gives them roles or lets one be a provider's."""
    rows = await people.page(
        session, text=text, after=paging.after(POSITION), limit=paging.limit + 1
    )
    kept, following = paging.cut(rows, lambda row: row.position)
    found = [AccountFound.model_validate(row, from_attributes=True) for row in kept]
    return Page(results=found, next=following)


@router.get("/users/{user_id}/roles/")
async def list_user_roles(session: Reading, _caller: Assigning, user_id: UUID) -> RolesHeld:
    """Roles of an account, since when and by whose hand."""
    await _require(session, user_id)
    return await _held(session, user_id)


@router.post(
    "/users/{user_id}/roles/",
    status_code=status.HTTP_201_CREATED,
    responses={200: {"model": RolesHeld, "description": "Was held already."}},
)
async def assign_role(
    session: Writing, caller: Assigning, user_id: UUID, body: RoleInput, response: Response
) -> RolesHeld:
    """Give somebody a role; it counts from their next request on."""
    await _require(session, user_id)
    role_id = await roles.role_id(session, body.role)
    if role_id is None:
        raise NotFoundError
    if not await roles.assign(session, user_id, role_id, caller.id):
        response.status_code = status.HTTP_200_OK
    return await _held(session, user_id)


@router.delete("/users/{user_id}/roles/{role}/", status_code=status.HTTP_204_NO_CONTENT)
async def withdraw_role(
    session: Writing, _caller: Assigning, user_id: UUID, role: RoleName
) -> None:
    """Take a role away; it no longer counts at the next request. The last admin stays (409)."""
    await _require(session, user_id)
    if role == ADMIN and not await roles.others_hold(session, user_id, ADMIN):
        raise LastAdminError
    if not await roles.withdraw(session, user_id, role):
        raise NotFoundError


async def _require(session: ReadSession | WriteSession, user_id: UUID) -> None:
    if not await roles.exists_user(session, user_id):
        raise NotFoundError


async def _held(session: ReadSession | WriteSession, user_id: UUID) -> RolesHeld:
    rows = await roles.held(session, user_id)
    return RolesHeld(results=[RoleHeld.model_validate(row, from_attributes=True) for row in rows])
