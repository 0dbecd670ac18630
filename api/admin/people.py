"""What administrators do about people: accounts, roles, sessions, and who sees whom."""

from typing import Any, ClassVar
from uuid import UUID

from fastapi import Response
from markupsafe import Markup
from starlette.requests import Request
from starlette_admin import row_action

from api.admin.acting import Turn, Work, caller_of, id_of, perform, typed
from api.admin.entity import Entity, Row
from api.auth import Caller
from api.care_team import service as care_team
from api.errors import ConflictError, InvalidInputError, NotFoundError
from api.roles.endpoints import ADMIN, LastAdminError, assign_role, withdraw_role
from api.roles.schemas import RoleInput
from storage.engine import WriteSession
from storage.permissions import ROLES
from storage.queries import logins, panel_logins, roles

ROLE_FORM = Markup(
    '<form><label class="form-label mt-3">Role<select class="form-select" name="role">'
    "{}</select></label></form>"
).format(Markup("").join(Markup("<option>{}</option>").format(name) for name in sorted(ROLES)))

CARE_FORM = Markup(
    '<form><label class="form-label mt-3">Clinician, by name, or the id of the account<input '
    'class="form-control" name="clinician" list="called-so" data-lookup="{}" autocomplete="off" '
    'required></label><datalist id="called-so"></datalist></form>'
)


def _care_form(request: Request, _user: Row) -> str:
    """A field that offers the accounts that are called as somebody types."""
    return str(CARE_FORM.format(request.url_for("admin:relation-lookup", key="users")))


class OneselfError(ConflictError):
    """Nobody does that to their own account."""


class NothingToDoError(ConflictError):
    """That is so already."""


class UnknownRoleError(InvalidInputError):
    """There is no such role."""


async def set_active(session: WriteSession, caller: Caller, user_id: UUID, *, active: bool) -> None:
    """Let an account log in, or end it with all its sessions.

    Raises:
        OneselfError: for the caller's own account.
        LastAdminError: when nobody else is left who can give roles.
        NothingToDoError: when it is so already.
        NotFoundError: when there is no such account.
    """
    if not await roles.exists_user(session, user_id):
        raise NotFoundError
    if user_id == caller.id:
        raise OneselfError
    held = {one.role for one in await roles.held(session, user_id)}
    if not active and ADMIN in held and not await roles.others_hold(session, user_id, ADMIN):
        raise LastAdminError
    if not await panel_logins.set_active(session, user_id, active=active):
        raise NothingToDoError
    if not active:
        await logins.end_all(session, user_id)


class Users(Entity):
    """Accounts: never deleted, but ended; roles are given and taken."""

    needs: ClassVar = {
        "assign_role": "roles.assign",
        "withdraw_role": "roles.assign",
        "assign_care": "care_team.change",
    }

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Any) -> bool:  # noqa: ANN401
        """An active account can be ended, another one begun again."""
        if name in {"activate", "deactivate"} and bool(obj.is_active) is (name == "activate"):
            return False
        if name in {"activate", "deactivate"} and obj.id == caller_of(request).id:
            return False
        return await self.is_row_action_allowed(request, name)

    @row_action(
        name="deactivate",
        text="Deactivate",
        confirmation="The account is logged out everywhere at once and cannot log in again.",
        icon_class="fa fa-user-slash",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Deactivate",
        exclude_from_list=True,
    )
    async def deactivate(self, request: Request, pk: str) -> None:
        """End an account, and every session of it."""
        user_id = id_of(pk)

        async def work(turn: Turn) -> None:
            await set_active(turn.session, turn.caller, user_id, active=False)

        await perform(request, work)

    @row_action(
        name="activate",
        text="Activate",
        confirmation="The account can log in again.",
        icon_class="fa fa-user-check",
        submit_btn_text="Activate",
        exclude_from_list=True,
    )
    async def activate(self, request: Request, pk: str) -> None:
        """Let an account log in again."""
        user_id = id_of(pk)

        async def work(turn: Turn) -> None:
            await set_active(turn.session, turn.caller, user_id, active=True)

        await perform(request, work)

    @row_action(
        name="assign_role",
        text="Assign a role",
        confirmation="It counts from the next request on.",
        icon_class="fa fa-user-plus",
        submit_btn_text="Assign",
        form=str(ROLE_FORM),
        exclude_from_list=True,
    )
    async def assign_role(self, request: Request, pk: str) -> None:
        """Give somebody a role."""
        await perform(request, await _of_role(request, pk, give=True))

    @row_action(
        name="withdraw_role",
        text="Withdraw a role",
        confirmation="It no longer counts from the next request on.",
        icon_class="fa fa-user-minus",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Withdraw",
        form=str(ROLE_FORM),
        exclude_from_list=True,
    )
    async def withdraw_role(self, request: Request, pk: str) -> None:
        """Take a role away."""
        await perform(request, await _of_role(request, pk, give=False))

    @row_action(
        name="assign_care",
        text="Assign to a clinician",
        confirmation="The clinician sees this patient from now on. The patient can read who does.",
        icon_class="fa fa-link",
        submit_btn_text="Assign",
        form=_care_form,
        exclude_from_list=True,
    )
    async def assign_care(self, request: Request, pk: str) -> None:
        """Let a clinician see a patient."""
        patient_id, clinician_id = id_of(pk), id_of(await typed(request, "clinician"))

        async def work(turn: Turn) -> None:
            if not await care_team.assign(turn.session, turn.caller, patient_id, clinician_id):
                raise NothingToDoError

        await perform(request, work)


async def _of_role(request: Request, pk: str, *, give: bool) -> Work:
    user_id, role = id_of(pk), await typed(request, "role")

    async def work(turn: Turn) -> None:
        if role not in ROLES:
            raise UnknownRoleError
        body = RoleInput.model_validate({"role": role})
        if give:
            await assign_role(turn.session, turn.caller, user_id, body, Response())
        else:
            await withdraw_role(turn.session, turn.caller, user_id, body.role)

    return work


class UserRoles(Entity):
    """Who holds which role."""

    needs: ClassVar = {"withdraw": "roles.assign"}

    @row_action(
        name="withdraw",
        text="Withdraw",
        confirmation="It no longer counts from the next request on.",
        icon_class="fa fa-user-minus",
        submit_btn_class="btn btn-danger",
        submit_btn_text="Withdraw",
    )
    async def withdraw(self, request: Request, pk: str) -> None:
        """Take a role away."""
        row = await self.seen(request, pk)

        async def work(turn: Turn) -> None:
            body = RoleInput.model_validate({"role": row.line.names["role_id"]})
            await withdraw_role(turn.session, turn.caller, row.user_id, body.role)

        await perform(request, work)


class LoginSessions(Entity):
    """Who is logged in, from where."""

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Row) -> bool:
        """What has ended cannot be ended."""
        over = name == "end" and obj.ended_at is not None
        return not over and await self.is_row_action_allowed(request, name)

    @row_action(
        name="end",
        text="End session",
        confirmation="Its tokens stop working at once.",
        icon_class="fa fa-right-from-bracket",
        submit_btn_class="btn btn-danger",
        submit_btn_text="End",
    )
    async def end(self, request: Request, pk: str) -> None:
        """End one session, with its tokens."""
        row = await self.seen(request, pk)

        async def work(turn: Turn) -> None:
            if not await logins.end(turn.session, row.user_id, row.id):
                raise NotFoundError

        await perform(request, work)


class CareRelationships(Entity):
    """Who may see whom because they care for them."""

    needs: ClassVar = {"end": "care_team.change"}

    async def is_row_action_allowed_for_obj(self, request: Request, name: str, obj: Row) -> bool:
        """What has ended cannot be ended."""
        over = name == "end" and obj.ends_at is not None
        return not over and await self.is_row_action_allowed(request, name)

    @row_action(
        name="end",
        text="End care",
        confirmation="Every care relationship of this clinician with this patient ends at once.",
        icon_class="fa fa-link-slash",
        submit_btn_class="btn btn-danger",
        submit_btn_text="End",
    )
    async def end(self, request: Request, pk: str) -> None:
        """End what lets a clinician see a patient."""
        row = await self.seen(request, pk)

        async def work(turn: Turn) -> None:
            await care_team.end(turn.session, turn.caller, row.patient_id, row.clinician_id)

        await perform(request, work)
