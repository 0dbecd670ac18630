"""What administrators do about people: accounts, roles, sessions, and who sees whom."""

from typing import Final
from uuid import UUID

from fastapi import Response
from markupsafe import Markup
from starlette.requests import Request

from api.admin.acting import Turn, id_of
from api.admin.deeds import Typed, deed
from api.admin.entity import Entity, Row
from api.auth import Caller
from api.care_team import service as care_team
from api.errors import ConflictError, InvalidInputError, NotFoundError
from api.roles.endpoints import ADMIN, LastAdminError, assign_role, withdraw_role
from api.roles.schemas import RoleInput
from storage.engine import WriteSession
from storage.permissions import ROLES
from storage.queries import logins, panel_logins, roles

ROLES_ASSIGN: Final = "roles.assign"
CARE: Final = "care_team.change"
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


def _may_end(row: Row, caller: Caller) -> bool:
    return bool(row.is_active and row.id != caller.id)


class Users(Entity):
    """Accounts: never deleted, but ended; roles are given and taken."""

    @deed(
        "Deactivate",
        "user-slash",
        "The account is logged out everywhere at once and cannot log in again.",
        needs=None,
        when=_may_end,
        is_final=True,
        exclude_from_list=True,
    )
    async def deactivate(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """End an account, and every session of it."""
        await set_active(turn.session, turn.caller, row.id, active=False)

    @deed(
        "Activate",
        "user-check",
        "The account can log in again.",
        needs=None,
        when=lambda row, _caller: not row.is_active,
        exclude_from_list=True,
    )
    async def activate(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """Let an account log in again."""
        await set_active(turn.session, turn.caller, row.id, active=True)

    @deed(
        "Assign a role",
        "user-plus",
        "It counts from the next request on.",
        needs=ROLES_ASSIGN,
        button="Assign",
        form=str(ROLE_FORM),
        exclude_from_list=True,
    )
    async def assign_role(self, turn: Turn, row: Row, typed: Typed) -> None:
        """Give somebody a role."""
        await assign_role(turn.session, turn.caller, row.id, _role(typed), Response())

    @deed(
        "Withdraw a role",
        "user-minus",
        "It no longer counts from the next request on.",
        needs=ROLES_ASSIGN,
        button="Withdraw",
        is_final=True,
        form=str(ROLE_FORM),
        exclude_from_list=True,
    )
    async def withdraw_role(self, turn: Turn, row: Row, typed: Typed) -> None:
        """Take a role away."""
        await withdraw_role(turn.session, turn.caller, row.id, _role(typed).role)

    @deed(
        "Assign to a clinician",
        "link",
        "The clinician sees this patient from now on. The patient can read who does.",
        needs=CARE,
        button="Assign",
        form=_care_form,
        exclude_from_list=True,
    )
    async def assign_care(self, turn: Turn, row: Row, typed: Typed) -> None:
        """Let a clinician see a patient."""
        clinician_id = id_of(typed.get("clinician", ""))
        if not await care_team.assign(turn.session, turn.caller, row.id, clinician_id):
            raise NothingToDoError


def _role(typed: Typed) -> RoleInput:
    role = typed.get("role", "")
    if role not in ROLES:
        raise UnknownRoleError
    return RoleInput.model_validate({"role": role})


class UserRoles(Entity):
    """Who holds which role."""

    @deed(
        "Withdraw",
        "user-minus",
        "It no longer counts from the next request on.",
        needs=ROLES_ASSIGN,
        is_final=True,
    )
    async def withdraw(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """Take a role away."""
        body = RoleInput.model_validate({"role": row.line.names["role_id"]})
        await withdraw_role(turn.session, turn.caller, row.user_id, body.role)


class LoginSessions(Entity):
    """Who is logged in, from where."""

    @deed(
        "End session",
        "right-from-bracket",
        "Its tokens stop working at once.",
        needs=None,
        when=lambda row, _caller: row.ended_at is None,
        button="End",
        is_final=True,
    )
    async def end(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """End one session, with its tokens."""
        if not await logins.end(turn.session, row.user_id, row.id):
            raise NotFoundError


class CareRelationships(Entity):
    """Who may see whom because they care for them."""

    @deed(
        "End care",
        "link-slash",
        "Every care relationship of this clinician with this patient ends at once.",
        needs=CARE,
        when=lambda row, _caller: row.ends_at is None,
        button="End",
        is_final=True,
    )
    async def end(self, turn: Turn, row: Row, _typed: Typed) -> None:
        """End what lets a clinician see a patient."""
        await care_team.end(turn.session, turn.caller, row.patient_id, row.clinician_id)
