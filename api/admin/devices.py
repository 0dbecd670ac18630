"""What administrators do about devices, and about what was refused of them."""

from typing import Any, ClassVar
from uuid import UUID

from starlette.requests import Request
from starlette_admin import row_action
from starlette_admin.exceptions import ActionFailed
from starlette_admin.flash import flash

from api.admin.acting import Turn, id_of, perform
from api.admin.changing import Changeable, whatever_is_current
from api.admin.entity import Entity, Row
from api.devices import service
from api.devices.schemas import DeviceChange
from api.services import services
from storage.release import Choice, release
from telemetry.errors import Reason

PERMISSION = "devices.use"


class Devices(Changeable):
    """Devices: their names and states change, their keys die."""

    shape = DeviceChange
    writable = ("name", "device_type", "manufacturer", "model", "firmware_version", "status")
    permission = PERMISSION
    needs: ClassVar = {"revoke": PERMISSION, "remove": PERMISSION}

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Row) -> bool:
        """A revoked device stays what it is."""
        if name in {"revoke", "edit"} and obj.status == "REVOKED":
            return False
        if name == "remove" and obj.removed_at is not None:
            return False
        return await self.is_row_action_allowed(request, name)

    async def change(self, turn: Turn, row: Row, body: Any) -> UUID | None:  # noqa: ANN401
        """As PATCH does."""
        edit = whatever_is_current(f"/api/iot/devices/{row.pk}/")
        await service.change(turn.session, turn.caller, id_of(row.pk), body, edit)
        return None

    @row_action(
        name="revoke",
        text="Revoke",
        confirmation="Its keys stop working at once, at the broker and over HTTP, for good. "
        "Its readings stay.",
        icon_class="fa fa-ban",
        action_btn_class="btn btn-danger",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Revoke",
    )
    async def revoke(self, request: Request, pk: str) -> None:
        """End a device."""
        device_id = id_of(pk)

        async def work(turn: Turn) -> None:
            await service.revoke(turn.parts, turn.session, turn.caller, device_id)

        await perform(request, work)
        flash(request, "The device is revoked.", "success")

    @row_action(
        name="remove",
        text="Remove",
        confirmation="It is revoked and leaves every list. Its readings stay its owner's.",
        icon_class="fa fa-trash",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Remove",
        exclude_from_list=True,
    )
    async def remove(self, request: Request, pk: str) -> None:
        """End a device and take it out of lists."""
        device_id = id_of(pk)

        async def work(turn: Turn) -> None:
            await service.remove(turn.parts, turn.session, turn.caller, device_id)

        await perform(request, work)
        flash(request, "The device is removed.", "success")


class DeadLetters(Entity):
    """Messages that were refused; judged again when what was wrong is put right."""

    needs: ClassVar = {"retry": "jobs.repair"}

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Row) -> bool:
        """What was released, or never can be, is not tried again."""
        if name == "retry" and (obj.released_at is not None or not obj.replayable):
            return False
        return await self.is_row_action_allowed(request, name)

    @row_action(
        name="retry",
        text="Judge again",
        confirmation="It is judged again as things are now, and stored where it holds.",
        icon_class="fa fa-rotate-right",
        submit_btn_text="Judge again",
    )
    async def retry(self, request: Request, pk: str) -> None:
        """Judge one letter again, as `jeg replay` does."""
        row = await self.seen(request, pk)
        choice = Choice([Reason(row.reason)], letter_id=row.id)
        async with services(request).database.plain() as connection:
            done = await release(connection, choice)
        if not done.letters:
            message = f"It stays refused: {', '.join(done.still) or 'it cannot be judged again'}."
            raise ActionFailed(message)
        flash(
            request, f"Stored: {done.stored} readings; known already: {done.duplicate}.", "success"
        )
