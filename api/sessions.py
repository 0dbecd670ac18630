"""Database sessions of a request: opened only for someone who is logged in.

`scope="function"` ends a session before the response is sent, so that whoever has the response can
read what it says: by default FastAPI would commit after it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Annotated, Final

from fastapi import Depends, Request

from api.auth import CurrentCaller
from api.idempotency import Key, alone, begin, named_request
from api.services import Shared
from storage.engine import ReadSession, WriteSession

_AFTER: Final = "after_commit"


async def _reading(_caller: CurrentCaller, parts: Shared) -> AsyncIterator[ReadSession]:
    async with parts.database.read() as session:
        yield session


async def _writing(
    request: Request, caller: CurrentCaller, parts: Shared, key: Key = None
) -> AsyncIterator[WriteSession]:
    async with parts.database.write() as session:
        if key is not None:
            secret = parts.settings.secret_key
            await begin(request, session, await named_request(request, caller.id, key, secret))
        yield session
    await done_after_commit(session)


Begin = Callable[[], Awaitable[WriteSession]]


async def _writing_later(
    request: Request, caller: CurrentCaller, parts: Shared, key: Key = None
) -> AsyncIterator[Begin]:
    async with AsyncExitStack() as until_the_end:
        what = None
        if key is not None:
            what = await named_request(request, caller.id, key, parts.settings.secret_key)
            await until_the_end.enter_async_context(alone(parts.database, what))
        session = await until_the_end.enter_async_context(parts.database.write())

        async def begun() -> WriteSession:
            if what is not None:
                await begin(request, session, what)
            return session

        yield begun
    await done_after_commit(session)


def after_commit(session: WriteSession, work: Callable[[], Awaitable[None]]) -> None:
    """Have something done once the session of this request is committed, before the answer goes.

    What it raises cannot undo the commit.
    """
    session.info.setdefault(_AFTER, []).append(work)


async def done_after_commit(session: WriteSession) -> None:
    """Do what waited for the commit of a session."""
    for work in session.info.get(_AFTER, ()):
        await work()


Reading = Annotated[ReadSession, Depends(_reading, scope="function")]
Writing = Annotated[WriteSession, Depends(_writing, scope="function")]
WritingLater = Annotated[Begin, Depends(_writing_later, scope="function")]
"""For what works for long before it writes: call it once, then; no connection is taken before.

What comes twice gets the kept answer before any work.
"""
