"""The resources /api/iot/devices/{device_id}/commands/ and .../config/."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response, status
from msgspec.json import Decoder

from api.auth import DeviceUser
from api.commands import service
from api.commands.schemas import Command, CommandInput, Config, ConfigInput, shape
from api.devices.service import require
from api.errors import NotFoundError
from api.idempotency import Key, Router, go_outside, named_request
from api.pagination import Page, Paging
from api.preconditions import SeenVersions, tag
from api.services import Shared
from api.sessions import Reading
from storage.queries import commands

POSITION: Decoder[commands.CommandPosition] = Decoder(commands.CommandPosition)
router = Router(prefix="/api/iot/devices/{device_id}", tags=["commands"])

Wait = Annotated[
    bool,
    Query(description="Answer when the device has, or at the time-out; after 55 s at the latest."),
]


@router.post("/commands/", status_code=status.HTTP_201_CREATED)
async def send_command(  # noqa: PLR0913 - what a request is made of
    request: Request,
    parts: Shared,
    caller: DeviceUser,
    device_id: UUID,
    body: CommandInput,
    *,
    wait: Wait = False,
    key: Key = None,
) -> Command:
    """Send a command to a device, which gets it if it is connected before the time-out.

    503: the broker is away, and the command has failed. Sent again with its key while it is being
    sent or waited for, it is answered as `pending`: look at the command itself.
    """
    what = None
    if key is not None:
        what = await named_request(request, caller.id, key, parts.settings.secret_key)
        go_outside(request, parts.database, what)
    row = await service.send(parts, caller, device_id, body, what)
    return shape(await service.wait(parts, row) if wait else row)


@router.get("/commands/")
async def list_commands(
    session: Reading, caller: DeviceUser, device_id: UUID, paging: Paging
) -> Page[Command]:
    """Commands of a device, newest first."""
    device = await require(session, caller, device_id)
    found = await commands.page(
        session,
        device_id,
        since=device.owned_since,
        after=paging.after(POSITION),
        limit=paging.limit + 1,
    )
    kept, following = paging.cut(found, lambda row: row.position)
    return Page(results=[shape(row) for row in kept], next=following)


@router.get("/commands/{command_id}/")
async def get_command(
    parts: Shared,
    caller: DeviceUser,
    device_id: UUID,
    command_id: UUID,
    *,
    wait: Wait = False,
) -> Command:
    """One command and what became of it."""
    async with parts.database.read() as session:
        row = await service.find(session, caller, device_id, command_id)
    return shape(await service.wait(parts, row) if wait else row)


@router.put("/config/")
async def set_config(  # noqa: PLR0913, PLR0917 - what a request is made of
    parts: Shared,
    caller: DeviceUser,
    device_id: UUID,
    seen: SeenVersions,
    body: ConfigInput,
    response: Response,
) -> Config:
    """Set the configuration of a device; it is retained, for whenever the device connects.

    503: the broker is away, and nothing is changed.
    """
    found = await service.configure(parts, caller, device_id, seen, body)
    tag(response, found.version)
    return found


@router.get("/config/")
async def get_config(
    session: Reading, caller: DeviceUser, device_id: UUID, response: Response
) -> Config:
    """The configuration of a device, and the version that it says it has. 404: it never had one."""
    await require(session, caller, device_id)
    found = await commands.config(session, device_id)
    if found is None:
        raise NotFoundError
    tag(response, found.version)
    return Config.model_validate(found, from_attributes=True)
