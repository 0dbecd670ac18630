"""What administrators do about alarms: what everybody does who may answer them."""

from typing import Any, Final

from markupsafe import Markup
from starlette.requests import Request

from analytics import answers
from api.admin.acting import Turn
from api.admin.deeds import Typed, deed
from api.admin.entity import Entity, Row
from api.alarms import service
from api.alarms.schemas import NewNote
from api.alarms.shelves import end_alarm_shelf
from api.auth import Caller

ANSWERS: Final = "alarms.answer"


def _form(_request: Request, obj: Any) -> str:  # noqa: ANN401 - as the library asks
    """What the caller sees, so that nobody undoes what they have not seen, and why they do it."""
    return str(
        Markup(
            '<form><input type="hidden" name="version" value="{}">'
            '<label class="form-label mt-3">Note<textarea class="form-control" name="note" '
            'maxlength="2000" rows="3"></textarea></label></form>'
        ).format(obj.version)
    )


def _is_open(row: Row, _caller: Caller) -> bool:
    return bool(row.state != "closed")


class Alarms(Entity):
    """Alarms are answered, never edited."""

    @deed(
        "Acknowledge",
        "check",
        "You have seen it. A note, if you like, is kept with it.",
        needs=ANSWERS,
        when=_is_open,
        form=_form,
        modal_size="md",
    )
    async def acknowledge(self, turn: Turn, row: Row, typed: Typed) -> str:
        """Answer an alarm."""
        await service.acknowledge(turn.session, turn.caller, row.id, _seen(typed))
        await _note(turn, row, typed)
        return "The alarm is acknowledged."

    @deed(
        "Close",
        "circle-check",
        "A latched alarm, or one of equipment that was taken away, is closed. While the patient's "
        "condition lasts nobody can.",
        needs=ANSWERS,
        when=_is_open,
        form=_form,
        modal_size="md",
    )
    async def close(self, turn: Turn, row: Row, typed: Typed) -> str:
        """Close an alarm, with its transition and what is said about it."""
        await service.act(
            turn.session,
            turn.caller,
            row.id,
            lambda one, at_ms: answers.close(one, at_ms, turn.caller.id),
            _seen(typed),
            undoes=lambda alarm: alarm["assignee_id"] not in {None, turn.caller.id},
        )
        await _note(turn, row, typed)
        return "The alarm is closed."


def _seen(typed: Typed) -> frozenset[int] | None:
    version = typed.get("version", "")
    return frozenset({int(version)}) if version.isdecimal() else None


async def _note(turn: Turn, row: Row, typed: Typed) -> None:
    if not typed.get("note"):
        return
    note = NewNote(text=typed["note"])
    await service.act(
        turn.session,
        turn.caller,
        row.id,
        lambda one, at_ms: answers.add_note(one, at_ms, turn.caller.id, note.text),
        None,
    )


class Shelves(Entity):
    """Conditions that call nobody for a while."""

    @deed(
        "Take down",
        "bell",
        "What the shelf held back calls now.",
        needs=ANSWERS,
        when=lambda row, _caller: row.ended_at is None,
    )
    async def end(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """Take a shelf down before its time."""
        await end_alarm_shelf(turn.session, turn.caller, row.id)
