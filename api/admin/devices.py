"""What administrators do about devices, and about what was refused of them."""

from typing import Any
from uuid import UUID

from starlette_admin.exceptions import ActionFailed

from api.admin.acting import Turn
from api.admin.changing import Changeable, whatever_is_current
from api.admin.deeds import Typed, deed
from api.admin.entity import Entity, Row
from api.devices import service
from api.devices.schemas import DeviceChange
from storage.release import Choice, release
from telemetry.errors import Reason

PERMISSION = "devices.use"


class Devices(Changeable):
    """Devices: their names and states change, their keys die."""

    shape = DeviceChange
    writable = ("name", "device_type", "manufacturer", "model", "firmware_version", "status")
    permission = PERMISSION

    def holds(self, row: Row) -> bool:
        """A revoked device stays what it is."""
        return bool(row.status != "REVOKED")

    async def change(self, turn: Turn, row: Row, body: Any) -> UUID | None:  # noqa: ANN401
        """As PATCH does."""
        edit = whatever_is_current(f"/api/iot/devices/{row.pk}/")
        await service.change(turn.session, turn.caller, row.device_id, body, edit)
        return None

    @deed(
        "Revoke",
        "ban",
        "Its keys stop working at once, at the broker and over HTTP, for good. Its readings stay.",
        needs=PERMISSION,
        when=lambda row, _caller: row.status != "REVOKED",
        is_final=True,
        action_btn_class="btn btn-danger",
    )
    async def revoke(self, turn: Turn, row: Row, _typed: Typed) -> str:
        """End a device."""
        await service.revoke(turn.parts, turn.session, turn.caller, row.device_id)
        return "The device is revoked."

    @deed(
        "Remove",
        "trash",
        "It is revoked and leaves every list. Its readings stay its owner's.",
        needs=PERMISSION,
        when=lambda row, _caller: row.removed_at is None,
        is_final=True,
        exclude_from_list=True,
    )
    async def remove(self, turn: Turn, row: Row, _typed: Typed) -> str:
        """End a device and take it out of lists."""
        await service.remove(turn.parts, turn.session, turn.caller, row.device_id)
        return "The device is removed."


class DeadLetters(Entity):
    """Messages that were refused; judged again when what was wrong is put right."""

    @deed(
        "Judge again",
        "rotate-right",
        "It is judged again as things are now, and stored where it holds.",
        needs="jobs.repair",
        when=lambda row, _caller: row.released_at is None and row.replayable,
    )
    async def retry(self, turn: Turn, row: Row, _typed: Typed) -> str:
        """Judge one letter again, as `jeg replay` does."""
        choice = Choice([Reason(row.reason)], letter_id=row.id)
        async with turn.parts.database.plain() as connection:
            done = await release(connection, choice)
        if not done.letters:
            message = f"It stays refused: {', '.join(done.still) or 'it cannot be judged again'}."
            raise ActionFailed(message)
        return f"Stored: {done.stored} readings; known already: {done.duplicate}."
