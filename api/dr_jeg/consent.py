"""Nothing is read for the assistant before its user agrees, or after they take that back."""

from typing import Annotated

from fastapi import Depends

from api.auth import Caller, Permitted
from api.dr_jeg.errors import AssistantConsentNeededError
from api.services import Shared
from storage.queries.assistant import consented

AssistantUser = Annotated[Caller, Depends(Permitted("assistant.use"))]


async def _agreed(caller: AssistantUser, parts: Shared) -> Caller:
    """Let a caller pass who agrees to the current text.

    Raises:
        AssistantConsentNeededError: for anybody else.
    """
    async with parts.database.read() as session:
        if not await consented(session, caller.id):
            raise AssistantConsentNeededError
    return caller


AgreedUser = Annotated[Caller, Depends(_agreed)]
