"""Nothing is read for the assistant before its user agrees, or after they take that back."""

import datetime as dt
from typing import Annotated

from fastapi import Depends

from analytics.triage.advice import advice
from analytics.triage.advice_texts import LEAD
from analytics.triage.emergency_numbers import emergency_number
from analytics.triage.extremes import Patient
from analytics.triage.language import language_of
from analytics.triage.red_flags import find
from api.auth import Caller, Permitted
from api.dr_jeg.errors import AssistantConsentNeededError
from api.dr_jeg.schemas import ChatInput, HealthAnalysisInput
from api.dr_jeg.stated import stated
from api.services import Services, Shared
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


async def _agreed_speaker(caller: AssistantUser, parts: Shared, body: ChatInput) -> Caller:
    """Let somebody pass who agrees; anybody else is still told of an emergency in their words."""
    return await _told(caller, parts, body.message)


async def _agreed_ill(caller: AssistantUser, parts: Shared, body: HealthAnalysisInput) -> Caller:
    """Do the same with symptoms."""
    return await _told(caller, parts, f"{', '.join(body.symptoms)}. {body.duration}")


async def _told(caller: Caller, parts: Services, text: str) -> Caller:
    try:
        return await _agreed(caller, parts)
    except AssistantConsentNeededError as error:
        detail = _emergency(parts, text)
        if not detail:
            raise
        raise AssistantConsentNeededError(detail) from error


def _emergency(parts: Services, text: str) -> str:
    """What is said of red flags in the words alone; empty without one. Nothing is read."""
    language, country = language_of(text, "en"), parts.settings.country
    number = emergency_number(country, parts.settings.emergency_number)
    if flags := find(text):
        return advice(flags, country, language, number).text
    if stated(text, language, Patient(), dt.datetime.now(dt.UTC)):
        return LEAD[language]["urgent"].format(number=number)
    return ""


AgreedSpeaker = Annotated[Caller, Depends(_agreed_speaker)]
AgreedIll = Annotated[Caller, Depends(_agreed_ill)]
