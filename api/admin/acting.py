"""What administrators do: the services of the API, in one transaction, and what they refuse."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar, cast
from uuid import UUID

from pydantic import ValidationError
from starlette.requests import Request
from starlette_admin.exceptions import ActionFailed

from api.auth import Caller
from api.errors import APIError, NotFoundError
from api.services import Services, services
from api.sessions import Begin, done_after_commit
from storage.engine import WriteSession


@dataclass(frozen=True, slots=True)
class Turn:
    """What an administrator does something with: parts of the API, a transaction, and who it is."""

    parts: Services
    session: WriteSession
    caller: Caller


Done = TypeVar("Done")
Work = Callable[[Turn], Awaitable[Done]]


def caller_of(request: Request) -> Caller:
    """Who is logged in to the panel."""
    return cast("Caller", request.state.caller)


async def perform(request: Request, work: Work[Done]) -> Done:
    """Do something as whoever is logged in; committed with its record in the audit log.

    Raises:
        ActionFailed: when the API would refuse it.
    """
    parts, caller = services(request), caller_of(request)
    try:
        async with parts.database.write() as session:
            done = await work(Turn(parts, session, caller))
        await done_after_commit(session)
    except APIError as error:
        raise ActionFailed(told(error)) from error
    except ValidationError as error:
        reasons = (one["msg"] for one in error.errors(include_input=False, include_url=False))
        raise ActionFailed("; ".join(reasons)) from error
    return done


def begun(session: WriteSession) -> Begin:
    """The session of `perform`, for what works before it writes: unused, it holds no connection."""

    async def begin() -> WriteSession:
        return session

    return begin


def told(error: APIError) -> str:
    """What the API would say, in one sentence."""
    fields = "; ".join(f"{one.field}: {one.reason}" for one in error.errors)
    return error.detail or fields or error.title()


def id_of(pk: str) -> UUID:
    """The id that a row's key is.

    Raises:
        ActionFailed: when it is none.
    """
    try:
        return UUID(pk)
    except ValueError as error:
        raise ActionFailed(NotFoundError.title()) from error
