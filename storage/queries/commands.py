"""Commands and configurations of devices, as they are asked for and as they stand."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Select, case, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from storage.engine import ReadSession, WriteSession
from storage.models import DeviceCommand, DeviceConfig
from storage.models.commands import CONFIG_VERSIONS

REPLIES_CHANNEL = "jeg_replies"
"""NOTIFY with ids of commands that were answered, or `*`."""

CommandPosition = tuple[dt.datetime, UUID]
"""Creation time and id, newest first."""

WAITING = ("pending", "sent")


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command and what became of it; one that waits past its end has timed out."""

    id: UUID
    device_id: UUID
    name: str
    arguments: dict[str, Any]
    status: str
    created_at: dt.datetime
    sent_at: dt.datetime | None
    expires_at: dt.datetime
    answered_at: dt.datetime | None
    result: bytes | None
    error: str | None

    @property
    def position(self) -> CommandPosition:
        """Place in the list."""
        return (self.created_at, self.id)

    @property
    def waits(self) -> bool:
        """Whether an answer may still come in time."""
        return self.status in WAITING


def _commands() -> Select[*tuple[Any, ...]]:
    late = DeviceCommand.status.in_(WAITING) & (DeviceCommand.expires_at <= func.now())
    return select(
        DeviceCommand.id,
        DeviceCommand.device_id,
        DeviceCommand.name,
        DeviceCommand.arguments,
        case((late, "timed_out"), else_=DeviceCommand.status),
        DeviceCommand.created_at,
        DeviceCommand.sent_at,
        DeviceCommand.expires_at,
        DeviceCommand.answered_at,
        DeviceCommand.result,
        DeviceCommand.error,
    )


async def add(  # noqa: PLR0913 - one for each column
    session: WriteSession,
    device_id: UUID,
    requested_by_id: UUID,
    *,
    name: str,
    arguments: Mapping[str, Any],
    expires_at: dt.datetime,
) -> UUID:
    """Enter a command that is about to be sent."""
    command_id = uuid4()
    session.add(
        DeviceCommand(
            id=command_id,
            device_id=device_id,
            requested_by_id=requested_by_id,
            name=name,
            arguments=dict(arguments),
            expires_at=expires_at,
        )
    )
    await session.flush()
    return command_id


async def mark(session: WriteSession, command_id: UUID, status: str, error: str | None) -> None:
    """Note that a command was `sent`, or `failed` to be; an answer that is there already counts."""
    values: dict[str, Any] = {"status": status, "error": error}
    if status == "sent":
        values["sent_at"] = func.now()
    await session.execute(
        update(DeviceCommand)
        .where(DeviceCommand.id == command_id, DeviceCommand.status == "pending")
        .values(**values)
    )


async def find(
    session: ReadSession | WriteSession, device_id: UUID, command_id: UUID
) -> CommandRow | None:
    """One command of a device."""
    statement = _commands().where(
        DeviceCommand.id == command_id, DeviceCommand.device_id == device_id
    )
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else CommandRow(*row)


async def page(
    session: ReadSession,
    device_id: UUID,
    *,
    since: dt.datetime,
    after: CommandPosition | None,
    limit: int,
) -> list[CommandRow]:
    """Commands of a device under its present owner, newest first."""
    order = (DeviceCommand.created_at, DeviceCommand.id)
    statement = _commands().where(
        DeviceCommand.device_id == device_id, DeviceCommand.created_at >= since
    )
    if after is not None:
        statement = statement.where(tuple_(*order) < tuple_(*after))
    newest_first = (DeviceCommand.created_at.desc(), DeviceCommand.id.desc())
    found = await session.execute(statement.order_by(*newest_first).limit(limit))
    return [CommandRow(*row) for row in found]


async def set_config(
    session: WriteSession, device_id: UUID, settings: Mapping[str, Any], updated_by_id: UUID
) -> int:
    """Set the configuration of a device; its new version.

    The row stays locked until the session ends: whoever publishes it meanwhile publishes alone.
    """
    values = {"settings": dict(settings), "updated_by_id": updated_by_id}
    statement = insert(DeviceConfig).values(device_id=device_id, **values)
    version = await session.scalar(
        statement.on_conflict_do_update(
            index_elements=[DeviceConfig.device_id],
            # Drawn only once the row is locked: the later one is the higher one.
            set_=values | {"version": CONFIG_VERSIONS.next_value(), "updated_at": func.now()},
        ).returning(DeviceConfig.version)
    )
    return int(version or 0)


async def config(session: ReadSession | WriteSession, device_id: UUID) -> DeviceConfig | None:
    """Configuration of a device, when it ever had one."""
    return await session.scalar(
        select(DeviceConfig)
        .where(DeviceConfig.device_id == device_id)
        .execution_options(populate_existing=True)
    )
