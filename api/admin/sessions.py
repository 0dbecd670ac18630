"""The panel's session: a signed cookie that names a row, which says whether it still lasts.

It ends by logging out, by a new password, when the account or its permission goes, when nobody uses
it, and after some hours in any case.
"""

import datetime as dt
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from api.admin.mount import PATH, outer_scope
from api.auth import Caller
from api.errors import InvalidTokenError
from api.services import services
from storage.queries import accounts, panel_logins

COOKIE: Final = "jeg_panel"
NOTED_EVERY: Final = dt.timedelta(seconds=30)
"""A use within that of the one before is not written down."""
Answer = TypeVar("Answer", bound=Response)


async def caller(request: Request) -> tuple[Caller, bool] | None:
    """Whose session it is, and whether they may use the panel now, by the database.

    Raises:
        QuotaExceededError: after too many requests of this user.
    """
    parts = services(request)
    try:
        claims = parts.tokens.read("panel", request.cookies.get(COOKIE, ""))
    except InvalidTokenError:
        return None
    await parts.quotas.of_user(outer_scope(request), claims.user_id)
    longest = dt.timedelta(minutes=parts.settings.panel_idle_minutes)
    found = await accounts.find_caller(parts.database, claims.user_id, claims.session_id)
    async with parts.database.read() as session:
        idle = await panel_logins.idle(session, claims.session_id)
    if found is None or idle is None or idle > longest or not found.is_strong:
        return None
    if idle > NOTED_EVERY:
        # Before anybody is introduced to the audit log: this is no change of theirs.
        async with parts.database.write() as writing:
            await panel_logins.used(writing, claims.session_id)
    known = Caller(found.account, claims.expires_at, claims.session_id)
    return known, "panel.use" in found.account.permissions


def keep(request: Request, answer: Answer, value: str) -> Answer:
    """Hand the cookie out: to this site's own pages, and to no script."""
    public = services(request).settings.public_url
    answer.set_cookie(
        COOKIE,
        value,
        path=PATH,
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https" or public.startswith("https:"),
    )
    return answer


def forget(answer: Answer) -> Answer:
    """Take it back."""
    answer.delete_cookie(COOKIE, path=PATH, httponly=True, samesite="strict")
    return answer
