"""Database sessions of a request: opened only for someone who is logged in.

`scope="function"` ends a session before the response is sent, so that whoever has the response can
read what it says: by default FastAPI would commit after it.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends

from api.auth import CurrentCaller
from api.services import Shared
from storage.engine import ReadSession, WriteSession


async def _reading(_caller: CurrentCaller, parts: Shared) -> AsyncIterator[ReadSession]:
    async with parts.database.read() as session:
        yield session


async def _writing(_caller: CurrentCaller, parts: Shared) -> AsyncIterator[WriteSession]:
    async with parts.database.write() as session:
        yield session


Reading = Annotated[ReadSession, Depends(_reading, scope="function")]
Writing = Annotated[WriteSession, Depends(_writing, scope="function")]
