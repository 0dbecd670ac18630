"""What administrators do about alarms: what everybody does who may answer them."""

from typing import Any, ClassVar

from markupsafe import Markup
from starlette.requests import Request
from starlette_admin import row_action
from starlette_admin.flash import flash

from analytics import answers
from api.admin.acting import Turn, Work, id_of, perform, typed
from api.admin.entity import Entity, Row
from api.alarms import service
from api.alarms.schemas import NewNote
from api.alarms.shelves import end_alarm_shelf


def _form(_request: Request, obj: Any) -> str:  # noqa: ANN401 - as the library asks
    """What the caller sees, so that nobody undoes what they have not seen, and why they do it."""
    return str(
        Markup(
            '<form><input type="hidden" name="version" value="{}">'
            '<label class="form-label mt-3">Note<textarea class="form-control" name="note" '
            'maxlength="2000" rows="3"></textarea></label></form>'
        ).format(obj.version)
    )


class Alarms(Entity):
    """Alarms are answered, never edited."""

    needs: ClassVar = {"acknowledge": "alarms.answer", "close": "alarms.answer"}

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Row) -> bool:
        """What is closed is over."""
        if name in {"acknowledge", "close"} and obj.state == "closed":
            return False
        return await self.is_row_action_allowed(request, name)

    @row_action(
        name="acknowledge",
        text="Acknowledge",
        confirmation="You have seen it. A note, if you like, is kept with it.",
        icon_class="fa fa-check",
        submit_btn_text="Acknowledge",
        form=_form,
        modal_size="md",
    )
    async def acknowledge(self, request: Request, pk: str) -> None:
        """Answer an alarm."""
        await perform(request, await _answered(request, pk, closes=False))
        flash(request, "The alarm is acknowledged.", "success")

    @row_action(
        name="close",
        text="Close",
        confirmation="A latched alarm, or one of equipment that was taken away, is closed. While "
        "the patient's condition lasts nobody can.",
        icon_class="fa fa-circle-check",
        submit_btn_text="Close",
        form=_form,
        modal_size="md",
    )
    async def close(self, request: Request, pk: str) -> None:
        """Close an alarm, with its transition and what is said about it."""
        await perform(request, await _answered(request, pk, closes=True))
        flash(request, "The alarm is closed.", "success")


async def _answered(request: Request, pk: str, *, closes: bool) -> Work:
    alarm_id = id_of(pk)
    version, text = await typed(request, "version"), await typed(request, "note")

    async def work(turn: Turn) -> None:
        seen = frozenset({int(version)}) if version.isdigit() else None
        if closes:
            await service.act(
                turn.session,
                turn.caller,
                alarm_id,
                lambda one, at_ms: answers.close(one, at_ms, turn.caller.id),
                seen,
                undoes=lambda row: row["assignee_id"] not in {None, turn.caller.id},
            )
        else:
            await service.acknowledge(turn.session, turn.caller, alarm_id, seen)
        if text:
            note = NewNote(text=text)
            await service.act(
                turn.session,
                turn.caller,
                alarm_id,
                lambda one, at_ms: answers.add_note(one, at_ms, turn.caller.id, note.text),
                None,
            )

    return work


class Shelves(Entity):
    """Conditions that call nobody for a while."""

    needs: ClassVar = {"end": "alarms.answer"}

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Row) -> bool:
        """What has ended cannot be ended."""
        over = name == "end" and obj.ended_at is not None
        return not over and await self.is_row_action_allowed(request, name)

    @row_action(
        name="end",
        text="Take down",
        confirmation="What the shelf held back calls now.",
        icon_class="fa fa-bell",
        submit_btn_text="Take down",
    )
    async def end(self, request: Request, pk: str) -> None:
        """Take a shelf down before its time."""
        shelf_id = id_of(pk)

        async def work(turn: Turn) -> None:
            await end_alarm_shelf(turn.session, turn.caller, shelf_id)

        await perform(request, work)
