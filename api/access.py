"""Every request on its way to the audit log: who, what, why, from where, whose data, how it ended.

Outside of everything that answers, inside of what makes the request id. The record is made when the
answer begins, which waits for it; see `api.trail`.
"""

import re
from typing import Final, cast
from uuid import UUID

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import APIError, BadRequestError
from api.problems import problem_response
from api.services import Services
from api.trail import Trail
from storage.access import PURPOSES, Access, begin

PURPOSE_HEADER: Final = "X-Purpose-Of-Use"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
REFUSED: Final = frozenset({401, 403, 404})
NOWHERE: Final = frozenset({404, 405})
"""Of somebody unknown these are no more than a wrong path."""
SERVER_ERROR: Final = 500
CLIENT_ERROR: Final = 400
UNAUDITED: Final = "intake"
"""Tag of endpoints where devices deliver: the ledger of each counts every message."""
_FIRST_PART: Final = frozenset({"api", "fhir", "admin"})
_TELLING: Final = re.compile(r"[0-9]{1,18}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z0-9_]+")
_PATIENT: Final = ("patient_id", "patient")


class UnknownPurposeError(BadRequestError):
    """X-Purpose-Of-Use must be one of the codes that the reference names."""


class Audit:
    """Opens the `Access` of each request and has it recorded."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].split("/", 2)[1] not in _FIRST_PART:
            await self._app(scope, receive, send)
            return
        with begin(_opened(scope)) as access:
            answer = _Answer(scope, receive, send, access)
            try:
                await self._app(scope, receive, answer.send)
            except Exception:
                if not answer.begun:
                    await answer.record(SERVER_ERROR)
                raise


class _Answer:
    """An answer whose first byte waits for the record of what it answers."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, access: Access) -> None:
        self.begun = False
        self._withheld = False
        self._scope, self._receive, self._send, self._access = scope, receive, send, access

    async def send(self, message: Message) -> None:
        """Pass the answer on, or another one when it cannot be recorded."""
        if message["type"] == "http.response.start" and not self.begun:
            self.begun = True
            try:
                await self.record(message["status"])
            except APIError as error:
                self._withheld = True
                problem = problem_response(error, self._scope["request_id"], self._scope["path"])
                await problem(self._scope, self._receive, self._send)
                return
        if not self._withheld:
            await self._send(message)

    async def record(self, status: int) -> None:
        """Have recorded what is not yet."""
        _note_path(self._scope, self._access)
        if _worth_recording(self._scope, self._access, status):
            await _trail(self._scope).keep(self._access.records(_outcome(status), status))
            self._access.kept = set(self._access.patients)


def _trail(scope: Scope) -> Trail:
    return cast("Services", scope["app"].state.services).trail


def _opened(scope: Scope) -> Access:
    request = Request(scope)
    purpose = request.headers.get(PURPOSE_HEADER, "")
    if purpose and purpose not in PURPOSES:
        raise UnknownPurposeError
    return Access(
        action=scope["method"],
        address="" if request.client is None else request.client.host,
        request_id=scope["request_id"],
        purpose=purpose,
        where=lambda: _where(scope),
    )


def _where(scope: Scope) -> tuple[str, str]:
    """Path of the route, and those values in it that are ids and names, never anything secret."""
    path = getattr(scope.get("route"), "path", None) or f"/{scope['path'].split('/', 2)[1]}/"
    values = (str(value) for value in scope.get("path_params", {}).values())
    return path, "/".join(value for value in values if _TELLING.fullmatch(value))


def _note_path(scope: Scope, access: Access) -> None:
    """Whoever asks for a patient by name has asked for them, whatever the endpoint did."""
    for name in _PATIENT:
        value = scope.get("path_params", {}).get(name)
        try:
            access.patients.update([UUID(str(value))] if value is not None else [])
        except ValueError:
            continue


def _outcome(status: int) -> str:
    if status >= SERVER_ERROR:
        return "failed"
    if status in REFUSED:
        return "denied"
    return "refused" if status >= CLIENT_ERROR else "success"


def _worth_recording(scope: Scope, access: Access, status: int) -> bool:
    """Every change that was tried, every patient's data that was asked for, every refusal."""
    route = scope.get("route")
    if route is None or UNAUDITED in getattr(route, "tags", ()):
        return False
    if status < CLIENT_ERROR and access.complete:
        return False
    if access.actor_id is None and status in NOWHERE:
        return bool(access.patients)
    refused = status in REFUSED and access.actor_id is not None
    return bool(access.patients) or refused or scope["method"] not in SAFE
