"""Logging in to the panel: name and password, then an authenticator's code; or a passkey alone.

A passkey is both factors. Who has neither sets an app up on the way: its secret is drawn once.
Wrong guesses count for the same locks as at the API, and each try is in the audit log.
"""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates
from starlette_admin.auth import AdminUser, BaseAuthProvider
from starlette_admin.helpers import index_url, safe_redirect_url

from api.accounts import passkeys, totp
from api.accounts.factor_schemas import PasskeyAnswer
from api.accounts.lockout import Guard, guard
from api.accounts.origin import Origin, origin_of
from api.admin import sessions
from api.admin.acting import told
from api.admin.mount import note
from api.auth import Caller, introduce
from api.errors import (
    APIError,
    InvalidCodeError,
    InvalidCredentialsError,
    InvalidLinkError,
    InvalidPasskeyError,
    PermissionDeniedError,
)
from api.services import Services, services
from storage.access import tried
from storage.engine import ReadSession, WriteSession
from storage.queries import accounts, logins, panel_logins, second_factors
from storage.queries.accounts import Credentials
from telemetry.logs import logger

PERMISSION: Final = "panel.use"
MOST_TYPED: Final = 8_192
"""A passkey's answer is about a thousand characters."""


class PasskeyAloneError(PermissionDeniedError):
    """Your account has a passkey and no authenticator app: log in with the passkey."""


class WrongFirstCodeError(InvalidCodeError):
    """The code is not one that the app shows now. Try the next one."""


@dataclass(frozen=True, slots=True)
class _Known:
    """Somebody whose password or passkey was right, and who watches over their guesses."""

    caller: Caller
    watch: Guard


class Login(BaseAuthProvider):
    """The pages of logging in and out."""

    def get_routes(self, templates: Jinja2Templates) -> list[Route]:
        """The pages, each with the next one as its answer, and the way out."""
        self.templates = templates
        steps: tuple[tuple[str, str, Callable[[Request], Awaitable[Response]]], ...] = (
            ("/login", "login", self.password),
            ("/login/code", "login-code", self.code),
            ("/login/enrol", "login-enrol", self.enrol),
            ("/login/passkey", "login-passkey", self.passkey),
        )
        return [
            *(
                Route(path, self._guarded(work), methods=["GET", "POST"], name=name)
                for path, name, work in steps
            ),
            Route("/logout", self.out, methods=["POST"], name="logout"),
        ]

    async def authenticate(self, request: Request) -> AdminUser | None:
        """Who it is; see `api.admin.gate`, which asks before any page is made."""
        caller = getattr(request.state, "caller", None)
        return None if caller is None else AdminUser(_name(caller))

    def _guarded(
        self, work: Callable[[Request], Awaitable[Response]]
    ) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            if request.method == "GET":
                if getattr(request.state, "caller", None) is not None:
                    return RedirectResponse(self._next(request), 303)
                return self._page(request)
            try:
                return await work(request)
            except APIError as error:
                page = self._page(request, error=told(error), status=error.status)
                page.headers.update(error.headers)
                return page

        return answer

    async def password(self, request: Request) -> Response:
        """Check name and password; an unknown name takes as long as a wrong password."""
        parts, origin = services(request), origin_of(request)
        name = await _typed(request, "username")
        async with parts.database.read() as session:
            known = await panel_logins.credentials(session, name)
            watch = guard(parts, known.email or name if known else name, origin)
            await watch.check(session)
        if known is not None:
            tried(known.user_id)
        expected = known.password_hash if known else None
        matches = await parts.passwords.verify(await _typed(request, "password"), expected)
        if known is None or not matches:
            if known is None:
                note(request, user="unknown")
            await watch.failed(parts, known.user_id if known else None)
            raise InvalidCredentialsError
        async with parts.database.read() as session:
            await watch.check(session)
        return await self._second_page(request, parts, known)

    async def _second_page(self, request: Request, parts: Services, known: Credentials) -> Response:
        async with parts.database.read() as session:
            caller = await _permitted(parts, session, known.user_id)
            has = await second_factors.factors(session, caller.id)
        ticket, _ = parts.tokens.issue("ticket", caller.id, uuid4())
        if has.totp:
            return self._page(request, "code", ticket=ticket)
        if has.passkeys:
            raise PasskeyAloneError
        async with parts.database.write() as session:
            shown = await totp.enrol(parts, session, caller)
        return self._page(
            request,
            "enrol",
            ticket=ticket,
            qr=Markup(shown.qr_svg),  # noqa: S704 - segno drew it
            secret=shown.secret,
        )

    async def code(self, request: Request) -> Response:
        """Check the code of the app, or a recovery code, and open the session."""
        parts = services(request)
        known, typed = await self._ticket(request), await _typed(request, "code")
        async with parts.database.write() as session:
            await known.watch.check(session)
            method = await totp.shown_factor(parts, session, known.caller.id, typed)
            if method is not None:
                cookie = await self._begin(request, session, known, method)
        if method is None:
            await self._failed(request, known)
            return self._page(
                request,
                "code",
                ticket=await _typed(request, "ticket"),
                error=InvalidCodeError.title(),
                status=InvalidCodeError.status,
            )
        return sessions.keep(request, RedirectResponse(self._next(request), 303), cookie)

    async def enrol(self, request: Request) -> Response:
        """Finish with a new app's first code; show the recovery codes, once."""
        parts = services(request)
        known, typed = await self._ticket(request), await _typed(request, "code")
        try:
            async with parts.database.write() as session:
                await known.watch.check(session)
                codes = await totp.confirm(parts, session, known.caller, typed)
                cookie = await self._begin(request, session, known, "totp")
        except InvalidLinkError:
            await self._failed(request, known)
            return self._page(
                request,
                "enrol",
                ticket=await _typed(request, "ticket"),
                error=WrongFirstCodeError.title(),
                status=WrongFirstCodeError.status,
            )
        page = self._page(request, "codes", codes=codes, go_on=self._next(request))
        return sessions.keep(request, page, cookie)

    async def passkey(self, request: Request) -> Response:
        """Have the browser ask for a passkey, then open the session of whoever's it is."""
        parts, answer = services(request), await _typed(request, "credential")
        if not answer:
            asked = await passkeys.asking(parts)
            options = json.dumps(asked.public_key)
            return self._page(request, "passkey", asked=asked.id, options=options)
        try:
            said = {"id": await _typed(request, "asked"), "credential": json.loads(answer)}
            body = PasskeyAnswer.model_validate(said)
        except (ValueError, RecursionError) as error:
            raise InvalidPasskeyError from error
        async with parts.database.write() as session:
            caller = await _permitted(parts, session, await passkeys.used(parts, session, body))
            watch = guard(parts, caller.account.email, origin_of(request))
            cookie = await self._begin(request, session, _Known(caller, watch), "passkey")
        return sessions.keep(request, RedirectResponse(self._next(request), 303), cookie)

    async def out(self, request: Request) -> Response:
        """End the session."""
        parts, caller = services(request), request.state.caller
        async with parts.database.write() as session:
            await logins.end(session, caller.id, caller.session_id)
        return sessions.forget(RedirectResponse(request.url_for("admin:login"), 303))

    @staticmethod
    async def _ticket(request: Request) -> _Known:
        """Who it was whose password was right, a few minutes ago.

        Raises:
            InvalidTokenError: when it is too long ago.
        """
        parts = services(request)
        claims = parts.tokens.read("ticket", await _typed(request, "ticket"))
        async with parts.database.read() as session:
            caller = await _permitted(parts, session, claims.user_id)
        tried(caller.id)
        return _Known(caller, guard(parts, caller.account.email, origin_of(request)))

    @staticmethod
    async def _failed(request: Request, known: _Known) -> None:
        await known.watch.failed(services(request), known.caller.id)

    @staticmethod
    async def _begin(request: Request, session: WriteSession, known: _Known, method: str) -> str:
        """Open a session in the transaction that spent the code; its cookie."""
        origin: Origin = origin_of(request)
        introduce(known.caller, {})
        await known.watch.passed(session)
        await accounts.logged_in(session, known.caller.id)
        new = logins.NewSession(
            id=uuid4(),
            user_id=known.caller.id,
            method=method,
            is_strong=True,
            address=origin.address,
            user_agent=origin.user_agent,
        )
        cookie, claims = services(request).tokens.issue("panel", known.caller.id, new.id)
        await panel_logins.begin(session, new, claims.expires_at)
        logger().info("panel_login", user_id=str(known.caller.id), method=method)
        return cookie

    def _next(self, request: Request) -> str:
        home = index_url(request)
        return safe_redirect_url(request.query_params.get("next") or home, request, home)

    def _page(
        self, request: Request, step: str = "password", *, status: int = 200, **context: object
    ) -> Response:
        return self.templates.TemplateResponse(
            request=request,
            name="panel/login.html",
            context={"step": step, "title": "Log in", **context},
            status_code=status,
        )


async def _permitted(parts: Services, session: ReadSession | WriteSession, user_id: UUID) -> Caller:
    """Somebody who may use the panel.

    Raises:
        PermissionDeniedError: when they may not.
    """
    account = await accounts.find(session, user_id)
    if account is None:
        raise InvalidCredentialsError
    _, claims = parts.tokens.issue("panel", user_id, uuid4())
    caller = Caller(account, claims.expires_at, claims.session_id)
    if PERMISSION not in account.permissions:
        introduce(caller, {})
        raise PermissionDeniedError
    return caller


async def _typed(request: Request, name: str) -> str:
    """What was typed; no space is taken off a password."""
    value = (await request.form()).get(name)
    text = value[:MOST_TYPED] if isinstance(value, str) else ""
    return text if name == "password" else text.strip()


def _name(caller: Caller) -> str:
    account = caller.account
    return f"{account.first_name} {account.last_name}".strip() or account.email
