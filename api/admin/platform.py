"""What administrators do about jobs, webhooks, subscribers and hospitals' own systems."""

# ruff: noqa: ARG002 - the library hands in what not every answer needs

import re
from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette_admin import JSONField, StringField, row_action
from starlette_admin.exceptions import ActionFailed
from starlette_admin.filters import FilterGroup
from starlette_admin.flash import flash
from starlette_admin.views import BaseModelView

from api.admin.acting import Turn, caller_of, perform
from api.admin.changing import whatever_is_current
from api.admin.deeds import Typed, deed
from api.admin.entity import Entity, Row
from api.admin.fields import TimeField
from api.auth import Caller
from api.dead_jobs.endpoints import LARGEST, retry_dead_job
from api.errors import NotFoundError
from api.hospitals.systems import forget_hospital_system, replay_hospital_sync
from api.notifications.endpoints import remove_webhook
from api.services import services
from api.subscribers.endpoints import remove_subscriber
from storage.queries import dead_jobs
from storage.queries.dead_jobs import DeadJob

MOST_DEAD = 1_000
REPAIRS = "jobs.repair"
MANAGES = "providers.manage"
NOTIFIES = "notifications.manage"
_NUMBER: Final = re.compile(r"[0-9]{1,19}")
REFUSED = "Jobs are made and ended by the programs."


def _removable(row: Row, caller: Caller) -> bool:
    """People's own are theirs to remove."""
    return row.user_id in {None, caller.id}


class Webhooks(Entity):
    """Addresses that are told of events; their secrets are nowhere to be seen."""

    @deed(
        "Remove",
        "trash",
        "Nothing more is sent there.",
        needs=NOTIFIES,
        when=_removable,
        is_final=True,
    )
    async def remove(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """Tell an address nothing more."""
        await remove_webhook(turn.session, turn.caller, row.id)


class Subscribers(Entity):
    """Who is sent alarms over MQTT."""

    @deed("Remove", "trash", "It is disconnected within a second.", needs=NOTIFIES, is_final=True)
    async def remove(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """Let a subscriber in no more."""
        await remove_subscriber(turn.parts, turn.session, turn.caller, row.id)


class HospitalSystems(Entity):
    """Where hospitals' own systems are told who works there; their secrets are shown to nobody."""

    @deed(
        "Forget",
        "trash",
        "The hospital's own system is told nothing more.",
        needs=MANAGES,
        is_final=True,
    )
    async def remove(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """As DELETE does."""
        edit = whatever_is_current(f"/api/hospitals/{row.hospital_id}/system/")
        await forget_hospital_system(turn.session, turn.caller, row.hospital_id, edit)


class HospitalSyncs(Entity):
    """What hospitals' own systems were told; told anew, where that was given up."""

    @deed(
        "Tell again",
        "rotate-right",
        "The hospital's own system is told once more, with all attempts.",
        needs=MANAGES,
    )
    async def replay(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """As the API does, by a job."""
        await replay_hospital_sync(turn.session, turn.caller, row.hospital_id, row.id)


class DeadJobs(BaseModelView):
    """Jobs of the queue that failed for good, which no table of ours holds."""

    key = "dead_jobs"
    group = "Platform"
    menu_label = display_name = "Dead jobs"
    pk_attr = "id"
    exporters = ()
    importers = ()
    actions = ()
    searchable_fields = ()
    sortable_fields = ()
    page_size = 25
    column_visibility = False
    fields = (
        StringField("id", label="ID"),
        StringField("task"),
        StringField("queue"),
        StringField("attempts"),
        TimeField("failed_at"),
        StringField("channel"),
        StringField("reason"),
        JSONField("args", label="Arguments", exclude_from_list=True, read_only=True),
    )

    def is_accessible(self, request: Request) -> bool:
        """Whoever may see them over the API."""
        return REPAIRS in caller_of(request).account.permissions

    def can_create(self, request: Request) -> bool:
        """They come from failures."""
        return False

    can_edit = can_delete = can_export = can_import = can_create

    async def find_all(  # noqa: PLR0913, PLR0917 - as the library asks
        self,
        request: Request,
        skip: int = 0,
        limit: int = MOST_DEAD,
        q: str | None = None,
        sorts: Sequence[tuple[str, str]] | None = None,
        filters: FilterGroup | None = None,
    ) -> Sequence[DeadJob]:
        """The newest."""
        del q, sorts, filters
        async with services(request).database.read() as session:
            found = await dead_jobs.page(session, limit=min(skip + limit, MOST_DEAD))
        return found[skip:]

    async def count(
        self, request: Request, q: str | None = None, filters: FilterGroup | None = None
    ) -> int:
        """As many as anybody leafs through."""
        return len(await self.find_all(request, 0, MOST_DEAD, q, None, filters))

    async def find_by_pk(self, request: Request, pk: Any) -> DeadJob | None:  # noqa: ANN401
        """One."""
        if not _NUMBER.fullmatch(str(pk)) or not 0 < int(pk) <= LARGEST:
            return None
        async with services(request).database.read() as session:
            found = await dead_jobs.page(session, limit=1, before=min(int(pk) + 1, LARGEST))
        return found[0] if found and found[0].id == int(pk) else None

    async def find_by_pks(self, request: Request, pks: list[Any]) -> Sequence[DeadJob]:
        """Several."""
        found = [await self.find_by_pk(request, one) for one in pks[:MOST_DEAD]]
        return [one for one in found if one is not None]

    async def create(self, request: Request, data: dict[str, Any]) -> Any:  # noqa: ANN401
        """Refuse."""
        raise ActionFailed(REFUSED)

    async def edit(self, request: Request, pk: Any, data: dict[str, Any]) -> Any:  # noqa: ANN401
        """Refuse."""
        raise ActionFailed(REFUSED)

    async def delete(self, request: Request, pks: list[Any]) -> int | None:
        """Refuse."""
        raise ActionFailed(REFUSED)

    @row_action(
        name="retry",
        text="Do it again",
        confirmation="The worker takes it within seconds, with all its attempts.",
        icon_class="fa fa-rotate-right",
        submit_btn_text="Do it again",
    )
    async def retry(self, request: Request, pk: str) -> None:
        """Have a job done again."""
        row = await self.find_by_pk(request, pk)
        if row is None:
            raise ActionFailed(NotFoundError.title())
        await perform(request, lambda turn: retry_dead_job(turn.session, turn.caller, row.id))
        flash(request, "The job is done again.", "success")
